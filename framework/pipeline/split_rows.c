/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "pipeline/split_rows.h"

#include <math.h>

#include "base/deal.h"

struct split_whole split_rows_whole(const struct data_spec *data)
{
    const nnp_rows *r = &data->loader->rows;
    int64_t         first_test = r->count - r->test;

    if (data->tests && r->count > 0 && data->tests->rows.count > 0)
        return (struct split_whole){ r->count + data->tests->rows.count,
                                     r->count - r->val, r->count };
    return (struct split_whole){ r->count, first_test - r->val, first_test };
}

int64_t split_rows_front(const struct data_spec *data, const struct split_whole *w)
{
    const struct split_part *val = &data->split[SPLIT_VAL];
    bool                     own = val->n == 1 && val->range[0].official;

    return val->given && !own ? w->first_test : w->first_val;
}

/* ---- ranges ---- */

/* The row at which a bound stands; as an end, the row behind it. */
static double row_of(double value, bool percent, bool end, int64_t front)
{
    return percent ? floor(value / 100 * (double)front + 0.5) : value + end;
}

static struct row_range official(enum split k, const struct split_whole *w)
{
    int64_t first[] = { 0, w->first_val, w->first_test, w->count };

    return (struct row_range){ first[k], first[k + 1] - first[k] };
}

static int refuse_empty(const struct at *at, const char *key, const char *text,
                        int64_t rows, struct diag *d)
{
    return diag_code(d, at, "range", "split.%s: '%s' holds none of the %lld rows", key,
                     text, (long long)rows);
}

struct data_rows { /* what a range is resolved on */
    const struct split_whole *w;
    int64_t                   front, count; /* rows that percent are of; all of them */
};

static int resolve(const struct split_range *s, enum split k, const struct data_rows *on,
                   struct row_range *out, struct diag *d)
{
    const struct split_whole *w = on->w;
    const char               *key = split_names[k];
    double first = row_of(s->first, s->percent_first, false, on->front);
    double end = row_of(s->last, s->percent_last, true, on->front);

    if (s->all || s->official) {
        struct row_range o = official(k, w);

        if (s->official && !o.n)
            return diag_code(d, &s->at, "range",
                             "split.%s: these data have no official %s part", key,
                             k == SPLIT_VAL ? "validation" : key);
        first = s->official ? (double)o.first : 0;
        end = s->official ? (double)(o.first + o.n) : (double)on->front;
        if (s->official) {
            *out = o;
            return 0;
        }
    }
    if (end > (double)on->count || first >= (double)on->count)
        return diag_code(d, &s->at, "range",
                         "split.%s: '%s' goes beyond the last row, %lld", key, s->text,
                         (long long)on->count - 1);
    if (first >= end)
        return refuse_empty(&s->at, key, s->text, w->count, d);
    *out = (struct row_range){ (int64_t)first, (int64_t)(end - first) };
    return 0;
}

/* A part is one range, beginning at `first`. */
static struct part_rows one(struct arena *a, int64_t first, int64_t n)
{
    struct row_range *r = arena_alloc(a, sizeof *r);

    *r = (struct row_range){ first, n };
    return (struct part_rows){ n, r, 1 };
}

static int ranges(const struct data_spec *data, enum split k, const struct split_whole *w,
                  struct arena *a, struct part_rows *out, struct diag *d)
{
    const struct data_rows   on = { w, split_rows_front(data, w),
                                  data->tests ? w->first_test : w->count };
    const struct split_part *s = &data->split[k];

    *out = (struct part_rows){ 0, arena_array(a, s->n, sizeof *out->range), s->n };
    for (size_t i = 0; i < s->n; i++) {
        if (resolve(&s->range[i], k, &on, &out->range[i], d))
            return -1;
        out->n += out->range[i].n;
    }
    return 0;
}

/* ---- shares ---- */

/* Without a share of its own the training part has what the others leave. */
static double share_of(const struct data_spec *data, int k)
{
    double others = data->split[SPLIT_VAL].share + data->split[SPLIT_TEST].share;

    if (k == SPLIT_TRAIN && !data->split[k].given)
        return 100 - others;
    return data->split[k].share;
}

static bool has_shares(const struct data_spec *data)
{
    for (int k = 0; k < N_SPLITS; k++)
        if (data->split[k].share > 0)
            return true;
    return false;
}

