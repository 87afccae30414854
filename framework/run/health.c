/* SPDX-License-Identifier: MIT */
/* Where a number that is not finite came from. */
#include <config.h>
#include "run/session.h"

#include <inttypes.h>
#include <math.h>

static size_t first_bad(const float *v, size_t n)
{
    size_t i = 0;

    while (i < n && isfinite(v[i]))
        i++;
    return i;
}

static float largest(const float *v, size_t n)
{
    float m = 0;

    for (size_t i = 0; i < n; i++)
        if (isfinite(v[i]) && fabsf(v[i]) > m)
            m = fabsf(v[i]);
    return m;
}

static int blame(struct session *s, const char *what, const char *name, size_t element,
                 int64_t epoch, int64_t step, const struct at *at, struct diag *d)
{
    enum diag_class usual = d->class;

    d->class = DIAG_DIVERGED;
    diag_code(d, at, "diverged",
              "training diverged: %s %s is not finite (element %zu), epoch %" PRId64
              ", step %" PRId64,
              what, name, element, epoch, step);
    diag_note(d, "largest weight %g, largest gradient %g",
              (double)largest(s->weights.w, s->weights.n),
              s->weights.g ? (double)largest(s->weights.g, s->weights.n_gradient) : 0.0);
    diag_note(d, "try   a smaller lr, clip, or data scaled to 0..1");
    d->class = usual;
    return -1;
}

int health_diverged(struct session *s, int64_t epoch, int64_t step, struct diag *d)
{
    struct graph *g = s->graph;

    for (size_t i = 0; i < g->n_streams; i++) {
        const nnp_tensor *t = graph_tensor(g, (int)i);
        if (!g->streams[i].data || nnp_type(t) != NNP_F32 || !s->stream[i])
            continue;
        size_t bad = first_bad(s->stream[i], nnp_count(t));
        if (bad < nnp_count(t))
            return blame(s, "stream", g->streams[i].name, bad, epoch, step,
                         &g->nodes[g->streams[i].node].item->at, d);
    }
    for (size_t i = 0; i < g->n_params; i++) {
        const nnp_tensor t = g->nodes[g->params[i].node].inst.weight[g->params[i].decl];
        size_t bad = first_bad(s->weights.w + s->weights.offset[i], nnp_count(&t));
        if (bad < nnp_count(&t))
            return blame(s, "weight", g->params[i].name, bad, epoch, step,
                         &g->nodes[g->params[i].node].item->at, d);
    }
    for (size_t i = g->first_layer; i < g->n_nodes; i++) {
        const struct graph_node *n = &g->nodes[i];
        for (uint32_t k = 0; k < n->n_out; k++) {
            const nnp_tensor *t = &n->inst.out[k];
            if (!t->data || nnp_type(t) != NNP_F32)
                continue;
            size_t bad = first_bad(t->data, nnp_count(t));
            if (bad < nnp_count(t))
                return blame(s, n->role == ROLE_LOSS ? "loss" : "output of",
                             n->item->name, bad, epoch, step, &n->item->at, d);
        }
    }
    return blame(s, "the", "loss", 0, epoch, step, &s->spec->train.at, d);
}
