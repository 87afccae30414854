/* SPDX-License-Identifier: MIT */
/*
 * How well clusters, in[0], agree with classes, in[1]. A cluster is a number per row, or
 * the place of the largest of several scores.
 *
 * cluster_accuracy: part of the rows in the right cluster, when every cluster is given
 * the class, each class at most once, that makes this part largest: the assignment
 * problem (Kuhn 1955), solved by shortest augmenting paths.
 *
 * nmi: the information that cluster and class share over the mean of what each holds,
 * I / ((H1 + H2) / 2), between 0 and 1; 1 where both hold none.
 */
#include <math.h>

#include <nnpipe/plugin.h>

enum { MOST = 256 };

struct clusters {
    int64_t most;
};

static const nnp_param params[] = {
    { "most", NNP_INT | NNP_MAIN, offsetof(struct clusters, most), "100", "[2,256]",
      "clusters and classes have numbers below this", NULL },
};

static int setup(nnp_ctx *c, void *self)
{
    const struct clusters *s = self;
    int64_t                table[2] = { s->most, s->most };

    if (c->in[0].ndim < 1 || c->in[0].ndim > 2)
        return nnp_fail(c, NNP_EINVAL,
                        "the prediction must be a cluster number per row, or a score "
                        "per cluster");
    if (c->in[1].ndim < 1 || nnp_row(&c->in[1]) != 1)
        return nnp_fail(c, NNP_EINVAL, "the target must be one class number per row");
    int rc = c->host->declare(c, NNP_STATE | NNP_SUM, "counts", NNP_F64, 2, table, NULL);
    return rc < 0 ? rc : NNP_OK;
}

static double cluster_of(const nnp_tensor *x, size_t row)
{
    size_t n = nnp_row(x), best = row * n;

    for (size_t k = row * n; k < (row + 1) * n; k++)
        best = nnp_number(x, k) > nnp_number(x, best) ? k : best;
    return n == 1 ? nnp_number(x, row) : (double)(best - row * n);
}

static int fit(nnp_ctx *c, void *self)
{
    const struct clusters *s = self;
    double                *counts = c->state[0].data;

    for (size_t i = 0; i < nnp_count(&c->in[1]); i++) {
        double a = cluster_of(&c->in[0], i), b = nnp_number(&c->in[1], i);

        if (!(a >= 0 && b >= 0 && a < (double)s->most && b < (double)s->most &&
              a == floor(a) && b == floor(b)))
            return nnp_fail(
                c, NNP_EINVAL,
                "row %zu of the batch is in cluster %g and class %g; numbers are "
                "0..%lld (most)",
                i, a, b, (long long)s->most - 1);
        counts[(int64_t)a * s->most + (int64_t)b]++;
    }
    return NNP_OK;
}

/* ---- accuracy ---- */

struct match { /* rows and columns from 1; 0 stands for "none" */
    const double *counts;
    int           n;
    double        u[MOST + 1], v[MOST + 1]; /* prices of rows and columns */
    int           row_of[MOST + 1];         /* of a column */
};

/* Gives row i a column along the cheapest path of exchanges. */
static void augment(struct match *m, int i)
{
    double least[MOST + 1];
    int    way[MOST + 1], j = 0;
    char   seen[MOST + 1] = { 0 };

    for (int k = 0; k <= m->n; k++)
        least[k] = INFINITY;
    m->row_of[0] = i;
    while (m->row_of[j]) {
        int    r = m->row_of[j], next = 0;
        double step = INFINITY;

        seen[j] = 1;
        for (int k = 1; k <= m->n; k++) {
            double cost = -m->counts[(r - 1) * m->n + k - 1] - m->u[r] - m->v[k];
            if (seen[k])
                continue;
            if (cost < least[k]) {
                least[k] = cost;
                way[k] = j;
            }
            if (least[k] < step) {
                step = least[k];
                next = k;
            }
        }
        for (int k = 0; k <= m->n; k++)
            if (seen[k]) {
                m->u[m->row_of[k]] += step;
                m->v[k] -= step;
            } else {
                least[k] -= step;
            }
        j = next;
    }
    for (; j; j = way[j])
        m->row_of[j] = m->row_of[way[j]];
}

static int finish_accuracy(nnp_ctx *c, void *self)
{
    const struct clusters *s = self;
    const double          *counts = c->state[0].data;
    struct match           m = { .counts = counts, .n = (int)s->most };
    double                 total = 0, right = 0;

    for (int64_t i = 0; i < s->most * s->most; i++)
        total += counts[i];
    for (int i = 1; i <= m.n; i++)
        augment(&m, i);
    for (int k = 1; k <= m.n; k++)
        right += counts[(m.row_of[k] - 1) * m.n + k - 1];
    return c->host->report(c, "cluster_accuracy", right / total);
}

/* ---- shared information ---- */

static double part(double p)
{
    return p > 0 ? -p * log(p) : 0;
}

static int finish_nmi(nnp_ctx *c, void *self)
{
    const struct clusters *s = self;
    const double          *counts = c->state[0].data;
    double                 total = 0, rows = 0, columns = 0, both = 0;

    for (int64_t i = 0; i < s->most * s->most; i++)
        total += counts[i];
    for (int64_t i = 0; i < s->most; i++) {
        double row = 0, column = 0;
        for (int64_t k = 0; k < s->most; k++) {
            row += counts[i * s->most + k];
            column += counts[k * s->most + i];
            both += part(counts[i * s->most + k] / total);
        }
        rows += part(row / total);
        columns += part(column / total);
    }
    return c->host->report(c, "nmi",
                           rows + columns > 0
                               ? 2 * (rows + columns - both) / (rows + columns)
                               : total / total);
}

/* clang-format off */
static const nnp_component cluster_accuracy = {
    NNP_COMPONENT("metric", "cluster_accuracy"),
    .doc = "part of the rows in the right cluster, clusters matched to classes at their best",
    .flags = NNP_HIGHER, .min_in = 2, .max_in = 2,
    .self_size = sizeof(struct clusters), NNP_PARAMS(params),
    .setup = setup, .fit = fit, .finish = finish_accuracy,
};
static const nnp_component nmi = {
    NNP_COMPONENT("metric", "nmi"),
    .doc = "normalized mutual information of clusters and classes",
    .flags = NNP_HIGHER, .min_in = 2, .max_in = 2,
    .self_size = sizeof(struct clusters), NNP_PARAMS(params),
    .setup = setup, .fit = fit, .finish = finish_nmi,
};
/* clang-format on */
NNP_PLUGIN(clusters, NNP_OURS, &cluster_accuracy, &nmi)
