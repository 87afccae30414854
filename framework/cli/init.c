/* SPDX-License-Identifier: MIT */
/* nnpipe init: a pipeline to begin with. Templates are files of pipelines/ under a name
 * that says what they are for, and one that is filled in for a table. */
#include <config.h>
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "base/fsio.h"
#include "base/strbuf.h"
#include "cli/home.h"
#include "cli/init_table.h"
#include "cli/skeleton.h"
#include "plugin/synonyms.h"

static const struct template
{
    const char *name, *file, *summary;
}
templates[] = {
    { "xor", "xor.yaml", "four rows and two hidden units: read it first" },
    { "classify", "spiral.yaml", "points of two classes, and a picture of the boundary" },
    { "csv", "table.yaml", "a table: nnpipe init csv FILE.csv, or an example" },
    { "autoencoder", "glyphs_codes.yaml", "digits that are said in 16 numbers" },
    { "images", "glyphs_conv.yaml",
      "convolutions that read digits, or pictures of yours" },
};
enum { TEMPLATES = sizeof templates / sizeof *templates };

struct init {
    struct cli *cli;
    const struct template *template;
    const char *out;  /* the file to write */
    const char *data; /* a table of the user's, or NULL */
};

static const struct template *find_template(struct cli *c, const char *name)
{
    const char *names[TEMPLATES + 1] = { 0 }, *list = "";

    for (size_t i = 0; i < TEMPLATES; i++) {
        names[i] = templates[i].name;
        list = arena_printf(&c->arena, "%s%s%s", list, i ? ", " : "", names[i]);
        if (strcmp(name, names[i]) == 0)
            return &templates[i];
    }
    const char *near = synonyms_nearest(name, names);
    if (near)
        diag_error(&c->diag, NULL, "no template is called '%s'; '%s' is", name, near);
    else
        diag_error(&c->diag, NULL, "no template is called '%s'; there are %s", name,
                   list);
    if (fsio_exists(name))
        diag_note(&c->diag, "try   nnpipe init csv %s, if it is a table", name);
    return NULL;
}

/* ---- writing ---- */

static int refuse_to_overwrite(struct init *w, const char *path)
{
    struct diag *d = &w->cli->diag;

    if (w->cli->force || !fsio_exists(path))
        return 0;
    diag_error(d, NULL, "%s is already there; nothing was written", path);
    diag_note(d, "try   -o OTHER.yaml, or -f to overwrite it");
    return -1;
}

static int write_text(struct init *w, const char *path, const char *text)
{
    if (fsio_replace(path, text, strlen(text), &w->cli->diag))
        return -1;
    if (!w->cli->quiet)
        printf("wrote %s\n", path);
    return 0;
}

/* The line for editors: the schema that was installed, or none. */
static void add_schema_line(struct arena *a, struct strbuf *s)
{
    const char *home = home_data(a);

    if (home)
        strbuf_printf(s, "# yaml-language-server: $schema=%s/schema.json\n#\n", home);
}

/* `nnpipe pipelines/spiral.yaml` in a comment is about the file as it is called now. */
static void add_line(const struct init *w, struct strbuf *s, const char *line, size_t n)
{
    const char *was = arena_printf(&w->cli->arena, "pipelines/%s", w->template->file);
    size_t      length = strlen(was);

    for (size_t i = 0; i < n; i++) {
        if (n - i < length || strncmp(line + i, was, length) != 0) {
            strbuf_add(s, line + i, 1);
            continue;
        }
        strbuf_puts(s, w->out);
        i += length - 1;
    }
}

static const char *of_pipeline(struct init *w)
{
    struct strbuf s = { 0 };
    const char   *line = skeleton_find(w->template->file)->text;
    bool          first = true;

    add_schema_line(&w->cli->arena, &s);
    for (size_t n; *line; line += n) {
        n = strcspn(line, "\n") + 1;
        if (first && strstr(line, "$schema") && strstr(line, "$schema") < line + n)
            n += strncmp(line + n, "#\n", 2) == 0 ? 2 : 0;
        else if (strncmp(line, "name: ", 6) == 0)
            strbuf_printf(&s, "name: %s\n", w->template->name);
        else
            add_line(w, &s, line, n);
        first = false;
    }
    const char *text = arena_strdup(&w->cli->arena, strbuf_text(&s));
    strbuf_close(&s);
    return text;
}

