/* SPDX-License-Identifier: MIT */
/* A component per fault of the kinds other than layer; the right ones are numbers 30
 * to 36, 51 and 54. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <nnpipe/data.h>
#include <nnpipe/fast.h>
#include <nnpipe/plugin.h>
#include <nnpipe/report.h>

enum fault {
    LOSS = 30,
    OPTIMIZER,
    METRIC,
    LOADER,
    SCHEDULE,
    REGULARIZER,
    TRANSFORM,
    LOSS_DIVIDED_BY_ROWS,
    LOSS_IGNORES_MASK,
    OPTIMIZER_NOT_IN_SLICES,
    OPTIMIZER_IDLE,
    METRIC_OF_LAST_BATCH,
    METRIC_NAMELESS,
    METRIC_NOT_SUMMED,
    LOADER_KNOWS_ITS_BATCH,
    LOADER_COUNTS_NOTHING,
    SCHEDULE_REMEMBERS,
    SCHEDULE_SILENT,
    REGULARIZER_OVERWRITES,
    PROJECTS_EVERY_TIME,
    TRANSFORM_OF_LAST_BATCH,
    ESTIMATOR,
    ESTIMATOR_KNOWS_ITS_BATCH,
    LOSS_NOT_BOTH,
    REPORT,
    TRANSFORM_LOSES_ITS_WAY,
    METRIC_WITH_DETAILS
};

struct own {
    double seen;
};

static const nnp_param params[] = {
    { "unused", NNP_REAL | NNP_MAIN, offsetof(struct own, seen), "0", NULL,
      "where schedules must not remember", NULL },
};

/* ---- loss: the mean over a row of w (p - t)^2 / 2, w the mask ---- */

static double mask_at(const nnp_ctx *c, size_t i)
{
    return c->n_in > 2 && FAULT != LOSS_IGNORES_MASK ? nnp_number(&c->in[2], i) : 1;
}

static double row_weight(const nnp_ctx *c, size_t row)
{
    size_t n = nnp_row(&c->in[0]);
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += mask_at(c, row * n + i);
    sum = sum > 0 ? sum : 1;
    return FAULT == LOSS_DIVIDED_BY_ROWS ? sum * (double)c->in[0].shape[0] : sum;
}

static int loss_setup(nnp_ctx *c, void *self)
{
    (void)self;
    if (nnp_type(&c->in[1]) != NNP_F32 || nnp_count(&c->in[0]) != nnp_count(&c->in[1]))
        return nnp_fail(c, NNP_EINVAL, "the target must be as the prediction");
    int rc = c->host->declare(c, NNP_OUT, "loss", NNP_F32, 1, c->in[0].shape, NULL);
    return rc < 0 ? rc : NNP_OK;
}

static int loss_forward(nnp_ctx *c, void *self)
{
    size_t n = nnp_row(&c->in[0]);

    (void)self;
    for (size_t r = 0; r < (size_t)c->in[0].shape[0]; r++) {
        double sum = 0;
        for (size_t i = r * n; i < r * n + n; i++) {
            double d = nnp_number(&c->in[0], i) - nnp_number(&c->in[1], i);
            sum += mask_at(c, i) * d * d / 2;
        }
        nnp_f32(&c->out[0])[r] = (float)(sum / row_weight(c, r));
    }
    return NNP_OK;
}

static int loss_backward(nnp_ctx *c, void *self)
{
    size_t n = nnp_row(&c->in[0]);
    float *dp = nnp_f32(&c->din[0]);

    (void)self;
    for (size_t i = 0; dp && i < nnp_count(&c->in[0]); i++)
        dp[i] = (float)(nnp_number(&c->dout[0], i / n) * mask_at(c, i) *
                        (nnp_number(&c->in[0], i) - nnp_number(&c->in[1], i)) /
                        row_weight(c, i / n));
    return NNP_OK;
}

/* ---- optimizer: plain steps ---- */

