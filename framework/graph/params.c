/* SPDX-License-Identifier: MIT */
/*
 * Who owns which weight, who trains, and on which weights regularizers are.
 *
 * A param is a tensor, not a name: the first item that declares it owns it, an item with
 * `use` or `share` points at it, so it is stored, updated and penalized once. The one
 * exception is a transposed weight. A plugin reads its weights row by row and knows
 * nothing of strides, so the transpose is a param of its own (`of` says whose), frozen
 * for the optimizer, which frames/weights.c copies after each update; its gradient is
 * added to that of its original before.
 *
 * What is said by name, by groups and penalties, goes to the owner whichever name was
 * said. Owners come first, then groups, because a group may freeze; then what trains,
 * because a weight that is frozen stops gradients.
 */
#include <config.h>
#include "graph/building.h"

#include <string.h>

#include "language/pattern.h"

/* ---- weights ---- */

static const struct graph_node *node_of_item(const struct graph *g, const char *name)
{
    for (size_t i = 0; i < g->n_nodes; i++)
        if (g->nodes[i].role == ROLE_LAYER && strcmp(g->nodes[i].item->name, name) == 0)
            return &g->nodes[i];
    return NULL;
}

static int param_of(const struct graph_node *n, const char *weight)
{
    for (uint32_t k = 0; k < n->n_param; k++)
        if (strcmp(decl_find(&n->decls, NNP_WEIGHT, k)->name, weight) == 0)
            return n->param[k];
    return -1;
}

/* What is said for a weight by name wins. `init` without a name is not about biases:
 * those begin as their plugin declares them. */
static const struct init_spec *init_for(const struct item *item, const struct decl *w)
{
    const struct init_spec *general = NULL;

    for (size_t i = 0; i < item->n_init; i++) {
        if (item->init[i].weight && strcmp(item->init[i].weight, w->name) == 0)
            return &item->init[i];
        if (!item->init[i].weight && !(w->flags & NNP_NODECAY))
            general = &item->init[i];
    }
    return general;
}

static int new_param(struct building *b, const struct graph_node *n, uint32_t k)
{
    struct graph *g = b->g;
    struct decl  *w = decl_find(&n->decls, NNP_WEIGHT, k);

    b->params[g->n_params] = (struct param){
        .name = arena_printf(g->arena, "%s.%s", n->item->name, w->name),
        .node = (int)(n - b->nodes),
        .decl = w,
        .tensor = decl_tensor(w),
        .init = init_for(n->item, w),
        .frozen = n->item->freeze,
        .decay = !(w->flags & NNP_NODECAY),
        .lr = n->item->lr,
        .of = -1,
    };
    return (int)g->n_params++;
}

static bool same_dims(const struct decl *a, const struct decl *b, bool transposed)
{
    if (a->ndim != b->ndim || a->dtype != b->dtype || (transposed && a->ndim != 2))
        return false;
    for (int32_t i = 0; i < a->ndim; i++)
        if (a->shape[i] != b->shape[transposed ? 1 - i : i])
            return false;
    return true;
}

static const char *dims_text(const struct graph *g, const struct decl *w)
{
    char *text = arena_strdup(g->arena, "");

    for (int32_t i = 0; i < w->ndim; i++)
        text = arena_printf(g->arena, "%s%s%lld", text, i ? " x " : "",
                            (long long)w->shape[i]);
    return text;
}

/* `share: {weight: enc1.weight.T}`: the very tensor, or its transpose. Nodes get their
 * params in the order of the file, so only an earlier one has any to share. */
