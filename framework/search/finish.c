/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "search/finish.h"

#include <dirent.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fsio.h"
#include "base/strbuf.h"
#include "jobs/jobs.h"
#include "language/set.h"
#include "search/claim.h"
#include "search/shown.h"
#include "search/trial.h"
#include "text/source.h"

void finish_forget(const char *folder)
{
    static const char *const parts[] = { "trials", "best", "report", "finish" };
    struct arena             scrap = { 0 };
    DIR                     *dir = opendir(folder);

    for (struct dirent *e; dir && (e = readdir(dir));)
        if (strncmp(e->d_name, "trials-", 7) == 0 || !strcmp(e->d_name, "best.yaml") ||
            !strcmp(e->d_name, "pipeline.yaml"))
            (void)unlink(arena_printf(&scrap, "%s/%s", folder, e->d_name));
    if (dir)
        closedir(dir);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        trial_drop(arena_printf(&scrap, "%s/%s", folder, parts[i]));
    arena_close(&scrap);
}

/* ---- the best as a file ---- */

/* $best.trial, or best.trial in $( ... ): numbers now. */
static void put_facts(struct arena *a, struct node *n, const struct search_trial *best)
{
    const char *const facts[][2] = {
        { "best.trial", arena_printf(a, "%" PRId64, best->number) },
        { "best.epoch", arena_printf(a, "%" PRId64, best->best_epoch) },
        { "best.value", tree_number(a, best->value, n->at)->text },
    };

    for (size_t i = 0; (n->kind == NODE_SEQ || n->kind == NODE_MAP) && i < n->n; i++)
        put_facts(a, n->values[i], best);
    for (size_t k = 0; n->kind == NODE_SCALAR && strchr(n->text, '$') && k < 3; k++) {
        const char *at = strstr(n->text, facts[k][0]);
        if (!at)
            continue;
        size_t before = (size_t)(at - n->text);
        bool   bare = before && at[-1] == '$';
        n->text = arena_printf(a, "%.*s%s%s", (int)(before - bare), n->text, facts[k][1],
                               at + strlen(facts[k][0]));
        k--; /* once more: it may be there twice */
    }
}

/* The file with the best settings and `then` over it; NULL after a message. */
static struct node *best_tree(struct search *s, const struct search_trial *best)
{
    struct arena            *a = s->loading->arena;
    const struct merging     m = { a, s->loading->registry, s->loading->diag };
    static const char *const without[] = { "search=", "x-file=", NULL };
    struct node             *tree = tree_parse(a, s->source, s->loading->diag);

    if (!tree || set_apply(&m, tree, space_set(&s->space, a, without, best->x)))
        return NULL;
    if (!s->spec->then)
        return tree;
    struct node *then = tree_copy(a, s->spec->then);
    put_facts(a, then, best);
    return merge_trees(&m, tree, then);
}

static const struct source *write_best(struct search *s, const struct search_trial *best)
{
    struct arena *a = s->loading->arena;
    struct node  *tree = best_tree(s, best);
    struct strbuf text = { 0 };

    if (!tree)
        return NULL;
    tree_print(tree, &text);
    const char *path = arena_printf(a, "%s/best.yaml", s->folder);
    int         rc = fsio_replace(path, strbuf_text(&text), text.n, s->loading->diag);
    const struct source *source = rc ? NULL
                                     : source_text(a, s->source->name, strbuf_text(&text),
                                                   text.n, s->loading->diag);
    strbuf_close(&text);
    if (!source)
        return NULL;
    struct source *named = arena_alloc(a, sizeof *named); /* paths are the old file's */
    *named = *source;
    named->shown = path;
    return named;
}

/* ---- `then` ---- */

static int train_best(struct search *s, const struct source *source)
{
    struct loading      l = *s->loading;
    struct loaded       file = { 0 };
    struct jobs         jobs = { 0 };
    struct jobs_options o = {
        .out = arena_printf(l.arena, "%s/best", s->folder),
        .force = true,
        .setting = { .to = s->options.to,
                     .now = s->options.now,
                     .interrupted = s->options.interrupted },
    };

    l.set = NULL;
    l.seed = -1;
    report_say(&s->talk, "then: %s", o.out);
    int rc = load_source(&l, source, PEEK_SEVERAL, &file) ||
                     jobs_open(&jobs, &l, &file, &o) || jobs_run(&jobs)
                 ? -1
                 : 0;
    s->stopped = jobs.stopped ? jobs.stopped : s->stopped;
    jobs_close(&jobs);
    load_close(&file);
    return rc;
}

/* ---- all of it ---- */

static int make_end(struct search *s, const struct search_trial *best)
{
    const struct source *source = write_best(s, best);
    int                  rc = source ? shown_make(s) : -1;

    if (source && s->spec->then && !s->stopped)
        rc = train_best(s, source) ? -1 : rc;
    return rc;
}

/* Of processes that join the same folder one makes the end; where it dies, the next that
 * comes. A search that goes further makes it anew. */
static int claim_end(struct search *s, const struct search_trial *best)
{
    struct arena *a = s->loading->arena;
    const char   *what = arena_printf(a, "%s/finish", s->folder);
    struct claim  c;
    int           rc = claim_take(s, what, &c);

    if (rc <= 0)
        return rc;
    return make_end(s, best);
}

static void tell_best(struct search *s, const struct search_trial *best)
{
    struct arena *a = s->loading->arena;
    struct json   j;

    report_begin(&j, "best");
    json_key(&j, "trial"), json_whole(&j, best->number);
    json_key(&j, "value"), json_number(&j, best->value);
    json_key(&j, "set"), json_text(&j, space_list(&s->space, a, best->x));
    json_key(&j, "folder"), json_text(&j, s->folder);
    report_event(&s->talk, &j);
    report_result(&s->talk, arena_printf(a, "best: trial %" PRId64 ", %s %.6g   %s\n",
                                         best->number, s->spec->goal, best->value,
                                         space_list(&s->space, a, best->x)));
}

static int say_failed(struct search *s)
{
    const char *reason = NULL;

    for (int64_t i = 0; i < s->n && !reason; i++)
        reason = s->trial[i]->reason;
    if (!reason)
        return diag_error(s->loading->diag, NULL, "no trial was done");
    return diag_error(s->loading->diag, NULL, "every trial has failed; the first: %s",
                      reason);
}

int finish_run(struct search *s, const struct progress *p)
{
    progress_sum(p, s);
    if (s->stopped) {
        report_say(&s->talk, "resume with: nnpipe search --resume %s", s->folder);
        return 0;
    }
    if (s->best < 0)
        return say_failed(s);
    const struct search_trial *best = s->trial[s->best];
    tell_best(s, best);
    report_say(&s->talk, "replay with: nnpipe search %s --replay %" PRId64, s->folder,
               best->number);
    return claim_end(s, best);
}
