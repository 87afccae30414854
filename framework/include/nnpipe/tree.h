/* SPDX-License-Identifier: MIT */
/*
 * Binary trees by CART (Breiman, Friedman, Olshen, Stone 1984), for plugins: tree, forest,
 * boosting. A node asks x[feature] <= threshold; yes is the first of its two children,
 * which stand one behind the other.
 *
 *   nnp_tree t = {...};                        rows, what they are, how to grow
 *   size = nnp_tree_room(&t);                  bytes that it works in, 8-byte aligned
 *   nnp_tree_place(&t, memory);                and fill t.row
 *   nnp_tree_turn(&t, columns);                d x n floats, for all trees of the same rows
 *   nnp_tree_grow(c, &t);                      t.node, t.value, t.n_nodes are the tree
 *   leaf = nnp_tree_leaf(node, x);             number of the leaf that a row comes to
 *
 * A cut lies between two different neighbours; scanning features, then thresholds, upwards
 * one replaces the best if it is better by more than 1e-12, of the spread of numbers. A
 * gain of 0 is a gain: the root of XOR has no other. So the bits are the same with any
 * number of threads.
 *
 * Header only, C99 and C++.
 */
#ifndef NNPIPE_TREE_H
#define NNPIPE_TREE_H
#include <math.h>
#include <string.h>

#include <nnpipe/math.h>
#include <nnpipe/plugin.h>
#include <nnpipe/target.h>

enum { NNP_TREE_GINI, NNP_TREE_ENTROPY, NNP_TREE_SQUARES };
/* What a node is, as numbers: the feature is -1 in a leaf. */
enum {
    NNP_TREE_FEATURE,
    NNP_TREE_THRESHOLD,
    NNP_TREE_YES,
    NNP_TREE_ROWS,
    NNP_TREE_IMPURITY,
    NNP_TREE_NODE
};

typedef struct nnp_tree_span { /* a node while it grows */
    int64_t begin, end, depth, feature;
    double  gain, threshold; /* of its best cut; feature -1: it has none */
    double  sum;             /* of all its rows; their classes are in value */
} nnp_tree_span;

typedef struct nnp_tree {
    const float   *x; /* rows of d numbers */
    const float   *columns; /* the same, feature by feature: rows of a node lie near by */
    const int32_t *class_of;
    const double  *y;         /* SQUARES: in the place of class_of */
    int64_t        n, d, k;   /* rows to learn from, features, classes; SQUARES: k is 1 */
    int32_t        criterion, alone; /* alone: one thread, `worker` of it is 0 */
    int64_t        max_depth, min_split, min_leaf, max_leaves; /* 0: no limit */
    double         spread;   /* SQUARES: variance of the target; 0: as if 1 */
    int64_t        features; /* that a node looks at, by chance; 0: all */
    uint64_t       key;      /* of that chance */
    uint32_t       workers;
    /* The rest is made: */
    int32_t       *row;  /* n of them, with repeats if there are; the caller fills it */
    double        *node; /* n_nodes x NODE */
    double        *value; /* n_nodes x k: rows of each class, or the mean */
    int64_t        n_nodes, n_leaves, depth;
    int32_t       *spare, *chosen;
    uint64_t      *item;  /* workers x 2 n */
    double        *count; /* workers x 2 k */
    double        *cut;   /* d x 2: gain, threshold */
    double        *xlogx; /* n + 1 */
    nnp_tree_span *span;
} nnp_tree;

static inline size_t nnp_tree_part(size_t n, size_t size)
{
    return (n * size + 63) / 64 * 64;
}

/* Lays the parts out one behind the other; NULL: only counts. */
static inline size_t nnp_tree_place(nnp_tree *t, void *memory)
{
    size_t n = (size_t)t->n, d = (size_t)t->d, k = (size_t)t->k, w = t->workers;
    char  *at = (char *)memory;
    size_t sizes[] = { nnp_tree_part(n, 4),
                       nnp_tree_part(n, 4),
                       nnp_tree_part(d, 4),
                       nnp_tree_part(2 * n, NNP_TREE_NODE * 8),
                       nnp_tree_part(2 * n, k * 8),
                       nnp_tree_part(w * 2 * n, 8),
                       nnp_tree_part(w * 2 * k, 8),
                       nnp_tree_part(2 * d, 8),
                       nnp_tree_part(n + 1, 8),
                       nnp_tree_part(2 * n, sizeof(nnp_tree_span)) };
    void  *to[10];
    size_t sum = 0;

    for (int i = 0; i < 10; i++) {
        to[i] = at ? at + sum : NULL;
        sum += sizes[i];
    }
    if (!at)
        return sum;
    t->row = (int32_t *)to[0];
    t->spare = (int32_t *)to[1];
    t->chosen = (int32_t *)to[2];
    t->node = (double *)to[3];
    t->value = (double *)to[4];
    t->item = (uint64_t *)to[5];
    t->count = (double *)to[6];
    t->cut = (double *)to[7];
    t->xlogx = (double *)to[8];
    t->span = (nnp_tree_span *)to[9];
    return sum;
}

