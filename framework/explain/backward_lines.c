/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "explain/backward_lines.h"

#include <math.h>
#include <string.h>

#include "explain/update_lines.h"

/* What number e of a sum adds to the error: its unit's signal, through the activation. */
static void pass_on(const struct maker *m, const struct rank *k, size_t e,
                    struct factors *p)
{
    if (k->point)
        units_factor(p, ranks_slope(m->ranks, k, m->c, e));
}

static double error_of(const struct maker *m, const struct rank *k, size_t e)
{
    return m->c->error[k->out] ? (double)m->c->error[k->out][e] : 0;
}

/* dE/d(number e of a stream) over all ways through one rank. */
static void unit_line(const struct maker *m, const struct rank *k, int stream, size_t e)
{
    struct factors *p = arena_array(m->arena, k->n_terms + 1, sizeof *p);
    size_t          n = 0, left;
    double          rest;

    for (size_t i = 0; i < k->n_terms; i++) {
        const struct sum_term *t = &k->terms[i];
        bool here[2] = { t->a.of == NNP_OF_IN && k->sum->in[t->a.tensor] == stream &&
                             (size_t)t->a.element == e,
                         t->b.of == NNP_OF_IN && k->sum->in[t->b.tensor] == stream &&
                             (size_t)t->b.element == e };
        if (!here[0] && !here[1])
            continue;
        nnp_factor other = here[1] ? t->a : t->b;
        pass_on(m, k, (size_t)t->out, &p[n]);
        if (other.of != NNP_OF_NOTHING)
            units_factor(&p[n], t->times * units_value(m, k, other));
        else if (t->times != 1)
            units_factor(&p[n], t->times);
        units_factor(&p[n++], error_of(m, k, (size_t)t->out));
    }
    double      v = (double)m->c->error[stream][e];
    const char *sum = maker_sum(m, p, n, &left, &rest),
               *note = units_note_others(m, p, n, left, rest, v, &sum);
    sheet_line(m->sheet,
               arena_printf(m->arena, "d(E, %s) = %s = %s", maker_unit(m, stream, e), sum,
                            maker_number(m, v)),
               note ? note : units_verdict(v));
}

static void say_slopes(const struct maker *m, const struct rank *k, const size_t *at,
                       size_t n)
{
    static const char *const names[] = { "x", "a", NULL };
    const struct instance   *i;

    if (!k->point)
        return;
    i = frames_of(m->c->session->frames, k->point);
    const char *f = maker_function(m, k),
               *general = maker_put(m, k->slope, "y'", i, names);
    if (general)
        sheet_general(m->sheet, arena_printf(m->arena, "%s'(y) = %s", f, general));
    for (size_t j = 0; j < n; j++) {
        const char *pairs[] = { "x", maker_number(m, (double)m->c->value[k->x][at[j]]),
                                "y", maker_number(m, (double)m->c->value[k->out][at[j]]),
                                NULL };
        const char *numbers = maker_put(m, k->slope, "y'", i, pairs);
        const char *value = maker_number(m, ranks_slope(m->ranks, k, m->c, at[j]));
        const char *left =
            arena_printf(m->arena, "%s'(%s)", f, maker_unit(m, k->out, at[j]));
        sheet_line(m->sheet,
                   numbers && strcmp(numbers, value) != 0
                       ? arena_printf(m->arena, "%s = %s = %s", left, numbers, value)
                       : arena_printf(m->arena, "%s = %s", left, value),
                   NULL);
    }
}

/* The units before a rank. Signals that come in other ways too are said as they are. */
static void say_units(const struct maker *m, const struct rank *k, size_t at_rank)
{
    size_t at[UNITS_ALL];

    for (uint32_t in = 0; in < (k->sum ? k->sum->n_in : 0); in++) {
        int stream = k->sum->in[in];
        if (!m->c->error[stream] || (m->only && m->only->out != stream))
            continue;
        if (m->ranks->slide && at_rank == 1)
            sheet_general(m->sheet,
                          k->point
                              ? arena_printf(m->arena,
                                             "d(E, g_j) = sum_i(%s'(h_i) v_ij d(E, h_i))",
                                             maker_function(m, k))
                              : "d(E, g_j) = sum_i(v_ij d(E, h_i))");
        else if (!in && k->says.backward)
            sheet_general(m->sheet, k->says.backward);
        size_t shown = units_pick(m, stream, at);
        for (size_t e = 0; e < shown; e++)
            unit_line(m, k, stream, at[e]);
        units_rest(m, stream, at, shown);
    }
    if (!k->other || !m->c->error[k->other->in[0]])
        return;
    if (k->says.backward)
        sheet_general(m->sheet, k->says.backward);
    size_t shown = units_pick(m, k->other->in[0], at);
    for (size_t e = 0; e < shown; e++)
        sheet_line(
            m->sheet,
            arena_printf(m->arena, "d(E, %s) = %s", maker_unit(m, k->other->in[0], at[e]),
                         maker_number(m, (double)m->c->error[k->other->in[0]][at[e]])),
            "by the plugin");
    units_rest(m, k->other->in[0], at, shown);
}

