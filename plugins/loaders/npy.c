/* SPDX-License-Identifier: MIT */
/*
 * npy: arrays as NumPy's save writes them (nnpipe/npy.h), plain or gzipped, or out of an
 * archive of savez. Axis 0 are the rows; the streams keep shape and type: f4 f8 i4 i8 i1
 * u1, and bool as u8; f2 becomes f4, i2 and u2 become i4, u4 and u8 become i8. A number
 * that is larger than a float can be is refused.
 *
 * Of an archive x is the array `x` (or the only one), and y the array `y`, if there is
 * one and no file is named for it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <nnpipe/data.h>
#include <nnpipe/files.h>
#include <nnpipe/npy.h>

enum { MAX_LABELS = 1 << 24, MAX_CLASSES = 1 << 20 };

struct file {
    const char *path, *stream;
    nnp_npy     a; /* elements NULL: only the header was read */
    int         archived;
};

struct npy {
    const char *x, *y;
    int64_t     classes;
    struct file file[2];
    int32_t     n_files, loaded;
    int64_t     found_classes;
};

static const nnp_param params[] = {
    { "x", NNP_PATH | NNP_MAIN, offsetof(struct npy, x), NULL, NULL,
      "file of stream x, .npy, or .npz with an array x and perhaps y", NULL },
    { "y", NNP_PATH, offsetof(struct npy, y), "", NULL, "file of stream y", NULL },
    { "classes", NNP_INT, offsetof(struct npy, classes), "0", "[0,inf)",
      "number of classes; 0: the largest label in y and one", NULL },
};

static int64_t row_bytes(const struct file *f)
{
    return f->a.row * (int64_t)(f->a.type >> 8 & 255) / 8;
}

/* ---- files ------------------------------------------------------------------------- */

/* The array of the stream in an archive; *bytes NULL: there is none. */
static int find_member(nnp_ctx *c, const struct file *f, const void *archive, size_t size,
                       const void **bytes, size_t *n)
{
    const nnp_file *file = nnp_files(c);
    char            name[64];
    int             rc;

    snprintf(name, sizeof name, "%s.npy", f->stream);
    rc = file->member(c, f->path, archive, size, name, bytes, n);
    if (!rc && !*bytes && strcmp(f->stream, "x") == 0)
        rc = file->member(c, f->path, archive, size, NULL, bytes, n);
    return rc;
}

/* y may be missing in an archive. */
static int read_whole(nnp_ctx *c, struct file *f)
{
    const nnp_file *file = nnp_files(c);
    const void     *bytes, *archive = NULL;
    size_t          n;
    int             rc;

    if (f->a.elements)
        return NNP_OK; /* since the peek */
    rc = file ? file->read(c, f->path, 0, &bytes, &n) : NNP_ENOTSUP;
    if (!rc && n > 2 && memcmp(bytes, "PK", 2) == 0) {
        archive = bytes;
        f->archived = 1;
        rc = find_member(c, f, archive, n, &bytes, &n);
        file->release(c, archive);
    }
    if (rc)
        return rc;
    if (!bytes)
        return *f->stream == 'y'
                   ? NNP_OK
                   : nnp_files_refuse(c, f->path,
                                      "an archive of several arrays, none is "
                                      "called '%s'",
                                      f->stream);
    if (nnp_npy_open(&f->a, bytes, n) || nnp_npy_check(&f->a))
        return nnp_files_refuse(c, f->path, "%s", f->a.why);
    return NNP_OK;
}

static int read_start(nnp_ctx *c, struct file *f)
{
    uint8_t b[NNP_NPY_HEADER + 12];
    size_t  n = nnp_files_start(f->path, b, sizeof b), start;

    if (!n || memcmp(b, "PK", 2) == 0)
        return read_whole(c, f);
    return nnp_npy_header(&f->a, b, n, &start)
               ? nnp_files_refuse(c, f->path, "%s", f->a.why)
               : NNP_OK;
}

/* Whole numbers from 0 in a single column are class numbers; those of a million classes
 * are something else. */
