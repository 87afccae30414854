/* SPDX-License-Identifier: MIT */
/*
 * batchnorm: y = gain (x - mean) / sqrt(var + eps) + shift, for each channel (axis 1)
 * over all rows and pixels. Training takes the mean and variance of the batch and moves
 * the running ones towards them by `momentum`; otherwise the running ones are used. So
 * they are, and stay as they were, for a training batch that has one number a channel.
 *
 * Ioffe, Szegedy (2015), "Batch normalization: accelerating deep network training by
 * reducing internal covariate shift". Running variance is that of a sample, divided by
 * n - 1, as the paper has it. Sums are in double precision, over
 * the rows in their order, pixels in LANES sums side by side.
 */
#include <math.h>
#include <string.h>

#include <nnpipe/fast.h>
#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct batchnorm {
    double momentum, eps;
};

static const nnp_param params[] = {
    { "momentum", NNP_REAL | NNP_LIVE, offsetof(struct batchnorm, momentum), "0.1",
      "[0,1]", "share of the batch in the running mean and variance", NULL },
    { "eps", NNP_REAL, offsetof(struct batchnorm, eps), "1e-5", "(0,inf)",
      "added to the variance", NULL },
};

struct job {
    nnp_ctx      *c;
    size_t        rows, channels, inner, together; /* together: channels of a group */
    nnp_ready_fn *ready;
    double        momentum, eps;
    int           batch; /* statistics of the batch */
};

static int setup(nnp_ctx *c, void *self)
{
    const nnp_tensor *x = &c->in[0];

    (void)self;
    if (x->ndim < 2)
        return nnp_fail(c, NNP_EINVAL, "batchnorm takes rows of features or of channels");
    const int64_t *n = &x->shape[1], kept[2] = { x->shape[1], 2 };
    int            rc = nnp_like(c, NNP_OUT, "y", x);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_WEIGHT | NNP_NODECAY, "gain", NNP_F32, 1, n,
                              "constant: 1");
    if (rc >= 0)
        rc = c->host->declare(c, NNP_WEIGHT | NNP_NODECAY, "shift", NNP_F32, 1, n,
                              "zeros");
    if (rc >= 0)
        rc = c->host->declare(c, NNP_STATE, "mean", NNP_F32, 1, n, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_STATE, "var", NNP_F32, 1, n, "constant: 1");
    if (rc >= 0)
        rc = c->host->declare(c, NNP_SAVED, "statistics", NNP_F64, 2, kept, NULL);
    return rc < 0 ? rc : NNP_OK;
}

/* ---- sums over the batch, of some channels that lie side by side in memory ---- */

enum {
    LANES = 8,   /* sums side by side along a channel's pixels */
    COLUMNS = 32 /* channels of one number a row that are read together */
};

/* Channels from..from + n: a channel alone, or up to COLUMNS of one number a row. Two
 * sums over the batch for each of them. */
struct group {
    size_t from, n;
    double one[COLUMNS], two[COLUMNS];
};

static inline double total(const double *lanes)
{
    double sum = 0;

    for (size_t k = 0; k < LANES; k++)
        sum += lanes[k];
    return sum;
}

/* Sums of d and d^2, d = x - base, base the channel's first number: a channel that is
 * constant has no variance at all. */
NNP_HOT static void sum_pixels(const float *x, size_t rows, size_t step, size_t inner,
                               struct group *g)
{
    double one[LANES] = { 0 }, two[LANES] = { 0 }, base = (double)x[0];

    for (size_t row = 0; row < rows; row++, x += step) {
        size_t i = 0;

        for (; i + LANES <= inner; i += LANES)
            for (size_t k = 0; k < LANES; k++) {
                double d = (double)x[i + k] - base;
                one[k] += d;
                two[k] += d * d;
            }
        for (; i < inner; i++) {
            double d = (double)x[i] - base;
            one[i % LANES] += d;
            two[i % LANES] += d * d;
        }
    }
    g->one[0] = total(one);
    g->two[0] = total(two);
}

NNP_HOT static void sum_columns(const float *x, size_t rows, size_t step, struct group *g)
{
    const float *base = x;
    double       one[COLUMNS] = { 0 }, two[COLUMNS] = { 0 };

    for (size_t row = 0; row < rows; row++, x += step)
        for (size_t k = 0; k < g->n; k++) {
            double d = (double)x[k] - (double)base[k];
            one[k] += d;
            two[k] += d * d;
        }
    memcpy(g->one, one, sizeof one);
    memcpy(g->two, two, sizeof two);
}

/* Sums of dy and of dy (x - mean). */
NNP_HOT static void sum_pixels_back(const float *x, const float *dy, const double *saved,
                                    size_t rows, size_t step, size_t inner,
                                    struct group *g)
{
    double one[LANES] = { 0 }, two[LANES] = { 0 }, mean = saved[0];

