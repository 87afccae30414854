/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "train/trainer.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/clock.h"
#include "run/feed.h"
#include "run/health.h"
#include "run/step.h"
#include "run/update.h"
#include "train/checkpoint.h"
#include "train/evaluate.h"
#include "train/recover.h"
#include "train/weightfile.h"

/* ---- one epoch ---- */

struct epoch {
    int64_t        number;
    struct portion done;
    double         begun;
};

/* ---- checkpoints ---- */

/* At most so often, and at most a twentieth of the time goes into them. */
enum { CHECKPOINT_SECONDS = 10, CHECKPOINT_SHARE = 20 };

/* A signal handler of the command line sets *interrupted at any moment. This only looks;
 * trainer_is_interrupted also writes the outcome, once the trainer has come to a place
 * where it can end. */
static bool must_end(const struct trainer *t)
{
    return t->asked || (t->interrupted && *t->interrupted);
}

bool trainer_is_interrupted(struct trainer *t)
{
    if (!must_end(t))
        return false;
    t->outcome.signal = t->interrupted ? *t->interrupted : 0;
    t->outcome.ending = t->outcome.signal ? ENDED_SIGNAL : ENDED_ASKED;
    return true;
}

/* metrics.csv goes to disk before the checkpoint: rows that are told twice can be taken
 * away again when a run is resumed (report_trim), rows that are missing cannot be made
 * again. The seconds are those of the training and not of this process, so each
 * checkpoint adds what has gone by since the one before. */
static int save(struct trainer *t, int64_t epoch, const struct epoch *part,
                struct diag *d)
{
    struct position *at = &t->state.at;
    double           now = clock_seconds();

    if (!t->folder)
        return 0;
    at->epoch = epoch;
    at->part = part ? part->done : (struct portion){ 0 };
    at->seconds += now - t->saved_at;
    t->saved_at = now;
    int rc =
        report_flush(t->report, d) || checkpoint_write(&t->state, t->folder, d) ? -1 : 0;
    t->save_takes = clock_seconds() - now;
    return rc;
}

static bool save_is_due(const struct trainer *t)
{
    double since = clock_seconds() - t->saved_at;

    return since >= CHECKPOINT_SECONDS && since >= CHECKPOINT_SHARE * t->save_takes;
}

/* Between two updates of an epoch: when it is time, or a signal asks for it. */
static int save_within(struct trainer *t, const struct epoch *e, struct diag *d)
{
    bool asked = t->snapshot && *t->snapshot;

    if (!asked && !save_is_due(t))
        return 0;
    if (asked)
        *t->snapshot = 0; /* before: a signal that comes meanwhile asks for another one */
    if (save(t, e->number, e, d))
        return -1;
    if (asked)
        report_say(t->report, "checkpoint at epoch %" PRId64 ", step %" PRIu64, e->number,
                   t->session->pace.update);
    return 0;
}

static struct progress_line progress_of(const struct trainer *t, const struct epoch *e)
{
    struct session *s = t->session;
    double          spent = clock_seconds() - e->begun;
    double          run = clock_seconds() - t->begun, came = s->pace.progress - t->from;

    return (struct progress_line){
        .name = s->spec->name,
        .attempt = goal_tried(&t->goal, t->state.at.attempt),
        .epoch = e->number,
        .epochs = s->spec->train.epochs,
        .update = (int64_t)s->pace.update,
        .rate = spent > 0 ? (double)e->done.rows / spent : 0,
        .left = came > 0 ? run / came * (1 - s->pace.progress) : (double)NAN,
    };
}

/* People count updates from 1, and the one at hand is not done yet: hence step + 1. */
static struct where where_at(const struct trainer *t, const struct epoch *e, int64_t rows)
{
    return (struct where){ .epoch = e->number,
                           .step = (int64_t)t->session->pace.update + 1,
                           .first = e->done.rows - rows,
                           .last = e->done.rows - 1,
                           .steepest = t->steepest };
}

