/* SPDX-License-Identifier: MIT */
/*
 * tpe: looks where good trials are dense and bad ones are not (tree-structured Parzen
 * estimator; Bergstra et al. 2011, all dimensions together as in BOHB, Falkner et al.
 * 2018).
 *
 * Finished trials are sorted: done before stopped before failed, among stopped ones more
 * epochs first, then by value. The best tenth, 25 at most, are `below`; the others, and
 * those that still run, are `above`. Of `candidates` points drawn from the density of
 * those below the one with the largest log below - log above that is not known is next.
 * The first `startup` trials are points of Sobol's sequence.
 */
#include <nnpipe/parzen.h>
#include <nnpipe/sobol.h>
#include <string.h>

struct tpe {
    int64_t startup, candidates;
};

static const nnp_param params[] = {
    { "startup", NNP_INT, offsetof(struct tpe, startup), "10", "[1,1000000]",
      "trials at the beginning that only fill the space", "trials" },
    { "candidates", NNP_INT, offsetof(struct tpe, candidates), "24", "[1,4096]",
      "points that are drawn for each trial, of which the best is taken", NULL },
};

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    return nnp_search_point(c);
}

static int sooner(const void *pa, const void *pb)
{
    const nnp_trial *a = *(const nnp_trial *const *)pa,
                    *b = *(const nnp_trial *const *)pb;

    if (a->state != b->state)
        return a->state < b->state ? -1 : 1;
    if (a->state == NNP_TRIAL_STOPPED && a->epochs != b->epochs)
        return a->epochs > b->epochs ? -1 : 1;
    if (a->value < b->value || a->value > b->value)
        return a->value < b->value ? -1 : 1;
    return a->number < b->number ? -1 : 1;
}

static int by_number(const void *pa, const void *pb)
{
    const nnp_trial *a = *(const nnp_trial *const *)pa,
                    *b = *(const nnp_trial *const *)pb;

    return a->number < b->number ? -1 : 1;
}

struct work { /* of one trial */
    nnp_ctx          *c;
    const nnp_search *search;
    uint32_t          dims;
    const nnp_dim   **dim;
    const nnp_trial **trial; /* below, then above */
    const double    **point; /* of each */
    uint32_t          n_below, n;
    nnp_parzen        below, above;
    double           *x, *score; /* candidates */
};

static int make_room(struct work *w, const struct tpe *self, int64_t trials)
{
    size_t n = (size_t)trials + 1, m = (size_t)self->candidates;

    w->dim = (const nnp_dim **)calloc(w->dims + 1u, sizeof *w->dim);
    w->trial = (const nnp_trial **)calloc(n, sizeof *w->trial);
    w->point = (const double **)calloc(n, sizeof *w->point);
    w->x = (double *)calloc(m * w->dims + 1, sizeof *w->x);
    w->score = (double *)calloc(m, sizeof *w->score);
    return w->dim && w->trial && w->point && w->x && w->score ? NNP_OK : NNP_ENOMEM;
}

/* Finished ones first, the running ones behind them. */
static void sort_trials(struct work *w, int64_t trials)
{
    uint32_t finished = 0;

    for (int64_t i = 0; i < trials; i++) {
        const nnp_trial *t = w->search->trial(w->c, i);

        w->n += t->state == NNP_TRIAL_RUNNING;
        if (t->state != NNP_TRIAL_RUNNING)
            w->trial[finished++] = t;
    }
    for (int64_t i = 0, k = finished; i < trials; i++)
        if (w->search->trial(w->c, i)->state == NNP_TRIAL_RUNNING)
            w->trial[k++] = w->search->trial(w->c, i);
    w->n += finished;
    if (finished)
        qsort(w->trial, finished, sizeof *w->trial, sooner);
    w->n_below = (finished + 9) / 10 < 25 ? (finished + 9) / 10 : 25;
    if (w->n_below)
        qsort(w->trial, w->n_below, sizeof *w->trial, by_number);
    if (w->n > w->n_below)
        qsort(w->trial + w->n_below, w->n - w->n_below, sizeof *w->trial, by_number);
    for (uint32_t i = 0; i < w->n; i++)
        w->point[i] = w->trial[i]->x;
}

static void draw_one(struct work *w, uint32_t k)
{
    double  *x = w->x + (size_t)k * w->dims;
    uint64_t first = (uint64_t)k * (w->dims + 1u);
    uint32_t i = nnp_parzen_pick(&w->below, nnp_search_draw(w->c, first));

    for (uint32_t j = 0; j < w->dims; j++) {
        double v = nnp_parzen_draw(&w->below, i, j, nnp_search_draw(w->c, first + 1 + j));

        if (w->dim[j]->kind != NNP_DIM_CHOICE)
            v = nnp_dim_outer(w->dim[j], v);
        x[j] = nnp_dim_snap(w->dim[j], v);
    }
    w->search->settle(w->c, x);
    w->score[k] = nnp_parzen_log(&w->below, x) - nnp_parzen_log(&w->above, x);
}

/* The best that is not known; where all are, the best of all, and the host asks again. */
static uint32_t choose(struct work *w, uint32_t n)
{
    uint32_t best = 0, first = 0;

    for (uint32_t left = n; left > 0; left--) {
        best = n;
        for (uint32_t k = 0; k < n; k++)
            if (!isnan(w->score[k]) && (best == n || w->score[k] > w->score[best]))
                best = k;
        if (best == n)
            return first;
        if (left == n)
            first = best;
        if (!w->search->known(w->c, w->x + (size_t)best * w->dims))
            return best;
        w->score[best] = (double)NAN;
    }
    return first;
}

static int propose(struct work *w, const struct tpe *self, double *out)
{
    uint32_t n = (uint32_t)self->candidates;

    for (uint32_t j = 0; j < w->dims; j++)
        w->dim[j] = w->search->dim(w->c, j);
    sort_trials(w, w->search->trials(w->c));
    if (nnp_parzen_open(&w->below, w->dim, w->dims, w->point, w->n_below) ||
        nnp_parzen_open(&w->above, w->dim, w->dims, w->point + w->n_below,
                        w->n - w->n_below))
        return NNP_ENOMEM;
    for (uint32_t k = 0; k < n; k++)
        draw_one(w, k);
    memcpy(out, w->x + (size_t)choose(w, n) * w->dims, w->dims * sizeof *out);
    return NNP_OK;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct tpe *s = (const struct tpe *)self;
    double           *out = (double *)c->out[0].data;
    struct work       w = { .c = c, .search = nnp_search_of(c) };
    int               rc;

    if ((int64_t)c->step < s->startup) {
        nnp_sobol_point(c, w.search, out);
        return NNP_OK;
    }
    w.dims = w.search->dims(c);
    rc = make_room(&w, s, w.search->trials(c));
    rc = rc ? rc : propose(&w, s, out);
    nnp_parzen_close(&w.below);
    nnp_parzen_close(&w.above);
    free((void *)w.dim);
    free((void *)w.trial);
    free((void *)w.point);
    free(w.x);
    free(w.score);
    return rc ? nnp_fail(c, rc, "no memory for %lld trials", (long long)c->step) : NNP_OK;
}

static const nnp_component tpe = {
    NNP_COMPONENT("sampler", "tpe"),
    .doc = "looks where good trials are dense and bad ones are not",
    .self_size = sizeof(struct tpe),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
};

NNP_PLUGIN(tpe, NNP_OURS, &tpe)
