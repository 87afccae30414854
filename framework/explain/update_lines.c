/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "explain/update_lines.h"

#include <math.h>
#include <string.h>

/* The weights of a tensor that lead to the only unit that is shown: a row of it, where it
 * has one for each unit, or for each channel of a picture. */
static void find_range(const struct maker *m, const struct param *p, size_t *from,
                       size_t *all)
{
    size_t rows = p->tensor.ndim > 0 ? (size_t)p->tensor.shape[0] : 1;
    size_t units = m->only ? m->c->n[m->only->out] : 0;

    *from = 0;
    *all = nnp_count(&p->tensor);
    if (!m->only || !m->only->sum || !rows || units % rows ||
        p->node != (int)(m->only->sum - m->c->session->graph->nodes))
        return;
    *all /= rows;
    *from = m->unit / (units / rows) * *all;
}

size_t update_lines_pick(const struct maker *m, size_t param, size_t *at)
{
    const float *g = m->c->g + m->c->session->memory.weights.offset[param];
    size_t       from, all;

    find_range(m, &m->c->session->graph->params[param], &from, &all);
    size_t n = all <= UPDATE_ALL ? all : UPDATE_SOME;
    for (size_t k = 0; k < n; k++) {
        at[k] = from + k;
        for (size_t i = from; n < all && i < from + all; i++) {
            bool taken = false;
            for (size_t j = 0; j < k; j++)
                taken |= at[j] == i;
            if (!taken &&
                (fabsf(g[i]) > fabsf(g[at[k]]) || (i > from && at[k] < from + k)))
                at[k] = i;
        }
    }
    return n;
}

/* The optimizer that changes a weight, and which of its numbers it is. */
static const struct updater *updater_of(const struct maker *m, size_t p, size_t *element,
                                        size_t *number)
{
    const struct update_chain *c = &m->c->session->frames->chain;

    for (size_t i = 0; i < c->n_updaters; i++) {
        const struct updater *u = &c->updaters[i];
        if (u->inst.type->desc->flags & NNP_PREPARES)
            continue;
        for (uint32_t k = 0; k < u->inst.ctx.n_weight; k++)
            if (p >= u->at[k] && p < u->at[k] + nnp_count(&u->inst.weight[k])) {
                *element = p - u->at[k];
                *number = i;
                return u;
            }
    }
    return NULL;
}

static const char *word(const struct maker *m, const char *words, uint32_t at)
{
    for (; words && *words; at--) {
        size_t n = strcspn(words, " ");
        if (!at)
            return arena_strndup(m->arena, words, n);
        words += n + strspn(words + n, " ");
    }
    return NULL;
}

enum { PAIRS = 48 };
struct update { /* of one weight */
    const struct updater  *u;
    size_t                 number, element;
    nnp_formula            says;
    const struct formula **all;
    const char            *pairs[PAIRS];
    size_t                 n;
    struct formula_scope   scope;
};

static void give(const struct maker *m, struct update *w, const char *name, double v)
{
    size_t k = 0;

    while (k < w->n && strcmp(w->pairs[k], name) != 0)
        k += 2;
    if (k + 2 >= PAIRS)
        return;
    w->pairs[k] = name;
    w->pairs[k + 1] = maker_number(m, v);
    w->n += k == w->n ? 2 : 0;
    formula_scope_set(&w->scope, name, v);
}

static double state_at(const struct update *w, float *const *all, uint32_t k)
{
    size_t at = 0;

    for (uint32_t j = 0; j < k; j++)
        at += nnp_count(&w->u->inst.state[j]);
    return (double)all[w->number][at + w->element];
}

static bool find_param(void *arg, const char *name, double *value)
{
    const struct instance *i = arg;

    return component_number(i->type, i->self, name, value);
}

static bool begin(const struct maker *m, struct update *w, size_t p)
{
    memset(w, 0, sizeof *w);
    w->u = updater_of(m, p, &w->element, &w->number);
    if (!w->u ||
        !component_formula(w->u->inst.type, &w->u->inst.ctx, w->u->inst.self, &w->says) ||
        !w->says.update)
        return false;
    w->all = formula_parse(m->arena, w->says.update, "formula", m->sheet->diag);
    w->scope.outer = find_param;
    w->scope.arg = (void *)&w->u->inst;
    give(m, w, "w", (double)m->c->w[p]);
    give(m, w, "g", (double)m->c->seen[p]);
    give(m, w, "lr", w->u->inst.ctx.lr);
    give(m, w, "t", (double)w->u->inst.ctx.step + 1);
    if (w->says.decay && !(w->u->inst.ctx.flags & NNP_DECAY))
        give(m, w, w->says.decay, 0);
    for (uint32_t k = 0; k < w->u->inst.ctx.n_state; k++) {
        const char *name = word(m, w->says.states, k);
        if (name)
            give(m, w, name, state_at(w, m->c->state, k));
    }
    return w->all != NULL;
}

