/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "run/view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fsio.h"

/* ---- running rows through the model ---- */

int view_open(struct view *v, struct session *s, struct trainer *t, struct report *r,
              const char *folder, struct diag *d)
{
    size_t n = s->graph->n_streams + 1;

    *v = (struct view){
        .session = s, .trainer = t, .report = r, .folder = folder, .diag = d
    };
    v->result = arena_array(s->arena, n, sizeof *v->result);
    v->bytes = arena_array(s->arena, n, sizeof *v->bytes);
    v->room = arena_array(s->arena, n, sizeof *v->room);
    return 0;
}

void view_close(struct view *v)
{
    for (size_t i = 0; v->bytes && i < v->session->graph->n_streams; i++)
        free(v->bytes[i]);
}

static const void *at_hand(const struct session *s, size_t i)
{
    const struct plan *p = s->plans[PLAN_KEEP];

    if (s->graph->streams[i].data)
        return s->stream[i];
    int r = graph_resolve(s->graph, (int)i, false);
    if (s->graph->streams[r].data)
        return s->stream[r];
    return p->value[r] < 0 ? NULL : s->slab + p->buffers[p->value[r]].offset;
}

/* Appends the batch at hand to what the view keeps of every stream. */
static int collect(struct view *v, int64_t done, int64_t all, struct diag *d)
{
    struct session *s = v->session;

    for (size_t i = 0; i < s->graph->n_streams; i++) {
        const nnp_tensor *t = graph_tensor(s->graph, (int)i);
        const void       *from = at_hand(s, i);
        size_t            part = tensor_bytes(t);
        if (!from || !t->ndim || !t->shape[0]) {
            v->result[i].data = NULL;
            continue;
        }
        size_t row = part / (size_t)t->shape[0], need = row * (size_t)all + 1;
        if (v->room[i] < need) {
            unsigned char *more = realloc(v->bytes[i], need);
            if (!more)
                return diag_error(d, NULL, "no memory for %lld rows of stream %s",
                                  (long long)all, s->graph->streams[i].name);
            v->bytes[i] = more;
            v->room[i] = need;
        }
        memcpy(v->bytes[i] + row * (size_t)done, from, part);
        if (!v->result[i].shape)
            v->result[i].shape =
                arena_array(s->arena, INSTANCE_MAX_DIMS, sizeof(int64_t));
        int64_t *shape = v->result[i].shape;
        v->result[i] = *t;
        v->result[i].shape = shape;
        memcpy(shape, t->shape, (size_t)t->ndim * sizeof *shape);
        shape[0] = all;
        v->result[i].data = v->bytes[i];
    }
    return 0;
}

static size_t input_size(const struct session *s, const char *input)
{
    const struct graph_node *loader = &s->graph->nodes[0];

    for (uint32_t k = 0; k < loader->n_out; k++)
        if (strcmp(instance_decl(&loader->inst, NNP_OUT, k)->name, input) == 0) {
            const nnp_tensor *t = &loader->inst.out[k];
            return t->shape[0] ? nnp_count(t) / (size_t)t->shape[0] : 0;
        }
    return 0;
}

const char *view_input(const struct session *s)
{
    int stream = s->graph->input;

    while (stream >= 0 && s->graph->streams[stream].node > 0)
        stream = s->graph->nodes[s->graph->streams[stream].node].in[0];
    return stream < 0 ? "x" : s->graph->streams[stream].name;
}

int view_given(struct view *v, const struct given *g, struct diag *d)
{
    struct session *s = v->session;
    int64_t         batch = s->spec->train.batch;

    v->rows = g->rows;
    for (int64_t at = 0; at < g->rows; at += batch) {
        int64_t part = g->rows - at < batch ? g->rows - at : batch;
        double  sum, count;
        if (feed_given(s, g, at, part, d) || step_rows(s, part, d) ||
            step_run(s, PLAN_KEEP, &sum, &count, d) || collect(v, at, g->rows, d))
            return -1;
    }
    return 0;
}

int view_eval(struct view *v, int split, int64_t first, int64_t n, const char *input,
              const float *x, struct diag *d)
{
    struct session *s = v->session;
    int64_t         batch = s->spec->train.batch;
    struct given    g;

    if (split < 0) {
        given_only(&g, s, input);
        g.x = x;
        g.rows = n;
        return view_given(v, &g, d);
    }
    v->rows = n;
    for (int64_t at = 0; at < n; at += batch) {
        int64_t part = n - at < batch ? n - at : batch;
        double  sum, count;
        if (feed_fetch(s, (enum split)split, first + at, part, d) ||
            step_rows(s, part, d) || step_run(s, PLAN_KEEP, &sum, &count, d) ||
            collect(v, at, n, d))
            return -1;
    }
    return 0;
}

