/* SPDX-License-Identifier: MIT */
/*
 * kmeans: k centres so that the squared distances of the training rows to the nearest one
 * add up to little; forward gives the number of a row's nearest centre.
 *
 * Lloyd (1982), "Least squares quantization in PCM": a pass assigns every row and then
 * puts every centre in the middle of its rows; a centre without rows stays. `n_init`
 * starts go through the same passes side by side, and the best of them is kept, first in
 * `centers`.
 *
 * A start is k rows drawn at random, or by k-means++ (Arthur and Vassilvitskii 2007): one
 * centre after the other, each row with a chance that grows with its squared distance D
 * to the nearest centre so far. That is a race: row i gets the time -log(u) / D, u a
 * random number of its own, and the earliest row wins (Efraimidis and Spirakis 2006),
 * which takes one look at every row and no memory.
 *
 * The greedy variant of the same paper runs `candidates` races in that pass. A second
 * pass judges who won them: the row that leaves the least inertia is the next centre.
 */
#include <math.h>
#include <string.h>

#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct kmeans {
    int64_t k, n_init, iters, candidates;
    double  tol;
    int32_t init, pad;
    int64_t d;
};

enum { RANDOM, PLUSPLUS };
enum { CENTERS, PHASE, SUM, COUNT, INERTIA, SEEN, RACE, WINNER, LEFT }; /* states */
enum { STARTED, MOVES, SETTLED, PHASES };                               /* of PHASE */
enum { DISTANCE, CHANCE };                                              /* scratch */

static const nnp_param params[] = {
    { "k", NNP_INT | NNP_MAIN, offsetof(struct kmeans, k), NULL, "[1,inf)", "clusters",
      NULL },
    { "init", NNP_ENUM, offsetof(struct kmeans, init), "k-means++", "random|k-means++",
      "where the centres start: at random rows, or at rows far from each other", NULL },
    { "n_init", NNP_INT, offsetof(struct kmeans, n_init), "10", "[1,1000]",
      "starts; the one with the least inertia is kept", NULL },
    { "iters", NNP_INT, offsetof(struct kmeans, iters), "300", "[1,inf)",
      "most passes in which centres move", NULL },
    { "candidates", NNP_INT, offsetof(struct kmeans, candidates), "0", "[0,1000]",
      "rows that k-means++ draws for a centre, to take the best; 0: 2 + ln k", NULL },
    { "tol", NNP_REAL, offsetof(struct kmeans, tol), "1e-4", "[0,inf)",
      "settled when no centre moves further", NULL },
};

static int declare_states(nnp_ctx *c, const struct kmeans *s)
{
    int64_t races = s->n_init * s->candidates;
    const struct {
        uint32_t    flags, dtype;
        const char *name, *init;
        uint32_t    ndim;
        int64_t     shape[2];
    } states[] = {
        { 0, NNP_F32, "centers", "sample", 2, { s->n_init * s->k, s->d } },
        { 0, NNP_F64, "phase", NULL, 1, { PHASES } },
        { NNP_SUM, NNP_F64, "sum", NULL, 2, { s->n_init * s->k, s->d } },
        { NNP_SUM, NNP_F64, "count", NULL, 1, { s->n_init * s->k } },
        { NNP_SUM, NNP_F64, "inertia", NULL, 1, { s->n_init } },
        { NNP_SUM, NNP_F64, "seen", NULL, 1, { 1 } },
        { 0, NNP_F64, "race", NULL, 1, { races } },
        { 0, NNP_F32, "winner", NULL, 2, { races, s->d } },
        { NNP_SUM, NNP_F64, "left", NULL, 1, { races } },
    };
    int rc = 0;

    for (size_t i = 0; rc >= 0 && i < sizeof states / sizeof *states; i++)
        rc = c->host->declare(c, NNP_STATE | states[i].flags, states[i].name,
                              states[i].dtype, states[i].ndim, states[i].shape,
                              states[i].init);
    return rc;
}

