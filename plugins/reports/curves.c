/* SPDX-License-Identifier: MIT */
/*
 * curves: metrics over the epochs as an SVG picture, one panel a metric, one line for
 * each part of the data. With `stages` it is one panel a stage, all on the same axes, so
 * that they can be compared. Every line carries its name and last value at its end.
 * Colours as in Okabe and Ito (2008), "Color universal design"; the parts differ in their
 * dashes too.
 */
#include <nnpipe/report.h>
#include <nnpipe/svg.h>

struct curves {
    nnp_list    metrics;
    const char *file;
    int32_t     log;
    nnp_list    stages;
};

enum { WIDTH = 640, LEFT = 64, RIGHT = 112, TOP = 34, HIGH = 200, PANEL = 276, MAX = 32 };

static const struct {
    const char *name, *colour, *dash;
} parts[] = {
    { "train", "#1f83c4", "" },
    { "val", "#e07b00", "6 3" },
    { "test", "#009e73", "2 3" },
};
enum { PARTS = sizeof parts / sizeof *parts };

static const nnp_param params[] = {
    { "metrics", NNP_STRS | NNP_MAIN, offsetof(struct curves, metrics), "", NULL,
      "metrics to draw, without the part of the data; none: all", NULL },
    { "file", NNP_STR, offsetof(struct curves, file), "curves.svg", NULL,
      "name of the picture in the run's report folder", NULL },
    { "log", NNP_BOOL, offsetof(struct curves, log), "false", NULL,
      "a logarithmic axis for values", NULL },
    { "stages", NNP_STRS, offsetof(struct curves, stages), "", NULL,
      "stages of the file, a panel each; none: the run at hand", NULL },
};

struct line { /* n values that are numbers can be drawn */
    const double *epoch, *value;
    int           n;
};

struct picture {
    nnp_ctx             *c;
    const struct curves *self;
    const nnp_run       *run;
    const nnp_results   *results; /* where there are stages to draw */
    nnp_svg              svg;
    /* the panel being drawn */
    const char *stage; /* or NULL: the run at hand */
    const char *metric;
    struct line line[PARTS];
    double      first, last, low, high; /* epochs; values, or their logarithms */
    int         top;
};

/* ---- which panels ---------------------------------------------------------------- */

static int is_known(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return 1;
    return 0;
}

/* The names behind "train." and "val.", each once. */
static size_t find_metrics(const struct picture *p, const char *names[MAX])
{
    const nnp_list *given = &p->self->metrics;
    const char     *full;
    size_t          n = 0;

    for (uint32_t i = 0; i < given->n && n < MAX; i++)
        names[n++] = ((const char *const *)given->v)[i];
    for (uint32_t i = 0; !given->n && n < MAX && (full = p->run->metric(p->c, i)); i++) {
        const char *dot = strchr(full, '.');

        if (dot && !is_known(names, n, dot + 1))
            names[n++] = dot + 1;
    }
    return n;
}

/* ---- one panel ------------------------------------------------------------------- */

static double scaled(const struct picture *p, double v)
{
    return p->self->log ? log10(v) : v; /* not finite: not drawn */
}

static void widen(struct picture *p, double epoch, double v)
{
    if (!isfinite(v))
        return;
    p->first = fmin(p->first, epoch);
    p->last = fmax(p->last, epoch);
    p->low = fmin(p->low, v);
    p->high = fmax(p->high, v);
}

/* The lines of a panel; 0: there are none. The axes get room for them. */
static int fetch(struct picture *p, const char *stage, const char *metric)
{
    char name[128];
    int  any = 0;

    p->stage = stage;
    p->metric = metric;
    for (int k = 0; k < PARTS; k++) {
        struct line *l = &p->line[k];

        snprintf(name, sizeof name, "%s.%.100s", parts[k].name, metric);
        l->n = stage ? p->results->curve(p->c, stage, 0, name, &l->epoch, &l->value)
                     : p->run->curve(p->c, name, &l->epoch, &l->value);
        l->n = l->n > 0 ? l->n : 0;
        any |= l->n > 0;
        for (int i = 0; i < l->n; i++)
            widen(p, l->epoch[i], scaled(p, l->value[i]));
    }
    return any;
}

static const char *stage_of(const struct picture *p, uint32_t i)
{
    return p->self->stages.n ? ((const char *const *)p->self->stages.v)[i] : NULL;
}

