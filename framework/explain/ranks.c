/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "explain/ranks.h"

#include <string.h>

enum { TERMS_MAX = 4000000 };

/* ---- terms ---- */

struct gathering {
    struct capture *c;
    struct rank    *k;
    size_t          room;
    int64_t         out;
};

static int add_term(void *arg, double times, nnp_factor a, nnp_factor b)
{
    struct gathering *g = arg;
    struct rank      *k = g->k;

    if (k->n_terms >= TERMS_MAX)
        return NNP_ENOMEM;
    if (k->n_terms == g->room) {
        size_t room = 2 * g->room + 64;
        k->terms = arena_grow(g->c->arena, k->terms, k->n_terms, room, sizeof *k->terms);
        g->room = room;
    }
    k->terms[k->n_terms++] = (struct sum_term){ times, a, b, g->out };
    return NNP_OK;
}

/* A sum of more terms than anybody wants to see is a layer by its numbers. */
static bool gather(struct rank *k, struct capture *c, const struct instance *i)
{
    struct gathering g = { c, k, 0, 0 };
    const nnp_terms  t = { sizeof t, 0, &g, add_term };

    for (; g.out < (int64_t)c->n[k->sum->out[0]]; g.out++)
        if (k->says.terms((nnp_ctx *)&i->ctx, i->self, g.out, &t) < 0)
            return false;
    return true;
}

/* ---- ranks ---- */

static bool says(const struct instance *i, nnp_formula *f)
{
    memset(f, 0, sizeof *f);
    return component_formula(i->type, &i->ctx, i->self, f);
}

static const struct formula **parse(struct arena *a, const char *text)
{
    struct diag d;

    diag_init(&d, a);
    return text ? formula_parse(a, text, "formula", &d) : NULL;
}

struct at_point {
    struct formula_scope   scope;
    const struct instance *i;
};

static bool find_param(void *arg, const char *name, double *value)
{
    const struct instance *i = arg;

    return component_number(i->type, i->self, name, value);
}

static bool value_at(const struct instance *i, const struct formula **f, double x,
                     double y, const char *name, double *v)
{
    struct formula_scope s = { .outer = find_param, .arg = (void *)i };

    formula_scope_set(&s, "x", x);
    formula_scope_set(&s, "y", y);
    return f && formula_scope_run(&s, f) && formula_scope_find(&s, name, v);
}

/* A layer whose formulas give y and its slope from x alone. */
static bool take_point(struct rank *k, struct capture *c, const struct graph_node *n)
{
    const struct instance *i = frames_of(c->session->frames, n);
    double                 v;

    if (n->n_in != 1 || !says(i, &k->of_point))
        return false;
    k->forward = parse(c->arena, k->of_point.forward);
    k->slope = parse(c->arena, k->of_point.backward);
    if (!value_at(i, k->forward, 0.5, 0.5, "y", &v) ||
        !value_at(i, k->slope, 0.5, 0.5, "y'", &v))
        return false;
    k->point = n;
    k->x = n->in[0];
    k->out = n->out[0];
    return true;
}

static void take(struct ranks *r, struct capture *c, const struct graph_node *n)
{
    const struct instance *i = frames_of(c->session->frames, n);
    struct rank           *before = r->n ? &r->v[r->n - 1] : NULL;
    struct rank           *k = &r->v[r->n];

    if (before && before->sum && !before->point && n->in[0] == before->out &&
        take_point(before, c, n))
        return;
    *k = (struct rank){ .out = n->out[0] };
    r->n++;
    if (take_point(k, c, n))
        return;
    if (says(i, &k->says) && k->says.terms) {
        k->sum = n;
        if (gather(k, c, i))
            return;
        k->sum = NULL;
        k->n_terms = 0;
    }
    k->other = n;
}

/* A chain of one or two ranks of plain vectors, each a sum over all units before it. */
static bool is_slide(const struct ranks *r, const struct capture *c)
{
    for (size_t i = 0; i < r->n; i++) {
        const struct rank *k = &r->v[i];
        if (!k->sum || !k->sum->n_param || k->sum->n_param > 2 || k->sum->n_in != 1 ||
            graph_tensor(c->session->graph, k->out)->ndim != 2 ||
            graph_tensor(c->session->graph, k->sum->in[0])->ndim != 2 ||
            (i && k->sum->in[0] != r->v[i - 1].out))
            return false;
    }
    return r->n == 1 || r->n == 2;
}

void ranks_find(struct ranks *r, struct capture *c, bool slide)
{
    const struct graph *g = c->session->graph;

    r->v = arena_array(c->arena, g->n_nodes + 1, sizeof *r->v);
    for (size_t i = g->first_layer; i < g->n_nodes; i++)
        if (g->nodes[i].role == ROLE_LAYER && c->value[g->nodes[i].out[0]])
            take(r, c, &g->nodes[i]);
    r->slide = slide && is_slide(r, c);
}

double ranks_slope(const struct ranks *r, const struct rank *k, const struct capture *c,
                   size_t e)
{
    double v = 1;

    (void)r;
    if (k->point)
        value_at(frames_of(c->session->frames, k->point), k->slope,
                 (double)c->value[k->x][e], (double)c->value[k->out][e], "y'", &v);
    return v;
}

const struct rank *ranks_of(const struct ranks *r, int stream)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->v[i].out == stream ||
            (r->v[i].point && r->v[i].x == stream && r->v[i].sum))
            return &r->v[i];
    return NULL;
}
