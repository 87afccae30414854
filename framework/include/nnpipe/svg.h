/* SPDX-License-Identifier: MIT */
/*
 * SVG text for reports: it grows, and a failure is asked for once, at the end.
 *
 *   nnp_svg s = { 0 };
 *
 *   nnp_svg_open(&s, 480, 300, "what the picture shows");
 *   nnp_svg_add(&s, "<circle cx=\"%.1f\" cy=\"9\" r=\"4\" fill=\"#%06x\"/>\n", x,
 *               nnp_svg_colour(k));
 *   rc = nnp_svg_close(&s, c, run, "file.svg");
 *
 * Words are in one grey that can be read on white and on black, so a picture suits a page
 * in either. Ten colours that every kind of colour vision can tell apart as far as ten
 * go: the first are those of Okabe and Ito (2008), "Color universal design".
 */
#ifndef NNPIPE_SVG_H
#define NNPIPE_SVG_H
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <nnpipe/report.h>

typedef struct nnp_svg {
    char  *text;
    size_t n, room;
    int    failed;
} nnp_svg;

#ifdef __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
static inline void
nnp_svg_add(nnp_svg *s, const char *form, ...)
{
    for (;;) {
        va_list args;
        size_t  left = s->room - s->n, room;
        char   *more;
        int     n;

        va_start(args, form);
        n = vsnprintf(s->text ? s->text + s->n : NULL, left, form, args);
        va_end(args);
        if (n >= 0 && (size_t)n < left) {
            s->n += (size_t)n;
            return;
        }
        room = s->room ? 2 * s->room : 1 << 14;
        more = n < 0 || s->failed ? NULL : (char *)realloc(s->text, room);
        if (!more) {
            s->failed = 1;
            return;
        }
        s->text = more;
        s->room = room;
    }
}

/* Text of a user, which may hold what XML takes for its own. */
static inline void nnp_svg_text(nnp_svg *s, const char *text)
{
    for (; *text; text++)
        if (strchr("<>&\"", *text) || (unsigned char)*text < ' ')
            nnp_svg_add(s, "&#%d;", (unsigned char)*text < ' ' ? ' ' : *text);
        else
            nnp_svg_add(s, "%c", *text);
}

static inline unsigned nnp_svg_colour(size_t i)
{
    static const unsigned colours[] = { 0x0072b2, 0xe69f00, 0x009e73, 0xcc79a7, 0x56b4e9,
                                        0xd55e00, 0x8a7a00, 0x7b5ea7, 0x8c564b, 0x8b949c };

    return colours[i % (sizeof colours / sizeof *colours)];
}

/* 1, 2 or 5 times a power of ten: at most `most` steps in the range. */
static inline double nnp_svg_step(double range, double most)
{
    double step = pow(10, floor(log10(range / most)));

    for (int i = 0; range / step > most; i++)
        step *= i % 3 == 1 ? 2.5 : 2;
    return step;
}

/*
 * Round numbers in low..high, at most about `most` of them:
 *
 *   nnp_svg_ticks t = nnp_svg_ticks_of(low, high, 8);
 *   for (double v; nnp_svg_tick(&t, &v);)
 */
typedef struct nnp_svg_ticks {
    double step, k, last;
} nnp_svg_ticks;

static inline nnp_svg_ticks nnp_svg_ticks_by(double low, double high, double step)
{
    nnp_svg_ticks t = { step, ceil(low / step - 1e-9), high / step + 1e-9 };

    return t;
}

static inline nnp_svg_ticks nnp_svg_ticks_of(double low, double high, double most)
{
    return nnp_svg_ticks_by(low, high, nnp_svg_step(high - low, most));
}

static inline int nnp_svg_tick(nnp_svg_ticks *t, double *v)
{
    *v = t->k == 0 ? 0 : t->k * t->step; /* never -0 */
    return t->k++ <= t->last;
}

/* A curve: n points, those that are no numbers left out. */
typedef struct nnp_svg_line {
    const double *x, *y;
    size_t        n;
} nnp_svg_line;

/* What of a line could be seen on an axis from low to high, in parts of its length: how far
 * it ends from the lowest and the highest point that it had, and how many of its points
 * crowd in the lowest 2 % though they differ by half. */
struct nnp_svg_seen {
    double turn[2], crowd;
};

static inline struct nnp_svg_seen nnp_svg_look(const nnp_svg_line *l, double low,
                                               double high, int log)
{
    double least = HUGE_VAL, most = -HUGE_VAL, last = NAN, few = HUGE_VAL, many = 0;
    size_t n = 0, near = 0;

    for (size_t i = 0; i < l->n; i++) {
        double v = log ? log10(l->y[i]) : l->y[i];

        if (!isfinite(v))
            continue;
        least = fmin(least, v);
        most = fmax(most, v);
        last = v;
        n++;
        if (v - low < (high - low) * 0.02) {
            near++;
            few = fmin(few, l->y[i]);
            many = fmax(many, l->y[i]);
        }
    }
    struct nnp_svg_seen s = { { (last - least) / (high - low),
                                (most - last) / (high - low) },
                              n && many > 1.5 * few ? (double)near / (double)n : 0 };
    return s;
}

