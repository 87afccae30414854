/* SPDX-License-Identifier: MIT */
/*
 * truth_table: the first rows of a split with what the model makes of them, printed to
 * the result; for data with few columns.
 *
 *   x1  x2  out  prediction
 *    0   0    0       0.012
 *    1   1    0       0.741  wrong
 *
 * The prediction is what the first loss makes of the model's output. Of several columns
 * it is the class with the largest one, unless the target has as many and is not one-hot:
 * then each of them is a number for itself. A row is wrong if the class is not that of
 * the target, or if a single column lies nearer to the other one of two target values.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <nnpipe/plugin.h>
#include <nnpipe/report.h>

struct truth_table {
    int64_t rows, digits;
    int32_t split;
};

enum { MAX_COLUMNS = 16, MAX_SHOWN = 8, MAX_PREDICTED = 32, CELL = 24 };
enum { LINE = (MAX_COLUMNS + MAX_PREDICTED + 1) * (CELL + 2) };

static const char *const splits[] = { "train", "val", "test" };

static const nnp_param params[] = {
    { "rows", NNP_INT | NNP_MAIN, offsetof(struct truth_table, rows), "32", "[1,10000]",
      "at most so many rows", NULL },
    { "split", NNP_ENUM, offsetof(struct truth_table, split), "train", "train|val|test",
      "rows of which part of the data", NULL },
    { "digits", NNP_INT, offsetof(struct truth_table, digits), "3", "[0,9]",
      "behind the point of a prediction", NULL },
};

struct shown { /* a prediction */
    const char       *title;
    const nnp_tensor *t;
    size_t            n;      /* columns */
    size_t            shown;  /* of the table: all of them, or 1 for the class */
    int               digits; /* behind the point: none if there are only whole numbers */
};

struct table {
    nnp_ctx                  *c;
    const struct truth_table *self;
    const nnp_run            *run;
    const nnp_tensor         *x, *t;
    struct shown              shown[MAX_SHOWN];
    size_t                    rows, n_x, n_t, n_shown;
    double                    low, high; /* the two target values; NaN: not two */
    int                       width[MAX_COLUMNS + MAX_PREDICTED];
};

static size_t columns_of(const struct table *b)
{
    size_t n = b->n_x + b->n_t;

    for (size_t k = 0; k < b->n_shown; k++)
        n += b->shown[k].shown;
    return n;
}

/* Whose column it is, NULL: the data's; *i becomes its number there. */
static const struct shown *find_shown(const struct table *b, size_t column, size_t *i)
{
    if (column < b->n_x + b->n_t)
        return NULL;
    *i = column - b->n_x - b->n_t;
    for (size_t k = 0; k < b->n_shown; *i -= b->shown[k++].shown)
        if (*i < b->shown[k].shown)
            return &b->shown[k];
    return NULL;
}

/* At most a cell of it, no letter cut in two. */
static void put_text(char cell[CELL], const char *text)
{
    size_t n = strlen(text), room = CELL - 1;

    if (n > room)
        for (n = room; n && ((unsigned char)text[n] & 0xc0) == 0x80;)
            n--;
    memcpy(cell, text, n);
    cell[n] = 0;
}

/* The name of a column, or the stream's own with a number. */
static void title(const struct table *b, size_t column, char cell[CELL])
{
    int                 input = column < b->n_x;
    size_t              i = input ? column : column - b->n_x;
    const struct shown *p = find_shown(b, column, &i);
    const char         *name = p ? p->title : NULL;

    if (!p)
        name = b->run->column(b->c, input ? "input" : "target", (int64_t)i);
    if (p && p->shown > 1)
        snprintf(cell, CELL, "%.*s%u", CELL - 11, name, (unsigned)i + 1);
    else if (name)
        put_text(cell, name);
    else if (input || b->n_t > 1)
        snprintf(cell, CELL, "%s%zu", input ? "x" : "y", i + 1);
    else
        snprintf(cell, CELL, "target");
}

