/* SPDX-License-Identifier: MIT */
/*
 * cifar10: small colour photographs of ten classes, from the binary files of the data
 * set, plain or gzipped.
 *
 * A file is a sequence of records of 3073 bytes, the label 0..9 and then 32 x 32 pixels
 * red, green and blue, plane by plane: https://www.cs.toronto.edu/~kriz/cifar.html
 * data_batch_1.bin to data_batch_5.bin are to train on, as many of them as there are,
 * test_batch.bin is the official test part. A file may hold any number of records.
 *
 * Streams: x u8 (rows, 3, 32, 32), y i64 (rows). A pipeline is checked without the data
 * as if there were all 50000 + 10000 records.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <nnpipe/data.h>
#include <nnpipe/files.h>

enum { FILES = 6, TEST = 5, PIXELS = 3 * 32 * 32, RECORD = PIXELS + 1, CLASSES = 10 };

struct cifar10 {
    const char *dir;
    /* set by setup */
    const uint8_t *file[FILES];
    int64_t        rows[FILES];
    int32_t        loaded;
};

static const nnp_param params[] = {
    { "dir", NNP_PATH | NNP_MAIN, offsetof(struct cifar10, dir), "cifar10", NULL,
      "folder of data_batch_1.bin ... test_batch.bin, plain or gzipped", NULL },
};

static int check_records(nnp_ctx *c, const char *path, const uint8_t *b, size_t n)
{
    if (n == 0 || n % RECORD)
        return nnp_files_refuse(c, path,
                                "%zu bytes are not a whole number of records of %d bytes",
                                n, RECORD);
    for (size_t i = 0; i < n; i += RECORD)
        if (b[i] >= CLASSES)
            return nnp_files_refuse(c, path,
                                    "byte %zu (row %zu): label %u is outside 0..9", i,
                                    i / RECORD, b[i]);
    return NNP_OK;
}

/* A batch that is not there is an error for the first one and the test part only. */
static int read_batch(nnp_ctx *c, const nnp_file *file, struct cifar10 *s, int k)
{
    char        name[32] = "test_batch.bin", path[1024];
    const void *bytes;
    size_t      n;

    if (k != TEST)
        snprintf(name, sizeof name, "data_batch_%d.bin", k + 1);
    if (!nnp_files_find(c, file, s->dir, name, path, sizeof path))
        return k == 0 || k == TEST ? nnp_files_missing(c, s->dir, name) : NNP_OK;
    int rc = file->read(c, path, 0, &bytes, &n);
    if (!rc)
        rc = check_records(c, path, bytes, n);
    if (rc)
        return rc;
    s->file[k] = bytes;
    s->rows[k] = (int64_t)(n / RECORD);
    return NNP_OK;
}

static int read_files(nnp_ctx *c, struct cifar10 *s)
{
    const nnp_file *file = nnp_files(c);
    int             rc = file ? NNP_OK : NNP_ENOTSUP;

    memset(s->rows, 0, sizeof s->rows);
    for (int k = 0; !rc && k < FILES; k++)
        rc = read_batch(c, file, s, k);
    s->loaded = !rc;
    return rc;
}

static int setup(nnp_ctx *c, void *self)
{
    struct cifar10 *s = self;
    int64_t         shape[4] = { c->in[0].shape[0], 3, 32, 32 }, train = 0;
    int             rc = NNP_OK;

    for (int k = 0; k < FILES && !s->loaded; k++)
        s->rows[k] = 10000;
    if (!s->loaded && !(c->flags & NNP_PEEK))
        rc = read_files(c, s);
    for (int k = 0; k < TEST; k++)
        train += s->rows[k];
    if (!rc)
        rc = c->host->declare(c, NNP_OUT, "x", NNP_U8, 4, shape, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_OUT, "y", NNP_I64, 1, shape, NULL);
    c->rows->count = train + s->rows[TEST];
    c->rows->test = s->rows[TEST];
    c->rows->classes = CLASSES;
    c->rows->bytes = c->rows->count * RECORD;
    return rc < 0 ? rc : NNP_OK;
}

/* The record of a row, counted over all files; NULL: there is none. */
static const uint8_t *record(const struct cifar10 *s, int64_t row)
{
    int k = 0;

    while (k < FILES && row >= s->rows[k])
        row -= s->rows[k++];
    return s->loaded && k < FILES && row >= 0 ? s->file[k] + (size_t)row * RECORD : NULL;
}

static int forward(nnp_ctx *c, void *self)
{
    const int64_t *rows = c->in[0].data;

    for (size_t r = 0, n = nnp_count(&c->in[0]); r < n; r++) {
        const uint8_t *b = record(self, rows[r]);

        if (!b)
            return nnp_fail(c, NNP_EINVAL, "there is no such row");
        if (c->out[0].data)
            memcpy((uint8_t *)c->out[0].data + r * PIXELS, b + 1, PIXELS);
        if (c->out[1].data)
            ((int64_t *)c->out[1].data)[r] = b[0];
    }
    return NNP_OK;
}

static const nnp_component cifar10 = {
    NNP_COMPONENT("loader", "cifar10"),
    .doc = "CIFAR-10: 50000 + 10000 colour images of 32 x 32, 10 classes",
    .self_size = sizeof(struct cifar10),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
};

NNP_PLUGIN(cifar10, NNP_OURS, &cifar10)
