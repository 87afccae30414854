/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "run/given_rows.h"

#include <string.h>

#include "call/loader.h"

/* ---- what is left out ---- */

static bool has_shape_of(const nnp_tensor *a, const nnp_tensor *b)
{
    return a->ndim == b->ndim &&
           memcmp(a->shape, b->shape, (size_t)a->ndim * sizeof *a->shape) == 0;
}

bool given_rows_leaves(const struct session *s, size_t node)
{
    const struct graph_node *n = &s->graph->nodes[node];

    return n->role == ROLE_MAP && (n->item->type->desc->flags & NNP_CORRUPTS) != 0 &&
           graph_runs(n, false) && n->n_in && n->n_out &&
           has_shape_of(graph_tensor(s->graph, n->in[0]),
                        graph_tensor(s->graph, n->out[0]));
}

const char *given_rows_left(const struct given_rows *g)
{
    const struct session *s = g->session;
    const char           *names = NULL;

    for (size_t i = 1; !g->corrupt && i < s->graph->first_layer; i++)
        if (given_rows_leaves(s, i))
            names = arena_printf(s->arena, "%s%s%s", names ? names : "",
                                 names ? ", " : "", s->graph->nodes[i].item->name);
    return names;
}

/* ---- streams ---- */

static void list_stream(struct given_rows *g, int stream)
{
    const struct stream *s = &g->session->graph->streams[stream];
    struct arena        *a = g->arena;

    g->stream = arena_grow(a, g->stream, g->n, g->n + 1, sizeof *g->stream);
    g->stream[g->n++] = (struct given_stream){
        .name = s->name, .stream = stream, .dtype = nnp_type(&s->tensor), .output = -1
    };
}

/* All outputs of the loader are listed, also those that are not given: given_rows_take
 * puts zeros into them, because a transform may read whatever the loader makes. */
static void list_streams(struct given_rows *g, const struct session *s, struct arena *a,
                         bool corrupt)
{
    const struct graph *graph = s->graph;

    *g = (struct given_rows){ .session = s,
                              .arena = a,
                              .loader = s->frames->node[0],
                              .n_loader = graph->nodes[0].n_out,
                              .corrupt = corrupt };
    for (size_t i = 0; i < graph->first_layer; i++)
        for (uint32_t k = i > 0; k < graph->nodes[i].n_out; k++)
            if (!i || (!corrupt && given_rows_leaves(s, i)))
                list_stream(g, graph->nodes[i].out[k]);
    g->to = arena_array(a, g->n + 1, sizeof *g->to);
}

/* Whoever reads rows from text or from a caller counts on this order: a row is the
 * numbers of one stream behind those of the other, in the order in which the loader
 * declares them. */
static void give(struct given_rows *g, uint32_t k)
{
    int64_t size = (int64_t)nnp_row(graph_tensor(g->session->graph, g->stream[k].stream));

    g->stream[k].at = g->row;
    g->stream[k].size = size;
    g->row += size;
}

/* Nodes stand in a runnable order: one walk from the last to the first sees every reader
 * of a stream before the node that makes it. A transform counts only if somebody reads
 * what it makes, so that a user who asks for predictions need not give the targets. */
static bool *streams_read(const struct session *s, struct arena *a, bool targets,
                          bool corrupt)
{
    const struct graph *g = s->graph;
    bool               *read = arena_array(a, g->n_streams + 1, sizeof *read);

    for (size_t i = 0; targets && i < s->n_loss_weights; i++)
        if (s->loss_weights[i].rows >= 0)
            read[s->loss_weights[i].rows] = true;
    for (size_t i = g->n_nodes; i-- > 1;) {
        const struct graph_node *n = &g->nodes[i];
        bool                     runs = i >= g->first_layer &&
                    (n->role == ROLE_LAYER ||
                     (targets && (n->role == ROLE_LOSS || n->role == ROLE_METRIC)));
        if (!corrupt && given_rows_leaves(s, i)) {
            read[n->in[0]] = read[n->in[0]] || read[n->out[0]];
            continue;
        }
        for (uint32_t k = 0; !runs && k < n->n_out; k++)
            runs = read[n->out[k]];
        for (uint32_t k = 0; runs && k < n->n_in; k++)
            read[n->in[k]] = read[n->in[k]] || !graph_learns(n, k);
    }
    return read;
}

void given_rows_open(struct given_rows *g, const struct session *s, struct arena *a,
                     bool targets, bool corrupt)
{
    const bool *read = streams_read(s, a, targets, corrupt);

    list_streams(g, s, a, corrupt);
    for (uint32_t k = 0; k < g->n; k++)
        if (read[g->stream[k].stream])
            give(g, k);
}

void given_rows_only(struct given_rows *g, const struct session *s, const char *name)
{
    list_streams(g, s, s->arena, true);
    for (uint32_t k = 0; k < g->n; k++)
        if (strcmp(g->stream[k].name, name) == 0)
            give(g, k);
}

/* ---- another instance of the loader ---- */

static const char *needed(const struct given_rows *g)
{
    const char *names = "";

    for (uint32_t k = 0; k < g->n_loader; k++)
        if (g->stream[k].size)
            names = arena_printf(g->arena, "%s%s%s", names, *names ? " " : "",
                                 g->stream[k].name);
    return names;
}

/* Not the first dimension: it is the number of rows, which is the user's. */
static bool same_rows(const nnp_tensor *a, const nnp_tensor *b)
{
    return nnp_type(a) == nnp_type(b) && a->ndim == b->ndim &&
           memcmp(a->shape + 1, b->shape + 1, (size_t)(b->ndim - 1) * sizeof *b->shape) ==
               0;
}

