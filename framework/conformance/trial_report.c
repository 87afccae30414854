/* SPDX-License-Identifier: MIT */
/* A finished run for reports to read: points in the square with their class, a model that
 * gets most of them right, two curves of four epochs. What is printed and written goes
 * nowhere. */
#include <config.h>
#include "conformance/trial.h"

#include <math.h>
#include <string.h>

#include <nnpipe/report.h>
#include "base/split.h"
#include "call/services.h"

enum { ROWS = 8, EPOCHS = 4 };

static const struct {
    const char *name;
    double      value[EPOCHS];
} curves[] = {
    { "train.loss", { 0.7, 0.5, 0.3, 0.2 } },
    { "val.loss", { 0.7, 0.6, 0.4, 0.4 } },
};
static const double epochs[EPOCHS] = { 0, 1, 2, 3 };

const char *const trial_words[] = { "dense1.weight", "dense1",   "x",     "y",
                                    "prediction",    "val.loss", "train", NULL };

/* The instance is the first member's owner; its services know the probe, the probe stands
 * in the trial. */
static struct trial *trial_of(nnp_ctx *c)
{
    struct probe *p = services_of(c)->services->arg;

    return (struct trial *)((char *)p - offsetof(struct trial, probe));
}

static int64_t run_rows(nnp_ctx *c, const char *split)
{
    (void)c;
    return split_find(split) < SPLIT_TEST ? ROWS : -1;
}

static nnp_tensor *make_stream(struct trial *t, int64_t rows, int64_t columns)
{
    nnp_tensor *s = arena_alloc(&t->arena, sizeof *s);
    int64_t    *shape = arena_array(&t->arena, 2, sizeof *shape);

    shape[0] = rows;
    shape[1] = columns;
    *s = (nnp_tensor){
        .device = 1, .ndim = 2, .code = 2, .bits = 32, .lanes = 1, .shape = shape
    };
    s->data = arena_array(&t->arena, (size_t)(rows * columns) + 1, sizeof(float));
    return s;
}

static int run_eval(nnp_ctx *c, const char *split, int64_t first, int64_t n,
                    const char *input, const float *x)
{
    struct trial *t = trial_of(c);

    (void)input;
    if (n < 0 || (split && (first < 0 || first + n > run_rows(c, split))))
        return c->host->fail(c, NNP_EINVAL, "rows that the split does not have");
    t->run.input = make_stream(t, n, 2);
    t->run.target = make_stream(t, n, 1);
    t->run.prediction = make_stream(t, n, 1);
    for (int64_t i = 0; i < n; i++) {
        float *at = nnp_f32(t->run.input) + 2 * i;
        at[0] = split ? (float)((first + i) & 1) : x[2 * i];
        at[1] = split ? (float)((first + i) >> 1 & 1) : x[2 * i + 1];
        nnp_f32(t->run.target)[i] = (at[0] > 0.5f) != (at[1] > 0.5f) ? 1 : 0;
        nnp_f32(t->run.prediction)[i] = 0.2f + 0.6f * nnp_f32(t->run.target)[i];
    }
    return NNP_OK;
}

static const nnp_tensor *run_stream(nnp_ctx *c, const char *name)
{
    struct trial *t = trial_of(c);

    if (strcmp(name, "input") == 0 || strcmp(name, "x") == 0)
        return t->run.input;
    if (strcmp(name, "target") == 0 || strcmp(name, "y") == 0)
        return t->run.target;
    return strcmp(name, "prediction") == 0 ? t->run.prediction : NULL;
}

static const char *run_column(nnp_ctx *c, const char *stream, int64_t i)
{
    static const char *const names[] = { "x1", "x2" };

    (void)c;
    return strcmp(stream, "input") == 0 && i >= 0 && i < 2 ? names[i] : NULL;
}

static int run_curve(nnp_ctx *c, const char *metric, const double **epoch,
                     const double **value)
{
    (void)c;
    for (size_t i = 0; i < sizeof curves / sizeof *curves; i++)
        if (strcmp(metric, curves[i].name) == 0) {
            *epoch = epochs;
            *value = curves[i].value;
            return EPOCHS;
        }
    return 0;
}

static const char *run_metric(nnp_ctx *c, uint32_t i)
{
    (void)c;
    return i < sizeof curves / sizeof *curves ? curves[i].name : NULL;
}

static double run_final(nnp_ctx *c, const char *metric)
{
    (void)c;
    for (size_t i = 0; i < sizeof curves / sizeof *curves; i++)
        if (strcmp(metric, curves[i].name) == 0)
            return curves[i].value[EPOCHS - 1];
    return (double)NAN;
}

static int run_text(nnp_ctx *c, const char *text)
{
    (void)c;
    return text ? NNP_OK : NNP_EBUG;
}

static int run_write(nnp_ctx *c, const char *file, const void *bytes, size_t n)
{
    (void)c;
    return file && (bytes || n == 0) ? NNP_OK : NNP_EBUG;
}

static const char *run_about(nnp_ctx *c, const char *what)
{
    (void)c;
    if (strcmp(what, "name") == 0)
        return "conformance";
    return strcmp(what, "input") == 0 ? "x" : "";
}

static const char *run_of(nnp_ctx *c, const char *port, uint32_t i)
{
    (void)c;
    if (i)
        return NULL;
    if (strcmp(port, "of") == 0)
        return "x";
    return strcmp(port, "to") == 0 ? "y" : NULL;
}

static const nnp_tensor *run_weight(nnp_ctx *c, const char *name)
{
    struct trial *t = trial_of(c);
    nnp_tensor   *w = make_stream(t, 2, 2);
    const char   *dot = strrchr(name, '.'); /* whatever stands before it */

    for (size_t i = 0; i < nnp_count(w); i++)
        nnp_f32(w)[i] = (float)i / 2 - 1;
    if (dot && strcmp(dot, ".bias") == 0)
        return w->ndim = 1, w;
    return dot && strcmp(dot, ".weight") == 0 ? w : NULL;
}

static int run_image(nnp_ctx *c, const char *file, uint32_t width, uint32_t height,
                     const uint8_t *rgba)
{
    (void)c;
    return file && rgba && width && height ? NNP_OK : NNP_EBUG;
}

/* The sum of the two inputs. */
static int run_gradient(nnp_ctx *c, const char *stream, int64_t n, const float *x,
                        const float *factors, float *dx, float *y)
{
    (void)c;
    for (int64_t i = 0; i < n; i++) {
        dx[2 * i] = dx[2 * i + 1] = factors[i];
        if (y)
            y[i] = x[2 * i] + x[2 * i + 1];
    }
    return stream ? NNP_OK : NNP_EBUG;
}

static const nnp_run run = {
    .size = sizeof run,
    .rows = run_rows,
    .eval = run_eval,
    .stream = run_stream,
    .column = run_column,
    .curve = run_curve,
    .metric = run_metric,
    .final = run_final,
    .print = run_text,
    .write = run_write,
    .missed = run_text,
    .about = run_about,
    .of = run_of,
    .weight = run_weight,
    .image = run_image,
    .gradient = run_gradient,
};

void trial_give_run(struct trial *t)
{
    probe_answer(&t->probe, "nnp.run/1", &run);
}
