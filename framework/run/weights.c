/* SPDX-License-Identifier: MIT */
/* All parameters in one slab: first the trained ones, group by group (same rate factor,
 * same decay), so that an elementwise optimizer is one sweep a group; then transposed
 * copies, whose gradient is wanted but goes elsewhere; then the frozen ones. */
#include <config.h>
#include "run/session.h"

#include <stdlib.h>
#include <string.h>

#include "call/guard.h"
#include "language/params.h"

enum { FLOATS_ALIGN = PLAN_ALIGN / sizeof(float) };

static size_t room_of(const struct param *p)
{
    return (decl_elements(p->decl) + FLOATS_ALIGN - 1) / FLOATS_ALIGN * FLOATS_ALIGN;
}

static bool trained(const struct param *p)
{
    return !p->frozen && p->of < 0;
}

static bool fits(const struct param *p, const struct group *g)
{
    return trained(p) && p->lr == g->lr && p->decay == g->decay;
}

static void place_group(const struct graph *g, struct weights *w,
                        const struct param *like)
{
    struct group *group = &w->groups[w->n_groups++];

    *group = (struct group){ w->n, 0, like->lr, like->decay };
    for (size_t i = 0; i < g->n_params; i++)
        if (fits(&g->params[i], group)) {
            w->offset[i] = w->n;
            w->n += room_of(&g->params[i]);
        }
    group->n = w->n - group->first;
}

static void place_rest(const struct graph *g, struct weights *w, bool transposed)
{
    for (size_t i = 0; i < g->n_params; i++) {
        const struct param *p = &g->params[i];
        if (trained(p) || (p->of >= 0) != transposed)
            continue;
        w->offset[i] = w->n;
        w->n += room_of(p);
    }
}

void weights_layout(struct arena *a, const struct graph *g, struct weights *w)
{
    *w = (struct weights){ 0 };
    w->offset = arena_array(a, g->n_params + 1, sizeof *w->offset);
    w->groups = arena_array(a, g->n_params + 1, sizeof *w->groups);
    for (size_t i = 0; i < g->n_params; i++) {
        bool placed = !trained(&g->params[i]);
        for (size_t k = 0; k < w->n_groups; k++)
            placed = placed || fits(&g->params[i], &w->groups[k]);
        if (!placed)
            place_group(g, w, &g->params[i]);
    }
    w->n_trained = w->n;
    place_rest(g, w, true);
    w->n_gradient = w->n;
    place_rest(g, w, false);
}

static float *allocate(size_t n, struct diag *d)
{
    size_t bytes = plan_round((n + !n) * sizeof(float)) + GUARD_ROOM;
    float *p = aligned_alloc(PLAN_ALIGN, bytes);

    if (!p) {
        diag_error(d, NULL, "the weights need %.1f MiB, the system gives less",
                   (double)bytes / 1048576);
        return NULL;
    }
    return memset(p, 0, bytes);
}

int weights_allocate(struct weights *w, bool gradients, struct diag *d)
{
    w->w = allocate(w->n, d);
    w->g = gradients ? allocate(w->n_gradient, d) : NULL;
    return w->w && (w->g || !gradients) ? 0 : -1;
}

void weights_close(struct weights *w)
{
    free(w->w);
    free(w->g);
    w->w = w->g = NULL;
}

/* ---- initial values ---- */

static int call_initializer(struct session *s, const struct component *type, void *self,
                            const char *name, nnp_tensor *t, struct at at, struct diag *d)
{
    struct arena    scrap = { 0 };
    struct instance i;
    int             rc = instance_open(&scrap, type, self, name, at, &s->services, &i, d);

    if (!rc && type->desc->setup)
        rc = instance_setup(&i, NULL, 0, NULL, 0, 0, d);
    if (!rc) {
        i.ctx.n_out = 1;
        i.ctx.out = t;
        instance_key(&i, "init", 0);
        rc = instance_call(&i, type->desc->forward, "forward", d);
    }
    instance_close(&i);
    arena_close(&scrap);
    return rc < 0 ? -1 : 0;
}

