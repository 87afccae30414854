/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What only the first step touches, as seen in pipelines/: code of the program, of its
 * plugins and of libm (50 to 470 KiB), and a backend's packed copies of what it
 * multiplies (600 to 1000 KiB a thread). */
enum { FIRST_TOUCH = 320 * 1024, BACKEND_TOUCH = 800 * 1024 };

/* A line of /proc/self/status: "VmRSS:". */
static size_t status(const char *key)
{
    FILE  *f = fopen("/proc/self/status", "re");
    char   line[128];
    size_t kib = 0;

    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, key, strlen(key)) == 0)
            kib = strtoul(line + strlen(key), NULL, 10);
    if (f)
        fclose(f);
    return kib * 1024;
}

size_t memory_peak(void)
{
    return status("VmHWM:");
}

/* Weights, activations, data and batches are there and written to; the trainer's copy of
 * the best weights is not. */
size_t memory_expected(const struct session *s)
{
    size_t now = status("VmRSS:"), peak = memory_peak();
    size_t touch =
        FIRST_TOUCH + (s->services.gemm ? pool_width(s->pool) * BACKEND_TOUCH : 0);
    size_t then = now ? now + s->footprint.best + touch : 0;

    return then > peak ? then : peak;
}