static int find_classes(nnp_ctx *c, struct npy *s, const struct file *y)
{
    s->found_classes = s->classes;
    if (y->a.kind == 'f' || y->a.row != 1)
        return NNP_OK;
    for (int64_t i = 0; i < y->a.shape[0]; i++) {
        double v = nnp_npy_number(&y->a, i, 0);

        if (s->classes && (v < 0 || v >= (double)s->classes))
            return nnp_files_refuse(c, y->path,
                                    "row %" PRId64 ": label %.10g is outside 0..%" PRId64,
                                    i, v, s->classes - 1);
        if (v < 0 || v >= MAX_CLASSES) {
            s->found_classes = 0;
            return NNP_OK;
        }
        s->found_classes =
            v >= (double)s->found_classes ? (int64_t)v + 1 : s->found_classes;
    }
    return NNP_OK;
}

static int read_files(nnp_ctx *c, struct npy *s)
{
    struct file *f = s->file;
    int          peek = c->flags & NNP_PEEK ? 1 : 0, rc;

    f[0].path = s->x;
    f[0].stream = "x";
    f[1].path = *s->y ? s->y : s->x;
    f[1].stream = "y";
    s->n_files = 1;
    rc = peek ? read_start(c, &f[0]) : read_whole(c, &f[0]);
    if (rc || (!*s->y && !f[0].archived))
        return rc;
    rc = peek ? read_start(c, &f[1]) : NNP_OK;
    if (!rc && (!peek || f[1].a.shape[0] * row_bytes(&f[1]) <= MAX_LABELS))
        rc = read_whole(c, &f[1]); /* small, and the classes are in it */
    if (rc || !f[1].a.axes)
        return rc;
    s->n_files = 2;
    if (f[0].a.shape[0] != f[1].a.shape[0])
        return nnp_files_refuse(c, f[0].path, "%" PRId64 " rows, but %.300s has %" PRId64,
                                f[0].a.shape[0], f[1].path, f[1].a.shape[0]);
    return !f[1].a.elements ? NNP_OK : find_classes(c, s, &f[1]);
}

static int declare(nnp_ctx *c, const struct npy *s)
{
    int rc = NNP_OK;

    for (int32_t i = 0; rc >= 0 && i < s->n_files; i++) {
        const struct file *f = &s->file[i];
        int64_t            shape[NNP_NPY_AXES];

        memcpy(shape, f->a.shape, sizeof shape);
        shape[0] = c->in[0].shape[0];
        rc = c->host->declare(c, NNP_OUT, f->stream, f->a.type, f->a.axes, shape, NULL);
    }
    c->rows->count = s->file[0].a.shape[0];
    c->rows->classes = s->found_classes;
    c->rows->bytes = 0;
    for (int32_t i = 0; i < s->n_files; i++)
        c->rows->bytes += c->rows->count * row_bytes(&s->file[i]);
    return rc < 0 ? rc : NNP_OK;
}

static int setup(nnp_ctx *c, void *self)
{
    struct npy *s = self;
    int         peek = c->flags & NNP_PEEK ? 1 : 0;

    if (!s->loaded && !(peek && s->n_files)) {
        int rc = read_files(c, s);

        if (rc)
            return rc;
        s->loaded = !peek;
    }
    return declare(c, s);
}

static int forward(nnp_ctx *c, void *self)
{
    const struct npy *s = self;
    const int64_t    *rows = c->in[0].data;

    for (size_t r = 0, n = nnp_count(&c->in[0]); r < n; r++) {
        if (rows[r] < 0 || rows[r] >= s->file[0].a.shape[0] || !s->loaded)
            return nnp_fail(c, NNP_EINVAL, "there is no such row");
        for (uint32_t i = 0; i < c->n_out; i++) {
            const struct file *f = &s->file[i];

            if (c->out[i].data)
                nnp_npy_row(&f->a, rows[r],
                            (uint8_t *)c->out[i].data + r * (size_t)row_bytes(f));
        }
    }
    return NNP_OK;
}

static const nnp_component npy = {
    NNP_COMPONENT("loader", "npy"),
    .doc = "arrays from NumPy's .npy and .npz files",
    .self_size = sizeof(struct npy),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
};

NNP_PLUGIN(npy, NNP_OURS, &npy)
