/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "search/tryout.h"

#include <math.h>
#include <string.h>

#include "language/expr.h"
#include "search/ask.h"

struct trying {
    const struct loading *l;
    const struct source  *source;
    struct space          space;
    struct arena          scrap;
    double               *x; /* NaN: not set */
};

/* The first thing that is wrong with the file with these settings; NULL: nothing. */
static const char *wrong_with(struct trying *t, struct arena *a)
{
    struct loading l = *t->l;
    struct diag    d;
    struct loaded  p = { 0 };
    const char    *text = NULL;
    const char   **base = arena_array(a, 64, sizeof *base);
    size_t         n = 0;

    for (; l.set && l.set[n] && n < 60; n++)
        base[n] = l.set[n];
    base[n] = "search=";
    diag_init(&d, a);
    l.arena = a;
    l.diag = &d;
    l.set = space_set(&t->space, a, base, t->x);
    if (load_source(&l, t->source, PEEK_ALWAYS, &p) || load_graph(&l, &p))
        for (size_t i = 0; i < d.n && !text; i++)
            if (d.entries[i].severity == DIAG_ERROR)
                text = d.entries[i].text;
    load_close(&p);
    return text;
}

/* Sets keys that a condition names until it holds: their values, one key at a time. */
static void make_hold(struct trying *t, const struct expr *when, size_t below)
{
    const struct search_spec *s = t->space.spec;

    for (size_t i = 0; i < below; i++)
        for (size_t k = 0; k < s->dim[i].n_choices; k++) {
            double was = t->x[i];
            t->x[i] = (double)k;
            if (space_holds(&t->space, when, t->x) > 0)
                return;
            t->x[i] = was;
        }
}

static int try_value(struct trying *t, size_t i, double v, const struct at *at)
{
    const struct search_dim *dim = &t->space.spec->dim[i];
    struct arena             a = { 0 };
    int                      rc = 0;

    for (size_t k = 0; k < t->space.n; k++)
        t->x[k] = (double)NAN;
    if (dim->when)
        make_hold(t, dim->when, i);
    t->x[i] = v;
    const char *wrong = wrong_with(t, &a);
    if (wrong)
        rc = diag_code(t->l->diag, at, "search", "search.space: %s = %s: %s", dim->path,
                       space_text(&t->space, &a, i, v), wrong);
    arena_close(&a);
    return rc;
}

static int try_all(struct trying *t)
{
    int rc = 0;

    for (size_t i = 0; i < t->space.n; i++) {
        const struct search_dim *dim = &t->space.spec->dim[i];
        bool                     bad = false;
        for (size_t k = 0; k < dim->n_choices; k++)
            bad |= try_value(t, i, (double)k, &dim->choice[k]->at) != 0;
        if (dim->kind != DIM_CHOICE)
            bad = try_value(t, i, dim->low, &dim->at_low) ||
                  try_value(t, i, dim->high, &dim->at_high);
        rc = bad ? -1 : rc;
    }
    return rc;
}

/* A sampler may not take every space: its setup says so. */
static int try_sampler(struct trying *t)
{
    struct search s = {
        .loading = t->l, .spec = t->space.spec, .space = t->space, .fd = -1
    };
    int rc = ask_open(&s);

    ask_close(&s);
    return rc;
}

int tryout_space(const struct loading *l, const struct source *source,
                 const struct spec *spec)
{
    struct trying t = { .l = l, .source = source };

    if (!spec || !spec->search)
        return 0;
    space_open(&t.space, &t.scrap, spec->search);
    t.x = arena_array(&t.scrap, t.space.n + 1, sizeof *t.x);
    int rc = try_sampler(&t);
    rc = try_all(&t) ? -1 : rc;
    arena_close(&t.scrap);
    return rc;
}
