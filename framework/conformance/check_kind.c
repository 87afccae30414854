/* SPDX-License-Identifier: MIT */
/* Check 13, second half: what the other kinds owe their caller. */
#include <config.h>
#include "conformance/check_kind.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <nnpipe/backend.h>
#include <nnpipe/data.h>
#include "kernels/matmul.h"

/* ---- metric, transform, estimator: what is absorbed in pieces ---- */

static bool fit_halves(struct trial *half, const struct trial *whole)
{
    enum { HALF = FRAME_ROWS / 2 };

    check_take_rows(half, 0, whole, 0, HALF);
    if (probe_call(&half->probe, PROBE_FIT) < 0)
        return false;
    check_take_rows(half, 0, whole, HALF, HALF);
    return probe_call(&half->probe, PROBE_FIT) >= 0 &&
           (!trial_has(half, PROBE_FINISH) ||
            probe_call(&half->probe, PROBE_FINISH) >= 0);
}

static void compare_facts(struct check *k, const struct trial *a, const struct trial *b)
{
    for (size_t i = 0; i < a->probe.n_facts; i++) {
        const struct fact *f = &a->probe.facts[i];
        double             v = (double)NAN;
        probe_fact(&b->probe, f->key, &v);
        if (!check_near(v, f->value, 1e-5))
            check_fail(k, "`%s` is %.9g for the whole and %.9g absorbed in two halves",
                       f->key, f->value, v);
    }
}

static void compare_states(struct check *k, struct trial *a, struct trial *b)
{
    uint32_t    n;
    nnp_tensor *sa = probe_tensors(&a->probe, PROBE_STATE, &n);
    nnp_tensor *sb = probe_tensors(&b->probe, PROBE_STATE, &n);

    for (uint32_t i = 0; i < n; i++)
        for (size_t e = 0; e < nnp_count(&sa[i]); e++)
            if (!check_near(nnp_number(&sb[i], e), nnp_number(&sa[i], e), 1e-4)) {
                check_fail(k,
                           "%s, element %zu, is %.9g after one batch and %.9g after the "
                           "same rows in two",
                           probe_name(&a->probe, PROBE_STATE, i), e,
                           nnp_number(&sa[i], e), nnp_number(&sb[i], e));
                break;
            }
}

static void check_halves(struct check *k)
{
    struct trial         whole, half;
    struct trial_options all = { 0 }, some = { .rows = FRAME_ROWS / 2 };

    check_at(k, "fit in two halves");
    int ready = trial_open(k, &whole, &all) == 0;
    ready &= trial_open(k, &half, &some) == 0;
    if (ready && trial_fit(&whole) >= 0 && fit_halves(&half, &whole)) {
        compare_facts(k, &whole, &half);
        if (check_is(k, "transform"))
            compare_states(k, &whole, &half);
    }
    trial_close(&half);
    trial_close(&whole);
}

static void check_metric(struct check *k)
{
    struct trial         t;
    struct trial_options o = { 0 };
    double               v;

    check_at(k, "finish without a batch");
    if (trial_open(k, &t, &o) == 0) {
        for (size_t i = 0; i < t.probe.inst.declared.n; i++)
            if (t.probe.inst.declared.v[i].role == NNP_STATE &&
                !(t.probe.inst.declared.v[i].flags & NNP_SUM))
                check_fail(k,
                           "state `%s` does not say how parts of an evaluation are put "
                           "together: declare it with NNP_SUM",
                           t.probe.inst.declared.v[i].name);
        probe_call(&t.probe, PROBE_FINISH); /* may refuse, must not crash */
    }
    trial_close(&t);
    check_at(k, "an evaluation");
    if (trial_open(k, &t, &o) == 0 && trial_fit(&t) >= 0 &&
        !probe_fact(&t.probe, k->c->type->name, &v))
        check_fail(k, "finish does not report `%s`, the main figure", k->c->type->name);
    trial_close(&t);
    if (!k->findings && !check_promises(k, NNP_ALL_ROWS))
        check_halves(k);
}

/* ---- estimator ---- */

