/* SPDX-License-Identifier: MIT */
/*
 * curves: metrics over the epochs as an SVG picture, one panel a metric, and the learning
 * rate where it changes. One training has a line for each part of the data, and a dot
 * where the line was best if it has turned since. With `stages`, or several seeds, all
 * trainings are lines in the same panel: a colour for each stage, thin lines for its
 * further seeds, dashes for what was seen in training. Lines carry their names and last
 * values at their ends. Colours as in Okabe and Ito (2008), "Color universal design".
 */
#include <nnpipe/chart.h>
#include <nnpipe/report.h>

struct curves {
    nnp_list    metrics;
    const char *file;
    int32_t     log;
    nnp_list    stages;
};

enum { LOG_AUTO, LOG_FALSE, LOG_TRUE };
enum { MAX = 32 }; /* panels */

static const struct {
    const char *name, *colour, *dash;
} parts[] = {
    { "train", "#1f83c4", "" },
    { "val", "#e07b00", "6 3" },
    { "test", "#009e73", "2 3" },
};
enum { PARTS = sizeof parts / sizeof *parts };

static const nnp_param params[] = {
    { "metrics", NNP_STRS | NNP_FIGURES | NNP_MAIN, offsetof(struct curves, metrics), "",
      NULL, "metrics to draw, on every part of the data; none: all", NULL },
    { "file", NNP_STR, offsetof(struct curves, file), "curves.svg", NULL,
      "name of the picture in the run's report folder", NULL },
    { "log", NNP_ENUM, offsetof(struct curves, log), "auto", "auto|false|true",
      "a logarithmic axis for values; auto: where it shows more", NULL },
    { "stages", NNP_STRS | NNP_STAGES, offsetof(struct curves, stages), "", NULL,
      "stages of the file, all in one picture; none: the run at hand, and all of its "
      "seeds",
      NULL },
};

struct picture {
    nnp_ctx             *c;
    const struct curves *self;
    const nnp_run       *run;
    const nnp_results   *results; /* where there are several trainings to draw */
    nnp_chart            chart;   /* the panel being drawn */
};

/* ---- which panels ---------------------------------------------------------------- */

static int is_known(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return 1;
    return 0;
}

static const char *without_part(const char *name)
{
    size_t n = strcspn(name, ".");

    for (int k = 0; k < PARTS; k++)
        if (name[n] && strncmp(name, parts[k].name, n) == 0 && !parts[k].name[n])
            return name + n + 1;
    return name;
}

/* The names behind "train." and "val.", each once; the rate, which has no part, last. */
static size_t find_metrics(const struct picture *p, const char *names[MAX])
{
    const nnp_list *given = &p->self->metrics;
    const char     *full, *bare = NULL;
    size_t          n = 0;

    for (uint32_t i = 0; i < given->n && n < MAX; i++)
        names[n++] = without_part(((const char *const *)given->v)[i]);
    for (uint32_t i = 0; !given->n && n < MAX && (full = p->run->metric(p->c, i)); i++) {
        const char *dot = strchr(full, '.');

        bare = dot ? bare : full;
        if (dot && !is_known(names, n, dot + 1))
            names[n++] = dot + 1;
    }
    if (bare && n < MAX)
        names[n++] = bare;
    return n;
}

/* ---- the lines of one panel -------------------------------------------------------- */

/* stage NULL: of the run at hand. */
static int fetch(const struct picture *p, const char *stage, uint32_t k, const char *part,
                 nnp_svg_line *l)
{
    char name[128];
    int  n;

    snprintf(name, sizeof name, "%s%s%.100s", part, *part ? "." : "", p->chart.title);
    n = stage ? p->results->curve(p->c, stage, k, name, &l->x, &l->y)
              : p->run->curve(p->c, name, &l->x, &l->y);
    l->n = n > 0 ? (size_t)n : 0;
    return n > 0;
}

/* Which way is better, for the dot; 0 of a rate, which is not good or bad. */
static int better(const struct picture *p)
{
    char name[128];

    if (strcmp(p->chart.title, "lr") == 0)
        return 0;
    snprintf(name, sizeof name, "val.%.100s", p->chart.title);
    return NNP_OFFERS(p->run, nnp_run, higher) && p->run->higher(p->c, name) ? 1 : -1;
}

static void add_parts(struct picture *p)
{
    nnp_svg_line at;

    for (int k = 0; k < PARTS; k++)
        if (fetch(p, NULL, 0, parts[k].name, &at)) {
            nnp_chart_line *l =
                nnp_chart_add(&p->chart, parts[k].name, parts[k].colour, &at);

            l->dash = parts[k].dash;
            l->mark = k ? better(p) : 0;
        }
    if (!p->chart.n && fetch(p, NULL, 0, "", &at))
        nnp_chart_add(&p->chart, p->chart.title, parts[0].colour, &at);
}

