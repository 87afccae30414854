/* SPDX-License-Identifier: MIT */
/*
 * grid: samples as images, one stream a row, so that what went in, what came out and what
 * should have come out stand below each other.
 *
 *   grid: {rows: [x_noisy, out, x], n: 10}
 *
 * All rows share one scale of brightness, so that they can be compared: `range`, or the
 * first of 0..1, -1..1 and 0..255 that holds a whole stream, asked from the last row
 * upwards (the last one is usually the data); else the least and the largest value of the
 * last row. What lies outside is clamped.
 */
#include <stdio.h>

#include <nnpipe/image.h>
#include <nnpipe/report.h>

struct grid {
    nnp_list    rows, shape, range;
    int64_t     n, first;
    int32_t     split;
    const char *file;
};

enum { MAX_ROWS = 16 };

/* By the number in `split`; auto is the first that the data have. */
static const char *const splits[] = { "test", "val", "train" };

static const nnp_param params[] = {
    { "rows", NNP_STRS | NNP_STREAMS | NNP_MAIN, offsetof(struct grid, rows), NULL, NULL,
      "streams from top to bottom", NULL },
    { "n", NNP_INT, offsetof(struct grid, n), "10", "[1,100]", "samples side by side",
      NULL },
    { "first", NNP_INT, offsetof(struct grid, first), "0", "[0,inf)",
      "row of the split to begin with", NULL },
    { "split", NNP_ENUM, offsetof(struct grid, split), "auto", "test|val|train|auto",
      "which part of the data; auto: the first of them that there is", NULL },
    { "shape", NNP_INTS, offsetof(struct grid, shape), "", "[1,4096]",
      "height and width, or channels, height, width; none: as the stream has it", NULL },
    { "range", NNP_REALS, offsetof(struct grid, range), "", NULL,
      "black and white; none: 0..1, -1..1, 0..255 or that of the last row", NULL },
    { "file", NNP_STR, offsetof(struct grid, file), "grid.png", NULL,
      "name of the picture in the run's report folder", NULL },
};

struct row {
    char       name[64];
    nnp_tensor t;
    nnp_image  shape;
};

struct grids {
    nnp_ctx           *c;
    const struct grid *self;
    const nnp_run     *run;
    struct row         row[MAX_ROWS];
    size_t             n_rows, n;
    double             low, high;
    int64_t            cell, label; /* pixels: side of a tile, width of the names */
};

static int setup(nnp_ctx *c, void *self)
{
    const struct grid *s = self;
    const double      *r = s->range.v;

    if (s->rows.n < 1 || s->rows.n > MAX_ROWS)
        return nnp_fail(c, NNP_EINVAL, "rows: one to sixteen streams are needed");
    if (s->range.n && (s->range.n != 2 || !(r[0] < r[1])))
        return nnp_fail(c, NNP_EINVAL, "range: two numbers, the smaller first");
    if (s->shape.n && s->shape.n != 2 && s->shape.n != 3)
        return nnp_fail(c, NNP_EINVAL,
                        "shape: [height, width] or [channels, height, width]");
    return NNP_OK;
}

static int ask(struct grids *g)
{
    const char *split = splits[g->self->split < 3 ? g->self->split : 0];
    int64_t     rows = g->run->rows(g->c, split);

    for (int k = 1; rows < 1 && g->self->split > 2 && k < 3; k++) {
        split = splits[k];
        rows = g->run->rows(g->c, split);
    }
    if (rows <= g->self->first)
        return nnp_fail(g->c, NNP_EINVAL, "split: the data have no such rows");
    rows -= g->self->first;
    g->n = (size_t)(rows < g->self->n ? rows : g->self->n);
    return g->run->eval(g->c, split, g->self->first, (int64_t)g->n, NULL, NULL);
}

/* A block's name where only one row comes from it: a resumed run, which has read the
 * resolved file, calls it `out/sigmoid1`. */
static void name_row(struct grids *g, size_t i)
{
    const char *const *names = g->self->rows.v;
    size_t             n = strcspn(names[i], "/");

    for (size_t k = 0; k < g->n_rows; k++)
        if (k != i && strncmp(names[k], names[i], n) == 0 &&
            (names[k][n] == '/' || !names[k][n]))
            n = strlen(names[i]);
    snprintf(g->row[i].name, sizeof g->row[i].name, "%.*s", (int)n, names[i]);
}

