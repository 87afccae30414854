/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "train/goal.h"

#include <math.h>
#include <string.h>

struct goal goal_of(const struct train_spec *train)
{
    const char *name = train->keep.best ? train->keep.best : train->stop.on_best;
    bool        keep = train->keep.best != NULL;

    return (struct goal){
        .train = train,
        .figure = name ? name : "loss",
        .maximize = keep ? train->keep.maximize : train->stop.maximize,
    };
}

static bool asks(const struct expr *e, enum split split)
{
    for (const char *const *name = e ? expr_names(e) : NULL; name && *name; name++)
        if (split_of(*name) == split)
            return true;
    return false;
}

bool goal_needs(const struct goal *g, enum split split)
{
    return split_of(g->figure) == split || asks(g->train->stop.when, split) ||
           asks(g->train->retry.unless, split);
}

const char *goal_unknown(const struct goal *g, const struct figures *f)
{
    const struct expr *e = g->train->stop.when;

    for (const char *const *name = e ? expr_names(e) : NULL; name && *name; name++)
        if (!figures_find(f, *name) && strcmp(*name, "epoch") != 0)
            return *name;
    return NULL;
}

/* What cannot be computed does not hold. */
static bool holds(const struct expr *e, const struct figures *f)
{
    return e && figures_hold(f, e, NULL) > 0;
}

static double gain(const struct goal *g, double now, double before)
{
    return g->maximize ? now - before : before - now;
}

int goal_judge(const struct goal *g, const struct figures *f, struct standing *s)
{
    const struct figure *now = figures_find(f, g->figure);

    if (!now)
        return -1;
    bool best = g->train->keep.newest || !s->best_epoch || isnan(s->best_value) ||
                gain(g, now->value, s->best_value) > 0;
    /* The bar stays where the last progress was: many small gains add up to one. */
    bool progress = !s->best_epoch || isnan(s->bar) ||
                    gain(g, now->value, s->bar) > g->train->stop.min_delta;

    s->since_best = progress ? 0 : s->since_best + 1;
    if (progress)
        s->bar = now->value;
    if (best) {
        s->best_value = now->value;
        s->best_epoch = f->epoch;
    }
    s->holds_for = holds(g->train->stop.when, f) ? s->holds_for + 1 : 0;
    return best;
}

enum ending goal_ending(const struct goal *g, const struct standing *s)
{
    const struct train_spec *t = g->train;

    if (t->stop.when && s->holds_for >= t->stop.for_epochs)
        return ENDED_WHEN;
    if (t->stop.patience > 0 && s->since_best >= t->stop.patience)
        return ENDED_PATIENCE;
    return ENDED_DONE;
}

int64_t goal_updates(const struct goal *g, int64_t rows)
{
    const struct train_spec *t = g->train;
    int64_t                  batches = (rows + t->batch - 1) / t->batch;

    return t->steps > 0 ? t->steps
                        : t->epochs * ((batches + t->accumulate - 1) / t->accumulate);
}

bool goal_is_updated(const struct goal *g, uint64_t updates)
{
    return g->train->steps > 0 && (int64_t)updates >= g->train->steps;
}

bool goal_is_past(const struct goal *g, int64_t epoch)
{
    return g->train->steps <= 0 && epoch > g->train->epochs;
}

bool goal_keeps(const struct goal *g, int64_t epoch)
{
    return g->train->keep.every > 0 && epoch % g->train->keep.every == 0;
}

bool goal_is_met(const struct goal *g, const struct figures *f)
{
    return !g->train->retry.unless || holds(g->train->retry.unless, f);
}

int64_t goal_tried(const struct goal *g, int64_t attempt)
{
    return g->train->retry.times ? attempt : 0;
}

bool goal_is_better(const struct goal *g, const struct standing *a,
                    const struct standing *b)
{
    if (!a->best_epoch || isnan(a->best_value))
        return false;
    return !b->best_epoch || isnan(b->best_value) ||
           gain(g, a->best_value, b->best_value) > 0;
}

bool goal_may_retry(const struct goal *g, int64_t attempts)
{
    return attempts <= g->train->retry.times;
}
