/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/peak.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/matmul_kernel.h"

/* What only the first step touches, as seen in pipelines/: code of the program, of its
 * plugins and of libm (50 to 470 KiB), and packed copies of what is multiplied, by the
 * host's own kernels (400 to 1000 KiB a thread) or a backend (600 to 1000). */
enum { FIRST_TOUCH = 320 * 1024, PACKED_TOUCH = 700 * 1024, BACKEND_TOUCH = 800 * 1024 };

struct resident { /* bytes */
    size_t now, peak;
};

static struct resident look(void)
{
    struct resident r = { 0 };
    FILE           *f = fopen("/proc/self/status", "re");
    char            line[128];

    while (f && fgets(line, sizeof line, f)) {
        if (strncmp(line, "VmRSS:", 6) == 0)
            r.now = 1024 * strtoul(line + 6, NULL, 10);
        if (strncmp(line, "VmHWM:", 6) == 0)
            r.peak = 1024 * strtoul(line + 6, NULL, 10);
    }
    if (f)
        fclose(f);
    return r;
}

size_t memory_peak(void)
{
    return look().peak;
}

static size_t packs(const struct session *s)
{
    const struct graph *g = s->graph;

    if (s->services.gemm)
        return BACKEND_TOUCH;
    for (size_t i = 0; i < g->n_nodes; i++)
        if (g->nodes[i].n_param && nnp_count(&g->nodes[i].inst.weight[0]) > MATMUL_LITTLE)
            return PACKED_TOUCH;
    return 0;
}

/* Weights, activations, data and batches are there and written to; the trainer's copy of
 * the best weights is not. */
size_t memory_expected(const struct session *s)
{
    struct resident r = look();
    size_t          touch = FIRST_TOUCH + pool_width(s->pool) * packs(s);
    size_t          then = r.now ? r.now + s->footprint.best + touch : 0;

    return then > r.peak ? then : r.peak;
}

const char *memory_text(struct arena *a, size_t bytes)
{
    return bytes < 1 << 20 ? arena_printf(a, "%.1f KiB", (double)bytes / 1024)
                           : arena_printf(a, "%.1f MiB", (double)bytes / 1048576);
}
