/* SPDX-License-Identifier: MIT */
/* Components that train, and give the right numbers at first sight; what is wrong with
 * each stands above it. -DFAULT: 1 the quiet ones, 2 and 3 those that do not come back, 4
 * and 5 what happens when the file is loaded. */
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <nnpipe/data.h>
#include <nnpipe/formula.h>
#include <nnpipe/plugin.h>

/* ---- layers: y = k x, element by element ---- */

struct own {
    double  k;
    int64_t calls;
    double *heap;
};

static const nnp_param params[] = {
    { "k", NNP_REAL | NNP_MAIN, offsetof(struct own, k), "2", "(0,inf)", "a factor",
      NULL },
};

static int like(nnp_ctx *c, void *self)
{
    int rc = nnp_like(c, NNP_OUT, "y", &c->in[0]);

    (void)self;
    return rc < 0 ? rc : NNP_OK;
}

static int times(nnp_ctx *c, void *self)
{
    const struct own *s = self;

    for (size_t i = 0; i < nnp_count(&c->in[0]); i++)
        nnp_f32(&c->out[0])[i] = (float)s->k * nnp_f32(&c->in[0])[i];
    return NNP_OK;
}

static int times_back(nnp_ctx *c, void *self)
{
    const struct own *s = self;

    for (size_t i = 0; c->din[0].data && i < nnp_count(&c->in[0]); i++)
        nnp_f32(&c->din[0])[i] = (float)s->k * nnp_f32(&c->dout[0])[i];
    return NNP_OK;
}

#define NAMED(kind, name)                                                                \
    NNP_COMPONENT(kind, "fault." name),                                                  \
        .doc = "has a fault", .self_size = sizeof(struct own), NNP_PARAMS(params)
#define LAYER(id, name, forward_, backward_)                                             \
    static const nnp_component id = { NAMED("layer", name), .takes = NNP_F32,            \
                                      .setup = like, .forward = forward_,                \
                                      .backward = backward_ }

#if FAULT == 1

/* Counts what it is evaluated on as if it were trained on it. */
static int counts_setup(nnp_ctx *c, void *self)
{
    int rc = like(c, self);

    rc = rc < 0 ? rc : c->host->declare(c, NNP_STATE, "seen", NNP_F64, 0, NULL, NULL);
    return rc < 0 ? rc : NNP_OK;
}

static int counts(nnp_ctx *c, void *self)
{
    *(double *)c->state[0].data += (double)c->in[0].shape[0];
    return times(c, self);
}

static const nnp_component counting = { NAMED("layer", "counts_evaluation"),
                                        .takes = NNP_F32, .setup = counts_setup,
                                        .forward = counts, .backward = times_back };

/* A gain that is 0 has no inverse. */
static int gain_setup(nnp_ctx *c, void *self)
{
    int rc = like(c, self);

    rc = rc < 0 ? rc : c->host->declare(c, NNP_WEIGHT, "gain", NNP_F32, 0, NULL, "zeros");
    return rc < 0 ? rc : NNP_OK;
}

static int gain(nnp_ctx *c, void *self)
{
    (void)self;
    for (size_t i = 0; i < nnp_count(&c->in[0]); i++)
        nnp_f32(&c->out[0])[i] = *nnp_f32(&c->weight[0]) * nnp_f32(&c->in[0])[i];
    return NNP_OK;
}

static int gain_back(nnp_ctx *c, void *self)
{
    float g = *nnp_f32(&c->weight[0]);

    (void)self;
    for (size_t i = 0; i < nnp_count(&c->in[0]); i++) {
        float dy = nnp_f32(&c->dout[0])[i];
        if (c->din[0].data)
            nnp_f32(&c->din[0])[i] = g * dy;
        if (c->dweight[0].data)
            *nnp_f32(&c->dweight[0]) += dy * (nnp_f32(&c->out[0])[i] / g);
    }
    return NNP_OK;
}
static const nnp_component gained = { NAMED("layer", "gain_of_zero"), .takes = NNP_F32,
                                      .setup = gain_setup, .forward = gain,
                                      .backward = gain_back };

