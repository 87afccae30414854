/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "run/session.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "call/guard.h"
#include "run/stage_input.h"
#include "run/feed.h"

/* ---- states: what is learned but has no gradient ---- */

static const char *state_name(struct session *s, const struct graph_node *n, uint32_t k)
{
    return arena_printf(s->arena, "%s%s.%s", n->role == ROLE_MAP ? "data." : "",
                        n->item->name, decl_find(&n->decls, NNP_STATE, k)->name);
}

static void list_states(struct session *s)
{
    const struct graph *g = s->graph;
    size_t              n = 0;

    for (size_t i = 0; i < g->n_nodes; i++)
        n += decl_count(&g->nodes[i].decls, NNP_STATE);
    s->state = arena_array(s->arena, n + 1, sizeof *s->state);
    for (size_t i = 0; i < g->n_nodes; i++) {
        const struct graph_node *node = &g->nodes[i];
        const struct instance   *inst = s->frames->node[i];
        for (uint32_t k = 0; k < inst->ctx.n_state; k++) {
            struct saved_state *st = &s->state[s->n_state++];
            st->name = state_name(s, node, k);
            st->t = &inst->state[k];
            st->lasts = !graph_gathers(node, k);
            st->offset = s->states_bytes;
            s->states_bytes += plan_round(tensor_bytes(st->t));
        }
    }
}

unsigned char *session_zeros(size_t bytes, const char *what, struct diag *d)
{
    size_t         room = plan_round(bytes + 1) + GUARD_ROOM;
    unsigned char *p = aligned_alloc(PLAN_ALIGN, room);

    if (!p) {
        diag_error(d, NULL, "%s need %.1f MiB, the system gives less", what,
                   (double)bytes / 1048576);
        return NULL;
    }
    return memset(p, 0, room);
}

/* ---- memory ---- */

static size_t slab_need(const struct session *s)
{
    size_t most = 0;

    for (int k = 0; k < N_PLANS; k++)
        if (s->plans[k] && s->plans[k]->bytes > most)
            most = s->plans[k]->bytes;
    return most;
}

void session_footprint(const struct session *s, const struct session_options *o,
                       struct footprint *f)
{
    *f = (struct footprint){
        .weights = s->weights.n * sizeof(float),
        .gradients = o->train ? s->weights.n_gradient * sizeof(float) : 0,
        .optimizer = s->optimizer_bytes,
        .train = s->plans[PLAN_TRAIN] ? s->plans[PLAN_TRAIN]->bytes : 0,
        .eval = s->plans[PLAN_EVAL] ? s->plans[PLAN_EVAL]->bytes : 0,
        .batches = feed_bytes(s->frames, s->graph->rows),
        .best = o->train ? s->weights.n * sizeof(float) + s->states_bytes : 0,
    };
    for (size_t i = 0; i < s->n_updaters && !s->optimizer_bytes; i++)
        f->optimizer += update_state_bytes(&s->updaters[i].inst);
    for (size_t i = 0; i < s->n_schedules && !s->optimizer_bytes; i++)
        f->optimizer += update_state_bytes(&s->schedules[i].inst);
    f->data = (size_t)s->frames->node[0]->rows.bytes;
    f->total = f->data + f->weights + f->gradients + f->optimizer + slab_need(s) +
               s->states_bytes + f->batches + f->best;
}

/* Of this machine in bytes, 0 where the system does not say. */
static size_t physical_memory(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);

    return pages > 0 && size > 0 ? (size_t)pages * (size_t)size : 0;
}

/* What to look at first: the largest weight, unless the activations are larger. */
static void say_largest(const struct session *s, struct diag *d)
{
    const struct param *most = NULL;
    double              bytes = 0, n;

    for (size_t i = 0; i < s->graph->n_params; i++) {
        n = (double)decl_bytes(s->graph->params[i].decl);
        if (n > bytes) {
            most = &s->graph->params[i];
            bytes = n;
        }
    }
    if (most && bytes > (double)slab_need(s))
        diag_note(d, "%s alone takes %.1f MiB", most->name, bytes / 1048576);
}

/* Many systems promise more memory than they have, and kill who uses it: so the need is
 * compared with what is there before anything is asked for. --max-mem takes its place. */
static int check_limit(struct session *s, const struct session_options *o, struct diag *d)
{
    size_t limit = o->max_mem ? (size_t)o->max_mem : physical_memory();

    if (!limit || s->footprint.total <= limit)
        return 0;
    diag_error(d, NULL, "the plan needs %.1f MiB, %s %.1f MiB",
               (double)s->footprint.total / 1048576,
               o->max_mem ? "--max-mem allows" : "this machine has",
               (double)limit / 1048576);
    say_largest(s, d);
    diag_note(d, "try   a smaller train.batch (now %" PRId64 ")", s->graph->rows);
    return -1;
}

