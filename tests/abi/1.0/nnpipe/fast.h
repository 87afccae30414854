/* SPDX-License-Identifier: MIT */
/*
 * DRAFT: may change until ABI 1.1. What makes a plugin faster and is never needed: layers
 * that run where the numbers are still in the cache, losses with one sweep instead of two,
 * gradients that are set and not added to.
 */
#ifndef NNPIPE_FAST_H
#define NNPIPE_FAST_H
#include <nnpipe/plugin.h>
#ifdef __cplusplus
extern "C" {
#endif

enum { /* promises, beside those of plugin.h */
    NNP_READY = 4096, /* layer: says when elements are final ("nnp.ready/1") */
    /* loss: backward writes out[0] as forward does, also where din[0] is not wanted: a
     * training step has no forward */
    NNP_LOSS_IN_BACKWARD = 8192,
    /* backward: dweight = c->beta dweight + gradient, and beta 0 does not read what stands
     * there, as in gemm; nobody has to clear it then. Without the promise beta is 1. */
    NNP_BETA = 16384
};

/*
 * "nnp.ready/1": `count` stretches of n elements of out[0] (in forward) or of din[0] (in
 * backward), `stride` apart, have their value: the sweep of the layer behind runs over them
 * while they are in the cache, and may overwrite them. A layer that promises READY calls
 * it, or product, for every element once, in each forward and in each backward that wants
 * din[0], and does not look at it again. A stretch outside of that tensor is left to its
 * forward or backward. [any]
 */
typedef void nnp_ready_fn(nnp_ctx *, const float *first, size_t n, size_t stride,
                          size_t count);

/*
 * "nnp.product/1": y = a op(b) + bias, the bias (n, or NULL) added while the sums are in
 * registers; a is [m, k], b [k, n], or [n, k] if tb, y [m, n]; k > 0. y is then ready, if
 * it is out[0] or din[0] of a layer that promises READY. [any]
 */
typedef int nnp_product_fn(nnp_ctx *, int tb, int64_t m, int64_t n, int64_t k,
                           const float *a, const float *b, const float *bias, float *y);

#ifdef __cplusplus
}
#endif
#endif
