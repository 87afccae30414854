/* SPDX-License-Identifier: MIT */
/* A convolution and its gradients over the pool, as nnpipe/convolve.h describes them: by
 * tiles where they pay, else by taps. */
#ifndef NNP_KERNELS_CONVOLVE_H
#define NNP_KERNELS_CONVOLVE_H
#include "kernels/convolve_job.h"

/* Floats of work for a pool of `workers`. */
int64_t convolve_room(const nnp_convolution *v, unsigned workers);
void    convolve_forward(const struct convolve *by, const nnp_convolution *v);
void    convolve_backward(const struct convolve *by, const nnp_convolution *v);
#endif
