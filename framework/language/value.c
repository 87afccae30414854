/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "language/value.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "language/vars.h"

/* "train.batch", or the key alone. */
static const char *path_of(const struct section *s, const char *key, struct diag *d)
{
    return *s->path ? arena_printf(d->arena, "%s.%s", s->path, key) : key;
}

/* The scalar under key; 0: there is none (null counts as none). */
static int scalar(const struct node *map, const struct section *s, const char *key,
                  const struct node **out, struct diag *d)
{
    const struct node *n = tree_find(map, key);

    if (!n || n->kind == NODE_NULL)
        return 0;
    if (n->kind != NODE_SCALAR)
        return diag_code(d, &n->at, "wrong-type", "%s: a single value is needed",
                         path_of(s, key, d));
    if (vars_left(n))
        return -1; /* complained about already */
    *out = n;
    return 1;
}

static int mistyped(const struct node *n, const struct section *s, const char *key,
                    const char *type, const char *why, struct diag *d)
{
    if (n->quoted)
        why = "without quotes it may be one";
    diag_code(d, &n->at, "wrong-type", "%s: '%s' is not %s", path_of(s, key, d), n->text,
              type);
    if (why)
        diag_note(d, "%s", why);
    return -1;
}

/* The word's row in the table, and its default as a scalar of the file, whose text
 * is NULL if it has none. */
static const struct word *look_up(const struct section *s, const char *key,
                                  struct node *def)
{
    const struct word *w = grammar_find(s->words, key);

    assert(w);
    *def = (struct node){ .kind = NODE_SCALAR, .text = w->def };
    return w;
}

int value_int(const struct node *map, const struct section *s, const char *key,
              int64_t *out, struct diag *d)
{
    struct node        def;
    const struct word *w = look_up(s, key, &def);
    const struct node *n = NULL;
    const char        *why = NULL;
    int64_t            v;
    double             real;
    int                rc = scalar(map, s, key, &n, d);

    if (w->def)
        tree_int(&def, out, NULL);
    if (rc <= 0)
        return rc;
    if (tree_int(n, &v, &why)) {
        if (tree_real(n, &real, NULL) || real != rint(real) || fabs(real) > 9e15)
            return mistyped(n, s, key, "a whole number", why, d);
        v = (int64_t)real; /* 1e3 */
    }
    if ((double)v < w->least)
        return diag_code(d, &n->at, "out-of-range", "%s: %" PRId64 " is outside [%g,inf)",
                         path_of(s, key, d), v, w->least);
    *out = v;
    return 1;
}

int value_real(const struct node *map, const struct section *s, const char *key,
               double *out, struct diag *d)
{
    struct node        def;
    const struct word *w = look_up(s, key, &def);
    const struct node *n = NULL;
    const char        *why = NULL;
    double             v;
    int                rc = scalar(map, s, key, &n, d);

    if (w->def)
        tree_real(&def, out, NULL);
    if (rc <= 0)
        return rc;
    if (tree_real(n, &v, &why))
        return mistyped(n, s, key, "a number", why, d);
    if (!isfinite(v))
        return diag_code(d, &n->at, "out-of-range", "%s: a finite number is needed",
                         path_of(s, key, d));
    if (v < w->least)
        return diag_code(d, &n->at, "out-of-range", "%s: %g is outside [%g,inf)",
                         path_of(s, key, d), v, w->least);
    *out = v;
    return 1;
}

int value_bool(const struct node *map, const struct section *s, const char *key,
               bool *out, struct diag *d)
{
    struct node        def;
    const struct word *w = look_up(s, key, &def);
    const struct node *n = NULL;
    const char        *why = NULL;
    int                rc = scalar(map, s, key, &n, d);

    if (w->def)
        tree_bool(&def, out, NULL);
    if (rc <= 0)
        return rc;
    if (tree_bool(n, out, &why))
        return mistyped(n, s, key, "true or false", why, d);
    return 1;
}

int value_text(const struct node *map, const struct section *s, const char *key,
               const char **out, struct diag *d)
{
    const struct node *n = NULL;
    int                rc = scalar(map, s, key, &n, d);

    if (rc > 0)
        *out = n->text;
    return rc;
}

/* -1: it is none. */
static int number_of(const struct word *w, const char *text, struct arena *a)
{
    const char *choice;

    for (int i = 0; (choice = grammar_choice(w, i, a)); i++)
        if (strcmp(choice, text) == 0)
            return i;
    return -1;
}

static const char *choices(const struct word *w, struct arena *a)
{
    const char *list = grammar_choice(w, 0, a), *next;

    for (int i = 1; (next = grammar_choice(w, i, a)); i++)
        list = arena_printf(a, "%s, %s", list, next);
    return list;
}

int value_choice(const struct node *map, const struct section *s, const char *key,
                 int *out, struct diag *d)
{
    struct node        def;
    const struct word *w = look_up(s, key, &def);
    const struct node *n = NULL;
    int                rc = scalar(map, s, key, &n, d);

    if (w->def)
        *out = number_of(w, w->def, d->arena);
    if (rc <= 0)
        return rc;
    int i = number_of(w, n->text, d->arena);
    if (i < 0)
        return diag_code(d, &n->at, "wrong-word", "%s: '%s' is not one of: %s",
                         path_of(s, key, d), n->text, choices(w, d->arena));
    *out = i;
    return 1;
}

int value_list(struct node **n, const char *what, struct node ***out, size_t *n_out,
               struct diag *d)
{
    *n_out = value_items(n, out);
    for (size_t i = 0; i < *n_out; i++) {
        struct node *v = (*out)[i];

        if (v->kind != NODE_SCALAR)
            return diag_code(d, &v->at, "wrong-type", "%s: a name is needed here", what);
        if (vars_left(v))
            return -1;
    }
    return 0;
}

size_t value_items(struct node **n, struct node ***out)
{
    *out = n;
    if (!*n || (*n)->kind == NODE_NULL)
        return 0;
    if ((*n)->kind != NODE_SEQ)
        return 1;
    *out = (*n)->values;
    return (*n)->n;
}
