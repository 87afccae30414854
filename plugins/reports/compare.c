/* SPDX-License-Identifier: MIT */
/*
 * compare: the final figures of a run beside what was expected of them, as a table in the
 * result. A figure that misses its mark ends the run with the exit code for that.
 *
 *   beat: {test.accuracy: 0.975, test.loss: "<= 0.1"}
 *
 *   stages: [simple, sparse], metric: test.mse, beat: {simple: 0.0318, sparse: 0.0301}
 *
 * With `stages` it is one metric over several trainings: the mean over their seeds and
 * its spread (standard deviation, over n - 1), of the weights that were kept and of those
 * of the last epoch. The mark is for the mean of the kept ones, which a picture shows.
 *
 * A plain number is a bound from below for metrics of which more is better (NNP_HIGHER:
 * accuracy, psnr ...), from above for all others; `<=` and `>=` say it outright.
 */
#include <nnpipe/report.h>
#include <nnpipe/svg.h>

struct compare {
    nnp_list        metrics;
    const nnp_node *beat;
    nnp_list        stages;
    const char     *metric, *file;
};

struct mark {
    const char *metric;
    double      bound;
    int         above; /* more is better */
};

static const nnp_param params[] = {
    { "metrics", NNP_STRS | NNP_FIGURES | NNP_MAIN, offsetof(struct compare, metrics), "",
      NULL, "figures to show; none: those of `beat`, and without it all", NULL },
    { "beat", NNP_TREE | NNP_FIGURES | NNP_STAGES, offsetof(struct compare, beat), "",
      NULL, "what is expected, {test.accuracy: 0.975}; with stages, {STAGE: 0.975}",
      NULL },
    { "stages", NNP_STRS | NNP_STAGES, offsetof(struct compare, stages), "", NULL,
      "stages of the file to compare", NULL },
    { "metric", NNP_STR | NNP_FIGURES, offsetof(struct compare, metric), "", NULL,
      "what stages are compared by, test.mse", NULL },
    { "file", NNP_STR, offsetof(struct compare, file), "", NULL,
      "name of the picture of stages; none: compare-test.mse.svg", NULL },
};

/* While setting up there may be no run; the bounds are read again for the report. */
static int is_better_high(nnp_ctx *c, const char *metric)
{
    const nnp_run *run = c->host->extension(c, "nnp.run/1");

    return run && run->size > offsetof(nnp_run, higher) && run->higher &&
           run->higher(c, metric);
}

/* figure: what the bound is about. */
static int read_mark(nnp_ctx *c, const nnp_node *node, const char *figure, struct mark *m)
{
    const char *text = node->kind == NNP_SCALAR ? node->text : "";
    char       *end;
    int sign = strncmp(text, "<=", 2) == 0 ? -1 : strncmp(text, ">=", 2) == 0 ? 1 : 0;

    m->metric = node->key;
    m->above = sign ? sign > 0 : is_better_high(c, figure);
    m->bound = strtod(text + (sign ? 2 : 0), &end);
    if (end != text + (sign ? 2 : 0) && !*end && isfinite(m->bound))
        return NNP_OK;
    return nnp_fail(c, NNP_EINVAL,
                    "beat: %.80s: a number, or <= or >= and a number, is needed",
                    node->key);
}

static int setup(nnp_ctx *c, void *self)
{
    const struct compare *s = self;
    struct mark           m;
    int                   rc = NNP_OK;

    if (s->beat && s->beat->kind != NNP_MAP)
        return nnp_fail(c, NNP_EINVAL, "beat: a map is needed, {test.accuracy: 0.975}");
    for (uint32_t i = 0; s->beat && !rc && i < s->beat->n; i++)
        rc = read_mark(c, &s->beat->child[i], s->beat->child[i].key, &m);
    if (!rc && s->stages.n && (!s->metric || !*s->metric))
        rc = nnp_fail(c, NNP_EINVAL,
                      "stages are compared by one figure: metric: test.mse");
    return rc;
}

static int is_met(const struct mark *m, double value)
{
    return m->above ? value >= m->bound : value <= m->bound; /* NaN meets nothing */
}

