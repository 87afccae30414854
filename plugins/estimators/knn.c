/* SPDX-License-Identifier: MIT */
/*
 * knn: the classes of the nearest training rows vote. Fix and Hodges (1951); Cover and
 * Hart (1967), "Nearest neighbor pattern classification".
 *
 * Products of a block of kept rows with all rows of the batch give squared distances with
 * an error of which an upper bound is known. Where such a distance may be among the k
 * smallest so far it is computed again, exactly in f64: so equal distances are equal, the
 * earlier row wins, and nothing depends on the product or on the number of threads.
 */
#include <math.h>
#include <string.h>

#include <nnpipe/plugin.h>
#include <nnpipe/target.h>

struct knn {
    int64_t    n_neighbors;
    int32_t    weights, pad;
    nnp_target target;
};

enum { UNIFORM, DISTANCE };
enum { ROWS, CLASS_OF, NORM };     /* states */
enum { PRODUCT, NEAR, WHO, VOTE }; /* scratch */
enum { BLOCK = 512 };              /* kept rows that are looked at in one product */

static const nnp_param params[] = {
    { "n_neighbors", NNP_INT | NNP_MAIN, offsetof(struct knn, n_neighbors), "5",
      "[1,100000]", "how many training rows vote", NULL },
    { "weights", NNP_ENUM, offsetof(struct knn, weights), "uniform", "uniform|distance",
      "all votes count the same, or 1 / distance; rows at no distance then vote alone",
      NULL },
};

static int setup(nnp_ctx *c, void *self)
{
    struct knn      *s = self;
    int              rc = nnp_target_setup(c, &s->target);
    int64_t          n = rc ? 0 : c->in[0].shape[0], k = s->n_neighbors;
    const nnp_wanted wanted[] = {
        { NNP_STATE | NNP_GROWS, NNP_F32, "rows", 2, { 0, s->target.columns } },
        { NNP_STATE | NNP_GROWS, NNP_I32, "classes", 1, { 0 } },
        { NNP_STATE | NNP_GROWS, NNP_F64, "norms", 1, { 0 } },
        { NNP_SCRATCH, NNP_F32, "product", 2, { n, BLOCK } },
        { NNP_SCRATCH, NNP_F64, "near", 2, { n, k } },
        { NNP_SCRATCH, NNP_I64, "who", 2, { n, k } },
        { NNP_SCRATCH, NNP_F64, "vote", 2, { n, s->target.classes } },
    };

    return rc ? rc : nnp_declare_all(c, wanted, sizeof wanted / sizeof *wanted);
}

static double square(const float *x, int64_t d)
{
    double sum = 0;

    for (int64_t j = 0; j < d; j++)
        sum += (double)x[j] * (double)x[j];
    return sum;
}

/* All training rows at once. */
static int fit(nnp_ctx *c, void *self)
{
    const struct knn *s = self;
    int64_t           n = c->in[0].shape[0];
    int               rc = nnp_target_finite(c, 0);

    if (!rc && s->n_neighbors > n)
        rc = nnp_fail(c, NNP_EINVAL,
                      "n_neighbors is %lld, but there are %lld training rows",
                      (long long)s->n_neighbors, (long long)n);
    rc = rc ? rc : nnp_grow(c, ROWS, n);
    rc = rc ? rc : nnp_grow(c, CLASS_OF, n);
    rc = rc ? rc : nnp_grow(c, NORM, n);
    for (int64_t i = 0; !rc && i < n; i++) {
        int64_t k = nnp_target_class(c, &s->target, (size_t)i, 0);
        if (k < 0)
            return (int)k;
        ((int32_t *)c->state[CLASS_OF].data)[i] = (int32_t)k;
        ((double *)c->state[NORM].data)[i] =
            square(nnp_f32(&c->in[0]) + i * s->target.columns, s->target.columns);
    }
    if (!rc)
        memcpy(c->state[ROWS].data, c->in[0].data, nnp_count(&c->in[0]) * sizeof(float));
    return rc;
}

static int finish(nnp_ctx *c, void *self)
{
    (void)self;
    return c->host->report(c, "rows", (double)c->state[ROWS].shape[0]);
}

/* ---- the nearest ---- */

static double exactly(const float *x, const float *m, int64_t d)
{
    double sum = 0;

    for (int64_t j = 0; j < d; j++) {
        double off = (double)x[j] - (double)m[j];
        sum += off * off;
    }
    return sum;
}

/* Puts a row among the nearest of `have`, at most k; who comes later stands behind its
 * equals. Returns how many there are now. */
static int64_t insert(double *near, int64_t *who, int64_t have, int64_t k, double far,
                      int64_t row)
{
    int64_t at = have < k ? have : k - 1;

    for (; at > 0 && near[at - 1] > far; at--) {
        near[at] = near[at - 1];
        who[at] = who[at - 1];
    }
    near[at] = far;
    who[at] = row;
    return have < k ? have + 1 : k;
}

