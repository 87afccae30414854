/* SPDX-License-Identifier: MIT */
/* Checks 5 to 8: gradients, how they are handed over, and the promises about memory. */
#include <config.h>
#include "conformance/remains.h"

#include <math.h>
#include <string.h>

#include <nnpipe/fast.h>
#include "plugin/range.h"

static bool has_gradient(struct check *k)
{
    const nnp_component *d = k->c->type->desc;

    if (check_is(k, "layer loss transform") && d->backward)
        return true;
    if (check_is(k, "regularizer") && d->backward && d->forward)
        return true;
    check_skip(k, d->backward ? "its backward has no forward to compare with"
                              : "has no backward");
    return false;
}

/* ---- 5: differences ---- */

/* Compared elements; 0 if all was flat, -1 after a finding. */
static int gradient_of(struct check *k, const struct trial_options *o, const char *with)
{
    struct trial          t;
    struct probe_gradient g = { .seed = k->c->seed + o->values, .ends = o->ends };
    int                   rc = trial_open(k, &t, o);

    if (rc < 0 && *with) { /* a choice that does not fit the frame */
        trial_close(&t);
        return 0;
    }
    if (rc == 0)
        rc = trial_fit(&t);
    if (rc >= 0)
        rc = probe_gradient(&t.probe, &g);
    if (rc < 0 && t.probe.inst.code < 0 && *with)
        rc = 0; /* the same */
    else if (rc < 0)
        check_fail(k, "%s%s", with, trial_reason(&t));
    trial_close(&t);
    return rc < 0 ? -1 : g.tensors ? (int)g.compared : 0;
}

/* Another choice may want other values: probabilities where the first took any number. */
static int gradient_of_choice(struct check *k, const char *param, const char *word)
{
    struct trial_options o = { .param = param, .text = word };
    const char          *with = arena_printf(&k->arena, "with %s: %s, ", param, word);
    struct frame         usual = k->frame;

    check_at(k, "differences %s", with);
    int n = gradient_of(k, &o, with);
    if (n == 0 && k->frame.in[0].values == VALUES_SPREAD) {
        k->frame.in[0].values = VALUES_PART;
        n = gradient_of(k, &o, with);
        k->frame = usual;
    }
    return n;
}

/* All words of an ENUM, both values of a BOOL. */
static int gradients_of_choices(struct check *k)
{
    static const char *const both[] = { "true", "false", NULL };
    const nnp_component     *d = k->c->type->desc;
    int                      sum = 0;

    for (uint32_t i = 0; i < d->n_params; i++) {
        const nnp_param *p = &d->params[i];
        struct range     r = { .words = NULL };
        if ((p->type & 255) == NNP_BOOL)
            r.words = both;
        else if ((p->type & 255) != NNP_ENUM || range_parse(&k->arena, p->range, &r))
            continue;
        for (size_t w = 0; r.words && r.words[w]; w++) {
            int n = gradient_of_choice(k, p->name, r.words[w]);
            if (n < 0)
                return -1;
            sum += n;
        }
    }
    return sum;
}

/* The first is what has to work; values and rows of the others may be refused. */
static const struct {
    struct trial_options o;
    const char          *where;
} trials[] = {
    { { .values = 0 }, "" },
    { { .values = 1, .rows = 1, .stretch = 4 }, "in a batch of one row, values to 6" },
    { { .values = 2, .rows = 11, .stretch = 20 }, "in a batch of 11 rows, values to 30" },
    { { .values = 3, .ends = true }, "at exactly 0, 1 and -1" },
};

