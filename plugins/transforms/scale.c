/* SPDX-License-Identifier: MIT */
/*
 * scale: maps the range `from` linearly onto the range `to`; nothing is cut off.
 *
 * Without `from`: u8 is 0..255, and of other types the smallest and the largest value are
 * taken from the training rows, for every column of a table and every channel of an image
 * by itself, or with `per: all` once for everything. What is constant becomes to[0].
 */
#include <math.h>
#include <string.h>

#include <nnpipe/data.h>
#include <nnpipe/math.h>

struct scale {
    nnp_list to, from;
    int32_t  per;
};

enum { FEATURE, ALL };
enum { LOW, HIGH, COUNT }; /* states, when they are needed */

static const nnp_param params[] = {
    { "to", NNP_REALS | NNP_MAIN, offsetof(struct scale, to), "[0, 1]", NULL,
      "what the range becomes", NULL },
    { "from", NNP_REALS, offsetof(struct scale, from), "", NULL,
      "the range; without it 0..255 for u8, else that of the training rows", NULL },
    { "per", NNP_ENUM, offsetof(struct scale, per), "feature", "feature|all",
      "learn a range for each column or channel, or one for all", NULL },
};

static int learns(const nnp_ctx *c, const struct scale *s)
{
    return !s->from.n && nnp_type(&c->in[0]) != NNP_U8;
}

/* Axis 1 are the columns of a table, the channels of an image. */
static int64_t groups(const nnp_ctx *c, const struct scale *s)
{
    int one = s->per == ALL || c->in[0].ndim < 2 || c->in[0].shape[1] < 1;

    return one ? 1 : c->in[0].shape[1];
}

static int check_range(nnp_ctx *c, const nnp_list *l, int rising, const char *msg)
{
    const double *v = l->v;

    if (l->n == 2 && isfinite(v[0]) && isfinite(v[1]) && (rising ? v[0] < v[1] : 1))
        return NNP_OK;
    return nnp_fail(c, NNP_EINVAL, "%s", msg);
}

static int setup(nnp_ctx *c, void *self)
{
    const struct scale *s = self;
    const nnp_tensor   *x = &c->in[0];
    int64_t             n = groups(c, s), one = 1;
    int                 rc = check_range(c, &s->to, 0, "to: two numbers are needed");

    if (!rc && s->from.n)
        rc = check_range(c, &s->from, 1,
                         "from: two numbers are needed, the smaller first");
    if (!rc)
        rc =
            c->host->declare(c, NNP_OUT, "y", NNP_F32, (uint32_t)x->ndim, x->shape, NULL);
    if (rc >= 0 && learns(c, s)) {
        rc = c->host->declare(c, NNP_STATE, "low", NNP_F64, 1, &n, NULL);
        if (rc >= 0)
            rc = c->host->declare(c, NNP_STATE, "high", NNP_F64, 1, &n, NULL);
        if (rc >= 0)
            rc = c->host->declare(c, NNP_STATE, "count", NNP_F64, 1, &one, NULL);
    }
    return rc < 0 ? rc : NNP_OK;
}

/* The very first number of a group sets both ends: states begin as zeros, and 0 need not
 * lie between the smallest and the largest. */
static int fit(nnp_ctx *c, void *self)
{
    const struct scale *s = self;
    const nnp_tensor   *x = &c->in[0];

    if (!learns(c, s))
        return NNP_OK;
    double *low = c->state[LOW].data, *high = c->state[HIGH].data;
    double *count = c->state[COUNT].data;
    size_t  n = (size_t)groups(c, s), row = nnp_row(x), run = row / n;

    for (size_t i = 0, total = nnp_count(x); i < total; i++) {
        double v = nnp_number(x, i);
        size_t g = i % row / run;
        int    first = *count == 0 && i < row && i % run == 0;

        low[g] = first || v < low[g] ? v : low[g];
        high[g] = first || v > high[g] ? v : high[g];
    }
    *count += (double)x->shape[0];
    return NNP_OK;
}

