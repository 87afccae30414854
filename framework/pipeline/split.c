/* SPDX-License-Identifier: MIT */
/* data.split: which rows are for training, validation and test. */
#include <config.h>
#include "pipeline/read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/strbuf.h"
#include "pipeline/split_rows.h"
#include "language/value.h"
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

/* 0.8 and 80 are what other tools call 80 %. */
static int refuse_range(struct read *r, const struct node *n, const char *key)
{
    char  *end;
    double v = n->text ? number_read(n->text, &end) : 0;

    if (n->text && end > n->text && !*end && v > 0 && v <= 100)
        return diag_code(r->d, &n->at, "range",
                         "split.%s: '%s' is no share of the rows; '%g%%' is", key,
                         n->text, v < 1 ? 100 * v : v);
    return diag_code(r->d, &n->at, "range",
                     "split.%s: '%s' is no range; 80%%, 0..99, 0%%..90%%, all and "
                     "official are",
                     key, n->text);
}

static int check_range(struct read *r, const struct split_range *s, const char *key)
{
    if ((!s->percent_first && s->first != rint(s->first)) ||
        (!s->percent_last && s->last != rint(s->last)))
        return diag_code(r->d, &s->at, "range", "split.%s: rows are whole numbers", key);
    if ((s->percent_first && s->first > 100) || (s->percent_last && s->last > 100))
        return diag_code(r->d, &s->at, "range", "split.%s: there are only 100 %%", key);
    if (s->percent_first == s->percent_last &&
        (s->first > s->last || (s->percent_last && s->first >= s->last)))
        return diag_code(r->d, &s->at, "range", "split.%s: '%s' holds no rows", key,
                         s->text);
    return 0;
}

static int parse_range(struct read *r, const struct node *n, const char *key, bool listed,
                       struct split_range *out)
{
    const char *rest;

    *out = (struct split_range){ .text = n->text, .at = n->at };
    if (strcmp(n->text, "all") == 0 || strcmp(n->text, "official") == 0) {
        out->all = n->text[0] == 'a';
        out->official = !out->all;
        return 0;
    }
    rest = bound(n->text, &out->first, &out->percent_first);
    if (rest && !*rest && listed && !out->percent_first) { /* a row */
        out->last = out->first;
        return check_range(r, out, key);
    }
    if (!rest || strncmp(rest, "..", 2) != 0)
        return refuse_range(r, n, key);
    rest = bound(rest + 2, &out->last, &out->percent_last);
    if (!rest || *rest)
        return refuse_range(r, n, key);
    return check_range(r, out, key);
}

/* "80%": whether it is one, then perhaps after a message. */
static bool parse_share(struct read *r, const struct node *n, const char *key,
                        struct split_part *out)
{
    bool        percent;
    const char *rest = bound(n->text, &out->share, &percent);

    if (!rest || *rest || !percent) {
        out->share = 0;
        return false;
    }
    if (out->share <= 0 || out->share > 100)
        diag_code(r->d, &n->at, "range", "split.%s: '%s' is outside 0%%..100%%", key,
                  n->text);
    return true;
}

static int parse_list(struct read *r, struct node *n, const char *key,
                      struct split_part *out)
{
    struct node       **list;
    bool                listed = n->kind == NODE_SEQ;
    size_t              k = value_items(&n, &list);
    struct split_range *range = arena_array(r->a, k + 1, sizeof *range);

    if (!k)
        return diag_code(r->d, &n->at, "range", "split.%s: the list is empty", key);
    out->range = range;
    out->n = k;
    for (size_t i = 0; i < k; i++) {
        if (list[i]->kind != NODE_SCALAR)
            return diag_code(r->d, &list[i]->at, "range",
                             "split.%s: a range is needed: 0..99, 0%%..90%%, all or "
                             "official",
                             key);
        if (vars_left(list[i]))
            return -1;
        if (parse_range(r, list[i], key, listed, &range[i]))
            return -1;
    }
    return 0;
}

/* ---- rows in two parts ---- */

static void warn_shared(struct read *r, enum split a, enum split b,
                        const struct row_range *x, const struct row_range *y)
{
    int64_t low = x->first > y->first ? x->first : y->first;
    int64_t x_end = x->first + x->n, y_end = y->first + y->n;
    int64_t end = x_end < y_end ? x_end : y_end;

    if (low < end)
        diag_warn(r->d, &r->spec->data.split[b].at,
                  "split.%s and split.%s share rows %lld..%lld: the score will flatter",
                  split_names[b], split_names[a], (long long)low, (long long)end - 1);
}

