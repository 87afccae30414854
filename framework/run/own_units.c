/* SPDX-License-Identifier: MIT */
/*
 * Only the way back of transforms is used, which reads what they have learned and the
 * shape of a row: they may be at work on the next batch at the same time.
 */
#include <config.h>
#include "run/own_units.h"

#include <stdlib.h>
#include <string.h>

#include "graph/units.h"

/* One place for all metrics, which are called one after the other: as many numbers as the
 * largest of their targets has. */
static size_t numbers(const struct session *s)
{
    const struct graph *g = s->graph;
    size_t              most = 0;

    for (size_t i = g->first_layer; i < g->n_nodes; i++) {
        const struct graph_node *n = &g->nodes[i];
        size_t count = units_metric(g, n) ? nnp_count(graph_tensor(g, n->in[1])) : 0;
        most = count > most ? count : most;
    }
    return most;
}

size_t own_units_bytes(const struct session *s)
{
    return 2 * numbers(s) * sizeof(float);
}

int own_units_open(struct session *s, struct diag *d)
{
    size_t bytes = own_units_bytes(s);

    s->own_units =
        bytes ? (float *)(void *)bind_zeros(bytes, "targets in their own unit", d) : NULL;
    return bytes && !s->own_units ? -1 : 0;
}

void own_units_close(struct session *s)
{
    free(s->own_units);
    s->own_units = NULL;
}

/* The last transform first. */
void own_units_restore(const struct session *s, int target, float *v, size_t rows)
{
    const struct graph *g = s->graph;

    for (int at = target; g->streams[at].node > 0;) {
        const struct graph_node *n = &g->nodes[g->streams[at].node];
        const struct instance   *i = frames_of(s->frames, n);
        units_inverse(n)(&i->ctx, i->self, v, rows);
        at = n->in[0];
    }
}

struct own_units_lent own_units_lend(const struct session *s, const struct graph_node *n)
{
    struct own_units_lent l = { { NULL, NULL } };
    struct instance      *i = frames_of(s->frames, n);
    float                *to = s->own_units;

    if (!to || !units_metric(s->graph, n))
        return l;
    for (int k = 0; k < 2; k++, to += nnp_count(graph_tensor(s->graph, n->in[1]))) {
        l.in[k] = i->in[k].data;
        memcpy(to, l.in[k], tensor_bytes(&i->in[k]));
        own_units_restore(s, n->in[1], to, (size_t)i->in[k].shape[0]);
        i->in[k].data = to;
    }
    return l;
}

void own_units_give_back(const struct session *s, const struct graph_node *n,
                         const struct own_units_lent *l)
{
    struct instance *i = frames_of(s->frames, n);

    for (int k = 0; k < 2 && l->in[k]; k++)
        i->in[k].data = l->in[k];
}
