/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "jobs/say.h"

#include <inttypes.h>
#include <string.h>

#include "base/strbuf.h"
#include "graph/units.h"
#include "language/expr.h"
#include "pipeline/split_rows.h"
#include "run/feed.h"
#include "run/peak.h"

/* "105 rows train, 23 val, 22 test: by chance from seed 1, 3 classes in proportion" */
static void say_rows(struct report *r, const struct session *s, struct arena *a)
{
    struct strbuf text = { 0 };

    for (int k = 0; k < N_SPLITS; k++)
        if (feed_rows(s, (enum split)k))
            strbuf_printf(&text, "%s%" PRId64 "%s %s", k ? ", " : "",
                          feed_rows(s, (enum split)k), k ? "" : " rows", split_names[k]);
    strbuf_printf(&text, ": by chance from seed %" PRIu64, split_rows_seed(s->spec));
    if (s->spec->data.how.folds)
        strbuf_printf(&text, ", fold %" PRId64 " of 0..%" PRId64, s->spec->data.how.fold,
                      s->spec->data.how.folds - 1);
    if (s->in_proportion)
        strbuf_printf(&text, ", %" PRId64 " classes in proportion", s->in_proportion);
    report_say(r, "%s", arena_strdup(a, strbuf_text(&text)));
    strbuf_close(&text);
}

/* "rmse, predictions: in the unit of y, before standardize2; the loss is not" */
static void say_units(struct report *r, const struct session *s, struct arena *a)
{
    const struct graph *g = s->graph;
    struct strbuf       text = { 0 };
    int                 target = -1;

    for (size_t i = g->first_layer; i < g->n_nodes; i++)
        if (units_metric(g, &g->nodes[i])) {
            strbuf_printf(&text, "%s%s", target < 0 ? "" : ", ", g->nodes[i].item->name);
            target = g->nodes[i].in[1];
        }
    if (units_shared(g, g->prediction, g->target)) {
        strbuf_printf(&text, "%spredictions", target < 0 ? "" : ", ");
        target = g->target;
    }
    if (target >= 0)
        report_say(r, "%s: in the unit of %s, before %s; the loss is not",
                   arena_strdup(a, strbuf_text(&text)),
                   g->streams[units_origin(g, target)].name,
                   g->nodes[g->streams[target].node].item->name);
    strbuf_close(&text);
}

void say_start(struct report *r, const struct session *s, const char *folder)
{
    struct arena a = { 0 };
    struct json  j;
    int64_t      weights = graph_n_weights(s->graph, false);
    unsigned     threads = pool_width(s->services.pool);
    size_t       bytes = s->footprint.total, expected = peak_expected(s);
    const char  *whole = "";

    if (expected > bytes) /* pages of files, as data are, are not the program's own */
        whole = arena_printf(&a, " (%s with the program)", peak_text(&a, expected));
    report_say(r,
               "%s%s%s   %" PRId64 " parameters, %s%s, %u thread%s, seed %" PRIu64 "%s",
               s->spec->name, folder ? " -> " : "", folder ? folder : "", weights,
               peak_text(&a, bytes), whole, threads, threads == 1 ? "" : "s",
               s->pace.seed, s->spec->train.shuffle ? "" : ", not shuffled");
    if (split_rows_dealt(s->spec->data.rows))
        say_rows(r, s, &a);
    say_units(r, s, &a);
    report_begin(&j, "start");
    json_key(&j, "parameters"), json_whole(&j, weights);
    json_key(&j, "bytes"), json_whole(&j, (int64_t)bytes);
    json_key(&j, "expected_own_bytes"), json_whole(&j, (int64_t)expected);
    json_key(&j, "threads"), json_whole(&j, threads);
    json_key(&j, "seed"), json_raw(&j, arena_printf(&a, "%" PRIu64, s->pace.seed));
    report_event(r, &j);
    arena_close(&a);
}

/* "stopped at epoch 12: accuracy >= 1 for 1 epoch" */
static const char *reason(struct arena *a, const struct outcome *o,
                          const struct train_spec *train)
{
    int64_t n = train->stop.for_epochs;

    switch (o->ending) {
    case ENDED_WHEN:
        return arena_printf(a, "stopped at epoch %" PRId64 ": %s for %" PRId64 " epoch%s",
                            o->epochs, expr_text(train->stop.when), n, n == 1 ? "" : "s");
    case ENDED_PATIENCE:
        return arena_printf(
            a, "stopped at epoch %" PRId64 ": nothing better for %" PRId64 " epochs",
            o->epochs, train->stop.patience);
    case ENDED_SIGNAL:
        if (o->attempts > 1)
            return arena_printf(a, "interrupted in attempt %" PRId64, o->attempts);
        return arena_printf(a, "interrupted after %" PRId64 " epoch%s", o->epochs,
                            o->epochs == 1 ? "" : "s");
    default: return arena_printf(a, "done after %" PRId64 " epochs", o->epochs);
    }
}

