/* SPDX-License-Identifier: MIT */
/*
 * boundary: what a model of two inputs says everywhere in a rectangle, with the data
 * drawn on top, as an SVG picture.
 *
 * The model is asked on a coarse grid and its output interpolated between the points, to
 * CELLS of the picture for each of the grid. A cell takes the colour of its class, paler
 * where the model is less sure. A single output is read on the scale from the smaller to
 * the larger target value. The markers of classes differ in form, not in colour alone.
 *
 * Of a stream inside the model (`of`), whose largest number does not say the class, each
 * unit has a map of its own, blue where it is positive and orange where it is negative.
 */
#include <nnpipe/field.h>
#include <nnpipe/report.h>

struct boundary {
    nnp_list    x, y;
    const char *file, *mark;
    int64_t     grid, points;
    int32_t     split;
};

enum { CELLS = 3, LEVELS = 6, COLOURS = 8, SIZE = 360, LEFT = 58, TOP = 40 };
/* Maps of units: so many at most, in a row; their grid, their size and steps of colour.
 */
enum { MOST = 64, ROW = 5, GRID = 30, MAP = 120, GAP = 16, STEPS = 7 };

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
    { "mark", NNP_STR, offsetof(struct boundary, mark), "", NULL,
      "rows of a learned state get rings: svm1.sv, kmeans1.centers", NULL },
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
    nnp_svg                svg;
    nnp_svg_plane          plane;
    double                 zero, one; /* targets of the two classes of one output */
    size_t                 classes, rows, n_p;
    float                 *point; /* (rows, 2) */
    int *class;                   /* of each row */
    nnp_field field;
    /* maps of units */
    size_t unit;
    double most; /* the largest number of any */
};

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
        return nnp_fail(p->c, NNP_EINVAL, "split: the data have no such part");
    p->rows = (size_t)(rows < p->self->points ? rows : p->self->points);
    rc = p->run->eval(p->c, split, 0, (int64_t)(p->rows ? p->rows : 1), NULL, NULL);
    if (rc)
        return rc;
    const nnp_tensor *x = p->run->stream(p->c, "input");
    const nnp_tensor *answer = p->run->stream(p->c, p->of);
    if (!x || !answer || nnp_row(x) != 2)
        return nnp_fail(p->c, NNP_EINVAL, "a model of two inputs is needed");
    p->n_p = nnp_row(answer);
    p->classes = p->n_p > 1 ? p->n_p : 2;
    p->point = calloc(2 * p->rows + 1, sizeof *p->point);
    p->class = calloc(p->rows + 1, sizeof *p->class);
    if (!p->point || !p->class)
        return nnp_fail(p->c, NNP_ENOMEM, "out of memory");
    sort_points(p, x, p->run->stream(p->c, "target"));
    return NNP_OK;
}

/* ---- the field ------------------------------------------------------------------- */

/* class * LEVELS + level: how sure, 0 .. LEVELS - 1. */
static int code(const void *arg, size_t column, size_t row)
{
    const struct picture *p = arg;
    double                best = nnp_field_value(&p->field, column, row, 0), sure;
    size_t class = 0;

    if (p->n_p == 1) {
        best = between(p, best);
        class = best > 0.5;
        sure = fabs(2 * best - 1);
    } else {
        for (size_t j = 1; j < p->n_p; j++) {
            double v = nnp_field_value(&p->field, column, row, j);

            class = v > best ? j : class;
            best = v > best ? v : best;
        }
        sure = (best * (double)p->n_p - 1) / (double)(p->n_p - 1);
    }
    int level = (int)(fmin(fmax(sure, 0), 1) * LEVELS); /* NaN: 0 */
    return (int)class * LEVELS + (level < LEVELS ? level : LEVELS - 1);
}

/* From nearly white to the colour of the class; a field stays paler than its markers. */
static unsigned tint(const void *arg, int code)
{
    unsigned full = nnp_svg_colour((size_t)(code / LEVELS % COLOURS)), mixed = 0;
    double   part = 0.12 + 0.5 * (code % LEVELS) / (LEVELS - 1);

    (void)arg;
    for (int shift = 16; shift >= 0; shift -= 8) {
        double to = full >> shift & 255;

        mixed |= (unsigned)lround(250 + part * (to - 250)) << shift;
    }
    return mixed;
}

/* ---- what is drawn over it ------------------------------------------------------- */

