/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "call/services.h"

#include "kernels/convolve.h"

static void image_ready(void *arg, const float *first, size_t n)
{
    services_ready(arg, first, n, n, 1);
}

static struct convolve by(nnp_ctx *c)
{
    const struct instance *i = services_of(c);

    return (struct convolve){ i->services->pool, i->tail ? image_ready : NULL, c };
}

static int64_t room(nnp_ctx *c, const nnp_convolution *v)
{
    return convolve_room(v, c->workers);
}

static int forward(nnp_ctx *c, const nnp_convolution *v)
{
    struct convolve with = by(c);

    convolve_forward(&with, v);
    return NNP_OK;
}

static int backward(nnp_ctx *c, const nnp_convolution *v)
{
    struct convolve with = by(c);

    convolve_backward(&with, v);
    return NNP_OK;
}

const nnp_convolve services_convolve = {
    .size = sizeof services_convolve,
    .room = room,
    .forward = forward,
    .backward = backward,
};
