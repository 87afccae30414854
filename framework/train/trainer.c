/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "train/trainer.h"

#include <inttypes.h>

#include "base/clock.h"
#include "language/expr.h"
#include "run/feed.h"
#include "run/health.h"
#include "run/step.h"
#include "run/update.h"
#include "train/checkpoint.h"
#include "train/evaluate.h"
#include "train/fit.h"
#include "train/recover.h"
#include "train/weightfile.h"

/* ---- attempts ---- */

/* Is the attempt at hand to be kept rather than the best of those before it? */
static bool is_nearest(const struct trainer *t)
{
    const struct champion *c = &t->state.champion;

    return !c->attempt || t->outcome.unless_met ||
           goal_is_better(&t->goal, &t->state.standing, &c->standing);
}

/* How it ended is said of the attempt that is kept, but an interruption is of the run. */
static void take_champion(struct trainer *t)
{
    enum ending ending = state_take_champion(&t->state);

    t->outcome.attempt = t->state.champion.attempt;
    if (t->outcome.ending == ENDED_DONE || t->outcome.ending == ENDED_WHEN ||
        t->outcome.ending == ENDED_PATIENCE)
        t->outcome.ending = ending;
}

static int keep(struct trainer *t, const char *file, int64_t epoch, struct diag *d)
{
    return weightfile_keep(t->session, t->folder, file, epoch,
                           goal_tried(&t->goal, t->outcome.attempt), d);
}

/* The error is said already. What is left to do is to save the best weights, if an epoch
 * has gone well: hours of training may be in them. */
static void diverged(struct trainer *t, struct diag *d)
{
    if (diag_exit(d) != DIAG_DIVERGED)
        return;
    t->outcome.ending = ENDED_DIVERGED;
    t->outcome.epochs = t->state.at.done;
    if (!is_nearest(t))
        take_champion(t);
    int64_t best = t->state.standing.best_epoch;
    t->outcome.best_epoch = best;
    if (!best)
        return;
    state_restore_best(&t->state);
    if (!keep(t, "best.nnw", best, d) && t->folder)
        diag_note(d, "kept  the weights of epoch %" PRId64 "%s, %s/best.nnw", best,
                  t->state.at.attempt > 1
                      ? arena_printf(d->arena, " of attempt %" PRId64, t->outcome.attempt)
                      : "",
                  t->folder);
}

static const char *first_error(const struct diag *d)
{
    for (size_t i = 0; i < d->n; i++)
        if (d->entries[i].severity == DIAG_ERROR)
            return d->entries[i].text;
    return "";
}

/* 1: it diverged, and another seed may be tried. What it had reached before does not
 * compete: weights on their way to nowhere are nobody's result while others may come. */
static int train_once(struct trainer *t, struct diag *d)
{
    struct diag own;

    t->outcome.ending = ENDED_DONE;
    t->outcome.attempt = t->state.at.attempt;
    if (t->state.at.finished)
        return 0;
    diag_init(&own, d->arena);
    own.class = d->class;
    int  rc = trainer_epochs(t, &own);
    bool lost = rc && diag_exit(&own) == DIAG_DIVERGED && !t->one_attempt &&
                goal_may_retry(&t->goal, t->state.at.attempt);
    if (lost) {
        report_say(t->report, "attempt %" PRId64 " with seed %" PRIu64 " diverged: %s",
                   t->state.at.attempt, t->session->pace.seed, first_error(&own));
        return 1;
    }
    diag_move(d, &own);
    if (rc)
        diverged(t, d);
    return rc ? -1 : 0;
}

static bool nothing_to_train(const struct session *s)
{
    return !s->memory.weights.n_trained || !s->plans[PLAN_TRAIN] ||
           !s->frames->chain.n_updaters ||
           (s->spec->train.epochs <= 0 && s->spec->train.steps <= 0);
}

/* From the start with another seed. What fits itself does so again. */
static int start_anew(struct trainer *t, uint64_t seed, struct diag *d)
{
    state_forget(&t->state, t->state.at.attempt + 1);
    if (session_reset(t->session, seed, d) ||
        (t->carry && t->carry(t->carry_arg, t->session, d)) ||
        fit_model(t->session, t->interrupted, t->report, d) < 0)
        return -1;
    state_keep_best(&t->state);
    return 0;
}

