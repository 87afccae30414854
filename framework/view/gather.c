/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "view/gather.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/fsio.h"
#include "report/page.h"
#include "run/feed.h"
#include "view/draw.h"
#include "view/runfolder.h"

/* ---- what both pages have ---------------------------------------------------------- */

/* The resolved file in FOLDER, malloc'ed. -1 with a message. */
static int read_pipeline(const char *folder, char **text, struct diag *d)
{
    struct arena scrap = { 0 };
    size_t       n;
    int          rc =
        fsio_read(arena_printf(&scrap, "%s/pipeline.yaml", folder), 1 << 26, text, &n, d);

    arena_close(&scrap);
    return rc;
}

static void take_parts(struct arena *a, const struct kept_parts *from, struct page *p)
{
    struct page_part *v = arena_array(a, from->n + 1, sizeof *v);

    for (size_t i = 0; i < from->n; i++)
        v[i] = (struct page_part){ from->v[i].report, from->v[i].file,
                                   strbuf_text(&from->v[i].bytes), from->v[i].bytes.n };
    p->parts = v;
    p->n_parts = from->n;
}

/* FOLDER/report/index.html */
static int write_page(const struct page *p, const char *folder, struct diag *d)
{
    struct arena scrap = { 0 };
    const char  *report = runfolder_report(&scrap, folder, d);
    int rc = !report || page_write(p, arena_printf(&scrap, "%s/index.html", report), d);

    arena_close(&scrap);
    return rc ? -1 : 0;
}

/* ---- one run ----------------------------------------------------------------------- */

enum { MAX_FACTS = 12 };

struct facts {
    struct arena    *a;
    struct page_fact v[MAX_FACTS];
    size_t           n;
};

static void add(struct facts *f, const char *name, const char *value)
{
    if (value && *value && f->n < MAX_FACTS)
        f->v[f->n++] = (struct page_fact){ name, value };
}

static const char *rows_of(struct facts *f, const struct session *s)
{
    const char *text = s->spec->data.source->type->name;

    for (int k = 0; k < N_SPLITS; k++)
        if (feed_rows(s, (enum split)k))
            text = arena_printf(f->a, "%s%s %" PRId64 " %s", text, k ? "," : ":",
                                feed_rows(s, (enum split)k), split_names[k]);
    return text;
}

static const char *ending(struct facts *f, const struct outcome *o)
{
    static const char *const why[] = {
        [ENDED_DONE] = "",
        [ENDED_WHEN] = ", stopped by its condition",
        [ENDED_PATIENCE] = ", stopped, nothing better came",
        [ENDED_SIGNAL] = ", interrupted",
        [ENDED_DIVERGED] = ", diverged",
        [ENDED_ASKED] = ", ended by hand",
    };

    if (!o->epochs)
        return NULL;
    return arena_printf(f->a, "%" PRId64 "%s; weights of epoch %" PRId64 "%s", o->epochs,
                        why[o->ending], o->best_epoch ? o->best_epoch : o->epochs,
                        o->attempts > 1
                            ? arena_printf(f->a, "; attempt %" PRId64 " of %" PRId64,
                                           o->attempt, o->attempts)
                            : "");
}

static const char *chain(struct facts *f, const struct items *chain)
{
    const char *text = "";

    for (size_t i = 0; i < chain->n; i++)
        text = arena_printf(f->a, "%s%s%s", text, i ? ", " : "", chain->v[i].type->name);
    return text;
}

static const char *size_of(struct facts *f, size_t bytes)
{
    return bytes < 1 << 20
               ? arena_printf(f->a, "%.1f KiB planned", (double)bytes / 1024)
               : arena_printf(f->a, "%.1f MiB planned", (double)bytes / 1048576);
}

/* Nothing of the clock or the machine: the same run has the same page. */
static void list_facts(struct facts *f, const struct view *v)
{
    const struct session *s = v->trainer->session;
    const struct outcome *o = &v->trainer->outcome;

    add(f, "data", rows_of(f, s));
    add(f, "parameters",
        arena_printf(f->a, "%" PRId64, graph_n_weights(s->graph, false)));
    add(f, "loss", chain(f, &s->spec->loss));
    add(f, "optimizer", chain(f, &s->spec->optim.chain));
    add(f, "epochs", ending(f, o));
    add(f, "batch", arena_printf(f->a, "%" PRId64, s->spec->train.batch));
    add(f, "seed", arena_printf(f->a, "%" PRIu64, s->pace.seed));
    add(f, "memory", size_of(f, s->footprint.total));
}

/* None where a report shows them. */
static void take_curves(struct arena *a, struct view *v, struct page *p)
{
    const struct history *h = &v->trainer->state.history;
    struct page_curve    *curves = arena_array(a, h->n + 1, sizeof *curves);
    const char           *name;

    for (size_t i = 0; (name = view_metric(v, i)) && !(v->shown & NNP_SHOWS_CURVES);
         i++) {
        const struct curve *k = history_find(h, name);

        curves[p->n_curves++] = (struct page_curve){ name, k->epoch, k->value, k->n };
    }
    p->curves = curves;
}

