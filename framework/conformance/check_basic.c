/* SPDX-License-Identifier: MIT */
/* Checks 1 to 4: the descriptor, setup, what calls write, and that they give the same
 * bits. */
#include <config.h>
#include "conformance/check_kind.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* ---- 2: setup ---- */

struct shapes { /* of what was declared, copied */
    struct decl *v;
    size_t       n;
};

static struct shapes shapes_of(struct check *k, const struct trial *t)
{
    const struct instance *i = &t->probe.inst;
    struct shapes          s = { arena_array(&k->arena, i->declared.n + 1, sizeof *s.v),
                                 i->declared.n };

    for (size_t n = 0; n < s.n; n++)
        s.v[n] = i->declared.v[n];
    return s;
}

static void compare_shapes(struct check *k, const struct shapes *a, const struct trial *t)
{
    const struct instance *i = &t->probe.inst;

    for (size_t n = 0; n < a->n && n < i->declared.n; n++)
        for (int32_t x = 0; x < a->v[n].ndim; x++)
            if (a->v[n].shape[x] != i->declared.v[n].shape[x]) {
                check_fail(k,
                           "setup, called again for the same inputs, declares axis %d "
                           "of `%s` as %" PRId64 ", before as %" PRId64
                           ": it must not build on what an earlier setup left in self",
                           (int)x, a->v[n].name, i->declared.v[n].shape[x],
                           a->v[n].shape[x]);
                return;
            }
}

static bool setup_for(struct check *k, struct trial *t, int64_t rows)
{
    check_at(k, "setup for %" PRId64 " rows", rows);
    for (uint32_t i = 0; i < t->probe.n_in; i++) {
        int64_t shape[DECL_MAX_DIMS];
        memcpy(shape, t->probe.given[i].shape, sizeof shape);
        shape[0] = rows;
        if (t->probe.given[i].ndim)
            probe_reshape(&t->probe, i, (uint32_t)t->probe.given[i].ndim, shape);
    }
    if (probe_setup(&t->probe) == 0)
        return true;
    check_fail(k, "setup for %" PRId64 " rows after one for %" PRId64 ": %s", rows,
               k->frame.rows, trial_reason(t));
    return false;
}

static void check_rows(struct check *k, const struct trial *t, int64_t rows)
{
    const struct instance *i = &t->probe.inst;

    if (!check_is(k, "layer loss transform estimator loader"))
        return;
    for (uint32_t n = 0; n < i->ctx.n_out; n++)
        if (i->out[n].ndim < 1 || i->out[n].shape[0] != rows)
            check_fail(k,
                       "out `%s` does not have the %" PRId64 " rows of its input first",
                       instance_decl(i, NNP_OUT, n)->name, rows);
}

static void check_repeated(struct check *k, struct trial *t)
{
    struct shapes first = shapes_of(k, t);
    bool          inputs = t->probe.n_in > 0 && t->probe.given[0].ndim > 0;

    check_rows(k, t, k->frame.rows);
    if (!setup_for(k, t, k->frame.rows))
        return;
    compare_shapes(k, &first, t);
    if (inputs && setup_for(k, t, 1))
        check_rows(k, t, 1);
    if (inputs && !k->findings && setup_for(k, t, 11))
        check_rows(k, t, 11);
    if (!k->findings && setup_for(k, t, k->frame.rows))
        compare_shapes(k, &first, t);
}

/* Weights keep what trial_open gave them: the same values again are the same inputs. */
static void refill(struct trial *t)
{
    uint32_t    n;
    nnp_tensor *w = probe_tensors(&t->probe, PROBE_WEIGHT, &n);

    for (uint32_t i = 0; i < n; i++)
        memcpy(w[i].data, t->probe.blocks[PROBE_WEIGHT][i].copy, tensor_bytes(&w[i]));
}

static void check_same_after(struct check *k, struct trial *t,
                             const struct remains *fresh)
{
    uint32_t n;

    check_at(k, "a run after several setups");
    /* stir_weights adds to what is there, so the weights are kept aside meanwhile. */
    nnp_tensor *w = probe_tensors(&t->probe, PROBE_WEIGHT, &n);
    for (uint32_t i = 0; i < n; i++)
        memcpy(t->probe.blocks[PROBE_WEIGHT][i].copy, w[i].data, tensor_bytes(&w[i]));
    trial_values(t, 1);
    refill(t);
    if (trial_run(t) < 0)
        return;
    struct remains again = remains_take(k, t);
    const char    *text = remains_differ(k, fresh, &again, NULL);
    if (text)
        check_fail(k, "after setup was called for other rows and back, %s differs", text);
}

