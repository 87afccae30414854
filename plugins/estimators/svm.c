/* SPDX-License-Identifier: MIT */
/*
 * svm: support vector machines, one for each pair of classes, which vote. Cortes and
 * Vapnik (1995). Each is solved by SMO with a working set of second order (Fan, Chen, Lin
 * 2005, "Working set selection using second order information for training support vector
 * machines"), without shrinking; values of the kernel are kept as long as `cache` has
 * room, and rows of them that were least recently used go.
 *
 * Of two classes the share is (1 + f) / 2 within 0..1, a shade that is 1/2 on the
 * boundary: so the class and its share cannot disagree. f itself is the second output.
 */
#include <math.h>
#include <string.h>

#include <stdlib.h>
#include <nnpipe/kernel.h>
#include <nnpipe/plugin.h>
#include <nnpipe/smo.h>
#include <nnpipe/target.h>

struct svm {
    double      C, coef0, tol, gamma; /* gamma 0: of the rows */
    const char *gamma_text;
    int64_t     degree, cache;
    int32_t     kernel, pad;
    nnp_target  target;
    int64_t     pairs;
};

enum { SV, CLASSES, COEF, BIAS, MEAN, GAMMA };                    /* states */
enum { ROWS, BLOCK, PRODUCT, CLASS_OF, WORK, CACHE, VOTE, NORM }; /* scratch */
enum { VECTORS = 256 }; /* support vectors that are looked at in one product */

static const nnp_param params[] = {
    { "C", NNP_REAL | NNP_MAIN, offsetof(struct svm, C), "1", "(0,inf)",
      "how much a row on the wrong side costs", NULL },
    { "kernel", NNP_ENUM, offsetof(struct svm, kernel), "rbf", "linear|rbf|poly",
      "x y, exp(-gamma |x - y|^2), or (gamma x y + coef0)^degree", NULL },
    { "gamma", NNP_STR, offsetof(struct svm, gamma_text), "scale", NULL,
      "scale: 1 / (columns * variance of all x); auto: 1 / columns; or a number", NULL },
    { "degree", NNP_INT, offsetof(struct svm, degree), "3", "[1,100]", "of poly", NULL },
    { "coef0", NNP_REAL, offsetof(struct svm, coef0), "0", NULL, "of poly", NULL },
    { "tol", NNP_REAL, offsetof(struct svm, tol), "1e-3", "(0,inf)",
      "ends where no pair of rows violates the conditions by more", NULL },
    { "cache", NNP_INT, offsetof(struct svm, cache), "200", "[1,1000000]",
      "memory for values of the kernel", "MiB" },
};

static int read_gamma(nnp_ctx *c, struct svm *s)
{
    char *end;

    s->gamma = strcmp(s->gamma_text, "auto") == 0 ? 1 / (double)s->target.columns : 0;
    if (s->gamma > 0 || strcmp(s->gamma_text, "scale") == 0)
        return NNP_OK;
    s->gamma = strtod(s->gamma_text, &end);
    if (*end || !(s->gamma > 0) || !isfinite(s->gamma))
        return nnp_fail(c, NNP_EINVAL,
                        "gamma is '%s'; scale, auto or a number above 0 is "
                        "meant",
                        s->gamma_text);
    return NNP_OK;
}

/* Numbers of the cache: all of the largest matrix that may come, or what there is room
 * for, at least two rows. */
static int64_t cache_numbers(const struct svm *s, int64_t n)
{
    int64_t room = s->cache * 262144;

    room = room < 2 * n ? 2 * n : room;
    return n <= room / (n ? n : 1) ? n * n : room;
}

