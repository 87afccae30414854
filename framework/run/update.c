/* SPDX-License-Identifier: MIT */
/* After the gradients: schedules, penalties on weights, the chain of optimizers,
 * projections. */
#include <config.h>
#include "run/session.h"

#include <math.h>
#include <string.h>

#include "language/params.h"

/* ---- making them ---- */

static bool promises(const struct item *item, uint32_t flag)
{
    return item->type->desc->flags & flag;
}

static nnp_tensor flat(struct session *s, size_t n)
{
    int64_t *shape = arena_array(s->arena, 1, sizeof *shape);

    *shape = (int64_t)n;
    return (nnp_tensor){
        .device = 1, .ndim = 1, .shape = shape, .code = 2, .bits = 32, .lanes = 1
    };
}

static int add_updater(struct session *s, const struct item *item, int group,
                       const nnp_tensor *t, const size_t *at, size_t n, struct diag *d)
{
    struct updater  *u = &s->updaters[s->n_updaters++];
    const nnp_param *lr = params_find(item->type->desc, "lr");
    const char      *name = arena_printf(s->arena, "%s%zu", item->name, s->n_updaters);

    u->group = group;
    u->factor = group >= 0 ? s->weights.groups[group].lr : 1;
    char *self = item_copy_self(s->arena, item->type, item->self);

    u->item = item;
    u->lr = lr ? (const double *)(const void *)(self + lr->offset) : NULL;
    if (instance_open(s->arena, item->type, self, name, item->at, &s->services, &u->inst,
                      d) ||
        instance_setup(&u->inst, NULL, 0, t, (uint32_t)n, 0, d))
        return -1;
    u->at = arena_array(s->arena, n + 1, sizeof *u->at);
    memcpy(u->at, at, n * sizeof *at);
    return 0;
}

static int add_by_group(struct session *s, const struct item *item, struct diag *d)
{
    for (size_t k = 0; k < s->weights.n_groups; k++) {
        const struct group *g = &s->weights.groups[k];
        nnp_tensor          t = flat(s, g->n);
        if (add_updater(s, item, (int)k, &t, &g->first, 1, d))
            return -1;
    }
    return 0;
}

static int add_whole(struct session *s, const struct item *item, struct diag *d)
{
    size_t      n = s->weights.n_groups;
    nnp_tensor *t = arena_array(s->arena, n + 1, sizeof *t);
    size_t     *at = arena_array(s->arena, n + 1, sizeof *at);

    for (size_t k = 0; k < n; k++) {
        t[k] = flat(s, s->weights.groups[k].n);
        at[k] = s->weights.groups[k].first;
    }
    return n ? add_updater(s, item, -1, t, at, n, d) : 0;
}

static int group_of(const struct weights *w, size_t offset)
{
    for (size_t k = 0; k < w->n_groups; k++)
        if (offset >= w->groups[k].first && offset < w->groups[k].first + w->groups[k].n)
            return (int)k;
    return -1;
}

static int add_by_tensor(struct session *s, const struct item *item, struct diag *d)
{
    for (size_t i = 0; i < s->graph->n_params; i++) {
        const struct param *p = &s->graph->params[i];
        size_t              at = s->weights.offset[i];
        nnp_tensor          t = p->tensor;
        if (p->of < 0 && !p->frozen &&
            add_updater(s, item, group_of(&s->weights, at), &t, &at, 1, d))
            return -1;
    }
    return 0;
}

