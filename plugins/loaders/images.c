/* SPDX-License-Identifier: MIT */
/*
 * images: the PNG and JPEG files of a folder, all brought to one size. Which files, which
 * classes, and the official parts: folders.h. x u8 (rows, 3 or 1, height, width), y i64.
 *
 * An image of another shape is cut to it around its centre, or stretched. A pixel of the
 * result is the mean of the area that it covers. All are read when training begins, and
 * kept as bytes. What libpng or libjpeg complain about is an error with the file's name.
 *
 * Numbers stay as the file has them: no gamma is applied, 16 bits are cut to 8, alpha is
 * laid over white, and grey is the luma of Rec. 601, as JPEG and the transform `grey`
 * have it. Inks (CMYK) become colours. A JPEG that lies on a side, says its EXIF, is put
 * upright.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jpeglib.h>
#include <png.h>

#include <nnpipe/data.h>
#include <nnpipe/folders.h>
#include <nnpipe/raster.h>

enum { MAX_FILE = 1 << 28 };

struct images {
    const char *dir;
    nnp_list    size;
    int32_t     channels, fit;
    nnp_folders found;  /* freed by close */
    uint8_t    *pixels; /* found.count rows of x, or NULL; freed by close */
};

enum { COLOUR, GREY };
enum { CROP, STRETCH };

static const nnp_param params[] = {
    { "dir", NNP_PATH | NNP_MAIN, offsetof(struct images, dir), NULL, NULL,
      "folder of the images, or of a folder for each class; or one image", NULL },
    { "size", NNP_INTS, offsetof(struct images, size), "64", "[1,4096]",
      "of the images: one number, or [height, width]", "pixels" },
    { "channels", NNP_ENUM, offsetof(struct images, channels), "colour", "colour|grey",
      "3 channels, or 1: the luma of Rec. 601", NULL },
    { "fit", NNP_ENUM, offsetof(struct images, fit), "crop", "crop|stretch",
      "what happens to an image of another shape", NULL },
};

/* What all images become. */
static nnp_raster shape_of(const struct images *s)
{
    const int64_t *v = s->size.v;

    return (nnp_raster){ NULL, v[0], v[s->size.n > 1], s->channels == GREY ? 1 : 3 };
}

/* ---- decoding: three bytes a pixel, or one, malloc'd ------------------------------- */

struct png_source {
    const uint8_t *at;
    size_t         left;
};

static void png_more(png_structp png, png_bytep to, png_size_t n)
{
    struct png_source *from = png_get_io_ptr(png);

    if (n > from->left)
        png_error(png, "cut");
    memcpy(to, from->at, n);
    from->at += n;
    from->left -= n;
}

static void png_fails(png_structp png, png_const_charp why)
{
    (void)why;
    png_longjmp(png, 1);
}

static void png_says(png_structp png, png_const_charp what)
{
    (void)png, (void)what;
}

/* Red, green, blue and alpha, a byte each, whatever the file has; jumps out of damage. */
static const char *read_png(png_structp png, png_infop info, nnp_raster *i)
{
    png_read_info(png, info);
    const char *why = nnp_raster_sides(i, png_get_image_height(png, info),
                                       png_get_image_width(png, info));
    if (why)
        return why;
    png_set_strip_16(png);
    png_set_expand(png);
    png_set_gray_to_rgb(png);
    png_set_add_alpha(png, 0xff, PNG_FILLER_AFTER);
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    i->channels = 4;
    i->byte = malloc(nnp_raster_bytes(i));
    if (!i->byte)
        return "no memory for it";
    for (; passes; passes--)
        for (int64_t row = 0; row < i->height; row++)
            png_read_row(png, i->byte + row * i->width * 4, NULL);
    return NULL;
}

static const char *decode_png(const void *bytes, size_t n, nnp_raster *i)
{
    struct png_source from = { bytes, n };
    png_structp       png =
        png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, png_fails, png_says);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    int64_t   channels = i->channels;
    const char *volatile why = info ? "damaged PNG" : "no memory for it";

    if (info && setjmp(png_jmpbuf(png)) == 0) {
        png_set_read_fn(png, &from, png_more);
        why = read_png(png, info, i);
    }
    png_destroy_read_struct(&png, &info, NULL);
    if (!why)
        nnp_raster_flatten(i, channels);
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

