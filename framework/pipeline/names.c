/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "pipeline/names.h"

#include <string.h>

static uint64_t hash(const char *s)
{
    uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */

    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * 0x100000001b3u;
    return h;
}

/* The next slot after *k that holds this hash, or the free one at the end of them. */
static struct slot *probe(const struct index *x, uint64_t h, size_t *k)
{
    struct slot *s;

    do
        s = &x->slots[(h + (*k)++) & (x->size - 1)];
    while (s->at && s->hash != h);
    return s;
}

static void enter(struct index *x, uint64_t h, size_t at)
{
    struct slot *s;
    size_t       k = 0;

    do
        s = probe(x, h, &k);
    while (s->at);
    *s = (struct slot){ h, at };
}

/* The element n of an array has come. */
static void index_add(struct arena *a, struct index *x, uint64_t h, size_t n)
{
    if (2 * n > x->size) {
        struct index old = *x;
        x->size = old.size ? 2 * old.size : 64;
        x->slots = arena_array(a, x->size, sizeof *x->slots);
        for (size_t i = 0; i < old.size; i++)
            if (old.slots[i].at)
                enter(x, old.slots[i].hash, old.slots[i].at);
    }
    enter(x, h, n);
}

struct name *names_find(const struct names *t, const char *name)
{
    uint64_t h = hash(name);
    size_t   at, k = 0;

    while (t->n && (at = probe(&t->index, h, &k)->at))
        if (strcmp(t->v[at - 1].name, name) == 0)
            return &t->v[at - 1];
    return NULL;
}

static const char *all_kinds(struct read *r)
{
    char *kinds = arena_strdup(r->a, "");

    for (size_t i = 0; registry_kinds[i]; i++)
        kinds = arena_printf(r->a, "%s%s%s", kinds, i ? " " : "", registry_kinds[i]);
    return kinds;
}

const char *names_plugin(struct read *r, const char *word)
{
    if (!r->kinds)
        r->kinds = all_kinds(r);
    return registry_has(r->registry, r->kinds, word);
}

static int check_name(struct read *r, const char *name, const struct at *at)
{
    if (!grammar_name(name)) {
        diag_code(r->d, at, "bad-name", "'%s' is no name", name);
        diag_note(r->d,
                  "names  start with a small letter, then small letters, digits and _");
        return -1;
    }
    if (grammar_reserved(name))
        return diag_code(r->d, at, "bad-name",
                         "'%s' is a word of the language and cannot be a name", name);
    const char *kind = names_plugin(r, name);
    if (kind)
        return diag_code(
            r->d, at, "bad-name",
            "'%s' is the name of a plugin (%s) and cannot name anything else", name,
            kind);
    return 0;
}

static int refuse_second(struct read *r, const char *name, const struct name *old,
                         const struct at *at)
{
    if (old->kind == NAME_STREAM)
        diag_code(r->d, at, "taken", "'%s' is a stream of the data already", name);
    else
        diag_code(r->d, at, "taken", "'%s' is the name of the item in line %u already",
                  name, old->at.line);
    return -1;
}

static struct name *add(struct read *r, const char *full, enum name_kind kind,
                        const struct at *at)
{
    struct names *t = r->names;

    if (t->n == t->room) {
        size_t room = t->room ? 2 * t->room : 32;
        t->v = arena_grow(r->a, t->v, t->n, room, sizeof *t->v);
        t->room = room;
    }
    t->v[t->n++] = (struct name){ .name = full, .kind = kind, .at = *at };
    index_add(r->a, &t->index, hash(full), t->n);
    return &t->v[t->n - 1];
}

struct name *names_add(struct read *r, const char *full, const char *short_name,
                       enum name_kind kind, const struct at *at)
{
    const struct name *old = names_find(r->names, full);

    bool good = !short_name || check_name(r, short_name, at) == 0;

    if (old && good)
        refuse_second(r, short_name ? short_name : full, old, at);
    if (old)
        return NULL;
    /* A bad name is known from here on, or every use of it would be another mistake. */
    return add(r, full, kind, at);
}

static struct counter *counter(struct read *r, const char *base)
{
    struct names *t = r->names;
    uint64_t      h = hash(base);
    size_t        at, k = 0;

