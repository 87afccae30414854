/* SPDX-License-Identifier: MIT */
/* nnpipe plugin new: writes a plugin that compiles, passes `plugin test` and runs in the
 * pipeline beside it. */
#include <config.h>
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "base/fsio.h"
#include "base/strbuf.h"
#include "cli/skeleton.h"
#include "plugin/kinds.h"

enum { MOST_FILES = 6 };

struct new_plugin {
    struct cli *cli;
    const char *kind, *name, *id, *lang, *folder;
    struct {
        const char *path;
        char       *text;
        size_t      n;
    } files[MOST_FILES];
    size_t n;
};

/* ---- filling in ---- */

static const struct skeleton *find_skeleton(const char *name)
{
    for (const struct skeleton *s = skeletons; s->name; s++)
        if (strcmp(s->name, name) == 0)
            return s;
    return NULL;
}

static bool is_word(const struct new_plugin *w, const char *word, size_t n)
{
    return (strlen(w->kind) == n && strncmp(word, w->kind, n) == 0) ||
           (strlen(w->lang) == n && strncmp(word, w->lang, n) == 0);
}

/* "layer,loss": is one of them what the user chose? */
static bool any_word(const struct new_plugin *w, const char *words, size_t n)
{
    for (size_t i = 0, end; i < n; i = end + 1) {
        for (end = i; end < n && words[end] != ','; end++)
            ;
        if (is_word(w, words + i, end - i))
            return true;
    }
    return false;
}

/* Where the text of a line starts; NULL: the line is for others. A line that begins with
 * a placeholder ("@id@.so: ...") has no blank before the second @. */
static const char *text_of_line(const struct new_plugin *w, const char *line)
{
    if (*line != '@')
        return line;
    size_t n = 1 + strcspn(line + 1, " @\n");
    if (line[n] != ' ')
        return line;
    bool   other = line[1] == '!';
    size_t from = other ? 2 : 1;
    return any_word(w, line + from, n - from) != other ? line + n + 1 : NULL;
}

static void add_text(const struct new_plugin *w, struct strbuf *out, const char *text,
                     size_t n)
{
    const struct {
        const char *mark, *value;
    } marks[] = { { "@name@", w->name }, { "@id@", w->id }, { "@kind@", w->kind } };

    for (size_t i = 0, k; i < n;) {
        for (k = 0; k < 3; k++)
            if (strncmp(text + i, marks[k].mark, strlen(marks[k].mark)) == 0)
                break;
        if (k < 3)
            strbuf_puts(out, marks[k].value);
        else
            strbuf_add(out, text + i, 1);
        i += k < 3 ? strlen(marks[k].mark) : 1;
    }
}

static void fill_in(const struct new_plugin *w, const char *text, struct strbuf *out)
{
    for (const char *end; *text; text = end + 1) {
        end = strchr(text, '\n');
        const char *line = text_of_line(w, text);
        if (line)
            add_text(w, out, line, (size_t)(end + 1 - line));
    }
}

static int add_file(struct new_plugin *w, const char *skeleton, const char *name)
{
    const struct skeleton *s = find_skeleton(skeleton);
    struct strbuf          out = { 0 };

    if (!s)
        return diag_error(&w->cli->diag, NULL, "there is no skeleton of a %s in %s",
                          w->kind, w->lang);
    fill_in(w, s->text, &out);
    w->files[w->n].path = arena_printf(&w->cli->arena, "%s/%s", w->folder, name);
    w->files[w->n].text = arena_strdup(&w->cli->arena, strbuf_text(&out));
    w->files[w->n++].n = out.n;
    strbuf_close(&out);
    return 0;
}

/* ---- files ---- */

static int add_source(struct new_plugin *w)
{
    struct arena *a = &w->cli->arena;
    bool          rust = strcmp(w->lang, "rust") == 0;
    const char   *suffix = rust ? "rs" : strcmp(w->lang, "c") == 0 ? "c" : "cpp";

    if (add_file(w, arena_printf(a, "%s.%s", w->kind, rust ? "rs" : "c"),
                 arena_printf(a, "%s.%s", w->id, suffix)))
        return -1;
    return rust ? add_file(w, "nnpipe.rs", "nnpipe.rs") : 0;
}

