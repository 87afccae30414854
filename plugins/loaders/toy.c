/* SPDX-License-Identifier: MIT */
/*
 * toy: points in the plane that are easy to look at, drawn from the run's seed.
 *
 * xor or and  the corners of the unit square with their truth value; n 0: exactly those
 * four circle      class k lies in the ring of radius 2k / (2 classes - 1) to (2k + 1) /
 * ... gauss       one centre a class on the unit circle spiral      one arm a class, one
 * turn, from the centre out to radius 1 moons       two half circles that reach into each
 * other
 *
 * To every point, but for n 0, Gaussian noise is added. Classes take turns, so that every
 * run of rows is balanced. Streams: x f32 (rows, 2), y i64 (rows).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <nnpipe/data.h>
#include <nnpipe/plugin.h>

struct toy {
    int64_t n, classes;
    double  noise;
    int32_t kind;
    float  *x; /* (rows, 2), once they are drawn */
};

enum { XOR, OR, AND, CIRCLE, GAUSS, SPIRAL, MOONS };

static const nnp_param params[] = {
    { "kind", NNP_ENUM | NNP_MAIN, offsetof(struct toy, kind), NULL,
      "xor|or|and|circle|gauss|spiral|moons", "what the points look like", NULL },
    { "n", NNP_INT, offsetof(struct toy, n), "0", "[0,100000000]",
      "number of points; 0: the four corners of xor, or, and; 300 of the others", NULL },
    { "noise", NNP_REAL, offsetof(struct toy, noise), "0.05", "[0,inf)",
      "standard deviation of the noise on both coordinates", NULL },
    { "classes", NNP_INT, offsetof(struct toy, classes), "2", "[2,100]",
      "classes of circle, gauss, spiral; the others have 2", NULL },
};

static int is_logic(const struct toy *s)
{
    return s->kind <= AND;
}

static int64_t rows_of(const struct toy *s)
{
    return s->n ? s->n : is_logic(s) ? 4 : 300;
}

static int64_t class_of(const struct toy *s, int64_t row)
{
    int64_t corner = row % 4, a = corner >> 1, b = corner & 1;

    if (!is_logic(s))
        return row % s->classes;
    return s->kind == XOR ? a ^ b : s->kind == OR ? a | b : a & b;
}

/* Where a point lies before the noise; u and v are uniform in [0,1). */
static void place(const struct toy *s, int64_t row, double u, double v, double at[2])
{
    double k = (double)class_of(s, row), classes = (double)s->classes;
    double radius = 1, angle = 2 * M_PI * k / classes;

    switch (s->kind) {
    case CIRCLE:
        radius =
            (2 * k + sqrt(u)) / (2 * classes - 1); /* the disc evenly, rings nearly */
        angle = 2 * M_PI * v;
        break;
    case SPIRAL:
        radius = u;
        angle += 2 * M_PI * u;
        break;
    case MOONS:
        at[0] = k > 0 ? 1 - cos(M_PI * u) : cos(M_PI * u);
        at[1] = k > 0 ? 0.5 - sin(M_PI * u) : sin(M_PI * u);
        return;
    case GAUSS: break;
    default: /* corners */
        at[0] = (double)(row % 4 >> 1);
        at[1] = (double)(row % 2);
        return;
    }
    at[0] = radius * cos(angle);
    at[1] = radius * sin(angle);
}

/* Uniform numbers come from positions 0 .. 2 n, noise from behind them. */
static int draw_points(nnp_ctx *c, struct toy *s)
{
    int64_t n = rows_of(s);
    int     rc = NNP_OK;

    s->x = malloc((size_t)n * 2 * sizeof *s->x);
    if (!s->x)
        return nnp_fail(c, NNP_ENOMEM, "no memory for the points");
    for (int64_t i = 0; !rc && i < n; i++) {
        float  u[2], noise[2] = { 0, 0 };
        double at[2];

        rc = c->host->rand(c, NNP_UNIFORM, (uint64_t)(2 * i), u, 2);
        if (!rc && s->n)
            rc = c->host->rand(c, NNP_NORMAL, (uint64_t)(2 * (n + i)), noise, 2);
        place(s, i, (double)u[0], (double)u[1], at);
        s->x[2 * i] = (float)(at[0] + s->noise * (double)noise[0]);
        s->x[2 * i + 1] = (float)(at[1] + s->noise * (double)noise[1]);
    }
    return rc;
}

static int open(nnp_ctx *c, void *self)
{
    const struct toy *s = self;

    if (s->classes != 2 && (is_logic(s) || s->kind == MOONS))
        return nnp_fail(c, NNP_EINVAL, "classes: this kind has 2");
    return NNP_OK;
}

static int close(nnp_ctx *c, void *self)
{
    struct toy *s = self;

    (void)c;
    free(s->x);
    s->x = NULL;
    return NNP_OK;
}

static int setup(nnp_ctx *c, void *self)
{
    struct toy *s = self;
    int64_t     shape[2] = { c->in[0].shape[0], 2 };
    int         rc = s->x || c->flags & NNP_PEEK ? NNP_OK : draw_points(c, s);

    if (!rc)
        rc = c->host->declare(c, NNP_OUT, "x", NNP_F32, 2, shape, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_OUT, "y", NNP_I64, 1, shape, NULL);
    c->rows->count = (int64_t)rows_of(s);
    c->rows->classes = s->classes;
    return rc < 0 ? rc : NNP_OK;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct toy *s = self;
    const int64_t    *rows = c->in[0].data;

    for (size_t r = 0, n = nnp_count(&c->in[0]); r < n; r++) {
        if (rows[r] < 0 || rows[r] >= rows_of(s))
            return nnp_fail(c, NNP_EINVAL, "there is no such row");
        if (c->out[0].data)
            memcpy(nnp_f32(&c->out[0]) + 2 * r, s->x + 2 * rows[r], 2 * sizeof *s->x);
        if (c->out[1].data)
            ((int64_t *)c->out[1].data)[r] = class_of(s, rows[r]);
    }
    return NNP_OK;
}

static const char *column(const void *self, const char *stream, int64_t i)
{
    (void)self;
    if (strcmp(stream, "x") != 0)
        return NULL;
    return i == 0 ? "x1" : i == 1 ? "x2" : NULL;
}

static const void *extension(const char *id)
{
    return strcmp(id, "nnp.columns/1") == 0 ? (const void *)(uintptr_t)column : NULL;
}

static const nnp_component toy = {
    NNP_COMPONENT("loader", "toy"),
    .doc = "points in the plane: xor, circle, spiral, moons ...",
    .self_size = sizeof(struct toy),
    NNP_PARAMS(params),
    .open = open,
    .close = close,
    .setup = setup,
    .forward = forward,
    .extension = extension,
};

NNP_PLUGIN(toy, NNP_OURS, &toy)