/* 0: there is nothing to draw. The axes hold the other stages too. */
static int look(struct picture *p, const char *stage, const char *metric)
{
    p->first = p->low = INFINITY;
    p->last = p->high = -INFINITY;
    for (uint32_t i = 0; i < p->self->stages.n; i++)
        fetch(p, stage_of(p, i), metric);
    if (!fetch(p, stage, metric) || !(p->first <= p->last))
        return 0;
    double room = p->high > p->low ? (p->high - p->low) / 20 : fabs(p->low) / 2 + 0.1;
    p->low -= room;
    p->high += room;
    p->last += p->first == p->last;
    return 1;
}

static double across(const struct picture *p, double epoch)
{
    return LEFT + (WIDTH - LEFT - RIGHT) * (epoch - p->first) / (p->last - p->first);
}

static double down(const struct picture *p, double v)
{
    return p->top + TOP + HIGH * (p->high - v) / (p->high - p->low);
}

static void draw_epochs(struct picture *p)
{
    double        step = fmax(nnp_svg_step(p->last - p->first, 8), 1), v;
    nnp_svg_ticks t = nnp_svg_ticks_by(p->first, p->last, step);
    int           y = p->top + TOP + HIGH;

    while (nnp_svg_tick(&t, &v))
        nnp_svg_add(
            &p->svg,
            "<path d=\"M%.1f %dv5\" stroke=\"#767e87\"/><text x=\"%.1f\" y=\"%d\" "
            "text-anchor=\"middle\">%g</text>\n",
            across(p, v), y, across(p, v), y + 19, v);
    nnp_svg_add(&p->svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">epoch</text>\n",
                (WIDTH - RIGHT + LEFT) / 2, y + 36);
}

static void draw_value(struct picture *p, double at, double v)
{
    nnp_svg_add(&p->svg,
                "<path d=\"M%d %.1fH%d\" stroke=\"#767e87\" stroke-opacity=\"0.3\"/>"
                "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%g</text>\n",
                LEFT, down(p, at), WIDTH - RIGHT, LEFT - 7, down(p, at) + 4, v);
}

/* On a logarithmic axis powers of ten, and 2 and 5 times them where there are few. */
static void draw_values(struct picture *p)
{
    nnp_svg_ticks t = nnp_svg_ticks_of(p->low, p->high, 6);
    const double  inner[] = { 1, 2, 5 };

    if (!p->self->log) {
        for (double v; nnp_svg_tick(&t, &v);)
            draw_value(p, v, v);
        return;
    }
    int every = (int)ceil((p->high - p->low) / 6), n = p->high - p->low < 2 ? 3 : 1;
    for (int k = (int)floor(p->low); k <= (int)p->high; k += every)
        for (int i = 0; i < n; i++) {
            double v = inner[i] * pow(10, k);

            if (log10(v) >= p->low && log10(v) <= p->high)
                draw_value(p, log10(v), v);
        }
}

/* Of a long curve no more points than can be seen: of every few neighbours one, but the
 * smallest and the largest of them, so that spikes stay. */
static void draw_line(struct picture *p, int k)
{
    const struct line *l = &p->line[k];
    int                few = l->n / 500 + 1, pen = 0;

    nnp_svg_add(
        &p->svg,
        "<path fill=\"none\" stroke=\"%s\" stroke-width=\"2\" stroke-linejoin=\"round\" "
        "stroke-dasharray=\"%s\" d=\"",
        parts[k].colour, parts[k].dash);
    for (int i = 0; i < l->n; i += few) {
        int end = i + few < l->n ? i + few : l->n, at[2] = { i, i };

        for (int j = i; j < end; j++) {
            at[0] = l->value[j] < l->value[at[0]] ? j : at[0];
            at[1] = l->value[j] > l->value[at[1]] ? j : at[1];
        }
        for (int j = 0; j < 1 + (at[0] != at[1]); j++) {
            int which =
                j ? (at[0] > at[1] ? at[0] : at[1]) : (at[0] < at[1] ? at[0] : at[1]);
            double v = scaled(p, l->value[which]);

            if (isfinite(v))
                nnp_svg_add(&p->svg, "%c%.1f %.1f", pen ? 'L' : 'M',
                            across(p, l->epoch[which]), down(p, v));
            pen = isfinite(v);
        }
    }
    nnp_svg_add(&p->svg, "\"/>\n");
}

