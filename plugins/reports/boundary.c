/* SPDX-License-Identifier: MIT */
/*
 * boundary: what a model of two inputs says everywhere in a rectangle, with the data
 * drawn on top, as an SVG picture.
 *
 * The model is asked on a coarse grid and its output interpolated between the points, to
 * CELLS of the picture for each of the grid. A cell takes the colour of its class, paler
 * where the model is less sure; equal cells are drawn as one rectangle. A single output
 * is read on the scale from the smaller to the larger target value. Colours: Okabe and
 * Ito (2008), "Color universal design", which every kind of colour vision can tell apart;
 * the markers differ in form too.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nnpipe/plugin.h>

struct boundary {
    nnp_list    x, y;
    const char *file;
    int64_t     grid, points;
    int32_t     split;
};

enum { CELLS = 3, LEVELS = 6, COLOURS = 8, SIZE = 360, LEFT = 58, TOP = 40 };

static const unsigned    colours[COLOURS] = { 0x0072b2, 0xe69f00, 0x009e73, 0xcc79a7,
                                              0x56b4e9, 0xd55e00, 0xf0e442, 0x999999 };
static const char *const markers[] = { /* of class 0, 1, 2, 3 ... in a square of 10 */
                                       "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z",
                                       "M-4.5 -4.5h9v9h-9z", "M0 -5.5l5.2 9.5h-10.4z",
                                       "M0 -6l6 6l-6 6l-6 -6z"
};
static const char *const splits[] = { "train", "val", "test" };

static const nnp_param params[] = {
    { "x", NNP_REALS, offsetof(struct boundary, x), "", NULL,
      "range of the first input; none: that of the data and a margin", NULL },
    { "y", NNP_REALS, offsetof(struct boundary, y), "", NULL, "range of the second input",
      NULL },
    { "file", NNP_STR | NNP_MAIN, offsetof(struct boundary, file), "boundary.svg", NULL,
      "name of the picture in the run's report folder", NULL },
    { "grid", NNP_INT, offsetof(struct boundary, grid), "60", "[2,400]",
      "points on a side at which the model is asked", NULL },
    { "points", NNP_INT, offsetof(struct boundary, points), "400", "[0,100000]",
      "at most so many rows of the data are drawn", NULL },
    { "split", NNP_ENUM, offsetof(struct boundary, split), "train", "train|val|test",
      "rows of which part of the data", NULL },
};

struct picture {
    nnp_ctx               *c;
    const struct boundary *self;
    const nnp_run         *run;
    const char            *of; /* the stream that is drawn */
    char                  *svg;
    size_t                 n, room;
    int                    failed;
    double                 low[2], high[2]; /* of the rectangle */
    double                 zero, one;       /* targets of the two classes of one output */
    size_t                 classes, rows, n_p;
    float                 *point; /* (rows, 2) */
    int *class;                   /* of each row */
    const nnp_tensor *answer;     /* on the grid, (side * side, n_p) */
    size_t            side;
};

__attribute__((format(printf, 2, 3))) static void add(struct picture *p, const char *form,
                                                      ...)
{
    for (;;) {
        va_list args;

        va_start(args, form);
        size_t left = p->room - p->n;
        int    n = vsnprintf(p->svg ? p->svg + p->n : NULL, left, form, args);
        va_end(args);
        if (n >= 0 && (size_t)n < left) {
            p->n += (size_t)n;
            return;
        }
        size_t room = p->room ? 2 * p->room : 1 << 14;
        char  *more = n < 0 || p->failed ? NULL : realloc(p->svg, room);
        if (!more) {
            p->failed = 1;
            return;
        }
        p->svg = more;
        p->room = room;
    }
}

/* A name in the picture: what means something in XML is written as a reference. */
static void add_text(struct picture *p, const char *s)
{
    for (; *s; s++)
        if (strchr("<>&\"", *s) || (unsigned char)*s < ' ')
            add(p, "&#%d;", (unsigned char)*s < ' ' ? ' ' : *s);
        else
            add(p, "%c", *s);
}