static int optimizer_forward(nnp_ctx *c, void *self)
{
    const float *g = nnp_f32(&c->dweight[0]);
    float       *w = nnp_f32(&c->weight[0]), most = 1;
    size_t       n = nnp_count(&c->weight[0]);

    (void)self;
    for (size_t i = 0; FAULT == OPTIMIZER_NOT_IN_SLICES && i < n; i++)
        most = fabsf(g[i]) * 8 > most ? fabsf(g[i]) * 8 : most;
    for (size_t i = 0; FAULT != OPTIMIZER_IDLE && i < n; i++)
        w[i] -= (float)c->lr * g[i] / most;
    return NNP_OK;
}

/* ---- metric: mean difference ---- */

static int metric_setup(nnp_ctx *c, void *self)
{
    uint32_t how = FAULT == METRIC_NOT_SUMMED ? 0 : NNP_SUM;
    int64_t  n = 2;
    int      rc = c->host->declare(c, NNP_STATE | how, "sums", NNP_F64, 1, &n, NULL);

    (void)self;
    return rc < 0 ? rc : NNP_OK;
}

static int metric_fit(nnp_ctx *c, void *self)
{
    double *s = c->state[0].data;

    (void)self;
    if (FAULT == METRIC_OF_LAST_BATCH)
        s[0] = s[1] = 0;
    for (size_t i = 0; i < nnp_count(&c->in[0]); i++)
        s[0] += nnp_number(&c->in[0], i);
    s[1] += (double)nnp_count(&c->in[0]);
    return NNP_OK;
}

static int metric_finish(nnp_ctx *c, void *self)
{
    const double *s = c->state[0].data;

    (void)self;
    if (FAULT == METRIC_WITH_DETAILS)
        c->host->report(c, "faulty.sum", s[0]);
    return c->host->report(c, FAULT == METRIC_NAMELESS ? "value" : "faulty", s[0] / s[1]);
}

/* ---- loader: the numbers of the rows ---- */

static int loader_setup(nnp_ctx *c, void *self)
{
    int rc = c->host->declare(c, NNP_OUT, "x", NNP_F32, 1, c->in[0].shape, NULL);

    (void)self;
    if (rc < 0 || FAULT == LOADER_COUNTS_NOTHING)
        return rc < 0 ? rc : NNP_OK;
    c->rows->count = 8;
    return NNP_OK;
}

static int loader_forward(nnp_ctx *c, void *self)
{
    const int64_t *row = c->in[0].data;

    (void)self;
    for (int64_t i = 0; i < c->in[0].shape[0]; i++)
        nnp_f32(&c->out[0])[i] =
            (float)(row[i] + (FAULT == LOADER_KNOWS_ITS_BATCH ? c->in[0].shape[0] : 0));
    return NNP_OK;
}

/* ---- schedule ---- */

static int schedule_forward(nnp_ctx *c, void *self)
{
    struct own *s = self;

    if (FAULT == SCHEDULE_REMEMBERS)
        s->seen++;
    if (FAULT != SCHEDULE_SILENT)
        c->result = c->value / (1 + s->seen);
    return NNP_OK;
}

/* ---- regularizer: half the squares, and no weight beyond 1 ---- */

static int regularizer_forward(nnp_ctx *c, void *self)
{
    double sum = 0;

    (void)self;
    for (size_t i = 0; i < nnp_count(&c->weight[0]); i++)
        sum += nnp_number(&c->weight[0], i) * nnp_number(&c->weight[0], i) / 2;
    c->result = sum;
    return NNP_OK;
}

static int regularizer_backward(nnp_ctx *c, void *self)
{
    float *dw = nnp_f32(&c->dweight[0]);

    (void)self;
    for (size_t i = 0; dw && i < nnp_count(&c->weight[0]); i++)
        dw[i] = (FAULT == REGULARIZER_OVERWRITES ? 0 : dw[i]) +
                (float)c->factor * nnp_f32(&c->weight[0])[i];
    return NNP_OK;
}

static int regularizer_finish(nnp_ctx *c, void *self)
{
    float *w = nnp_f32(&c->weight[0]);

    (void)self;
    for (size_t i = 0; i < nnp_count(&c->weight[0]); i++)
        w[i] = FAULT == PROJECTS_EVERY_TIME ? w[i] / 2 : fminf(fmaxf(w[i], -1), 1);
    return NNP_OK;
}

