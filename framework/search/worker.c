/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "search/worker.h"

#include <math.h>
#include <poll.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/fsio.h"
#include "search/ask.h"
#include "search/claim.h"
#include "search/log.h"
#include "search/trial.h"

/* Milliseconds: trials may take one, or a day. */
enum { WAIT_LEAST = 2, WAIT_MOST = 250 };

void worker_wait(int *waited)
{
    *waited = *waited ? *waited * 5 / 4 + 1 : WAIT_LEAST;
    if (*waited > WAIT_MOST)
        *waited = WAIT_MOST;
    (void)poll(NULL, 0, *waited);
}

/* ---- what is known ---- */

/* With a fixed order settings are computed by everybody, in the order of the numbers;
 * with a free one they are what the log says. */
static int know_settings(struct search *s)
{
    int rc = 1;

    for (int64_t k = 0; s->end < 0 && !s->spec->free && ask_ready(s, k); k++) {
        if (k < s->n && s->trial[k]->asked)
            continue;
        if (ask_is_over(s, k))
            s->end = k;
        else if ((rc = ask_trial(s, k)) < 0)
            return -1;
        else if (rc == 0)
            s->end = k;
    }
    for (int64_t k = 0; s->end < 0 && s->spec->free; k++)
        if ((k >= s->n || !s->trial[k]->told) && ask_is_over(s, k))
            s->end = k;
        else if (k >= s->n)
            return 0;
    return 0;
}

static void find_best(struct search *s)
{
    s->best = -1;
    for (int64_t i = 0; i < s->n && (s->end < 0 || i < s->end); i++) {
        const struct search_trial *t = s->trial[i];
        if (!t->told || t->state == NNP_TRIAL_FAILED || isnan(t->value))
            continue;
        const struct search_trial *b = s->best < 0 ? NULL : s->trial[s->best];
        if (!b || (s->spec->maximize ? t->value > b->value : t->value < b->value))
            s->best = i;
    }
}

int worker_look(struct search *s)
{
    if (log_read(s) || know_settings(s))
        return -1;
    find_best(s);
    return 0;
}

/* ---- one trial ---- */

/* Weights of a trial that is beaten go as soon as that is known: by whoever beats it, or,
 * as logs are read after one's own line was written, by whoever is beaten. */
static void drop_beaten(struct search *s)
{
    struct arena scrap = { 0 };

    for (int64_t i = 0; i < s->n && s->spec->keep != SEARCH_KEEP_ALL; i++) {
        struct search_trial *t = s->trial[i];
        bool                 best = i == s->best && s->spec->keep == SEARCH_KEEP_BEST;
        if (!t->told || best || t->dropped)
            continue;
        trial_drop_weights(claim_folder(s, &scrap, i));
        t->dropped = true;
    }
    arena_close(&scrap);
}

/* Of what another one has begun, the latest that was done of it is taken over. */
static int do_trial(struct search *s, int64_t k, struct claim *c)
{
    struct search_trial *t = s->trial[k];
    struct trial_run     r = { .folder = c->path, .before = c->before, .claim = c };

    if (!t->logged && log_ask(s, t))
        return -1;
    int rc = trial_train(s, t, &r);
    if (rc > 0) {
        s->stopped = *s->options.interrupted;
        return 0;
    }
    if (rc < 0)
        return -1;
    rc = log_told(s, k, c->number, r.told);
    free(r.told);
    if (rc || worker_look(s))
        return -1;
    drop_beaten(s);
    return 0;
}

/* With a free order the settings follow from the moment of the claim. 1: it was done. */
static int try_trial(struct search *s, int64_t k)
{
    struct claim c;
    struct arena scrap = { 0 };
    const char  *what = claim_folder(s, &scrap, k);
    int          rc = claim_take(s, what, &c);

    arena_close(&scrap);
    if (rc <= 0)
        return rc;
    /* Its owner may have told it and then died, between our look and our claim. */
    if (log_read(s))
        return -1;
    if (log_trial(s, k)->told)
        return 1;
    if (!s->trial[k]->asked) {
        rc = ask_trial(s, k);
        if (rc == 0)
            s->end = k;
        if (rc <= 0)
            return rc;
    }
    return do_trial(s, k, &c) ? -1 : 1;
}

/* The lowest that nobody works on. 1: one was done, 0: all are somebody's, or wait for
 * results. -1 after a message. */
static int do_one(struct search *s)
{
    for (int64_t k = 0; s->end < 0 || k < s->end; k++) {
        int rc;
        if (k < s->n && s->trial[k]->told)
            continue;
        if (!ask_ready(s, k) || (s->spec->free && ask_is_over(s, k)))
            return 0;
        if ((rc = try_trial(s, k)))
            return rc;
    }
    return 0;
}

static bool is_done(const struct search *s)
{
    for (int64_t k = 0; s->end >= 0 && k < s->end; k++)
        if (k >= s->n || !s->trial[k]->told)
            return false;
    return s->end >= 0;
}

int worker_run(struct search *s)
{
    double begun = clock_seconds();
    int    waited = 0, rc;

    while (!s->stopped) {
        if (s->options.interrupted && *s->options.interrupted)
            s->stopped = *s->options.interrupted;
        if (s->stopped || (s->spec->time > 0 && clock_seconds() - begun >= s->spec->time))
            return 0;
        if (worker_look(s))
            return -1;
        if (is_done(s))
            return 0;
        if ((rc = do_one(s)) < 0)
            return -1;
        if (rc)
            waited = 0;
        else
            worker_wait(&waited);
    }
    return 0;
}
