/* SPDX-License-Identifier: MIT */
/* One opened instance of the component in the frame that was found, and a run of its
 * slots. */
#ifndef NNP_CONFORMANCE_TRIAL_H
#define NNP_CONFORMANCE_TRIAL_H
#include <nnpipe/search.h>
#include "conformance/check.h"

enum { TRIAL_SEARCHED = 12 }; /* trials of the search that it is shown */
enum trial_past { TRIAL_PAST_FULL, TRIAL_PAST_NONE, TRIAL_PAST_FAILED };

/* One instance with memory and values. */
struct trial {
    struct check *k;
    struct arena  arena;
    struct diag   diag;
    struct probe  probe;
    struct pool  *pool;
    void         *self;
    uint64_t      values; /* which random values */
    bool          open;
    struct {
        nnp_tensor *input, *target, *prediction;
    } run; /* what reports read, after an eval */
    struct {
        int       past; /* enum trial_past */
        nnp_trial v[TRIAL_SEARCHED + 1];
    } search;
};
struct trial_options {
    int64_t         rows;         /* 0: those of the frame */
    uint64_t        values;       /* 0: the usual ones */
    unsigned        threads;      /* 0: no pool */
    const char     *param, *text; /* one parameter set otherwise, or NULL */
    const nnp_host *host;         /* instead of the usual one, or NULL */
    double          stretch;      /* VALUES_SPREAD times this; 0: 1 */
    bool            ends;         /* VALUES_SPREAD is 0, 1, -1, 0.5 and -0.5 exactly */
};
/* -1: refused; the reason is trial_reason. Close it in any case. */
int         trial_open(struct check *k, struct trial *t, const struct trial_options *o);
void        trial_close(struct trial *t);
const char *trial_reason(const struct trial *t);
/* Values of inputs and weights as trial_open left them, states and gradients as new. */
void trial_values(struct trial *t, double stretch);
/* Answers nnp.run/1 with a small finished run. */
void trial_give_run(struct trial *t);
/* Answers nnp.search/1 with a small search, and looks at a sampler or a pruner of it. */
void trial_give_search(struct trial *t);
void trial_check_search(struct check *k);
/* Names that this run knows, NULL-terminated: of weights, streams, figures, parts of the
 * data. */
extern const char *const trial_words[];

/* All that a run of this kind does: forward and backward, three updates, fit and finish.
 * Negative: an error or a broken contract; said as a finding. */
int trial_run(struct trial *t);
/* The same, but quiet: the reason is trial_reason. */
int trial_run_quiet(struct trial *t);
/* A run in two parts, 0 and 1, between which a training could stop: updates, batches of an
 * evaluation, learning and answering. */
int trial_part(struct trial *t, int part);
/* Fit and finish of a metric or a transform, what a forward of it rests on; else nothing.
 */
int  trial_fit(struct trial *t);
bool trial_has(const struct trial *t, enum probe_slot slot);
#endif
