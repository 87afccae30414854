/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "base/clock.h"

#include <stdlib.h>
#include <time.h>

static double seconds(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double clock_seconds(void)
{
    return seconds(CLOCK_MONOTONIC);
}

double clock_cpu(void)
{
    return seconds(CLOCK_PROCESS_CPUTIME_ID);
}

void clock_iso(char *out, size_t size)
{
    const char *fixed = getenv("SOURCE_DATE_EPOCH");
    char       *end = NULL;
    time_t      t = fixed && *fixed ? (time_t)strtoll(fixed, &end, 10) : time(NULL);
    struct tm   utc;

    if (end && *end)
        t = time(NULL); /* not a number: as if it were not set */
    if (!gmtime_r(&t, &utc) || !strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", &utc))
        out[0] = '\0';
}