/* What the first pass adds up does not depend on how the rows come. */
static void check_first_pass(struct check *k)
{
    enum { HALF = FRAME_ROWS / 2 };
    struct trial         whole, half;
    struct trial_options all = { 0 }, some = { .rows = HALF };

    check_at(k, "fit in two halves");
    int ready = trial_open(k, &whole, &all) == 0;
    ready &= trial_open(k, &half, &some) == 0;
    ready = ready && probe_call(&whole.probe, PROBE_FIT) >= 0;
    for (size_t at = 0; ready && at < FRAME_ROWS; at += HALF) {
        check_take_rows(&half, 0, &whole, at, HALF);
        ready = probe_call(&half.probe, PROBE_FIT) >= 0;
    }
    if (ready)
        compare_states(k, &whole, &half);
    trial_close(&half);
    trial_close(&whole);
}

static int set_up_for(struct trial *t, const struct trial *from, int64_t rows)
{
    int64_t shape[DECL_MAX_DIMS];

    for (uint32_t i = 0; i < t->probe.n_in; i++) {
        const nnp_tensor *x = &from->probe.inst.in[i];
        memcpy(shape, x->shape, (size_t)x->ndim * sizeof *shape);
        shape[0] = x->ndim ? rows : shape[0];
        probe_reshape(&t->probe, i, (uint32_t)x->ndim, shape);
    }
    int rc = probe_setup(&t->probe);
    if (rc == 0)
        check_take_rows(t, 0, from, 0, (size_t)rows);
    return rc;
}

static void compare_outputs(struct check *k, struct trial *all, struct trial *few)
{
    const struct instance *a = &all->probe.inst, *b = &few->probe.inst;

    for (uint32_t t = 0; t < b->ctx.n_out && !k->findings; t++)
        for (size_t e = 0; e < nnp_count(&b->out[t]) && !k->findings; e++)
            if (!check_near(nnp_number(&b->out[t], e), nnp_number(&a->out[t], e), 1e-5))
                check_fail(k,
                           "element %zu of %s is %.9g in a batch of %d, and %.9g once it "
                           "is set up for one of %d: only STATE is learned",
                           e, probe_name(&all->probe, PROBE_OUT, t),
                           nnp_number(&a->out[t], e), FRAME_ROWS,
                           nnp_number(&b->out[t], e), FRAME_ROWS / 2);
}

/* Batches are smaller than what it learned from, when that was ALL_ROWS always. */
static void check_fewer_rows(struct check *k)
{
    struct trial         all, few;
    struct trial_options o = { 0 };

    check_at(k, "fewer rows after the fit");
    int ready = trial_open(k, &all, &o) == 0;
    ready &= trial_open(k, &few, &o) == 0;
    if (ready && trial_fit(&all) >= 0 && trial_fit(&few) >= 0 &&
        set_up_for(&few, &all, FRAME_ROWS / 2) == 0 &&
        probe_call(&all.probe, PROBE_FORWARD) >= 0 &&
        probe_call(&few.probe, PROBE_FORWARD) >= 0)
        compare_outputs(k, &all, &few);
    trial_close(&few);
    trial_close(&all);
}

static void check_estimator(struct check *k)
{
    if (!check_promises(k, NNP_ALL_ROWS))
        check_first_pass(k);
    check_fewer_rows(k);
}

/* ---- loader ---- */

static void compare_single_rows(struct check *k, struct trial *all, struct trial *one)
{
    const struct instance *a = &all->probe.inst, *b = &one->probe.inst;
    static const size_t    order[] = { 4, 1, 1, 5, 0, 3, 2 };

    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        size_t r = order[i];
        check_copy_rows(&b->in[0], 0, &a->in[0], r, 1);
        if (probe_call(&one->probe, PROBE_FORWARD) < 0) {
            check_fail(k, "row %zu alone: %s", r, trial_reason(one));
            return;
        }
        for (uint32_t t = 0; t < a->ctx.n_out; t++) {
            size_t n = check_row_bytes(&b->out[t]);
            if (memcmp(b->out[t].data, (char *)a->out[t].data + r * n, n) != 0) {
                check_fail(k, "row %zu of %s is another one when read alone", r,
                           probe_name(&all->probe, PROBE_OUT, t));
                return;
            }
        }
    }
}

static void read_last_row(struct check *k, struct trial *one)
{
    int64_t last = one->probe.inst.rows.count - 1;

    probe_store(&one->probe.inst.in[0], 0, (double)last);
    if (probe_call(&one->probe, PROBE_FORWARD) < 0)
        check_fail(
            k, "c->rows->count is %" PRId64 ", but row %" PRId64 " cannot be read: %s",
            last + 1, last, trial_reason(one));
}

