/* SPDX-License-Identifier: MIT */
/* Check 13, first half: rows that do not know of each other, losses, optimizers. */
#include <config.h>
#include "conformance/check_kind.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <nnpipe/fast.h>

bool check_near(double a, double b, double tol)
{
    return (isnan(a) && isnan(b)) || fabs(a - b) <= tol * (1 + fabs(b));
}

/* ---- rows ---- */

size_t check_row_bytes(const nnp_tensor *t)
{
    return t->ndim && t->shape[0] ? tensor_bytes(t) / (size_t)t->shape[0] : 0;
}

void check_copy_rows(const nnp_tensor *to, size_t to_row, const nnp_tensor *from,
                     size_t row, size_t rows)
{
    size_t n = check_row_bytes(from);

    if (to->data && from->data)
        memcpy((char *)to->data + to_row * n, (const char *)from->data + row * n,
               rows * n);
}

/* Rows of all inputs (and of dout) of another trial. */
void check_take_rows(struct trial *to, size_t to_row, const struct trial *from,
                     size_t row, size_t rows)
{
    const struct instance *a = &to->probe.inst, *b = &from->probe.inst;

    for (uint32_t i = 0; i < a->ctx.n_in; i++)
        if (a->in[i].ndim)
            check_copy_rows(&a->in[i], to_row, &b->in[i], row, rows);
    for (uint32_t i = 0; i < a->ctx.n_out && i < b->ctx.n_out; i++)
        check_copy_rows(&a->dout[i], to_row, &b->dout[i], row, rows);
}

int64_t check_half(const struct check *k)
{
    return k->frame.rows / 2;
}

/* Which row (other than `but`) differs between two tensors; -1: none. */
static int other_row(const nnp_tensor *a, const nnp_tensor *b, int but)
{
    size_t n = check_row_bytes(a);

    for (int r = 0; a->data && b->data && r < a->shape[0]; r++)
        if (r != but && memcmp((char *)a->data + (size_t)r * n,
                               (char *)b->data + (size_t)r * n, n) != 0)
            return r;
    return -1;
}

/* The first row of a set, other than `but`, that differs between two trials; -1: none. */
static int row_that_differs(struct trial *a, struct trial *b, enum probe_set set, int but,
                            uint32_t *tensor)
{
    uint32_t    n;
    nnp_tensor *ta = probe_tensors(&a->probe, set, &n),
               *tb = probe_tensors(&b->probe, set, &n);

    for (*tensor = 0; *tensor < n; ++*tensor) {
        int row = ta[*tensor].ndim ? other_row(&ta[*tensor], &tb[*tensor], but) : -1;
        if (row >= 0)
            return row;
    }
    return -1;
}

static void compare_rows(struct check *k, struct trial *a, struct trial *b,
                         enum probe_set set, int but)
{
    uint32_t tensor;
    int      row = row_that_differs(a, b, set, but, &tensor);

    if (row >= 0)
        check_fail(
            k,
            "row %d of %s changes when only row %d of the input does: in inference "
            "what comes of a row depends on that row alone",
            row, probe_name(&a->probe, set, tensor), but);
}

/* Rows may know of each other in training (batch statistics). Where forward shows that
 * they do not, backward must not mix them either. */
static void compare_training(struct check *k, struct trial *a, struct trial *b, int but)
{
    uint32_t tensor;

    a->probe.inst.ctx.flags = b->probe.inst.ctx.flags = k->frame.flags;
    if (probe_call(&a->probe, PROBE_FORWARD) < 0 ||
        probe_call(&b->probe, PROBE_FORWARD) < 0 || !trial_has(a, PROBE_BACKWARD) ||
        row_that_differs(a, b, PROBE_OUT, but, &tensor) >= 0)
        return;
    if (probe_call(&a->probe, PROBE_BACKWARD) >= 0 &&
        probe_call(&b->probe, PROBE_BACKWARD) >= 0)
        compare_rows(k, a, b, PROBE_DIN, but);
}

