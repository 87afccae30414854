/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "plan/plan.h"

void plan_print(const struct plan *p, const struct graph *g, struct strbuf *out)
{
    static const char *const kinds[] = { "forward", "measure", "backward", "accumulate" };

    strbuf_puts(out, "step  what        item\n");
    for (size_t i = 0; i < p->n_steps; i++) {
        const struct step *s = &p->steps[i];
        strbuf_printf(out, "%4zu  %-11s %s", i, kinds[s->kind],
                      g->nodes[s->node].item->name);
        if (s->then >= 0)
            strbuf_printf(out, ", %s", g->nodes[s->then].item->name);
        if (s->kind == STEP_ADD)
            strbuf_printf(out, " (gradient of %s)", g->streams[s->stream].name);
        strbuf_puts(out, "\n");
    }
}

static const char *owner_name(const struct graph *g, const struct buffer *b)
{
    return b->kind == BUFFER_VALUE || b->kind == BUFFER_GRADIENT
               ? g->streams[b->owner].name
               : g->nodes[b->owner].item->name;
}

void plan_print_layout(const struct plan *p, const struct graph *g, struct strbuf *out)
{
    static const char *const kinds[] = { "value", "gradient", "saved", "temporary" };

    strbuf_puts(out, "  offset     bytes  steps     tensor\n");
    for (size_t i = 0; i < p->n_buffers; i++) {
        const struct buffer *b = &p->buffers[i];
        strbuf_printf(out, "%8zu  %8zu  %3d..%-3d  %s of %s%s\n", b->offset, b->bytes,
                      b->first, b->last, kinds[b->kind], owner_name(g, b),
                      b->same_as >= 0 ? " (in place)" : "");
    }
    strbuf_printf(out, "%8zu  %8zu            scratch\n", p->scratch_at, p->scratch);
    strbuf_printf(out, "%8zu bytes in all\n", p->bytes);
}