    for (size_t row = 0; row < rows; row++, x += step, dy += step) {
        size_t i = 0;

        for (; i + LANES <= inner; i += LANES)
            for (size_t k = 0; k < LANES; k++) {
                one[k] += (double)dy[i + k];
                two[k] += (double)dy[i + k] * ((double)x[i + k] - mean);
            }
        for (; i < inner; i++) {
            one[i % LANES] += (double)dy[i];
            two[i % LANES] += (double)dy[i] * ((double)x[i] - mean);
        }
    }
    g->one[0] = total(one);
    g->two[0] = total(two);
}

NNP_HOT static void sum_columns_back(const float *x, const float *dy, const double *saved,
                                     size_t rows, size_t step, struct group *g)
{
    double one[COLUMNS] = { 0 }, two[COLUMNS] = { 0 }, mean[COLUMNS];

    for (size_t k = 0; k < g->n; k++)
        mean[k] = saved[2 * k];
    for (size_t row = 0; row < rows; row++, x += step, dy += step)
        for (size_t k = 0; k < g->n; k++) {
            one[k] += (double)dy[k];
            two[k] += (double)dy[k] * ((double)x[k] - mean[k]);
        }
    memcpy(g->one, one, sizeof one);
    memcpy(g->two, two, sizeof two);
}

/* ---- forward ---- */

static void move_running(const struct job *j, size_t ch, double mean, double var)
{
    double n = (double)(j->rows * j->inner); /* more than 1 */
    float *old_mean = nnp_f32(&j->c->state[0]) + ch;
    float *old_var = nnp_f32(&j->c->state[1]) + ch;

    var *= n / (n - 1);
    *old_mean += (float)(j->momentum * (mean - (double)*old_mean));
    *old_var += (float)(j->momentum * (var - (double)*old_var));
}

/* y = (x - mean) a + b, each of these once for every column, or for all pixels. */
struct map {
    float mean[COLUMNS], a[COLUMNS], b[COLUMNS];
};

NNP_HOT static void map_pixels(const struct map *m, const float *x, float *y, size_t n)
{
    float mean = m->mean[0], a = m->a[0], b = m->b[0];

    NNP_LANES
    for (size_t i = 0; i < n; i++)
        y[i] = (x[i] - mean) * a + b;
}

NNP_HOT static void map_columns(const struct map *m, const float *x, float *y, size_t n)
{
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        y[i] = (x[i] - m->mean[i]) * m->a[i] + m->b[i];
}

/* Mean and scale of each channel, of the batch or the running ones. */
static void statistics(const struct job *j, const struct group *g, const float *x,
                       struct map *m)
{
    double *saved = j->c->saved[0].data, n = (double)(j->rows * j->inner);

    for (size_t k = 0; k < g->n; k++) {
        size_t ch = g->from + k;
        double mean = (double)nnp_f32(&j->c->state[0])[ch];
        double var = (double)nnp_f32(&j->c->state[1])[ch];

        if (j->batch) {
            double off = g->one[k] / n;
            mean = (double)x[k] + off;
            var = g->two[k] / n - off * off;
            var = var < 0 ? 0 : var; /* rounding */
            move_running(j, ch, mean, var);
        }
        double scale = 1 / sqrt(var + j->eps);
        m->mean[k] = (float)mean;
        m->a[k] = (float)(scale * (double)nnp_f32(&j->c->weight[0])[ch]);
        m->b[k] = nnp_f32(&j->c->weight[1])[ch];
        if (saved) {
            saved[2 * ch] = mean;
            saved[2 * ch + 1] = scale;
        }
    }
}

static struct group group_of(const struct job *j, size_t number)
{
    size_t from = number * j->together, left = j->channels - from;

    return (struct group){ .from = from, .n = left < j->together ? left : j->together };
}

static void forward_groups(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    size_t            step = j->channels * j->inner;

    (void)worker;
    for (size_t i = begin; i < end; i++) {
        struct group g = group_of(j, i);
        struct map   m;
        const float *x = nnp_f32(&j->c->in[0]) + g.from * j->inner;
        float       *y = nnp_f32(&j->c->out[0]) + g.from * j->inner;

        if (j->batch && j->inner > 1)
            sum_pixels(x, j->rows, step, j->inner, &g);
        else if (j->batch)
            sum_columns(x, j->rows, step, &g);
        statistics(j, &g, x, &m);
        for (size_t row = 0; row < j->rows; row++)
            if (j->inner > 1)
                map_pixels(&m, x + row * step, y + row * step, j->inner);
            else
                map_columns(&m, x + row * step, y + row * step, g.n);
        j->ready(j->c, y, g.n * j->inner, step, j->rows);
    }
}

/* ---- backward ---- */

/* dx = a dy - (b (x - mean) + c), the same way. */
struct slope {
    float mean[COLUMNS], a[COLUMNS], b[COLUMNS], c[COLUMNS];
};

NNP_HOT static void slope_pixels(const struct slope *s, const float *x, const float *dy,
                                 float *dx, size_t n)
{
    float mean = s->mean[0], a = s->a[0], b = s->b[0], c = s->c[0];

    NNP_LANES
    for (size_t i = 0; i < n; i++)
        dx[i] = a * dy[i] - (b * (x[i] - mean) + c);
}

