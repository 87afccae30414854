/* SPDX-License-Identifier: MIT */
/* Names become numbers. The order of the file is already a runnable order: a stream can
 * only be named after the item that makes it, so a graph is acyclic by construction. */
#include <config.h>
#include "graph/wire.h"

#include <string.h>

#include "graph/building.h"
#include "graph/probabilities.h"

static struct graph_node *add_node(struct building *b, enum node_role role,
                                   const struct item *item, uint32_t n_in)
{
    struct graph_node *n = &b->nodes[b->g->n_nodes++];

    n->role = role;
    n->item = item;
    n->in = arena_array(b->g->arena, n_in + !n_in, sizeof *n->in);
    n->n_in = n_in;
    return n;
}

/* "here", because streams of items further down are not known yet: a name that exists
 * below is refused with the same words. */
static int no_stream(const struct graph *g, const struct item *item, const char *name,
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
static int wire(const struct graph *g, struct graph_node *n, struct diag *d)
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

/* The first output has the name of its item, which is all that most items need. */
static const char *output_name(const struct graph *g, const struct item *item, size_t k)
{
    if (k < item->n_outs && item->outs[k])
        return item->outs[k];
    return k ? arena_printf(g->arena, "%s.%zu", item->name, k) : item->name;
}

/* A stream that is `given` lies beside the batch from then on, as those of the data do:
 * nobody upstream runs for it. */
static int add_stream(struct building *b, const char *name, const struct graph_node *n,
                      uint32_t k)
{
    struct graph *g = b->g;
    bool          data = n->role <= ROLE_MAP || (b->given && strcmp(b->given, name) == 0);

    b->streams[g->n_streams] = (struct stream){
        .name = name,
        .node = (int)(n - b->nodes),
        .output = (int)k,
        .data = data,
        .alias = -1,
        .tensor = decl_tensor(decl_find(&n->decls, NNP_OUT, k)),
    };
    return (int)g->n_streams++;
}

/* There is one loader, and everybody knows its streams by the names that it declares: x,
 * y.
 */
static void name_outputs(struct building *b, struct graph_node *n)
{
    const char *name;

    n->n_out = (uint32_t)decl_count(&n->decls, NNP_OUT);
    n->out = arena_array(b->g->arena, n->n_out + !n->n_out, sizeof *n->out);
    for (uint32_t k = 0; k < n->n_out; k++) {
        name = n->role == ROLE_LOADER ? decl_find(&n->decls, NNP_OUT, k)->name
                                      : output_name(b->g, n->item, k);
        n->out[k] = add_stream(b, name, n, k);
    }
}

/* The plugin of a wired node says what it declares; its outputs become streams. The graph
 * keeps a copy, since whoever answered may set the plugin up again for fewer rows. */
static int declare(struct building *b, struct graph_node *n, struct diag *d)
{
    struct arena *a = b->g->arena;
    struct decls  said;

    if (b->asks->declare(b->asks->arg, b->g, (size_t)(n - b->nodes), &said, d))
        return -1;
    n->decls.n = said.n;
    n->decls.v = arena_array(a, said.n + 1, sizeof *said.v);
    memcpy(n->decls.v, said.v, said.n * sizeof *said.v);
    name_outputs(b, n);
    return 0;
}

/* A node left out in evaluation hands its first input on: both must look alike. */
static int check_alias(struct building *b, struct graph_node *n, struct diag *d)
{
    const nnp_tensor *x, *y;

    if (n->item->when == WHEN_ALWAYS || !n->n_out || !n->n_in)
        return 0;
    x = graph_tensor(b->g, n->in[0]);
    y = graph_tensor(b->g, n->out[0]);
    b->streams[n->out[0]].alias = n->in[0];
    if (n->n_out == 1 && x->ndim == y->ndim && nnp_type(x) == nnp_type(y) &&
        memcmp(x->shape, y->shape, (size_t)x->ndim * sizeof *x->shape) == 0)
        return 0;
    return diag_code(
        d, &n->item->at, "when",
        "%s: 'when' leaves it out at times, but its output does not look like "
        "its input: it cannot be passed by",
        n->item->name);
}

static int add_item(struct building *b, enum node_role role, const struct item *item,
                    struct diag *d)
{
    struct graph_node *n = add_node(b, role, item, (uint32_t)item->n_in);

    if (wire(b->g, n, d) || declare(b, n, d))
        return -1;
    return check_alias(b, n, d);
}

static int add_all(struct building *b, enum node_role role, const struct items *items,
                   struct diag *d)
{
    for (size_t i = 0; i < items->n; i++)
        if (add_item(b, role, &items->v[i], d))
            return -1; /* what follows reads this one: its messages would be noise */
    return 0;
}

/* ---- losses, penalties, metrics ---- */

/* Without a y in the data the model is compared with its own input, as an autoencoder is.
 * A layer that happens to be called y is no target. */
static int default_target(const struct graph *g)
{
    int y = graph_find(g, "y");

    return y >= 0 && g->streams[y].data ? y : graph_find(g, "x");
}

/* What a metric reads as the prediction when nothing is said: what the loss makes of it.
 */
static int prediction_of(const struct graph_node *loss)
{
    for (uint32_t k = 0; k < loss->n_out; k++)
        if (strcmp(decl_find(&loss->decls, NNP_OUT, k)->name, "prediction") == 0)
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
 * A metric judges what the loss makes of the output, the probability and not the logit.
 */
static int add_judge(struct building *b, enum node_role role, const struct item *item,
                     struct diag *d)
{
    static const char *const ports[] = { "of", "to", "where" };
    struct graph            *g = b->g;
    bool                     mask = port(item, "where") != NULL;
    bool                     follows = role == ROLE_METRIC && g->loss >= 0;
    struct graph_node       *n = add_node(b, role, item, mask ? 3 : 2);

    n->in[0] = follows ? g->prediction : g->output;
    n->in[1] = follows ? g->target : default_target(g);
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
    if (declare(b, n, d))
        return -1;
    if (role == ROLE_LOSS)
        probabilities_warn(g, n, d);
    if (role != ROLE_LOSS || g->loss >= 0)
        return 0;
    /* The first loss is the model's purpose: metrics and reports compare what it
     * compares. */
    g->loss = (int)(n - b->nodes);
    g->prediction = prediction_of(n);
    g->target = n->in[1];
    return 0;
}

/* The list `loss` holds regularizers as well. */
static bool is_loss(const struct item *item)
{
    return strcmp(item->type->kind, "loss") == 0;
}

/* A regularizer on streams becomes a node a stream; on weights it waits for the weights.
 */
static int add_penalty(struct building *b, const struct item *item, struct diag *d)
{
    for (size_t k = 0; k < item->n_in; k++) {
        int s = graph_find(b->g, item->in[k].stream);
        if (s < 0)
            continue;
        struct graph_node *n = add_node(b, ROLE_PENALTY, item, 1);
        n->in[0] = s;
        if (declare(b, n, d))
            return -1;
    }
    return 0;
}

/* Nothing reads a loss or a metric, so a mistake in one does not follow from another: all
 * of them are told at once. */
static int add_objective(struct building *b, struct diag *d)
{
    const struct items *loss = &b->g->spec->loss;
    int                 rc = 0;

    for (size_t i = 0; i < loss->n; i++)
        if (is_loss(&loss->v[i]) ? add_judge(b, ROLE_LOSS, &loss->v[i], d)
                                 : add_penalty(b, &loss->v[i], d))
            rc = -1;
    return rc;
}

static int add_metrics(struct building *b, struct diag *d)
{
    const struct items *m = &b->g->spec->metrics;
    int                 rc = 0;

    for (size_t i = 0; i < m->n; i++)
        if (add_judge(b, ROLE_METRIC, &m->v[i], d))
            rc = -1;
    return rc;
}

/* At most: a loss is one node, a regularizer as many as it has streams. */
static size_t count_penalties(const struct spec *s)
{
    size_t n = 0;

    for (size_t i = 0; i < s->loss.n; i++)
        n += 1 + s->loss.v[i].n_in;
    return n;
}

/* All that can be made, at once: nodes and streams are pointed at while others are added.
 */
static void make_room(struct building *b)
{
    struct graph      *g = b->g;
    const struct spec *s = g->spec;
    size_t room = 1 + s->data.map.n + s->model.n + count_penalties(s) + s->metrics.n;

    g->nodes = b->nodes = arena_array(g->arena, room, sizeof *b->nodes);
    g->streams = b->streams = arena_array(g->arena, room * DECL_MAX, sizeof *b->streams);
}

static int wire_nodes(struct building *b, struct diag *d)
{
    struct graph      *g = b->g;
    const struct spec *s = g->spec;

    make_room(b);
    if (declare(b, add_node(b, ROLE_LOADER, s->data.source, 0), d) ||
        add_all(b, ROLE_MAP, &s->data.map, d))
        return -1;
    g->first_layer = g->n_nodes;
    if (add_all(b, ROLE_LAYER, &s->model, d))
        return -1;
    bool any = g->n_nodes > g->first_layer;
    g->input = any && g->nodes[g->first_layer].n_in ? g->nodes[g->first_layer].in[0] : -1;
    g->output = g->prediction = any ? g->nodes[g->n_nodes - 1].out[0] : -1;
    /* Without a loss these are what `predict` and reports go by; the first loss replaces
     * them. */
    g->target = graph_find(g, "y");
    return add_objective(b, d) || add_metrics(b, d) ? -1 : 0;
}

const struct graph *wire_open(struct arena *a, const struct spec *s, int64_t rows,
                              const char *given, const struct graph_asks *asks,
                              struct diag *d)
{
    struct graph   *g = arena_alloc(a, sizeof *g);
    struct building b = { .g = g, .given = given, .asks = asks };

    *g = (struct graph){ .arena = a,
                         .spec = s,
                         .rows = rows,
                         .input = -1,
                         .output = -1,
                         .loss = -1,
                         .prediction = -1,
                         .target = -1 };
    return wire_nodes(&b, d) || params_find_owners(&b, d) || params_find_trained(&b, d)
               ? NULL
               : g;
}
