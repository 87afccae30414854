/* SPDX-License-Identifier: MIT */
/* The page of a run: gathers what stands in it. */
#include <config.h>
#include "view/view.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/fsio.h"
#include "run/feed.h"

static struct page_part *find(const struct view *v, const char *file)
{
    for (size_t i = 0; i < v->n_parts; i++)
        if (strcmp(v->parts[i].report, v->item->name) == 0 &&
            strcmp(v->parts[i].file, file) == 0)
            return &v->parts[i];
    return NULL;
}

static struct page_part *add_part(struct view *v, const char *file)
{
    struct page_part *parts = realloc(v->parts, (v->n_parts + 1) * sizeof *parts);

    if (!parts)
        return NULL;
    v->parts = parts;
    parts[v->n_parts] =
        (struct page_part){ v->item->name, arena_strdup(v->session->arena, file), NULL,
                            0 };
    return &parts[v->n_parts++];
}

static int append(struct page_part *p, const void *bytes, size_t n)
{
    unsigned char *all = p ? realloc((void *)(uintptr_t)p->bytes, p->n + n + 1) : NULL;

    if (!all)
        return NNP_ENOMEM;
    memcpy(all + p->n, bytes, n);
    p->bytes = all;
    p->n += n;
    return 0;
}

int view_keep(struct view *v, const char *file, const void *bytes, size_t n)
{
    return append(add_part(v, file), bytes, n);
}

static const char *text_file(const struct view *v)
{
    return arena_printf(v->session->arena, "%s.txt", v->item->name);
}

int view_keep_text(struct view *v, const char *text)
{
    const char       *file = text_file(v);
    struct page_part *part = find(v, file);

    return append(part ? part : add_part(v, file), text, strlen(text));
}

const struct page_part *view_text(const struct view *v)
{
    return find(v, text_file(v));
}

/* ---- facts ------------------------------------------------------------------------- */

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
    const char *why = o->ending == ENDED_WHEN       ? ", stopped by its condition"
                      : o->ending == ENDED_PATIENCE ? ", stopped, nothing better came"
                      : o->ending == ENDED_SIGNAL   ? ", interrupted"
                                                    : "";

    if (!o->epochs)
        return NULL;
    return arena_printf(f->a, "%" PRId64 "%s; weights of epoch %" PRId64 "%s", o->epochs,
                        why, o->best_epoch ? o->best_epoch : o->epochs,
                        o->attempts > 1 ? arena_printf(f->a, "; attempt %d", o->attempts)
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
static void gather(struct facts *f, const struct view *v)
{
    const struct session *s = v->session;
    const struct outcome *o = &v->trainer->outcome;

    add(f, "data", rows_of(f, s));
    add(f, "parameters",
        arena_printf(f->a, "%" PRId64, graph_n_weights(s->graph, false)));
    add(f, "loss", chain(f, &s->spec->loss));
    add(f, "optimizer", chain(f, &s->spec->optim.chain));
    add(f, "epochs", ending(f, o));
    add(f, "batch", arena_printf(f->a, "%" PRId64, s->spec->train.batch));
    add(f, "seed", arena_printf(f->a, "%" PRIu64, s->seed));
    add(f, "memory", size_of(f, s->footprint.total));
}

static size_t curves_of(const struct view *v, struct page_curve **out, struct arena *a)
{
    const struct history *h = &v->trainer->state.history;

    *out = arena_array(a, h->n + 1, sizeof **out);
    for (size_t i = 0; i < h->n && !v->shows_curves; i++)
        (*out)[i] = (struct page_curve){ h->curves[i].name, h->curves[i].epoch,
                                         h->curves[i].value, h->curves[i].n };
    return v->shows_curves ? 0 : h->n;
}

int view_page(struct view *v, struct diag *d)
{
    struct arena       scrap = { 0 };
    struct facts       f = { .a = &scrap };
    struct page_curve *curves;
    char              *pipeline = NULL;
    size_t             n;

    if (!v->folder || !v->trainer)
        return 0;
    const char *folder = arena_printf(&scrap, "%s/report", v->folder);
    int         rc = fsio_folder(folder, d) ||
             fsio_read(arena_printf(&scrap, "%s/pipeline.yaml", v->folder), 1 << 26,
                       &pipeline, &n, d);
    gather(&f, v);
    struct page p = {
        .name = v->session->spec->name,
        .about = v->session->spec->about,
        .facts = f.v,
        .n_facts = f.n,
        .figures = v->trainer->finals.v,
        .n_figures = v->trainer->finals.n,
        .n_curves = curves_of(v, &curves, &scrap),
        .parts = v->parts,
        .n_parts = v->n_parts,
        .missed = v->said,
        .n_missed = (size_t)v->missed,
        .pipeline = pipeline,
    };
    p.curves = curves;
    if (!rc)
        rc = page_write(&p, arena_printf(&scrap, "%s/index.html", folder), d);
    free(pipeline);
    arena_close(&scrap);
    return rc ? -1 : 0;
}