/* The bounds are sums of shares. */
static int shares(const struct data_spec *data, const struct split_whole *w,
                  struct arena *a, struct part_rows out[N_SPLITS], struct diag *d)
{
    int64_t front = split_rows_front(data, w), first = 0, end;
    double  sum = 0;

    for (int k = 0; k < N_SPLITS; k++) {
        const struct split_part *s = &data->split[k];
        double                   share = share_of(data, k);

        if (share <= 0)
            continue;
        sum += share;
        end = (int64_t)floor(sum / 100 * (double)front + 0.5);
        if (end <= first && s->given)
            return refuse_empty(&s->at, split_names[k], s->text, front, d);
        out[k] = data->how.by_rows ? one(a, first, end - first)
                                   : (struct part_rows){ end - first, NULL, 0 };
        first = end;
    }
    return 0;
}

/* ---- folds ---- */

/* The part that is one fold: the rows that judge, which are those of `val` where the test
 * part is a thing of its own. */
static enum split fold_part(const struct data_spec *data)
{
    return data->split[SPLIT_TEST].given ? SPLIT_VAL : SPLIT_TEST;
}

static int folds(const struct data_spec *data, const struct split_whole *w,
                 struct part_rows out[N_SPLITS], struct diag *d)
{
    const struct split_how  *h = &data->how;
    const struct split_part *val = &data->split[SPLIT_VAL];
    enum split               own = fold_part(data);
    int64_t                  front = split_rows_front(data, w), rest;

    if (h->folds > front)
        return diag_code(d, &h->at, "range", "split: %lld folds of %lld rows",
                         (long long)h->folds, (long long)front);
    out[own] = (struct part_rows){ deal_hand_size(h->fold, h->folds, front), NULL, 0 };
    rest = front - out[own].n;
    if (val->share > 0) {
        out[SPLIT_VAL].n = (int64_t)floor(val->share / 100 * (double)rest + 0.5);
        if (!out[SPLIT_VAL].n)
            return refuse_empty(&val->at, "val", val->text, rest, d);
    }
    out[SPLIT_TRAIN].n = rest - (own == SPLIT_VAL ? 0 : out[SPLIT_VAL].n);
    return 0;
}

enum split split_rows_part(const struct data_spec *data, const struct split_whole *w,
                           const struct part_rows rows[N_SPLITS], int64_t place)
{
    const struct split_how *h = &data->how;
    int64_t                 left = split_rows_front(data, w);
    enum split              own = N_SPLITS;

    if (h->folds) {
        own = fold_part(data);
        if (deal_hand(&place, h->fold, h->folds))
            return own;
        left -= rows[own].n;
    }
    for (int k = 0; k < N_SPLITS; k++) {
        if (k == (int)own || rows[k].range || !rows[k].n)
            continue;
        if (deal_takes(&place, rows[k].n, left))
            return (enum split)k;
        left -= rows[k].n;
    }
    return N_SPLITS;
}

/* ---- all of it ---- */

uint64_t split_rows_seed(const struct spec *s)
{
    return s->data.how.seeded ? s->data.how.seed : s->train.seed;
}

bool split_rows_dealt(const struct part_rows rows[N_SPLITS])
{
    for (int k = 0; k < N_SPLITS; k++)
        if (rows[k].n && !rows[k].range)
            return true;
    return false;
}

int split_rows(const struct data_spec *data, const struct split_whole *w, struct arena *a,
               struct part_rows out[N_SPLITS], struct diag *d)
{
    const struct split_part *part = data->split;
    bool given = data->how.folds > 0, chosen = data->how.folds > 0 || has_shares(data);
    int  rc = 0;

    for (int k = 0; k < N_SPLITS; k++) {
        out[k] = (struct part_rows){ 0 };
        if (part[k].n && ranges(data, (enum split)k, w, a, &out[k], d))
            rc = -1;
        given |= part[k].given;
    }
    if (!rc && chosen)
        rc = data->how.folds ? folds(data, w, out, d) : shares(data, w, a, out, d);
    if (!part[SPLIT_TRAIN].given && !chosen)
        out[SPLIT_TRAIN] = one(a, 0, split_rows_front(data, w));
    for (int k = SPLIT_VAL; !given && k < N_SPLITS; k++)
        if (official((enum split)k, w).n)
            out[k] =
                one(a, official((enum split)k, w).first, official((enum split)k, w).n);
    if (!rc && out[SPLIT_TRAIN].n <= 0)
        return diag_code(d, &data->source->at, "range",
                         "%s: there are no rows to train on", data->source->name);
    return rc;
}
