/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "base/clock.h"

#include <time.h>

double clock_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void clock_iso(int64_t at, char *out, size_t size)
{
    time_t    t = at ? (time_t)at : time(NULL);
    struct tm utc;

    if (!gmtime_r(&t, &utc) || !strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", &utc))
        out[0] = '\0';
}
