/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fsio.h"
#include "base/json.h"
#include "jobs/load.h"
#include "rows/rows.h"
#include "run/feed.h"
#include "view/streams.h"

struct request {
    const char *run, *input, *as, *stream, *on;
};

/* ---- out ---- */

static double element(const nnp_tensor *t, size_t i)
{
    switch (nnp_type(t)) {
    case NNP_F32: return (double)((const float *)t->data)[i];
    case NNP_F64: return ((const double *)t->data)[i];
    case NNP_I64: return (double)((const int64_t *)t->data)[i];
    case NNP_I32: return ((const int32_t *)t->data)[i];
    case NNP_U8: return ((const uint8_t *)t->data)[i];
    default: return 0;
    }
}

enum { DIGITS = 7 }; /* what a float holds */

static void csv_row(const nnp_tensor *t, size_t from, size_t n, struct strbuf *out)
{
    for (size_t i = 0; i < n; i++)
        strbuf_printf(out, "%s%.*g", i ? "," : "", DIGITS, element(t, from + i));
}

static void json_row(const nnp_tensor *t, size_t from, size_t n, struct strbuf *out)
{
    struct json j = { .text = *out };

    json_open(&j, '[');
    for (size_t i = 0; i < n; i++)
        json_digits(&j, element(t, from + i), DIGITS);
    json_close(&j);
    *out = j.text;
}

static void print_rows(const nnp_tensor *t, bool json, struct strbuf *out)
{
    size_t n = (size_t)t->shape[0], row = n ? nnp_count(t) / n : 0;

    for (size_t r = 0; r < n; r++) {
        if (json)
            json_row(t, r * row, row, out);
        else
            csv_row(t, r * row, row, out);
        strbuf_puts(out, "\n");
    }
}

static const char *npy_type(uint32_t type)
{
    switch (type) {
    case NNP_I64: return "<i8";
    case NNP_F64: return "<f8";
    case NNP_I32: return "<i4";
    case NNP_U8: return "|u1";
    default: return "<f4";
    }
}

/* NumPy's format 1.0: magic, header length, a Python dict padded to 64 bytes, the bytes.
 */
static void print_npy(const nnp_tensor *t, struct strbuf *out)
{
    struct strbuf head = { 0 };

    strbuf_printf(&head, "{'descr': '%s', 'fortran_order': False, 'shape': (",
                  npy_type(nnp_type(t)));
    for (int32_t k = 0; k < t->ndim; k++)
        strbuf_printf(&head, "%" PRId64 ",%s", t->shape[k], k + 1 < t->ndim ? " " : "");
    strbuf_puts(&head, "), }");
    while ((10 + head.n + 1) % 64)
        strbuf_puts(&head, " ");
    strbuf_puts(&head, "\n");
    char prefix[10] = {
        (char)0x93,         'N', 'U', 'M', 'P', 'Y', 1, 0, (char)(head.n & 255),
        (char)(head.n >> 8)
    };
    strbuf_add(out, prefix, sizeof prefix);
    strbuf_add(out, strbuf_text(&head), head.n);
    strbuf_add(out, t->data, tensor_bytes(t));
    strbuf_close(&head);
}

static int write_out(struct cli *c, const struct request *q, const nnp_tensor *t)
{
    struct strbuf out = { .limit = (size_t)1 << 36 };
    int           rc = 0;

    if (strcmp(q->as, "npy") == 0)
        print_npy(t, &out);
    else
        print_rows(t, strcmp(q->as, "jsonl") == 0, &out);
    if (c->out)
        rc = fsio_replace(c->out, strbuf_text(&out), out.n, &c->diag);
    else if (fwrite(strbuf_text(&out), 1, out.n, stdout) != out.n)
        rc = diag_error(&c->diag, NULL,
                        "the rows could not be written to standard output");
    strbuf_close(&out);
    return rc;
}

/* ---- in ---- */

/* What the words on the command line ask for is not in this run. */
static int not_here(struct cli *c, const char *flag, const char *what, const char *word,
                    const char *const *names)
{
    const char *near = diag_nearest(word, names);

    c->diag.class = DIAG_USAGE;
    return diag_error(&c->diag, NULL, "%s: no %s is called '%s'%s%s%s", flag, what, word,
                      near ? "; '" : "", near ? near : "", near ? "' is" : "");
}

