/* SPDX-License-Identifier: MIT */
/*
 * softmax: y_i = e^x_i / sum_j e^x_j along an axis, the last one unless said otherwise.
 *
 * Bridle (1990), "Probabilistic interpretation of feedforward classification network
 * outputs". The largest x is taken from all first, so no power overflows and the sum is
 * at least 1. dx_i = y_i (dy_i - sum_j dy_j y_j): backward needs y alone.
 *
 * A tensor is seen as (outer, n, inner) with n the axis; of one `outer` the `inner`
 * columns are worked on side by side.
 */
#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct softmax {
    int64_t axis;
};

enum { LANES = 16, COLUMNS = 64 }; /* sums of a line; columns that are done together */

static const nnp_param params[] = {
    { "axis", NNP_INT | NNP_MAIN, offsetof(struct softmax, axis), "-1", "[-7,7]",
      "along which the results add up to 1; 0 is the rows, -1 the last", NULL },
};

struct job {
    nnp_ctx *c;
    size_t   n, inner;
};

static int64_t axis_of(const nnp_ctx *c, const struct softmax *s)
{
    int64_t ndim = c->in[0].ndim, axis = s->axis < 0 ? s->axis + ndim : s->axis;

    return axis < ndim ? axis : -1;
}

static int setup(nnp_ctx *c, void *self)
{
    if (axis_of(c, self) < 1)
        return nnp_fail(c, NNP_EINVAL,
                        "softmax works along axis 1 or later of its input: axis 0 "
                        "is the rows, and this input has no such axis");
    return nnp_like(c, NNP_OUT, "y", &c->in[0]);
}

/* Floats as integers of the same order: a largest integer is found in vectors. */
NNP_HOT static float largest(const float *x, size_t n)
{
    int32_t top = INT32_MIN;

    for (size_t i = 0; i < n; i++) {
        int32_t bits = (int32_t)nnp_bits(x[i]);
        int32_t key = bits ^ (bits >> 31 & INT32_MAX);
        top = key > top ? key : top;
    }
    return nnp_from_bits((uint32_t)(top ^ (top >> 31 & INT32_MAX)));
}

static inline float add_lanes(const float *sum)
{
    float all = 0.0f;

    for (size_t k = 0; k < LANES; k++)
        all += sum[k];
    return all;
}

/* Whole blocks of LANES go into as many running sums, the rest into the first ones:
 * vector code, and the order of adding is the same whatever the vectors' length is. */
NNP_HOT static void line(const float *x, float *y, size_t n)
{
    float sum[LANES] = { 0 }, top = largest(x, n), factor;

    NNP_LANES
    for (size_t i = 0; i < n; i++)
        y[i] = nnp_expf(x[i] - top);
    for (size_t i = 0; i + LANES <= n; i += LANES)
        for (size_t k = 0; k < LANES; k++)
            sum[k] += y[i + k];
    for (size_t i = n - n % LANES; i < n; i++)
        sum[i % LANES] += y[i];
    factor = 1.0f / add_lanes(sum);
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        y[i] *= factor;
}

NNP_HOT static void line_gradient(const float *y, const float *dy, float *dx, size_t n)
{
    float sum[LANES] = { 0 }, all;

    for (size_t i = 0; i + LANES <= n; i += LANES)
        for (size_t k = 0; k < LANES; k++)
            sum[k] += dy[i + k] * y[i + k];
    for (size_t i = n - n % LANES; i < n; i++)
        sum[i % LANES] += dy[i] * y[i];
    all = add_lanes(sum);
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        dx[i] = y[i] * (dy[i] - all);
}

/* The same for w <= COLUMNS columns, whose elements lie `inner` apart: side by side,
 * memory is read in its order, and no more of them than there is room for their sums in
 * cache. */
