/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "train/trainer.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "train/checkpoint.h"
#include "train/evaluate.h"
#include "train/recover.h"
#include "language/expr.h"

struct watch { /* which figure decides what is best */
    const char *name;
    bool        maximize;
    bool        test_too; /* it is about the test split, which then runs every epoch */
};

static enum split watched_split(const struct session *s)
{
    return feed_rows(s, SPLIT_VAL) ? SPLIT_VAL : SPLIT_TRAIN;
}

static bool holds(struct trainer *t, const struct expr *e)
{
    return e && figures_hold(&t->figures, e, NULL) > 0;
}

static double figure_or_nan(void *arg, const char *name)
{
    return figures_value(&((struct trainer *)arg)->figures, name);
}

/* ---- best weights ---- */

static void keep_best(struct trainer *t)
{
    struct session *s = t->session;

    memcpy(t->best, s->weights.w, s->weights.n * sizeof(float));
    memcpy(t->best_states, s->states, s->states_bytes);
}

void trainer_restore_best(struct trainer *t)
{
    struct session *s = t->session;

    memcpy(s->weights.w, t->best, s->weights.n * sizeof(float));
    memcpy(s->states, t->best_states, s->states_bytes);
}

static void set_up_watch(const struct trainer *t, struct watch *w)
{
    const struct train_spec *train = &t->session->spec->train;
    const char *name = train->keep.best ? train->keep.best : train->stop.on_best;

    *w = (struct watch){ .name = name ? name : "loss" };
    w->test_too = strncmp(w->name, "test.", 5) == 0;
    w->maximize = train->keep.best ? train->keep.maximize : train->stop.maximize;
    if (!(train->keep.best ? train->keep.goal_given : train->stop.goal_given))
        w->maximize = evaluate_higher(t->session, w->name);
}

/* Ties go to the earlier epoch. */
static int judge(struct trainer *t, struct watch *w, int64_t epoch, struct diag *d)
{
    const struct train_spec *train = &t->session->spec->train;
    const struct figure     *f = figures_find(&t->figures, w->name);
    double                   gain;

    if (!f)
        return figures_refuse(&t->figures, &train->at, "train", w->name, d);
    double v = f->value;
    gain = w->maximize ? v - t->best_value : t->best_value - v;
    bool first = t->outcome.best_epoch == 0 || isnan(t->best_value);
    if (!first && gain > train->stop.min_delta)
        t->at.since_best = 0;
    else
        t->at.since_best += !first;
    if (first || gain > 0) {
        t->best_value = v;
        t->outcome.best_epoch = epoch;
        keep_best(t);
    }
    return 0;
}

/* ---- one epoch ---- */

static int64_t total_updates(const struct session *s)
{
    const struct train_spec *train = &s->spec->train;
    int64_t                  rows = feed_rows(s, SPLIT_TRAIN);
    int64_t                  batches = (rows + train->batch - 1) / train->batch;

    if (train->steps > 0)
        return train->steps;
    return train->epochs * ((batches + train->accumulate - 1) / train->accumulate);
}

struct epoch {
    int64_t number, batches, rows_done;
    double  loss, count, penalty, begun;
};

/* ---- checkpoints ---- */

/* At most so often, and at most a twentieth of the time goes into them. */
enum { CHECKPOINT_SECONDS = 10, CHECKPOINT_SHARE = 20 };

static bool is_interrupted(struct trainer *t)
{
    if (!t->interrupted || !*t->interrupted)
        return false;
    t->outcome.ending = ENDED_SIGNAL;
    t->outcome.signal = *t->interrupted;
    return true;
}

static int save(struct trainer *t, int64_t epoch, const struct epoch *part,
                struct diag *d)
{
    double now = clock_seconds();

    if (!t->folder)
        return 0;
    t->at.epoch = epoch;
    t->at.batches = part ? part->batches : 0;
    t->at.rows = part ? part->rows_done : 0;
    t->at.loss = part ? part->loss : 0;
    t->at.count = part ? part->count : 0;
    t->at.penalty = part ? part->penalty : 0;
    t->at.attempt = t->outcome.attempts;
    t->at.seconds += now - t->saved_at;
    t->saved_at = now;
    int rc = report_flush(t->report, d) || checkpoint_write(t, d) ? -1 : 0;
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
                   t->session->update);
    return 0;
}

