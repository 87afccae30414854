/* SPDX-License-Identifier: MIT */
/* Which of the kernels that were compiled run on this processor. */
#ifndef NNP_KERNELS_CPU_H
#define NNP_KERNELS_CPU_H

struct kernels {
    const char              *name;
    const struct matmul_isa *matmul;
    const struct taps_isa   *taps;
};

enum { CPU_NAMES = 64 };
/* Those of this name from now on in the whole process; NULL: the widest that run here.
 * Before the first product, or not at all. -1: there are none of this name, or the
 * processor does not run them, and nothing changes. */
int cpu_choose(const char *name);
/* "avx512, avx2, base": those that run here. */
void                  cpu_names(char names[CPU_NAMES]);
const struct kernels *cpu_kernels(void);
/* Floating-point operations a second that one core does at most with these kernels, a
 * multiplication and an addition counted as two: measured on the calling thread, 10 ms. */
double cpu_peak(const struct kernels *k);
#endif
