/* SPDX-License-Identifier: MIT */
/*
 * idx: images and labels in the files of the MNIST family, plain or gzipped.
 *
 * A file is 0, 0, the type of an element (8: u8), the number of axes, every axis as a
 * big-endian 32-bit number, rows first, and then the elements, row-major. Images are u8
 * of 2 to 4 axes, labels u8 of one axis: http://yann.lecun.com/exdb/mnist/
 *
 * Streams: x u8 (rows, 1, height, width) for 3 axes, else the axes as they are; y i64
 * (rows). The test files, if there are any, follow as the official test part.
 *
 * mnist is the same with the names, the numbers of rows and the image size known
 * beforehand, so that a pipeline can be checked without the data.
 */
#include <inttypes.h>

#include <nnpipe/data.h>
#include <nnpipe/files.h>

enum { MAX_AXES = 4, HEADER = 4 + 4 * MAX_AXES, MAX_ROW = 1 << 30 };

struct file {
    const uint8_t *elements; /* NULL: only the header was read */
    const char    *path;
    uint32_t       axes;
    int64_t        shape[MAX_AXES], row; /* elements of a row */
};

struct idx {
    const char *images, *labels, *test_images, *test_labels, *dir;
    int64_t     classes;
    /* set by setup */
    struct file x[2], y[2]; /* training part, test part */
    int32_t     loaded;
    int64_t     found_classes;
};

static const nnp_param idx_params[] = {
    { "images", NNP_PATH, offsetof(struct idx, images), NULL, NULL,
      "IDX file of the images, plain or gzipped", NULL },
    { "labels", NNP_PATH, offsetof(struct idx, labels), NULL, NULL,
      "IDX file of the labels", NULL },
    { "test_images", NNP_PATH, offsetof(struct idx, test_images), "", NULL,
      "images of the official test part", NULL },
    { "test_labels", NNP_PATH, offsetof(struct idx, test_labels), "", NULL,
      "labels of the official test part", NULL },
    { "classes", NNP_INT, offsetof(struct idx, classes), "0", "[0,256]",
      "number of classes; 0: the largest label and one", NULL },
};

static const nnp_param mnist_params[] = {
    { "dir", NNP_PATH | NNP_MAIN, offsetof(struct idx, dir), "mnist", NULL,
      "folder of the four files, plain or gzipped", NULL },
};

/* ---- one file -------------------------------------------------------------------- */

static int64_t big_endian(const uint8_t *b)
{
    return (int64_t)b[0] << 24 | (int64_t)b[1] << 16 | (int64_t)b[2] << 8 | b[3];
}

static int parse_axes(nnp_ctx *c, const uint8_t *b, size_t n, struct file *f)
{
    f->row = 1;
    for (uint32_t i = 0; i < f->axes; i++) {
        if (n < 8 + 4 * (size_t)i)
            return nnp_files_refuse(c, f->path, "ends at byte %zu inside its header", n);
        f->shape[i] = big_endian(b + 4 + 4 * i);
        if (f->shape[i] < 1 || (i && f->shape[i] > MAX_ROW / f->row))
            return nnp_files_refuse(c, f->path, "byte %u: an axis of length %" PRId64,
                                    4 + 4 * i, f->shape[i]);
        f->row *= i ? f->shape[i] : 1;
    }
    return NNP_OK;
}

/* Between min and max axes of u8 are wanted. */
static int parse(nnp_ctx *c, const uint8_t *b, size_t n, uint32_t min, uint32_t max,
                 struct file *f)
{
    if (n < 4)
        return nnp_files_refuse(c, f->path, "ends at byte %zu inside its header", n);
    if (b[0] || b[1])
        return nnp_files_refuse(
            c, f->path, "byte 0: 0x%02x 0x%02x, an IDX file starts with 0 0", b[0], b[1]);
    if (b[2] != 8)
        return nnp_files_refuse(
            c, f->path, "byte 2: elements of type 0x%02x, 0x08 (u8) is needed", b[2]);
    if (b[3] < min || b[3] > max)
        return nnp_files_refuse(c, f->path, "byte 3: %u axes, %s", b[3],
                                max == 1 ? "labels have 1" : "images have 2 to 4");
    f->axes = b[3];
    return parse_axes(c, b, n, f);
}

static int check_size(nnp_ctx *c, size_t n, const struct file *f)
{
    int64_t want = 4 + 4 * (int64_t)f->axes + f->shape[0] * f->row;

    if ((int64_t)n == want)
        return NNP_OK;
    return nnp_files_refuse(c, f->path,
                            "%s at byte %zu: the header says %" PRId64 " rows of %" PRId64
                            " bytes",
                            (int64_t)n < want ? "ends" : "does not end",
                            (int64_t)n < want ? n : (size_t)want, f->shape[0], f->row);
}

