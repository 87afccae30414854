/* SPDX-License-Identifier: MIT */
/*
 * table: rows that stand in the pipeline file itself.
 *
 *   columns: {x: [x1, x2], y: [out]}
 *   rows: [[0, 0, 0], [0, 1, 1], ...]
 *
 * Streams are f32 (rows, columns). The values of a row are in the order in which the
 * columns are named: first those of the first stream, then those of the next.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <nnpipe/data.h>

struct table {
    const nnp_node *columns, *rows;
    char            note[160]; /* of the first number that no float holds */
};

static const nnp_param params[] = {
    { "columns", NNP_TREE, offsetof(struct table, columns), NULL, NULL,
      "the streams and their columns, {x: [x1, x2], y: [out]}", NULL },
    { "rows", NNP_TREE, offsetof(struct table, rows), NULL, NULL,
      "a list of rows, each a list of numbers", NULL },
};

/* ---- the columns ----------------------------------------------------------------- */

static int check_stream(nnp_ctx *c, const nnp_node *stream)
{
    if (stream->kind == NNP_SEQ && stream->n > 0) {
        for (uint32_t i = 0; i < stream->n; i++)
            if (stream->child[i].kind != NNP_SCALAR)
                return nnp_fail(c, NNP_EINVAL, "columns: a column is a name");
        return NNP_OK;
    }
    return nnp_fail(c, NNP_EINVAL, "columns: stream %s needs a list of column names",
                    stream->key);
}

static int same_name(nnp_ctx *c, const nnp_node *a, const nnp_node *b, const char *name)
{
    if (a == b)
        return nnp_fail(c, NNP_EINVAL, "columns: stream %s has two columns called %s",
                        a->key, name);
    return nnp_fail(c, NNP_EINVAL,
                    "columns: %s is in %s and in %s: a column belongs to one", name,
                    a->key, b->key);
}

/* Of a stream, against its own and those of the streams before. */
static int check_names(nnp_ctx *c, const nnp_node *first, const nnp_node *a)
{
    for (const nnp_node *b = first; b <= a; b++)
        for (uint32_t i = 0; i < a->n; i++)
            for (uint32_t k = 0; k < (a == b ? i : b->n); k++)
                if (strcmp(a->child[i].text, b->child[k].text) == 0)
                    return same_name(c, b, a, a->child[i].text);
    return NNP_OK;
}

static int check_columns(nnp_ctx *c, const struct table *t, uint32_t *total)
{
    const nnp_node *s = t->columns;
    int             rc = NNP_OK;

    if (s->kind != NNP_MAP || s->n == 0)
        return nnp_fail(c, NNP_EINVAL,
                        "columns: a map of streams is needed, {x: [x1], y: [out]}");
    for (uint32_t i = 0; i < s->n; i++) {
        rc = check_stream(c, &s->child[i]);
        if (!rc)
            rc = check_names(c, s->child, &s->child[i]);
        if (rc)
            return rc;
        *total += s->child[i].n;
    }
    return NNP_OK;
}

/* ---- the rows -------------------------------------------------------------------- */

/* What the writer may have meant: a number in quotes is text, other notations are not
 * read, and words and gaps are for a loader of files. */
static const char *hint(const char *text)
{
    char *end;
    float v = (float)strtod(text, &end);
    int   whole = *text && !*end;

    if (strchr(".+-", *text))
        return "";
    if (whole && !isfinite(v))
        return "; no finite float is as large";
    if (whole && *text == '0')
        return "; a number does not begin with 0";
    if (whole)
        return "; without quotes it is one";
    if (*text >= '0' && *text <= '9' && strchr(text, '_'))
        return "; digits are written without _";
    return "; words, dates and missing values are read by `csv`";
}

static int refuse_value(nnp_ctx *c, uint32_t row, uint32_t column, const nnp_node *value)
{
    const char *text = value->kind == NNP_SCALAR ? value->text : NULL;

    return nnp_fail(c, NNP_EINVAL, "rows[%u][%u]: %.60s is not a finite number%s", row,
                    column, text ? text : "a list", text ? hint(text) : "");
}

static int check_row(nnp_ctx *c, uint32_t i, const nnp_node *row, uint32_t total)
{
    if (row->kind != NNP_SEQ || row->n != total)
        return nnp_fail(c, NNP_EINVAL,
                        "rows[%u]: a list of %u numbers is needed, one a column", i,
                        total);
    for (uint32_t k = 0; k < total; k++)
        if (row->child[k].kind != NNP_SCALAR || !isfinite((float)row->child[k].number))
            return refuse_value(c, i, k, &row->child[k]);
    return NNP_OK;
}

