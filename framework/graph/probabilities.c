/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "graph/probabilities.h"

#include <string.h>

/* Promised by layers that only move numbers; of those that do more one may have a factor,
 * in a weight or in a parameter, and what it puts out may be logits again. */
enum { MOVES = NNP_FREE_IN | NNP_FREE_OUT | NNP_INPLACE | NNP_INPLACE_BWD };

static bool hands_on(const struct graph_node *n)
{
    const nnp_component *c = n->item->type->desc;

    for (uint32_t i = 0; i < c->n_params; i++)
        if ((c->params[i].type & 255) == NNP_REAL)
            return false;
    return n->role == ROLE_LAYER && n->n_in == 1 && !decl_count(&n->decls, NNP_WEIGHT) &&
           (c->flags & MOVES) == MOVES;
}

/* Behind reshape and the like. NULL: the stream may hold any numbers. */
static const struct graph_node *made_by(const struct graph *g, int stream)
{
    const struct graph_node *n = &g->nodes[g->streams[stream].node];

    for (;; n = &g->nodes[g->streams[n->in[0]].node]) {
        if (n->role == ROLE_LAYER && n->item->type->desc->flags & NNP_PROBABILITIES)
            return n;
        if (!hands_on(n))
            return NULL;
    }
}

/* A loss that declares a prediction of its own makes it of what it is given. */
static bool predicts(const struct graph_node *loss)
{
    for (uint32_t k = 0; k < loss->n_out; k++)
        if (strcmp(decl_find(&loss->decls, NNP_OUT, k)->name, "prediction") == 0)
            return true;
    return false;
}

/* The parameter that says what the loss is given, by convention `from`; NULL: none. */
static const char *switch_of(const nnp_component *c)
{
    for (uint32_t i = 0; i < c->n_params; i++)
        if ((c->params[i].type & 255) == NNP_ENUM && c->params[i].range &&
            strstr(c->params[i].range, "probabilities"))
            return c->params[i].name;
    return NULL;
}

void probabilities_warn(const struct graph *g, const struct graph_node *loss,
                        struct diag *d)
{
    const struct graph_node *maker = made_by(g, loss->in[0]);
    const char              *from = switch_of(loss->item->type->desc);

    if (!maker || !predicts(loss))
        return;
    diag_warn(d, &loss->item->at,
              "%s makes its prediction of any numbers, but %s (line %u) gives it "
              "probabilities: they are squeezed twice, and the loss cannot come near 0",
              loss->item->name, maker->item->name, maker->item->at.line);
    if (from)
        diag_note(d, "try   %s: {%s: probabilities}, or leave out %s",
                  loss->item->type->name, from, maker->item->name);
    else
        diag_note(d, "try   leave out %s", maker->item->name);
}