void check_gradients(struct check *k)
{
    int compared = 0;

    if (!has_gradient(k))
        return;
    if (check_promises(k, NNP_SURROGATE)) {
        check_skip(k, "backward is no derivative, it says: SURROGATE");
        return;
    }
    for (size_t i = 0; i < sizeof trials / sizeof *trials && compared >= 0; i++) {
        check_at(k, "differences %s", trials[i].where);
        const char *where = trials[i].where;
        int         n = gradient_of(k, &trials[i].o,
                            *where ? arena_printf(&k->arena, "%s: ", where) : where);
        compared = n < 0 ? -1 : compared + n;
    }
    if (compared == 0) { /* saturated or clipped? then closer to zero, then wider */
        for (int i = 0; i < 2 && compared == 0; i++) {
            struct trial_options o = { .stretch = i ? 5 : 0.1 };
            compared = gradient_of(k, &o, "");
        }
    }
    int more = compared >= 0 ? gradients_of_choices(k) : -1;
    if (compared >= 0 && more >= 0) {
        if (compared + more == 0)
            check_skip(k,
                       "nothing depends on the values tried: no differences to compare");
        else
            check_note(k, "%d compared", compared + more);
    }
}

/* ---- 6: written and added ---- */

static const float *floats(const struct remains *r, const char *name, size_t *n)
{
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(r->v[i].name, name) == 0) {
            *n = r->v[i].n;
            return r->v[i].bytes;
        }
    *n = 0;
    return NULL;
}

/* A run in which the gradients of the weights start from `start`. */
static bool run_from(struct check *k, double start, float beta, struct remains *r)
{
    struct trial         t;
    struct trial_options o = { 0 };
    uint32_t             n;

    int rc = trial_open(k, &t, &o);
    if (rc == 0) {
        nnp_tensor *dw = probe_tensors(&t.probe, PROBE_DWEIGHT, &n);
        for (uint32_t i = 0; i < n; i++)
            probe_fill(&dw[i], start);
        t.probe.inst.ctx.beta = beta;
        rc = trial_run_quiet(&t);
    }
    if (rc >= 0)
        *r = remains_take(k, &t);
    else if (k->broken && !strstr(trial_reason(&t), "gradient of in"))
        check_skip(k, "a run breaks a contract, see check 3");
    else
        check_fail(k, "%s", trial_reason(&t));
    trial_close(&t);
    return rc >= 0;
}

static void compare_sums(struct check *k, const char *name, const float *zero,
                         const float *three, size_t n)
{
    double most = 0;

    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs((double)zero[i]));
    for (size_t i = 0; i < n; i++) {
        double want = 3 + (double)zero[i];
        if (fabs((double)three[i] - want) <= 1e-5 * (3 + most))
            continue;
        if (fabs((double)three[i] - (double)zero[i]) <= 1e-5 * (1 + most))
            check_fail(k,
                       "backward overwrites the %s: element %zu was 3, its share is "
                       "%.6g, and it is %.6g afterwards; dweight is added to",
                       name, i, (double)zero[i], (double)three[i]);
        else
            check_fail(k,
                       "backward does not add to the %s: element %zu was 3, its share "
                       "is %.6g, and it is %.6g afterwards",
                       name, i, (double)zero[i], (double)three[i]);
        return;
    }
}

/* BETA: gradients that are set are those that were added to zeros. */
static void check_writing(struct check *k, const struct remains *zero)
{
    struct remains set = { 0 };

    check_at(k, "backward that sets gradients of weights (beta 0)");
    if (!run_from(k, 3, 0, &set))
        return;
    for (size_t i = 0; i < zero->n; i++) {
        size_t       n, m;
        const char  *name = zero->v[i].name;
        const float *a = floats(zero, name, &n), *b = floats(&set, name, &m);
        if (strncmp(name, "gradient of weight", 18) != 0 || n != m)
            continue;
        for (size_t e = 0; e < n && !k->findings; e++)
            if (!(a[e] == b[e]))
                check_fail(k,
                           "promises BETA, but element %zu of the %s is %.6g with "
                           "beta 0, %.6g added to 0",
                           e, name, (double)b[e], (double)a[e]);
    }
}

