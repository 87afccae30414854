/* SPDX-License-Identifier: MIT */
/* data.split: which rows are for training, validation and test. */
#include <config.h>
#include "pipeline/read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/vars.h"

/* A number, then perhaps a percent sign; NULL: neither. */
static const char *bound(const char *text, double *value, bool *percent)
{
    char *end;

    if (*text < '0' || *text > '9')
        return NULL;
    *value = strtod(text, &end);
    if (end > text && end[-1] == '.') /* strtod eats the first dot of 0..9 */
        end--;
    *percent = *end == '%';
    return end + *percent;
}

static int refuse(struct read *r, const struct node *n, const char *key)
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
        return refuse(r, n, key);
    rest = bound(rest + 2, &out->last, &out->percent_last);
    if (!rest || *rest)
        return refuse(r, n, key);
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

static int check(struct read *r, const struct node *n, const char *key,
                 const struct split_range *s)
{
    const struct data_spec *data = &r->spec->data;
    double                  rows = data->count;

    if (data->missing || !data->source)
        return 0;
    if (s->official && !(data->first_test > 0))
        return diag_code(r->d, &n->at, "range",
                         "split.%s: these data have no official test part", key);
    if (s->all || s->official || !(rows > 0))
        return 0;
    if ((!s->percent_first && s->first >= rows) || (!s->percent_last && s->last >= rows))
        return diag_code(r->d, &n->at, "range",
                         "split.%s: '%s' goes beyond the last row, %.0f", key, n->text,
                         rows - 1);
    return 0;
}

/* First and last row, inclusive; false: not known here. */
static bool rows_of(const struct data_spec *data, const struct split_range *s,
                    double *first, double *last)
{
    if (!s->given || !(data->count > 0))
        return false;
    *first = s->official ? data->first_test : 0;
    *last = s->all && data->first_test > 0 ? data->first_test - 1 : data->count - 1;
    if (s->all || s->official)
        return true;
    *first = s->percent_first ? floor(s->first / 100 * data->count) : s->first;
    *last = s->percent_last ? floor(s->last / 100 * data->count) - 1 : s->last;
    return *first <= *last;
}

static void warn_overlap(struct read *r, const struct split_range *a,
                         const struct split_range *b, const char *a_key,
                         const char *b_key)
{
    double first[2], last[2];

    if (!rows_of(&r->spec->data, a, &first[0], &last[0]) ||
        !rows_of(&r->spec->data, b, &first[1], &last[1]))
        return;
    double low = fmax(first[0], first[1]), high = fmin(last[0], last[1]);
    if (low <= high)
        diag_warn(r->d, &b->at,
                  "split.%s and split.%s share rows %.0f..%.0f: the score will flatter",
                  b_key, a_key, low, high);
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
    if (parse(r, n, key, out) || check(r, n, key, out))
        return;
    out->given = true;
    out->at = n->at;
}

void split_read(struct read *r, const struct node *split)
{
    struct data_spec *data = &r->spec->data;

    if (split && split->kind != NODE_NULL &&
        !grammar_expect(split, NODE_MAP, "data.split", r->d)) {
        grammar_check(split, grammar_split, "data.split", r->d);
        read_one(r, split, "train", &data->train);
        read_one(r, split, "val", &data->val);
        read_one(r, split, "test", &data->test);
        warn_overlap(r, &data->train, &data->val, "train", "val");
        warn_overlap(r, &data->train, &data->test, "train", "test");
        warn_overlap(r, &data->val, &data->test, "val", "test");
    }
    if (!data->train.given)
        data->train.all =
            true; /* whatever else is said, there is something to train on */
}
