/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "language/refs.h"

#include <string.h>

#include "language/names.h"

enum { DEEPEST = 256 }; /* aliases of aliases; only a cycle is deeper */

static const struct name *look(const struct names *t, const struct ref *ref, int depth,
                               bool *cycle);

static const struct name *follow(const struct names *t, const struct name *n, int depth,
                                 bool *cycle)
{
    if (!n || n->kind != NAME_ALIAS)
        return n;
    return look(t, n->to, depth + 1, cycle);
}

/* The block's inputs, the block's own names, and the same of the lists around it. */
static const struct name *look(const struct names *t, const struct ref *ref, int depth,
                               bool *cycle)
{
    if (depth > DEEPEST) {
        *cycle = true;
        return NULL;
    }
    for (const struct listing *f = ref->frame; f; f = f->outer) {
        for (size_t i = 0; i < f->n_inputs; i++)
            if (strcmp(f->inputs[i], ref->name) == 0)
                return f->given[i].name ? look(t, &f->given[i], depth + 1, cycle) : NULL;
        const struct name *n =
            f->prefix[0]
                ? names_find(t, arena_printf(t->arena, "%s%s", f->prefix, ref->name))
                : NULL;
        if (n)
            return follow(t, n, depth, cycle);
    }
    return follow(t, names_find(t, ref->name), depth, cycle);
}

/* Is the name an input of a block to which nothing was given? That was complained about.
 */
static bool not_given(const struct ref *ref)
{
    for (const struct listing *f = ref->frame; f; f = f->outer)
        for (size_t i = 0; i < f->n_inputs; i++)
            if (strcmp(f->inputs[i], ref->name) == 0)
                return !f->given[i].name || not_given(&f->given[i]);
    return false;
}

static const char *prefix_of(const struct ref *ref)
{
    return ref->frame ? ref->frame->prefix : "";
}

/* enc.1 is the second output of enc when it has no name of its own. */
static const char *numbered(const struct names *t, const struct ref *ref)
{
    const char *dot = strrchr(ref->name, '.');
    struct ref  stem = *ref;
    bool        cycle = false;

    if (!dot || !dot[1] || strspn(dot + 1, "0123456789") != strlen(dot + 1))
        return NULL;
    stem.name = arena_strndup(t->arena, ref->name, (size_t)(dot - ref->name));
    const struct name *n = look(t, &stem, 0, &cycle);
    return n && n->kind == NAME_ITEM ? arena_printf(t->arena, "%s%s", n->name, dot)
                                     : NULL;
}

static const char *no_x(const struct names *t, const struct ref *ref, struct diag *d)
{
    struct strbuf list = { 0 };

    for (size_t i = 0; i < t->n; i++)
        if (t->v[i].kind == NAME_STREAM)
            strbuf_printf(&list, "%s%s", list.n ? ", " : "", t->v[i].name);
    diag_code(
        d, &ref->at, "unknown-name",
        "the first item reads stream 'x', which the data do not have; from: NAME says "
        "another");
    diag_note(d, "streams  %s", strbuf_text(&list));
    strbuf_close(&list);
    return NULL;
}

const struct name *refs_find(const struct names *t, const struct ref *ref)
{
    bool cycle = false;

    return look(t, ref, 0, &cycle);
}

const char *refs_stream(const struct names *t, const struct ref *ref, struct diag *d)
{
    bool               cycle = false;
    const struct name *n = look(t, ref, 0, &cycle);

    if (cycle) {
        diag_code(d, &ref->at, "cycle", "'%s' stands for itself", ref->name);
        return NULL;
    }
    const char *output = n ? n->name : numbered(t, ref);
    if (output)
        return output;
    if (t->open)
        return ref->name;
    if (!ref->frame && strcmp(ref->name, "x") == 0)
        return no_x(t, ref, d);
    if (!not_given(ref))
        names_unknown(t, &ref->at, "stream or item", ref->name, prefix_of(ref), d);
    return NULL;
}

/* A block's name means its output as a stream, but no item. */
static bool names_block(const struct names *t, const struct ref *ref)
{
    for (const struct listing *f = ref->frame; f; f = f->outer) {
        const struct name *n =
            names_find(t, arena_printf(t->arena, "%s%s", f->prefix, ref->name));
        if (n)
            return n->kind == NAME_ALIAS;
    }
    return false;
}

int refs_item(const struct names *t, const struct ref *ref, const char *why,
              struct diag *d)
{
    bool               cycle = false;
    const struct name *n = look(t, ref, 0, &cycle);

    if (n && names_block(t, ref))
        return diag_code(d, &ref->at, "wrong-name",
                         "%s: '%s' is a block's output; the name of one item is needed",
                         why, ref->name);
    if (n && (n->kind == NAME_ITEM || n->kind == NAME_OUTPUT))
        return (int)n->item;
    if (n || cycle)
        return diag_code(
            d, &ref->at, "wrong-name",
            "%s: '%s' is a stream of the data; the name of an item is needed", why,
            ref->name);
    if (not_given(ref))
        return -1;
    return names_unknown(t, &ref->at, "item", ref->name, prefix_of(ref), d);
}
