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
 *   of the champion  the same, if there is one               the same, and its pace
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
#include "run/update.h"

/* ---- memory ---- */

/* Taken at the start and for good: no update allocates, and a training that fits at its
 * beginning does not fail for want of memory when it has its first best epoch. */
static int open_champion(struct champion *c, const struct session *s)
{
    size_t drivers = s->frames->chain.n_drivers + 1;

    c->best = calloc(s->memory.weights.n + 1, sizeof(float));
    c->best_states = calloc(s->memory.states_bytes + 1, 1);
    c->pace.watched = arena_array(s->arena, drivers, sizeof(double));
    c->pace.driven = arena_array(s->arena, drivers, sizeof(double));
    return c->best && c->best_states ? 0 : -1;
}

int state_open(struct state *s, struct session *session, struct diag *d)
{
    const struct train_spec *t = &session->spec->train;
    bool                     skips = t->health == HEALTH_SKIP;

    *s = (struct state){ .session = session, .at = { .attempt = 1 } };
    s->best = calloc(session->memory.weights.n + 1, sizeof(float));
    s->best_states = calloc(session->memory.states_bytes + 1, 1);
    s->sound_states = skips ? malloc(session->memory.states_bytes + 1) : NULL;
    if (s->best && s->best_states && (s->sound_states || !skips) &&
        !(t->retry.times && open_champion(&s->champion, session)))
        return 0;
    return diag_memory(d, "no memory for a copy of the best weights");
}

