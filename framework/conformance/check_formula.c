/* SPDX-License-Identifier: MIT */
/* Check 13: what a component says in nnp.formula/1 can be read, and where it speaks of
 * single numbers, or of sums of products, it comes to what the slots have computed. */
#include <config.h>
#include "conformance/check_kind.h"

#include <math.h>
#include <string.h>

#include "base/formula_scope.h"

struct saying {
    nnp_formula            f;
    const struct formula **forward, **backward, **update;
    struct formula_scope   scope;
    struct trial          *t;
};

static bool near(double a, double b)
{
    return fabs(a - b) <= 1e-5 + 2e-4 * fmax(fabs(a), fabs(b));
}

/* Names that are parameters; the rate is the frame's. */
static bool find_param(void *arg, const char *name, double *value)
{
    const struct saying *s = arg;

    if (strcmp(name, "lr") == 0) {
        *value = s->t->probe.inst.ctx.lr;
        return true;
    }
    if (s->f.decay && strcmp(name, s->f.decay) == 0 &&
        !(s->t->probe.inst.ctx.flags & NNP_DECAY)) {
        *value = 0;
        return true;
    }
    return component_number(s->t->k->c->type, s->t->self, name, value);
}

static const struct formula **read(struct saying *s, const char *what, const char *text)
{
    const struct formula **all;
    struct check          *k = s->t->k;
    struct diag            d;

    if (!text)
        return NULL;
    diag_init(&d, &k->arena);
    all = formula_parse(&k->arena, text, what, &d);
    if (!all)
        check_fail(k, "nnp.formula/1: %s", d.entries[0].text);
    return all;
}

static bool read_all(struct saying *s)
{
    s->forward = read(s, "forward", s->f.forward);
    s->backward = read(s, "backward", s->f.backward);
    s->update = read(s, "update", s->f.update);
    read(s, "weight", s->f.weight);
    return !s->t->k->findings;
}

/* The value of `name` after the statements, with these numbers known. */
static bool value_of(struct saying *s, const struct formula **statements,
                     const char *name, double *value)
{
    struct formula_scope scope = s->scope;

    return statements && formula_scope_run(&scope, statements) &&
           formula_scope_find(&scope, name, value);
}

static bool differs(struct saying *s, const char *which, size_t i, double says,
                    double has)
{
    if (near(says, has) || !isfinite(says) || !isfinite(has))
        return false;
    check_fail(s->t->k,
               "nnp.formula/1: %s comes to %.6g at element %zu, and the slot to %.6g",
               which, says, i, has);
    return true;
}

/* ---- layers ---- */

static void check_points_of_layer(struct saying *s)
{
    const struct instance *i = &s->t->probe.inst;
    const nnp_tensor      *x = &i->in[0], *y = &i->out[0], *dx = &i->din[0];
    double                 v;

    for (size_t e = 0; x->data && nnp_count(x) == nnp_count(y) && e < nnp_count(x); e++) {
        formula_scope_set(&s->scope, "x", nnp_number(x, e));
        if (value_of(s, s->forward, "y", &v) &&
            differs(s, "forward", e, v, nnp_number(y, e)))
            return;
        formula_scope_set(&s->scope, "y", nnp_number(y, e));
        if (dx->data && value_of(s, s->backward, "y'", &v) &&
            differs(s, "backward", e, v * nnp_number(&i->dout[0], e), nnp_number(dx, e)))
            return;
    }
}

struct adding {
    const struct instance *i;
    double                 sum;
};

static double factor(const struct instance *i, nnp_factor f)
{
    if (f.of == NNP_OF_NOTHING)
        return 1;
    return nnp_number(f.of == NNP_OF_IN ? &i->in[f.tensor] : &i->weight[f.tensor],
                      (size_t)f.element);
}

/* A term must name numbers that there are: what is read elsewhere is a crash. */
static bool is_there(const struct instance *i, nnp_factor f)
{
    const nnp_tensor *t = f.of == NNP_OF_IN ? i->in : i->weight;
    uint32_t          n = f.of == NNP_OF_IN ? i->ctx.n_in : i->ctx.n_weight;

    return f.of == NNP_OF_NOTHING ||
           (f.of <= NNP_OF_WEIGHT && f.tensor < n && f.element >= 0 &&
            (size_t)f.element < nnp_count(&t[f.tensor]));
}

static int add_term(void *arg, double times, nnp_factor a, nnp_factor b)
{
    struct adding *sum = arg;

    if (!is_there(sum->i, a) || !is_there(sum->i, b))
        return NNP_EBUG;
    sum->sum += times * factor(sum->i, a) * factor(sum->i, b);
    return NNP_OK;
}

static void check_terms(struct saying *s)
{
    struct instance *i = &s->t->probe.inst;

    for (size_t e = 0; s->f.terms && e < nnp_count(&i->out[0]); e++) {
        struct adding   sum = { i, 0 };
        const nnp_terms t = { sizeof t, 0, &sum, add_term };

        if (s->f.terms(&i->ctx, s->t->self, (int64_t)e, &t) < 0) {
            check_fail(s->t->k,
                       "nnp.formula/1: a term of element %zu is of a tensor or an "
                       "element that there is not",
                       e);
            return;
        }
        if (differs(s, "the sum of terms", e, sum.sum, nnp_number(&i->out[0], e)))
            return;
    }
}

