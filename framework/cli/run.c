/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/number.h"
#include "base/strbuf.h"
#include "cli/crash.h"
#include "run/peak.h"
#include "cli/run.h"
#include "view/runfolder.h"
#include "language/expr.h"

/* A signal handler can reach nothing else. */
static volatile int    interrupted;
static volatile double interrupted_at;
static volatile int    snapshot;

/* The second one leaves at once; but one Ctrl-C may arrive twice, from the terminal and
 * from a parent that passes it on. clock_gettime, behind clock_seconds, is safe in a
 * handler. */
static void on_signal(int sig)
{
    double now = clock_seconds();

    if (interrupted && now - interrupted_at > 0.3)
        _exit(128 + sig);
    if (!interrupted)
        interrupted_at = now;
    interrupted = sig;
}

static void on_request(int sig)
{
    snapshot = sig;
}

/* SIGHUP is also what nohup ignores: a run started so stays deaf to it. */
void run_catch_signals(void)
{
    struct sigaction a = { .sa_handler = on_signal }, was;

    sigaction(SIGINT, &a, NULL);
    sigaction(SIGTERM, &a, NULL);
    a = (struct sigaction){ .sa_handler = on_request, .sa_flags = SA_RESTART };
    sigaction(SIGUSR1, &a, NULL);
    if (!sigaction(SIGHUP, NULL, &was) && was.sa_handler != SIG_IGN)
        sigaction(SIGHUP, &a, NULL);
}

static enum report_style style(const struct cli *c)
{
    bool terminal = isatty(2) && !c->env.dumb;

    if (c->quiet || c->progress == PROGRESS_NONE)
        return REPORT_NONE;
    if (c->progress == PROGRESS_BAR || (c->progress == PROGRESS_AUTO && terminal))
        return REPORT_BAR;
    return REPORT_PLAIN;
}

struct report_to run_report_to(const struct cli *c)
{
    return (struct report_to){
        .style = style(c), .talk = stderr, .result = stdout, .json = c->json
    };
}

static void announce(struct cli *c, struct loaded *p, struct report *r,
                     const char *folder)
{
    const struct session *s = p->session;
    struct arena         *a = &c->arena;
    int64_t               weights = graph_n_weights(s->graph, false);
    unsigned              threads = pool_width(s->pool);
    size_t                bytes = s->footprint.total, expected = peak_expected(s);
    const char           *whole =
        expected ? arena_printf(a, " (%s with the program)", peak_text(a, expected)) : "";

    report_say(r,
               "%s%s%s   %" PRId64 " parameters, %s%s, %u thread%s, seed %" PRIu64 "%s",
               p->spec->name, folder ? " -> " : "", folder ? folder : "", weights,
               peak_text(a, bytes), whole, threads, threads == 1 ? "" : "s", s->seed,
               p->spec->train.shuffle ? "" : ", not shuffled");
    const char *pairs[] = { "parameters",
                            arena_printf(a, "%" PRId64, weights),
                            "bytes",
                            arena_printf(a, "%zu", bytes),
                            "expected_own_bytes",
                            arena_printf(a, "%zu", expected),
                            "threads",
                            arena_printf(a, "%u", threads),
                            "seed",
                            arena_printf(a, "%" PRIu64, s->seed),
                            NULL };
    report_event(r, "start", pairs);
}

static void say_ending(struct trainer *t, const struct spec *spec)
{
    const struct outcome *o = &t->outcome;
    struct arena          scrap = { 0 };
    const char           *why =
        o->ending == ENDED_WHEN
                      ? arena_printf(&scrap,
                                     "stopped at epoch %" PRId64 ": %s for %" PRId64 " epoch%s",
                                     o->epochs, expr_text(spec->train.stop.when),
                                     spec->train.stop.for_epochs,
                           spec->train.stop.for_epochs == 1 ? "" : "s")
                  : o->ending == ENDED_PATIENCE
                      ? arena_printf(&scrap,
                                     "stopped at epoch %" PRId64 ": nothing better for %" PRId64
                                     " epochs",
                                     o->epochs, spec->train.stop.patience)
                  : o->ending == ENDED_SIGNAL
                      ? arena_printf(&scrap, "interrupted in epoch %" PRId64, o->epochs)
                      : arena_printf(&scrap, "done after %" PRId64 " epochs", o->epochs);

    if (o->epochs)
        report_say(t->report,
                   "%s; best epoch %" PRId64 " of %" PRId64 " restored (%.2f s)", why,
                   o->best_epoch, o->epochs, o->seconds);
    if (!o->unless_met)
        report_say(t->report, "%d attempts, and still not: %s", o->attempts,
                   expr_text(spec->train.retry.unless));
    arena_close(&scrap);
}