/* One row is exchanged between fit and forward; the others must not notice. */
static void exchange_row(struct check *k, int row)
{
    struct trial         a, b, other;
    struct trial_options plain = { 0 }, different = { .values = 5 };

    check_at(k, "a batch in which row %d is exchanged", row);
    int ready = trial_open(k, &a, &plain) == 0;
    ready &= trial_open(k, &b, &plain) == 0;
    ready &= trial_open(k, &other, &different) == 0;
    if (ready && trial_fit(&a) >= 0 && trial_fit(&b) >= 0) {
        check_take_rows(&b, (size_t)row, &other, (size_t)row, 1);
        a.probe.inst.ctx.flags = b.probe.inst.ctx.flags &= ~(uint32_t)NNP_TRAIN;
        if (probe_call(&a.probe, PROBE_FORWARD) >= 0 &&
            probe_call(&b.probe, PROBE_FORWARD) >= 0)
            compare_rows(k, &a, &b, PROBE_OUT, row);
        if (!k->findings)
            compare_training(k, &a, &b, row);
    }
    trial_close(&other);
    trial_close(&b);
    trial_close(&a);
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
    for (int64_t row = 0; rc == 0 && row < rows; row++)
        check_take_rows(t, (size_t)row, from, (size_t)(row % from->k->frame.rows), 1);
    return rc;
}

static void compare_outputs(struct check *k, struct trial *all, struct trial *other,
                            int64_t rows)
{
    const struct instance *a = &all->probe.inst, *b = &other->probe.inst;

    for (uint32_t t = 0; t < b->ctx.n_out && !k->findings; t++) {
        size_t n = nnp_count(&a->out[t]), m = nnp_count(&b->out[t]);
        m = m > n && check_is(k, "transform") ? n
                                              : m; /* a row by chance is itself alone */
        for (size_t e = 0; n && e < m && !k->findings; e++)
            if (!check_near(nnp_number(&b->out[t], e), nnp_number(&a->out[t], e % n),
                            1e-5))
                check_fail(k,
                           "element %zu of %s is %.9g in a batch of %" PRId64
                           ", and %.9g once it is set up for one of %" PRId64 "%s",
                           e, probe_name(&all->probe, PROBE_OUT, t),
                           nnp_number(&a->out[t], e % n), k->frame.rows,
                           nnp_number(&b->out[t], e), rows,
                           check_is(k, "estimator") ? ": only STATE is learned" : "");
    }
}

/* Batches are of any size once it is fitted, and a row is what it is in each of them. */
static void check_other_rows(struct check *k, int64_t rows)
{
    struct trial         all, other;
    struct trial_options o = { 0 };

    check_at(k, "the same rows in a batch of %" PRId64, rows);
    int ready = trial_open(k, &all, &o) == 0;
    ready &= trial_open(k, &other, &o) == 0;
    if (ready && trial_fit(&all) >= 0 && trial_fit(&other) >= 0) {
        all.probe.inst.ctx.flags = other.probe.inst.ctx.flags &= ~(uint32_t)NNP_TRAIN;
        if (set_up_for(&other, &all, rows) == 0 &&
            probe_call(&all.probe, PROBE_FORWARD) >= 0 &&
            probe_call(&other.probe, PROBE_FORWARD) >= 0)
            compare_outputs(k, &all, &other, rows);
    }
    trial_close(&other);
    trial_close(&all);
}

void check_rows_independent(struct check *k)
{
    enum { MOST = 6 };
    const int64_t others[] = { check_half(k), 1, 11 };

    for (int row = 0; row < k->frame.rows && row < MOST && !k->findings; row++)
        exchange_row(k, row);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i] && !k->findings)
            check_other_rows(k, others[i]);
}

/* ---- loss ---- */

static int pass(struct trial *t)
{
    int rc = probe_call(&t->probe, PROBE_FORWARD);

    return rc < 0 || !trial_has(t, PROBE_BACKWARD)
               ? rc
               : probe_call(&t->probe, PROBE_BACKWARD);
}

static void check_loss_output(struct check *k, const struct trial *t)
{
    const nnp_tensor *y = &t->probe.inst.out[0];

    if (t->probe.inst.ctx.n_out < 1 || nnp_type(y) != NNP_F32) {
        check_fail(k, "out[0] of a loss is f32, one value per row or token");
        return;
    }
    for (size_t i = 0; i < nnp_count(y); i++)
        if (!isfinite(nnp_number(y, i)))
            check_note(k, "row %zu of the loss is not finite", i);
}

/* LOSS_IN_BACKWARD: what backward writes to out[0] is what forward does, din[0] wanted or
 * not. */
