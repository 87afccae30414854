/* SPDX-License-Identifier: MIT */
/*
 * boosting: small trees (nnpipe/tree.h) one behind the other, each grown on what those
 * before it leave: Friedman (2001), "Greedy function approximation: a gradient boosting
 * machine". A score F begins as the logarithm of the odds, or as the mean; each round
 * adds learning_rate times a tree, for more than two classes one for each.
 *
 *   log_loss        residual y - p; a leaf says one Newton step, sum r / sum p (1 - p),
 *                   of m > 2 classes (m - 1) / m sum r / sum |r| (1 - |r|)
 *   squared_error   residual y - F; a leaf says its mean
 *
 * Cuts make squares of residuals small. Nothing is random; features are looked at side by
 * side and compared in their order, so the bits are the same with any number of threads.
 */
#include <math.h>
#include <string.h>

#include <nnpipe/plugin.h>
#include <nnpipe/target.h>
#include <nnpipe/tree.h>

struct boosting {
    int64_t    n_estimators, max_depth, min_samples_split, min_samples_leaf;
    double     learning_rate;
    int32_t    loss, pad;
    nnp_target target;
    int64_t    scores; /* of a row: one, or one for each of more than two classes */
};

enum { LOG_LOSS, SQUARED_ERROR };
enum { NODES, VALUES, FIRST, BASE }; /* states */
static const nnp_tree_states trees = { NODES, VALUES, FIRST };
enum { WORK, WANTED, SCORE, SHARE, RESIDUAL, SUM, COLUMNS }; /* scratch */

static const nnp_param params[] = {
    { "n_estimators", NNP_INT | NNP_MAIN, offsetof(struct boosting, n_estimators), "100",
      "[1,100000]", "rounds", NULL },
    { "learning_rate", NNP_REAL, offsetof(struct boosting, learning_rate), "0.1",
      "(0,inf)", "a factor on what each tree says", NULL },
    { "max_depth", NNP_INT, offsetof(struct boosting, max_depth), "3", "[1,inf)",
      "most questions before a leaf", NULL },
    { "min_samples_split", NNP_INT, offsetof(struct boosting, min_samples_split), "2",
      "[2,inf)", "a node of fewer rows is a leaf", NULL },
    { "min_samples_leaf", NNP_INT, offsetof(struct boosting, min_samples_leaf), "1",
      "[1,inf)", "a leaf has so many rows at least", NULL },
    { "loss", NNP_ENUM, offsetof(struct boosting, loss), "log_loss",
      "log_loss|squared_error", "squared_error: the target are numbers", NULL },
};

static int look_at_target(nnp_ctx *c, struct boosting *s)
{
    int rc = s->loss == LOG_LOSS ? nnp_target_setup(c, &s->target)
                                 : nnp_target_numbers(c, &s->target);

    s->scores = s->target.classes > 2 ? s->target.classes : 1;
    return rc;
}

static nnp_tree grower(const nnp_ctx *c, const struct boosting *s)
{
    return (nnp_tree){ .n = c->in[0].shape[0],
                       .d = s->target.columns,
                       .k = 1,
                       .criterion = NNP_TREE_SQUARES,
                       .max_depth = s->max_depth,
                       .min_split = s->min_samples_split,
                       .min_leaf = s->min_samples_leaf,
                       .workers = c->workers };
}

static int setup(nnp_ctx *c, void *self)
{
    struct boosting *s = self;
    int              rc = look_at_target(c, s);

    if (rc)
        return rc;
    nnp_tree         t = grower(c, s);
    int64_t          n = t.n, m = s->scores;
    const nnp_wanted wanted[] = {
        { NNP_STATE | NNP_GROWS, NNP_F64, "nodes", 2, { 0, NNP_TREE_NODE } },
        { NNP_STATE | NNP_GROWS, NNP_F64, "values", 2, { 0, 1 } },
        { NNP_STATE, NNP_F64, "first", 1, { s->n_estimators * m + 1 } },
        { NNP_STATE, NNP_F64, "base", 1, { m } },
        { NNP_SCRATCH, NNP_F64, "work", 1, { (int64_t)nnp_tree_room(&t) / 8 } },
        { NNP_SCRATCH, NNP_F64, "wanted", 1, { n } },
        { NNP_SCRATCH, NNP_F64, "score", 2, { n, m } },
        { NNP_SCRATCH, NNP_F64, "share", 2, { n, s->target.classes } },
        { NNP_SCRATCH, NNP_F64, "residual", 1, { n } },
        { NNP_SCRATCH, NNP_F64, "sum", 1, { s->target.classes } },
        { NNP_SCRATCH, NNP_F32, "columns", 2, { t.d, t.n } },
    };
    return nnp_declare_all(c, wanted, sizeof wanted / sizeof *wanted);
}