static int read_whole(nnp_ctx *c, uint32_t min, uint32_t max, struct file *f)
{
    const nnp_file *file = nnp_files(c);
    const void     *bytes;
    size_t          n;
    int             rc;

    if (f->elements)
        return NNP_OK; /* since the peek */
    rc = file ? file->read(c, f->path, 0, &bytes, &n) : NNP_ENOTSUP;
    if (!rc)
        rc = parse(c, bytes, n, min, max, f);
    if (!rc)
        rc = check_size(c, n, f);
    if (!rc)
        f->elements = (const uint8_t *)bytes + 4 + 4 * f->axes;
    return rc;
}

static int read_header(nnp_ctx *c, uint32_t min, uint32_t max, struct file *f)
{
    uint8_t b[HEADER];
    size_t  n = nnp_files_start(f->path, b, sizeof b);

    return n ? parse(c, b, n, min, max, f) : read_whole(c, min, max, f);
}

/* ---- both parts ------------------------------------------------------------------ */

static int check_pair(nnp_ctx *c, const struct file *x, const struct file *y)
{
    if (x->shape[0] == y->shape[0])
        return NNP_OK;
    return nnp_files_refuse(c, x->path,
                            "%" PRId64 " images, but %.300s has %" PRId64 " labels",
                            x->shape[0], y->path, y->shape[0]);
}

static int check_labels(nnp_ctx *c, struct idx *s, const struct file *y)
{
    for (int64_t i = 0; i < y->shape[0]; i++) {
        if (y->elements[i] >= s->found_classes && !s->classes)
            s->found_classes = y->elements[i] + 1;
        if (y->elements[i] < s->found_classes)
            continue;
        return nnp_files_refuse(c, y->path,
                                "byte %" PRId64 " (row %" PRId64 "): label %u is outside "
                                "0..%" PRId64,
                                i + 8, i, y->elements[i], s->classes - 1);
    }
    return NNP_OK;
}

static int read_part(nnp_ctx *c, struct idx *s, int part)
{
    struct file *x = &s->x[part], *y = &s->y[part];
    int          peek = c->flags & NNP_PEEK ? 1 : 0;
    int rc = peek ? read_header(c, 2, MAX_AXES, x) : read_whole(c, 2, MAX_AXES, x);

    if (!rc)
        rc = read_whole(c, 1, 1, y); /* small, and the classes are in it */
    if (!rc)
        rc = check_pair(c, x, y);
    return rc ? rc : check_labels(c, s, y);
}

static int check_test_part(nnp_ctx *c, const struct idx *s)
{
    const struct file *a = &s->x[0], *b = &s->x[1];

    if (a->axes == b->axes &&
        memcmp(a->shape + 1, b->shape + 1, (a->axes - 1) * sizeof *a->shape) == 0)
        return NNP_OK;
    return nnp_files_refuse(c, b->path, "images of another size than those to train on");
}

static int read_parts(nnp_ctx *c, struct idx *s)
{
    int has_test = s->x[1].path && *s->x[1].path;
    int rc;

    if (has_test != (s->y[1].path && *s->y[1].path))
        return nnp_fail(c, NNP_EINVAL, "test_images and test_labels come together");
    s->found_classes = s->classes;
    rc = read_part(c, s, 0);
    if (!rc && has_test)
        rc = read_part(c, s, 1);
    return rc || !has_test ? rc : check_test_part(c, s);
}

static int declare_images(nnp_ctx *c, const struct file *x)
{
    int64_t  shape[MAX_AXES + 1] = { c->in[0].shape[0], 1 };
    uint32_t skip = x->axes == 3; /* the one channel */

    memcpy(shape + 1 + skip, x->shape + 1, (x->axes - 1) * sizeof *shape);
    return c->host->declare(c, NNP_OUT, "x", NNP_U8, x->axes + skip, shape, NULL);
}

static int declare(nnp_ctx *c, const struct idx *s)
{
    const struct file *x = &s->x[0];
    int                rc = declare_images(c, x);

    if (rc >= 0)
        rc = c->host->declare(c, NNP_OUT, "y", NNP_I64, 1, c->in[0].shape, NULL);
    c->rows->count = x->shape[0] + s->x[1].shape[0];
    c->rows->test = s->x[1].shape[0];
    c->rows->classes = (int64_t)s->found_classes;
    c->rows->bytes =
        c->rows->count * (int64_t)(x->row + 1); /* a byte a pixel, one a label */
    return rc < 0 ? rc : NNP_OK;
}

/* Images that are given, which come without labels. */
static int read_given(nnp_ctx *c, struct idx *s, const nnp_given *g)
{
    struct file   *x = &s->x[0];
    const uint8_t *b = g->bytes;
    int            rc = NNP_OK;

    if (!b || g->n < 4 || memcmp(b, "\0\0\10", 3) != 0)
        return NNP_ENOTSUP;
    if (g->streams && strcmp(g->streams, "x") != 0)
        return nnp_files_refuse(c, g->path, "holds images, %s is needed", g->streams);
    if (!x->elements) {
        x->path = g->path;
        rc = parse(c, b, g->n, 2, MAX_AXES, x);
        if (!rc)
            rc = check_size(c, g->n, x);
        x->elements = b + 4 + 4 * x->axes;
        s->loaded = 1;
    }
    c->rows->count = x->shape[0];
    if (!rc)
        rc = declare_images(c, x);
    return rc < 0 ? rc : NNP_OK;
}