/* With a table of the user's, or with one that is written as well. */
static int write_table(struct init *w)
{
    struct cli       *c = w->cli;
    struct strbuf     s = { 0 };
    struct init_table t = { .out = w->out, .data = w->data };
    const char       *example = NULL;

    if (!t.data) {
        t.data = fsio_beside(&c->arena, w->out, "points.csv");
        example = skeleton_find("points.csv")->text;
        if (refuse_to_overwrite(w, t.data) || write_text(w, t.data, example))
            return -1;
    }
    add_schema_line(&c->arena, &s);
    int rc = init_table_fill(&t, &s, &c->arena, &c->diag);
    rc = rc ? rc : write_text(w, w->out, strbuf_text(&s));
    strbuf_close(&s);
    if (!rc && !c->quiet) {
        strbuf_puts(&s, t.guessed);
        cli_print(c, &s);
    }
    return rc;
}

static int write_all(struct init *w)
{
    w->cli->diag.class = DIAG_RUN;
    if (refuse_to_overwrite(w, w->out))
        return -1;
    if (strcmp(w->template->file, "table.yaml") == 0
            ? write_table(w)
            : write_text(w, w->out, of_pipeline(w)))
        return -1;
    if (!w->cli->quiet)
        printf("next: nnpipe %s\n", w->out);
    return 0;
}

/* ---- what the user asked for ---- */

/* What -o names, in a folder if it is one; else a file here, called after the table. */
static const char *where(struct init *w)
{
    struct arena *a = &w->cli->arena;
    const char *base = w->template->name, *slash = w->data ? strrchr(w->data, '/') : NULL;
    const char *out = w->cli->out;

    if (w->data) {
        base = slash ? slash + 1 : w->data;
        base = arena_strndup(a, base, strcspn(base, "."));
    }
    size_t n = out ? strlen(out) : 0;
    if (out && !fsio_is_folder(out) && out[n - 1] != '/')
        return out;
    if (out && fsio_folder(out, &w->cli->diag))
        return NULL;
    return arena_printf(a, "%s%s%s.yaml", out ? out : "",
                        n && out[n - 1] != '/' ? "/" : "", base);
}

static void list_templates(void)
{
    for (size_t i = 0; i < TEMPLATES; i++)
        printf("  %-12s %s\n", templates[i].name, templates[i].summary);
}

int cmd_init(struct cli *c, int argc, char **argv)
{
    struct init       w = { .cli = c };
    const char       *args[2] = { "xor", NULL };
    bool              list = false;
    const struct flag own[] = {
        { "list", 0, FLAG_BOOL, &list, NULL, "which templates there are" },
        { NULL, 0, FLAG_BOOL, NULL, NULL, NULL },
    };
    int n = cli_parse(c, argc, argv, own, args, 2);

    if (n >= 0 && c->help)
        return cli_help(c, "nnpipe init [TEMPLATE [FILE.csv]] [flags]", own,
                        "  nnpipe init && nnpipe xor.yaml\n"
                        "  nnpipe init --list\n"
                        "  nnpipe init csv measured.csv -o first.yaml\n"),
               0;
    if (n >= 0 && list)
        return list_templates(), 0;
    c->diag.class = DIAG_USAGE;
    w.data = args[1];
    if (n >= 0 && (w.template = find_template(c, args[0])) && w.data &&
        strcmp(w.template->file, "table.yaml") != 0)
        diag_error(&c->diag, NULL, "init %s takes no file; `nnpipe init csv %s` does",
                   args[0], w.data);
    if (n < 0 || c->diag.errors)
        return cli_finish(c, NULL, 2);
    w.out = where(&w);
    if (w.out)
        write_all(&w);
    return cli_finish(c, NULL, 0);
}
