/* SPDX-License-Identifier: MIT */
/* Check 13: values at which a formula breaks down where its function does not. Exact
 * zeros come from relu and padding, ones from masks and sure predictions, large numbers
 * from the first updates: 0 / 0 or inf - inf there makes the whole net NaN. An infinity
 * may be right. */
#include <config.h>
#include "conformance/check_kind.h"

#include <math.h>
#include <string.h>

struct exact {
    double      at;
    double      beside[2]; /* a number at one of these says that the point has one too */
    bool        mixed;     /* +at, -at and 0 in turns */
    const char *text;
};

static const struct exact points[] = {
    { 0, { 1e-3, -1e-3 }, false, "exactly 0" },
    { 1, { 1 - 1e-3, 1 + 1e-3 }, false, "exactly 1" },
    { -1, { -1 + 1e-3, -1 - 1e-3 }, false, "exactly -1" },
    { 30, { 1.5, 2 }, false, "30" },
    { -30, { -1.5, -2 }, false, "-30" },
    { 1e4, { 1.5, 2 }, false, "10000" },
    { -1e4, { -1.5, -2 }, false, "-10000" },
    { 1e4, { 1.5, 2 }, true, "10000, -10000 and 0" },
};

/* What the second input of a loss or a metric is meanwhile; NAN: as the frame has it. */
static const double targets[] = { (double)NAN, 0, 1 };

enum where { AT_INPUT, AT_TARGET, AT_WEIGHTS };

static bool is_open_value(enum values v)
{
    return v == VALUES_SPREAD || v == VALUES_PART;
}

static void set_all(const nnp_tensor *t, double v, bool mixed)
{
    static const double signs[] = { 1, -1, 0 };

    for (size_t i = 0, n = t->data ? nnp_count(t) : 0; i < n; i++)
        probe_store(t, i, mixed ? signs[i % 3] * v : v);
}

/* What is looked at: the first input, the weight of a regularizer, the gradient that an
 * optimizer is given. */
static bool place(struct trial *t, enum where where, double v, bool mixed)
{
    const struct frame *f = &t->k->frame;
    uint32_t            n = 0;
    enum probe_set      set = check_is(t->k, "optimizer") ? PROBE_DWEIGHT : PROBE_WEIGHT;
    nnp_tensor         *w = probe_tensors(&t->probe, set, &n);

    if (f->n_in && where == AT_INPUT) {
        if (is_open_value(f->in[0].values))
            set_all(&t->probe.inst.in[0], v, mixed);
        return is_open_value(f->in[0].values);
    }
    if (where == AT_TARGET)
        return set_all(&t->probe.inst.in[1], v, mixed), true;
    for (uint32_t i = 0; i < n; i++)
        set_all(&w[i], v, mixed);
    return n > 0;
}

/* After the fit, which learns from usual rows. A metric absorbs these rows alone. */
static int go(struct trial *t)
{
    if (check_is(t->k, "metric"))
        return trial_fit(t);
    if (check_is(t->k, "optimizer"))
        return probe_call(&t->probe, PROBE_FORWARD);
    int rc = trial_has(t, PROBE_FORWARD) ? probe_call(&t->probe, PROBE_FORWARD) : 0;
    return rc < 0 || !trial_has(t, PROBE_BACKWARD)
               ? rc
               : probe_call(&t->probe, PROBE_BACKWARD);
}

static bool run_at(struct check *k, enum where where, double v, bool mixed, double target,
                   struct remains *r)
{
    struct trial         t;
    struct trial_options o = { 0 };
    int                  rc = trial_open(k, &t, &o);

    if (rc == 0 && !check_is(k, "metric"))
        rc = trial_fit(&t);
    if (rc >= 0 && !isnan(target))
        set_all(&t.probe.inst.in[1], target, false);
    rc = rc < 0 || !place(&t, where, v, mixed) ? -1 : go(&t);
    if (rc >= 0)
        *r = remains_take(k, &t);
    trial_close(&t);
    return rc >= 0;
}

static bool is_nan(const struct remains *r, size_t tensor, size_t e)
{
    const struct left *v = &r->v[tensor];

    if (v->dtype == NNP_F32)
        return isnan(((const float *)v->bytes)[e]);
    return v->dtype == NNP_F64 && isnan(((const double *)v->bytes)[e]);
}

/* NaN here, and a number at the same place of the other? */
static bool is_gap(const struct remains *here, const struct remains *other, size_t tensor,
                   size_t e)
{
    return tensor < other->n && here->v[tensor].n == other->v[tensor].n &&
           is_nan(here, tensor, e) && !is_nan(other, tensor, e);
}

static const char *place_name(const struct check *k, enum where where)
{
    if (check_is(k, "optimizer"))
        return "the gradient";
    if (where == AT_TARGET)
        return "the target";
    return where == AT_WEIGHTS || !k->frame.n_in ? "the weight" : "the input";
}

static bool complain(struct check *k, const struct exact *p, enum where where,
                     const struct remains *here, const struct remains *beside, double at)
{
    for (size_t i = 0; i < here->n; i++)
        for (size_t e = 0; e < here->v[i].n; e++)
            if (is_gap(here, beside, i, e)) {
                check_fail(k,
                           "%s, element %zu, is NaN where %s is %s, and a number at %g",
                           here->v[i].name, e, place_name(k, where), p->text, at);
                return true;
            }
    return false;
}

static bool check_point(struct check *k, const struct exact *p, enum where where,
                        double target)
{
    struct remains here, beside;

    check_at(k, "a run where all values are %s", p->text);
    if (!run_at(k, where, p->at, p->mixed, target, &here))
        return false; /* it may refuse values that it cannot do anything with */
    for (int i = 0; i < 2; i++)
        if (run_at(k, where, p->beside[i], p->mixed, target, &beside) &&
            complain(k, p, where, &here, &beside, p->beside[i]))
            return true;
    return false;
}

void check_points(struct check *k)
{
    const struct frame *f = &k->frame;
    bool                pair =
        f->n_in > 1 && check_is(k, "loss metric") && is_open_value(f->in[1].values);

    for (size_t t = 0; t < (pair ? 3 : 1); t++)
        for (size_t i = 0; i < sizeof points / sizeof *points; i++)
            if (check_point(k, &points[i], AT_INPUT, targets[t]))
                return;
    for (size_t i = 0; i < 2 && pair; i++)
        if (check_point(k, &points[i], AT_TARGET, targets[0]))
            return;
    for (size_t i = 0; i < 3 && check_is(k, "layer"); i++) /* gains begin at 0 or 1 */
        if (check_point(k, &points[i], AT_WEIGHTS, targets[0]))
            return;
}
