/* SPDX-License-Identifier: MIT */
/*
 * mask.lines and mask.text: scratches across an image, and letters written over it, at
 * random places; the second output is the mask (rows, 1, height, width), how much of each
 * pixel they cover, 0 to 1. Under them the image is y = (1 - mask) x + mask value.
 *
 * A line goes through a random pixel in a random direction from edge to edge. A letter
 * stands at a random place, a little askew; its strokes are those of a plotter's font, on
 * a grid of 4 x 6. Numbers drawn: one for how many, then five a mark, row by row.
 */
#include <math.h>
#include <string.h>

#include <nnpipe/data.h>

struct marks {
    nnp_list n;
    double   width, size, value;
};

enum { COUNT_AND = 1, PER_MARK = 5, LETTERS = 26 };

static const nnp_param lines_params[] = {
    { "n", NNP_INTS | NNP_MAIN, offsetof(struct marks, n), "[1, 3]", "[0,1000]",
      "how many: one number, or [fewest, most]", NULL },
    { "width", NNP_REAL, offsetof(struct marks, width), "1.5", "(0,1000]", "of a line",
      "pixels" },
    { "value", NNP_REAL, offsetof(struct marks, value), "1", NULL,
      "what covers the image", NULL },
};

static const nnp_param text_params[] = {
    { "n", NNP_INTS | NNP_MAIN, offsetof(struct marks, n), "[2, 4]", "[0,1000]",
      "how many letters: one number, or [fewest, most]", NULL },
    { "size", NNP_REAL, offsetof(struct marks, size), "10", "[3,1000]",
      "height of a letter", "pixels" },
    { "width", NNP_REAL, offsetof(struct marks, width), "1.5", "(0,1000]", "of the pen",
      "pixels" },
    { "value", NNP_REAL, offsetof(struct marks, value), "1", NULL,
      "what covers the image", NULL },
};

/* Digits are x, y of points to join; a space lifts the pen. */
static const char *const font[LETTERS] = {
    "062046 1434",
    "06003041423303 3344453606",
    "4130100105163645",
    "06002041452606",
    "40000646 0333",
    "400006 0333",
    "41301001051636454323",
    "0006 4046 0343",
    "2026 1030 1636",
    "4045361605",
    "0006 4003 0346",
    "000646",
    "0600234046",
    "06004640",
    "103041453616050110",
    "06003041423303",
    "103041453616050110 2446",
    "06003041423303 2346",
    "413010010213334445361605",
    "0040 2026",
    "000516364540",
    "002640",
    "0016233640",
    "0046 4006",
    "002340 2326",
    "00400646",
};

static int64_t most(const struct marks *s)
{
    const int64_t *v = s->n.v;

    return v[s->n.n - 1];
}

static int setup(nnp_ctx *c, void *self)
{
    const struct marks *s = self;
    const int64_t      *n = s->n.v;
    const nnp_tensor   *x = &c->in[0];

    if (x->ndim != 4)
        return nnp_fail(c, NNP_EINVAL,
                        "images are needed: rows of 3 axes (channels, height, "
                        "width)");
    if (s->n.n < 1 || s->n.n > 2 || n[0] > most(s))
        return nnp_fail(c, NNP_EINVAL,
                        "n: one number, or two of them, the smaller first");
    int64_t mask[4] = { x->shape[0], 1, x->shape[2], x->shape[3] };
    int     rc = c->host->declare(c, NNP_OUT, "y", NNP_F32, 4, x->shape, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_OUT, "mask", NNP_F32, 4, mask, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_SCRATCH, "canvas", NNP_F32, 2, mask + 2, NULL);
    return rc < 0 ? rc : NNP_OK;
}

/* ---- drawing --------------------------------------------------------------------- */

struct canvas {
    float  *covered;
    int64_t height, width;
    double  radius; /* of the pen */
};

struct point {
    double x, y;
};

/* From a point to the nearest one of the stretch a b. */
static double distance(double x, double y, struct point a, struct point b)
{
    double dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy;
    double t = length > 0 ? ((x - a.x) * dx + (y - a.y) * dy) / length : 0;

    t = t < 0 ? 0 : t > 1 ? 1 : t;
    dx = x - a.x - t * dx;
    dy = y - a.y - t * dy;
    return sqrt(dx * dx + dy * dy);
}

/* Pixels along an axis that a stroke from a to b may touch: *first to *last. */
static void range(double a, double b, double reach, int64_t size, int64_t *first,
                  int64_t *last)
{
    double low = fmin(a, b) - reach, high = fmax(a, b) + reach, end = (double)size - 1;

    *first = (int64_t)fmax(low, 0);
    *last = high < 0 ? -1 : (int64_t)fmin(high, end);
}

/* Only pixels that the pen may touch are looked at. One that its edge crosses is covered
 * in part; where strokes cross, the one that covers more counts, not the sum of both. */
static void stroke(struct canvas *to, struct point a, struct point b)
{
    int64_t x0, x1, y0, y1;

    range(a.x, b.x, to->radius + 1, to->width, &x0, &x1);
    range(a.y, b.y, to->radius + 1, to->height, &y0, &y1);
    for (int64_t y = y0; y <= y1; y++)
        for (int64_t x = x0; x <= x1; x++) {
            float *p = &to->covered[y * to->width + x];
            double d = distance((double)x + 0.5, (double)y + 0.5, a, b);
            float  v = (float)fmin(1, to->radius + 0.5 - d);

            *p = v > *p ? v : *p;
        }
}

