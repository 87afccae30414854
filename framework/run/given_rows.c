/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "run/given_rows.h"

#include <math.h>
#include <string.h>

#include <nnpipe/data.h>

static void list_streams(struct given_rows *g, const struct session *s)
{
    const struct instance *loader = s->frames->node[0];

    *g = (struct given_rows){ .loader = loader, .n = loader->ctx.n_out };
    g->stream = arena_array(s->arena, g->n + 1, sizeof *g->stream);
    for (uint32_t k = 0; k < g->n; k++) {
        const struct decl *d = instance_decl(loader, NNP_OUT, k);
        g->stream[k].name = d->name;
        g->stream[k].dtype = d->dtype;
    }
}

static void give(struct given_rows *g, uint32_t k)
{
    int64_t size = (int64_t)nnp_row(&g->loader->out[k]);

    g->stream[k].at = g->row;
    g->stream[k].size = size;
    g->row += size;
}

/* Nodes stand in a runnable order: one walk from the last to the first sees every reader
 * of a stream before the node that makes it. */
static bool *streams_read(const struct session *s, bool targets)
{
    const struct graph *g = s->graph;
    bool               *read = arena_array(s->arena, g->n_streams + 1, sizeof *read);

    for (size_t i = g->n_nodes; i-- > 1;) {
        const struct graph_node *n = &g->nodes[i];
        bool                     runs = i >= g->first_layer &&
                    (n->role == ROLE_LAYER ||
                     (targets && (n->role == ROLE_LOSS || n->role == ROLE_METRIC)));
        for (uint32_t k = 0; !runs && k < n->n_out; k++)
            runs = read[n->out[k]];
        for (uint32_t k = 0; runs && k < n->n_in; k++)
            read[n->in[k]] = true;
    }
    return read;
}

void given_rows_open(struct given_rows *g, const struct session *s, bool targets)
{
    const bool *read = streams_read(s, targets);

    list_streams(g, s);
    for (uint32_t k = 0; k < g->n; k++)
        if (read[s->graph->nodes[0].out[k]])
            give(g, k);
}

void given_rows_only(struct given_rows *g, const struct session *s, const char *name)
{
    list_streams(g, s);
    for (uint32_t k = 0; k < g->n; k++)
        if (strcmp(g->stream[k].name, name) == 0)
            give(g, k);
}

const char *given_rows_column(const struct given_rows *g, uint32_t stream, int64_t i)
{
    const nnp_component *d = g->loader->type->desc;
    const void          *names = d->extension ? d->extension("nnp.columns/1") : NULL;

    return names ? ((nnp_column_fn *)(uintptr_t)names)(g->loader->self,
                                                       g->stream[stream].name, i)
                 : NULL;
}

static void convert(uint32_t dtype, void *to, const float *x, size_t n)
{
    switch (dtype) {
    case NNP_F32: memcpy(to, x, n * sizeof *x); break;
    case NNP_U8:
        for (size_t i = 0; i < n; i++)
            ((uint8_t *)to)[i] = (uint8_t)fminf(fmaxf(x[i], 0), 255);
        break;
    case NNP_I64:
        for (size_t i = 0; i < n; i++)
            ((int64_t *)to)[i] = (int64_t)x[i];
        break;
    case NNP_F64:
        for (size_t i = 0; i < n; i++)
            ((double *)to)[i] = (double)x[i];
        break;
    case NNP_I32:
        for (size_t i = 0; i < n; i++)
            ((int32_t *)to)[i] = (int32_t)x[i];
        break;
    default: memset(to, 0, n * dtype_size(dtype));
    }
}

void given_rows_take(const struct given_rows *g, uint32_t stream, int64_t first,
                     const nnp_tensor *to)
{
    const struct given_stream *in = &g->stream[stream];
    uint32_t                   dtype = nnp_type(to);
    size_t                     bytes = (size_t)in->size * dtype_size(dtype);

    memset(to->data, 0, tensor_bytes(to));
    for (int64_t r = 0; r < to->shape[0]; r++)
        convert(dtype, (char *)to->data + (size_t)r * bytes,
                g->x + (first + r) * g->row + in->at, (size_t)in->size);
}
