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
 * of the last epoch. The mark is for the mean of the kept ones.
 *
 * A plain number is a bound from below for metrics of which more is better (NNP_HIGHER:
 * accuracy, psnr ...), from above for all others; `<=` and `>=` say it outright.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nnpipe/plugin.h>

struct compare {
    nnp_list        metrics;
    const nnp_node *beat;
    nnp_list        stages;
    const char     *metric;
};

struct mark {
    const char *metric;
    double      bound;
    int         above; /* more is better */
};

static const nnp_param params[] = {
    { "metrics", NNP_STRS | NNP_MAIN, offsetof(struct compare, metrics), "", NULL,
      "figures to show; none: those of `beat`, and without it all", NULL },
    { "beat", NNP_TREE, offsetof(struct compare, beat), "", NULL,
      "what is expected, {test.accuracy: 0.975}; with stages, {STAGE: 0.975}", NULL },
    { "stages", NNP_STRS, offsetof(struct compare, stages), "", NULL,
      "stages of the file to compare", NULL },
    { "metric", NNP_STR, offsetof(struct compare, metric), "", NULL,
      "what stages are compared by, test.mse", NULL },
};

/* While setting up there may be no run to ask; the bounds are read again for the report.
 */
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
    char       *end, why[256];
    int sign = strncmp(text, "<=", 2) == 0 ? -1 : strncmp(text, ">=", 2) == 0 ? 1 : 0;

    m->metric = node->key;
    m->above = sign ? sign > 0 : is_better_high(c, figure);
    m->bound = strtod(text + (sign ? 2 : 0), &end);
    if (end != text + (sign ? 2 : 0) && !*end && isfinite(m->bound))
        return NNP_OK;
    snprintf(why, sizeof why,
             "beat: %.80s: a number, or <= or >= and a number, is needed", node->key);
    return c->host->fail(c, NNP_EINVAL, why);
}

static int setup(nnp_ctx *c, void *self)
{
    const struct compare *s = self;
    struct mark           m;
    int                   rc = NNP_OK;

    if (s->beat && s->beat->kind != NNP_MAP)
        return c->host->fail(c, NNP_EINVAL,
                             "beat: a map is needed, {test.accuracy: 0.975}");
    for (uint32_t i = 0; s->beat && !rc && i < s->beat->n; i++)
        rc = read_mark(c, &s->beat->child[i], s->beat->child[i].key, &m);
    if (!rc && s->stages.n && (!s->metric || !*s->metric))
        rc = c->host->fail(c, NNP_EINVAL,
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
    double value = run->final(c, metric);
    char   line[256], want[40] = "";

    if (m)
        snprintf(want, sizeof want, "%s %g", m->above ? ">=" : "<=", m->bound);
    snprintf(line, sizeof line, "%-*.80s  %12.6g  %-12s%s\n", width, metric, value, want,
             !m                 ? ""
             : is_met(m, value) ? "  met"
                                : "  missed");
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

static struct spread over_runs(nnp_ctx *c, const nnp_results *r, const char *stage,
                               const char *metric, int last)
{
    struct spread v = { r->runs(c, stage), 0, 0 };

    for (uint32_t i = 0; i < v.n; i++)
        v.mean += r->figure(c, stage, i, metric, last) / v.n;
    for (uint32_t i = 0; i < v.n; i++) {
        double away = r->figure(c, stage, i, metric, last) - v.mean;
        v.deviation += v.n > 1 ? away * away / (v.n - 1) : 0;
    }
    v.deviation = sqrt(v.deviation);
    return v;
}

static void spread_text(const struct spread *v, char *to, size_t n)
{
    if (v->n > 1)
        snprintf(to, n, "%.6g +- %.2g", v->mean, v->deviation);
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

    if (!kept.n)
        kept.mean = last.mean = (double)NAN;
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

static int is_stage(nnp_ctx *c, const nnp_results *r, const char *name)
{
    const char *stage;

    for (uint32_t i = 0; (stage = r->stage(c, i)); i++)
        if (strcmp(stage, name) == 0)
            return 1;
    return 0;
}

static int print_stages(nnp_ctx *c, const nnp_run *run, const struct compare *s)
{
    const nnp_results *r = c->host->extension(c, "nnp.results/1");
    char               text[256];

    if (!r)
        return c->host->fail(c, NNP_EINVAL, "there are no stages to compare");
    snprintf(text, sizeof text, "%-12s  %4s  %-22s  last epoch\n", s->metric, "runs",
             "best epoch");
    int rc = run->print(c, text);
    for (uint32_t i = 0; !rc && i < s->stages.n; i++) {
        const char *stage = ((const char *const *)s->stages.v)[i];

        snprintf(text, sizeof text, "stages: no stage is called '%.80s'", stage);
        rc = is_stage(c, r, stage) ? print_stage(c, run, r, s, stage)
                                   : c->host->fail(c, NNP_EINVAL, text);
    }
    return rc;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct compare *s = self;
    const nnp_run        *run = c->host->extension(c, "nnp.run/1");

    if (!run)
        return c->host->fail(c, NNP_ENOTSUP, "there is no run to report on");
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

NNP_PLUGIN(compare, "1.0", "MIT", "https://example.org/nnpipe", &compare)