static const struct graph_node *first_loss(const struct session *s)
{
    for (size_t i = s->graph->first_layer; i < s->graph->n_nodes; i++)
        if (s->graph->nodes[i].role == ROLE_LOSS)
            return &s->graph->nodes[i];
    return NULL;
}

static int prediction(const struct session *s)
{
    const struct graph_node *loss = first_loss(s);

    for (uint32_t k = 0; loss && k < loss->n_out; k++)
        if (strcmp(instance_decl(&loss->inst, NNP_OUT, k)->name, "prediction") == 0)
            return loss->out[k];
    return loss ? loss->in[0] : s->graph->output;
}

static int target(const struct session *s)
{
    const struct graph_node *loss = first_loss(s);

    return loss ? loss->in[1] : graph_find(s->graph, "y");
}

const nnp_tensor *view_stream(struct view *v, const char *name)
{
    const struct session *s = v->session;
    int                   i = strcmp(name, "prediction") == 0 ? prediction(s)
                              : strcmp(name, "target") == 0   ? target(s)
                              : strcmp(name, "input") == 0 ? graph_find(s->graph, view_input(s))
                                                           : graph_find(s->graph, name);

    return i >= 0 && v->result[i].data ? &v->result[i] : NULL;
}

/* ---- nnp.run/1 ---- */

static struct view *of(nnp_ctx *c)
{
    return ((struct instance *)c)->services->arg;
}

static int split_number(const char *name)
{
    for (int k = 0; name && k < N_SPLITS; k++)
        if (strcmp(split_names[k], name) == 0)
            return k;
    return -1;
}

static int64_t run_rows(nnp_ctx *c, const char *split)
{
    int     k = split_number(split);
    int64_t n = k < 0 ? 0 : feed_rows(of(c)->session, (enum split)k);

    return n ? n : -1;
}

static int run_eval(nnp_ctx *c, const char *split, int64_t first, int64_t n,
                    const char *input, const float *x)
{
    struct view *v = of(c);
    int          k = split_number(split);

    if (split && (k < 0 || first < 0 || first + n > run_rows(c, split)))
        return c->host->fail(c, NNP_EINVAL, "there are no such rows in that split");
    if (!split && !input_size(v->session, input ? input : view_input(v->session)))
        return c->host->fail(c, NNP_EINVAL, "the data have no stream of that name");
    return view_eval(v, split ? k : -1, first, n, input ? input : view_input(v->session),
                     x, v->diag)
               ? NNP_EINVAL
               : NNP_OK;
}

static const nnp_tensor *run_stream(nnp_ctx *c, const char *name)
{
    return view_stream(of(c), name);
}

/* The loader's stream behind one of the data's, through transforms that keep the columns.
 */
static const char *source_of(const struct session *s, int stream)
{
    const struct graph *g = s->graph;

    while (stream >= 0 && g->streams[stream].node > 0) {
        const struct graph_node *n = &g->nodes[g->streams[stream].node];
        int from = n->n_in && g->streams[stream].data ? n->in[0] : -1;

        if (from >= 0 &&
            nnp_row(graph_tensor(g, from)) != nnp_row(graph_tensor(g, stream)))
            return NULL;
        stream = from;
    }
    return stream < 0 ? NULL : g->streams[stream].name;
}

static const char *run_column(nnp_ctx *c, const char *stream, int64_t i)
{
    const struct session  *s = of(c)->session;
    const struct instance *loader = &s->graph->nodes[0].inst;
    const nnp_component   *d = loader->type->desc;
    const void            *names = d->extension ? d->extension("nnp.columns/1") : NULL;

    if (strcmp(stream, "input") == 0)
        stream = view_input(s);
    else if (strcmp(stream, "target") == 0)
        stream = source_of(s, target(s));
    if (!names || !stream || i < 0)
        return NULL;
    return ((nnp_column_fn *)(uintptr_t)names)(loader->self, stream, i);
}

static const char *run_of(nnp_ctx *c, const char *port, uint32_t i)
{
    const struct item *item = of(c)->item;

    for (size_t k = 0; item && k < item->n_in; k++)
        if (item->in[k].port && strcmp(item->in[k].port, port) == 0 && i-- == 0)
            return item->in[k].stream;
    return NULL;
}

