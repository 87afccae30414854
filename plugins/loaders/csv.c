/* SPDX-License-Identifier: MIT */
/*
 * csv: a table from a text file, plain or gzipped, one row a line; quotes as in RFC 4180
 * (nnpipe/csv.h). Text that is no UTF-8 is read as Latin-1.
 *
 * Streams are f32 (rows, columns), one per entry of `columns` (nnpipe/columns.h); without
 * it y is the last column and x are the others. With `label: true` y is one column of
 * class labels, text or numbers: they become i64 (rows), 0 for the label that sorts first
 * (nnpipe/labels.h). A field that is empty, no number, or not finite is refused, unless
 * `text`, `dates`, `fill` or `missing` say what becomes of it (nnpipe/cells_choice.h):
 * what these have to know of the data they learn from the training rows alone. What is
 * guessed, filled in or left out is said, and which numbers cannot be told apart any more
 * as floats.
 *
 * Other rows than those of the training are read by what was learnt of them
 * (nnpipe/table.h): their columns are found by name, their labels are the same classes.
 */
#include <nnpipe/data.h>
#include <nnpipe/files.h>
#include <nnpipe/table_rows.h>

enum { PEEK = 1 << 16 }; /* bytes in which the first line is expected */

struct csv {
    const char     *file, *delimiter;
    const nnp_node *columns, *text, *dates, *fill;
    int64_t         classes;
    int32_t         header, label, missing, unknown, indicator;
    /* learnt from the file */
    nnp_table_rows   rows;
    int32_t          loaded;
    char            *coding;
    const nnp_given *given;
};

static const nnp_param params[] = {
    { "file", NNP_PATH | NNP_MAIN, offsetof(struct csv, file), NULL, NULL,
      "text file, plain or gzipped", NULL },
    { "columns", NNP_TREE, offsetof(struct csv, columns), "", NULL,
      "columns of each stream, {x: [a, 3, 5..9, \"p*\"], y: [c]}: names, numbers from 0, "
      "ranges, patterns, or rest; with y alone x are the others, without any y is the "
      "last column",
      NULL },
    { "label", NNP_BOOL, offsetof(struct csv, label), "false", NULL,
      "y is a column of class labels", NULL },
    { "classes", NNP_INT, offsetof(struct csv, classes), "0", "[0,inf)",
      "number of classes; 0: as many as there are labels", NULL },
    { "text", NNP_TREE, offsetof(struct csv, text), "", NULL,
      "columns of words among the inputs: one_hot (a column of 0 and 1 for each word) or "
      "ordinal (1, 2, ... as they sort), of all or {sex: one_hot, size: [small, large]}; "
      "a "
      "word that no training row has is 0",
      NULL },
    { "unknown", NNP_ENUM, offsetof(struct csv, unknown), "zero", "zero|error",
      "what a word that no training row has is: counted and 0, or an error", NULL },
    { "dates", NNP_TREE, offsetof(struct csv, dates), "", NULL,
      "columns of ISO dates among the inputs: days (since 1970), year, month, day, "
      "weekday, yearday, hour, minute, or as sine and cosine month_cycle, weekday_cycle, "
      "yearday_cycle, hour_cycle; of all, [days, month], or {bought: [days, month]}",
      NULL },
    { "fill", NNP_TREE, offsetof(struct csv, fill), "", NULL,
      "what stands for a missing value (empty, NA, NaN, null, None, ?) of an input: "
      "mean, "
      "median, most_frequent (of the training rows; of words always the last one) or a "
      "value, of all or {age: median, rest: 0}",
      NULL },
    { "indicator", NNP_BOOL, offsetof(struct csv, indicator), "false", NULL,
      "one more input, 0 or 1, for each column in which `fill` found values missing",
      NULL },
    { "missing", NNP_ENUM, offsetof(struct csv, missing), "error", "error|drop",
      "rows that lack a value which `fill` does not give: refused, or left out and "
      "counted",
      NULL },
    { "header", NNP_ENUM, offsetof(struct csv, header), "auto", "auto|true|false",
      "the first line names the columns; auto: if it holds no number", NULL },
    { "delimiter", NNP_STR, offsetof(struct csv, delimiter), ",", NULL,
      "between the fields: one character, or tab; a blank: any number of blanks", NULL },
};

/* ---- the file ---------------------------------------------------------------------- */

static int open(nnp_ctx *c, void *self)
{
    return nnp_csv_delimiter(((const struct csv *)self)->delimiter)
               ? NNP_OK
               : nnp_fail(c, NNP_EINVAL,
                          "delimiter: one character that is in no number, or tab");
}

static int close(nnp_ctx *c, void *self)
{
    struct csv *s = self;

    (void)c;
    s->rows.coded = 0;
    nnp_table_forget(&s->rows);
    free(s->coding);
    s->coding = NULL;
    return NNP_OK;
}

static const char *path_of(const struct csv *s)
{
    return s->given && s->given->path ? s->given->path : s->file;
}

struct asking {
    nnp_ctx    *c;
    const char *path, *text;
    int         rc;
};