static void draw_points(struct picture *p)
{
    const nnp_svg_plane *v = &p->plane;
    double               scale = p->rows > 100 ? 0.6 : p->rows > 20 ? 0.8 : 1.4;

    for (size_t i = 0; i < p->rows; i++) {
        double at[2] = { (double)p->point[2 * i], (double)p->point[2 * i + 1] };
        int    k = p->class[i];

        if (at[0] < v->low[0] || at[0] > v->high[0] || at[1] < v->low[1] ||
            at[1] > v->high[1])
            continue;
        nnp_svg_add(&p->svg,
                    "<use href=\"#m%d\" transform=\"translate(%.1f %.1f) scale(%g)\"/>\n",
                    k % COLOURS, nnp_svg_place(v, 0, at[0]), nnp_svg_place(v, 1, at[1]),
                    scale);
    }
}

static void draw_name(struct picture *p, int axis)
{
    const char *name = p->run->column(p->c, "input", axis);

    nnp_svg_add(&p->svg,
                axis ? "<text transform=\"translate(16 %d) rotate(-90)\" "
                       "text-anchor=\"middle\">"
                     : "<text x=\"%d\" y=\"438\" text-anchor=\"middle\">",
                axis ? TOP + SIZE / 2 : LEFT + SIZE / 2);
    nnp_svg_text(&p->svg, name ? name : axis ? "x2" : "x1");
    nnp_svg_add(&p->svg, "</text>\n");
}

static void draw_legend(struct picture *p)
{
    const char *name = p->run->column(p->c, "target", 0);
    size_t      shown = p->classes < COLOURS ? p->classes : COLOURS;

    for (size_t i = 0; i < shown; i++) {
        size_t at = LEFT + 7 + i * SIZE / shown;

        nnp_svg_add(&p->svg,
                    "<use href=\"#m%zu\" x=\"%zu\" y=\"20\"/><text x=\"%zu\" y=\"24\">",
                    i, at, at + 12);
        if (p->n_p == 1 && name) {
            nnp_svg_text(&p->svg, name);
            nnp_svg_add(&p->svg, " = ");
        } else if (shown < 5) {
            nnp_svg_add(&p->svg, "class ");
        }
        if (p->n_p == 1)
            nnp_svg_add(&p->svg, "%g</text>\n", i ? p->one : p->zero);
        else
            nnp_svg_add(&p->svg, "%zu</text>\n", i);
    }
}

static int draw(struct picture *p)
{
    nnp_svg_cells cells = { p, (p->field.side - 1) * CELLS, (int)p->classes * LEVELS,
                            code, tint };
    const char   *name = p->run->about(p->c, "name");
    char          title[256];

    snprintf(title, sizeof title, "%.180s: what the model says for every pair of inputs",
             name ? name : "model");
    nnp_svg_open(&p->svg, LEFT + SIZE + 22, 450, title);
    nnp_svg_add(&p->svg, "<defs>\n");
    for (size_t i = 0; i < COLOURS; i++)
        nnp_svg_add(&p->svg,
                    "<path id=\"m%zu\" d=\"%s\" fill=\"#%06x\" stroke=\"#fff\" "
                    "stroke-width=\"1.4\"/>\n",
                    i, markers[i % 4], nnp_svg_colour(i));
    nnp_svg_add(&p->svg, "</defs>\n");
    nnp_svg_fill(&p->svg, &p->plane, &cells);
    draw_points(p);
    int rc = nnp_svg_rings(&p->svg, &p->plane, p->c, p->run, p->self->mark);
    nnp_svg_axes(&p->svg, &p->plane);
    draw_name(p, 0);
    draw_name(p, 1);
    draw_legend(p);
    int end = nnp_svg_close(&p->svg, p->c, p->run, p->self->file);
    return rc ? rc : end;
}

/* ---- maps of units ----------------------------------------------------------------- */

/* Does the largest number of the stream say the same class as the prediction? */
static int says_the_class(const struct picture *p)
{
    const nnp_tensor *a = p->run->stream(p->c, p->of);
    const nnp_tensor *b = p->run->stream(p->c, "prediction");

    if (p->n_p == 1 || !b || nnp_row(b) != p->n_p)
        return p->n_p == 1;
    for (size_t i = 0; i < p->rows; i++)
        if (largest(a, i, p->n_p) != largest(b, i, p->n_p))
            return 0;
    return 1;
}

/* 0 .. 2 STEPS: from the most negative to the most positive. */
static int unit_code(const void *arg, size_t column, size_t row)
{
    const struct picture *p = arg;
    double                v = nnp_field_value(&p->field, column, row, p->unit) / p->most;

    return (int)lround((v >= -1 ? fmin(v, 1) : -1) * STEPS) + STEPS;
}