/* Parts that are not written overlap as well: training rows are all rows unless said. */
static void warn_overlap(struct read *r, enum split a, enum split b)
{
    const struct part_rows *x = &r->spec->data.rows[a], *y = &r->spec->data.rows[b];

    for (size_t i = 0; i < x->n_ranges; i++)
        for (size_t j = 0; j < y->n_ranges; j++)
            warn_shared(r, a, b, &x->range[i], &y->range[j]);
}

static void warn_twice(struct read *r, enum split k)
{
    const struct part_rows *x = &r->spec->data.rows[k];

    for (size_t i = 0; i < x->n_ranges; i++)
        for (size_t j = 0; j < i; j++)
            if (x->range[i].first < x->range[j].first + x->range[j].n &&
                x->range[j].first < x->range[i].first + x->range[i].n)
                diag_warn(r->d, &r->spec->data.split[k].range[i].at,
                          "split.%s: '%s' has rows that '%s' has: they count twice",
                          split_names[k], r->spec->data.split[k].range[i].text,
                          r->spec->data.split[k].range[j].text);
}

/* With what the loader says of itself; without that the run has the first word. */
static void resolve(struct read *r)
{
    struct data_spec *data = &r->spec->data;

    if (!data->loader)
        return;
    struct split_whole w = split_rows_whole(data);
    data->count = w.count;
    if (data->test && (!data->tests || data->tests->rows.count < 1))
        return; /* its rows are not known before it is read */
    if (w.count < 1 || split_rows(data, &w, r->a, data->rows, r->d))
        return;
    for (int k = 0; k < N_SPLITS; k++)
        warn_twice(r, (enum split)k);
    warn_overlap(r, SPLIT_TRAIN, SPLIT_VAL);
    warn_overlap(r, SPLIT_TRAIN, SPLIT_TEST);
    warn_overlap(r, SPLIT_VAL, SPLIT_TEST);
}

/* ---- what is written ---- */

/* As it is written, on one line. */
static const char *text_of(struct read *r, const struct node *n)
{
    struct strbuf text = { 0 };

    if (n->kind == NODE_SCALAR)
        return n->text;
    for (size_t i = 0; n->kind == NODE_SEQ && i < n->n; i++)
        strbuf_printf(&text, "%s%s", i ? ", " : "[", n->values[i]->text);
    const char *s = arena_printf(r->a, "%s]", strbuf_text(&text));
    strbuf_close(&text);
    return s;
}

/* A loader of its own: its rows are the official test part. */
static void read_tests(struct read *r, struct node *n, struct split_part *out)
{
    struct split_range *range = arena_alloc(r->a, sizeof *range);

    if (data_read_tests(r, n))
        return;
    *range = (struct split_range){ .official = true, .text = "official", .at = n->at };
    *out = (struct split_part){ .given = true,
                                .range = range,
                                .n = 1,
                                .node = n,
                                .text = r->spec->data.test->name,
                                .at = n->at };
}

static void read_part(struct read *r, const struct node *split, const char *key,
                      struct split_part *out)
{
    struct node *n = tree_find(split, key);

    if (!n || n->kind == NODE_NULL || vars_left(n))
        return;
    if (n->kind == NODE_MAP && out == &r->spec->data.split[SPLIT_TEST]) {
        read_tests(r, n, out);
        return;
    }
    if (n->kind == NODE_MAP) {
        diag_code(r->d, &n->at, "range",
                  "split.%s: a share or a range is needed: 80%%, 0..99, 0%%..90%%, all "
                  "or official",
                  key);
        return;
    }
    out->given = true;
    out->node = n;
    out->at = n->at;
    if ((n->kind == NODE_SCALAR && parse_share(r, n, key, out)) ||
        parse_list(r, n, key, out) == 0)
        out->text = text_of(r, n);
}

/* A stream, y where it says true, nobody's classes where it says false. */
static void read_stratify(struct read *r, const struct node *split, struct split_how *h)
{
    const struct node *n = tree_find(split, "stratify");
    bool               value;

    if (!n || n->kind != NODE_SCALAR || tree_bool(n, &value, NULL)) {
        value_text(split, &grammar_split, "stratify", &h->stratify, r->d);
        return;
    }
    h->plain = !value;
    h->stratify = value ? "y" : NULL;
}

static void read_how(struct read *r, const struct node *split, struct split_how *h)
{
    int64_t seed = -1;
    int     by = 0;

    h->at = split->at;
    value_choice(split, &grammar_split, "by", &by, r->d);
    h->by_rows = by == 1;
    h->seeded = value_int(split, &grammar_split, "seed", &seed, r->d) > 0;
    h->seed = (uint64_t)seed;
    read_stratify(r, split, h);
    value_int(split, &grammar_split, "folds", &h->folds, r->d);
    value_int(split, &grammar_split, "fold", &h->fold, r->d);
}