/* What schedules see as the epoch is where the update at hand begins: the first one of
 * all is made at epoch 0, with the value that the file says. */
static void tell_epoch(struct session *s, const struct epoch *e)
{
    s->pace.epoch = (double)(e->number - 1) +
                    (double)e->done.rows / (double)feed_rows(s, SPLIT_TRAIN);
}

/* How many rows the update has whose batch number `part` comes next. */
static int64_t update_rows(const struct session *s, const struct epoch *e, int64_t part)
{
    const struct train_spec *t = &s->spec->train;
    int64_t                  begun = e->done.rows - part * t->batch;
    int64_t                  left = feed_rows(s, SPLIT_TRAIN) - begun;

    return left < t->accumulate * t->batch ? left : t->accumulate * t->batch;
}

/* *sound: all its numbers are finite, and count. One that is not would make the mean of
 * the whole epoch so, even where train.health leaves the update out. The batch itself
 * counts in any case: a resumed run skips so many. Epoch and states are set at the first
 * batch of an update only, so that all of its batches see the same epoch, and the copy
 * that skip goes back to is from before all of them. */
static int train_batch(struct trainer *t, struct epoch *e, int64_t rows, bool *sound,
                       struct diag *d)
{
    struct session *s = t->session;
    int64_t         part = e->done.batches % s->spec->train.accumulate;
    struct walk     w = { .what = PLAN_TRAIN,
                          .fresh = part == 0,
                          .rows = update_rows(s, e, part) };

    s->batch.part = (uint64_t)part;
    if (w.fresh) {
        tell_epoch(s, e);
        recover_remember(&t->state);
    }
    if (frames_rows(s->frames, rows, d) || step_run(s, &w, d))
        return -1;
    e->done.batches++;
    e->done.rows += rows;
    *sound = isfinite(w.loss) && isfinite(w.penalty);
    if (*sound) {
        e->done.loss += w.loss;
        e->done.count += w.count;
        e->done.penalty += w.penalty * w.count;
    }
    return 0;
}

/* An epoch that ends within an update ends the update as well: the next epoch begins with
 * a fresh one, and what was added up so far would be thrown away. */
static bool last_part(const struct trainer *t, const struct epoch *e, int64_t rows)
{
    const struct session *s = t->session;

    return e->done.batches % s->spec->train.accumulate == 0 ||
           (rows && e->done.rows >= feed_rows(s, SPLIT_TRAIN));
}

/* Its batches have gone through: the gradient is as large as it gets. It is looked at
 * before anything is done with it, because an optimizer would carry a number that is not
 * finite into the weights and into what it keeps for later updates. */
static int train_update(struct trainer *t, int64_t updates, const struct where *w,
                        struct diag *d)
{
    struct session *s = t->session;
    float           steepest = health_steepest(s);

    if (!isfinite(steepest))
        return recover(&t->state, w, t->report, d);
    if (update_run(s, d))
        return -1;
    t->steepest = steepest;
    s->pace.progress = updates ? (double)s->pace.update / (double)updates : 0;
    recover_healthy(&t->state);
    return 0;
}

/* 1: train.health lets it begin again. A resumed epoch leaves out the batches that were
 * done before. Where train.health skips, the batches behind an unsound one of the same
 * update still go through, so that the epoch stands where it would stand without the
 * fault; their gradient is not used. The end is looked for between two updates and
 * nowhere else, because a checkpoint has no gradients in it. */
static int train_epoch(struct trainer *t, struct epoch *e, int64_t updates,
                       struct diag *d)
{
    struct session *s = t->session;
    bool            sound, all = true;
    int64_t         rows;
    int             rc = 0;