static int share(struct building *b, struct graph_node *n, uint32_t k,
                 const struct share_spec *s, struct diag *d)
{
    const struct graph      *g = b->g;
    const struct graph_node *owner = node_of_item(g, s->item);
    int                      p = owner && owner < n ? param_of(owner, s->other) : -1;

    if (p < 0)
        return diag_error(d, &s->at, "%s: no earlier weight is called '%s.%s'",
                          n->item->name, s->item, s->other);
    const struct decl *mine = decl_find(&n->decls, NNP_WEIGHT, k);
    if (!same_dims(mine, g->params[p].decl, s->transposed))
        return diag_error(d, &s->at, "%s: its %s is %s, '%s.%s%s' is %s%s", n->item->name,
                          mine->name, dims_text(g, mine), s->item, s->other,
                          s->transposed ? ".T" : "", dims_text(g, g->params[p].decl),
                          s->transposed ? " before it is transposed" : "");
    if (n->item->lr != 1 && n->item->lr != owner->item->lr)
        return diag_error(d, &s->at,
                          "%s: its %s learns with the lr of '%s', another one cannot be "
                          "said here; `optim.groups` can say one for the rest of '%s'",
                          n->item->name, mine->name, s->item, n->item->name);
    /* A transpose that is turned again is the weight it was made of; a copy of the copy
     * would give its gradient to the first one, which nobody updates. */
    int of = g->params[p].of >= 0 ? g->params[p].of : p;
    /* As in PyTorch: what an item has in common with another one is frozen with it. */
    b->params[of].frozen = b->params[of].frozen || n->item->freeze;
    if (!s->transposed || of != p) {
        n->param[k] = s->transposed ? of : p;
        return 0;
    }
    n->param[k] = new_param(b, n, k);
    b->params[n->param[k]].of = p;
    b->params[n->param[k]].frozen = true; /* its gradient goes to the one it mirrors */
    return 0;
}

static const struct share_spec *share_for(const struct item *item, const char *weight)
{
    for (size_t i = 0; i < item->n_share; i++)
        if (strcmp(item->share[i].weight, weight) == 0)
            return &item->share[i];
    return NULL;
}

/* Which weights an item has, its plugin said in setup. So names in `share` and `init` can
 * be judged only now, when the file was read long ago. */
static int check_weight_names(const struct graph_node *n, struct diag *d)
{
    const struct item *item = n->item;
    const char        *names[DECL_MAX + 1] = { NULL };
    int                rc = 0;

    for (uint32_t k = 0; k < n->n_param; k++)
        names[k] = decl_find(&n->decls, NNP_WEIGHT, k)->name;
    for (size_t i = 0; i < item->n_share + item->n_init; i++) {
        bool        is_share = i < item->n_share;
        const char *w =
            is_share ? item->share[i].weight : item->init[i - item->n_share].weight;
        const struct at *at =
            is_share ? &item->share[i].at : &item->init[i - item->n_share].at;
        bool known = !w;
        for (uint32_t k = 0; k < n->n_param && w; k++)
            known = known || strcmp(names[k], w) == 0;
        if (known)
            continue;
        const char *near = diag_nearest(w, names);
        if (near)
            rc = diag_error(d, at, "%s: has no weight '%s'; '%s' is one", item->name, w,
                            near);
        else if (names[0])
            rc = diag_error(d, at, "%s: has no weight '%s'; it has '%s'", item->name, w,
                            names[0]);
        else
            rc = diag_error(d, at, "%s: has no weight '%s'; it has none", item->name, w);
    }
    return rc;
}

/* What nothing begins with would be read and ignored. */
static int check_inits(const struct building *b, const struct graph_node *n,
                       struct diag *d)
{
    const struct item *item = n->item;
    const char        *why = "it has none";
    int                rc = 0;

    if (item->n_share)
        why = "what it shares begins as its owner says";
    else if (n->n_param)
        why = arena_printf(b->g->arena, "it has biases alone, say `init: {%s: ...}`",
                           decl_find(&n->decls, NNP_WEIGHT, 0)->name);
    for (size_t i = 0; i < item->n_init; i++) {
        bool taken = false;
        for (uint32_t k = 0; k < n->n_param; k++)
            taken = taken || (b->params[n->param[k]].init == &item->init[i] &&
                              b->params[n->param[k]].of < 0);
        if (!taken)
            rc = diag_error(d, &item->init[i].at, "%s: no weight begins with this: %s",
                            item->name, why);
    }
    return rc;
}

static const struct graph_node *used_by(const struct graph *g, const struct item *item)
{
    return item->use >= 0 ? node_of_item(g, g->spec->model.v[item->use].name) : NULL;
}

static int refuse_size(const struct graph *g, const struct item *item,
                       const struct graph_node *used, const struct decl *here,
                       const struct decl *there, struct diag *d)
{
    return diag_error(d, &item->at,
                      "%s runs '%s' again, but its input gives %s the size %s; there "
                      "it is %s",
                      item->name, used->item->name, here->name, dims_text(g, here),
                      dims_text(g, there));
}