static int setup(nnp_ctx *c, void *self)
{
    struct svm *s = self;
    int         rc = nnp_target_setup(c, &s->target);
    int64_t n = rc ? 0 : c->in[0].shape[0], d = s->target.columns, k = s->target.classes;

    rc = rc ? rc : read_gamma(c, s);
    s->pairs = k * (k - 1) / 2;
    const nnp_wanted wanted[] = {
        { NNP_OUT, NNP_F32, "score", 2, { n, s->pairs } },
        { NNP_STATE | NNP_GROWS, NNP_F32, "sv", 2, { 0, d } },
        { NNP_STATE | NNP_GROWS, NNP_I32, "classes", 1, { 0 } },
        { NNP_STATE | NNP_GROWS, NNP_F64, "coef", 2, { 0, s->pairs } },
        { NNP_STATE, NNP_F64, "bias", 1, { s->pairs } },
        { NNP_STATE, NNP_F64, "mean", 1, { d } },
        { NNP_STATE, NNP_F64, "gamma", 1, { 1 } },
        { NNP_SCRATCH, NNP_F32, "rows", 2, { n, d } },
        { NNP_SCRATCH, NNP_F32, "block", 2, { n > VECTORS ? n : VECTORS, d } },
        { NNP_SCRATCH, NNP_F32, "product", 2, { n, VECTORS } },
        { NNP_SCRATCH, NNP_I32, "class_of", 1, { n } },
        { NNP_SCRATCH, NNP_F64, "work", 2, { n, s->pairs + NNP_SMO_WORK } },
        { NNP_SCRATCH, NNP_F32, "cache", 1, { cache_numbers(s, n) } },
        { NNP_SCRATCH, NNP_F64, "vote", 1, { k } },
        { NNP_SCRATCH, NNP_F64, "norm", 1, { n + VECTORS } },
    };
    return rc ? rc : nnp_declare_all(c, wanted, sizeof wanted / sizeof *wanted);
}

/* ---- learning ---- */

/* The variance of all numbers, and the columns' means, which rbf takes away: distances
 * stay and products of what is left are more exact. */
static void look_at_rows(nnp_ctx *c, const struct svm *s)
{
    int64_t      n = c->in[0].shape[0], d = s->target.columns;
    const float *x = nnp_f32(&c->in[0]);
    double      *mean = c->state[MEAN].data, middle = 0, spread = 0;

    memset(mean, 0, (size_t)d * sizeof *mean);
    for (int64_t i = 0; i < n * d; i++) {
        mean[i % d] += (double)x[i] / (double)n;
        middle += (double)x[i] / (double)(n * d);
    }
    for (int64_t i = 0; i < n * d; i++)
        spread += ((double)x[i] - middle) * ((double)x[i] - middle) / (double)(n * d);
    if (s->kernel != NNP_KERNEL_RBF)
        memset(mean, 0, (size_t)d * sizeof *mean);
    *(double *)c->state[GAMMA].data =
        s->gamma > 0 ? s->gamma : 1 / ((double)d * (spread > 0 ? spread : 1));
}

static nnp_svm_kernel kernel_of(const nnp_ctx *c, const struct svm *s)
{
    return (nnp_svm_kernel){ s->kernel, (int32_t)s->degree,
                             *(double *)c->state[GAMMA].data, s->coef0 };
}

static void subtract(nnp_ctx *c, const struct svm *s, const float *x, float *to)
{
    const double *mean = c->state[MEAN].data;

    for (int64_t j = 0; j < s->target.columns; j++)
        to[j] = (float)((double)x[j] - mean[j]);
}

/* Rows of two classes, one behind the other; their numbers go to `which`. */
static int64_t gather(nnp_ctx *c, const struct svm *s, int64_t a, int64_t b,
                      int32_t *which)
{
    const int32_t *class_of = c->scratch[CLASS_OF].data;
    int64_t        m = 0, d = s->target.columns;

    for (int64_t i = 0; i < c->in[0].shape[0]; i++)
        if (class_of[i] == a || class_of[i] == b) {
            memcpy(nnp_f32(&c->scratch[BLOCK]) + m * d,
                   nnp_f32(&c->scratch[ROWS]) + i * d, (size_t)d * sizeof(float));
            which[m++] = (int32_t)i;
        }
    return m;
}

/* Of two classes all in all the second has the side above 0, of more the first of a pair,
 * as in LIBSVM and scikit-learn. */
static double side(const struct svm *s, int64_t class_of, int64_t a)
{
    return (class_of == a) == (s->target.classes > 2) ? 1 : -1;
}