/* What stands in column i of a prediction. */
static double prediction(const struct shown *p, size_t row, size_t i)
{
    size_t best = 0;

    if (p->shown == p->n)
        return nnp_number(p->t, row * p->n + i);
    for (size_t k = 1; k < p->n; k++)
        if (nnp_number(p->t, row * p->n + k) > nnp_number(p->t, row * p->n + best))
            best = k;
    return (double)best;
}

/* A class by its name, if it has one. */
static int put_class(const struct table *b, double class, char cell[CELL])
{
    const char *name = NULL;

    if (NNP_OFFERS(b->run, nnp_run, class_name) && class >= 0 && class < 1e9)
        name = b->run->class_name(b->c, "target", (int64_t) class);
    if (name)
        put_text(cell, name);
    return name != NULL;
}

static void entry(const struct table *b, size_t row, size_t column, char cell[CELL])
{
    size_t              i = column - b->n_x;
    const struct shown *p = find_shown(b, column, &i);

    if (p && p->shown < p->n && put_class(b, prediction(p, row, i), cell))
        return;
    if (!p && column >= b->n_x && b->n_t == 1 &&
        put_class(b, nnp_number(b->t, row), cell))
        return;
    if (p)
        snprintf(cell, CELL, "%.*f", p->digits, prediction(p, row, i));
    else if (column < b->n_x)
        snprintf(cell, CELL, "%.6g", nnp_number(b->x, row * b->n_x + column));
    else
        snprintf(cell, CELL, "%.6g", nnp_number(b->t, row * b->n_t + i));
}

/* Every row has one 1 among zeros. */
static int is_one_hot(const struct table *b)
{
    for (size_t r = 0; r < b->rows; r++) {
        size_t ones = 0;

        for (size_t i = 0; i < b->n_t; i++) {
            double t = nnp_number(b->t, r * b->n_t + i);

            if (t != 0 && t != 1)
                return 0;
            ones += t == 1;
        }
        if (ones != 1)
            return 0;
    }
    return 1;
}

/* The class of the target row: a number, or the place of the largest of one-hot columns.
 */
static double wanted(const struct table *b, size_t row)
{
    size_t best = 0;

    for (size_t i = 1; i < b->n_t; i++)
        if (nnp_number(b->t, row * b->n_t + i) > nnp_number(b->t, row * b->n_t + best))
            best = i;
    return b->n_t > 1 ? (double)best : nnp_number(b->t, row);
}

static int is_wrong(const struct table *b, size_t row, const struct shown *shown)
{
    double p = prediction(shown, row, 0), t = b->n_t ? wanted(b, row) : p;
    int    hidden = isnan(p);

    for (size_t i = 1; i < shown->shown; i++)
        hidden |= isnan(prediction(shown, row, i));
    if (shown->n > 1 && shown->shown == 1)
        return b->n_t == 1 || b->n_t == shown->n ? p != t : 0;
    if (b->n_t != 1 || isnan(b->low))
        return hidden;
    return !((p > (b->low + b->high) / 2) == (t == b->high)) || hidden;
}

static void find_two_values(struct table *b)
{
    b->low = INFINITY;
    b->high = -INFINITY;
    for (size_t i = 0; b->n_t == 1 && i < b->rows; i++) {
        b->low = fmin(b->low, nnp_number(b->t, i));
        b->high = fmax(b->high, nnp_number(b->t, i));
    }
    for (size_t i = 0; b->n_t == 1 && i < b->rows; i++)
        if (nnp_number(b->t, i) != b->low && nnp_number(b->t, i) != b->high)
            b->low = (double)NAN;
    if (!(b->low < b->high))
        b->low = (double)NAN;
}

static void measure(struct table *b)
{
    char cell[CELL];

    for (size_t k = 0; k < columns_of(b); k++) {
        title(b, k, cell);
        b->width[k] = (int)strlen(cell);
        for (size_t r = 0; r < b->rows; r++) {
            entry(b, r, k, cell);
            b->width[k] =
                (int)strlen(cell) > b->width[k] ? (int)strlen(cell) : b->width[k];
        }
    }
}