void check_adding(struct check *k)
{
    struct remains zero = { 0 }, three = { 0 };

    if (!k->c->type->desc->backward || !check_is(k, "layer loss transform regularizer")) {
        check_skip(k, "has no backward");
        return;
    }
    check_at(k, "backward with gradients of weights at 0 and at 3");
    /* That din is written shows in every call: the probe fills it with NaN. */
    if (!run_from(k, 0, 1, &zero) || !run_from(k, 3, 1, &three))
        return;
    for (size_t i = 0; i < zero.n; i++) {
        size_t       n, m;
        const char  *name = zero.v[i].name;
        const float *a = floats(&zero, name, &n), *b = floats(&three, name, &m);
        if (strncmp(name, "gradient of weight", 18) == 0 && n == m)
            compare_sums(k, name, a, b, n);
    }
    if (check_promises(k, NNP_BETA) && !k->findings)
        check_writing(k, &zero);
}

/* ---- 7: gradients that nobody wants ---- */

static void without(struct check *k, enum probe_set set, uint32_t i,
                    const struct remains *full)
{
    struct trial         t;
    struct trial_options o = { 0 };
    uint32_t             n;

    int rc = trial_open(k, &t, &o);
    if (rc == 0) {
        nnp_tensor *all = probe_tensors(&t.probe, set, &n);
        const char *name = probe_name(&t.probe, set, i);
        check_at(k, "backward while the %s is not wanted (data NULL)", name);
        all[i].data = NULL;
        rc = trial_run_quiet(&t);
        if (rc < 0)
            check_fail(k, "while the %s is not wanted: %s", name, trial_reason(&t));
    }
    if (rc >= 0) {
        struct remains r = remains_take(k, &t);
        const char    *text = remains_differ(k, full, &r, NULL);
        if (text)
            check_fail(k, "while the %s is not wanted, %s changes",
                       probe_name(&t.probe, set, i), text);
    }
    trial_close(&t);
}

void check_unwanted(struct check *k)
{
    static const enum probe_set sets[] = { PROBE_DIN, PROBE_DWEIGHT };
    struct remains              full = { 0 };
    struct trial_options        o = { 0 };
    struct trial                t;
    uint32_t                    count[2] = { 0 };

    if (!k->c->type->desc->backward || !check_is(k, "layer loss transform")) {
        check_skip(k, "has no gradient that could be unwanted");
        return;
    }
    check_at(k, "a run");
    if (!remains_of(k, &o, &full))
        return;
    if (trial_open(k, &t, &o) == 0)
        for (int s = 0; s < 2; s++)
            probe_tensors(&t.probe, sets[s], &count[s]);
    trial_close(&t);
    if (check_is(k, "loss"))
        count[0] = 1;
    for (int s = 0; s < 2; s++)
        for (uint32_t i = 0; i < count[s]; i++)
            without(k, sets[s], i, &full);
}

/* ---- 8: promises about memory ---- */

enum loss_of { GARBAGE, GONE };

/* Backward with `set` full of NaN, or with data NULL. */
static void without_memory(struct check *k, enum probe_set set, enum loss_of how,
                           const char *promise, const struct remains *full)
{
    struct trial         t;
    struct trial_options o = { 0 };
    uint32_t             n;

    int rc = trial_open(k, &t, &o);
    if (rc == 0)
        rc = trial_fit(&t);
    if (rc >= 0)
        rc = probe_call(&t.probe, PROBE_FORWARD);
    if (rc < 0) {
        trial_close(&t);
        return;
    }
    nnp_tensor *all = probe_tensors(&t.probe, set, &n);
    const char *what = set == PROBE_IN ? "in" : "out";
    check_at(k, "backward while %s %s, as %s allows", what,
             how == GONE ? "is NULL" : "is overwritten", promise);
    for (uint32_t i = 0; i < n; i++) {
        if (how == GONE)
            all[i].data = NULL;
        else if (all[i].data)
            probe_fill(&all[i], probe_is_float(&all[i]) ? (double)NAN : 1);
    }
    rc = probe_call(&t.probe, PROBE_BACKWARD);
    struct remains r = remains_take(k, &t);
    const char    *text = remains_differ(k, full, &r, "out");
    if (rc < 0)
        check_fail(k, "promises %s, but while %s %s, %s", promise, what,
                   how == GONE ? "is NULL" : "is overwritten", trial_reason(&t));
    else if (text)
        check_fail(k, "promises %s, but backward reads %s: when that is overwritten, %s",
                   promise, what, text);
    trial_close(&t);
}