static struct progress_line progress_of(const struct trainer *t, const struct epoch *e)
{
    struct session *s = t->session;
    double          spent = clock_seconds() - e->begun;
    double          run = clock_seconds() - t->report->begun;

    return (struct progress_line){
        .name = s->spec->name,
        .epoch = e->number,
        .epochs = s->spec->train.epochs,
        .update = (int64_t)s->update,
        .rate = spent > 0 ? (double)e->rows_done / spent : 0,
        .left = s->progress > 0 ? run / s->progress * (1 - s->progress) : (double)NAN,
    };
}

static struct where where_at(const struct session *s, const struct epoch *e, int64_t rows)
{
    return (struct where){ e->number, (int64_t)s->update + 1, e->rows_done - rows,
                           e->rows_done - 1 };
}

/* *sound: all its numbers are finite, and count. */
static int train_batch(struct trainer *t, struct epoch *e, int64_t rows, bool *sound,
                       struct diag *d)
{
    struct session *s = t->session;
    double          sum, count;

    if (e->batches % s->spec->train.accumulate == 0) {
        step_clear(s);
        recover_remember(t);
    }
    if (step_rows(s, rows, d) || step_run(s, PLAN_TRAIN, &sum, &count, d))
        return -1;
    e->batches++;
    e->rows_done += rows;
    *sound = isfinite(sum) && isfinite(s->penalty);
    if (*sound) {
        e->loss += sum;
        e->count += count;
        e->penalty += s->penalty * (double)rows;
    }
    return 0;
}

static bool last_part(const struct trainer *t, const struct epoch *e, int64_t rows)
{
    const struct session *s = t->session;

    return e->batches % s->spec->train.accumulate == 0 ||
           (rows && e->rows_done >= feed_rows(s, SPLIT_TRAIN));
}

static bool out_of_steps(const struct session *s)
{
    return s->spec->train.steps > 0 && (int64_t)s->update >= s->spec->train.steps;
}

/* Its batches have gone through: the gradient is as large as it gets. */
static int train_update(struct trainer *t, const struct epoch *e, int64_t updates,
                        const struct where *w, struct diag *d)
{
    struct session *s = t->session;
    float           steepest = health_steepest(s);

    if (!isfinite(steepest))
        return recover(t, w, d);
    s->epoch = (double)(e->number - 1) +
               (double)e->rows_done / (double)feed_rows(s, SPLIT_TRAIN);
    if (update_run(s, d))
        return -1;
    s->steepest = steepest;
    s->progress = updates ? (double)s->update / (double)updates : 0;
    recover_healthy(t);
    return 0;
}

/* 1: train.health lets it begin again. */
static int train_epoch(struct trainer *t, struct epoch *e, int64_t updates,
                       struct diag *d)
{
    struct session *s = t->session;
    bool            sound, all = true;
    int64_t         rows;
    int             rc = 0;