/* Which of several trainings it is: "tune/seed2: ". */
static const char *training_name(const struct run *r)
{
    const char *seed = r->pipeline.spec->seeds > 1
                           ? arena_printf(&r->cli->arena, "seed%" PRIu64, r->seed)
                           : "";

    if (!r->results)
        return "";
    return arena_printf(&r->cli->arena, "%s%s%s: ", r->stage,
                        *r->stage && *seed ? "/" : "", seed);
}

/* The result: one line a split. */
static void print_finals(struct run *r)
{
    const struct trainer *t = &r->trainer;
    const char           *training = training_name(r);
    struct strbuf         s = { 0 };
    size_t                line = 0;

    for (size_t i = 0; i < t->finals.n; i++) {
        const char *name = t->finals.v[i].name, *dot = strchr(name, '.');
        if (strchr(dot + 1, '.'))
            continue;
        size_t n = (size_t)(dot - name);
        if (!line || strncmp(name, t->finals.v[line - 1].name, n + 1) != 0) {
            if (line)
                strbuf_puts(&s, "\n");
            strbuf_printf(&s, "%s%-5.*s ", training, (int)n, name);
            line = i + 1;
        }
        strbuf_printf(&s, "  %s %.6g", dot + 1, t->finals.v[i].value);
    }
    if (line)
        strbuf_puts(&s, "\n");
    report_result(t->report, strbuf_text(&s));
    strbuf_close(&s);
}

static void final_event(struct cli *c, struct trainer *t)
{
    static const char *const endings[] = { "\"done\"",   "\"when\"",     "\"patience\"",
                                           "\"signal\"", "\"diverged\"", "\"asked\"" };
    const char **pairs = arena_array(&c->arena, 2 * t->finals.n + 11, sizeof *pairs);
    size_t       n = 0;

    pairs[n++] = "ending";
    pairs[n++] = endings[t->outcome.ending];
    pairs[n++] = "epochs";
    pairs[n++] = arena_printf(&c->arena, "%" PRId64, t->outcome.epochs);
    pairs[n++] = "best_epoch";
    pairs[n++] = arena_printf(&c->arena, "%" PRId64, t->outcome.best_epoch);
    pairs[n++] = "peak_bytes";
    pairs[n++] = arena_printf(&c->arena, "%zu", peak_taken());
    pairs[n++] = "own_bytes";
    pairs[n++] = arena_printf(&c->arena, "%zu", peak_own());
    for (size_t i = 0; i < t->finals.n; i++) {
        struct strbuf v = { 0 };
        strbuf_number(&v, t->finals.v[i].value);
        pairs[n++] = t->finals.v[i].name;
        pairs[n++] = arena_strdup(&c->arena, strbuf_text(&v));
        strbuf_close(&v);
    }
    report_event(t->report, "end", pairs);
}

/* ---- one run ---- */

/* own: its place among several, or NULL. */
static void make_reports(struct run *r, struct result *own)
{
    struct diag *d = &r->cli->diag;

    view_open(&r->view, r->pipeline.session, &r->trainer, &r->report, r->folder, d);
    r->view.results = r->results;
    r->view.own = own;
    (void)view_reports(&r->view, d);
    (void)view_page(&r->view, d);
}

/* Of a training among several: its figures are known to the reports, its file of results
 * says that it is done and reported. */
static int report_one_of_several(struct run *r)
{
    const struct trainer *t = &r->trainer;
    struct result        *result =
        results_add(r->results, r->stage, r->seed, &t->finals, &t->lasts);

    result->folder = r->folder;
    results_add_curves(r->results, result, &t->state.history);
    if (!r->more_seeds)
        make_reports(r, result);
    results_add_missed(r->results, result, &r->cli->diag);
    return results_write(result, r->folder, &r->cli->diag);
}

int run_train(struct run *r)
{
    struct cli     *c = r->cli;
    struct trainer *t = &r->trainer;

    *t = (struct trainer){ .session = r->pipeline.session,
                           .report = &r->report,
                           .folder = r->folder,
                           .resume = r->resume,
                           .want_lasts = r->results != NULL,
                           .interrupted = &interrupted,
                           .snapshot = &snapshot };
    announce(c, &r->pipeline, &r->report, r->folder);
    if (trainer_run(t, &c->diag) || trainer_finish(t, &c->diag))
        return -1;
    say_ending(t, r->pipeline.spec);
    print_finals(r);
    final_event(c, t);
    if (r->results && t->outcome.ending != ENDED_SIGNAL)
        return report_one_of_several(r);
    if (!r->results)
        make_reports(r, NULL);
    return 0;
}

