/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "base/clock.h"

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

void clock_iso(int64_t at, char *out, size_t size)
{
    time_t    t = at ? (time_t)at : time(NULL);
    struct tm utc;

    if (!gmtime_r(&t, &utc) || !strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", &utc))
        out[0] = '\0';
}
