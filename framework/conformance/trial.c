/* SPDX-License-Identifier: MIT */
/* One instance in the frame that was found, its run, and what the run left. */
#include <config.h>
#include "conformance/trial.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "call/loader.h"

const char *trial_reason(const struct trial *t)
{
    if (t->diag.n)
        return t->diag.entries[t->diag.n - 1].text;
    return "no reason was given";
}

/* ---- values ---- */

static int64_t last_axis(const nnp_tensor *t)
{
    return t->ndim > 1 ? t->shape[t->ndim - 1] : 3;
}

static void fill_classes(const nnp_tensor *t, int64_t classes, uint64_t seed)
{
    probe_random(t, 0, (double)classes, seed);
    for (size_t i = 0; probe_is_float(t) && i < nnp_count(t); i++)
        probe_store(t, i, (double)(int64_t)nnp_number(t, i));
}

static void fill_one_hot(const nnp_tensor *t, uint64_t seed)
{
    size_t         width = (size_t)t->shape[t->ndim - 1];
    struct rng_key key = rng_key(seed, "one hot", 0);

    for (size_t i = 0; i < nnp_count(t); i++)
        probe_store(t, i, rng_u32(key, i / width) % width == i % width ? 1 : 0);
}

static void fill_each(const nnp_tensor *t, uint64_t seed)
{
    size_t width = t->ndim > 1 ? (size_t)t->shape[t->ndim - 1] : 1;
    size_t classes = width > 1 ? width : probe_is_float(t) ? 2 : 3;

    for (size_t i = 0; i < nnp_count(t); i++) {
        size_t class = (i / width + seed) % classes;
        probe_store(t, i, width > 1 ? class == i % width : (double)class);
    }
}

static void fill_ends(const nnp_tensor *t, uint64_t seed)
{
    static const double ends[] = { 0, 1, -1, 0.5, -0.5 };
    struct rng_key      key = rng_key(seed, "ends", 0);

    for (size_t i = 0; i < nnp_count(t); i++)
        probe_store(t, i, ends[rng_u32(key, i) % 5]);
}

static void fill_rows(struct trial *t, const nnp_tensor *in)
{
    int64_t  said = t->probe.inst.rows.count;
    uint64_t count = said < 1 ? 1 : (uint64_t)said;

    for (size_t i = 0; i < nnp_count(in); i++)
        probe_store(in, i, (double)((i + t->values) % count));
}

static void fill(struct trial *t, const nnp_tensor *in, enum values how, double stretch,
                 uint64_t seed)
{
    const nnp_tensor *first = t->probe.n_in ? &t->probe.inst.in[0] : in;

    switch (how) {
    case VALUES_SPREAD: probe_random(in, -1.5 * stretch, 1.5 * stretch, seed); break;
    case VALUES_PART: probe_random(in, 0.1, 0.9, seed); break;
    case VALUES_CLASS: fill_classes(in, in == first ? 3 : last_axis(first), seed); break;
    case VALUES_BIT: fill_classes(in, 2, seed); break;
    case VALUES_SIGN:
        fill_classes(in, 2, seed);
        for (size_t i = 0; i < nnp_count(in); i++)
            probe_store(in, i, 2 * nnp_number(in, i) - 1);
        break;
    case VALUES_ONE_HOT: fill_one_hot(in, seed); break;
    case VALUES_ROWS: fill_rows(t, in); break;
    case VALUES_EACH: fill_each(in, seed); break;
    case VALUES_ABSENT: break;
    }
}

/* Weights of a layer away from what their init gives: zeros hide a gradient. */
static void stir_weights(struct trial *t)
{
    struct instance *i = &t->probe.inst;

    for (uint32_t k = 0; k < i->ctx.n_weight; k++)
        for (size_t e = 0; e < nnp_count(&i->weight[k]); e++) {
            float draw;
            rng_uniform(rng_key(t->k->c->seed, "stir", k), e, &draw, 1);
            probe_store(&i->weight[k], e,
                        nnp_number(&i->weight[k], e) + 0.6 * (double)draw - 0.3);
        }
}

