/* SPDX-License-Identifier: MIT */
/* Is every set of kernels faster than the next narrower one? `make bench-kernels`.
 *
 * Twelve shapes as layers have them, on one thread: GFLOP/s of each set, the median of a
 * few windows that take turns, and the share of what multiply-adds alone reach. Exit 1
 * where a wider set is slower than 0.95 of the narrower one: it would be chosen and cost
 * time. */
#include <config.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/rng.h"
#include "kernels/cpu.h"
#include "kernels/matmul.h"
#include "kernels/matmul_kernel.h"
#include "kernels/taps_kernel.h"

enum what { PRODUCT, TAPS, CORRELATION };

struct shape {
    const char *what;
    enum what   is;
    int         ta, tb; /* of a product */
    int64_t     m, n, k;
};

static const struct shape shapes[] = {
    { "dense, forward", PRODUCT, 0, 1, 128, 256, 784 },
    { "dense, gradient of the input", PRODUCT, 0, 0, 128, 784, 256 },
    { "dense, gradient of the weights", PRODUCT, 1, 0, 256, 784, 128 },
    { "dense, wide", PRODUCT, 0, 1, 128, 1024, 1024 },
    { "dense, one row", PRODUCT, 0, 1, 1, 256, 784 },
    { "dense, 10 units", PRODUCT, 0, 1, 128, 10, 256 },
    { "convolution, 28 x 28", TAPS, 0, 0, 32, 784, 9 },
    { "convolution, 14 x 14", TAPS, 0, 0, 64, 196, 288 },
    { "convolution, 7 x 7", TAPS, 0, 0, 128, 49, 576 },
    { "its weights, 28 x 28", CORRELATION, 0, 0, 32, 784, 9 },
    { "its weights, 14 x 14", CORRELATION, 0, 0, 64, 208, 288 },
    { "its weights, 7 x 7", CORRELATION, 0, 0, 128, 64, 576 },
};

enum { SHAPES = sizeof shapes / sizeof *shapes, SETS = 3, WINDOWS = 7, MOST = 1 << 21 };

static const double window = 0.01; /* seconds */

/* As the host aligns its slabs. */
static _Alignas(64) float a[MOST], b[MOST], c[MOST];
static int64_t at[1024];

static void once(const struct kernels *k, const struct shape *s)
{
    struct taps_job job = {
        .m = s->m, .n = s->n, .k = s->k, .a = a, .x = b, .at = at, .c = c
    };

    switch (s->is) {
    case PRODUCT:
        matmul(NULL, s->ta, s->tb, s->m, s->n, s->k, 1, a, s->ta ? s->m : s->k, b,
               s->tb ? s->k : s->n, 0, c, s->n, NULL);
        break;
    case TAPS:
        job.lda = s->k, job.ldc = s->n;
        k->taps->product(&job);
        break;
    case CORRELATION: /* adds to c, which therefore grows; only the time counts */
        job.lda = s->n, job.ldc = s->k;
        k->taps->correlate(&job);
        break;
    }
}

/* GFLOP/s of one window with the set that is chosen. */
static double rate(const struct shape *s)
{
    const struct kernels *k = cpu_kernels();
    double                begin = clock_seconds(), end;
    int64_t               n = 0;

    do {
        for (int i = 0; i < 8; i++, n++)
            once(k, s);
        end = clock_seconds();
    } while (end - begin < window);
    return 2e-9 * (double)(s->m * s->n * s->k * n) / (end - begin);
}

static int rising(const void *x, const void *y)
{
    double u = *(const double *)x, v = *(const double *)y;

    return (u > v) - (u < v);
}

/* The sets take turns, so that what else the machine does meets all of them. */
static void measure(const struct shape *s, const char *const *sets, int n, double *median)
{
    double rates[SETS][WINDOWS];

    memset(c, 0, sizeof c);
    for (int w = 0; w < WINDOWS; w++)
        for (int i = 0; i < n; i++) {
            cpu_choose(sets[i]);
            rates[i][w] = rate(s);
        }
    for (int i = 0; i < n; i++) {
        qsort(rates[i], WINDOWS, sizeof(double), rising);
        median[i] = rates[i][WINDOWS / 2];
    }
}

int main(void)
{
    static char names[CPU_NAMES];
    const char *sets[SETS];
    double      peak[SETS], median[SETS];
    int         n = 0, slower = 0;

    cpu_names(names); /* widest first */
    for (char *word = strtok(names, ", "); word && n < SETS; word = strtok(NULL, ", "))
        sets[n++] = word;
    rng_uniform(rng_key(1, "a", 0), 0, a, MOST);
    rng_uniform(rng_key(1, "b", 0), 0, b, MOST);
    for (int i = 0; i < 1024; i++)
        at[i] = i % 9 * 30 + i / 9 * 900;
    printf("%-32s", "GFLOP/s of one thread");
    for (int i = 0; i < n; i++) {
        cpu_choose(sets[i]);
        peak[i] = 1e-9 * cpu_peak(cpu_kernels());
        printf("  %8s %5.1f", sets[i], peak[i]);
    }
    puts("");
    for (int s = 0; s < SHAPES; s++) {
        measure(&shapes[s], sets, n, median);
        printf("%-32s", shapes[s].what);
        for (int i = 0; i < n; i++) {
            bool bad = i + 1 < n && median[i] < 0.95 * median[i + 1];
            printf("  %8.1f %3.0f%%%s", median[i], 100 * median[i] / peak[i],
                   bad ? "<" : " ");
            slower += bad;
        }
        puts("");
    }
    if (slower)
        printf("%d times a wider set (marked <) is slower than the next one\n", slower);
    return slower ? 1 : 0;
}
