/* SPDX-License-Identifier: MIT */
/*
 * --set PATH=VALUE. A path goes through keys and item names: optim.adam.lr,
 * model.enc1.units, data.map.x_noisy.std. It is followed in the tree, before anything is
 * read from it, so that values given here are checked like those of the file.
 */
#include <config.h>
#include "language/set.h"

#include <string.h>

#include "language/grammar.h"
#include "language/names.h"
#include "language/params.h"
#include "language/written.h"
#include "text/source.h"

struct path {                   /* the words between the dots, with their places */
    const struct node    *root; /* of the file */
    const struct merging *m;
    const char          **words;
    size_t                n;
    const struct at      *at;
    struct node          *value;
    bool                  append;
    bool                  look; /* what stands there is wanted, nothing is put there */
    struct node          *found;
};

/* ---- reading the argument ---------------------------------------------------------- */

/* The value was parsed alone; its places are moved to where it stands in the argument. */
static void move(struct node *n, const struct source *s, unsigned by)
{
    n->at.source = s;
    if (n->at.line == 1)
        n->at.column += by;
    for (size_t i = 0; (n->kind == NODE_SEQ || n->kind == NODE_MAP) && i < n->n; i++) {
        move(n->values[i], s, by);
        if (n->kind == NODE_MAP)
            move(n->keys[i], s, by);
    }
}

static struct node *parse_value(const struct merging *m, const struct source *all,
                                size_t offset)
{
    const char          *text = all->text + offset;
    const struct source *s;
    struct node         *n;

    if (!*text || strspn(text, " ") == strlen(text))
        return tree_new(m->arena, NODE_NULL, (struct at){ all, 1, (unsigned)offset, 1 });
    s = source_text(m->arena, all->name, text, strlen(text), m->d);
    n = s ? tree_parse(m->arena, s, m->d) : NULL;
    if (n)
        move(n, all, (unsigned)offset);
    return n;
}

static void split_words(struct path *p, const struct source *s, size_t length)
{
    struct at  *at = arena_array(p->m->arena, length + 1, sizeof *at);
    const char *text = arena_strndup(p->m->arena, s->text, length);

    p->words = arena_array(p->m->arena, length + 1, sizeof *p->words);
    p->at = at;
    for (size_t from = 0;;) {
        size_t n = strcspn(text + from, ".");

        p->words[p->n] = arena_strndup(p->m->arena, text + from, n);
        at[p->n++] = (struct at){ s, 1, (unsigned)from + 1, (unsigned)(n ? n : 1) };
        from += n;
        if (!text[from])
            return;
        from++;
    }
}

/* ---- items of a list by name ------------------------------------------------------- */

static const struct node *blocks_of(const struct path *p)
{
    const struct node *blocks = tree_find(p->root, "blocks");

    return blocks && blocks->kind == NODE_MAP ? blocks : NULL;
}

static const struct place *place_of_list(const char *path)
{
    static const struct place *const lists[] = {
        &grammar_map,    &grammar_model,    &grammar_loss, &grammar_metrics,
        &grammar_report, &grammar_schedule, NULL
    };

    for (size_t i = 0; lists[i]; i++)
        if (strcmp(lists[i]->path, path) == 0)
            return lists[i];
    return strncmp(path, "blocks.", 7) == 0 ? &grammar_model : NULL;
}

/* Every place's items know each other's names: those of data.map count before the
 * model's. */
static int find_item(const struct path *p, const struct node *list,
                     const struct place *place, const char *name)
{
    const struct node *data = tree_find(p->root, "data");
    const struct node *map =
        data && data->kind == NODE_MAP ? tree_find(data, "map") : NULL;
    const struct written_list l = {
        .arena = p->m->arena,
        .registry = p->m->registry,
        .place = place,
        .list = list,
        .before = place == &grammar_model && map && map->kind == NODE_SEQ ? map : NULL,
        .blocks = blocks_of(p),
    };

    return written_find(&l, name);
}

static int no_item(struct path *p, size_t i, const char *path, const char *name, int why)
{
    struct diag     *d = p->m->d;
    const struct at *at = &p->at[i];

    if (why == WRITTEN_VARIABLES)
        diag_code(
            d, at, "unknown-path",
            "--set: which item of %s is called '%s' depends on variables; `as` gives "
            "it a name",
            path, name);
    else if (why == WRITTEN_SEVERAL)
        diag_code(d, at, "unknown-path",
                  "--set: several items of %s are called '%s'; '%s1' is the first", path,
                  name, names_base(p->m->arena, name));
    else
        diag_code(d, at, "unknown-path", "--set: no item of %s is called '%s'", path,
                  name);
    return -1;
}

/* Words from..to of the path as one name: plugins may have dots in theirs. */
static const char *join(const struct path *p, size_t from, size_t to)
{
    char *name = arena_strdup(p->m->arena, p->words[from]);

    for (size_t i = from + 1; i < to; i++)
        name = arena_printf(p->m->arena, "%s.%s", name, p->words[i]);
    return name;
}

