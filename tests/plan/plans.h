/* SPDX-License-Identifier: MIT */
/* What tests of plans ask: a plan as text, and things by their names in the file. */
#ifndef NNT_PLANS_H
#define NNT_PLANS_H
#include <string.h>
#include "base/strbuf.h"
#include "support/net.h"
#include "support/nnt.h"

static inline const char *item_name(const struct net *n, int node)
{
    return n->session->graph->nodes[node].item->name;
}

/* "forward a, b; backward b; add b.a" in the order of the plan: a step with the node that
 * follows in it, the stream whose gradient an addition adds to. In n's arena. */
static inline const char *steps_of(struct net *n, enum plan_for what)
{
    static const char *const words[] = { "forward", "measure", "backward", "add" };
    const struct plan       *p = n->session->plans[what];
    const char              *text = "";

    for (size_t i = 0; i < p->n_steps; i++) {
        const struct step *s = &p->steps[i];
        text = arena_printf(&n->arena, "%s%s%s %s", text, *text ? "; " : "",
                            words[s->kind], item_name(n, s->node));
        if (s->then >= 0)
            text = arena_printf(&n->arena, "%s, %s", text, item_name(n, s->then));
        if (s->kind == STEP_ADD)
            text = arena_printf(&n->arena, "%s.%s", text,
                                n->session->graph->streams[s->stream].name);
    }
    return text;
}

/* The step in which an item goes forward or backward, or -1. */
static inline int step_of(const struct net *n, enum plan_for what, enum step_kind kind,
                          const char *item)
{
    const struct plan *p = n->session->plans[what];

    for (size_t i = 0; i < p->n_steps; i++)
        if (p->steps[i].kind == kind &&
            (strcmp(item_name(n, p->steps[i].node), item) == 0 ||
             (p->steps[i].then >= 0 && strcmp(item_name(n, p->steps[i].then), item) == 0)))
            return (int)i;
    return -1;
}

static inline int node_of(const struct net *n, const char *item)
{
    for (size_t i = 0; i < n->session->graph->n_nodes; i++)
        if (strcmp(item_name(n, (int)i), item) == 0)
            return (int)i;
    ck_abort_msg("no item %s", item);
}

/* The buffer of a stream's value. */
static inline const struct buffer *value_of(const struct net *n, enum plan_for what,
                                            const char *stream)
{
    const struct plan *p = n->session->plans[what];
    int                b = p->value[graph_find(n->session->graph, stream)];

    ck_assert_int_ge(b, 0);
    return &p->buffers[b];
}

/* The buffer whose memory b lies in. */
static inline const struct buffer *place_of(const struct net *n, enum plan_for what,
                                            const struct buffer *b)
{
    while (b->same_as >= 0)
        b = &n->session->plans[what]->buffers[b->same_as];
    return b;
}
#endif