/* ---- the data -------------------------------------------------------------------- */

static size_t largest(const nnp_tensor *t, size_t row, size_t n)
{
    size_t best = 0;

    for (size_t i = 1; i < n; i++)
        if (nnp_number(t, row * n + i) > nnp_number(t, row * n + best))
            best = i;
    return best;
}

/* Where a number lies between the two target values, 0..1. */
static double between(const struct picture *p, double v)
{
    return fmin(fmax((v - p->zero) / (p->one - p->zero), 0), 1);
}

static void find_scale(struct picture *p, const nnp_tensor *t)
{
    p->zero = INFINITY;
    p->one = -INFINITY;
    for (size_t i = 0; t && i < p->rows; i++) {
        p->zero = fmin(p->zero, nnp_number(t, i));
        p->one = fmax(p->one, nnp_number(t, i));
    }
    if (!(p->zero < p->one)) {
        p->zero = 0;
        p->one = 1;
    }
}

static void sort_points(struct picture *p, const nnp_tensor *x, const nnp_tensor *t)
{
    size_t n_t = t ? nnp_row(t) : 0;

    find_scale(p, n_t == 1 ? t : NULL);
    for (size_t i = 0; i < p->rows; i++) {
        p->point[2 * i] = (float)nnp_number(x, 2 * i);
        p->point[2 * i + 1] = (float)nnp_number(x, 2 * i + 1);
        if (n_t > 1)
            p->class[i] = (int)largest(t, i, n_t);
        else if (n_t == 1 && p->n_p > 1)
            p->class[i] = (int)fmin(fmax(nnp_number(t, i), 0), 1e6);
        else if (n_t == 1)
            p->class[i] = between(p, nnp_number(t, i)) > 0.5;
    }
}

static int read_points(struct picture *p)
{
    const char *split = splits[p->self->split];
    int64_t     rows = p->run->rows(p->c, split);
    int         rc;

    if (rows < 1)
        return p->c->host->fail(p->c, NNP_EINVAL, "split: the data have no such part");
    p->rows = (size_t)(rows < p->self->points ? rows : p->self->points);
    rc = p->run->eval(p->c, split, 0, (int64_t)(p->rows ? p->rows : 1), NULL, NULL);
    if (rc)
        return rc;
    const nnp_tensor *x = p->run->stream(p->c, "input");
    const nnp_tensor *answer = p->run->stream(p->c, p->of);
    if (!x || !answer || nnp_row(x) != 2)
        return p->c->host->fail(p->c, NNP_EINVAL, "a model of two inputs is needed");
    p->n_p = nnp_row(answer);
    p->classes = p->n_p > 1 ? p->n_p : 2;
    p->point = calloc(2 * p->rows + 1, sizeof *p->point);
    p->class = calloc(p->rows + 1, sizeof *p->class);
    if (!p->point || !p->class)
        return p->c->host->fail(p->c, NNP_ENOMEM, "out of memory");
    sort_points(p, x, p->run->stream(p->c, "target"));
    return NNP_OK;
}

static void choose_range(struct picture *p, int axis, const nnp_list *given)
{
    double low = INFINITY, high = -INFINITY;

    for (size_t i = 0; i < p->rows; i++) {
        low = fmin(low, (double)p->point[2 * i + (size_t)axis]);
        high = fmax(high, (double)p->point[2 * i + (size_t)axis]);
    }
    if (!(low < high)) {
        low = isfinite(low) ? low - 1 : -1;
        high = low + 2;
    }
    p->low[axis] = low - (high - low) / 10;
    p->high[axis] = high + (high - low) / 10;
    if (given->n == 2) {
        p->low[axis] = ((const double *)given->v)[0];
        p->high[axis] = ((const double *)given->v)[1];
    }
}

/* ---- the field ------------------------------------------------------------------- */