static int setup(nnp_ctx *c, void *self)
{
    struct kmeans    *s = self;
    const nnp_tensor *x = &c->in[0];

    if (x->ndim < 2)
        return nnp_fail(c, NNP_EINVAL,
                        "rows of several columns are needed, this is one number a row");
    s->d = (int64_t)nnp_row(x);
    if (!s->candidates)
        s->candidates = 2 + (int64_t)log((double)s->k);
    int64_t n = x->shape[0], all = s->n_init * s->k, far[2] = { n, all };
    int     rc = c->host->declare(c, NNP_OUT, "cluster", NNP_I64, 1, &n, NULL);
    if (rc >= 0)
        rc = declare_states(c, s);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_SCRATCH, "distance", NNP_F32, 2, far, NULL);
    far[1] = s->n_init * s->candidates;
    if (rc >= 0)
        rc = c->host->declare(c, NNP_SCRATCH, "chance", NNP_F32, 2, far, NULL);
    return rc < 0 ? rc : NNP_OK;
}

/* ---- distances ---- */

NNP_HOT static float square(const float *x, size_t n)
{
    float  s[8] = { 0 };
    size_t i = 0;

    for (; i + 8 <= n; i += 8)
        for (size_t j = 0; j < 8; j++)
            s[j] += x[i + j] * x[i + j];
    for (; i < n; i++)
        s[0] += x[i] * x[i];
    return (s[0] + s[1]) + (s[2] + s[3]) + ((s[4] + s[5]) + (s[6] + s[7]));
}

/* |x - m|^2 less |x|^2 for each row x and each of `all` points m: |m|^2 - 2 x m. */
static int measure(nnp_ctx *c, const struct kmeans *s, const float *m, int64_t all,
                   float *far)
{
    int64_t n = c->in[0].shape[0];

    for (int64_t j = 0; j < all; j++)
        far[j] = square(m + j * s->d, (size_t)s->d);
    for (int64_t r = 1; r < n; r++)
        memcpy(far + r * all, far, (size_t)all * sizeof *far);
    return c->host->gemm(c, 0, 1, n, all, s->d, -2, nnp_f32(&c->in[0]), s->d, m, s->d, 1,
                         far, all);
}

/* The first `all` centres. */
static int measure_centres(nnp_ctx *c, const struct kmeans *s, int64_t all)
{
    return measure(c, s, nnp_f32(&c->state[CENTERS]), all,
                   nnp_f32(&c->scratch[DISTANCE]));
}

/* Of k numbers; of equal ones the first. NaN: 0. */
static int64_t least(const float *v, int64_t k)
{
    int64_t best = 0;

    for (int64_t j = 1; j < k; j++)
        best = v[j] < v[best] ? j : best;
    return best;
}

static double above_zero(double v)
{
    return v > 0 ? v : 0; /* rounding may leave a little less */
}

/* ---- starts by k-means++ ---- */

/* Passes that look for one centre; the first one is any row and needs no judgement. */
static int64_t looks(const struct kmeans *s)
{
    return s->candidates > 1 ? 2 : 1;
}

/* How many centres are there in this pass; k: enough. */
static int64_t have(const nnp_ctx *c, const struct kmeans *s)
{
    int64_t n = ((int64_t)c->step + looks(s) - 1) / looks(s);

    return s->init == PLUSPLUS && n < s->k ? n : s->k;
}

static int is_judging(const nnp_ctx *c, const struct kmeans *s)
{
    return looks(s) > 1 && c->step && c->step % 2 == 0;
}

/* The squared distance of row r to the nearest centre of start t so far. */
static double nearest(nnp_ctx *c, const struct kmeans *s, int64_t r, int64_t t,
                      double own)
{
    const float *far = nnp_f32(&c->scratch[DISTANCE]) + (r * s->n_init + t) * s->k;
    int64_t      n = have(c, s);

    return n ? above_zero((double)far[least(far, n)] + own) : 1;
}