/* ---- threads ---- */

static unsigned choose_threads(int64_t asked, const struct spec *spec)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    if (asked <= 0)
        asked = spec->train.threads;
    if (asked <= 0)
        asked = cores > 0 ? cores : 1;
    return (unsigned)(asked > 256 ? 256 : asked);
}

struct session *session_new(struct arena *a, uint64_t seed)
{
    struct session *s = arena_alloc(a, sizeof *s);

    s->arena = a;
    s->services.seed = seed;
    s->rate = 1;
    return s;
}

static bool has_estimator(const struct graph *g)
{
    for (size_t i = g->first_layer; i < g->n_nodes; i++)
        if (graph_fits(&g->nodes[i]))
            return true;
    return false;
}

static void make_plans(struct session *s, const struct session_options *o)
{
    if (o->train)
        s->plans[PLAN_TRAIN] = plan_open(s->arena, s->graph, PLAN_TRAIN);
    s->plans[PLAN_EVAL] = plan_open(s->arena, s->graph, PLAN_EVAL);
    if (o->keep)
        s->plans[PLAN_KEEP] = plan_open(s->arena, s->graph, PLAN_KEEP);
    if (o->train && has_estimator(s->graph))
        s->plans[PLAN_FIT] = plan_open(s->arena, s->graph, PLAN_FIT);
}

/* The pool must exist before the first setup: SCRATCH may have a part per worker. */
static int open_plans(struct session *s, const struct session_options *o, struct diag *d)
{
    int64_t rows = o->batch ? o->batch : s->spec->train.batch;

    s->pool = pool_open(choose_threads(o->threads, s->spec));
    s->services.pool = s->pool;
    s->cached = o->cached && o->cached->bytes ? o->cached : NULL;
    s->frames = frames_open(s->arena, s->spec, &s->services, rows,
                            s->cached ? s->cached->stream : NULL, d);
    if (!s->frames)
        return -1;
    s->graph = s->frames->graph;
    s->rows = rows;
    weights_layout(s->arena, s->graph, &s->weights);
    list_states(s);
    make_plans(s, o);
    return 0;
}

static int allocate(struct session *s, struct diag *d)
{
    s->states = session_zeros(s->states_bytes, "the states", d);
    s->slab_bytes = slab_need(s);
    s->slab = session_zeros(s->slab_bytes, "activations", d);
    s->stream = arena_array(s->arena, s->graph->n_streams + 1, sizeof *s->stream);
    if (!s->states || !s->slab || update_allocate(s, d))
        return -1;
    for (size_t i = 0; i < s->n_state; i++)
        s->state[i].t->data = s->states + s->state[i].offset;
    return 0;
}

int session_plan(struct session *s, const struct spec *spec,
                 const struct session_options *o, struct diag *d)
{
    s->spec = spec;
    /* The optimizer's states are known once its setup saw the weights' shapes. */
    if (open_plans(s, o, d) || (o->train && update_open(s, d)))
        return -1;
    session_footprint(s, o, &s->footprint);
    return 0;
}

int session_open(struct session *s, const struct spec *spec,
                 const struct session_options *o, struct diag *d)
{
    if (session_plan(s, spec, o, d) || check_limit(s, o, d) ||
        weights_allocate(&s->weights, o->train, d) || allocate(s, d))
        return -1;
    return feed_open(s, s->rows, d) || weights_init(s, d) ? -1 : 0;
}

int session_gradient(struct session *s, int stream, struct diag *d)
{
    unsigned char *slab;

    s->plans[PLAN_GRADIENT] = plan_gradient(s->arena, s->graph, stream);
    s->bound = NULL;
    if (slab_need(s) <= s->slab_bytes)
        return 0;
    slab = session_zeros(slab_need(s), "activations", d);
    if (!slab)
        return -1;
    free(s->slab);
    s->slab = slab;
    s->slab_bytes = slab_need(s);
    return 0;
}

int session_reset(struct session *s, uint64_t seed, struct diag *d)
{
    s->services.seed = seed;
    s->update = 0;
    s->progress = s->epoch = 0;
    s->rate = 1;
    memset(s->optimizer_states, 0, s->optimizer_bytes);
    for (size_t i = 0; i < s->n_state; i++)
        if (strncmp(s->state[i].name, "data.", 5) != 0)
            memset(s->state[i].t->data, 0, tensor_bytes(s->state[i].t));
    return weights_init(s, d);
}

void session_close(struct session *s)
{
    if (!s)
        return;
    feed_close(s);
    update_close(s);
    frames_close(s->frames);
    weights_close(&s->weights);
    free(s->states);
    free(s->slab);
    free(s->optimizer_states);
    pool_close(s->pool);
}
