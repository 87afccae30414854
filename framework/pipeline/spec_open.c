/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "pipeline/spec.h"

#include <string.h>

#include "pipeline/facts.h"
#include "language/merge.h"
#include "pipeline/read.h"
#include "language/set.h"
#include "pipeline/stage.h"
#include "language/value.h"
#include "text/source.h"

/* ---- the head of the file ---------------------------------------------------------- */

static void check_version(struct read *r, const struct node *tree)
{
    const struct node *n = tree_find(tree, "nnpipe");
    int64_t            v;

    if (!n || n->kind == NODE_NULL)
        diag_code(r->d, &r->top, "missing",
                  "nnpipe: 1 is missing; it says which version of the language this is");
    else if (n->kind != NODE_SCALAR || tree_int(n, &v, NULL))
        diag_code(r->d, &n->at, "version",
                  "nnpipe: the version of the language is a whole number, 1");
    else if (v != 1)
        diag_code(r->d, &n->at, "version",
                  "nnpipe: %s is a version of the language that is not known here; 1 is",
                  n->text);
}

/* xor.yaml and pipelines/xor.nnpipe.yaml are called xor. */
static const char *name_of_file(struct arena *a, const char *path)
{
    static const char *const ends[] = { ".yaml", ".yml", ".nnpipe", NULL };
    const char              *slash = strrchr(path, '/');
    char                    *name = arena_strdup(a, slash ? slash + 1 : path);

    for (size_t i = 0; ends[i]; i++) {
        size_t n = strlen(name), m = strlen(ends[i]);
        if (n > m && strcmp(name + n - m, ends[i]) == 0)
            name[n - m] = 0;
    }
    return strcmp(name, "-") == 0 || !*name ? "stdin" : name;
}

enum { LONGEST_NAME = 200 }; /* bytes; file systems have 255, and parts are put to it */

static void read_head(struct read *r, const struct node *tree)
{
    struct spec       *s = r->spec;
    const struct node *n = tree_find(tree, "name");

    check_version(r, tree);
    s->name = name_of_file(r->a, s->file);
    s->about = "";
    value_text(tree, &grammar_file, "name", &s->name, r->d);
    value_text(tree, &grammar_file, "about", &s->about, r->d);
    value_int(tree, &grammar_file, "seeds", &s->seeds, r->d);
    if (!*s->name || strchr(s->name, '/') || s->name[0] == '.' || strchr(s->name, '\n') ||
        strlen(s->name) > LONGEST_NAME)
        diag_code(
            r->d, n ? &n->at : NULL, "bad-name",
            "name: '%s' cannot be the name of a folder, and runs/NAME is made from it",
            s->name);
}

/* ---- what has to be there together ------------------------------------------------- */

static bool given(const struct node *n)
{
    return n && n->kind != NODE_NULL;
}

static void check_whole(struct read *r, const struct node *tree)
{
    const struct node *loss = tree_find(tree, "loss"), *optim = tree_find(tree, "optim");
    const struct at   *at = &r->top;

    if (given(loss) && read_lacks(r, "optim"))
        diag_code(r->d, &tree_find_key(tree, "loss")->at, "missing",
                  "a loss is there but optim is missing: which optimizer lowers it?");
    if (given(loss) && given(optim) && read_lacks(r, "train"))
        diag_code(r->d, &tree_find_key(tree, "optim")->at, "missing",
                  "train is missing: train: {epochs: N} says how long to train");
    if (given(optim) && read_lacks(r, "loss")) {
        at = &tree_find_key(tree, "optim")->at;
        diag_code(r->d, at, "missing",
                  "optim is there but loss is missing: what is the optimizer to lower?");
    }
}

/* A key at the top that belongs into a section. */
static void check_keys(struct read *r, const struct node *tree)
{
    static const struct section *const below[] = { &grammar_train, &grammar_data,
                                                   &grammar_chain, &grammar_stop,
                                                   &grammar_block };

    for (size_t i = 0; i < tree->n; i++) {
        const struct node *key = tree->keys[i];
        size_t             k = 0, n = sizeof below / sizeof *below;

        if (grammar_find(grammar_file.words, key->text) || grammar_ignored(key->text))
            continue;
        while (k < n && !grammar_find(below[k]->words, key->text))
            k++;
        const char *near = grammar_nearest(grammar_file.words, key->text, r->a);
        if (k < n)
            diag_code(r->d, &key->at, "unknown-key",
                      "'%s' is no key of a pipeline file, it belongs in %s", key->text,
                      below[k]->what);
        if (k < n && near)
            diag_note(r->d, "try   '%s', which is one", near);
        if (k == n)
            grammar_unknown(key, grammar_file.words, grammar_file.what, r->d);
    }
}

/* A section, itself a variable perhaps. */
static struct node *section(struct read *r, const struct node *tree, const char *key)
{
    struct node *n = tree_find(tree, key);

    return n && n->kind == NODE_SCALAR ? vars_replace(r->vars, n, r->d) : n;
}

/* Keeps what the variables came to, and warns of those that nobody asked for; one that is
 * named in the part of the file that this stage leaves out is used there. */
static void close_vars(struct read *r)
{
    const struct scope *s = r->vars;
    struct spec        *spec = r->spec;

    spec->vars = arena_array(r->a, s->n + 1, sizeof *spec->vars);
    for (size_t i = 0; i < s->n; i++) {
        struct binding *b = &s->v[i];

        if (!b->used && !r->d->errors && !stage_mentions(r, b->name))
            diag_warn(r->d, &b->at, "variable '%s' is never used", b->name);
        if (b->state == 2 && b->value)
            spec->vars[spec->n_vars++] = (struct var_spec){ b->name, b->value };
    }
}

