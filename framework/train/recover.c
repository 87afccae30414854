/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "train/recover.h"

#include <inttypes.h>
#include <string.h>

enum { HALVINGS_MAX = 10 };

void recover_remember(struct trainer *t)
{
    if (t->sound_states)
        memcpy(t->sound_states, t->session->states, t->session->states_bytes);
}

void recover_healthy(struct trainer *t)
{
    t->at.skips_in_row = 0;
}

/* "epoch 3, step 12: loss mse is not finite" */
static const char *sentence(struct arena *a, struct session *s, const struct where *w)
{
    struct diag d;

    diag_init(&d, a);
    health_diverged(s, w, &d);
    return strstr(d.entries[0].text, "epoch");
}

/* Too many in a row, and it is not a batch that is at fault. */
static int skip(struct trainer *t, const struct where *w, struct diag *d)
{
    struct session *s = t->session;
    struct arena    a = { 0 };
    int64_t         rows = feed_rows(s, SPLIT_TRAIN), batch = s->spec->train.batch;

    if (++t->at.skips_in_row > (rows + batch - 1) / batch)
        return health_diverged(s, w, d);
    t->at.skipped++;
    if ((t->at.skipped & (t->at.skipped - 1)) == 0) /* the 1st, 2nd, 4th, 8th ... */
        report_say(t->report, "%s; the update is left out, %" PRId64 " so far",
                   sentence(&a, s, w), t->at.skipped);
    memcpy(s->states, t->sound_states, s->states_bytes);
    arena_close(&a);
    return 0;
}

/* With no best weights yet the run begins again as it began. */
static int go_back(struct trainer *t, const struct where *w, struct diag *d)
{
    struct session *s = t->session;
    struct arena    a = { 0 };
    double          rate = s->rate / 2;

    if (t->at.halvings >= HALVINGS_MAX)
        return health_diverged(s, w, d);
    report_say(t->report,
               "%s; back to the weights of epoch %" PRId64 " with %g of the rate",
               sentence(&a, s, w), t->outcome.best_epoch, rate);
    arena_close(&a);
    if (t->outcome.best_epoch)
        trainer_restore_best(t);
    else if (session_reset(s, s->seed, d))
        return -1;
    weights_mirror(s);
    memset(s->optimizer_states, 0, s->optimizer_bytes);
    s->update = (uint64_t)t->at.first_update;
    s->rate = rate;
    t->at.halvings++;
    t->at.batches = t->at.rows = 0;
    t->at.loss = t->at.count = t->at.penalty = 0;
    return 1;
}

int recover(struct trainer *t, const struct where *w, struct diag *d)
{
    switch (t->session->spec->train.health) {
    case HEALTH_SKIP: return skip(t, w, d);
    case HEALTH_BACK: return go_back(t, w, d);
    case HEALTH_STOP: break;
    }
    return health_diverged(t->session, w, d);
}