static int room(void *arg, uint64_t bytes)
{
    struct asking  *a = arg;
    const nnp_file *file = nnp_files(a->c);

    a->rc = file ? file->room(a->c, a->path, bytes) : NNP_ENOTSUP;
    return a->rc;
}

static void pass(void *arg, size_t n)
{
    struct asking  *a = arg;
    const nnp_file *file = nnp_files(a->c);

    if (file)
        file->pass(a->c, a->text, n);
}

static int parse(nnp_ctx *c, struct csv *s, const char *text, size_t n, int peek)
{
    nnp_table_rows *t = &s->rows;
    char            delimiter = nnp_csv_delimiter(s->delimiter);
    struct asking   asking = { c, path_of(s), text, NNP_OK };
    int             rc;

    if (s->given && s->given->path)
        delimiter = nnp_csv_guess(text, n, delimiter, t->table.columns.n);
    t->header = s->header;
    t->label = s->label;
    t->how.text = s->text;
    t->how.dates = s->dates;
    t->how.fill = s->fill;
    t->how.mark = s->indicator;
    t->drops = s->missing;
    t->strict = s->unknown;
    t->room = room;
    t->pass = pass;
    t->arg = &asking;
    rc = nnp_table_parse(t, text, n, delimiter, s->columns, peek);
    t->room = NULL;
    t->pass = NULL;
    if (asking.rc)
        return asking.rc;
    if (rc == -2)
        return nnp_fail(c, NNP_EINVAL, "%s", t->why);
    if (!rc && s->classes && t->classes > (size_t)s->classes) {
        snprintf(t->why, sizeof t->why,
                 "%zu classes, the parameter `classes` says %" PRId64, t->classes,
                 s->classes);
        rc = -1;
    }
    return rc ? nnp_files_refuse(c, path_of(s), "%s", t->why) : NNP_OK;
}

/* Are there columns whose numbers only all rows tell? */
static int needs_all(const struct csv *s)
{
    return s->text || s->indicator || (s->dates && s->dates->kind != NNP_MAP);
}

/* Of a big file the first line says the shapes. 1: it does not; read it all. */
static int parse_start(nnp_ctx *c, struct csv *s)
{
    char  *b = needs_all(s) ? NULL : malloc(PEEK + 1);
    size_t n = b ? nnp_files_start(s->file, b, PEEK) : 0;
    int    rc = 1;

    if (n == PEEK) {
        while (n && b[n - 1] != '\n')
            n--;
        b[n] = 0;
        rc = n ? parse(c, s, b, n, 1) : 1;
    }
    free(b);
    return rc ? 1 : NNP_OK;
}

static int read_file(nnp_ctx *c, struct csv *s)
{
    const nnp_file *file = nnp_files(c);
    const void     *bytes;
    size_t          n;
    int             rc = file ? file->view(c, s->file, &bytes, &n) : NNP_ENOTSUP;

    if (rc)
        return rc;
    rc = parse(c, s, bytes, n, 0);
    file->release(c, bytes);
    return rc;
}

/* ---- the loader -------------------------------------------------------------------- */

static int declare(nnp_ctx *c, const struct csv *s)
{
    const nnp_table_rows *t = &s->rows;
    const nnp_columns    *used = &t->table.columns;
    size_t                classes = t->coded ? t->table.labels.n : t->classes;
    int                   rc = NNP_OK;

    for (size_t i = 0; rc >= 0 && i < used->n; i++) {
        const char *stream = used->v[i].stream;
        int         label = nnp_table_is_label(t, i);
        int64_t     shape[2] = { c->in[0].shape[0] };

        if (i && strcmp(used->v[i - 1].stream, stream) == 0)
            continue;
        shape[1] = (int64_t)nnp_table_width(&t->table, stream);
        rc = c->host->declare(c, NNP_OUT, stream, label ? NNP_I64 : NNP_F32,
                              label ? 1 : 2, shape, NULL);
    }
    c->rows->count = (int64_t)t->count;
    c->rows->classes = s->classes ? s->classes : (int64_t)classes;
    c->rows->bytes = 4 * (int64_t)(t->count * t->table.slots);
    return rc < 0 ? rc : NNP_OK;
}

/* The columns and classes of other rows, which these have to follow. */
static int follow(nnp_ctx *c, struct csv *s, const nnp_given *g)
{
    s->given = g;
    s->rows.before = g->before;
    if (g->path && (!g->bytes || !g->coding || memchr(g->bytes, 0, g->n)))
        return NNP_ENOTSUP;
    s->rows.label = s->label;
    if (g->coding && nnp_table_follow(&s->rows, g->coding, g->streams))
        return nnp_fail(c, NNP_EINVAL, "the run's coding of the data is damaged");
    return NNP_OK;
}

static int read_all(nnp_ctx *c, struct csv *s)
{
    const nnp_given *g = s->given;
    int              rc = g && g->path ? parse(c, s, g->bytes, g->n, 0) : read_file(c, s);

    s->loaded = !rc;
    return rc;
}