    feed_start(s, SPLIT_TRAIN, s->spec->train.shuffle, (uint64_t)e->number - 1,
               s->spec->train.batch, e->done.batches);
    while (!goal_is_updated(&t->goal, s->pace.update)) {
        if (feed_next(s, &rows, d))
            return -1;
        if (!rows)
            break;
        if (train_batch(t, e, rows, &sound, d))
            return -1;
        struct where w = where_at(t, e, rows);
        if (!sound && all && (rc = recover(&t->state, &w, t->report, d)))
            return rc;
        all = all && sound;
        if (!last_part(t, e, rows))
            continue;
        uint64_t before = s->pace.update; /* train.health may leave this one out */
        if (!all)
            recover_left_out(&t->state);
        else if ((rc = train_update(t, updates, &w, d)))
            return rc;
        if (s->pace.update != before && t->between && t->between(t, t->between_arg))
            t->asked = true;
        all = true;
        struct progress_line p = progress_of(t, e);
        report_tick(t->report, &p, e->done.loss / e->done.count);
        if (must_end(t)) /* between updates, not between parts */
            break;
        if (save_within(t, e, d))
            return -1;
    }
    return 0;
}

static bool has_penalties(const struct session *s)
{
    bool any = s->graph->n_penalties > 0;

    for (size_t i = s->graph->first_layer; i < s->graph->n_nodes; i++)
        any = any || s->graph->nodes[i].role == ROLE_PENALTY;
    return any;
}

/* Loss and metrics on the part of the data that says how well it goes. The loss on the
 * training rows costs a pass of its own, and is only measured where the file asks for it
 * or there is nothing else to watch. Otherwise it is the mean over the epoch's batches,
 * each with the weights of its moment. The test part is not looked at unless a condition
 * names it. */
static int measure(struct trainer *t, const struct epoch *e, struct diag *d)
{
    struct session *s = t->session;
    struct figures *f = &t->state.figures;
    enum split      watched = feed_rows(s, SPLIT_VAL) ? SPLIT_VAL : SPLIT_TRAIN;

    f->n = 0;
    f->epoch = e->number;
    tell_epoch(s, e);
    bool both = s->spec->train.measures_both && watched != SPLIT_TRAIN;
    if (both && evaluate_split(s, SPLIT_TRAIN, f, d))
        return -1;
    if (watched != SPLIT_TRAIN && !both)
        figures_add(f, "train.loss", e->done.count ? e->done.loss / e->done.count : 0);
    if (evaluate_split(s, watched, f, d))
        return -1;
    if (goal_needs(&t->goal, SPLIT_TEST) && feed_rows(s, SPLIT_TEST) &&
        evaluate_split(s, SPLIT_TEST, f, d))
        return -1;
    double on_weights = s->graph->n_penalties ? update_penalty(s, d) : 0;
    if (has_penalties(s)) /* always, or the columns of metrics.csv would shift */
        figures_add(f, "train.penalty",
                    (e->done.count ? e->done.penalty / e->done.count : 0) + on_weights);
    if (!isnan(update_rate(s)))
        figures_add(f, "lr", update_rate(s));
    for (size_t i = 0; i < f->n; i++)
        history_add(&t->state.history, f->v[i].name, (double)e->number, f->v[i].value);
    return d->errors ? -1 : 0;
}

/* Which figures there are is known after the first epoch and not before, since metrics
 * name them while they run: a name that none of them has is found here. */
static int judge(struct trainer *t, struct diag *d)
{
    const struct figures *f = &t->state.figures;
    int                   best = goal_judge(&t->goal, f, &t->state.standing);

    if (best < 0)
        return figures_refuse(f, &t->goal.train->at, "train", t->goal.figure, d);
    const char *unknown = goal_unknown(&t->goal, f);
    if (unknown)
        return figures_refuse(f, &t->goal.train->at, "train.stop", unknown, d);
    if (best)
        state_keep_best(&t->state);
    return 0;
}

