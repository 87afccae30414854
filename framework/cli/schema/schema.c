/* SPDX-License-Identifier: MIT */
/*
 * An item is an object in which every plugin is an ordinary property. "Exactly one of
 * them" is left to `nnpipe check`: put as a oneOf, editors would offer the first plugin
 * only and answer a typing error with a page of branches.
 */
#include <config.h>
#include "cli/schema/schema.h"

#include <stdio.h>
#include <string.h>

#include "base/split.h"
#include "cli/command.h"
#include "plugin/kinds.h"
#include "language/grammar.h"

struct schema {
    struct json      j;
    struct cli      *cli;
    struct registry *registry;
};

static const char *definition(struct arena *a, const char *kind, const char *name)
{
    return arena_printf(a, "%s.%s", kind, name);
}

/* Definitions of places are called after their last word: "map", "schedule". */
static const char *place_name(const struct place *p)
{
    const char *dot = strrchr(p->path, '.');

    return dot ? dot + 1 : p->path;
}

/* ---- plugins ---- */

static bool in_place(const char *kind, const struct place **out)
{
    for (size_t i = 0; grammar_places[i]; i++)
        if (kinds_among(grammar_places[i]->kinds, kind)) {
            *out = grammar_places[i];
            return true;
        }
    return false;
}

/* A plugin that cannot be loaded is left out; `nnpipe plugin info` says why. */
static void define_plugins(struct schema *s, const char *kind, const struct place *p)
{
    struct arena      *a = &s->cli->arena;
    const char *const *names = registry_names(s->registry, kind, a);

    for (; *names; names++) {
        const struct component *t =
            registry_find(s->registry, kind, *names, NULL, &s->cli->diag);
        json_key(&s->j, definition(a, kind, *names));
        if (t)
            schema_plugin(&s->j, a, t, p);
        else
            json_raw(&s->j, "{}");
    }
}

/* ---- items ---- */

static void plugin_properties(struct schema *s, const struct place *p)
{
    struct arena      *a = &s->cli->arena;
    const char *const *names = registry_names(s->registry, p->kinds, a);

    for (; *names; names++) {
        json_key(&s->j, *names);
        schema_ref(&s->j,
                   definition(a, registry_has(s->registry, p->kinds, *names), *names));
    }
}

static void word_property(struct schema *s, const struct word *w)
{
    json_key(&s->j, w->name);
    schema_word(&s->j, w, &s->cli->arena);
}

static void word_properties(struct schema *s, const struct word *words)
{
    for (; words->name; words++)
        word_property(s, words);
}

static void close_object(struct schema *s, bool strict)
{
    json_close(&s->j);
    json_key(&s->j, "patternProperties");
    json_raw(&s->j, "{\"^x-\":{}}");
    if (strict) {
        json_key(&s->j, "additionalProperties");
        json_bool(&s->j, false);
    }
    json_close(&s->j);
}

static void open_object(struct schema *s)
{
    json_open(&s->j, '{');
    json_key(&s->j, "type");
    json_text(&s->j, "object");
    json_key(&s->j, "properties");
    json_open(&s->j, '{');
}

/* An object with these words and nothing else. */
static void words_object(struct schema *s, const struct word *words)
{
    open_object(s);
    word_properties(s, words);
    close_object(s, true);
}

/* What the plugin says of itself; "" where it cannot be loaded. */
static const char *doc_of(struct schema *s, const struct place *p, const char *name)
{
    const struct component *t =
        registry_find(s->registry, registry_has(s->registry, p->kinds, name), name, NULL,
                      &s->cli->diag);

    return t ? t->desc->doc : "";
}

/* "key": {"member": "text"} */
static void one_member(struct schema *s, const char *key, const char *member,
                       const char *text)
{
    json_key(&s->j, key);
    json_open(&s->j, '{');
    json_key(&s->j, member);
    json_text(&s->j, text);
    json_close(&s->j);
}

/* "^(relu|noise\\.gauss)$" */
static void name_pattern(struct schema *s, const char *const *names)
{
    struct strbuf pattern = { 0 };

    for (size_t i = 0; names[i]; i++) {
        strbuf_puts(&pattern, i ? "|" : "^(");
        for (const char *c = names[i]; *c; c++)
            strbuf_printf(&pattern, *c == '.' ? "\\%c" : "%c", *c);
    }
    strbuf_puts(&pattern, ")$");
    json_key(&s->j, "pattern");
    json_text(&s->j, strbuf_text(&pattern));
    strbuf_close(&pattern);
}

