/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fsio.h"
#include "explain/explain.h"

struct wish {
    struct explain_options o;
    const char            *of, *sample, *split, *as, *names, *file;
};

static int read_wish(struct cli *c, struct wish *w)
{
    char *end = NULL;

    c->diag.class = DIAG_USAGE;
    w->o.split = split_find(w->split);
    if (w->o.split == N_SPLITS)
        return diag_error(&c->diag, NULL, "--split %s: train, val or test is needed",
                          w->split);
    if (strcmp(w->sample, "all") == 0)
        w->o.sample = -1;
    else {
        w->o.sample = strtoll(w->sample, &end, 10);
        if (end == w->sample || *end || w->o.sample < 0)
            return diag_error(&c->diag, NULL,
                              "--sample %s: the number of a row, from 0, or `all`",
                              w->sample);
    }
    if (w->o.step < 1)
        return diag_error(&c->diag, NULL, "--step %lld: steps are counted from 1",
                          (long long)w->o.step);
    w->o.items = strcmp(w->names, "items") == 0;
    return 0;
}

static enum sheet_as form(const struct wish *w)
{
    static const char *const words[] = { "text", "ascii", "html", "tex" };
    int                      i = 0;

    while (i < 3 && strcmp(w->as, words[i]) != 0)
        i++;
    return (enum sheet_as)i;
}

static int explain(struct cli *c, const struct wish *w)
{
    struct loading         l = cli_loading(c);
    struct loaded          p = { 0 };
    struct sheet           sheet = { .arena = &c->arena, .diag = &c->diag };
    struct strbuf          out = { 0 };
    struct session_options o = { .train = true };
    int rc = load_trainable(&l, w->of, PEEK_NEVER, &p) || load_start(&l, &p, &o);

    c->diag.class = DIAG_RUN;
    rc = rc || explain_step(&sheet, p.session, &w->o, &c->diag);
    if (!rc)
        sheet_print(&sheet, form(w), &out);
    if (!rc && w->file)
        rc = fsio_replace(w->file, strbuf_text(&out), out.n, &c->diag);
    else if (!rc)
        cli_print(c, &out);
    strbuf_close(&out);
    load_close(&p);
    return rc;
}

int cmd_explain(struct cli *c, int argc, char **argv)
{
    struct wish       w = { .o = { .step = 1, .terms = 6 },
                            .sample = "0",
                            .split = "train",
                            .as = "text",
                            .names = "slide" };
    const struct flag own[] = {
        { "sample", 0, FLAG_TEXT, &w.sample, "N|all",
          "row of the split, from 0; all: a batch, weight by weight" },
        { "split", 0, FLAG_TEXT, &w.split, "SPLIT", "train, val or test" },
        { "step", 0, FLAG_INT, &w.o.step, "N",
          "which update, from 1; those before it are trained first" },
        { "item", 0, FLAG_TEXT, &w.o.item, "NAME", "only this layer" },
        { "unit", 0, FLAG_TEXT, &w.o.unit, "NAME",
          "only this unit, as its lines call it: g1, dense1[3]" },
        { "terms", 0, FLAG_INT, &w.o.terms, "N", "of a long sum that are shown (6)" },
        { "as", 0, FLAG_WORD, &w.as, "text|ascii|html|tex", "what to write" },
        { "names", 0, FLAG_WORD, &w.names, "slide|items",
          "f, g, h and u, v where they do, or the names of the file" },
        { "out", 'o', FLAG_TEXT, &w.file, "FILE", "where to; else standard output" },
        { NULL, 0, FLAG_BOOL, NULL, NULL, NULL },
    };
    int n = cli_parse(c, argc, argv, own, &w.of, 1);

    if (n >= 0 && c->help)
        return cli_help(c, "nnpipe explain FILE.yaml|RUN [flags]", own,
                        "  nnpipe explain pipelines/xor_steps.yaml --sample 2\n"
                        "  nnpipe explain runs/xor/001 --as html -o step.html\n"),
               0;
    if (n == 0) {
        c->diag.class = DIAG_USAGE;
        diag_error(&c->diag, NULL,
                   "explain: which file or run? nnpipe explain FILE.yaml");
    }
    if (n <= 0 || c->diag.errors || read_wish(c, &w))
        return cli_finish(c, NULL, 2);
    explain(c, &w);
    return cli_finish(c, NULL, 0);
}
