/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "train/figures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/split.h"
#include "plugin/synonyms.h"

/* ---- the list ---- */

struct figure *figures_next(struct figures *f)
{
    if (f->n == f->room) {
        size_t         room = f->room ? 2 * f->room : 16;
        struct figure *more = realloc(f->v, room * sizeof *more);

        if (!more)
            arena_run_out(room * sizeof *more);
        memset(more + f->room, 0, (room - f->room) * sizeof *more);
        f->v = more;
        f->room = room;
    }
    f->v[f->n].value = 0;
    return &f->v[f->n++];
}

void figures_add(struct figures *f, const char *name, double value)
{
    *figures_next(f) = (struct figure){ name, value, false };
}

static bool goes_on(const char *detail, const char *name)
{
    size_t n = strlen(name);

    return strncmp(detail, name, n) == 0 && detail[n] == '.';
}

/* Details stand in a row, so the one figure they belong to is looked for once. */
void figures_mark(struct figures *f)
{
    size_t whole = 0;

    for (size_t i = 0; i < f->n; i++) {
        const char *name = f->v[i].name, *dot = strchr(name, '.');

        if (!dot || !strchr(dot + 1, '.'))
            continue;
        for (size_t k = 0; k < f->n && !goes_on(name, f->v[whole].name); k++)
            whole = k;
        f->v[i].detail = goes_on(name, f->v[whole].name);
    }
}

void figures_close(struct figures *f)
{
    free(f->v);
    *f = (struct figures){ 0 };
}

/* ---- names ---- */

/* The part of the data that a name without one is about. */
static enum split usual_split(const struct figures *f)
{
    for (size_t i = 0; i < f->n; i++)
        if (split_of(f->v[i].name) == SPLIT_VAL)
            return SPLIT_VAL;
    return SPLIT_TRAIN;
}

const struct figure *figures_find(const struct figures *f, const char *name)
{
    enum split usual = usual_split(f);

    for (size_t i = 0; i < f->n; i++) {
        const char *full = f->v[i].name;
        if (strcmp(full, name) == 0 ||
            (split_of(full) == usual && strcmp(split_metric(full), name) == 0))
            return &f->v[i];
    }
    return NULL;
}

double figures_value(const struct figures *f, const char *name)
{
    const struct figure *found = figures_find(f, name);

    return found ? found->value : (double)NAN;
}

double figures_watched(void *f, const char *name)
{
    return figures_value(f, name);
}

/* Every name that figures_find knows, NULL-terminated. */
static const char *const *known_names(struct arena *a, const struct figures *f)
{
    enum split   usual = usual_split(f);
    const char **names = arena_array(a, 2 * f->n + 1, sizeof *names);
    size_t       n = 0;

    for (size_t i = 0; i < f->n; i++) {
        names[n++] = f->v[i].name;
        if (split_of(f->v[i].name) == usual)
            names[n++] = split_metric(f->v[i].name);
    }
    return names;
}

int figures_refuse(const struct figures *f, const struct at *at, const char *who,
                   const char *name, struct diag *d)
{
    const char *near = synonyms_nearest(name, known_names(d->arena, f));

    return near ? diag_error(d, at, "%s: no figure is called '%s'; '%s' is", who, name,
                             near)
                : diag_error(d, at, "%s: no figure is called '%s'", who, name);
}

/* ---- conditions ---- */

static int look_up(void *arg, const char *name, struct expr_value *out)
{
    const struct figures *f = *(const struct figures **)arg;
    const struct figure  *found = figures_find(f, name);

    if (!found && f->epoch && strcmp(name, "epoch") == 0)
        *out = (struct expr_value){ .is_int = true, .i = f->epoch };
    else if (found)
        *out = (struct expr_value){ .r = found->value };
    else
        return -1;
    return 0;
}

/* It is asked every epoch: the names for a message are listed when there is one. */
int figures_hold(const struct figures *f, const struct expr *e, struct diag *d)
{
    struct expr_value v;

    if (expr_eval(e, look_up, &f, NULL, &v, NULL) == 0)
        return v.r != 0;
    if (d)
        (void)expr_eval(e, look_up, &f, known_names(d->arena, f), &v, d);
    return -1;
}