/* The short form, a plugin's name alone. It is no list of words: an editor would offer
 * each name twice in a list of items, as a word and as a key, and insert a mixture of
 * both. What the name means it finds by the conditions. */
static void short_form(struct schema *s, const struct place *p, bool strict)
{
    const char *const *names = registry_names(s->registry, p->kinds, &s->cli->arena);

    json_open(&s->j, '{');
    json_key(&s->j, "type");
    json_text(&s->j, "string");
    if (strict)
        name_pattern(s, names);
    json_key(&s->j, "allOf");
    json_open(&s->j, '[');
    for (; *names; names++) {
        json_open(&s->j, '{');
        one_member(s, "if", "const", *names);
        one_member(s, "then", "description", doc_of(s, p, *names));
        json_close(&s->j);
    }
    json_close(&s->j);
    json_close(&s->j);
}

/* A plugin's name alone, or the object. Layers may be blocks of the file, of any name. */
static void define_item(struct schema *s, const char *name, const struct place *p,
                        bool strict)
{
    json_key(&s->j, name);
    json_open(&s->j, '{');
    json_key(&s->j, "anyOf");
    json_open(&s->j, '[');
    open_object(s);
    plugin_properties(s, p);
    word_properties(s, p->keys);
    close_object(s, strict);
    short_form(s, p, strict);
    json_close(&s->j);
    json_close(&s->j);
}

/* The words for a place that holds one item, `loss: bce`, where they are no keys. */
static void words_of(struct schema *s, const struct place *p)
{
    const char *const *names = registry_names(s->registry, p->kinds, &s->cli->arena);

    for (; *names; names++) {
        json_open(&s->j, '{');
        json_key(&s->j, "const");
        json_text(&s->j, *names);
        json_key(&s->j, "description");
        json_text(&s->j, doc_of(s, p, *names));
        json_close(&s->j);
    }
}

/* ---- sections ---- */

/* Begins what stands behind a key of a section, with what its word says. */
static void described(struct schema *s, const struct section *of, const char *key)
{
    json_key(&s->j, key);
    json_open(&s->j, '{');
    json_key(&s->j, "description");
    json_text(&s->j, grammar_find(of->words, key)->says);
}

static void list_of(struct schema *s, const char *item)
{
    json_open(&s->j, '{');
    json_key(&s->j, "type");
    json_text(&s->j, "array");
    json_key(&s->j, "items");
    schema_ref(&s->j, item);
    json_close(&s->j);
}

/* One item or a list of them. */
static void some(struct schema *s, const struct section *of, const char *key,
                 const struct place *item)
{
    described(s, of, key);
    json_key(&s->j, "anyOf");
    json_open(&s->j, '[');
    list_of(s, place_name(item));
    schema_ref(&s->j, place_name(item));
    words_of(s, item);
    json_close(&s->j);
    json_close(&s->j);
}

static void list_key(struct schema *s, const struct section *of, const char *key,
                     const char *item)
{
    described(s, of, key);
    json_key(&s->j, "type");
    json_text(&s->j, "array");
    json_key(&s->j, "items");
    schema_ref(&s->j, item);
    json_close(&s->j);
}

static void data_section(struct schema *s)
{
    json_key(&s->j, "data");
    open_object(s);
    json_key(&s->j, "source");
    schema_ref(&s->j, "source");
    json_key(&s->j, "split");
    words_object(s, grammar_split.words);
    list_key(s, &grammar_data, "map", "map");
    close_object(s, true);
}

static void blocks_section(struct schema *s)
{
    described(s, &grammar_file, "blocks");
    json_key(&s->j, "type");
    json_text(&s->j, "object");
    json_key(&s->j, "additionalProperties");
    open_object(s);
    word_property(s, grammar_find(grammar_block.words, "args"));
    word_property(s, grammar_find(grammar_block.words, "inputs"));
    list_key(s, &grammar_block, "layers", "model");
    word_property(s, grammar_find(grammar_block.words, "note"));
    close_object(s, true);
    json_close(&s->j);
}