/* The last batch of an epoch may be of one row, and kernels work in fours and eights. */
static void run_rows(struct check *k, int64_t rows)
{
    struct trial         t;
    struct trial_options o = { .rows = rows };

    check_at(k, "a run with %" PRId64 " row%s", rows, rows == 1 ? "" : "s");
    int rc = trial_open(k, &t, &o) == 0 ? trial_run_quiet(&t) : -1;
    if (rc == PROBE_BROKEN)
        check_fail(k, "in a batch of %" PRId64 ": %s", rows, trial_reason(&t));
    else if (rc < 0)
        check_note(k, "refuses a batch of %" PRId64 ": %s", rows, trial_reason(&t));
    trial_close(&t);
}

void check_setup(struct check *k)
{
    struct trial         t;
    struct trial_options o = { 0 };
    struct remains       fresh = { 0 };

    if (!k->c->type->desc->setup) {
        check_skip(k, "has no setup");
        return;
    }
    check_at(k, "setup");
    if (trial_open(k, &t, &o) == 0) {
        check_repeated(k, &t);
        if (!k->findings && !k->broken && !k->unstable && remains_of(k, &o, &fresh))
            check_same_after(k, &t, &fresh);
    }
    trial_close(&t);
    if (!k->findings && !k->broken && k->frame.n_in) {
        run_rows(k, 1);
        run_rows(k, 11);
    }
}

/* ---- 3: what calls write ---- */

static void run_plain(struct check *k, const struct trial_options *o, const char *where)
{
    struct trial t;

    check_at(k, "%s", where);
    if (trial_open(k, &t, o) < 0 || trial_run_quiet(&t) < 0)
        check_fail(k, "%s", trial_reason(&t));
    trial_close(&t);
}

/* What was evaluated before must not show in what is evaluated now. */
static void compare_inference(struct check *k, struct trial *t)
{
    struct remains trained = remains_take(k, t), first, second;

    t->probe.inst.ctx.flags &= ~(uint32_t)NNP_TRAIN;
    for (int i = 0; i < 2; i++) {
        if (probe_call(&t->probe, PROBE_FORWARD) < 0) {
            check_fail(k, "without TRAIN: %s", trial_reason(t));
            return;
        }
        *(i ? &second : &first) = remains_take(k, t);
    }
    const char *text = remains_differ_of(k, &trained, &second, "state");
    if (text)
        check_fail(k,
                   "forward without TRAIN changes %s: in inference states are only read",
                   text);
    text = text ? NULL : remains_differ_of(k, &first, &second, "out");
    if (text && !k->unstable)
        check_fail(k, "forward without TRAIN, again on the same rows, changes %s", text);
}

/* After training, in which states may have come away from where they begin. */
static void run_inference(struct check *k)
{
    struct trial         t;
    struct trial_options o = { 0 };

    check_at(k, "forward without TRAIN, saved tensors withheld");
    if (trial_open(k, &t, &o) == 0 && trial_fit(&t) >= 0 &&
        probe_call(&t.probe, PROBE_FORWARD) >= 0)
        compare_inference(k, &t);
    trial_close(&t);
}

/* A refusal is fine; a crash or a broken contract is not. */
static void run_with_nan(struct check *k)
{
    struct trial         t;
    struct trial_options o = { 0 };
    int                  rc = 0;

    check_at(k, "a run with NaN inputs");
    if (trial_open(k, &t, &o) == 0) {
        for (uint32_t i = 0; i < t.probe.n_in; i++)
            if (probe_is_float(&t.probe.inst.in[i]))
                probe_fill(&t.probe.inst.in[i], (double)NAN);
        for (uint32_t i = 0; i < t.probe.n_weight; i++)
            probe_fill(&t.probe.inst.weight[i], (double)NAN);
        rc = trial_run_quiet(&t);
    }
    if (rc == PROBE_BROKEN)
        check_fail(k, "with NaN inputs, %s", trial_reason(&t));
    trial_close(&t);
}

/* Whole numbers have no NaN to mark what was not written: two fillings must come out the
 * same. */
static void run_filled(struct check *k)
{
    struct remains       a = { 0 }, b = { 0 };
    struct remains      *both[2] = { &a, &b };
    struct trial_options o = { 0 };

    check_at(k, "forward over two fillings of its outputs");
    for (int n = 0; n < 2; n++) {
        struct trial t;
        if (trial_open(k, &t, &o) == 0) {
            for (uint32_t i = 0; i < t.probe.inst.ctx.n_out; i++)
                if (!probe_is_float(&t.probe.inst.out[i]))
                    probe_fill(&t.probe.inst.out[i], n ? 85 : 42);
            if (trial_run_quiet(&t) >= 0)
                *both[n] = remains_take(k, &t);
        }
        trial_close(&t);
    }
    const char *text = remains_differ(k, &a, &b, "weight");
    if (text)
        check_fail(k, "forward leaves a part of %s unwritten", text);
}