/* The coefficients of pair number p go to column p of `coef`, by row. */
static int solve_pair(nnp_ctx *c, const struct svm *s, int64_t a, int64_t b, int64_t p,
                      double *coef)
{
    const int32_t *class_of = c->scratch[CLASS_OF].data;
    nnp_smo        o = { .k = kernel_of(c, s), .C = s->C, .tol = s->tol };

    nnp_smo_place(&o, c->in[0].shape[0], coef + c->in[0].shape[0] * s->pairs,
                  nnp_f32(&c->scratch[CACHE]), cache_numbers(s, c->in[0].shape[0]));
    o.x = nnp_f32(&c->scratch[BLOCK]);
    o.d = s->target.columns;
    o.n = gather(c, s, a, b, o.which);
    for (int64_t i = 0; i < o.n; i++)
        o.y[i] = side(s, class_of[o.which[i]], a);
    int rc = nnp_smo_solve(c, &o);
    for (int64_t i = 0; !rc && i < o.n; i++)
        coef[o.which[i] * s->pairs + p] = o.y[i] * o.alpha[i];
    ((double *)c->state[BIAS].data)[p] = o.bias;
    return rc;
}

/* Rows with a coefficient in any pair are the support vectors. */
static int keep(nnp_ctx *c, const struct svm *s, const double *coef)
{
    int64_t n = c->in[0].shape[0], kept = 0, d = s->target.columns;
    int     rc;

    for (int pass = 0; pass < 2; pass++, kept = pass == 1 ? 0 : kept) {
        for (int64_t i = 0; i < n; i++) {
            int64_t p = 0;
            while (p < s->pairs && !(fabs(coef[i * s->pairs + p]) > 0))
                p++;
            if (p == s->pairs)
                continue;
            if (pass) {
                memcpy(nnp_f32(&c->state[SV]) + kept * d, nnp_f32(&c->in[0]) + i * d,
                       (size_t)d * sizeof(float));
                memcpy((double *)c->state[COEF].data + kept * s->pairs,
                       coef + i * s->pairs, (size_t)s->pairs * sizeof *coef);
                ((int32_t *)c->state[CLASSES].data)[kept] =
                    ((int32_t *)c->scratch[CLASS_OF].data)[i];
            }
            kept++;
        }
        if (!pass && ((rc = nnp_grow(c, SV, kept)) || (rc = nnp_grow(c, COEF, kept)) ||
                      (rc = nnp_grow(c, CLASSES, kept))))
            return rc;
    }
    return NNP_OK;
}

static int fit(nnp_ctx *c, void *self)
{
    const struct svm *s = self;
    double           *coef = c->scratch[WORK].data;
    int64_t           n = c->in[0].shape[0], d = s->target.columns, p = 0;
    int rc = nnp_target_read_classes(c, &s->target, c->scratch[CLASS_OF].data,
                                     c->scratch[VOTE].data);

    if (rc)
        return rc;
    look_at_rows(c, s);
    for (int64_t i = 0; i < n; i++)
        subtract(c, s, nnp_f32(&c->in[0]) + i * d, nnp_f32(&c->scratch[ROWS]) + i * d);
    memset(coef, 0, (size_t)(n * s->pairs) * sizeof *coef);
    for (int64_t a = 0; !rc && a < s->target.classes; a++)
        for (int64_t b = a + 1; !rc && b < s->target.classes; b++)
            rc = solve_pair(c, s, a, b, p++, coef);
    return rc ? rc : keep(c, s, coef);
}

static int finish(nnp_ctx *c, void *self)
{
    (void)self;
    int rc = c->host->report(c, "vectors", (double)c->state[SV].shape[0]);
    return rc ? rc : c->host->report(c, "gamma", *(double *)c->state[GAMMA].data);
}

/* ---- using ---- */

/* Adds what a block of support vectors says to f, in `work`, row by row. */
static int add_block(nnp_ctx *c, const struct svm *s, int64_t first, int64_t m)
{
    int64_t n = c->in[0].shape[0], d = s->target.columns;
    float  *block = nnp_f32(&c->scratch[BLOCK]), *rows = nnp_f32(&c->scratch[ROWS]);
    float  *product = nnp_f32(&c->scratch[PRODUCT]);
    double *f = c->scratch[WORK].data, *norm = c->scratch[NORM].data;
    nnp_svm_kernel k = kernel_of(c, s);
    const double  *coef = (const double *)c->state[COEF].data + first * s->pairs;

    for (int64_t i = 0; i < m; i++)
        subtract(c, s, nnp_f32(&c->state[SV]) + (first + i) * d, block + i * d);
    for (int64_t i = 0; i < m; i++)
        norm[n + i] = nnp_kernel_dot(block + i * d, block + i * d, d);
    nnp_kernel_rows r = { rows, block, norm, norm + n, n, m, d, VECTORS, product };
    int             rc = nnp_kernel_fill(c, &k, &r);
    for (int64_t i = 0; !rc && i < n; i++)
        for (int64_t v = 0; v < m; v++)
            for (int64_t p = 0; p < s->pairs; p++)
                f[i * s->pairs + p] +=
                    (double)product[i * VECTORS + v] * coef[v * s->pairs + p];
    return rc;
}

