/* SPDX-License-Identifier: MIT */
/* Names become numbers. The order of the file is already a runnable order: a stream can
 * only be named after the item that makes it, so a graph is acyclic by construction. */
#include <config.h>
#include "graph/graph.h"

#include <string.h>

#include <nnpipe/data.h>

static void own_shape(struct graph *g, struct stream *s)
{
    const nnp_tensor *made = &g->nodes[s->node].inst.out[s->output];

    s->data = true;
    s->own = arena_alloc(g->arena, sizeof *s->own);
    *s->own = *made;
    s->own->shape = arena_array(g->arena, (size_t)made->ndim + 1, sizeof(int64_t));
    memcpy(s->own->shape, made->shape, (size_t)made->ndim * sizeof(int64_t));
}

void graph_give(struct graph *g, const char *stream)
{
    int k = graph_find(g, stream);

    if (k >= 0 && !g->streams[k].data)
        own_shape(g, &g->streams[k]);
}

bool graph_given(const struct graph *g, int stream)
{
    return g->streams[stream].data && g->streams[stream].node >= (int)g->first_layer;
}

static int add_stream(struct graph *g, const char *name, int node, int output, bool data)
{
    struct stream *s = &g->streams[g->n_streams];

    *s = (struct stream){ name, node, output, data, false, -1, NULL };
    if (data)
        own_shape(g, s);
    return (int)g->n_streams++;
}

/* The latest stream of that name: a transform may take over the name of its input. */
int graph_find(const struct graph *g, const char *name)
{
    for (size_t i = g->n_streams; i-- > 0;)
        if (strcmp(g->streams[i].name, name) == 0)
            return (int)i;
    return -1;
}

static struct graph_node *add_node(struct graph *g, enum node_role role,
                                   const struct item *item, uint32_t n_in)
{
    struct graph_node *n = &g->nodes[g->n_nodes++];

    n->role = role;
    n->item = item;
    n->in = arena_array(g->arena, n_in + !n_in, sizeof *n->in);
    n->n_in = n_in;
    return n;
}

static int no_stream(struct graph *g, const struct item *item, const char *name,
                     const struct at *at, struct diag *d)
{
    const char **names = arena_array(g->arena, g->n_streams + 1, sizeof *names);

    for (size_t i = 0; i < g->n_streams; i++)
        names[i] = g->streams[i].name;
    const char *near = diag_nearest(name, names);
    if (near)
        return diag_code(d, at, "unknown-stream",
                         "%s: no stream is called '%s' here; '%s' is", item->name, name,
                         near);
    diag_code(d, at, "unknown-stream", "%s: no stream is called '%s' here", item->name,
              name);
    return -1;
}

/* The inputs stand in the order of the component: pipeline/wire.c saw to that, and that
 * they are as many as it takes. */
static int wire(struct graph *g, struct graph_node *n, struct diag *d)
{
    const struct item *item = n->item;
    int                rc = 0;

    for (size_t k = 0; k < item->n_in; k++) {
        n->in[k] = graph_find(g, item->in[k].stream);
        if (n->in[k] < 0)
            rc = no_stream(g, item, item->in[k].stream, &item->in[k].at, d);
    }
    return rc;
}

static const char *output_name(struct graph *g, const struct item *item, size_t k)
{
    if (k < item->n_outs && item->outs[k])
        return item->outs[k];
    return k ? arena_printf(g->arena, "%s.%zu", item->name, k) : item->name;
}

/* Outputs are known once setup ran, so infer calls this right after it, node by node. */
static void name_outputs(struct graph *g, struct graph_node *n)
{
    n->n_out = n->inst.ctx.n_out;
    n->out = arena_array(g->arena, n->n_out + !n->n_out, sizeof *n->out);
    for (uint32_t k = 0; k < n->n_out; k++) {
        const char *name = n->role == ROLE_LOADER
                               ? instance_decl(&n->inst, NNP_OUT, k)->name
                               : output_name(g, n->item, k);
        n->out[k] = add_stream(g, name, (int)(n - g->nodes), (int)k, n->role <= ROLE_MAP);
    }
}

/* A batch of `rows` row numbers is what a loader reads. */
struct loader_input {
    int64_t    shape[1];
    nnp_tensor t;
};

