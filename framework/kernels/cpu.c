/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "kernels/cpu.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "kernels/matmul_kernel.h"
#include "kernels/taps_kernel.h"

/* Each was compiled for its own instructions, and a build has them all: on which
 * processor the program runs is known only when it does. */
static const struct kernels all[] = {
/* widest first */
#if defined __x86_64__ && defined __GNUC__
    { "avx512", &matmul_avx512, &taps_avx512 },
    { "avx2", &matmul_avx2, &taps_avx2 },
#endif
    { "base", &matmul_base, &taps_base },
};

enum { N = sizeof all / sizeof *all };

/* Every processor with AVX-512 has fused multiply-add. With AVX2 it is a bit of its own,
 * and the kernels use both. */
static bool runs_here(const struct kernels *k)
{
#if defined __x86_64__ && defined __GNUC__
    if (strcmp(k->name, "avx512") == 0)
        return __builtin_cpu_supports("avx512f");
    if (strcmp(k->name, "avx2") == 0)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
    return strcmp(k->name, "base") == 0;
}

/* Without a name the widest, which come first; the last of all runs everywhere. */
static const struct kernels *find_kernels(const char *asked)
{
    for (size_t i = 0; i < N; i++)
        if (runs_here(&all[i]) && (!asked || strcmp(all[i].name, asked) == 0))
            return &all[i];
    return NULL;
}

/* Small products cannot afford to look at the processor each time. Two threads of the
 * pool may come here at once before anything is chosen: both find the same and store the
 * same.
 */
static const struct kernels *chosen;

int cpu_choose(const char *name)
{
    const struct kernels *found = find_kernels(name);

    if (!found)
        return -1;
    __atomic_store_n(&chosen, found, __ATOMIC_RELEASE);
    return 0;
}

/* Only what runs here, because the command line offers these names to who asked for a
 * wrong one. */
void cpu_names(char names[CPU_NAMES])
{
    size_t at = 0;

    for (size_t i = 0; i < N; i++)
        if (runs_here(&all[i]))
            at += (size_t)snprintf(names + at, CPU_NAMES - at, "%s%s", at ? ", " : "",
                                   all[i].name);
}

const struct kernels *cpu_kernels(void)
{
    if (!__atomic_load_n(&chosen, __ATOMIC_ACQUIRE))
        cpu_choose(NULL);
    return __atomic_load_n(&chosen, __ATOMIC_ACQUIRE);
}

/* The fastest of a few short loops: the others were disturbed. */
double cpu_peak(const struct kernels *k)
{
    enum { TRIES = 10, ROUNDS = 100000 };
    double         best = 0, flops = 2.0 * MATMUL_MADDS * k->matmul->width * ROUNDS;
    volatile float x = 0.5f, sink;

    for (int i = 0; i < TRIES; i++) {
        double begin = clock_seconds();
        sink = k->matmul->madds(ROUNDS, x);
        double rate = flops / (clock_seconds() - begin);
        best = rate > best ? rate : best;
    }
    (void)sink;
    return best;
}