static int write_down(nnp_ctx *c, struct csv *s)
{
    free(s->coding);
    s->coding = nnp_table_write(&s->rows.table);
    return s->coding ? NNP_OK : nnp_fail(c, NNP_ENOMEM, "out of memory");
}

static int setup(nnp_ctx *c, void *self)
{
    struct csv      *s = self;
    const nnp_given *g = c->host->extension(c, "nnp.given/1");
    int              peek = c->flags & NNP_PEEK ? 1 : 0;
    int              rc = g && !s->given ? follow(c, s, g) : NNP_OK;

    if (rc)
        return rc;
    if (!s->loaded && !(peek && s->rows.table.columns.n))
        rc = peek && !g ? parse_start(c, s) : 1;
    if (rc == 1)
        rc = read_all(c, s);
    if (!rc && !s->coding && (s->loaded || s->rows.coded))
        rc = write_down(c, s);
    return rc ? rc : declare(c, s);
}

static int learn_rows(nnp_ctx *c, void *self)
{
    struct csv *s = self;

    if (nnp_table_learn(&s->rows, c->in[0].data, nnp_count(&c->in[0])))
        return nnp_files_refuse(c, path_of(s), "%s", s->rows.why);
    return write_down(c, s);
}

static void copy_rows(const nnp_ctx *c, const nnp_table_rows *t, size_t first, size_t end,
                      const nnp_tensor *out)
{
    const int64_t *rows = c->in[0].data;
    size_t         d = nnp_row(out), at = t->table.cell[first].slot;
    int            plain = nnp_table_is_plain(t, first, end);

    for (size_t r = 0, n = nnp_count(&c->in[0]); r < n; r++) {
        const float *v = t->value + (size_t)rows[r] * t->table.slots + at;

        if (nnp_type(out) == NNP_I64)
            ((int64_t *)out->data)[r] = (int64_t)*v;
        else if (plain)
            memcpy(nnp_f32(out) + r * d, v, d * sizeof *v);
        else
            nnp_table_write_row(t, (size_t)rows[r], first, end, nnp_f32(out) + r * d);
    }
}

static int forward(nnp_ctx *c, void *self)
{
    const nnp_table_rows *t = &((const struct csv *)self)->rows;
    const int64_t        *rows = c->in[0].data;

    for (size_t r = 0, n = nnp_count(&c->in[0]); r < n; r++)
        if (rows[r] < 0 || (size_t)rows[r] >= t->count)
            return nnp_fail(c, NNP_EINVAL, "there is no such row");
    for (size_t i = 0, first = 0; i < c->n_out; i++) {
        size_t end = nnp_table_end(&t->table, first);

        if (c->out[i].data && nnp_table_has_to_learn(t, first, end))
            return nnp_fail(c, NNP_EINVAL,
                            "%s is coded by what the training rows hold, which is not "
                            "known yet",
                            t->table.columns.v[first].stream);
        if (c->out[i].data)
            copy_rows(c, t, first, end, &c->out[i]);
        first = end;
    }
    return NNP_OK;
}

/* ---- what it says of itself -------------------------------------------------------- */

static const char *column(const void *self, const char *stream, int64_t i)
{
    return nnp_table_name(&((const struct csv *)self)->rows.table, stream, i);
}

static const char *class(const void *self, const char *stream, int64_t i)
{
    const nnp_labels *l = &((const struct csv *)self)->rows.table.labels;

    return strcmp(stream, "y") == 0 && i >= 0 && (size_t)i < l->n ? l->name[i] : NULL;
}

static const char *said(const void *self, uint32_t i)
{
    const nnp_table_rows *t = &((const struct csv *)self)->rows;

    for (int k = 0; k < NNP_TABLE_NOTES; k++)
        if (*t->note[k] && i-- == 0)
            return t->note[k];
    return NULL;
}

static const char *coding(const void *self)
{
    return ((const struct csv *)self)->coding;
}

static nnp_fn *learn(const void *self)
{
    const struct csv *s = self;

    return s->loaded && nnp_table_learns(&s->rows) ? learn_rows : NULL;
}

static const void *extension(const char *id)
{
    if (strcmp(id, "nnp.columns/1") == 0)
        return (const void *)(uintptr_t)column;
    if (strcmp(id, "nnp.classes/1") == 0)
        return (const void *)(uintptr_t) class;
    if (strcmp(id, "nnp.learn/1") == 0)
        return (const void *)(uintptr_t)learn;
    if (strcmp(id, "nnp.notes/1") == 0)
        return (const void *)(uintptr_t)said;
    return strcmp(id, "nnp.coding/1") == 0 ? (const void *)(uintptr_t)coding : NULL;
}

static const nnp_component csv = {
    NNP_COMPONENT("loader", "csv"),
    .doc = "a table from a text file",
    .self_size = sizeof(struct csv),
    NNP_PARAMS(params),
    .open = open,
    .close = close,
    .setup = setup,
    .forward = forward,
    .extension = extension,
};

NNP_PLUGIN(csv, NNP_OURS, &csv)