static int miss(nnp_ctx *c, const nnp_run *run, const struct mark *m, double value)
{
    char text[256];

    if (isnan(value))
        snprintf(text, sizeof text, "%.80s has no final figure, %s %g was expected",
                 m->metric, m->above ? ">=" : "<=", m->bound);
    else
        snprintf(text, sizeof text, "%.80s is %.6g, %s %g was expected", m->metric, value,
                 m->above ? ">=" : "<=", m->bound);
    return run->missed(c, text);
}

static int print_row(nnp_ctx *c, const nnp_run *run, const char *metric,
                     const struct mark *m, int width)
{
    double      value = run->final(c, metric);
    char        line[256], want[40] = "";
    const char *met = "";

    if (m) {
        snprintf(want, sizeof want, "%s %g", m->above ? ">=" : "<=", m->bound);
        met = is_met(m, value) ? "  met" : "  missed";
    }
    snprintf(line, sizeof line, "%-*.80s  %12.6g  %-12s%s\n", width, metric, value, want,
             met);
    for (size_t n = strlen(line); n > 1 && line[n - 2] == ' '; n--) {
        line[n - 2] = '\n';
        line[n - 1] = 0;
    }
    int rc = run->print(c, line);
    return rc || !m || is_met(m, value) ? rc : miss(c, run, m, value);
}

/* The figures of a metric on all parts of the data; curves know no test part. */
static int print_all(nnp_ctx *c, const nnp_run *run)
{
    static const char *const parts[] = { "train", "val", "test" };
    char                     metric[96];
    const char              *name;
    int                      rc = NNP_OK;

    for (uint32_t i = 0; !rc && (name = run->metric(c, i)); i++) {
        const char *dot = strchr(name, '.');

        if (!dot || strncmp(name, "train.", 6) != 0)
            continue;
        for (int k = 0; !rc && k < 3; k++) {
            snprintf(metric, sizeof metric, "%s%.80s", parts[k], dot);
            if (!isnan(run->final(c, metric)))
                rc = print_row(c, run, metric, NULL, 20);
        }
    }
    return rc;
}

static int print_marks(nnp_ctx *c, const nnp_run *run, const struct compare *s)
{
    int width = 6, rc = NNP_OK;

    for (uint32_t i = 0; s->beat && i < s->beat->n; i++)
        if ((int)strlen(s->beat->child[i].key) > width && width < 80)
            width = (int)strlen(s->beat->child[i].key);
    for (uint32_t i = 0; s->beat && !rc && i < s->beat->n; i++) {
        struct mark m;

        rc = read_mark(c, &s->beat->child[i], s->beat->child[i].key, &m);
        if (!rc)
            rc = print_row(c, run, m.metric, &m, width);
    }
    for (uint32_t i = 0; !rc && i < s->metrics.n; i++)
        rc = print_row(c, run, ((const char *const *)s->metrics.v)[i], NULL, width);
    return rc;
}

/* ---- over stages and seeds ---- */

struct spread {
    uint32_t n;
    double   mean, deviation;
};

/* Of those that have the figure: one of a report is that of the last seed alone. */
static struct spread over_runs(nnp_ctx *c, const nnp_results *r, const char *stage,
                               const char *metric, int last)
{
    struct spread v = { 0, 0, 0 };
    uint32_t      runs = r->runs(c, stage);
    double        x;

    for (uint32_t i = 0; i < runs; i++)
        if (!isnan(x = r->figure(c, stage, i, metric, last))) {
            v.mean += x;
            v.n++;
        }
    v.mean /= v.n;
    for (uint32_t i = 0; i < runs && v.n > 1; i++)
        if (!isnan(x = r->figure(c, stage, i, metric, last)))
            v.deviation += (x - v.mean) * (x - v.mean) / (v.n - 1);
    v.deviation = sqrt(v.deviation);
    return v;
}

static void spread_text(const struct spread *v, char *to, size_t n)
{
    if (v->n > 1)
        snprintf(to, n, "%.6g +- %.2g", v->mean, v->deviation);
    else if (!v->n)
        snprintf(to, n, "-");
    else
        snprintf(to, n, "%.6g", v->mean);
}