void check_writes(struct check *k)
{
    struct trial_options o = { 0 };

    if (check_is(k, "backend")) {
        check_skip(k, "a backend has no slots");
        return;
    }
    run_plain(k, &o, "a run");
    if (!k->findings && check_is(k, "layer loss transform estimator"))
        run_inference(k);
    if (!k->findings && check_is(k, "layer transform estimator loader") && !k->unstable)
        run_filled(k);
    if (!k->findings)
        run_with_nan(k);
}

/* ---- 4: the same bits ---- */

enum { MANY_ELEMENTS = 65536, MANY_ROWS = 16384, FITTED_ROWS = 1000, SOME_ROWS = 300 };

/* Enough rows that `parallel` makes several chunks of them; fewer where many are refused.
 */
static int64_t many_rows(struct check *k)
{
    const struct frame_in *in = k->frame.n_in ? &k->frame.in[0] : &k->frame.weight;
    int64_t                row = 1, tries[] = { 0, SOME_ROWS };

    for (uint32_t i = 1; i < in->ndim; i++)
        row *= in->shape[i] > 0 ? in->shape[i] : 1;
    tries[0] = MANY_ELEMENTS / row;
    if (tries[0] < SOME_ROWS)
        tries[0] = SOME_ROWS;
    if (tries[0] > MANY_ROWS)
        tries[0] = MANY_ROWS;
    /* What fits all rows at once may take the square of their number, or more. */
    if (check_is(k, "estimator") && check_promises(k, NNP_ALL_ROWS))
        tries[0] = FITTED_ROWS;
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        struct trial         t;
        struct trial_options o = { .rows = tries[i] };
        check_at(k, "a run with %" PRId64 " rows", o.rows);
        int rc = trial_open(k, &t, &o) == 0 ? trial_run_quiet(&t) : -1;
        trial_close(&t);
        if (rc >= 0)
            return o.rows;
    }
    return k->frame.rows;
}

static void compare_threads(struct check *k)
{
    static const unsigned widths[] = { 1, 2, 3 };
    struct trial_options  o = { .rows = many_rows(k) };
    struct remains        first = { 0 }, other = { 0 };

    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        o.threads = widths[i];
        check_at(k, "a run with %u threads", widths[i]);
        if (!remains_of(k, &o, i ? &other : &first))
            return;
        const char *text = i ? remains_differ(k, &first, &other, NULL) : NULL;
        if (text) {
            check_fail(k,
                       "the result depends on the number of threads: with %u, %s "
                       "differs",
                       widths[i], text);
            return;
        }
    }
}

/* Two instances in turns: whatever a plugin keeps outside self shows. */
static void compare_interleaved(struct check *k, const struct remains *alone)
{
    struct trial         a, b;
    struct trial_options plain = { 0 }, other = { .rows = 3, .values = 7 };
    int                  rc = 0;

    check_at(k, "two instances in turns");
    int ready = trial_open(k, &a, &plain) == 0;
    ready &= trial_open(k, &b, &other) == 0;
    if (ready && trial_has(&a, PROBE_FORWARD))
        rc = probe_call(&a.probe, PROBE_FORWARD);
    if (ready && rc >= 0)
        trial_run_quiet(&b);
    if (ready && rc >= 0 && trial_has(&a, PROBE_BACKWARD))
        rc = probe_call(&a.probe, PROBE_BACKWARD);
    if (ready && rc >= 0) {
        struct remains r = remains_take(k, &a);
        const char    *text = remains_differ(k, alone, &r, NULL);
        if (text)
            check_fail(k,
                       "another instance that runs in between changes %s: something is "
                       "kept in a static variable",
                       text);
    }
    trial_close(&b);
    trial_close(&a);
}

void check_same_bits(struct check *k)
{
    struct remains       a = { 0 }, b = { 0 };
    struct trial_options o = { 0 };

    if (check_is(k, "backend report")) {
        check_skip(k, "its kind computes no tensors");
        return;
    }
    check_at(k, "a run");
    if (!remains_of(k, &o, &a) || !remains_of(k, &o, &b))
        return;
    const char *text = remains_differ(k, &a, &b, NULL);
    if (text) {
        check_fail(k,
                   "the same run twice gives two results: %s differs (a static variable, "
                   "or random numbers that are not the host's)",
                   text);
        return;
    }
    if (check_is(k, "layer loss"))
        compare_interleaved(k, &a);
    if (!k->findings && !check_is(k, "loader"))
        compare_threads(k);
    if (!k->findings)
        check_statics(k);
}