static void describe_inputs(struct graph *g, const struct graph_node *n, struct diag *d)
{
    for (uint32_t k = 0; k < n->n_in && k < 3; k++) {
        const struct stream     *s = &g->streams[n->in[k]];
        const struct graph_node *from = &g->nodes[s->node];
        const char *who = from->role == ROLE_LOADER ? "the data" : from->item->name;
        diag_note(d, "%-8s comes from %s (line %u): %s %s", s->name, who,
                  from->item->at.line, dtype_name(nnp_type(graph_tensor(g, n->in[k]))),
                  shape_text(g->arena, graph_tensor(g, n->in[k])));
    }
}

static int set_up(struct graph *g, struct graph_node *n, struct diag *d)
{
    nnp_tensor in[64];
    size_t     before = d->n;

    if (n->n_in > 64)
        return diag_error(d, &n->item->at, "%s: more than 64 inputs", n->item->name);
    for (uint32_t k = 0; k < n->n_in; k++)
        in[k] = *(n->role == ROLE_MAP ? graph_made : graph_tensor)(g, n->in[k]);
    if (instance_open(g->arena, n->item->type, n->item->self, n->item->name, n->item->at,
                      g->services, &n->inst, d) ||
        instance_setup(&n->inst, in, n->n_in, NULL, 0, 0, d)) {
        if (d->n > before)
            describe_inputs(g, n, d);
        return -1;
    }
    return 0;
}

/* A node left out in evaluation hands its first input on: both must look alike. */
static int check_alias(struct graph *g, struct graph_node *n, struct diag *d)
{
    const nnp_tensor *a, *b;

    if (n->item->when == WHEN_ALWAYS || !n->n_out || !n->n_in)
        return 0;
    a = graph_tensor(g, n->in[0]);
    b = graph_tensor(g, n->out[0]);
    g->streams[n->out[0]].alias = n->in[0];
    if (n->n_out == 1 && a->ndim == b->ndim && nnp_type(a) == nnp_type(b) &&
        memcmp(a->shape, b->shape, (size_t)a->ndim * sizeof *a->shape) == 0)
        return 0;
    return diag_code(
        d, &n->item->at, "when",
        "%s: 'when' leaves it out at times, but its output does not look like "
        "its input: it cannot be passed by",
        n->item->name);
}

static int add_item(struct graph *g, enum node_role role, const struct item *item,
                    struct diag *d)
{
    struct graph_node *n = add_node(g, role, item, (uint32_t)item->n_in);

    if (wire(g, n, d) || set_up(g, n, d))
        return -1;
    name_outputs(g, n);
    return check_alias(g, n, d);
}

static int add_loader(struct graph *g, struct diag *d)
{
    const struct item   *item = g->spec->data.source;
    struct graph_node   *n = add_node(g, ROLE_LOADER, item, 0);
    struct loader_input *in = arena_alloc(g->arena, sizeof *in);

    in->shape[0] = g->rows;
    in->t = (nnp_tensor){
        .device = 1, .ndim = 1, .shape = in->shape, .code = 0, .bits = 64, .lanes = 1
    };
    /* The spec opened it to learn the data's facts; from here on it is this node's. */
    n->inst = g->spec->data.loader;
    if (instance_setup(&n->inst, &in->t, 1, NULL, 0, NNP_PEEK, d))
        return -1;
    name_outputs(g, n);
    return 0;
}

static int add_all(struct graph *g, enum node_role role, const struct items *items,
                   struct diag *d)
{
    for (size_t i = 0; i < items->n; i++)
        if (add_item(g, role, &items->v[i], d))
            return -1; /* what follows reads this one: its messages would be noise */
    return 0;
}

/* ---- losses, penalties, metrics ---- */

static int default_target(const struct graph *g)
{
    int y = graph_find(g, "y");

    return y >= 0 && g->streams[y].data ? y : graph_find(g, "x");
}

static struct graph_node *first_loss(struct graph *g)
{
    for (size_t i = 0; i < g->n_nodes; i++)
        if (g->nodes[i].role == ROLE_LOSS)
            return &g->nodes[i];
    return NULL;
}

/* What a metric reads as the prediction when nothing is said: what the loss makes of it.
 */
static int prediction_of(const struct graph_node *loss)
{
    for (uint32_t k = 0; k < loss->n_out; k++)
        if (strcmp(instance_decl(&loss->inst, NNP_OUT, k)->name, "prediction") == 0)
            return loss->out[k];
    return loss->in[0];
}

