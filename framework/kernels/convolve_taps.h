/* SPDX-License-Identifier: MIT */
/* Convolutions of every kind, by kernels/taps_kernel.h. */
#ifndef NNP_KERNELS_CONVOLVE_TAPS_H
#define NNP_KERNELS_CONVOLVE_TAPS_H
#include "kernels/convolve_job.h"

int64_t convolve_taps_work(const struct convolve_job *j); /* floats for a worker */
int64_t convolve_taps_sums(const struct convolve_job *j); /* floats of one part */
int64_t convolve_taps_at(const struct convolve_job *j); /* taps of one product, at most */
void    convolve_taps_forward(struct convolve_job *j);
void    convolve_taps_weights(struct convolve_job *j); /* sums of the parts of dw */
void    convolve_taps_pixels(struct convolve_job *j);  /* dx */
#endif