static void check_both(struct check *k, bool wanted)
{
    struct trial         t;
    struct trial_options o = { 0 };

    check_at(k, "backward that writes the loss");
    if (trial_open(k, &t, &o) == 0 && probe_call(&t.probe, PROBE_FORWARD) >= 0) {
        const nnp_tensor *y = &t.probe.inst.out[0];
        size_t            n = nnp_count(y);
        float            *before = arena_array(&k->arena, n + 1, sizeof *before);

        memcpy(before, y->data, n * sizeof *before);
        if (!wanted)
            t.probe.inst.din[0].data = NULL;
        if (probe_call(&t.probe, PROBE_BACKWARD) >= 0)
            for (size_t i = 0; i < n && !k->findings; i++)
                if (memcmp(&before[i], nnp_f32(y) + i, sizeof *before) != 0)
                    check_fail(k,
                               "promises LOSS_IN_BACKWARD, but row %zu of the loss is "
                               "%.9g after "
                               "forward and %.9g after backward",
                               i, (double)before[i], (double)nnp_f32(y)[i]);
    }
    trial_close(&t);
}

/* Half of the batch has the same values: nothing is divided by the number of rows. */
void check_loss(struct check *k)
{
    int64_t              rows = check_half(k);
    struct trial         whole, half;
    struct trial_options all = { 0 }, some = { .rows = rows + !rows };

    check_at(k, "half of the batch");
    int ready = trial_open(k, &whole, &all) == 0;
    ready &= trial_open(k, &half, &some) == 0;
    if (ready) {
        check_take_rows(&half, 0, &whole, 0, (size_t)some.rows);
        ready = pass(&whole) >= 0 && pass(&half) >= 0;
    }
    if (ready) {
        const nnp_tensor *a = &whole.probe.inst.out[0], *b = &half.probe.inst.out[0];
        const nnp_tensor *da = &whole.probe.inst.din[0], *db = &half.probe.inst.din[0];
        check_loss_output(k, &whole);
        for (size_t i = 0; i < nnp_count(b) && !k->findings; i++)
            if (!check_near(nnp_number(b, i), nnp_number(a, i), 1e-5))
                check_fail(
                    k,
                    "row %zu of the loss is %.6g in a batch of %" PRId64
                    " and %.6g in one of %" PRId64 ": a loss is not divided by the rows",
                    i, nnp_number(a, i), k->frame.rows, nnp_number(b, i), some.rows);
        for (size_t i = 0; da->data && i < nnp_count(db) && !k->findings; i++)
            if (!check_near(nnp_number(db, i), nnp_number(da, i), 1e-5))
                check_fail(k,
                           "element %zu of the gradient is %.6g in a batch of %" PRId64
                           " and %.6g in one of %" PRId64
                           ": a gradient is not divided by the rows",
                           i, nnp_number(da, i), k->frame.rows, nnp_number(db, i),
                           some.rows);
    }
    trial_close(&half);
    trial_close(&whole);
    for (int wanted = 1; check_promises(k, NNP_LOSS_IN_BACKWARD) && wanted >= 0; wanted--)
        if (!k->findings)
            check_both(k, wanted);
}

/* ---- masks ---------------------------------------------------------------------------
 */

/* The figures of a run: what a metric reports, or the rows of a loss. */
static size_t figures(const struct trial *t, double *v, size_t most)
{
    const struct probe *p = &t->probe;
    size_t              n = 0;

    for (size_t i = 0; i < p->n_facts && n < most; i++)
        v[n++] = p->facts[i].value;
    for (size_t i = 0; p->inst.ctx.n_out && i < nnp_count(&p->inst.out[0]) && n < most;
         i++)
        v[n++] = nnp_number(&p->inst.out[0], i);
    return n;
}

enum mask { NO_MASK, ONES, HOLES, HOLES_FILLED };

/* Elements that the mask leaves out get other values in the last case. */
static void set_mask(struct trial *t, enum mask how)
{
    const nnp_tensor *x = &t->probe.inst.in[0], *mask = &t->probe.inst.in[2];

    for (size_t i = 0; how != NO_MASK && i < nnp_count(mask); i++) {
        bool hole = how != ONES && i % 2 == 1;
        probe_store(mask, i, hole ? 0 : 1);
        if (hole && how == HOLES_FILLED)
            probe_store(x, i, 1 - nnp_number(x, i));
    }
}

