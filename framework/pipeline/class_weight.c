/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "pipeline/class_weight.h"

#include <math.h>
#include <string.h>

#include "language/names.h"
#include "language/value.h"
#include "language/vars.h"

static const struct node *find(const struct parts *p, const char *key)
{
    const struct node *n = tree_find(p->beside, key);

    return n && n->kind != NODE_NULL ? n : NULL;
}

/* A stream of the data: only these are there before the model has run. */
static void read_rows(struct read *r, const struct parts *p, struct item *item)
{
    const struct node *n = find(p, "sample_weight");
    const struct name *name;

    if (!n || value_text(p->beside, &grammar_beside_loss, "sample_weight",
                         &item->sample_weight, r->d) <= 0)
        return;
    name = names_find(r->names, n->text);
    if (!name && !r->names->open)
        names_unknown(r->names, &n->at, "stream of the data", n->text, "", r->d);
    else if (name && name->kind != NAME_STREAM)
        diag_code(
            r->d, &n->at, "unknown-stream",
            "sample_weight: '%s' comes from the model, a stream of the data is needed",
            n->text);
}

static int read_number(struct read *r, const struct node *n, double *out)
{
    if (n->kind == NODE_SCALAR && tree_real(n, out, NULL) == 0 && isfinite(*out) &&
        *out >= 0)
        return 0;
    return diag_code(r->d, &n->at, "wrong-type",
                     "class_weight: a number from 0 on is needed for each class");
}

static int read_all(struct read *r, const struct node *n, struct class_weight *w)
{
    w->n = n->n;
    w->value = arena_array(r->a, n->n + 1, sizeof *w->value);
    if (n->kind == NODE_MAP)
        w->class = arena_array(r->a, n->n + 1, sizeof *w->class);
    for (size_t i = 0; i < n->n; i++) {
        if (vars_left(n->values[i]) || read_number(r, n->values[i], &w->value[i]))
            return -1;
        if (w->class)
            w->class[i] = n->keys[i]->text;
    }
    return 0;
}

static void read_classes(struct read *r, const struct parts *p, struct item *item)
{
    const struct node   *n = find(p, "class_weight");
    struct class_weight *w = arena_alloc(r->a, sizeof *w);

    if (!n || vars_left(n))
        return;
    w->at = n->at;
    w->balanced = n->kind == NODE_SCALAR && strcmp(n->text, "balanced") == 0;
    if (n->kind == NODE_SCALAR && !w->balanced)
        diag_code(r->d, &n->at, "wrong-type",
                  "class_weight: '%s' is no weight of classes; balanced, [1, 2.5] and "
                  "{1: 2.5} are",
                  n->text);
    else if (n->kind == NODE_SCALAR || read_all(r, n, w) == 0)
        item->class_weight = w;
}

void class_weight_read(struct read *r, const struct parts *p, struct item *item)
{
    static const char *const keys[] = { "sample_weight", "class_weight" };

    if (strcmp(item->type->kind, "loss") == 0) {
        read_rows(r, p, item);
        read_classes(r, p, item);
        return;
    }
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (find(p, keys[i]))
            diag_code(r->d, &tree_find_key(p->beside, keys[i])->at, "unknown-key",
                      "'%s' has no meaning for %s, a regularizer", keys[i],
                      item->type->name);
}

struct node *class_weight_resolved(struct arena *a, struct class_weight *w)
{
    if (!w)
        return NULL;
    w->resolved = w->balanced ? tree_scalar(a, "balanced", w->at)
                              : tree_new(a, w->class ? NODE_MAP : NODE_SEQ, w->at);
    for (size_t i = 0; i < w->n; i++) {
        struct node *value = tree_number(a, w->value[i], w->at);
        if (w->class)
            tree_set(a, w->resolved, w->class[i], w -> at, value);
        else
            tree_add(a, w->resolved, value);
    }
    return w->resolved;
}
