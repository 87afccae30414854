/* SPDX-License-Identifier: MIT */
/*
 * Lines over one axis, as a panel of an SVG picture: axes with round numbers, a legend, and
 * the name and last value of each line at its end.
 *
 *   nnp_chart a = { .title = "loss", .across = "epoch", .whole = 1 };
 *
 *   l = nnp_chart_add(&a, "train", "#1f83c4", &points);     l->mark = -1 ...
 *   if (nnp_chart_measure(&a)) ... a.top = y; y += nnp_chart_height(&a);
 *   nnp_chart_draw(&a, &svg);
 *
 * Header only, C99 and C++.
 */
#ifndef NNPIPE_CHART_H
#define NNPIPE_CHART_H
#include <nnpipe/svg.h>

enum {
    NNP_CHART_WIDTH = 680, /* of the picture */
    NNP_CHART_LINES = 96,
    NNP_CHART_LABELS = 14, /* at the ends of lines; more would not fit */
    NNP_CHART_LEFT = 64,
    NNP_CHART_HIGH = 240, /* of the panel itself */
    NNP_CHART_LETTER = 8  /* about how wide one is */
};

typedef struct nnp_chart_line {
    char         name[64];  /* "": it needs none, another line has it */
    char         colour[8]; /* "#rrggbb" */
    const char  *dash;      /* as SVG has it, "": none */
    int          faint;
    int          mark; /* -1, 1: a dot where it was lowest, highest, if it has gone back */
    nnp_svg_line at;
} nnp_chart_line;

typedef struct nnp_chart {
    const char    *title, *across; /* what stands above it and below it */
    const char    *note;           /* in the legend behind the names, or NULL */
    int            log, whole;     /* a logarithmic axis; only whole numbers across */
    int            top;            /* in the picture */
    nnp_chart_line line[NNP_CHART_LINES];
    size_t         n;
    /* measured */
    int    right, rows; /* of the legend */
    double x[2], y[2];  /* the ranges; of logarithms if log */
    int    cut;         /* lines begin above or below the panel ... */
    double begin[2];    /* ... and have had these values */
} nnp_chart;

/* One more, or the last one again where there is no room. */
static inline nnp_chart_line *nnp_chart_add(nnp_chart *a, const char *name,
                                            const char *colour, const nnp_svg_line *at)
{
    nnp_chart_line *l = &a->line[a->n < NNP_CHART_LINES ? a->n++ : a->n - 1];

    memset(l, 0, sizeof *l);
    snprintf(l->name, sizeof l->name, "%.60s", name);
    snprintf(l->colour, sizeof l->colour, "%.7s", colour);
    l->dash = "";
    l->at = *at;
    return l;
}

static inline double nnp_chart_scaled(const nnp_chart *a, double v)
{
    return a->log ? log10(v) : v; /* not finite: not drawn */
}

static inline int nnp_chart_wants_log(const nnp_chart *a)
{
    nnp_svg_line all[NNP_CHART_LINES];

    for (size_t i = 0; i < a->n; i++)
        all[i] = a->line[i].at;
    return nnp_svg_wants_log(all, a->n);
}

/* Where name k of the legend stands, and how many rows it takes. */
static inline int nnp_chart_entry(const nnp_chart *a, size_t k, int *x, int *row)
{
    int wide = 0;

    *x = NNP_CHART_LEFT;
    *row = 0;
    for (size_t i = 0; i <= k; i++) {
        const char *name = i < a->n ? a->line[i].name : a->note ? a->note : "";

        *x += wide;
        wide = *name ? (i < a->n ? 44 : 8) + NNP_CHART_LETTER * (int)strlen(name) : 0;
        if (*x > NNP_CHART_LEFT && *x + wide > NNP_CHART_WIDTH) {
            *x = NNP_CHART_LEFT;
            ++*row;
        }
    }
    return *row + 1;
}

/* The ranges of all points from x on. */
static inline void nnp_chart_ranges(const nnp_chart *a, double from, double x[2],
                                    double y[2])
{
    x[0] = y[0] = HUGE_VAL;
    x[1] = y[1] = -HUGE_VAL;
    for (size_t k = 0; k < a->n; k++)
        for (size_t i = 0; i < a->line[k].at.n; i++) {
            double v = nnp_chart_scaled(a, a->line[k].at.y[i]);

            if (!isfinite(v) || a->line[k].at.x[i] < from)
                continue;
            x[0] = fmin(x[0], a->line[k].at.x[i]);
            x[1] = fmax(x[1], a->line[k].at.x[i]);
            y[0] = fmin(y[0], v);
            y[1] = fmax(y[1], v);
        }
}

