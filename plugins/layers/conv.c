/* SPDX-License-Identifier: MIT */
/*
 * conv: a kernel slides over images; y at a spot is the sum of weight times pixel over
 * the k x k pixels of all channels that it covers, plus a bias. x is (rows, channels,
 * height, width), the weight [out, channels / groups, k, k]. With pad: same the sizes are
 * divided by the stride, rounded up; an odd pixel of padding goes to the right and below.
 * The host computes, by "nnp.convolve/1".
 */
#include <nnpipe/convolve.h>
#include <nnpipe/fast.h>
#include <nnpipe/formula.h>
#include <nnpipe/window.h>

static const nnp_param params[] = {
    NNP_KERNEL_PARAMS(
        "from one place of the kernel to the next",
        "zeros around the image so that only the stride changes its size, or none",
        "zeros on every side instead"),
};

/* The sizes; out is the shape of y. */
static nnp_convolution convolution(const nnp_ctx *c, const struct nnp_kernel *s,
                                   const int64_t *out)
{
    const int64_t  *x = c->in[0].shape;
    nnp_convolution v = { .rows = x[0],
                          .in = x[1],
                          .out = s->out,
                          .groups = s->groups,
                          .k = s->k,
                          .stride = s->stride,
                          .dilation = s->dilation };

    for (int a = 0; a < 2; a++) {
        v.x_size[a] = x[2 + a];
        v.y_size[a] = out[2 + a];
        v.before[a] = nnp_kernel_before(s, a, v.x_size[a], v.y_size[a]);
    }
    return v;
}

static const nnp_convolve *service(nnp_ctx *c)
{
    const nnp_convolve *host = c->host->extension(c, "nnp.convolve/1");

    if (!host)
        nnp_fail(c, NNP_ENOTSUP, "conv needs a host with nnp.convolve/1");
    return host;
}

static int declare(nnp_ctx *c, const struct nnp_kernel *s, const int64_t *out)
{
    int64_t             weight[4] = { s->out, c->in[0].shape[1] / s->groups, s->k, s->k };
    nnp_convolution     v = convolution(c, s, out);
    const nnp_convolve *host = service(c);

    if (!host)
        return NNP_ENOTSUP;
    int64_t work = host->room(c, &v);
    int     rc = nnp_kernel_declare(c, s, out, weight);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_SCRATCH, "work", NNP_F32, 1, &work, NULL);
    return rc < 0 ? rc : NNP_OK;
}

static int setup(nnp_ctx *c, void *self)
{
    const struct nnp_kernel *s = self;
    const int64_t           *x = c->in[0].shape;
    int                      rc = nnp_kernel_check(c, s, "conv");

    if (rc)
        return rc;
    int64_t out[4] = { x[0], s->out, nnp_kernel_spots(s, 0, x[2]),
                       nnp_kernel_spots(s, 1, x[3]) };
    if (out[2] > 0 && out[3] > 0)
        return declare(c, s, out);
    return nnp_fail(c, NNP_EINVAL,
                    "a kernel over %" PRId64 " x %" PRId64
                    " pixels does not fit into %" PRId64 " x %" PRId64
                    "; `pad: same` makes room",
                    nnp_kernel_reach(s), nnp_kernel_reach(s), x[2], x[3]);
}

static int forward(nnp_ctx *c, void *self)
{
    const struct nnp_kernel *s = self;
    const nnp_convolve      *host = service(c);
    nnp_convolution          v = convolution(c, s, c->out[0].shape);

    v.x = nnp_f32(&c->in[0]);
    v.w = nnp_f32(&c->weight[0]);
    v.bias = s->bias ? nnp_f32(&c->weight[1]) : NULL;
    v.y = nnp_f32(&c->out[0]);
    v.work = nnp_f32(&c->scratch[0]);
    return host ? host->forward(c, &v) : NNP_ENOTSUP;
}

static int backward(nnp_ctx *c, void *self)
{
    const struct nnp_kernel *s = self;
    const nnp_convolve      *host = service(c);
    nnp_convolution          v = convolution(c, s, c->out[0].shape);

    v.x = nnp_f32(&c->in[0]);
    v.w = nnp_f32(&c->weight[0]);
    v.dy = nnp_f32(&c->dout[0]);
    v.dx = nnp_f32(&c->din[0]);
    v.dw = nnp_f32(&c->dweight[0]);
    v.dbias = s->bias ? nnp_f32(&c->dweight[1]) : NULL;
    v.beta = c->beta;
    v.work = nnp_f32(&c->scratch[0]);
    return host ? host->backward(c, &v) : NNP_ENOTSUP;
}

/* The pixels under kernel `out` at spot (i, j) of one input channel, those in the image.
 */
static int channel_terms(const nnp_convolution *v, int64_t weight, int64_t pixel,
                         const int64_t *spot, const nnp_terms *t)
{
    int rc = NNP_OK;

    for (int64_t a = 0; a < v->k; a++)
        for (int64_t b = 0; b < v->k && rc >= 0; b++) {
            int64_t i = spot[0] * v->stride + a * v->dilation - v->before[0];
            int64_t j = spot[1] * v->stride + b * v->dilation - v->before[1];

            if (i >= 0 && i < v->x_size[0] && j >= 0 && j < v->x_size[1])
                rc = t->add(t->arg, 1, nnp_of_weight(0, weight + a * v->k + b),
                            nnp_of_in(0, pixel + i * v->x_size[1] + j));
        }
    return rc;
}

static int terms(nnp_ctx *c, const void *self, int64_t element, const nnp_terms *t)
{
    const struct nnp_kernel *s = self;
    nnp_convolution          v = convolution(c, s, c->out[0].shape);
    int64_t                  spots = v.y_size[0] * v.y_size[1];
    int64_t spot[2] = { element % spots / v.y_size[1], element % v.y_size[1] };
    int64_t out = element / spots % v.out, row = element / spots / v.out;
    int64_t channels = v.in / v.groups, first = out / (v.out / v.groups) * channels;
    int     rc = NNP_OK;

    if (s->bias)
        rc = t->add(t->arg, 1, nnp_of_weight(1, out), nnp_of_nothing());
    for (int64_t k = 0; k < channels && rc >= 0; k++)
        rc = channel_terms(&v, (out * channels + k) * v.k * v.k,
                           (row * v.in + first + k) * v.x_size[0] * v.x_size[1], spot, t);
    return rc;
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "y_ij = b + sum_{kl}(w_kl x_{i+k,j+l})",
    .backward = "d(E, x_{i+k,j+l}) = sum_{kl}(w_kl d(E, y_ij))",
    .weight = "d(E, w_kl) = sum_{ij}(d(E, y_ij) x_{i+k,j+l}); d(E, b) = "
              "sum_{ij}(d(E, y_ij))",
    .terms = terms,
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component conv = {
    NNP_COMPONENT("layer", "conv"), .doc = "a kernel that slides over images",
    .takes = NNP_F32, .flags = NNP_FREE_OUT | NNP_READY | NNP_BETA,
    .self_size = sizeof(struct nnp_kernel), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(conv, NNP_OURS, &conv)
