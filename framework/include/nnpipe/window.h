/* SPDX-License-Identifier: MIT */
/*
 * Layers over images, (rows, channels, height, width), and windows of k x k pixels that
 * move over them: what is checked, which sizes come out, the parameters.
 *
 *   setup      rc = nnp_images_check(c, "flip");             refuses all but images of
 * f32 forward    nnp_images_run(c, &c->in[0], body, &job);     body over rows x channels
 *
 * A pool (maxpool) has the parameters NNP_WINDOW_PARAMS in a struct nnp_window, and a
 * kernel (conv, conv_transpose) NNP_KERNEL_PARAMS in a struct nnp_kernel. Header only,
 * C99 and C++.
 */
#ifndef NNPIPE_WINDOW_H
#define NNPIPE_WINDOW_H
#include <inttypes.h>

#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

/* ---- images ---- */

static inline int nnp_images_check(nnp_ctx *c, const char *layer)
{
    const nnp_tensor *x = &c->in[0];

    if (x->ndim == 4)
        return NNP_OK;
    return nnp_fail(c, NNP_EINVAL,
                    "%s takes images: rows of 3 axes (channels, height, width), not %d",
                    layer, (int)x->ndim - 1);
}

/* Body over the channels of all rows of images t. */
static inline int nnp_images_run(nnp_ctx *c, const nnp_tensor *t, nnp_body *body,
                                 void *job)
{
    size_t pixels = (size_t)(t->shape[2] * t->shape[3]);

    return c->host->parallel(c, (size_t)(t->shape[0] * t->shape[1]),
                             1 + NNP_GRAIN / (pixels + 1), body, job);
}

/* ---- pools: windows inside the image; what is left over behind is not seen ---- */

struct nnp_window {
    int64_t k, stride; /* stride 0: k */
};

#define NNP_WINDOW_PARAMS                                                                \
    { "k",     NNP_INT | NNP_MAIN, offsetof(struct nnp_window, k),                       \
      "2",     "[1,1024]",         "height and width of a window",                       \
      "pixels" },                                                                        \
    {                                                                                    \
        "stride", NNP_INT, offsetof(struct nnp_window, stride), "0", "[0,1024]",         \
            "from one window to the next; 0: as far as a window is wide", "pixels"       \
    }

static inline int64_t nnp_window_stride(const struct nnp_window *s)
{
    return s->stride ? s->stride : s->k;
}

/* Checks in[0] and fills in the shape of out[0], a number for each window. */
static inline int nnp_window_shape(nnp_ctx *c, const struct nnp_window *s,
                                   const char *layer, int64_t y[4])
{
    const int64_t *x = c->in[0].shape;
    int            rc = nnp_images_check(c, layer);

    if (rc)
        return rc;
    if (x[2] < s->k || x[3] < s->k)
        return nnp_fail(c, NNP_EINVAL,
                        "a window of %" PRId64 " x %" PRId64
                        " pixels does not fit into %" PRId64 " x %" PRId64,
                        s->k, s->k, x[2], x[3]);
    for (int a = 0; a < 4; a++)
        y[a] = a < 2 ? x[a] : (x[a] - s->k) / nnp_window_stride(s) + 1;
    return NNP_OK;
}

/* ---- kernels: windows with weights, which may reach beyond the image ---- */

/* `big` is the image that the kernel moves over, `small` has a pixel for each spot: x and
 * y of conv, y and x of conv_transpose. */
struct nnp_kernel {
    int64_t     out, k, stride, dilation, groups;
    int32_t     pad, bias; /* pad: NNP_SAME or NNP_VALID, unless padding has numbers */
    nnp_list    padding;
    const char *activation;
};

enum { NNP_SAME, NNP_VALID };