/* x / x is no number at 0. */
static int over_zero(nnp_ctx *c, void *self)
{
    times_back(c, self);
    for (size_t i = 0; c->din[0].data && i < nnp_count(&c->in[0]); i++)
        nnp_f32(&c->din[0])[i] *= nnp_f32(&c->in[0])[i] / nnp_f32(&c->in[0])[i];
    return NNP_OK;
}
LAYER(zero, "zero_over_zero", times, over_zero);

/* inf / inf beyond what exp can hold. */
static int overflow(nnp_ctx *c, void *self)
{
    (void)self;
    for (size_t i = 0; i < nnp_count(&c->in[0]); i++) {
        float e = expf(nnp_f32(&c->in[0])[i]);
        nnp_f32(&c->out[0])[i] = e / (1 + e);
    }
    return NNP_OK;
}

static int overflow_back(nnp_ctx *c, void *self)
{
    (void)self;
    for (size_t i = 0; c->din[0].data && i < nnp_count(&c->in[0]); i++) {
        float y = 1 / (1 + expf(-nnp_f32(&c->in[0])[i]));
        nnp_f32(&c->din[0])[i] = y * (1 - y) * nnp_f32(&c->dout[0])[i];
    }
    return NNP_OK;
}
LAYER(large, "overflows", overflow, overflow_back);

/* A gradient that is right where values usually are. */
static int small_only(nnp_ctx *c, void *self)
{
    times_back(c, self);
    for (size_t i = 0; c->din[0].data && i < nnp_count(&c->in[0]); i++)
        if (nnp_f32(&c->in[0])[i] > 4)
            nnp_f32(&c->din[0])[i] = 0;
    return NNP_OK;
}
LAYER(small, "small_values_only", times, small_only);

/* Rows in twos, and one too few when the last one is alone in a larger batch. */
static int in_twos(nnp_ctx *c, void *self)
{
    size_t rows = (size_t)c->in[0].shape[0], n = nnp_row(&c->in[0]);

    times(c, self);
    if (rows % 2 && rows > 3)
        memset(nnp_f32(&c->out[0]) + (rows - 1) * n, 0, n * sizeof(float));
    return NNP_OK;
}
LAYER(twos, "rows_in_twos", in_twos, times_back);

/* Looks at one row where there may be more: fine in a batch of six. */
static int one_row(nnp_ctx *c, void *self)
{
    times(c, self);
    if (c->in[0].shape[0] == 1)
        nnp_f32(&c->out[0])[nnp_count(&c->out[0])] = 0;
    return NNP_OK;
}
LAYER(alone, "past_one_row", one_row, times_back);

/* Memory that all instances share, though each writes it before it reads it. */
static int shared(nnp_ctx *c, void *self)
{
    static float      shared_buffer[16384 * 4];
    const struct own *s = self;

    for (size_t i = 0; i < nnp_count(&c->in[0]); i++)
        shared_buffer[i] = (float)s->k * nnp_f32(&c->in[0])[i];
    memcpy(nnp_f32(&c->out[0]), shared_buffer, nnp_count(&c->in[0]) * sizeof(float));
    return NNP_OK;
}
LAYER(buffer, "shared_buffer", shared, times_back);

/* The parameter of the instance that was set up last. */
static volatile double last_factor;
static int             keeps_factor(nnp_ctx *c, void *self)
{
    last_factor = ((const struct own *)self)->k;
    return times(c, self);
}
LAYER(factor, "shared_factor", keeps_factor, times_back);

/* A table that is made once, whoever comes first: no fault. */
static int tabled(nnp_ctx *c, void *self)
{
    static float table[4];

    for (int i = 0; i < 4 && table[0] < 1; i++)
        table[i] = 1;
    return times(c, self);
}
LAYER(table, "table_made_once", tabled, times_back);