static inline size_t nnp_tree_room(const nnp_tree *t)
{
    nnp_tree copy = *t;

    return nnp_tree_place(&copy, NULL);
}

static inline void nnp_tree_turn(nnp_tree *t, float *columns)
{
    enum { BLOCK = 32 };

    for (int64_t f = 0; f < t->d; f += BLOCK)
        for (int64_t i = 0; i < t->n; i++)
            for (int64_t k = f; k < t->d && k < f + BLOCK; k++)
                columns[k * t->n + i] = t->x[i * t->d + k];
    t->columns = columns;
}

/* ---- sorting the values of a node ---- */

/* Numbers in the order of floats; -0 is 0. */
static inline uint32_t nnp_tree_ordered(float v)
{
    uint32_t u;

    v += 0.0f;
    memcpy(&u, &v, sizeof u);
    return u ^ ((uint32_t)-(int32_t)(u >> 31) | 0x80000000u);
}

static inline float nnp_tree_value(uint64_t item)
{
    uint32_t u = (uint32_t)(item >> 32);
    float    v;

    u ^= u >> 31 ? 0x80000000u : 0xffffffffu;
    memcpy(&v, &u, sizeof v);
    return v;
}

static inline void nnp_tree_insert(uint64_t *a, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        uint64_t v = a[i];
        size_t   k = i;
        for (; k > 0 && a[k - 1] > v; k--)
            a[k] = a[k - 1];
        a[k] = v;
    }
}

/* By their upper halves, byte by byte; b is as large. Returns where they are then. */
static inline uint64_t *nnp_tree_sort(uint64_t *a, uint64_t *b, size_t n)
{
    if (n <= 48) {
        nnp_tree_insert(a, n);
        return a;
    }
    for (int shift = 32; shift < 64; shift += 8) {
        size_t at[257] = { 0 };
        for (size_t i = 0; i < n; i++)
            at[(a[i] >> shift & 255) + 1]++;
        if (at[(a[0] >> shift & 255) + 1] == n)
            continue;
        for (int k = 0; k < 256; k++)
            at[k + 1] += at[k];
        for (size_t i = 0; i < n; i++)
            b[at[a[i] >> shift & 255]++] = a[i];
        uint64_t *t = a;
        a = b;
        b = t;
    }
    return a;
}

/* Sorts n items in a; b is as large. Where many have the least value, as the 0 of pixels,
 * only the others have to be. */
static inline void nnp_tree_order(uint64_t *a, uint64_t *b, size_t n)
{
    uint64_t least = UINT64_MAX, *sorted;
    size_t   low = 0, high = 0;

    for (size_t i = 0; i < n; i++)
        least = a[i] < least ? a[i] : least;
    least >>= 32;
    for (size_t i = 0; i < n; i++) {
        uint64_t v = a[i];
        a[low] = b[high] = v;
        low += v >> 32 == least;
        high += v >> 32 != least;
    }
    sorted = nnp_tree_sort(b, a + low, high);
    if (sorted == b)
        memcpy(a + low, b, high * sizeof *a);
}

/* ---- the best cut of a feature ---- */

/* Gains that differ by no more are equal; numbers may be in any unit. */
static inline double nnp_tree_near(const nnp_tree *t)
{
    return t->spread > 0 ? 1e-12 * t->spread : 1e-12;
}

/* Variance of n numbers. */
static inline double nnp_tree_spread(const double *y, int64_t n)
{
    double mean = 0, sum = 0;

    for (int64_t i = 0; i < n; i++)
        mean += y[i];
    mean /= (double)n;
    for (int64_t i = 0; i < n; i++)
        sum += (y[i] - mean) * (y[i] - mean);
    return sum / (double)n;
}