/* ---- losses ---- */

static void check_row(struct saying *s, size_t row)
{
    const struct instance *i = &s->t->probe.inst;
    size_t                 n = nnp_row(&i->in[0]);
    double                 v, sum = 0, dout = nnp_number(&i->dout[0], row);

    for (size_t e = row * n; e < (row + 1) * n; e++) {
        formula_scope_set(&s->scope, "x", nnp_number(&i->in[0], e));
        formula_scope_set(&s->scope, "t", nnp_number(&i->in[1], e));
        if (!value_of(s, s->forward, "L", &v))
            return;
        sum += v;
        if (i->din[0].data && value_of(s, s->backward, "L'", &v) &&
            differs(s, "backward", e, v * dout / (double)n, nnp_number(&i->din[0], e)))
            return;
    }
    differs(s, "forward", row, sum / (double)n, nnp_number(&i->out[0], row));
}

static void check_loss_points(struct saying *s)
{
    const struct instance *i = &s->t->probe.inst;

    if (i->ctx.n_in == 2 && nnp_count(&i->in[0]) == nnp_count(&i->in[1]))
        for (size_t r = 0; r < nnp_count(&i->out[0]) && !s->t->k->findings; r++)
            check_row(s, r);
}

/* ---- optimizers, regularizers ---- */

/* The k-th word of the letters; NULL: there are fewer. */
static const char *letter(struct check *k, const char *letters, uint32_t at)
{
    for (; letters && *letters; at--) {
        size_t n = strcspn(letters, " ");
        if (!at)
            return arena_strndup(&k->arena, letters, n);
        letters += n + strspn(letters + n, " ");
    }
    return NULL;
}

static void set_states(struct saying *s, const nnp_tensor *of, size_t e)
{
    for (uint32_t k = 0; k < s->t->probe.inst.ctx.n_state; k++) {
        const char *name = letter(s->t->k, s->f.states, k);
        if (name)
            formula_scope_set(&s->scope, name, nnp_number(&of[k], e));
    }
}

/* Of the first update and of the third, whose states are not what they began as. */
static void check_updates(struct saying *s)
{
    struct instance *i = &s->t->probe.inst;

    for (uint64_t step = 0; step < 3 && !s->t->k->findings; step++) {
        size_t n = nnp_count(&i->weight[0]);

        i->ctx.step = step;
        probe_random(&i->dweight[0], -1, 1, 700 + 10 * step);
        double *said = arena_array(&s->t->k->arena, n, sizeof *said);
        bool    can = true;
        for (size_t e = 0; e < n && can; e++) {
            formula_scope_set(&s->scope, "w", nnp_number(&i->weight[0], e));
            formula_scope_set(&s->scope, "g", nnp_number(&i->dweight[0], e));
            formula_scope_set(&s->scope, "t", (double)step + 1);
            set_states(s, i->state, e);
            can = value_of(s, s->update, "w", &said[e]);
        }
        if (probe_call(&s->t->probe, PROBE_FORWARD) < 0)
            return;
        for (size_t e = 0; e < n && can; e++)
            if (differs(s, "update", e, said[e], nnp_number(&i->weight[0], e)))
                return;
    }
}

static void check_penalty(struct saying *s)
{
    struct instance *i = &s->t->probe.inst;
    size_t           n = nnp_count(&i->weight[0]);
    double           share = i->ctx.flags & NNP_ON_STREAM ? 1 / (double)n : 1, sum = 0, v;

    memset(i->dweight[0].data, 0, tensor_bytes(&i->dweight[0]));
    if (!trial_has(s->t, PROBE_FORWARD) || probe_call(&s->t->probe, PROBE_FORWARD) < 0 ||
        !trial_has(s->t, PROBE_BACKWARD) || probe_call(&s->t->probe, PROBE_BACKWARD) < 0)
        return;
    for (size_t e = 0; e < n; e++) {
        formula_scope_set(&s->scope, "w", nnp_number(&i->weight[0], e));
        if (!value_of(s, s->forward, "R", &v))
            return;
        sum += v * share;
        if (value_of(s, s->backward, "R'", &v) &&
            differs(s, "backward", e, v * i->ctx.factor * share,
                    nnp_number(&i->dweight[0], e)))
            return;
    }
    differs(s, "forward", 0, sum, i->ctx.result);
}

static void compare(struct saying *s)
{
    struct check *k = s->t->k;

    if (check_is(k, "regularizer"))
        check_penalty(s);
    else if (check_is(k, "optimizer") && !check_promises(k, NNP_PREPARES))
        check_updates(s);
    else if (check_is(k, "layer loss") && trial_run(s->t) >= 0) {
        if (check_is(k, "loss"))
            check_loss_points(s);
        else
            check_points_of_layer(s), check_terms(s);
    }
}

void check_formula(struct check *k)
{
    struct trial         t;
    struct trial_options o = { 0 };
    struct saying        s = { .t = &t };

    check_at(k, "the formulas of nnp.formula/1");
    if (trial_open(k, &t, &o) == 0 &&
        component_formula(k->c->type, &t.probe.inst.ctx, t.self, &s.f)) {
        s.scope.outer = find_param;
        s.scope.arg = &s;
        if (read_all(&s))
            compare(&s);
    }
    trial_close(&t);
}