static int find_mark(nnp_ctx *c, const struct compare *s, const char *stage,
                     struct mark *m)
{
    for (uint32_t i = 0; s->beat && i < s->beat->n; i++)
        if (strcmp(s->beat->child[i].key, stage) == 0)
            return read_mark(c, &s->beat->child[i], s->metric, m) ? -1 : 1;
    return 0;
}

static int print_stage(nnp_ctx *c, const nnp_run *run, const nnp_results *r,
                       const struct compare *s, const char *stage)
{
    struct spread kept = over_runs(c, r, stage, s->metric, 0);
    struct spread last = over_runs(c, r, stage, s->metric, 1);
    struct mark   m;
    char          a[48], b[48], line[256], want[48] = "", name[96];
    int           marked = find_mark(c, s, stage, &m);

    spread_text(&kept, a, sizeof a);
    spread_text(&last, b, sizeof b);
    if (marked > 0)
        snprintf(want, sizeof want, "  %s %g  %s", m.above ? ">=" : "<=", m.bound,
                 is_met(&m, kept.mean) ? "met" : "missed");
    snprintf(line, sizeof line, "%-12.40s  %4u  %-22s  %s%*s%s\n", stage, kept.n, a, b,
             *want ? 22 - (int)strlen(b) : 0, "", want);
    int rc = marked < 0 ? NNP_EINVAL : run->print(c, line);
    if (rc || marked <= 0 || is_met(&m, kept.mean))
        return rc;
    snprintf(name, sizeof name, "%.30s of stage %.40s", s->metric, stage);
    m.metric = name;
    return miss(c, run, &m, kept.mean);
}

/* ---- the picture of stages: the kept weights ---- */

enum { WIDTH = 520, LEFT = 100, RIGHT = 180, TOP = 44, ROW = 32, BOTTOM = 34 };

#define GREY "stroke=\"#767e87\" stroke-width=\"2\""
#define BLUE "fill=\"#0072b2\" fill-opacity=\"0.4\""
#define DARK "stroke=\"#0072b2\" stroke-width=\"2\""

struct picture {
    nnp_ctx              *c;
    const struct compare *self;
    const nnp_results    *results;
    nnp_svg               svg;
    double                low, high;
};

/* The axis holds every figure and every mark; around them is room for spreads. */
static void find_range(struct picture *p)
{
    p->low = INFINITY;
    p->high = -INFINITY;
    for (uint32_t i = 0; i < p->self->stages.n; i++) {
        const char *stage = ((const char *const *)p->self->stages.v)[i];
        struct mark m;
        uint32_t    n = p->results->runs(p->c, stage);

        for (uint32_t k = 0; k <= n; k++) {
            double v = (double)NAN;

            if (k < n)
                v = p->results->figure(p->c, stage, k, p->self->metric, 0);
            else if (find_mark(p->c, p->self, stage, &m) > 0)
                v = m.bound;
            p->low = fmin(p->low, v); /* NaN changes nothing */
            p->high = fmax(p->high, v);
        }
    }
    double room = p->high > p->low ? (p->high - p->low) / 4 : fabs(p->low) / 2 + 0.1;
    p->low -= room;
    p->high += room;
}

static double across(const struct picture *p, double v)
{
    return LEFT + (WIDTH - LEFT - RIGHT) * (v - p->low) / (p->high - p->low);
}

static void draw_text(struct picture *p, int x, int y, const char *at, const char *text)
{
    nnp_svg_add(&p->svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">", x, y, at);
    nnp_svg_text(&p->svg, text);
    nnp_svg_add(&p->svg, "</text>\n");
}

static void draw_axis(struct picture *p, int bottom)
{
    nnp_svg_ticks t = nnp_svg_ticks_of(p->low, p->high, 4);

    for (double v; nnp_svg_tick(&t, &v);)
        nnp_svg_add(&p->svg,
                    "<path d=\"M%.1f %dV%d\" stroke=\"#767e87\" stroke-opacity=\"0.3\"/>"
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%g</text>\n",
                    across(p, v), TOP - 6, bottom, across(p, v), bottom + 18, v);
}