/* Does a logarithmic axis show more of these lines? It has to open what crowds at the
 * bottom of a linear one, half of a line or more, and must not flatten a turn that a linear
 * one shows: a validation loss that rises again counts more than zeros behind the point. */
static inline int nnp_svg_wants_log(const nnp_svg_line *line, size_t n)
{
    double low = HUGE_VAL, high = -HUGE_VAL;
    int    opens = 0;

    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < line[k].n; i++)
            if (isfinite(line[k].y[i])) {
                low = fmin(low, line[k].y[i]);
                high = fmax(high, line[k].y[i]);
            }
    if (!(low > 0) || !(high > 20 * low))
        return 0;
    for (size_t k = 0; k < n; k++) {
        struct nnp_svg_seen plain = nnp_svg_look(&line[k], low, high, 0);
        struct nnp_svg_seen log = nnp_svg_look(&line[k], log10(low), log10(high), 1);

        opens |= plain.crowd >= 0.5;
        for (int end = 0; end < 2; end++)
            if (plain.turn[end] >= 0.02 && plain.turn[end] < 0.5 &&
                log.turn[end] < plain.turn[end] / 1.5)
                return 0;
    }
    return opens;
}

/* A square of the plane, the first number of a point to the right, the second upwards. */
typedef struct nnp_svg_plane {
    int    left, top, size; /* in the picture */
    double low[2], high[2];
} nnp_svg_plane;

static inline double nnp_svg_place(const nnp_svg_plane *p, int axis, double v)
{
    double part = (v - p->low[axis]) / (p->high[axis] - p->low[axis]);

    return axis ? p->top + p->size * (1 - part) : p->left + p->size * part;
}

/* The range of n points, two numbers each; low > high if there are none. */
static inline void nnp_svg_range(nnp_svg_plane *p, const float *point, size_t n)
{
    for (int axis = 0; axis < 2; axis++) {
        p->low[axis] = HUGE_VAL;
        p->high[axis] = -HUGE_VAL;
        for (size_t i = 0; i < n; i++) {
            p->low[axis] = fmin(p->low[axis], (double)point[2 * i + (size_t)axis]);
            p->high[axis] = fmax(p->high[axis], (double)point[2 * i + (size_t)axis]);
        }
    }
}

/* The frame of the plane, and numbers with ticks on its left and below. */
static inline void nnp_svg_axes(nnp_svg *s, const nnp_svg_plane *p)
{
    double v;

    nnp_svg_add(s, "<path fill=\"none\" stroke=\"#767e87\" d=\"M%d %dh%dv%dh-%dz\"/>\n",
                p->left, p->top, p->size, p->size, p->size);
    for (int axis = 0; axis < 2; axis++) {
        nnp_svg_ticks t = nnp_svg_ticks_of(p->low[axis], p->high[axis], 8);

        while (nnp_svg_tick(&t, &v)) {
            double at = nnp_svg_place(p, axis, v);

            if (axis)
                nnp_svg_add(s,
                            "<path d=\"M%d %.1fh-5\" stroke=\"#767e87\"/><text x=\"%d\" "
                            "y=\"%.1f\" text-anchor=\"end\">%g</text>\n",
                            p->left, at, p->left - 9, at + 4, v);
            else
                nnp_svg_add(s,
                            "<path d=\"M%.1f %dv5\" stroke=\"#767e87\"/><text x=\"%.1f\" "
                            "y=\"%d\" text-anchor=\"middle\">%g</text>\n",
                            at, p->top + p->size, at, p->top + p->size + 19, v);
        }
    }
}

/*
 * The plane filled with n x n cells of few colours: of each cell, from the left and from
 * above, `code` says a number from 0 to codes - 1, and `colour` what its colour is. Equal
 * cells beside each other are one rectangle, and so are equal rectangles below each other.
 */
typedef struct nnp_svg_cells {
    const void *arg;
    size_t      n;
    int         codes;
    int (*code)(const void *arg, size_t column, size_t row);
    unsigned (*colour)(const void *arg, int code);
} nnp_svg_cells;

struct nnp_svg_run {
    unsigned short x, y, w, h;
    int            code;
};

