/* SPDX-License-Identifier: MIT */
/* Several trainings in one run: every stage of a file, from every seed it asks for. Each
 * is a run of its own in a folder of its own, RUN/STAGE or RUN/STAGE/seedN; what goes
 * from one to the next are weight files and streams. */
#include <config.h>
#include "cli/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/fsio.h"
#include "jobs/stages.h"
#include "run/stage_input.h"
#include "train/weightfile.h"
#include "view/runfolder.h"

bool staged_wanted(const struct spec *s)
{
    return s->n_stages > 0 || s->seeds > 1;
}

/* ---- one training ---- */

struct staged {
    struct cli          *cli;
    const struct spec   *file; /* the spec that was opened first: stages and seeds */
    const struct source *source;
    const char          *folder;
    int                  lock; /* on it */
    const char          *expect;
    struct loading       loading;
    struct results       results;
    struct diag          missed;  /* by trainings that are done: said at the end */
    size_t               n_done;  /* trainings that were begun */
    int                  stopped; /* by this signal, or 0 */
};

/* The folder of another stage from the same seed. */
static const char *folder_of(struct staged *g, const char *stage, uint64_t seed)
{
    struct spec other = *g->file;

    other.stage = stage_find(g->file, stage);
    return load_training_folder(&g->cli->arena, &other, g->folder, seed);
}

/* What the stages before left, the furthest first: each knows only its own model. */
static int carry(struct staged *g, struct session *s, const struct stage_spec *stage,
                 uint64_t seed)
{
    struct cli *c = g->cli;

    if (!stage || !stage->after)
        return 0;
    if (carry(g, s, stage_find(g->file, stage->after), seed))
        return -1;
    return weightfile_carry(
        s, arena_printf(&c->arena, "%s/best.nnw", folder_of(g, stage->after, seed)),
        &c->diag);
}

static int open_stage(const struct staged *g, const struct stage_spec *stage,
                      uint64_t seed, struct loaded *p)
{
    struct loading l = g->loading;

    l.stage = stage ? stage->name : NULL;
    l.seed = g->file->seeds > 1 ? (int64_t)seed : l.seed;
    return load_source(&l, g->source, PEEK_NEVER, p);
}

/* The stream that a stage is trained on, by a session of its own. */
static int fill(struct staged *g, const struct stage_spec *stage, uint64_t seed,
                struct cached *to)
{
    struct cli            *c = g->cli;
    struct session_options o = { .keep = true };
    struct loaded          p;
    int                    rc = open_stage(g, stage, seed, &p);

    rc = rc || load_start(&g->loading, &p, &o) || carry(g, p.session, stage, seed) ||
         cache_fill(to, p.spec->input, p.session, &c->diag);
    load_close(&p);
    return rc ? -1 : 0;
}

static int train(struct staged *g, struct run *r, const struct cached *cached,
                 const struct stage_spec *stage, uint64_t seed)
{
    struct cli            *c = g->cli;
    struct session_options o = { .train = true,
                                 .keep = r->pipeline.spec->report.n > 0,
                                 .cached = cached };
    struct report_to       to = run_report_to(c);
    bool resumed = c->resume && runfolder_has_checkpoint(&c->arena, r->folder);

    if (load_start(&g->loading, &r->pipeline, &o) ||
        carry(g, r->pipeline.session, stage, seed))
        return -1;
    g->n_done++;
    r->resume = resumed ? r->folder : NULL;
    if (fsio_folder(r->folder, &c->diag))
        return -1;
    runfolder_sweep(r->folder);
    if ((!resumed &&
         runfolder_begin(r->pipeline.session, r->folder, c->env.now, &c->diag)) ||
        report_open(&r->report, &to, r->folder, resumed, &c->diag))
        return -1;
    int rc = run_train(r);
    if (r->trainer.outcome.ending == ENDED_SIGNAL)
        g->stopped = r->trainer.outcome.signal;
    return report_close(&r->report, &c->diag) || rc ? -1 : 0;
}

static int one_stage(struct staged *g, const struct stage_spec *stage, uint64_t seed,
                     bool last)
{
    struct cli   *c = g->cli;
    struct run    r = { .cli = c,
                        .lock = -1, /* on the whole run's folder */
                        .expect = last ? g->expect : NULL,
                        .results = &g->results,
                        .seed = seed,
                        .more_seeds =
                            seed + 1 < g->file->train.seed + (uint64_t)g->file->seeds,
                        .stage = stage ? stage->name : "" };
    struct cached cached = { 0 };
    int           rc = open_stage(g, stage, seed, &r.pipeline);

    if (!rc) {
        r.folder = load_training_folder(&c->arena, r.pipeline.spec, g->folder, seed);
        rc = c->resume ? results_read(&g->results, r.stage, seed, r.folder, &c->diag) : 0;
    }
    if (rc) {
        load_close(&r.pipeline);
        return rc < 0 ? -1 : 0;
    }
    rc = stage && stage->input ? fill(g, stage, seed, &cached) : 0;
    rc = rc || train(g, &r, &cached, stage, seed) ? -1 : 0;
    if (!rc && last && !g->stopped)
        rc = run_expectation(&r);
    run_close(&r);
    cache_close(&cached);
    return rc;
}