/* Last values stand at the ends of their lines, moved apart where they would touch. */
static void draw_labels(struct picture *p)
{
    double y[PARTS];
    int    order[PARTS], n = 0;

    for (int k = 0; k < PARTS; k++) {
        const struct line *l = &p->line[k];
        double             v = l->n ? scaled(p, l->value[l->n - 1]) : (double)NAN;

        if (!isfinite(v))
            continue;
        y[k] = down(p, v);
        int at = n++;
        for (; at && y[order[at - 1]] > y[k]; at--)
            order[at] = order[at - 1];
        order[at] = k;
    }
    for (int i = 1; i < n; i++)
        y[order[i]] = fmax(y[order[i]], y[order[i - 1]] + 15);
    for (int i = 0; i < n; i++) {
        const struct line *l = &p->line[order[i]];

        nnp_svg_add(&p->svg, "<text x=\"%d\" y=\"%.1f\" fill=\"%s\">%s %.4g</text>\n",
                    WIDTH - RIGHT + 8, y[order[i]] + 4, parts[order[i]].colour,
                    parts[order[i]].name, l->value[l->n - 1]);
    }
}

static void draw_panel(struct picture *p)
{
    int at = WIDTH - RIGHT;

    nnp_svg_add(
        &p->svg, "<text x=\"%d\" y=\"%d\" font-weight=\"600\">%.100s%s%.60s</text>\n",
        LEFT, p->top + 20, p->metric, p->stage ? ", " : "", p->stage ? p->stage : "");
    draw_values(p);
    draw_epochs(p);
    nnp_svg_add(&p->svg, "<path fill=\"none\" stroke=\"#767e87\" d=\"M%d %dv%dH%d\"/>\n",
                LEFT, p->top + TOP, HIGH, WIDTH - RIGHT);
    for (int k = PARTS - 1; k >= 0; k--)
        if (p->line[k].n)
            draw_line(p, k);
    draw_labels(p);
    for (int k = PARTS - 1; k >= 0; k--) /* the legend, from the right */
        if (p->line[k].n) {
            at -= 68;
            nnp_svg_add(&p->svg,
                        "<path stroke=\"%s\" stroke-width=\"2\" stroke-dasharray=\"%s\" "
                        "d=\"M%d %dh22\"/><text x=\"%d\" y=\"%d\">%s</text>\n",
                        parts[k].colour, parts[k].dash, at, p->top + 16, at + 27,
                        p->top + 20, parts[k].name);
        }
}

/* Draws them, or only counts them. */
static size_t each_panel(struct picture *p, const char *const *names, size_t n, int drawn)
{
    size_t   panels = 0;
    uint32_t stages = p->self->stages.n ? p->self->stages.n : 1;

    for (size_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < stages; k++) {
            if (!look(p, stage_of(p, k), names[i]))
                continue;
            panels++;
            if (drawn) {
                draw_panel(p);
                p->top += PANEL;
            }
        }
    return panels;
}

static int draw(struct picture *p)
{
    const char *names[MAX];
    size_t      n = find_metrics(p, names), panels = each_panel(p, names, n, 0);

    if (!panels)
        return nnp_fail(p->c, NNP_EINVAL, "there is no curve of such a metric");
    nnp_svg_open(&p->svg, WIDTH, (int)panels * PANEL + 8, "metrics over the epochs");
    each_panel(p, names, n, 1);
    if (NNP_OFFERS(p->run, nnp_run, shows))
        p->run->shows(p->c, p->results ? NNP_SHOWS_CURVES | NNP_SHOWS_TRAININGS
                                       : NNP_SHOWS_CURVES);
    return nnp_svg_close(&p->svg, p->c, p->run, p->self->file);
}

static int forward(nnp_ctx *c, void *self)
{
    struct picture p = { .c = c, .self = self };

    p.run = c->host->extension(c, "nnp.run/1");
    if (!p.run)
        return nnp_fail(c, NNP_ENOTSUP, "there is no run to report on");
    p.results = p.self->stages.n ? c->host->extension(c, "nnp.results/1") : NULL;
    if (p.self->stages.n && !NNP_OFFERS(p.results, nnp_results, curve))
        return nnp_fail(c, NNP_EINVAL, "there are no stages to draw");
    return draw(&p);
}

static const nnp_component curves = {
    NNP_COMPONENT("report", "curves"),
    .doc = "SVG picture of the metrics over the epochs",
    .self_size = sizeof(struct curves),
    NNP_PARAMS(params),
    .forward = forward,
};

NNP_PLUGIN(curves, NNP_OURS, &curves)
