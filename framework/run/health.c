/* SPDX-License-Identifier: MIT */
/* Where a number that is not finite came from. */
#include <config.h>
#include "run/health.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/pool.h"
#include "kernels/cpu.h"
#include "kernels/matmul_kernel.h"
#include "run/step.h"

static size_t first_bad(const float *v, size_t n)
{
    size_t i = 0;

    while (i < n && isfinite(v[i]))
        i++;
    return i;
}

static float largest(const float *v, size_t n)
{
    uint32_t bits = cpu_kernels()->matmul->largest(v, n);
    float    out;

    memcpy(&out, &bits, sizeof out);
    return out;
}

struct steepest {
    const float *v;
    uint32_t     most; /* bits of the largest so far */
};

/* A maximum is the same in any order, so whoever is ready first may set it. */
static void search_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    struct steepest *s = arg;
    uint32_t         bits = cpu_kernels()->matmul->largest(s->v + begin, end - begin);
    uint32_t         seen = __atomic_load_n(&s->most, __ATOMIC_RELAXED);

    (void)worker;
    while (seen < bits &&
           !__atomic_compare_exchange_n(&s->most, &seen, bits, false, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED))
        ;
}

float health_steepest(const struct session *s)
{
    struct steepest found = { s->memory.weights.g, 0 };
    float           out;

    /* 64 KiB a part: a smaller one costs more to hand out than to look through. */
    pool_run(s->services.pool, s->memory.weights.n_trained, 1 << 14, search_part, &found);
    memcpy(&out, &found.most, sizeof out);
    return out;
}

static int blame(const char *what, const char *name, size_t element, const struct at *at,
                 struct diag *d)
{
    enum diag_class usual = d->class;

    d->class = DIAG_DIVERGED;
    diag_code(d, at, "diverged", "%s %s is not finite (element %zu)", what, name,
              element);
    d->class = usual;
    return -1;
}

static int look_at(const char *what, const char *name, const nnp_tensor *t,
                   const void *data, const struct at *at, struct diag *d)
{
    if (!data || nnp_type(t) != NNP_F32)
        return 0;
    size_t n = nnp_count(t), bad = first_bad(data, n);
    return bad < n ? blame(what, name, bad, at, d) : 0;
}

static int look_at_data(const struct session *s, struct diag *d)
{
    const struct graph *g = s->graph;

    for (size_t i = 0; i < g->n_streams; i++)
        if (g->streams[i].data &&
            look_at("stream", g->streams[i].name, frames_tensor(s->frames, (int)i),
                    s->memory.stream[i], &g->nodes[g->streams[i].node].item->at, d))
            return -1;
    return 0;
}

static int look_at_weights(const struct session *s, const char *what, float *slab,
                           size_t end, struct diag *d)
{
    const struct graph *g = s->graph;

    for (size_t i = g->n_params; i-- > 0;) { /* gradients go from the last to the first */
        const struct graph_node *n = &g->nodes[g->params[i].node];
        const nnp_tensor         t = weights_tensor(&s->memory.weights, g, slab, i);
        if (s->memory.weights.offset[i] < end &&
            look_at(what, g->params[i].name, &t, t.data, &n->item->at, d))
            return -1;
    }
    return 0;
}

static int watch(const struct session *s, const struct graph_node *n, struct diag *d)
{
    const char            *what = n->role == ROLE_LOSS ? "loss" : "output of";
    const struct instance *inst = frames_of(s->frames, n);

    for (uint32_t k = 0; k < inst->ctx.n_out; k++)
        if (look_at(what, n->item->name, &inst->out[k], inst->out[k].data, &n->item->at,
                    d))
            return -1;
    return 0;
}

/* The step once more, now looking after every item: its weights are still the same. */
static int replay(const struct session *s, struct diag *d)
{
    struct walk w = { .what = PLAN_TRAIN, .watch = watch };

    return step_run(s, &w, d);
}

int health_diverged(const struct session *s, const struct where *w, struct diag *d)
{
    const struct weights *k = &s->memory.weights;

    if (!look_at_data(s, d) && !look_at_weights(s, "weight", k->w, k->n, d) &&
        !replay(s, d) && !look_at_weights(s, "gradient of", k->g, k->n_gradient, d))
        blame("the", "loss", 0, &s->spec->train.at, d);
    struct diag_entry *e = &d->entries[d->n - 1];
    e->text = arena_printf(d->arena,
                           "training diverged in epoch %" PRId64 ", step %" PRId64 ": %s",
                           w->epoch, w->step, e->text);
    diag_note(d, "rows %" PRId64 "..%" PRId64 " in the order of the epoch", w->first,
              w->last);
    diag_note(d, "largest gradient before %g, largest weight %g", (double)w->steepest,
              (double)largest(k->w, k->n_trained));
    diag_note(
        d,
        "try   a smaller lr, clip, data scaled to 0..1, or train.health: skip or back");
    return -1;
}
