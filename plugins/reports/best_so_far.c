/* SPDX-License-Identifier: MIT */
/*
 * best_so_far: each trial of a search as a point, and the best value up to it as steps.
 * Trials that were ended early are hollow; failed ones are ticks below the axis.
 */
#include <nnpipe/search.h>
#include <nnpipe/svg.h>

struct best_so_far {
    const char *file;
};

static const nnp_param params[] = {
    { "file", NNP_STR, offsetof(struct best_so_far, file), "best_so_far.svg", NULL,
      "name of the picture", NULL },
};

enum { WIDTH = 680, HEIGHT = 300, LEFT = 70, RIGHT = 20, TOP = 34, BOTTOM = 44 };

struct picture {
    nnp_ctx          *c;
    const nnp_search *search;
    nnp_svg           svg;
    int64_t           n;
    double            low, high; /* of the axis, logarithms where log */
    int               log;
};

static double figure(const struct picture *p, int64_t i)
{
    return p->search->sign(p->c) * p->search->trial(p->c, i)->value;
}

/* A logarithmic axis where values are far apart; far outliers leave the picture. */
static void measure(struct picture *p)
{
    double low = HUGE_VAL, high = -HUGE_VAL;

    for (int64_t i = 0; i < p->n; i++) {
        double v = figure(p, i);

        if (isfinite(v)) {
            low = fmin(low, v);
            high = fmax(high, v);
        }
    }
    p->log = low > 0 && high > 20 * low;
    p->low = p->log ? log10(low) : low;
    p->high = p->log ? log10(high) : high;
    double room = p->high > p->low ? (p->high - p->low) * 0.06 : fabs(p->low) / 2 + 0.1;
    p->low -= room;
    p->high += room;
}

static double across(const struct picture *p, double i)
{
    double most = p->n > 1 ? (double)(p->n - 1) : 1;

    return LEFT + (WIDTH - LEFT - RIGHT) * i / most;
}

static double down(const struct picture *p, double v)
{
    v = p->log ? log10(v) : v;
    return TOP + (HEIGHT - TOP - BOTTOM) * (p->high - v) / (p->high - p->low);
}

static void draw_axes(struct picture *p)
{
    nnp_svg_ticks x = nnp_svg_ticks_of(0, (double)(p->n > 1 ? p->n - 1 : 1), 8);
    nnp_svg_ticks y = nnp_svg_ticks_of(p->low, p->high, 6);
    double        v;

    while (nnp_svg_tick(&y, &v)) {
        double shown = p->log ? pow(10, v) : v;

        nnp_svg_add(&p->svg,
                    "<path d=\"M%d %.1fH%d\" stroke=\"#767e87\" stroke-opacity=\"0.3\"/>"
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.3g</text>\n",
                    LEFT, down(p, shown), WIDTH - RIGHT, LEFT - 8, down(p, shown) + 4,
                    shown);
    }
    while (nnp_svg_tick(&x, &v))
        if (fabs(v - floor(v)) < 1e-9)
            nnp_svg_add(&p->svg,
                        "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%g</text>\n",
                        across(p, v), HEIGHT - BOTTOM + 20, v);
    nnp_svg_add(&p->svg, "<text x=\"%d\" y=\"20\">", LEFT);
    nnp_svg_text(&p->svg, p->search->goal(p->c));
    nnp_svg_add(&p->svg,
                "</text><text x=\"%d\" y=\"%d\" text-anchor=\"end\">trial</text>\n",
                WIDTH - RIGHT, HEIGHT - 8);
}

static void draw_points(struct picture *p)
{
    for (int64_t i = 0; i < p->n; i++) {
        const nnp_trial *t = p->search->trial(p->c, i);
        double           x = across(p, (double)t->number), v = figure(p, i);

        if (!isfinite(v))
            nnp_svg_add(&p->svg, "<path d=\"M%.1f %dv6\" stroke=\"#d55e00\"/>\n", x,
                        HEIGHT - BOTTOM);
        else
            nnp_svg_add(&p->svg,
                        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" %s=\"#56b4e9\"%s/>\n", x,
                        down(p, v), t->state == NNP_TRIAL_STOPPED ? "stroke" : "fill",
                        t->state == NNP_TRIAL_STOPPED ? " fill=\"none\"" : "");
    }
}

static void draw_steps(struct picture *p)
{
    double best = HUGE_VAL;
    int    begun = 0;

    for (int64_t i = 0; i < p->n; i++) {
        const nnp_trial *t = p->search->trial(p->c, i);

        if (!(t->value < best))
            continue;
        best = t->value;
        nnp_svg_add(&p->svg,
                    begun ? "H%.1fV%.1f"
                          : "<path fill=\"none\" stroke=\"#0072b2\" stroke-width=\"2\" "
                            "d=\"M%.1f %.1f",
                    across(p, (double)t->number), down(p, figure(p, i)));
        begun = 1;
    }
    if (begun)
        nnp_svg_add(&p->svg, "H%d\"/>\n", WIDTH - RIGHT);
}

static int forward(nnp_ctx *c, void *self)
{
    const struct best_so_far *b = (const struct best_so_far *)self;
    const nnp_run            *run = (const nnp_run *)c->host->extension(c, "nnp.run/1");
    struct picture            p = { .c = c, .search = nnp_search_of(c) };

    if (!run || !p.search)
        return nnp_fail(c, NNP_ENOTSUP, "there is no search to report on");
    p.n = p.search->trials(c);
    measure(&p);
    if (!isfinite(p.low))
        return NNP_OK; /* not one trial has a value */
    nnp_svg_open(&p.svg, WIDTH, HEIGHT, "the best so far");
    draw_axes(&p);
    draw_points(&p);
    draw_steps(&p);
    return nnp_svg_close(&p.svg, c, run, b->file);
}

static const nnp_component best_so_far = {
    NNP_COMPONENT("report", "best_so_far"),
    .doc = "the trials of a search as points, the best of them so far as steps",
    .self_size = sizeof(struct best_so_far),
    NNP_PARAMS(params),
    .forward = forward,
};

NNP_PLUGIN(best_so_far, NNP_OURS, &best_so_far)
