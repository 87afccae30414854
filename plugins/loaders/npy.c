/* SPDX-License-Identifier: MIT */
/*
 * npy: arrays as NumPy's save writes them, plain or gzipped. Axis 0 are the rows; the
 * streams keep shape and type: little-endian f4 f8 i4 i8, and i1, u1, bool (as u8), in C
 * order.
 *
 * The form, https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html:
 * 0x93 NUMPY, major and minor version, length of the header (2 bytes in version 1, 4 in 2
 * and 3, little-endian), the header, which is a Python dict, and the elements.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <nnpipe/data.h>
#include <nnpipe/files.h>

enum { MAX_AXES = 8, PEEK = 4096, MAX_LABELS = 1 << 24 };

struct file {
    const char    *path, *stream;
    const uint8_t *elements; /* NULL: only the header was read */
    uint32_t       type, axes;
    int64_t        shape[MAX_AXES], row; /* bytes of a row */
};

struct npy {
    const char *x, *y;
    int64_t     classes;
    struct file file[2];
    int32_t     n_files, loaded;
    double      found_classes;
};

static const nnp_param params[] = {
    { "x", NNP_PATH | NNP_MAIN, offsetof(struct npy, x), NULL, NULL, "file of stream x",
      NULL },
    { "y", NNP_PATH, offsetof(struct npy, y), "", NULL, "file of stream y", NULL },
    { "classes", NNP_INT, offsetof(struct npy, classes), "0", "[0,inf)",
      "number of classes; 0: the largest label in y and one", NULL },
};

static const struct {
    const char *name;
    uint32_t    type;
} types[] = {
    { "<f4", NNP_F32 }, { "<f8", NNP_F64 }, { "|i1", NNP_I8 }, { "|u1", NNP_U8 },
    { "<i4", NNP_I32 }, { "<i8", NNP_I64 }, { "|b1", NNP_U8 },
};

static int64_t bytes_of(uint32_t type)
{
    return (int64_t)(type >> 8 & 255) / 8;
}

/* ---- the header ------------------------------------------------------------------ */

/* What stands behind 'key': in the dict, or NULL. */
static const char *value_of(const char *dict, const char *key)
{
    char quoted[32];

    snprintf(quoted, sizeof quoted, "'%s'", key);
    const char *at = strstr(dict, quoted);
    if (!at)
        return NULL;
    at += strlen(quoted);
    at += strspn(at, " ");
    if (*at++ != ':')
        return NULL;
    return at + strspn(at, " ");
}

static int parse_type(nnp_ctx *c, const char *dict, struct file *f)
{
    const char *at = value_of(dict, "descr");

    for (size_t i = 0; at && *at == '\'' && i < sizeof types / sizeof *types; i++)
        if (strncmp(at + 1, types[i].name, 3) == 0 && at[4] == '\'') {
            f->type = types[i].type;
            return NNP_OK;
        }
    at = at ? at : "unknown";
    int n = (int)strcspn(at, ",}");
    return nnp_files_refuse(
        c, f->path,
        "header: elements of type %.*s, <f4 <f8 <i4 <i8 |i1 |u1 or |b1 is needed",
        n < 24 ? n : 24, at);
}

/* "(3, 4)", "(3,)". */
static int parse_shape(nnp_ctx *c, const char *dict, struct file *f)
{
    const char *at = value_of(dict, "shape");
    int64_t     limit = INT64_MAX / bytes_of(f->type);

    if (!at || *at++ != '(')
        return nnp_files_refuse(c, f->path, "header: no shape");
    for (f->axes = 0, f->row = 1; *at >= '0' && *at <= '9';) {
        int64_t n = 0;

        for (; *at >= '0' && *at <= '9' && n <= INT32_MAX; at++)
            n = 10 * n + *at - '0';
        if (f->axes == MAX_AXES || n < 1 || n > INT32_MAX || n > limit)
            return nnp_files_refuse(
                c, f->path, "header: an axis of length 0, one too long or too many");
        limit /= n;
        f->row *= f->axes ? n : 1;
        f->shape[f->axes++] = n;
        at += strspn(at, ", ");
    }
    f->row *= bytes_of(f->type);
    if (*at != ')' || !f->axes)
        return nnp_files_refuse(c, f->path, "header: the shape is not that of rows");
    return NNP_OK;
}

/* b holds n bytes of the file. The elements begin at *start. */
static int parse_header(nnp_ctx *c, struct file *f, const uint8_t *b, size_t n,
                        size_t *start)
{
    char        dict[PEEK];
    const char *order;
    size_t      lead, length;
    int         rc;

    if (n < 12 || memcmp(b, "\x93NUMPY", 6) != 0)
        return nnp_files_refuse(c, f->path, "byte 0: not a .npy file");
    if (b[6] < 1 || b[6] > 3)
        return nnp_files_refuse(c, f->path, "byte 6: a version other than 1, 2 and 3");
    lead = b[6] == 1 ? 10 : 12;
    length = b[8] | (size_t)b[9] << 8;
    if (b[6] > 1)
        length |= (size_t)b[10] << 16 | (size_t)b[11] << 24;
    if (length >= sizeof dict)
        return nnp_files_refuse(c, f->path, "byte 8: a header that is too long");
    if (length > n - lead)
        return nnp_files_refuse(c, f->path, "ends inside its header");
    memcpy(dict, b + lead, length);
    dict[length] = 0;
    *start = lead + length;
    order = value_of(dict, "fortran_order");
    if (!order || strncmp(order, "False", 5) != 0)
        return nnp_files_refuse(
            c, f->path, "header: columns first (fortran_order), rows first are needed");
    rc = parse_type(c, dict, f);
    return rc ? rc : parse_shape(c, dict, f);
}

/* ---- the elements ---------------------------------------------------------------- */