/* ---- all of them ---- */

/* --stage NAME: that one, and those it comes after. */
static bool is_chosen(const struct spec *s, const struct stage_spec *stage,
                      const char *want)
{
    for (const struct stage_spec *k = want ? stage_find(s, want) : NULL; k;
         k = k->after ? stage_find(s, k->after) : NULL)
        if (k == stage)
            return true;
    return !want;
}

/* Says why the data of a stage are missing, before any other is trained. */
static int check_data(struct staged *g, const struct stages *all, const char *want)
{
    int rc = 0;

    for (size_t i = 0; !rc && i < all->n; i++) {
        const struct spec *s = all->v[i].spec;
        struct loaded      p;
        if (!s->data.missing || (s->stage && !is_chosen(g->file, s->stage, want)))
            continue;
        rc = open_stage(g, s->stage, s->train.seed, &p);
        load_close(&p);
    }
    return rc;
}

/* Every stage is checked before the first is trained. */
static int look_at_all(struct staged *g, struct node **whole)
{
    struct stages  all = { 0 };
    struct loading l = g->loading;

    l.stage = NULL; /* the folder is that of the whole file */
    int rc =
        stages_load(&l, g->source, false, &all) || check_data(g, &all, g->cli->stage);
    if (!rc)
        *whole = stages_resolved(&l, &all);
    stages_close(&all);
    return rc;
}

static int open_folder(struct staged *g, const struct node *whole)
{
    struct cli   *c = g->cli;
    struct strbuf text = { 0 };

    g->folder =
        c->resume ? c->resume
                  : runfolder_make(&c->arena, c->out, g->file->name, c->force, &c->diag);
    if (!g->folder || (g->lock = runfolder_lock(g->folder, &c->diag)) < 0)
        return -1;
    runfolder_sweep(g->folder);
    if (c->resume)
        return 0;
    tree_print(whole, &text);
    int rc = fsio_replace(arena_printf(&c->arena, "%s/pipeline.yaml", g->folder),
                          strbuf_text(&text), text.n, &c->diag);
    strbuf_close(&text);
    return rc;
}

static int train_all(struct staged *g)
{
    const struct spec *s = g->file;
    size_t             n = s->n_stages ? s->n_stages : 1;
    uint64_t           first = s->train.seed;

    for (int64_t k = 0; k < s->seeds; k++)
        for (size_t i = 0; i < n; i++) {
            const struct stage_spec *stage = s->n_stages ? &s->stages[i] : NULL;
            bool                     last = k + 1 == s->seeds && i + 1 == n;
            if (stage && !is_chosen(s, stage, g->cli->stage))
                continue;
            if (one_stage(g, stage, first + (uint64_t)k, last)) {
                if (stage)
                    diag_note(&g->cli->diag, "stage  %s", stage->name);
                return -1;
            }
            diag_move(&g->missed, &g->cli->diag);
            if (g->stopped)
                return 0;
        }
    return 0;
}

int staged_run(struct run *r)
{
    struct cli        *c = r->cli;
    const struct spec *s = r->pipeline.spec;
    const char       **names = arena_array(&c->arena, s->n_stages + 2, sizeof *names);
    struct node       *whole = NULL;
    struct staged      g = { .cli = c,
                             .file = s,
                             .source = r->pipeline.source,
                             .expect = r->expect,
                             .loading = r->loading,
                             .results = { .arena = &c->arena, .stages = names } };

    names[0] = "";
    for (size_t i = 0; i < s->n_stages; i++)
        names[i] = s->stages[i].name;
    if (look_at_all(&g, &whole))
        return -1;
    if (c->dry_run)
        return 0;
    if (open_folder(&g, whole))
        return -1;
    r->folder = g.folder;
    r->lock = g.lock;
    run_catch_signals();
    diag_init(&g.missed, &c->arena);
    int rc = train_all(&g);
    if (!rc && !g.stopped)
        rc = results_page(&g.results, s, g.folder, &c->diag);
    diag_move(&c->diag, &g.missed);
    r->n_done = g.n_done;
    r->stopped = g.stopped;
    if (g.stopped)
        fprintf(stderr, "resume with: nnpipe run --resume %s\n", g.folder);
    else if (!rc && !c->quiet && !c->json)
        fprintf(
            stderr,
            "%s has report/index.html and a folder for every training; next: nnpipe eval "
            "%s\n",
            g.folder, g.folder);
    return rc;
}