static void optim_section(struct schema *s)
{
    described(s, &grammar_file, "optim");
    json_key(&s->j, "anyOf");
    json_open(&s->j, '[');
    open_object(s);
    plugin_properties(s, &grammar_optim);
    some(s, &grammar_chain, "schedule", &grammar_schedule);
    json_key(&s->j, "groups");
    json_open(&s->j, '{');
    json_key(&s->j, "type");
    json_text(&s->j, "array");
    json_key(&s->j, "items");
    words_object(s, grammar_group.words);
    json_close(&s->j);
    word_property(s, grammar_find(grammar_optim.keys, "note"));
    close_object(s, true);
    words_of(s, &grammar_optim);
    json_close(&s->j);
    json_close(&s->j);
}

static bool is_section(const char *word)
{
    static const char *const sections[] = { "data",   "blocks",  "model",   "loss",
                                            "optim",  "metrics", "report",  "train",
                                            "stop",   "retry",   "keep",    "stages",
                                            "search", "goal",    "sampler", "pruner",
                                            "space",  NULL };

    return grammar_among(sections, word);
}

static void train_section(struct schema *s)
{
    json_key(&s->j, "train");
    open_object(s);
    for (const struct word *w = grammar_train.words; w->name; w++)
        if (!is_section(w->name))
            word_property(s, w);
    json_key(&s->j, "stop");
    words_object(s, grammar_stop.words);
    json_key(&s->j, "retry");
    words_object(s, grammar_retry.words);
    json_key(&s->j, "keep");
    words_object(s, grammar_keep.words);
    close_object(s, true);
}

/* What a file and each of its stages say. */
static void trained_sections(struct schema *s)
{
    data_section(s);
    list_key(s, &grammar_file, "model", "model");
    some(s, &grammar_file, "loss", &grammar_loss);
    optim_section(s);
    train_section(s);
    some(s, &grammar_file, "metrics", &grammar_metrics);
}

static void stages_section(struct schema *s)
{
    described(s, &grammar_file, "stages");
    json_key(&s->j, "type");
    json_text(&s->j, "array");
    json_key(&s->j, "items");
    open_object(s);
    for (const struct word *w = grammar_stage.words; w->name; w++)
        if (!grammar_among(grammar_staged, w->name))
            word_property(s, w);
    trained_sections(s);
    close_object(s, true);
    json_close(&s->j);
}

/* One item, and no list. */
static void one(struct schema *s, const char *key, const struct place *item)
{
    described(s, &grammar_search, key);
    json_key(&s->j, "anyOf");
    json_open(&s->j, '[');
    schema_ref(&s->j, place_name(item));
    words_of(s, item);
    json_close(&s->j);
    json_close(&s->j);
}

/* {min: ...} or a figure; a list of choices or a map. */
static void word_or(struct schema *s, const char *type, const struct word *words)
{
    json_key(&s->j, "anyOf");
    json_open(&s->j, '[');
    words_object(s, words);
    json_open(&s->j, '{');
    json_key(&s->j, "type");
    json_text(&s->j, type);
    json_close(&s->j);
    json_close(&s->j);
}

static void search_section(struct schema *s)
{
    described(s, &grammar_file, "search");
    json_key(&s->j, "anyOf");
    json_open(&s->j, '[');
    open_object(s);
    for (const struct word *w = grammar_search.words; w->name; w++)
        if (!is_section(w->name))
            word_property(s, w);
    described(s, &grammar_search, "goal");
    word_or(s, "string", grammar_goal.words);
    json_close(&s->j);
    one(s, "sampler", &grammar_sampler);
    one(s, "pruner", &grammar_pruner);
    described(s, &grammar_search, "space");
    json_key(&s->j, "type");
    json_text(&s->j, "object");
    json_key(&s->j, "additionalProperties");
    json_open(&s->j, '{');
    word_or(s, "array", grammar_dim.words);
    json_close(&s->j);
    json_close(&s->j);
    some(s, &grammar_search, "report", &grammar_report);
    close_object(s, true);
    json_raw(&s->j, "{\"type\":\"null\"}");
    json_close(&s->j);
    json_close(&s->j);
}

static void file_properties(struct schema *s)
{
    json_key(&s->j, "properties");
    json_open(&s->j, '{');
    for (const struct word *w = grammar_file.words; w->name; w++)
        if (!is_section(w->name))
            word_property(s, w);
    blocks_section(s);
    trained_sections(s);
    stages_section(s);
    search_section(s);
    some(s, &grammar_file, "report", &grammar_report);
    json_close(&s->j);
}

