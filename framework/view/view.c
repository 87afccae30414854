/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "view/view.h"

#include "base/fsio.h"
#include "call/services.h"
#include "view/runfolder.h"

static void list_learned(struct view *v, const struct session *s)
{
    const struct memory *m = &s->memory;
    size_t               n = s->graph->n_params + m->n_state;

    v->learned = arena_array(s->arena, n + 1, sizeof *v->learned);
    for (size_t i = 0; i < s->graph->n_params; i++)
        v->learned[v->n_learned++] =
            (struct named_tensor){ s->graph->params[i].name,
                                   weights_tensor(&m->weights, s->graph, m->weights.w,
                                                  i) };
    for (size_t i = 0; i < m->n_state; i++)
        if (m->state[i].lasts)
            v->learned[v->n_learned++] =
                (struct named_tensor){ m->state[i].name, *m->state[i].t };
}

void view_open(struct view *v, struct trainer *t, struct diag *d)
{
    *v =
        (struct view){ .trainer = t, .diag = d, .parts = { .arena = t->session->arena } };
    streams_open(&v->streams, t->session);
    list_learned(v, t->session);
}

void view_close(struct view *v)
{
    streams_close(&v->streams);
    parts_close(&v->parts);
}

struct view *view_of(nnp_ctx *c)
{
    return services_of(c)->services->arg;
}

static void list_metrics(struct view *v)
{
    const struct history *h = &v->trainer->state.history;
    struct figures        f = { 0 };

    v->metrics = arena_array(v->trainer->session->arena, h->n + 1, sizeof *v->metrics);
    for (size_t i = 0; i < h->n; i++)
        figures_add(&f, h->curves[i].name, 0);
    figures_mark(&f);
    for (size_t i = 0; i < f.n; i++)
        if (!f.v[i].detail)
            v->metrics[v->n_metrics++] = f.v[i].name;
    figures_close(&f);
}

const char *view_metric(struct view *v, size_t i)
{
    if (!v->metrics)
        list_metrics(v);
    return i < v->n_metrics ? v->metrics[i] : NULL;
}

int view_write(const struct view *v, const char *file, const void *bytes, size_t n,
               struct diag *d)
{
    struct arena scrap = { 0 };
    const char  *folder = runfolder_report(&scrap, v->trainer->folder, d);
    int          rc =
        !folder || fsio_replace(arena_printf(&scrap, "%s/%s", folder, file), bytes, n, d);

    arena_close(&scrap);
    return rc ? -1 : 0;
}