/* What the run has for a name after the update; else the formula's own number. */
static bool after(const struct maker *m, struct update *w, size_t p,
                  const struct formula *f, const char *name, double *v)
{
    if (strcmp(name, "w") == 0) {
        *v = (double)m->c->w_after[p];
        return true;
    }
    for (uint32_t k = 0; k < w->u->inst.ctx.n_state; k++) {
        const char *letter = word(m, w->says.states, k);
        if (letter && strcmp(letter, name) == 0) {
            *v = state_at(w, m->c->state_after, k);
            return true;
        }
    }
    return formula_eval(f, formula_scope_find, &w->scope, v);
}

/* whole: with what comes before the weight itself. */
static void one(const struct maker *m, size_t param, size_t e, bool whole)
{
    size_t        p = m->c->session->memory.weights.offset[param] + e;
    const char   *weight = maker_weight(m, param, e);
    struct update w;
    double        v;

    if (!begin(m, &w, p)) {
        sheet_line(m->sheet,
                   arena_printf(m->arena, "%s = %s", weight,
                                maker_number(m, (double)m->c->w_after[p])),
                   arena_printf(m->arena, "was %s", maker_number(m, (double)m->c->w[p])));
        return;
    }
    for (const struct formula **f = w.all; *f; f++) {
        const char           *name = formula_defines(*f);
        const struct formula *single[] = { *f, NULL };
        const char           *numbers =
            name ? maker_put(m, single, name, &w.u->inst, w.pairs) : NULL;
        if (!numbers || !after(m, &w, p, *f, name, &v))
            continue;
        const char *shown = strcmp(name, "w") == 0 ? weight : name;
        const char *value = maker_number(m, v);
        give(m, &w, name, v);
        if (!whole && strcmp(name, "w") != 0)
            continue;
        sheet_line(m->sheet,
                   strcmp(numbers, value) == 0
                       ? arena_printf(m->arena, "%s = %s", shown, value)
                       : arena_printf(m->arena, "%s = %s = %s", shown, numbers, value),
                   NULL);
    }
}

/* What is 0 in this run is left out of the formula, and so is the decay that is not asked
 * for. */
static const char *zeros(const struct maker *m, const struct instance *i,
                         const char **pairs, size_t n)
{
    const char *rates = NULL;
    double      v;

    for (uint32_t k = 0; k < i->type->desc->n_params && n + 2 < PAIRS; k++) {
        const char *name = i->type->desc->params[k].name;
        if (!component_number(i->type, i->self, name, &v))
            continue;
        if (v == 0) {
            pairs[n++] = name;
            pairs[n++] = "0";
        } else if (i->type->desc->params[k].type & NNP_LIVE)
            rates = arena_printf(
                m->arena, "%s%s%s = %s", rates ? rates : "", rates ? "; " : "", name,
                maker_number(m, strcmp(name, "lr") == 0 ? i->ctx.lr : v));
    }
    pairs[n] = NULL;
    return rates;
}

static void general(const struct maker *m, bool same)
{
    const struct update_chain *c = &m->c->session->frames->chain;
    nnp_formula                f;

    for (size_t i = 0; i < c->n_updaters; i++) {
        const struct instance *inst = &c->updaters[i].inst;
        const char            *pairs[PAIRS] = { "g", same ? "d(E, w)" : "g" };
        if ((i && c->updaters[i].item == c->updaters[i - 1].item) ||
            !component_formula(inst->type, &inst->ctx, inst->self, &f) || !f.update)
            continue;
        const char            *rates = zeros(m, inst, pairs, 2);
        const struct formula **all =
            formula_parse(m->arena, f.update, "formula", m->sheet->diag);
        for (; all && *all; all++) {
            const struct formula *one[] = { *all, NULL };
            const char           *name = formula_defines(*all);
            const char *right = name ? maker_put(m, one, name, NULL, pairs) : NULL;
            if (right)
                sheet_general(m->sheet, arena_printf(m->arena, "%s <- %s", name, right));
        }
        if (rates)
            sheet_general(m->sheet, rates);
    }
    if (!same)
        sheet_line(m->sheet, NULL, "g: the gradient with penalties, and clipped");
}

/* Weights of another layer than that of the only unit have no lines. */
static bool shows(const struct maker *m, int node)
{
    return !m->only ||
           (m->only->sum && node == (int)(m->only->sum - m->c->session->graph->nodes));
}

void update_lines(const struct maker *m, const char *item)
{
    const struct graph *g = m->c->session->graph;
    size_t              n_trained = m->c->session->memory.weights.n_trained;
    size_t              at[UPDATE_ALL];

    general(m, memcmp(m->c->g, m->c->seen, n_trained * sizeof(float)) == 0);
    for (size_t p = 0; p < g->n_params; p++) {
        if (g->params[p].frozen || g->params[p].of >= 0 ||
            !shows(m, (int)g->params[p].node) ||
            (item && strcmp(g->nodes[g->params[p].node].item->name, item) != 0))
            continue;
        size_t n = update_lines_pick(m, p, at), all = nnp_count(&g->params[p].tensor);
        for (size_t k = 0; k < n; k++)
            one(m, p, at[k], !k);
        if (n < all)
            sheet_line(
                m->sheet, NULL,
                arena_printf(m->arena, "%zu more of %s", all - n, g->params[p].name));
    }
}