void trial_values(struct trial *t, double stretch)
{
    struct instance *i = &t->probe.inst;
    struct frame    *f = &t->k->frame;
    uint64_t         seed = t->k->c->seed * 1000 + t->values * 100;

    for (uint32_t k = 0; k < f->n_in; k++)
        if (i->in[k].data)
            fill(t, &i->in[k], f->in[k].values, stretch, seed + k);
    for (uint32_t k = 0; k < f->n_weight; k++) {
        fill(t, &i->weight[k], f->weight.values, stretch, seed + 20 + k);
        probe_random(&i->dweight[k], -1, 1, seed + 40 + k);
    }
    if (!f->n_weight)
        stir_weights(t);
    for (uint32_t k = 0; k < i->ctx.n_out; k++)
        if (i->dout[k].data)
            probe_random(&i->dout[k], -1, 1, seed + 60 + k);
}

/* ---- opening ---- */

static void add_inputs(struct trial *t, int64_t rows)
{
    struct frame *f = &t->k->frame;
    int64_t       shape[DECL_MAX_DIMS];

    for (uint32_t i = 0; i < f->n_in; i++) {
        memcpy(shape, f->in[i].shape, sizeof shape);
        shape[0] = f->in[i].ndim ? rows : shape[0];
        t->probe.absent[t->probe.n_in] = f->in[i].values == VALUES_ABSENT;
        probe_in(&t->probe, f->in[i].dtype, f->in[i].ndim, shape);
    }
    memcpy(shape, f->weight.shape, sizeof shape);
    shape[0] = rows;
    for (uint32_t i = 0; i < f->n_weight; i++)
        probe_weight(&t->probe, f->weight.ndim, shape);
    if (f->out)
        probe_out(&t->probe, f->weight.ndim, shape);
}

static int open_instance(struct trial *t, const struct trial_options *o)
{
    const struct conformance *c = t->k->c;
    struct probe_options      p = { .seed = c->seed, .pool = t->pool };

    const char *param = o->param ? o->param : t->k->param;
    const char *text = o->param ? o->text : t->k->text;

    t->self = arena_alloc(&t->arena, c->type->desc->self_size + 1);
    if (c->configure(c->arg, &t->arena, c->type, param, text, t->self, &t->diag))
        return -1;
    t->open = true;
    int rc = probe_open(&t->probe, &t->arena, c->type, t->self, &p, &t->diag);
    if (o->host)
        t->probe.inst.ctx.host = o->host;
    return rc;
}

/* A loader that learns of training rows does so of all that it has: the trial has no
 * split. */
static int teach(struct trial *t)
{
    struct instance *i = &t->probe.inst;
    int64_t          n = i->rows.count > 0 ? i->rows.count : 0;
    int64_t         *row = arena_array(&t->arena, (size_t)n + 1, sizeof *row);

    for (int64_t r = 0; r < n; r++)
        row[r] = r;
    return loader_learn(i, row, n, &t->diag) || probe_setup(&t->probe) ? -1 : 0;
}

int trial_open(struct check *k, struct trial *t, const struct trial_options *o)
{
    *t = (struct trial){ .k = k, .values = o->values };
    diag_init(&t->diag, &t->arena);
    if (o->threads)
        t->pool = pool_open(o->threads);
    if (open_instance(t, o))
        return -1;
    if (check_is(k, "report"))
        trial_give_run(t);
    if (check_is(k, "sampler pruner report"))
        trial_give_search(t);
    add_inputs(t, o->rows ? o->rows : k->frame.rows);
    t->probe.inst.ctx.flags = k->frame.flags;
    t->probe.inst.ctx.lr = 0.01;
    t->probe.inst.ctx.factor = 0.25; /* not 1: who leaves it out shows */
    if (probe_setup(&t->probe))
        return -1;
    if (check_is(k, "loader") && loader_learns(&t->probe.inst) && teach(t))
        return -1;
    trial_values(t, o->stretch > 0 ? o->stretch : 1);
    for (uint32_t i = 0; o->ends && i < k->frame.n_in; i++)
        if (k->frame.in[i].values == VALUES_SPREAD)
            fill_ends(&t->probe.inst.in[i], k->c->seed + o->values + i);
    return 0;
}