static int given_split(struct cli *c, const struct request *q, const struct session *s)
{
    const char *names[N_SPLITS + 1] = { NULL };
    int         n = 0, last = -1;

    for (int k = 0; k < N_SPLITS; k++) {
        if (!feed_rows(s, (enum split)k))
            continue;
        if (q->on && strcmp(q->on, split_names[k]) == 0)
            return k;
        names[n++] = split_names[last = k];
    }
    return q->on ? not_here(c, "--on", "split of this run", q->on, names) : last;
}

static int run_rows(struct cli *c, const struct request *q, struct streams *w)
{
    struct session   *s = w->session;
    struct given_rows g;

    if (!q->input) {
        int k = given_split(c, q, s);
        return k < 0 ? -1
                     : streams_of_split(w, (enum split)k, 0, feed_rows(s, (enum split)k),
                                        &c->diag);
    }
    given_rows_open(&g, s, false);
    c->diag.class = DIAG_DATA;
    int rc = rows_read(q->input, &g, &c->diag);
    c->diag.class = DIAG_RUN;
    if (!rc)
        rc = streams_of_given(w, &g, &c->diag);
    rows_close(&g);
    return rc;
}

static int no_stream(struct cli *c, const struct request *q, const struct session *s)
{
    size_t       n = s->graph->n_streams;
    const char **names = arena_array(&c->arena, n + 1, sizeof *names);

    for (size_t i = 0; i < n; i++)
        names[i] = s->graph->streams[i].name;
    return not_here(c, "--stream", "stream", q->stream, names);
}

static int predict(struct cli *c, const struct request *q, struct loaded *p)
{
    struct streams w;

    streams_open(&w, p->session);
    int               rc = run_rows(c, q, &w);
    const nnp_tensor *t = rc ? NULL : streams_find(&w, q->stream);
    if (!rc)
        rc = t ? write_out(c, q, t) : no_stream(c, q, p->session);
    streams_close(&w);
    return rc;
}

static int check_words(struct cli *c, const struct request *q)
{
    if (strcmp(q->as, "csv") == 0 || strcmp(q->as, "jsonl") == 0 ||
        strcmp(q->as, "npy") == 0)
        return 0;
    c->diag.class = DIAG_USAGE;
    return diag_error(&c->diag, NULL, "--as: '%s' is not one of csv, jsonl, npy", q->as);
}

int cmd_predict(struct cli *c, int argc, char **argv)
{
    struct request         q = { .stream = "prediction" };
    const char            *args[2];
    struct loaded          p = { 0 };
    struct session_options o = { .keep = true };
    const struct flag      own[] = {
             { "as", 0, FLAG_TEXT, &q.as, "FORMAT", "csv (default), jsonl or npy" },
             { "stream", 0, FLAG_TEXT, &q.stream, "NAME",
               "which stream; default: the prediction" },
             { "on", 0, FLAG_TEXT, &q.on, "SPLIT",
               "rows of train, val or test instead of INPUT" },
             { NULL, 0, FLAG_BOOL, NULL, NULL, NULL },
    };
    int n = cli_parse(c, argc, argv, own, args, 2);

    if (!q.as)
        q.as = c->json ? "jsonl" : "csv";
    if (n >= 0 && c->help)
        return cli_help(
                   c, "nnpipe predict RUN [INPUT|-] [flags]", own,
                   "  echo 0,1 | nnpipe predict runs/xor/001 -\n"
                   "  nnpipe predict runs/mnist-mlp/001 --on test --as npy -o p.npy\n\n"
                   "INPUT has what the model reads, as the data have it: CSV with or "
                   "without a line\nof column names, JSON lines ([0, 1] or "
                   "{\"x\": [0, 1]}), or .npy\n"),
               0;
    c->diag.class = DIAG_USAGE;
    if (n == 0)
        diag_error(&c->diag, NULL, "predict: which run? nnpipe predict runs/NAME/001");
    if (n < 0 || c->diag.errors || check_words(c, &q))
        return cli_finish(c, NULL, 2);
    c->diag.class = DIAG_FILE;
    q.run = args[0];
    q.input = n > 1 ? args[1] : NULL;
    struct loading l = cli_loading(c);
    if (!load_folder(&l, q.run, PEEK_NEVER, &p) && !load_start(&l, &p, &o))
        predict(c, &q, &p);
    int code = cli_finish(c, NULL, 0);
    load_close(&p);
    return code;
}
