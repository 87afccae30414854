/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "pipeline/split_deal.h"

#include <stdlib.h>
#include <string.h>

#include "base/deal.h"

/* More classes than that are numbers that count something else. */
enum { MOST_CLASSES = 1 << 16 };

/* ---- classes ---- */

/* Which of at most two values it is; -1: a third one. With more values a column of
 * numbers is taken for a quantity: two are a question of yes or no, written as floats. */
static int64_t among_two(struct split_classes *l, double v)
{
    for (int k = 0; k < l->n_two; k++)
        if (l->two[k] == v)
            return k;
    if (l->n_two == 2 || v != v)
        return -1;
    l->two[l->n_two] = v;
    return l->n_two++;
}

/* Where the 1 is. -1: not exactly one 1 among zeros, so no row of a one-hot stream. */
static int64_t hot(const nnp_tensor *t, size_t row, size_t k)
{
    int64_t at = -1;

    for (size_t j = 0; j < k; j++) {
        double v = nnp_number(t, row * k + j);
        if (v == 1 && at < 0)
            at = (int64_t)j;
        else if (v != 0)
            return -1;
    }
    return at;
}

static bool is_real(const nnp_tensor *t)
{
    return nnp_type(t) == NNP_F32 || nnp_type(t) == NNP_F64;
}

/* Puts the classes of a batch down, whole numbers as they are. */
static bool take(struct split_classes *l, const nnp_tensor *t, int64_t first, int64_t n)
{
    size_t k = nnp_row(t);

    for (int64_t i = 0; i < n; i++) {
        int64_t *to = &l->of[first + i];
        double   v = nnp_number(t, (size_t)i * k);
        if (k > 1)
            *to = hot(t, (size_t)i, k);
        else if (is_real(t))
            *to = among_two(l, v);
        else
            *to = (int64_t)v;
        if ((k > 1 || is_real(t)) && *to < 0)
            return false;
    }
    return true;
}

/* Numbers the classes from 0. Whole numbers far apart are no classes (years, prices), and
 * a table with a place for each number between them would be large. */
static void settle(struct split_classes *l)
{
    int64_t low = INT64_MAX, high = INT64_MIN;

    for (int64_t i = 0; i < l->n; i++) {
        low = l->of[i] < low ? l->of[i] : low;
        high = l->of[i] > high ? l->of[i] : high;
    }
    if (high < low || (uint64_t)high - (uint64_t)low >= MOST_CLASSES)
        return;
    for (int64_t i = 0; i < l->n; i++)
        l->of[i] -= low;
    l->first = low;
    l->classes = high - low + 1;
}

/* The loader's stream of that name; -1: it has none. */
static int find_stream(const struct instance *loader, const char *name)
{
    for (uint32_t k = 0; k < loader->ctx.n_out; k++)
        if (strcmp(instance_decl(loader, NNP_OUT, k)->name, name) == 0)
            return (int)k;
    return -1;
}

/* Every row is read once, by the loader alone: transforms are not fitted yet, because
 * they learn from the training rows, which are what is being chosen here. */
static int read_classes(const struct data_spec *data, int out,
                        const struct split_reader *from, struct split_classes *l,
                        struct diag *d)
{
    const nnp_tensor *y = &data->loader->out[out];
    int64_t           first_test = split_rows_whole(data).first_test;
    bool              are = true;

    l->whole = nnp_row(y) == 1 && !is_real(y);

    for (int64_t at = 0, n; are && at < l->n; at += n) {
        int64_t end = at < first_test ? first_test : l->n; /* another loader may begin */
        nnp_tensor t;
        n = end - at < from->batch ? end - at : from->batch;
        if (from->read(from->arg, out, at, n, &t, d))
            return -1;
        are = take(l, &t, at, n);
    }
    if (are)
        settle(l);
    return 0;
}

static int refuse_stream(const struct data_spec *data, const char *name, struct diag *d)
{
    return diag_error(d, &data->how.at,
                      "split.stratify: '%s' holds no classes; whole numbers, one-hot "
                      "rows and a column of two values do",
                      name);
}

bool split_deal_asks(const struct data_spec *data, const struct part_rows rows[N_SPLITS])
{
    return split_rows_dealt(rows) && !data->how.plain;
}

