/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "call/loader.h"
#include "call/tensor.h"
#include "cli/csv_cell.h"
#include "run/feed.h"
#include "run/feed_rows.h"
#include "view/data_look.h"

enum { COLUMNS_SHOWN = 100, NAMES_SHOWN = 8 };

struct data_request {
    const char *on;   /* a part; NULL: train */
    int64_t     head; /* rows to be printed as CSV, -1: none, but figures */
    bool        mapped;
    enum split  split;
};

/* ---- what is shown ---- */

/* By the names of the loader's streams: what each is in the end. */
static int stream_of(const struct session *s, const struct data_request *q, uint32_t k)
{
    const struct graph *g = s->graph;

    return data_look_stream(g, g->streams[g->nodes[0].out[k]].name, q->mapped);
}

/* A picture has no columns, but figures of all its numbers. */
static size_t columns_of(const nnp_tensor *t)
{
    size_t row = nnp_row(t);

    return t->ndim <= 2 && row <= COLUMNS_SHOWN ? row : 1;
}

/* Names belong to what the loader gives: behind transforms that make other columns of
 * them they would be wrong. */
static const char *column_name(const struct session *s, int stream, size_t i)
{
    const struct graph *g = s->graph;
    const char         *name = g->streams[stream].name;
    int                 from = data_look_stream(g, name, false);

    if (from < 0 || nnp_row(graph_tensor(g, from)) != nnp_row(graph_tensor(g, stream)))
        return NULL;
    return loader_column(s->frames->node[0], name, (int64_t)i);
}

static const char *column_text(struct cli *c, const struct session *s, int stream,
                               size_t i, size_t columns)
{
    const char *name = columns > 1 || nnp_row(graph_tensor(s->graph, stream)) == 1
                           ? column_name(s, stream, i)
                           : NULL;

    if (name)
        return name;
    return columns > 1
               ? arena_printf(&c->arena, "%s%zu", s->graph->streams[stream].name, i + 1)
               : s->graph->streams[stream].name;
}

/* How many classes a stream of the loader has; 0: it is none of classes. Numbers that
 * happen to be whole are amounts, unless there are but 0 and 1, or one for each class. */
static int64_t classes_of(const struct session *s, const char *stream)
{
    const struct instance *loader = s->frames->node[0];
    int64_t                n = 0, said = loader->rows.classes;
    int                    y = data_look_stream(s->graph, stream, false);

    while (loader_class(loader, stream, n))
        n++;
    if (n || said < 2 || y < 0 || strcmp(stream, "y") != 0)
        return n;
    const nnp_tensor *t = graph_tensor(s->graph, y);
    return nnp_type(t) == NNP_I64 || said == 2 || (int64_t)nnp_row(t) == said ? said : 0;
}

static const char *class_text(struct cli *c, const struct session *s, const char *stream,
                              int64_t k)
{
    const char *name = loader_class(s->frames->node[0], stream, k);

    return name ? name : arena_printf(&c->arena, "%" PRId64, k);
}

/* ---- text ---- */

static void put_parts(const struct session *s, struct strbuf *out)
{
    int64_t all = s->frames->node[0]->rows.count;

    strbuf_printf(out, "%s   %" PRId64 " rows", s->spec->data.source->name, all);
    for (int k = 0, n = 0; k < N_SPLITS; k++)
        if (feed_rows(s, (enum split)k))
            strbuf_printf(out, "%s%s %" PRId64, n++ ? ", " : ": ", split_names[k],
                          feed_rows(s, (enum split)k));
    strbuf_puts(out, "\n");
}

static void put_stream(struct cli *c, const struct session *s, int stream,
                       struct strbuf *out)
{
    const nnp_tensor *t = graph_tensor(s->graph, stream);
    const char       *name = s->graph->streams[stream].name;
    size_t            n = columns_of(t);