static inline size_t nnp_chart_best(const nnp_chart_line *l)
{
    size_t best = 0;

    for (size_t i = 1; i < l->at.n; i++)
        best = l->mark * l->at.y[i] > l->mark * l->at.y[best] ? i : best;
    return best;
}

/* Has a line gone back by so little of the axis that it can hardly be seen? */
static inline int nnp_chart_hides_turn(const nnp_chart *a)
{
    for (size_t k = 0; k < a->n; k++) {
        const nnp_chart_line *l = &a->line[k];
        double back = l->mark && l->at.n
                          ? fabs(l->at.y[l->at.n - 1] - l->at.y[nnp_chart_best(l)])
                          : 0;

        if (back > 0.01 * (a->y[1] - a->y[0]) && back < 0.08 * (a->y[1] - a->y[0]))
            return 1;
    }
    return 0;
}

/* Then the first twentieth of the way may lie outside, if that makes much of a difference:
 * a loss of 1.1 in the first epoch hides that it turns from 0.163 to 0.193 later. */
static inline void nnp_chart_cut(nnp_chart *a)
{
    double x[2], y[2];

    if (a->log || !nnp_chart_hides_turn(a))
        return;
    nnp_chart_ranges(a, a->x[0] + (a->x[1] - a->x[0]) / 20, x, y);
    if (!(y[1] > y[0]) || a->y[1] - a->y[0] < 1.6 * (y[1] - y[0]))
        return;
    memcpy(a->begin, a->y, sizeof y);
    memcpy(a->y, y, sizeof y);
    a->cut = 1;
}

/* Finds the ranges; 0: there is nothing to draw. */
static inline int nnp_chart_measure(nnp_chart *a)
{
    size_t longest = 0;
    int    x, row;

    for (size_t k = 0; k < a->n; k++)
        longest = strlen(a->line[k].name) > longest ? strlen(a->line[k].name) : longest;
    nnp_chart_ranges(a, -HUGE_VAL, a->x, a->y);
    if (!(a->x[0] <= a->x[1]))
        return 0;
    nnp_chart_cut(a);
    double room = a->y[1] > a->y[0] ? (a->y[1] - a->y[0]) / 20 : fabs(a->y[0]) / 2 + 0.1;
    a->y[0] -= room;
    a->y[1] += room;
    a->x[1] += a->x[0] == a->x[1];
    a->right = NNP_CHART_WIDTH - 24 - NNP_CHART_LETTER * (int)(longest + 9);
    if (a->right < NNP_CHART_WIDTH / 2)
        a->right = NNP_CHART_WIDTH / 2;
    a->rows = nnp_chart_entry(a, a->n, &x, &row);
    return 1;
}

static inline int nnp_chart_begin(const nnp_chart *a) /* the upper end of the axis */
{
    return a->top + 40 + 20 * a->rows;
}

static inline int nnp_chart_height(const nnp_chart *a)
{
    return 40 + 20 * a->rows + NNP_CHART_HIGH + 50;
}

static inline double nnp_chart_x(const nnp_chart *a, double x)
{
    return NNP_CHART_LEFT +
           (a->right - NNP_CHART_LEFT) * (x - a->x[0]) / (a->x[1] - a->x[0]);
}

/* v: as scaled. */
static inline double nnp_chart_y(const nnp_chart *a, double v)
{
    return nnp_chart_begin(a) + NNP_CHART_HIGH * (a->y[1] - v) / (a->y[1] - a->y[0]);
}

static inline void nnp_chart_across(const nnp_chart *a, nnp_svg *s)
{
    double        step = nnp_svg_step(a->x[1] - a->x[0], 8), v;
    nnp_svg_ticks t = nnp_svg_ticks_by(a->x[0], a->x[1], a->whole ? fmax(step, 1) : step);
    int           y = nnp_chart_begin(a) + NNP_CHART_HIGH;

    while (nnp_svg_tick(&t, &v))
        nnp_svg_add(s,
                    "<path d=\"M%.1f %dv5\" stroke=\"#767e87\"/><text x=\"%.1f\" "
                    "y=\"%d\" text-anchor=\"middle\">%g</text>\n",
                    nnp_chart_x(a, v), y, nnp_chart_x(a, v), y + 19, v);
    nnp_svg_add(s, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">",
                (a->right + NNP_CHART_LEFT) / 2, y + 36);
    nnp_svg_text(s, a->across);
    nnp_svg_add(s, "</text>\n");
}

