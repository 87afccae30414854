/* SPDX-License-Identifier: MIT */
/*
 * upsample: images that are `factor` times as high and wide. nearest repeats each pixel;
 * bilinear lays straight lines between the centres of pixels and keeps the outermost
 * value beyond the outermost centres. Its weights are the same for every row and channel:
 * along an axis, spot i lies at (i + 1/2) / factor - 1/2.
 */
#include <string.h>

#include <nnpipe/fast.h>
#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/window.h>

struct upsample {
    int64_t factor;
    int32_t mode;
};

enum { NEAREST, BILINEAR };

static const nnp_param params[] = {
    { "factor", NNP_INT | NNP_MAIN, offsetof(struct upsample, factor), "2", "[1,64]",
      "by which height and width grow", NULL },
    { "mode", NNP_ENUM, offsetof(struct upsample, mode), "nearest", "nearest|bilinear",
      "how pixels in between come about", NULL },
};

struct job {
    nnp_ctx          *c;
    int64_t           factor, h, w;
    nnp_body         *body;
    nnp_ready_fn     *ready;
    const nnp_tensor *to;
};

static int setup(nnp_ctx *c, void *self)
{
    const struct upsample *s = self;
    const int64_t         *x = c->in[0].shape;
    int                    rc = nnp_images_check(c, "upsample");

    if (rc)
        return rc;
    int64_t y[4] = { x[0], x[1], x[2] * s->factor, x[3] * s->factor };
    return c->host->declare(c, NNP_OUT, "y", NNP_F32, 4, y, NULL);
}

/* Spot i takes part (1 - *t) of pixel *a and *t of pixel *b, of n. In whole numbers, so
 * that the last spot of a line is placed as exactly as the first. */
static void between(const struct job *j, int64_t i, int64_t n, int64_t *a, int64_t *b,
                    float *t)
{
    int64_t twice = 2 * i + 1 - j->factor,
            whole = 2 * j->factor; /* the place, whole = 1 */

    *a = *b = i / j->factor;
    *t = 0;
    if (twice < 0)
        return;
    *a = twice / whole;
    *b = *a + 1 < n ? *a + 1 : *a;
    *t = (float)(twice % whole) / (float)whole;
}

/* One row of pixels of the output, y0 and y1 the input's above and below. Where a pixel
 * has no part it is not read: 0 times infinity would be NaN. */
static void line(const struct job *j, const float *y0, const float *y1, float t,
                 float *to)
{
    for (int64_t i = 0; i < j->w * j->factor; i++) {
        int64_t a, b;
        float   s, above, below;

        between(j, i, j->w, &a, &b, &s);
        above = s > 0 ? y0[a] + s * (y0[b] - y0[a]) : y0[a];
        below = s > 0 ? y1[a] + s * (y1[b] - y1[a]) : y1[a];
        to[i] = t > 0 ? above + t * (below - above) : above;
    }
}

/* The transpose: each pixel gets back as much as it gave. */
static void line_gradient(const struct job *j, const float *dy, float t, float *y0,
                          float *y1)
{
    for (int64_t i = 0; i < j->w * j->factor; i++) {
        int64_t a, b;
        float   s;

        between(j, i, j->w, &a, &b, &s);
        y0[a] += (1 - t) * (1 - s) * dy[i];
        y0[b] += (1 - t) * s * dy[i];
        y1[a] += t * (1 - s) * dy[i];
        y1[b] += t * s * dy[i];
    }
}

/* ---- nearest: whole pixels, without looking for what lies between ---- */

static inline void repeat(const float *x, int64_t n, int64_t factor, float *to)
{
    for (int64_t i = 0; i < n; i++)
        for (int64_t k = 0; k < factor; k++)
            to[i * factor + k] = x[i];
}

static inline void add_up(const float *dy, int64_t n, int64_t factor, float *to)
{
    for (int64_t i = 0; i < n; i++)
        for (int64_t k = 0; k < factor; k++)
            to[i] += dy[i * factor + k];
}

/* A constant factor makes vector code of the two. */
NNP_HOT static void repeat_line(const float *x, int64_t n, int64_t factor, float *to)
{
    if (factor == 2)
        repeat(x, n, 2, to);
    else
        repeat(x, n, factor, to);
}

NNP_HOT static void add_line(const float *dy, int64_t n, int64_t factor, float *to)
{
    if (factor == 2)
        add_up(dy, n, 2, to);
    else
        add_up(dy, n, factor, to);
}

