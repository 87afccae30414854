/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/fsio.h"
#include "base/json.h"
#include "jobs/stages.h"
#include "search/tryout.h"
#include "text/source.h"

static void say_fine(struct cli *c, const char *file, const struct spec *s)
{
    if (c->json) {
        struct json j = { 0 };

        json_open(&j, '{');
        json_key(&j, "file"), json_text(&j, file);
        json_key(&j, "errors"), json_number(&j, 0);
        json_close(&j);
        puts(strbuf_text(&j.text));
        strbuf_close(&j.text);
        return;
    }
    if (s->data.missing)
        printf("%s: no mistake found; shapes are not checked: %s\n", file,
               s->data.missing);
    else
        printf("%s: no mistake found\n", file);
}

static void print_resolved(const struct cli *c, const struct node *tree)
{
    struct strbuf text = { 0 };

    if (c->json)
        tree_print_json(tree, &text);
    else
        tree_print(tree, &text);
    if (c->json)
        strbuf_puts(&text, "\n");
    cli_print(c, &text);
}

int cmd_check(struct cli *c, int argc, char **argv)
{
    bool              resolved = false, from_stdin = false, data = false;
    struct stages     all = { 0 };
    const char       *args[1];
    const struct flag own[] = {
        { "resolved", 0, FLAG_BOOL, &resolved, NULL,
          "print the file with every default" },
        { "stdin", 0, FLAG_BOOL, &from_stdin, NULL,
          "the text comes from standard input" },
        { "data", 0, FLAG_BOOL, &data, NULL, "open and read the data too" },
        { NULL, 0, FLAG_BOOL, NULL, NULL, NULL },
    };
    int n = cli_parse(c, argc, argv, own, args, 1);

    if (n >= 0 && c->help)
        return cli_help(c, "nnpipe check FILE.yaml [flags]", own,
                        "  nnpipe check pipelines/xor.yaml\n"
                        "  nnpipe check --stdin --format=gcc < draft.yaml\n"),
               0;
    if (n == 0 && !from_stdin) {
        c->diag.class = DIAG_USAGE;
        diag_error(&c->diag, NULL, "check: which file? nnpipe check FILE.yaml");
    }
    if (n < 0 || c->diag.errors)
        return cli_finish(c, NULL, 2);
    const char          *file = from_stdin ? "-" : args[0];
    struct loading       l = cli_loading(c);
    const struct source *source = source_open(&c->arena, file, &c->diag);
    int                  rc = stages_load(&l, source, data, &all);
    rc = rc || tryout_space(&l, source, all.v[0].spec) ? -1 : 0;
    if (!rc && !c->diag.errors && resolved)
        print_resolved(c, stages_resolved(&l, &all));
    else if (!rc && !c->diag.errors && !c->quiet)
        say_fine(c, file, all.v[all.n - 1].spec);
    int code = cli_finish(c, "nothing was run", 0);
    stages_close(&all);
    return code;
}
