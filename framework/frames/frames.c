/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "frames/frames.h"

#include <string.h>

#include <nnpipe/data.h>
#include "graph/wire.h"
#include "language/params.h"

/* The inputs of a setup are on the stack, because setups are repeated between two
 * batches, where nothing may be allocated. */
enum { MOST_INPUTS = 64 };

/* ---- rows of their own ---- */

static nnp_tensor *copy_outputs(struct arena *a, const struct instance *i)
{
    nnp_tensor *own = arena_array(a, i->ctx.n_out + 1, sizeof *own);

    for (uint32_t k = 0; k < i->ctx.n_out; k++) {
        size_t n = (size_t)i->out[k].ndim;
        own[k] = i->out[k];
        own[k].shape = arena_array(a, n + 1, sizeof(int64_t));
        memcpy(own[k].shape, i->out[k].shape, n * sizeof(int64_t));
    }
    return own;
}

/* A stream as who reads it finds it: a transform as it is made, the others with rows of
 * their own if it comes with the data. */
static const nnp_tensor *read_by(struct frames *f, const struct graph *g, bool transform,
                                 int stream)
{
    const struct stream *s = &g->streams[stream];

    if (transform || !s->data)
        return &f->node[s->node]->out[s->output];
    if (!f->own[s->node])
        f->own[s->node] = copy_outputs(f->arena, f->node[s->node]);
    return &f->own[s->node][s->output];
}

const nnp_tensor *frames_tensor(const struct frames *f, int stream)
{
    const struct stream *s = &f->graph->streams[stream];

    return s->data ? &f->own[s->node][s->output] : &f->node[s->node]->out[s->output];
}

/* An item can be at work more than once: a penalty for each of its streams and weights,
 * an optimizer for each group or tensor. All of them get the value. */
int frames_set(struct frames *f, const struct item *item, const char *param, double value)
{
    const struct graph *g = f->graph;
    int                 rc = 0;

    for (size_t i = 0; i < g->n_nodes; i++)
        if (g->nodes[i].item == item)
            rc |= params_set(item->type->desc, f->node[i]->self, param, value);
    for (size_t i = 0; i < g->n_penalties; i++)
        if (g->penalties[i].item == item)
            rc |= params_set(item->type->desc, f->penalty[i].self, param, value);
    for (size_t i = 0; i < f->chain.n_updaters; i++)
        if (f->chain.updaters[i].item == item)
            rc |= params_set(item->type->desc, f->chain.updaters[i].inst.self, param,
                             value);
    return rc;
}

/* ---- setup ---- */

/* A batch of row numbers is what a loader reads. */
static int set_up_loader(struct instance *i, int64_t rows, uint32_t flags, struct diag *d)
{
    nnp_tensor in = i->in[0];

    in.shape[0] = rows;
    return instance_setup(i, &in, 1, NULL, 0, flags, d);
}

static int set_up(struct frames *f, const struct graph *g, size_t node, struct diag *d)
{
    const struct graph_node *n = &g->nodes[node];
    bool                     transform = n->role == ROLE_MAP;
    nnp_tensor               in[MOST_INPUTS];

    for (uint32_t k = 0; k < n->n_in; k++)
        in[k] = *read_by(f, g, transform, n->in[k]);
    if (n->role == ROLE_PENALTY)
        return instance_setup(f->node[node], NULL, 0, in, 1, NNP_ON_STREAM, d);
    return instance_setup(f->node[node], in, n->n_in, NULL, 0, 0, d);
}

/* While setups are repeated, rows is 0: after one that fails, no number of rows counts as
 * set up, and the next call begins anew. Nodes of the data stay as they are, because the
 * feed sets them up for the rows that it reads at once. */
int frames_rows(struct frames *f, int64_t rows, struct diag *d)
{
    const struct graph *g = f->graph;

    if (f->rows == rows)
        return 0;
    f->rows = 0;
    f->bound = NULL; /* setup sees to the shapes; flags and addresses are set again */
    for (size_t i = 0; i < g->n_streams; i++)
        if (g->streams[i].data)
            f->own[g->streams[i].node][g->streams[i].output].shape[0] = rows;
    for (size_t i = g->first_layer; i < g->n_nodes; i++)
        if (set_up(f, g, i, d))
            return -1;
    f->rows = rows;
    return 0;
}

int frames_rows_data(struct frames *f, int64_t rows, struct diag *d)
{
    if (set_up_loader(f->node[0], rows, 0, d))
        return -1;
    for (size_t i = 1; i < f->graph->first_layer; i++)
        if (set_up(f, f->graph, i, d))
            return -1;
    return 0;
}

/* ---- open ---- */

/* A refusal of a layer is mostly about what it was given, so the message says where that
 * comes from. Three inputs are enough to see it. */
