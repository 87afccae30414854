/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "run/row_order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/deal.h"
#include "base/strbuf.h"
#include "call/loader.h"

/* More classes than that are numbers that count something else. */
enum { MOST_CLASSES = 1 << 16, MOST_NAMED = 8 };

/* ---- classes ---- */

struct labels {
    int64_t    *of;       /* by row: its class, 0..classes-1 */
    int64_t     n, first; /* rows; the number that class 0 stands for */
    int64_t     classes;  /* 0: the stream holds no classes */
    double      two[2];   /* a single column of two values: these */
    int         n_two;
    bool        whole; /* a single column of whole numbers */
    const char *stream;
};

/* Which of at most two values it is; -1: a third one. With more values a column of
 * numbers is taken for a quantity: two are a question of yes or no, written as floats. */
static int64_t among_two(struct labels *l, double v)
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
static bool take(struct labels *l, const nnp_tensor *t, int64_t first, int64_t n)
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
static void settle(struct labels *l)
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
static int find_stream(const struct session *s, const char *name)
{
    const struct instance *loader = s->frames->node[0];

    for (uint32_t k = 0; k < loader->ctx.n_out; k++)
        if (strcmp(instance_decl(loader, NNP_OUT, k)->name, name) == 0)
            return (int)k;
    return -1;
}

/* Every row is read once, by the loader alone: transforms are not fitted yet, because
 * they learn from the training rows, which are what is being chosen here. */
static int read_classes(struct session *s, int out, const struct row_source *from,
                        struct labels *l, struct diag *d)
{
    const nnp_tensor *y = &s->frames->node[0]->out[out];
    int64_t           first_test = split_rows_whole(&s->spec->data).first_test;
    bool              are = true;

    l->whole = nnp_row(y) == 1 && !is_real(y);

    for (int64_t at = 0, n; are && at < l->n; at += n) {
        int64_t end = at < first_test ? first_test : l->n; /* another loader may begin */
        n = end - at < from->batch ? end - at : from->batch;
        if (from->read(from->arg, at, n, d))
            return -1;
        nnp_tensor t = s->frames->node[0]->out[out];
        t.data = from->stream[s->graph->nodes[0].out[out]];
        are = take(l, &t, at, n);
    }
    if (are)
        settle(l);
    return 0;
}

static int refuse_stream(const struct session *s, const char *name, struct diag *d)
{
    return diag_error(d, &s->spec->data.how.at,
                      "split.stratify: '%s' holds no classes; whole numbers, one-hot "
                      "rows and a column of two values do",
                      name);
}

/* The classes of all rows, in memory that the caller frees, even after an error. */
static int find_classes(struct session *s, const struct row_source *from,
                        struct labels *l, struct diag *d)
{
    const char *asked = s->spec->data.how.stratify, *name = asked ? asked : "y";
    int         out = find_stream(s, name);

    l->stream = name;
    if (out >= 0 && read_classes(s, out, from, l, d))
        return -1;
    return asked && !l->classes ? refuse_stream(s, name, d) : 0;
}

/* ---- what a part lacks ---- */

static int64_t *count_classes(const struct session *s, const struct labels *l,
                              enum split split)
{
    int64_t *count = calloc((size_t)l->classes, sizeof *count);
    int64_t  n = s->splits[split].n, first = s->splits[split].first;

    for (int64_t i = 0; count && i < n; i++)
        count[l->of[s->order ? s->order[first + i] : first + i]]++;
    return count;
}

/* As the loader calls it, or its number. */
static void put_class(const struct session *s, const struct labels *l, int64_t c,
                      struct strbuf *to)
{
    double      number = l->n_two ? l->two[c] : (double)(l->first + c);
    const char *name = loader_class(s->frames->node[0], l->stream, (int64_t)number);

    if (name)
        strbuf_puts(to, name);
    else
        strbuf_printf(to, "%g", number);
}

/* Classes that no part has are left out: they are gaps between the numbers of the others,
 * and nothing was dealt wrong. */
static void warn_lacking(const struct session *s, const struct labels *l,
                         int64_t *const count[N_SPLITS], enum split split, struct diag *d)
{
    const struct data_spec  *data = &s->spec->data;
    const struct split_part *part = &data->split[split];
    struct strbuf            list = { 0 };
    int64_t                  n = 0, other;

    for (int64_t c = 0; c < l->classes; c++) {
        other = count[SPLIT_TRAIN][c] + count[SPLIT_VAL][c] + count[SPLIT_TEST][c];
        if (count[split][c] || !other || n++ >= MOST_NAMED)
            continue;
        strbuf_puts(&list, n > 1 ? ", " : "");
        put_class(s, l, c, &list);
    }
    if (n > MOST_NAMED)
        strbuf_printf(&list, " and %lld more", (long long)(n - MOST_NAMED));
    if (n)
        diag_warn(d, part->given ? &part->at : &data->source->at,
                  "split.%s has no row of class%s %s, which other parts have",
                  split_names[split], n > 1 ? "es" : "", strbuf_text(&list));
    if (n && !split_rows_dealt(data->rows))
        diag_note(d, "try   shares such as {train: 80%%, val: 20%%}: they are dealt by "
                     "chance, each class in proportion");
    strbuf_close(&list);
}