static void in_place(struct check *k, const struct remains *full)
{
    struct trial         t;
    struct trial_options o = { 0 };

    check_at(k, "forward in place (out[0] is in[0])");
    if (trial_open(k, &t, &o) == 0) {
        struct instance *i = &t.probe.inst;
        if (i->ctx.n_out == 0 || i->ctx.n_in == 0 ||
            tensor_bytes(&i->out[0]) != tensor_bytes(&i->in[0])) {
            check_note(k, "INPLACE cannot be used: the sizes differ");
            trial_close(&t);
            return;
        }
        trial_fit(&t);
        i->out[0].data = i->in[0].data;
        int            rc = probe_call(&t.probe, PROBE_FORWARD);
        struct remains r = remains_take(k, &t);
        const char    *text = remains_differ(k, full, &r, "gradient");
        if (rc < 0)
            check_fail(k, "promises INPLACE, but in place, %s", trial_reason(&t));
        else if (text)
            check_fail(k, "promises INPLACE, but in place %s differs", text);
    }
    trial_close(&t);
}

static void in_place_backward(struct check *k, const struct remains *full)
{
    struct trial         t;
    struct trial_options o = { 0 };

    check_at(k, "backward in place (din[0] is dout[0])");
    if (trial_open(k, &t, &o) == 0 && trial_fit(&t) >= 0 &&
        probe_call(&t.probe, PROBE_FORWARD) >= 0) {
        struct instance *i = &t.probe.inst;
        if (i->ctx.n_out && i->ctx.n_in && i->din[0].data &&
            tensor_bytes(&i->dout[0]) == tensor_bytes(&i->din[0])) {
            i->din[0].data = i->dout[0].data;
            int            rc = probe_call(&t.probe, PROBE_BACKWARD);
            struct remains r = remains_take(k, &t);
            const char    *text = remains_differ(k, full, &r, NULL);
            if (rc < 0)
                check_fail(k, "promises INPLACE_BWD, but in place, %s", trial_reason(&t));
            else if (text)
                check_fail(k, "promises INPLACE_BWD, but in place %s differs", text);
        }
    }
    trial_close(&t);
}

static void check_freed(struct check *k, uint32_t flag, enum probe_set set,
                        const char *promise, const struct remains *full)
{
    if (!check_promises(k, flag) || !k->c->type->desc->backward)
        return;
    without_memory(k, set, GARBAGE, promise, full);
    if (!k->findings)
        without_memory(k, set, GONE, promise, full);
}

void check_memory_promises(struct check *k)
{
    uint32_t             any = NNP_FREE_IN | NNP_FREE_OUT | NNP_INPLACE | NNP_INPLACE_BWD;
    struct remains       full = { 0 };
    struct trial_options o = { 0 };

    if (!check_promises(k, any) || !check_is(k, "layer loss transform")) {
        check_skip(k, "makes none");
        return;
    }
    check_at(k, "a run");
    if (!remains_of(k, &o, &full))
        return;
    check_freed(k, NNP_FREE_IN, PROBE_IN, "FREE_IN", &full);
    check_freed(k, NNP_FREE_OUT, PROBE_OUT, "FREE_OUT", &full);
    if (check_promises(k, NNP_INPLACE))
        in_place(k, &full);
    if (check_promises(k, NNP_INPLACE_BWD) && k->c->type->desc->backward)
        in_place_backward(k, &full);
}
