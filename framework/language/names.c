/* SPDX-License-Identifier: MIT */
/*
 * One table of names for streams, items and outputs, because `from: code` does not say
 * which of them it means. It is searched for every word of a file, and a block that is
 * repeated may make a hundred thousand names, so a hash table points into the array:
 * reading a file stays linear in its size. The array keeps the order of the file for
 * messages that list it.
 */
#include <config.h>
#include "language/names.h"

#include <string.h>

#include "language/grammar.h"
#include "language/pattern.h"
#include "plugin/kinds.h"

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

const char *names_plugin(struct names *t, const char *word)
{
    return registry_has(t->registry, kinds_any, word);
}

static int check_new_name(struct names *t, const char *name, const struct at *at,
                          struct diag *d)
{
    if (!grammar_name(name)) {
        diag_code(d, at, "bad-name", "'%s' is no name", name);
        diag_note(d,
                  "names  start with a small letter, then small letters, digits and _");
        return -1;
    }
    if (grammar_reserved(name))
        return diag_code(d, at, "bad-name",
                         "'%s' is a word of the language and cannot be a name", name);
    const char *kind = names_plugin(t, name);
    if (kind)
        return diag_code(
            d, at, "bad-name",
            "'%s' is the name of a plugin (%s) and cannot name anything else", name,
            kind);
    return 0;
}

static int refuse_second(const char *name, const struct name *old, const struct at *at,
                         struct diag *d)
{
    if (old->kind == NAME_STREAM)
        diag_code(d, at, "taken", "'%s' is a stream of the data already", name);
    else
        diag_code(d, at, "taken", "'%s' is the name of the item in line %u already", name,
                  old->at.line);
    return -1;
}

static struct name *enter_name(struct names *t, const char *full, enum name_kind kind,
                               const struct at *at)
{
    if (t->n == t->room) {
        size_t room = t->room ? 2 * t->room : 32;
        t->v = arena_grow(t->arena, t->v, t->n, room, sizeof *t->v);
        t->room = room;
    }
    t->v[t->n++] = (struct name){ .name = full, .kind = kind, .at = *at };
    index_add(t->arena, &t->index, hash(full), t->n);
    return &t->v[t->n - 1];
}

struct name *names_add(struct names *t, const char *full, const char *short_name,
                       enum name_kind kind, const struct at *at, struct diag *d)
{
    const struct name *old = names_find(t, full);

    bool good = !short_name || check_new_name(t, short_name, at, d) == 0;

    if (old && good)
        refuse_second(short_name ? short_name : full, old, at, d);
    if (old)
        return NULL;
    /* A bad name is known from here on, or every use of it would be another mistake. */
    return enter_name(t, full, kind, at);
}

/* dense1, dense2, ...: one count for each word that generated names begin with. */
static struct counter *counter(struct names *t, const char *base)
{
    uint64_t h = hash(base);
    size_t   at, k = 0;

    while (t->n_counters && (at = probe(&t->counters_index, h, &k)->at))
        if (strcmp(t->counters[at - 1].base, base) == 0)
            return &t->counters[at - 1];
    if (t->n_counters == t->room_counters) {
        size_t room = t->room_counters ? 2 * t->room_counters : 16;
        t->counters =
            arena_grow(t->arena, t->counters, t->n_counters, room, sizeof *t->counters);
        t->room_counters = room;
    }
    t->counters[t->n_counters++] = (struct counter){ base, 0 };
    index_add(t->arena, &t->counters_index, h, t->n_counters);
    return &t->counters[t->n_counters - 1];
}

const char *names_generate(struct names *t, const char *prefix, const char *base)
{
    char           *stem = arena_printf(t->arena, "%s%s", prefix, base);
    struct counter *c = counter(t, stem);
    char           *name;

    do
        name = arena_printf(t->arena, "%s%zu", stem, ++c->n);
    while (names_find(t, name));
    return name;
}

char *names_base(struct arena *a, const char *plugin)
{
    char *base = arena_strdup(a, plugin);

    for (char *c = base; *c; c++)
        if (*c == '.')
            *c = '_';
    return base;
}

const char *const *names_list(const struct names *t, const char *prefix)
{
    const char **list = arena_array(t->arena, t->n + 1, sizeof *list);
    size_t       length = strlen(prefix);

    for (size_t i = 0; i < t->n; i++) {
        bool inside = strncmp(t->v[i].name, prefix, length) == 0;
        list[i] = t->v[i].name + (inside ? length : 0);
    }
    return list;
}

/* May only an item stand where `what` was looked for? Then streams are no suggestion. */
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

int names_unknown(const struct names *t, const struct at *at, const char *what,
                  const char *name, const char *prefix, struct diag *d)
{
    const char *near = diag_nearest(name, names_list(t, prefix));

    if (near) {
        diag_code(d, at, "unknown-name", "no %s is called '%s'; '%s' is", what, name,
                  near);
        diag_fix(d, near);
        return -1;
    }
    diag_code(d, at, "unknown-name", "no %s is called '%s'", what, name);
    const char *inside = in_block(t, name);
    if (inside) {
        diag_note(d, "inside a block  %s", inside);
        return -1;
    }
    struct strbuf list = { 0 };
    for (size_t i = 0; i < t->n && list.n < 60; i++)
        if (!strchr(t->v[i].name, '/') &&
            (t->v[i].kind != NAME_STREAM || !only_items(what)))
            strbuf_printf(&list, "%s%s", list.n ? ", " : "", t->v[i].name);
    if (list.n)
        diag_note(d, "names  %s%s", strbuf_text(&list), list.n >= 60 ? ", ..." : "");
    strbuf_close(&list);
    return -1;
}

/* ---- words for weights ------------------------------------------------------------- */

int names_check_pattern(const struct names *t, const struct node *n, struct diag *d)
{
    char              *item = arena_strndup(t->arena, n->text, strcspn(n->text, "."));
    const struct name *same = names_find(t, item);

    for (size_t i = 0; i < t->n; i++)
        if (t->v[i].kind == NAME_ITEM && pattern_names(n->text, t->v[i].name))
            return 0;
    if (same && same->kind == NAME_OUTPUT)
        return diag_code(d, &n->at, "unknown-name",
                         "'%s' is one of several outputs; the item's weights are named "
                         "after its first",
                         item);
    if (same)
        return diag_code(d, &n->at, "unknown-name",
                         "'%s' is no item of the model: it has no weights", item);
    if (strchr(item, '*'))
        return diag_code(d, &n->at, "unknown-name",
                         "no item of the model is called like '%s'", item);
    return names_unknown(t, &n->at, "item of the model", item, "", d);
}
