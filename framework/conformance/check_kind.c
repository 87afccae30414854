/* SPDX-License-Identifier: MIT */
/* Check 13: which of its parts a kind is for, and what the smaller kinds owe their
 * caller. */
#include <config.h>
#include "conformance/check_kind.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <nnpipe/backend.h>
#include <nnpipe/data.h>
#include "kernels/matmul.h"

/* ---- loader ---- */

static void compare_single_rows(struct check *k, struct trial *all, struct trial *one)
{
    const struct instance *a = &all->probe.inst, *b = &one->probe.inst;
    static const size_t    order[] = { 4, 1, 1, 5, 0, 3, 2 };

    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        size_t r = order[i] % (size_t)k->frame.rows;
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

/* What the file says is where a schedule starts from. */
static void check_value(struct check *k)
{
    struct trial         t;
    struct trial_options o = { 0 };
    double               v[2] = { 0 };
    bool                 same = true;

    check_at(k, "another value in the file");
    for (int at = 0; at <= 10 && same; at += 5)
        for (int i = 0; i < 2; i++) {
            if (trial_open(k, &t, &o) == 0) {
                t.probe.inst.ctx.value = i ? 0.5 : 1;
                t.probe.inst.ctx.step = (uint64_t)at;
                t.probe.inst.ctx.epoch = at;
                t.probe.inst.ctx.progress = at / 10.0;
                same = probe_call(&t.probe, PROBE_FORWARD) >= 0 && same;
                v[i] = t.probe.inst.ctx.result;
            }
            trial_close(&t);
            same = same && (!i || fabs(v[0] - v[1]) <= 1e-12);
        }
    if (same)
        check_fail(k, "gives the same whether the file says 1 or 0.5: c->value, where a "
                      "schedule starts from, is ignored");
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

/* NaN in gives NaN out, whatever is promised of numbers. */
static void check_probabilities(struct check *k)
{
    struct trial         t;
    struct trial_options o = { 0 };
    const nnp_tensor    *y = NULL;

    check_at(k, "forward");
    if (trial_open(k, &t, &o) == 0 && trial_run_quiet(&t) >= 0)
        y = &t.probe.inst.out[0];
    for (size_t i = 0; y && i < nnp_count(y); i++) {
        double v = nnp_number(y, i);
        if (!(v < 0 || v > 1))
            continue;
        check_fail(k, "promises PROBABILITIES, but element %zu of out `%s` is %g", i,
                   instance_decl(&t.probe.inst, NNP_OUT, 0)->name, v);
        break;
    }
    trial_close(&t);
}

/* What the transform learned of these rows, applied to them, and back. */
static void check_inverse(struct check *k, nnp_inverse_fn *inverse)
{
    struct trial           t;
    struct trial_options   o = { 0 };
    const struct instance *i = &t.probe.inst;
    size_t                 n = 0;

    check_at(k, "nnp.inverse/1");
    if (trial_open(k, &t, &o) == 0 && trial_part(&t, 0) >= 0 &&
        probe_call(&t.probe, PROBE_FORWARD) >= 0)
        n = nnp_count(&i->in[0]);
    if (n && (nnp_type(&i->out[0]) != NNP_F32 || nnp_count(&i->out[0]) != n))
        check_fail(k,
                   "offers nnp.inverse/1, but out `%s` is not f32, or not as large as "
                   "in[0]",
                   instance_decl(i, NNP_OUT, 0)->name);
    else if (n)
        inverse(&i->ctx, i->self, i->out[0].data, (size_t)i->out[0].shape[0]);
    for (size_t e = 0; e < n && !k->findings; e++) {
        double was = nnp_number(&i->in[0], e), is = nnp_number(&i->out[0], e);
        if (!check_near(is, was, 1e-4))
            check_fail(k, "nnp.inverse/1 makes element %zu %.9g, which was %.9g", e, is,
                       was);
    }
    trial_close(&t);
}

void check_kind(struct check *k)
{
    const void *(*offers)(const char *id) = k->c->type->desc->extension;
    if (check_is(k, "loss"))
        check_loss(k);
    if (check_is(k, "layer loss transform estimator") && !k->findings)
        check_rows_independent(k);
    if (check_is(k, "layer loss transform estimator metric regularizer optimizer"))
        check_points(k);
    if (check_is(k, "layer loss optimizer regularizer") && !k->findings)
        check_formula(k);
    if (check_is(k, "layer"))
        check_sweeps(k);
    if (check_is(k, "loss metric") && k->c->type->desc->max_in >= 3)
        check_mask(k);
    if (check_is(k, "optimizer"))
        check_optimizer(k);
    if (check_is(k, "metric transform estimator"))
        check_learning(k);
    if (check_is(k, "layer") && check_promises(k, NNP_PROBABILITIES))
        check_probabilities(k);
    if (check_is(k, "transform") && check_promises(k, NNP_CORRUPTS))
        check_left_out(k);
    if (check_is(k, "transform") && offers && offers("nnp.inverse/1") && !k->findings)
        check_inverse(k, (nnp_inverse_fn *)(uintptr_t)offers("nnp.inverse/1"));
    if (check_is(k, "loader"))
        check_loader(k);
    if (check_is(k, "schedule"))
        check_schedule(k);
    if (check_is(k, "schedule") && !k->findings)
        check_value(k);
    if (check_is(k, "initializer"))
        check_initializer(k);
    if (check_is(k, "regularizer"))
        check_regularizer(k);
    if (check_is(k, "backend"))
        check_backend(k);
    if (check_is(k, "report"))
        check_report(k);
    if (check_is(k, "sampler pruner"))
        trial_check_search(k);
}