/* A JPEG of inks; Adobe writes how much of each is missing. */
static int has_inks(const struct jpeg_decompress_struct *j)
{
    return j->jpeg_color_space == JCS_CMYK || j->jpeg_color_space == JCS_YCCK;
}

/* Reads all lines, and says what they are: jumps out of damage. */
static const char *read_jpeg(struct jpeg_decompress_struct *j, nnp_raster *i)
{
    const char *why = nnp_raster_sides(i, j->image_height, j->image_width);

    if (why)
        return why;
    j->out_color_space = i->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    if (has_inks(j))
        j->out_color_space = JCS_CMYK;
    jpeg_start_decompress(j);
    i->channels = j->output_components;
    i->byte = malloc(nnp_raster_bytes(i));
    if (!i->byte)
        return "no memory for it";
    while (j->output_scanline < j->output_height) {
        JSAMPROW row = i->byte + j->output_scanline * i->width * i->channels;
        jpeg_read_scanlines(j, &row, 1);
    }
    jpeg_finish_decompress(j);
    return NULL;
}

static int orientation(const struct jpeg_decompress_struct *j)
{
    for (jpeg_saved_marker_ptr m = j->marker_list; m; m = m->next)
        if (m->data_length > 6 && memcmp(m->data, "Exif\0", 6) == 0)
            return nnp_raster_exif(m->data + 6, m->data_length - 6);
    return 1;
}

static const char *decode_jpeg(const void *bytes, size_t n, nnp_raster *i)
{
    struct jpeg_decompress_struct j;
    struct jpeg_trouble           trouble;
    int64_t                       channels = i->channels;
    const char *volatile why = "damaged JPEG"; /* until the last line is read */
    volatile int turned = 1, inks = 0;

    j.err = jpeg_std_error(&trouble.base);
    trouble.base.error_exit = jpeg_fails;
    trouble.base.emit_message = jpeg_says;
    if (setjmp(trouble.out) == 0) {
        jpeg_create_decompress(&j);
        jpeg_mem_src(&j, bytes, (unsigned long)n);
        jpeg_save_markers(&j, JPEG_APP0 + 1, 0xffff);
        jpeg_read_header(&j, TRUE);
        turned = orientation(&j);
        inks = has_inks(&j) ? 1 + j.saw_Adobe_marker : 0;
        why = read_jpeg(&j, i);
    }
    jpeg_destroy_decompress(&j);
    if (!why && inks)
        nnp_raster_inks(i, inks > 1, channels);
    return why ? why : nnp_raster_turn(i, turned) ? "no memory for it" : NULL;
}

typedef const char *decoder(const void *bytes, size_t n, nnp_raster *i);

static decoder *decoder_of(const void *bytes, size_t n)
{
    if (n > 8 && memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0)
        return decode_png;
    return n > 3 && memcmp(bytes, "\xff\xd8\xff", 3) == 0 ? decode_jpeg : NULL;
}

static const char *decode(const void *bytes, size_t n, int64_t channels, nnp_raster *i)
{
    decoder *d = decoder_of(bytes, n);

    *i = (nnp_raster){ .channels = channels };
    return d ? d(bytes, n, i) : "neither a PNG nor a JPEG file";
}

/* ---- rows -------------------------------------------------------------------------- */

static int put_image(nnp_ctx *c, struct images *s, size_t row, const char *path,
                     const void *bytes, size_t n)
{
    nnp_raster  i, to = shape_of(s);
    const char *why = decode(bytes, n, to.channels, &i);

    to.byte = s->pixels + row * nnp_raster_bytes(&to);
    if (!why)
        nnp_raster_fit(&i, s->fit == CROP, &to);
    free(i.byte);
    return why ? nnp_files_refuse(c, path, "%s", why) : NNP_OK;
}

static int read_image(nnp_ctx *c, struct images *s, size_t row)
{
    const nnp_file *file = nnp_files(c);
    char            path[NNP_FOLDERS_PATH];
    const void     *bytes;
    size_t          n;

    if (s->found.bytes)
        return put_image(c, s, row, s->found.dir, s->found.bytes, s->found.n);
    if (!file)
        return NNP_ENOTSUP;
    nnp_folders_join(path, s->found.dir, s->found.file[row]);
    int rc = file->read(c, path, MAX_FILE, &bytes, &n);
    if (rc)
        return rc;
    rc = put_image(c, s, row, path, bytes, n);
    file->release(c, bytes);
    return rc;
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
    nnp_folders_free(&s->found);
    free(s->pixels);
    s->pixels = NULL;
    return NNP_OK;
}

