/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include <nnpipe/data.h>
#include <nnpipe/report.h>
#include "base/fsio.h"
#include "base/json.h"
#include "base/strbuf.h"
#include "cli/describe.h"
#include "cli/describe_formula.h"
#include "cli/plugin_plot.h"
#include "plugin/kinds.h"

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* ---- text ---- */

enum { COLUMNS = 4 };

static const char *words_of(struct arena *a, const nnp_param *p)
{
    return arena_printf(a, "%s%s%s%s%s%s%s", p->type & NNP_MAIN ? " (short form)" : "",
                        p->type & NNP_LIVE ? " (can be scheduled)" : "",
                        p->type & NNP_FOLLOWED_BY ? " (a layer put behind)" : "",
                        p->type & NNP_STREAMS ? " (streams)" : "",
                        p->type & NNP_PATHS ? " (paths)" : "",
                        p->type & NNP_FIGURES ? " (figures)" : "",
                        p->type & NNP_STAGES ? " (stages)" : "");
}

/* The columns before the doc: name, type, default, range. */
static void columns_of(struct arena *a, const nnp_param *p, const char *out[COLUMNS])
{
    bool words = (p->type & 255) == NNP_ENUM;

    out[0] = p->name;
    out[1] =
        p->unit ? arena_printf(a, "%s, %s", describe_type(p), p->unit) : describe_type(p);
    out[2] = !p->def ? "required" : *p->def ? arena_printf(a, "default %s", p->def) : "";
    out[3] = !p->range ? "" : arena_printf(a, "%s%s", words ? "" : "range ", p->range);
}

static void text_params(struct arena *a, const nnp_component *c, struct strbuf *s)
{
    const char *cell[COLUMNS];
    size_t      width[COLUMNS] = { 0 };

    for (uint32_t i = 0; i < c->n_params; i++) {
        columns_of(a, &c->params[i], cell);
        for (int k = 0; k < COLUMNS; k++)
            width[k] = strlen(cell[k]) > width[k] ? strlen(cell[k]) : width[k];
    }
    for (uint32_t i = 0; i < c->n_params; i++) {
        columns_of(a, &c->params[i], cell);
        for (int k = 0; k < COLUMNS; k++)
            if (width[k])
                strbuf_printf(s, "  %-*s", (int)width[k], cell[k]);
        strbuf_printf(s, "  %s%s\n", c->params[i].doc, words_of(a, &c->params[i]));
    }
}

static void indent(const char *text, struct strbuf *s)
{
    while (*text) {
        size_t n = strcspn(text, "\n");
        strbuf_printf(s, n ? "  %.*s\n" : "\n", (int)n, text);
        text += n + (text[n] == '\n');
    }
}

static void text_formula(struct arena *a, const struct component *t, struct strbuf *s)
{
    struct formula_line lines[FORMULA_LINES_MAX];
    size_t              n = describe_formula(a, t, lines);

    for (size_t i = 0; i < n; i++)
        strbuf_printf(s, "  %-9s %s\n",
                      i && lines[i].of == lines[i - 1].of ? "" : lines[i].of,
                      lines[i].text);
}

static void print_text(struct arena *a, const struct component *t)
{
    const nnp_component *c = t->desc;
    const char          *promises = describe_promises(a, c->flags);
    struct strbuf        s = { 0 };

    strbuf_printf(&s, "%s  %s", t->name, t->kind);
    strbuf_pad(&s, 44);
    strbuf_printf(&s, "  %s %s%s%s%s  %s\n", t->plugin, t->version,
                  *t->license ? " (" : "", t->license, *t->license ? ")" : "",
                  base_name(t->file));
    indent(c->doc, &s);
    if (describe_has_inputs(t->kind))
        strbuf_printf(&s, "  inputs %s%s%s%s%s", describe_inputs(a, c),
                      c->ports ? " (" : "", c->ports ? c->ports : "", c->ports ? ")" : "",
                      *promises ? " " : "\n");
    if (*promises)
        strbuf_printf(&s, "  promises %s\n", promises);
    text_formula(a, t, &s);
    text_params(a, c, &s);
    fputs(strbuf_text(&s), stdout);
    strbuf_close(&s);
}