int split_deal_classes(const struct data_spec *data, const struct split_reader *from,
                       struct split_classes *l, struct diag *d)
{
    const char *asked = data->how.stratify, *name = asked ? asked : "y";
    int         out = find_stream(data->loader, name);

    l->stream = name;
    if (out >= 0 && read_classes(data, out, from, l, d))
        return -1;
    return asked && !l->classes ? refuse_stream(data, name, d) : 0;
}

/* ---- the order ---- */

/* The rows of ranges, in their order. */
static void list_ranges(const struct part_rows *p, int64_t *to)
{
    for (size_t i = 0; i < p->n_ranges; i++)
        for (int64_t k = 0; k < p->range[i].n; k++)
            *to++ = p->range[i].first + k;
}

/* The rows of each part stay in the order of the file. */
static void deal(const struct data_spec *data, const struct split_whole *w,
                 const struct part_rows parts[N_SPLITS], const int64_t *place,
                 struct split_order *s)
{
    int64_t next[N_SPLITS];

    for (int k = 0; k < N_SPLITS; k++)
        next[k] = s->splits[k].first;
    for (int64_t i = 0; i < split_rows_front(data, w); i++) {
        enum split k = split_rows_part(data, w, parts, place[i]);
        if (k < N_SPLITS)
            s->order[next[k]++] = i;
    }
}

/* The parts one behind the other, each a range of the list. So whoever reads rows knows
 * ranges alone, whether they were dealt, listed or lie in the file like that. */
static int make_order(const struct data_spec *data, const struct split_whole *w,
                      const struct part_rows parts[N_SPLITS], const int64_t *place,
                      struct split_order *s, struct diag *d)
{
    int64_t n = 0;

    for (int k = 0; k < N_SPLITS; k++) {
        s->splits[k] = (struct row_range){ n, parts[k].n };
        n += parts[k].n;
    }
    s->order = malloc((size_t)n * sizeof *s->order);
    if (!s->order)
        return diag_memory(d, "no memory for the order of %lld rows", (long long)n);
    for (int k = 0; k < N_SPLITS; k++)
        list_ranges(&parts[k], s->order + s->splits[k].first);
    if (place)
        deal(data, w, parts, place, s);
    return 0;
}

/* Every part one range of the file: then no list is made, and large data cost nothing. */
static bool is_plain(const struct part_rows parts[N_SPLITS])
{
    for (int k = 0; k < N_SPLITS; k++)
        if (parts[k].n && parts[k].n_ranges != 1)
            return false;
    return true;
}

/* The place of each row in the line that is dealt: classes become places, in a copy,
 * since the parts are compared by class afterwards. */
static int find_places(const struct data_spec *data, uint64_t seed,
                       const struct split_whole *w, const struct split_classes *l,
                       int64_t *place, struct diag *d)
{
    bool    by_class = l->classes > 1 && !data->how.plain;
    int64_t n = split_rows_front(data, w);

    memset(place, 0, (size_t)n * sizeof *place);
    if (by_class)
        memcpy(place, l->of, (size_t)n * sizeof *place);
    if (deal_places(seed, by_class ? l->classes : 1, place, n))
        return diag_memory(d, "no memory for %lld classes", (long long)l->classes);
    return 0;
}

int split_deal(const struct data_spec *data, uint64_t seed, const struct split_whole *w,
               const struct part_rows parts[N_SPLITS], const struct split_classes *l,
               struct split_order *out, struct diag *d)
{
    int64_t *place = NULL;
    int      rc = 0;

    if (is_plain(parts)) {
        for (int k = 0; k < N_SPLITS; k++)
            out->splits[k] = parts[k].n ? parts[k].range[0] : (struct row_range){ 0, 0 };
        return 0;
    }
    if (split_rows_dealt(parts)) {
        out->in_proportion = l->classes > 1 && !data->how.plain ? l->classes : 0;
        place = malloc((size_t)w->count * sizeof *place);
        rc = place ? find_places(data, seed, w, l, place, d)
                   : diag_memory(d, "no memory for the places of %lld rows",
                                 (long long)w->count);
    }
    rc = rc ? rc : make_order(data, w, parts, place, out, d);
    free(place);
    return rc;
}