/* Validation is the line that counts, if there is one; then training is dashed. */
static void add_training(struct picture *p, const char *stage, uint32_t k,
                         const char *name, size_t group)
{
    const char *const order[] = { "val", "train", "test", "" };
    char              colour[8];

    snprintf(colour, sizeof colour, "#%06x", nnp_svg_colour(group));
    for (int i = 0, any = 0; i < 4; i++) {
        nnp_svg_line at;

        if ((any && i > 1) || !fetch(p, stage, k, order[i], &at))
            continue;
        nnp_chart_line *l = nnp_chart_add(&p->chart, any ? "" : name, colour, &at);
        l->dash = any ? "4 4" : "";
        l->faint = !*name;
        l->mark = any || !*name || i ? 0 : better(p);
        if (any++)
            p->chart.note = "whole: val, dashed: train";
    }
}

static void add_stage(struct picture *p, uint32_t i)
{
    const char *stage = ((const char *const *)p->self->stages.v)[i];

    for (uint32_t k = 0, n = p->results->runs(p->c, stage); k < n; k++)
        add_training(p, stage, k, k ? "" : stage, i);
}

/* A file without stages; of many seeds only the first has a name. */
static void add_seeds(struct picture *p)
{
    uint32_t n = p->results->runs(p->c, "");
    char     name[32];

    for (uint32_t k = 0; k < n; k++) {
        snprintf(name, sizeof name, "%u of %u", k + 1, n);
        add_training(p, "", k, n <= 10 || !k ? name : "", n <= 10 ? k : 0);
    }
}

static int is_constant(const nnp_chart *a)
{
    for (size_t k = 0; k < a->n; k++)
        for (size_t i = 1; i < a->line[k].at.n; i++)
            if (a->line[k].at.y[i] != a->line[k].at.y[0])
                return 0;
    return 1;
}

/* 0: there is nothing to draw, or only a rate that stays. */
static int look(struct picture *p, const char *metric)
{
    nnp_chart *a = &p->chart;
    int        top = a->top;

    *a = (nnp_chart){ .title = metric, .across = "epoch", .whole = 1, .top = top };
    for (uint32_t i = 0; p->results && i < p->self->stages.n; i++)
        add_stage(p, i);
    if (p->results && !p->self->stages.n)
        add_seeds(p);
    if (!p->results)
        add_parts(p);
    a->log =
        p->self->log == LOG_TRUE || (p->self->log == LOG_AUTO && nnp_chart_wants_log(a));
    if (!p->self->metrics.n && strcmp(metric, "lr") == 0 && is_constant(a))
        return 0;
    return nnp_chart_measure(a);
}

/* The height of all panels; drawn: draws them. */
static int each_panel(struct picture *p, nnp_svg *s)
{
    const char *names[MAX];
    size_t      n = find_metrics(p, names);

    p->chart.top = 0;
    for (size_t i = 0; i < n; i++) {
        if (!look(p, names[i]))
            continue;
        if (s)
            nnp_chart_draw(&p->chart, s);
        p->chart.top += nnp_chart_height(&p->chart);
    }
    return p->chart.top;
}

static int draw(struct picture *p)
{
    nnp_svg svg = { 0 };
    int     height = each_panel(p, NULL);

    if (!height)
        return nnp_fail(p->c, NNP_EINVAL, "there is no curve of such a metric");
    nnp_svg_open(&svg, NNP_CHART_WIDTH, height + 8, "metrics over the epochs");
    each_panel(p, &svg);
    if (NNP_OFFERS(p->run, nnp_run, shows))
        p->run->shows(p->c, p->results ? NNP_SHOWS_CURVES | NNP_SHOWS_TRAININGS
                                       : NNP_SHOWS_CURVES);
    return nnp_svg_close(&svg, p->c, p->run, p->self->file);
}

static int forward(nnp_ctx *c, void *self)
{
    struct picture     p = { .c = c, .self = self };
    const nnp_results *all = c->host->extension(c, "nnp.results/1");
    int                offers = NNP_OFFERS(all, nnp_results, curve);

    p.run = c->host->extension(c, "nnp.run/1");
    if (!p.run)
        return nnp_fail(c, NNP_ENOTSUP, "there is no run to report on");
    if (p.self->stages.n && !offers)
        return nnp_fail(c, NNP_EINVAL, "there are no stages to draw");
    if (offers && (p.self->stages.n || all->runs(c, "") > 1))
        p.results = all;
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
