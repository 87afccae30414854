/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "search/space.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/strbuf.h"
#include "language/expr.h"

static const uint32_t kinds[] = {
    [DIM_REAL] = NNP_DIM_REAL, [DIM_INT] = NNP_DIM_INT, [DIM_CHOICE] = NNP_DIM_CHOICE
};

void space_open(struct space *s, struct arena *a, const struct search_spec *spec)
{
    *s = (struct space){ .spec = spec, .n = spec->n_dims };
    s->dim = arena_array(a, s->n + 1, sizeof *s->dim);
    for (size_t i = 0; i < s->n; i++) {
        const struct search_dim *d = &spec->dim[i];
        bool                     choice = d->kind == DIM_CHOICE;
        s->dim[i] = (nnp_dim){ .size = sizeof s->dim[i],
                               .kind = kinds[d->kind],
                               .log = d->log,
                               .n = (uint32_t)(choice ? (int64_t)d->n_choices : d->n),
                               .low = d->low,
                               .high = d->high,
                               .step = d->step,
                               .name = d->path };
    }
}

/* ---- conditions ---- */

struct looking {
    const struct space *space;
    const double       *x;
    bool                off; /* a key that was asked for */
};

/* A map counts as the name of its plugin. */
static void choice_value(const struct node *n, struct expr_value *out)
{
    bool yes;

    if (n->kind == NODE_MAP && n->n)
        n = n->keys[0];
    *out = (struct expr_value){ .is_text = true, .text = n->text ? n->text : "null" };
    if (n->kind != NODE_SCALAR)
        return;
    if (!tree_int(n, &out->i, NULL))
        *out = (struct expr_value){ .is_int = true, .i = out->i, .r = (double)out->i };
    else if (!tree_real(n, &out->r, NULL))
        *out = (struct expr_value){ .r = out->r };
    else if (!tree_bool(n, &yes, NULL))
        *out = (struct expr_value){ .is_int = true, .i = yes, .r = yes };
}

static int look_up(void *arg, const char *name, struct expr_value *out)
{
    struct looking           *l = arg;
    const struct search_spec *spec = l->space->spec;

    for (size_t i = 0; i < spec->n_dims; i++) {
        double v = l->x[i];
        if (strcmp(spec->dim[i].path, name) != 0)
            continue;
        if (isnan(v)) {
            l->off = true;
            return -1;
        }
        *out = (struct expr_value){ .r = v };
        if (spec->dim[i].kind == DIM_CHOICE)
            choice_value(spec->dim[i].choice[(size_t)v], out);
        else if (spec->dim[i].kind == DIM_INT)
            *out = (struct expr_value){ .is_int = true, .i = (int64_t)v, .r = v };
        return 0;
    }
    return -1;
}

int space_holds(const struct space *s, const struct expr *e, const double *x)
{
    struct looking    l = { s, x, false };
    struct expr_value v;

    if (expr_eval(e, look_up, &l, NULL, &v, NULL))
        return -1;
    return v.is_text ? *v.text != 0 : v.r != 0;
}

bool space_allows(const struct space *s, const double *x)
{
    return !s->spec->only || space_holds(s, s->spec->only, x) != 0;
}

/* ---- points ---- */

/* Through its text, so that what is printed is what was trained. */
static double six_digits(const nnp_dim *d, double v)
{
    char text[40];

    number_print(text, sizeof text, "%.6g", v);
    v = number_read(text, NULL);
    return v < d->low ? d->low : v > d->high ? d->high : v;
}

bool space_settle(const struct space *s, double *x)
{
    for (size_t i = 0; i < s->n; i++) {
        if (!isfinite(x[i]) && !isnan(x[i]))
            return false;
        const struct expr *when = s->spec->dim[i].when;
        if (when && space_holds(s, when, x) <= 0) {
            x[i] = (double)NAN;
            continue;
        }
        if (isnan(x[i]))
            return false;
        x[i] = nnp_dim_snap(&s->dim[i], x[i]);
        if (s->dim[i].kind == NNP_DIM_REAL)
            x[i] = six_digits(&s->dim[i], x[i]);
    }
    return true;
}