/* ---- JSON ---- */

static void json_words(struct json *j, struct arena *a, const char *words)
{
    json_open(j, '[');
    while (words && *words) {
        size_t n = strcspn(words, " ");
        json_text(j, arena_strndup(a, words, n));
        words += n + strspn(words + n, " ");
    }
    json_close(j);
}

static void json_pair(struct json *j, const char *key, const char *text)
{
    json_key(j, key);
    json_text(j, text);
}

/* For programs: the words of plugin.h in lower case. */
static const char *type_word(const nnp_param *p)
{
    static const char *const words[] = { "",     "bool", "int",   "real", "str", "path",
                                         "enum", "ints", "reals", "strs", "tree" };

    return words[p->type & 255]; /* validated */
}

static void json_param(struct json *j, const nnp_param *p)
{
    json_open(j, '{');
    json_pair(j, "name", p->name);
    json_pair(j, "type", type_word(p));
    json_key(j, "required");
    json_bool(j, !p->def);
    json_pair(j, "default", p->def);
    json_pair(j, "range", p->range);
    json_pair(j, "unit", p->unit);
    json_pair(j, "doc", p->doc);
    json_key(j, "main");
    json_bool(j, p->type & NNP_MAIN);
    json_key(j, "live");
    json_bool(j, p->type & NNP_LIVE);
    json_close(j);
}

static void json_plugin(struct json *j, const struct component *t)
{
    json_key(j, "plugin");
    json_open(j, '{');
    json_pair(j, "name", t->plugin);
    json_pair(j, "version", t->version);
    json_pair(j, "license", t->license);
    json_pair(j, "url", t->url);
    json_pair(j, "file", t->file);
    json_close(j);
}

static void json_formula(struct arena *a, struct json *j, const struct component *t)
{
    struct formula_line lines[FORMULA_LINES_MAX];
    size_t              n = describe_formula(a, t, lines);

    json_key(j, "formula");
    json_open(j, '[');
    for (size_t i = 0; i < n; i++) {
        json_open(j, '{');
        json_pair(j, "of", lines[i].of);
        json_pair(j, "text", lines[i].text);
        json_pair(j, "tex", lines[i].tex);
        json_close(j);
    }
    json_close(j);
}

static void print_json(struct arena *a, const struct component *t)
{
    const nnp_component *c = t->desc;
    struct json          j = { 0 };

    json_open(&j, '{');
    json_pair(&j, "kind", t->kind);
    json_pair(&j, "name", t->name);
    json_pair(&j, "doc", c->doc);
    json_key(&j, "inputs");
    json_open(&j, '{');
    json_key(&j, "min");
    json_number(&j, c->max_in ? c->min_in : 1);
    json_key(&j, "max");
    if (c->max_in == UINT32_MAX)
        json_raw(&j, "null");
    else
        json_number(&j, c->max_in ? c->max_in : 1);
    json_key(&j, "ports");
    json_words(&j, a, c->ports);
    json_close(&j);
    json_key(&j, "promises");
    json_words(&j, a, describe_promises(a, c->flags));
    json_formula(a, &j, t);
    json_key(&j, "params");
    json_open(&j, '[');
    for (uint32_t i = 0; i < c->n_params; i++)
        json_param(&j, &c->params[i]);
    json_close(&j);
    json_plugin(&j, t);
    json_close(&j);
    cli_print_json(&j);
}

/* ---- Markdown, docs/plugins/KIND-NAME.md ---- */

