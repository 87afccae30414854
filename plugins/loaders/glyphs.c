/* SPDX-License-Identifier: MIT */
/*
 * glyphs: the ten digits as a pen would draw them, no two alike, as many as wanted in no
 * memory and without a download. x is u8 (rows, 1, size, size), white on black, y i64
 * (rows); rows of the test part follow.
 *
 * A digit is one of a few shapes, its strokes Catmull-Rom splines through points of a box
 * of 100 x 100. They are bent by two waves, sheared, turned, scaled and shifted, and
 * drawn with a pen whose width swells along the stroke; a pixel is as white as the pen
 * covers it.
 *
 * Everything that row r draws is a hash of (key, r, place), so that a row is the same
 * whenever it is asked for and however many there are; the key comes from the run's seed.
 * The hash is the finalizer of SplitMix64: Steele, Lea, Flood (2014), "Fast splittable
 * pseudorandom number generators".
 */
#include <math.h>
#include <string.h>

#include <nnpipe/data.h>
#include <nnpipe/plugin.h>

enum { CLASSES = 10, SHAPES = 3, MAX_SIZE = 64, STEPS = 6 };
enum { END = -1, STOP = -2 }; /* of a stroke, of a shape */

struct glyphs {
    int64_t  n, test, size;
    double   vary;
    uint64_t key;
    int32_t  keyed;
};

static const nnp_param params[] = {
    { "n", NNP_INT | NNP_MAIN, offsetof(struct glyphs, n), "6000", "[1,1000000000000]",
      "number of rows to train on", NULL },
    { "test", NNP_INT, offsetof(struct glyphs, test), "1000", "[0,1000000000000]",
      "number of rows of the official test part", NULL },
    { "size", NNP_INT, offsetof(struct glyphs, size), "28", "[12,64]",
      "height and width of an image", "pixels" },
    { "vary", NNP_REAL, offsetof(struct glyphs, vary), "1", "[0,2]",
      "how much hands differ; 0: every digit as in a font", NULL },
};

/* x, y of each point; a point that is there twice is a corner. */
/* clang-format off */
static const int8_t shapes[CLASSES][SHAPES][40] = {
    { { 50,10, 27,23, 20,50, 27,78, 50,90, 73,78, 80,50, 73,23, 50,10, STOP },
      { 60,12, 34,20, 24,48, 28,80, 46,90, 66,76, 76,46, 68,18, 46,11, STOP },
      { 50,10, 32,24, 27,50, 32,78, 50,90, 68,78, 73,50, 68,24, 50,10, STOP } },
    { { 50,10, 50,90, STOP },
      { 34,28, 54,10, 54,10, 54,90, STOP },
      { 34,28, 52,10, 52,10, 52,90, END, 32,90, 72,90, STOP } },
    { { 24,30, 32,14, 54,10, 72,23, 68,44, 46,67, 24,90, 24,90, 78,90, STOP },
      { 24,27, 40,11, 62,13, 72,29, 62,53, 40,79, 25,86, 26,74, 40,75, 58,88, 79,82, STOP },
      { 26,24, 46,10, 70,20, 66,46, 24,88, 24,88, 52,84, 77,88, STOP } },
    { { 26,20, 44,10, 66,14, 72,30, 60,44, 44,48, 44,48, 64,53, 76,68, 66,86, 44,91, 23,80, STOP },
      { 26,12, 72,12, 72,12, 46,42, 46,42, 67,49, 75,66, 66,85, 43,91, 24,81, STOP },
      { 28,16, 54,10, 70,24, 44,46, 44,46, 74,62, 60,88, 25,84, STOP } },
    { { 60,10, 20,62, 20,62, 82,62, END, 62,36, 62,90, STOP },
      { 32,12, 26,52, 26,52, 78,50, END, 70,16, 63,90, STOP },
      { 62,90, 62,10, 62,10, 20,62, 20,62, 82,62, STOP } },
    { { 32,12, 28,46, 28,46, 50,41, 72,52, 74,70, 58,88, 25,86, END, 32,12, 75,12, STOP },
      { 72,12, 34,12, 34,12, 29,46, 29,46, 56,43, 74,62, 64,84, 27,88, STOP },
      { 34,12, 28,50, 28,50, 68,50, 72,76, 24,88, END, 34,12, 76,10, STOP } },
    { { 66,11, 44,24, 29,48, 25,71, 40,89, 64,87, 74,70, 62,54, 42,56, 27,72, STOP },
      { 56,10, 36,36, 27,68, 44,90, 69,84, 70,62, 50,55, 28,70, STOP },
      { 70,16, 52,10, 32,28, 25,62, 38,88, 64,88, 73,68, 58,52, 36,58, 26,74, STOP } },
    { { 22,12, 77,12, 77,12, 57,46, 45,90, STOP },
      { 22,13, 77,12, 77,12, 58,46, 46,90, END, 38,52, 72,50, STOP },
      { 24,24, 25,12, 25,12, 50,16, 76,11, 76,11, 60,42, 42,90, STOP } },
    { { 50,48, 30,35, 33,16, 52,10, 70,18, 69,35, 50,48, 29,63, 28,82, 50,91, 73,82, 71,63, 50,48,
        STOP },
      { 70,18, 50,10, 31,22, 40,42, 62,56, 72,76, 50,90, 29,78, 40,56, 64,38, 70,18, STOP },
      { 50,46, 34,30, 50,10, 67,28, 50,46, 27,68, 50,91, 74,68, 50,46, STOP } },
    { { 72,32, 60,47, 39,48, 28,31, 40,13, 62,13, 72,32, 70,60, 62,90, STOP },
      { 71,30, 58,46, 37,45, 29,27, 44,11, 66,14, 73,36, 70,68, 56,88, 31,86, STOP },
      { 70,22, 50,11, 31,26, 42,46, 69,34, 69,34, 71,14, 71,14, 68,90, STOP } },
};
/* clang-format on */