/* ---- scores ---- */

/* Scores of a row as shares of the classes. */
static void shares_of(const struct boosting *s, const double *score, double *share)
{
    if (s->scores == 1) {
        share[1] = 1 / (1 + exp(-score[0]));
        share[0] = 1 / (1 + exp(score[0]));
        return;
    }
    memcpy(share, score, (size_t)s->scores * sizeof *share);
    nnp_target_softmax(share, s->scores);
}

/* The target as numbers: classes, or what it holds; and what the scores begin as. */
static int begin(nnp_ctx *c, const struct boosting *s)
{
    double *wanted = c->scratch[WANTED].data, *sum = c->scratch[SUM].data;
    double *base = c->state[BASE].data, n = (double)c->in[0].shape[0];
    int     rc = nnp_target_finite(c, 0);

    memset(sum, 0, (size_t)s->target.classes * sizeof *sum);
    for (int64_t i = 0; !rc && i < c->in[0].shape[0]; i++) {
        int64_t k =
            s->loss == LOG_LOSS ? nnp_target_class(c, &s->target, (size_t)i, 0) : 0;
        if (k < 0)
            return (int)k;
        wanted[i] = s->loss == LOG_LOSS ? (double)k : (double)nnp_f32(&c->in[1])[i];
        if (!isfinite(wanted[i]))
            return nnp_fail(c, NNP_EIO, "row %lld of the target is not finite",
                            (long long)i);
        sum[k] += s->loss == LOG_LOSS ? 1 : wanted[i];
    }
    if (!rc && s->loss == LOG_LOSS)
        rc = nnp_target_counted(c, sum, s->target.classes);
    for (int64_t j = 0; !rc && j < s->scores; j++)
        base[j] = s->loss == SQUARED_ERROR ? sum[0] / n : log(sum[j] / n);
    if (!rc && s->loss == LOG_LOSS && s->scores == 1)
        base[0] = log(sum[1] / sum[0]);
    for (int64_t i = 0; !rc && i < c->in[0].shape[0]; i++)
        memcpy((double *)c->scratch[SCORE].data + i * s->scores, base,
               (size_t)s->scores * sizeof *base);
    return rc;
}

/* ---- a round ---- */

static void find_shares(nnp_ctx *c, const struct boosting *s)
{
    for (int64_t i = 0; s->loss == LOG_LOSS && i < c->in[0].shape[0]; i++)
        shares_of(s, (const double *)c->scratch[SCORE].data + i * s->scores,
                  (double *)c->scratch[SHARE].data + i * s->target.classes);
}

/* What score j leaves of the target. */
static void find_residual(nnp_ctx *c, const struct boosting *s, int64_t j)
{
    const double *wanted = c->scratch[WANTED].data, *share = c->scratch[SHARE].data;
    const double *score = c->scratch[SCORE].data;
    double       *r = c->scratch[RESIDUAL].data;
    int64_t       of = s->scores == 1 ? 1 : j;

    for (int64_t i = 0; i < c->in[0].shape[0]; i++)
        r[i] = s->loss == SQUARED_ERROR
                   ? wanted[i] - score[i]
                   : (wanted[i] == (double)of) - share[i * s->target.classes + of];
}

/* What a leaf says of its rows: a Newton step down the loss. Rows that are told already
 * have no slope left, and a step of 0 by 0 is none. */
static double leaf_value(nnp_ctx *c, const struct boosting *s, const nnp_tree *t,
                         const nnp_tree_span *leaf)
{
    const double *r = c->scratch[RESIDUAL].data, *share = c->scratch[SHARE].data;
    double        sum = 0, curve = 0, m = (double)s->target.classes;

    for (int64_t i = leaf->begin; i < leaf->end; i++) {
        int64_t row = t->row[i];
        double  a = fabs(r[row]);
        sum += r[row];
        if (s->loss == SQUARED_ERROR)
            curve++;
        else if (s->scores == 1)
            curve += share[row * 2 + 1] * share[row * 2];
        else
            curve += a * (1 - a);
    }
    if (curve < 1e-150)
        return 0;
    return (s->scores == 1 ? 1 : (m - 1) / m) * sum / curve;
}

/* The leaves get what they say, and the scores of their rows follow. */
static void add_tree(nnp_ctx *c, const struct boosting *s, nnp_tree *t, int64_t j)
{
    double *score = c->scratch[SCORE].data;

    for (int64_t i = 0; i < t->n_nodes; i++) {
        if (t->node[i * NNP_TREE_NODE + NNP_TREE_FEATURE] >= 0)
            continue;
        t->value[i] = s->learning_rate * leaf_value(c, s, t, &t->span[i]);
        for (int64_t k = t->span[i].begin; k < t->span[i].end; k++)
            score[t->row[k] * s->scores + j] += t->value[i];
    }
}