/* The other instance writes straight into memory that was made for the loader's streams.
 * Were its rows of another size they would not fit there, and of another type they would
 * be read as other numbers. */
static int match(struct given_rows *g, struct given_stream *s, uint32_t k,
                 const char *path, struct diag *d)
{
    const nnp_tensor *want = &g->loader->out[k];
    struct arena     *a = g->session->arena;

    for (uint32_t i = 0; i < g->other->ctx.n_out; i++) {
        const nnp_tensor *got = &g->other->out[i];
        if (strcmp(instance_decl(g->other, NNP_OUT, i)->name, s->name) != 0)
            continue;
        s->output = (int)i;
        if (same_rows(got, want))
            return 0;
        return diag_error(d, NULL,
                          "%s: %s is %s %s, the model was trained on %s %s (rows first)",
                          path, s->name, dtype_name(nnp_type(got)), tensor_text(a, got),
                          dtype_name(nnp_type(want)), tensor_text(a, want));
    }
    return diag_error(d, NULL, "%s: there is no %s in it, which is needed", path,
                      s->name);
}

/* instance_setup keeps the pointer to the shape, so it is in the arena, and the same one
 * is used again for every batch. */
static int set_up(struct instance *i, int64_t rows, struct diag *d)
{
    nnp_tensor in = { .device = 1, .ndim = 1, .bits = 64, .lanes = 1 };

    in.shape = i->settled ? i->in[0].shape : arena_array(i->arena, 1, sizeof *in.shape);
    in.shape[0] = rows;
    return instance_setup(i, &in, 1, NULL, 0, 0, d);
}

/* The messages go to a diag of their own, because a loader that says NNP_ENOTSUP without
 * a reason means no error but that the form is unknown to it; the caller then reads the
 * rows in another way, and nothing may have been said. `given` is set before the first
 * setup, in which the loader asks for it; it carries the coding of the session's own
 * loader, so that a label is the class that it was in training. */
int given_rows_read(struct given_rows *g, const char *path, const void *bytes, size_t n,
                    struct diag *d)
{
    const struct session *s = g->session;
    const struct item    *item = s->spec->data.source;
    struct arena         *a = g->arena;
    nnp_given            *given = arena_alloc(a, sizeof *given);
    struct diag           own;
    int                   rc;

    for (uint32_t k = g->n_loader; k < g->n; k++)
        if (g->stream[k].size) /* no file as that of the training has it */
            return 0;
    if (!loader_reads_given(item->type))
        return 0;
    diag_init(&own, d->arena);
    own.class = d->class;
    g->other = arena_alloc(a, sizeof *g->other);
    rc = instance_open(a, item->type, item_copy_self(a, item->type, item->self),
                       item->name, (struct at){ 0 }, g->loader->services, g->other, &own);
    *given =
        (nnp_given){ sizeof *given, g->before, loader_coding(g->loader), needed(g), path,
                     bytes,         n };
    g->other->given = given;
    if (!rc) {
        instance_alone(g->other);
        rc = set_up(g->other, 1, &own);
    }
    if (rc && g->other->code == NNP_ENOTSUP && !g->other->reason[0]) {
        given_rows_close(g);
        return 0;
    }
    for (uint32_t k = 0; !rc && k < g->n; k++)
        if (g->stream[k].size)
            rc = match(g, &g->stream[k], k, path, &own);
    g->rows = g->other->rows.count;
    if (!rc)
        loader_notes(g->other, &own);
    diag_move(d, &own);
    return rc ? -1 : 1;
}

void given_rows_close(struct given_rows *g)
{
    if (g->other)
        instance_close(g->other);
    g->other = NULL;
}

/* An output that nobody needs has no address, which tells the loader not to make it. */
static int take_read(const struct given_rows *g, int64_t first, int64_t n, int64_t *index,
                     struct diag *d)
{
    struct instance *i = g->other;

    if (set_up(i, n, d))
        return -1;
    for (int64_t r = 0; r < n; r++)
        index[r] = first + r;
    i->in[0].data = index;
    for (uint32_t k = 0; k < i->ctx.n_out; k++)
        i->out[k].data = NULL;
    for (uint32_t k = 0; k < g->n; k++)
        if (g->stream[k].output >= 0)
            i->out[g->stream[k].output].data = g->to[k].data;
    return instance_call(i, i->type->desc->forward, "forward", d) < 0 ? -1 : 0;
}

/* ---- rows ---- */

int given_rows_take(const struct given_rows *g, int64_t first, int64_t n, int64_t *index,
                    struct diag *d)
{
    for (uint32_t k = 0; k < g->n; k++) {
        const struct given_stream *s = &g->stream[k];
        memset(g->to[k].data, 0, tensor_bytes(&g->to[k]));
        for (int64_t r = 0; !g->other && s->size && r < n; r++)
            dtype_put(s->dtype, g->to[k].data, r * s->size,
                      g->x + (first + r) * g->row + s->at, s->size);
    }
    return g->other ? take_read(g, first, n, index, d) : 0;
}

/* ---- names ---- */

const char *given_rows_column(const struct given_rows *g, uint32_t stream, int64_t i)
{
    return loader_column(g->loader, g->stream[stream].name, i);
}

const char *given_rows_class(const struct given_rows *g, uint32_t stream, int64_t i)
{
    return loader_class(g->loader, g->stream[stream].name, i);
}
