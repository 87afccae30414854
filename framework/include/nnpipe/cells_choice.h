/* SPDX-License-Identifier: MIT */
/*
 * What a user says of the cells of a table's columns:
 *
 *     text: one_hot                      of all columns of words; ordinal: 1, 2, ...
 *     text: {sex: one_hot, size: [small, medium, large], rest: ordinal}
 *     dates: days                        of all columns of dates
 *     dates: {bought: [year, month_cycle]}
 *     fill: median                       where a value is missing; mean, most_frequent
 *     fill: {age: median, cabin: none, "rooms*": 0, rest: mean}
 *
 * The keys of a map are names, numbers, ranges and patterns as in columns.h, and `rest`.
 * They are about inputs: y is never among them.
 *
 *     rc = nnp_cells_choose(&table, &how, why, sizeof why);      -1: why
 *
 * Header only, C99 and C++.
 */
#ifndef NNPIPE_CELLS_CHOICE_H
#define NNPIPE_CELLS_CHOICE_H
#include <nnpipe/table.h>

typedef struct nnp_cells_how {
    const nnp_node *text, *dates, *fill; /* or NULL */
    int             mark; /* a number more for each column that lacks values */
} nnp_cells_how;

struct nnp_cells_choice {
    nnp_table *t;
    size_t    *used; /* by place in the file: of those that are used, or columns.n */
    char      *set;  /* by column that is used: this parameter speaks of it */
    char      *why;
    size_t     room;
};

typedef int nnp_cells_set(struct nnp_cells_choice *, nnp_cell *, const nnp_node *how);

static inline int nnp_cells_is_input(const nnp_table *t, size_t used)
{
    return strcmp(t->columns.v[used].stream, "y") != 0;
}

static inline const char *nnp_cells_word(const nnp_node *n)
{
    return n->kind == NNP_SCALAR && n->text ? n->text : "";
}

/* ---- one column ---- */

static inline int nnp_cells_set_order(struct nnp_cells_choice *p, nnp_cell *c,
                                      const nnp_node *how)
{
    c->kind = NNP_CELL_ORDINAL;
    for (uint32_t i = 0; i < how->n; i++) {
        const char   *word = nnp_cells_word(&how->child[i]);
        nnp_csv_field f = { word, strlen(word), 0 };

        if (!*word || nnp_words_add(&c->words, &f) != i) {
            snprintf(p->why, p->room,
                     "text: an order is a list of words, each of them once");
            return -1;
        }
    }
    c->ordered = how->n;
    return 0;
}

static inline int nnp_cells_set_text(struct nnp_cells_choice *p, nnp_cell *c,
                                     const nnp_node *how)
{
    const char *word = nnp_cells_word(how);

    if (how->kind == NNP_SEQ && how->n)
        return nnp_cells_set_order(p, c, how);
    c->kind = strcmp(word, "ordinal") == 0 ? NNP_CELL_ORDINAL : NNP_CELL_ONE_HOT;
    if (c->kind == NNP_CELL_ORDINAL || strcmp(word, "one_hot") == 0)
        return 0;
    snprintf(p->why, p->room,
             "text: '%.40s' is neither one_hot nor ordinal, nor a list of words in their "
             "order",
             word);
    return -1;
}

static inline int nnp_cells_set_dates(struct nnp_cells_choice *p, nnp_cell *c,
                                      const nnp_node *how)
{
    uint32_t        n;
    const nnp_node *part = nnp_columns_listed(how, &n);

    c->kind = NNP_CELL_DATE;
    c->n_parts = 0;
    for (uint32_t i = 0; i < n; i++) {
        int k = nnp_date_part_called(nnp_cells_word(&part[i]));

        if (k == NNP_DATE_PARTS || c->n_parts == NNP_DATE_PARTS) {
            snprintf(p->why, p->room,
                     "dates: '%.40s' is no part of a date; days, year, month, day, "
                     "weekday, yearday, hour, minute, month_cycle, weekday_cycle, "
                     "yearday_cycle and hour_cycle are",
                     nnp_cells_word(&part[i]));
            return -1;
        }
        c->part[c->n_parts++] = (uint8_t)k;
    }
    if (n)
        return 0;
    snprintf(p->why, p->room, "dates: the list of parts is empty");
    return -1;
}

