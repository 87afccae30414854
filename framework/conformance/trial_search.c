/* SPDX-License-Identifier: MIT */
/* A search for samplers, pruners and reports to look at: three settings, twelve trials of
 * up to nine epochs, and for a pruner one more that has three. */
#include <config.h>
#include "conformance/trial.h"

#include <math.h>
#include <string.h>

#include <nnpipe/search.h>
#include "call/services.h"

enum { DIMS = 3, EPOCHS = 9, OWN_EPOCHS = 3 };

static const nnp_dim space[DIMS] = {
    { sizeof(nnp_dim), NNP_DIM_REAL, 1, 5, 1e-4, 1e-1, 0, "lr" },
    { sizeof(nnp_dim), NNP_DIM_INT, 0, 0, 1, 4, 1, "depth" },
    { sizeof(nnp_dim), NNP_DIM_CHOICE, 0, 3, 0, 2, 1, "bend" },
};

static const double points[TRIAL_SEARCHED][DIMS] = {
    { 1e-3, 2, 0 }, { 3e-2, 1, 1 },   { 2e-4, 3, 0 }, { 5e-3, 4, 2 },
    { 1e-2, 2, 1 }, { 8e-4, 1, 2 },   { 3e-3, 3, 0 }, { 6e-2, 4, 1 },
    { 4e-3, 2, 0 }, { 1.5e-3, 3, 1 }, { 7e-3, 3, 0 }, { 2e-2, 2, 2 },
};
static const double values[TRIAL_SEARCHED] = { .050, .120, .090, .070, .045, .110,
                                               .031, .300, .034, .048, .040, .095 };

static struct trial *trial_of(nnp_ctx *c)
{
    struct probe *p = services_of(c)->services->arg;

    return (struct trial *)((char *)p - offsetof(struct trial, probe));
}

static int64_t finished(nnp_ctx *c)
{
    return trial_of(c)->search.past == TRIAL_PAST_NONE ? 0 : TRIAL_SEARCHED;
}

static uint32_t count_dims(nnp_ctx *c)
{
    (void)c;
    return DIMS;
}

static const nnp_dim *nth_dim(nnp_ctx *c, uint32_t i)
{
    (void)c;
    return i < DIMS ? &space[i] : NULL;
}

static int64_t count_trials(nnp_ctx *c)
{
    return finished(c) + check_is(trial_of(c)->k, "pruner");
}

static const nnp_trial *nth_trial(nnp_ctx *c, int64_t i)
{
    struct trial *t = trial_of(c);
    bool          failed = t->search.past == TRIAL_PAST_FAILED, own = i == finished(c);

    if (i < 0 || i >= count_trials(c))
        return NULL;
    nnp_trial *v = &t->search.v[i];
    *v = (nnp_trial){ .size = sizeof *v, .number = i, .x = points[own ? 0 : i] };
    v->state = own ? NNP_TRIAL_RUNNING : failed ? NNP_TRIAL_FAILED : NNP_TRIAL_DONE;
    if (!own && !failed && i % 4 == 3)
        v->state = NNP_TRIAL_STOPPED;
    v->epochs = own || v->state == NNP_TRIAL_STOPPED ? OWN_EPOCHS : failed ? 0 : EPOCHS;
    v->value = failed || own ? (double)INFINITY : values[i];
    return v;
}

static double best_at(nnp_ctx *c, int64_t i, int64_t epoch)
{
    const nnp_trial *t = nth_trial(c, i);

    if (!t || epoch < 1 || epoch > t->epochs)
        return (double)NAN;
    return (i < TRIAL_SEARCHED ? values[i] : 0.06) + 0.1 / (double)epoch;
}

static int is_known(nnp_ctx *c, const double *x)
{
    for (int64_t i = 0; i < finished(c); i++)
        if (!(x[0] < points[i][0] || x[0] > points[i][0] || x[1] < points[i][1] ||
              x[1] > points[i][1] || x[2] < points[i][2] || x[2] > points[i][2]))
            return 1;
    return 0;
}

static int settle(nnp_ctx *c, double *x)
{
    (void)c;
    for (int i = 0; i < DIMS; i++) {
        if (!isfinite(x[i]))
            return 0;
        x[i] = nnp_dim_snap(&space[i], x[i]);
    }
    return 1;
}

static int64_t epochs(nnp_ctx *c)
{
    (void)c;
    return EPOCHS;
}

static const char *text(nnp_ctx *c, uint32_t i, double x)
{
    return arena_printf(&trial_of(c)->arena, "%g of %s", x, space[i % DIMS].name);
}

static int sign(nnp_ctx *c)
{
    (void)c;
    return 1;
}

static const char *goal(nnp_ctx *c)
{
    (void)c;
    return "val.loss";
}

static const nnp_search search = {
    .size = sizeof search,
    .dims = count_dims,
    .dim = nth_dim,
    .trials = count_trials,
    .trial = nth_trial,
    .at = best_at,
    .known = is_known,
    .settle = settle,
    .epochs = epochs,
    .text = text,
    .sign = sign,
    .goal = goal,
};

void trial_give_search(struct trial *t)
{
    probe_answer(&t->probe, "nnp.search/1", &search);
    t->probe.inst.ctx.step = (uint64_t)TRIAL_SEARCHED;
    t->probe.inst.ctx.epoch = check_is(t->k, "pruner") ? OWN_EPOCHS : 0;
}

/* ---- what holds of samplers and pruners ---- */

static void check_point(struct check *k, struct trial *t)
{
    const nnp_tensor *out = t->probe.inst.out;

    if (t->probe.inst.ctx.n_out != 1 || nnp_type(out) != NNP_F64 ||
        nnp_count(out) != DIMS) {
        check_fail(k, "setup declares no OUT of f64 with a number for each dimension");
        return;
    }
    for (int i = 0; i < DIMS; i++) {
        double v = ((const double *)out->data)[i];
        if (!(v >= space[i].low && v <= space[i].high))
            check_fail(k, "%s is %g, outside [%g,%g]", space[i].name, v, space[i].low,
                       space[i].high);
    }
}

void trial_check_search(struct check *k)
{
    static const char *const words[] = { "a history of 12 trials", "no trial before",
                                         "a history of failures" };
    struct trial_options     o = { 0 };

    for (int past = 0; past < 3 && !k->findings; past++) {
        struct trial t;
        int          rc = -1;
        check_at(k, "forward with %s", words[past]);
        if (trial_open(k, &t, &o) == 0) {
            t.search.past = past;
            t.probe.inst.ctx.step = past == TRIAL_PAST_NONE ? 0 : TRIAL_SEARCHED;
            if (instance_count(&t.probe.inst, NNP_STATE))
                check_fail(k, "declares a STATE: a search knows no more than its trials");
            rc = probe_call(&t.probe, PROBE_FORWARD);
            if (rc < 0)
                check_fail(k, "%s", trial_reason(&t));
        }
        if (rc == NNP_OK && check_is(k, "sampler"))
            check_point(k, &t);
        trial_close(&t);
    }
}