    strbuf_printf(out, "%-14s %-4s %s", name, dtype_name(nnp_type(t)),
                  tensor_text(&c->arena, t));
    for (size_t i = 0; i < n && n > 1 && i <= NAMES_SHOWN; i++)
        strbuf_printf(out, "%s%s", i ? ", " : "  ",
                      i == NAMES_SHOWN ? "..." : column_text(c, s, stream, i, n));
    strbuf_puts(out, "\n");
}

static int put_classes(struct cli *c, struct session *s, const char *name,
                       struct strbuf *out)
{
    int64_t n = classes_of(s, name), *count[N_SPLITS], none = 0;
    int     stream = data_look_stream(s->graph, name, false);

    for (int k = 0; n && k < N_SPLITS; k++) {
        count[k] = arena_array(&c->arena, (size_t)n + 1, sizeof **count);
        if (data_look_classes(s, stream, (enum split)k, count[k], n, &c->diag))
            return -1;
        none += count[k][n];
    }
    if (n)
        strbuf_printf(out, "\nclasses of %s\n", name);
    for (int64_t i = -1; n && i < n + (none > 0); i++) {
        strbuf_puts(out, i < 0 ? "" : i == n ? "(none)" : class_text(c, s, name, i));
        strbuf_pad(out, 14);
        for (int k = 0; k < N_SPLITS; k++)
            if (feed_rows(s, (enum split)k) && i < 0)
                strbuf_printf(out, " %9s", split_names[k]);
            else if (feed_rows(s, (enum split)k))
                strbuf_printf(out, " %9" PRId64, count[k][i]);
        strbuf_puts(out, "\n");
    }
    return 0;
}

/* Numbers of classes are counted, and their mean says nothing. */
static bool has_figures(const struct session *s, int stream)
{
    return nnp_type(graph_tensor(s->graph, stream)) != NNP_I64 ||
           !classes_of(s, s->graph->streams[stream].name);
}

static int put_columns(struct cli *c, struct session *s, const struct data_request *q,
                       int stream, size_t width, struct strbuf *out)
{
    size_t         n = columns_of(graph_tensor(s->graph, stream));
    struct spread *v = arena_array(&c->arena, n, sizeof *v);

    if (data_look_columns(s, stream, q->split, v, n, &c->diag))
        return -1;
    for (size_t i = 0; i < n; i++) {
        strbuf_puts(out, column_text(c, s, stream, i, n));
        strbuf_pad(out, width);
        spread_print(&v[i], out);
        strbuf_printf(out, " %8.0f\n", v[i].missing);
    }
    return 0;
}

static int put_figures(struct cli *c, struct session *s, const struct data_request *q,
                       struct strbuf *out)
{
    const struct graph_node *loader = &s->graph->nodes[0];
    size_t                   width = 14;
    int                      rc = 0;

    for (uint32_t k = 0; k < loader->n_out; k++) {
        int    stream = stream_of(s, q, k);
        size_t n = columns_of(graph_tensor(s->graph, stream));
        for (size_t i = 0; i < n && has_figures(s, stream); i++) {
            size_t length = strlen(column_text(c, s, stream, i, n));
            width = length > width ? length : width;
        }
    }
    strbuf_printf(out, "\n%s%s", split_names[q->split], q->mapped ? ", mapped" : "");
    strbuf_pad(out, width);
    strbuf_puts(out, SPREAD_NAMES "  missing\n");
    for (uint32_t k = 0; !rc && k < loader->n_out; k++)
        if (has_figures(s, stream_of(s, q, k)))
            rc = put_columns(c, s, q, stream_of(s, q, k), width, out);
    return rc;
}

static int put_all(struct cli *c, struct session *s, const struct data_request *q,
                   struct strbuf *out)
{
    const struct graph_node *loader = &s->graph->nodes[0];
    int                      rc = 0;

    put_parts(s, out);
    for (uint32_t k = 0; k < loader->n_out; k++)
        put_stream(c, s, stream_of(s, q, k), out);
    for (uint32_t k = 0; !rc && k < loader->n_out; k++)
        rc = put_classes(c, s, s->graph->streams[loader->out[k]].name, out);
    if (!rc)
        rc = put_figures(c, s, q, out);
    return rc;
}

