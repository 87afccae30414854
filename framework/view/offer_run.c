/* SPDX-License-Identifier: MIT */
/* What a report is given: the extension nnp.run/1 over a view. */
#include <config.h>
#include "view/offer.h"

#include <stdlib.h>
#include <string.h>

#include "base/png.h"
#include "base/utf8.h"
#include "call/loader.h"
#include "call/services.h"
#include "pipeline/higher.h"
#include "run/feed.h"
#include "view/view.h"

static const struct session *session_of(nnp_ctx *c)
{
    return view_of(c)->trainer->session;
}

static int64_t run_rows(nnp_ctx *c, const char *split)
{
    enum split k = split_find(split);
    int64_t    n = k < N_SPLITS ? feed_rows(session_of(c), k) : 0;

    return n ? n : -1;
}

static int eval_given(struct view *v, struct given_rows *g, int64_t n, const float *x)
{
    size_t  count = (size_t)(n * g->row);
    double *wide = malloc((count + 1) * sizeof *wide);

    if (!wide)
        return diag_memory(v->diag, "no memory for %lld rows", (long long)n);
    for (size_t i = 0; i < count; i++)
        wide[i] = (double)x[i];
    g->x = wide;
    g->rows = n;
    int rc = streams_of_given(&v->streams, g, v->diag);
    free(wide);
    return rc;
}

static int run_eval(nnp_ctx *c, const char *split, int64_t first, int64_t n,
                    const char *input, const float *x)
{
    struct view      *v = view_of(c);
    struct session   *s = v->trainer->session;
    struct given_rows g;
    int               rc;

    given_rows_only(&g, s, input ? input : streams_input(s));
    if (split && (first < 0 || first + n > run_rows(c, split)))
        return c->host->fail(c, NNP_EINVAL, "there are no such rows in that split");
    if (!split && !g.row)
        return c->host->fail(c, NNP_EINVAL, "the data have no stream of that name");
    rc = split ? streams_of_split(&v->streams, split_find(split), first, n, v->diag)
               : eval_given(v, &g, n, x);
    return rc ? NNP_EINVAL : NNP_OK;
}

static const nnp_tensor *run_stream(nnp_ctx *c, const char *name)
{
    return streams_find(&view_of(c)->streams, name);
}

/* A name of the data as it can stand in a table or a picture: files hold any
 * bytes. */
static const char *shown(struct arena *a, const char *name)
{
    size_t n = name ? strlen(name) : 0, length, to = 0;
    char  *copy = name ? arena_strdup(a, name) : NULL;

    for (size_t i = 0; i < n; i += length ? length : 1) {
        length = utf8_length(name + i, n - i);
        if (length > 1)
            memcpy(copy + to, name + i, length);
        else
            copy[to] = !length ? '?' : (unsigned char)name[i] < ' ' ? ' ' : name[i];
        to += length ? length : 1;
    }
    return copy && strcmp(copy, name) != 0 ? copy : name;
}

static const char *run_column(nnp_ctx *c, const char *stream, int64_t i)
{
    const struct session *s = session_of(c);

    if (strcmp(stream, "input") == 0)
        stream = streams_input(s);
    else if (strcmp(stream, "target") == 0)
        stream = streams_source(s, streams_number(s, "target"), true);
    return stream ? shown(view_of(c)->parts.arena,
                          loader_column(s->frames->node[0], stream, i))
                  : NULL;
}

static const char *run_class(nnp_ctx *c, const char *stream, int64_t i)
{
    return shown(view_of(c)->parts.arena, streams_class(session_of(c), stream, i));
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
    const struct curve *k = history_find(&view_of(c)->trainer->state.history, metric);

    if (!k)
        return 0;
    *epoch = k->epoch;
    *value = k->value;
    return (int)k->n;
}

static const char *run_metric(nnp_ctx *c, uint32_t i)
{
    return view_metric(view_of(c), i);
}

