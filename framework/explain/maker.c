/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "explain/maker.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

/* ---- numbers ---- */

/* Six digits; zeros at the end go away where few digits are left, as of 0.5. */
const char *maker_number(const struct maker *m, double v)
{
    char   text[64], cut[64];
    size_t n;

    number_print(text, sizeof text, "%#.6g", v);
    number_print(cut, sizeof cut, "%.6g", v);
    n = strcspn(cut, "e");
    size_t digits = 0;
    for (size_t i = strspn(cut, "-0."); i < n; i++)
        digits += cut[i] != '.';
    if (digits <= 4 || !isfinite(v) || strchr(cut, 'e'))
        return arena_strdup(m->arena, cut);
    n = strlen(text);
    return arena_strndup(m->arena, text, n - (text[n - 1] == '.'));
}

const char *maker_factor(const struct maker *m, double v)
{
    const char *text = maker_number(m, v);

    return *text == '-' ? arena_printf(m->arena, "(%s)", text) : text;
}

/* ---- names ---- */

static const char *subscript(const struct maker *m, size_t a, size_t b)
{
    return arena_printf(m->arena, a > 9 || b > 9 ? "{%zu,%zu}" : "{%zu%zu}", a, b);
}

static char letter_of(const struct maker *m, int stream)
{
    for (size_t i = 0; i < m->ranks->n; i++)
        if (m->ranks->v[i].out == stream)
            return (char)('g' + i);
    return 'f';
}

static bool is_named(const struct maker *m, int stream)
{
    return m->ranks->slide &&
           (letter_of(m, stream) != 'f' || stream == m->ranks->v[0].sum->in[0]);
}

const char *maker_unit(const struct maker *m, int stream, size_t e)
{
    const struct graph *g = m->c->session->graph;
    size_t              row = (size_t)m->c->rows;
    size_t              n = row ? m->c->n[stream] / row : 0;

    if (is_named(m, stream))
        return arena_printf(m->arena, "%c_{%zu}", letter_of(m, stream),
                            e % (n ? n : 1) + 1);
    return arena_printf(m->arena, "'%s[%zu]'", g->streams[stream].name, e);
}

/* Which of the ranks has it, and whether it is the bias there. */
static const struct rank *rank_with(const struct maker *m, size_t param, bool *bias)
{
    for (size_t i = 0; i < m->ranks->n; i++) {
        const struct graph_node *n = m->ranks->v[i].sum;
        for (uint32_t k = 0; n && k < n->n_param; k++)
            if ((size_t)n->param[k] == param) {
                *bias = k == 1;
                return &m->ranks->v[i];
            }
    }
    return NULL;
}

const char *maker_weight(const struct maker *m, size_t param, size_t e)
{
    const struct graph *g = m->c->session->graph;
    const nnp_tensor   *t = &g->params[param].tensor;
    bool                bias = false;
    const struct rank  *k = m->ranks->slide ? rank_with(m, param, &bias) : NULL;
    size_t              wide = t->ndim > 1 ? (size_t)t->shape[t->ndim - 1] : 1;

    if (k)
        return arena_printf(
            m->arena, "%c_%s",
            k == m->ranks->v && m->ranks->n == 1 ? 'u' : (int)('u' + (k - m->ranks->v)),
            bias ? subscript(m, e + 1, 0) : subscript(m, e / wide + 1, e % wide + 1));
    if (t->ndim == 2)
        return arena_printf(m->arena, "'%s[%zu,%zu]'", g->params[param].name, e / wide,
                            e % wide);
    return arena_printf(m->arena, "'%s[%zu]'", g->params[param].name, e);
}

const char *maker_function(const struct maker *m, const struct rank *k)
{
    const char *name = k->point->item->type->name;

    for (size_t i = 0; m->ranks->slide && i < m->ranks->n; i++)
        if (m->ranks->v[i].point &&
            strcmp(m->ranks->v[i].point->item->type->name, name) != 0)
            return arena_printf(m->arena, "sigma_%zu", (size_t)(k - m->ranks->v) + 1);
    if (m->ranks->slide)
        return "sigma";
    char *plain = arena_strdup(m->arena, name);
    for (char *c = plain; *c; c++)
        if (*c == '_' || *c == '.')
            memmove(c, c + 1, strlen(c));
    return plain;
}

/* ---- sums ---- */

static double worth(const struct factors *p)
{
    double v = 1;

    for (int i = 0; i < p->n; i++)
        v *= p->f[i];
    return v;
}

static double worth_size(const struct maker *m, const struct factors *p)
{
    (void)m;
    return fabs(worth(p));
}

/* The first one, and the largest of the others. */
static void choose(const struct maker *m, const struct factors *p, size_t n, bool *shown)
{
    for (size_t k = 0; k < m->terms && k < n; k++) {
        size_t best = n;
        for (size_t i = 0; i < n; i++)
            if (!shown[i] &&
                (best == n || (k && worth_size(m, &p[i]) > worth_size(m, &p[best]))))
                best = i;
        shown[best] = true;
    }
}

const char *maker_sum(const struct maker *m, const struct factors *p, size_t n,
                      size_t *left, double *rest)
{
    struct strbuf s = { 0 };
    bool         *shown = arena_array(m->arena, n + 1, sizeof *shown);
    bool          begun = false;

    choose(m, p, n, shown);
    *left = 0;
    *rest = 0;
    for (size_t i = 0; i < n; i++) {
        if (!shown[i]) {
            ++*left;
            *rest += worth(&p[i]);
            continue;
        }
        bool minus = begun && signbit(p[i].f[0]);
        strbuf_puts(&s, !begun ? "" : minus ? " - " : " + ");
        strbuf_puts(&s, maker_number(m, minus ? -p[i].f[0] : p[i].f[0]));
        for (int k = 1; k < p[i].n; k++)
            strbuf_printf(&s, " * %s", maker_factor(m, p[i].f[k]));
        begun = true;
    }
    if (*left)
        strbuf_puts(&s, " + dots");
    const char *text = begun ? arena_strdup(m->arena, strbuf_text(&s)) : "0";
    strbuf_close(&s);
    return text;
}

/* ---- formulas with numbers in them ---- */

struct putting {
    const struct maker    *m;
    const struct instance *i;
    const char *const     *pairs;
};

static const struct formula *replace(void *arg, const char *name)
{
    const struct putting  *p = arg;
    const char            *text = NULL;
    double                 v;
    const struct formula **by;

    for (size_t k = 0; p->pairs[k] && !text; k += 2)
        if (strcmp(p->pairs[k], name) == 0)
            text = p->pairs[k + 1];
    if (!text && p->i && component_number(p->i->type, p->i->self, name, &v))
        text = maker_number(p->m, v);
    by = text ? formula_parse(p->m->arena, text, "explain", p->m->sheet->diag) : NULL;
    return by ? by[0] : NULL;
}

const char *maker_put(const struct maker *m, const struct formula **statements,
                      const char *of, const struct instance *i, const char *const *pairs)
{
    struct putting p = { m, i, pairs };
    struct strbuf  s = { 0 };

    for (; statements && *statements; statements++) {
        const char *name = formula_defines(*statements);
        if (!name || strcmp(name, of) != 0)
            continue;
        formula_print(
            formula_simplify(
                m->arena, formula_put(m->arena, formula_right(*statements), replace, &p)),
            FORMULA_PLAIN, &s);
        const char *text = arena_strdup(m->arena, strbuf_text(&s));
        strbuf_close(&s);
        return text;
    }
    return NULL;
}
