/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "pipeline/stage.h"

#include <string.h>

#include "language/merge.h"
#include "language/value.h"
#include "language/written.h"

/* ---- the list ---------------------------------------------------------------------- */

/* Among the first n. */
static const struct stage_spec *stage_before(const struct spec *s, const char *name,
                                             size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s->stages[i].name && strcmp(s->stages[i].name, name) == 0)
            return &s->stages[i];
    return NULL;
}

const struct stage_spec *stage_find(const struct spec *s, const char *name)
{
    return stage_before(s, name, s->n_stages);
}

static const char *const *stage_names(struct read *r, size_t n)
{
    const char **list = arena_array(r->a, n + 1, sizeof *list);
    size_t       k = 0;

    for (size_t i = 0; i < n; i++)
        if (r->spec->stages[i].name)
            list[k++] = r->spec->stages[i].name;
    return list;
}

int stage_refuse(struct read *r, const struct at *at, const char *what, const char *name)
{
    const char *const *names = stage_names(r, r->spec->n_stages);
    const char        *near = diag_nearest(name, names);
    struct strbuf      list = { 0 };

    if (!names[0])
        return diag_code(r->d, at, "unknown-stage",
                         "%s: no stage is called '%s'; this file has no stages", what,
                         name);
    if (near)
        return diag_code(r->d, at, "unknown-stage",
                         "%s: no stage is called '%s'; '%s' is", what, name, near);
    diag_code(r->d, at, "unknown-stage", "%s: no stage is called '%s'", what, name);
    for (size_t i = 0; names[i]; i++)
        strbuf_printf(&list, "%s%s", i ? ", " : "", names[i]);
    diag_note(r->d, "stages  %s", strbuf_text(&list));
    strbuf_close(&list);
    return -1;
}

static int read_name(struct read *r, const struct node *n, size_t k)
{
    struct stage_spec       *s = &r->spec->stages[k];
    const struct node       *at = tree_find(n, "name");
    const struct stage_spec *old;

    if (value_text(n, &grammar_stage, "name", &s->name, r->d) < 0)
        return -1;
    if (!s->name)
        return diag_code(r->d, &n->at, "missing",
                         "a stage has a name: messages, folders and `after` use it");
    if (!grammar_name(s->name) || strchr(s->name, '/')) {
        diag_code(r->d, &at->at, "bad-name", "'%s' is no name of a stage", s->name);
        diag_note(r->d,
                  "names  start with a small letter, then small letters, digits and _");
        return -1;
    }
    if ((old = stage_before(r->spec, s->name, k)))
        return diag_code(r->d, &at->at, "taken",
                         "'%s' is the name of the stage in line %u already", s->name,
                         old->at.line);
    return 0;
}

/* Stages are trained in the order of the file, so `after` looks back. */
static int check_after(struct read *r, const struct node *n, size_t k)
{
    const struct stage_spec *s = &r->spec->stages[k];
    const struct node       *at = tree_find(n, "after");

    if (!s->after || stage_before(r->spec, s->after, k))
        return 0;
    if (s->name && strcmp(s->after, s->name) == 0)
        return diag_code(r->d, &at->at, "cycle", "after: '%s' cannot come after itself",
                         s->name);
    if (stage_find(r->spec, s->after))
        return diag_code(r->d, &at->at, "cycle",
                         "after: '%s' stands below; stages are trained in the order of "
                         "the file",
                         s->after);
    return stage_refuse(r, &at->at, "after", s->after);
}

/* Stages are told apart before variables have values. */
static int refuse_variables(struct read *r, const struct node *stage)
{
    static const char *const keys[] = { "name", "after", "input" };
    int                      rc = 0;

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct node *n = tree_find(stage, keys[i]);
        if (n && n->kind == NODE_SCALAR && strchr(n->text, '$'))
            rc = diag_code(r->d, &n->at, "bad-name", "%s of a stage takes no variables",
                           keys[i]);
    }
    return rc;
}

