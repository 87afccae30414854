/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "graph/graph.h"

#include <string.h>

bool graph_given(const struct graph *g, int stream)
{
    return g->streams[stream].data && g->streams[stream].node >= (int)g->first_layer;
}

/* The latest stream of that name: a transform may take over the name of its input. */
int graph_find(const struct graph *g, const char *name)
{
    for (size_t i = g->n_streams; i-- > 0;)
        if (strcmp(g->streams[i].name, name) == 0)
            return (int)i;
    return -1;
}

const nnp_tensor *graph_tensor(const struct graph *g, int stream)
{
    return &g->streams[stream].tensor;
}

bool graph_runs(const struct graph_node *n, bool train)
{
    return n->item->when == WHEN_ALWAYS || (n->item->when == WHEN_TRAIN) == train;
}

bool graph_fits(const struct graph_node *n)
{
    return n->role == ROLE_LAYER && n->item->type->desc->fit && !n->states_of;
}

bool graph_learns(const struct graph_node *n, uint32_t k)
{
    return k == 1 && n->role == ROLE_LAYER && component_has_target(n->item->type);
}

bool graph_gathers(const struct graph_node *n, uint32_t k)
{
    return strcmp(n->item->type->kind, "estimator") == 0 &&
           decl_find(&n->decls, NNP_STATE, k)->flags & NNP_SUM;
}

int graph_resolve(const struct graph *g, int stream, bool train)
{
    while (!graph_runs(&g->nodes[g->streams[stream].node], train) &&
           g->streams[stream].alias >= 0)
        stream = g->streams[stream].alias;
    return stream;
}

int64_t graph_n_weights(const struct graph *g, bool trainable_only)
{
    int64_t n = 0;

    for (size_t i = 0; i < g->n_params; i++)
        if (g->params[i].of < 0 && !(trainable_only && g->params[i].frozen))
            n += (int64_t)decl_elements(g->params[i].decl);
    return n;
}

/* A weight matrix is used once per position of the output that its leading dimension does
 * not cover: rows for dense, rows times pixels for a convolution. Two operations a
 * multiply-add. */
double graph_flops(const struct graph *g, const struct graph_node *n)
{
    double flops = 0;

    if (!n->n_out || n->role == ROLE_METRIC)
        return 0;
    const nnp_tensor *out = graph_tensor(g, n->out[0]);
    double per_row = out->shape[0] ? (double)nnp_count(out) / (double)out->shape[0] : 0;
    for (uint32_t k = 0; k < n->n_param; k++) {
        const struct decl *w = g->params[n->param[k]].decl;
        if (w->ndim >= 2 && w->shape[0])
            flops += 2 * (double)decl_elements(w) * per_row / (double)w->shape[0];
    }
    return flops ? flops : per_row;
}
