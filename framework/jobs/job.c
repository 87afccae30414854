/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "jobs/job.h"

#include "base/fsio.h"
#include "jobs/say.h"
#include "view/gather.h"
#include "view/reports.h"
#include "view/environment.h"
#include "view/runfolder.h"

/* The page of a training, and its reports if it is the one that has them. own: its place
 * among several, or NULL. What is wrong with a report is an error in the diag alone: the
 * training itself is there. */
static void make_page(const struct job_setting *w, struct trainer *t, bool reports,
                      struct result *own, struct diag *d)
{
    struct view v;

    view_open(&v, t, d);
    v.results = w->results;
    v.own = own;
    if (reports)
        (void)reports_make(&v, d);
    (void)gather_run(&v, d);
    view_close(&v);
}

/* Of a training among several: its figures are known to the reports, its file of results
 * says that it is done and reported. */
static int report_one_of_several(const struct job *j, const struct job_setting *w,
                                 struct trainer *t, struct diag *d)
{
    struct result *own = results_add(w->results, j->stage ? j->stage->name : "", j->seed,
                                     &t->finals, &t->state.lasts);

    own->folder = j->folder;
    results_add_curves(w->results, own, &t->state.history);
    make_page(w, t, j->reports, own, d);
    results_add_missed(w->results, own, d);
    return results_write(own, j->folder, d);
}

static int train(struct job *j, const struct job_setting *w, struct trainer *t,
                 struct diag *d)
{
    int rc;

    say_start(t->report, t->session, j->folder);
    rc = trainer_run(t, d) || trainer_finish(t, d) ? -1 : 0;
    j->outcome = t->outcome;
    if (j->folder && t->session->spec->train.retry.times &&
        environment_add_attempt(j->folder, &t->outcome, d))
        rc = -1;
    if (rc && t->outcome.ending == ENDED_DIVERGED)
        say_end_event(t);
    if (rc)
        return -1;
    say_end(t, j->name);
    if (t->after_epoch)
        (void)t->after_epoch(t, 0, t->after_epoch_arg);
    if (w->results && t->outcome.ending != ENDED_SIGNAL)
        return report_one_of_several(j, w, t, d);
    if (!w->results && j->reports)
        make_page(w, t, true, NULL, d);
    return 0;
}

static int open_folder(const struct job *j, const struct job_setting *w,
                       struct session *s, struct diag *d)
{
    if (!j->folder)
        return 0;
    if (fsio_folder(j->folder, d))
        return -1;
    runfolder_sweep(j->folder);
    return j->resumed ? environment_refuse(j->folder, s, d)
                      : runfolder_begin(s, j->folder, w->now, d);
}

struct carrying {
    const struct job         *job;
    const struct job_setting *setting;
};

static int carry(void *arg, struct session *s, struct diag *d)
{
    const struct carrying *c = arg;

    return c->setting->carry(c->setting->carry_arg, c->job, s, d);
}

int job_run(struct job *j, const struct job_setting *w, const struct loading *l,
            struct loaded *p)
{
    static const struct report_to nobody = { 0 };
    struct diag                  *d = l->diag;
    struct carrying               carrying = { j, w };
    struct report                 report;
    struct trainer                t = { .session = p->session,
                                        .report = &report,
                                        .folder = j->folder,
                                        .resume = j->resumed ? j->folder : NULL,
                                        .want_lasts = w->results != NULL,
                                        .one_attempt = j->one_attempt,
                                        .carry = w->carry ? carry : NULL,
                                        .carry_arg = &carrying,
                                        .interrupted = w->interrupted,
                                        .snapshot = w->snapshot };

    if (j->watched) {
        t.after_epoch = w->after_epoch;
        t.after_epoch_arg = w->after_epoch_arg;
    }

    j->met = -1;
    if (open_folder(j, w, p->session, d) ||
        report_open(&report, j->folder ? &w->to : &nobody, j->folder, j->resumed, d))
        return -1;
    int rc = train(j, w, &t, d);
    rc = report_close(&report, d) || rc ? -1 : 0;
    if (!rc && j->expect && t.outcome.ending != ENDED_SIGNAL) {
        j->met = figures_hold(&t.finals, j->expect, d);
        rc = j->met < 0 ? -1 : 0;
    }
    if (!rc && j->wants_figures) {
        j->finals = t.finals;
        t.finals = (struct figures){ 0 };
    }
    trainer_close(&t);
    return rc;
}