/* For parameters that name a layer to put behind; null or "" is none. */
static void define_layer_name(struct schema *s)
{
    const char *const *names = registry_names(s->registry, "layer", &s->cli->arena);

    json_key(&s->j, "layer_name");
    json_open(&s->j, '{');
    json_key(&s->j, "enum");
    json_open(&s->j, '[');
    for (; *names; names++)
        json_text(&s->j, *names);
    json_text(&s->j, "");
    json_text(&s->j, NULL);
    json_close(&s->j);
    json_close(&s->j);
}

static void definitions(struct schema *s)
{
    const struct place *p;

    json_key(&s->j, "definitions");
    json_open(&s->j, '{');
    json_key(&s->j, "variable");
    json_raw(&s->j, "{\"description\":\"A variable, $name or $(expression)\","
                    "\"type\":\"string\",\"pattern\":\"^\\\\$\"}");
    define_layer_name(s);
    for (size_t i = 0; grammar_places[i]; i++)
        if (grammar_places[i] != &grammar_optim)
            define_item(s, place_name(grammar_places[i]), grammar_places[i],
                        grammar_places[i] != &grammar_model);
    define_item(s, "layers", &grammar_model, true);
    for (size_t i = 0; kinds_all[i]; i++)
        if (in_place(kinds_all[i], &p))
            define_plugins(s, kinds_all[i], p);
    json_close(&s->j);
}

static void write_schema(struct schema *s)
{
    json_open(&s->j, '{');
    json_key(&s->j, "$schema");
    json_text(&s->j, "http://json-schema.org/draft-07/schema#");
    json_key(&s->j, "title");
    json_text(&s->j, "nnpipe pipeline");
    json_key(&s->j, "type");
    json_text(&s->j, "object");
    json_key(&s->j, "required");
    json_raw(&s->j, "[\"nnpipe\"]");
    file_properties(s);
    json_key(&s->j, "patternProperties");
    json_raw(&s->j, "{\"^x-\":{},\"\\\\+$\":{}}");
    json_key(&s->j, "additionalProperties");
    json_bool(&s->j, false);
    /* Without blocks, here or in a base file, a layer's name is a plugin's. */
    json_key(&s->j, "if");
    json_raw(&s->j, "{\"not\":{\"anyOf\":[{\"required\":[\"blocks\"]},"
                    "{\"required\":[\"extends\"]}]}}");
    json_key(&s->j, "then");
    json_raw(&s->j, "{\"properties\":{\"model\":{\"items\":"
                    "{\"$ref\":\"#/definitions/layers\"}}}}");
    definitions(s);
    json_close(&s->j);
}

static void print_page(struct cli *c, enum schema_style style)
{
    struct strbuf page = { 0 };

    schema_page(&page, &c->arena, style);
    fputs(strbuf_text(&page), stdout);
    strbuf_close(&page);
}

void cli_print_keys(struct cli *c, bool man)
{
    print_page(c, man ? SCHEMA_MAN : SCHEMA_TEXT);
}

int cmd_schema(struct cli *c, int argc, char **argv)
{
    bool              markdown = false;
    const struct flag own[] = { { "markdown", 0, FLAG_BOOL, &markdown, NULL,
                                  "the keys of a file as a page" },
                                { NULL, 0, FLAG_BOOL, NULL, NULL, NULL } };
    struct schema     s = { .cli = c, .j = { .lines = true } };
    int               n = cli_parse(c, argc, argv, own, NULL, 0);

    if (n >= 0 && c->help)
        return cli_help(c, "nnpipe schema [flags]", own,
                        "  nnpipe schema > schema.json\n"
                        "  and as the first line of a pipeline file beside it:\n"
                        "  # yaml-language-server: $schema=schema.json\n"),
               0;
    if (n >= 0 && markdown)
        return print_page(c, SCHEMA_MARKDOWN), 0;
    s.registry = n < 0 ? NULL : cli_registry(c);
    if (!s.registry)
        return cli_finish(c, NULL, 2);
    c->json = false; /* messages go to stderr, the schema is JSON anyway */
    write_schema(&s);
    cli_print_json(&s.j);
    return cli_finish(c, NULL, 0);
}
