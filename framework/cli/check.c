/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/fsio.h"
#include "base/strbuf.h"
#include "cli/pipeline.h"

static void say_fine(struct cli *c, const char *file, const struct pipeline *p)
{
    const struct spec *s = p->spec;

    if (c->json) {
        printf("{\"file\":\"%s\",\"errors\":0}\n", file);
        return;
    }
    if (s->data.missing)
        printf("%s: no mistake found; shapes are not checked: %s\n", file,
               s->data.missing);
    else
        printf("%s: no mistake found\n", file);
}

static void print_resolved(const struct cli *c, const struct spec *s)
{
    struct strbuf text = { 0 };

    if (c->json)
        tree_print_json(s->resolved, &text);
    else
        tree_print(s->resolved, &text);
    fputs(strbuf_text(&text), stdout);
    if (c->json)
        puts("");
    strbuf_close(&text);
}

/* Everything a run does before it reads data. */
static int look(struct cli *c, const char *file, bool data, struct pipeline *p)
{
    struct session_options o = { .threads = 1, .train = true };

    if (pipeline_open(c, file, !data, p))
        return -1;
    if (p->spec->data.missing)
        return 0;
    if (data)
        return pipeline_start(c, p, &o);
    p->session->spec = p->spec;
    p->session->graph = graph_open(&c->arena, p->spec, &p->session->services,
                                   p->spec->train.batch, &c->diag);
    return p->session->graph ? 0 : -1;
}

int cmd_check(struct cli *c, int argc, char **argv)
{
    bool              resolved = false, from_stdin = false, data = false;
    struct pipeline   p = { 0 };
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
    const char *file = from_stdin ? "-" : args[0];
    int         rc = look(c, file, data, &p);
    if (!rc && !c->diag.errors && resolved)
        print_resolved(c, p.spec);
    else if (!rc && !c->diag.errors && !c->quiet)
        say_fine(c, file, &p);
    int code = cli_finish(c, "nothing was run", 0);
    pipeline_close(&p);
    return code;
}
