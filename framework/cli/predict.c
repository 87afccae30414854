/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fsio.h"
#include "cli/predict_lines.h"
#include "cli/predict_out.h"
#include "jobs/load.h"
#include "rows/rows.h"
#include "run/feed.h"
#include "view/streams.h"

struct request {
    const char *run, *input, *as, *stream, *on;
    bool        corrupt;
    bool        classes; /* of the prediction, the class alone */
    char       *bytes;   /* of the input, n of them, where it was read before; or NULL */
    size_t      n;
};

static const char *const forms[] = { "csv", "jsonl", "npy", NULL };

/* ---- out ---- */

/* Of what is compared with the target, if that has classes with names. */
static const char *const *class_names(struct cli *c, const struct request *q,
                                      const struct session *s, size_t *n)
{
    const char **names, *name;

    *n = 0;
    if (streams_number(s, q->stream) != s->graph->prediction)
        return NULL;
    while (streams_class(s, "target", (int64_t)*n))
        ++*n;
    names = arena_array(&c->arena, *n + 1, sizeof *names);
    for (size_t i = 0; (name = streams_class(s, "target", (int64_t)i)); i++)
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
                     const nnp_tensor *t, bool head)
{
    struct fsio_file     file;
    int                  form = 0;
    struct predict_names names = { .head = head, .only = q->classes };

    names.classes = class_names(c, q, w->session, &names.n);
    while (strcmp(forms[form], q->as) != 0)
        form++;
    if (c->out) {
        if (fsio_begin(&file, c->out, &c->diag))
            return -1;
        predict_out(t, (enum predict_form)form, &names, put_file, &file);
        return fsio_end(&file, &c->diag); /* which says what put could not */
    }
    if (predict_out(t, (enum predict_form)form, &names, put_stdout, NULL) ||
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
    given_rows_open(&g, s, s->arena, false, q->corrupt);
    c->diag.class = DIAG_DATA;
    int rc = q->bytes ? rows_read_bytes(q->input, q->bytes, q->n, &g, &c->diag)
                      : rows_read(q->input, &g, &c->diag);
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

static int whole(struct cli *c, const struct request *q, struct loaded *p)
{
    struct streams w;

    streams_open(&w, p->session);
    int               rc = run_rows(c, q, &w);
    const nnp_tensor *t = rc ? NULL : streams_find(&w, q->stream);
    if (!rc)
        rc = t ? write_out(c, q, &w, t, true) : no_stream(c, q, p->session);
    streams_close(&w);
    return rc;
}

/* ---- as rows come ---- */

struct asked {
    struct cli           *c;
    const struct request *q;
    struct streams        w;
    bool                  begun; /* the names were written */
};

static int write_from(struct asked *a, const nnp_tensor *t, int skip)
{
    int64_t    shape[DECL_MAX_DIMS];
    nnp_tensor rest = *t;

    memcpy(shape, t->shape, (size_t)t->ndim * sizeof *shape);
    shape[0] -= skip;
    rest.shape = shape;
    rest.data = (char *)t->data + (size_t)skip * (tensor_bytes(t) / (size_t)t->shape[0]);
    int rc = write_out(a->c, a->q, &a->w, &rest, !a->begun);
    a->begun = true;
    return rc;
}

/* A predict_answer. */
static int answer(void *arg, char *text, size_t n, int skip, struct diag *d)
{
    struct asked     *a = arg;
    struct arena      scrap = { 0 };
    struct given_rows g;

    given_rows_open(&g, a->w.session, &scrap, false, a->q->corrupt);
    d->class = DIAG_DATA;
    int rc = rows_read_bytes(a->q->input, text, n, &g, d);
    d->class = DIAG_RUN;
    if (!rc && skip >= 0)
        rc = streams_of_given(&a->w, &g, d);
    if (!rc && skip >= 0)
        rc = write_from(a, streams_find(&a->w, a->q->stream), skip);
    rows_close(&g);
    arena_close(&scrap);
    return rc;
}

/* With the row in front of them they are a batch at most. */
static int64_t at_once(const struct session *s)
{
    return s->spec->train.batch > 1 ? s->spec->train.batch - 1 : 1;
}

static int line_by_line(struct cli *c, struct request *q, struct loaded *p)
{
    struct asked         a = { .c = c, .q = q };
    struct predict_lines l = { .most = (size_t)at_once(p->session),
                               .answer = answer,
                               .arg = &a };

    if (streams_number(p->session, q->stream) < 0)
        return no_stream(c, q, p->session);
    int rc = predict_lines_open(&l, &c->diag);
    if (!rc) {
        q->bytes = l.buf;
        q->n = l.n;
        return fsio_gunzip(q->input, l.n + ((size_t)1 << 34), &q->bytes, &q->n, &c->diag)
                   ? -1
                   : whole(c, q, p);
    }
    streams_open(&a.w, p->session);
    rc = rc < 0 ? -1 : predict_lines(&l, &c->diag);
    streams_close(&a.w);
    free(l.buf);
    return rc;
}

/* From a pipe or a terminal, where whoever sends a line may wait for its answer. A file
 * is whole already, and so are an array and a file that is to be written. */
static bool comes_slowly(const struct cli *c, const struct request *q)
{
    struct stat st;

    return q->input && strcmp(q->input, "-") == 0 && !c->out &&
           strcmp(q->as, "npy") != 0 && fstat(0, &st) == 0 && !S_ISREG(st.st_mode);
}

/* A single number tells a class where a loss made a probability of it, or an estimator a
 * share, as it calls that output; any other may be an amount. */
static bool tells_class(const struct session *s)
{
    const struct graph      *g = s->graph;
    const struct graph_node *n;
    const char              *out;

    if (g->prediction < 0)
        return false;
    n = &g->nodes[g->streams[g->prediction].node];
    out = decl_find(&n->decls, NNP_OUT, (size_t)g->streams[g->prediction].output)->name;
    return nnp_row(graph_tensor(g, g->prediction)) > 1 || n->role == ROLE_LOSS ||
           (graph_fits(n) && strcmp(out, "share") == 0) || streams_class(s, "target", 0);
}

/* `class` is the class of the prediction, unless a stream is called so. */
static int choose_stream(struct cli *c, struct request *q, const struct session *s)
{
    if (strcmp(q->stream, "class") != 0 || streams_number(s, "class") >= 0)
        return 0;
    if (!tells_class(s)) {
        c->diag.class = DIAG_USAGE;
        return diag_error(&c->diag, NULL,
                          "--stream class: the prediction is a number of no class; "
                          "without --stream it is printed");
    }
    q->stream = "prediction";
    q->classes = true;
    return 0;
}

static int predict(struct cli *c, struct request *q, struct loaded *p)
{
    if (choose_stream(c, q, p->session))
        return -1;
    return comes_slowly(c, q) ? line_by_line(c, q, p) : whole(c, q, p);
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
               "which stream; default: the prediction; class: its class alone" },
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
    if (!l.given && !p.spec && diag_exit(&c->diag) == DIAG_DATA)
        diag_note(&c->diag, "rows of a file need no data of the training: nnpipe predict "
                            "RUN FILE");
    int code = cli_finish(c, NULL, 0);
    load_close(&p);
    return code;
}