/* What the process has for everybody. */
static int sets_variable(nnp_ctx *c, void *self)
{
    (void)self;
    (void)c;
    setenv("OMP_NUM_THREADS", "1", 1);
    umask(0);
    return NNP_OK;
}
static const nnp_component setter = { NAMED("layer", "sets_the_process"),
                                      .takes = NNP_F32,
                                      .open = sets_variable,
                                      .setup = like,
                                      .forward = times,
                                      .backward = times_back };

/* As if all were well. */
static int leaves(nnp_ctx *c, void *self)
{
    (void)self;
    if (c->in[0].shape[0] == 1)
        exit(0);
    return times(c, self);
}
LAYER(leaver, "exits_with_0", leaves, times_back);

/* ---- a loss: y log y is no number where the target is 0 ---- */

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
    memset(nnp_f32(&c->out[0]), 0, nnp_count(&c->out[0]) * sizeof(float));
    for (size_t i = 0; i < nnp_count(&c->in[0]); i++) {
        float p = nnp_f32(&c->in[0])[i], y = nnp_f32(&c->in[1])[i];
        nnp_f32(&c->out[0])[i / n] += (y * logf(y) - y * p + p * p / 2) / (float)n;
    }
    return NNP_OK;
}

static int loss_backward(nnp_ctx *c, void *self)
{
    size_t n = nnp_row(&c->in[0]);

    (void)self;
    for (size_t i = 0; c->din[0].data && i < nnp_count(&c->in[0]); i++)
        nnp_f32(&c->din[0])[i] = nnp_f32(&c->dout[0])[i / n] *
                                 (nnp_f32(&c->in[0])[i] - nnp_f32(&c->in[1])[i]) /
                                 (float)n;
    return NNP_OK;
}
static const nnp_component entropy = { NAMED("loss", "target_of_zero"),
                                       .min_in = 2,
                                       .max_in = 2,
                                       .setup = loss_setup,
                                       .forward = loss_forward,
                                       .backward = loss_backward };

/* ---- optimizers ---- */

static int step(nnp_ctx *c, double rate)
{
    for (size_t i = 0; i < nnp_count(&c->weight[0]); i++)
        nnp_f32(&c->weight[0])[i] -= (float)rate * nnp_f32(&c->dweight[0])[i];
    return NNP_OK;
}

/* The rate of the file, which groups and schedules do not reach. */
static int own_rate(nnp_ctx *c, void *self)
{
    return step(c, 0.1 * ((const struct own *)self)->k);
}
static const nnp_param rate[] = {
    { "lr", NNP_REAL | NNP_MAIN | NNP_LIVE, offsetof(struct own, k), "0.1", "(0,inf)",
      "step", NULL },
};
static const nnp_component rated = { NNP_COMPONENT("optimizer", "fault.own_rate"),
                                     .doc = "has a fault",
                                     .self_size = sizeof(struct own), NNP_PARAMS(rate),
                                     .forward = own_rate };

/* How often it was called, beside self: a resumed run begins at 0 again. */
static int heap_open(nnp_ctx *c, void *self)
{
    (void)c;
    return (((struct own *)self)->heap = calloc(1, sizeof(double))) ? NNP_OK : NNP_ENOMEM;
}

static int heap_close(nnp_ctx *c, void *self)
{
    (void)c;
    free(((struct own *)self)->heap);
    return NNP_OK;
}

static int on_heap(nnp_ctx *c, void *self)
{
    double *calls = ((struct own *)self)->heap;

    return step(c, c->lr / ++*calls);
}
static const nnp_component heaped = { NAMED("optimizer", "counts_on_the_heap"),
                                      .open = heap_open, .close = heap_close,
                                      .forward = on_heap };

/* The same in self. */
static int in_self(nnp_ctx *c, void *self)
{
    return step(c, c->lr / (double)++((struct own *)self)->calls);
}
static const nnp_component selfish = { NAMED("optimizer", "counts_in_self"),
                                       .forward = in_self };