static double run_final(nnp_ctx *c, const char *metric)
{
    return figures_value(&view_of(c)->trainer->finals, metric);
}

static int run_print(nnp_ctx *c, const char *text)
{
    struct view *v = view_of(c);

    report_result(v->trainer->report, text);
    parts_say(&v->parts, v->item->name, text);
    return NNP_OK;
}

static int run_shows(nnp_ctx *c, uint32_t what)
{
    struct view *v = view_of(c);

    v->shows |= what;
    v->shown |= what;
    return NNP_OK;
}

static const nnp_tensor *run_weight(nnp_ctx *c, const char *name)
{
    const struct view *v = view_of(c);

    for (size_t i = 0; i < v->n_learned; i++)
        if (strcmp(v->learned[i].name, name) == 0)
            return &v->learned[i].t;
    return NULL;
}

/* FILE is a plain name: a report cannot write outside its folder. */
static int run_write(nnp_ctx *c, const char *file, const void *bytes, size_t n)
{
    struct view *v = view_of(c);
    struct arena scrap = { 0 };
    struct diag  trouble;
    int          rc;

    if (!v->trainer->folder)
        return 0;
    if (strchr(file, '/') || file[0] == '.' || !*file)
        return c->host->fail(c, NNP_EINVAL,
                             "the file of a report is a plain name, such as "
                             "curves.svg");
    diag_init(&trouble, &scrap);
    rc = view_write(v, file, bytes, n, &trouble);
    if (rc)
        c->host->fail(c, NNP_EIO, trouble.n ? trouble.entries[0].text : "write failed");
    arena_close(&scrap);
    if (!rc)
        parts_add(&v->parts, v->item->name, file, bytes, n);
    return rc ? NNP_EIO : NNP_OK;
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
    struct view        *v = view_of(c);
    struct session     *s = v->trainer->session;
    const struct graph *g = s->graph;
    struct slope        w = {
               graph_resolve(g, streams_number(s, stream), false), n, x, factors, dx, y
    };

    if (g->input < 0 || w.stream < 0 ||
        g->nodes[g->streams[w.stream].node].role != ROLE_LAYER)
        return c->host->fail(c, NNP_EINVAL, "the model makes no stream of that name");
    if (nnp_type(graph_tensor(g, g->input)) != NNP_F32 ||
        nnp_type(graph_tensor(g, w.stream)) != NNP_F32)
        return c->host->fail(c, NNP_EINVAL, "there are gradients of f32 streams only");
    return streams_gradient(s, &w, v->diag) ? NNP_EINVAL : NNP_OK;
}

static int run_missed(nnp_ctx *c, const char *text)
{
    struct view  *v = view_of(c);
    struct arena *a = v->trainer->session->arena;

    v->missed = arena_grow(a, v->missed, v->n_missed, v->n_missed + 1, sizeof *v->missed);
    v->missed[v->n_missed++] = arena_strdup(a, text);
    v->diag->class = DIAG_MISSED;
    diag_error(v->diag, &services_of(c)->at, "%s", text);
    v->diag->class = DIAG_RUN;
    return 0;
}

static const char *model_input(const struct session *s)
{
    return s->graph->input < 0 ? NULL : s->graph->streams[s->graph->input].name;
}

static const char *run_about(nnp_ctx *c, const char *what)
{
    const struct session *s = session_of(c);

    if (strcmp(what, "name") == 0)
        return s->spec->name;
    if (strcmp(what, "about") == 0)
        return s->spec->about;
    if (strcmp(what, "folder") == 0)
        return view_of(c)->trainer->folder;
    return strcmp(what, "input") == 0 ? model_input(s) : NULL;
}

static int run_higher(nnp_ctx *c, const char *metric)
{
    return higher_figure(session_of(c)->spec, metric);
}

const nnp_run offer_run = {
    .size = sizeof offer_run,
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
    .shows = run_shows,
    .class_name = run_class,
};
