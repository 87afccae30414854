/* SPDX-License-Identifier: MIT */
/* What a report is given: the extension nnp.run/1 over a view. */
#include <config.h>
#include "view/view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <nnpipe/data.h>
#include "base/fsio.h"
#include "base/png.h"
#include "pipeline/higher.h"
#include "run/feed.h"

struct view *view_of(nnp_ctx *c)
{
    return ((struct instance *)c)->services->arg;
}

static int64_t run_rows(nnp_ctx *c, const char *split)
{
    enum split k = split_find(split);
    int64_t    n = k < N_SPLITS ? feed_rows(view_of(c)->session, k) : 0;

    return n ? n : -1;
}

static int run_eval(nnp_ctx *c, const char *split, int64_t first, int64_t n,
                    const char *input, const float *x)
{
    struct view *v = view_of(c);
    struct given g;

    input = input ? input : view_input(v->session);
    given_only(&g, v->session, input);
    if (split && (first < 0 || first + n > run_rows(c, split)))
        return c->host->fail(c, NNP_EINVAL, "there are no such rows in that split");
    if (!split && !g.row)
        return c->host->fail(c, NNP_EINVAL, "the data have no stream of that name");
    return view_eval(v, split ? (int)split_find(split) : -1, first, n, input, x, v->diag)
               ? NNP_EINVAL
               : NNP_OK;
}

static const nnp_tensor *run_stream(nnp_ctx *c, const char *name)
{
    return view_stream(view_of(c), name);
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
    const struct session  *s = view_of(c)->session;
    const struct instance *loader = &s->graph->nodes[0].inst;
    const nnp_component   *d = loader->type->desc;
    const void            *names = d->extension ? d->extension("nnp.columns/1") : NULL;

    if (strcmp(stream, "input") == 0)
        stream = view_input(s);
    else if (strcmp(stream, "target") == 0)
        stream = source_of(s, view_number(s, "target"));
    if (!names || !stream || i < 0)
        return NULL;
    return ((nnp_column_fn *)(uintptr_t)names)(loader->self, stream, i);
}

static const char *run_of(nnp_ctx *c, const char *port, uint32_t i)
{
    const struct item *item = view_of(c)->item;

    for (size_t k = 0; item && k < item->n_in; k++)
        if (item->in[k].port && strcmp(item->in[k].port, port) == 0 && i-- == 0)
            return item->in[k].stream;
    return NULL;
}

static int run_curve(nnp_ctx *c, const char *metric, const double **epoch,
                     const double **value)
{
    struct view        *v = view_of(c);
    const struct curve *k =
        v->trainer ? history_find(&v->trainer->state.history, metric) : NULL;

    if (!k)
        return 0;
    v->asked_curves = true;
    *epoch = k->epoch;
    *value = k->value;
    return (int)k->n;
}

static const char *run_metric(nnp_ctx *c, uint32_t i)
{
    struct view *v = view_of(c);

    return v->trainer && i < v->trainer->state.history.n
               ? v->trainer->state.history.curves[i].name
               : NULL;
}

static double run_final(nnp_ctx *c, const char *metric)
{
    struct view *v = view_of(c);

    return v->trainer ? figures_value(&v->trainer->finals, metric) : (double)NAN;
}

static int run_print(nnp_ctx *c, const char *text)
{
    report_result(view_of(c)->report, text);
    return view_keep_text(view_of(c), text);
}

static const nnp_tensor *run_weight(nnp_ctx *c, const char *name)
{
    struct session *s = view_of(c)->session;

    for (size_t i = 0; i < s->graph->n_params; i++) {
        const struct param *p = &s->graph->params[i];
        nnp_tensor         *t = &s->graph->nodes[p->node].inst.weight[p->decl];

        if (strcmp(p->name, name) != 0)
            continue;
        t->data = s->weights.w + s->weights.offset[i]; /* no plan may have bound it yet */
        return t;
    }
    for (size_t i = 0; i < s->n_state; i++)
        if (strcmp(s->state[i].name, name) == 0)
            return s->state[i].t;
    return NULL;
}

static int write_file(const struct view *v, const char *file, const void *bytes, size_t n,
                      struct diag *d)
{
    struct arena scrap = { 0 };
    const char  *folder = arena_printf(&scrap, "%s/report", v->folder);
    int          rc = fsio_folder(folder, d) ||
             fsio_replace(arena_printf(&scrap, "%s/%s", folder, file), bytes, n, d);

    arena_close(&scrap);
    return rc ? -1 : 0;
}

/* FILE is a plain name: a report cannot write outside its folder. */
static int run_write(nnp_ctx *c, const char *file, const void *bytes, size_t n)
{
    struct view *v = view_of(c);
    struct arena scrap = { 0 };
    struct diag  trouble;
    int          rc;

    if (!v->folder)
        return 0;
    if (strchr(file, '/') || file[0] == '.' || !*file)
        return c->host->fail(c, NNP_EINVAL,
                             "the file of a report is a plain name, such as "
                             "curves.svg");
    diag_init(&trouble, &scrap);
    rc = write_file(v, file, bytes, n, &trouble);
    if (rc)
        c->host->fail(c, NNP_EIO, trouble.n ? trouble.entries[0].text : "write failed");
    arena_close(&scrap);
    v->shows_curves = v->shows_curves || v->asked_curves;
    return rc ? NNP_EIO : view_keep(v, file, bytes, n);
}

