/* SPDX-License-Identifier: MIT */
/* Which of the kernels that were compiled run on this processor: the widest it has, or
 * those that NNPIPE_KERNELS names (avx512, avx2, base), if it has them. */
#ifndef NNP_KERNELS_CPU_H
#define NNP_KERNELS_CPU_H

struct kernels {
    const char              *name;
    const struct matmul_isa *matmul;
    const struct taps_isa   *taps;
};

const struct kernels *kernels(void);
#endif