/* Two classes: the margin as a shade. More: each pair has a vote. */
static void put_shares(nnp_ctx *c, const struct svm *s, size_t i, const double *f)
{
    double *share = c->scratch[VOTE].data;
    int64_t p = 0, k = s->target.classes;

    memset(share, 0, (size_t)k * sizeof *share);
    if (k == 2) {
        share[1] = fmin(fmax((1 + f[0]) / 2, 0), 1);
        share[0] = 1 - share[1];
    }
    for (int64_t a = 0; k > 2 && a < k; a++)
        for (int64_t b = a + 1; b < k; b++, p++)
            share[f[p] > 0 ? a : b] += 1 / (double)s->pairs;
    nnp_target_put(c, &s->target, i, share);
}

static int forward(nnp_ctx *c, void *self)
{
    const struct svm *s = self;
    int64_t           n = c->in[0].shape[0], d = s->target.columns;
    int64_t           kept = c->state[SV].shape[0];
    double           *f = c->scratch[WORK].data;
    int               rc = NNP_OK;

    for (int64_t i = 0; i < n; i++) {
        subtract(c, s, nnp_f32(&c->in[0]) + i * d, nnp_f32(&c->scratch[ROWS]) + i * d);
        memcpy(f + i * s->pairs, c->state[BIAS].data, (size_t)s->pairs * sizeof *f);
        const float *row = nnp_f32(&c->scratch[ROWS]) + i * d;
        ((double *)c->scratch[NORM].data)[i] = nnp_kernel_dot(row, row, d);
    }
    for (int64_t at = 0; !rc && at < kept; at += VECTORS)
        rc = add_block(c, s, at, kept - at < VECTORS ? kept - at : VECTORS);
    for (int64_t i = 0; !rc && i < n; i++) {
        for (int64_t p = 0; p < s->pairs; p++)
            nnp_f32(&c->out[1])[i * s->pairs + p] = (float)f[i * s->pairs + p];
        put_shares(c, s, (size_t)i, f + i * s->pairs);
    }
    return rc;
}

static int say(const nnp_ctx *c, const void *self, char *out, size_t room)
{
    const struct svm *s = self;
    const int32_t    *class_of = c->state[CLASSES].data;
    const double     *bias = c->state[BIAS].data;
    size_t            at = (size_t)snprintf(out, room, "%lld support vectors",
                                            (long long)c->state[SV].shape[0]);

    for (int64_t k = 0; k < s->target.classes && at < room; k++) {
        int64_t n = 0;
        for (int64_t i = 0; i < c->state[SV].shape[0]; i++)
            n += class_of[i] == k;
        at +=
            (size_t)snprintf(out + at, room - at, "%s%lld", k ? " " : ": ", (long long)n);
    }
    for (int64_t p = 0; p < s->pairs && p < 6 && at < room; p++)
        at += (size_t)snprintf(out + at, room - at, "%s%.4f", p ? " " : "; b ", bias[p]);
    return (int)at;
}

static const void *extension(const char *id)
{
    return strcmp(id, "nnp.learned/1") == 0 ? (const void *)say : NULL;
}

static const nnp_component svm = {
    NNP_COMPONENT("estimator", "svm"),
    .flags = NNP_ALL_ROWS,
    .doc = "support vector machines, one against one",
    .min_in = 2,
    .max_in = 2,
    .ports = "x to",
    .self_size = sizeof(struct svm),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
    .fit = fit,
    .finish = finish,
    .extension = extension,
};

NNP_PLUGIN(svm, NNP_OURS, &svm)
