/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "jobs/stages.h"

#include <string.h>

/* Everything a run does before it reads data; data: and that. */
static int look_at(const struct loading *l, const struct source *source, bool data,
                   struct loaded *out)
{
    struct session_options o = { .threads = 1, .train = true };

    if (load_source(l, source, data ? PEEK_NEVER : PEEK_ALWAYS, out))
        return -1;
    return data && !out->spec->data.missing ? load_start(l, out, &o) : load_graph(l, out);
}

static bool said_before(const struct diag *d, size_t n, const struct diag_entry *e)
{
    for (size_t k = 0; k < n; k++)
        if (e->at.source == d->entries[k].at.source &&
            e->at.line == d->entries[k].at.line &&
            e->at.column == d->entries[k].at.column &&
            strcmp(e->text, d->entries[k].text) == 0)
            return true;
    return false;
}

/* What stages have in common is wrong in each of them, and said once. */
static void forget_repeats(struct diag *d, size_t before)
{
    size_t kept = before;

    for (size_t i = before; i < d->n; i++)
        if (!said_before(d, before, &d->entries[i]))
            d->entries[kept++] = d->entries[i];
        else if (d->entries[i].severity == DIAG_ERROR)
            d->errors--;
    d->n = kept;
}

/* Which there are to load, NULL-terminated, at least one; NULL after errors. */
static const char *const *names_of(const struct loading *l, const struct source *source)
{
    const struct spec_options o = { .set = l->set, .seed = -1, .env = l->env };
    const char *const        *names;
    const char              **one = arena_array(l->arena, 2, sizeof *one);

    one[0] = l->stage;
    names = l->stage ? one : spec_stages(l->arena, source, l->registry, &o, l->diag);
    return names && !names[0] ? one : names;
}

int stages_load(const struct loading *l, const struct source *source, bool data,
                struct stages *out)
{
    const char *const *names = source && l->registry ? names_of(l, source) : NULL;
    struct loading     own = *l;
    int                rc = 0;

    *out = (struct stages){ 0 };
    if (!names)
        return -1;
    do
        out->n++;
    while (names[out->n - 1] && names[out->n]);
    out->v = arena_array(l->arena, out->n, sizeof *out->v);
    for (size_t i = 0; i < out->n; i++) {
        size_t before = l->diag->n;
        own.stage = names[i];
        if (look_at(&own, source, data, &out->v[i]))
            rc = -1;
        forget_repeats(l->diag, before);
    }
    return rc;
}

void stages_close(struct stages *all)
{
    for (size_t i = 0; i < all->n; i++)
        load_close(&all->v[i]);
}

/* ---- the whole file ---- */

static void put_stage_keys(struct arena *a, struct node *to, const struct stage_spec *s)
{
    tree_set(a, to, "name", s->at, tree_scalar(a, s->name, s->at));
    if (s->after)
        tree_set(a, to, "after", s->at, tree_scalar(a, s->after, s->at));
    if (s->input)
        tree_set(a, to, "input", s->at, tree_scalar(a, s->input, s->at));
}

static void add_reports(struct arena *a, struct node *to, const struct spec *s)
{
    struct node *own = tree_find(s->resolved, "report");

    for (size_t i = 0; own && i < own->n; i++) {
        struct node *item = tree_copy(a, own->values[i]);
        tree_set(a, item, "stage", item->at, tree_scalar(a, s->stage->name, item->at));
        tree_add(a, to, item);
    }
}

struct node *stages_resolved(const struct loading *l, const struct stages *all)
{
    static const char *const head[] = { "nnpipe",   "name",  "about",
                                        "requires", "seeds", NULL };
    static const char *const own[] = { "data",  "model",   "loss", "optim",
                                       "train", "metrics", NULL };
    struct arena            *a = l->arena;
    const struct node       *first = all->v[0].spec->resolved;
    struct node             *whole = tree_new(a, NODE_MAP, first->at);
    struct node             *list = tree_new(a, NODE_SEQ, first->at);
    struct node             *report = tree_new(a, NODE_SEQ, first->at);

    if (all->n == 1 && (l->stage || !all->v[0].spec->stage))
        return all->v[0].spec->resolved;
    for (size_t k = 0; head[k]; k++)
        if (tree_find(first, head[k]))
            tree_set(a, whole, head[k], first->at, tree_find(first, head[k]));
    for (size_t i = 0; i < all->n; i++) {
        const struct spec *s = all->v[i].spec;
        struct node       *stage = tree_new(a, NODE_MAP, first->at);
        put_stage_keys(a, stage, s->stage);
        for (size_t k = 0; own[k]; k++)
            if (tree_find(s->resolved, own[k]))
                tree_set(a, stage, own[k], first->at, tree_find(s->resolved, own[k]));
        tree_add(a, list, stage);
        add_reports(a, report, s);
    }
    tree_set(a, whole, "stages", first->at, list);
    if (report->n)
        tree_set(a, whole, "report", first->at, report);
    return whole;
}