/* last[x] is the run that begins at x, counted from 1, or 0. */
static inline size_t nnp_svg_runs(const nnp_svg_cells *c, struct nnp_svg_run *run,
                                  size_t *last)
{
    size_t n = 0;

    for (size_t y = 0; y < c->n; y++)
        for (size_t x = 0, end; x < c->n; x = end) {
            int                 now = c->code(c->arg, x, y);
            struct nnp_svg_run *above = last[x] ? &run[last[x] - 1] : NULL;

            for (end = x + 1; end < c->n && c->code(c->arg, end, y) == now; end++)
                ;
            if (above && above->code == now && above->w == end - x &&
                above->y + (size_t)above->h == y) {
                above->h++;
                continue;
            }
            run[n].x = (unsigned short)x;
            run[n].y = (unsigned short)y;
            run[n].w = (unsigned short)(end - x);
            run[n].h = 1;
            run[n].code = now;
            last[x] = ++n;
        }
    return n;
}

/* Rectangles are filled; runs of one row, by far the most, are strokes of width 1 with
 * relative moves, which takes a third of the bytes. */
static inline void nnp_svg_code(nnp_svg *s, const struct nnp_svg_run *run, size_t n,
                                int code, unsigned colour)
{
    int begun = 0, x = 0, y = 0;

    for (size_t i = 0; i < n; i++)
        if (run[i].code == code && run[i].h > 1) {
            if (!begun++)
                nnp_svg_add(s, "<path fill=\"#%06x\" d=\"", colour);
            nnp_svg_add(s, "M%d %dh%dv%dh-%dz", run[i].x, run[i].y, run[i].w, run[i].h,
                        run[i].w);
        }
    nnp_svg_add(s, "%s", begun ? "\"/>\n" : "");
    begun = 0;
    for (size_t i = 0; i < n; i++)
        if (run[i].code == code && run[i].h == 1) {
            if (!begun++)
                nnp_svg_add(s, "<path stroke=\"#%06x\" d=\"M0 .5", colour);
            nnp_svg_add(s, "m%d %dh%d", run[i].x - x, run[i].y - y, run[i].w);
            x = run[i].x + run[i].w;
            y = run[i].y;
        }
    nnp_svg_add(s, "%s", begun ? "\"/>\n" : "");
}

static inline void nnp_svg_fill(nnp_svg *s, const nnp_svg_plane *p, const nnp_svg_cells *c)
{
    struct nnp_svg_run *run = (struct nnp_svg_run *)malloc(c->n * c->n * sizeof *run);
    size_t             *last = (size_t *)calloc(c->n, sizeof *last);

    s->failed |= !run || !last;
    if (run && last) {
        size_t n = nnp_svg_runs(c, run, last);

        nnp_svg_add(s,
                    "<g transform=\"translate(%d %d) scale(%.6g)\" fill=\"none\" "
                    "shape-rendering=\"crispEdges\">\n",
                    p->left, p->top, (double)p->size / (double)c->n);
        for (int code = 0; code < c->codes; code++)
            nnp_svg_code(s, run, n, code, c->colour(c->arg, code));
        nnp_svg_add(s, "</g>\n");
    }
    free(run);
    free(last);
}

static inline void nnp_svg_open(nnp_svg *s, int width, int height, const char *title)
{
    nnp_svg_add(s,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
                "viewBox=\"0 0 %d %d\" role=\"img\" font-family=\"system-ui, sans-serif\" "
                "font-size=\"13\" fill=\"#767e87\">\n<title>",
                width, height, width, height);
    nnp_svg_text(s, title);
    nnp_svg_add(s, "</title>\n");
}

/* A ring around each row of a weight or state of two columns; name "": nothing. */
static inline int nnp_svg_rings(nnp_svg *s, const nnp_svg_plane *p, nnp_ctx *c,
                                const nnp_run *run, const char *name)
{
    const nnp_tensor *t = *name ? run->weight(c, name) : NULL;

    if (*name && (!t || nnp_row(t) != 2))
        return nnp_fail(c, NNP_EINVAL, "mark: '%s' is no state of two columns", name);
    for (size_t i = 0; t && i < nnp_count(t) / 2; i++) {
        double x = nnp_number(t, 2 * i), y = nnp_number(t, 2 * i + 1);
        if (x >= p->low[0] && x <= p->high[0] && y >= p->low[1] && y <= p->high[1])
            nnp_svg_add(s,
                        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"11\" fill=\"none\" "
                        "stroke=\"#222\" stroke-width=\"1.5\"/>\n",
                        nnp_svg_place(p, 0, x), nnp_svg_place(p, 1, y));
    }
    return NNP_OK;
}

/* Writes report/FILE and frees the text. */
static inline int nnp_svg_close(nnp_svg *s, nnp_ctx *c, const nnp_run *run,
                                const char *file)
{
    int rc;

    nnp_svg_add(s, "</svg>\n");
    rc = s->failed ? nnp_fail(c, NNP_ENOMEM, "no memory for the picture")
                   : run->write(c, file, s->text, s->n);
    free(s->text);
    s->text = NULL;
    return rc;
}
#endif
