/* SPDX-License-Identifier: MIT */
/*
 * tree: a decision tree by CART (nnpipe/tree.h), for classes or for numbers. Equal rows,
 * a node of one class or a limit make a leaf. Afterwards the weakest links are cut off as
 * long as what they cost, (R(t) - R(T_t)) / (leaves - 1), is at most ccp_alpha (Breiman
 * et al. 1984, chapter 3).
 */
#include <math.h>
#include <string.h>

#include <nnpipe/plugin.h>
#include <nnpipe/target.h>
#include <nnpipe/tree.h>

struct tree {
    int32_t    criterion, pad;
    int64_t    max_depth, min_samples_split, min_samples_leaf, max_leaf_nodes;
    double     ccp_alpha;
    nnp_target target;
    int64_t    k; /* numbers that a leaf has: of each class, or a mean */
};

enum { NODES, VALUES };                    /* states */
enum { WORK, CLASS_OF, NUMBERS, COLUMNS }; /* scratch */

static const nnp_param params[] = {
    { "criterion", NNP_ENUM, offsetof(struct tree, criterion), "gini",
      "gini|entropy|squared_error",
      "what a cut makes small; squared_error: the target are numbers", NULL },
    { "max_depth", NNP_INT | NNP_MAIN, offsetof(struct tree, max_depth), "0", "[0,inf)",
      "most questions before a leaf; 0: no limit", NULL },
    { "min_samples_split", NNP_INT, offsetof(struct tree, min_samples_split), "2",
      "[2,inf)", "a node of fewer rows is a leaf", NULL },
    { "min_samples_leaf", NNP_INT, offsetof(struct tree, min_samples_leaf), "1",
      "[1,inf)", "a leaf has so many rows at least", NULL },
    { "max_leaf_nodes", NNP_INT, offsetof(struct tree, max_leaf_nodes), "0", "[0,inf)",
      "most leaves, those that gain most first; 0: no limit", NULL },
    { "ccp_alpha", NNP_REAL, offsetof(struct tree, ccp_alpha), "0", "[0,inf)",
      "branches that cost at most this for each leaf are cut off", NULL },
};

static int look_at_target(nnp_ctx *c, struct tree *s)
{
    int rc = s->criterion == NNP_TREE_SQUARES ? nnp_target_numbers(c, &s->target)
                                              : nnp_target_setup(c, &s->target);

    s->k = s->target.classes;
    return rc;
}

static nnp_tree grower(nnp_ctx *c, const struct tree *s)
{
    return (nnp_tree){ .n = c->in[0].shape[0],
                       .d = s->target.columns,
                       .k = s->k,
                       .criterion = s->criterion,
                       .max_depth = s->max_depth,
                       .min_split = s->min_samples_split,
                       .min_leaf = s->min_samples_leaf,
                       .max_leaves = s->max_leaf_nodes,
                       .workers = c->workers };
}

static int setup(nnp_ctx *c, void *self)
{
    struct tree *s = self;
    int          rc = look_at_target(c, s);

    if (rc)
        return rc;
    nnp_tree         t = grower(c, s);
    const nnp_wanted wanted[] = {
        { NNP_STATE | NNP_GROWS, NNP_F64, "nodes", 2, { 0, NNP_TREE_NODE } },
        { NNP_STATE | NNP_GROWS, NNP_F64, "values", 2, { 0, s->k } },
        { NNP_SCRATCH, NNP_F64, "work", 1, { (int64_t)nnp_tree_room(&t) / 8 } },
        { NNP_SCRATCH, NNP_I32, "class_of", 1, { t.n } },
        { NNP_SCRATCH, NNP_F64, "numbers", 1, { t.n > s->k ? t.n : s->k } },
        { NNP_SCRATCH, NNP_F32, "columns", 2, { t.d, t.n } },
    };
    return nnp_declare_all(c, wanted, sizeof wanted / sizeof *wanted);
}

/* ---- learning ---- */

