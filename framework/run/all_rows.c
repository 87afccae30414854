/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "run/all_rows.h"

#include <stdlib.h>
#include <string.h>

int all_rows_open(struct all_rows *w, struct session *s, const struct graph_node *n,
                  int64_t rows, struct diag *d)
{
    *w = (struct all_rows){ .session = s, .node = n, .inst = frames_of(s->frames, n) };
    for (uint32_t k = 0; k < n->n_in; k++) {
        nnp_tensor *t = &w->in[k];
        *t = w->inst->in[k];
        t->shape = w->shape[k];
        memcpy(t->shape, w->inst->in[k].shape, (size_t)t->ndim * sizeof *t->shape);
        t->shape[0] = rows;
        t->data = bind_zeros(tensor_bytes(t), "all rows at once", d);
        if (!t->data) {
            diag_note(d, "%s wants them", n->item->name);
            return -1;
        }
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

int all_rows_begin(struct all_rows *w, struct diag *d)
{
    w->scratch = bind_apart(w->inst, w->in, d);
    return w->scratch ? 0 : -1;
}

int all_rows_close(struct all_rows *w, bool failed, struct diag *d)
{
    struct frames *f = w->session->frames;
    int64_t        rows = f->rows;

    for (uint32_t k = 0; k < w->node->n_in; k++) {
        w->inst->in[k].data = NULL;
        free(w->in[k].data);
    }
    free(w->scratch);
    if (failed)
        return 0;
    f->rows = 0; /* whatever they are: everything is set up again */
    return frames_rows(f, rows, d);
}