static const struct input *port(const struct item *item, const char *name)
{
    for (size_t k = 0; k < item->n_in; k++)
        if (item->in[k].port && strcmp(item->in[k].port, name) == 0)
            return &item->in[k];
    return NULL;
}

/* of, to and where of a loss or metric; what is not said follows the model, or the loss.
 */
static int add_judge(struct graph *g, enum node_role role, const struct item *item,
                     struct diag *d)
{
    static const char *const ports[] = { "of", "to", "where" };
    struct graph_node       *loss = role == ROLE_METRIC ? first_loss(g) : NULL;
    bool                     mask = port(item, "where") != NULL;
    struct graph_node       *n = add_node(g, role, item, mask ? 3 : 2);

    n->in[0] = loss ? prediction_of(loss) : g->output;
    n->in[1] = loss ? loss->in[1] : default_target(g);
    for (int k = 0; k < 3; k++) {
        const struct input *in = port(item, ports[k]);
        if (!in)
            continue;
        n->in[k] = graph_find(g, in->stream);
        if (n->in[k] < 0)
            return no_stream(g, item, in->stream, &in->at, d);
    }
    if (n->in[0] < 0 || n->in[1] < 0)
        return diag_code(
            d, &item->at, "inputs",
            "%s: nothing to compare; say `of` (a stream of the model) and `to`",
            item->name);
    if (set_up(g, n, d))
        return -1;
    n->n_out = n->inst.ctx.n_out;
    name_outputs(g, n);
    return 0;
}

static bool is_loss(const struct item *item)
{
    return strcmp(item->type->kind, "loss") == 0;
}

/* A regularizer on streams becomes a node a stream; on weights it waits for the weights.
 */
static int add_penalty(struct graph *g, const struct item *item, struct diag *d)
{
    for (size_t k = 0; k < item->n_in; k++) {
        int s = graph_find(g, item->in[k].stream);
        if (s < 0)
            continue;
        struct graph_node *n = add_node(g, ROLE_PENALTY, item, 1);
        nnp_tensor         t = *graph_tensor(g, s);
        n->in[0] = s;
        if (instance_open(g->arena, item->type, item->self, item->name, item->at,
                          g->services, &n->inst, d) ||
            instance_setup(&n->inst, NULL, 0, &t, 1, NNP_STREAM, d))
            return -1;
    }
    return 0;
}

static int add_objective(struct graph *g, struct diag *d)
{
    const struct items *loss = &g->spec->loss;
    int                 rc = 0;

    for (size_t i = 0; i < loss->n; i++)
        if (is_loss(&loss->v[i]) ? add_judge(g, ROLE_LOSS, &loss->v[i], d)
                                 : add_penalty(g, &loss->v[i], d))
            rc = -1;
    return rc;
}

static int add_metrics(struct graph *g, struct diag *d)
{
    const struct items *m = &g->spec->metrics;
    int                 rc = 0;

    for (size_t i = 0; i < m->n; i++)
        if (add_judge(g, ROLE_METRIC, &m->v[i], d))
            rc = -1;
    return rc;
}

static size_t count_penalties(const struct spec *s)
{
    size_t n = 0;

    for (size_t i = 0; i < s->loss.n; i++)
        n += 1 + s->loss.v[i].n_in;
    return n;
}

int graph_build(struct graph *g, struct diag *d)
{
    const struct spec *s = g->spec;
    size_t room = 1 + s->data.map.n + s->model.n + count_penalties(s) + s->metrics.n;

    g->nodes = arena_array(g->arena, room, sizeof *g->nodes);
    g->streams = arena_array(g->arena, room * INSTANCE_MAX_DECLS, sizeof *g->streams);
    if (add_loader(g, d) || add_all(g, ROLE_MAP, &s->data.map, d))
        return -1;
    g->first_layer = g->n_nodes;
    if (add_all(g, ROLE_LAYER, &s->model, d))
        return -1;
    bool any = g->n_nodes > g->first_layer;
    g->input = any && g->nodes[g->first_layer].n_in ? g->nodes[g->first_layer].in[0] : -1;
    g->output = any ? g->nodes[g->n_nodes - 1].out[0] : -1;
    if (add_objective(g, d) || add_metrics(g, d))
        return -1;
    return 0;
}
