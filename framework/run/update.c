/* SPDX-License-Identifier: MIT */
/*
 * One update is, in this order:
 *
 *   schedules       set rates and other parameters, by how far the training is
 *   gradients       of transposed weights are added to those of their originals
 *   penalties       on weights add theirs, so that optimizers see the whole objective
 *   the chain       what prepares gradients (clip) stands first, then what changes
 *                   weights; each sees what the one before has left
 *   projections     put weights back in their bounds (max_norm), which an optimizer knows
 *                   nothing of
 *   transposed      weights follow their originals: the next batch reads both
 *
 * The values that schedules give lie in the pace and in the parameters of the instances.
 * The spec keeps what the file says.
 */
#include <config.h>
#include "run/update.h"

#include <math.h>

#include "base/denormal.h"
#include "run/step.h"

static void begin_call(const struct session *s, struct instance *i)
{
    i->ctx.flags = NNP_TRAIN;
    step_clock(&s->pace, i, "update", s->pace.update);
}

/* Gives what schedule k drives the value that the pace says. -1: it does not take it. */
static int set_driven(const struct session *s, size_t k)
{
    const struct schedule_spec *sp = s->frames->chain.drivers[k].spec;

    return frames_set(s->frames, sp->target, sp->param, s->pace.driven[k]);
}

/* Asked with the value in the file: a schedule gives a course, not a step from where it
 * is. What it does remember, as a plateau, is a state of its own. */
static int drive(struct session *s, size_t k, struct diag *d)
{
    struct driver     *v = &s->frames->chain.drivers[k];
    const struct item *item = &v->spec->item;
    double            *watched = &s->pace.watched[k], before = s->pace.driven[k];

    begin_call(s, &v->inst);
    v->inst.ctx.value = v->base;
    v->inst.in[0].data = isnan(*watched) ? NULL : watched;
    if (instance_call(&v->inst, item->type->desc->forward, "forward", d) < 0)
        return -1;
    s->pace.driven[k] = v->inst.ctx.result;
    if (!set_driven(s, k))
        return 0;
    diag_error(d, &item->at, "%s: gives %g, which %s does not take", item->name,
               s->pace.driven[k], v->spec->path);
    s->pace.driven[k] = before;
    return -1;
}

/* Frozen weights have no gradient to add to. */
static int run_penalties(const struct session *s, struct diag *d)
{
    for (size_t i = 0; i < s->graph->n_penalties; i++) {
        struct instance *p = &s->frames->penalty[i];
        if (!p->dweight[0].data || !p->type->desc->backward)
            continue;
        begin_call(s, p);
        if (instance_call(p, p->type->desc->backward, "backward", d) < 0)
            return -1;
    }
    return 0;
}

static int run_chain(const struct session *s, struct diag *d)
{
    const struct weights *w = &s->memory.weights;

    for (size_t i = 0; i < s->frames->chain.n_updaters; i++) {
        struct updater *u = &s->frames->chain.updaters[i];
        begin_call(s, &u->inst);
        u->inst.ctx.lr = u->lr ? *u->lr * u->factor * s->pace.rate : 0;
        if (u->group >= 0 && w->groups[u->group].decay)
            u->inst.ctx.flags |= NNP_DECAY;
        if (instance_call(&u->inst, u->inst.type->desc->forward, "forward", d) < 0)
            return -1;
    }
    return 0;
}

static int run_projections(const struct session *s, struct diag *d)
{
    for (size_t i = 0; i < s->graph->n_penalties; i++) {
        struct instance *p = &s->frames->penalty[i];
        if (!p->type->desc->finish)
            continue;
        begin_call(s, p);
        if (instance_call(p, p->type->desc->finish, "finish", d) < 0)
            return -1;
    }
    return 0;
}

static int run_all(struct session *s, struct diag *d)
{
    const struct update_chain *c = &s->frames->chain;

    for (size_t k = 0; k < c->n_drivers; k++)
        if (!c->drivers[k].each_epoch && drive(s, k, d))
            return -1;
    weights_collect(&s->memory.weights, s->graph);
    if (run_penalties(s, d) || run_chain(s, d) || run_projections(s, d))
        return -1;
    weights_mirror(&s->memory.weights, s->graph);
    s->pace.update++;
    return 0;
}

int update_run(struct session *s, struct diag *d)
{
    uint64_t before;
    bool     entered = denormal_enter(&before);
    int      rc = run_all(s, d);

    denormal_leave(entered, before);
    return rc;
}

int update_epoch(struct session *s, double (*metric)(void *, const char *), void *arg,
                 struct diag *d)
{
    const struct update_chain *c = &s->frames->chain;

    for (size_t k = 0; k < c->n_drivers; k++) {
        const struct driver *v = &c->drivers[k];
        if (v->spec->watch)
            s->pace.watched[k] = metric(arg, v->spec->watch);
        if (v->each_epoch && drive(s, k, d))
            return -1;
    }
    return 0;
}

int update_resume(const struct session *s)
{
    for (size_t k = 0; k < s->frames->chain.n_drivers; k++)
        if (set_driven(s, k))
            return -1;
    return 0;
}

void update_reset(struct session *s)
{
    for (size_t k = 0; k < s->frames->chain.n_drivers; k++) {
        s->pace.watched[k] = NAN;
        s->pace.driven[k] = s->frames->chain.drivers[k].base;
    }
    update_resume(s); /* the file's own values, which each parameter takes */
}

double update_rate(const struct session *s)
{
    const struct update_chain *c = &s->frames->chain;

    for (size_t i = 0; i < c->n_updaters; i++)
        if (c->updaters[i].lr)
            return *c->updaters[i].lr * s->pace.rate;
    return NAN;
}

double update_penalty(const struct session *s, struct diag *d)
{
    double sum = 0;

    for (size_t i = 0; i < s->graph->n_penalties; i++) {
        struct instance *p = &s->frames->penalty[i];
        if (!p->type->desc->forward)
            continue;
        if (instance_call(p, p->type->desc->forward, "forward", d) < 0)
            return NAN;
        sum += s->graph->penalties[i].item->weight * p->ctx.result;
    }
    return sum;
}
