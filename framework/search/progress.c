/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "search/progress.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/strbuf.h"

enum { LATEST = 20 };

const char *progress_time(struct arena *a, double seconds)
{
    if (seconds < 90)
        return arena_printf(a, "%.0f s", seconds);
    if (seconds < 90 * 60)
        return arena_printf(a, "%.0f min", seconds / 60);
    return arena_printf(a, "%.1f h", seconds / 3600);
}

static int64_t last_trial(const struct search *s)
{
    int64_t most = s->end >= 0 ? s->end : s->trials;

    return s->size >= 0 && s->size < most ? s->size : most;
}

void progress_open(struct progress *p, struct search *s)
{
    struct arena *a = s->loading->arena;
    int64_t       most = last_trial(s);
    const char   *trials = "", *pruner = "", *lag = "in a free order";

    *p = (struct progress){ .begun = clock_seconds() };
    for (int64_t i = 0; i < s->n; i++)
        p->n += s->trial[i]->told;
    p->room = s->n;
    p->shown = arena_array(a, (size_t)s->n + 1, sizeof *p->shown);
    for (int64_t i = 0; i < s->n; i++)
        p->shown[i] = s->trial[i]->told;
    if (most < INT64_MAX)
        trials = arena_printf(a, "%" PRId64 " trials, ", most);
    if (s->spec->pruner.type)
        pruner = arena_printf(a, ", %s", s->spec->pruner.name);
    if (!s->spec->free)
        lag = arena_printf(a, "lag %" PRId64, s->spec->lag);
    report_say(&s->talk,
               "%s -> %s   %s%zu setting%s, %s%s, %" PRId64 " at once, %s, seed %" PRIu64,
               s->name, s->folder, trials, s->space.n, s->space.n == 1 ? "" : "s",
               s->spec->sampler.name, pruner, s->parallel, lag, s->spec->seed);
    if (p->n)
        report_say(&s->talk, "%" PRId64 " trials were done before", p->n);
}

static double seconds_left(const struct progress *p, const struct search *s)
{
    int64_t most = last_trial(s), n = p->n < LATEST ? p->n : LATEST;
    double  sum = 0;

    if (most == INT64_MAX || !n)
        return (double)NAN;
    for (int64_t i = 0; i < n; i++)
        sum += p->seconds[i];
    return sum / (double)n * (double)(most - p->n) / (double)s->parallel;
}

static void add_result(struct strbuf *line, const struct search *s,
                       const struct search_trial *t)
{
    if (t->state == NNP_TRIAL_FAILED)
        strbuf_printf(line, "   failed: %s", t->reason ? t->reason : "");
    else
        strbuf_printf(line, "   %s %.6g", s->spec->goal, t->value);
    if (t->state == NNP_TRIAL_STOPPED)
        strbuf_printf(line, "   stopped at epoch %" PRId64, t->epochs);
}

static void tell_event(struct search *s, const struct search_trial *t)
{
    static const char *const words[] = { [NNP_TRIAL_DONE] = "done",
                                         [NNP_TRIAL_STOPPED] = "stopped",
                                         [NNP_TRIAL_FAILED] = "failed" };
    struct json              j;

    report_begin(&j, "trial");
    json_key(&j, "trial"), json_whole(&j, t->number);
    json_key(&j, "state"), json_text(&j, words[t->state]);
    json_key(&j, "epochs"), json_whole(&j, t->epochs);
    json_key(&j, "value"), json_number(&j, t->value);
    if (t->reason)
        json_key(&j, "reason"), json_text(&j, t->reason);
    json_key(&j, "set"), json_open(&j, '{');
    for (size_t i = 0; i < s->space.n; i++)
        if (!isnan(t->x[i])) {
            json_key(&j, s->space.dim[i].name);
            json_text(&j, space_text(&s->space, s->loading->arena, i, t->x[i]));
        }
    json_close(&j);
    report_event(&s->talk, &j);
}

static void tell_one(struct progress *p, struct search *s, const struct search_trial *t)
{
    struct strbuf line = { 0 };
    int64_t       most = last_trial(s);
    double        left;

    p->seconds[p->n++ % LATEST] = t->seconds;
    tell_event(s, t);
    strbuf_printf(&line, "trial %" PRId64, t->number);
    if (most < INT64_MAX)
        strbuf_printf(&line, " of %" PRId64, most);
    add_result(&line, s, t);
    if (s->best >= 0)
        strbuf_printf(&line, "   best %.6g (trial %" PRId64 ")", s->trial[s->best]->value,
                      s->best);
    left = seconds_left(p, s);
    if (left > 0)
        strbuf_printf(&line, "   eta %s", progress_time(s->loading->arena, left));
    report_status(&s->talk, strbuf_text(&line),
                  p->n == most || t->state == NNP_TRIAL_FAILED);
    strbuf_close(&line);
}

int64_t progress_tell(struct progress *p, struct search *s)
{
    int64_t before = p->n;

    if (s->n > p->room) {
        p->shown = arena_grow(s->loading->arena, p->shown, (size_t)p->room,
                              (size_t)(2 * s->n), sizeof *p->shown);
        p->room = 2 * s->n;
    }
    for (int64_t i = 0; i < s->n; i++)
        if (s->trial[i]->told && !p->shown[i]) {
            p->shown[i] = true;
            tell_one(p, s, s->trial[i]);
        }
    return p->n - before;
}

void progress_sum(const struct progress *p, struct search *s)
{
    int64_t       stopped = 0, failed = 0, epochs = 0, told = 0;
    struct arena *a = s->loading->arena;
    const char   *how = "", *of = "";

    for (int64_t i = 0; i < s->n; i++) {
        told += s->trial[i]->told;
        stopped += s->trial[i]->state == NNP_TRIAL_STOPPED;
        failed += s->trial[i]->state == NNP_TRIAL_FAILED;
        epochs += s->trial[i]->told && s->trial[i]->epochs > 0 ? s->trial[i]->epochs : 0;
    }
    if (stopped || failed)
        how = arena_printf(a, " (%" PRId64 " stopped, %" PRId64 " failed)", stopped,
                           failed);
    if (s->spec->pruner.type && s->epochs)
        of = arena_printf(a, " of %" PRId64, told * s->epochs);
    report_say(&s->talk, "%" PRId64 " trials%s, %" PRId64 " epochs%s, %s", told, how,
               epochs, of, progress_time(a, clock_seconds() - p->begun));
}