/* "11 attempts, and still not: accuracy >= 1; the best of them is kept: number 2, of seed
 * 4" */
static void say_missed(const struct trainer *t)
{
    const struct outcome *o = &t->outcome;
    const char           *unless = expr_text(t->session->spec->train.retry.unless);

    if (o->attempts > 1)
        report_say(t->report,
                   "%" PRId64 " attempts, and still not: %s; the best of them is kept: "
                   "number %" PRId64 ", of seed %" PRIu64,
                   o->attempts, unless, o->attempt, o->seed);
    else
        report_say(t->report, "1 attempt, and still not: %s", unless);
}

static const char *of_attempt(struct arena *a, const struct outcome *o)
{
    return o->attempts > 1 ? arena_printf(a, " of attempt %" PRId64, o->attempt) : "";
}

static void say_ending(const struct trainer *t, struct arena *a)
{
    const struct outcome    *o = &t->outcome;
    const struct train_spec *train = &t->session->spec->train;

    if (o->epochs && train->keep.newest)
        report_say(t->report, "%s; its weights are kept (%.2f s)", reason(a, o, train),
                   o->seconds);
    else if (o->epochs)
        report_say(
            t->report, "%s; best epoch %" PRId64 " of %" PRId64 "%s restored (%.2f s)",
            reason(a, o, train), o->best_epoch, o->epochs, of_attempt(a, o), o->seconds);
    if (!o->unless_met && o->ending != ENDED_SIGNAL)
        say_missed(t);
}

/* The result: one line a split. */
static void say_finals(const struct trainer *t, const char *training)
{
    const struct figures *f = &t->finals;
    struct strbuf         s = { 0 };
    size_t                line = 0;

    for (size_t i = 0; i < f->n; i++) {
        const char *name = f->v[i].name, *dot = strchr(name, '.');
        if (f->v[i].detail)
            continue;
        size_t n = (size_t)(dot - name);
        if (!line || strncmp(name, f->v[line - 1].name, n + 1) != 0) {
            if (line)
                strbuf_puts(&s, "\n");
            strbuf_printf(&s, "%s%-5.*s ", training, (int)n, name);
            line = i + 1;
        }
        strbuf_printf(&s, "  %s %.6g", dot + 1, f->v[i].value);
    }
    if (line)
        strbuf_puts(&s, "\n");
    report_result(t->report, strbuf_text(&s));
    strbuf_close(&s);
}

void say_end_event(const struct trainer *t)
{
    static const char *const endings[] = { "done",   "when",     "patience",
                                           "signal", "diverged", "asked" };
    const struct figures    *f = &t->finals;
    struct arena             a = { 0 };
    struct json              j;

    report_begin(&j, "end");
    json_key(&j, "ending"), json_text(&j, endings[t->outcome.ending]);
    json_key(&j, "epochs"), json_whole(&j, t->outcome.epochs);
    json_key(&j, "best_epoch"), json_whole(&j, t->outcome.best_epoch);
    if (t->session->spec->train.retry.times) {
        json_key(&j, "attempt"), json_whole(&j, t->outcome.attempt);
        json_key(&j, "attempts"), json_whole(&j, t->outcome.attempts);
        json_key(&j, "seed");
        json_raw(&j, arena_printf(&a, "%" PRIu64, t->outcome.seed));
    }
    json_key(&j, "peak_bytes"), json_whole(&j, (int64_t)peak_taken());
    json_key(&j, "own_bytes"), json_whole(&j, (int64_t)peak_own());
    for (size_t i = 0; i < f->n; i++)
        json_key(&j, f->v[i].name), json_number(&j, f->v[i].value);
    report_event(t->report, &j);
    arena_close(&a);
}

void say_end(const struct trainer *t, const char *name)
{
    struct arena a = { 0 };

    say_ending(t, &a);
    say_finals(t, name);
    say_end_event(t);
    arena_close(&a);
}
