/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "graph/units.h"

nnp_inverse_fn *units_inverse(const struct graph_node *transform)
{
    const nnp_component *c = transform->item->type->desc;
    const void          *inverse = c->extension ? c->extension("nnp.inverse/1") : NULL;

    return (nnp_inverse_fn *)(uintptr_t)inverse;
}

/* Does a stream of the data come from one of the loader's, by whatever way? */
static bool comes_from(const struct graph *g, int stream, int origin)
{
    const struct graph_node *n = &g->nodes[g->streams[stream].node];

    if (stream == origin)
        return true;
    for (uint32_t k = 0; k < n->n_in && n->role == ROLE_MAP; k++)
        if (comes_from(g, n->in[k], origin))
            return true;
    return false;
}

/* Rows that the model reads; what only a fit reads is a target. */
static bool read_by_model(const struct graph *g, int origin)
{
    for (size_t i = g->first_layer; i < g->n_nodes; i++) {
        const struct graph_node *n = &g->nodes[i];
        for (uint32_t k = 0; k < n->n_in && n->role == ROLE_LAYER; k++)
            if (!graph_learns(n, k) && comes_from(g, n->in[k], origin))
                return true;
    }
    return false;
}

int units_origin(const struct graph *g, int target)
{
    int at = target;

    while (at >= 0 && g->streams[at].node > 0) {
        const struct graph_node *n = &g->nodes[g->streams[at].node];
        if (n->role != ROLE_MAP || n->item->when != WHEN_ALWAYS || n->n_in != 1 ||
            !units_inverse(n))
            return -1;
        at = n->in[0];
    }
    return at == target || at < 0 || read_by_model(g, at) ? -1 : at;
}

bool units_shared(const struct graph *g, int stream, int target)
{
    const nnp_tensor *a, *b;

    if (stream < 0 || units_origin(g, target) < 0 ||
        g->nodes[g->streams[stream].node].role != ROLE_LAYER)
        return false;
    a = graph_tensor(g, stream);
    b = graph_tensor(g, target);
    return nnp_type(a) == NNP_F32 && nnp_type(b) == NNP_F32 && nnp_row(a) == nnp_row(b);
}

bool units_metric(const struct graph *g, const struct graph_node *n)
{
    return n->role == ROLE_METRIC && n->item->type->desc->flags & NNP_IN_UNITS &&
           units_shared(g, n->in[0], n->in[1]);
}
