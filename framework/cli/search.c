/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/search.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/number.h"
#include "cli/stop.h"
#include "search/tryout.h"

struct hunt { /* nnpipe search */
    struct cli           *cli;
    const char           *lease;
    int64_t               replay; /* -1: not asked for */
    struct search_options options;
    struct loading        loading;
    struct loaded         file;
    struct search         search;
    int                   stopped;
};

static void complete(struct cli *c, struct search_options *o)
{
    o->to = cli_report_to(c);
    o->now = c->env.now;
    o->interrupted = stop_signal();
}

int cli_search(struct cli *c, const struct loading *l, struct loaded *file,
               struct search_options *o, int *stopped)
{
    struct search s = { 0 };

    complete(c, o);
    if (tryout_space(l, file->source, file->spec) || c->dry_run)
        return c->diag.errors ? -1 : 0;
    int rc = search_open(&s, l, file, o);
    if (!rc) {
        stop_catch();
        rc = search_run(&s);
    }
    *stopped = s.stopped;
    search_close(&s);
    return rc;
}

static int go_on(struct hunt *h, const char *folder)
{
    struct search *s = &h->search;

    complete(h->cli, &h->options);
    if (search_reopen(s, &h->loading, folder, &h->file, &h->options))
        return -1;
    stop_catch();
    if (h->replay < 0)
        return search_run(s);
    int same = search_replay(s, h->replay);
    if (same < 0)
        return -1;
    const struct search_trial *t = s->trial[h->replay];
    printf("trial %" PRId64 " again: %s   %s\n", h->replay,
           same ? "same bits" : "other bits",
           space_list(&s->space, h->loading.arena, t->x));
    h->cli->diag.class = DIAG_MISSED;
    return same ? 0
                : diag_error(&h->cli->diag, NULL,
                             "trial %" PRId64 " does not come to the same weights again",
                             h->replay);
}

static int hunt(struct hunt *h, const char *path)
{
    struct cli *c = h->cli;

    h->loading = cli_loading(c);
    if (search_is(path))
        return go_on(h, path);
    if (h->replay >= 0)
        return diag_error(&c->diag, NULL,
                          "--replay: which search? nnpipe search RUN "
                          "--replay %" PRId64,
                          h->replay);
    if (load_file(&h->loading, path, PEEK_SEVERAL, &h->file))
        return -1;
    if (!h->file.spec->search)
        return diag_error(&c->diag, NULL,
                          "%s has no search; under `search` it says what is looked for",
                          path);
    h->options.out = c->out;
    h->options.force = c->force;
    return cli_search(c, &h->loading, &h->file, &h->options, &h->stopped);
}

static void check_flags(struct hunt *h, int n)
{
    struct cli *c = h->cli;
    char       *end;

    c->diag.class = DIAG_USAGE;
    if (n == 0 && !(c->resume && *c->resume))
        diag_error(&c->diag, NULL,
                   "search: which file? nnpipe search FILE.yaml, or a folder of one");
    if (n > 0 && c->resume)
        diag_error(&c->diag, NULL, "--resume RUN goes on in that folder, without a FILE");
    if (c->resume && c->out)
        diag_error(&c->diag, NULL, "--resume goes on in its own folder: without --out");
    h->options.lease = h->lease ? number_read(h->lease, &end) : 0;
    if (h->lease && (end == h->lease || *end || !(h->options.lease > 0)))
        diag_error(&c->diag, NULL, "--lease %s: a number of seconds is needed", h->lease);
    c->diag.class = DIAG_FILE;
}

int cmd_search(struct cli *c, int argc, char **argv)
{
    struct hunt       h = { .cli = c, .replay = -1 };
    const char       *args[1];
    const struct flag own[] = {
        { "parallel", 0, FLAG_INT, &h.options.parallel, "N",
          "train so many trials at once (default: as the file says)" },
        { "trials", 0, FLAG_INT, &h.options.trials, "N",
          "end after so many trials, in place of what the file says" },
        { "replay", 0, FLAG_INT, &h.replay, "N",
          "train trial N of RUN once more; exit 7 unless its weights are the same bits" },
        { "lease", 0, FLAG_TEXT, &h.lease, "SECONDS",
          "take over the trial of another machine that was silent for so long (120)" },
        { NULL, 0, FLAG_BOOL, NULL, NULL, NULL },
    };
    int n = cli_parse(c, argc, argv, own, args, 1);

    if (n >= 0 && c->help)
        return cli_help(c, "nnpipe search FILE.yaml|RUN [flags]", own,
                        "  nnpipe search pipelines/search.yaml --parallel 4\n"
                        "  nnpipe search --resume runs/search/001 --trials 100\n"
                        "  nnpipe search runs/search/001 --replay 17\n"),
               0;
    if (n >= 0)
        check_flags(&h, n);
    if (n < 0 || c->diag.errors)
        return cli_finish(c, NULL, 2);
    (void)hunt(&h, n ? args[0] : c->resume);
    int stopped = h.stopped ? h.stopped : h.search.stopped;
    search_close(&h.search);
    int code = cli_finish(c, NULL, stopped ? 128 + stopped : 0);
    load_close(&h.file);
    return code;
}