static void weight_line(const struct maker *m, const struct rank *k, size_t param,
                        uint32_t tensor, size_t e)
{
    struct factors *p = arena_array(m->arena, k->n_terms + 1, sizeof *p);
    size_t          n = 0, left;
    double          rest;
    double          v = (double)m->c->g[m->c->session->memory.weights.offset[param] + e];

    for (size_t i = 0; i < k->n_terms; i++) {
        const struct sum_term *t = &k->terms[i];
        bool                   a = t->a.of == NNP_OF_WEIGHT && t->a.tensor == tensor &&
                 (size_t)t->a.element == e;
        bool b = t->b.of == NNP_OF_WEIGHT && t->b.tensor == tensor &&
                 (size_t)t->b.element == e;
        if (!a && !b)
            continue;
        units_factor(&p[n], error_of(m, k, (size_t)t->out));
        pass_on(m, k, (size_t)t->out, &p[n]);
        units_factor(&p[n++], t->times * units_value(m, k, a ? t->b : t->a));
    }
    const char *sum = maker_sum(m, p, n, &left, &rest);
    const char *name = maker_weight(m, param, e), *value = maker_number(m, v);
    const char *note =
        n ? units_note_others(m, p, n, left, rest, v, &sum) : "by the plugin";
    sheet_line(m->sheet,
               n ? arena_printf(m->arena, "d(E, %s) = %s = %s", name, sum, value)
                 : arena_printf(m->arena, "d(E, %s) = %s", name, value),
               note);
}

static void say_weights(const struct maker *m, const struct rank *k, size_t at_rank)
{
    const struct graph_node *n = k->sum ? k->sum : k->other;
    size_t                   at[UPDATE_ALL];

    if (!n || !n->n_param)
        return;
    if (m->ranks->slide)
        sheet_general(m->sheet,
                      arena_printf(m->arena,
                                   at_rank ? "d(E, v_ij) = d(E, h_i) %s g_j"
                                           : "d(E, u_jk) = d(E, g_j) %s f_k",
                                   k->point ? arena_printf(m->arena, "%s'(%s)",
                                                           maker_function(m, k),
                                                           at_rank ? "h_i" : "g_j")
                                            : ""));
    else if (k->says.weight)
        sheet_general(m->sheet, k->says.weight);
    for (uint32_t w = 0; w < n->n_param; w++) {
        size_t              param = (size_t)n->param[w];
        const struct param *g = &m->c->session->graph->params[param];
        if (g->frozen || g->of >= 0)
            continue;
        size_t shown = update_lines_pick(m, param, at);
        for (size_t e = 0; e < shown; e++)
            weight_line(m, k, param, w, at[e]);
        if (shown < nnp_count(&g->tensor))
            sheet_line(m->sheet, NULL,
                       arena_printf(m->arena, "%zu more of %s",
                                    nnp_count(&g->tensor) - shown, g->name));
    }
}

/* The error signal of the only unit that is shown comes from the rank that reads it. */
static bool reads_only(const struct maker *m, const struct rank *k)
{
    const struct graph_node *n = k->sum ? k->sum : k->other ? k->other : k->point;

    for (uint32_t in = 0; m->only && in < n->n_in; in++)
        if (n->in[in] == m->only->out)
            return true;
    return false;
}

void backward_lines(const struct maker *m, const char *item)
{
    size_t at[UNITS_ALL];

    sheet_heading(m->sheet, "4  back-propagate");
    for (size_t i = m->ranks->n; i-- > 0;) {
        const struct rank       *k = &m->ranks->v[i];
        const struct graph_node *n = k->sum ? k->sum : k->other ? k->other : k->point;
        if ((item && strcmp(n->item->name, item) != 0) ||
            !(units_shows(m, k) || reads_only(m, k)))
            continue;
        if (!m->ranks->slide)
            sheet_line(m->sheet, NULL, arena_printf(m->arena, "%s:", n->item->name));
        if (m->c->error[k->out] && units_shows(m, k))
            say_slopes(m, k, at, units_pick(m, k->out, at));
        if (!m->only || reads_only(m, k))
            say_units(m, k, i);
        if (units_shows(m, k))
            say_weights(m, k, i);
    }
}
