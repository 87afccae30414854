/* SPDX-License-Identifier: MIT */
/* Convolutions with 3 x 3 kernels of stride 1, 2 x 2 outputs at a time: 16
 * multiplications instead of 36. Sums differ from those by taps in the last digits; how
 * an element is summed does not depend on `images`. On the calling thread. */
#ifndef NNP_KERNELS_TILES_H
#define NNP_KERNELS_TILES_H
#include <stdint.h>

enum { TILES_PLACES = 16 }; /* parts of u, each one matrix */

struct tiles_job {
    int64_t images, from, to; /* channels of x and of y */
    int64_t x_size[2], y_size[2],
        pad[2];     /* [height, width]; pad: zeros before x, 0 to 2 */
    const float *x; /* [from, height, width] each x_step floats */
    int64_t      x_step;
    float       *y; /* the same of y; correlate: its gradient, read only */
    int64_t      y_step;
    const float *bias;   /* `to` of them, or NULL */
    const float *u;      /* product: of `weights`, or rows of it */
    int64_t      u_step; /* floats between the parts of u: out * in */
    float       *work;   /* tiles_room(), aligned to 64 bytes */
};

/* Images worth giving at once to product or correlate, by the sizes. */
int64_t tiles_images(const struct tiles_job *j, int correlate);
int64_t tiles_room(const struct tiles_job *j); /* floats of work */
/* u [16, out, in] of w [out, in, 3, 3], what comes of channels first..end - 1 of out;
 * turned: [16, in, out], for gradients of x. */
void tiles_weights(const float *w, int64_t out, int64_t in, int64_t first, int64_t end,
                   int turned, float *u);
void tiles_product(const struct tiles_job *j);
/* du [16, to, from] += what x and y say about u. */
void tiles_correlate(const struct tiles_job *j, float *du);
/* dw [n, 3, 3] += of n elements of du, whose parts are `step` floats apart. */
void tiles_gradient(const float *du, int64_t step, int64_t n, float *dw);
#endif