static int open_schedules(struct session *s, struct diag *d)
{
    const struct optim_spec *o = &s->spec->optim;

    s->schedules = arena_array(s->arena, o->n_schedule + 1, sizeof *s->schedules);
    for (size_t k = 0; k < o->n_schedule; k++) {
        struct driven              *v = &s->schedules[s->n_schedules++];
        const struct schedule_spec *sp = &o->schedule[k];
        int64_t                    *shape = arena_array(s->arena, 1, sizeof *shape);
        nnp_tensor                  in = {
                             .device = 1, .ndim = 1, .shape = shape, .code = 2, .bits = 64, .lanes = 1
        };
        *shape = 1;
        v->spec = sp;
        v->watched = NAN;
        if (params_get(sp->target->type->desc, sp->target->self, sp->param, &v->base))
            return diag_error(d, &sp->item.at, "schedule: '%s' is not a number",
                              sp->path);
        v->value = v->base;
        if (instance_open(s->arena, sp->item.type, sp->item.self, sp->item.name,
                          sp->item.at, &s->services, &v->inst, d) ||
            instance_setup(&v->inst, &in, 1, NULL, 0, 0, d))
            return -1;
        v->each_epoch = v->inst.ctx.n_state > 0;
    }
    return 0;
}

int update_open(struct session *s, struct diag *d)
{
    const struct items *chain = &s->spec->optim.chain;
    size_t              room = chain->n * (s->weights.n_groups + s->graph->n_params + 1);

    s->updaters = arena_array(s->arena, room + 1, sizeof *s->updaters);
    for (size_t i = 0; i < chain->n; i++) {
        const struct item *item = &chain->v[i];
        int                rc;

        if (promises(item, NNP_ALL_WEIGHTS))
            rc = add_whole(s, item, d);
        else if (promises(item, NNP_ELEMENTWISE))
            rc = add_by_group(s, item, d);
        else
            rc = add_by_tensor(s, item, d);
        if (rc)
            return -1;
    }
    return open_schedules(s, d);
}

void update_bind(struct session *s)
{
    for (size_t i = 0; i < s->n_updaters; i++) {
        struct updater *u = &s->updaters[i];
        for (uint32_t k = 0; k < u->inst.ctx.n_weight; k++) {
            u->inst.weight[k].data = s->weights.w + u->at[k];
            u->inst.dweight[k].data = s->weights.g + u->at[k];
        }
    }
    for (size_t i = 0; i < s->graph->n_penalties; i++) {
        const struct weight_penalty *p = &s->graph->penalties[i];
        struct instance             *inst = &s->frames->penalty[i];
        size_t                       at = s->weights.offset[p->param];
        inst->weight[0].data = s->weights.w + at;
        inst->dweight[0].data =
            s->weights.g && at < s->weights.n_trained ? s->weights.g + at : NULL;
        inst->ctx.factor = p->item->weight;
    }
}

void update_close(struct session *s)
{
    for (size_t i = 0; i < s->n_updaters; i++)
        if (s->updaters[i].inst.type)
            instance_close(&s->updaters[i].inst);
    for (size_t i = 0; i < s->n_schedules; i++)
        if (s->schedules[i].inst.type)
            instance_close(&s->schedules[i].inst);
    s->n_updaters = s->n_schedules = 0;
}

/* ---- one update ---- */

static void begin_call(const struct session *s, struct instance *i)
{
    i->ctx.flags = NNP_TRAIN;
    step_clock(s, i, "update");
}

int update_drive(struct session *s, struct driven *v, double value)
{
    const struct item *target = v->spec->target;
    const char        *param = v->spec->param;
    int                rc = frames_set(s->frames, target, param, value);

    for (size_t i = 0; i < s->n_updaters; i++)
        if (s->updaters[i].item == target)
            rc |= params_set(target->type->desc, s->updaters[i].inst.self, param, value);
    if (!rc)
        v->value = value;
    return rc;
}

static int drive(struct session *s, struct driven *v, struct diag *d)
{
    const struct schedule_spec *sp = v->spec;

    begin_call(s, &v->inst);
    v->inst.ctx.value = v->base;
    v->inst.in[0].data = isnan(v->watched) ? NULL : &v->watched;
    if (instance_call(&v->inst, sp->item.type->desc->forward, "forward", d) < 0)
        return -1;
    double value = v->inst.ctx.result;
    if (update_drive(s, v, value))
        return diag_error(d, &sp->item.at, "%s: gives %g, which %s does not take",
                          sp->item.name, value, sp->path);
    return 0;
}

