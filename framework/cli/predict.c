/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fsio.h"
#include "cli/predict_out.h"
#include "jobs/load.h"
#include "rows/rows.h"
#include "run/feed.h"
#include "view/streams.h"

struct request {
    const char *run, *input, *as, *stream, *on;
    bool        corrupt;
};

static const char *const forms[] = { "csv", "jsonl", "npy", NULL };

/* ---- out ---- */

/* Of what is compared with the target, if that has classes with names. */
static const char *const *class_names(struct cli *c, const struct streams *w,
                                      const nnp_tensor *t, size_t *n)
{
    const char **names, *name;

    *n = 0;
    if (t != streams_find(w, "prediction"))
        return NULL;
    while (streams_class(w->session, "target", (int64_t)*n))
        ++*n;
    names = arena_array(&c->arena, *n + 1, sizeof *names);
    for (size_t i = 0; (name = streams_class(w->session, "target", (int64_t)i)); i++)
        names[i] = name;
    return names;
}

static int put_file(void *arg, const void *bytes, size_t n)
{
    return fsio_put(arg, bytes, n);
}

static int put_stdout(void *arg, const void *bytes, size_t n)
{
    (void)arg;
    return fwrite(bytes, 1, n, stdout) == n ? 0 : -1;
}

static int write_out(struct cli *c, const struct request *q, const struct streams *w,
                     const nnp_tensor *t)
{
    struct fsio_file   file;
    int                form = 0;
    size_t             n;
    const char *const *names = class_names(c, w, t, &n);

    while (strcmp(forms[form], q->as) != 0)
        form++;
    if (c->out) {
        if (fsio_begin(&file, c->out, &c->diag))
            return -1;
        predict_out(t, (enum predict_form)form, names, n, put_file, &file);
        return fsio_end(&file, &c->diag); /* which says what put could not */
    }
    if (predict_out(t, (enum predict_form)form, names, n, put_stdout, NULL) ||
        fflush(stdout))
        return diag_system(&c->diag, NULL, errno,
                           "the rows could not be written to standard output");
    return 0;
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

    if (s->spec->data.given) {
        c->diag.class = DIAG_USAGE;
        return diag_error(&c->diag, NULL,
                          "a packed model brings no rows of its own: INPUT, a file or -, "
                          "gives it some");
    }

    for (int k = 0; k < N_SPLITS; k++) {
        if (!feed_rows(s, (enum split)k))
            continue;
        if (q->on && strcmp(q->on, split_names[k]) == 0)
            return k;
        names[n++] = split_names[last = k];
    }
    return q->on ? not_here(c, "--on", "split of this run", q->on, names) : last;
}

/* On the stream of messages, so that the rows can go on into a file. */
static void say_guessed(const struct cli *c, const struct request *q, int split)
{
    if (!q->on && !c->quiet && split >= 0)
        fprintf(stderr, "rows of %s, since no INPUT is given\n", split_names[split]);
}

static int run_rows(struct cli *c, const struct request *q, struct streams *w)
{
    struct session   *s = w->session;
    struct given_rows g;

    if (!q->input) {
        int k = given_split(c, q, s);
        say_guessed(c, q, k);
        return k < 0 ? -1
                     : streams_of_split(w, (enum split)k, 0, feed_rows(s, (enum split)k),
                                        &c->diag);
    }
    given_rows_open(&g, s, false, q->corrupt);
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
        rc = t ? write_out(c, q, &w, t) : no_stream(c, q, p->session);
    streams_close(&w);
    return rc;
}

static int check_words(struct cli *c, const struct request *q)
{
    for (int i = 0; forms[i]; i++)
        if (strcmp(q->as, forms[i]) == 0)
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
               "rows of train, val or test, not INPUT (default: the last there is)" },
             { "corrupt", 0, FLAG_BOOL, &q.corrupt, NULL,
               "noise and masks of data.map for the rows of INPUT too" },
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
                   "INPUT has what the model reads, as the data have it: a file as that "
                   "of the training,\nCSV with or without a line of column names, JSON "
                   "lines ([0, 1] or {\"x\": [0, 1]}),\nor .npy. Where the classes "
                   "have names, the output says them in a column `class`.\n"),
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
    l.given = q.input != NULL;
    if (!load_run(&l, q.run, PEEK_NEVER, &p) && !load_start(&l, &p, &o))
        predict(c, &q, &p);
    int code = cli_finish(c, NULL, 0);
    load_close(&p);
    return code;
}
