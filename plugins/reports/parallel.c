/* SPDX-License-Identifier: MIT */
/*
 * parallel: an axis for each setting of a search and one for its goal; a trial is a line
 * across all of them. The best tenth is on top, in colour. A setting that a trial lacks
 * has a place below its axis.
 */
#include <nnpipe/search.h>
#include <nnpipe/svg.h>

struct parallel {
    const char *file;
    double      best;
};

static const nnp_param params[] = {
    { "file", NNP_STR, offsetof(struct parallel, file), "parallel.svg", NULL,
      "name of the picture", NULL },
    { "best", NNP_REAL, offsetof(struct parallel, best), "0.1", "(0,1]",
      "which part of the trials is in colour", NULL },
};

enum { AXIS = 130, LEFT = 60, TOP = 60, HIGH = 240, OFF = 26, BOTTOM = 20 };

struct picture {
    nnp_ctx          *c;
    const nnp_search *search;
    nnp_svg           svg;
    int64_t           n;
    uint32_t          dims;
    double            low, high; /* of the goal, less is better */
};

static double part(double v, double low, double high)
{
    return high > low ? (v - low) / (high - low) : 0.5;
}

/* From the top of the axis; -1: turned off. */
static double place(const struct picture *p, const nnp_trial *t, uint32_t j)
{
    double v;

    if (j == p->dims) /* the best on top */
        return TOP + HIGH * part(fmin(t->value, p->high), p->low, p->high);
    const nnp_dim *d = p->search->dim(p->c, j);
    v = t->x[j];
    if (isnan(v))
        return TOP + HIGH + OFF;
    return TOP + HIGH * (1 - part(nnp_dim_inner(d, v), nnp_dim_inner(d, d->low),
                                  nnp_dim_inner(d, d->high)));
}

static int across(uint32_t j)
{
    return LEFT + (int)j * AXIS;
}

/* A map is called after its plugin. */
static void say(struct picture *p, int x, double y, const char *text)
{
    char   cut[24];
    size_t n;

    text += *text == '{';
    n = strcspn(text, ":");
    snprintf(cut, sizeof cut, "%.*s", (int)n, text);
    nnp_svg_add(&p->svg,
                "<text x=\"%d\" y=\"%.1f\" text-anchor=\"middle\" font-size=\"11\">", x,
                y);
    nnp_svg_text(&p->svg, cut);
    nnp_svg_add(&p->svg, "</text>\n");
}

/* The last two words of a path say enough: adam.lr. */
static const char *last_words(const char *path)
{
    const char *from = path, *dot;

    for (dot = strchr(path, '.'); dot && strchr(dot + 1, '.'); dot = strchr(dot + 1, '.'))
        from = dot + 1;
    return from;
}

static void draw_axis(struct picture *p, uint32_t j)
{
    const nnp_dim *d = j < p->dims ? p->search->dim(p->c, j) : NULL;
    const char    *name = d ? d->name : p->search->goal(p->c);
    char           text[40];

    nnp_svg_add(&p->svg, "<path d=\"M%d %dv%d\" stroke=\"#767e87\"/>\n", across(j), TOP,
                HIGH);
    say(p, across(j), j % 2 ? 34 : 18, d ? last_words(name) : name);
    if (!d) {
        snprintf(text, sizeof text, "%.4g", p->search->sign(p->c) * p->low);
        say(p, across(j), TOP - 6, text);
        snprintf(text, sizeof text, "%.4g", p->search->sign(p->c) * p->high);
        say(p, across(j), TOP + HIGH + 14, text);
        return;
    }
    if (d->kind != NNP_DIM_CHOICE) {
        say(p, across(j), TOP - 6, p->search->text(p->c, j, d->high));
        say(p, across(j), TOP + HIGH + 14, p->search->text(p->c, j, d->low));
        return;
    }
    for (uint32_t k = 0; k < d->n && d->n <= 16; k++)
        say(p, across(j), TOP + HIGH * (1 - part(k, 0, d->n - 1.0)) - 4,
            p->search->text(p->c, j, k));
}

static void draw_line(struct picture *p, const nnp_trial *t, int best)
{
    nnp_svg_add(&p->svg, "<path fill=\"none\" stroke=\"%s\" stroke-opacity=\"%s\" d=\"M",
                best ? "#d55e00" : "#767e87", best ? "0.9" : "0.25");
    for (uint32_t j = 0; j <= p->dims; j++)
        nnp_svg_add(&p->svg, "%s%d %.1f", j ? "L" : "", across(j), place(p, t, j));
    nnp_svg_add(&p->svg, "\"/>\n");
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/* The value that the best part is not above; the axis ends at the middle of the rest, so
 * that one bad trial does not press all others together. */
static double measure(struct picture *p, double best)
{
    double *v = (double *)calloc((size_t)p->n + 1, sizeof *v), bound;
    int64_t n = 0;

    for (int64_t i = 0; v && i < p->n; i++) {
        v[n] = p->search->trial(p->c, i)->value;
        n += isfinite(v[n]);
    }
    if (!n) {
        free(v);
        return (double)NAN;
    }
    qsort(v, (size_t)n, sizeof *v, ascending);
    p->low = v[0];
    p->high = v[(n - 1) * 9 / 10];
    bound = v[(int64_t)fmin((double)n - 1, ceil(best * (double)n) - 1)];
    free(v);
    return bound;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct parallel *s = (const struct parallel *)self;
    const nnp_run         *run = (const nnp_run *)c->host->extension(c, "nnp.run/1");
    struct picture         p = { .c = c, .search = nnp_search_of(c) };

    if (!run || !p.search)
        return nnp_fail(c, NNP_ENOTSUP, "there is no search to report on");
    p.n = p.search->trials(c);
    p.dims = p.search->dims(c);
    double bound = measure(&p, s->best);
    if (isnan(bound))
        return NNP_OK; /* not one trial has a value */
    nnp_svg_open(&p.svg, LEFT * 2 + (int)p.dims * AXIS, TOP + HIGH + OFF + BOTTOM,
                 "settings of the trials and what came of them");
    for (int best = 0; best < 2; best++)
        for (int64_t i = 0; i < p.n; i++) {
            const nnp_trial *t = p.search->trial(c, i);

            if (isfinite(t->value) && (t->value <= bound) == best)
                draw_line(&p, t, best);
        }
    for (uint32_t j = 0; j <= p.dims; j++)
        draw_axis(&p, j);
    return nnp_svg_close(&p.svg, c, run, s->file);
}

static const nnp_component parallel = {
    NNP_COMPONENT("report", "parallel"),
    .doc = "an axis for each setting of a search, a line for each trial",
    .self_size = sizeof(struct parallel),
    NNP_PARAMS(params),
    .forward = forward,
};

NNP_PLUGIN(parallel, NNP_OURS, &parallel)