void state_close(struct state *s)
{
    history_clear(&s->history);
    history_clear(&s->champion.history);
    figures_close(&s->figures);
    figures_close(&s->lasts);
    free(s->champion.best);
    free(s->champion.best_states);
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

/* ---- the champion ---- */

static void copy_pace(const struct session *s, struct pace *to, const struct pace *from)
{
    size_t  bytes = s->frames->chain.n_drivers * sizeof(double);
    double *watched = to->watched, *driven = to->driven;

    *to = *from;
    to->watched = watched;
    to->driven = driven;
    memcpy(watched, from->watched, bytes);
    memcpy(driven, from->driven, bytes);
}

/* The buffers change places, so that nothing is copied or allocated. */
static void swap_best(struct state *s)
{
    float         *best = s->best;
    unsigned char *states = s->best_states;
    struct history history = s->history;

    s->best = s->champion.best;
    s->best_states = s->champion.best_states;
    s->history = s->champion.history;
    s->champion.best = best;
    s->champion.best_states = states;
    s->champion.history = history;
}

void state_crown(struct state *s, enum ending ending)
{
    struct champion *c = &s->champion;

    swap_best(s);
    c->attempt = s->at.attempt;
    c->done = s->at.done;
    c->ending = (int64_t)ending;
    c->standing = s->standing;
    copy_pace(s->session, &c->pace, &s->session->pace);
}

enum ending state_take_champion(struct state *s)
{
    const struct champion *c = &s->champion;

    swap_best(s);
    s->at.done = c->done;
    s->standing = c->standing;
    copy_pace(s->session, &s->session->pace, &c->pace);
    update_resume(s->session); /* each value has been taken before */
    return (enum ending)c->ending;
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

/* The states are one block, so a tensor lies at the same offset in a copy of it. What
 * grows is not in the block and has no copies: only an estimator has it, whose states are
 * the same for all epochs. */
static void add_states(struct arena *a, const struct session *s, const char *prefix,
                       unsigned char *slab, struct state_tensors *l)
{
    for (size_t i = 0; i < s->memory.n_state; i++) {
        const struct saved_state *of = &s->memory.state[i];
        nnp_tensor                t = *of->t;

        if (of->grows && slab != s->memory.states)
            continue;
        if (!of->grows)
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
    if (state->champion.attempt) {
        add_weights(a, s, "champion.weights.", state->champion.best, out);
        add_states(a, s, "champion.states.", state->champion.best_states, out);
    }
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

static void add_curves(struct arena *a, const char *whose, const struct history *h,
                       struct state_tensors *out)
{
    for (size_t i = 0; i < h->n; i++) {
        const struct curve *c = &h->curves[i];

        add(a, out, arena_printf(a, "%sepochs.%s", whose, c->name),
            reals(a, c->epoch, c->n));
        add(a, out, arena_printf(a, "%svalues.%s", whose, c->name),
            reals(a, c->value, c->n));
    }
}

void state_curves(struct arena *a, const struct state *s, struct state_tensors *out)
{
    add_curves(a, "", &s->history, out);
    if (!s->champion.attempt)
        return;
    add_curves(a, "champion.", &s->champion.history, out);
    for (size_t i = 0; i < s->lasts.n; i++)
        add(a, out, arena_printf(a, "lasts.%s", s->lasts.v[i].name),
            reals(a, &s->lasts.v[i].value, 1));
}

/* ---- numbers ---- */

struct numbers {
    struct arena        *arena;
    struct state_number *v;
    size_t               n;
};

/* The names are those in the file, so they stay when a member is called otherwise. */
static void add_list(struct numbers *l, const char *whose, const struct state_number *v,
                     size_t n)
{
    l->v = arena_grow(l->arena, l->v, l->n, l->n + n, sizeof *l->v);
    for (size_t i = 0; i < n; i++) {
        l->v[l->n] = v[i];
        l->v[l->n++].name = arena_printf(l->arena, "%s%s", whose, v[i].name);
    }
}

#define ADD(l, whose, list) add_list(l, whose, list, sizeof(list) / sizeof *(list))

static void add_position(struct numbers *l, struct position *at)
{
    const struct state_number v[] = {
        { .name = "epoch", .i = &at->epoch },
        { .name = "batches", .i = &at->part.batches },
        { .name = "rows", .i = &at->part.rows },
        { .name = "first_update", .i = &at->first_update },
        { .name = "skipped", .i = &at->skipped },
        { .name = "skips_in_row", .i = &at->skips_in_row },
        { .name = "halvings", .i = &at->halvings },
        { .name = "attempt", .i = &at->attempt },
        { .name = "finished", .i = &at->finished },
        { .name = "epochs_done", .i = &at->done },
        { .name = "loss", .r = &at->part.loss },
        { .name = "count", .r = &at->part.count },
        { .name = "penalty", .r = &at->part.penalty },
        { .name = "seconds", .r = &at->seconds },
    };

    ADD(l, "", v);
}

static void add_standing(struct numbers *l, const char *whose, struct standing *s)
{
    const struct state_number v[] = {
        { .name = "since_best", .i = &s->since_best },
        { .name = "holds_for", .i = &s->holds_for },
        { .name = "best_epoch", .i = &s->best_epoch },
        { .name = "best_value", .r = &s->best_value },
        { .name = "bar", .r = &s->bar },
    };

    ADD(l, whose, v);
}

static void add_pace(struct numbers *l, const char *whose, struct pace *p, size_t drivers)
{
    const struct state_number v[] = {
        { .name = "progress", .r = &p->progress },
        { .name = "epoch_part", .r = &p->epoch },
        { .name = "rate", .r = &p->rate },
        { .name = "update", .u = &p->update },
        { .name = "seed", .u = &p->seed },
    };

    ADD(l, whose, v);
    for (size_t k = 0; k < drivers; k++) {
        const struct state_number of[] = {
            { .name = arena_printf(l->arena, "watched.%zu", k), .r = &p->watched[k] },
            { .name = arena_printf(l->arena, "driven.%zu", k), .r = &p->driven[k] },
        };
        ADD(l, whose, of);
    }
}

static void add_champion(struct numbers *l, struct champion *c, size_t drivers)
{
    static const char         whose[] = "champion.";
    const struct state_number v[] = {
        { .name = "attempt", .i = &c->attempt },
        { .name = "epochs_done", .i = &c->done },
        { .name = "ending", .i = &c->ending },
    };

    ADD(l, whose, v);
    add_standing(l, whose, &c->standing);
    add_pace(l, whose, &c->pace, drivers);
}

struct state_number *state_numbers(struct arena *a, struct state *state, size_t *count)
{
    struct numbers l = { .arena = a };
    size_t         drivers = state->session->frames->chain.n_drivers;

    add_position(&l, &state->at);
    add_standing(&l, "", &state->standing);
    add_pace(&l, "", &state->session->pace, drivers);
    if (state->champion.attempt)
        add_champion(&l, &state->champion, drivers);
    *count = l.n;
    return l.v;
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
