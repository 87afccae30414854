/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "language/value.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "language/vars.h"

/* "train.batch", or the key alone. */
static const char *path_of(const char *what, const char *key, struct diag *d)
{
    return what ? arena_printf(d->arena, "%s.%s", what, key) : key;
}

/* The scalar under key; 0: there is none (null counts as none). */
static int scalar(const struct node *map, const char *what, const char *key,
                  const struct node **out, struct diag *d)
{
    const struct node *n = tree_find(map, key);

    if (!n || n->kind == NODE_NULL)
        return 0;
    if (n->kind != NODE_SCALAR)
        return diag_code(d, &n->at, "wrong-type", "%s: a single value is needed",
                         path_of(what, key, d));
    if (vars_left(n))
        return -1; /* complained about already */
    *out = n;
    return 1;
}

static int mistyped(const struct node *n, const char *what, const char *key,
                    const char *type, const char *why, struct diag *d)
{
    if (n->quoted)
        why = "without quotes it may be one";
    diag_code(d, &n->at, "wrong-type", "%s: '%s' is not %s", path_of(what, key, d),
              n->text, type);
    if (why)
        diag_note(d, "%s", why);
    return -1;
}

int value_int(const struct node *map, const char *what, const char *key, int64_t min,
              int64_t *out, struct diag *d)
{
    const struct node *n = NULL;
    const char        *why = NULL;
    int64_t            v;
    double             real;
    int                rc = scalar(map, what, key, &n, d);

    if (rc <= 0)
        return rc;
    if (tree_int(n, &v, &why)) {
        if (tree_real(n, &real, NULL) || real != rint(real) || fabs(real) > 9e15)
            return mistyped(n, what, key, "a whole number", why, d);
        v = (int64_t)real; /* 1e3 */
    }
    if (v < min)
        return diag_code(d, &n->at, "out-of-range",
                         "%s: %" PRId64 " is outside [%" PRId64 ",inf)",
                         path_of(what, key, d), v, min);
    *out = v;
    return 1;
}

int value_real(const struct node *map, const char *what, const char *key, double min,
               double *out, struct diag *d)
{
    const struct node *n = NULL;
    const char        *why = NULL;
    double             v;
    int                rc = scalar(map, what, key, &n, d);

    if (rc <= 0)
        return rc;
    if (tree_real(n, &v, &why))
        return mistyped(n, what, key, "a number", why, d);
    if (!isfinite(v))
        return diag_code(d, &n->at, "out-of-range", "%s: a finite number is needed",
                         path_of(what, key, d));
    if (v < min)
        return diag_code(d, &n->at, "out-of-range", "%s: %g is outside [%g,inf)",
                         path_of(what, key, d), v, min);
    *out = v;
    return 1;
}

int value_bool(const struct node *map, const char *what, const char *key, bool *out,
               struct diag *d)
{
    const struct node *n = NULL;
    const char        *why = NULL;
    int                rc = scalar(map, what, key, &n, d);

    if (rc <= 0)
        return rc;
    if (tree_bool(n, out, &why))
        return mistyped(n, what, key, "true or false", why, d);
    return 1;
}

int value_text(const struct node *map, const char *what, const char *key,
               const char **out, struct diag *d)
{
    const struct node *n = NULL;
    int                rc = scalar(map, what, key, &n, d);

    if (rc > 0)
        *out = n->text;
    return rc;
}

int value_goal(const struct node *map, const char *what, bool *maximize, struct diag *d)
{
    const struct node *n = NULL;
    int                rc = scalar(map, what, "goal", &n, d);

    if (rc <= 0)
        return rc;
    if (strcmp(n->text, "min") != 0 && strcmp(n->text, "max") != 0)
        return diag_code(d, &n->at, "wrong-word", "%s.goal: '%s' is not one of: min, max",
                         what, n->text);
    *maximize = n->text[1] == 'a';
    return 1;
}

int value_word(const struct node *map, const char *what, const char *key,
               const char *const *words, int *out, struct diag *d)
{
    const struct node *n = NULL;
    struct strbuf      list = { 0 };
    int                rc = scalar(map, what, key, &n, d);

    for (int i = 0; rc > 0 && words[i]; i++) {
        if (strcmp(n->text, words[i]) == 0) {
            strbuf_close(&list);
            return *out = i, 1;
        }
        strbuf_printf(&list, "%s%s", i ? ", " : "", words[i]);
    }
    if (rc > 0)
        rc = diag_code(d, &n->at, "wrong-word", "%s.%s: '%s' is not one of: %s", what,
                       key, n->text, strbuf_text(&list));
    strbuf_close(&list);
    return rc;
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
