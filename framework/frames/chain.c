/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "frames/chain.h"

#include <string.h>

#include "language/params.h"

struct opening { /* of a chain */
    struct update_chain  *chain;
    struct arena         *arena;
    const struct graph   *graph;
    const struct weights *weights;
    struct services      *services;
    struct diag          *diag;
};

static bool promises(const struct item *item, uint32_t flag)
{
    return item->type->desc->flags & flag;
}

/* A vector of n numbers: f32 of a group, f64 of what a schedule follows. */
static nnp_tensor flat(struct arena *a, size_t n, uint8_t bits)
{
    int64_t *shape = arena_array(a, 1, sizeof *shape);

    *shape = (int64_t)n;
    return (nnp_tensor){
        .device = 1, .ndim = 1, .shape = shape, .code = 2, .bits = bits, .lanes = 1
    };
}

/* Each updater has a configuration of its own, since a schedule writes the live
 * parameters of it, and `lr` is read from there: the spec stays as the file says. The
 * number in its name tells the random numbers of an item's updaters apart, because these
 * hang on the name. */
static int add_updater(const struct opening *o, const struct item *item, int group,
                       const nnp_tensor *t, const size_t *at, size_t n)
{
    struct updater  *u = &o->chain->updaters[o->chain->n_updaters++];
    const nnp_param *lr = params_find(item->type->desc, "lr");
    const char *name = arena_printf(o->arena, "%s%zu", item->name, o->chain->n_updaters);
    char       *self = item_copy_self(o->arena, item->type, item->self);

    u->item = item;
    u->group = group;
    u->factor = group >= 0 ? o->weights->groups[group].lr : 1;
    u->lr = lr ? (const double *)(const void *)(self + lr->offset) : NULL;
    u->at = arena_array(o->arena, n + 1, sizeof *u->at);
    memcpy(u->at, at, n * sizeof *at);
    return instance_open(o->arena, item->type, self, name, item->at, o->services,
                         &u->inst, o->diag) ||
                   instance_setup(&u->inst, NULL, 0, t, (uint32_t)n, 0, o->diag)
               ? -1
               : 0;
}

/* The weights of a group lie side by side in the slab, and to an elementwise optimizer
 * they are one long vector: one call for a group instead of one for each tensor. */
static int add_by_group(const struct opening *o, const struct item *item)
{
    for (size_t k = 0; k < o->weights->n_groups; k++) {
        const struct group *g = &o->weights->groups[k];
        nnp_tensor          t = flat(o->arena, g->n, 32);
        if (add_updater(o, item, (int)k, &t, &g->first, 1))
            return -1;
    }
    return 0;
}

/* Who needs a number of all weights together, such as the norm that clipping divides by,
 * sees every group in a single call. */
static int add_whole(const struct opening *o, const struct item *item)
{
    size_t      n = o->weights->n_groups;
    nnp_tensor *t = arena_array(o->arena, n + 1, sizeof *t);
    size_t     *at = arena_array(o->arena, n + 1, sizeof *at);

    for (size_t k = 0; k < n; k++) {
        t[k] = flat(o->arena, o->weights->groups[k].n, 32);
        at[k] = o->weights->groups[k].first;
    }
    return n ? add_updater(o, item, -1, t, at, n) : 0;
}

static int group_of(const struct weights *w, size_t offset)
{
    for (size_t k = 0; k < w->n_groups; k++)
        if (offset >= w->groups[k].first && offset < w->groups[k].first + w->groups[k].n)
            return (int)k;
    return -1;
}

/* The others may look at shapes, so they get the tensors as they were declared. A
 * transpose of another weight has no gradient of its own, and a frozen weight has none at
 * all. */
static int add_by_tensor(const struct opening *o, const struct item *item)
{
    for (size_t i = 0; i < o->graph->n_params; i++) {
        const struct param *p = &o->graph->params[i];
        size_t              at = o->weights->offset[i];
        if (p->of < 0 && !p->frozen &&
            add_updater(o, item, group_of(o->weights, at), &p->tensor, &at, 1))
            return -1;
    }
    return 0;
}

static int add_optimizer(const struct opening *o, const struct item *item)
{
    if (promises(item, NNP_ALL_WEIGHTS))
        return add_whole(o, item);
    return promises(item, NNP_ELEMENTWISE) ? add_by_group(o, item)
                                           : add_by_tensor(o, item);
}

/* A schedule with a state counts epochs; any other is a function of the update. */
static int add_driver(const struct opening *o, const struct schedule_spec *s)
{
    struct driver     *v = &o->chain->drivers[o->chain->n_drivers++];
    const nnp_tensor   in = flat(o->arena, 1, 64);
    const struct item *item = &s->item;

    v->spec = s;
    if (params_get(s->target->type->desc, s->target->self, s->param, &v->base))
        return diag_error(o->diag, &item->at, "schedule: '%s' is not a number", s->path);
    if (instance_open(o->arena, item->type, item->self, item->name, item->at, o->services,
                      &v->inst, o->diag) ||
        instance_setup(&v->inst, &in, 1, NULL, 0, 0, o->diag))
        return -1;
    v->each_epoch = v->inst.ctx.n_state > 0;
    return 0;
}

/* Room for the most that can come, an updater a tensor or a group and item: the array
 * holds open instances, which must not move. */
int chain_open(struct update_chain *c, struct arena *a, const struct graph *g,
               const struct weights *w, struct services *services, struct diag *d)
{
    const struct optim_spec *spec = &g->spec->optim;
    const struct opening     o = { c, a, g, w, services, d };
    size_t                   room = spec->chain.n * (w->n_groups + g->n_params + 1);

    c->updaters = arena_array(a, room + 1, sizeof *c->updaters);
    c->drivers = arena_array(a, spec->n_schedule + 1, sizeof *c->drivers);
    for (size_t i = 0; i < spec->chain.n; i++)
        if (add_optimizer(&o, &spec->chain.v[i]))
            return -1;
    for (size_t i = 0; i < spec->n_schedule; i++)
        if (add_driver(&o, &spec->schedule[i]))
            return -1;
    return 0;
}

/* A driver counts before it is opened, and its target may be refused in between: then it
 * has no type yet, and nothing to close. */
void chain_close(struct update_chain *c)
{
    for (size_t i = 0; i < c->n_updaters; i++)
        if (c->updaters[i].inst.type)
            instance_close(&c->updaters[i].inst);
    for (size_t i = 0; i < c->n_drivers; i++)
        if (c->drivers[i].inst.type)
            instance_close(&c->drivers[i].inst);
    *c = (struct update_chain){ 0 };
}