/* A cell: bars would end it. */
static void cell(struct strbuf *s, const char *text, bool code)
{
    if (!text || !*text) {
        strbuf_puts(s, " |");
        return;
    }
    strbuf_puts(s, code ? " `" : " ");
    for (; *text; text++)
        strbuf_printf(s, *text == '|' ? "\\%c" : "%c", *text);
    strbuf_puts(s, code ? "` |" : " |");
}

static void markdown_param(struct arena *a, const nnp_param *p, struct strbuf *s)
{
    strbuf_puts(s, "|");
    cell(s, p->name, true);
    cell(s, describe_type(p), false);
    if (p->def)
        cell(s, p->def, true);
    else
        cell(s, "required", false);
    cell(s, p->range, true);
    cell(s,
         arena_printf(a, "%s%s%s%s", p->doc, p->unit ? ", in " : "",
                      p->unit ? p->unit : "", words_of(a, p)),
         false);
    strbuf_puts(s, "\n");
}

/* Each as text, for every reader, and as TeX, which pages on the web set. */
static void markdown_formula(struct arena *a, const struct component *t, struct strbuf *s)
{
    struct formula_line lines[FORMULA_LINES_MAX];
    size_t              n = describe_formula(a, t, lines);

    if (n)
        strbuf_puts(s, "\n| of | formula | |\n| --- | --- | --- |\n");
    for (size_t i = 0; i < n; i++) {
        strbuf_puts(s, "|");
        cell(s, i && lines[i].of == lines[i - 1].of ? "" : lines[i].of, false);
        cell(s, lines[i].text, true);
        cell(s, arena_printf(a, "$`%s`$", lines[i].tex), false);
        strbuf_puts(s, "\n");
    }
}

static void print_markdown(struct arena *a, const struct component *t)
{
    const nnp_component *c = t->desc;
    const char          *promises = describe_promises(a, c->flags);
    const char          *rest = describe_rest(c);
    struct strbuf        s = { 0 };

    strbuf_printf(&s, "# %s `%s`\n\n%s\n", t->kind, t->name, describe_summary(a, c));
    if (*rest)
        strbuf_printf(&s, "\n%s%s", rest, rest[strlen(rest) - 1] == '\n' ? "" : "\n");
    if (plugin_plot_can(t))
        strbuf_printf(&s, "\n![%s and its gradient](%s-%s.svg)\n", t->name, t->kind,
                      t->name);
    markdown_formula(a, t, &s);
    strbuf_puts(&s, "\n");
    if (describe_has_inputs(t->kind))
        strbuf_printf(&s, "- inputs: %s%s%s%s\n", describe_inputs(a, c),
                      c->ports ? " (" : "", c->ports ? c->ports : "",
                      c->ports ? ")" : "");
    if (*promises)
        strbuf_printf(&s, "- promises: %s\n", promises);
    strbuf_printf(&s, "- plugin: %s %s%s%s\n", t->plugin, t->version,
                  *t->license ? ", " : "", t->license);
    if (c->n_params)
        strbuf_puts(&s, "\n| parameter | type | default | range | what |\n"
                        "| --- | --- | --- | --- | --- |\n");
    for (uint32_t i = 0; i < c->n_params; i++)
        markdown_param(a, &c->params[i], &s);
    fputs(strbuf_text(&s), stdout);
    strbuf_close(&s);
}

/* ---- a picture ---- */

static bool is_file(const char *arg)
{
    size_t n = strlen(arg);

    return strchr(arg, '/') || (n > 3 && strcmp(arg + n - 3, ".so") == 0);
}

static int write_plot(struct cli *c, const struct component *t, const char *file)
{
    struct strbuf s = { 0 };
    int           rc = plugin_plot(&c->arena, t, c->env.data, &s, &c->diag);

    if (!rc && file)
        rc = fsio_replace(file, strbuf_text(&s), s.n, &c->diag);
    else if (!rc)
        fputs(strbuf_text(&s), stdout);
    strbuf_close(&s);
    return rc;
}