void trial_close(struct trial *t)
{
    if (t->open)
        probe_close(&t->probe);
    if (t->pool)
        pool_close(t->pool);
    arena_close(&t->arena);
}

/* ---- running ---- */

bool trial_has(const struct trial *t, enum probe_slot slot)
{
    return probe_slot_of(&t->probe, slot) != NULL;
}

static int call(struct trial *t, enum probe_slot slot)
{
    return trial_has(t, slot) ? probe_call(&t->probe, slot) : 0;
}

static int run_updates(struct trial *t, uint64_t from, uint64_t to)
{
    struct instance *i = &t->probe.inst;
    int              rc = 0;

    for (uint64_t step = from; step < to && rc >= 0; step++) {
        i->ctx.step = step;
        for (uint32_t k = 0; k < i->ctx.n_weight; k++)
            probe_random(&i->dweight[k], -1, 1, t->values + 700 + 10 * step + k);
        rc = call(t, PROBE_FORWARD);
    }
    return rc;
}

static int run_schedule(struct trial *t, uint64_t from, uint64_t to)
{
    int rc = 0;

    for (uint64_t step = from; step < to && rc >= 0; step++) {
        t->probe.inst.ctx.step = step;
        t->probe.inst.ctx.epoch = (double)step;
        t->probe.inst.ctx.progress = (double)step / 4;
        rc = call(t, PROBE_FORWARD);
    }
    return rc;
}

/* What a pass of an estimator adds up starts as zeros, as the host has it. */
static void clear_sums(struct trial *t)
{
    uint32_t    n;
    nnp_tensor *states = probe_tensors(&t->probe, PROBE_STATE, &n);

    for (uint32_t i = 0; i < n && check_is(t->k, "estimator"); i++)
        if (instance_decl(&t->probe.inst, NNP_STATE, i)->flags & NNP_SUM)
            memset(states[i].data, 0, tensor_bytes(&states[i]));
}

int trial_fit(struct trial *t)
{
    enum { PASSES = 1000 };
    int rc = NNP_AGAIN;

    if (!check_is(t->k, "metric transform estimator"))
        return 0;
    for (uint64_t pass = 0; rc == NNP_AGAIN && pass < PASSES; pass++) {
        clear_sums(t);
        t->probe.inst.ctx.step = pass;
        rc = call(t, PROBE_FIT);
        rc = rc < 0 ? rc : call(t, PROBE_FINISH);
    }
    if (rc == NNP_AGAIN)
        check_fail(t->k, "finish asks for another pass after %d of them", PASSES);
    t->probe.inst.ctx.step = 0;
    return rc;
}

static int run_batch(struct trial *t)
{
    int rc = call(t, PROBE_FORWARD);

    if (rc >= 0)
        rc = call(t, PROBE_BACKWARD);
    if (rc >= 0 && check_is(t->k, "regularizer"))
        rc = call(t, PROBE_FINISH);
    return rc;
}

int trial_run_quiet(struct trial *t)
{
    int rc;

    if (check_is(t->k, "backend"))
        return 0;
    if (check_is(t->k, "optimizer"))
        return run_updates(t, 0, 3);
    if (check_is(t->k, "schedule"))
        return run_schedule(t, 0, 5);
    rc = trial_fit(t);
    return rc < 0 ? rc : run_batch(t);
}

int trial_part(struct trial *t, int part)
{
    if (check_is(t->k, "optimizer"))
        return run_updates(t, part ? 2 : 0, part ? 3 : 2);
    if (check_is(t->k, "schedule"))
        return run_schedule(t, part ? 3 : 0, part ? 5 : 3);
    if (check_is(t->k, "metric")) {
        int rc = call(t, PROBE_FIT);
        return part && rc >= 0 ? call(t, PROBE_FINISH) : rc;
    }
    if (!part && t->k->c->type->desc->fit)
        return trial_fit(t);
    t->probe.inst.ctx.step = (uint64_t)part;
    return run_batch(t);
}

int trial_run(struct trial *t)
{
    int rc = trial_run_quiet(t);

    if (rc < 0)
        check_fail(t->k, "%s", trial_reason(t));
    return rc;
}

/* ---- results ---- */
