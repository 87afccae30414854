/* SPDX-License-Identifier: MIT */
/* A run for reports to look at: a few rows, a model that is a C function, curves. What
 * the report prints, writes and misses is kept. */
#ifndef TESTS_REPORTS_FAKE_H
#define TESTS_REPORTS_FAKE_H
#include <nnpipe/report.h>
#include "support/nnt.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/png.h"

enum { FAKE_MAX = 200000, FAKE_CURVES = 8 };

static struct {
    /* what a test sets */
    int64_t      rows, n_x, n_t, n_p;
    const float *x, *t; /* (rows, n_x), (rows, n_t) */
    void (*model)(const float *x, float *p);
    const char *classes[4];          /* of the target */
    const char *columns[8], *target; /* NULL: the data know no names */
    const char *of[4], *to_name;     /* what the item names after `of` and `to` */
    struct {                         /* streams and weights beside these, by name */
        const char *name;
        nnp_tensor  t;
    } named[8];
    /* dx and y for a row x and factors, in place of a model's gradient */
    void (*gradient)(const float *x, const float *factors, float *dx, float *y);
    struct {
        const char   *name;
        const double *epoch, *value;
        int           n;
        double        final;
    } curve[FAKE_CURVES];
    /* what the report did */
    char     printed[4096], missed[512], file[64];
    char    *written;
    size_t   n_written;
    int      evals;
    int64_t  first; /* of the latest eval */
    uint32_t width, height;
    uint8_t *rgba;
    /* streams of the latest eval */
    float      in[2 * FAKE_MAX], to[FAKE_MAX], out[4 * FAKE_MAX], answer[FAKE_MAX];
    int64_t    shape[4][2];
    nnp_tensor tensor[4];
} fake;

static int64_t fake_rows(nnp_ctx *c, const char *split)
{
    (void)c;
    return strcmp(split, "train") == 0 ? fake.rows : -1;
}

static void fake_tensor(int k, float *data, int64_t n, int64_t columns)
{
    fake.shape[k][0] = n;
    fake.shape[k][1] = columns;
    fake.tensor[k] = (nnp_tensor){ .data = data,
                                   .device = 1,
                                   .ndim = 2,
                                   .code = 2,
                                   .bits = 32,
                                   .lanes = 1,
                                   .shape = fake.shape[k] };
}

static int fake_eval(nnp_ctx *c, const char *split, int64_t first, int64_t n,
                     const char *input, const float *x)
{
    (void)c;
    (void)input;
    fake.first = first;
    ck_assert(n > 0 && n <= FAKE_MAX && (!split || first + n <= fake.rows));
    for (int64_t i = 0; i < n; i++) {
        const float *row = split ? fake.x + (first + i) * fake.n_x : x + i * fake.n_x;

        memcpy(fake.in + i * fake.n_x, row, (size_t)fake.n_x * sizeof *row);
        for (int64_t k = 0; k < fake.n_t; k++)
            fake.to[i * fake.n_t + k] = split ? fake.t[(first + i) * fake.n_t + k] : 0;
        fake.model(row, fake.out + i * fake.n_p);
        fake.answer[i] = fake.out[i * fake.n_p] > 0.5f;
    }
    fake_tensor(0, fake.in, n, fake.n_x);
    fake_tensor(1, fake.to, n, fake.n_t);
    fake_tensor(2, fake.out, n, fake.n_p);
    fake_tensor(3, fake.answer, n, 1);
    fake.evals++;
    return NNP_OK;
}

/* All rows of it, whichever were asked for. */
static const nnp_tensor *fake_named(nnp_ctx *c, const char *name)
{
    (void)c;
    for (int i = 0; i < 8 && fake.named[i].name; i++)
        if (strcmp(fake.named[i].name, name) == 0)
            return &fake.named[i].t;
    return NULL;
}

/* A tensor of a test's own; shape and data stay the test's. */
__attribute__((unused)) static void fake_name(int i, const char *name, float *data,
                                              int32_t ndim, int64_t *shape)
{
    fake.named[i].name = name;
    fake.named[i].t = (nnp_tensor){ .data = data,
                                    .device = 1,
                                    .ndim = ndim,
                                    .code = 2,
                                    .bits = 32,
                                    .lanes = 1,
                                    .shape = shape };
}

static const nnp_tensor *fake_stream(nnp_ctx *c, const char *name)
{
    if (fake_named(c, name))
        return fake_named(c, name);
    return strcmp(name, "input") == 0        ? &fake.tensor[0]
           : strcmp(name, "target") == 0     ? &fake.tensor[1]
           : strcmp(name, "prediction") == 0 ? &fake.tensor[2]
           : strcmp(name, "answer") == 0     ? &fake.tensor[3]
                                             : NULL;
}

static const char *fake_column(nnp_ctx *c, const char *stream, int64_t i)
{
    (void)c;
    if (strcmp(stream, "target") == 0)
        return i ? NULL : fake.target;
    return i < 8 ? fake.columns[i] : NULL;
}

static const char *fake_class(nnp_ctx *c, const char *stream, int64_t i)
{
    (void)c;
    return strcmp(stream, "target") == 0 && i < 4 ? fake.classes[i] : NULL;
}

