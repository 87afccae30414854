/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "run/initial.h"

#include <string.h>

#include "frames/once.h"
#include "language/params.h"

/* What the plugin declared: "zeros", or "constant: 0.25" with the main parameter. */
static int call_declared(const struct session *s, const char *init, const char *tensor,
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
        void             *self = arena_alloc(&scrap, type->desc->self_size + 1);
        struct params_of  of = { &scrap, type->desc, type->name, &at, NULL };
        const struct once o = { type, self, tensor, at, s->frames->services, NULL, t };
        rc = params_apply(&of, colon ? &main : NULL, self, d) || once_forward(&o, d);
    }
    arena_close(&scrap);
    return rc ? -1 : 0;
}

static int init_one(const struct session *s, size_t index, struct diag *d)
{
    const struct param      *p = &s->graph->params[index];
    const struct graph_node *n = &s->graph->nodes[p->node];
    const struct weights    *w = &s->memory.weights;
    nnp_tensor               t = weights_tensor(w, s->graph, w->w, index);

    if (p->of >= 0)
        return 0;
    if (p->init) {
        const struct once o = { p->init->type,       p->init->self, p->name, p->init->at,
                                s->frames->services, NULL,          &t };
        return once_forward(&o, d);
    }
    if (p->decl->init)
        return call_declared(s, p->decl->init, p->name, &t, n->item->at, d);
    memset(t.data, 0, tensor_bytes(&t));
    return 0;
}

/* A state begins as zeros, or as its plugin declared: the running variance of a batchnorm
 * is 1. */
static int init_states(const struct session *s, struct diag *d)
{
    for (size_t i = 0; i < s->memory.n_state; i++) {
        const struct saved_state *st = &s->memory.state[i];
        const char               *init = st->decl->init;
        if (st->node->role == ROLE_LAYER && init && strcmp(init, "sample") != 0 &&
            call_declared(s, init, st->name, st->t, st->node->item->at, d))
            return -1;
    }
    return 0;
}

int initial_set(const struct session *s, struct diag *d)
{
    const struct weights *w = &s->memory.weights;

    memset(w->w, 0, w->n * sizeof(float));
    if (s->spec->data.given) /* a trained model: all weights come from its file */
        return init_states(s, d);
    for (size_t i = 0; i < s->graph->n_params; i++)
        if (init_one(s, i, d))
            return -1;
    weights_mirror(w, s->graph);
    return init_states(s, d);
}