static int collect(struct new_plugin *w)
{
    struct arena *a = &w->cli->arena;

    if (add_source(w))
        return -1;
    add_file(w, "Makefile", "Makefile");
    add_file(w, "README.md", "README.md");
    if (strcmp(w->kind, "backend") != 0) /* the host picks a backend, files do not */
        add_file(w, "pipeline.yaml", arena_printf(a, "%s.yaml", w->id));
    return 0;
}

/* All or nothing: what is there stays as it is. */
static int write_all(struct new_plugin *w)
{
    struct diag *d = &w->cli->diag;

    d->class = DIAG_RUN;
    for (size_t i = 0; i < w->n; i++)
        if (fsio_exists(w->files[i].path))
            diag_error(d, NULL, "%s is already there; nothing was written",
                       w->files[i].path);
    if (d->errors || fsio_folder(w->folder, d))
        return -1;
    for (size_t i = 0; i < w->n; i++)
        if (fsio_replace(w->files[i].path, w->files[i].text, w->files[i].n, d))
            return -1;
    return 0;
}

/* ---- what the user asked for ---- */

static int check_kind(struct cli *c, const char *kind)
{
    const char *list = "";

    if (kinds_find(kind))
        return 0;
    const char *near = diag_nearest(kind, kinds_all);
    if (near)
        return diag_error(&c->diag, NULL, "no kind is called '%s'; '%s' is", kind, near);
    diag_error(&c->diag, NULL, "no kind is called '%s'", kind);
    for (size_t i = 0; kinds_all[i]; i++)
        list = arena_printf(&c->arena, "%s%s%s", list, i ? ", " : "", kinds_all[i]);
    diag_note(&c->diag, "kinds are %s", list);
    return -1;
}

static int check_plugin_name(struct cli *c, const char *name)
{
    size_t n = strlen(name);

    if (n == 0 || n > 60 || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_.") != n ||
        name[0] < 'a' || name[n - 1] == '.' || strstr(name, ".."))
        return diag_error(&c->diag, NULL,
                          "'%s' is not a name of a plugin: small letters, digits and _, "
                          "with your own word and a dot before it: acme.swish",
                          name);
    return 0;
}

/* "acme.swish" is swish in C. */
static const char *identifier(struct arena *a, const char *name)
{
    const char *dot = strrchr(name, '.');
    const char *last = dot ? dot + 1 : name;

    return last[0] >= '0' && last[0] <= '9' ? arena_printf(a, "_%s", last) : last;
}

static int check_lang(struct cli *c, const char *lang)
{
    static const char *const langs[] = { "c", "c++", "rust", NULL };

    for (size_t i = 0; langs[i]; i++)
        if (strcmp(lang, langs[i]) == 0)
            return 0;
    return diag_error(&c->diag, NULL, "--lang %s: c, c++ or rust", lang);
}

static int make(struct cli *c, const char *kind, const char *name, const char *lang)
{
    struct new_plugin w = { .cli = c, .kind = kind, .name = name, .lang = lang };

    c->diag.class = DIAG_USAGE;
    if (check_kind(c, kind) || check_plugin_name(c, name) || check_lang(c, lang))
        return -1;
    w.id = identifier(&c->arena, name);
    w.folder = c->out ? c->out : w.id;
    if (collect(&w) || write_all(&w))
        return -1;
    for (size_t i = 0; i < w.n && !c->quiet; i++)
        printf("%s\n", w.files[i].path);
    if (!c->quiet)
        printf("next: make -C %s test\n", w.folder);
    return 0;
}

int cmd_plugin_new(struct cli *c, int argc, char **argv)
{
    const char       *args[2], *lang = "c";
    const struct flag own[] = {
        { "lang", 0, FLAG_TEXT, &lang, "LANG", "c (default), c++ or rust" },
        { NULL, 0, FLAG_BOOL, NULL, NULL, NULL },
    };
    int n = cli_parse(c, argc, argv, own, args, 2);

    if (n >= 0 && c->help)
        return cli_help(c, "nnpipe plugin new KIND NAME [flags]", own,
                        "  nnpipe plugin new layer acme.swish\n"
                        "  nnpipe plugin new loss acme.tukey --lang c++ -o tukey\n"),
               0;
    if (n >= 0 && n < 2) {
        c->diag.class = DIAG_USAGE;
        diag_error(&c->diag, NULL,
                   "plugin new: which kind and name? nnpipe plugin new layer acme.swish");
    }
    if (n == 2)
        make(c, args[0], args[1], lang);
    return cli_finish(c, NULL, n < 0 ? 2 : 0);
}
