/* SPDX-License-Identifier: MIT */
/* All stages of a file at once: what check looks at, and what a run checks before it
 * begins. */
#include <config.h>
#include "cli/pipeline.h"

#include <string.h>

/* Everything a run does before it reads data; data: and that. */
static int look_at(struct cli *c, const struct source *source, const char *stage,
                   bool data, struct pipeline *p)
{
    struct session_options o = { .threads = 1, .train = true };

    if (pipeline_open_stage(c, source, stage, -1, data ? PEEK_NEVER : PEEK_ALWAYS, p))
        return -1;
    return data && !p->spec->data.missing ? pipeline_start(c, p, &o)
                                          : pipeline_graph(c, p);
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

int pipelines_open(struct cli *c, const struct source *source, bool data,
                   struct pipelines *all)
{
    static const char *const  none[] = { NULL, NULL };
    const struct spec_options o = { .set = c->set, .seed = -1, .env = environment_get };
    const char *const        *names = none;
    const char               *one[] = { c->stage, NULL };
    int                       rc = 0;

    if (!source || !cli_registry(c))
        return -1;
    if (c->stage)
        names = one;
    else if (!(names = spec_stages(&c->arena, source, c->registry, &o, &c->diag)))
        return -1;
    for (all->n = 0; names[all->n];)
        all->n++;
    all->n = all->n ? all->n : 1;
    all->p = arena_array(&c->arena, all->n, sizeof *all->p);
    for (size_t i = 0; i < all->n; i++) {
        size_t before = c->diag.n;
        if (look_at(c, source, names[i], data, &all->p[i]))
            rc = -1;
        forget_repeats(&c->diag, before);
    }
    return rc;
}

void pipelines_close(struct pipelines *all)
{
    for (size_t i = 0; i < all->n; i++)
        pipeline_close(&all->p[i]);
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

struct node *pipelines_resolved(struct cli *c, const struct pipelines *all)
{
    static const char *const head[] = { "nnpipe",   "name",  "about",
                                        "requires", "seeds", NULL };
    static const char *const own[] = { "data",  "model",   "loss", "optim",
                                       "train", "metrics", NULL };
    struct arena            *a = &c->arena;
    const struct node       *first = all->p[0].spec->resolved;
    struct node             *whole = tree_new(a, NODE_MAP, first->at);
    struct node             *list = tree_new(a, NODE_SEQ, first->at);
    struct node             *report = tree_new(a, NODE_SEQ, first->at);

    if (all->n == 1 && (c->stage || !all->p[0].spec->stage))
        return all->p[0].spec->resolved;
    for (size_t k = 0; head[k]; k++)
        if (tree_find(first, head[k]))
            tree_set(a, whole, head[k], first->at, tree_find(first, head[k]));
    for (size_t i = 0; i < all->n; i++) {
        const struct spec *s = all->p[i].spec;
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
