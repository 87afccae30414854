/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "explain/units.h"

#include <math.h>
#include <string.h>

/* A name as it is typed: "g_{1}" is g1, "'dense1[3]'" has no quotes. */
static const char *plain(const struct maker *m, int stream, size_t e)
{
    const char *name = maker_unit(m, stream, e);
    char       *out = arena_strdup(m->arena, name), *to = out;

    for (; *name; name++)
        if (!strchr("{}'", *name) && !(*name == '_' && name[1] == '{'))
            *to++ = *name;
    *to = 0;
    return out;
}

static int no_unit(const struct maker *m, const char *typed, struct diag *d)
{
    struct strbuf all = { 0 };

    for (size_t i = 0; i < m->ranks->n; i++) {
        int    stream = m->ranks->v[i].out;
        size_t n = m->c->n[stream];
        strbuf_printf(&all, "%s%s", i ? ", " : "", plain(m, stream, 0));
        if (n > 1)
            strbuf_printf(&all, " to %s", plain(m, stream, n - 1));
    }
    d->class = DIAG_USAGE;
    diag_error(d, NULL, "--unit: no unit is called '%s'", typed);
    diag_note(d, "units  %s", strbuf_text(&all));
    strbuf_close(&all);
    return -1;
}

int units_find(struct maker *m, const char *typed, struct diag *d)
{
    for (size_t i = 0; i < m->ranks->n; i++) {
        const struct rank *k = &m->ranks->v[i];
        for (size_t e = 0; e < m->c->n[k->out]; e++)
            if (strcmp(plain(m, k->out, e), typed) == 0) {
                m->only = k;
                m->unit = e;
                return 0;
            }
    }
    return no_unit(m, typed, d);
}

bool units_shows(const struct maker *m, const struct rank *k)
{
    return !m->only || m->only == k;
}

/* All of few; of many those with the largest error signal. */
size_t units_pick(const struct maker *m, int stream, size_t *at)
{
    size_t       all = m->c->n[stream], n = all <= UNITS_ALL ? all : UNITS_SOME;
    const float *by = m->c->error[stream] ? m->c->error[stream] : m->c->value[stream];

    if (m->only && m->only->out == stream) {
        at[0] = m->unit;
        return 1;
    }
    for (size_t k = 0; k < n; k++) {
        at[k] = all;
        for (size_t i = 0; i < all; i++) {
            bool taken = false;
            for (size_t j = 0; j < k; j++)
                taken |= at[j] == i;
            if (taken || (n == all && i != k))
                continue;
            if (at[k] == all || fabsf(by[i]) > fabsf(by[at[k]]))
                at[k] = i;
        }
    }
    return n;
}

void units_rest(const struct maker *m, int stream, const size_t *at, size_t shown)
{
    size_t       all = m->c->n[stream];
    const float *e = m->c->error[stream];
    double       low = INFINITY, high = -INFINITY;

    if (shown == all)
        return;
    for (size_t i = 0; e && i < all; i++) {
        bool is_shown = false;
        for (size_t k = 0; k < shown; k++)
            is_shown |= at[k] == i;
        low = is_shown ? low : fmin(low, (double)e[i]);
        high = is_shown ? high : fmax(high, (double)e[i]);
    }
    sheet_line(m->sheet, NULL,
               e ? arena_printf(m->arena, "%zu more unit%s: error signals %s .. %s",
                                all - shown, all - shown > 1 ? "s" : "",
                                maker_number(m, low), maker_number(m, high))
                 : arena_printf(m->arena, "%zu more unit%s", all - shown,
                                all - shown > 1 ? "s" : ""));
}

const char *units_note(const struct maker *m, size_t left, double rest)
{
    return left
               ? arena_printf(m->arena, "%zu more terms: %s", left, maker_number(m, rest))
               : NULL;
}

/* A number may be read, or a weight be used, by others too: what they add is said. */
const char *units_note_others(const struct maker *m, const struct factors *p, size_t n,
                              size_t left, double rest, double v, const char **sum)
{
    double total = 0;

    for (size_t i = 0; i < n; i++) {
        double one = 1;
        for (int k = 0; k < p[i].n; k++)
            one *= p[i].f[k];
        total += one;
    }
    if (fabs(total - v) <= 1e-5 + 1e-3 * fabs(v))
        return units_note(m, left, rest);
    if (!left)
        *sum = arena_printf(m->arena, "%s + dots", *sum);
    return arena_printf(m->arena, "%s%s%s by other readers and penalties",
                        left ? units_note(m, left, rest) : "", left ? ", " : "",
                        maker_number(m, v - total));
}

double units_value(const struct maker *m, const struct rank *k, nnp_factor f)
{
    if (f.of == NNP_OF_IN)
        return (double)m->c->value[k->sum->in[f.tensor]][f.element];
    if (f.of == NNP_OF_WEIGHT)
        return (double)
            m->c->w[m->c->session->memory.weights.offset[k->sum->param[f.tensor]] +
                    (size_t)f.element];
    return 1;
}

void units_factor(struct factors *p, double v)
{
    p->f[p->n++] = v;
}

struct factors units_product(const struct maker *m, const struct rank *k,
                             const struct sum_term *t)
{
    struct factors p = { .n = 0 };

    if (t->times != 1)
        units_factor(&p, t->times);
    if (t->a.of != NNP_OF_NOTHING)
        units_factor(&p, units_value(m, k, t->a));
    if (t->b.of != NNP_OF_NOTHING)
        units_factor(&p, units_value(m, k, t->b));
    return p;
}

const char *units_verdict(double v)
{
    if (v == 0)
        return NULL;
    return v < 0 ? "too low" : "too high";
}