static int follow(struct path *p, size_t i, struct node **slot, const char *path);

/* ---- inside of an item ------------------------------------------------------------- */

/* `1e-3` behind the name of a plugin becomes `{lr: 1e-3}`. */
static void write_out(const struct merging *m, const struct place *place,
                      const struct node *key, struct node **slot)
{
    const struct component *c =
        registry_has(m->registry, place->kinds, key->text)
            ? registry_find(m->registry, place->kinds, key->text, &key->at, m->d)
            : NULL;
    const nnp_param *main = c ? params_main(c->desc) : NULL;
    struct node     *map = tree_new(m->arena, NODE_MAP, (*slot)->at);

    if ((*slot)->kind != NODE_NULL && main)
        tree_set(m->arena, map, main->name, (*slot)->at, *slot);
    *slot = map;
}

/* The parameters of an item as a map, made from its short form where need be. */
static struct node **config_slot(const struct path *p, const struct place *place,
                                 struct node **item)
{
    const struct merging *m = p->m;
    struct node          *key = written_plugin(m->registry, place, blocks_of(p), *item);
    struct node          *map, **slot = NULL;

    if (!key)
        return NULL;
    if ((*item)->kind == NODE_SCALAR) {
        map = tree_new(m->arena, NODE_MAP, key->at);
        tree_set(m->arena, map, key->text, key->at,
                 tree_new(m->arena, NODE_MAP, key->at));
        *item = map;
    }
    for (size_t i = 0; i < (*item)->n; i++)
        if (strcmp((*item)->keys[i]->text, key->text) == 0)
            slot = &(*item)->values[i];
    if (slot && (*slot)->kind != NODE_MAP)
        write_out(m, place, key, slot);
    return slot;
}

static int in_item(struct path *p, size_t i, const struct place *place,
                   struct node **item, const char *path)
{
    const struct merging *m = p->m;
    struct node          *key = written_plugin(m->registry, place, blocks_of(p), *item);
    struct node         **slot;

    if (grammar_find(place->keys, p->words[i])) {
        if ((*item)->kind == NODE_SCALAR) {
            struct node *map = tree_new(m->arena, NODE_MAP, (*item)->at);
            tree_set(m->arena, map, key->text, key->at,
                     tree_new(m->arena, NODE_NULL, key->at));
            *item = map;
        }
        return follow(p, i, item, path);
    }
    if (key && strcmp(p->words[i], key->text) == 0 && i + 1 < p->n)
        i++; /* model.enc1.dense.units says the same as model.enc1.units */
    slot = config_slot(p, place, item);
    if (!slot)
        return diag_code(m->d, &p->at[i], "unknown-path", "--set: %s names no plugin",
                         path);
    return follow(p, i, slot, path);
}

/* stages.tune.train.epochs: in a stage the paths are those of a file. */
static int in_stages(struct path *p, size_t i, struct node *list)
{
    for (size_t k = 0; k < list->n; k++) {
        const struct node *name =
            list->values[k]->kind == NODE_MAP ? tree_find(list->values[k], "name") : NULL;
        if (name && name->kind == NODE_SCALAR && strcmp(name->text, p->words[i]) == 0 &&
            i + 1 < p->n)
            return follow(p, i + 1, &list->values[k], "");
    }
    return diag_code(p->m->d, &p->at[i], "unknown-path", "--set: no stage is called '%s'",
                     p->words[i]);
}

/* Item k of the list takes the value, or is taken out by an empty one. */
static int replace(struct path *p, struct node *list, size_t k)
{
    if (p->look) {
        p->found = list->values[k];
        return 0;
    }
    if (p->value->kind != NODE_NULL) {
        list->values[k] = p->value;
        return 0;
    }
    memmove(&list->values[k], &list->values[k + 1],
            (list->n - k - 1) * sizeof *list->values);
    list->n--;
    return 0;
}

/* The longest name that an item has comes first: plugins may have dots in theirs. */
static int in_list(struct path *p, size_t i, struct node *list, const char *path)
{
    const struct place *place = place_of_list(path);
    int                 why = WRITTEN_NOBODY;

    if (strcmp(path, "stages") == 0)
        return in_stages(p, i, list);
    for (size_t to = p->n; place && to > i; to--) {
        const char *name = join(p, i, to);
        int         k = find_item(p, list, place, name);

        if (k >= 0 && to == p->n)
            return replace(p, list, (size_t)k);
        if (k >= 0)
            return in_item(p, to, place, &list->values[k],
                           arena_printf(p->m->arena, "%s.%s", path, name));
        why = k != WRITTEN_NOBODY ? k : why;
    }
    return no_item(p, i, path, p->words[i], why);
}