static int run_penalties(struct session *s, struct diag *d)
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

static int run_chain(struct session *s, struct diag *d)
{
    for (size_t i = 0; i < s->n_updaters; i++) {
        struct updater *u = &s->updaters[i];
        begin_call(s, &u->inst);
        u->inst.ctx.lr = u->lr ? *u->lr * u->factor * s->rate : 0;
        if (u->group >= 0 && s->weights.groups[u->group].decay)
            u->inst.ctx.flags |= NNP_DECAY;
        if (instance_call(&u->inst, u->inst.type->desc->forward, "forward", d) < 0)
            return -1;
    }
    return 0;
}

static int run_projections(struct session *s, struct diag *d)
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

int update_run(struct session *s, struct diag *d)
{
    for (size_t i = 0; i < s->n_schedules; i++)
        if (!s->schedules[i].each_epoch && drive(s, &s->schedules[i], d))
            return -1;
    weights_collect(s);
    if (run_penalties(s, d) || run_chain(s, d) || run_projections(s, d))
        return -1;
    weights_mirror(s);
    s->update++;
    return 0;
}

int update_epoch(struct session *s, double (*metric)(void *, const char *), void *arg,
                 struct diag *d)
{
    for (size_t i = 0; i < s->n_schedules; i++) {
        struct driven *v = &s->schedules[i];
        if (v->spec->watch)
            v->watched = metric(arg, v->spec->watch);
        if (v->each_epoch && drive(s, v, d))
            return -1;
    }
    return 0;
}

double update_rate(const struct session *s)
{
    for (size_t i = 0; i < s->n_updaters; i++)
        if (s->updaters[i].lr)
            return *s->updaters[i].lr * s->rate;
    return NAN;
}

double update_penalty(struct session *s, struct diag *d)
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

/* ---- memory ------------------------------------------------------------------------ */

/* States, and scratch behind them: outside of the plan nobody else gives it a place. */
size_t update_state_bytes(const struct instance *i)
{
    size_t n = 0;

    for (uint32_t k = 0; k < i->ctx.n_state; k++)
        n += plan_round(tensor_bytes(&i->state[k]));
    for (uint32_t k = 0; k < i->ctx.n_scratch; k++)
        n += plan_round(tensor_bytes(&i->scratch[k]));
    return n;
}

static size_t hand_memory(struct instance *i, unsigned char *slab, size_t at)
{
    for (uint32_t k = 0; k < i->ctx.n_state; k++) {
        i->state[k].data = slab + at;
        at += plan_round(tensor_bytes(&i->state[k]));
    }
    for (uint32_t k = 0; k < i->ctx.n_scratch; k++) {
        i->scratch[k].data = slab + at;
        at += plan_round(tensor_bytes(&i->scratch[k]));
    }
    return at;
}

int update_allocate(struct session *s, struct diag *d)
{
    struct frames *f = s->frames;
    size_t         at = 0;

    for (size_t i = 0; i < s->n_updaters; i++)
        s->optimizer_bytes += update_state_bytes(&s->updaters[i].inst);
    for (size_t i = 0; i < s->n_schedules; i++)
        s->optimizer_bytes += update_state_bytes(&s->schedules[i].inst);
    for (size_t i = 0; i < f->n_penalties; i++)
        s->optimizer_bytes += update_state_bytes(&f->penalty[i]);
    s->optimizer_states = session_zeros(s->optimizer_bytes, "the optimizer's states", d);
    if (!s->optimizer_states)
        return -1;
    for (size_t i = 0; i < s->n_updaters; i++)
        at = hand_memory(&s->updaters[i].inst, s->optimizer_states, at);
    for (size_t i = 0; i < s->n_schedules; i++)
        at = hand_memory(&s->schedules[i].inst, s->optimizer_states, at);
    for (size_t i = 0; i < f->n_penalties; i++)
        at = hand_memory(&f->penalty[i], s->optimizer_states, at);
    update_bind(s);
    return 0;
}