/* What the sums of a side are worth: rows times its impurity. */
static inline double nnp_tree_side(const nnp_tree *t, double n, double sum)
{
    if (t->criterion == NNP_TREE_ENTROPY)
        return t->xlogx[(size_t)n] - sum;
    return t->criterion == NNP_TREE_GINI ? n - sum / n : -sum * sum / n;
}

/* A row changes the side: `way` is 1 where it comes, -1 where it goes. count is of its
 * class on that side. */
static inline void nnp_tree_move(const nnp_tree *t, double *count, double *sum,
                                 double value, double way)
{
    double before = *count;

    if (t->criterion == NNP_TREE_SQUARES) {
        *sum += way * value;
        return;
    }
    *count += way;
    if (t->criterion == NNP_TREE_GINI)
        *sum += *count * *count - before * before;
    else
        *sum += t->xlogx[(size_t)*count] - t->xlogx[(size_t)before];
}

/* The sums of a node: of squares, of c log c, or of values; its classes go to count. */
static inline double nnp_tree_sum(const nnp_tree *t, const nnp_tree_span *s, double *count)
{
    double sum = 0;

    memset(count, 0, (size_t)t->k * sizeof *count);
    for (int64_t i = s->begin; i < s->end; i++) {
        int32_t r = t->row[i];
        nnp_tree_move(t, count + (t->y ? 0 : t->class_of[r]), &sum, t->y ? t->y[r] : 0, 1);
    }
    return sum;
}

/* The values of the rows in one column, each above the number of its row. How many, or 0
 * where all are the same. */
NNP_HOT static size_t nnp_tree_gather(const float *x, const int32_t *row, size_t n,
                                      uint64_t *to)
{
    uint32_t first = n ? nnp_tree_ordered(x[row[0]]) : 0, differs = 0;

    NNP_LANES
    for (size_t i = 0; i < n; i++) {
        uint32_t v = nnp_tree_ordered(x[row[i]]);
        differs |= v ^ first;
        to[i] = (uint64_t)v << 32 | (uint32_t)row[i];
    }
    return differs ? n : 0;
}

static inline void nnp_tree_scan(const nnp_tree *t, const nnp_tree_span *s, int64_t f,
                                 uint32_t worker)
{
    uint64_t *a = t->item + (size_t)worker * 2 * (size_t)t->n;
    double   *left = t->count + (size_t)worker * 2 * (size_t)t->k, *right = left + t->k;
    double   *cut = t->cut + 2 * f, low = 0, high, whole;
    size_t    n = nnp_tree_gather(t->columns + f * t->n, t->row + s->begin,
                                  (size_t)(s->end - s->begin), a);
    double    rows = (double)n, least = t->min_leaf > 1 ? (double)t->min_leaf : 1;
    double    near = nnp_tree_near(t);

    cut[0] = -1;
    if (!n)
        return;
    nnp_tree_order(a, a + t->n, n);
    memset(left, 0, (size_t)t->k * sizeof *left);
    memcpy(right, t->value + (s - t->span) * t->k, (size_t)t->k * sizeof *right);
    high = s->sum;
    whole = nnp_tree_side(t, rows, high);
    for (size_t i = 0; i + 1 < n; i++) {
        uint32_t r = (uint32_t)a[i];
        int32_t  k = t->y ? 0 : t->class_of[r];
        nnp_tree_move(t, left + k, &low, t->y ? t->y[r] : 0, 1);
        nnp_tree_move(t, right + k, &high, t->y ? t->y[r] : 0, -1);
        double nl = (double)(i + 1), nr = rows - nl;
        if (a[i] >> 32 == a[i + 1] >> 32 || nl < least || nr < least)
            continue;
        double gain = whole - nnp_tree_side(t, nl, low) - nnp_tree_side(t, nr, high);
        gain = gain > 0 ? gain / rows : 0;
        if (cut[0] < 0 || gain > cut[0] + near) {
            cut[0] = gain;
            cut[1] = (double)nnp_tree_value(a[i]) / 2 +
                     (double)nnp_tree_value(a[i + 1]) / 2;
        }
    }
}

/* ---- the best cut of a node ---- */

typedef struct nnp_tree_look {
    const nnp_tree      *t;
    const nnp_tree_span *s;
} nnp_tree_look;

static inline void nnp_tree_body(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const nnp_tree_look *l = (const nnp_tree_look *)arg;

    for (size_t i = begin; i < end; i++)
        nnp_tree_scan(l->t, l->s, l->t->chosen[i], worker);
}

