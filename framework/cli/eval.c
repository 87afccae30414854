/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "cli/pipeline.h"
#include "run/trainer.h"

static void print_text(const struct figure *f, size_t n, struct strbuf *out)
{
    for (size_t i = 0; i < n; i++)
        strbuf_printf(out, "%-24s %.6g\n", f[i].name, f[i].value);
}

static void print_json(const struct figure *f, size_t n, struct strbuf *out)
{
    strbuf_puts(out, "{");
    for (size_t i = 0; i < n; i++) {
        strbuf_puts(out, i ? "," : "");
        strbuf_json(out, f[i].name);
        strbuf_puts(out, ":");
        strbuf_number(out, f[i].value);
    }
    strbuf_puts(out, "}\n");
}

static int evaluate(struct cli *c, struct pipeline *p, const char *on)
{
    size_t         room = N_SPLITS * evaluate_room(p->session), n = 0;
    struct figure *f = calloc(room, sizeof *f);
    struct strbuf  out = { 0 };
    bool           any = false;
    int            rc = f ? 0 : -1;

    for (int k = 0; !rc && k < N_SPLITS; k++) {
        bool wanted = on ? strcmp(on, split_names[k]) == 0 : true;
        if (!wanted || !feed_rows(p->session, (enum split)k))
            continue;
        any = true;
        rc = evaluate_split(p->session, (enum split)k, f, &n, room, &c->diag);
    }
    if (!rc && !any)
        rc = diag_error(&c->diag, NULL, "--on %s: this run has no such split",
                        on ? on : "");
    if (!rc)
        (c->json ? print_json : print_text)(f, n, &out);
    fputs(strbuf_text(&out), stdout);
    strbuf_close(&out);
    free(f);
    return rc;
}

int cmd_eval(struct cli *c, int argc, char **argv)
{
    const char            *args[1], *on = NULL;
    struct pipeline        p = { 0 };
    struct session_options o = { 0 };
    const struct flag      own[] = {
             { "on", 0, FLAG_TEXT, &on, "SPLIT",
               "train, val or test; default: all there are" },
             { NULL, 0, FLAG_BOOL, NULL, NULL, NULL },
    };
    int n = cli_parse(c, argc, argv, own, args, 1);

    if (n >= 0 && c->help)
        return cli_help(c, "nnpipe eval RUN [flags]", own,
                        "  nnpipe eval runs/xor/001\n"
                        "  nnpipe eval runs/mnist-mlp/001 --on test --json\n"),
               0;
    if (n == 0) {
        c->diag.class = DIAG_USAGE;
        diag_error(&c->diag, NULL, "eval: which run? nnpipe eval runs/NAME/001");
    }
    if (n < 0 || c->diag.errors)
        return cli_finish(c, NULL, 2);
    o.threads = c->threads;
    o.max_mem = c->max_mem;
    if (!pipeline_open_run(c, args[0], &p) && !pipeline_start(c, &p, &o))
        evaluate(c, &p, on);
    int code = cli_finish(c, NULL, 0);
    pipeline_close(&p);
    return code;
}