static void check_loader(struct check *k)
{
    struct trial         all, one;
    struct trial_options o = { 0 }, single = { .rows = 1 };

    check_at(k, "rows in another order");
    int ready = trial_open(k, &all, &o) == 0;
    ready &= trial_open(k, &one, &single) == 0;
    if (ready && all.probe.inst.rows.count < 1)
        check_fail(k, "setup does not set c->rows->count, the number of rows");
    if (ready && probe_call(&all.probe, PROBE_FORWARD) >= 0)
        compare_single_rows(k, &all, &one);
    check_at(k, "the last row");
    if (ready && !k->findings)
        read_last_row(k, &one);
    trial_close(&one);
    trial_close(&all);
}

/* ---- schedule, initializer, regularizer ---- */

static void check_schedule(struct check *k)
{
    struct trial         t;
    struct trial_options o = { 0 };
    double               first = 0, v = 0;

    check_at(k, "values over a run");
    if (trial_open(k, &t, &o) == 0)
        for (int i = 0; i <= 10 && !k->findings; i++) {
            nnp_ctx *c = &t.probe.inst.ctx;
            /* There and back: without a state, the past does not count. */
            int at = i <= 5 ? 2 * i : 20 - 2 * i;
            c->step = (uint64_t)at;
            c->epoch = at;
            c->progress = at / 10.0;
            if (probe_call(&t.probe, PROBE_FORWARD) < 0)
                check_fail(k, "%s", trial_reason(&t));
            else if (!isfinite(c->result))
                check_fail(k,
                           "c->result is %g after forward at progress %g: not a number, "
                           "or not set",
                           c->result, c->progress);
            v = c->result;
            first = i ? first : v;
        }
    if (!k->findings && t.probe.inst.ctx.n_state == 0 && !(v == first))
        check_fail(k,
                   "has no state, but the value at step 0 is %.9g first and %.9g later",
                   first, v);
    trial_close(&t);
}

static void check_initializer(struct check *k)
{
    struct trial         t;
    struct trial_options o = { 0 };

    check_at(k, "filling a weight");
    if (trial_open(k, &t, &o) == 0 && probe_call(&t.probe, PROBE_FORWARD) >= 0)
        for (size_t i = 0; i < nnp_count(&t.probe.inst.out[0]); i++)
            if (!isfinite(nnp_number(&t.probe.inst.out[0], i))) {
                check_fail(k, "element %zu of a new weight is %g", i,
                           nnp_number(&t.probe.inst.out[0], i));
                break;
            }
    trial_close(&t);
}

static void check_regularizer(struct check *k)
{
    struct trial         t;
    struct trial_options o = { 0 };

    check_at(k, "penalty");
    if (trial_open(k, &t, &o) == 0 && trial_has(&t, PROBE_FORWARD) &&
        probe_call(&t.probe, PROBE_FORWARD) >= 0 && !isfinite(t.probe.inst.ctx.result))
        check_fail(
            k, "c->result, the penalty, is %g after forward: not a number, or not set",
            t.probe.inst.ctx.result);
    check_at(k, "projecting twice");
    if (t.probe.ready && trial_has(&t, PROBE_FINISH) &&
        probe_call(&t.probe, PROBE_FINISH) >= 0) {
        const nnp_tensor *w = &t.probe.inst.weight[0];
        struct remains    once = remains_take(k, &t);
        probe_call(&t.probe, PROBE_FINISH);
        for (size_t i = 0; i < once.n; i++)
            for (size_t e = 0;
                 strncmp(once.v[i].name, "weight", 6) == 0 && e < once.v[i].n; e++)
                if (!check_near(nnp_number(w, e),
                                (double)((const float *)once.v[i].bytes)[e], 1e-4)) {
                    check_fail(k, "a projected weight is changed by a second projection");
                    trial_close(&t);
                    return;
                }
    }
    trial_close(&t);
}

/* ---- backend, report ---- */