int gather_run(struct view *v, struct diag *d)
{
    const struct trainer *t = v->trainer;
    struct arena          scrap = { 0 };
    struct facts          f = { .a = &scrap };
    char                 *pipeline = NULL;

    if (!t->folder)
        return 0;
    int rc = read_pipeline(t->folder, &pipeline, d);
    list_facts(&f, v);
    struct page p = {
        .name = t->session->spec->name,
        .about = t->session->spec->about,
        .facts = f.v,
        .n_facts = f.n,
        .figures = t->finals.v,
        .n_figures = t->finals.n,
        .missed = v->missed,
        .n_missed = v->n_missed,
        .pipeline = pipeline,
    };
    struct strbuf net = { 0 };
    if (draw_units_can(t->session->graph))
        draw_units(t->session, &net);
    else
        draw_svg(t->session->graph, &net);
    p.drawing = strbuf_text(&net);
    take_curves(&scrap, v, &p);
    take_parts(&scrap, &v->parts, &p);
    if (!rc)
        rc = write_page(&p, t->folder, d);
    strbuf_close(&net);
    free(pipeline);
    arena_close(&scrap);
    return rc;
}

/* ---- several trainings ------------------------------------------------------------- */

static bool has_several_seeds(const struct results *r, const char *stage)
{
    size_t n = 0;

    for (size_t i = 0; i < r->n; i++)
        n += strcmp(r->v[i].stage, stage) == 0;
    return n > 1;
}

/* "tune", "tune, seed 3", "seed 3" */
static const char *name_of(struct arena *a, const struct results *r,
                           const struct result *one)
{
    const char *comma = *one->stage ? ", " : "";

    if (*one->stage && !has_several_seeds(r, one->stage))
        return one->stage;
    return arena_printf(a, "%s%sseed %" PRIu64, one->stage, comma, one->seed);
}

/* As seen from the page of the whole run; NULL: it has none of its own. */
static const char *page_of(struct arena *a, const struct result *one, const char *run)
{
    const char *page = arena_printf(a, "%s/report/index.html", one->folder);

    return fsio_exists(page) ? arena_printf(a, "../%s", page + strlen(run) + 1) : NULL;
}

static struct page_training *trainings_of(struct arena *a, const struct results *r,
                                          const char *run)
{
    struct page_training *v = arena_array(a, r->n + 1, sizeof *v);

    for (size_t i = 0; i < r->n; i++)
        v[i] = (struct page_training){ .name = name_of(a, r, &r->v[i]),
                                       .page = page_of(a, &r->v[i], run),
                                       .figures = r->v[i].kept.v,
                                       .n_figures = r->v[i].kept.n };
    return v;
}

/* "val.loss is 0.3, 0 was expected (pre1, seed 5)" */
static const char **missed_by(struct arena *a, const struct results *r, size_t *n)
{
    size_t       most = 0;
    const char **v;

    for (size_t i = 0; i < r->n; i++)
        most += r->v[i].n_missed;
    v = arena_array(a, most + 1, sizeof *v);
    *n = 0;
    for (size_t i = 0; i < r->n; i++)
        for (size_t k = 0; k < r->v[i].n_missed; k++)
            v[(*n)++] =
                arena_printf(a, "%s (%s)", r->v[i].missed[k], name_of(a, r, &r->v[i]));
    return v;
}

/* Of a file that is gone the page says nothing. */
static int read_part(struct kept_parts *p, const struct result *one,
                     const struct shown *s, const char *run, struct diag *d)
{
    struct arena *a = p->arena;
    const char   *path = arena_printf(a, "%s/report/%s", one->folder, s->file);
    char         *bytes;
    size_t        n;

    if (!fsio_exists(path))
        return 0;
    if (fsio_read(path, 1 << 28, &bytes, &n, d))
        return -1;
    parts_add(p, s->report, arena_printf(a, "../%s", path + strlen(run) + 1), bytes, n);
    free(bytes);
    return 0;
}

/* What reports said about all of them. */
static int read_parts(struct kept_parts *p, const struct results *r, const char *run,
                      struct diag *d)
{
    int rc = 0;

    for (size_t i = 0; i < r->n; i++)
        for (size_t k = 0; !rc && k < r->v[i].n_shown; k++)
            rc = read_part(p, &r->v[i], &r->v[i].shown[k], run, d);
    return rc;
}

int gather_trainings(const struct results *r, const struct spec *s, const char *run,
                     struct diag *d)
{
    struct arena      scrap = { 0 };
    struct kept_parts parts = { .arena = &scrap };
    char             *pipeline = NULL;
    int         rc = read_pipeline(run, &pipeline, d) || read_parts(&parts, r, run, d);
    struct page p = {
        .name = s->name,
        .about = s->about,
        .trainings = trainings_of(&scrap, r, run),
        .n_trainings = r->n,
        .pipeline = pipeline,
    };

    p.missed = missed_by(&scrap, r, &p.n_missed);
    take_parts(&scrap, &parts, &p);
    rc = rc || write_page(&p, run, d) ? -1 : 0;
    parts_close(&parts);
    free(pipeline);
    arena_close(&scrap);
    return rc;
}