NNP_HOT static void slope_columns(const struct slope *s, const float *x, const float *dy,
                                  float *dx, size_t n)
{
    NNP_LANES
    for (size_t i = 0; i < n; i++)
        dx[i] = s->a[i] * dy[i] - (s->b[i] * (x[i] - s->mean[i]) + s->c[i]);
}

/* Gradients of gain and shift; how dx comes from dy and x. */
static void slopes(const struct job *j, const struct group *g, struct slope *s)
{
    const nnp_ctx *c = j->c;
    double         n = (double)(j->rows * j->inner);

    for (size_t k = 0; k < g->n; k++) {
        size_t        ch = g->from + k;
        const double *saved = (double *)c->saved[0].data + 2 * ch;
        double        scale = saved[1], a = scale * (double)nnp_f32(&c->weight[0])[ch];
        double        times_z = g->two[k] * scale;

        if (c->dweight[0].data)
            nnp_f32(&c->dweight[0])[ch] += (float)times_z;
        if (c->dweight[1].data)
            nnp_f32(&c->dweight[1])[ch] += (float)g->one[k];
        s->mean[k] = (float)saved[0];
        s->a[k] = (float)a;
        s->b[k] = j->batch ? (float)(a * scale * times_z / n) : 0;
        s->c[k] = j->batch ? (float)(a * g->one[k] / n) : 0;
    }
}

static void backward_groups(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    nnp_ctx          *c = j->c;
    size_t            step = j->channels * j->inner;

    (void)worker;
    for (size_t i = begin; i < end; i++) {
        struct group  g = group_of(j, i);
        struct slope  s;
        size_t        at = g.from * j->inner;
        const float  *x = nnp_f32(&c->in[0]) + at, *dy = nnp_f32(&c->dout[0]) + at;
        const double *saved = (double *)c->saved[0].data + 2 * g.from;

        if (j->inner > 1)
            sum_pixels_back(x, dy, saved, j->rows, step, j->inner, &g);
        else
            sum_columns_back(x, dy, saved, j->rows, step, &g);
        slopes(j, &g, &s);
        if (!c->din[0].data)
            continue;
        float *dx = nnp_f32(&c->din[0]) + at;
        for (size_t row = 0; row < j->rows; row++)
            if (j->inner > 1)
                slope_pixels(&s, x + row * step, dy + row * step, dx + row * step,
                             j->inner);
            else
                slope_columns(&s, x + row * step, dy + row * step, dx + row * step, g.n);
        j->ready(c, dx, g.n * j->inner, step, j->rows);
    }
}

static int over_groups(nnp_ctx *c, const struct batchnorm *s, nnp_body *body)
{
    const nnp_tensor *x = &c->in[0];
    struct job        j = { .c = c,
                            .rows = (size_t)x->shape[0],
                            .channels = (size_t)x->shape[1],
                            .inner = 1,
                            .ready = (nnp_ready_fn *)c->host->extension(c, "nnp.ready/1"),
                            .momentum = s->momentum,
                            .eps = s->eps };

    for (int32_t i = 2; i < x->ndim; i++)
        j.inner *= (size_t)x->shape[i];
    /* One number has no variance: 0 for it would wear the running one down with every
     * short last batch, and put out nothing but the shift. */
    j.batch = (c->flags & NNP_TRAIN) && j.rows * j.inner > 1;
    j.together = j.inner > 1 ? 1 : COLUMNS;
    if (!j.ready)
        return nnp_fail(c, NNP_ENOTSUP, "batchnorm needs a host with nnp.ready/1");
    if (j.rows * j.inner == 0)
        return NNP_OK;
    return c->host->parallel(c, (j.channels + j.together - 1) / j.together,
                             1 + NNP_GRAIN / (j.rows * j.inner * j.together), body, &j);
}

static int forward(nnp_ctx *c, void *self)
{
    return over_groups(c, self, forward_groups);
}

static int backward(nnp_ctx *c, void *self)
{
    return over_groups(c, self, backward_groups);
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "m = mean_k(x_k); v = mean_k((x_k - m)^2); z_k = (x_k - m) / sqrt(v + "
               "eps); y_k = gain_k z_k + shift_k",
    .backward = "c_k = gain_k d(E, y_k); "
                "d(E, x_k) = (c_k - mean_i(c_i) - z_k mean_i(c_i z_i)) / sqrt(v + eps)",
    .weight = "d(E, gain_k) = z_k d(E, y_k); d(E, shift_k) = d(E, y_k)",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component batchnorm = {
    NNP_COMPONENT("layer", "batchnorm"),
    .doc = "each channel with mean 0 and variance 1 over the batch",
    .takes = NNP_F32, .flags = NNP_FREE_OUT | NNP_READY,
    .self_size = sizeof(struct batchnorm), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(batchnorm, NNP_OURS, &batchnorm)
