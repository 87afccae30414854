/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/number.h"
#include "explain/gradcheck.h"
#include "run/feed_rows.h"

struct gradcheck_request {
    struct gradcheck_options o;
    const char              *of, *on, *tolerance;
};

static const char *place(struct cli *c, const struct gradcheck_point *p)
{
    return p->element < 0 ? "a direction"
                          : arena_printf(&c->arena, "weight %" PRId64, p->element);
}

static void print_text(struct cli *c, const struct session *s, const struct gradcheck *g,
                       const struct gradcheck_request *q, struct strbuf *out)
{
    size_t width = 14;

    for (size_t i = 0; i < g->n; i++)
        width = strlen(g->tensor[i].name) > width ? strlen(g->tensor[i].name) : width;
    strbuf_printf(out, "%s   loss %.6g on %" PRId64 " rows of %s\n\n", s->spec->name,
                  g->loss, g->rows, split_names[q->o.split]);
    strbuf_puts(out, "tensor");
    strbuf_pad(out, width + 2);
    strbuf_puts(out, "   weights  checked  unsure    flat  worst at         "
                     "back-propagated  by differences    apart\n");
    for (size_t i = 0; i < g->n; i++) {
        const struct gradcheck_tensor *t = &g->tensor[i];
        strbuf_puts(out, t->name);
        strbuf_pad(out, width + 2);
        strbuf_printf(out, "%10" PRId64 " %8" PRId64 " %7" PRId64 " %7" PRId64, t->n,
                      t->checked, t->unsure, t->flat);
        if (t->checked)
            strbuf_printf(out, "  %-16s %15.7g %15.7g  %s", place(c, &t->worst),
                          t->worst.said, t->worst.found,
                          t->worst_apart > 0
                              ? arena_printf(&c->arena, "%7.1e", t->worst_apart)
                              : "< noise");
        strbuf_puts(out, t->wrong ? "  WRONG\n" : "\n");
    }
    strbuf_puts(out, "\n");
}

static void print_json(const struct gradcheck *g, struct strbuf *out)
{
    struct json j = { 0 };

    json_open(&j, '{');
    json_key(&j, "loss"), json_number(&j, g->loss);
    json_key(&j, "rows"), json_whole(&j, g->rows);
    json_key(&j, "checked"), json_whole(&j, g->checked);
    json_key(&j, "wrong"), json_whole(&j, g->wrong);
    json_key(&j, "tensors"), json_open(&j, '[');
    for (size_t i = 0; i < g->n; i++) {
        const struct gradcheck_tensor *t = &g->tensor[i];
        json_open(&j, '{');
        json_key(&j, "name"), json_text(&j, t->name);
        json_key(&j, "weights"), json_whole(&j, t->n);
        json_key(&j, "checked"), json_whole(&j, t->checked);
        json_key(&j, "unsure"), json_whole(&j, t->unsure);
        json_key(&j, "flat"), json_whole(&j, t->flat);
        json_key(&j, "wrong"), json_whole(&j, t->wrong);
        if (t->checked) {
            json_key(&j, "element"), json_whole(&j, t->worst.element);
            json_key(&j, "back_propagated"), json_number(&j, t->worst.said);
            json_key(&j, "by_differences"), json_number(&j, t->worst.found);
            json_key(&j, "noise"), json_number(&j, t->worst.noise);
            json_key(&j, "apart"), json_number(&j, t->worst_apart);
        }
        json_close(&j);
    }
    json_close(&j);
    json_close(&j);
    *out = j.text;
    strbuf_puts(out, "\n");
}

/* Weights at a bend, or without any influence, are no mistake, but nothing is proved
 * where there are no others. */