/* ---- random numbers -------------------------------------------------------------- */

static uint64_t mix(uint64_t z)
{
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

struct dice {
    uint64_t key, n;
};

static double uniform(struct dice *d) /* [0,1) */
{
    return (double)(mix(d->key + ++d->n * 0x9e3779b97f4a7c15u) >> 40) * 0x1p-24;
}

/* Around 0, most of it within the middle third of -most..most. */
static double about(struct dice *d, double most)
{
    double a = uniform(d), b = uniform(d), c = uniform(d);

    return most * ((a + b + c) * 2 / 3 - 1);
}

/* ---- a hand ---------------------------------------------------------------------- */

struct wave {
    double fx, fy, phase, ax, ay;
};

struct hand {
    struct wave wave[2];
    double      a[2][2], shift[2]; /* from the box around its centre to pixels */
    double      radius, swell, swell_phase, ink;
};

static struct hand draw_hand(const struct glyphs *s, struct dice *d)
{
    double      v = s->vary, unit = (double)s->size / 100;
    double      turn = about(d, 0.35 * v), slant = 0.12 * v + about(d, 0.55 * v);
    double      sx = unit * 0.74 * (1 + about(d, 0.38 * v));
    double      sy = unit * 0.76 * (1 + about(d, 0.24 * v));
    double      c = cos(turn), t = sin(turn);
    struct hand h = { .a = { { c * sx, -t * sy - c * slant * sy },
                             { t * sx, c * sy - t * slant * sy } } };

    for (int i = 0; i < 2; i++) {
        h.wave[i] =
            (struct wave){ 0.04 * uniform(d), 0.04 * uniform(d), 2 * M_PI * uniform(d),
                           about(d, 9 * v), about(d, 9 * v) };
        h.shift[i] = (double)s->size * (0.5 + about(d, 0.09 * v));
    }
    h.radius = (double)s->size / 28 * (1.25 + about(d, 0.8 * v));
    h.swell = about(d, 0.4 * v);
    h.swell_phase = 2 * M_PI * uniform(d);
    h.ink = 1 - 0.2 * v / 2 * uniform(d);
    return h;
}

static void place(const struct hand *h, const double at[2], double to[2])
{
    double x = at[0], y = at[1];

    for (int i = 0; i < 2; i++) {
        const struct wave *w = &h->wave[i];
        double             bend = sin(w->fx * at[0] + w->fy * at[1] + w->phase);

        x += w->ax * bend;
        y += w->ay * bend;
    }
    for (int i = 0; i < 2; i++)
        to[i] = h->shift[i] + h->a[i][0] * (x - 50) + h->a[i][1] * (y - 50);
}

/* ---- drawing --------------------------------------------------------------------- */

struct canvas {
    int64_t size;
    float   white[MAX_SIZE * MAX_SIZE];
};

static double distance(double x, double y, const double a[2], const double b[2])
{
    double dx = b[0] - a[0], dy = b[1] - a[1], length = dx * dx + dy * dy;
    double t = length > 0 ? ((x - a[0]) * dx + (y - a[1]) * dy) / length : 0;

    t = t < 0 ? 0 : t > 1 ? 1 : t;
    dx = x - a[0] - t * dx;
    dy = y - a[1] - t * dy;
    return sqrt(dx * dx + dy * dy);
}

/* Pixels that a line from a to b may touch along an axis: *first ... *last. */
static void range(double a, double b, double reach, int64_t size, int64_t *first,
                  int64_t *last)
{
    double low = fmin(a, b) - reach, high = fmax(a, b) + reach;

    *first = low < 0 ? 0 : (int64_t)low;
    *last = high >= (double)size ? size - 1 : (int64_t)floor(high);
}

static void line(struct canvas *to, const double a[2], const double b[2], double radius)
{
    int64_t x0, x1, y0, y1;

    range(a[0], b[0], radius + 1, to->size, &x0, &x1);
    range(a[1], b[1], radius + 1, to->size, &y0, &y1);
    for (int64_t y = y0; y <= y1; y++)
        for (int64_t x = x0; x <= x1; x++) {
            float *p = &to->white[y * to->size + x];
            double d = distance((double)x + 0.5, (double)y + 0.5, a, b);
            float  covered = (float)fmin(1, radius + 0.5 - d);

            *p = covered > *p ? covered : *p;
        }
}

/* From p1 to p2, p0 before and p3 behind them, t in 0..1. */
static void spline(const int8_t *p0, const int8_t *p1, const int8_t *p2, const int8_t *p3,
                   double t, double at[2])
{
    for (int i = 0; i < 2; i++) {
        double a = p0[i], b = p1[i], c = p2[i], d = p3[i];

        at[i] =
            b +
            t / 2 * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
    }
}

/* A stroke of n points; where it is closed it goes on smoothly. */
static void stroke(struct canvas *to, const struct hand *h, const int8_t *p, int n)
{
    int    closed = n > 3 && memcmp(p, p + 2 * (n - 1), 2) == 0;
    double a[2], b[2], at[2];

    for (int i = 0; i + 1 < n; i++) {
        const int8_t *p1 = p + 2 * i, *p2 = p1 + 2;
        const int8_t *p0 = i ? p1 - 2 : closed ? p + 2 * (n - 2) : p1;
        const int8_t *p3 = i + 2 < n ? p2 + 2 : closed ? p + 2 : p2;

        if (memcmp(p1, p2, 2) == 0)
            continue; /* a corner */
        for (int k = 0; k <= STEPS; k++) {
            spline(p0, p1, p2, p3, (double)k / STEPS, at);
            place(h, at, b);
            if (k)
                line(to, a, b,
                     h->radius * (1 + h->swell * sin(0.9 * i + h->swell_phase)));
            memcpy(a, b, sizeof a);
        }
    }
}

static void draw(const struct glyphs *s, int64_t row, struct canvas *to)
{
    uint64_t      part = row < s->n ? (uint64_t)row : UINT64_MAX - (uint64_t)(row - s->n);
    struct dice   d = { mix(s->key + part * 0x9e3779b97f4a7c15u), 0 };
    int           shape = (int)(uniform(&d) * SHAPES) * (s->vary > 0);
    struct hand   h = draw_hand(s, &d);
    const int8_t *p = shapes[(row < s->n ? row : row - s->n) % CLASSES][shape];

    to->size = s->size;
    memset(to->white, 0, sizeof to->white);
    while (*p != STOP) {
        int n = 0;

        p += *p == END;
        while (p[2 * n] >= 0)
            n++;
        stroke(to, &h, p, n);
        p += 2 * n;
    }
    for (int64_t i = 0; i < s->size * s->size; i++)
        to->white[i] *= (float)h.ink;
}

/* ---- the loader ------------------------------------------------------------------ */

/* rand gives 24 bits a number. */
static int take_key(nnp_ctx *c, struct glyphs *s)
{
    float u[2];
    int   rc = c->host->rand(c, NNP_UNIFORM, 0, u, 2);

    s->key = mix((uint64_t)(u[0] * 0x1p24f) << 24 | (uint64_t)(u[1] * 0x1p24f));
    s->keyed = 1;
    return rc;
}

static int setup(nnp_ctx *c, void *self)
{
    struct glyphs *s = self;
    int64_t        shape[4] = { c->in[0].shape[0], 1, s->size, s->size };
    int            rc = s->keyed || c->flags & NNP_PEEK ? NNP_OK : take_key(c, s);

    if (!rc)
        rc = c->host->declare(c, NNP_OUT, "x", NNP_U8, 4, shape, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_OUT, "y", NNP_I64, 1, shape, NULL);
    c->rows->count = s->n + s->test;
    c->rows->test = s->test;
    c->rows->classes = CLASSES;
    return rc < 0 ? rc : NNP_OK;
}

struct job {
    const nnp_ctx       *c;
    const struct glyphs *s;
};

static void rows_forward(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    const int64_t    *rows = j->c->in[0].data;
    size_t            d = (size_t)(j->s->size * j->s->size);
    struct canvas     to;

    (void)worker;
    for (size_t r = begin; r < end; r++) {
        uint8_t *x = (uint8_t *)j->c->out[0].data + r * d;

        draw(j->s, rows[r], &to);
        for (size_t i = 0; i < d; i++)
            x[i] = (uint8_t)(to.white[i] * 255 + 0.5f);
    }
}

static int forward(nnp_ctx *c, void *self)
{
    const struct glyphs *s = self;
    const int64_t       *rows = c->in[0].data;
    struct job           j = { c, s };
    size_t               n = nnp_count(&c->in[0]);

    for (size_t r = 0; r < n; r++) {
        if (rows[r] < 0 || rows[r] >= s->n + s->test)
            return nnp_fail(c, NNP_EINVAL, "there is no such row");
        if (c->out[1].data)
            ((int64_t *)c->out[1].data)[r] =
                (rows[r] < s->n ? rows[r] : rows[r] - s->n) % CLASSES;
    }
    return c->out[0].data ? c->host->parallel(c, n, 16, rows_forward, &j) : NNP_OK;
}

static const nnp_component glyphs = {
    NNP_COMPONENT("loader", "glyphs"),
    .doc = "hand-drawn digits, as many as wanted, from nothing but a seed",
    .self_size = sizeof(struct glyphs),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
};

NNP_PLUGIN(glyphs, NNP_OURS, &glyphs)