static int fake_curve(nnp_ctx *c, const char *metric, const double **epoch,
                      const double **value)
{
    (void)c;
    for (int i = 0; i < FAKE_CURVES && fake.curve[i].name; i++)
        if (strcmp(fake.curve[i].name, metric) == 0 && fake.curve[i].value) {
            *epoch = fake.curve[i].epoch;
            *value = fake.curve[i].value;
            return fake.curve[i].n;
        }
    return 0;
}

static const char *fake_metric(nnp_ctx *c, uint32_t i)
{
    (void)c;
    return i < FAKE_CURVES && fake.curve[i].name && fake.curve[i].value
               ? fake.curve[i].name
               : NULL;
}

static double fake_final(nnp_ctx *c, const char *metric)
{
    (void)c;
    for (int i = 0; i < FAKE_CURVES && fake.curve[i].name; i++)
        if (strcmp(fake.curve[i].name, metric) == 0)
            return fake.curve[i].final;
    return (double)NAN;
}

static int fake_print(nnp_ctx *c, const char *text)
{
    size_t n = strlen(fake.printed);

    (void)c;
    snprintf(fake.printed + n, sizeof fake.printed - n, "%s", text);
    return NNP_OK;
}

static int fake_write(nnp_ctx *c, const char *file, const void *bytes, size_t n)
{
    (void)c;
    snprintf(fake.file, sizeof fake.file, "%s", file);
    free(fake.written);
    fake.written = calloc(n + 1, 1);
    ck_assert_ptr_nonnull(fake.written);
    memcpy(fake.written, bytes, n);
    fake.n_written = n;
    return NNP_OK;
}

/* The pixels are kept as they are, and as a file to look at. */
static int fake_image(nnp_ctx *c, const char *file, uint32_t width, uint32_t height,
                      const uint8_t *rgba)
{
    struct arena   a = { 0 };
    struct diag    d;
    unsigned char *png;
    size_t         n;

    diag_init(&d, &a);
    ck_assert_int_eq(png_encode(rgba, width, height, &png, &n, &d), 0);
    fake_write(c, file, png, n);
    free(png);
    arena_close(&a);
    fake.width = width;
    fake.height = height;
    free(fake.rgba);
    fake.rgba = malloc((size_t)width * height * 4);
    ck_assert_ptr_nonnull(fake.rgba);
    memcpy(fake.rgba, rgba, (size_t)width * height * 4);
    return NNP_OK;
}

/* 0xRRGGBB, or -1 where the picture is transparent. */
__attribute__((unused)) static int fake_pixel(uint32_t x, uint32_t y)
{
    const uint8_t *p = fake.rgba + 4 * ((size_t)y * fake.width + x);

    ck_assert(x < fake.width && y < fake.height);
    return p[3] ? p[0] << 16 | p[1] << 8 | p[2] : -1;
}

static int fake_gradient(nnp_ctx *c, const char *stream, int64_t n, const float *x,
                         const float *factors, float *dx, float *y)
{
    (void)c;
    (void)stream;
    for (int64_t i = 0; i < n; i++)
        fake.gradient(x + i * fake.n_x, factors + i * fake.n_p, dx + i * fake.n_x,
                      y + i * fake.n_p);
    return NNP_OK;
}

static int fake_missed(nnp_ctx *c, const char *text)
{
    size_t n = strlen(fake.missed);

    (void)c;
    snprintf(fake.missed + n, sizeof fake.missed - n, "%s\n", text);
    return NNP_OK;
}

static const char *fake_about(nnp_ctx *c, const char *what)
{
    (void)c;
    return strcmp(what, "name") == 0    ? "a < b"
           : strcmp(what, "input") == 0 ? "input"
                                        : NULL;
}

static int fake_higher(nnp_ctx *c, const char *metric)
{
    (void)c;
    return strstr(metric, "accuracy") != NULL;
}

static const char *fake_of(nnp_ctx *c, const char *port, uint32_t i)
{
    (void)c;
    if (strcmp(port, "to") == 0)
        return i ? NULL : fake.to_name;
    return strcmp(port, "of") == 0 && i < 4 ? fake.of[i] : NULL;
}

static const nnp_run fake_run = {
    .size = sizeof fake_run,
    .rows = fake_rows,
    .eval = fake_eval,
    .stream = fake_stream,
    .column = fake_column,
    .class_name = fake_class,
    .curve = fake_curve,
    .metric = fake_metric,
    .final = fake_final,
    .print = fake_print,
    .write = fake_write,
    .missed = fake_missed,
    .about = fake_about,
    .higher = fake_higher,
    .of = fake_of,
    .weight = fake_named,
    .image = fake_image,
    .gradient = fake_gradient,
};

/* A report on the fake run; $NNT_KEEP names a folder in which to keep what is written,
 * for a look at the pictures. */
static struct nnt *fake_open(const char *name, const char *yaml)
{
    struct nnt *t = nnt_open("report", name, yaml);

    nnt_extension(t, "nnp.run/1", &fake_run);
    return t;
}

static void fake_close(struct nnt *t, const char *test)
{
    const char *folder = getenv("NNT_KEEP");
    char        path[4096];

    if (folder && fake.written) {
        snprintf(path, sizeof path, "%s/%s-%s", folder, test, fake.file);
        FILE *f = fopen(path, "wb");

        ck_assert_ptr_nonnull(f);
        fwrite(fake.written, 1, fake.n_written, f);
        fclose(f);
    }
    free(fake.written);
    free(fake.rgba);
    fake.written = NULL;
    fake.rgba = NULL;
    nnt_close(t);
}
#endif
