/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "graph/graph.h"

struct graph *graph_open(struct arena *a, struct spec *s, struct services *sv,
                         int64_t rows, struct diag *d)
{
    struct graph *g = arena_alloc(a, sizeof *g);

    *g = (struct graph){
        .arena = a, .spec = s, .services = sv, .rows = rows, .input = -1, .output = -1
    };
    if (graph_build(g, d) || graph_weights(g, d) || graph_infer(g, d)) {
        graph_close(g);
        return NULL;
    }
    return g;
}

/* The loader goes back to the spec, with the files it holds by now, and is closed there.
 */
void graph_close(struct graph *g)
{
    if (!g)
        return;
    if (g->n_nodes)
        g->spec->data.loader = g->nodes[0].inst;
    for (size_t i = 1; i < g->n_nodes; i++)
        if (g->nodes[i].inst.type)
            instance_close(&g->nodes[i].inst);
    for (size_t i = 0; i < g->n_penalties; i++)
        if (g->penalties[i].inst.type)
            instance_close(&g->penalties[i].inst);
}

static int64_t count(const struct decl *w)
{
    int64_t n = 1;

    for (int32_t i = 0; i < w->ndim; i++)
        n *= w->shape[i];
    return n;
}

int64_t graph_n_weights(const struct graph *g, bool trainable_only)
{
    int64_t n = 0;

    for (size_t i = 0; i < g->n_params; i++)
        if (g->params[i].of < 0 && !(trainable_only && g->params[i].frozen))
            n += count(g->params[i].shape);
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
    const nnp_tensor *out = &n->inst.out[0];
    double per_row = out->shape[0] ? (double)nnp_count(out) / (double)out->shape[0] : 0;
    for (uint32_t k = 0; k < n->n_param; k++) {
        const struct decl *w = g->params[n->param[k]].shape;
        if (w->ndim >= 2 && w->shape[0])
            flops += 2 * (double)count(w) * per_row / (double)w->shape[0];
    }
    return flops ? flops : per_row;
}
