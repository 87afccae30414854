/* SPDX-License-Identifier: MIT */
/*
 * forest: trees (nnpipe/tree.h), each grown from rows drawn with replacement, whose nodes
 * look at a few features by chance; the shares of their leaves are averaged. Breiman
 * (2001), "Random forests". Rows that a tree has not drawn tell how good it is:
 * oob_accuracy.
 *
 * Row i of tree t is floor(u n), u of the item's stream of random numbers; the features
 * of a node are the first of a permutation that hangs on (tree, node). Trees grow side by
 * side and are kept in their order, so the bits are the same with any number of threads.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <nnpipe/plugin.h>
#include <nnpipe/target.h>
#include <nnpipe/tree.h>

struct forest {
    int64_t     n_estimators, max_depth, min_samples_split, min_samples_leaf;
    int32_t     criterion, bootstrap;
    const char *max_features;
    int64_t     features;
    nnp_target  target;
};

enum { NODES, VALUES, FIRST }; /* states */
static const nnp_tree_states trees = { NODES, VALUES, FIRST };
enum { WORK, CLASS_OF, DRAWN, OUT_OF_BAG, SHARE, COUNT, COLUMNS }; /* scratch */

static const nnp_param params[] = {
    { "n_estimators", NNP_INT | NNP_MAIN, offsetof(struct forest, n_estimators), "100",
      "[1,100000]", "trees", NULL },
    { "criterion", NNP_ENUM, offsetof(struct forest, criterion), "gini", "gini|entropy",
      "what a cut makes small", NULL },
    { "max_depth", NNP_INT, offsetof(struct forest, max_depth), "0", "[0,inf)",
      "most questions before a leaf; 0: no limit", NULL },
    { "min_samples_split", NNP_INT, offsetof(struct forest, min_samples_split), "2",
      "[2,inf)", "a node of fewer rows is a leaf", NULL },
    { "min_samples_leaf", NNP_INT, offsetof(struct forest, min_samples_leaf), "1",
      "[1,inf)", "a leaf has so many rows at least", NULL },
    { "max_features", NNP_STR, offsetof(struct forest, max_features), "sqrt", NULL,
      "features that a node looks at: sqrt, log2, all, or a number", NULL },
    { "bootstrap", NNP_BOOL, offsetof(struct forest, bootstrap), "true", NULL,
      "each tree draws its rows; else it has all of them", NULL },
};

/* 0: all of them. */
static int read_features(nnp_ctx *c, struct forest *s)
{
    double d = (double)s->target.columns;
    char  *end;

    s->features = 0;
    if (strcmp(s->max_features, "all") == 0)
        return NNP_OK;
    if (strcmp(s->max_features, "sqrt") == 0) {
        s->features = (int64_t)sqrt(d);
    } else if (strcmp(s->max_features, "log2") == 0) {
        s->features = (int64_t)log2(d);
    } else {
        s->features = strtoll(s->max_features, &end, 10);
        if (*end || s->features < 1)
            return nnp_fail(c, NNP_EINVAL,
                            "max_features is '%s'; sqrt, log2, all or a number of "
                            "features is meant",
                            s->max_features);
    }
    s->features = s->features < 1 ? 1 : s->features;
    return NNP_OK;
}

static nnp_tree grower(const nnp_ctx *c, const struct forest *s)
{
    return (nnp_tree){ .n = c->in[0].shape[0],
                       .d = s->target.columns,
                       .k = s->target.classes,
                       .criterion = s->criterion,
                       .alone = 1,
                       .max_depth = s->max_depth,
                       .min_split = s->min_samples_split,
                       .min_leaf = s->min_samples_leaf,
                       .features = s->features,
                       .workers = 1 };
}