/* Row `row`, or the titles if it is SIZE_MAX. */
static int print_line(const struct table *b, size_t row)
{
    char line[LINE] = "", cell[CELL];
    int  at = 0, wrong = 0;

    for (size_t k = 0; k < columns_of(b); k++) {
        if (row == SIZE_MAX)
            title(b, k, cell);
        else
            entry(b, row, k, cell);
        at += snprintf(line + at, sizeof line - (size_t)at, "%*s%*s", k ? 2 : 0, "",
                       b->width[k], cell);
    }
    for (size_t k = 0; row != SIZE_MAX && k < b->n_shown; k++)
        wrong |= is_wrong(b, row, &b->shown[k]);
    snprintf(line + at, sizeof line - (size_t)at, "%s\n", wrong ? "  wrong" : "");
    return b->run->print(b->c, line);
}

/* The streams that the item names after `of`, or the model's prediction. */
static int find_predictions(nnp_ctx *c, struct table *b)
{
    const char *name;
    int         has_of = b->run->size > offsetof(nnp_run, of) && b->run->of;

    for (; b->n_shown < MAX_SHOWN; b->n_shown++) {
        name = has_of ? b->run->of(c, "of", (uint32_t)b->n_shown) : NULL;
        if (!name && b->n_shown)
            break;
        struct shown *p = &b->shown[b->n_shown];
        p->title = name ? name : "prediction";
        p->t = b->run->stream(c, p->title);
        if (!p->t)
            return nnp_fail(c, NNP_EINVAL, "the model has no %.100s", p->title);
        p->n = nnp_row(p->t);
        p->shown = p->n == b->n_t && !is_one_hot(b) ? p->n : 1;
        for (size_t k = 0; k < b->rows * p->shown; k++) {
            double v = prediction(p, k / p->shown, k % p->shown);

            if (v != floor(v))
                p->digits = (int)b->self->digits;
        }
    }
    if (columns_of(b) - b->n_x - b->n_t > MAX_PREDICTED)
        return nnp_fail(c, NNP_EINVAL,
                        "more than %d columns of predictions make no table "
                        "to read",
                        MAX_PREDICTED);
    return NNP_OK;
}

static int look(nnp_ctx *c, struct table *b)
{
    b->x = b->run->stream(c, "input");
    b->t = b->run->stream(c, "target");
    if (!b->x)
        return nnp_fail(c, NNP_EINVAL, "the model has no input");
    b->n_x = nnp_row(b->x);
    b->n_t = b->t ? nnp_row(b->t) : 0;
    if (b->n_x + b->n_t > MAX_COLUMNS)
        return nnp_fail(c, NNP_EINVAL, "more than 16 columns make no table to read");
    return find_predictions(c, b);
}

static int forward(nnp_ctx *c, void *self)
{
    struct table b = { .c = c, .self = self };
    int64_t      rows;
    int          rc;

    b.run = c->host->extension(c, "nnp.run/1");
    if (!b.run)
        return nnp_fail(c, NNP_ENOTSUP, "there is no run to report on");
    rows = b.run->rows(c, splits[b.self->split]);
    if (rows < 1)
        return nnp_fail(c, NNP_EINVAL, "split: the data have no such part");
    b.rows = (size_t)(rows < b.self->rows ? rows : b.self->rows);
    rc = b.run->eval(c, splits[b.self->split], 0, (int64_t)b.rows, NULL, NULL);
    if (!rc)
        rc = look(c, &b);
    if (rc)
        return rc;
    find_two_values(&b);
    measure(&b);
    rc = print_line(&b, SIZE_MAX);
    for (size_t r = 0; !rc && r < b.rows; r++)
        rc = print_line(&b, r);
    return rc;
}

static const nnp_component truth_table = {
    NNP_COMPONENT("report", "truth_table"),
    .doc = "rows of the data with their target and prediction, as a table",
    .self_size = sizeof(struct truth_table),
    NNP_PARAMS(params),
    .forward = forward,
};

NNP_PLUGIN(truth_table, NNP_OURS, &truth_table)