/* ---- transform: minus the mean of the training rows ---- */

static int transform_setup(nnp_ctx *c, void *self)
{
    int64_t n = 2;
    int     rc = nnp_like(c, NNP_OUT, "y", &c->in[0]);

    (void)self;
    if (rc >= 0)
        rc = c->host->declare(c, NNP_STATE | NNP_SUM, "sums", NNP_F64, 1, &n, NULL);
    return rc < 0 ? rc : NNP_OK;
}

static int transform_fit(nnp_ctx *c, void *self)
{
    double *s = c->state[0].data;

    (void)self;
    if (FAULT == TRANSFORM_OF_LAST_BATCH)
        s[0] = s[1] = 0;
    for (size_t i = 0; i < nnp_count(&c->in[0]); i++)
        s[0] += nnp_number(&c->in[0], i);
    s[1] += (double)nnp_count(&c->in[0]);
    return NNP_OK;
}

static int transform_forward(nnp_ctx *c, void *self)
{
    const double *s = c->state[0].data;

    (void)self;
    for (size_t i = 0; i < nnp_count(&c->in[0]); i++)
        nnp_f32(&c->out[0])[i] =
            (float)(nnp_number(&c->in[0], i) - (s[1] > 0 ? s[0] / s[1] : 0));
    return NNP_OK;
}

static void transform_inverse(const nnp_ctx *c, const void *self, float *y, size_t rows)
{
    const double *s = c->state[0].data;

    (void)self;
    for (size_t i = 0; i < rows * nnp_row(&c->in[0]); i++)
        y[i] += FAULT == TRANSFORM_LOSES_ITS_WAY ? 0 : (float)(s[0] / s[1]);
}

static const void *transform_extension(const char *id)
{
    nnp_inverse_fn *back = transform_inverse;

    return strcmp(id, "nnp.inverse/1") == 0 ? (const void *)back : NULL;
}

/* ---- estimator: minus the median of all training values, in two passes ---- */

static int estimator_setup(nnp_ctx *c, void *self)
{
    struct own *s = self;
    int64_t     n = (int64_t)nnp_count(&c->in[0]), one = 1;
    int         rc = nnp_like(c, NNP_OUT, "y", &c->in[0]);

    s->seen = (double)c->in[0].shape[0];
    if (nnp_type(&c->in[0]) != NNP_F32)
        return nnp_fail(c, NNP_EINVAL, "takes f32");
    if (rc >= 0)
        rc = c->host->declare(c, NNP_STATE, "median", NNP_F32, 1, &one, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_SCRATCH, "sorted", NNP_F32, 1, &n, NULL);
    return rc < 0 ? rc : NNP_OK;
}

static int by_value(const void *a, const void *b)
{
    return (*(const float *)a > *(const float *)b) -
           (*(const float *)a < *(const float *)b);
}

static int estimator_fit(nnp_ctx *c, void *self)
{
    size_t n = nnp_count(&c->in[0]);
    float *v = nnp_f32(&c->scratch[0]);

    (void)self;
    memcpy(v, nnp_f32(&c->in[0]), n * sizeof *v);
    qsort(v, n, sizeof *v, by_value);
    nnp_f32(&c->state[0])[0] = v[n / 2];
    return NNP_OK;
}

static int estimator_finish(nnp_ctx *c, void *self)
{
    (void)self;
    return c->step ? c->host->report(c, "median", (double)nnp_f32(&c->state[0])[0])
                   : NNP_AGAIN;
}

static int estimator_forward(nnp_ctx *c, void *self)
{
    const struct own *s = self;
    float             m = nnp_f32(&c->state[0])[0] *
              (FAULT == ESTIMATOR_KNOWS_ITS_BATCH ? (float)s->seen : 1);

    for (size_t i = 0; i < nnp_count(&c->in[0]); i++)
        nnp_f32(&c->out[0])[i] = nnp_f32(&c->in[0])[i] - m;
    return NNP_OK;
}

