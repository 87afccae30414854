/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "explain/error_lines.h"

#include <math.h>
#include <string.h>

static bool find_param(void *arg, const char *name, double *value)
{
    const struct instance *i = arg;

    return component_number(i->type, i->self, name, value);
}

/* What a loss says of one element, or NULL: it speaks of several. */
static const struct formula **of_numbers(const struct maker *m, const struct judged *j,
                                         const char *text)
{
    struct formula_scope   s = { .outer = find_param, .arg = (void *)j->i };
    const struct formula **all =
        text ? formula_parse(m->arena, text, "loss", m->sheet->diag) : NULL;

    formula_scope_set(&s, "x", 0.5);
    formula_scope_set(&s, "t", 0.5);
    return all && formula_scope_run(&s, all) ? all : NULL;
}

bool error_lines_loss(const struct maker *m, struct judged *j)
{
    const struct session *s = m->c->session;

    memset(j, 0, sizeof *j);
    if (s->graph->loss < 0)
        return false;
    j->node = &s->graph->nodes[s->graph->loss];
    j->i = frames_of(s->frames, j->node);
    j->of = j->node->in[0];
    j->to = j->node->n_in > 1 ? j->node->in[1] : -1;
    j->n = m->c->n[j->of] / (size_t)m->c->rows;
    component_formula(j->i->type, &j->i->ctx, j->i->self, &j->says);
    j->forward = of_numbers(m, j, j->says.forward);
    j->backward = of_numbers(m, j, j->says.backward);
    return true;
}

static const char *judged_at(const struct maker *m, const struct judged *j,
                             const struct formula **f, const char *of, size_t e)
{
    const char *pairs[] = { "x", maker_number(m, (double)m->c->value[j->of][e]), "t",
                            j->to >= 0 && m->c->value[j->to] && e < m->c->n[j->to]
                                ? maker_number(m, (double)m->c->value[j->to][e])
                                : "t",
                            NULL };

    return maker_put(m, f, of, j->i, pairs);
}

void error_lines(const struct maker *m)
{
    static const char *const names[] = { "x", "y", "t", "ystar", NULL };
    struct judged            j;
    size_t                   at[UNITS_ALL];
    const char              *general, *numbers;

    sheet_heading(m->sheet, "3  the error");
    if (!error_lines_loss(m, &j))
        return;
    general = maker_put(m, j.forward, "L", j.i, names);
    if (general)
        sheet_general(
            m->sheet,
            arena_printf(m->arena, j.n > 1 ? "E = mean_i(%s)" : "E = %s", general));
    else if (j.says.forward)
        sheet_general(m->sheet, j.says.forward);
    numbers = m->c->rows * (int64_t)j.n == 1 ? judged_at(m, &j, j.forward, "L", 0) : NULL;
    sheet_line(m->sheet,
               numbers ? arena_printf(m->arena, "E = %s = %s", numbers,
                                      maker_number(m, m->c->loss))
                       : arena_printf(m->arena, "E = %s", maker_number(m, m->c->loss)),
               NULL);
    if (!m->c->error[j.of] || m->c->rows > 1)
        return;
    general = maker_put(m, j.backward, "L'", j.i, names);
    if (!general && j.says.backward)
        sheet_general(m->sheet, j.says.backward);
    if (general)
        sheet_general(m->sheet,
                      arena_printf(m->arena,
                                   j.n > 1 ? "d(E, y_i) = (%s) / %zu" : "d(E, y) = %s",
                                   general, j.n));
    size_t shown = units_pick(m, j.of, at);
    for (size_t k = 0; k < shown; k++) {
        double      v = (double)m->c->error[j.of][at[k]];
        const char *unit = maker_unit(m, j.of, at[k]);
        numbers = j.n == 1 ? judged_at(m, &j, j.backward, "L'", at[k]) : NULL;
        sheet_line(
            m->sheet,
            numbers ? arena_printf(m->arena, "d(E, %s) = %s = %s", unit, numbers,
                                   maker_number(m, v))
                    : arena_printf(m->arena, "d(E, %s) = %s", unit, maker_number(m, v)),
            units_verdict(v));
    }
    units_rest(m, j.of, at, shown);
}
