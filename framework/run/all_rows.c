/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "run/all_rows.h"

#include <stdlib.h>
#include <string.h>

#include "run/feed.h"

int all_rows_open(struct all_rows *w, struct session *s, const struct graph_node *n,
                  struct diag *d)
{
    const char *what =
        arena_printf(s->arena, "all training rows, as %s wants them,", n->item->name);

    *w = (struct all_rows){ .session = s, .node = n, .inst = frames_of(s->frames, n) };
    for (uint32_t k = 0; k < n->n_in; k++) {
        nnp_tensor *t = &w->in[k];
        *t = w->inst->in[k];
        t->shape = arena_array(s->arena, (size_t)t->ndim, sizeof *t->shape);
        memcpy(t->shape, w->inst->in[k].shape, (size_t)t->ndim * sizeof *t->shape);
        t->shape[0] = feed_rows(s, SPLIT_TRAIN);
        t->data = session_zeros(tensor_bytes(t), what, d);
        if (!t->data)
            return -1;
    }
    return 0;
}

void all_rows_take(struct all_rows *w, int64_t first)
{
    for (uint32_t k = 0; k < w->node->n_in; k++) {
        const nnp_tensor *batch = &w->inst->in[k];
        size_t            row = nnp_row(batch) * dtype_size(nnp_type(batch));
        memcpy((char *)w->in[k].data + (size_t)first * row, batch->data,
               tensor_bytes(batch));
    }
}

static int place_scratch(struct all_rows *w, struct diag *d)
{
    struct instance *i = w->inst;
    size_t           bytes = 0, at = 0;

    for (uint32_t k = 0; k < i->ctx.n_scratch; k++)
        bytes += plan_round(tensor_bytes(&i->scratch[k]));
    w->scratch = session_zeros(bytes, "work space for all training rows", d);
    for (uint32_t k = 0; w->scratch && k < i->ctx.n_scratch; k++) {
        i->scratch[k].data = w->scratch + at;
        at += plan_round(tensor_bytes(&i->scratch[k]));
    }
    return w->scratch ? 0 : -1;
}

int all_rows_begin(struct all_rows *w, struct diag *d)
{
    struct instance *i = w->inst;

    if (instance_setup(i, w->in, w->node->n_in, NULL, 0, 0, d) || place_scratch(w, d))
        return -1;
    for (uint32_t k = 0; k < w->node->n_in; k++)
        i->in[k].data = w->in[k].data;
    for (uint32_t k = 0; k < w->node->n_out; k++)
        i->out[k].data = NULL; /* there is room for those of a batch */
    return 0;
}

int all_rows_close(struct all_rows *w, bool failed, struct diag *d)
{
    struct session *s = w->session;
    int64_t         rows = s->rows;

    for (uint32_t k = 0; k < w->node->n_in; k++) {
        w->inst->in[k].data = NULL;
        free(w->in[k].data);
    }
    free(w->scratch);
    if (failed)
        return 0;
    s->rows = 0; /* whatever they are: everything is set up again */
    return step_rows(s, rows, d);
}