static void nearest_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    size_t            h = (size_t)j->h, factor = (size_t)j->factor;
    size_t            width = (size_t)(j->w * j->factor);

    (void)worker;
    for (size_t line = begin * h; line < end * h; line++) {
        float *to = nnp_f32(&j->c->out[0]) + line * factor * width;

        repeat_line(nnp_f32(&j->c->in[0]) + line * (size_t)j->w, j->w, j->factor, to);
        for (size_t k = 1; k < factor; k++)
            memcpy(to + k * width, to, width * sizeof *to);
    }
}

static void nearest_back(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    size_t            h = (size_t)j->h, w = (size_t)j->w, factor = (size_t)j->factor;

    (void)worker;
    memset(nnp_f32(&j->c->din[0]) + begin * h * w, 0,
           (end - begin) * h * w * sizeof(float));
    for (size_t line = begin * h; line < end * h; line++)
        for (size_t k = 0; k < factor; k++)
            add_line(nnp_f32(&j->c->dout[0]) + (line * factor + k) * w * factor, j->w,
                     j->factor, nnp_f32(&j->c->din[0]) + line * w);
}

/* ---- bilinear ---- */

/* Channels begin..end of all rows. */
static void forward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    int64_t           height = j->h * j->factor, width = j->w * j->factor, a, b;
    float             t;

    (void)worker;
    for (size_t ch = begin; ch < end; ch++) {
        const float *x = nnp_f32(&j->c->in[0]) + ch * (size_t)(j->h * j->w);
        float       *y = nnp_f32(&j->c->out[0]) + ch * (size_t)(height * width);

        for (int64_t i = 0; i < height; i++) {
            between(j, i, j->h, &a, &b, &t);
            line(j, x + a * j->w, x + b * j->w, t, y + i * width);
        }
    }
}

static void backward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    int64_t           height = j->h * j->factor, width = j->w * j->factor, a, b;
    float             t;

    (void)worker;
    for (size_t ch = begin; ch < end; ch++) {
        float       *dx = nnp_f32(&j->c->din[0]) + ch * (size_t)(j->h * j->w);
        const float *dy = nnp_f32(&j->c->dout[0]) + ch * (size_t)(height * width);

        memset(dx, 0, (size_t)(j->h * j->w) * sizeof *dx);
        for (int64_t i = 0; i < height; i++) {
            between(j, i, j->h, &a, &b, &t);
            line_gradient(j, dy + i * width, t, dx + a * j->w, dx + b * j->w);
        }
    }
}

/* Channels begin..end, which then have their values. */
static void part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    size_t            n = (size_t)(j->to->shape[2] * j->to->shape[3]);

    j->body(arg, begin, end, worker);
    j->ready(j->c, nnp_f32(j->to) + begin * n, (end - begin) * n, 0, 1);
}

static int over_channels(nnp_ctx *c, const struct upsample *s, nnp_body *body,
                         const nnp_tensor *to)
{
    const int64_t *x = c->in[0].shape;
    struct job     j = { c, s->factor, x[2], x[3], body, NULL, to };

    j.ready = (nnp_ready_fn *)c->host->extension(c, "nnp.ready/1");
    if (!j.ready)
        return nnp_fail(c, NNP_ENOTSUP, "upsample needs a host with nnp.ready/1");
    return nnp_images_run(c, &c->out[0], part, &j);
}

static int forward(nnp_ctx *c, void *self)
{
    const struct upsample *s = self;

    return over_channels(c, s, s->mode == NEAREST ? nearest_part : forward_part,
                         &c->out[0]);
}

static int backward(nnp_ctx *c, void *self)
{
    const struct upsample *s = self;

    if (!c->din[0].data)
        return NNP_OK;
    return over_channels(c, s, s->mode == NEAREST ? nearest_back : backward_part,
                         &c->din[0]);
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "y_i = sum_k(a_ik x_k)",
    .backward = "d(E, x_k) = sum_i(a_ik d(E, y_i))",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component upsample = {
    NNP_COMPONENT("layer", "upsample"), .doc = "enlarges images by a whole factor",
    .takes = NNP_F32, .flags = NNP_FREE_IN | NNP_FREE_OUT | NNP_READY,
    .self_size = sizeof(struct upsample), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(upsample, NNP_OURS, &upsample)
