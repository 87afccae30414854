/* SPDX-License-Identifier: MIT */
/* The tables of the grammar as a page for people: docs/keys.md, `nnpipe help pipeline`
 * and nnpipe-pipeline(5). */
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
    [WORD_TEST_ROWS] = "rows, or a loader",
    [WORD_STREAM] = "stream, or `false`",
    [WORD_INPUTS] = "stream, list, or map",
    [WORD_MAP] = "map",
    [WORD_TEXT_MAP] = "map of texts",
    [WORD_INIT] = "initializer, or a map",
};

struct keys_page {
    struct strbuf    *out;
    struct arena     *arena;
    enum schema_style style;
};

static const char *holds(const struct keys_page *p, const struct word *w)
{
    const char *choice, *text = w->of ? "" : type_names[w->type];

    for (int i = 0; w->of && (choice = grammar_choice(w, i, p->arena)); i++)
        text = arena_printf(p->arena, "%s%s`%s`", text, i ? ", " : "", choice);
    if ((w->type == WORD_INT || w->type == WORD_REAL) && w->least > -1e300)
        text = arena_printf(p->arena, "%s from %g", text, w->least);
    return text;
}

/* Text without the marks of Markdown; in a manual page a backslash or a leading dot would
 * mean something. */
static void plain(const struct keys_page *p, const char *text)
{
    for (; *text; text++) {
        if (*text == '`')
            continue;
        if (p->style == SCHEMA_MAN && (*text == '\\' || *text == '-'))
            strbuf_puts(p->out, "\\");
        if (p->style == SCHEMA_MAN && (*text == '.' || *text == '\'') &&
            (!p->out->n || strbuf_text(p->out)[p->out->n - 1] == '\n'))
            strbuf_puts(p->out, "\\&");
        strbuf_add(p->out, text, 1);
    }
}

static void markdown_row(const struct keys_page *p, const struct word *w)
{
    strbuf_printf(p->out, "| `%s` | %s | %s%s%s | %s |\n", w->name, holds(p, w),
                  w->def ? "`" : "", w->def ? w->def : "", w->def ? "`" : "", w->says);
}

static void plain_row(const struct keys_page *p, const struct word *w)
{
    const char *what = holds(p, w);

    strbuf_puts(p->out, p->style == SCHEMA_MAN ? ".TP\n.B " : "  ");
    plain(p, p->style == SCHEMA_MAN ? w->name : arena_printf(p->arena, "%-12s", w->name));
    strbuf_puts(p->out, p->style == SCHEMA_MAN ? "\n" : "  ");
    plain(p, w->says);
    if (*what || w->def)
        plain(p, arena_printf(p->arena, " (%s%s%s%s)", what, *what && w->def ? "; " : "",
                              w->def ? "default " : "", w->def ? w->def : ""));
    strbuf_puts(p->out, "\n");
}

static void table(const struct keys_page *p, const char *title, const struct word *words)
{
    static const char *const headings[] = {
        [SCHEMA_MARKDOWN] =
            ("\n## %s\n\n| key | holds | default | says |\n| --- | --- | --- | --- |\n"),
        [SCHEMA_TEXT] = "\n%s\n",
        [SCHEMA_MAN] = ".SS %s\n",
    };
    const char *heading = headings[p->style], *mark = strstr(heading, "%s");

    if (!words->name)
        return;
    strbuf_add(p->out, heading, (size_t)(mark - heading));
    if (p->style == SCHEMA_MARKDOWN)
        strbuf_puts(p->out, title);
    else
        plain(p, title);
    strbuf_puts(p->out, mark + 2);
    for (; words->name; words++)
        p->style == SCHEMA_MARKDOWN ? markdown_row(p, words) : plain_row(p, words);
}

void schema_page(struct strbuf *out, struct arena *a, enum schema_style style)
{
    const struct keys_page p = { out, a, style };

    if (style == SCHEMA_MARKDOWN)
        strbuf_puts(out,
                    "# The keys of a pipeline file\n\n"
                    "Written by `make docs-pages` from the tables by which files are "
                    "read; `nnpipe schema` has the same for\neditors. What an item may "
                    "have beside its plugin's name comes after the sections; the "
                    "parameters of\nplugins are in [plugins/](plugins/README.md). "
                    "[pipeline-file.md](pipeline-file.md) explains.\n");
    for (size_t i = 0; grammar_sections[i]; i++)
        table(&p, arena_printf(a, "In %s", grammar_sections[i]->what),
              grammar_sections[i]->words);
    for (size_t i = 0; grammar_places[i]; i++)
        if (grammar_places[i] != &grammar_optim)
            table(&p,
                  arena_printf(a, "Beside %s in `%s`", grammar_places[i]->what,
                               grammar_places[i]->path),
                  grammar_places[i]->keys);
}