/* What the plugin declared: "zeros", or "constant: 0.25" with the main parameter. */
static int call_declared(struct session *s, const char *init, const char *tensor,
                         nnp_tensor *t, struct at at, struct diag *d)
{
    struct arena            scrap = { 0 };
    const char             *colon = strchr(init, ':');
    struct node             main = { .kind = NODE_SCALAR, .at = at };
    const char             *name = init;
    const struct component *type;
    int                     rc = -1;

    if (colon) {
        name = arena_printf(&scrap, "%.*s", (int)(colon - init), init);
        main.text = colon + 1 + strspn(colon + 1, " ");
    }
    type = registry_find(s->spec->registry, "initializer", name, &at, d);
    if (type) {
        void            *self = arena_alloc(&scrap, type->desc->self_size + 1);
        struct params_of of = { &scrap, type->desc, type->name, &at, NULL };
        rc = params_apply(&of, colon ? &main : NULL, self, d) ||
             call_initializer(s, type, self, tensor, t, at, d);
    }
    arena_close(&scrap);
    return rc ? -1 : 0;
}

static int init_one(struct session *s, size_t index, struct diag *d)
{
    const struct param      *p = &s->graph->params[index];
    const struct graph_node *n = &s->graph->nodes[p->node];
    nnp_tensor               t = p->tensor;

    t.data = s->weights.w + s->weights.offset[index];
    if (p->of >= 0)
        return 0;
    if (p->init)
        return call_initializer(s, p->init->type, p->init->self, p->name, &t, p->init->at,
                                d);
    if (p->decl->init)
        return call_declared(s, p->decl->init, p->name, &t, n->item->at, d);
    memset(t.data, 0, tensor_bytes(&t));
    return 0;
}

/* A state begins as zeros, or as its plugin declared: the running variance of a batchnorm
 * is 1. */
static int init_states(struct session *s, struct diag *d)
{
    size_t k = 0;

    for (size_t i = 0; i < s->graph->n_nodes; i++) {
        const struct graph_node *n = &s->graph->nodes[i];
        for (size_t m = 0; m < decl_count(&n->decls, NNP_STATE); m++, k++) {
            const char *init = decl_find(&n->decls, NNP_STATE, m)->init;
            if (n->role == ROLE_LAYER && init && strcmp(init, "sample") != 0 &&
                call_declared(s, init, s->state[k].name, s->state[k].t, n->item->at, d))
                return -1;
        }
    }
    return 0;
}

int weights_init(struct session *s, struct diag *d)
{
    memset(s->weights.w, 0, s->weights.n * sizeof(float));
    for (size_t i = 0; i < s->graph->n_params; i++)
        if (init_one(s, i, d))
            return -1;
    weights_mirror(s);
    return init_states(s, d);
}

/* ---- transposed copies ---- */

struct mirror {
    float  *of, *copy;
    int64_t rows, columns; /* of the original */
};

static struct mirror mirror_of(struct session *s, float *slab, size_t i)
{
    const struct param *p = &s->graph->params[i];
    const struct param *o = &s->graph->params[p->of];

    return (struct mirror){ slab + s->weights.offset[p->of], slab + s->weights.offset[i],
                            o->decl->shape[0], o->decl->shape[1] };
}

void weights_mirror(struct session *s)
{
    for (size_t i = 0; i < s->graph->n_params; i++) {
        if (s->graph->params[i].of < 0)
            continue;
        struct mirror m = mirror_of(s, s->weights.w, i);
        for (int64_t r = 0; r < m.rows; r++)
            for (int64_t c = 0; c < m.columns; c++)
                m.copy[c * m.rows + r] = m.of[r * m.columns + c];
    }
}

void weights_collect(struct session *s)
{
    for (size_t i = 0; i < s->graph->n_params; i++) {
        const struct param *p = &s->graph->params[i];
        if (p->of < 0 || !trained(&s->graph->params[p->of]))
            continue;
        struct mirror m = mirror_of(s, s->weights.g, i);
        for (int64_t r = 0; r < m.rows; r++)
            for (int64_t c = 0; c < m.columns; c++)
                m.of[r * m.columns + c] += m.copy[c * m.rows + r];
    }
}