static unsigned unit_tint(const void *arg, int code)
{
    unsigned full = nnp_svg_colour(code < STEPS), mixed = 0;
    double   part = fabs((double)(code - STEPS)) / STEPS;

    (void)arg;
    for (int shift = 16; shift >= 0; shift -= 8)
        mixed |= (unsigned)lround(250 + part * ((double)(full >> shift & 255) - 250))
                 << shift;
    return mixed;
}

static void draw_unit(struct picture *p, size_t unit)
{
    nnp_svg_cells cells = { p, (p->field.side - 1) * p->field.cells, 2 * STEPS + 1,
                            unit_code, unit_tint };

    p->unit = unit;
    p->plane.size = MAP;
    p->plane.left = GAP + (int)(unit % ROW) * (MAP + GAP);
    p->plane.top = 52 + (int)(unit / ROW) * (MAP + GAP + 14);
    nnp_svg_fill(&p->svg, &p->plane, &cells);
    nnp_svg_add(&p->svg,
                "<path fill=\"none\" stroke=\"#767e87\" d=\"M%d %dh%dv%dh-%dz\"/><text "
                "x=\"%d\" y=\"%d\">%zu</text>\n",
                p->plane.left, p->plane.top, MAP, MAP, MAP, p->plane.left,
                p->plane.top - 4, unit);
}

static int draw_units(struct picture *p)
{
    size_t n = p->n_p < MOST ? p->n_p : MOST, in_row = n < ROW ? n : ROW;
    int    wide = GAP + (int)in_row * (MAP + GAP);

    for (size_t i = 0; i < nnp_count(p->field.answer); i++)
        p->most = fmax(p->most, fabs(nnp_number(p->field.answer, i)));
    p->most = p->most > 0 ? p->most : 1;
    nnp_svg_open(&p->svg, wide < 300 ? 300 : wide,
                 52 + (int)((n + ROW - 1) / ROW) * (MAP + GAP + 14), "what units say");
    nnp_svg_add(&p->svg, "<text x=\"%d\" y=\"20\" font-weight=\"600\">", GAP);
    nnp_svg_text(&p->svg, p->of);
    nnp_svg_add(&p->svg,
                "</text><text x=\"120\" y=\"20\"><tspan fill=\"#%06x\">%.3g</tspan> to "
                "<tspan fill=\"#%06x\">%.3g</tspan>, %zu of %zu units</text>\n",
                nnp_svg_colour(1), -p->most, nnp_svg_colour(0), p->most, n, p->n_p);
    for (size_t i = 0; i < n; i++)
        draw_unit(p, i);
    return nnp_svg_close(&p->svg, p->c, p->run, p->self->file);
}

static int setup(nnp_ctx *c, void *self)
{
    const struct boundary *s = self;
    const double          *x = s->x.v, *y = s->y.v;

    if ((s->x.n && (s->x.n != 2 || !(x[0] < x[1]))) ||
        (s->y.n && (s->y.n != 2 || !(y[0] < y[1]))))
        return nnp_fail(c, NNP_EINVAL, "a range is two numbers, the smaller first");
    return NNP_OK;
}

static int forward(nnp_ctx *c, void *self)
{
    struct picture p = { .c = c,
                         .self = self,
                         .plane = { LEFT, TOP, SIZE, { 0 }, { 0 } } };
    int            rc, units = 0;

    p.run = c->host->extension(c, "nnp.run/1");
    if (!p.run)
        return nnp_fail(c, NNP_ENOTSUP, "there is no run to report on");
    if (p.run->size > offsetof(nnp_run, of) && p.run->of)
        p.of = p.run->of(c, "of", 0);
    p.of = p.of ? p.of : "prediction";
    rc = read_points(&p);
    if (!rc) {
        nnp_svg_range(&p.plane, p.point, p.rows);
        units = !says_the_class(&p);
        nnp_field_range(&p.plane, 0, p.self->x.v, p.self->x.n);
        nnp_field_range(&p.plane, 1, p.self->y.v, p.self->y.n);
        rc = nnp_field_ask(&p.field, c, p.run, &p.plane, p.of,
                           units ? GRID : (size_t)p.self->grid, units ? 2 : CELLS);
    }
    if (!rc && p.field.n != p.n_p)
        rc = nnp_fail(c, NNP_EINVAL, "the model gives no prediction");
    if (!rc)
        rc = units ? draw_units(&p) : draw(&p);
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

NNP_PLUGIN(boundary, NNP_OURS, &boundary)
