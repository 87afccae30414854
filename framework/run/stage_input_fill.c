/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "run/stage_input.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "run/feed.h"
#include "run/step.h"

static int make_room(struct stage_input *c, const struct session *s, int stream,
                     struct diag *d)
{
    const nnp_tensor *t = graph_tensor(s->graph, stream);

    c->row = nnp_row(t) * dtype_size(nnp_type(t));
    for (int k = 0; k < N_SPLITS; k++)
        for (int64_t i = feed_rows(s, (enum split)k) - 1; i >= 0; i--) {
            int64_t end = feed_rows_row(s, (enum split)k, i) + 1;
            c->rows = end > c->rows ? end : c->rows;
        }
    c->bytes = calloc((size_t)c->rows, c->row ? c->row : 1);
    if (c->bytes)
        return 0;
    return diag_error(d, NULL,
                      "stream %s of %" PRId64 " rows needs %.1f MiB, the system "
                      "gives less",
                      c->stream, c->rows, (double)c->rows * (double)c->row / 1048576);
}

static int fill_split(struct stage_input *c, struct session *s, int stream,
                      enum split split, struct diag *d)
{
    const struct graph_node *maker = &s->graph->nodes[s->graph->streams[stream].node];
    int     stands = graph_resolve(s->graph, stream, false); /* `when: train` */
    int64_t total = feed_rows(s, split), batch = s->spec->train.batch, n;

    for (int64_t at = 0; at < total; at += batch) {
        n = total - at < batch ? total - at : batch;
        if (feed_fetch(s, split, at, n, d) || frames_rows(s->frames, n, d) ||
            step_before(s, PLAN_KEEP, maker + 1, d))
            return -1;
        const unsigned char *from =
            bind_value(s->frames, &s->memory, s->plans[PLAN_KEEP], stands);
        for (int64_t i = 0; i < n; i++)
            memcpy(c->bytes + (size_t)feed_rows_row(s, split, at + i) * c->row,
                   from + (size_t)i * c->row, c->row);
    }
    return 0;
}

int stage_input_fill(struct stage_input *c, const char *stream, struct session *s,
                     struct diag *d)
{
    int k = graph_find(s->graph, stream);

    *c = (struct stage_input){ .stream = stream };
    if (k < 0 || s->graph->streams[k].data)
        return 0; /* the data have it */
    if (make_room(c, s, k, d))
        return -1;
    for (int split = 0; split < N_SPLITS; split++)
        if (fill_split(c, s, k, (enum split)split, d))
            return -1;
    return 0;
}
