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
#include "plugin/synonyms.h"

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

static int add_file(struct new_plugin *w, const char *skeleton, const char *name)
{
    const struct skeleton       *s = skeleton_find(skeleton);
    const char *const            words[] = { w->kind, w->lang, NULL };
    const struct skeleton_choice choice = {
        words, { { "@name@", w->name }, { "@id@", w->id }, { "@kind@", w->kind } }
    };
    struct strbuf out = { 0 };

    if (!s)
        return diag_error(&w->cli->diag, NULL, "there is no skeleton of a %s in %s",
                          w->kind, w->lang);
    skeleton_fill(s->text, &choice, &out);
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
    const char *near = synonyms_nearest(kind, kinds_all);
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

/* A name of nnpipe's own would be refused as taken twice, as soon as it is installed. */
static int check_free(struct cli *c, const char *kind, const char *name)
{
    struct registry *r = strchr(name, '.') ? NULL : cli_registry(c);

    if (!r || !registry_has(r, kind, name))
        return 0;
    diag_error(&c->diag, NULL, "there is a %s '%s' already", kind, name);
    diag_note(&c->diag, "try   your own word and a dot before it: acme.%s", name);
    return -1;
}

static int make(struct cli *c, const char *kind, const char *name, const char *lang)
{
    struct new_plugin w = { .cli = c, .kind = kind, .name = name, .lang = lang };

    c->diag.class = DIAG_USAGE;
    if (check_kind(c, kind) || check_plugin_name(c, name) || check_lang(c, lang) ||
        check_free(c, kind, name))
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