static int run_image(nnp_ctx *c, const char *file, uint32_t width, uint32_t height,
                     const uint8_t *rgba)
{
    struct arena   scrap = { 0 };
    struct diag    trouble;
    unsigned char *png;
    size_t         n;
    int            rc;

    diag_init(&trouble, &scrap);
    if (png_encode(rgba, width, height, &png, &n, &trouble)) {
        rc = c->host->fail(c, NNP_EINVAL, trouble.entries[0].text);
    } else {
        rc = run_write(c, file, png, n);
        free(png);
    }
    arena_close(&scrap);
    return rc;
}

static int run_gradient(nnp_ctx *c, const char *stream, int64_t n, const float *x,
                        const float *factors, float *dx, float *y)
{
    struct view  *v = view_of(c);
    struct graph *g = v->session->graph;
    struct slope  w = {
         graph_resolve(g, view_number(v->session, stream), false), n, x, factors, dx, y
    };

    if (g->input < 0 || w.stream < 0 ||
        g->nodes[g->streams[w.stream].node].role != ROLE_LAYER)
        return c->host->fail(c, NNP_EINVAL, "the model makes no stream of that name");
    if (nnp_type(graph_tensor(g, g->input)) != NNP_F32 ||
        nnp_type(graph_tensor(g, w.stream)) != NNP_F32)
        return c->host->fail(c, NNP_EINVAL, "there are gradients of f32 streams only");
    return view_gradient(v, &w, v->diag) ? NNP_EINVAL : NNP_OK;
}

static int run_missed(nnp_ctx *c, const char *text)
{
    struct view *v = view_of(c);

    v->said = arena_grow(v->session->arena, v->said, (size_t)v->missed,
                         (size_t)v->missed + 1, sizeof *v->said);
    v->said[v->missed++] = arena_strdup(v->session->arena, text);
    v->diag->class = DIAG_MISSED;
    diag_error(v->diag, &((struct instance *)c)->at, "%s", text);
    v->diag->class = DIAG_RUN;
    return 0;
}

static const char *model_input(const struct session *s)
{
    return s->graph->input < 0 ? NULL : s->graph->streams[s->graph->input].name;
}

static const char *run_about(nnp_ctx *c, const char *what)
{
    const struct spec *s = view_of(c)->session->spec;

    return strcmp(what, "name") == 0     ? s->name
           : strcmp(what, "about") == 0  ? s->about
           : strcmp(what, "folder") == 0 ? view_of(c)->folder
           : strcmp(what, "input") == 0  ? model_input(view_of(c)->session)
                                         : NULL;
}

static int run_higher(nnp_ctx *c, const char *metric)
{
    return higher_figure(view_of(c)->session->spec, metric);
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
    .weight = run_weight,
    .image = run_image,
    .gradient = run_gradient,
};

static int hear(void *arg, struct instance *i, const char *key, double value)
{
    struct view *v = arg;

    if (v->trainer)
        figures_add(&v->trainer->finals,
                    arena_printf(v->session->arena, "%s.%s", i->name, key), value);
    return NNP_OK;
}

static const void *offer(void *arg, struct instance *i, const char *id)
{
    const struct view *v = arg;

    (void)i;
    if (strcmp(id, "nnp.results/1") == 0)
        return v->results ? &view_results : NULL;
    return strcmp(id, "nnp.run/1") == 0 ? &run_extension : NULL;
}

/* Writes the text; what is about all trainings of the file is shown with them. */
static int put_away(struct view *v, size_t first, struct diag *d)
{
    const struct page_part *text = view_text(v);

    for (size_t i = first; v->asked_results && v->own && i < v->n_parts; i++)
        results_add_shown(v->results, v->own, v->parts[i].report, v->parts[i].file);
    return text && v->folder ? write_file(v, text->file, text->bytes, text->n, d) : 0;
}

static int run_report(struct view *v, const struct item *item, struct services *sv,
                      struct diag *d)
{
    struct arena    scrap = { 0 };
    struct instance i;
    size_t          first = v->n_parts;
    int             rc =
        instance_open(&scrap, item->type, item->self, item->name, item->at, sv, &i, d);

    v->item = item;
    v->asked_curves = v->asked_results = false;
    if (!rc && item->type->desc->setup)
        rc = instance_setup(&i, NULL, 0, NULL, 0, 0, d);
    if (!rc)
        rc = instance_call(&i, item->type->desc->forward, "forward", d);
    instance_close(&i);
    arena_close(&scrap);
    return put_away(v, first, d) || rc < 0 ? -1 : 0;
}

/* A report that fails does not take the others with it. */
int view_reports(struct view *v, struct diag *d)
{
    struct services sv = v->session->services;
    int             rc = 0;

    sv.arg = v;
    sv.extension = offer;
    sv.report = hear;
    for (size_t k = 0; k < v->session->spec->report.n; k++)
        if (run_report(v, &v->session->spec->report.v[k], &sv, d))
            rc = -1;
    return rc;
}
