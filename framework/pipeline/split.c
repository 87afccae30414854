/* SPDX-License-Identifier: MIT */
/* data.split: which rows are for training, validation and test. */
#include <config.h>
#include "pipeline/read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "pipeline/split_rows.h"
#include "language/vars.h"

/* A number, then perhaps a percent sign; NULL: neither. */
static const char *bound(const char *text, double *value, bool *percent)
{
    char *end;

    if (*text < '0' || *text > '9')
        return NULL;
    *value = number_read(text, &end);
    if (end > text && end[-1] == '.') /* strtod eats the first dot of 0..9 */
        end--;
    *percent = *end == '%';
    return end + *percent;
}

static int refuse_range(struct read *r, const struct node *n, const char *key)
{
    return diag_code(r->d, &n->at, "range",
                     "split.%s: '%s' is no range; 0..99, 0%%..90%%, all and official are",
                     key, n->text);
}

static int parse(struct read *r, const struct node *n, const char *key,
                 struct split_range *out)
{
    const char *rest;

    if (strcmp(n->text, "all") == 0 || strcmp(n->text, "official") == 0) {
        out->all = n->text[0] == 'a';
        out->official = !out->all;
        return 0;
    }
    rest = bound(n->text, &out->first, &out->percent_first);
    if (!rest || strncmp(rest, "..", 2) != 0)
        return refuse_range(r, n, key);
    rest = bound(rest + 2, &out->last, &out->percent_last);
    if (!rest || *rest)
        return refuse_range(r, n, key);
    if ((!out->percent_first && out->first != rint(out->first)) ||
        (!out->percent_last && out->last != rint(out->last)))
        return diag_code(r->d, &n->at, "range", "split.%s: rows are whole numbers", key);
    if ((out->percent_first && out->first > 100) ||
        (out->percent_last && out->last > 100))
        return diag_code(r->d, &n->at, "range", "split.%s: there are only 100 %%", key);
    if (out->percent_first == out->percent_last &&
        (out->first > out->last || (out->percent_last && out->first >= out->last)))
        return diag_code(r->d, &n->at, "range", "split.%s: '%s' holds no rows", key,
                         n->text);
    return 0;
}

/* Parts that are not written overlap as well: training rows are all rows unless said. */
static void warn_overlap(struct read *r, enum split a, enum split b)
{
    const struct data_spec *data = &r->spec->data;
    const struct row_range *x = &data->rows[a], *y = &data->rows[b];
    int64_t                 low = x->first > y->first ? x->first : y->first;
    int64_t                 x_end = x->first + x->n, y_end = y->first + y->n;
    int64_t                 end = x_end < y_end ? x_end : y_end;

    if (x->n && y->n && low < end)
        diag_warn(r->d, &data->split[b].at,
                  "split.%s and split.%s share rows %lld..%lld: the score will flatter",
                  split_names[b], split_names[a], (long long)low, (long long)end - 1);
}

/* With what the loader says of itself; without that the run has the first word. */
static void resolve(struct read *r)
{
    struct data_spec *data = &r->spec->data;

    if (!data->loader)
        return;
    struct split_whole whole = split_rows_whole(data->loader);
    data->count = whole.count;
    if (data->count < 1 || split_rows(data, &whole, data->rows, r->d))
        return;
    warn_overlap(r, SPLIT_TRAIN, SPLIT_VAL);
    warn_overlap(r, SPLIT_TRAIN, SPLIT_TEST);
    warn_overlap(r, SPLIT_VAL, SPLIT_TEST);
}

static void read_one(struct read *r, const struct node *split, const char *key,
                     struct split_range *out)
{
    const struct node *n = tree_find(split, key);

    if (!n || n->kind == NODE_NULL || vars_left(n))
        return;
    if (n->kind != NODE_SCALAR) {
        diag_code(r->d, &n->at, "range",
                  "split.%s: a range is needed: 0..99, 0%%..90%%, all or official", key);
        return;
    }
    out->given = true;
    out->text = n->text;
    out->at = n->at;
    parse(r, n, key, out);
}

void split_read(struct read *r, const struct node *split)
{
    size_t before = r->d->errors;

    if (split && split->kind != NODE_NULL) {
        if (grammar_expect(split, NODE_MAP, "data.split", r->d))
            return;
        grammar_check(split, &grammar_split, r->d);
        for (int k = 0; k < N_SPLITS; k++)
            read_one(r, split, split_names[k], &r->spec->data.split[k]);
    }
    if (r->d->errors == before)
        resolve(r);
}
