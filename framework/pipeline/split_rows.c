/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "pipeline/split_rows.h"

#include <math.h>

struct split_whole split_rows_whole(const struct instance *loader)
{
    const nnp_rows *r = &loader->rows;
    int64_t         first_test = r->count - r->test;

    return (struct split_whole){ r->count, first_test - r->val, first_test };
}

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

static int resolve(const struct split_range *s, enum split k, const struct split_whole *w,
                   int64_t front, struct row_range *out, struct diag *d)
{
    const char *key = split_names[k];
    double      first = row_of(s->first, s->percent_first, false, front);
    double      end = row_of(s->last, s->percent_last, true, front);

    if (s->all || s->official) {
        struct row_range o = official(k, w);

        if (s->official && !o.n)
            return diag_code(d, &s->at, "range",
                             "split.%s: these data have no official %s part", key,
                             k == SPLIT_VAL ? "validation" : key);
        first = s->official ? (double)o.first : 0;
        end = s->official ? (double)(o.first + o.n) : (double)front;
    }
    if (end > (double)w->count || first >= (double)w->count)
        return diag_code(d, &s->at, "range",
                         "split.%s: '%s' goes beyond the last row, %lld", key, s->text,
                         (long long)w->count - 1);
    if (first >= end)
        return diag_code(d, &s->at, "range", "split.%s: '%s' holds none of the %lld rows",
                         key, s->text, (long long)w->count);
    *out = (struct row_range){ (int64_t)first, (int64_t)(end - first) };
    return 0;
}

int split_rows(const struct data_spec *data, const struct split_whole *w,
               struct row_range out[N_SPLITS], struct diag *d)
{
    const struct split_range *val = &data->split[SPLIT_VAL];
    int64_t front = val->given && !val->official ? w->first_test : w->first_val;
    bool    given = false;
    int     rc = 0;

    for (int k = 0; k < N_SPLITS; k++) {
        const struct split_range *s = &data->split[k];

        out[k] = (struct row_range){ 0, 0 };
        if (s->given && resolve(s, (enum split)k, w, front, &out[k], d))
            rc = -1;
        given |= s->given;
    }
    if (!data->split[SPLIT_TRAIN].given)
        out[SPLIT_TRAIN] = (struct row_range){ 0, front };
    for (int k = SPLIT_VAL; !given && k < N_SPLITS; k++)
        out[k] = official((enum split)k, w);
    if (!rc && !out[SPLIT_TRAIN].n)
        return diag_code(d, &data->source->at, "range",
                         "%s: there are no rows to train on", data->source->name);
    return rc;
}