static void say_result(struct cli *c, const struct gradcheck *g)
{
    int64_t unsure = 0, flat = 0;

    c->diag.class = DIAG_MISSED;
    for (size_t i = 0; i < g->n; i++) {
        const struct gradcheck_tensor *t = &g->tensor[i];
        unsure += t->unsure;
        flat += t->flat;
        if (t->wrong)
            diag_error(&c->diag, NULL,
                       "%s: %s: back-propagation says %.7g, differences say %.7g (noise "
                       "%.1g); %" PRId64 " of %" PRId64 " points are wrong",
                       t->name, place(c, &t->worst), t->worst.said, t->worst.found,
                       t->worst.noise, t->wrong, t->checked);
    }
    if (!g->checked)
        diag_error(&c->diag, NULL,
                   "nothing could be checked: %" PRId64 " points lie near bends of the "
                   "loss, %" PRId64 " change nothing",
                   unsure, flat);
    else if (unsure + flat && !c->quiet)
        diag_warn(&c->diag, NULL,
                  "not checked: %" PRId64 " points near bends of the loss, %" PRId64
                  " that change nothing",
                  unsure, flat);
}

static int gradcheck(struct cli *c, struct gradcheck_request *q, struct session *s)
{
    struct gradcheck g;
    struct strbuf    out = { 0 };

    if (s->graph->loss < 0)
        return diag_error(&c->diag, NULL,
                          "nothing is trained here: there is no loss to differentiate");
    if (!feed_rows(s, q->o.split)) {
        c->diag.class = DIAG_USAGE;
        return diag_error(&c->diag, NULL, "--on %s: there are no such rows", q->on);
    }
    if (gradcheck_run(&g, s, &q->o, &c->diag))
        return -1;
    if (c->json)
        print_json(&g, &out);
    else
        print_text(c, s, &g, q, &out);
    cli_print(c, &out);
    say_result(c, &g);
    return 0;
}

static int read_request(struct cli *c, struct gradcheck_request *q)
{
    char *end;

    c->diag.class = DIAG_USAGE;
    q->o.tolerance = number_read(q->tolerance, &end);
    if (end == q->tolerance || *end || !(q->o.tolerance > 0 && q->o.tolerance < 1))
        return diag_error(&c->diag, NULL, "--tol %s: a number between 0 and 1 is needed",
                          q->tolerance);
    if (q->o.samples < 1)
        return diag_error(&c->diag, NULL, "--samples: at least 1");
    q->o.split = split_find(q->on);
    if (q->o.split == N_SPLITS)
        return diag_error(&c->diag, NULL, "--on %s: train, val or test is needed", q->on);
    q->o.seed = c->seed < 0 ? 1 : (uint64_t)c->seed;
    return 0;
}

int cmd_gradcheck(struct cli *c, int argc, char **argv)
{
    struct gradcheck_request q = { .o.samples = 8, .on = "train", .tolerance = "1e-3" };
    struct session_options   o = { .train = true };
    struct loaded            p = { 0 };
    const struct flag        own[] = {
               { "on", 0, FLAG_TEXT, &q.on, "SPLIT", "rows of train, val or test: one batch" },
               { "samples", 0, FLAG_INT, &q.o.samples, "N", "weights of each tensor (8)" },
               { "tol", 0, FLAG_TEXT, &q.tolerance, "T",
                 "how far the two may be apart, as a part of the larger (1e-3)" },
               { NULL, 0, FLAG_BOOL, NULL, NULL, NULL },
    };
    int n = cli_parse(c, argc, argv, own, &q.of, 1);

    if (n >= 0 && c->help)
        return cli_help(c, "nnpipe gradcheck FILE.yaml|RUN [flags]", own,
                        "  nnpipe gradcheck pipelines/xor.yaml\n"
                        "  nnpipe gradcheck mine.yaml --plugin ./mine.so --samples 50\n"),
               0;
    c->diag.class = DIAG_USAGE;
    if (n == 0)
        diag_error(&c->diag, NULL, "gradcheck: which file? nnpipe gradcheck FILE.yaml");
    if (n <= 0 || c->diag.errors || read_request(c, &q))
        return cli_finish(c, NULL, 2);
    c->diag.class = DIAG_FILE;
    struct loading l = cli_loading(c);
    if (!load_trainable(&l, q.of, PEEK_NEVER, &p) && !load_start(&l, &p, &o))
        gradcheck(c, &q, p.session);
    int code = cli_finish(c, NULL, 0);
    load_close(&p);
    return code;
}