    while (t->n_counters && (at = probe(&t->counters_index, h, &k)->at))
        if (strcmp(t->counters[at - 1].base, base) == 0)
            return &t->counters[at - 1];
    if (t->n_counters == t->room_counters) {
        size_t room = t->room_counters ? 2 * t->room_counters : 16;
        t->counters =
            arena_grow(r->a, t->counters, t->n_counters, room, sizeof *t->counters);
        t->room_counters = room;
    }
    t->counters[t->n_counters++] = (struct counter){ base, 0 };
    index_add(r->a, &t->counters_index, h, t->n_counters);
    return &t->counters[t->n_counters - 1];
}

const char *names_generate(struct read *r, const char *prefix, const char *base)
{
    char           *stem = arena_printf(r->a, "%s%s", prefix, base);
    struct counter *c = counter(r, stem);
    char           *name;

    do
        name = arena_printf(r->a, "%s%zu", stem, ++c->n);
    while (names_find(r->names, name));
    return name;
}

const char *const *names_list(struct read *r, const char *prefix)
{
    const struct names *t = r->names;
    const char        **list = arena_array(r->a, t->n + 1, sizeof *list);
    size_t              length = strlen(prefix);

    for (size_t i = 0; i < t->n; i++) {
        bool inside = strncmp(t->v[i].name, prefix, length) == 0;
        list[i] = t->v[i].name + (inside ? length : 0);
    }
    return list;
}

static bool only_items(const char *what)
{
    return strncmp(what, "item", 4) == 0;
}

/* d1/NAME, for one who looks for NAME outside of the block. */
static const char *in_block(const struct names *t, const char *name)
{
    for (size_t i = 0; i < t->n; i++) {
        const char *slash = strrchr(t->v[i].name, '/');

        if (slash && strcmp(slash + 1, name) == 0)
            return t->v[i].name;
    }
    return NULL;
}

int names_unknown(struct read *r, const struct at *at, const char *what, const char *name,
                  const char *prefix)
{
    const char *near = diag_nearest(name, names_list(r, prefix));

    if (near) {
        diag_code(r->d, at, "unknown-name", "no %s is called '%s'; '%s' is", what, name,
                  near);
        diag_fix(r->d, near);
        return -1;
    }
    diag_code(r->d, at, "unknown-name", "no %s is called '%s'", what, name);
    const char *inside = in_block(r->names, name);
    if (inside) {
        diag_note(r->d, "inside a block  %s", inside);
        return -1;
    }
    struct strbuf list = { 0 };
    for (size_t i = 0; i < r->names->n && list.n < 60; i++)
        if (!strchr(r->names->v[i].name, '/') &&
            (r->names->v[i].kind != NAME_STREAM || !only_items(what)))
            strbuf_printf(&list, "%s%s", list.n ? ", " : "", r->names->v[i].name);
    if (list.n)
        diag_note(r->d, "names  %s%s", strbuf_text(&list), list.n >= 60 ? ", ..." : "");
    strbuf_close(&list);
    return -1;
}

/* ---- words for weights ------------------------------------------------------------- */

static bool is_group(const char *text)
{
    return strcmp(text, "weights") == 0 || strcmp(text, "biases") == 0 ||
           strcmp(text, "all") == 0;
}

bool names_pattern(const char *text)
{
    return is_group(text) || strpbrk(text, "*.");
}

/* '*' stands for any letters; everything else for itself. */
static bool matches(const char *pattern, const char *name)
{
    const char *star = NULL, *from = NULL;

    while (*name) {
        if (*pattern == '*') {
            star = ++pattern;
            from = name;
        } else if (*pattern == *name) {
            pattern++;
            name++;
        } else if (star) {
            pattern = star;
            name = ++from;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return !*pattern;
}

int names_check_pattern(struct read *r, const struct node *n)
{
    const struct names *t = r->names;
    const char         *dot = strchr(n->text, '.');
    char               *item = dot ? arena_strndup(r->a, n->text, (size_t)(dot - n->text))
                                   : arena_strdup(r->a, n->text);

    if (is_group(n->text))
        return 0;
    for (size_t i = 0; i < t->n; i++)
        if (t->v[i].kind != NAME_STREAM && matches(item, t->v[i].name))
            return 0;
    if (strchr(item, '*'))
        return diag_code(r->d, &n->at, "unknown-name",
                         "no item of the model is called like '%s'", item);
    return names_unknown(r, &n->at, "item of the model", item, "");
}
