/* SPDX-License-Identifier: MIT */
/* A drawing for each metric: its values over the epochs, a line for each part of the
 * data. */
#include <config.h>
#include "report/page.h"

#include <math.h>
#include <string.h>

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

struct panel {
    const char              *metric;
    const struct page_curve *line[N_SPLITS]; /* by part of the data, or NULL */
    double                   first, last, low, high;
};

static void widen(struct panel *a, const struct page_curve *c)
{
    for (size_t i = 0; i < c->n; i++)
        if (isfinite(c->value[i])) {
            a->first = fmin(a->first, c->epoch[i]);
            a->last = fmax(a->last, c->epoch[i]);
            a->low = fmin(a->low, c->value[i]);
            a->high = fmax(a->high, c->value[i]);
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
    for (size_t i = 0; i < p->n_curves; i++) {
        enum split k = split_of(p->curves[i].name);

        if (k < N_SPLITS && strcmp(split_metric(p->curves[i].name), metric) == 0) {
            a->line[k] = &p->curves[i];
            widen(a, &p->curves[i]);
        }
    }
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

/* 1, 2 or 5 times a power of ten: at most `most` steps in the range. */
static double tick_step(double range, double most)
{
    double step = pow(10, floor(log10(range / most)));

    for (int i = 0; range / step > most; i++)
        step *= i % 3 == 1 ? 2.5 : 2;
    return step;
}

static void axes(const struct panel *a, struct strbuf *out)
{
    double step = tick_step(a->high - a->low, 4);

    for (double k = ceil(a->low / step); k * step <= a->high; k++)
        strbuf_printf(out,
                      "<path class=\"grid\" d=\"M%d %.1fH%d\"/><text x=\"%d\" y=\"%.1f\" "
                      "text-anchor=\"end\">%g</text>\n",
                      LEFT, down(a, k * step), WIDTH - RIGHT, LEFT - 6,
                      down(a, k * step) + 4, k == 0 ? 0 : k * step);
    step = fmax(tick_step(a->last - a->first, 5), 1);
    for (double k = ceil(a->first / step); k * step <= a->last; k++)
        strbuf_printf(out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%g</text>\n",
                      across(a, k * step), HEIGHT - 6, k == 0 ? 0 : k * step);
}

static void line(const struct panel *a, int k, struct strbuf *out)
{
    const struct page_curve *c = a->line[k];
    size_t                   every = c->n / POINTS + 1;
    bool                     pen = false;

    strbuf_printf(out, "<path class=\"line\" style=\"stroke:var(--%s)\" d=\"",
                  split_names[k]);
    for (size_t i = 0; i < c->n; i++) {
        if (i % every && i + 1 < c->n)
            continue;
        if (isfinite(c->value[i]))
            strbuf_printf(out, "%c%.1f %.1f", pen ? 'L' : 'M', across(a, c->epoch[i]),
                          down(a, c->value[i]));
        pen = isfinite(c->value[i]);
    }
    strbuf_puts(out, "\"/>\n");
}

static void draw(const struct panel *a, struct strbuf *out)
{
    strbuf_puts(out, "<div class=\"card\"><h3>");
    page_text(out, a->metric, strlen(a->metric));
    strbuf_puts(out, "</h3><div class=\"key\">");
    for (int k = 0; k < N_SPLITS; k++)
        if (a->line[k])
            strbuf_printf(
                out, "<span><i style=\"background:var(--%s)\"></i>%s %.4g</span>",
                split_names[k], split_names[k], a->line[k]->value[a->line[k]->n - 1]);
    strbuf_printf(out, "</div>\n<svg viewBox=\"0 0 %d %d\" role=\"img\">\n", WIDTH,
                  HEIGHT);
    axes(a, out);
    for (int k = 0; k < N_SPLITS; k++)
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