/* clang-format off */
#define OWN .self_size = sizeof(struct own), NNP_PARAMS(params)
#if FAULT == 30 || FAULT == 37 || FAULT == 38 || FAULT == 53
static const nnp_component it = {
    NNP_COMPONENT("loss", "faulty"), .doc = "squares", .min_in = 2, .max_in = 3,
    .flags = FAULT == LOSS_NOT_BOTH ? NNP_LOSS_IN_BACKWARD : 0,
    .setup = loss_setup, .forward = loss_forward, .backward = loss_backward, OWN,
};
#elif FAULT == 54
/* clang-format on */
/* ---- report: how many rows there are to train on ---- */

static int report_forward(nnp_ctx *c, void *self)
{
    const nnp_run *run = c->host->extension(c, "nnp.run/1");

    (void)self;
    if (!run)
        return nnp_fail(c, NNP_ENOTSUP, "there is no run to report on");
    return c->host->report(c, "rows", (double)run->rows(c, "train"));
}

/* clang-format off */
static const nnp_component it = {
    NNP_COMPONENT("report", "faulty"), .doc = "rows", .forward = report_forward, OWN,
};
#elif FAULT == 31 || FAULT == 39 || FAULT == 40
static const nnp_component it = {
    NNP_COMPONENT("optimizer", "faulty"), .doc = "steps", .flags = NNP_ELEMENTWISE,
    .forward = optimizer_forward, OWN,
};
#elif FAULT == 32 || FAULT == 41 || FAULT == 42 || FAULT == 43 || FAULT == 56
static const nnp_component it = {
    NNP_COMPONENT("metric", "faulty"), .doc = "mean", .min_in = 2, .max_in = 2,
    .setup = metric_setup, .fit = metric_fit, .finish = metric_finish, OWN,
};
#elif FAULT == 33 || FAULT == 44 || FAULT == 45
static const nnp_component it = {
    NNP_COMPONENT("loader", "faulty"), .doc = "row numbers",
    .setup = loader_setup, .forward = loader_forward, OWN,
};
#elif FAULT == 34 || FAULT == 46 || FAULT == 47
static const nnp_component it = {
    NNP_COMPONENT("schedule", "faulty"), .doc = "constant", .forward = schedule_forward, OWN,
};
#elif FAULT == 35 || FAULT == 48 || FAULT == 49
static const nnp_component it = {
    NNP_COMPONENT("regularizer", "faulty"), .doc = "squares", .forward = regularizer_forward,
    .backward = regularizer_backward, .finish = regularizer_finish, OWN,
};
#elif FAULT == 51 || FAULT == 52
static const nnp_component it = {
    NNP_COMPONENT("estimator", "faulty"), .doc = "minus the median", .flags = NNP_ALL_ROWS,
    .setup = estimator_setup, .forward = estimator_forward, .fit = estimator_fit,
    .finish = estimator_finish, OWN,
};
#else
static const nnp_component it = {
    NNP_COMPONENT("transform", "faulty"), .doc = "minus the mean", .setup = transform_setup,
    .forward = transform_forward, .fit = transform_fit, .extension = transform_extension, OWN,
};
#endif
/* clang-format on */

/* All of them, so that none is unused. */
const void *const all_slots[] = {
    (const void *)loss_setup,          (const void *)loss_forward,
    (const void *)loss_backward,       (const void *)optimizer_forward,
    (const void *)metric_setup,        (const void *)metric_fit,
    (const void *)metric_finish,       (const void *)loader_setup,
    (const void *)loader_forward,      (const void *)schedule_forward,
    (const void *)regularizer_forward, (const void *)regularizer_backward,
    (const void *)regularizer_finish,  (const void *)transform_setup,
    (const void *)transform_fit,       (const void *)transform_forward,
    (const void *)estimator_setup,     (const void *)estimator_forward,
    (const void *)estimator_fit,       (const void *)estimator_finish,
    (const void *)transform_extension,
};
NNP_PLUGIN(faulty, "1.0", "MIT", NULL, &it)