/* What fits itself has learned once, wherever it runs. */
static int share_states(struct building *b, struct graph_node *n, struct diag *d)
{
    const struct graph_node *used = used_by(b->g, n->item);
    size_t                   states = decl_count(&n->decls, NNP_STATE);

    if (!used || !n->item->type->desc->fit)
        return 0;
    n->states_of = used->states_of ? used->states_of : used;
    for (size_t k = 0; k < states; k++) {
        const struct decl *here = decl_find(&n->decls, NNP_STATE, k);
        const struct decl *there = decl_find(&used->decls, NNP_STATE, k);
        if (!there || !same_dims(here, there, false))
            return refuse_size(b->g, n->item, used, here, there ? there : here, d);
    }
    return 0;
}

/* `share` is about single weights, `use` about all that it does not name. The plugin may
 * make other weights of another input, and then it is not the same layer: that is refused
 * here, where both sizes are known. */
static int own_weights(struct building *b, struct graph_node *n, struct diag *d)
{
    const struct graph *g = b->g;
    const struct item  *item = n->item;

    n->n_param = (uint32_t)decl_count(&n->decls, NNP_WEIGHT);
    n->param = arena_array(g->arena, n->n_param + 1, sizeof *n->param);
    if (check_weight_names(n, d))
        return -1;
    const struct graph_node *used = used_by(g, item);
    for (uint32_t k = 0; k < n->n_param; k++) {
        const struct decl       *w = decl_find(&n->decls, NNP_WEIGHT, k);
        const struct share_spec *s = share_for(item, w->name);
        if (s && share(b, n, k, s, d))
            return -1;
        if (s)
            continue;
        if (used && k >= used->n_param)
            return diag_error(d, &item->at,
                              "%s runs '%s' again, but has more weights here", item->name,
                              used->item->name);
        if (used && !same_dims(w, g->params[used->param[k]].decl, false))
            return refuse_size(g, item, used, w, g->params[used->param[k]].decl, d);
        n->param[k] = used ? used->param[k] : new_param(b, n, k);
    }
    return check_inits(b, n, d);
}

/* ---- words for weights, see language/pattern.h */

/* A weight has a name by each item that runs with it, by `use` and `share` too. What a
 * group has said of decay changes nothing in what `weights` means. */
static bool param_matches(const struct graph *g, size_t param, const char *pattern)
{
    bool no_decay = g->params[param].decl->flags & NNP_NODECAY;

    for (size_t i = 0; i < g->n_nodes; i++) {
        const struct graph_node *n = &g->nodes[i];
        for (uint32_t k = 0; k < n->n_param; k++) {
            int of = g->params[n->param[k]].of;
            if ((of >= 0 ? of : n->param[k]) == (int)param &&
                pattern_fits(pattern, n->item->name,
                             decl_find(&n->decls, NNP_WEIGHT, k)->name, no_decay))
                return true;
        }
    }
    return false;
}

/* A weight that fits several groups gets all of them, in the order of the file: rates
 * multiply, a freeze stays, of decay the last word counts. Two patterns of one group that
 * both fit count once. */
static void apply_groups(struct building *b)
{
    const struct graph *g = b->g;

    for (size_t i = 0; i < g->spec->optim.n_group; i++) {
        const struct group_spec *group = &g->spec->optim.group[i];
        for (size_t k = 0; k < g->n_params; k++)
            for (size_t m = 0; m < group->n_of; m++) {
                struct param *p = &b->params[k];
                if (!param_matches(g, k, group->of[m]))
                    continue;
                p->lr *= group->lr;
                p->frozen = p->frozen || group->freeze;
                if (group->decay >= 0)
                    p->decay = group->decay;
                break;
            }
    }
}

/* A group for nothing is a name that was mistyped, or one that the model lost: ignored,
 * it would train with another rate than its file says. */
static int check_groups(const struct graph *g, struct diag *d)
{
    int rc = 0;

    for (size_t i = 0; i < g->spec->optim.n_group; i++) {
        const struct group_spec *group = &g->spec->optim.group[i];
        for (size_t m = 0; m < group->n_of; m++) {
            bool any = false;
            for (size_t k = 0; k < g->n_params; k++)
                any = any || param_matches(g, k, group->of[m]);
            if (!any)
                rc = diag_error(d, &group->at, "groups: no weight fits '%s'",
                                group->of[m]);
        }
    }
    return rc;
}

