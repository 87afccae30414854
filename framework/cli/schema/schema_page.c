/* SPDX-License-Identifier: MIT */
/* The tables of the grammar as a page for people: docs/keys.md. */
#include <config.h>
#include "cli/schema/schema.h"

#include <string.h>

static const char *const type_names[N_WORD_TYPES] = {
    [WORD_ANY] = "",
    [WORD_VERSION] = "`1`",
    [WORD_INT] = "whole number",
    [WORD_REAL] = "number",
    [WORD_BOOL] = "`true`, `false`",
    [WORD_TEXT] = "text",
    [WORD_TEXTS] = "text, or a list",
    [WORD_CONDITION] = "condition",
    [WORD_ROWS] = "rows",
    [WORD_STREAM] = "stream, or `false`",
    [WORD_INPUTS] = "stream, list, or map",
    [WORD_MAP] = "map",
    [WORD_TEXT_MAP] = "map of texts",
    [WORD_INIT] = "initializer, or a map",
};

static void holds(struct strbuf *out, const struct word *w, struct arena *a)
{
    const char *choice;

    for (int i = 0; w->of && (choice = grammar_choice(w, i, a)); i++)
        strbuf_printf(out, "%s`%s`", i ? ", " : "", choice);
    if (!w->of)
        strbuf_puts(out, type_names[w->type]);
    if ((w->type == WORD_INT || w->type == WORD_REAL) && w->least > -1e300)
        strbuf_printf(out, " from %g", w->least);
}

static void table(struct strbuf *out, const char *title, const struct word *words,
                  struct arena *a)
{
    if (!words->name)
        return;
    strbuf_printf(out, "\n## %s\n\n| key | holds | default | says |\n", title);
    strbuf_puts(out, "| --- | --- | --- | --- |\n");
    for (; words->name; words++) {
        strbuf_printf(out, "| `%s` | ", words->name);
        holds(out, words, a);
        strbuf_printf(out, " | %s%s%s | %s |\n", words->def ? "`" : "",
                      words->def ? words->def : "", words->def ? "`" : "", words->says);
    }
}

void schema_page(struct strbuf *out, struct arena *a)
{
    strbuf_puts(out, "# The keys of a pipeline file\n\n"
                     "Written by `make docs-pages` from the tables by which files are "
                     "read; `nnpipe schema` has the same for\neditors. What an item may "
                     "have beside its plugin's name comes after the sections; the "
                     "parameters of\nplugins are in [plugins/](plugins/README.md). "
                     "[pipeline-file.md](pipeline-file.md) explains.\n");
    for (size_t i = 0; grammar_sections[i]; i++)
        table(out, arena_printf(a, "In %s", grammar_sections[i]->what),
              grammar_sections[i]->words, a);
    for (size_t i = 0; grammar_places[i]; i++)
        if (grammar_places[i] != &grammar_optim)
            table(out,
                  arena_printf(a, "Beside %s in `%s`", grammar_places[i]->what,
                               grammar_places[i]->path),
                  grammar_places[i]->keys, a);
}