/* Of NAME or layer:NAME. */
static int plot(struct cli *c, const char *name, const char *file)
{
    const char             *colon = strchr(name, ':');
    const struct component *t;
    size_t                  n;

    c->diag.class = DIAG_USAGE;
    if (is_file(name))
        return registry_load_file(c->registry, name, &t, &n, &c->diag)
                   ? -1
                   : write_plot(c, t, file);
    t = registry_find(c->registry,
                      colon ? arena_strndup(&c->arena, name, (size_t)(colon - name))
                            : "layer",
                      colon ? colon + 1 : name, NULL, &c->diag);
    return t ? write_plot(c, t, file) : -1;
}

/* ---- the command ---- */

typedef void print_fn(struct arena *a, const struct component *t);

static int info_file(struct cli *c, const char *path, print_fn *print)
{
    const struct component *t;
    size_t                  n;

    if (registry_load_file(c->registry, path, &t, &n, &c->diag))
        return -1;
    for (size_t i = 0; i < n; i++)
        print(&c->arena, &t[i]);
    return 0;
}

/* NAME of any kind (all that are called that), or KIND:NAME. */
static int info_name(struct cli *c, const char *name, print_fn *print)
{
    const char *colon = strchr(name, ':');
    size_t      printed = 0;
    int         rc = 0;

    for (size_t i = 0; kinds_all[i]; i++) {
        const char *kind = kinds_all[i], *bare = colon ? colon + 1 : name;
        if (colon &&
            (strncmp(name, kind, (size_t)(colon - name)) != 0 || kind[colon - name]))
            continue;
        if (!registry_has(c->registry, kind, bare))
            continue;
        const struct component *t =
            registry_find(c->registry, kind, bare, NULL, &c->diag);
        if (t)
            print(&c->arena, t);
        rc = t ? rc : -1;
        printed++;
    }
    if (!printed) {
        c->diag.class = DIAG_USAGE;
        registry_find(c->registry,
                      colon ? arena_strndup(&c->arena, name, (size_t)(colon - name))
                            : kinds_any,
                      colon ? colon + 1 : name, NULL, &c->diag);
    }
    return printed ? rc : -1;
}

int cmd_plugin_info(struct cli *c, int argc, char **argv)
{
    bool              markdown = false, plotted = false;
    const char       *arg = NULL, *file = NULL;
    const struct flag own[] = {
        { "markdown", 0, FLAG_BOOL, &markdown, NULL, "a page for docs/plugins" },
        { "plot", 0, FLAG_BOOL, &plotted, NULL,
          "an activation and its gradient, as an SVG picture" },
        { "out", 'o', FLAG_TEXT, &file, "FILE", "of the picture; else standard output" },
        { NULL, 0, FLAG_BOOL, NULL, NULL, NULL },
    };
    int n = cli_parse(c, argc, argv, own, &arg, 1);

    if (n >= 0 && c->help)
        return cli_help(c, "nnpipe plugin info NAME|KIND:NAME|FILE.so [flags]", own,
                        "  nnpipe plugin info dense\n"
                        "  nnpipe plugin info loss:mse\n"
                        "  nnpipe plugin info relu --plot -o relu.svg\n"
                        "  nnpipe plugin info ./swish.so\n"),
               0;
    if (n == 0) {
        c->diag.class = DIAG_USAGE;
        diag_error(&c->diag, NULL,
                   "plugin info: which one? nnpipe plugin list shows all");
    }
    if (n <= 0 || !cli_registry(c))
        return cli_finish(c, NULL, 2);
    print_fn *print = c->json ? print_json : markdown ? print_markdown : print_text;
    int       rc;
    if (plotted)
        rc = plot(c, arg, file);
    else
        rc = is_file(arg) ? info_file(c, arg, print) : info_name(c, arg, print);
    return cli_finish(c, NULL, rc ? 2 : 0);
}