/* The next centre of every start: rows race for it. */
static int race(nnp_ctx *c, const struct kmeans *s)
{
    int64_t n = c->in[0].shape[0], races = s->n_init * s->candidates;
    double *seen = c->state[SEEN].data, *first = c->state[RACE].data;
    float  *u = nnp_f32(&c->scratch[CHANCE]), *winner = nnp_f32(&c->state[WINNER]);
    int     rc = measure_centres(c, s, s->n_init * s->k);

    if (!rc)
        rc = c->host->rand(c, NNP_UNIFORM, (uint64_t)(*seen * (double)races), u,
                           (size_t)(n * races));
    for (int64_t r = 0; !rc && r < n; r++, ++*seen) {
        const float *x = nnp_f32(&c->in[0]) + r * s->d;
        double       own = (double)square(x, (size_t)s->d), d2 = 1;
        for (int64_t t = 0; t < races; t++) {
            if (t % s->candidates == 0)
                d2 = nearest(c, s, r, t / s->candidates, own);
            double time = -log1p(-(double)u[r * races + t]) / (d2 + 1e-30);
            if (*seen > 0 && time >= first[t])
                continue;
            first[t] = time;
            memcpy(winner + t * s->d, x, (size_t)s->d * sizeof *x);
        }
    }
    return rc;
}

/* What inertia each winner would leave. */
static int judge(nnp_ctx *c, const struct kmeans *s)
{
    int64_t n = c->in[0].shape[0], races = s->n_init * s->candidates;
    double *left = c->state[LEFT].data;
    float  *far = nnp_f32(&c->scratch[CHANCE]);
    int     rc = measure_centres(c, s, s->n_init * s->k);

    if (!rc)
        rc = measure(c, s, nnp_f32(&c->state[WINNER]), races, far);
    for (int64_t r = 0; !rc && r < n; r++) {
        const float *x = nnp_f32(&c->in[0]) + r * s->d;
        double       own = (double)square(x, (size_t)s->d), d2 = 0;
        for (int64_t t = 0; t < races; t++) {
            if (t % s->candidates == 0)
                d2 = nearest(c, s, r, t / s->candidates, own);
            left[t] += fmin(d2, above_zero((double)far[r * races + t] + own));
        }
    }
    return rc;
}

/* Centre number `at` of every start: of its winners the one that leaves the least. */
static void take_winners(nnp_ctx *c, const struct kmeans *s, int64_t at)
{
    const double *left = c->state[LEFT].data;

    for (int64_t t = 0; t < s->n_init; t++) {
        int64_t best = t * s->candidates;
        for (int64_t k = 1; is_judging(c, s) && k < s->candidates; k++)
            if (left[t * s->candidates + k] < left[best])
                best = t * s->candidates + k;
        memcpy(nnp_f32(&c->state[CENTERS]) + (t * s->k + at) * s->d,
               nnp_f32(&c->state[WINNER]) + best * s->d, (size_t)s->d * sizeof(float));
    }
}

/* ---- passes ---- */

struct adding {
    const nnp_ctx       *c;
    const struct kmeans *s;
};

/* Columns begin..end of all sums: each is added up in the order of the rows. */
static void add_columns(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct adding *a = arg;
    const nnp_ctx       *c = a->c;
    int64_t              all = a->s->n_init * a->s->k, d = a->s->d;
    double              *sum = c->state[SUM].data;

    (void)worker;
    for (int64_t r = 0; r < c->in[0].shape[0]; r++)
        for (int64_t t = 0; t < all; t += a->s->k) {
            const float *far = nnp_f32(&c->scratch[DISTANCE]) + r * all + t;
            const float *x = nnp_f32(&c->in[0]) + r * d;
            double      *to = sum + (t + least(far, a->s->k)) * d;
            for (size_t i = begin; i < end; i++)
                to[i] += (double)x[i];
        }
}

static int fit(nnp_ctx *c, void *self)
{
    const struct kmeans *s = self;
    struct adding        a = { c, s };
    int64_t              all = s->n_init * s->k;
    double              *count = c->state[COUNT].data, *inertia = c->state[INERTIA].data;

    if (have(c, s) < s->k)
        return is_judging(c, s) ? judge(c, s) : race(c, s);
    int rc = measure_centres(c, s, all);
    for (int64_t r = 0; !rc && r < c->in[0].shape[0]; r++) {
        double own = (double)square(nnp_f32(&c->in[0]) + r * s->d, (size_t)s->d);
        for (int64_t t = 0; t < s->n_init; t++) {
            const float *far = nnp_f32(&c->scratch[DISTANCE]) + r * all + t * s->k;
            int64_t      j = least(far, s->k);
            count[t * s->k + j]++;
            inertia[t] += above_zero((double)far[j] + own);
        }
    }
    return rc ? rc : c->host->parallel(c, (size_t)s->d, 128, add_columns, &a);
}

