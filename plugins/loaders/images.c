/* SPDX-License-Identifier: MIT */
/*
 * images: the PNG and JPEG files of a folder, all brought to one size.
 *
 * Every sub-folder is a class, called by its name, in alphabetical order; without any the
 * folder itself is the only one. If there are two sub-folders `train` and `test`, the
 * classes are below them, and `test` is the official test part. Other files are passed
 * over. Streams: x u8 (rows, 3 or 1, height, width), y i64 (rows).
 *
 * An image of another shape is cut to it around its centre, or stretched. A pixel of the
 * result is the mean of the area that it covers. Alpha is laid over white. All images are
 * read when training begins, and kept as bytes. What libpng or libjpeg complain about is
 * an error with the name of the file; nothing of it is shown.
 */
#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>

#include <nnpipe/data.h>
#include <nnpipe/plugin.h>

enum { MAX_SIDE = 32768, MAX_PIXELS = 1 << 26, MAX_FILE = 1 << 28, PATH = 4096 };

struct file {
    char   *name; /* below the folder */
    int64_t label;
};

struct images {
    const char *dir;
    nnp_list    size;
    int32_t     channels, fit;
    /* what was found, freed by close */
    struct file *file;
    char **class;
    uint8_t *pixels; /* count rows of x */
    int64_t  count, room, classes, train;
};

enum { COLOUR, GREY };
enum { CROP, STRETCH };

static const nnp_param params[] = {
    { "dir", NNP_PATH | NNP_MAIN, offsetof(struct images, dir), NULL, NULL,
      "folder of the images, or of a folder for each class", NULL },
    { "size", NNP_INTS, offsetof(struct images, size), "64", "[1,4096]",
      "of the images: one number, or [height, width]", "pixels" },
    { "channels", NNP_ENUM, offsetof(struct images, channels), "colour", "colour|grey",
      "3 channels or 1", NULL },
    { "fit", NNP_ENUM, offsetof(struct images, fit), "crop", "crop|stretch",
      "what happens to an image of another shape", NULL },
};

static int refuse(nnp_ctx *c, const char *path, const char *why)
{
    char text[768];

    snprintf(text, sizeof text, "%.500s: %.240s", path, why);
    return c->host->fail(c, NNP_EIO, text);
}

static int64_t side(const struct images *s, int axis)
{
    const int64_t *v = s->size.v;

    return v[s->size.n > 1 ? axis : 0];
}

static int64_t planes(const struct images *s)
{
    return s->channels == GREY ? 1 : 3;
}

/* ---- decoding: three bytes a pixel, or one -------------------------------------------
 */

struct image {
    uint8_t *byte; /* malloc'd */
    int64_t  height, width;
};

static const char *check_sides(struct image *i, int64_t height, int64_t width)
{
    i->height = height;
    i->width = width;
    if (height < 1 || width < 1 || height > MAX_SIDE || width > MAX_SIDE ||
        height > MAX_PIXELS / width)
        return "larger than 32768 pixels a side or 67108864 in all";
    return NULL;
}

static const char *decode_png(const void *bytes, size_t n, int64_t depth, struct image *i)
{
    png_image   p = { .version = PNG_IMAGE_VERSION };
    png_color   white = { 255, 255, 255 };
    const char *why = "damaged PNG";

    if (!png_image_begin_read_from_memory(&p, bytes, n))
        return why;
    why = check_sides(i, p.height, p.width);
    if (!why) {
        p.format = depth == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
        i->byte = malloc(PNG_IMAGE_SIZE(p));
        if (!i->byte)
            why = "no memory for it";
        else if (!png_image_finish_read(&p, &white, i->byte, 0, NULL) ||
                 PNG_IMAGE_FAILED(p))
            why = "damaged PNG";
    }
    png_image_free(&p);
    return why;
}

struct jpeg_trouble {
    struct jpeg_error_mgr base;
    jmp_buf               out;
};

static void jpeg_fails(j_common_ptr j)
{
    longjmp(((struct jpeg_trouble *)(void *)j->err)->out, 1);
}

/* A warning means that data were missing or had to be guessed. */
static void jpeg_says(j_common_ptr j, int level)
{
    if (level < 0)
        jpeg_fails(j);
}