static int setup(nnp_ctx *c, void *self)
{
    struct idx      *s = self;
    const nnp_given *g = c->host->extension(c, "nnp.given/1");
    int              peek = c->flags & NNP_PEEK ? 1 : 0;

    if (g && g->path)
        return read_given(c, s, g);
    if (!s->loaded && !(peek && s->x[0].axes)) {
        int rc;

        s->x[0].path = s->images;
        s->y[0].path = s->labels;
        s->x[1].path = s->test_images;
        s->y[1].path = s->test_labels;
        rc = read_parts(c, s);
        if (rc)
            return rc;
        s->loaded = !peek;
    }
    return declare(c, s);
}

static int forward(nnp_ctx *c, void *self)
{
    const struct idx *s = self;
    const int64_t    *rows = c->in[0].data;
    int64_t           train = s->x[0].shape[0], count = train + s->x[1].shape[0];
    size_t            d = (size_t)s->x[0].row;

    for (size_t r = 0, n = nnp_count(&c->in[0]); r < n; r++) {
        int     part = rows[r] >= train;
        int64_t i = rows[r] - (part ? train : 0);

        if (rows[r] < 0 || rows[r] >= count || !s->loaded)
            return nnp_fail(c, NNP_EINVAL, "there is no such row");
        if (c->out[0].data)
            memcpy((uint8_t *)c->out[0].data + r * d, s->x[part].elements + (size_t)i * d,
                   d);
        if (c->n_out > 1 && c->out[1].data)
            ((int64_t *)c->out[1].data)[r] = s->y[part].elements[i];
    }
    return NNP_OK;
}

/* ---- mnist ----------------------------------------------------------------------- */

static const struct {
    const char *name;
    int64_t     rows;
} mnist_files[4] = {
    { "train-images-idx3-ubyte", 60000 },
    { "train-labels-idx1-ubyte", 60000 },
    { "t10k-images-idx3-ubyte", 10000 },
    { "t10k-labels-idx1-ubyte", 10000 },
};

/* Reads what stands in `dir` under the usual names. Paths are needed during the call
 * only. */
static int mnist_read(nnp_ctx *c, struct idx *s)
{
    const nnp_file *file = nnp_files(c);
    char            path[4][1024];
    struct file    *f[4] = { &s->x[0], &s->y[0], &s->x[1], &s->y[1] };
    int             rc;

    if (!file)
        return NNP_ENOTSUP;
    for (int i = 0; i < 4; i++) {
        const char *name = mnist_files[i].name;

        if (!nnp_files_find(c, file, s->dir, name, path[i], sizeof path[i]))
            return nnp_files_missing(c, s->dir, name);
        f[i]->path = path[i];
    }
    rc = read_parts(c, s);
    for (int i = 0; i < 4; i++) {
        if (!rc &&
            (f[i]->shape[0] != mnist_files[i].rows || f[i]->row != (i % 2 ? 1 : 28 * 28)))
            rc = nnp_files_refuse(
                c, path[i],
                i % 2 ? "not the number of labels that MNIST has"
                      : "not the number or size of images that MNIST has");
        f[i]->path = NULL;
    }
    return rc;
}

static int mnist_setup(nnp_ctx *c, void *self)
{
    struct idx      *s = self;
    const nnp_given *g = c->host->extension(c, "nnp.given/1");

    if (g && g->path)
        return read_given(c, s, g);
    s->classes = s->found_classes = 10;
    if (!(c->flags & NNP_PEEK) && !s->loaded) {
        int rc = mnist_read(c, s);

        if (rc)
            return rc;
        s->loaded = 1;
    }
    s->x[0].axes = 3;
    s->x[0].row = (int64_t)28 * 28;
    memcpy(s->x[0].shape, (int64_t[]){ 60000, 28, 28 }, 3 * sizeof(int64_t));
    s->x[1].shape[0] = 10000;
    return declare(c, s);
}

/* Other images need no more than their own header. */
static const char *coding(const void *self)
{
    (void)self;
    return NULL;
}

static const void *extension(const char *id)
{
    return strcmp(id, "nnp.coding/1") == 0 ? (const void *)(uintptr_t)coding : NULL;
}

static const nnp_component idx = {
    NNP_COMPONENT("loader", "idx"),
    .doc = "images and labels from IDX files",
    .self_size = sizeof(struct idx),
    NNP_PARAMS(idx_params),
    .setup = setup,
    .forward = forward,
    .extension = extension,
};

static const nnp_component mnist = {
    NNP_COMPONENT("loader", "mnist"),
    .doc = "MNIST or a set of its form: 60000 + 10000 images of 28 x 28, 10 classes",
    .self_size = sizeof(struct idx),
    NNP_PARAMS(mnist_params),
    .setup = mnist_setup,
    .forward = forward,
    .extension = extension,
};

NNP_PLUGIN(idx, NNP_OURS, &idx, &mnist)