static bool is_penalized(const struct graph *g, const struct item *item, int param)
{
    for (size_t i = 0; i < g->n_penalties; i++)
        if (g->penalties[i].item == item && g->penalties[i].param == param)
            return true;
    return false;
}

/* What is called like a stream is the stream: wire.c has made a node of it. */
static int penalize_one(struct building *b, const struct item *item,
                        const struct input *in, struct diag *d)
{
    struct graph *g = b->g;
    bool          any = false;

    if (graph_find(g, in->stream) >= 0)
        return 0;
    for (int k = 0; k < (int)g->n_params; k++) {
        if (!param_matches(g, (size_t)k, in->stream))
            continue;
        any = true;
        if (!is_penalized(g, item, k)) /* two words may mean it */
            b->penalties[g->n_penalties++] = (struct weight_penalty){ item, k };
    }
    if (any)
        return 0;
    diag_code(d, &in->at, "unknown-stream", "%s: no stream and no weight is called '%s'",
              item->name, in->stream);
    diag_note(d,
              "try   a stream, `weights`, `biases`, or weights by name, `enc1.weight`");
    return -1;
}

/* A regularizer without `of` is on all weights. */
static int penalize_weights(struct building *b, struct diag *d)
{
    struct graph       *g = b->g;
    const struct items *loss = &g->spec->loss;
    int                 rc = 0;
    size_t              room = 0;

    for (size_t i = 0; i < loss->n; i++)
        room += (loss->v[i].n_in + 1) * g->n_params;
    g->penalties = b->penalties = arena_array(g->arena, room + 1, sizeof *b->penalties);
    for (size_t i = 0; i < loss->n; i++) {
        const struct item *item = &loss->v[i];
        struct input       all = { NULL, "weights", item->at };
        if (strcmp(item->type->kind, "regularizer") != 0)
            continue;
        for (size_t k = 0; k < item->n_in; k++)
            if (penalize_one(b, item, &item->in[k], d))
                rc = -1;
        if (!item->n_in && penalize_one(b, item, &all, d))
            rc = -1;
    }
    return rc;
}

int params_find_owners(struct building *b, struct diag *d)
{
    struct graph *g = b->g;
    size_t        room = 0;

    for (size_t i = 0; i < g->n_nodes; i++)
        room += decl_count(&g->nodes[i].decls, NNP_WEIGHT);
    g->params = b->params = arena_array(g->arena, room + 1, sizeof *b->params);
    for (size_t i = 0; i < g->n_nodes; i++)
        if (own_weights(b, &b->nodes[i], d) || share_states(b, &b->nodes[i], d))
            return -1;
    apply_groups(b);
    /* Both in any case: neither is a consequence of the other, so all mistakes are told.
     */
    return check_groups(g, d) | penalize_weights(b, d);
}

/* ---- who trains ---- */

static bool param_trains(const struct graph *g, int p)
{
    return g->params[p].of >= 0 ? param_trains(g, g->params[p].of) : !g->params[p].frozen;
}

/* Nodes come after what they read, so one sweep knows of each input whether something
 * trains upstream. A stream of whole numbers has no gradient, so
 * nothing is learned through it. */
int params_find_trained(struct building *b, struct diag *d)
{
    const struct graph *g = b->g;

    for (size_t i = 0; i < g->n_nodes; i++) {
        struct graph_node *n = &b->nodes[i];
        bool               wants = false;
        for (uint32_t k = 0; k < n->n_param; k++)
            n->trains = n->trains || param_trains(g, n->param[k]);
        for (uint32_t k = 0; k < n->n_in; k++)
            wants = wants || (!graph_learns(n, k) && g->streams[n->in[k]].wants_grad);
        wants = wants || n->trains;
        if (n->role == ROLE_LAYER && n->trains && !n->item->type->desc->backward)
            return diag_error(d, &n->item->at,
                              "%s: has weights but no backward: freeze it",
                              n->item->name);
        /* A layer without backward is a wall: nothing upstream learns through it. */
        if (!n->item->type->desc->backward)
            wants = false;
        for (uint32_t k = 0; n->role == ROLE_LAYER && k < n->n_out; k++)
            b->streams[n->out[k]].wants_grad =
                wants && nnp_type(graph_tensor(g, n->out[k])) == NNP_F32;
    }
    return 0;
}