static int check_finite(nnp_ctx *c, const struct file *f)
{
    int64_t size = bytes_of(f->type), row = f->row / size;

    if (f->type != NNP_F32 && f->type != NNP_F64)
        return NNP_OK;
    for (int64_t i = 0; i < f->shape[0] * row; i++) {
        float  narrow;
        double v;

        memcpy(f->type == NNP_F64 ? (void *)&v : &narrow, f->elements + i * size,
               (size_t)size);
        if (f->type == NNP_F64 ? isfinite(v) : isfinite(narrow))
            continue;
        return nnp_files_refuse(
            c, f->path, "row %" PRId64 ", element %" PRId64 ": not a finite number",
            i / row, i % row);
    }
    return NNP_OK;
}

static int read_whole(nnp_ctx *c, struct file *f)
{
    const nnp_file *file = nnp_files(c);
    const void     *bytes;
    size_t          n, start;
    int             rc;

    if (f->elements)
        return NNP_OK; /* since the peek */
    rc = file ? file->read(c, f->path, 0, &bytes, &n) : NNP_ENOTSUP;
    if (!rc)
        rc = parse_header(c, f, bytes, n, &start);
    if (rc)
        return rc;
    if ((int64_t)(n - start) != f->shape[0] * f->row)
        return nnp_files_refuse(
            c, f->path,
            "%zu bytes of elements behind byte %zu, the header says %" PRId64
            " rows of %" PRId64,
            n - start, start, f->shape[0], f->row);
    f->elements = (const uint8_t *)bytes + start;
    return check_finite(c, f);
}

static int read_start(nnp_ctx *c, struct file *f)
{
    uint8_t b[PEEK + 12];
    size_t  n = nnp_files_start(f->path, b, sizeof b), start;

    return n ? parse_header(c, f, b, n, &start) : read_whole(c, f);
}

/* Row i of a whole-number stream of one column. */
static double label(const struct file *f, int64_t i)
{
    int64_t wide;
    int32_t narrow;

    switch (f->type) {
    case NNP_I64: memcpy(&wide, f->elements + 8 * i, 8); return (double)wide;
    case NNP_I32: memcpy(&narrow, f->elements + 4 * i, 4); return narrow;
    case NNP_I8: return (int8_t)f->elements[i];
    default: return f->elements[i];
    }
}

/* Whole numbers from 0 in a single column are class numbers. */
static int find_classes(nnp_ctx *c, struct npy *s, const struct file *y)
{
    s->found_classes = (double)s->classes;
    if (y->type == NNP_F32 || y->type == NNP_F64 || y->row != bytes_of(y->type))
        return NNP_OK;
    for (int64_t i = 0; i < y->shape[0]; i++) {
        double v = label(y, i);

        if (s->classes && (v < 0 || v >= s->found_classes))
            return nnp_files_refuse(c, y->path,
                                    "row %" PRId64 ": label %g is outside 0..%" PRId64, i,
                                    v, s->classes - 1);
        if (v < 0) {
            s->found_classes = 0;
            return NNP_OK;
        }
        s->found_classes = v >= s->found_classes ? v + 1 : s->found_classes;
    }
    return NNP_OK;
}

static int read_files(nnp_ctx *c, struct npy *s)
{
    struct file *f = s->file;
    int          peek = c->flags & NNP_PEEK ? 1 : 0, rc;

    s->n_files = *s->y ? 2 : 1;
    f[0].path = s->x;
    f[0].stream = "x";
    f[1].path = s->y;
    f[1].stream = "y";
    rc = peek ? read_start(c, &f[0]) : read_whole(c, &f[0]);
    if (rc || s->n_files == 1)
        return rc;
    rc = peek ? read_start(c, &f[1]) : NNP_OK;
    if (!rc && (!peek || f[1].shape[0] * f[1].row <= MAX_LABELS))
        rc = read_whole(c, &f[1]); /* small, and the classes are in it */
    if (!rc && f[0].shape[0] != f[1].shape[0])
        return nnp_files_refuse(c, f[0].path, "%" PRId64 " rows, but %.300s has %" PRId64,
                                f[0].shape[0], f[1].path, f[1].shape[0]);
    return rc || !f[1].elements ? rc : find_classes(c, s, &f[1]);
}

static int declare(nnp_ctx *c, const struct npy *s)
{
    int rc = NNP_OK;

    for (int32_t i = 0; rc >= 0 && i < s->n_files; i++) {
        const struct file *f = &s->file[i];
        int64_t            shape[MAX_AXES];

        memcpy(shape, f->shape, sizeof shape);
        shape[0] = c->in[0].shape[0];
        rc = c->host->declare(c, NNP_OUT, f->stream, f->type, f->axes, shape, NULL);
    }
    c->rows->count = s->file[0].shape[0];
    c->rows->classes = (int64_t)s->found_classes;
    c->rows->bytes = 0;
    for (int32_t i = 0; i < s->n_files; i++)
        c->rows->bytes += c->rows->count * (int64_t)s->file[i].row;
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
        if (rows[r] < 0 || rows[r] >= s->file[0].shape[0] || !s->loaded)
            return nnp_fail(c, NNP_EINVAL, "there is no such row");
        for (uint32_t i = 0; i < c->n_out; i++) {
            const struct file *f = &s->file[i];

            if (c->out[i].data)
                memcpy((uint8_t *)c->out[i].data + r * (size_t)f->row,
                       f->elements + rows[r] * f->row, (size_t)f->row);
        }
    }
    return NNP_OK;
}

static const nnp_component npy = {
    NNP_COMPONENT("loader", "npy"),
    .doc = "arrays from NumPy's .npy files",
    .self_size = sizeof(struct npy),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
};

NNP_PLUGIN(npy, NNP_OURS, &npy)