static void line(const struct marks *s, struct canvas *to, const float *u)
{
    /* Farther than any corner, so that both ends lie outside. */
    double       far = (double)(to->height + to->width), angle = M_PI * (double)u[2];
    struct point at = { (double)u[0] * (double)to->width,
                        (double)u[1] * (double)to->height };
    double       dx = far * cos(angle), dy = far * sin(angle);

    (void)s;
    stroke(to, (struct point){ at.x - dx, at.y - dy },
           (struct point){ at.x + dx, at.y + dy });
}

static void letter(const struct marks *s, struct canvas *to, const float *u)
{
    const char  *p = font[(int)(u[2] * LETTERS)];
    double       unit = s->size / 6, angle = 0.6 * ((double)u[3] - 0.5);
    double       cs = cos(angle), sn = sin(angle);
    struct point at = { (double)u[0] * (double)to->width,
                        (double)u[1] * (double)to->height };
    struct point before = { 0, 0 };

    for (int down = 0; *p; p += *p == ' ' ? 1 : 2) {
        double x = (*p - '0' - 2) * unit, y = *p == ' ' ? 0 : (p[1] - '0' - 3) * unit;
        struct point here = { at.x + cs * x - sn * y, at.y + sn * x + cs * y };

        if (*p != ' ' && down)
            stroke(to, before, here);
        before = here;
        down = *p != ' ';
    }
}

typedef void draw_fn(const struct marks *s, struct canvas *to, const float *u);

/* Every row has a place for the numbers of the most marks that there may be: what is
 * drawn on a row does not hang on how many marks the rows before it got. */
static int draw_row(nnp_ctx *c, const struct marks *s, size_t row, draw_fn *draw,
                    struct canvas *to)
{
    const int64_t *n = s->n.v;
    uint64_t       first = row * (uint64_t)(COUNT_AND + PER_MARK * most(s));
    float          u[PER_MARK];
    int            rc = c->host->rand(c, NNP_UNIFORM, first, u, 1);
    int64_t        count = n[0] + (int64_t)(u[0] * (float)(most(s) - n[0] + 1));

    memset(to->covered, 0, (size_t)(to->height * to->width) * sizeof *to->covered);
    for (int64_t i = 0; !rc && i < count; i++) {
        rc = c->host->rand(c, NNP_UNIFORM, first + COUNT_AND + PER_MARK * (uint64_t)i, u,
                           PER_MARK);
        if (!rc)
            draw(s, to, u);
    }
    return rc;
}

/* ---- forward and backward --------------------------------------------------------- */

static void cover(const float *x, const float *m, float *y, size_t n, float value)
{
    for (size_t i = 0; i < n; i++)
        y[i] = (1 - m[i]) * x[i] + m[i] * value;
}

/* from and to: x and y, or dy and dx with value 0. mask NULL: not wanted. */
static int run(nnp_ctx *c, const struct marks *s, draw_fn *draw, const nnp_tensor *from,
               float *to, float *mask, float value)
{
    struct canvas canvas = { nnp_f32(&c->scratch[0]), from->shape[2], from->shape[3],
                             s->width / 2 };
    size_t        n = (size_t)(canvas.height * canvas.width);
    size_t        channels = (size_t)from->shape[1];
    int           rc = NNP_OK;

    for (size_t row = 0; !rc && row < (size_t)from->shape[0]; row++) {
        rc = draw_row(c, s, row, draw, &canvas);
        for (size_t i = row * channels; to && i < (row + 1) * channels; i++)
            cover(nnp_f32(from) + i * n, canvas.covered, to + i * n, n, value);
        if (mask)
            memcpy(mask + row * n, canvas.covered, n * sizeof *mask);
    }
    return rc;
}

static int forward(nnp_ctx *c, const struct marks *s, draw_fn *draw)
{
    return run(c, s, draw, &c->in[0], nnp_f32(&c->out[0]), nnp_f32(&c->out[1]),
               (float)s->value);
}

static int backward(nnp_ctx *c, const struct marks *s, draw_fn *draw)
{
    if (!c->din[0].data)
        return NNP_OK;
    return run(c, s, draw, &c->dout[0], nnp_f32(&c->din[0]), NULL, 0);
}

static int lines_forward(nnp_ctx *c, void *self)
{
    return forward(c, self, line);
}

static int lines_backward(nnp_ctx *c, void *self)
{
    return backward(c, self, line);
}

static int text_forward(nnp_ctx *c, void *self)
{
    return forward(c, self, letter);
}

static int text_backward(nnp_ctx *c, void *self)
{
    return backward(c, self, letter);
}

static const nnp_component mask_lines = {
    NNP_COMPONENT("transform", "mask.lines"),
    .doc = "draws scratches over images, and says where",
    .takes = NNP_F32,
    .flags = NNP_CORRUPTS | NNP_FREE_IN | NNP_FREE_OUT,
    .self_size = sizeof(struct marks),
    NNP_PARAMS(lines_params),
    .setup = setup,
    .forward = lines_forward,
    .backward = lines_backward,
};

static const nnp_component mask_text = {
    NNP_COMPONENT("transform", "mask.text"),
    .doc = "writes letters over images, and says where",
    .takes = NNP_F32,
    .flags = NNP_CORRUPTS | NNP_FREE_IN | NNP_FREE_OUT,
    .self_size = sizeof(struct marks),
    NNP_PARAMS(text_params),
    .setup = setup,
    .forward = text_forward,
    .backward = text_backward,
};

NNP_PLUGIN(mask_marks, NNP_OURS, &mask_lines, &mask_text)