/* The rows of the table, with what the layer says about these three. */
#define NNP_KERNEL_PARAMS(stride_doc, pad_doc, padding_doc)                              \
    { "out", NNP_INT | NNP_MAIN, offsetof(struct nnp_kernel, out),                       \
      NULL,  "[1,inf)",          "output channels",                                      \
      NULL },                                                                            \
        { "k",     NNP_INT,    offsetof(struct nnp_kernel, k),                           \
          "3",     "[1,1024]", "height and width of the kernel",                         \
          "pixels" },                                                                    \
        { "stride",   NNP_INT, offsetof(struct nnp_kernel, stride), "1", "[1,1024]",     \
          stride_doc, "pixels" },                                                        \
        { "pad",   NNP_ENUM, offsetof(struct nnp_kernel, pad), "same", "same|valid",     \
          pad_doc, NULL },                                                               \
        { "padding", NNP_INTS,   offsetof(struct nnp_kernel, padding),                   \
          "",        "[0,1024]", padding_doc ": one number, or [height, width]",         \
          "pixels" },                                                                    \
        { "dilation", NNP_INT,    offsetof(struct nnp_kernel, dilation),                 \
          "1",        "[1,1024]", "from one pixel under the kernel to the next",         \
          "pixels" },                                                                    \
        { "groups", NNP_INT,   offsetof(struct nnp_kernel, groups),                      \
          "1",      "[1,inf)", "parts of the channels that do not see each other",       \
          NULL },                                                                        \
        { "bias", NNP_BOOL, offsetof(struct nnp_kernel, bias),                           \
          "true", NULL,     "add a learned offset to each channel",                      \
          NULL },                                                                        \
    {                                                                                    \
        "activation", NNP_STR | NNP_FOLLOWED_BY,                                         \
            offsetof(struct nnp_kernel, activation), "", NULL,                           \
            "layer to put behind this one, `relu`", NULL                                 \
    }

/* Pixels from the first to the last one under the kernel. */
static inline int64_t nnp_kernel_reach(const struct nnp_kernel *s)
{
    return (s->k - 1) * s->dilation + 1;
}

/* Pixels around `big` that the file asks for along an axis, 0 height, 1 width; -1:
 * `same`. */
static inline int64_t nnp_kernel_padding(const struct nnp_kernel *s, int axis)
{
    const int64_t *v = (const int64_t *)s->padding.v;

    if (s->padding.n)
        return v[s->padding.n > 1 ? axis : 0];
    return s->pad == NNP_VALID ? 0 : -1;
}

/* Size of `small` along an axis; below 1: the kernel does not fit. */
static inline int64_t nnp_kernel_spots(const struct nnp_kernel *s, int axis, int64_t big)
{
    int64_t p = nnp_kernel_padding(s, axis), reach = nnp_kernel_reach(s);

    if (p < 0)
        return (big + s->stride - 1) / s->stride;
    return big + 2 * p < reach ? 0 : (big + 2 * p - reach) / s->stride + 1;
}

/* Size of `big` along an axis, such that all spots see a pixel; below 1: padding leaves
 * none. */
static inline int64_t nnp_kernel_pixels(const struct nnp_kernel *s, int axis,
                                        int64_t small)
{
    int64_t p = nnp_kernel_padding(s, axis);

    return p < 0 ? small * s->stride
                 : (small - 1) * s->stride + nnp_kernel_reach(s) - 2 * p;
}

/* Pixels above `big`, or on its left, that the first spot sees. An odd one of `same` goes
 * to the other side. */
static inline int64_t nnp_kernel_before(const struct nnp_kernel *s, int axis, int64_t big,
                                        int64_t small)
{
    int64_t p = nnp_kernel_padding(s, axis);
    int64_t all = (small - 1) * s->stride + nnp_kernel_reach(s) - big;

    return p >= 0 ? p : all > 0 ? all / 2 : 0;
}

static inline int nnp_kernel_check(nnp_ctx *c, const struct nnp_kernel *s,
                                   const char *layer)
{
    int64_t channels;
    int     rc = nnp_images_check(c, layer);

    if (rc)
        return rc;
    channels = c->in[0].shape[1];
    if (s->padding.n > 2)
        return nnp_fail(c, NNP_EINVAL,
                        "padding is one number or [height, width], not %" PRIu32
                        " numbers",
                        s->padding.n);
    if (channels % s->groups)
        return nnp_fail(c, NNP_EINVAL,
                        "%" PRId64 " channels do not fall into %" PRId64 " equal groups",
                        channels, s->groups);
    if (s->out % s->groups)
        return nnp_fail(c, NNP_EINVAL,
                        "out: %" PRId64 " does not fall into %" PRId64 " equal groups",
                        s->out, s->groups);
    return NNP_OK;
}

/* The output, the weights, and the bias if there is one. */
static inline int nnp_kernel_declare(nnp_ctx *c, const struct nnp_kernel *s,
                                     const int64_t y[4], const int64_t weight[4])
{
    int rc = c->host->declare(c, NNP_OUT, "y", NNP_F32, 4, y, NULL);

    if (rc >= 0)
        rc = c->host->declare(c, NNP_WEIGHT, "weight", NNP_F32, 4, weight,
                              "glorot_uniform");
    if (rc >= 0 && s->bias)
        rc = c->host->declare(c, NNP_WEIGHT | NNP_NODECAY, "bias", NNP_F32, 1, &s->out,
                              "zeros");
    return rc;
}
#endif