/* A decay that stays as large as it was when the rate falls. */
static int decays(nnp_ctx *c, void *self)
{
    const double *decay = (const double *)self + 1;

    for (size_t i = 0; i < nnp_count(&c->weight[0]); i++)
        nnp_f32(&c->weight[0])[i] *= 1 - 0.01f * (float)*decay;
    return step(c, c->lr);
}
static const nnp_param decay[] = {
    { "lr", NNP_REAL | NNP_MAIN | NNP_LIVE, 0, "0.1", "(0,inf)", "step", NULL },
    { "decay", NNP_REAL | NNP_LIVE, 8, "0", "[0,inf)", "decay", NULL },
};
static const nnp_component decaying = { NNP_COMPONENT("optimizer", "fault.decay"),
                                        .doc = "has a fault", .self_size = 16,
                                        NNP_PARAMS(decay), .forward = decays };

/* Memory of all instances, taken once, so that the pointer to it never changes again. */
static int remembers(nnp_ctx *c, void *self)
{
    static float *last;

    (void)self;
    last = last ? last : calloc(1, sizeof *last);
    double before = last ? (double)*last : 0;
    if (last)
        *last = nnp_f32(&c->dweight[0])[0];
    return step(c, c->lr * (1 + (c->step ? before : 0) / 8));
}
static const nnp_component memory = { NAMED("optimizer", "shared_heap"),
                                      .forward = remembers };

/* A gradient of 0 has no direction. */
static int directed(nnp_ctx *c, void *self)
{
    float *w = nnp_f32(&c->weight[0]), *g = nnp_f32(&c->dweight[0]);

    (void)self;
    for (size_t i = 0; i < nnp_count(&c->weight[0]); i++)
        w[i] -= (float)c->lr * g[i] / fabsf(g[i]);
    return NNP_OK;
}
static const nnp_component direction = { NAMED("optimizer", "direction"),
                                         .forward = directed };

/* ---- a regularizer and a schedule without what the file says ---- */

static int squares(nnp_ctx *c, void *self)
{
    (void)self;
    c->result = 0;
    for (size_t i = 0; i < nnp_count(&c->weight[0]); i++)
        c->result += pow(nnp_number(&c->weight[0], i), 2) / 2;
    return NNP_OK;
}

static int squares_back(nnp_ctx *c, void *self)
{
    (void)self;
    for (size_t i = 0; i < nnp_count(&c->weight[0]); i++)
        nnp_f32(&c->dweight[0])[i] += nnp_f32(&c->weight[0])[i];
    return NNP_OK;
}
static const nnp_component weightless = { NAMED("regularizer", "without_its_factor"),
                                          .forward = squares, .backward = squares_back };

static int falls(nnp_ctx *c, void *self)
{
    (void)self;
    c->result = 0.1 / (1 + c->epoch);
    return NNP_OK;
}
static const nnp_component valueless = { NAMED("schedule", "without_its_value"),
                                         .forward = falls };

/* ---- metrics ---- */

static int mean_setup(nnp_ctx *c, void *self)
{
    int64_t n = 2;
    int     rc = c->host->declare(c, NNP_STATE | NNP_SUM, "mean", NNP_F64, 1, &n, NULL);

    (void)self;
    return rc < 0 ? rc : NNP_OK;
}

/* A mean of the rows so far and their number: right, but two means do not add up. */
static int mean_fit(nnp_ctx *c, void *self)
{
    double *s = c->state[0].data, n = (double)nnp_count(&c->in[0]), sum = 0;

    (void)self;
    for (size_t i = 0; i < nnp_count(&c->in[0]); i++)
        sum += nnp_number(&c->in[0], i);
    s[0] = (s[0] * s[1] + sum) / (s[1] + n);
    s[1] += n;
    return NNP_OK;
}