/* Schedules are last: those that follow a figure are to see the one of this epoch. */
static int end_epoch(struct trainer *t, const struct epoch *e, struct diag *d)
{
    struct figures      *f = &t->state.figures;
    struct progress_line p = progress_of(t, e);

    if (!t->figures_on_demand && (measure(t, e, d) || judge(t, d)))
        return -1;
    t->state.at.done = e->number;
    report_epoch(t->report, &p, f->v, f->n);
    return update_epoch(t->session, figures_watched, f, d);
}

/* From its beginning, or the rest of one that was interrupted. In a rest first_update is
 * left as it is: train.health goes back to where the epoch began, not to where it was
 * resumed. */
static struct epoch begin_epoch(struct trainer *t, int64_t number)
{
    struct position *at = &t->state.at;
    struct epoch     e = { .number = number, .begun = clock_seconds() };

    if (number == at->epoch)
        e.done = at->part;
    if (!e.done.batches)
        at->first_update = (int64_t)t->session->pace.update;
    return e;
}

/* Those of one attempt stay beside those of another: which will be kept, the end says. */
static int keep_epoch(struct trainer *t, int64_t epoch, struct diag *d)
{
    int64_t n = t->state.at.attempt;
    char    name[64];

    if (n > 1)
        snprintf(name, sizeof name, "epoch-%03" PRId64 ".attempt-%" PRId64 ".nnw", epoch,
                 n);
    else
        snprintf(name, sizeof name, "epoch-%03" PRId64 ".nnw", epoch);
    return weightfile_keep(t->session, t->folder, name, epoch, goal_tried(&t->goal, n),
                           d);
}

/* 1: that was the last epoch. The file of an epoch is written before the checkpoint that
 * says the epoch is done: a run killed between the two makes the epoch again and writes
 * the file again, in the other order it would never be written. `finished` goes into the
 * checkpoint, or a resumed run would train past a `stop` that has held. */
static int after_epoch(struct trainer *t, int64_t k, struct diag *d)
{
    enum ending ending = goal_ending(&t->goal, &t->state.standing);
    bool        stop =
        ending != ENDED_DONE || goal_is_updated(&t->goal, t->session->pace.update);
    bool kept = goal_keeps(&t->goal, k);
    bool ended = t->after_epoch && t->after_epoch(t, k, t->after_epoch_arg);

    t->outcome.ending = ended && !stop ? ENDED_ASKED : ending;
    if (ended && !stop)
        return 1;
    t->state.at.finished = stop;
    if (kept && keep_epoch(t, k, d))
        return -1;
    if ((stop || kept || save_is_due(t)) && save(t, k + 1, NULL, d))
        return -1;
    return stop;
}

/* What schedules gave before the first epoch is in the checkpoint of a resumed run, so
 * they are asked for it in a new one only. The last checkpoint stands at the epoch behind
 * the end: a file with more epochs goes on from there. */
int trainer_epochs(struct trainer *t, struct diag *d)
{
    struct session  *s = t->session;
    struct position *at = &t->state.at;
    int64_t          updates = goal_updates(&t->goal, feed_rows(s, SPLIT_TRAIN));
    int64_t          k = at->epoch ? at->epoch : 1;

    t->begun = clock_seconds();
    t->from = s->pace.progress;
    if (!at->epoch && update_epoch(s, figures_watched, &t->state.figures, d))
        return -1; /* no figure yet; warm-ups begin here */
    for (; !goal_is_past(&t->goal, k); k++) {
        struct epoch e;
        int          rc;
        if (goal_is_updated(&t->goal, s->pace.update))
            return 0;
        do
            e = begin_epoch(t, k);
        while ((rc = train_epoch(t, &e, updates, d)) > 0);
        if (rc < 0)
            return -1;
        if (trainer_is_interrupted(t))
            return save(t, k, &e, d);
        rc = end_epoch(t, &e, d) ? -1 : after_epoch(t, k, d);
        if (rc)
            return rc < 0 ? -1 : 0;
    }
    return save(t, k, NULL, d);
}
