/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "run/peak.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/matmul_kernel.h"

/* What only a run's steps and its end touch. PACKED: both blocks that a product packs on
 * a thread's stack. BACKEND: the same of a backend, as seen. STACK: the rest of a
 * thread's stack and what belongs to it. HEAP: texts and pictures of reports, data of
 * libraries that are written to when first used, as seen in pipelines/ (30 to 260 KiB).
 */
enum {
    PACKED = (MATMUL_ROWS + MATMUL_COLUMNS) * MATMUL_DEPTH * (int)sizeof(float),
    BACKEND = 1024 * 1024,
    STACK = 128 * 1024,
    HEAP = 320 * 1024,
    HISTORY = 48
};

/* Bytes in the first line of the file that begins with `key`, which are kB there; 0:
 * none. */
static size_t read_kb(const char *path, const char *key)
{
    FILE  *f = fopen(path, "re");
    char   line[128];
    size_t bytes = 0;

    while (f && !bytes && fgets(line, sizeof line, f))
        if (strncmp(line, key, strlen(key)) == 0)
            bytes = 1024 * strtoul(line + strlen(key), NULL, 10);
    if (f)
        fclose(f);
    return bytes;
}

size_t peak_taken(void)
{
    return read_kb("/proc/self/status", "VmHWM:");
}

/* The counters in /proc/self/status are exact only to some pages a processor; this walks
 * the page tables. */
size_t peak_own(void)
{
    return read_kb("/proc/self/smaps_rollup", "Anonymous:");
}

static size_t packs(const struct session *s)
{
    const struct graph *g = s->graph;

    if (s->services.gemm)
        return BACKEND;
    for (size_t i = 0; i < g->n_nodes; i++)
        if (g->nodes[i].n_param &&
            decl_elements(g->params[g->nodes[i].param[0]].decl) > MATMUL_LITTLE)
            return PACKED;
    return 0;
}

/* Two losses, a rate, and the metrics. */
static size_t history(const struct spec *spec)
{
    return (3 + spec->metrics.n) * (size_t)spec->train.epochs * HISTORY;
}

/* Weights, activations and data are there and written to; the places for batches and the
 * trainer's copy of the best weights are not. */
size_t peak_expected(const struct session *s)
{
    size_t now = peak_own(), threads = pool_width(s->services.pool);

    return now ? now + s->footprint.best + s->footprint.batches + HEAP +
                     history(s->spec) + (threads - 1) * STACK + threads * packs(s)
               : 0;
}

const char *peak_text(struct arena *a, size_t bytes)
{
    return bytes < 1 << 20 ? arena_printf(a, "%.1f KiB", (double)bytes / 1024)
                           : arena_printf(a, "%.1f MiB", (double)bytes / 1048576);
}