/* A warning is all that hangs on the counts: without memory for them it is left out, and
 * the run goes on. */
static void compare_parts(const struct session *s, const struct labels *l, struct diag *d)
{
    int64_t *count[N_SPLITS];
    bool     all = true;

    for (int k = 0; k < N_SPLITS; k++)
        all = (count[k] = count_classes(s, l, (enum split)k)) && all;
    for (int k = 0; all && k < N_SPLITS; k++)
        if (s->splits[k].n)
            warn_lacking(s, l, count, (enum split)k, d);
    for (int k = 0; k < N_SPLITS; k++)
        free(count[k]);
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
static void deal(struct session *s, const struct split_whole *w,
                 const struct part_rows parts[N_SPLITS], const int64_t *place)
{
    int64_t next[N_SPLITS];

    for (int k = 0; k < N_SPLITS; k++)
        next[k] = s->splits[k].first;
    for (int64_t i = 0; i < split_rows_front(&s->spec->data, w); i++) {
        enum split k = split_rows_part(&s->spec->data, w, parts, place[i]);
        if (k < N_SPLITS)
            s->order[next[k]++] = i;
    }
}

/* The parts one behind the other, each a range of the list. So whoever reads rows knows
 * ranges alone, whether they were dealt, listed or lie in the file like that. */
static int make_order(struct session *s, const struct split_whole *w,
                      const struct part_rows parts[N_SPLITS], const int64_t *place,
                      struct diag *d)
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
        deal(s, w, parts, place);
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
static int find_places(struct session *s, const struct split_whole *w, struct labels *l,
                       int64_t *place, struct diag *d)
{
    const struct split_how *h = &s->spec->data.how;
    bool                    by_class = l->classes > 1 && !h->plain;
    int64_t                 n = split_rows_front(&s->spec->data, w);

    memset(place, 0, (size_t)n * sizeof *place);
    if (by_class)
        memcpy(place, l->of, (size_t)n * sizeof *place);
    s->in_proportion = by_class ? l->classes : 0;
    if (deal_places(split_rows_seed(s->spec), by_class ? l->classes : 1, place, n))
        return diag_memory(d, "no memory for %lld classes", (long long)l->classes);
    return 0;
}

static int fill(struct session *s, const struct split_whole *w,
                const struct part_rows parts[N_SPLITS], struct labels *l, struct diag *d)
{
    int64_t *place = NULL;
    int      rc = 0;

    if (is_plain(parts)) {
        for (int k = 0; k < N_SPLITS; k++)
            s->splits[k] = parts[k].n ? parts[k].range[0] : (struct row_range){ 0, 0 };
        return 0;
    }
    if (split_rows_dealt(parts)) {
        place = malloc((size_t)w->count * sizeof *place);
        rc = place ? find_places(s, w, l, place, d)
                   : diag_memory(d, "no memory for the places of %lld rows",
                                 (long long)w->count);
    }
    rc = rc ? rc : make_order(s, w, parts, place, d);
    free(place);
    return rc;
}

/* Whole numbers that say the class of a row: are they all the same? */
static void warn_single(const struct session *s, const struct labels *l, struct diag *d)
{
    const struct item *source = s->spec->data.source;

    if (l->classes == 1 && l->whole)
        diag_warn(d, &source->at,
                  "%s: all rows have class %lld: there is nothing to tell "
                  "apart",
                  source->name, (long long)l->first);
}

/* Are there rows in more than one part? */
static bool has_parts(const struct part_rows parts[N_SPLITS])
{
    return (parts[SPLIT_TRAIN].n > 0) + (parts[SPLIT_VAL].n > 0) +
               (parts[SPLIT_TEST].n > 0) >
           1;
}

/* Only who trains is warned (it has PLAN_TRAIN): predict and eval look at rows that were
 * dealt before. All rows are read for a warning or for dealing by class, else not at all.
 */
int row_order_open(struct session *s, const struct split_whole *w,
                   const struct part_rows parts[N_SPLITS], const struct row_source *from,
                   struct diag *d)
{
    bool          warns = s->plans[PLAN_TRAIN] != NULL;
    bool          deals = split_rows_dealt(parts) && !s->spec->data.how.plain;
    struct labels l = { .n = w->count };
    int           rc = 0;

    if (warns || deals) {
        l.of = malloc((size_t)w->count * sizeof *l.of);
        rc = l.of ? find_classes(s, from, &l, d)
                  : diag_memory(d, "no memory for the classes of %lld rows",
                                (long long)w->count);
    }
    rc = rc ? rc : fill(s, w, parts, &l, d);
    if (!rc && warns)
        warn_single(s, &l, d);
    if (!rc && warns && has_parts(parts) && l.classes > 1)
        compare_parts(s, &l, d);
    free(l.of);
    return rc;
}

/* At most three numbers for each row at one time: its class, its place, the order. */
size_t row_order_bytes(const struct session *s)
{
    int64_t count = s->frames->node[0]->rows.count;

    return s->spec->data.how.folds || split_rows_dealt(s->spec->data.rows)
               ? (size_t)count * 3 * sizeof(int64_t)
               : 0;
}