static int check_rows(nnp_ctx *c, const struct table *t, uint32_t total)
{
    if (t->rows->kind != NNP_SEQ || t->rows->n == 0)
        return nnp_fail(c, NNP_EINVAL, "rows: a list of rows is needed");
    for (uint32_t i = 0; i < t->rows->n; i++) {
        int rc = check_row(c, i, &t->rows->child[i], total);

        if (rc)
            return rc;
    }
    return NNP_OK;
}

/* A whole number that a float does not tell from its neighbours. */
static void note_narrow(struct table *t)
{
    for (uint32_t i = 0; !*t->note && i < t->rows->n; i++)
        for (uint32_t k = 0; k < t->rows->child[i].n; k++) {
            double v = t->rows->child[i].child[k].number;

            if (v == floor(v) && fabs(v) < 0x1p53 && (double)(float)v != v)
                snprintf(t->note, sizeof t->note,
                         "rows[%u][%u]: %.0f is kept as %.0f: a float does not tell it "
                         "from its neighbours",
                         i, k, v, (double)(float)v);
        }
}

/* How many values the column takes if it holds class numbers, else 0. Tables are typed by
 * hand, so the square of their length is small. */
static uint32_t count_classes(const struct table *t, uint32_t column)
{
    uint32_t classes = 0;

    for (uint32_t i = 0; i < t->rows->n; i++) {
        double   v = t->rows->child[i].child[column].number;
        uint32_t k = 0;

        if (v < 0 || v != floor(v))
            return 0;
        while (k < i && t->rows->child[k].child[column].number != v)
            k++;
        classes += k == i;
    }
    return classes;
}

static void tell(nnp_ctx *c, const struct table *t)
{
    uint32_t at = 0;

    c->rows->count = t->rows->n;
    for (uint32_t i = 0; i < t->columns->n; at += t->columns->child[i++].n)
        if (strcmp(t->columns->child[i].key, "y") == 0 && t->columns->child[i].n == 1)
            c->rows->classes = count_classes(t, at);
}

static int setup(nnp_ctx *c, void *self)
{
    struct table *t = self;
    uint32_t      total = 0;
    int           rc = check_columns(c, t, &total);

    if (!rc)
        rc = check_rows(c, t, total);
    if (!rc)
        note_narrow(t);
    for (uint32_t i = 0; rc >= 0 && i < t->columns->n; i++) {
        int64_t shape[2] = { c->in[0].shape[0], t->columns->child[i].n };

        rc = c->host->declare(c, NNP_OUT, t->columns->child[i].key, NNP_F32, 2, shape,
                              NULL);
    }
    if (rc >= 0)
        tell(c, t);
    return rc < 0 ? rc : NNP_OK;
}

static void copy_row(const nnp_ctx *c, size_t r, const nnp_node *row)
{
    const nnp_node *value = row->child;

    for (uint32_t i = 0; i < c->n_out; i++) {
        size_t n = nnp_row(&c->out[i]);

        for (size_t k = 0; c->out[i].data && k < n; k++)
            nnp_f32(&c->out[i])[r * n + k] = (float)value[k].number;
        value += n;
    }
}

static int forward(nnp_ctx *c, void *self)
{
    const struct table *t = self;
    const int64_t      *rows = c->in[0].data;

    for (size_t r = 0, n = nnp_count(&c->in[0]); r < n; r++) {
        if (rows[r] < 0 || rows[r] >= t->rows->n)
            return nnp_fail(c, NNP_EINVAL, "there is no such row");
        copy_row(c, r, &t->rows->child[rows[r]]);
    }
    return NNP_OK;
}

static const char *column(const void *self, const char *stream, int64_t i)
{
    const nnp_node *s = ((const struct table *)self)->columns;

    for (uint32_t k = 0; s && k < s->n; k++)
        if (strcmp(s->child[k].key, stream) == 0 && i >= 0 && i < s->child[k].n)
            return s->child[k].child[i].text;
    return NULL;
}

static const char *note(const void *self, uint32_t i)
{
    const struct table *t = self;

    return i || !*t->note ? NULL : t->note;
}

static const void *extension(const char *id)
{
    if (strcmp(id, "nnp.notes/1") == 0)
        return (const void *)(uintptr_t)note;
    return strcmp(id, "nnp.columns/1") == 0 ? (const void *)(uintptr_t)column : NULL;
}

static const nnp_component table = {
    NNP_COMPONENT("loader", "table"),
    .doc = "rows written in the pipeline file",
    .self_size = sizeof(struct table),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
    .extension = extension,
};

NNP_PLUGIN(table, NNP_OURS, &table)