static int read_all(nnp_ctx *c, struct images *s)
{
    nnp_raster one = shape_of(s);
    int        rc = NNP_OK;

    s->pixels = malloc(s->found.count * nnp_raster_bytes(&one));
    if (!s->pixels)
        return nnp_fail(c, NNP_ENOMEM, "no memory for the images");
    for (size_t row = 0; !rc && row < s->found.count; row++)
        rc = read_image(c, s, row);
    if (rc) {
        free(s->pixels);
        s->pixels = NULL;
    }
    return rc;
}

static int is_picture(const void *bytes, size_t n)
{
    return decoder_of(bytes, n) != NULL;
}

static const nnp_folders_kind pictures = { nnp_folders_is_picture, is_picture,
                                           "PNG or JPEG file", ".png, .jpg or .jpeg",
                                           "images" };

static int setup(nnp_ctx *c, void *self)
{
    struct images *s = self;
    nnp_raster     one = shape_of(s);
    int64_t        shape[4] = { c->in[0].shape[0], one.channels, one.height, one.width };
    int rc = s->found.count ? NNP_OK : nnp_folders_open(c, s->dir, &pictures, &s->found);

    if (!rc && !s->pixels && s->found.count && !(c->flags & NNP_PEEK))
        rc = read_all(c, s);
    if (!rc)
        rc = c->host->declare(c, NNP_OUT, "x", NNP_U8, 4, shape, NULL);
    if (rc >= 0 && !s->found.bytes)
        rc = c->host->declare(c, NNP_OUT, "y", NNP_I64, 1, shape, NULL);
    c->rows->count = (int64_t)s->found.count;
    c->rows->val = (int64_t)(s->found.test - s->found.val);
    c->rows->test = (int64_t)(s->found.count - s->found.test);
    c->rows->classes = (int64_t)s->found.classes;
    c->rows->bytes = (int64_t)(s->found.count * nnp_raster_bytes(&one));
    return rc < 0 ? rc : NNP_OK;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct images *s = self;
    const int64_t       *rows = c->in[0].data;
    nnp_raster           one = shape_of(s);
    size_t               d = nnp_raster_bytes(&one);

    for (size_t r = 0, n = nnp_count(&c->in[0]); r < n; r++) {
        if (rows[r] < 0 || (size_t)rows[r] >= s->found.count || !s->pixels)
            return nnp_fail(c, NNP_EINVAL, "there is no such row");
        if (c->out[0].data)
            memcpy((uint8_t *)c->out[0].data + r * d, s->pixels + (size_t)rows[r] * d, d);
        if (c->n_out > 1 && c->out[1].data)
            ((int64_t *)c->out[1].data)[r] = s->found.label[rows[r]];
    }
    return NNP_OK;
}

static const char *class_name(const void *self, const char *stream, int64_t i)
{
    const struct images *s = self;

    return strcmp(stream, "y") == 0 && i >= 0 && (size_t)i < s->found.classes
               ? s->found.class_name[i]
               : NULL;
}

static const char *note(const void *self, uint32_t i)
{
    const struct images *s = self;

    return i == 0 && s->found.said[0] ? s->found.said : NULL;
}

static const char *coding(const void *self)
{
    return ((const struct images *)self)->found.coding;
}

static const void *extension(const char *id)
{
    if (strcmp(id, "nnp.notes/1") == 0)
        return (const void *)(uintptr_t)note;
    if (strcmp(id, "nnp.coding/1") == 0)
        return (const void *)(uintptr_t)coding;
    return strcmp(id, "nnp.classes/1") == 0 ? (const void *)(uintptr_t)class_name : NULL;
}

static const nnp_component images = {
    NNP_COMPONENT("loader", "images"),
    .doc =
        "PNG and JPEG files of a folder, a class for each sub-folder\n\n"
        "With `train` beside `val` or `test` the classes are below those, and val and "
        "test are the official parts. Hidden files are left out; what else is passed "
        "over is counted and said. A JPEG is put upright by its EXIF orientation, CMYK "
        "becomes RGB, 16 bits are cut to 8 without gamma, and what is transparent is "
        "laid over white.",
    .self_size = sizeof(struct images),
    NNP_PARAMS(params),
    .open = open,
    .close = close,
    .setup = setup,
    .forward = forward,
    .extension = extension,
};

NNP_PLUGIN(images, NNP_OURS, &images)
