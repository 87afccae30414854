/* SPDX-License-Identifier: MIT */
/*
 * "nnp.convolve/1", a service of the host. Draft: it and its name may change until 1.1.
 *
 * A kernel slides over images; y at a spot is the sum of weight times pixel over the k x
 * k pixels that the kernel covers, of all channels of its group, plus a bias. The host
 * chooses the way by the sizes alone, and a row has the same bits whichever rows come
 * with it.
 *
 *     const nnp_convolve *host = c->host->extension(c, "nnp.convolve/1");  NULL: none
 *     int64_t             n = host->room(c, &v);                           in setup
 *     rc = c->host->declare(c, NNP_SCRATCH, "work", NNP_F32, 1, &n, NULL);
 *     return host->forward(c, &v);                                         in forward
 *
 * forward tells the host that y is ready, backward that dx is: a layer that leaves out[0]
 * and din[0] to them may promise READY. plugins/layers/conv.c is a whole one.
 */
#ifndef NNPIPE_CONVOLVE_H
#define NNPIPE_CONVOLVE_H
#include <nnpipe/plugin.h>

typedef struct nnp_convolution {
    int64_t      rows, in, out, groups; /* in, out: channels of x and of y, all groups */
    int64_t      x_size[2], y_size[2];  /* [height, width] */
    int64_t      k, stride, dilation;
    int64_t      before[2]; /* zeros above x and on its left; as many as y needs behind */
    const float *x;         /* [rows, in, height, width] */
    const float *w;         /* [out, in / groups, k, k] */
    const float *bias;      /* [out], or NULL */
    float       *y;         /* [rows, out, height, width] */
    const float *dy;        /* like y */
    float       *dx, *dw, *dbias; /* like x, w and bias; NULL: not wanted */
    float        beta;            /* dw and dbias are 0: set, 1: added to */
    float       *work;            /* room() floats, aligned to 64 bytes */
} nnp_convolution;

/* They use the pool, as gemm does, and are not called from inside a body of `parallel`. */
typedef struct nnp_convolve {
    uint32_t size, pad;
    /* Floats of work for both, by the sizes. [setup] */
    int64_t (*room)(nnp_ctx *, const nnp_convolution *);
    int (*forward)(nnp_ctx *, const nnp_convolution *); /* y from x, w, bias */
    int (*backward)(nnp_ctx *, const nnp_convolution *); /* d... from x, w, dy */
} nnp_convolve;
#endif