/* y = slope (x - low) + to in this group. The offset goes first: where it is large beside
 * the range, as in seconds since 1970, slope x + b would lose what tells values apart. */
struct line {
    double slope, low, to;
};

static struct line line_of(const nnp_ctx *c, const struct scale *s, size_t g)
{
    const double *to = s->to.v, *from = s->from.v, bytes[2] = { 0, 255 };
    double        low, high;

    if (learns(c, s)) {
        low = ((const double *)c->state[LOW].data)[g];
        high = ((const double *)c->state[HIGH].data)[g];
    } else {
        low = s->from.n ? from[0] : bytes[0];
        high = s->from.n ? from[1] : bytes[1];
    }
    return (struct line){ high > low ? (to[1] - to[0]) / (high - low) : 0, low, to[0] };
}

NNP_HOT static void map_bytes(const uint8_t *x, size_t n, struct line l, float *y)
{
    float slope = (float)l.slope, low = (float)l.low, to = (float)l.to;

    NNP_LANES
    for (size_t i = 0; i < n; i++)
        y[i] = slope * ((float)x[i] - low) + to;
}

NNP_HOT static void map_floats(const float *x, size_t n, struct line l, float *y)
{
    float slope = (float)l.slope, low = (float)l.low, to = (float)l.to;

    NNP_LANES
    for (size_t i = 0; i < n; i++)
        y[i] = slope * (x[i] - low) + to;
}

static void map_run(const nnp_tensor *x, size_t at, size_t n, struct line l, float *y)
{
    if (nnp_type(x) == NNP_U8)
        map_bytes((const uint8_t *)x->data + at, n, l, y);
    else if (nnp_type(x) == NNP_F32)
        map_floats(nnp_f32(x) + at, n, l, y);
    else
        for (size_t i = 0; i < n; i++)
            y[i] = (float)(l.slope * (nnp_number(x, at + i) - l.low) + l.to);
}

static int forward(nnp_ctx *c, void *self)
{
    const struct scale *s = self;
    const nnp_tensor   *x = &c->in[0];
    size_t              n = (size_t)groups(c, s), row = nnp_row(x), run = row / n;

    for (size_t g = 0; g < n; g++) {
        struct line l = line_of(c, s, g);

        for (size_t at = g * run, total = nnp_count(x); at < total; at += row)
            map_run(x, at, run, l, nnp_f32(&c->out[0]) + at);
    }
    return NNP_OK;
}

/* What is constant comes back as that constant. */
static void inverse(const nnp_ctx *c, const void *self, float *y, size_t rows)
{
    size_t n = (size_t)groups(c, self), row = nnp_row(&c->in[0]), run = row / n;

    for (size_t i = 0; i < rows * row; i++) {
        struct line l = line_of(c, self, i % row / run);
        double      by = l.slope > 0 || l.slope < 0 ? 1 / l.slope : 0;

        y[i] = (float)(((double)y[i] - l.to) * by + l.low);
    }
}

static const void *extension(const char *id)
{
    nnp_inverse_fn *back = inverse;

    return strcmp(id, "nnp.inverse/1") == 0 ? (const void *)back : NULL;
}

static int backward(nnp_ctx *c, void *self)
{
    const struct scale *s = self;
    const nnp_tensor   *x = &c->in[0];
    size_t              n = (size_t)groups(c, s), row = nnp_row(x), run = row / n;

    for (size_t i = 0, total = c->din[0].data ? nnp_count(x) : 0; i < total; i++) {
        float slope = (float)line_of(c, s, i % row / run).slope;

        nnp_f32(&c->din[0])[i] = slope * nnp_f32(&c->dout[0])[i];
    }
    return NNP_OK;
}

static const nnp_component scale = {
    NNP_COMPONENT("transform", "scale"),
    .doc = "maps a range of values onto another, [0, 1] by default",
    .flags = NNP_FREE_IN | NNP_FREE_OUT | NNP_INPLACE_BWD,
    .self_size = sizeof(struct scale),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
    .backward = backward,
    .fit = fit,
    .extension = extension,
};

NNP_PLUGIN(scale, NNP_OURS, &scale)
