/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "run/session.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/processors.h"
#include "run/feed.h"
#include "run/initial.h"
#include "run/loss_weights.h"
#include "run/own_units.h"
#include "run/stage_input.h"
#include "run/update.h"

/* ---- memory ---- */

/* One plan is at work at a time and bind_plan moves the frames between them, so all plans
 * lie in one slab and the largest of them says how large it is. */
static size_t slab_need(const struct session *s)
{
    size_t most = 0;

    for (int k = 0; k < N_PLANS; k++)
        if (s->plans[k] && s->plans[k]->bytes > most)
            most = s->plans[k]->bytes;
    return most;
}

static size_t tests_bytes(const struct session *s)
{
    return s->spec->data.tests ? (size_t)s->spec->data.tests->rows.bytes : 0;
}

/* What state_open takes at the beginning of a training: the best weights and states, once
 * more where there may be several attempts, and the states before an update that may be
 * left out. */
static size_t copies_bytes(const struct session *s)
{
    const struct train_spec *t = &s->spec->train;
    size_t                   states = s->memory.states_bytes;
    size_t                   best = s->memory.weights.n * sizeof(float) + states;

    return best + (t->retry.times ? best : 0) + (t->health == HEALTH_SKIP ? states : 0);
}

/* The memory that a run of this spec takes, before anything of it is allocated. The total
 * has slab_need in the place of the plans' own sizes, because they share the slab;
 * `train` and `eval` are there for who wants to see the plans apart. */
static void count_bytes(struct session *s, bool train)
{
    const struct memory *m = &s->memory;
    struct footprint    *f = &s->footprint;

    *f = (struct footprint){
        .weights = m->weights.n * sizeof(float),
        .gradients = train ? m->weights.n_gradient * sizeof(float) : 0,
        .optimizer = m->optimizer_bytes,
        .train = s->plans[PLAN_TRAIN] ? s->plans[PLAN_TRAIN]->bytes : 0,
        .eval = s->plans[PLAN_EVAL] ? s->plans[PLAN_EVAL]->bytes : 0,
        .batches =
            FEED_PLACES * bind_tray_bytes(s->frames, s->graph->rows) + own_units_bytes(s),
        .best = train ? copies_bytes(s) : 0,
    };
    if (train || !s->spec->data.given)
        f->data =
            (size_t)s->frames->node[0]->rows.bytes + tests_bytes(s) + row_order_bytes(s);
    f->total = f->data + f->weights + f->gradients + f->optimizer + slab_need(s) +
               m->states_bytes + f->batches + f->best;
}

/* Of this machine in bytes, 0 where the system does not say. */
static size_t physical_memory(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);

    return pages > 0 && size > 0 ? (size_t)pages * (size_t)size : 0;
}

/* What to look at first: the largest weight, unless the activations are larger. Those
 * shrink with the batch, which check_limit suggests anyway; a weight does not. */
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

    s->services.taken = s->footprint.total;
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
    if (asked <= 0)
        asked = spec->train.threads;
    if (asked <= 0)
        asked = processors_usable();
    return (unsigned)(asked > 256 ? 256 : asked);
}

/* The services point at the seed instead of holding it, so that session_reset changes the
 * random numbers of every instance by setting it in one place. */
struct session *session_new(struct arena *a, uint64_t seed)
{
    struct session *s = arena_alloc(a, sizeof *s);

    s->arena = a;
    s->pace = (struct pace){ .seed = seed, .rate = 1 };
    s->services.seed = &s->pace.seed;
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

int session_plan(struct session *s, const struct spec *spec,
                 const struct session_options *o, struct diag *d)
{
    int64_t     rows = o->batch ? o->batch : spec->train.batch;
    unsigned    threads = choose_threads(o->threads, spec);
    const char *given = o->cached && o->cached->bytes ? o->cached->stream : NULL;

    s->spec = spec;
    /* Before the first setup, because SCRATCH may have a part per worker. */
    s->services.pool = pool_open(threads);
    if (!s->services.pool)
        return diag_memory(d, "no memory for %u threads", threads);
    s->frames = frames_open(s->arena, spec, &s->services, rows, given, d);
    if (!s->frames)
        return -1;
    s->graph = s->frames->graph;
    if (loss_weights_plan(s, d))
        return -1;
    make_plans(s, o);
    if (bind_measure(&s->memory, s->frames, o->train, d))
        return -1;
    count_bytes(s, o->train);
    return 0;
}

int session_open(struct session *s, const struct spec *spec,
                 const struct session_options *o, struct diag *d)
{
    size_t schedules = spec->optim.n_schedule + 1;

    if (session_plan(s, spec, o, d) || check_limit(s, o, d) ||
        bind_open(&s->memory, s->frames, slab_need(s), o->train, d) ||
        own_units_open(s, d))
        return -1;
    s->pace.watched = arena_array(s->arena, schedules, sizeof *s->pace.watched);
    s->pace.driven = arena_array(s->arena, schedules, sizeof *s->pace.driven);
    update_reset(s);
    return feed_open(s, o->cached, s->graph->rows, d) || initial_set(s, d) ? -1 : 0;
}

/* Only who looks into a model asks for this plan, so it is made on demand. bind_grow may
 * take another slab: values of the batch before are gone then, and the next bind_plan
 * gives the frames their new addresses. */
int session_gradient(struct session *s, int stream, struct diag *d)
{
    s->plans[PLAN_GRADIENT] = plan_gradient(s->arena, s->graph, stream);
    return bind_grow(&s->memory, s->frames, slab_need(s), d);
}

/* A new attempt fits the estimators of the model again (start_anew), so their states go
 * back to zeros here, before initial_set gives those of layers what their plugins
 * declared. States of the data's transforms stay: the rows that they learned from are the
 * same for every seed, and nobody calls fit_data a second time. */
int session_reset(struct session *s, uint64_t seed, struct diag *d)
{
    const struct memory *m = &s->memory;

    s->pace.seed = seed;
    s->pace.update = 0;
    s->pace.progress = s->pace.epoch = 0;
    s->pace.rate = 1;
    update_reset(s);
    memset(m->optimizer_states, 0, m->optimizer_bytes);
    for (size_t i = 0; i < m->n_state; i++)
        if (m->state[i].grows && bind_rows(s->frames, &m->state[i], 0, d))
            return -1;
        else if (!m->state[i].grows && m->state[i].node->role != ROLE_MAP)
            memset(m->state[i].t->data, 0, tensor_bytes(m->state[i].t));
    return initial_set(s, d);
}

void session_close(struct session *s)
{
    if (!s)
        return;
    /* The feed is first, because its thread may be calling instances of the frames. The
     * pool is last, because a plugin may still use it when it is closed. */
    feed_close(s);
    frames_close(s->frames);
    bind_close(&s->memory);
    own_units_close(s);
    pool_close(s->services.pool);
}