int run_expectation(struct run *r)
{
    struct cli        *c = r->cli;
    const struct expr *e =
        r->expect ? expr_parse(&c->arena, r->expect, NULL, &c->diag) : NULL;

    if (!r->expect)
        return 0;
    int met = e ? figures_hold(&r->trainer.finals, e, &c->diag) : -1;
    if (met == 0) {
        c->diag.class = DIAG_MISSED;
        diag_error(&c->diag, NULL, "expected %s; it is not so", r->expect);
    }
    return met == 1 ? 0 : -1;
}

static void suggest(struct run *r)
{
    if (r->trainer.outcome.ending == ENDED_SIGNAL)
        report_say(&r->report, "resume with: nnpipe run --resume %s", r->folder);
    else if (r->folder)
        report_say(
            &r->report,
            "%s holds weights, metrics.csv and report/index.html; next: nnpipe eval %s",
            r->folder, r->folder);
}

void run_close(struct run *r)
{
    view_close(&r->view);
    if (r->folder && r->lock >= 0)
        runfolder_unlock(r->lock);
    trainer_close(&r->trainer);
    load_close(&r->pipeline);
}

/* A new folder, or the one of the run that goes on. */
static int open_folder(struct run *r)
{
    struct cli *c = r->cli;

    r->folder = c->resume ? c->resume
                          : runfolder_make(&c->arena, c->out, r->pipeline.spec->name,
                                           c->force, &c->diag);
    r->resume = c->resume;
    if (!r->folder || (r->lock = runfolder_lock(r->folder, &c->diag)) < 0)
        return -1;
    runfolder_sweep(r->folder);
    if (!c->resume &&
        runfolder_begin(r->pipeline.session, r->folder, c->env.now, &c->diag))
        return -1;
    struct report_to to = run_report_to(c);
    return report_open(&r->report, &to, r->folder, c->resume != NULL, &c->diag);
}

static int one_run(struct run *r)
{
    struct cli            *c = r->cli;
    struct session_options o = { .train = true, .keep = r->pipeline.spec->report.n > 0 };

    if (load_start(&r->loading, &r->pipeline, &o))
        return -1;
    if (c->dry_run)
        return 0;
    if (open_folder(r))
        return -1;
    run_catch_signals();
    int rc = run_train(r);
    if (!rc)
        suggest(r);
    return report_close(&r->report, &c->diag) || rc || run_expectation(r) ? -1 : 0;
}

/* ---- many seeds ---- */

static int try_seed(struct run *r, uint64_t seed, const struct expr *e)
{
    struct cli     *c = r->cli;
    struct trainer *t = &r->trainer;

    *t = (struct trainer){ .session = r->pipeline.session,
                           .report = &r->report,
                           .interrupted = &interrupted };
    int rc = session_reset(r->pipeline.session, seed, &c->diag) ||
                     trainer_run(t, &c->diag) || trainer_finish(t, &c->diag)
                 ? -1
                 : figures_hold(&t->finals, e, &c->diag);
    trainer_close(t);
    return rc;
}

static int many_seeds(struct run *r)
{
    struct cli            *c = r->cli;
    struct session_options o = { .train = true };
    const struct expr     *e = expr_parse(&c->arena, r->expect, NULL, &c->diag);
    int64_t                met = 0, done = 0;
    uint64_t               first = r->pipeline.spec->train.seed;

    r->pipeline.spec->train.retry.times = 0;
    if (!e || load_start(&r->loading, &r->pipeline, &o) ||
        report_open(&r->report, &(struct report_to){ 0 }, NULL, false, &c->diag))
        return -1;
    run_catch_signals();
    for (; done < r->seeds && !interrupted; done++) {
        int hit = try_seed(r, first + (uint64_t)done, e);
        if (hit < 0)
            return -1;
        met += hit;
    }
    printf("%" PRId64 " of %" PRId64 " seeds: %s (%.1f %%)\n", met, done, r->expect,
           done ? 100.0 * (double)met / (double)done : 0.0);
    return 0;
}

/* --resume without a run: the latest of this pipeline. */
static int find_latest(struct cli *c, const struct loaded *p)
{
    c->resume = runfolder_latest(&c->arena, p->spec->name);
    if (c->resume)
        return 0;
    c->diag.class = DIAG_USAGE;
    return diag_error(&c->diag, NULL, "--resume: runs/%s has no run with a checkpoint",
                      p->spec->name);
}