static int look(struct grids *g)
{
    g->n_rows = g->self->rows.n;
    for (size_t i = 0; i < g->n_rows; i++) {
        struct row       *r = &g->row[i];
        const nnp_tensor *t;
        const char       *stream = g->run->of(g->c, "rows", (uint32_t)i);

        name_row(g, i);
        t = g->run->stream(g->c,
                           stream ? stream : ((const char *const *)g->self->rows.v)[i]);
        if (!t)
            return nnp_fail(g->c, NNP_EINVAL, "rows: there is no stream %.100s", r->name);
        r->t = *t;
        if (nnp_image_shape(t, &g->self->shape, &r->shape))
            return nnp_fail(g->c, NNP_EINVAL, "shape: a row of %.100s has %zu numbers",
                            r->name, nnp_row(t));
    }
    return NNP_OK;
}

static void extent(const nnp_tensor *t, double *low, double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t i = 0, n = nnp_count(t); i < n; i++) {
        *low = fmin(*low, nnp_number(t, i));
        *high = fmax(*high, nnp_number(t, i));
    }
}

static void choose_range(struct grids *g)
{
    static const double usual[][2] = { { 0, 1 }, { -1, 1 }, { 0, 255 } };
    const double       *given = g->self->range.v;
    double              low, high;

    for (size_t i = g->n_rows; i-- > 0 && !g->self->range.n;) {
        extent(&g->row[i].t, &low, &high);
        for (int k = 0; k < 3; k++)
            if (low >= usual[k][0] && high <= usual[k][1]) {
                g->low = usual[k][0];
                g->high = usual[k][1];
                return;
            }
    }
    if (g->self->range.n) {
        low = given[0];
        high = given[1];
    } else {
        extent(&g->row[g->n_rows - 1].t, &low, &high);
    }
    g->low = low;
    g->high = high;
}

/* Every tile is as large as the largest image at the common scale; smaller images grow.
 */
static void measure(struct grids *g)
{
    int64_t side = 1;

    for (size_t i = 0; i < g->n_rows; i++) {
        const nnp_image *s = &g->row[i].shape;
        double wide = nnp_pixels_text(NULL, 0, 0, NNP_LETTERS, 0, g->row[i].name);

        side = nnp_image_across(s) > side ? nnp_image_across(s) : side;
        side = s->height > side ? s->height : side;
        g->label = (int64_t)fmax((double)g->label, ceil(wide) + 14);
    }
    g->cell = side * nnp_image_scale((int64_t)(g->n > 6 ? g->n : 6), side);
}

static int draw_row(struct grids *g, nnp_pixels *p, size_t row)
{
    const struct row *r = &g->row[row];
    int64_t           wide = nnp_image_across(&r->shape), y;
    int64_t           scale = g->cell / (wide > r->shape.height ? wide : r->shape.height);
    size_t            size = nnp_row(&r->t);
    float            *v = malloc((size + 1) * sizeof *v);

    if (!v)
        return -1;
    y = (int64_t)row * (g->cell + NNP_TILE_GAP);
    nnp_pixels_text(p, 2, (double)(y + (g->cell + NNP_LETTERS) / 2), NNP_LETTERS, NNP_INK,
                    r->name);
    for (size_t i = 0; i < g->n; i++) {
        for (size_t k = 0; k < size; k++)
            v[k] = (float)nnp_number(&r->t, i * size + k);
        nnp_image_draw(p,
                       g->label + (int64_t)i * (g->cell + NNP_TILE_GAP) +
                           (g->cell - wide * scale) / 2,
                       y + (g->cell - r->shape.height * scale) / 2, scale, &r->shape, v,
                       g->low, g->high);
    }
    free(v);
    return 0;
}

static int draw(struct grids *g)
{
    nnp_pixels p;
    int64_t    step = g->cell + NNP_TILE_GAP;
    int        rc;

    rc = nnp_pixels_open(&p, (uint32_t)(g->label + (int64_t)g->n * step - NNP_TILE_GAP),
                         (uint32_t)((int64_t)g->n_rows * step - NNP_TILE_GAP));
    for (size_t i = 0; !rc && i < g->n_rows; i++)
        rc = draw_row(g, &p, i);
    rc = rc ? nnp_fail(g->c, NNP_ENOMEM, "no memory for the picture")
            : g->run->image(g->c, g->self->file, p.width, p.height, p.rgba);
    nnp_pixels_close(&p);
    return rc;
}

static int forward(nnp_ctx *c, void *self)
{
    struct grids g = { .c = c, .self = self };
    int          rc;

    g.run = c->host->extension(c, "nnp.run/1");
    if (!NNP_OFFERS(g.run, nnp_run, image))
        return nnp_fail(c, NNP_ENOTSUP, "there is no run to make a picture of");
    rc = ask(&g);
    if (!rc)
        rc = look(&g);
    if (rc)
        return rc;
    choose_range(&g);
    measure(&g);
    return draw(&g);
}

static const nnp_component grid = {
    NNP_COMPONENT("report", "grid"),
    .doc = "samples as images, one stream a row",
    .self_size = sizeof(struct grid),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
};

NNP_PLUGIN(grid, NNP_OURS, &grid)