/* A number or a date. What it means for a column of words is known when the kinds are. */
static inline int nnp_cells_set_fill(struct nnp_cells_choice *p, nnp_cell *c,
                                     const nnp_node *how)
{
    static const char *const words[] = { "mean", "median", "most_frequent" };

    c->text = nnp_cells_word(how);
    c->fill = NNP_FILL_VALUE;
    for (uint8_t i = 0; i < 3; i++)
        if (strcmp(c->text, words[i]) == 0)
            c->fill = (uint8_t)(NNP_FILL_MEAN + i);
    if (*c->text)
        return 0;
    snprintf(p->why, p->room, "fill: mean, median, most_frequent or a value is needed");
    return -1;
}

/* ---- the columns of a map ---- */

static inline int nnp_cells_is_rest(const struct nnp_cells_choice *p, const char *key)
{
    nnp_node n;

    memset(&n, 0, sizeof n);
    n.kind = NNP_SCALAR;
    n.text = key;
    return nnp_columns_is_rest(&p->t->names, &n);
}

static inline int nnp_cells_put(struct nnp_cells_choice *p, const nnp_node *how,
                                const char *param, nnp_cells_set *set)
{
    nnp_columns sel;
    nnp_node    entry;
    size_t      hits = 0, n = p->t->columns.n;
    int         rc;

    memset(&sel, 0, sizeof sel);
    memset(&entry, 0, sizeof entry);
    entry.kind = NNP_SCALAR;
    entry.text = how->key;
    sel.used = (char *)calloc(p->t->names.n + 1, 1);
    rc = sel.used ? nnp_columns_entry(&sel, &p->t->names, "", &entry) : -1;
    if (rc)
        snprintf(p->why, p->room, "%s: %.400s", param,
                 sel.used ? sel.why + (strncmp(sel.why, "columns: ", 9) ? 0 : 9)
                          : "out of memory");
    for (size_t i = 0; !rc && i < sel.n; i++) {
        size_t k = p->used[sel.v[i].at];

        if (k == n || !nnp_cells_is_input(p->t, k))
            continue;
        hits++;
        p->set[k] = 1;
        rc = set(p, &p->t->cell[k], how);
    }
    nnp_columns_close(&sel);
    if (rc || hits)
        return rc;
    snprintf(p->why, p->room,
             "%s: '%.60s' is no column that is an input; `columns` says which ones are, "
             "and y is none",
             param, how->key);
    return -1;
}

/* What a tree says of columns that it names; *rest: of the others, or NULL. */
static inline int nnp_cells_map(struct nnp_cells_choice *p, const nnp_node *tree,
                                const char *param, nnp_cells_set *set,
                                const nnp_node **rest)
{
    *rest = NULL;
    memset(p->set, 0, p->t->columns.n);
    if (!tree || tree->kind != NNP_MAP) {
        *rest = tree;
        return 0;
    }
    for (uint32_t i = 0; i < tree->n; i++)
        if (nnp_cells_is_rest(p, tree->child[i].key))
            *rest = &tree->child[i];
        else if (nnp_cells_put(p, &tree->child[i], param, set))
            return -1;
    return 0;
}

static inline int nnp_cells_fill_rest(struct nnp_cells_choice *p, const nnp_node *rest)
{
    for (size_t i = 0; rest && i < p->t->columns.n; i++)
        if (!p->set[i] && nnp_cells_is_input(p->t, i) &&
            nnp_cells_set_fill(p, &p->t->cell[i], rest))
            return -1;
    return 0;
}

static inline int nnp_cells_choice_open(struct nnp_cells_choice *p)
{
    const nnp_columns *c = &p->t->columns;

    p->used = (size_t *)malloc((p->t->names.n + 1) * sizeof *p->used);
    p->set = (char *)calloc(c->n + 1, 1);
    p->t->cell = (nnp_cell *)calloc(c->n + 1, sizeof *p->t->cell);
    if (!p->used || !p->set || !p->t->cell) {
        snprintf(p->why, p->room, "out of memory");
        return -1;
    }
    for (size_t i = 0; i < p->t->names.n; i++)
        p->used[i] = c->n;
    for (size_t i = 0; i < c->n; i++)
        p->used[c->v[i].at] = i;
    return 0;
}