static void read_lines(struct jpeg_decompress_struct *j, uint8_t *to)
{
    size_t line = (size_t)j->output_width * (size_t)j->output_components;

    while (j->output_scanline < j->output_height) {
        JSAMPROW row = to + j->output_scanline * line;
        jpeg_read_scanlines(j, &row, 1);
    }
}

static const char *decode_jpeg(const void *bytes, size_t n, int64_t depth,
                               struct image *i)
{
    struct jpeg_decompress_struct j;
    struct jpeg_trouble           trouble;
    const char *volatile why = "damaged JPEG"; /* until the last line is read */

    j.err = jpeg_std_error(&trouble.base);
    trouble.base.error_exit = jpeg_fails;
    trouble.base.emit_message = jpeg_says;
    if (setjmp(trouble.out) == 0) {
        jpeg_create_decompress(&j);
        jpeg_mem_src(&j, bytes, (unsigned long)n);
        jpeg_read_header(&j, TRUE);
        const char *too_large = check_sides(i, j.image_height, j.image_width);
        if (!too_large) {
            j.out_color_space = depth == 1 ? JCS_GRAYSCALE : JCS_RGB;
            jpeg_start_decompress(&j);
            i->byte = malloc((size_t)(i->height * i->width * depth));
        }
        if (i->byte) {
            read_lines(&j, i->byte);
            jpeg_finish_decompress(&j);
        }
        why = too_large ? too_large : i->byte ? NULL : "no memory for it";
    }
    jpeg_destroy_decompress(&j);
    return why;
}

static const char *decode(const void *bytes, size_t n, int64_t depth, struct image *i)
{
    *i = (struct image){ NULL, 0, 0 };
    if (n > 8 && memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0)
        return decode_png(bytes, n, depth, i);
    if (n > 3 && memcmp(bytes, "\xff\xd8\xff", 3) == 0)
        return decode_jpeg(bytes, n, depth, i);
    return "neither a PNG nor a JPEG file";
}

/* ---- one size ---------------------------------------------------------------------- */

struct part { /* of the source along an axis: from begin on, `step` pixels for each one */
    double begin, step;
};

/* Mean over the area from y0, x0 to y1, x1 of channel k. */
static double area(const struct image *i, int64_t depth, int64_t k, const double y[2],
                   const double x[2])
{
    double sum = 0, weight = 0;

    for (int64_t r = (int64_t)y[0]; r < i->height && (double)r < y[1]; r++)
        for (int64_t q = (int64_t)x[0]; q < i->width && (double)q < x[1]; q++) {
            double high = fmin((double)r + 1, y[1]) - fmax((double)r, y[0]);
            double wide = fmin((double)q + 1, x[1]) - fmax((double)q, x[0]);

            sum += high * wide * i->byte[(r * i->width + q) * depth + k];
            weight += high * wide;
        }
    return weight > 0 ? sum / weight : 0;
}

static void resize(const struct images *s, const struct image *i, uint8_t *to)
{
    int64_t     h = side(s, 0), w = side(s, 1), depth = planes(s);
    struct part y = { 0, (double)i->height / (double)h };
    struct part x = { 0, (double)i->width / (double)w };

    if (s->fit == CROP) {
        double step = fmin(y.step, x.step);
        y = (struct part){ ((double)i->height - step * (double)h) / 2, step };
        x = (struct part){ ((double)i->width - step * (double)w) / 2, step };
    }
    for (int64_t r = 0; r < h; r++)
        for (int64_t q = 0; q < w; q++) {
            double ys[2] = { y.begin + y.step * (double)r,
                             y.begin + y.step * (double)(r + 1) };
            double xs[2] = { x.begin + x.step * (double)q,
                             x.begin + x.step * (double)(q + 1) };

            for (int64_t k = 0; k < depth; k++)
                to[(k * h + r) * w + q] = (uint8_t)(area(i, depth, k, ys, xs) + 0.5);
        }
}

static int read_image(nnp_ctx *c, struct images *s, int64_t row)
{
    const nnp_file *file = c->host->extension(c, "nnp.file/1");
    char            path[2 * PATH];
    const void     *bytes;
    struct image    i;
    size_t          n;

    snprintf(path, sizeof path, "%s/%s", s->dir, s->file[row].name);
    int rc = file->read(c, path, MAX_FILE, &bytes, &n);
    if (rc)
        return rc;
    const char *why = decode(bytes, n, planes(s), &i);
    if (!why)
        resize(s, &i, s->pixels + row * planes(s) * side(s, 0) * side(s, 1));
    free(i.byte);
    file->release(c, bytes);
    return why ? refuse(c, path, why) : NNP_OK;
}