static inline uint64_t nnp_tree_random(uint64_t *key) /* Steele, Lea, Flood: splitmix64 */
{
    uint64_t z = *key += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* Feature number i that the node looks at: the next of a permutation of its own, of which
 * no more is made than is looked at. */
static inline void nnp_tree_choose(nnp_tree *t, int64_t i, uint64_t *key)
{
    int64_t j;
    int32_t f = t->chosen[i];

    if (!t->features || i + 1 >= t->d)
        return;
    j = i + (int64_t)(nnp_tree_random(key) % (uint64_t)(t->d - i));
    t->chosen[i] = t->chosen[j];
    t->chosen[j] = f;
}

/* The better cut, of equal ones that of the lower feature. */
static inline void nnp_tree_take(const nnp_tree *t, nnp_tree_span *s, int64_t f)
{
    double gain = t->cut[2 * f], near = nnp_tree_near(t);

    if (gain < 0 || (s->feature >= 0 && gain < s->gain - near))
        return;
    if (s->feature >= 0 && gain <= s->gain + near && s->feature < f)
        return;
    s->feature = f;
    s->gain = gain;
    s->threshold = t->cut[2 * f + 1];
}

/* Where chance chose features that are all the same in the rows, it goes on. */
static inline void nnp_tree_find(nnp_ctx *c, nnp_tree *t, nnp_tree_span *s, int64_t node)
{
    nnp_tree_look l = { t, s };
    int64_t       n = t->features && t->features < t->d ? t->features : t->d;
    uint64_t      key = t->key + (uint64_t)node * 0xd1342543de82ef95u;

    for (int64_t i = 0; i < t->d; i++)
        t->chosen[i] = (int32_t)i;
    for (int64_t i = 0; i < n; i++)
        nnp_tree_choose(t, i, &key);
    if (t->alone)
        nnp_tree_body(&l, 0, (size_t)n, 0);
    else
        c->host->parallel(c, (size_t)n, s->end - s->begin > 256 ? 1 : 64, nnp_tree_body,
                          &l);
    for (int64_t i = 0; i < n; i++)
        nnp_tree_take(t, s, t->chosen[i]);
    for (; s->feature < 0 && n < t->d; n++) {
        nnp_tree_choose(t, n, &key);
        nnp_tree_scan(t, s, t->chosen[n], 0);
        nnp_tree_take(t, s, t->chosen[n]);
    }
}

/* ---- growing ---- */

static inline void nnp_tree_mean(const nnp_tree *t, const nnp_tree_span *s, double *node,
                                 double *value)
{
    double n = (double)(s->end - s->begin), sum = 0;

    *value /= n;
    for (int64_t i = s->begin; i < s->end; i++)
        sum += (t->y[t->row[i]] - *value) * (t->y[t->row[i]] - *value);
    node[NNP_TREE_IMPURITY] = sum / n;
}

/* A new node over row[begin..end), with its best cut if it may have one. */
static inline void nnp_tree_add(nnp_ctx *c, nnp_tree *t, int64_t begin, int64_t end,
                                int64_t depth)
{
    int64_t        i = t->n_nodes++;
    double        *node = t->node + i * NNP_TREE_NODE, *value = t->value + i * t->k;
    nnp_tree_span *s = &t->span[i];
    double         n = (double)(end - begin);

    *s = (nnp_tree_span){ begin, end, depth, -1, 0, 0, 0 };
    double sum = s->sum = nnp_tree_sum(t, s, value);
    node[NNP_TREE_FEATURE] = -1;
    node[NNP_TREE_THRESHOLD] = node[NNP_TREE_YES] = 0;
    node[NNP_TREE_ROWS] = n;
    node[NNP_TREE_IMPURITY] = nnp_tree_side(t, n, sum) / n;
    if (t->y) {
        *value = sum;
        nnp_tree_mean(t, s, node, value);
    }
    t->n_leaves++;
    t->depth = depth > t->depth ? depth : t->depth;
    if (node[NNP_TREE_IMPURITY] > nnp_tree_near(t) / 1000 && end - begin >= 2 &&
        end - begin >= t->min_split && !(t->max_depth && depth >= t->max_depth))
        nnp_tree_find(c, t, s, i);
}

/* Rows that say yes first, in their order. */
static inline int64_t nnp_tree_part_rows(nnp_tree *t, const nnp_tree_span *s)
{
    int64_t      yes = s->begin, no = 0;
    const float *x = t->columns + s->feature * t->n;

    for (int64_t i = s->begin; i < s->end; i++) {
        int32_t r = t->row[i];
        if ((double)x[r] <= s->threshold)
            t->row[yes++] = r;
        else
            t->spare[no++] = r;
    }
    memcpy(t->row + yes, t->spare, (size_t)no * sizeof *t->row);
    return yes;
}

/* The leaf that grows next: the first, or where leaves are counted the one that gains most;
 * -1: none. */
static inline int64_t nnp_tree_next(const nnp_tree *t, int64_t *from)
{
    int64_t best = -1;
    double  most = -1;

    for (int64_t i = *from; i < t->n_nodes; i++) {
        double gain = t->span[i].gain * (double)(t->span[i].end - t->span[i].begin);
        int    open = t->node[i * NNP_TREE_NODE] < 0 && t->span[i].feature >= 0;
        if (!open && best < 0 && i == *from)
            ++*from;
        if (open && !t->max_leaves)
            return i;
        if (open && gain > most + nnp_tree_near(t)) {
            most = gain;
            best = i;
        }
    }
    return best;
}

/* nnp_tree_place was called, and t->row holds the rows. */
static inline void nnp_tree_grow(nnp_ctx *c, nnp_tree *t)
{
    int64_t i, from = 0;

    t->n_nodes = t->n_leaves = t->depth = 0;
    for (int64_t k = 0; t->criterion == NNP_TREE_ENTROPY && k <= t->n; k++)
        t->xlogx[k] = k ? (double)k * log2((double)k) : 0;
    nnp_tree_add(c, t, 0, t->n, 0);
    while ((!t->max_leaves || t->n_leaves < t->max_leaves) &&
           (i = nnp_tree_next(t, &from)) >= 0) {
        nnp_tree_span *s = &t->span[i];
        double        *node = t->node + i * NNP_TREE_NODE;
        int64_t        middle = nnp_tree_part_rows(t, s);
        node[NNP_TREE_FEATURE] = (double)s->feature;
        node[NNP_TREE_THRESHOLD] = s->threshold;
        node[NNP_TREE_YES] = (double)t->n_nodes;
        t->n_leaves--;
        nnp_tree_add(c, t, s->begin, middle, s->depth + 1);
        nnp_tree_add(c, t, middle, s->end, s->depth + 1);
    }
}

/* The node is a leaf. */
static inline int nnp_tree_ends(const double *node, int64_t i)
{
    return node[i * NNP_TREE_NODE + NNP_TREE_FEATURE] < 0;
}

static inline int64_t nnp_tree_leaf(const double *node, const float *x)
{
    int64_t i = 0;

    while (node[i * NNP_TREE_NODE] >= 0) {
        const double *at = node + i * NNP_TREE_NODE;
        int no = (double)x[(int64_t)at[NNP_TREE_FEATURE]] > at[NNP_TREE_THRESHOLD];
        i = (int64_t)at[NNP_TREE_YES] + no;
    }
    return i;
}

/* ---- many trees, one behind the other in states ---- */

/* Their nodes [n, NODE] and values [n, k], which GROW, and where each of them begins,
 * [trees + 1], first[0] being 0. */
typedef struct nnp_tree_states {
    uint32_t nodes, values, first;
} nnp_tree_states;

/* Appends tree `number`; all before it are there. */
static inline int nnp_tree_keep(nnp_ctx *c, const nnp_tree *t, nnp_tree_states s,
                                int64_t number)
{
    double *first = (double *)c->state[s.first].data;
    int64_t before = (int64_t)first[number];
    int     rc = nnp_grow(c, s.nodes, before + t->n_nodes);

    rc = rc ? rc : nnp_grow(c, s.values, before + t->n_nodes);
    if (rc)
        return rc;
    first[number + 1] = (double)(before + t->n_nodes);
    memcpy((double *)c->state[s.nodes].data + before * NNP_TREE_NODE, t->node,
           (size_t)(t->n_nodes * NNP_TREE_NODE) * sizeof(double));
    memcpy((double *)c->state[s.values].data + before * t->k, t->value,
           (size_t)(t->n_nodes * t->k) * sizeof(double));
    return NNP_OK;
}

/* The node of all of them where the row ends in tree `number`. */
static inline int64_t nnp_tree_end(const nnp_ctx *c, nnp_tree_states s, int64_t number,
                                   const float *x)
{
    int64_t at = (int64_t)((const double *)c->state[s.first].data)[number];

    return at + nnp_tree_leaf(
                    (const double *)c->state[s.nodes].data + at * NNP_TREE_NODE, x);
}
#endif
