/* SPDX-License-Identifier: MIT */
/*
 * A training is its tensors and its numbers, each with a name. The two lists of this file
 * are the only ones: a checkpoint writes what they name and reads it back to the same
 * places, and a test hands them from one training to another and wants the same bits from
 * both. So who adds something that a training must not forget adds one line here, and a
 * resumed training has it.
 *
 *                    tensors                              numbers
 *   of the session   weights, states, what optimizers keep   the pace, all of it
 *   of the trainer   the best weights and their states       position, standing
 *
 * What is not in here can be made again: gradients and activations belong to one update,
 * batches to their numbers, transposed weights to their originals, random numbers to
 * (seed, item, update). A checkpoint is only taken between two updates for that reason.
 */
#include <config.h>
#include "train/state.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/fsio.h"

/* ---- memory ---- */

/* Taken at the start and for good: no update allocates, and a training that fits at its
 * beginning does not fail for want of memory when it has its first best epoch. */
int state_open(struct state *s, struct session *session, struct diag *d)
{
    bool skips = session->spec->train.health == HEALTH_SKIP;

    *s = (struct state){ .session = session, .at = { .attempt = 1 } };
    s->best = calloc(session->memory.weights.n + 1, sizeof(float));
    s->best_states = calloc(session->memory.states_bytes + 1, 1);
    s->sound_states = skips ? malloc(session->memory.states_bytes + 1) : NULL;
    if (s->best && s->best_states && (s->sound_states || !skips))
        return 0;
    return diag_error(d, NULL, "no memory for a copy of the best weights");
}

void state_close(struct state *s)
{
    history_clear(&s->history);
    figures_close(&s->figures);
    free(s->best);
    free(s->best_states);
    free(s->sound_states);
    *s = (struct state){ 0 };
}

/* The seconds go on: they are what the user waited, not what the attempt took. */
void state_forget(struct state *s, int64_t attempt)
{
    s->at = (struct position){ .attempt = attempt, .seconds = s->at.seconds };
    s->standing = (struct standing){ 0 };
    history_clear(&s->history);
    s->figures.n = 0;
}

void state_keep_best(struct state *s)
{
    memcpy(s->best, s->session->memory.weights.w,
           s->session->memory.weights.n * sizeof(float));
    memcpy(s->best_states, s->session->memory.states, s->session->memory.states_bytes);
}

void state_restore_best(struct state *s)
{
    memcpy(s->session->memory.weights.w, s->best,
           s->session->memory.weights.n * sizeof(float));
    memcpy(s->session->memory.states, s->best_states, s->session->memory.states_bytes);
}

/* ---- tensors ---- */

static void add(struct arena *a, struct state_tensors *l, const char *name, nnp_tensor t)
{
    if (l->n == l->room) {
        l->room = l->room ? 2 * l->room : 32;
        l->v = arena_grow(a, l->v, l->n, l->room, sizeof *l->v);
    }
    l->v[l->n++] = (struct named_tensor){ name, t };
}

/* Copies of transposed weights are made again from their originals. */
static void add_weights(struct arena *a, const struct session *s, const char *prefix,
                        float *slab, struct state_tensors *l)
{
    for (size_t i = 0; i < s->graph->n_params; i++) {
        const struct param *p = &s->graph->params[i];
        if (p->of < 0)
            add(a, l, arena_printf(a, "%s%s", prefix, p->name),
                weights_tensor(&s->memory.weights, s->graph, slab, i));
    }
}

/* The states are one block, so a tensor lies at the same offset in a copy of it. */
static void add_states(struct arena *a, const struct session *s, const char *prefix,
                       unsigned char *slab, struct state_tensors *l)
{
    for (size_t i = 0; i < s->memory.n_state; i++) {
        const struct saved_state *of = &s->memory.state[i];
        nnp_tensor                t = *of->t;

        t.data = slab + of->offset;
        add(a, l, arena_printf(a, "%s%s", prefix, of->name), t);
    }
}

/* By number and name: several optimizers of one name may be at work, one for each group.
 */
static void add_instance(struct arena *a, const char *prefix, size_t k,
                         const struct instance *i, struct state_tensors *l)
{
    for (uint32_t m = 0; m < i->ctx.n_state; m++)
        add(a, l,
            arena_printf(a, "%s.%zu.%s.%s", prefix, k, i->type->name,
                         instance_decl(i, NNP_STATE, m)->name),
            i->state[m]);
}

void state_tensors(struct arena *a, struct state *state, struct state_tensors *out)
{
    struct session            *s = state->session;
    const struct update_chain *c = &s->frames->chain;

    add_weights(a, s, "weights.", s->memory.weights.w, out);
    add_states(a, s, "states.", s->memory.states, out);
    for (size_t i = 0; i < c->n_updaters; i++)
        add_instance(a, "optimizer", i, &c->updaters[i].inst, out);
    for (size_t i = 0; i < c->n_drivers; i++)
        add_instance(a, "schedule", i, &c->drivers[i].inst, out);
    for (size_t i = 0; i < s->graph->n_penalties; i++)
        add_instance(a, "penalty", i, &s->frames->penalty[i], out);
    add_weights(a, s, "best.weights.", state->best, out);
    add_states(a, s, "best.states.", state->best_states, out);
}

/* Curves are tensors because they grow: as numbers they would make the header, which is
 * read whole, as long as the training. */
