/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fsio.h"
#include "base/json.h"
#include "base/strbuf.h"
#include "jobs/load.h"
#include "rows/rows.h"
#include "train/evaluate.h"
#include "view/streams.h"

struct eval_request {
    const char *on; /* a split, a file, or NULL: all splits */
    bool        corrupt;
};

static void print_text(const struct figures *f, struct strbuf *out)
{
    for (size_t i = 0; i < f->n; i++)
        strbuf_printf(out, "%-24s %.6g\n", f->v[i].name, f->v[i].value);
}

/* What the numbers in the names of figures stand for. */
static void print_classes(const struct session *s, struct strbuf *out)
{
    const char *name;

    for (int64_t i = 0; (name = streams_class(s, "target", i)); i++)
        strbuf_printf(out, i ? ", %lld %s" : "classes                  %lld %s",
                      (long long)i, name);
    if (streams_class(s, "target", 0))
        strbuf_puts(out, "\n");
}

static void print_json(const struct figures *f, struct strbuf *out)
{
    struct json j = { .text = *out };

    json_open(&j, '{');
    for (size_t i = 0; i < f->n; i++)
        json_key(&j, f->v[i].name), json_number(&j, f->v[i].value);
    json_close(&j);
    *out = j.text;
    strbuf_puts(out, "\n");
}

static int on_file(struct cli *c, struct session *s, const struct eval_request *q,
                   struct figures *f)
{
    struct given_rows g;

    given_rows_open(&g, s, s->arena, true, q->corrupt);
    if (given_rows_left(&g))
        diag_warn(&c->diag, NULL,
                  "%s: left out for rows that are given, though figures of the training "
                  "are with it; --corrupt takes it in",
                  given_rows_left(&g));
    c->diag.class = DIAG_DATA;
    int rc = rows_read(q->on, &g, &c->diag);
    c->diag.class = DIAG_RUN;
    if (!rc)
        rc = evaluate_given(s, &g, f, &c->diag);
    rows_close(&g);
    return rc;
}

static int on_data(struct cli *c, struct session *s, enum split only, struct figures *f)
{
    bool any = false;

    if (s->spec->data.given) {
        c->diag.class = DIAG_USAGE;
        return diag_error(&c->diag, NULL,
                          "a packed model brings no rows of its own: --on FILE gives it "
                          "some");
    }

    for (int k = 0; k < N_SPLITS; k++) {
        if ((only < N_SPLITS && k != (int)only) || !feed_rows(s, (enum split)k))
            continue;
        any = true;
        if (evaluate_split(s, (enum split)k, f, &c->diag))
            return -1;
    }
    if (any)
        return 0;
    c->diag.class = DIAG_USAGE;
    return diag_error(&c->diag, NULL, "--on %s: this run has no such split",
                      split_names[only]);
}

/* An argument that is no split is a file by its form, as for the command itself. */
static bool is_file(const char *on)
{
    return on && split_find(on) == N_SPLITS &&
           (strpbrk(on, "./") || strcmp(on, "-") == 0);
}

static int evaluate(struct cli *c, struct loaded *p, const struct eval_request *q)
{
    const char    *on = q->on;
    struct figures f = { 0 };
    struct strbuf  out = { 0 };
    enum split     split = split_find(on);
    int            rc;

    if (on && split == N_SPLITS && !is_file(on)) {
        c->diag.class = DIAG_USAGE;
        return diag_error(&c->diag, NULL, "--on %s: train, val, test or a file is needed",
                          on);
    }
    rc = is_file(on) ? on_file(c, p->session, q, &f) : on_data(c, p->session, split, &f);
    if (!rc)
        (c->json ? print_json : print_text)(&f, &out);
    if (!rc && !c->json)
        print_classes(p->session, &out);
    cli_print(c, &out);
    figures_close(&f);
    return rc;
}

static void say_stage(const struct cli *c, const char *name)
{
    struct json j = { 0 };

    if (!c->json) {
        printf("stage %s\n", name);
        return;
    }
    json_open(&j, '{');
    json_key(&j, "stage"), json_text(&j, name);
    json_close(&j);
    cli_print_json(&j);
}

/* Each that was trained, under its name. */
static int evaluate_stages(struct cli *c, const struct spec *s, const char *run,
                           const struct eval_request *q)
{
    struct session_options o = { 0 };
    struct loading         l = cli_loading(c);
    int                    rc = 0;

    l.given = is_file(q->on);

    for (size_t i = 0; !rc && i < s->n_stages; i++) {
        struct loaded p;
        l.stage = s->stages[i].name;
        rc = load_run(&l, run, PEEK_NEVER, &p);
        if (!rc && fsio_exists(p.weights)) {
            say_stage(c, l.stage);
            rc = load_start(&l, &p, &o) || evaluate(c, &p, q);
        }
        load_close(&p);
    }
    return rc;
}

int cmd_eval(struct cli *c, int argc, char **argv)
{
    const char            *args[1];
    struct eval_request    q = { 0 };
    struct loaded          p = { 0 };
    struct session_options o = { 0 };
    const struct flag      own[] = {
             { "on", 0, FLAG_TEXT, &q.on, "SPLIT|FILE",
               "train, val or test (default: all there are), or other rows" },
             { "corrupt", 0, FLAG_BOOL, &q.corrupt, NULL,
               "noise and masks of data.map for the rows of FILE too" },
             { NULL, 0, FLAG_BOOL, NULL, NULL, NULL },
    };
    int n = cli_parse(c, argc, argv, own, args, 1);

    if (n >= 0 && c->help)
        return cli_help(c, "nnpipe eval RUN [flags]", own,
                        "  nnpipe eval runs/xor/001\n"
                        "  nnpipe eval runs/mnist-mlp/001 --on test --json\n"
                        "  nnpipe eval runs/xor/001 --on more.csv\n\n"
                        "A file has inputs and targets as the data have them: CSV with "
                        "or without a line\nof column names, JSON lines ([0, 1, 1] or "
                        "{\"x\": [0, 1], \"y\": 1}), or .npy\n"),
               0;
    if (n == 0) {
        c->diag.class = DIAG_USAGE;
        diag_error(&c->diag, NULL, "eval: which run? nnpipe eval runs/NAME/001");
    }
    if (n < 0 || c->diag.errors)
        return cli_finish(c, NULL, 2);
    struct loading l = cli_loading(c);
    l.given = is_file(q.on);
    enum spec_peek peek = c->stage ? PEEK_NEVER : PEEK_STAGES;
    if (!load_run(&l, args[0], peek, &p) && p.spec->n_stages && !c->stage)
        evaluate_stages(c, p.spec, args[0], &q);
    else if (!c->diag.errors && !load_start(&l, &p, &o))
        evaluate(c, &p, &q);
    if (!l.given && !p.spec && diag_exit(&c->diag) == DIAG_DATA)
        diag_note(&c->diag, "rows of a file need no data of the training: --on FILE");
    int code = cli_finish(c, NULL, 0);
    load_close(&p);
    return code;
}