static void read_sections(struct read *r, const struct node *tree)
{
    r->tree = tree;
    check_keys(r, tree);
    read_head(r, tree);
    requires_check(r, tree_find(tree, "requires"));
    r->vars =
        vars_open(r->a, tree_find(tree, "vars"), facts_node, r, r->options->env, r->d);
    data_read(r, section(r, tree, "data"));
    model_read(r, section(r, tree, "model"), tree_find(tree, "blocks"));
    loss_read(r, section(r, tree, "loss"));
    loss_read_metrics(r, section(r, tree, "metrics"));
    optim_read(r, tree_find(tree, "optim"));
    train_read(r, tree_find(tree, "train"));
    loss_read_report(r, section(r, tree, "report"));
    search_read(r, tree_find(tree, "search"));
    check_whole(r, tree);
    close_vars(r);
}

/* ${name} is what other programs write; in YAML the brace is a map. */
static void hint_braces(struct read *r)
{
    const struct diag_entry *e = r->d->n ? &r->d->entries[r->d->n - 1] : NULL;
    const struct source     *s = e ? e->at.source : NULL;

    if (!s || !e->at.line || e->at.line > s->n_lines)
        return;
    const char *line = s->text + s->lines[e->at.line - 1], *brace = strstr(line, "${");
    if (brace && !memchr(line, '\n', (size_t)(brace - line)))
        diag_note(r->d, "try   $name or $(name * 2): variables have no braces");
}

/* With what it extends, and --set. */
static struct node *whole_tree(struct read *r, const struct source *src)
{
    const struct merging m = { r->a, r->registry, r->d };
    struct node         *tree = tree_parse(r->a, src, r->d);

    if (!tree)
        hint_braces(r);
    if (!tree || grammar_expect(tree, NODE_MAP, "a pipeline file", r->d))
        return NULL;
    if (!tree->n) {
        diag_code(r->d, &r->top, "missing",
                  "the file is empty; nnpipe: 1 is its first line");
        return NULL;
    }
    r->top = tree->keys[0]->at;
    tree = merge_extends(&m, tree, src->name);
    set_apply(&m, tree, r->options->set);
    return tree;
}

/* Without any plugin every item would be a mistake; the first one says all. */
static bool have_plugins(struct read *r)
{
    const struct node *source = tree_find(tree_find(r->spec->tree, "data"), "source");
    const struct node *key =
        source && source->kind == NODE_MAP && source->n ? source->keys[0] : NULL;
    enum diag_class usual = r->d->class;

    for (size_t i = 0; i < registry_n_files(r->registry); i++)
        if (!registry_file(r->registry, i)->skipped)
            return true;
    r->d->class = DIAG_PLUGIN;
    registry_find(r->registry, grammar_source.kinds, key ? key->text : "any",
                  key ? &key->at : &r->top, r->d);
    r->d->class = usual;
    return false;
}

struct spec *spec_open_source(struct arena *a, const struct source *src,
                              struct registry *registry, struct services *services,
                              const struct spec_options *o, struct diag *d)
{
    static const struct spec_options none = { .seed = -1 };
    struct spec                     *spec = arena_alloc(a, sizeof *spec);
    struct names                     names = { .arena = a, .registry = registry };
    size_t                           before = d->errors;
    struct read                      r = { .a = a,
                                           .d = d,
                                           .registry = registry,
                                           .services = services,
                                           .options = o ? o : &none,
                                           .spec = spec,
                                           .names = &names,
                                           .top = { src, 1, 1, 1 } };

    *spec = (struct spec){
        .arena = a, .registry = registry, .source = src, .file = src->name
    };
    spec->tree = spec->whole = whole_tree(&r, src);
    if (spec->tree)
        spec->tree = stage_derive(&r, spec->tree);
    if (spec->tree && !have_plugins(&r))
        return NULL;
    if (spec->tree)
        read_sections(&r, spec->tree);
    if (!spec->tree || d->errors > before) {
        spec_close(spec);
        return NULL;
    }
    spec->resolved = resolved_tree(&r);
    return spec;
}

const char *const *spec_stages(struct arena *a, const struct source *src,
                               struct registry *registry, const struct spec_options *o,
                               struct diag *d)
{
    struct spec        spec = { .arena = a, .registry = registry, .source = src };
    struct read        r = { .a = a,
                             .d = d,
                             .registry = registry,
                             .options = o,
                             .spec = &spec,
                             .top = { src, 1, 1, 1 } };
    size_t             before = d->errors;
    const struct node *tree = whole_tree(&r, src);

    return d->errors > before ? NULL : stage_list(a, tree_find(tree, "stages"));
}

struct spec *spec_open(struct arena *a, const char *path, struct registry *r,
                       struct services *s, const struct spec_options *o, struct diag *d)
{
    const struct source *src = source_open(a, path, d);

    return src ? spec_open_source(a, src, r, s, o, d) : NULL;
}

void spec_close(struct spec *s)
{
    if (!s || !s->data.loader)
        return;
    instance_close(s->data.loader);
    s->data.loader = NULL;
    if (s->data.tests)
        instance_close(s->data.tests);
    s->data.tests = NULL;
}
