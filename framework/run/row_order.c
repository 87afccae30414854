/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "run/row_order.h"

#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "call/loader.h"

enum { MOST_NAMED = 8 };

/* ---- what a part lacks ---- */

static int64_t *count_classes(const struct session *s, const struct split_classes *l,
                              enum split split)
{
    int64_t *count = calloc((size_t)l->classes, sizeof *count);
    int64_t  n = s->splits[split].n, first = s->splits[split].first;

    for (int64_t i = 0; count && i < n; i++)
        count[l->of[s->order ? s->order[first + i] : first + i]]++;
    return count;
}

/* As the loader calls it, or its number. */
static void put_class(const struct session *s, const struct split_classes *l, int64_t c,
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
static void warn_lacking(const struct session *s, const struct split_classes *l,
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
static void compare_parts(const struct session *s, const struct split_classes *l,
                          struct diag *d)
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

/* Whole numbers that say the class of a row: are they all the same? */
static void warn_single(const struct session *s, const struct split_classes *l,
                        struct diag *d)
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
                   const struct part_rows     parts[N_SPLITS],
                   const struct split_reader *from, struct diag *d)
{
    const struct data_spec *data = &s->spec->data;
    bool                    warns = s->plans[PLAN_TRAIN] != NULL;
    struct split_classes    l = { .n = w->count };
    struct split_order      o = { .order = NULL };
    int                     rc = 0;

    if (warns || split_deal_asks(data, parts)) {
        l.of = malloc((size_t)w->count * sizeof *l.of);
        rc = l.of ? split_deal_classes(data, from, &l, d)
                  : diag_memory(d, "no memory for the classes of %lld rows",
                                (long long)w->count);
    }
    rc = rc ? rc : split_deal(data, split_rows_seed(s->spec), w, parts, &l, &o, d);
    memcpy(s->splits, o.splits, sizeof s->splits);
    s->order = o.order;
    s->in_proportion = o.in_proportion;
    if (!rc && warns)
        warn_single(s, &l, d);
    if (!rc && warns && has_parts(parts) && l.classes > 1)
        compare_parts(s, &l, d);
    free(l.of);
    return rc;
}

/* At most three numbers for each row at one time: its class, its place, the order. A
 * training looks at the classes in any case. */
size_t row_order_bytes(const struct session *s)
{
    int64_t count = s->frames->node[0]->rows.count;

    if (s->spec->data.how.folds || split_rows_dealt(s->spec->data.rows))
        return (size_t)count * 3 * sizeof(int64_t);
    return s->plans[PLAN_TRAIN] ? (size_t)count * sizeof(int64_t) : 0;
}