/* ---- what the folder holds -----------------------------------------------------------
 */

static int is_image(const char *name)
{
    const char *dot = strrchr(name, '.'), *const known[] = { ".png", ".jpg", ".jpeg" };
    char low[8] = "";

    if (!dot || dot == name || strlen(dot) >= sizeof low)
        return 0;
    for (size_t i = 0; dot[i]; i++)
        low[i] = (char)tolower((unsigned char)dot[i]);
    for (size_t i = 0; i < 3; i++)
        if (strcmp(low, known[i]) == 0)
            return 1;
    return 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_visible(const struct dirent *d)
{
    return d->d_name[0] != '.';
}

static void free_names(struct dirent **name, int n)
{
    for (int i = 0; i < n; i++)
        free(name[i]);
    free(name);
}

static int no_memory(nnp_ctx *c)
{
    return c->host->fail(c, NNP_ENOMEM, "no memory for the images");
}

static int64_t label_of(struct images *s, const char *class)
{
    for (int64_t i = 0; i < s->classes; i++)
        if (strcmp(s->class[i], class) == 0)
            return i;
    char **more = realloc(s->class, (size_t)(s->classes + 1) * sizeof *more);
    if (!more)
        return -1;
    s->class = more;
    more[s->classes] = strdup(class);
    return more[s->classes] ? s->classes++ : -1;
}

static int add_file(struct images *s, const char *name, int64_t label)
{
    if (s->count == s->room) {
        int64_t      room = s->room ? 2 * s->room : 64;
        struct file *more = realloc(s->file, (size_t)room * sizeof *more);

        if (!more)
            return -1;
        s->file = more;
        s->room = room;
    }
    s->file[s->count] = (struct file){ strdup(name), label };
    return s->file[s->count].name ? (s->count++, 0) : -1;
}

/* The images right in `below`, a folder of s->dir. */
static int add_files(nnp_ctx *c, struct images *s, const char *below, int64_t label)
{
    char            path[2 * PATH];
    struct dirent **name;
    int             rc = NNP_OK;

    snprintf(path, sizeof path, "%s/%s", s->dir, below);
    int n = scandir(path, &name, is_visible, by_name);
    if (n < 0)
        return NNP_OK; /* a file, not a folder */
    for (int i = 0; !rc && i < n; i++) {
        snprintf(path, sizeof path, "%s%s%s", below, *below ? "/" : "", name[i]->d_name);
        if (is_image(name[i]->d_name) && add_file(s, path, label))
            rc = no_memory(c);
    }
    free_names(name, n);
    return rc;
}

/* The classes below `part`: "" (the folder itself), "train" or "test". Returns how many
 * files came, < 0: an error. */
static int64_t add_classes(nnp_ctx *c, struct images *s, const char *part)
{
    char            path[2 * PATH];
    struct dirent **name;
    int64_t         before = s->count;
    int             rc = NNP_OK;

    snprintf(path, sizeof path, "%s/%s", s->dir, part);
    int n = scandir(path, &name, is_visible, by_name);
    for (int i = 0; !rc && i < n; i++) {
        int64_t at = s->count;

        snprintf(path, sizeof path, "%s%s%s", part, *part ? "/" : "", name[i]->d_name);
        rc = add_files(c, s, path, -1);
        int64_t label = s->count > at && !rc ? label_of(s, name[i]->d_name) : 0;
        if (label < 0)
            rc = no_memory(c);
        for (; at < s->count; at++)
            s->file[at].label = label;
    }
    if (n >= 0)
        free_names(name, n);
    return rc ? rc : s->count - before;
}

static int find_files(nnp_ctx *c, struct images *s)
{
    const nnp_file *file = c->host->extension(c, "nnp.file/1");
    char            path[2 * PATH];
    int64_t         n;

    if (!file)
        return c->host->fail(c, NNP_ENOTSUP, "this host reads no files");
    snprintf(path, sizeof path, "%s/test", s->dir);
    int parts = file->exists(c, path);
    n = add_classes(c, s, parts ? "train" : "");
    s->train = s->count;
    if (n >= 0 && parts)
        n = add_classes(c, s, "test");
    if (n >= 0 && s->count == 0) {
        n = label_of(s, "images") < 0 ? no_memory(c) : add_files(c, s, "", 0);
        s->train = s->count;
    }
    if (n < 0)
        return (int)n;
    return s->train ? NNP_OK
                    : refuse(c, s->dir,
                             "there is no PNG or JPEG file in this folder or "
                             "those right below it");
}

/* ---- the loader ----------------------------------------------------------------------
 */

static int open(nnp_ctx *c, void *self)
{
    const struct images *s = self;

    if (s->size.n > 2)
        return c->host->fail(c, NNP_EINVAL, "size: one number, or [height, width]");
    return NNP_OK;
}

static int close(nnp_ctx *c, void *self)
{
    struct images *s = self;

    (void)c;
    for (int64_t i = 0; i < s->count; i++)
        free(s->file[i].name);
    for (int64_t i = 0; i < s->classes; i++)
        free(s->class[i]);
    free(s->file);
    free(s->class);
    free(s->pixels);
    s->file = NULL;
    s->class = NULL;
    s->pixels = NULL;
    s->count = s->classes = s->room = 0;
    return NNP_OK;
}

static int read_all(nnp_ctx *c, struct images *s)
{
    int rc = NNP_OK;

    s->pixels = malloc((size_t)(s->count * planes(s) * side(s, 0) * side(s, 1)));
    if (!s->pixels)
        return no_memory(c);
    for (int64_t row = 0; !rc && row < s->count; row++)
        rc = read_image(c, s, row);
    if (rc) {
        free(s->pixels);
        s->pixels = NULL;
    }
    return rc;
}

static int setup(nnp_ctx *c, void *self)
{
    struct images *s = self;
    int64_t        shape[4] = { c->in[0].shape[0], planes(s), side(s, 0), side(s, 1) };
    int            rc = s->count ? NNP_OK : find_files(c, s);

    if (!rc && !s->pixels && !(c->flags & NNP_PEEK))
        rc = read_all(c, s);
    if (!rc)
        rc = c->host->declare(c, NNP_OUT, "x", NNP_U8, 4, shape, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_OUT, "y", NNP_I64, 1, shape, NULL);
    if (rc >= 0)
        rc = c->host->report(c, "count", (double)s->count);
    if (!rc && s->train < s->count)
        rc = c->host->report(c, "test", (double)s->train);
    if (!rc)
        rc = c->host->report(c, "bytes",
                             (double)s->count * (double)(shape[1] * shape[2] * shape[3]));
    return rc < 0 ? rc : c->host->report(c, "classes", (double)s->classes);
}

static int forward(nnp_ctx *c, void *self)
{
    const struct images *s = self;
    const int64_t       *rows = c->in[0].data;
    size_t               d = (size_t)(planes(s) * side(s, 0) * side(s, 1));

    for (size_t r = 0, n = nnp_count(&c->in[0]); r < n; r++) {
        if (rows[r] < 0 || rows[r] >= s->count || !s->pixels)
            return c->host->fail(c, NNP_EINVAL, "there is no such row");
        if (c->out[0].data)
            memcpy((uint8_t *)c->out[0].data + r * d, s->pixels + (size_t)rows[r] * d, d);
        if (c->out[1].data)
            ((int64_t *)c->out[1].data)[r] = s->file[rows[r]].label;
    }
    return NNP_OK;
}

static const char *column(const void *self, const char *stream, int64_t i)
{
    const struct images *s = self;

    return strcmp(stream, "y") == 0 && i >= 0 && i < s->classes ? s->class[i] : NULL;
}

static const void *extension(const char *id)
{
    return strcmp(id, "nnp.columns/1") == 0 ? (const void *)(uintptr_t)column : NULL;
}

static const nnp_component images = {
    NNP_COMPONENT("loader", "images"),
    .doc = "PNG and JPEG files of a folder, a class for each sub-folder",
    .self_size = sizeof(struct images),
    NNP_PARAMS(params),
    .open = open,
    .close = close,
    .setup = setup,
    .forward = forward,
    .extension = extension,
};

NNP_PLUGIN(images, "1.0", "MIT", "https://example.org/nnpipe", &images)