/* ---- maps -------------------------------------------------------------------------- */

static int set_value(struct path *p, struct node *map, const char *key,
                     const struct at *at)
{
    if (p->look)
        p->found = tree_find(map, key);
    else if (p->append)
        merge_append(p->m->arena, map, key, *at, p->value);
    else if (p->value->kind == NODE_NULL)
        tree_remove(map, key);
    else
        tree_set(p->m->arena, map, key, *at, p->value);
    return 0;
}

static struct node **value_slot(struct node *map, const char *key)
{
    for (size_t i = 0; i < map->n; i++)
        if (strcmp(map->keys[i]->text, key) == 0)
            return &map->values[i];
    return NULL;
}

/* A place that is one item or a list of them: loss, or optim.schedule. */
static bool is_single_item(const char *path)
{
    return place_of_list(path) && strncmp(path, "blocks.", 7) != 0;
}

/* Where the keys of the map at this path are plugins, as in optim; or NULL. */
static const struct place *place_of_map(const char *path)
{
    for (size_t i = 0; grammar_places[i]; i++)
        if (strcmp(grammar_places[i]->path, path) == 0)
            return grammar_places[i];
    return NULL;
}

static int in_map(struct path *p, size_t i, struct node *map, const char *path)
{
    const struct merging *m = p->m;
    struct node         **slot = NULL;
    size_t                to;

    for (to = p->n; to > i && !slot; to--)
        slot = value_slot(map, join(p, i, to));
    to += slot != NULL;
    if (!slot)
        to = i + 1;
    const char *key = join(p, i, to);
    const char *below = *path ? arena_printf(m->arena, "%s.%s", path, key) : key;
    if (to == p->n)
        return set_value(p, map, key, &p->at[i]);
    if (!slot) {
        tree_set(m->arena, map, key, p->at[i], tree_new(m->arena, NODE_MAP, p->at[i]));
        slot = value_slot(map, key);
    }
    const struct place *place = place_of_map(path);
    if (place && (*slot)->kind == NODE_SCALAR && !grammar_find(place->keys, key) &&
        registry_has(m->registry, place->kinds, key))
        write_out(m, place, map->keys[slot - map->values], slot);
    return follow(p, to, slot, below);
}

/* Goes on from *slot, which stands at `path`, with word i. */
static int follow(struct path *p, size_t i, struct node **slot, const char *path)
{
    const struct merging *m = p->m;
    struct node          *n = *slot;

    if (n->kind == NODE_NULL)
        n = *slot = tree_new(m->arena, NODE_MAP, n->at);
    if (n->kind == NODE_SEQ)
        return in_list(p, i, n, path);
    if (n->kind == NODE_SCALAR && (is_single_item(path) || strcmp(path, "optim") == 0)) {
        struct node *map = tree_new(m->arena, NODE_MAP, n->at); /* optim: adam */
        tree_set(m->arena, map, n->text, n->at, tree_new(m->arena, NODE_MAP, n->at));
        n = *slot = map;
    }
    if (n->kind == NODE_SCALAR) {
        diag_code(m->d, &p->at[i], "unknown-path",
                  "--set: %s is a single value, there is nothing in it", path);
        return -1;
    }
    return in_map(p, i, n, path);
}

static int set_one(const struct merging *m, struct node *tree, const char *text)
{
    const struct source *s = source_text(m->arena, "--set", text, strlen(text), m->d);
    const char          *equals = strchr(text, '=');
    struct path          p = { .root = tree, .m = m };

    if (!s)
        return -1;
    p.append = equals > text && equals[-1] == '+';
    if (!equals || equals - p.append == text) {
        m->d->class = DIAG_USAGE;
        diag_code(m->d, NULL, "usage", "--set '%s': PATH=VALUE is needed", text);
        m->d->class = DIAG_FILE;
        return -1;
    }
    p.value = parse_value(m, s, (size_t)(equals - text) + 1);
    if (!p.value)
        return -1;
    split_words(&p, s, (size_t)(equals - text) - p.append);
    return follow(&p, 0, &tree, "");
}

struct node *set_find(const struct merging *m, const struct node *tree, const char *text)
{
    struct diag          quiet;
    const struct merging silent = { m->arena, m->registry, &quiet };
    struct node         *copy = tree_copy(m->arena, tree);
    struct path          p = { .root = copy, .m = &silent, .look = true };

    diag_init(&quiet, m->arena);
    const struct source *s = source_text(m->arena, "--set", text, strlen(text), &quiet);
    if (!s || !*text)
        return NULL;
    split_words(&p, s, strlen(text));
    return follow(&p, 0, &copy, "") ? NULL : p.found;
}

int set_apply(const struct merging *m, struct node *tree, const char *const *set)
{
    int rc = 0;

    for (; set && *set; set++)
        if (set_one(m, tree, *set))
            rc = -1;
    return rc;
}