static nnp_tensor reals(struct arena *a, double *v, size_t n)
{
    int64_t *shape = arena_array(a, 1, sizeof *shape);

    *shape = (int64_t)n;
    return (nnp_tensor){ .data = v,
                         .device = 1,
                         .ndim = 1,
                         .code = 2,
                         .bits = 64,
                         .lanes = 1,
                         .shape = shape };
}

void state_curves(struct arena *a, const struct history *h, struct state_tensors *out)
{
    for (size_t i = 0; i < h->n; i++) {
        const struct curve *c = &h->curves[i];

        add(a, out, arena_printf(a, "epochs.%s", c->name), reals(a, c->epoch, c->n));
        add(a, out, arena_printf(a, "values.%s", c->name), reals(a, c->value, c->n));
    }
}

/* ---- numbers ---- */

/* The names are those in the file, so they stay when a member is called otherwise. */

struct state_number *state_numbers(struct arena *a, struct state *state, size_t *count)
{
    struct pace              *pace = &state->session->pace;
    size_t                    drivers = state->session->frames->chain.n_drivers;
    struct position          *at = &state->at;
    struct standing          *standing = &state->standing;
    const struct state_number fixed[] = {
        { .name = "epoch", .i = &at->epoch },
        { .name = "batches", .i = &at->part.batches },
        { .name = "rows", .i = &at->part.rows },
        { .name = "since_best", .i = &standing->since_best },
        { .name = "holds_for", .i = &standing->holds_for },
        { .name = "first_update", .i = &at->first_update },
        { .name = "skipped", .i = &at->skipped },
        { .name = "skips_in_row", .i = &at->skips_in_row },
        { .name = "halvings", .i = &at->halvings },
        { .name = "attempt", .i = &at->attempt },
        { .name = "finished", .i = &at->finished },
        { .name = "best_epoch", .i = &standing->best_epoch },
        { .name = "epochs_done", .i = &at->done },
        { .name = "loss", .r = &at->part.loss },
        { .name = "count", .r = &at->part.count },
        { .name = "penalty", .r = &at->part.penalty },
        { .name = "best_value", .r = &standing->best_value },
        { .name = "bar", .r = &standing->bar },
        { .name = "progress", .r = &pace->progress },
        { .name = "epoch_part", .r = &pace->epoch },
        { .name = "seconds", .r = &at->seconds },
        { .name = "rate", .r = &pace->rate },
        { .name = "update", .u = &pace->update },
        { .name = "seed", .u = &pace->seed },
    };
    size_t               n = sizeof fixed / sizeof *fixed;
    struct state_number *v = arena_array(a, n + 2 * drivers, sizeof *v);

    memcpy(v, fixed, sizeof fixed);
    for (size_t k = 0; k < drivers; k++)
        v[n++] = (struct state_number){ .name = arena_printf(a, "watched.%zu", k),
                                        .r = &pace->watched[k] };
    for (size_t k = 0; k < drivers; k++)
        v[n++] = (struct state_number){ .name = arena_printf(a, "driven.%zu", k),
                                        .r = &pace->driven[k] };
    *count = n;
    return v;
}

/* ---- whose it is ---- */

/* What has to be the same for the tensors to fit, and for what they mean to be the same.
 * Rates, epochs and data are not in it: to go on with others of these is a wish, not a
 * mistake. */
const char *state_owner(struct arena *a, const struct session *s)
{
    char               *hex = arena_alloc(a, 65);
    struct strbuf       text = { 0 };
    const struct graph *g = s->graph;
    const struct items *chain = &s->spec->optim.chain;

    for (size_t i = 0; i < g->n_params; i++) {
        strbuf_puts(&text, g->params[i].name);
        for (int32_t k = 0; k < g->params[i].decl->ndim; k++)
            strbuf_printf(&text, " %" PRId64, g->params[i].decl->shape[k]);
        strbuf_puts(&text, "\n");
    }
    for (size_t i = 0; i < chain->n; i++)
        strbuf_printf(&text, "%s\n", chain->v[i].type->name);
    strbuf_printf(&text, "batch %" PRId64 "\n", s->spec->train.batch);
    fsio_sha256(strbuf_text(&text), text.n, hex);
    strbuf_close(&text);
    return hex;
}

/* Each once, in the order of the graph. */
static void name_plugin(struct strbuf *s, const struct component *c)
{
    struct arena scrap = { 0 };
    const char  *word = arena_printf(&scrap, "%s %s %s", c->kind, c->name, c->version);
    const char  *all = arena_printf(&scrap, ", %s,", strbuf_text(s));

    if (!strstr(all, arena_printf(&scrap, ", %s,", word)))
        strbuf_printf(s, "%s%s", s->n ? ", " : "", word);
    arena_close(&scrap);
}

const char *state_plugins(struct arena *a, const struct session *s)
{
    struct strbuf              text = { 0 };
    const struct update_chain *c = &s->frames->chain;

    for (size_t i = 0; i < s->graph->n_nodes; i++)
        name_plugin(&text, s->graph->nodes[i].item->type);
    for (size_t i = 0; i < s->graph->n_penalties; i++)
        name_plugin(&text, s->graph->penalties[i].item->type);
    for (size_t i = 0; i < c->n_updaters; i++)
        name_plugin(&text, c->updaters[i].inst.type);
    for (size_t i = 0; i < c->n_drivers; i++)
        name_plugin(&text, c->drivers[i].inst.type);
    const char *list = arena_strdup(a, strbuf_text(&text));
    strbuf_close(&text);
    return list;
}