static int ask(struct picture *p)
{
    size_t side = p->side = (size_t)p->self->grid + 1;
    float *x = malloc(2 * side * side * sizeof *x);
    int    rc;

    if (!x)
        return p->c->host->fail(p->c, NNP_ENOMEM, "out of memory");
    for (size_t i = 0; i < side * side; i++) {
        double at[2] = { (double)(i % side), (double)(side - 1 - i / side) };

        for (int k = 0; k < 2; k++)
            x[2 * i + (size_t)k] = (float)(p->low[k] + (p->high[k] - p->low[k]) * at[k] /
                                                           (double)(side - 1));
    }
    rc = p->run->eval(p->c, NULL, 0, (int64_t)(side * side), NULL, x);
    free(x);
    p->answer = rc ? NULL : p->run->stream(p->c, p->of);
    if (!rc && (!p->answer || nnp_row(p->answer) != p->n_p))
        rc = p->c->host->fail(p->c, NNP_EINVAL, "the model gives no prediction");
    return rc;
}

/* Output j in the middle of a cell, from the four grid points around it. */
static double value(const struct picture *p, size_t column, size_t row, size_t j)
{
    size_t i = row / CELLS, k = column / CELLS, side = p->side, n = p->n_p;
    double down = ((double)(row % CELLS) + 0.5) / CELLS;
    double right = ((double)(column % CELLS) + 0.5) / CELLS;
    double a = nnp_number(p->answer, (i * side + k) * n + j);
    double b = nnp_number(p->answer, (i * side + k + 1) * n + j);
    double c = nnp_number(p->answer, ((i + 1) * side + k) * n + j);
    double d = nnp_number(p->answer, ((i + 1) * side + k + 1) * n + j);

    return (1 - down) * ((1 - right) * a + right * b) +
           down * ((1 - right) * c + right * d);
}

/* class * LEVELS + level: how sure, 0 .. LEVELS - 1. */
static int code(const struct picture *p, size_t column, size_t row)
{
    double best = value(p, column, row, 0), sure;
    size_t class = 0;

    if (p->n_p == 1) {
        best = between(p, best);
        class = best > 0.5;
        sure = fabs(2 * best - 1);
    } else {
        for (size_t j = 1; j < p->n_p; j++) {
            double v = value(p, column, row, j);

            class = v > best ? j : class;
            best = v > best ? v : best;
        }
        sure = (best * (double)p->n_p - 1) / (double)(p->n_p - 1);
    }
    int level = (int)(fmin(fmax(sure, 0), 1) * LEVELS); /* NaN: 0 */
    return (int)class * LEVELS + (level < LEVELS ? level : LEVELS - 1);
}

/* From nearly white to the colour of the class; a field stays paler than its markers. */
static unsigned tint(int code)
{
    unsigned full = colours[code / LEVELS % COLOURS], mixed = 0;
    double   part = 0.12 + 0.5 * (code % LEVELS) / (LEVELS - 1);

    for (int shift = 16; shift >= 0; shift -= 8) {
        double to = full >> shift & 255;

        mixed |= (unsigned)lround(250 + part * (to - 250)) << shift;
    }
    return mixed;
}

struct run {
    unsigned short x, y, w, h;
    int            code;
};

/* Rectangles of equal cells: runs along a row, and down where the next row has the same.
 * last[x] is the run that begins at x, counted from 1, or 0. */
static size_t find_runs(const struct picture *p, size_t cells, struct run *run,
                        size_t *last)
{
    size_t n = 0;

    for (size_t y = 0; y < cells; y++)
        for (size_t x = 0, end; x < cells; x = end) {
            int now = code(p, x, y);

            for (end = x + 1; end < cells && code(p, end, y) == now; end++)
                ;
            struct run *above = last[x] ? &run[last[x] - 1] : NULL;
            if (above && above->code == now && above->w == end - x &&
                above->y + (size_t)above->h == y) {
                above->h++;
                continue;
            }
            run[n] = (struct run){ (unsigned short)x, (unsigned short)y,
                                   (unsigned short)(end - x), 1, now };
            last[x] = ++n;
        }
    return n;
}

/* Rectangles are filled; runs of one row, by far the most, are strokes of width 1 with
 * relative moves, which takes a third of the bytes. */