static bool was_interrupted(const struct trainer *t)
{
    return t->outcome.ending == ENDED_SIGNAL || t->outcome.ending == ENDED_ASKED;
}

/* last.nnw and the figures of the last weights are those of the attempt that is kept.
 * Those figures are measured before the best weights take the place of the last ones. */
static int end_attempt(struct trainer *t, bool is_last, struct diag *d)
{
    if (!is_nearest(t)) {
        if (is_last)
            take_champion(t);
        return 0;
    }
    t->state.lasts.n = 0;
    if ((t->goal.train->keep.last && keep(t, "last.nnw", t->state.at.done, d)) ||
        (t->want_lasts && evaluate_splits(t->session, &t->state.lasts, d)))
        return -1;
    if (!is_last)
        state_crown(&t->state, t->outcome.ending);
    return 0;
}

static bool may_retry(const struct trainer *t)
{
    return !t->outcome.unless_met && !t->one_attempt && !was_interrupted(t) &&
           goal_may_retry(&t->goal, t->state.at.attempt);
}

/* The seed of an attempt follows from the first seed and its number, and the number is in
 * the checkpoint: a resumed run tries the same seeds as one that was never stopped. */
static int run_attempts(struct trainer *t, uint64_t first, struct diag *d)
{
    for (;;) {
        int64_t  n = t->state.at.attempt;
        uint64_t next = first + (uint64_t)n;
        int      rc = train_once(t, d);
        if (rc < 0)
            return -1;
        if (!rc && !t->figures_on_demand)
            t->outcome.unless_met = goal_is_met(&t->goal, &t->state.figures);
        bool again = rc || may_retry(t);
        if (!rc && end_attempt(t, !again, d))
            return -1;
        if (!again)
            return 0;
        if (!rc)
            report_say(
                t->report,
                "attempt %" PRId64 " with seed %" PRIu64 " missed %s; next seed %" PRIu64,
                n, t->session->pace.seed, expr_text(t->goal.train->retry.unless), next);
        if (start_anew(t, next, d))
            return -1;
    }
}

static int resume(struct trainer *t, struct diag *d)
{
    if (nothing_to_train(t->session))
        return diag_error(d, NULL, "--resume: there is nothing to train");
    return checkpoint_read(&t->state, t->resume, t->report, d) ||
                   report_trim(t->report, goal_tried(&t->goal, t->state.at.attempt),
                               t->state.at.epoch, d)
               ? -1
               : 0;
}

/* What fits itself comes before the epochs: they may build on it. The first seed is taken
 * before the checkpoint is read, which sets the pace to the seed of its attempt. */
static int train(struct trainer *t, struct diag *d)
{
    struct session *s = t->session;
    uint64_t        first = s->pace.seed;
    int fitted = t->resume ? resume(t, d) : fit_model(s, t->interrupted, t->report, d);

    if (fitted < 0)
        return -1;
    if ((fitted && trainer_is_interrupted(t)) || nothing_to_train(s))
        return 0;
    if (!t->resume)
        state_keep_best(&t->state);
    if (run_attempts(t, first, d))
        return -1;
    if (t->state.standing.best_epoch)
        state_restore_best(&t->state);
    return 0;
}

/* The outcome is filled in after errors too: whoever writes the summary of a run that
 * diverged reads it. */
int trainer_run(struct trainer *t, struct diag *d)
{
    struct session *s = t->session;

    t->outcome = (struct outcome){ .unless_met = true };
    t->asked = false;
    t->steepest = 0;
    t->saved_at = clock_seconds();
    t->goal = goal_of(&s->spec->train);
    int rc = state_open(&t->state, s, d) || train(t, d) ? -1 : 0;
    t->outcome.epochs = t->state.at.done;
    t->outcome.best_epoch = t->state.standing.best_epoch;
    t->outcome.attempts = t->state.at.attempt;
    t->outcome.seed = s->pace.seed;
    t->outcome.seconds = t->state.at.seconds + clock_seconds() - t->saved_at;
    return rc;
}

int trainer_finish(struct trainer *t, struct diag *d)
{
    if (evaluate_splits(t->session, &t->finals, d))
        return -1;
    fit_facts(t->session, &t->finals);
    return keep(t, "best.nnw", t->outcome.best_epoch, d);
}

void trainer_close(struct trainer *t)
{
    state_close(&t->state);
    figures_close(&t->finals);
}