static int fit(nnp_ctx *c, void *self)
{
    const struct tree *s = self;
    nnp_tree           t = grower(c, s);
    int                numbers = s->criterion == NNP_TREE_SQUARES;
    double            *number = c->scratch[NUMBERS].data;
    int32_t           *class_of = c->scratch[CLASS_OF].data;

    int rc = numbers ? nnp_target_read_numbers(c, number)
                     : nnp_target_read_classes(c, &s->target, class_of, number);
    if (rc)
        return rc;
    t.x = nnp_f32(&c->in[0]);
    t.class_of = c->scratch[CLASS_OF].data;
    t.y = numbers ? number : NULL;
    t.spread = numbers ? nnp_tree_spread(number, t.n) : 0;
    nnp_tree_place(&t, c->scratch[WORK].data);
    nnp_tree_turn(&t, c->scratch[COLUMNS].data);
    for (int64_t i = 0; i < t.n; i++)
        t.row[i] = (int32_t)i;
    nnp_tree_grow(c, &t);
    rc = nnp_grow(c, NODES, t.n_nodes);
    rc = rc ? rc : nnp_grow(c, VALUES, t.n_nodes);
    if (rc)
        return rc;
    memcpy(c->state[NODES].data, t.node, nnp_count(&c->state[NODES]) * sizeof(double));
    memcpy(c->state[VALUES].data, t.value, nnp_count(&c->state[VALUES]) * sizeof(double));
    return NNP_OK;
}

/* ---- pruning ---- */

struct branch {
    double  risk; /* of its leaves, of all rows */
    int64_t leaves, depth;
};

/* What hangs below node i. */
static struct branch measure(const double *node, int64_t i, double rows)
{
    const double *at = node + i * NNP_TREE_NODE;

    if (at[NNP_TREE_FEATURE] < 0)
        return (struct branch){ at[NNP_TREE_IMPURITY] * at[NNP_TREE_ROWS] / rows, 1, 0 };
    struct branch a = measure(node, (int64_t)at[NNP_TREE_YES], rows);
    struct branch b = measure(node, (int64_t)at[NNP_TREE_YES] + 1, rows);
    return (struct branch){ a.risk + b.risk, a.leaves + b.leaves,
                            1 + (a.depth > b.depth ? a.depth : b.depth) };
}

struct weakest {
    double  cost;
    int64_t node;
};

/* The weakest link below node i, of equal ones the first from the root, yes before no. */
static struct branch find_weakest(const double *node, int64_t i, double rows,
                                  struct weakest *w)
{
    const double  *at = node + i * NNP_TREE_NODE;
    struct weakest below = { INFINITY, -1 };

    if (at[NNP_TREE_FEATURE] < 0)
        return measure(node, i, rows);
    struct branch a = find_weakest(node, (int64_t)at[NNP_TREE_YES], rows, &below);
    struct branch b = find_weakest(node, (int64_t)at[NNP_TREE_YES] + 1, rows, &below);
    struct branch both = { a.risk + b.risk, a.leaves + b.leaves, 0 };
    double        own = at[NNP_TREE_IMPURITY] * at[NNP_TREE_ROWS] / rows;
    double        cost = (own - both.risk) / (double)(both.leaves - 1);
    if (cost <= below.cost)
        below = (struct weakest){ cost, i };
    if (below.cost < w->cost)
        *w = below;
    return both;
}

static void prune(double *node, double alpha)
{
    double rows = node[NNP_TREE_ROWS];

    for (;;) {
        struct weakest w = { INFINITY, -1 };
        find_weakest(node, 0, rows, &w);
        if (w.node < 0 || w.cost > alpha)
            return;
        node[w.node * NNP_TREE_NODE + NNP_TREE_FEATURE] = -1;
    }
}

/* Nodes that nobody comes to any more go, and the others move up in their order, so that
 * the children of a node stay together. place: room for n numbers. */