static int mean_finish(nnp_ctx *c, void *self)
{
    (void)self;
    return c->host->report(c, "fault.mean_as_sum", *(double *)c->state[0].data);
}
static const nnp_component mean = { NAMED("metric", "mean_as_sum"),
                                    .min_in = 2,
                                    .max_in = 2,
                                    .setup = mean_setup,
                                    .fit = mean_fit,
                                    .finish = mean_finish };

/* The last word of its name, as the host never calls it. */
static int short_finish(nnp_ctx *c, void *self)
{
    (void)self;
    return c->host->report(c, "short_name", 1);
}
static const nnp_component short_name = {
    NAMED("metric", "short_name"), .min_in = 2,     .max_in = 2,
    .setup = mean_setup,           .fit = mean_fit, .finish = short_finish
};

/* A detail of nobody. */
static int stray_finish(nnp_ctx *c, void *self)
{
    (void)self;
    int rc = c->host->report(c, "stray.class1", 1);
    return rc < 0 ? rc : c->host->report(c, "fault.stray_detail", 1);
}
static const nnp_component stray = { NAMED("metric", "stray_detail"),
                                     .min_in = 2,
                                     .max_in = 2,
                                     .setup = mean_setup,
                                     .fit = mean_fit,
                                     .finish = stray_finish };

/* Formulas: of another slope, of another sum, of an element that there is not,
 * unreadable. */
#define SAYS(id, name, ...)                                                              \
    static const nnp_formula id##_formula = { sizeof id##_formula, 0, __VA_ARGS__ };     \
    NNP_FORMULA(id##_extension, id##_formula)                                            \
    static const nnp_component id = {                                                    \
        NAMED("layer", name), .takes = NNP_F32,       .setup = like,                     \
        .forward = times,     .backward = times_back, .extension = id##_extension        \
    }

static int two_terms(nnp_ctx *c, const void *self, int64_t element, const nnp_terms *t)
{
    int rc = t->add(t->arg, ((const struct own *)self)->k, nnp_of_nothing(),
                    nnp_of_in(0, element));

    (void)c;
    return rc < 0 ? rc : t->add(t->arg, 1, nnp_of_nothing(), nnp_of_in(0, element));
}

static int far_term(nnp_ctx *c, const void *self, int64_t element, const nnp_terms *t)
{
    (void)self;
    return t->add(t->arg, 1, nnp_of_nothing(),
                  nnp_of_in(0, element + (int64_t)nnp_count(&c->in[0])));
}

SAYS(sloped, "other_slope", .forward = "y = k x", .backward = "y' = k + 1");
SAYS(summed, "other_sum", .forward = "y = k x", .terms = two_terms);
SAYS(afar, "far_term", .terms = far_term);
SAYS(unread, "unreadable", .forward = "y = k (x");

NNP_PLUGIN(faulty, "1.0", "MIT", NULL, &counting, &entropy, &gained, &zero, &large,
           &small, &twos, &alone, &buffer, &factor, &table, &setter, &leaver, &rated,
           &heaped, &selfish, &decaying, &memory, &direction, &weightless, &valueless,
           &mean, &short_name, &stray, &sloped, &summed, &afar, &unread)

#elif FAULT == 2 || FAULT == 3

/* 2: with a batch of one row. 3: deaf, with all descriptors closed. */
static int waits(nnp_ctx *c, void *self)
{
    if (FAULT == 3)
        for (int i = 0; i < 64; i++)
            close(i);
    while (FAULT == 3 || c->in[0].shape[0] == 1)
        pause();
    return times(c, self);
}
LAYER(waiting, "waits", waits, times_back);
NNP_PLUGIN(faulty, "1.0", "MIT", NULL, &waiting)

#else

__attribute__((constructor)) static void at_once(void)
{
    while (FAULT == 5)
        pause();
    puts("hello");
    umask(0);
    setlocale(LC_ALL, "C.UTF-8");
}
LAYER(loud, "loud", times, times_back);
NNP_PLUGIN(faulty, "1.0", "MIT", NULL, &loud)

#endif