static int read_list(struct read *r, const struct node *list)
{
    struct spec *s = r->spec;
    int          rc = 0;

    if (grammar_expect(list, NODE_SEQ, "stages", r->d))
        return -1;
    if (!list->n)
        return diag_code(r->d, &list->at, "missing",
                         "stages is an empty list; without it the file is one training");
    s->stages = arena_array(r->a, list->n, sizeof *s->stages);
    for (size_t i = 0; i < list->n; i++) {
        const struct node *n = list->values[i];
        s->stages[i].at = n->at;
        s->stages[i].input_at = tree_find(n, "input") ? tree_find(n, "input")->at : n->at;
        if (grammar_expect(n, NODE_MAP, "a stage", r->d))
            return -1;
        if (refuse_variables(r, n) || grammar_check(n, &grammar_stage, r->d) ||
            read_name(r, n, i) ||
            value_text(n, &grammar_stage, "after", &s->stages[i].after, r->d) < 0 ||
            value_text(n, &grammar_stage, "input", &s->stages[i].input, r->d) < 0)
            rc = -1;
    }
    s->n_stages = list->n;
    for (size_t i = 0; i < list->n; i++)
        rc |= check_after(r, list->values[i], i);
    return rc;
}

/* ---- what a stage does not inherit ------------------------------------------------- */

/* Estimators and transforms, and nothing that a loss could train. */
static bool fits_itself(const struct read *r, const struct node *model)
{
    if (!model || model->kind != NODE_SEQ || !model->n)
        return false;
    for (size_t i = 0; i < model->n; i++) {
        const struct node *p =
            written_plugin(r->registry, &grammar_model, NULL, model->values[i]);
        if (!p || (!registry_has(r->registry, "estimator", p->text) &&
                   !registry_has(r->registry, "transform", p->text)))
            return false;
    }
    return true;
}

static void leave_out(struct node *base, const struct node *over, const char *key)
{
    if (!tree_find_key(over, key))
        tree_remove(base, key);
}

/* ---- reports ----------------------------------------------------------------------- */

/* `stage` beside the plugin of a report, or among its parameters. */
static struct node *stage_key_of(struct node *item, struct node **holder)
{
    for (size_t i = 0; item->kind == NODE_MAP && i < item->n; i++) {
        struct node *value = item->values[i];
        *holder = item;
        if (strcmp(item->keys[i]->text, "stage") == 0)
            return value;
        *holder = value;
        if (value->kind == NODE_MAP && tree_find(value, "stage"))
            return tree_find(value, "stage");
    }
    return NULL;
}

static bool belongs(struct read *r, const struct node *stage)
{
    const struct spec       *s = r->spec;
    const struct stage_spec *last = &s->stages[s->n_stages - 1];
    const char              *name = last->name;

    if (stage && stage->kind != NODE_SCALAR) {
        diag_code(r->d, &stage->at, "wrong-type", "stage: the name of a stage is needed");
        return false;
    }
    if (stage && !stage_find(s, stage->text)) {
        stage_refuse(r, &stage->at, "stage", stage->text);
        return false;
    }
    return strcmp(stage ? stage->text : name, s->stage->name) == 0;
}

/* A report is made when its stage is done; without `stage` that is the last one. */
static void choose_reports(struct read *r, struct node *tree)
{
    struct node *report = tree_find(tree, "report"), **list, *holder;
    struct node *mine = tree_new(r->a, NODE_SEQ, tree->at);
    size_t       n = value_items(&report, &list);

    for (size_t i = 0; i < n; i++) {
        struct node *item = tree_copy(r->a, list[i]);
        struct node *stage = stage_key_of(item, &holder);
        if (!belongs(r, stage))
            continue;
        if (stage)
            tree_remove(holder, "stage");
        tree_add(r->a, mine, item);
    }
    tree_remove(tree, "report");
    if (mine->n)
        tree_set(r->a, tree, "report", mine->at, mine);
}

/* ---- deriving ---------------------------------------------------------------------- */

static const struct stage_spec *choose(struct read *r)
{
    const char              *want = r->options->stage;
    const struct stage_spec *s = &r->spec->stages[r->spec->n_stages - 1];

    if (want && !(s = stage_find(r->spec, want))) {
        r->d->class = DIAG_USAGE;
        stage_refuse(r, NULL, "--stage", want);
        r->d->class = DIAG_FILE;
    }
    return s;
}

static struct node *derive(struct read *r, struct node *tree, const struct node *own)
{
    struct node *base = tree_copy(r->a, tree), *over = tree_copy(r->a, own), *result;

