/* SPDX-License-Identifier: MIT */
/*
 * avgpool: the mean of each k x k window of each channel. Windows begin `stride` pixels
 * apart and lie inside the image; what is left over on the right and below is not seen.
 */
#include <string.h>

#include <nnpipe/formula.h>
#include <nnpipe/window.h>

static const nnp_param params[] = { NNP_WINDOW_PARAMS };

struct job {
    nnp_ctx *c;
    int64_t  k, stride, in[2], out[2];
};

static int setup(nnp_ctx *c, void *self)
{
    int64_t y[4];
    int     rc = nnp_window_shape(c, self, "avgpool", y);

    return rc ? rc : c->host->declare(c, NNP_OUT, "y", NNP_F32, 4, y, NULL);
}

/* The first pixel of window i. */
static int64_t corner(const struct job *j, size_t i)
{
    int64_t at = (int64_t)i;

    return (at / j->out[1] * j->in[1] + at % j->out[1]) * j->stride;
}

/* Channels begin..end of all rows. */
static void forward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    size_t            size = (size_t)(j->in[0] * j->in[1]);
    size_t            n = (size_t)(j->out[0] * j->out[1]);

    (void)worker;
    for (size_t ch = begin; ch < end; ch++)
        for (size_t i = 0; i < n; i++) {
            const float *x = nnp_f32(&j->c->in[0]) + ch * size + corner(j, i);
            float        sum = 0;

            for (int64_t y = 0; y < j->k; y++)
                for (int64_t k = 0; k < j->k; k++)
                    sum += x[y * j->in[1] + k];
            nnp_f32(&j->c->out[0])[ch * n + i] = sum / (float)(j->k * j->k);
        }
}

static void backward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    size_t            size = (size_t)(j->in[0] * j->in[1]);
    size_t            n = (size_t)(j->out[0] * j->out[1]);

    (void)worker;
    for (size_t ch = begin; ch < end; ch++) {
        float *dx = nnp_f32(&j->c->din[0]) + ch * size;

        memset(dx, 0, size * sizeof *dx);
        for (size_t i = 0; i < n; i++) {
            float  g = nnp_f32(&j->c->dout[0])[ch * n + i] / (float)(j->k * j->k);
            float *to = dx + corner(j, i);

            for (int64_t y = 0; y < j->k; y++)
                for (int64_t k = 0; k < j->k; k++)
                    to[y * j->in[1] + k] += g;
        }
    }
}

static int over_channels(nnp_ctx *c, const struct nnp_window *s, nnp_body *body)
{
    const int64_t *x = c->in[0].shape, *y = c->out[0].shape;
    struct job     j = { c, s->k, nnp_window_stride(s), { x[2], x[3] }, { y[2], y[3] } };

    return nnp_images_run(c, &c->in[0], body, &j);
}

static int forward(nnp_ctx *c, void *self)
{
    return over_channels(c, self, forward_part);
}

static int backward(nnp_ctx *c, void *self)
{
    return c->din[0].data ? over_channels(c, self, backward_part) : NNP_OK;
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "y = mean_k(x_k)",
    .backward = "d(E, x_k) = d(E, y) / n",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component avgpool = {
    NNP_COMPONENT("layer", "avgpool"), .doc = "the mean of each window",
    .takes = NNP_F32, .flags = NNP_FREE_IN | NNP_FREE_OUT,
    .self_size = sizeof(struct nnp_window), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(avgpool, NNP_OURS, &avgpool)