static int run_masked(struct check *k, enum mask how, double *v, size_t most, size_t *n)
{
    struct frame         usual = k->frame;
    struct trial         t;
    struct trial_options o = { 0 };

    if (how != NO_MASK) {
        k->frame.n_in = 3;
        k->frame.in[2] = k->frame.in[0];
    }
    int rc = trial_open(k, &t, &o);
    if (rc == 0) {
        set_mask(&t, how);
        rc = trial_run_quiet(&t);
        *n = figures(&t, v, most);
    }
    trial_close(&t);
    k->frame = usual;
    return rc;
}

static bool same_figures(const double *a, const double *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!check_near(a[i], b[i], 1e-5))
            return false;
    return true;
}

void check_mask(struct check *k)
{
    enum { MOST = 64 };
    double plain[MOST], ones[MOST], holes[MOST], filled[MOST];
    size_t n[4] = { 0 };

    check_at(k, "a run with a mask");
    if (run_masked(k, NO_MASK, plain, MOST, &n[0]) < 0 ||
        run_masked(k, ONES, ones, MOST, &n[1]) < 0 ||
        run_masked(k, HOLES, holes, MOST, &n[2]) < 0 ||
        run_masked(k, HOLES_FILLED, filled, MOST, &n[3]) < 0)
        return; /* a mask that does not fit this frame may be refused */
    if (n[0] != n[1] || !same_figures(plain, ones, n[0]))
        check_fail(k, "a mask of ones gives another figure than no mask");
    else if (n[2] != n[3] || !same_figures(holes, filled, n[2]))
        check_fail(k, "elements where the mask is 0 change the figure");
}

/* ---- optimizer ---- */

/* Three updates of a weight, and of its two slices. */
static void update_slices(struct check *k, struct trial *whole, struct trial *upper,
                          struct trial *lower, int64_t cut)
{
    struct instance *w = &whole->probe.inst, *u = &upper->probe.inst,
                    *l = &lower->probe.inst;
    size_t rest = (size_t)(whole->k->frame.rows - cut), first = (size_t)cut;

    check_copy_rows(&u->weight[0], 0, &w->weight[0], 0, first);
    check_copy_rows(&l->weight[0], 0, &w->weight[0], first, rest);
    for (uint64_t step = 0; step < 3; step++) {
        probe_random(&w->dweight[0], -1, 1, 40 + step);
        check_copy_rows(&u->dweight[0], 0, &w->dweight[0], 0, first);
        check_copy_rows(&l->dweight[0], 0, &w->dweight[0], first, rest);
        w->ctx.step = u->ctx.step = l->ctx.step = step;
        if (probe_call(&whole->probe, PROBE_FORWARD) < 0 ||
            probe_call(&upper->probe, PROBE_FORWARD) < 0 ||
            probe_call(&lower->probe, PROBE_FORWARD) < 0) {
            check_fail(k, "in slices: %s", trial_reason(upper));
            return;
        }
    }
    size_t n = nnp_count(&u->weight[0]) * sizeof(float);
    if (memcmp(u->weight[0].data, w->weight[0].data, n) != 0 ||
        memcmp(l->weight[0].data, (char *)w->weight[0].data + n,
               nnp_count(&l->weight[0]) * sizeof(float)) != 0)
        check_fail(k, "promises ELEMENTWISE, but two slices of a weight come out other "
                      "than the whole");
}

static void check_slices(struct check *k)
{
    int64_t              rows = k->frame.rows, cut = rows > 2 ? rows / 3 : 1;
    struct trial         whole, upper, lower;
    struct trial_options all = { 0 }, some = { .rows = cut },
                         rest = { .rows = rows - cut };

    if (rows < 2)
        return;

    check_at(k, "updates in slices");
    int ready = trial_open(k, &whole, &all) == 0;
    ready &= trial_open(k, &upper, &some) == 0;
    ready &= trial_open(k, &lower, &rest) == 0;
    if (ready)
        update_slices(k, &whole, &upper, &lower, cut);
    trial_close(&lower);
    trial_close(&upper);
    trial_close(&whole);
}

enum { MOST_WEIGHTS = 256 };

/* The first update at a rate, as a difference of the first weight; param, if not NULL, is
 * set to 0.1. */
