/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/json.h"
#include "plugin/kinds.h"
#include "plugin/synonyms.h"

static void json_file(const struct plugin_file *f)
{
    struct json j = { 0 };

    json_open(&j, '{');
    json_key(&j, "file");
    json_text(&j, f->path);
    json_key(&j, "components");
    json_open(&j, '[');
    for (size_t i = 0; i < f->n_tags; i++) {
        json_open(&j, '{');
        json_key(&j, "kind");
        json_text(&j, f->tags[i].kind);
        json_key(&j, "name");
        json_text(&j, f->tags[i].name);
        json_close(&j);
    }
    json_close(&j);
    json_key(&j, "skipped");
    json_text(&j, f->skipped);
    json_close(&j);
    cli_print_json(&j);
}

/* One line a component: kind, name, file. */
static void list_kind(const struct registry *r, const char *kind, struct strbuf *s)
{
    for (size_t i = 0; i < registry_n_files(r); i++) {
        const struct plugin_file *f = registry_file(r, i);
        for (size_t k = 0; !f->skipped && k < f->n_tags; k++)
            if (strcmp(f->tags[k].kind, kind) == 0)
                strbuf_printf(s, "%-12s %-20s %s\n", kind, f->tags[k].name, f->path);
    }
}

/* Kinds of a newer ABI minor are of no use here, but were seen. */
static void list_unknown(const struct registry *r, struct strbuf *s)
{
    for (size_t i = 0; i < registry_n_files(r); i++) {
        const struct plugin_file *f = registry_file(r, i);
        for (size_t k = 0; !f->skipped && k < f->n_tags; k++)
            if (!kinds_find(f->tags[k].kind))
                strbuf_printf(s, "unknown      %s: this nnpipe knows no kind '%s'\n",
                              f->path, f->tags[k].kind);
    }
}

static void list_skipped(const struct registry *r, struct strbuf *s)
{
    for (size_t i = 0; i < registry_n_files(r); i++)
        if (registry_file(r, i)->skipped)
            strbuf_printf(s, "skipped      %s: %s\n", registry_file(r, i)->path,
                          registry_file(r, i)->skipped);
}

static void list_all(struct arena *a, const struct registry *r, const char *kind)
{
    struct strbuf s = { 0 };
    const char   *hint = registry_trust_hint(r, a);

    for (size_t i = 0; kinds_all[i]; i++)
        if (!kind || strcmp(kind, kinds_all[i]) == 0)
            list_kind(r, kinds_all[i], &s);
    if (!kind) {
        list_unknown(r, &s);
        list_skipped(r, &s);
    }
    if (!kind && hint)
        strbuf_printf(&s, "try          %s\n", hint);
    if (!s.n)
        strbuf_puts(&s, "no plugin was found\n");
    fputs(strbuf_text(&s), stdout);
    strbuf_close(&s);
}

int cmd_plugin_list(struct cli *c, int argc, char **argv)
{
    const char *kind = NULL;
    int         n = cli_parse(c, argc, argv, NULL, &kind, 1);

    if (n >= 0 && c->help)
        return cli_help(c, "nnpipe plugin list [KIND] [flags]", NULL,
                        "  nnpipe plugin list\n  nnpipe plugin list layer\n"),
               0;
    if (n > 0 && !kinds_find(kind)) {
        c->diag.class = DIAG_USAGE;
        const char *near = synonyms_nearest(kind, kinds_all);
        diag_error(&c->diag, NULL, "no kind is called '%s'%s%s%s", kind,
                   near ? "; '" : "", near ? near : "", near ? "' is" : "");
    }
    if (n < 0 || c->diag.errors || !cli_registry(c))
        return cli_finish(c, NULL, 2);
    const struct registry *r = c->registry;
    if (!c->json)
        list_all(&c->arena, r, kind);
    for (size_t i = 0; c->json && i < registry_n_files(r); i++)
        json_file(registry_file(r, i));
    return cli_finish(c, NULL, 0);
}