NNP_HOT static void columns(const float *x, float *y, size_t n, size_t inner, size_t w)
{
    float top[COLUMNS], sum[COLUMNS] = { 0 };

    for (size_t k = 0; k < w; k++)
        top[k] = x[k];
    for (size_t i = 1; i < n; i++)
        for (size_t k = 0; k < w; k++)
            top[k] = nnp_pickf(x[i * inner + k] > top[k], x[i * inner + k], top[k]);
    for (size_t i = 0; i < n; i++) {
        NNP_LANES
        for (size_t k = 0; k < w; k++) {
            float e = nnp_expf(x[i * inner + k] - top[k]);
            y[i * inner + k] = e;
            sum[k] += e;
        }
    }
    for (size_t i = 0; i < n; i++) {
        NNP_LANES
        for (size_t k = 0; k < w; k++)
            y[i * inner + k] /= sum[k];
    }
}

NNP_HOT static void columns_gradient(const float *y, const float *dy, float *dx, size_t n,
                                     size_t inner, size_t w)
{
    float sum[COLUMNS] = { 0 };

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < w; k++)
            sum[k] += dy[i * inner + k] * y[i * inner + k];
    for (size_t i = 0; i < n; i++) {
        NNP_LANES
        for (size_t k = 0; k < w; k++)
            dx[i * inner + k] = y[i * inner + k] * (dy[i * inner + k] - sum[k]);
    }
}

static void forward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    size_t            size = j->n * j->inner;

    (void)worker;
    for (size_t o = begin; o < end; o++) {
        const float *x = nnp_f32(&j->c->in[0]) + o * size;
        float       *y = nnp_f32(&j->c->out[0]) + o * size;

        if (j->inner == 1)
            line(x, y, j->n);
        for (size_t k = 0; j->inner > 1 && k < j->inner; k += COLUMNS)
            columns(x + k, y + k, j->n, j->inner,
                    j->inner - k < COLUMNS ? j->inner - k : COLUMNS);
    }
}

static void backward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    size_t            size = j->n * j->inner;

    (void)worker;
    for (size_t o = begin; o < end; o++) {
        const float *y = nnp_f32(&j->c->out[0]) + o * size;
        const float *dy = nnp_f32(&j->c->dout[0]) + o * size;
        float       *dx = nnp_f32(&j->c->din[0]) + o * size;

        if (j->inner == 1)
            line_gradient(y, dy, dx, j->n);
        for (size_t k = 0; j->inner > 1 && k < j->inner; k += COLUMNS)
            columns_gradient(y + k, dy + k, dx + k, j->n, j->inner,
                             j->inner - k < COLUMNS ? j->inner - k : COLUMNS);
    }
}

static int over_lines(nnp_ctx *c, const struct softmax *s, nnp_body *body)
{
    int64_t           axis = axis_of(c, s);
    const nnp_tensor *x = &c->in[0];
    struct job        j = { c, (size_t)x->shape[axis], 1 };
    size_t            outer = 1;

    for (int32_t i = 0; i < axis; i++)
        outer *= (size_t)x->shape[i];
    for (int64_t i = axis + 1; i < x->ndim; i++)
        j.inner *= (size_t)x->shape[i];
    if (!j.n)
        return NNP_OK;
    return c->host->parallel(c, outer, 1 + NNP_GRAIN / (j.n * j.inner + 1), body, &j);
}

static int forward(nnp_ctx *c, void *self)
{
    return over_lines(c, self, forward_part);
}

static int backward(nnp_ctx *c, void *self)
{
    return c->din[0].data ? over_lines(c, self, backward_part) : NNP_OK;
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "y_i = e^x_i / sum_j(e^x_j)",
    .backward = "d(E, x_i) = y_i (d(E, y_i) - sum_j(y_j d(E, y_j)))",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component softmax = {
    NNP_COMPONENT("layer", "softmax"), .doc = "e^x over its sum: probabilities of classes",
    .takes = NNP_F32, .flags = NNP_FREE_IN | NNP_INPLACE | NNP_INPLACE_BWD |
             NNP_PROBABILITIES,
    .self_size = sizeof(struct softmax), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(softmax, NNP_OURS, &softmax)