bool space_same(const struct space *s, const double *x, const double *y)
{
    for (size_t i = 0; i < s->n; i++)
        if (isnan(x[i]) != isnan(y[i]) || x[i] < y[i] || x[i] > y[i])
            return false;
    return true;
}

void space_at(const struct space *s, const double *u, double *x)
{
    for (size_t i = 0; i < s->n; i++)
        x[i] = nnp_dim_value(&s->dim[i], u[i]);
    space_settle(s, x);
}

int space_nth(const struct space *s, int64_t i, double *x)
{
    bool twin = false;

    for (size_t k = s->n; k-- > 0;) {
        int64_t n = (int64_t)nnp_dim_count(&s->dim[k]);
        x[k] = s->dim[k].low + (double)(i % n) * s->dim[k].step;
        i /= n;
    }
    if (i)
        return -1;
    for (size_t k = 0; k < s->n; k++) {
        double was = x[k];
        if (s->spec->dim[k].when && space_holds(s, s->spec->dim[k].when, x) <= 0) {
            twin = twin || was > s->dim[k].low;
            x[k] = (double)NAN;
        }
    }
    return space_settle(s, x) && !twin;
}

int64_t space_count(const struct space *s, int64_t most)
{
    double  all = 1, x[64];
    int64_t n = 0;

    for (size_t i = 0; i < s->n; i++)
        all *= nnp_dim_count(&s->dim[i]);
    if (!(all > 0 && all <= (double)most) || s->n > sizeof x / sizeof *x)
        return -1;
    for (int64_t i = 0; i < (int64_t)all; i++)
        n += space_nth(s, i, x) > 0 && space_allows(s, x);
    return n;
}

/* ---- texts ---- */

/* As it was written where it is one word, so that 1e-3 stays 1e-3. */
static const char *choice_text(struct arena *a, const struct node *n)
{
    struct strbuf text = { 0 };

    if (n->kind == NODE_SCALAR && !n->quoted)
        return n->text;
    tree_print_flow(n, &text);
    const char *kept = arena_strdup(a, strbuf_text(&text));
    strbuf_close(&text);
    return kept;
}

const char *space_text(const struct space *s, struct arena *a, size_t i, double v)
{
    const struct search_dim *d = &s->spec->dim[i];
    struct strbuf            text = { 0 };

    if (d->kind == DIM_CHOICE)
        return choice_text(a, d->choice[(size_t)v]);
    strbuf_number(&text, v);
    const char *kept = arena_strdup(a, strbuf_text(&text));
    strbuf_close(&text);
    return kept;
}

const char *const *space_set(const struct space *s, struct arena *a,
                             const char *const *base, const double *x)
{
    size_t n = 0;

    while (base && base[n])
        n++;
    const char **all = arena_array(a, n + s->n + 1, sizeof *all);
    for (size_t i = 0; i < n; i++)
        all[i] = base[i];
    for (size_t i = 0; i < s->n; i++) {
        const struct search_dim *d = &s->spec->dim[i];
        bool                     none = d->kind == DIM_CHOICE && !isnan(x[i]) &&
                    d->choice[(size_t)x[i]]->kind == NODE_NULL;
        if (!isnan(x[i]))
            all[n++] =
                arena_printf(a, "%s=%s", d->path, none ? "" : space_text(s, a, i, x[i]));
    }
    return all;
}

const char *space_list(const struct space *s, struct arena *a, const double *x)
{
    struct strbuf text = { 0 };

    for (size_t i = 0; i < s->n; i++)
        if (!isnan(x[i]))
            strbuf_printf(&text, "%s%s=%s", text.n ? " " : "", s->dim[i].name,
                          space_text(s, a, i, x[i]));
    const char *kept = arena_strdup(a, strbuf_text(&text));
    strbuf_close(&text);
    return kept;
}