static inline void nnp_chart_value(const nnp_chart *a, nnp_svg *s, double at, double v)
{
    double y = nnp_chart_y(a, at);

    nnp_svg_add(s,
                "<path d=\"M%d %.1fH%d\" stroke=\"#767e87\" stroke-opacity=\"0.3\"/>"
                "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%g</text>\n",
                NNP_CHART_LEFT, y, a->right, NNP_CHART_LEFT - 7, y + 4, v);
}

/* On a logarithmic axis powers of ten, and 2 and 5 times them where there are few. */
static inline void nnp_chart_values(const nnp_chart *a, nnp_svg *s)
{
    nnp_svg_ticks t = nnp_svg_ticks_of(a->y[0], a->y[1], 6);
    const double  inner[] = { 1, 2, 5 };
    double        range = a->y[1] - a->y[0], v;

    while (!a->log && nnp_svg_tick(&t, &v))
        nnp_chart_value(a, s, v, v);
    int every = (int)ceil(range / 6), n = range < 2 ? 3 : 1;
    for (int k = (int)floor(a->y[0]); a->log && k <= (int)a->y[1]; k += every)
        for (int i = 0; i < n; i++) {
            v = inner[i] * pow(10, k);
            if (log10(v) >= a->y[0] && log10(v) <= a->y[1])
                nnp_chart_value(a, s, log10(v), v);
        }
}

/* Of a long line no more points than can be seen: of every few neighbours one, but the
 * smallest and the largest of them, so that spikes stay. */
static inline void nnp_chart_path(const nnp_chart *a, nnp_svg *s, const nnp_chart_line *l)
{
    size_t few = l->at.n / 500 + 1;
    int    pen = 0;

    nnp_svg_add(s,
                "<path fill=\"none\" stroke=\"%s\" stroke-width=\"%s\" stroke-opacity="
                "\"%s\" stroke-linejoin=\"round\" stroke-dasharray=\"%s\" d=\"",
                l->colour, l->faint ? "1.2" : "2", l->faint ? "0.6" : "1", l->dash);
    for (size_t i = 0; i < l->at.n; i += few) {
        size_t end = i + few < l->at.n ? i + few : l->at.n, low = i, high = i;

        for (size_t j = i; j < end; j++) {
            low = l->at.y[j] < l->at.y[low] ? j : low;
            high = l->at.y[j] > l->at.y[high] ? j : high;
        }
        for (int j = 0; j < 1 + (low != high); j++) {
            size_t which = (low < high) == !j ? low : high;
            double v = nnp_chart_scaled(a, l->at.y[which]);

            if (isfinite(v))
                nnp_svg_add(s, "%c%.1f %.1f", pen ? 'L' : 'M',
                            nnp_chart_x(a, l->at.x[which]), nnp_chart_y(a, v));
            pen = isfinite(v);
        }
    }
    nnp_svg_add(s, "\"/>\n");
}

/* Where a line was best, if it has gone back by more than can be overlooked. */
static inline void nnp_chart_mark(const nnp_chart *a, nnp_svg *s, const nnp_chart_line *l)
{
    size_t best = nnp_chart_best(l), n = l->at.n;

    if (!l->mark || !n)
        return;
    double v = nnp_chart_scaled(a, l->at.y[best]);
    double back = fabs(nnp_chart_scaled(a, l->at.y[n - 1]) - v) / (a->y[1] - a->y[0]);
    if (!isfinite(v) || !(back > 0.01))
        return;
    nnp_svg_add(s,
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/><text x=\"%.1f\" "
                "y=\"%.1f\" font-size=\"11\" text-anchor=\"middle\" fill=\"%s\">%.3g"
                "</text>\n",
                nnp_chart_x(a, l->at.x[best]), nnp_chart_y(a, v), l->colour,
                nnp_chart_x(a, l->at.x[best]),
                nnp_chart_y(a, v) + (l->mark < 0 ? 17 : -9),
                l->colour, l->at.y[best]);
}

