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
#include <inttypes.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jpeglib.h>
#include <png.h>

#include <nnpipe/data.h>
#include <nnpipe/files.h>
#include <nnpipe/raster.h>

enum { MAX_SIDE = 32768, MAX_PIXELS = 1 << 26, MAX_FILE = 1 << 28, PATH = 4096 };

struct images {
    const char *dir;
    nnp_list    size;
    int32_t     channels, fit;
    /* what was found, freed by close */
    char **file; /* names below the folder, and their labels */
    char **class;
    int64_t *label;
    uint8_t *pixels; /* count rows of x */
    size_t   count, classes, train;
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

/* What all images become. */
static nnp_raster shape_of(const struct images *s)
{
    const int64_t *v = s->size.v;

    return (nnp_raster){ NULL, v[0], v[s->size.n > 1], s->channels == GREY ? 1 : 3 };
}

static size_t bytes_of(const nnp_raster *i)
{
    return (size_t)(i->channels * i->height * i->width);
}

/* ---- decoding: three bytes a pixel, or one, malloc'd ------------------------------- */

static const char *check_sides(nnp_raster *i, int64_t height, int64_t width)
{
    i->height = height;
    i->width = width;
    if (height < 1 || width < 1 || height > MAX_SIDE || width > MAX_SIDE ||
        height > MAX_PIXELS / width)
        return "larger than 32768 pixels a side or 67108864 in all";
    return NULL;
}

static const char *decode_png(const void *bytes, size_t n, nnp_raster *i)
{
    png_image   p = { .version = PNG_IMAGE_VERSION };
    png_color   white = { 255, 255, 255 };
    const char *why = "damaged PNG";

    if (!png_image_begin_read_from_memory(&p, bytes, n))
        return why;
    why = check_sides(i, p.height, p.width);
    if (!why) {
        p.format = i->channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
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

static const char *decode_jpeg(const void *bytes, size_t n, nnp_raster *i)
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
            j.out_color_space = i->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
            jpeg_start_decompress(&j);
            i->byte = malloc(bytes_of(i));
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

static const char *decode(const void *bytes, size_t n, int64_t depth, nnp_raster *i)
{
    *i = (nnp_raster){ .channels = depth };
    if (n > 8 && memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0)
        return decode_png(bytes, n, i);
    if (n > 3 && memcmp(bytes, "\xff\xd8\xff", 3) == 0)
        return decode_jpeg(bytes, n, i);
    return "neither a PNG nor a JPEG file";
}

/* ---- rows -------------------------------------------------------------------------- */

static int read_image(nnp_ctx *c, struct images *s, size_t row)
{
    const nnp_file *file = c->host->extension(c, "nnp.file/1");
    char            path[2 * PATH];
    const void     *bytes;
    nnp_raster      i, to = shape_of(s);
    size_t          n;

    snprintf(path, sizeof path, "%s/%s", s->dir, s->file[row]);
    int rc = file->read(c, path, MAX_FILE, &bytes, &n);
    if (rc)
        return rc;
    const char *why = decode(bytes, n, to.channels, &i);
    to.byte = s->pixels + row * bytes_of(&to);
    if (!why)
        nnp_raster_fit(&i, s->fit == CROP, &to);
    free(i.byte);
    file->release(c, bytes);
    return why ? nnp_files_refuse(c, path, "%s", why) : NNP_OK;
}

/* ---- what the folder holds -----------------------------------------------------------
 */

static int is_image(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot && dot != name &&
           (strcasecmp(dot, ".png") == 0 || strcasecmp(dot, ".jpg") == 0 ||
            strcasecmp(dot, ".jpeg") == 0);
}

static int no_memory(nnp_ctx *c)
{
    return nnp_fail(c, NNP_ENOMEM, "no memory for the images");
}

/* -1: no memory. */
static int64_t label_of(struct images *s, const char *class)
{
    size_t i = 0;

    while (i < s->classes && strcmp(s->class[i], class) != 0)
        i++;
    return i == s->classes && nnp_files_add(&s->class, &s->classes, class) ? -1
                                                                           : (int64_t)i;
}

/* Of all files from the first one on that have none. */
static int set_labels(struct images *s, size_t first, int64_t label)
{
    int64_t *more = realloc(s->label, (s->count + 1) * sizeof *more);

    if (!more || label < 0)
        return -1;
    s->label = more;
    while (first < s->count)
        more[first++] = label;
    return 0;
}

/* The images right in `below`, a folder of s->dir. */
static int add_files(struct images *s, const char *below)
{
    char   path[2 * PATH], **name;
    size_t n;

    snprintf(path, sizeof path, "%s/%s", s->dir, below);
    int rc = nnp_files_list(path, &name, &n);
    for (size_t i = 0; !rc && i < n; i++) {
        snprintf(path, sizeof path, "%s%s%s", below, *below ? "/" : "", name[i]);
        rc = is_image(name[i]) ? nnp_files_add(&s->file, &s->count, path) : 0;
    }
    nnp_files_unlist(name, n);
    return rc;
}

/* The classes below `part`: "" (the folder itself), "train" or "test". */
static int add_classes(struct images *s, const char *part)
{
    char   path[2 * PATH], **name;
    size_t n;

    snprintf(path, sizeof path, "%s/%s", s->dir, part);
    int rc = nnp_files_list(path, &name, &n);
    for (size_t i = 0; !rc && i < n; i++) {
        size_t first = s->count;

        snprintf(path, sizeof path, "%s%s%s", part, *part ? "/" : "", name[i]);
        rc = add_files(s, path);
        if (!rc && s->count > first)
            rc = set_labels(s, first, label_of(s, name[i]));
    }
    nnp_files_unlist(name, n);
    return rc;
}

static int find_files(nnp_ctx *c, struct images *s)
{
    const nnp_file *file = nnp_files(c);
    char            path[2 * PATH];

    if (!file)
        return NNP_ENOTSUP;
    snprintf(path, sizeof path, "%s/test", s->dir);
    int parts = file->exists(c, path), rc = add_classes(s, parts ? "train" : "");
    s->train = s->count;
    if (!rc && parts)
        rc = add_classes(s, "test");
    if (!rc && s->count == 0) {
        rc = add_files(s, "") || set_labels(s, 0, label_of(s, "images"));
        s->train = s->count;
    }
    if (rc)
        return no_memory(c);
    return s->train ? NNP_OK
                    : nnp_files_refuse(c, s->dir,
                                       "there is no PNG or JPEG file in this folder or "
                                       "those right below it");
}

/* ---- the loader ----------------------------------------------------------------------
 */

static int open(nnp_ctx *c, void *self)
{
    const struct images *s = self;

    if (s->size.n > 2)
        return nnp_fail(c, NNP_EINVAL, "size: one number, or [height, width]");
    return NNP_OK;
}

static int close(nnp_ctx *c, void *self)
{
    struct images *s = self;

    (void)c;
    nnp_files_unlist(s->file, s->count);
    nnp_files_unlist(s->class, s->classes);
    free(s->label);
    free(s->pixels);
    s->file = s->class = NULL;
    s->label = NULL;
    s->pixels = NULL;
    s->count = s->classes = 0;
    return NNP_OK;
}

static int read_all(nnp_ctx *c, struct images *s)
{
    nnp_raster one = shape_of(s);
    int        rc = NNP_OK;

    s->pixels = malloc(s->count * bytes_of(&one));
    if (!s->pixels)
        return no_memory(c);
    for (size_t row = 0; !rc && row < s->count; row++)
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
    nnp_raster     one = shape_of(s);
    int64_t        shape[4] = { c->in[0].shape[0], one.channels, one.height, one.width };
    int            rc = s->count ? NNP_OK : find_files(c, s);

    if (!rc && !s->pixels && !(c->flags & NNP_PEEK))
        rc = read_all(c, s);
    if (!rc)
        rc = c->host->declare(c, NNP_OUT, "x", NNP_U8, 4, shape, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_OUT, "y", NNP_I64, 1, shape, NULL);
    double rows = (double)s->count, bytes = rows * (double)bytes_of(&one);
    return rc < 0 ? rc
                  : nnp_files_tell(c, rows, (double)s->train, bytes, (double)s->classes);
}

static int forward(nnp_ctx *c, void *self)
{
    const struct images *s = self;
    const int64_t       *rows = c->in[0].data;
    nnp_raster           one = shape_of(s);
    size_t               d = bytes_of(&one);

    for (size_t r = 0, n = nnp_count(&c->in[0]); r < n; r++) {
        if (rows[r] < 0 || (size_t)rows[r] >= s->count || !s->pixels)
            return nnp_fail(c, NNP_EINVAL, "there is no such row");
        if (c->out[0].data)
            memcpy((uint8_t *)c->out[0].data + r * d, s->pixels + (size_t)rows[r] * d, d);
        if (c->out[1].data)
            ((int64_t *)c->out[1].data)[r] = s->label[rows[r]];
    }
    return NNP_OK;
}

static const char *column(const void *self, const char *stream, int64_t i)
{
    const struct images *s = self;

    return strcmp(stream, "y") == 0 && i >= 0 && (size_t)i < s->classes ? s->class[i]
                                                                        : NULL;
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

NNP_PLUGIN(images, NNP_OURS, &images)
