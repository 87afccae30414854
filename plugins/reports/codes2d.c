/* SPDX-License-Identifier: MIT */
/*
 * codes2d: a stream of two numbers a row as points in the plane, coloured by class, as an
 * SVG picture: what an autoencoder with two code units, or PCA, makes of the data.
 *
 *   codes2d: {of: code, to: y}
 *
 * The first `each` rows of every class are drawn, each class's number at its median.
 */
#include <nnpipe/report.h>
#include <nnpipe/svg.h>

struct codes2d {
    int64_t     each;
    int32_t     split;
    const char *file;
};

enum { CHUNK = 500, MAX_CLASSES = 100, SIZE = 560, LEFT = 52, TOP = 12, WIDTH = 690 };

/* By the number in `split`; auto is the first that the data have. */
static const char *const splits[] = { "test", "val", "train" };

static const nnp_param params[] = {
    { "each", NNP_INT, offsetof(struct codes2d, each), "500", "[1,100000]",
      "at most so many rows of a class", NULL },
    { "split", NNP_ENUM, offsetof(struct codes2d, split), "auto", "test|val|train|auto",
      "which part of the data; auto: the first of them that there is", NULL },
    { "file", NNP_STR | NNP_MAIN, offsetof(struct codes2d, file), "codes2d.svg", NULL,
      "name of the picture in the run's report folder", NULL },
};

struct codes {
    nnp_ctx              *c;
    const struct codes2d *self;
    const nnp_run        *run;
    const char           *of, *to;
    float                *at; /* two numbers a point */
    int *class;
    size_t        n, count[MAX_CLASSES];
    int           classes;
    nnp_svg_plane plane;
};

static int class_of(const nnp_tensor *t, size_t row)
{
    size_t n = nnp_row(t), best = 0;

    for (size_t i = 1; i < n; i++)
        if (nnp_number(t, row * n + i) > nnp_number(t, row * n + best))
            best = i;
    double v = n > 1 ? (double)best : nnp_number(t, row);
    return v >= 0 && v < MAX_CLASSES && v == floor(v) ? (int)v : -1;
}

static int add_rows(struct codes *k, size_t rows)
{
    const nnp_tensor *x = k->run->stream(k->c, k->of), *y = k->run->stream(k->c, k->to);

    if (!x || !y)
        return nnp_fail(k->c, NNP_EINVAL, "of, to: there is no such stream");
    if (nnp_row(x) != 2)
        return nnp_fail(k->c, NNP_EINVAL, "of: a stream of two numbers a row is needed");
    for (size_t i = 0; i < rows; i++) {
        int class = class_of(y, i);

        if (class < 0)
            return nnp_fail(k->c, NNP_EINVAL,
                            "to: a class is needed, a whole number from 0 to 99");
        if (k->count[class] == (size_t)k->self->each || isnan(nnp_number(x, 2 * i)) ||
            isnan(nnp_number(x, 2 * i + 1)))
            continue;
        k->count[class]++;
        k->classes = class >= k->classes ? class + 1 : k->classes;
        k->class[k->n] = class;
        k->at[2 * k->n] = (float)nnp_number(x, 2 * i);
        k->at[2 * k->n++ + 1] = (float)nnp_number(x, 2 * i + 1);
    }
    return NNP_OK;
}

static int gather(struct codes *k)
{
    int32_t     first = k->self->split < 3 ? k->self->split : 0;
    const char *split = splits[first];
    int64_t     rows = k->run->rows(k->c, split);
    int         rc = NNP_OK;

    for (int i = 1; rows < 1 && k->self->split > 2 && i < 3; i++) {
        split = splits[i];
        rows = k->run->rows(k->c, split);
    }
    if (rows < 1)
        return nnp_fail(k->c, NNP_EINVAL, "split: the data have no such part");
    k->at = calloc((size_t)rows * 2, sizeof *k->at);
    k->class = calloc((size_t)rows, sizeof *k->class);
    if (!k->at || !k->class)
        return nnp_fail(k->c, NNP_ENOMEM, "no memory for the codes");
    for (int64_t at = 0; !rc && at < rows; at += CHUNK) {
        int64_t part = rows - at < CHUNK ? rows - at : CHUNK;

        rc = k->run->eval(k->c, split, at, part, NULL, NULL);
        if (!rc)
            rc = add_rows(k, (size_t)part);
    }
    if (rc || k->n)
        return rc;
    return nnp_fail(k->c, NNP_EINVAL, "there are no codes");
}

static void find_range(struct codes *k)
{
    nnp_svg_range(&k->plane, k->at, k->n);
    for (int axis = 0; axis < 2; axis++) {
        double room = fmax((k->plane.high[axis] - k->plane.low[axis]) * 0.03, 1e-6);

        k->plane.low[axis] -= room;
        k->plane.high[axis] += room;
    }
}

