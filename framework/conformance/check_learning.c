/* SPDX-License-Identifier: MIT */
/* Check 13 of metrics, estimators and transforms: what is absorbed in pieces, in one
 * instance or in several, and what comes of it. */
#include <config.h>
#include "conformance/check_kind.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <nnpipe/data.h>

/* ---- in pieces ---- */

static bool fit_halves(struct trial *half, const struct trial *whole)
{
    size_t rows = (size_t)check_half(half->k);

    check_take_rows(half, 0, whole, 0, rows);
    if (probe_call(&half->probe, PROBE_FIT) < 0)
        return false;
    check_take_rows(half, 0, whole, rows, rows);
    return probe_call(&half->probe, PROBE_FIT) >= 0 &&
           (!trial_has(half, PROBE_FINISH) ||
            probe_call(&half->probe, PROBE_FINISH) >= 0);
}

static void compare_facts(struct check *k, const struct trial *a, const struct trial *b,
                          const char *how)
{
    for (size_t i = 0; i < a->probe.n_facts; i++) {
        const struct fact *f = &a->probe.facts[i];
        double             v = (double)NAN;
        probe_fact(&b->probe, f->key, &v);
        if (!check_near(v, f->value, 1e-5))
            check_fail(k, "`%s` is %.9g for the whole and %.9g %s", f->key, f->value, v,
                       how);
    }
}

/* ---- in two instances ---- */

/* As processes do that share the rows: what adds up over rows is added. */
static void add_sums(struct trial *to, struct trial *from)
{
    uint32_t    n;
    nnp_tensor *a = probe_tensors(&to->probe, PROBE_STATE, &n),
               *b = probe_tensors(&from->probe, PROBE_STATE, &n);

    for (uint32_t i = 0; i < n; i++)
        if (instance_decl(&to->probe.inst, NNP_STATE, i)->flags & NNP_SUM)
            for (size_t e = 0; e < nnp_count(&a[i]); e++)
                probe_store(&a[i], e, nnp_number(&a[i], e) + nnp_number(&b[i], e));
}

/* Half of the rows each. */
static bool fit_apart(struct trial *one, struct trial *other, const struct trial *whole)
{
    size_t rows = (size_t)check_half(one->k);

    check_take_rows(one, 0, whole, 0, rows);
    check_take_rows(other, 0, whole, rows, rows);
    if (probe_call(&one->probe, PROBE_FIT) < 0 ||
        probe_call(&other->probe, PROBE_FIT) < 0)
        return false;
    add_sums(one, other);
    return true;
}

static void compare_sums(struct check *k, struct trial *whole, struct trial *added)
{
    uint32_t    n;
    nnp_tensor *a = probe_tensors(&whole->probe, PROBE_STATE, &n);
    nnp_tensor *b = probe_tensors(&added->probe, PROBE_STATE, &n);

    for (uint32_t i = 0; i < n && !k->findings; i++)
        for (size_t e = 0; e < nnp_count(&a[i]) && !k->findings; e++)
            if (instance_decl(&whole->probe.inst, NNP_STATE, i)->flags & NNP_SUM &&
                !check_near(nnp_number(&b[i], e), nnp_number(&a[i], e), 1e-4))
                check_fail(k,
                           "%s says NNP_SUM, but element %zu is %.9g for the whole, and "
                           "%.9g when those of two halves are added",
                           probe_name(&whole->probe, PROBE_STATE, i), e,
                           nnp_number(&a[i], e), nnp_number(&b[i], e));
}

