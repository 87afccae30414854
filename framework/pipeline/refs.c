/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "pipeline/refs.h"

#include <string.h>

#include "pipeline/names.h"

enum { DEEPEST = 256 }; /* aliases of aliases; only a cycle is deeper */

static const struct name *look(struct read *r, const struct ref *ref, int depth,
                               bool *cycle);

static const struct name *follow(struct read *r, const struct name *n, int depth,
                                 bool *cycle)
{
    if (!n || n->kind != NAME_ALIAS)
        return n;
    return look(r, n->to, depth + 1, cycle);
}

/* The block's inputs, the block's own names, and the same of the lists around it. */
static const struct name *look(struct read *r, const struct ref *ref, int depth,
                               bool *cycle)
{
    if (depth > DEEPEST) {
        *cycle = true;
        return NULL;
    }
    for (const struct frame *f = ref->frame; f; f = f->outer) {
        for (size_t i = 0; i < f->n_inputs; i++)
            if (strcmp(f->inputs[i], ref->name) == 0)
                return f->given[i].name ? look(r, &f->given[i], depth + 1, cycle) : NULL;
        const struct name *n =
            f->prefix[0]
                ? names_find(r->names, arena_printf(r->a, "%s%s", f->prefix, ref->name))
                : NULL;
        if (n)
            return follow(r, n, depth, cycle);
    }
    return follow(r, names_find(r->names, ref->name), depth, cycle);
}

/* Is the name an input of a block to which nothing was given? That was complained about.
 */
static bool not_given(const struct ref *ref)
{
    for (const struct frame *f = ref->frame; f; f = f->outer)
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
static const char *numbered(struct read *r, const struct ref *ref)
{
    const char *dot = strrchr(ref->name, '.');
    struct ref  stem = *ref;
    bool        cycle = false;

    if (!dot || !dot[1] || strspn(dot + 1, "0123456789") != strlen(dot + 1))
        return NULL;
    stem.name = arena_strndup(r->a, ref->name, (size_t)(dot - ref->name));
    const struct name *n = look(r, &stem, 0, &cycle);
    return n && n->kind == NAME_ITEM ? arena_printf(r->a, "%s%s", n->name, dot) : NULL;
}

static const char *no_x(struct read *r, const struct ref *ref)
{
    struct strbuf list = { 0 };

    for (size_t i = 0; i < r->names->n; i++)
        if (r->names->v[i].kind == NAME_STREAM)
            strbuf_printf(&list, "%s%s", list.n ? ", " : "", r->names->v[i].name);
    diag_code(
        r->d, &ref->at, "unknown-name",
        "the first item reads stream 'x', which the data do not have; from: NAME says "
        "another");
    diag_note(r->d, "streams  %s", strbuf_text(&list));
    strbuf_close(&list);
    return NULL;
}

const struct name *refs_find(struct read *r, const struct ref *ref)
{
    bool cycle = false;

    return look(r, ref, 0, &cycle);
}

const char *refs_stream(struct read *r, const struct ref *ref)
{
    bool               cycle = false;
    const struct name *n = look(r, ref, 0, &cycle);

    if (cycle) {
        diag_code(r->d, &ref->at, "cycle", "'%s' stands for itself", ref->name);
        return NULL;
    }
    const char *output = n ? n->name : numbered(r, ref);
    if (output)
        return output;
    if (r->open_streams)
        return ref->name;
    if (!ref->frame && strcmp(ref->name, "x") == 0)
        return no_x(r, ref);
    if (!not_given(ref))
        names_unknown(r, &ref->at, "stream or item", ref->name, prefix_of(ref));
    return NULL;
}

/* A block's name means its output as a stream, but no item. */
static bool names_block(struct read *r, const struct ref *ref)
{
    for (const struct frame *f = ref->frame; f; f = f->outer) {
        const struct name *n =
            names_find(r->names, arena_printf(r->a, "%s%s", f->prefix, ref->name));
        if (n)
            return n->kind == NAME_ALIAS;
    }
    return false;
}

int refs_item(struct read *r, const struct ref *ref, const char *why)
{
    bool               cycle = false;
    const struct name *n = look(r, ref, 0, &cycle);

    if (n && names_block(r, ref))
        return diag_code(r->d, &ref->at, "wrong-name",
                         "%s: '%s' is a block's output; the name of one item is needed",
                         why, ref->name);
    if (n && (n->kind == NAME_ITEM || n->kind == NAME_OUTPUT))
        return (int)n->item;
    if (n || cycle)
        return diag_code(
            r->d, &ref->at, "wrong-name",
            "%s: '%s' is a stream of the data; the name of an item is needed", why,
            ref->name);
    if (not_given(ref))
        return -1;
    return names_unknown(r, &ref->at, "item", ref->name, prefix_of(ref));
}