static int setup(nnp_ctx *c, void *self)
{
    struct forest *s = self;
    int            rc = nnp_target_setup(c, &s->target);

    rc = rc ? rc : read_features(c, s);
    if (rc)
        return rc;
    nnp_tree         t = grower(c, s);
    int64_t          n = t.n, k = t.k, w = (int64_t)c->workers;
    const nnp_wanted wanted[] = {
        { NNP_STATE | NNP_GROWS, NNP_F64, "nodes", 2, { 0, NNP_TREE_NODE } },
        { NNP_STATE | NNP_GROWS, NNP_F64, "values", 2, { 0, k } },
        { NNP_STATE, NNP_F64, "first", 1, { s->n_estimators + 1 } },
        { NNP_SCRATCH, NNP_F64, "work", 2, { w, (int64_t)nnp_tree_room(&t) / 8 } },
        { NNP_SCRATCH, NNP_I32, "class_of", 1, { n } },
        { NNP_SCRATCH, NNP_F32, "drawn", 2, { w, n + 1 } },
        { NNP_SCRATCH, NNP_F64, "out_of_bag", 2, { n, k } },
        { NNP_SCRATCH, NNP_F64, "share", 2, { n, k } },
        { NNP_SCRATCH, NNP_F64, "count", 1, { k } },
        { NNP_SCRATCH, NNP_F32, "columns", 2, { t.d, t.n } },
    };
    return nnp_declare_all(c, wanted, sizeof wanted / sizeof *wanted);
}

/* ---- learning ---- */

struct planting {
    nnp_ctx             *c;
    const struct forest *s;
    int64_t              first; /* tree of the first place */
    nnp_tree            *tree;  /* by place */
};

enum { PLACES = 256 }; /* trees that grow at a time, at most */

/* The rows that a tree grows from, in their order, which is that of the memory. u NULL:
 * each once. */
static void draw(nnp_tree *t, const float *u)
{
    memset(t->spare, 0, (size_t)t->n * sizeof *t->spare);
    for (int64_t i = 0; i < t->n; i++) {
        int64_t r = u ? (int64_t)((double)u[i] * (double)t->n) : i;
        t->spare[r < t->n ? r : t->n - 1]++;
    }
    for (int64_t r = 0, at = 0; r < t->n; r++)
        for (int32_t k = 0; k < t->spare[r]; k++)
            t->row[at++] = (int32_t)r;
}

static void plant(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct planting *p = arg;
    nnp_ctx               *c = p->c;
    int64_t                n = c->in[0].shape[0];
    size_t                 room = (size_t)c->scratch[WORK].shape[1];

    (void)worker;
    for (size_t at = begin; at < end; at++) {
        int64_t   number = p->first + (int64_t)at;
        float    *u = nnp_f32(&c->scratch[DRAWN]) + at * (size_t)(n + 1);
        nnp_tree *t = &p->tree[at];
        *t = grower(c, p->s);
        t->x = nnp_f32(&c->in[0]);
        t->columns = c->scratch[COLUMNS].data;
        t->class_of = c->scratch[CLASS_OF].data;
        nnp_tree_place(t, (double *)c->scratch[WORK].data + at * room);
        c->host->rand(c, NNP_UNIFORM, (uint64_t)(number * (n + 1)), u, (size_t)(n + 1));
        draw(t, p->s->bootstrap ? u : NULL);
        t->key = (uint64_t)((double)u[n] * 16777216) << 32 ^ (uint64_t)number;
        nnp_tree_grow(c, t);
        memset(t->spare, 0, (size_t)n * sizeof *t->spare);
        for (int64_t i = 0; i < n; i++)
            t->spare[t->row[i]] = 1;
    }
}

struct asking_others {
    nnp_ctx        *c;
    const nnp_tree *tree;
    int64_t         n;
};

/* What the trees that have just grown say of rows that they have not drawn, in the order
 * of the trees for each row; spare marks those that one has. */
static void ask_others(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct asking_others *a = arg;
    double                     *sum = a->c->scratch[OUT_OF_BAG].data;

    (void)worker;
    for (size_t i = begin; i < end; i++)
        for (int64_t j = 0; j < a->n; j++) {
            const nnp_tree *t = &a->tree[j];
            if (t->spare[i])
                continue;
            int64_t       leaf = nnp_tree_leaf(t->node, t->x + (int64_t)i * t->d);
            const double *v = t->value + leaf * t->k;
            double        rows = t->node[leaf * NNP_TREE_NODE + NNP_TREE_ROWS];
            for (int64_t k = 0; k < t->k; k++)
                sum[(int64_t)i * t->k + k] += v[k] / rows;
        }
}

/* -1: no tree was asked about the row. */
static int64_t most_of(const double *v, int64_t k)
{
    int64_t best = 0;
    double  sum = 0;

    for (int64_t j = 0; j < k; j++) {
        best = v[j] > v[best] ? j : best;
        sum += v[j];
    }
    return sum > 0 ? best : -1;
}

