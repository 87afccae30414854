/* SPDX-License-Identifier: MIT */
/*
 * A number that is not finite is seen in the loss of a batch or in the gradient of an
 * update, before the weights are touched: what is lost is one update.
 *
 *   stop   says where it came from and ends. The default, because a training that goes on
 *          with something left out is not the one that was asked for.
 *   skip   leaves the update out. The weights are as they were, but the forward steps of
 *          its batches have already moved running means, and those that follow the
 * unsound one move them on: they come back from a copy that recover_remember took when
 *          the update began, once its last batch is through.
 *   back   takes the best weights so far and half of the rate, and begins the epoch
 * again. What optimizers keep is thrown away: moments of the way to the cliff lead there.
 */
#include <config.h>
#include "train/recover.h"

#include <inttypes.h>
#include <string.h>

#include "run/feed.h"
#include "run/update.h"

/* A thousandth of the rate: what diverges with that has another cause. */
enum { HALVINGS_MAX = 10 };

void recover_remember(struct state *s)
{
    if (s->sound_states)
        memcpy(s->sound_states, s->session->memory.states,
               s->session->memory.states_bytes);
}

void recover_left_out(struct state *s)
{
    memcpy(s->session->memory.states, s->sound_states, s->session->memory.states_bytes);
}

void recover_healthy(struct state *s)
{
    s->at.skips_in_row = 0;
}

/* "epoch 3, step 12: loss mse is not finite". health_diverged looks for the cause and
 * says it as an error; here nothing has failed, so its words are taken and the error is
 * not. */
static const char *sentence(struct arena *a, struct session *s, const struct where *w)
{
    struct diag d;

    diag_init(&d, a);
    health_diverged(s, w, &d);
    return strstr(d.entries[0].text, "epoch");
}

/* A whole epoch in a row, and it is not a batch that is at fault. Thousands of skips
 * would hide everything else that a run says, so the numbers that are said double. */
static int skip(struct state *state, const struct where *w, struct report *say,
                struct diag *d)
{
    struct session  *s = state->session;
    struct position *at = &state->at;
    struct arena     a = { 0 };
    int64_t          rows = feed_rows(s, SPLIT_TRAIN), batch = s->spec->train.batch;

    if (++at->skips_in_row > (rows + batch - 1) / batch)
        return health_diverged(s, w, d);
    at->skipped++;
    if ((at->skipped & (at->skipped - 1)) == 0) /* the 1st, 2nd, 4th, 8th ... */
        report_say(say, "%s; the update is left out, %" PRId64 " so far",
                   sentence(&a, s, w), at->skipped);
    recover_left_out(state); /* a gradient alone may be unsound, at the last batch */
    arena_close(&a);
    return 0;
}

/* With no best epoch yet the run begins again as it began: what is kept as the best until
 * then are the weights of its start, those of other stages and of estimators among them.
 */
static int go_back(struct state *state, const struct where *w, struct report *say,
                   struct diag *d)
{
    struct session  *s = state->session;
    struct position *at = &state->at;
    int64_t          best = state->standing.best_epoch;
    struct arena     a = { 0 };
    double           rate = s->pace.rate / 2;

    if (at->halvings >= HALVINGS_MAX)
        return health_diverged(s, w, d);
    report_say(say, "%s; back to the weights of epoch %" PRId64 " with %g of the rate",
               sentence(&a, s, w), best, rate);
    arena_close(&a);
    if (!best && (session_reset(s, s->pace.seed, d) ||
                  update_epoch(s, figures_watched, &state->figures, d)))
        return -1;
    state_restore_best(state);
    weights_mirror(&s->memory.weights, s->graph);
    if (best)
        memset(s->memory.optimizer_states, 0, s->memory.optimizer_bytes);
    s->pace.update = (uint64_t)at->first_update;
    s->pace.rate = rate;
    at->halvings++;
    at->part = (struct portion){ 0 };
    return 1;
}

int recover(struct state *s, const struct where *w, struct report *say, struct diag *d)
{
    switch (s->session->spec->train.health) {
    case HEALTH_SKIP: return skip(s, w, say, d);
    case HEALTH_BACK: return go_back(s, w, say, d);
    case HEALTH_STOP: break;
    }
    return health_diverged(s->session, w, d);
}
