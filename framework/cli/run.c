/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "cli/crash.h"
#include "cli/run_ends.h"
#include "cli/search.h"
#include "cli/stop.h"
#include "jobs/jobs.h"
#include "pipeline/figure_names.h"
#include "view/runfolder.h"

struct run {
    struct cli        *cli;
    const char        *expect, *limit; /* --expect, --call-limit */
    bool               guard;          /* --guard */
    int64_t            seeds;          /* --seeds */
    const char        *as;             /* --as, or NULL */
    int64_t            fold;           /* --fold; -1: not given */
    bool               folds;          /* --folds */
    const struct expr *condition;      /* of --expect, or NULL */
    struct loading     loading;
    struct loaded      file;
    struct jobs        jobs;
    bool               begun;   /* a search was */
    int                stopped; /* it was, by this signal, or 0 */
};

/* ---- from the file to the end ---- */

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

static int open_file(struct run *r, const char *path)
{
    struct cli *c = r->cli;

    r->loading = cli_loading(c);
    r->loading.guard = r->guard;
    if (path) {
        int opened = load_file(&r->loading, path, PEEK_SEVERAL, &r->file);
        return opened || !c->resume || *c->resume ? opened : find_latest(c, &r->file);
    }
    if (load_is_packed(c->resume)) {
        c->diag.class = DIAG_USAGE;
        return diag_error(&c->diag, NULL,
                          "--resume: %s is a packed model: it has no checkpoint",
                          c->resume);
    }
    int rc = load_run(&r->loading, c->resume, PEEK_SEVERAL, &r->file);
    r->file.weights = NULL; /* the checkpoint has them */
    return rc;
}

/* What --seeds is for, the file says itself: `seeds`, and a report that compares. */
static int refuse_seeds(struct run *r)
{
    r->cli->diag.class = DIAG_USAGE;
    return diag_error(&r->cli->diag, NULL,
                      "--seeds tries a file with one training; this one has stages or "
                      "seeds: --set seeds=%" PRId64 " trains from so many",
                      r->seeds);
}

/* "test.accuracy   0.953333 +- 0.027  of 5" */
static void print_means(const struct jobs *j)
{
    size_t            n;
    struct jobs_mean *m = jobs_means(j, &n);

    for (size_t i = 0; i < n; i++)
        printf("%-24s %.6g +- %.2g\n", m[i].name, m[i].mean, m[i].deviation);
}

static void print_tries(const struct run *r)
{
    const struct jobs *j = &r->jobs;
    const char        *what = r->folds ? "folds" : "seeds";
    size_t             met = 0;

    for (size_t i = 0; i < j->n; i++)
        met += j->v[i].met == 1;
    if (r->as) {
        struct strbuf out = { 0 };
        (strcmp(r->as, "csv") == 0 ? run_ends_csv : run_ends_table)(&r->cli->arena, j,
                                                                    &out);
        fputs(strbuf_text(&out), stdout);
        strbuf_close(&out);
        return;
    }
    if (r->folds || !r->expect) {
        printf("%zu %s, mean and standard deviation\n", j->n_done, what);
        print_means(j);
    }
    if (r->expect)
        printf("%zu of %zu %s: %s (%.1f %%)\n", met, j->n_done, what, r->expect,
               j->n_done ? 100.0 * (double)met / (double)j->n_done : 0.0);
}

static void suggest(const struct run *r)
{
    const struct report_to to = cli_report_to(r->cli);
    const char            *folder = r->jobs.folder;
    struct report          talk;

    if (report_open(&talk, &to, NULL, false, &r->cli->diag))
        return;
    if (r->jobs.stopped)
        report_say(&talk, "resume with: nnpipe run --resume %s", folder);
    else
        report_say(&talk, "%s %s; next: nnpipe eval %s", folder,
                   r->jobs.several
                       ? "has report/index.html and a folder for every training"
                       : "holds weights, metrics.csv and report/index.html",
                   folder);
    report_close(&talk, &r->cli->diag);
}

/* The last training alone is asked. */
static int check_expectation(const struct run *r)
{
    const struct jobs *j = &r->jobs;

    if (!j->n || j->v[j->n - 1].met != 0)
        return 0;
    r->cli->diag.class = DIAG_MISSED;
    return diag_error(&r->cli->diag, NULL, "expected %s; it is not so", r->expect);
}

static int check_tries(struct run *r)
{
    const struct spec *s = r->file.spec;

    if (r->seeds && jobs_several(s))
        return refuse_seeds(r);
    r->cli->diag.class = DIAG_USAGE;
    if (r->folds && jobs_several(s))
        return diag_error(&r->cli->diag, NULL,
                          "--folds tries a file with one training; this one has stages "
                          "or seeds");
    if (r->folds && !s->data.how.folds)
        return diag_error(&r->cli->diag, NULL,
                          "--folds: the file has none; --set 'data.split={folds: 5}' "
                          "makes five");
    r->cli->diag.class = DIAG_RUN;
    return 0;
}