static bool update_at(struct check *k, double rate, const char *param, double *step)
{
    struct trial         t;
    struct trial_options o = { .param = param, .text = "0.1" };
    bool                 ran = false;

    if (trial_open(k, &t, &o) == 0) {
        const nnp_tensor *w = &t.probe.inst.weight[0];
        size_t            n = nnp_count(w) < MOST_WEIGHTS ? nnp_count(w) : MOST_WEIGHTS;

        t.probe.inst.ctx.lr = rate;
        for (size_t i = 0; i < n; i++)
            step[i] = -nnp_number(w, i);
        ran = probe_call(&t.probe, PROBE_FORWARD) >= 0;
        for (size_t i = 0; i < n; i++)
            step[i] += nnp_number(w, i);
    }
    trial_close(&t);
    return ran;
}

static bool has_param(const struct check *k, const char *name)
{
    for (uint32_t i = 0; i < k->c->type->desc->n_params; i++)
        if (strcmp(k->c->type->desc->params[i].name, name) == 0)
            return true;
    return false;
}

/* An element that moves, and not much further at twice the rate; MOST_WEIGHTS: none. */
static size_t find_fixed(const double *once, const double *twice)
{
    size_t i = 0;

    while (i < MOST_WEIGHTS && fabs(twice[i]) >= 1.5 * fabs(once[i]) - 1e-6)
        i++;
    return i;
}

/* What a parameter adds to an update (decay, mostly) has to follow the rate as well. */
static void check_rate_of(struct check *k, const char *param, const double *once,
                          const double *twice)
{
    double a[MOST_WEIGHTS] = { 0 }, b[MOST_WEIGHTS] = { 0 };

    check_at(k, "an update with %s: 0.1 at twice the rate", param);
    if (!update_at(k, 0.01, param, a) || !update_at(k, 0.02, param, b))
        return; /* it may have another range */
    for (size_t i = 0; i < MOST_WEIGHTS; i++) {
        a[i] -= once[i];
        b[i] -= twice[i];
    }
    size_t i = find_fixed(a, b);
    if (i < MOST_WEIGHTS)
        check_fail(
            k,
            "`%s` moves element %zu of the weight by %.6g at a rate of 0.01, and by "
            "%.6g at 0.02: its part does not follow c->lr",
            param, i, a[i], b[i]);
}

/* Groups of weights and schedules set c->lr; what self has is what the file says. */
static void check_rate(struct check *k)
{
    const nnp_component *d = k->c->type->desc;
    double once[MOST_WEIGHTS] = { 0 }, twice[MOST_WEIGHTS] = { 0 }, change = 0;

    check_at(k, "an update at twice the rate");
    if (!update_at(k, 0.01, NULL, once) || !update_at(k, 0.02, NULL, twice))
        return;
    for (size_t i = 0; i < MOST_WEIGHTS; i++)
        change = fmax(change, fabs(twice[i] - once[i]));
    size_t part = find_fixed(once, twice);
    if (change <= 1e-7)
        check_fail(k, "an update at twice the rate is the same: the rate is c->lr, which "
                      "groups and schedules set, not what self has");
    else if (part < MOST_WEIGHTS)
        check_fail(
            k,
            "the first update moves element %zu of the weight by %.6g at a rate of "
            "0.01, and by %.6g at 0.02: a part of it does not follow c->lr",
            part, once[part], twice[part]);
    for (uint32_t i = 0; i < d->n_params && !k->findings; i++)
        if ((d->params[i].type & 255) == NNP_REAL && strcmp(d->params[i].name, "lr") != 0)
            check_rate_of(k, d->params[i].name, once, twice);
}

void check_optimizer(struct check *k)
{
    struct trial         t;
    struct trial_options o = { 0 };

    check_at(k, "an update");
    if (trial_open(k, &t, &o) == 0) {
        struct remains before = remains_take(k, &t);
        int            rc = probe_call(&t.probe, PROBE_FORWARD);
        struct remains after = remains_take(k, &t);
        bool           gradient = check_promises(k, NNP_PREPARES);
        if (rc >= 0 && !gradient && !remains_differ(k, &before, &after, "state"))
            check_fail(k, "an update leaves the weight as it was");
    }
    trial_close(&t);
    if (!k->findings && has_param(k, "lr"))
        check_rate(k);
    if (!k->findings && check_promises(k, NNP_ELEMENTWISE))
        check_slices(k);
}
