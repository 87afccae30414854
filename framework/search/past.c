/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "search/past.h"

#include <math.h>
#include <string.h>

#include "call/services.h"

double past_value(const struct search *s, const struct search_trial *t)
{
    if (t->state == NNP_TRIAL_FAILED || isnan(t->value))
        return (double)INFINITY;
    return s->spec->maximize ? -t->value : t->value;
}

void past_open(struct past *p, struct arena *a, const struct search *s, int64_t k,
               const bool *seen)
{
    *p = (struct past){ .search = s };
    p->v = arena_array(a, (size_t)k + 1, sizeof *p->v);
    p->of = arena_array(a, (size_t)k + 1, sizeof *p->of);
    for (int64_t i = 0; i < k; i++) {
        const struct search_trial *t = s->trial[i];
        if (!t->asked) /* with order: free somebody else may be thinking of it */
            continue;
        p->of[p->n] = *t;
        if (!seen[i])
            p->of[p->n] =
                (struct search_trial){ .number = i, .state = NNP_TRIAL_RUNNING };
        p->v[p->n] = (nnp_trial){ .size = sizeof *p->v,
                                  .state = p->of[p->n].state,
                                  .number = i,
                                  .epochs = p->of[p->n].epochs,
                                  .value = seen[i] ? past_value(s, t) : (double)INFINITY,
                                  .x = t->x };
        p->n++;
    }
}

struct search_trial *past_add(struct past *p, int64_t number, double *x)
{
    struct search_trial *own = &p->of[p->n];

    *own = (struct search_trial){ .number = number, .state = NNP_TRIAL_RUNNING, .x = x };
    p->v[p->n++] = (nnp_trial){ .size = sizeof *p->v,
                                .state = NNP_TRIAL_RUNNING,
                                .number = number,
                                .value = (double)INFINITY,
                                .x = x };
    return own;
}

/* ---- the table ---- */

static const struct past *past_of(nnp_ctx *c)
{
    return services_of(c)->services->arg;
}

static uint32_t count_dims(nnp_ctx *c)
{
    return (uint32_t)past_of(c)->search->space.n;
}

static const nnp_dim *nth_dim(nnp_ctx *c, uint32_t i)
{
    const struct space *s = &past_of(c)->search->space;

    return i < s->n ? &s->dim[i] : NULL;
}

static int64_t count_trials(nnp_ctx *c)
{
    return past_of(c)->n;
}

static const nnp_trial *nth_trial(nnp_ctx *c, int64_t i)
{
    const struct past *p = past_of(c);

    return i >= 0 && i < p->n ? &p->v[i] : NULL;
}

static double best_at(nnp_ctx *c, int64_t i, int64_t epoch)
{
    const struct past *p = past_of(c);

    if (i < 0 || i >= p->n || epoch < 1 || epoch > p->of[i].n_best)
        return (double)NAN;
    return p->of[i].best[epoch - 1];
}

static int is_known(nnp_ctx *c, const double *x)
{
    const struct past  *p = past_of(c);
    const struct space *s = &p->search->space;
    struct arena        scrap = { 0 };
    double             *y = arena_array(&scrap, s->n + 1, sizeof *y);

    memcpy(y, x, s->n * sizeof *y);
    bool known = !space_settle(s, y) || !space_allows(s, y);
    for (int64_t i = 0; !known && i < p->n; i++)
        known = space_same(s, y, p->v[i].x);
    arena_close(&scrap);
    return known;
}

static int settle_point(nnp_ctx *c, double *x)
{
    return space_settle(&past_of(c)->search->space, x);
}

static int64_t whole_epochs(nnp_ctx *c)
{
    return past_of(c)->search->epochs;
}

static const char *value_text(nnp_ctx *c, uint32_t i, double v)
{
    const struct search *s = past_of(c)->search;

    if (i >= s->space.n || isnan(v))
        return "";
    return space_text(&s->space, services_of(c)->arena, i, v);
}

static int sign_of(nnp_ctx *c)
{
    return past_of(c)->search->spec->maximize ? -1 : 1;
}

static const char *goal_of_search(nnp_ctx *c)
{
    return past_of(c)->search->spec->goal;
}

const nnp_search past_offer = {
    .size = sizeof past_offer,
    .dims = count_dims,
    .dim = nth_dim,
    .trials = count_trials,
    .trial = nth_trial,
    .at = best_at,
    .known = is_known,
    .settle = settle_point,
    .epochs = whole_epochs,
    .text = value_text,
    .sign = sign_of,
    .goal = goal_of_search,
};

const void *past_extension(void *arg, struct instance *i, const char *id)
{
    (void)arg;
    (void)i;
    return strcmp(id, "nnp.search/1") == 0 ? &past_offer : NULL;
}