/* Centres to the middle of their rows; how far the furthest one went. */
static double move(nnp_ctx *c, const struct kmeans *s)
{
    const double *sum = c->state[SUM].data, *count = c->state[COUNT].data;
    float        *m = nnp_f32(&c->state[CENTERS]);
    double        furthest = 0;

    for (int64_t j = 0; j < s->n_init * s->k; j++) {
        double way = 0;
        for (int64_t i = j * s->d; count[j] > 0 && i < (j + 1) * s->d; i++) {
            float v = (float)(sum[i] / count[j]);
            way += (double)(v - m[i]) * (double)(v - m[i]);
            m[i] = v;
        }
        furthest = way > furthest || isnan(way) ? way : furthest;
    }
    return sqrt(furthest);
}

/* The best start changes places with the first one. */
static void choose(nnp_ctx *c, const struct kmeans *s, int64_t best)
{
    float *a = nnp_f32(&c->state[CENTERS]), *b = a + best * s->k * s->d;

    for (int64_t i = 0; best && i < s->k * s->d; i++) {
        float t = a[i];
        a[i] = b[i];
        b[i] = t;
    }
}

/* At the start, and at last with centres that stay, the inertia is what counts. */
static int conclude(nnp_ctx *c, const struct kmeans *s)
{
    const double *inertia = c->state[INERTIA].data, *count = c->state[COUNT].data;
    double       *phase = c->state[PHASE].data, mean = 0, rows = 0;
    int64_t       best = 0;

    for (int64_t j = 0; j < s->k; j++)
        rows += count[j];
    if (rows < (double)s->k)
        return nnp_fail(c, NNP_EINVAL, "more clusters than the %.0f training rows", rows);
    for (int64_t t = 0; t < s->n_init; t++) {
        mean += inertia[t] / (double)s->n_init;
        best = inertia[t] < inertia[best] ? t : best;
    }
    int rc = phase[STARTED]++ ? NNP_OK : c->host->report(c, "start", mean);
    if (rc || !phase[SETTLED])
        return rc ? rc : NNP_AGAIN;
    choose(c, s, best);
    rc = c->host->report(c, "inertia", inertia[best]);
    return rc ? rc : c->host->report(c, "mean", mean);
}

static int finish(nnp_ctx *c, void *self)
{
    const struct kmeans *s = self;
    double              *phase = c->state[PHASE].data;

    if (have(c, s) < s->k) {
        if (!c->step || looks(s) == 1 || is_judging(c, s))
            take_winners(c, s, have(c, s));
        return NNP_AGAIN;
    }
    int rc = conclude(c, s);
    if (rc == NNP_AGAIN) {
        double way = move(c, s);
        if (!isfinite(way))
            return nnp_fail(c, NNP_EMATH,
                            "the training rows have a number that is not finite");
        phase[SETTLED] = way <= s->tol || ++phase[MOVES] >= (double)s->iters;
    }
    return rc;
}

/* ---- using ---- */

static int forward(nnp_ctx *c, void *self)
{
    const struct kmeans *s = self;
    int64_t             *cluster = c->out[0].data;
    int                  rc = measure_centres(c, s, s->k);

    for (int64_t r = 0; !rc && r < c->in[0].shape[0]; r++)
        cluster[r] = least(nnp_f32(&c->scratch[DISTANCE]) + r * s->k, s->k);
    return rc;
}

static const nnp_component kmeans = {
    NNP_COMPONENT("estimator", "kmeans"),
    .doc = "k-means clustering; gives the number of the nearest centre",
    .takes = NNP_F32,
    .self_size = sizeof(struct kmeans),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
    .fit = fit,
    .finish = finish,
};

NNP_PLUGIN(kmeans, NNP_OURS, &kmeans)