/* ---- JSON ---- */

static int json_stream(struct cli *c, struct session *s, const struct data_request *q,
                       int stream, struct json *j)
{
    const nnp_tensor *t = graph_tensor(s->graph, stream);
    size_t            n = columns_of(t);
    struct spread    *v = arena_array(&c->arena, n, sizeof *v);
    const char       *name = s->graph->streams[stream].name;

    if (data_look_columns(s, stream, q->split, v, n, &c->diag))
        return -1;
    json_open(j, '{');
    json_key(j, "name"), json_text(j, name);
    json_key(j, "type"), json_text(j, dtype_name(nnp_type(t)));
    json_key(j, "shape"), json_open(j, '[');
    for (int32_t k = 1; k < t->ndim; k++)
        json_whole(j, t->shape[k]);
    json_close(j);
    if (classes_of(s, name)) {
        json_key(j, "classes"), json_open(j, '[');
        for (int64_t k = 0; k < classes_of(s, name); k++)
            json_text(j, class_text(c, s, name, k));
        json_close(j);
    }
    json_key(j, "columns"), json_open(j, '[');
    for (size_t i = 0; i < n; i++) {
        json_open(j, '{');
        json_key(j, "name"), json_text(j, column_text(c, s, stream, i, n));
        spread_json(&v[i], j);
        json_key(j, "missing"), json_whole(j, (int64_t)v[i].missing);
        json_close(j);
    }
    json_close(j);
    json_close(j);
    return 0;
}

static int json_all(struct cli *c, struct session *s, const struct data_request *q,
                    struct strbuf *out)
{
    const struct graph_node *loader = &s->graph->nodes[0];
    struct json              j = { 0 };
    int                      rc = 0;

    json_open(&j, '{');
    json_key(&j, "loader"), json_text(&j, s->spec->data.source->name);
    json_key(&j, "rows"), json_whole(&j, s->frames->node[0]->rows.count);
    json_key(&j, "parts"), json_open(&j, '{');
    for (int k = 0; k < N_SPLITS; k++)
        if (feed_rows(s, (enum split)k))
            json_key(&j, split_names[k]), json_whole(&j, feed_rows(s, (enum split)k));
    json_close(&j);
    json_key(&j, "of"), json_text(&j, split_names[q->split]);
    json_key(&j, "mapped"), json_raw(&j, q->mapped ? "true" : "false");
    json_key(&j, "streams"), json_open(&j, '[');
    for (uint32_t k = 0; !rc && k < loader->n_out; k++)
        rc = json_stream(c, s, q, stream_of(s, q, k), &j);
    json_close(&j);
    json_close(&j);
    *out = j.text;
    strbuf_puts(out, "\n");
    return rc;
}

/* ---- rows ---- */

static void put_head(struct cli *c, const struct session *s, const struct data_request *q,
                     struct strbuf *out)
{
    const struct graph_node *loader = &s->graph->nodes[0];

    for (uint32_t k = 0, any = 0; k < loader->n_out; k++) {
        int    stream = stream_of(s, q, k);
        size_t n = nnp_row(graph_tensor(s->graph, stream));
        for (size_t i = 0; i < n; i++) {
            strbuf_puts(out, any++ ? "," : "");
            csv_cell_text(out, column_text(c, s, stream, i, n));
        }
    }
    strbuf_puts(out, "\n");
}

/* The name of a class where the loader has some, else the number. */
static void put_cell(const struct session *s, int stream, const nnp_tensor *t, size_t at,
                     struct strbuf *out)
{
    bool        whole = nnp_row(t) == 1 && nnp_type(t) == NNP_I64;
    const char *name =
        whole ? loader_class(s->frames->node[0], s->graph->streams[stream].name,
                             (int64_t)nnp_number(t, at))
              : NULL;

