/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "run/bench.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "run/feed.h"
#include "run/health.h"
#include "run/update.h"

struct course { /* where the endless training stands */
    enum plan_for what;
    uint64_t      epoch;
    int64_t       done;               /* rows of it */
    double        wait, look, update; /* seconds spent so far */
    struct meter *meter;              /* NULL: items are not timed */
};

/* Windows that are not metered do without the parts: reading the clock four times takes a
 * tenth of the smallest steps. */
static double now(const struct course *at)
{
    return at->meter ? clock_seconds() : 0;
}

/* The next batch; after the last one comes another epoch. */
static int next_batch(struct session *s, struct course *at, int64_t *rows, struct diag *d)
{
    for (;;) {
        if (feed_next(s, rows, d))
            return -1;
        at->done += *rows;
        if (*rows)
            return 0;
        at->done = 0;
        feed_start(s, SPLIT_TRAIN, s->spec->train.shuffle, ++at->epoch,
                   s->spec->train.batch, 0);
    }
}

static int train_on(struct session *s, int64_t rows, struct course *at, struct diag *d)
{
    struct walk w = { .what = PLAN_TRAIN, .fresh = true, .meter = at->meter };

    if (frames_rows(s->frames, rows, d) || step_run(s, &w, d))
        return -1;
    double begin = now(at);
    float  steepest = health_steepest(s); /* as training looks at every gradient */
    at->look += now(at) - begin;
    if (!isfinite(w.loss) || !isfinite(steepest)) {
        const struct where here = { .epoch = (int64_t)at->epoch + 1,
                                    .step = (int64_t)s->pace.update + 1,
                                    .first = at->done - rows,
                                    .last = at->done - 1 };
        return health_diverged(s, &here, d);
    }
    begin = now(at);
    if (update_run(s, d))
        return -1;
    at->update += now(at) - begin;
    return 0;
}

static int predict(struct session *s, const struct course *at, struct diag *d)
{
    struct walk w = { .what = at->what, .meter = at->meter };

    return step_run(s, &w, d);
}

/* Whole batches only, so that every step costs the same. */
static int one_step(struct session *s, struct course *at, struct diag *d)
{
    if (at->what != PLAN_TRAIN)
        return predict(s, at, d);
    double  begin = now(at);
    int64_t rows, whole = s->spec->train.batch, all = feed_rows(s, SPLIT_TRAIN);

    do {
        if (next_batch(s, at, &rows, d))
            return -1;
    } while (rows < whole && all >= whole);
    at->wait += now(at) - begin;
    return train_on(s, rows, at, d);
}

static int many_steps(struct session *s, struct course *at, int64_t n, double *seconds,
                      struct diag *d)
{
    double begin = clock_seconds();

    for (int64_t i = 0; i < n; i++)
        if (one_step(s, at, d))
            return -1;
    *seconds = clock_seconds() - begin;
    return 0;
}

/* Warms up, and finds how many steps last about `seconds`. */
static int calibrate(struct session *s, struct course *at, double seconds, int64_t *steps,
                     struct diag *d)
{
    double spent;

    for (int64_t n = 2;; n *= 2) {
        if (many_steps(s, at, n, &spent, d))
            return -1;
        if (spent < seconds / 4 && n < INT64_C(1) << 40)
            continue;
        *steps = (int64_t)ceil((double)n * seconds / spent);
        return 0;
    }
}

static int measure_items(struct session *s, struct course *at, struct bench *b,
                         struct diag *d)
{
    double n = (double)b->steps;

    at->wait = at->update = 0;
    at->meter = &b->spent;
    int rc = many_steps(s, at, b->steps, &b->whole, d);
    for (size_t i = 0; i < s->graph->n_nodes; i++) {
        b->spent.forward[i] /= n;
        b->spent.backward[i] /= n;
    }
    b->wait = at->wait / n;
    b->spent.clear /= n;
    b->look = at->look / n;
    b->update = at->update / n;
    b->whole /= n;
    return rc;
}

static int time_pass(struct session *s, double *seconds, struct diag *d)
{
    double  begin = clock_seconds();
    int64_t rows = 1;

    feed_start(s, SPLIT_TRAIN, false, 0, s->spec->train.batch, 0);
    while (rows)
        if (feed_next(s, &rows, d))
            return -1;
    *seconds = clock_seconds() - begin;
    return 0;
}

static void make_room(struct session *s, int64_t repeats, struct bench *b)
{
    size_t n = s->graph->n_nodes;

    *b =
        (struct bench){ .rates = arena_array(s->arena, (size_t)repeats, sizeof(double)) };
    b->spent.forward = arena_array(s->arena, n, sizeof(double));
    b->spent.backward = arena_array(s->arena, n, sizeof(double));
}

int bench_run(struct session *s, enum plan_for what, int64_t repeats, double seconds,
              struct bench *b, struct diag *d)
{
    struct course at = { .what = what };
    int64_t       rows = s->spec->train.batch, all = feed_rows(s, SPLIT_TRAIN);
    double        spent;

    make_room(s, repeats, b);
    if (time_pass(s, &b->pass, d))
        return -1;
    if (what != PLAN_TRAIN &&
        (feed_fetch(s, SPLIT_TRAIN, 0, rows < all ? rows : all, d) ||
         frames_rows(s->frames, rows < all ? rows : all, d)))
        return -1;
    if (what == PLAN_TRAIN)
        feed_start(s, SPLIT_TRAIN, s->spec->train.shuffle, 0, rows, 0);
    if (calibrate(s, &at, seconds, &b->steps, d))
        return -1;
    for (int64_t i = 0; i < repeats; i++) {
        if (many_steps(s, &at, b->steps, &spent, d))
            return -1;
        b->rates[b->n_rates++] = (double)b->steps * (double)s->frames->rows / spent;
    }
    return measure_items(s, &at, b, d);
}

void bench_flops(const struct session *s, size_t node, double *forward, double *backward)
{
    const struct graph_node *n = &s->graph->nodes[node];
    const struct plan       *p = s->plans[PLAN_TRAIN];
    double                   once = graph_flops(s->graph, n) * (double)s->frames->rows;
    int                      times = n->trains;

    *forward = n->role == ROLE_METRIC ? 0 : once;
    for (uint32_t k = 0; p && k < n->n_in && n->role == ROLE_LAYER; k++)
        times += p->wants_din[node][k];
    *backward = p ? times * once : 0;
}
