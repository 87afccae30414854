/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "explain/forward_lines.h"

#include <math.h>
#include <string.h>

static void say_stream(const struct maker *m, int stream, const char *name)
{
    size_t n = m->c->n[stream], shown = n <= UNITS_ALL ? n : UNITS_ALL;
    char  *text = arena_strdup(m->arena, "");

    for (size_t i = 0; i < shown; i++)
        text = arena_printf(m->arena, "%s%s%s = %s", text, i ? "; " : "",
                            name ? n > 1 ? arena_printf(m->arena, "%s_{%zu}", name, i + 1)
                                         : name
                                 : maker_unit(m, stream, i),
                            maker_number(m, (double)m->c->value[stream][i]));
    if (shown)
        sheet_line(m->sheet, text,
                   shown < n ? arena_printf(m->arena, "%zu more", n - shown) : NULL);
}

void forward_lines_sample(const struct maker *m)
{
    const struct graph *g = m->c->session->graph;

    sheet_heading(m->sheet, "1  a sample");
    if (g->input >= 0 && m->c->value[g->input])
        say_stream(m, g->input, NULL);
    if (g->target >= 0 && m->c->value[g->target])
        say_stream(m, g->target, "ystar");
}

/* The terms that lead to number e of a sum lie together. */
static const char *sum_at(const struct maker *m, const struct rank *k, size_t e,
                          size_t *left, double *rest)
{
    size_t          n = 0;
    struct factors *p = arena_array(m->arena, k->n_terms + 1, sizeof *p);

    for (size_t i = 0; i < k->n_terms; i++)
        if (k->terms[i].out == (int64_t)e)
            p[n++] = units_product(m, k, &k->terms[i]);
    return maker_sum(m, p, n, left, rest);
}

static void forward_line(const struct maker *m, const struct rank *k, size_t e)
{
    const char *unit = maker_unit(m, k->out, e), *sum = NULL;
    const char *value = maker_number(m, (double)m->c->value[k->out][e]);
    size_t      left = 0;
    double      rest = 0;

    if (k->sum)
        sum = sum_at(m, k, e, &left, &rest);
    if (!k->point) {
        sheet_line(m->sheet,
                   sum ? arena_printf(m->arena, "%s = %s = %s", unit, sum, value)
                       : arena_printf(m->arena, "%s = %s", unit, value),
                   units_note(m, left, rest));
        return;
    }
    const char *f = maker_function(m, k);
    const char *a = maker_number(m, (double)m->c->value[k->x][e]);
    sheet_line(m->sheet,
               sum ? arena_printf(m->arena, "%s = %s(%s) = %s(%s) = %s", unit, f, sum, f,
                                  a, value)
                   : arena_printf(m->arena, "%s = %s(%s) = %s", unit, f, a, value),
               units_note(m, left, rest));
}

/* On the slide each rank has its letters; the plugin has its own. */
static const char *slide_forward(const struct maker *m, size_t at)
{
    const struct rank *k = &m->ranks->v[at];
    const char        *f = k->point ? maker_function(m, k) : "";
    bool               bias = k->sum->n_param == 2;

    if (at)
        return arena_printf(m->arena, "h_i = %s(%ssum_j(v_ij g_j))", f,
                            bias ? "v_{i0} + " : "");
    return arena_printf(m->arena, "g_j = %s(%ssum_k(u_jk f_k))", f,
                        bias ? "u_{j0} + " : "");
}

static void say_function(const struct maker *m, const struct rank *k)
{
    const char              *name = maker_function(m, k);
    static const char *const pairs[] = { "x", "a", NULL };
    const char              *right =
        maker_put(m, k->forward, "y", frames_of(m->c->session->frames, k->point), pairs);

    if (right && strcmp(right, arena_printf(m->arena, "%s(a)", name)) != 0)
        sheet_general(m->sheet, arena_printf(m->arena, "%s(a) = %s", name, right));
}

/* Has a rank before it the same function? */
static bool said(const struct maker *m, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (m->ranks->v[i].point && strcmp(maker_function(m, &m->ranks->v[i]),
                                           maker_function(m, &m->ranks->v[at])) == 0)
            return true;
    return false;
}

void forward_lines(const struct maker *m, const char *item)
{
    size_t at[UNITS_ALL];

    sheet_heading(m->sheet, "2  feed forward");
    for (size_t i = 0; i < m->ranks->n; i++) {
        const struct rank       *k = &m->ranks->v[i];
        const struct graph_node *n = k->sum ? k->sum : k->other ? k->other : k->point;
        if ((item && strcmp(n->item->name, item) != 0) || !units_shows(m, k))
            continue;
        if (!m->ranks->slide)
            sheet_line(m->sheet, NULL, arena_printf(m->arena, "%s:", n->item->name));
        if (m->ranks->slide)
            sheet_general(m->sheet, slide_forward(m, i));
        else if (k->says.forward)
            sheet_general(m->sheet, k->says.forward);
        if (k->point && !said(m, i))
            say_function(m, k);
        size_t shown = units_pick(m, k->out, at);
        for (size_t e = 0; e < shown; e++)
            forward_line(m, k, at[e]);
        units_rest(m, k->out, at, shown);
    }
}