static int report_loss(nnp_ctx *c, const struct boosting *s)
{
    const double *wanted = c->scratch[WANTED].data, *score = c->scratch[SCORE].data;
    double        sum = 0, off;

    find_shares(c, s);
    for (int64_t i = 0; i < c->in[0].shape[0]; i++) {
        const double *share =
            (const double *)c->scratch[SHARE].data + i * s->target.classes;
        off = wanted[i] - score[i];
        sum += s->loss == SQUARED_ERROR ? off * off : -log(share[(int64_t)wanted[i]]);
    }
    if (!isfinite(sum))
        return nnp_fail(c, NNP_EMATH,
                        "the loss is not finite: try a smaller learning_rate");
    return c->host->report(c, "loss", sum / (double)c->in[0].shape[0]);
}

/* All of it: scratch does not last until finish. */
static int fit(nnp_ctx *c, void *self)
{
    const struct boosting *s = self;
    nnp_tree               t = grower(c, s);
    int                    rc = begin(c, s);

    t.x = nnp_f32(&c->in[0]);
    t.y = c->scratch[RESIDUAL].data;
    if (!rc && s->loss == SQUARED_ERROR)
        t.spread = nnp_tree_spread(c->scratch[WANTED].data, t.n);
    nnp_tree_place(&t, c->scratch[WORK].data);
    if (!rc)
        nnp_tree_turn(&t, c->scratch[COLUMNS].data);
    ((double *)c->state[FIRST].data)[0] = 0;
    for (int64_t round = 0; !rc && round < s->n_estimators; round++) {
        find_shares(c, s); /* of all classes, before the first tree of the round */
        for (int64_t j = 0; !rc && j < s->scores; j++) {
            find_residual(c, s, j);
            for (int64_t i = 0; i < t.n; i++)
                t.row[i] = (int32_t)i;
            nnp_tree_grow(c, &t);
            add_tree(c, s, &t, j);
            rc = nnp_tree_keep(c, &t, trees, round * s->scores + j);
        }
    }
    return rc ? rc : report_loss(c, s);
}

static int finish(nnp_ctx *c, void *self)
{
    (void)c;
    (void)self;
    return NNP_OK;
}

/* ---- using ---- */

struct asking {
    nnp_ctx               *c;
    const struct boosting *s;
};

static void answer(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct asking   *a = arg;
    nnp_ctx               *c = a->c;
    const struct boosting *s = a->s;
    const double          *value = c->state[VALUES].data;

    (void)worker;
    for (size_t i = begin; i < end; i++) {
        const float *x = nnp_f32(&c->in[0]) + i * (size_t)s->target.columns;
        double      *score = (double *)c->scratch[SCORE].data + i * (size_t)s->scores;
        double *share = (double *)c->scratch[SHARE].data + i * (size_t)s->target.classes;
        memcpy(score, c->state[BASE].data, (size_t)s->scores * sizeof *score);
        for (int64_t t = 0; t < s->n_estimators * s->scores; t++)
            score[t % s->scores] += value[nnp_tree_end(c, trees, t, x)];
        if (s->loss == SQUARED_ERROR) {
            nnp_f32(&c->out[0])[i] = (float)score[0];
            continue;
        }
        shares_of(s, score, share);
        nnp_target_put(c, &s->target, i, share);
    }
}

static int forward(nnp_ctx *c, void *self)
{
    struct asking a = { c, self };

    if (!c->state[NODES].shape[0])
        return nnp_fail(c, NNP_EINVAL, "it has learned nothing yet");
    return c->host->parallel(c, (size_t)c->in[0].shape[0], 64, answer, &a);
}

static int say(const nnp_ctx *c, const void *self, char *out, size_t room)
{
    const struct boosting *s = self;
    int64_t                n = s->n_estimators * s->scores;
    int64_t                nodes = c->state[NODES].shape[0];

    return snprintf(out, room, "%lld trees, %lld leaves, learning rate %g", (long long)n,
                    (long long)((nodes + n) / 2), s->learning_rate);
}

static const void *extension(const char *id)
{
    return strcmp(id, "nnp.learned/1") == 0 ? (const void *)(uintptr_t)say : NULL;
}

static const nnp_component boosting = {
    NNP_COMPONENT("estimator", "boosting"),
    .flags = NNP_ALL_ROWS,
    .doc = "gradient boosting: small trees, each on what those before it leave",
    .min_in = 2,
    .max_in = 2,
    .ports = "x to",
    .self_size = sizeof(struct boosting),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
    .fit = fit,
    .finish = finish,
    .extension = extension,
};

NNP_PLUGIN(boosting, NNP_OURS, &boosting)