static void compare_product(struct check *k, nnp_gemm_fn *gemm, int ta, int tb, int64_t m,
                            int64_t n, int64_t kk, float beta)
{
    size_t size = (size_t)(40 * 40);
    float *v = arena_array(&k->arena, 4 * size, sizeof *v);
    float *a = v, *b = v + size, *c = v + 2 * size, *want = v + 3 * size;

    rng_normal(rng_key(1, "product", 0), 0, v, 3 * size);
    for (size_t i = 0; beta == 0 && i < size; i++)
        c[i] = NAN;
    memcpy(want, c, size * sizeof *c);
    int rc = gemm(ta, tb, m, n, kk, 0.5f, a, 40, b, 40, beta, c, 40);
    matmul(NULL, ta, tb, m, n, kk, 0.5f, a, 40, b, 40, beta, want, 40, NULL);
    for (size_t i = 0; i < size && rc == 0; i++)
        if (!check_near((double)c[i], (double)want[i], 1e-4)) {
            check_fail(k,
                       "gemm of %dx%d by %dx%d (transposed %d %d, beta %g): element %zu "
                       "is %.6g, not %.6g",
                       (int)m, (int)kk, (int)kk, (int)n, ta, tb, (double)beta, i,
                       (double)c[i], (double)want[i]);
            return;
        }
    if (rc)
        check_fail(k, "gemm refuses a product with %d", rc);
}

static void check_backend(struct check *k)
{
    static const int64_t sizes[][3] = {
        { 1, 1, 1 }, { 7, 5, 3 }, { 33, 17, 40 }, { 40, 1, 13 }, { 1, 40, 8 }
    };
    const nnp_component *d = k->c->type->desc;
    nnp_gemm_fn         *gemm =
        d->extension ? (nnp_gemm_fn *)(uintptr_t)d->extension("nnp.gemm/1") : NULL;

    check_at(k, "products");
    if (!gemm) {
        check_fail(k, "extension answers NULL to nnp.gemm/1");
        return;
    }
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes && !k->findings; i++)
        for (int t = 0; t < 8 && !k->findings; t++)
            compare_product(k, gemm, t & 1, t >> 1 & 1, sizes[i][0], sizes[i][1],
                            sizes[i][2], t & 4 ? 1.0f : 0.0f);
}

/* Another host may have no runs to show: an error, not a crash. */
static void check_report(struct check *k)
{
    struct trial         t;
    struct trial_options o = { 0 };

    check_at(k, "forward on a host without nnp.run/1");
    if (trial_open(k, &t, &o) == 0) {
        probe_answer(&t.probe, "nnp.run/1", NULL);
        if (probe_call(&t.probe, PROBE_FORWARD) >= 0)
            check_note(k, "it has something to say without a run too");
    }
    trial_close(&t);
}

/* Where a corrupting transform is left out its input stands for its first output. */
static void check_left_out(struct check *k)
{
    struct trial           t;
    struct trial_options   o = { 0 };
    const struct instance *i = &t.probe.inst;

    check_at(k, "what stands for it where it is left out");
    if (trial_open(k, &t, &o) == 0 &&
        (nnp_type(&i->in[0]) != nnp_type(&i->out[0]) || i->in[0].ndim != i->out[0].ndim ||
         memcmp(i->in[0].shape, i->out[0].shape,
                (size_t)i->in[0].ndim * sizeof *i->in[0].shape) != 0))
        check_fail(k,
                   "promises CORRUPTS, but out `%s` is not of the type and shape of "
                   "in[0], which stands for it where it is left out",
                   instance_decl(i, NNP_OUT, 0)->name);
    trial_close(&t);
}

void check_kind(struct check *k)
{
    if (check_is(k, "layer loss transform estimator"))
        check_rows_independent(k);
    if (check_is(k, "layer"))
        check_sweeps(k);
    if (check_is(k, "loss"))
        check_loss(k);
    if (check_is(k, "loss metric") && k->c->type->desc->max_in >= 3)
        check_mask(k);
    if (check_is(k, "optimizer"))
        check_optimizer(k);
    if (check_is(k, "metric"))
        check_metric(k);
    if (check_is(k, "transform") && k->c->type->desc->fit)
        check_halves(k);
    if (check_is(k, "transform") && check_promises(k, NNP_CORRUPTS))
        check_left_out(k);
    if (check_is(k, "estimator"))
        check_estimator(k);
    if (check_is(k, "loader"))
        check_loader(k);
    if (check_is(k, "schedule"))
        check_schedule(k);
    if (check_is(k, "initializer"))
        check_initializer(k);
    if (check_is(k, "regularizer"))
        check_regularizer(k);
    if (check_is(k, "backend"))
        check_backend(k);
    if (check_is(k, "report"))
        check_report(k);
}