    feed_start(s, SPLIT_TRAIN, s->spec->train.shuffle, (uint64_t)e->number - 1,
               s->spec->train.batch, e->batches);
    while (!out_of_steps(s)) {
        if (feed_next(s, &rows, d))
            return -1;
        if (!rows)
            break;
        if (train_batch(t, e, rows, &sound, d))
            return -1;
        struct where w = where_at(s, e, rows);
        if (!sound && all && (rc = recover(t, &w, d)))
            return rc;
        all = all && sound;
        if (!last_part(t, e, rows))
            continue;
        if (all && (rc = train_update(t, e, updates, &w, d)))
            return rc;
        all = true;
        struct progress_line p = progress_of(t, e);
        report_tick(t->report, &p, e->loss / e->count);
        if (t->interrupted && *t->interrupted) /* between updates, not between parts */
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

static int measure(struct trainer *t, const struct epoch *e, const struct watch *w,
                   struct diag *d)
{
    struct session *s = t->session;
    struct figures *f = &t->figures;
    enum split      watched = watched_split(s);

    f->n = 0;
    f->epoch = e->number;
    if (watched != SPLIT_TRAIN)
        figures_add(f, "train.loss", e->count ? e->loss / e->count : 0);
    if (evaluate_split(s, watched, f, d))
        return -1;
    if (w->test_too && feed_rows(s, SPLIT_TEST) && evaluate_split(s, SPLIT_TEST, f, d))
        return -1;
    double on_weights = s->graph->n_penalties ? update_penalty(s, d) : 0;
    if (has_penalties(s)) /* always, or the columns of metrics.csv would shift */
        figures_add(f, "train.penalty",
                    (e->count ? e->penalty / e->count : 0) + on_weights);
    if (!isnan(update_rate(s)))
        figures_add(f, "lr", update_rate(s));
    for (size_t i = 0; i < f->n; i++)
        history_add(&t->history, f->v[i].name, (double)e->number, f->v[i].value);
    return d->errors ? -1 : 0;
}

static bool should_stop(struct trainer *t)
{
    const struct train_spec *train = &t->session->spec->train;

    t->at.holds_for = holds(t, train->stop.when) ? t->at.holds_for + 1 : 0;
    if (train->stop.when && t->at.holds_for >= train->stop.for_epochs) {
        t->outcome.ending = ENDED_WHEN;
        return true;
    }
    if (train->stop.patience > 0 && t->at.since_best >= train->stop.patience) {
        t->outcome.ending = ENDED_PATIENCE;
        return true;
    }
    return out_of_steps(t->session);
}

static int end_epoch(struct trainer *t, struct watch *w, struct epoch *e, struct diag *d)
{
    struct progress_line p = progress_of(t, e);

    if (measure(t, e, w, d) || judge(t, w, e->number, d))
        return -1;
    t->outcome.epochs = e->number;
    report_epoch(t->report, &p, t->figures.v, t->figures.n);
    return update_epoch(t->session, figure_or_nan, t, d);
}

static struct epoch next_epoch(struct trainer *t, int64_t number)
{
    struct epoch e = { .number = number, .begun = clock_seconds() };

    if (number == t->at.epoch) { /* the rest of one that was interrupted */
        e.batches = t->at.batches;
        e.rows_done = t->at.rows;
        e.loss = t->at.loss;
        e.count = t->at.count;
        e.penalty = t->at.penalty;
    }
    return e;
}

static int run_epochs(struct trainer *t, struct watch *w, struct diag *d)
{
    struct session          *s = t->session;
    const struct train_spec *train = &s->spec->train;
    int64_t                  updates = total_updates(s);

    if (!t->at.epoch && update_epoch(s, figure_or_nan, t, d))
        return -1; /* no figure yet; warm-ups begin here */
    for (int64_t k = t->at.epoch ? t->at.epoch : 1;
         train->steps > 0 || k <= train->epochs; k++) {
        struct epoch e;
        int          again;
        if (out_of_steps(s))
            return 0;
        do {
            e = next_epoch(t, k);
            if (!e.batches)
                t->at.first_update = (int64_t)s->update;
        } while ((again = train_epoch(t, &e, updates, d)) > 0);
        if (again < 0)
            return -1;
        if (is_interrupted(t))
            return save(t, k, &e, d);
        if (end_epoch(t, w, &e, d))
            return -1;
        bool stop = should_stop(t);
        bool kept = train->keep.every > 0 && k % train->keep.every == 0;
        t->at.finished = stop;
        if (kept && weightfile_keep_epoch(t, k, d))
            return -1;
        if ((stop || kept || save_is_due(t)) && save(t, k + 1, NULL, d))
            return -1;
        if (stop)
            return 0;
    }
    return save(t, train->epochs + 1, NULL, d);
}

static void diverged(struct trainer *t, struct diag *d)
{
    if (diag_exit(d) != DIAG_DIVERGED)
        return;
    t->outcome.ending = ENDED_DIVERGED;
    if (t->outcome.best_epoch) {
        trainer_restore_best(t);
        if (!weightfile_keep(t, "best.nnw", t->outcome.best_epoch, d) && t->folder)
            diag_note(d, "kept  the weights of epoch %" PRId64 ", %s/best.nnw",
                      t->outcome.best_epoch, t->folder);
    }
}

static int train_once(struct trainer *t, struct diag *d)
{
    struct watch w;

    set_up_watch(t, &w);
    t->outcome.ending = ENDED_DONE;
    if (!t->at.finished && run_epochs(t, &w, d)) {
        diverged(t, d);
        return -1;
    }
    return t->session->spec->train.keep.last
               ? weightfile_keep(t, "last.nnw", t->outcome.epochs, d)
               : 0;
}

static bool may_retry(struct trainer *t)
{
    const struct train_spec *train = &t->session->spec->train;

    t->outcome.unless_met = !train->retry.unless || holds(t, train->retry.unless);
    return !t->outcome.unless_met && t->outcome.attempts <= train->retry.times &&
           t->outcome.ending != ENDED_SIGNAL;
}

static int make_room(struct trainer *t, struct diag *d)
{
    struct session *s = t->session;

    t->best = calloc(s->weights.n + 1, sizeof(float));
    t->best_states = calloc(s->states_bytes + 1, 1);
    if (s->spec->train.health == HEALTH_SKIP)
        t->sound_states = malloc(s->states_bytes + 1);
    if (t->best && t->best_states &&
        (t->sound_states || s->spec->train.health != HEALTH_SKIP))
        return 0;
    return diag_error(d, NULL, "no memory for a copy of the best weights");
}

static bool nothing_to_train(const struct session *s)
{
    return !s->weights.n_trained || !s->plans[PLAN_TRAIN] || !s->n_updaters ||
           (s->spec->train.epochs <= 0 && s->spec->train.steps <= 0);
}

/* What fits itself comes before the epochs: they may build on it. */
static int fit(struct trainer *t, struct diag *d)
{
    int rc = trainer_fit(t, d);

    return rc < 0 ? -1 : rc && is_interrupted(t) ? 1 : 0;
}

/* From the start with another seed. */
static int start_anew(struct trainer *t, uint64_t seed, struct diag *d)
{
    t->outcome.best_epoch = 0;
    t->at = (struct place){ 0 };
    history_clear(&t->history);
    return session_reset(t->session, seed, d) || fit(t, d) < 0 ? -1 : 0;
}

static int run_attempts(struct trainer *t, uint64_t first, struct diag *d)
{
    for (;; t->outcome.attempts++) {
        uint64_t next = first + (uint64_t)t->outcome.attempts;
        if (train_once(t, d))
            return -1;
        if (!may_retry(t))
            return 0;
        report_say(t->report,
                   "attempt %d with seed %" PRIu64 " missed %s; next seed %" PRIu64,
                   t->outcome.attempts, t->session->seed,
                   expr_text(t->session->spec->train.retry.unless), next);
        if (start_anew(t, next, d))
            return -1;
    }
}

int trainer_run(struct trainer *t, struct diag *d)
{
    struct session *s = t->session;
    uint64_t        first = s->seed;

    t->outcome = (struct outcome){ .seed = first, .attempts = 1, .unless_met = true };
    t->saved_at = clock_seconds();
    if (make_room(t, d))
        return -1;
    if (nothing_to_train(s) && t->resume)
        return diag_error(d, NULL, "--resume: there is nothing to train");
    int fitted = t->resume ? 0 : fit(t, d);
    if (fitted || nothing_to_train(s))
        return fitted < 0 ? -1 : 0;
    if (t->resume) {
        if (checkpoint_read(t, t->resume, d))
            return -1;
        t->outcome.attempts = (int)t->at.attempt;
        if (report_trim(t->report, t->at.epoch, d))
            return -1;
    }
    if (run_attempts(t, first, d))
        return -1;
    t->outcome.seed = s->seed;
    t->outcome.seconds = t->at.seconds + clock_seconds() - t->saved_at;
    if (t->want_lasts && evaluate_splits(t->session, &t->lasts, d))
        return -1;
    if (t->outcome.best_epoch)
        trainer_restore_best(t);
    return 0;
}

int trainer_finish(struct trainer *t, struct diag *d)
{
    if (evaluate_splits(t->session, &t->finals, d))
        return -1;
    trainer_facts(t);
    return weightfile_keep(t, "best.nnw", t->outcome.best_epoch, d);
}

void trainer_close(struct trainer *t)
{
    history_clear(&t->history);
    figures_close(&t->figures);
    figures_close(&t->finals);
    figures_close(&t->lasts);
    free(t->best);
    free(t->best_states);
    free(t->sound_states);
    t->sound_states = NULL;
    t->best = NULL;
    t->best_states = NULL;
}