/* What --seeds is for, the file says itself: `seeds`, and a report that compares. */
static int several(struct run *r)
{
    if (!r->seeds)
        return staged_run(r);
    r->cli->diag.class = DIAG_USAGE;
    return diag_error(&r->cli->diag, NULL,
                      "--seeds tries a file with one training; this one has stages or "
                      "seeds: --set seeds=%" PRId64 " trains from so many",
                      r->seeds);
}

static int open_pipeline(struct cli *c, const struct loading *l, const char *file,
                         struct loaded *p)
{
    if (file) {
        int opened = load_file(l, file, PEEK_SEVERAL, p);
        return opened || !c->resume || *c->resume ? opened : find_latest(c, p);
    }
    int rc = load_folder(l, c->resume, PEEK_SEVERAL, p);
    p->weights = NULL; /* the checkpoint has them */
    return rc;
}

static void set_limit(struct run *r)
{
    char  *end;
    double seconds = r->limit ? number_read(r->limit, &end) : 0;

    if (!r->limit)
        return;
    if (end == r->limit || *end || !(seconds >= 0.01 && seconds <= 900))
        diag_error(&r->cli->diag, NULL,
                   "--call-limit %s: a number of seconds from 0.01 to 900 is needed",
                   r->limit);
    else if (crash_limit(seconds))
        diag_error(&r->cli->diag, NULL, "--call-limit: there is no thread to watch");
}

int cmd_run(struct cli *c, int argc, char **argv)
{
    struct run        r = { .cli = c };
    const char       *args[1];
    const struct flag own[] = {
        { "expect", 0, FLAG_TEXT, &r.expect, "CONDITION",
          "exit 7 unless it holds at the end: --expect 'test.accuracy >= 0.97'" },
        { "seeds", 0, FLAG_INT, &r.seeds, "N",
          "train from N seeds and print how often --expect holds" },
        { "call-limit", 0, FLAG_TEXT, &r.limit, "SECONDS",
          "end when one call of a plugin takes longer (default: never)" },
        { "guard", 0, FLAG_BOOL, &r.guard, NULL,
          "look after every call whether a plugin wrote past a tensor" },
        { NULL, 0, FLAG_BOOL, NULL, NULL, NULL },
    };
    int n = cli_parse(c, argc, argv, own, args, 1);

    if (n >= 0 && c->help)
        return cli_help(c, "nnpipe run FILE.yaml [flags]", own,
                        "  nnpipe pipelines/xor.yaml\n"
                        "  nnpipe run pipelines/xor.yaml --set vars.hidden=8 --seed 3\n"
                        "  nnpipe run --resume runs/xor/001\n"),
               0;
    c->diag.class = DIAG_USAGE;
    if (n == 0 && c->resume && !*c->resume)
        diag_error(
            &c->diag, NULL,
            "--resume: which run? nnpipe run --resume runs/xor/001, or a FILE too");
    if (n == 0 && !c->resume)
        diag_error(&c->diag, NULL, "run: which file? nnpipe run FILE.yaml");
    if (c->resume && (r.seeds || c->out))
        diag_error(&c->diag, NULL,
                   "--resume goes on in the run's own folder: without --out "
                   "and --seeds");
    if (r.seeds && !r.expect)
        diag_error(&c->diag, NULL,
                   "--seeds counts how often --expect CONDITION holds: give one");
    set_limit(&r);
    c->diag.class = DIAG_FILE;
    if (n < 0 || c->diag.errors)
        return cli_finish(c, NULL, 2);
    r.loading = cli_loading(c);
    r.loading.guard = r.guard;
    if (!open_pipeline(c, &r.loading, n ? args[0] : NULL, &r.pipeline)) {
        c->diag.class = DIAG_RUN;
        (void)(staged_wanted(r.pipeline.spec) ? several(&r)
               : r.seeds                      ? many_seeds(&r)
                                              : one_run(&r));
    }
    bool ran = r.trainer.outcome.attempts > 0;
    int  ended =
        r.trainer.outcome.ending == ENDED_SIGNAL ? 128 + r.trainer.outcome.signal : 0;
    if (r.n_done)
        ran = true;
    if (r.stopped)
        ended = 128 + r.stopped;
    int code = cli_finish(c, ran ? NULL : "nothing was run", ended);
    run_close(&r);
    return code;
}