static int64_t close_ranks(double *node, double *value, int64_t n, int64_t k,
                           int64_t *place)
{
    int64_t kept = 0;

    memset(place, 0, (size_t)n * sizeof *place);
    place[0] = 1;
    for (int64_t i = 0; i < n; i++) {
        const double *at = node + i * NNP_TREE_NODE;
        if (place[i] && at[NNP_TREE_FEATURE] >= 0)
            place[(int64_t)at[NNP_TREE_YES]] = place[(int64_t)at[NNP_TREE_YES] + 1] = 1;
    }
    for (int64_t i = 0; i < n; i++)
        place[i] = place[i] ? kept++ : -1;
    for (int64_t i = 0; i < n; i++) {
        double *at = node + i * NNP_TREE_NODE;
        if (place[i] < 0)
            continue;
        if (at[NNP_TREE_FEATURE] >= 0)
            at[NNP_TREE_YES] = (double)place[(int64_t)at[NNP_TREE_YES]];
        memmove(node + place[i] * NNP_TREE_NODE, at, NNP_TREE_NODE * sizeof *node);
        memmove(value + place[i] * k, value + i * k, (size_t)k * sizeof *value);
    }
    return kept;
}

static int finish(nnp_ctx *c, void *self)
{
    const struct tree *s = self;
    double            *node = c->state[NODES].data, *value = c->state[VALUES].data;
    int64_t            n = c->state[NODES].shape[0];
    int                rc = NNP_OK;

    if (s->ccp_alpha > 0) {
        prune(node, s->ccp_alpha);
        n = close_ranks(node, value, n, s->k, c->scratch[WORK].data);
        rc = nnp_grow(c, NODES, n);
        rc = rc ? rc : nnp_grow(c, VALUES, n);
    }
    if (rc)
        return rc;
    node = c->state[NODES].data;
    struct branch whole = measure(node, 0, node[NNP_TREE_ROWS]);
    rc = c->host->report(c, "leaves", (double)whole.leaves);
    return rc ? rc : c->host->report(c, "depth", (double)whole.depth);
}

/* ---- using ---- */

struct asking {
    nnp_ctx           *c;
    const struct tree *s;
};

static void answer(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct asking *a = arg;
    nnp_ctx             *c = a->c;
    int64_t              k = a->s->k, d = a->s->target.columns;
    const double        *node = c->state[NODES].data, *value = c->state[VALUES].data;

    (void)worker;
    for (size_t i = begin; i < end; i++) {
        int64_t leaf = nnp_tree_leaf(node, nnp_f32(&c->in[0]) + (int64_t)i * d);
        double  rows = node[leaf * NNP_TREE_NODE + NNP_TREE_ROWS];
        float  *y = nnp_f32(&c->out[0]);
        if (a->s->criterion == NNP_TREE_SQUARES)
            y[i] = (float)value[leaf];
        else if (a->s->target.how == NNP_TARGET_BITS)
            y[i] = (float)(value[leaf * k + 1] / rows);
        else
            for (int64_t j = 0; j < k; j++)
                y[(int64_t)i * k + j] = (float)(value[leaf * k + j] / rows);
    }
}

static int forward(nnp_ctx *c, void *self)
{
    struct asking a = { c, self };

    if (!c->state[NODES].shape[0])
        return nnp_fail(c, NNP_EINVAL, "it has learned nothing yet");
    return c->host->parallel(c, (size_t)c->in[0].shape[0], 256, answer, &a);
}

static int say(const nnp_ctx *c, const void *self, char *out, size_t room)
{
    static const char *const names[] = { "gini", "entropy", "squared_error" };
    const struct tree       *s = self;
    const double            *node = c->state[NODES].data;

    if (!node)
        return snprintf(out, room, "nothing");
    struct branch whole = measure(node, 0, node[NNP_TREE_ROWS]);
    return snprintf(out, room, "%lld leaves, depth %lld, by %s", (long long)whole.leaves,
                    (long long)whole.depth, names[s->criterion]);
}

static const void *extension(const char *id)
{
    return strcmp(id, "nnp.learned/1") == 0 ? (const void *)say : NULL;
}

static const nnp_component tree = {
    NNP_COMPONENT("estimator", "tree"),
    .flags = NNP_ALL_ROWS,
    .doc = "a decision tree: questions x <= threshold, for classes or numbers",
    .min_in = 2,
    .max_in = 2,
    .ports = "x to",
    .self_size = sizeof(struct tree),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
    .fit = fit,
    .finish = finish,
    .extension = extension,
};

NNP_PLUGIN(tree, NNP_OURS, &tree)