/* A point for each training, a line from mean - deviation to mean + deviation. */
static void draw_stage(struct picture *p, const char *stage, int y)
{
    struct spread v = over_runs(p->c, p->results, stage, p->self->metric, 0);
    struct mark   m;
    char          text[48] = "";

    if (v.n)
        spread_text(&v, text, sizeof text);
    draw_text(p, LEFT - 10, y + 4, "end", stage);
    draw_text(p, WIDTH - RIGHT + 10, y + 4, "start", text);
    if (find_mark(p->c, p->self, stage, &m) > 0)
        nnp_svg_add(&p->svg,
                    "<path d=\"M%.1f %dv24\" " GREY " stroke-dasharray=\"3 2\"/>\n",
                    across(p, m.bound), y - 12);
    for (uint32_t k = 0; k < p->results->runs(p->c, stage); k++) {
        double at = p->results->figure(p->c, stage, k, p->self->metric, 0);

        if (isfinite(at))
            nnp_svg_add(&p->svg, "<circle cx=\"%.1f\" cy=\"%d\" r=\"4\" " BLUE "/>\n",
                        across(p, at), y);
    }
    if (v.n > 1 && isfinite(v.mean))
        nnp_svg_add(&p->svg, "<path d=\"M%.1f %dH%.1fM%.1f %dv14\" " DARK "/>\n",
                    across(p, v.mean - v.deviation), y, across(p, v.mean + v.deviation),
                    across(p, v.mean), y - 7);
}

static int draw_stages(nnp_ctx *c, const nnp_run *run, const nnp_results *r,
                       const struct compare *s)
{
    struct picture p = { .c = c, .self = s, .results = r };
    int            bottom = TOP + (int)s->stages.n * ROW;
    char           file[128];

    find_range(&p);
    if (!(p.low < p.high))
        return NNP_OK; /* no figure at all */
    snprintf(file, sizeof file, "compare-%.100s.svg", s->metric);
    nnp_svg_open(&p.svg, WIDTH, bottom + BOTTOM, "a metric over stages");
    draw_text(&p, LEFT, 20, "start", s->metric);
    draw_axis(&p, bottom);
    for (uint32_t i = 0; i < s->stages.n; i++)
        draw_stage(&p, ((const char *const *)s->stages.v)[i],
                   TOP + (int)i * ROW + ROW / 2);
    return nnp_svg_close(&p.svg, c, run, *s->file ? s->file : file);
}

static int print_stages(nnp_ctx *c, const nnp_run *run, const struct compare *s)
{
    const nnp_results *r = c->host->extension(c, "nnp.results/1");
    char               text[256];

    if (!r)
        return nnp_fail(c, NNP_EINVAL, "there are no stages to compare");
    if (NNP_OFFERS(run, nnp_run, shows))
        run->shows(c, NNP_SHOWS_TRAININGS);
    snprintf(text, sizeof text, "%-12s  %4s  %-22s  last epoch\n", s->metric, "runs",
             "best epoch");
    int rc = run->print(c, text);
    for (uint32_t i = 0; !rc && i < s->stages.n; i++)
        rc = print_stage(c, run, r, s, ((const char *const *)s->stages.v)[i]);
    return rc ? rc : draw_stages(c, run, r, s);
}

static int forward(nnp_ctx *c, void *self)
{
    const struct compare *s = self;
    const nnp_run        *run = c->host->extension(c, "nnp.run/1");

    if (!run)
        return nnp_fail(c, NNP_ENOTSUP, "there is no run to report on");
    if (s->stages.n)
        return print_stages(c, run, s);
    return s->beat || s->metrics.n ? print_marks(c, run, s) : print_all(c, run);
}

static const nnp_component compare = {
    NNP_COMPONENT("report", "compare"),
    .doc = "final figures beside what was expected of them",
    .self_size = sizeof(struct compare),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
};

NNP_PLUGIN(compare, NNP_OURS, &compare)
