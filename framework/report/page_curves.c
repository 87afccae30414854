/* SPDX-License-Identifier: MIT */
/* A drawing for each metric: its values over the epochs, a line for each part of the
 * data. */
#include <config.h>
#include "report/page.h"

#include <math.h>
#include <string.h>

#include <nnpipe/svg.h>
#include "base/split.h"
#include "base/strbuf.h"

enum {
    WIDTH = 360,
    HEIGHT = 190,
    LEFT = 46,
    RIGHT = 10,
    TOP = 8,
    BOTTOM = 22,
    POINTS = 240
};

enum { LINES = N_SPLITS + 1 }; /* the last one: of no part of the data, as a rate */

struct panel {
    const char              *metric;
    const struct page_curve *line[LINES]; /* by part of the data, or NULL */
    bool                     log;
    double                   first, last, low, high; /* values as scaled */
};

static double scaled(const struct panel *a, double v)
{
    return a->log ? log10(v) : v;
}

static void widen(struct panel *a, const struct page_curve *c)
{
    for (size_t i = 0; i < c->n; i++) {
        double v = scaled(a, c->value[i]);

        if (!isfinite(v))
            continue;
        a->first = fmin(a->first, c->epoch[i]);
        a->last = fmax(a->last, c->epoch[i]);
        a->low = fmin(a->low, v);
        a->high = fmax(a->high, v);
    }
}

/* false: there is nothing to draw. One epoch alone is no curve. */
static bool look(const struct page *p, const char *metric, struct panel *a)
{
    *a = (struct panel){ .metric = metric,
                         .first = INFINITY,
                         .last = -INFINITY,
                         .low = INFINITY,
                         .high = -INFINITY };
    nnp_svg_line all[LINES];
    size_t       n = 0;

    for (size_t i = 0; i < p->n_curves; i++)
        if (strcmp(split_metric(p->curves[i].name), metric) == 0) {
            const struct page_curve *c = &p->curves[i];

            a->line[split_of(c->name)] = c;
            all[n++ % LINES] = (nnp_svg_line){ c->epoch, c->value, c->n };
        }
    a->log = nnp_svg_wants_log(all, n < LINES ? n : LINES);
    for (int k = 0; k < LINES; k++)
        if (a->line[k])
            widen(a, a->line[k]);
    if (a->line[N_SPLITS] && a->low == a->high) /* a rate that stays */
        return false;
    double room = a->high > a->low ? (a->high - a->low) / 20 : fabs(a->low) / 2 + 0.1;
    a->low -= room;
    a->high += room;
    return a->first < a->last;
}

static double across(const struct panel *a, double epoch)
{
    return LEFT + (WIDTH - LEFT - RIGHT) * (epoch - a->first) / (a->last - a->first);
}

static double down(const struct panel *a, double v)
{
    return TOP + (HEIGHT - TOP - BOTTOM) * (a->high - v) / (a->high - a->low);
}

static void value_line(const struct panel *a, double at, double v, struct strbuf *out)
{
    strbuf_printf(out,
                  "<path class=\"grid\" d=\"M%d %.1fH%d\"/><text x=\"%d\" y=\"%.1f\" "
                  "text-anchor=\"end\">%g</text>\n",
                  LEFT, down(a, at), WIDTH - RIGHT, LEFT - 6, down(a, at) + 4, v);
}

static void axes(const struct panel *a, struct strbuf *out)
{
    nnp_svg_ticks t = nnp_svg_ticks_of(a->low, a->high, 4);
    double        v, step = fmax(nnp_svg_step(a->last - a->first, 5), 1);
    int           every = (int)ceil((a->high - a->low) / 4);

    while (!a->log && nnp_svg_tick(&t, &v))
        value_line(a, v, v, out);
    for (int k = (int)ceil(a->low); a->log && k <= a->high; k += every)
        value_line(a, k, pow(10, k), out);
    t = nnp_svg_ticks_by(a->first, a->last, step);
    while (nnp_svg_tick(&t, &v))
        strbuf_printf(out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%g</text>\n",
                      across(a, v), HEIGHT - 6, v);
}

/* The colours are in the style of the page. */
static const char *name_of(int k)
{
    return k < N_SPLITS ? split_names[k] : split_names[SPLIT_TRAIN];
}

static void line(const struct panel *a, int k, struct strbuf *out)
{
    const struct page_curve *c = a->line[k];
    size_t                   every = c->n / POINTS + 1;
    bool                     pen = false;

    strbuf_printf(out, "<path class=\"line\" style=\"stroke:var(--%s)\" d=\"",
                  name_of(k));
    for (size_t i = 0; i < c->n; i++) {
        if (i % every && i + 1 < c->n)
            continue;
        double v = scaled(a, c->value[i]);
        if (isfinite(v))
            strbuf_printf(out, "%c%.1f %.1f", pen ? 'L' : 'M', across(a, c->epoch[i]),
                          down(a, v));
        pen = isfinite(v);
    }
    strbuf_puts(out, "\"/>\n");
}

static void draw(const struct panel *a, struct strbuf *out)
{
    strbuf_puts(out, "<div class=\"card\"><h3>");
    page_text(out, a->metric, strlen(a->metric));
    strbuf_puts(out, "</h3><div class=\"key\">");
    for (int k = 0; k < LINES; k++)
        if (a->line[k])
            strbuf_printf(out,
                          "<span><i style=\"background:var(--%s)\"></i>%s %.4g</span>",
                          name_of(k), k < N_SPLITS ? split_names[k] : "",
                          a->line[k]->value[a->line[k]->n - 1]);
    strbuf_printf(out, "</div>\n<svg viewBox=\"0 0 %d %d\" role=\"img\">\n", WIDTH,
                  HEIGHT);
    axes(a, out);
    for (int k = 0; k < LINES; k++)
        if (a->line[k])
            line(a, k, out);
    strbuf_puts(out, "</svg></div>\n");
}

static bool is_first(const struct page *p, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(split_metric(p->curves[k].name), split_metric(p->curves[i].name)) == 0)
            return false;
    return true;
}

void page_curves(const struct page *p, struct strbuf *out)
{
    struct panel a;
    bool         any = false;

    for (size_t i = 0; i < p->n_curves; i++) {
        if (!p->curves[i].n || !is_first(p, i) ||
            !look(p, split_metric(p->curves[i].name), &a))
            continue;
        if (!any)
            strbuf_puts(out, "<h2>over the epochs</h2>\n<div class=\"cards\">\n");
        any = true;
        draw(&a, out);
    }
    strbuf_puts(out, any ? "</div>\n" : "");
}