static void draw_code(struct picture *p, const struct run *run, size_t n, int code)
{
    int begun = 0, x = 0, y = 0;

    for (size_t i = 0; i < n; i++)
        if (run[i].code == code && run[i].h > 1) {
            if (!begun++)
                add(p, "<path fill=\"#%06x\" d=\"", tint(code));
            add(p, "M%d %dh%dv%dh-%dz", run[i].x, run[i].y, run[i].w, run[i].h, run[i].w);
        }
    add(p, "%s", begun ? "\"/>\n" : "");
    begun = 0;
    for (size_t i = 0; i < n; i++)
        if (run[i].code == code && run[i].h == 1) {
            if (!begun++)
                add(p, "<path stroke=\"#%06x\" d=\"M0 .5", tint(code));
            add(p, "m%d %dh%d", run[i].x - x, run[i].y - y, run[i].w);
            x = run[i].x + run[i].w;
            y = run[i].y;
        }
    add(p, "%s", begun ? "\"/>\n" : "");
}

static void draw_field(struct picture *p)
{
    size_t      cells = (p->side - 1) * CELLS, n;
    struct run *run = malloc(cells * cells * sizeof *run);
    size_t     *last = calloc(cells, sizeof *last);

    if (run && last) {
        n = find_runs(p, cells, run, last);
        add(p,
            "<g transform=\"translate(%d %d) scale(%.6g)\" fill=\"none\" "
            "shape-rendering=\"crispEdges\">\n",
            LEFT, TOP, (double)SIZE / (double)cells);
        for (int code = 0; code < (int)p->classes * LEVELS; code++)
            draw_code(p, run, n, code);
        add(p, "</g>\n");
    }
    p->failed |= !run || !last;
    free(run);
    free(last);
}

/* ---- what is drawn over it ------------------------------------------------------- */

static double place(const struct picture *p, int axis, double v)
{
    double part = (v - p->low[axis]) / (p->high[axis] - p->low[axis]);

    return axis ? TOP + SIZE * (1 - part) : LEFT + SIZE * part;
}

static void draw_points(struct picture *p)
{
    double scale = p->rows > 100 ? 0.6 : p->rows > 20 ? 0.8 : 1.4;

    for (size_t i = 0; i < p->rows; i++) {
        double at[2] = { (double)p->point[2 * i], (double)p->point[2 * i + 1] };
        int    k = p->class[i];

        if (at[0] < p->low[0] || at[0] > p->high[0] || at[1] < p->low[1] ||
            at[1] > p->high[1])
            continue;
        add(p, "<use href=\"#m%d\" transform=\"translate(%.1f %.1f) scale(%g)\"/>\n",
            k % COLOURS, place(p, 0, at[0]), place(p, 1, at[1]), scale);
    }
}

/* 1, 2 or 5 times a power of ten: at most 8 steps in the range. */
static double tick_step(double range)
{
    double step = pow(10, floor(log10(range / 8)));

    for (int i = 0; range / step > 8; i++)
        step *= i % 3 == 1 ? 2.5 : 2;
    return step;
}

static void draw_axis(struct picture *p, int axis)
{
    double      low = p->low[axis], high = p->high[axis], step = tick_step(high - low);
    const char *name = p->run->column(p->c, "input", axis);

    for (double k = ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) {
        double v = k == 0 ? 0 : k * step, at = place(p, axis, v);

        if (axis)
            add(p,
                "<path d=\"M%d %.1fh-5\" stroke=\"#767e87\"/><text x=\"%d\" y=\"%.1f\" "
                "text-anchor=\"end\">%g</text>\n",
                LEFT, at, LEFT - 9, at + 4, v);
        else
            add(p,
                "<path d=\"M%.1f %dv5\" stroke=\"#767e87\"/><text x=\"%.1f\" y=\"%d\" "
                "text-anchor=\"middle\">%g</text>\n",
                at, TOP + SIZE, at, TOP + SIZE + 19, v);
    }
    add(p,
        axis ? "<text transform=\"translate(16 %d) rotate(-90)\" text-anchor=\"middle\">"
             : "<text x=\"%d\" y=\"438\" text-anchor=\"middle\">",
        axis ? TOP + SIZE / 2 : LEFT + SIZE / 2);
    add_text(p, name ? name : axis ? "x2" : "x1");
    add(p, "</text>\n");
}

