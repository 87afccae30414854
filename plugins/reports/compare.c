/* SPDX-License-Identifier: MIT */
/*
 * compare: the final figures of a run beside what was expected of them, as a table in the
 * result. A figure that misses its mark ends the run with the exit code for that.
 *
 *   beat: {test.accuracy: 0.975, test.loss: "<= 0.1"}
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
      "what is expected, {test.accuracy: 0.975}", NULL },
};

/* While setting up there may be no run to ask; the bounds are read again for the report.
 */
static int is_better_high(nnp_ctx *c, const char *metric)
{
    const nnp_run *run = c->host->extension(c, "nnp.run/1");

    return run && run->size > offsetof(nnp_run, higher) && run->higher &&
           run->higher(c, metric);
}

static int read_mark(nnp_ctx *c, const nnp_node *node, struct mark *m)
{
    const char *text = node->kind == NNP_SCALAR ? node->text : "";
    char       *end, why[256];
    int sign = strncmp(text, "<=", 2) == 0 ? -1 : strncmp(text, ">=", 2) == 0 ? 1 : 0;

    m->metric = node->key;
    m->above = sign ? sign > 0 : is_better_high(c, node->key);
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
        rc = read_mark(c, &s->beat->child[i], &m);
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

        rc = read_mark(c, &s->beat->child[i], &m);
        if (!rc)
            rc = print_row(c, run, m.metric, &m, width);
    }
    for (uint32_t i = 0; !rc && i < s->metrics.n; i++)
        rc = print_row(c, run, ((const char *const *)s->metrics.v)[i], NULL, width);
    return rc;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct compare *s = self;
    const nnp_run        *run = c->host->extension(c, "nnp.run/1");

    if (!run)
        return c->host->fail(c, NNP_ENOTSUP, "there is no run to report on");
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