static void describe_inputs(struct frames *f, const struct graph *g,
                            const struct graph_node *n, struct diag *d)
{
    for (uint32_t k = 0; k < n->n_in && k < 3; k++) {
        const struct stream     *s = &g->streams[n->in[k]];
        const struct graph_node *from = &g->nodes[s->node];
        const char       *who = from->role == ROLE_LOADER ? "the data" : from->item->name;
        const nnp_tensor *t = graph_tensor(g, n->in[k]);
        diag_note(d, "%-8s comes from %s (line %u): %s %s", s->name, who,
                  from->item->at.line, dtype_name(nnp_type(t)), tensor_text(f->arena, t));
    }
}

/* The graph asks while it is being made, so how many nodes there will be is not known
 * here. Only the lists move when they grow; each instance is allocated by itself, because
 * others point at it. */
static void make_room(struct frames *f, size_t node)
{
    size_t room = f->room ? 2 * f->room : 32;

    f->n = node + 1;
    if (node < f->room)
        return;
    f->node = arena_grow(f->arena, f->node, f->room, room, sizeof(struct instance *));
    f->own = arena_grow(f->arena, f->own, f->room, room, sizeof(nnp_tensor *));
    f->room = room;
}

/* A copy of the configuration, because live parameters change while numbers run and the
 * graph with its spec is read-only. */
static int open_item(struct frames *f, const struct item *item, struct instance *i,
                     struct diag *d)
{
    void *self = item_copy_self(f->arena, item->type, item->self);

    return instance_open(f->arena, item->type, self, item->name, item->at, f->services, i,
                         d);
}

static int open_node(struct frames *f, const struct graph *g, size_t node, struct diag *d)
{
    const struct graph_node *n = &g->nodes[node];
    size_t                   before = d->n;

    if (n->n_in > MOST_INPUTS)
        return diag_error(d, &n->item->at, "%s: more than %d inputs", n->item->name,
                          MOST_INPUTS);
    f->node[node] = arena_alloc(f->arena, sizeof(struct instance));
    int rc = open_item(f, n->item, f->node[node], d);
    if (!rc && n->role == ROLE_MAP)
        instance_alone(f->node[node]);
    if (!rc && !set_up(f, g, node, d))
        return 0;
    if (d->n > before && n->role != ROLE_PENALTY)
        describe_inputs(f, g, n, d);
    return -1;
}

/* The spec has opened the loader to learn the data's facts, and closes it. */
static int take_loader(struct frames *f, struct diag *d)
{
    f->node[0] = f->spec->data.loader;
    f->services->rows = &f->node[0]->rows;
    return set_up_loader(f->node[0], f->rows, NNP_PEEK, d);
}

static int declare(void *arg, const struct graph *g, size_t node, struct decls *out,
                   struct diag *d)
{
    struct frames *f = arg;

    make_room(f, node);
    if (node ? open_node(f, g, node, d) : take_loader(f, d))
        return -1;
    *out = f->node[node]->declared;
    return 0;
}

/* Penalties on weights come when all nodes are open: only then the graph knows the
 * weights. */
static int open_penalties(struct frames *f, struct diag *d)
{
    const struct graph *g = f->graph;
    int                 rc = 0;

    f->penalty = arena_array(f->arena, g->n_penalties + 1, sizeof *f->penalty);
    for (size_t k = 0; k < g->n_penalties; k++) {
        const struct weight_penalty *p = &g->penalties[k];
        struct instance             *i = &f->penalty[f->n_penalties++];
        const nnp_tensor            *t = &g->params[p->param].tensor;
        if (open_item(f, p->item, i, d) || instance_setup(i, NULL, 0, t, 1, 0, d))
            rc = -1;
    }
    return rc;
}

struct frames *frames_open(struct arena *a, const struct spec *s,
                           struct services *services, int64_t rows, const char *given,
                           struct diag *d)
{
    struct frames          *f = arena_alloc(a, sizeof *f);
    const struct graph_asks asks = { declare, f };

    *f = (struct frames){ .arena = a, .spec = s, .services = services, .rows = rows };
    f->graph = wire_open(a, s, rows, given, &asks, d);
    if (!f->graph || open_penalties(f, d)) {
        frames_close(f);
        return NULL;
    }
    /* The copies of rows that frames_tensor hands out, also of streams that no node
     * reads: a report may. */
    for (size_t i = 0; i < f->graph->n_streams; i++)
        read_by(f, f->graph, false, (int)i);
    return f;
}

/* What has grown belongs to the node that is fitted. */
static void forget_states(const struct frames *f, size_t node)
{
    struct instance *i = f->node[node];

    for (uint32_t k = 0; i->state && k < i->ctx.n_state; k++)
        if (f->graph && f->graph->nodes[node].states_of && instance_grows(i, k))
            i->state[k].data = NULL;
}

/* Node 0 is the loader, which the spec opened and closes. */
void frames_close(struct frames *f)
{
    if (!f)
        return;
    chain_close(&f->chain);
    for (size_t i = 1; i < f->n; i++)
        if (f->node[i]) { /* a node that could not be wired has none */
            forget_states(f, i);
            instance_close(f->node[i]);
        }
    for (size_t i = 0; i < f->n_penalties; i++)
        instance_close(&f->penalty[i]);
}
