/* SPDX-License-Identifier: MIT */
/* For tests of language/ and pipeline/: reads a pipeline from text with the plugins of
 * the build tree, and puts what came out of it into one line. */
#ifndef NNT_SUPPORT_READING_H
#define NNT_SUPPORT_READING_H
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include "pipeline/spec.h"
#include "text/source.h"

#define HEAD "nnpipe: 1\nname: t\n"
#define DATA                                                                             \
    "data:\n  source:\n    table:\n      columns: {x: [a, b], y: [c]}\n"                 \
    "      rows: [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]\n"
#define REST "loss: mse\noptim: {sgd: {lr: 0.1}}\ntrain: {epochs: 3}\n"

static struct arena     memory;
static struct diag      said;
static struct registry *plugins;
static const uint64_t   seed_one = 1;
static struct services  services = { .gemm_from = INT64_MAX, .seed = &seed_one };
static struct spec     *opened;

static void open_all(void)
{
    struct registry_options o = { .path = getenv("NNPIPE_PLUGIN_PATH") };

    diag_init(&said, &memory);
    plugins = registry_open(&memory, &o, &said);
}

static void close_all(void)
{
    spec_close(opened);
    registry_close(plugins);
    arena_close(&memory);
}

static const char *environment(const char *name)
{
    return getenv(name);
}

/* NULL when it was refused; `said` holds why. */
static inline struct spec *read_set(const char *yaml, const char *const *set)
{
    struct spec_options  o = { .set = set, .seed = -1, .env = environment };
    const struct source *s = source_text(&memory, "t.yaml", yaml, strlen(yaml), &said);

    opened = s ? spec_open_source(&memory, s, plugins, &services, &o, &said) : NULL;
    return opened;
}

static inline struct spec *read_text(const char *yaml)
{
    struct spec *s = read_set(yaml, NULL);

    if (!s)
        ck_abort_msg("%u:%u: %s", said.entries[0].at.line, said.entries[0].at.column,
                     said.entries[0].text);
    return s;
}

/* "LINE:COLUMN: TEXT" of message i of what was said, in the order of the file. */
static inline const char *message(size_t i)
{
    diag_sort(&said);
    if (i >= said.n)
        return "nothing";
    return arena_printf(&memory, "%u:%u: %s", said.entries[i].at.line,
                        said.entries[i].at.column, said.entries[i].text);
}

static inline const char *refusal(const char *yaml)
{
    ck_assert_ptr_null(read_set(yaml, NULL));
    return message(0);
}

/* "h=dense(x) act1=relu(h)": names, types and inputs of a list of items. */
static inline const char *wiring(const struct items *items)
{
    char *text = arena_strdup(&memory, "");

    for (size_t i = 0; i < items->n; i++) {
        const struct item *item = &items->v[i];

        text = arena_printf(&memory, "%s%s%s=%s(", text, i ? " " : "", item->name,
                            item->type->name);
        for (size_t k = 0; k < item->n_in; k++)
            text = arena_printf(&memory, "%s%s%s%s%s", text, k ? "," : "",
                                item->in[k].port ? item->in[k].port : "",
                                item->in[k].port ? ":" : "", item->in[k].stream);
        text = arena_printf(&memory, "%s)", text);
    }
    return text;
}

/* The resolved value under a path of keys and list positions, as JSON. */
static inline const char *resolved(const struct spec *s, const char *const *path)
{
    const struct node *n = s->resolved;
    struct strbuf      out = { 0 };

    for (; n && *path; path++)
        n = n->kind == NODE_SEQ ? n->values[**path - '0'] : tree_find(n, *path);
    if (!n)
        return "nothing";
    tree_print_json(n, &out);
    const char *text = arena_strdup(&memory, strbuf_text(&out));
    strbuf_close(&out);
    return text;
}
#define RESOLVED(s, ...) resolved(s, (const char *const[]){ __VA_ARGS__, NULL })
#endif
