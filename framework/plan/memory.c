/* SPDX-License-Identifier: MIT */
/* Addresses: the largest buffer first, each at the lowest place that is free during its
 * life (Pisarchyk and Lee 2020, "Efficient memory management for deep neural net
 * inference", greedy by size). */
#include <config.h>
#include "plan/plan.h"

#include <stdlib.h>

static int larger_first(const void *x, const void *y)
{
    const struct buffer *a = *(struct buffer *const *)x, *b = *(struct buffer *const *)y;

    if (a->bytes != b->bytes)
        return a->bytes < b->bytes ? 1 : -1;
    return a < b ? -1 : 1; /* the order of the plan, so that the layout is repeatable */
}

/* Are both alive in some step? Both ends count: a step reads its inputs while it writes.
 */
static bool meet(const struct buffer *a, const struct buffer *b)
{
    return a->first <= b->last && b->first <= a->last;
}

/* placed is in the order of offsets. The place is raised past every neighbour in time
 * that is in the way; who lies behind the end that is found is not, nor are those after
 * it. */
static size_t lowest_place(const struct buffer *b, struct buffer *const *placed, size_t n)
{
    size_t at = 0, bytes = plan_round(b->bytes);

    for (size_t i = 0; i < n && placed[i]->offset < at + bytes; i++) {
        size_t end = placed[i]->offset + plan_round(placed[i]->bytes);
        if (end > at && meet(b, placed[i]))
            at = end;
    }
    return at;
}

static void keep_order(struct buffer *b, struct buffer **placed, size_t n)
{
    for (; n && placed[n - 1]->offset > b->offset; n--)
        placed[n] = placed[n - 1];
    placed[n] = b;
}

/* All calls of a plan share one place for scratch, behind the buffers: it lives for one
 * call, and calls follow each other. */
static void measure_scratch(const struct graph *g, struct plan *p)
{
    for (size_t i = g->first_layer; i < g->n_nodes; i++) {
        size_t bytes = plan_room(&g->nodes[i].decls, NNP_SCRATCH);
        if (p->needed[i] && bytes > p->scratch)
            p->scratch = bytes;
    }
}

void memory_place(struct arena *a, const struct graph *g, struct plan *p)
{
    struct buffer **order = arena_array(a, p->n_buffers + 1, sizeof *order);
    struct buffer **placed = arena_array(a, p->n_buffers + 1, sizeof *placed);
    size_t          n = 0;

    for (size_t i = 0; i < p->n_buffers; i++)
        if (p->buffers[i].same_as < 0)
            order[n++] = &p->buffers[i];
    qsort(order, n, sizeof(struct buffer *), larger_first);
    for (size_t i = 0; i < n; i++) {
        order[i]->offset = lowest_place(order[i], placed, i);
        keep_order(order[i], placed, i);
        size_t end = order[i]->offset + plan_round(order[i]->bytes);
        p->bytes = end > p->bytes ? end : p->bytes;
    }
    for (size_t i = 0; i < p->n_buffers; i++)
        p->buffers[i].offset = p->buffers[liveness_root(p, (int)i)].offset;
    measure_scratch(g, p);
    p->scratch_at = p->bytes;
    p->bytes += p->scratch;
}