/* ---- what fits together ---- */

static int refuse_word(struct read *r, const struct node *split, const char *key,
                       const char *why)
{
    const struct node *n = tree_find_key(split, key);

    return diag_code(r->d, n ? &n->at : &split->at, "split", "split.%s: %s", key, why);
}

static void check_folds(struct read *r, const struct node *split)
{
    const struct split_how  *h = &r->spec->data.how;
    const struct split_part *part = r->spec->data.split;

    if (!h->folds && tree_find(split, "fold"))
        refuse_word(r, split, "fold", "there are no folds; `folds` says how many");
    if (!h->folds)
        return;
    if (h->fold >= h->folds)
        diag_code(r->d, &tree_find(split, "fold")->at, "range",
                  "split.fold: the folds are 0..%lld", (long long)h->folds - 1);
    if (h->by_rows)
        refuse_word(r, split, "by", "folds are dealt by chance");
    if (part[SPLIT_TRAIN].given)
        refuse_word(r, split, "train", "beside folds it is what they leave");
    if (part[SPLIT_VAL].given && part[SPLIT_VAL].n)
        refuse_word(r, split, "val",
                    "beside folds a share such as 10% is needed, of "
                    "the rows outside the fold");
    if (part[SPLIT_VAL].given && part[SPLIT_TEST].given)
        refuse_word(r, split, "val", "with a test part of its own the fold is `val`");
    if (part[SPLIT_TEST].given &&
        !(part[SPLIT_TEST].n == 1 && part[SPLIT_TEST].range[0].official))
        refuse_word(r, split, "test", "beside folds it may be official, nothing else");
}

static bool check_shares(struct read *r, const struct node *split)
{
    const struct split_part *part = r->spec->data.split;
    double                   sum = 0;

    for (int k = 0; k < N_SPLITS; k++)
        sum += part[k].share;
    if (sum > 100 + 1e-9)
        diag_code(r->d, &split->at, "range", "split: the shares are %g%% together", sum);
    for (int k = 0; sum > 0 && k < N_SPLITS; k++)
        if (part[k].n && !(part[k].n == 1 && part[k].range[0].official))
            diag_code(r->d, &part[k].at, "split",
                      "split.%s: '%s' is a range, beside it there are shares; which "
                      "rows they get is not known before",
                      split_names[k], part[k].text);
    return sum > 0;
}

/* Words that say how rows are dealt need rows that are. */
static void check_how(struct read *r, const struct node *split, bool shares)
{
    static const char *const words[] = { "stratify", "seed" };
    const struct split_how  *h = &r->spec->data.how;
    bool                     dealt = h->folds || (shares && !h->by_rows);
    const struct node       *by = tree_find(split, "by");

    for (size_t i = 0; !dealt && i < sizeof words / sizeof *words; i++) {
        const struct node *n = tree_find(split, words[i]);
        if (n && n->kind != NODE_NULL)
            refuse_word(r, split, words[i],
                        "nothing is dealt by chance: shares such as {train: 80%, val: "
                        "20%} are");
    }
    if (by && by->kind == NODE_SCALAR && !h->by_rows && !dealt)
        refuse_word(r, split, "by",
                    "ranges are taken as they stand; shares such as "
                    "80% are dealt by chance");
}

/* A loader that could be asked knows its streams. */
static void check_stratify(struct read *r, const struct node *split)
{
    const struct instance *loader = r->spec->data.loader;
    const char            *name = r->spec->data.how.stratify;
    size_t                 n = loader ? instance_count(loader, NNP_OUT) : 0;
    const char           **names = arena_array(r->a, n + 1, sizeof *names);

    for (size_t i = 0; i < n; i++)
        names[i] = instance_decl(loader, NNP_OUT, i)->name;
    if (!name || !n || grammar_among(names, name))
        return;
    const char *near = diag_nearest(name, names);
    diag_code(r->d, &tree_find(split, "stratify")->at, "unknown-stream",
              "split.stratify: the data have no stream '%s'; '%s' is one", name,
              near ? near : names[0]);
}

void split_read(struct read *r, const struct node *split)
{
    size_t before = r->d->errors;

    if (split && split->kind != NODE_NULL) {
        if (grammar_expect(split, NODE_MAP, "data.split", r->d))
            return;
        grammar_check(split, &grammar_split, r->d);
        for (int k = 0; k < N_SPLITS; k++)
            read_part(r, split, split_names[k], &r->spec->data.split[k]);
        read_how(r, split, &r->spec->data.how);
        if (r->d->errors == before) {
            check_folds(r, split);
            check_stratify(r, split);
            check_how(r, split, check_shares(r, split));
        }
    }
    if (r->d->errors == before)
        resolve(r);
}