struct looking {
    nnp_ctx          *c;
    const struct knn *s;
    int64_t           first, n; /* the block of kept rows */
};

/* A product of d terms in f32 is off by at most d 2^-24 |x| |m| and a little; twice that
 * of a product is in the distance. What is not a number is looked at closely. */
static void look(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct looking *l = arg;
    nnp_ctx              *c = l->c;
    int64_t               d = l->s->target.columns, k = l->s->n_neighbors;
    const double         *norm = (const double *)c->state[NORM].data + l->first;
    const float          *rows = nnp_f32(&c->state[ROWS]) + l->first * d;
    double                slack = ((double)d + 8) * 1.2e-7;

    (void)worker;
    for (size_t i = begin; i < end; i++) {
        const float *x = nnp_f32(&c->in[0]) + (int64_t)i * d;
        const float *product = nnp_f32(&c->scratch[PRODUCT]) + i * BLOCK;
        double      *near = (double *)c->scratch[NEAR].data + (int64_t)i * k;
        int64_t     *who = (int64_t *)c->scratch[WHO].data + (int64_t)i * k;
        int64_t      have = l->first < k ? l->first : k;
        double       own = square(x, d);
        for (int64_t r = 0; r < l->n; r++) {
            double about = own + norm[r] - 2 * (double)product[r];
            if (have == k && about - slack * (own + norm[r]) > near[k - 1])
                continue;
            double far = exactly(x, rows + r * d, d);
            if (have < k || far < near[k - 1])
                have = insert(near, who, have, k, far, l->first + r);
        }
    }
}

/* ---- votes ---- */

static void vote(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct looking *l = arg;
    nnp_ctx              *c = l->c;
    int64_t               k = l->s->n_neighbors, classes = l->s->target.classes;
    const int32_t        *class_of = c->state[CLASS_OF].data;

    (void)worker;
    for (size_t i = begin; i < end; i++) {
        const double  *near = (const double *)c->scratch[NEAR].data + (int64_t)i * k;
        const int64_t *who = (const int64_t *)c->scratch[WHO].data + (int64_t)i * k;
        double        *share = (double *)c->scratch[VOTE].data + (int64_t)i * classes;
        double         sum = 0;
        memset(share, 0, (size_t)classes * sizeof *share);
        for (int64_t j = 0; j < k; j++) {
            double weight = 1;
            if (l->s->weights == DISTANCE)
                weight = near[0] > 0 ? sqrt(near[0] / near[j]) : near[j] <= 0;
            share[class_of[who[j]]] += weight;
            sum += weight;
        }
        for (int64_t j = 0; j < classes; j++)
            share[j] /= sum;
        nnp_target_put(c, &l->s->target, i, share);
    }
}

static int forward(nnp_ctx *c, void *self)
{
    const struct knn *s = self;
    struct looking    l = { c, s, 0, 0 };
    int64_t           n = c->in[0].shape[0], d = s->target.columns;
    int64_t           kept = c->state[ROWS].shape[0];
    int               rc = 0;

    if (kept < s->n_neighbors)
        return nnp_fail(c, NNP_EINVAL, "it has learned %lld rows, n_neighbors is %lld",
                        (long long)kept, (long long)s->n_neighbors);
    for (; !rc && l.first < kept; l.first += BLOCK) {
        const float *rows = nnp_f32(&c->state[ROWS]) + l.first * d;
        l.n = kept - l.first < BLOCK ? kept - l.first : BLOCK;
        rc = c->host->gemm(c, 0, 1, n, l.n, d, 1, nnp_f32(&c->in[0]), d, rows, d, 0,
                           nnp_f32(&c->scratch[PRODUCT]), BLOCK);
        rc = rc ? rc : c->host->parallel(c, (size_t)n, 8, look, &l);
    }
    return rc ? rc : c->host->parallel(c, (size_t)n, 64, vote, &l);
}

static int say(const nnp_ctx *c, const void *self, char *out, size_t room)
{
    const struct knn *s = self;

    return snprintf(out, room, "%lld rows, of which the %lld nearest vote",
                    (long long)c->state[ROWS].shape[0], (long long)s->n_neighbors);
}

static const void *extension(const char *id)
{
    return strcmp(id, "nnp.learned/1") == 0 ? (const void *)say : NULL;
}

static const nnp_component knn = {
    NNP_COMPONENT("estimator", "knn"),
    .flags = NNP_ALL_ROWS,
    .doc = "the classes of the nearest training rows vote",
    .min_in = 2,
    .max_in = 2,
    .ports = "x to",
    .self_size = sizeof(struct knn),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
    .fit = fit,
    .finish = finish,
    .extension = extension,
};

NNP_PLUGIN(knn, NNP_OURS, &knn)
