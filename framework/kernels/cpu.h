/* SPDX-License-Identifier: MIT */
/* Which of the kernels that were compiled run on this processor. */
#ifndef NNP_KERNELS_CPU_H
#define NNP_KERNELS_CPU_H

struct kernels {
    const char              *name;
    const struct matmul_isa *matmul;
    const struct taps_isa   *taps;
};

/* Those of this name (avx512, avx2, base) from now on in the whole process, if the
 * processor has them; NULL, or a name that it has not: the widest. Before the first
 * product, or not at all. */
void cpu_choose(const char *name);
const struct kernels *cpu_kernels(void);
#endif