/* Makes t->cell. What is said of all columns of words, or of dates, without their names
 * becomes *text and *dates: which those are the file has to say (nnp_cells_take). */
static inline int nnp_cells_choose(nnp_table *t, const nnp_cells_how *how,
                                   const nnp_node **text, const nnp_node **dates,
                                   char *why, size_t room)
{
    struct nnp_cells_choice p = { t, NULL, NULL, why, room };
    const nnp_node         *fill;
    nnp_cell                probe;
    int                     rc = nnp_cells_choice_open(&p);

    if (!rc)
        rc = nnp_cells_map(&p, how->dates, "dates", nnp_cells_set_dates, dates) ||
             nnp_cells_map(&p, how->text, "text", nnp_cells_set_text, text) ||
             nnp_cells_map(&p, how->fill, "fill", nnp_cells_set_fill, &fill) ||
             nnp_cells_fill_rest(&p, fill);
    memset(&probe, 0, sizeof probe); /* are they right, if no column is of their kind? */
    if (!rc && ((*text && (nnp_cells_set_text(&p, &probe, *text))) ||
                (*dates && nnp_cells_set_dates(&p, &probe, *dates))))
        rc = -1;
    nnp_cell_close(&probe);
    for (size_t i = 0; !rc && i < t->columns.n; i++)
        t->cell[i].mark = how->mark && nnp_cells_is_input(t, i) && t->cell[i].fill;
    free(p.used);
    free(p.set);
    return rc ? -1 : 0;
}

/* A column turns out to be one of words (`text`) or of dates. */
static inline int nnp_cells_take(nnp_table *t, size_t used, const nnp_node *text,
                                 const nnp_node *dates, char *why, size_t room)
{
    struct nnp_cells_choice p = { t, NULL, NULL, why, room };

    return dates ? nnp_cells_set_dates(&p, &t->cell[used], dates)
                 : nnp_cells_set_text(&p, &t->cell[used], text);
}

/* ---- when the kinds are known ---- */

static inline int nnp_cells_settle_words(nnp_cell *c)
{
    nnp_csv_field f = { c->text, c->text ? strlen(c->text) : 0, 0 };

    if (c->fill == NNP_FILL_MEAN || c->fill == NNP_FILL_MEDIAN)
        c->fill = NNP_FILL_MOST;
    return c->fill == NNP_FILL_VALUE && nnp_words_add(&c->words, &f) == NNP_NO_WORD;
}

/* What `fill` means for each column: words have no mean, so it is the most frequent one of
 * them; a value is a word there, a date among dates, else a number. */
static inline int nnp_cells_settle(nnp_table *t, char *why, size_t room)
{
    static const char *const holds[] = { "numbers", "dates", "words", "words" };
    char                     number[24];

    for (size_t i = 0; i < t->columns.n; i++) {
        nnp_cell     *c = &t->cell[i];
        nnp_csv_field f = { c->text, c->text ? strlen(c->text) : 0, 0 };
        nnp_date      date;
        int           rc = nnp_cell_is_words(c) ? nnp_cells_settle_words(c) : 0;

        nnp_cell_measure(c);
        if (!rc && c->fill == NNP_FILL_VALUE) {
            c->value = (float *)calloc(c->slots, sizeof *c->value);
            rc = !c->value;
        }
        if (!rc && c->fill == NNP_FILL_VALUE && c->kind == NNP_CELL_NUMBER) {
            c->value[0] = (float)nnp_csv_number(&f);
            rc = !isfinite(c->value[0]);
        } else if (!rc && c->fill == NNP_FILL_VALUE && c->kind == NNP_CELL_DATE) {
            rc = nnp_date_read(c->text, strlen(c->text), &date);
            if (!rc)
                nnp_cell_date(c, &date, c->value);
        }
        if (!rc)
            continue;
        snprintf(why, room, "fill: '%.60s' is no value of column %.100s, which holds %s",
                 c->text ? c->text : "",
                 nnp_columns_name(&t->names, t->columns.v[i].at, number),
                 holds[c->kind]);
        return -1;
    }
    return 0;
}
#endif