    if (name)
        csv_cell_text(out, name);
    else
        csv_cell_number(out, t, at);
}

static void put_row(const struct session *s, const struct data_request *q, size_t row,
                    struct strbuf *out)
{
    const struct graph_node *loader = &s->graph->nodes[0];

    for (uint32_t k = 0, any = 0; k < loader->n_out; k++) {
        int        stream = stream_of(s, q, k);
        nnp_tensor t = data_look_batch(s, stream);
        for (size_t i = 0, n = nnp_row(&t); i < n; i++) {
            strbuf_puts(out, any++ ? "," : "");
            put_cell(s, stream, &t, row * n + i, out);
        }
    }
    strbuf_puts(out, "\n");
}

static int put_rows(struct cli *c, struct session *s, const struct data_request *q)
{
    int64_t all = feed_rows(s, q->split), n = q->head < all ? q->head : all;
    int64_t batch = s->spec->train.batch, part;

    for (int64_t at = 0; at < n; at += part) {
        struct strbuf out = { 0 };
        part = n - at < batch ? n - at : batch;
        if (feed_fetch(s, q->split, at, part, &c->diag) ||
            frames_rows(s->frames, part, &c->diag))
            return -1;
        if (!at)
            put_head(c, s, q, &out);
        for (int64_t i = 0; i < part; i++)
            put_row(s, q, (size_t)i, &out);
        cli_print(c, &out);
    }
    return 0;
}

/* ---- the command ---- */

static int look(struct cli *c, struct session *s, struct data_request *q)
{
    struct strbuf out = { 0 };

    q->split = q->on ? split_find(q->on) : SPLIT_TRAIN;
    if (q->split == N_SPLITS || !feed_rows(s, q->split)) {
        c->diag.class = DIAG_USAGE;
        return diag_error(&c->diag, NULL,
                          "--on %s: these data have no such part; train, "
                          "val or test",
                          q->on ? q->on : "train");
    }
    if (q->head >= 0)
        return put_rows(c, s, q);
    int rc = (c->json ? json_all : put_all)(c, s, q, &out);
    if (!rc)
        cli_print(c, &out);
    else
        strbuf_close(&out);
    return rc;
}

int cmd_data(struct cli *c, int argc, char **argv)
{
    const char            *args[1];
    struct data_request    q = { .head = -1 };
    struct loaded          p = { 0 };
    struct session_options o = { .threads = 1 };
    const struct flag      own[] = {
             { "on", 0, FLAG_TEXT, &q.on, "SPLIT", "train (default), val or test" },
             { "head", 0, FLAG_INT, &q.head, "N", "the first N rows as CSV, not figures" },
             { "mapped", 0, FLAG_BOOL, &q.mapped, NULL,
               "as data.map makes them, not as they come" },
             { NULL, 0, FLAG_BOOL, NULL, NULL, NULL },
    };
    int n = cli_parse(c, argc, argv, own, args, 1);

    if (n >= 0 && c->help)
        return cli_help(c, "nnpipe data FILE.yaml|RUN [flags]", own,
                        "  nnpipe data pipelines/iris.yaml\n"
                        "  nnpipe data pipelines/iris.yaml --head 5 --mapped\n"
                        "  nnpipe data pipelines/air.yaml --on val --json\n"),
               0;
    c->diag.class = DIAG_USAGE;
    if (n == 0)
        diag_error(&c->diag, NULL, "data: which pipeline? nnpipe data FILE.yaml");
    if (n > 0 && q.head == 0)
        diag_error(&c->diag, NULL, "--head: at least 1");
    if (n < 0 || c->diag.errors)
        return cli_finish(c, NULL, 2);
    c->diag.class = DIAG_FILE;
    struct loading l = cli_loading(c);
    if (!load_trainable(&l, args[0], PEEK_SEVERAL, &p) && !load_start(&l, &p, &o))
        look(c, p.session, &q);
    int code = cli_finish(c, NULL, 0);
    load_close(&p);
    return code;
}