    r->stage->main = tree_find(own, "model") ? tree_find(tree, "model") : NULL;
    r->stage->inherits =
        r->stage->main && !tree_find(own, "metrics") && !tree_find(own, "metrics+");
    for (const struct word *w = grammar_stage.words; w->name; w++)
        if (!grammar_among(grammar_staged, w->name))
            tree_remove(over, w->name);
    tree_remove(base, "stages");
    if (fits_itself(r, tree_find(own, "model"))) {
        leave_out(base, over, "loss");
        leave_out(base, over, "optim");
    }
    result = merge_trees(&(struct merging){ r->a, r->registry, r->d }, base, over);
    choose_reports(r, result);
    return result;
}

struct node *stage_derive(struct read *r, struct node *tree)
{
    const struct node *list = tree_find(tree, "stages");

    if (!list && !r->options->stage)
        return tree;
    if (!list) {
        r->d->class = DIAG_USAGE;
        diag_error(r->d, NULL, "--stage %s: this file has no stages", r->options->stage);
        r->d->class = DIAG_FILE;
        return NULL;
    }
    r->stage = arena_alloc(r->a, sizeof *r->stage);
    r->stage->file = tree;
    if (read_list(r, list) || !(r->spec->stage = choose(r)))
        return NULL;
    return derive(r, tree, list->values[r->spec->stage - r->spec->stages]);
}

const char *const *stage_list(struct arena *a, const struct node *stages)
{
    size_t       most = stages && stages->kind == NODE_SEQ ? stages->n : 0, n = 0;
    const char **list = arena_array(a, most + 1, sizeof *list);

    for (size_t i = 0; i < most; i++) {
        const struct node *s = stages->values[i];
        const struct node *name = s->kind == NODE_MAP ? tree_find(s, "name") : NULL;
        if (name && name->kind == NODE_SCALAR)
            list[n++] = name->text;
    }
    return list;
}

static bool mentions(const struct node *n, const char *word)
{
    size_t      length = strlen(word);
    const char *at = n->text;

    for (; n->kind == NODE_SCALAR && at && (at = strstr(at, word)); at++) {
        bool before = at > n->text && grammar_letter(at[-1]);
        if (!before && !grammar_letter(at[length]))
            return true;
    }
    for (size_t i = 0; (n->kind == NODE_MAP || n->kind == NODE_SEQ) && i < n->n; i++)
        if (mentions(n->values[i], word) ||
            (n->kind == NODE_MAP && strcmp(n->keys[i]->text, word) == 0))
            return true;
    return false;
}

/* In what one of these is defined by; not what is written of the word itself. */
static bool others_mention(const struct node *map, const char *word)
{
    for (size_t i = 0; map->kind == NODE_MAP && i < map->n; i++)
        if (strcmp(map->keys[i]->text, word) != 0 && mentions(map->values[i], word))
            return true;
    return false;
}

static bool in_part(const struct read *r, const char *part, const char *word)
{
    const struct node *n = r->stage ? tree_find(r->stage->file, part) : NULL;

    return n && mentions(n, word);
}

bool stage_trains(const struct read *r, const char *word)
{
    static const char *const parts[] = { "stages", "model", "loss",
                                         "optim",  "train", "metrics" };

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (in_part(r, parts[i], word))
            return true;
    return false;
}

bool stage_mentions(const struct read *r, const char *word)
{
    static const char *const maps[] = { "blocks", "vars" };
    const struct node       *n;

    for (size_t i = 0; r->stage && i < sizeof maps / sizeof *maps; i++)
        if ((n = tree_find(r->stage->file, maps[i])) && others_mention(n, word))
            return true;
    return stage_trains(r, word) || in_part(r, "data", word) ||
           in_part(r, "report", word);
}

/* ---- inherited metrics ------------------------------------------------------------- */

static bool names_nothing(struct read *r, const struct place *place,
                          const struct node *map)
{
    for (size_t i = 0; map->kind == NODE_MAP && i < map->n; i++) {
        const struct node *v = map->values[i];
        if (v->kind == NODE_MAP && names_nothing(r, place, v))
            return true;
        if (grammar_among(place->ports, map->keys[i]->text) && v->kind == NODE_SCALAR &&
            v->text[0] != '$' && !names_find(r->names, v->text))
            return true;
    }
    return false;
}

bool stage_lacks(struct read *r, const struct place *place, const struct node *term)
{
    return r->stage && r->stage->inherits && names_nothing(r, place, term);
}