/* A point is a stroke of no length with round ends: a few bytes. */
static void draw_class(const struct codes *k, nnp_svg *s, int class)
{
    double x = 0, y = 0;

    nnp_svg_add(s,
                "<path stroke=\"#%06x\" stroke-width=\"5\" stroke-linecap=\"round\" "
                "stroke-opacity=\"0.6\" fill=\"none\" d=\"M0 0",
                nnp_svg_colour((size_t) class));
    for (size_t i = 0; i < k->n; i++)
        if (k->class[i] == class) {
            double to_x =
                round(10 * nnp_svg_place(&k->plane, 0, (double)k->at[2 * i])) / 10;
            double to_y =
                round(10 * nnp_svg_place(&k->plane, 1, (double)k->at[2 * i + 1])) / 10;

            nnp_svg_add(s, "m%.1f %.1fh0", to_x - x, to_y - y);
            x = to_x;
            y = to_y;
        }
    nnp_svg_add(s, "\"/>\n");
}

static int by_value(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;

    return (x > y) - (x < y);
}

static double median(const struct codes *k, int class, int axis, float *room)
{
    size_t n = 0;

    for (size_t i = 0; i < k->n; i++)
        if (k->class[i] == class)
            room[n++] = k->at[2 * i + (size_t)axis];
    qsort(room, n, sizeof *room, by_value);
    return (double)room[n / 2];
}

static void draw_names(const struct codes *k, nnp_svg *s, float *room)
{
    for (int class = 0; class < k->classes; class ++)
        if (k->count[class])
            nnp_svg_add(
                s,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" font-size=\"20\" "
                "font-weight=\"700\" fill=\"#%06x\" stroke=\"#fff\" "
                "stroke-width=\"4\" paint-order=\"stroke\">%d</text>\n",
                nnp_svg_place(&k->plane, 0, median(k, class, 0, room)),
                nnp_svg_place(&k->plane, 1, median(k, class, 1, room)) + 7,
                nnp_svg_colour((size_t) class), class);
}

static void draw_legend(const struct codes *k, nnp_svg *s)
{
    int at = TOP + 16;

    for (int class = 0; class < k->classes && class < 20; class ++)
        if (k->count[class]) {
            nnp_svg_add(s,
                        "<circle cx=\"%d\" cy=\"%d\" r=\"6\" fill=\"#%06x\"/>"
                        "<text x=\"%d\" y=\"%d\">%d</text>\n",
                        LEFT + SIZE + 24, at - 5, nnp_svg_colour((size_t) class),
                        LEFT + SIZE + 38, at, class);
            at += 26;
        }
}

static int draw(struct codes *k)
{
    nnp_svg s = { 0 };
    float  *room = malloc((k->n + 1) * sizeof *room);
    char    title[160];

    if (!room)
        return nnp_fail(k->c, NNP_ENOMEM, "no memory for the picture");
    snprintf(title, sizeof title, "%.100s: %zu rows in the plane, by class", k->of, k->n);
    nnp_svg_open(&s, WIDTH, TOP + SIZE + 34, title);
    nnp_svg_add(&s, "<g font-size=\"16\">\n");
    nnp_svg_axes(&s, &k->plane);
    for (int class = 0; class < k->classes; class ++)
        if (k->count[class])
            draw_class(k, &s, class);
    draw_names(k, &s, room);
    draw_legend(k, &s);
    nnp_svg_add(&s, "</g>\n");
    free(room);
    return nnp_svg_close(&s, k->c, k->run, k->self->file);
}

static int forward(nnp_ctx *c, void *self)
{
    struct codes k = { .c = c, .self = self, .plane = { LEFT, TOP, SIZE, { 0 }, { 0 } } };
    int          rc;

    k.run = c->host->extension(c, "nnp.run/1");
    if (!NNP_OFFERS(k.run, nnp_run, of))
        return nnp_fail(c, NNP_ENOTSUP, "there is no run to make a picture of");
    k.of = k.run->of(c, "of", 0);
    k.to = k.run->of(c, "to", 0);
    k.to = k.to ? k.to : "y";
    rc =
        k.of ? gather(&k) : nnp_fail(c, NNP_EINVAL, "of: the stream of codes is missing");
    if (!rc) {
        find_range(&k);
        rc = draw(&k);
    }
    free(k.at);
    free(k.class);
    return rc;
}

static const nnp_component codes2d = {
    NNP_COMPONENT("report", "codes2d"),
    .doc = "codes of two numbers as points, coloured by class",
    .self_size = sizeof(struct codes2d),
    NNP_PARAMS(params),
    .forward = forward,
};

NNP_PLUGIN(codes2d, NNP_OURS, &codes2d)
