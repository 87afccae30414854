/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "pipeline/split_rows.h"

#include <math.h>

void split_rows_counts(const struct instance *loader, int64_t *count, int64_t *first_test)
{
    *count = (int64_t)instance_fact(loader, "count", 0);
    *first_test = (int64_t)instance_fact(loader, "test", (double)*count);
}

struct whole { /* the data that the splits are parts of */
    int64_t count, first_test;
};

/* The row at which a bound stands; as an end, the row behind it. */
static double row_of(double value, bool percent, bool end, const struct whole *w)
{
    return percent ? floor(value / 100 * (double)w->first_test + 0.5) : value + end;
}

static int resolve(const struct split_range *s, const char *key, const struct whole *w,
                   struct row_range *out, struct diag *d)
{
    double first = row_of(s->first, s->percent_first, false, w);
    double end = row_of(s->last, s->percent_last, true, w);

    if (s->all || s->official) {
        first = s->official ? (double)w->first_test : 0;
        end = (double)(s->official ? w->count : w->first_test);
        if (s->official && first >= end)
            return diag_code(d, &s->at, "range",
                             "split.%s: these data have no official test part", key);
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

int split_rows(const struct data_spec *data, int64_t count, int64_t first_test,
               struct row_range out[N_SPLITS], struct diag *d)
{
    const struct whole w = { count, first_test };
    bool               given = false;
    int                rc = 0;

    for (int k = 0; k < N_SPLITS; k++) {
        const struct split_range *s = &data->split[k];

        out[k] = (struct row_range){ 0, 0 };
        if (s->given && resolve(s, split_names[k], &w, &out[k], d))
            rc = -1;
        given |= s->given;
    }
    if (!data->split[SPLIT_TRAIN].given)
        out[SPLIT_TRAIN] = (struct row_range){ 0, first_test };
    if (!given)
        out[SPLIT_TEST] = (struct row_range){ first_test, count - first_test };
    if (!rc && !out[SPLIT_TRAIN].n)
        return diag_code(d, &data->source->at, "range",
                         "%s: there are no rows to train on", data->source->name);
    return rc;
}