static void draw_legend(struct picture *p)
{
    const char *name = p->run->column(p->c, "target", 0);
    size_t      shown = p->classes < COLOURS ? p->classes : COLOURS;

    for (size_t i = 0; i < shown; i++) {
        size_t at = LEFT + 7 + i * SIZE / shown;

        add(p, "<use href=\"#m%zu\" x=\"%zu\" y=\"20\"/><text x=\"%zu\" y=\"24\">", i, at,
            at + 12);
        if (p->n_p == 1 && name) {
            add_text(p, name);
            add(p, " = ");
        } else if (shown < 5) {
            add(p, "class ");
        }
        if (p->n_p == 1)
            add(p, "%g</text>\n", i ? p->one : p->zero);
        else
            add(p, "%zu</text>\n", i);
    }
}

static int draw(struct picture *p)
{
    const char *name = p->run->about(p->c, "name");

    add(p,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
        "viewBox=\"0 0 %d %d\" role=\"img\">\n<title>",
        LEFT + SIZE + 22, 450, LEFT + SIZE + 22, 450);
    add_text(p, name ? name : "model");
    add(p, ": what the model says for every pair of inputs</title>\n<defs>\n");
    for (int i = 0; i < COLOURS; i++)
        add(p,
            "<path id=\"m%d\" d=\"%s\" fill=\"#%06x\" stroke=\"#fff\" "
            "stroke-width=\"1.4\"/>\n",
            i, markers[i % 4], colours[i]);
    add(p, "</defs>\n");
    draw_field(p);
    draw_points(p);
    /* One grey that can be read on white and on black. */
    add(p,
        "<path fill=\"none\" stroke=\"#767e87\" d=\"M%d %dh%dv%dh-%dz\"/>\n"
        "<g fill=\"#767e87\" font-family=\"system-ui, sans-serif\" font-size=\"13\">\n",
        LEFT, TOP, SIZE, SIZE, SIZE);
    draw_axis(p, 0);
    draw_axis(p, 1);
    draw_legend(p);
    add(p, "</g>\n</svg>\n");
    return p->failed ? p->c->host->fail(p->c, NNP_ENOMEM, "out of memory") : NNP_OK;
}

static int setup(nnp_ctx *c, void *self)
{
    const struct boundary *s = self;
    const double          *x = s->x.v, *y = s->y.v;

    if ((s->x.n && (s->x.n != 2 || !(x[0] < x[1]))) ||
        (s->y.n && (s->y.n != 2 || !(y[0] < y[1]))))
        return c->host->fail(c, NNP_EINVAL, "a range is two numbers, the smaller first");
    return NNP_OK;
}

static int forward(nnp_ctx *c, void *self)
{
    struct picture p = { .c = c, .self = self };
    int            rc;

    p.run = c->host->extension(c, "nnp.run/1");
    if (!p.run)
        return c->host->fail(c, NNP_ENOTSUP, "there is no run to report on");
    if (p.run->size > offsetof(nnp_run, of) && p.run->of)
        p.of = p.run->of(c, "of", 0);
    p.of = p.of ? p.of : "prediction";
    rc = read_points(&p);
    if (!rc) {
        choose_range(&p, 0, &p.self->x);
        choose_range(&p, 1, &p.self->y);
        rc = ask(&p);
    }
    if (!rc)
        rc = draw(&p);
    if (!rc)
        rc = p.run->write(c, p.self->file, p.svg, p.n);
    free(p.svg);
    free(p.point);
    free(p.class);
    return rc;
}

static const nnp_component boundary = {
    NNP_COMPONENT("report", "boundary"),
    .doc = "SVG picture of what a model of two inputs says in a rectangle",
    .self_size = sizeof(struct boundary),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
};

NNP_PLUGIN(boundary, "1.0", "MIT", "https://example.org/nnpipe", &boundary)