static int report_accuracy(nnp_ctx *c, const struct forest *s)
{
    const int32_t *class_of = c->scratch[CLASS_OF].data;
    double         asked = 0, right = 0;
    int64_t        k = s->target.classes;

    for (int64_t i = 0; i < c->in[0].shape[0]; i++) {
        int64_t said = most_of((double *)c->scratch[OUT_OF_BAG].data + i * k, k);
        asked += said >= 0;
        right += said == class_of[i];
    }
    return asked > 0 ? c->host->report(c, "oob_accuracy", right / asked) : NNP_OK;
}

/* All of it: scratch does not last until finish. */
static int fit(nnp_ctx *c, void *self)
{
    const struct forest *s = self;
    nnp_tree             tree[PLACES], whole = grower(c, s);
    struct planting      p = { c, s, 0, tree };
    int64_t              places = c->workers < PLACES ? (int64_t)c->workers : PLACES;
    int rc = nnp_target_read_classes(c, &s->target, c->scratch[CLASS_OF].data,
                                     c->scratch[COUNT].data);

    whole.x = nnp_f32(&c->in[0]);
    nnp_tree_turn(&whole, c->scratch[COLUMNS].data);
    memset(c->scratch[OUT_OF_BAG].data, 0,
           nnp_count(&c->scratch[OUT_OF_BAG]) * sizeof(double));
    ((double *)c->state[FIRST].data)[0] = 0;
    for (; !rc && p.first < s->n_estimators; p.first += places) {
        int64_t left = s->n_estimators - p.first, n = left < places ? left : places;
        size_t  rows = (size_t)c->in[0].shape[0];
        struct asking_others others = { c, tree, n };
        rc = c->host->parallel(c, (size_t)n, 1, plant, &p);
        rc = rc ? rc : c->host->parallel(c, rows, 256, ask_others, &others);
        for (int64_t i = 0; !rc && i < n; i++)
            rc = nnp_tree_keep(c, &tree[i], trees, p.first + i);
    }
    return rc ? rc : report_accuracy(c, s);
}

static int finish(nnp_ctx *c, void *self)
{
    (void)c;
    (void)self;
    return NNP_OK;
}

/* ---- using ---- */

static void answer(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct planting *p = arg;
    nnp_ctx               *c = p->c;
    int64_t                k = p->s->target.classes, d = p->s->target.columns;

    (void)worker;
    for (size_t i = begin; i < end; i++) {
        double      *share = (double *)c->scratch[SHARE].data + (int64_t)i * k;
        const float *x = nnp_f32(&c->in[0]) + (int64_t)i * d;
        memset(share, 0, (size_t)k * sizeof *share);
        for (int64_t t = 0; t < p->s->n_estimators; t++) {
            int64_t       leaf = nnp_tree_end(c, trees, t, x);
            const double *node = (double *)c->state[NODES].data + leaf * NNP_TREE_NODE;
            const double *value = (double *)c->state[VALUES].data + leaf * k;
            for (int64_t j = 0; j < k; j++)
                share[j] += value[j] / node[NNP_TREE_ROWS] / (double)p->s->n_estimators;
        }
        nnp_target_put(c, &p->s->target, i, share);
    }
}

static int forward(nnp_ctx *c, void *self)
{
    struct planting p = { c, self, 0, NULL };

    if (!c->state[NODES].shape[0])
        return nnp_fail(c, NNP_EINVAL, "it has learned nothing yet");
    return c->host->parallel(c, (size_t)c->in[0].shape[0], 16, answer, &p);
}

static int say(const nnp_ctx *c, const void *self, char *out, size_t room)
{
    const struct forest *s = self;
    int64_t              nodes = c->state[NODES].shape[0];

    return snprintf(out, room, "%lld trees, %lld leaves", (long long)s->n_estimators,
                    (long long)((nodes + s->n_estimators) / 2));
}

static const void *extension(const char *id)
{
    return strcmp(id, "nnp.learned/1") == 0 ? (const void *)(uintptr_t)say : NULL;
}

static const nnp_component forest = {
    NNP_COMPONENT("estimator", "forest"),
    .flags = NNP_ALL_ROWS,
    .doc = "a random forest: the mean of many trees",
    .min_in = 2,
    .max_in = 2,
    .ports = "x to",
    .self_size = sizeof(struct forest),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
    .fit = fit,
    .finish = finish,
    .extension = extension,
};

NNP_PLUGIN(forest, NNP_OURS, &forest)