/* Last values stand at the ends of their lines, moved apart where they would touch. */
static inline void nnp_chart_labels(const nnp_chart *a, nnp_svg *s)
{
    double y[NNP_CHART_LINES], low = nnp_chart_begin(a) + NNP_CHART_HIGH;
    size_t order[NNP_CHART_LINES], n = 0;

    for (size_t k = 0; k < a->n && n < NNP_CHART_LABELS; k++) {
        const nnp_chart_line *l = &a->line[k];
        size_t                at;

        y[k] = *l->name && l->at.n
                   ? nnp_chart_y(a, nnp_chart_scaled(a, l->at.y[l->at.n - 1]))
                   : (double)NAN;
        if (!isfinite(y[k]))
            continue;
        for (at = n++; at && y[order[at - 1]] > y[k]; at--)
            order[at] = order[at - 1];
        order[at] = k;
    }
    for (size_t i = 1; i < n; i++)
        y[order[i]] = fmax(y[order[i]], y[order[i - 1]] + 15);
    for (size_t i = n; i-- > 0; low = y[order[i]] - 15) /* and not below the panel */
        y[order[i]] = fmin(y[order[i]], low);
    for (size_t i = 0; i < n; i++) {
        const nnp_chart_line *l = &a->line[order[i]];

        nnp_svg_add(s, "<text x=\"%d\" y=\"%.1f\" fill=\"%s\">", a->right + 8,
                    y[order[i]] + 4, l->colour);
        nnp_svg_text(s, l->name);
        nnp_svg_add(s, " %.4g</text>\n", l->at.y[l->at.n - 1]);
    }
}

static inline void nnp_chart_legend(const nnp_chart *a, nnp_svg *s)
{
    int x, row;

    for (size_t k = 0; k < a->n; k++) {
        const nnp_chart_line *l = &a->line[k];

        if (!*l->name)
            continue;
        nnp_chart_entry(a, k, &x, &row);
        nnp_svg_add(s,
                    "<path stroke=\"%s\" stroke-width=\"2\" stroke-dasharray=\"%s\" "
                    "d=\"M%d %dh22\"/><text x=\"%d\" y=\"%d\">",
                    l->colour, l->dash, x, a->top + 38 + 20 * row, x + 27,
                    a->top + 42 + 20 * row);
        nnp_svg_text(s, l->name);
        nnp_svg_add(s, "</text>\n");
    }
    if (!a->note)
        return;
    nnp_chart_entry(a, a->n, &x, &row);
    nnp_svg_add(s, "<text x=\"%d\" y=\"%d\">", x, a->top + 42 + 20 * row);
    nnp_svg_text(s, a->note);
    nnp_svg_add(s, "</text>\n");
}

static inline void nnp_chart_draw(const nnp_chart *a, nnp_svg *s)
{
    nnp_svg_add(s, "<text x=\"%d\" y=\"%d\" font-weight=\"600\">", NNP_CHART_LEFT,
                a->top + 20);
    nnp_svg_text(s, a->title);
    nnp_svg_add(s, "</text>\n");
    if (a->cut)
        nnp_svg_add(s,
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" font-size=\"11\">the "
                    "first values lie outside, %.3g to %.3g in all</text>\n",
                    NNP_CHART_WIDTH - 8, a->top + 20, a->begin[0], a->begin[1]);
    nnp_chart_values(a, s);
    nnp_chart_across(a, s);
    nnp_svg_add(s, "<path fill=\"none\" stroke=\"#767e87\" d=\"M%d %dv%dH%d\"/>\n",
                NNP_CHART_LEFT, nnp_chart_begin(a), NNP_CHART_HIGH, a->right);
    if (a->cut)
        nnp_svg_add(s,
                    "<clipPath id=\"p%d\"><path d=\"M%d %dH%dv%dH%dz\"/></clipPath>\n<g "
                    "clip-path=\"url(#p%d)\">\n",
                    a->top, NNP_CHART_LEFT, nnp_chart_begin(a), a->right + 2,
                    NNP_CHART_HIGH, NNP_CHART_LEFT, a->top);
    for (int faint = 1; faint >= 0; faint--)
        for (size_t k = a->n; k-- > 0;)
            if (!a->line[k].faint == !faint)
                nnp_chart_path(a, s, &a->line[k]);
    nnp_svg_add(s, "%s", a->cut ? "</g>\n" : "");
    for (size_t k = 0; k < a->n; k++)
        nnp_chart_mark(a, s, &a->line[k]);
    nnp_chart_labels(a, s);
    nnp_chart_legend(a, s);
}
#endif