/* What a pass adds up is compared, and what comes of it where that is a figure. */
static void check_sums(struct check *k)
{
    int64_t              rows = check_half(k);
    struct trial         whole, one, other;
    struct trial_options all = { .rows = 2 * rows }, some = { .rows = rows };

    if (!rows)
        return;
    check_at(k, "two halves whose states are added");
    int ready = trial_open(k, &whole, &all) == 0;
    ready &= trial_open(k, &one, &some) == 0;
    ready &= trial_open(k, &other, &some) == 0;
    ready = ready && probe_call(&whole.probe, PROBE_FIT) >= 0;
    if (ready && fit_apart(&one, &other, &whole)) {
        compare_sums(k, &whole, &one);
        if (check_is(k, "metric") && probe_call(&whole.probe, PROBE_FINISH) >= 0 &&
            probe_call(&one.probe, PROBE_FINISH) >= 0)
            compare_facts(k, &whole, &one, "when the states of two halves are added");
    }
    trial_close(&other);
    trial_close(&one);
    trial_close(&whole);
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
    int64_t              rows = check_half(k);
    struct trial_options all = { .rows = 2 * rows }, some = { .rows = rows };

    if (!rows)
        return;
    check_at(k, "fit in two halves");
    int ready = trial_open(k, &whole, &all) == 0;
    ready &= trial_open(k, &half, &some) == 0;
    if (ready && trial_fit(&whole) >= 0 && fit_halves(&half, &whole)) {
        compare_facts(k, &whole, &half, "absorbed in two halves");
        if (check_is(k, "transform"))
            compare_states(k, &whole, &half);
    }
    trial_close(&half);
    trial_close(&whole);
}

/* ---- metric ---- */

static bool is_detail(const char *key, const char *name)
{
    size_t n = strlen(name);

    return strncmp(key, name, n) == 0 && key[n] == '.' && key[n + 1];
}

/* What it reports, by the names that its item goes by in the host. */
static void check_figures(struct check *k, const struct trial *t)
{
    const char *name = k->c->type->name;
    double      v;

    if (!probe_fact(&t->probe, name, &v))
        check_fail(k, "finish does not report `%s`, the main figure", name);
    for (size_t i = 0; i < t->probe.n_facts; i++) {
        const char *key = t->probe.facts[i].key;
        if (strcmp(key, name) != 0 && !is_detail(key, name))
            check_fail(k,
                       "finish reports `%s`: the main figure is called `%s`, a detail "
                       "`%s.NAME`",
                       key, name, name);
        else if (strcmp(key, name) != 0 && !check_promises(k, NNP_DETAILS))
            check_fail(k, "finish reports `%s`, but no DETAILS are promised", key);
    }
}

static void check_metric(struct check *k)
{
    struct trial         t;
    struct trial_options o = { 0 };

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
    if (trial_open(k, &t, &o) == 0 && trial_fit(&t) >= 0)
        check_figures(k, &t);
    trial_close(&t);
    if (!k->findings && !check_promises(k, NNP_ALL_ROWS))
        check_halves(k);
    if (!k->findings && !check_promises(k, NNP_ALL_ROWS))
        check_sums(k);
}

/* ---- estimator ---- */

/* What the first pass adds up does not depend on how the rows come. */
static void check_first_pass(struct check *k)
{
    int64_t              rows = check_half(k);
    struct trial         whole, half;
    struct trial_options all = { .rows = 2 * rows }, some = { .rows = rows };

    if (!rows)
        return;
    check_at(k, "fit in two halves");
    int ready = trial_open(k, &whole, &all) == 0;
    ready &= trial_open(k, &half, &some) == 0;
    ready = ready && probe_call(&whole.probe, PROBE_FIT) >= 0;
    for (int64_t at = 0; ready && at < 2 * rows; at += rows) {
        check_take_rows(&half, 0, &whole, (size_t)at, (size_t)rows);
        ready = probe_call(&half.probe, PROBE_FIT) >= 0;
    }
    if (ready)
        compare_states(k, &whole, &half);
    trial_close(&half);
    trial_close(&whole);
}

static void check_estimator(struct check *k)
{
    if (!check_promises(k, NNP_ALL_ROWS)) {
        check_first_pass(k);
        if (!k->findings)
            check_sums(k);
    }
}

void check_learning(struct check *k)
{
    if (check_is(k, "metric"))
        check_metric(k);
    else if (check_is(k, "estimator"))
        check_estimator(k);
    else if (k->c->type->desc->fit) {
        check_halves(k);
        if (!k->findings)
            check_sums(k);
    }
}
