/* SPDX-License-Identifier: MIT */
/* Convolutions of many channels with 3 x 3 kernels, by kernels/tiles.h. */
#ifndef NNP_KERNELS_CONVOLVE_TILES_H
#define NNP_KERNELS_CONVOLVE_TILES_H
#include "kernels/convolve_job.h"

int     convolve_tiles_pay(const nnp_convolution *v);
int64_t convolve_tiles_work(const struct convolve_job *j); /* floats for a worker */
int64_t convolve_tiles_sums(const struct convolve_job *j); /* floats of one part */
void    convolve_tiles_forward(struct convolve_job *j);
void    convolve_tiles_weights(struct convolve_job *j); /* dw */
void    convolve_tiles_pixels(struct convolve_job *j);  /* dx */
#endif