static int run_curve(nnp_ctx *c, const char *metric, const double **epoch,
                     const double **value)
{
    struct view        *v = of(c);
    const struct curve *k =
        v->trainer ? history_find(&v->trainer->history, metric) : NULL;

    if (!k)
        return 0;
    *epoch = k->epoch;
    *value = k->value;
    return (int)k->n;
}

static const char *run_metric(nnp_ctx *c, uint32_t i)
{
    struct view *v = of(c);

    return v->trainer && i < v->trainer->history.n ? v->trainer->history.curves[i].name
                                                   : NULL;
}

static double run_final(nnp_ctx *c, const char *metric)
{
    struct view *v = of(c);

    for (size_t i = 0; v->trainer && i < v->trainer->n_finals; i++)
        if (strcmp(v->trainer->finals[i].name, metric) == 0)
            return v->trainer->finals[i].value;
    return (double)NAN;
}

static int run_print(nnp_ctx *c, const char *text)
{
    report_result(of(c)->report, text);
    return 0;
}

/* FILE is a plain name: a report cannot write outside its folder. */
static int run_write(nnp_ctx *c, const char *file, const void *bytes, size_t n)
{
    struct view *v = of(c);
    struct arena scrap = { 0 };
    struct diag  trouble;

    if (!v->folder)
        return 0;
    if (strchr(file, '/') || file[0] == '.' || !*file)
        return c->host->fail(c, NNP_EINVAL,
                             "the file of a report is a plain name, such as "
                             "curves.svg");
    diag_init(&trouble, &scrap);
    const char *folder = arena_printf(&scrap, "%s/report", v->folder);
    int         rc =
        fsio_folder(folder, &trouble) ||
        fsio_replace(arena_printf(&scrap, "%s/%s", folder, file), bytes, n, &trouble);
    if (rc)
        c->host->fail(c, NNP_EIO, trouble.n ? trouble.entries[0].text : "write failed");
    arena_close(&scrap);
    return rc ? NNP_EIO : 0;
}

static int run_missed(nnp_ctx *c, const char *text)
{
    struct view *v = of(c);

    v->missed++;
    v->diag->class = DIAG_MISSED;
    diag_error(v->diag, &((struct instance *)c)->at, "%s", text);
    v->diag->class = DIAG_RUN;
    return 0;
}

static const char *run_about(nnp_ctx *c, const char *what)
{
    const struct spec *s = of(c)->session->spec;

    return strcmp(what, "name") == 0     ? s->name
           : strcmp(what, "about") == 0  ? s->about
           : strcmp(what, "folder") == 0 ? of(c)->folder
                                         : NULL;
}

static int run_higher(nnp_ctx *c, const char *metric)
{
    return evaluate_higher(of(c)->session, metric);
}

static const nnp_run run_extension = {
    .size = sizeof run_extension,
    .rows = run_rows,
    .eval = run_eval,
    .stream = run_stream,
    .column = run_column,
    .curve = run_curve,
    .metric = run_metric,
    .final = run_final,
    .print = run_print,
    .write = run_write,
    .missed = run_missed,
    .about = run_about,
    .higher = run_higher,
    .of = run_of,
};

static const void *offer(void *arg, struct instance *i, const char *id)
{
    (void)arg;
    (void)i;
    return strcmp(id, "nnp.run/1") == 0 ? &run_extension : NULL;
}

static int run_report(struct view *v, const struct item *item, struct services *sv,
                      struct diag *d)
{
    struct arena    scrap = { 0 };
    struct instance i;
    int             rc =
        instance_open(&scrap, item->type, item->self, item->name, item->at, sv, &i, d);

    v->item = item;
    if (!rc && item->type->desc->setup)
        rc = instance_setup(&i, NULL, 0, NULL, 0, 0, d);
    if (!rc)
        rc = instance_call(&i, item->type->desc->forward, "forward", d);
    instance_close(&i);
    arena_close(&scrap);
    return rc < 0 ? -1 : 0;
}

/* A report that fails does not take the others with it. */
int view_reports(struct view *v, struct diag *d)
{
    struct services sv = v->session->services;
    int             rc = 0;

    sv.arg = v;
    sv.extension = offer;
    sv.report = NULL;
    for (size_t k = 0; k < v->session->spec->report.n; k++)
        if (run_report(v, &v->session->spec->report.v[k], &sv, d))
            rc = -1;
    return rc;
}