/* `nnpipe FILE` of a file with a search; what tries one training has no meaning then. */
static int run_search(struct run *r)
{
    struct search_options o = { .out = r->cli->out, .force = r->cli->force };

    r->cli->diag.class = DIAG_USAGE;
    if (r->expect || r->seeds || r->folds || r->fold >= 0 || r->cli->resume)
        return diag_error(&r->cli->diag, NULL,
                          "this file has a search: --set search= runs it without; nnpipe "
                          "search --resume RUN goes on with one");
    r->cli->diag.class = DIAG_RUN;
    r->begun = true;
    return cli_search(r->cli, &r->loading, &r->file, &o, &r->stopped);
}

static int run(struct run *r, const char *path)
{
    struct cli         *c = r->cli;
    struct jobs_options o = { .force = c->force, .tries = r->seeds, .folds = r->folds };

    if (r->fold >= 0)
        c->set = load_fold(&c->arena, c->set, r->fold);
    if (open_file(r, path))
        return -1;
    if (r->file.spec->search && path)
        return run_search(r);
    c->diag.class = DIAG_USAGE;
    if (r->condition &&
        figure_names_check(r->file.spec, r->condition, "--expect", &c->diag))
        return -1;
    c->diag.class = DIAG_RUN;
    if (check_tries(r))
        return -1;
    o.out = c->out;
    o.resume = c->resume;
    o.expect = r->condition;
    o.setting = (struct job_setting){ .to = cli_report_to(c),
                                      .now = c->env.now,
                                      .interrupted = stop_signal(),
                                      .snapshot = stop_snapshot() };
    if (jobs_open(&r->jobs, &r->loading, &r->file, &o))
        return -1;
    if (c->dry_run)
        return 0;
    stop_catch();
    if (jobs_run(&r->jobs))
        return -1;
    if (r->seeds || r->folds)
        return print_tries(r), 0;
    suggest(r);
    return check_expectation(r);
}

/* ---- flags ---- */

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

static void check_flags(struct run *r, int n)
{
    struct cli *c = r->cli;

    c->diag.class = DIAG_USAGE;
    if (n == 0 && c->resume && !*c->resume)
        diag_error(
            &c->diag, NULL,
            "--resume: which run? nnpipe run --resume runs/xor/001, or a FILE too");
    if (n == 0 && !c->resume)
        diag_error(&c->diag, NULL, "run: which file? nnpipe run FILE.yaml");
    if (c->resume && (r->seeds || r->folds || r->fold >= 0 || c->out))
        diag_error(&c->diag, NULL,
                   "--resume goes on in the run's own folder: without --out, "
                   "--seeds, --fold and --folds");
    if (r->as && (!r->seeds || r->expect))
        diag_error(&c->diag, NULL,
                   "--as shows where --seeds end: with --seeds, and "
                   "without --expect");
    if (r->folds && (r->seeds || r->fold >= 0))
        diag_error(&c->diag, NULL,
                   "--folds runs every fold, from one seed: without --seeds and --fold");
    set_limit(r);
    if (n >= 0 && r->expect)
        r->condition = expr_parse(&c->arena, r->expect, NULL, &c->diag);
    c->diag.class = DIAG_FILE;
}

int cmd_run(struct cli *c, int argc, char **argv)
{
    struct run        r = { .cli = c, .fold = -1 };
    const char       *args[1];
    const struct flag own[] = {
        { "expect", 0, FLAG_TEXT, &r.expect, "CONDITION",
          "exit 7 unless it holds at the end: --expect 'test.accuracy >= 0.97'" },
        { "seeds", 0, FLAG_INT, &r.seeds, "N",
          "train from N seeds, keep nothing, print the mean of each figure, or how often "
          "--expect holds" },
        { "as", 0, FLAG_WORD, &r.as, "table|csv",
          "of --seeds: where each ends, those with about the same loss as one group" },
        { "fold", 0, FLAG_INT, &r.fold, "I", "take fold I of data.split.folds, from 0" },
        { "folds", 0, FLAG_BOOL, &r.folds, NULL,
          "train on every fold, keep nothing, print mean and deviation of each figure" },
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
    check_flags(&r, n);
    if (n < 0 || c->diag.errors)
        return cli_finish(c, NULL, 2);
    (void)run(&r, n ? args[0] : NULL);
    int stopped = r.stopped ? r.stopped : r.jobs.stopped;
    int code = cli_finish(c, r.jobs.n_begun || r.begun ? NULL : "nothing was run",
                          stopped ? 128 + stopped : 0);
    jobs_close(&r.jobs);
    load_close(&r.file);
    return code;
}
