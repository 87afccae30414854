/* SPDX-License-Identifier: MIT */
/*
 * csv: a table from a text file, plain or gzipped, one row a line; quotes as in RFC 4180
 * (nnpipe/csv.h). A label compares with "" inside as it stands.
 *
 * Streams are f32 (rows, columns), one per entry of `columns`; without it y is the last
 * column and x are the others. With `label: true` y is one column of class labels, text
 * or numbers: they become i64 (rows), 0 for the label that sorts first. A field that is
 * empty, no number, or not finite is refused; nothing is guessed.
 */
#include <inttypes.h>

#include <nnpipe/csv.h>
#include <nnpipe/data.h>
#include <nnpipe/files.h>

struct column { /* one that is used */
    const char *stream;
    uint32_t    at; /* place in the file */
};

struct csv {
    const char     *file, *delimiter;
    const nnp_node *columns;
    int64_t         classes;
    int32_t         header, label;
    /* learnt from the file */
    char          *names;  /* of the file's columns, each with a 0 behind it */
    struct column *column; /* those used, in the order of the streams */
    float         *value;  /* (count, n_used); of a label its class */
    size_t         y;      /* place in `column` of y if it is a single one, else n_used */
    size_t         n_file, n_used, count, found_classes;
    int32_t        has_names, loaded;
};

struct reader {
    nnp_ctx    *c;
    struct csv *s;
    nnp_csv     in;
};

enum { PEEK = 1 << 16 }; /* bytes in which the first line is expected */

static const nnp_param params[] = {
    { "file", NNP_PATH | NNP_MAIN, offsetof(struct csv, file), NULL, NULL,
      "text file, plain or gzipped", NULL },
    { "columns", NNP_TREE, offsetof(struct csv, columns), "", NULL,
      "names or numbers (from 0) of each stream's columns, {x: [a, b], y: [c]}", NULL },
    { "label", NNP_BOOL, offsetof(struct csv, label), "false", NULL,
      "y is a column of class labels", NULL },
    { "classes", NNP_INT, offsetof(struct csv, classes), "0", "[0,inf)",
      "number of classes; 0: as many as there are labels", NULL },
    { "header", NNP_ENUM, offsetof(struct csv, header), "auto", "auto|true|false",
      "the first line names the columns; auto: if it holds no number", NULL },
    { "delimiter", NNP_STR, offsetof(struct csv, delimiter), ",", NULL,
      "between the fields: one character, or tab", NULL },
};

static int refuse(const struct reader *r, const char *why)
{
    return nnp_files_refuse(r->c, r->s->file, "line %" PRId64 ": %.400s", r->in.line,
                            why);
}

static int refuse_field(const struct reader *r, uint32_t at, const char *why)
{
    const nnp_csv_field *f = &r->in.field[at];
    const char          *name = nnp_csv_name(r->s->names, at);
    char                 number[16], text[384];

    snprintf(number, sizeof number, "%u", at);
    if (!f->n)
        why = "has no value here";
    snprintf(text, sizeof text, "column %.100s: %s%.*s%s %s",
             name && *name ? name : number, f->n ? "'" : "", (int)(f->n < 40 ? f->n : 40),
             f->at, f->n ? "'" : "it", why);
    return refuse(r, text);
}

/* ---- columns --------------------------------------------------------------------- */

/* By its name, else by its number. */
static int find_column(struct reader *r, const nnp_node *want, uint32_t *at)
{
    struct csv *s = r->s;
    const char *text = want->kind == NNP_SCALAR ? want->text : "a list";
    double      number = (double)nnp_csv_find(s->names, s->n_file, text);

    if (number == (double)s->n_file)
        number = want->number;
    if (number >= 0 && number < (double)s->n_file && number == floor(number)) {
        *at = (uint32_t)number;
        return NNP_OK;
    }
    return nnp_fail(r->c, NNP_EINVAL,
                    "columns: %.300s has %zu columns%s, none is '%.100s'", s->file,
                    s->n_file, s->names ? "" : " without names", text);
}

static const nnp_node *listed(const nnp_node *stream, uint32_t *n)
{
    *n = stream->kind == NNP_SCALAR ? 1 : stream->n;
    return stream->kind == NNP_SCALAR ? stream : stream->child;
}

/* y is the last column, x are the others. */
static int choose_usual(struct reader *r)
{
    struct csv *s = r->s;

    if (s->n_file < 2)
        return refuse(r, "a single column: x and y need one each");
    for (; s->n_used < s->n_file; s->n_used++)
        s->column[s->n_used] =
            (struct column){ s->n_used + 1 < s->n_file ? "x" : "y", (uint32_t)s->n_used };
    return NNP_OK;
}

static int choose_columns(struct reader *r)
{
    struct csv     *s = r->s;
    const nnp_node *tree = s->columns;
    size_t          total = s->n_file;
    uint32_t        n;

    for (uint32_t i = 0; tree && i < tree->n; i++, total += n)
        listed(&tree->child[i], &n);
    s->column = calloc(total, sizeof *s->column);
    if (!s->column)
        return nnp_fail(r->c, NNP_ENOMEM, "out of memory");
    if (!tree)
        return choose_usual(r);
    for (uint32_t i = 0; tree->kind == NNP_MAP && i < tree->n; i++) {
        const nnp_node *want = listed(&tree->child[i], &n);

        for (uint32_t k = 0; k < n; k++) {
            struct column *c = &s->column[s->n_used++];
            int            rc = find_column(r, &want[k], &c->at);

            c->stream = tree->child[i].key;
            if (rc)
                return rc;
        }
    }
    if (s->n_used)
        return NNP_OK;
    return nnp_fail(r->c, NNP_EINVAL, "columns: a map of streams is needed");
}

static size_t width(const struct csv *s, const char *stream)
{
    size_t n = 0;

    for (size_t i = 0; i < s->n_used; i++)
        n += strcmp(s->column[i].stream, stream) == 0;
    return n;
}

static void find_y(struct csv *s)
{
    s->y = 0;
    while (s->y < s->n_used && strcmp(s->column[s->y].stream, "y") != 0)
        s->y++;
    if (width(s, "y") != 1)
        s->y = s->n_used;
}

static int is_label(const struct csv *s, size_t used)
{
    return s->label && used == s->y;
}

/* ---- rows ------------------------------------------------------------------------ */

/* Classes in the order of the labels; of a plain column they are only counted, if it
 * holds nothing but whole numbers from 0. */
static void number_labels(struct csv *s, nnp_csv_label *l)
{
    for (size_t i = 0; i < s->count && !s->label; i++)
        if (!(l[i].number >= 0) || l[i].number != floor(l[i].number))
            return;
    s->found_classes =
        nnp_csv_classes(l, s->count, s->label ? s->value + s->y : NULL, s->n_used);
}

static int keep_row(struct reader *r, nnp_csv_label *l)
{
    struct csv *s = r->s;
    float      *to = s->value + s->count * s->n_used;

    for (size_t i = 0; i < s->n_used; i++) {
        uint32_t at = s->column[i].at;
        double   v = nnp_csv_number(&r->in.field[at]);

        to[i] = (float)v;
        if (!r->in.field[at].n || (!is_label(s, i) && !isfinite(to[i])))
            return refuse_field(r, at, "is not a finite number");
        if (i == s->y)
            l[s->count] = (nnp_csv_label){ r->in.field[at], v, s->count };
    }
    s->count++;
    return NNP_OK;
}

/* Room for as many rows as there are lines, which no table has fewer of. */
static int make_room(struct reader *r, nnp_csv_label **l)
{
    struct csv *s = r->s;
    size_t      lines = 1;

    for (const char *p = r->in.p; p < r->in.end; p++)
        lines += *p == '\n' || *p == '\r';
    s->value = malloc(lines * s->n_used * sizeof *s->value);
    *l = s->y < s->n_used ? malloc(lines * sizeof **l) : NULL;
    return s->value && (*l || s->y == s->n_used)
               ? NNP_OK
               : nnp_fail(r->c, NNP_ENOMEM, "out of memory");
}

static int read_rows(struct reader *r)
{
    struct csv    *s = r->s;
    nnp_csv_label *l = NULL;
    int            rc = make_room(r, &l), got = 1;

    while (!rc && (got = nnp_csv_read(&r->in)) == 1)
        rc = keep_row(r, l);
    if (got < 0)
        rc = refuse(r, r->in.why);
    if (!rc && !s->count)
        rc = refuse(r, "there are no rows");
    if (!rc && s->y < s->n_used)
        number_labels(s, l);
    free(l);
    if (!rc && s->classes && s->found_classes > (size_t)s->classes)
        rc = refuse(r, "more classes than the parameter `classes` says");
    s->loaded = !rc;
    return rc;
}

/* ---- the file -------------------------------------------------------------------- */

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
    free(s->names);
    free(s->column);
    free(s->value);
    s->names = NULL;
    s->column = NULL;
    s->value = NULL;
    s->n_file = s->n_used = s->count = s->found_classes = 0;
    return NNP_OK;
}

static int parse(nnp_ctx *c, struct csv *s, const char *text, size_t n, int peek)
{
    struct reader r = { .c = c, .s = s };
    int           rc;

    close(c, s); /* what a look at the start has left */
    nnp_csv_open(&r.in, text, n, nnp_csv_delimiter(s->delimiter));
    rc = nnp_csv_header(&r.in, s->header, &s->names);
    s->n_file = r.in.n;
    rc = rc == 1 ? choose_columns(&r)
                 : refuse(&r, rc ? r.in.why : "there is nothing in it");
    find_y(s);
    if (!rc && s->label && s->y == s->n_used)
        rc = nnp_fail(c, NNP_EINVAL, "label: y must be one column");
    if (!rc && !peek)
        rc = read_rows(&r);
    nnp_csv_close(&r.in);
    return rc;
}

/* Of a big file the first line says the shapes. 1: it does not; read it all. */
static int parse_start(nnp_ctx *c, struct csv *s)
{
    char  *b = malloc(PEEK + 1);
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
    int             rc = file ? file->read(c, s->file, 0, &bytes, &n) : NNP_ENOTSUP;

    if (rc)
        return rc;
    rc = parse(c, s, bytes, n, 0);
    file->release(c, bytes);
    return rc;
}

static int declare(nnp_ctx *c, const struct csv *s)
{
    int rc = NNP_OK;

    for (size_t i = 0; rc >= 0 && i < s->n_used; i++) {
        const char *stream = s->column[i].stream;
        int64_t     shape[2] = { c->in[0].shape[0] };

        if (i && strcmp(s->column[i - 1].stream, stream) == 0)
            continue;
        shape[1] = (int64_t)width(s, stream);
        rc = c->host->declare(c, NNP_OUT, stream, is_label(s, i) ? NNP_I64 : NNP_F32,
                              is_label(s, i) ? 1 : 2, shape, NULL);
    }
    c->rows->count = (int64_t)s->count;
    c->rows->classes = s->classes ? s->classes : (int64_t)s->found_classes;
    c->rows->bytes = 4 * (int64_t)(s->count * s->n_used);
    return rc < 0 ? rc : NNP_OK;
}

static int setup(nnp_ctx *c, void *self)
{
    struct csv *s = self;
    int         rc = s->loaded || (c->flags & NNP_PEEK && s->n_used) ? 0 : 1;

    if (rc && c->flags & NNP_PEEK)
        rc = parse_start(c, s);
    if (rc == 1)
        rc = read_file(c, s);
    return rc ? rc : declare(c, s);
}

static int forward(nnp_ctx *c, void *self)
{
    const struct csv *s = self;
    const int64_t    *rows = c->in[0].data;

    for (size_t r = 0, n = nnp_count(&c->in[0]); r < n; r++) {
        const float *v = s->value + (size_t)rows[r] * s->n_used;

        if (rows[r] < 0 || (size_t)rows[r] >= s->count)
            return nnp_fail(c, NNP_EINVAL, "there is no such row");
        for (uint32_t i = 0; i < c->n_out; i++) {
            const nnp_tensor *out = &c->out[i];
            size_t            d = nnp_row(out);

            if (out->data && nnp_type(out) == NNP_I64)
                ((int64_t *)out->data)[r] = (int64_t)*v;
            else if (out->data)
                memcpy(nnp_f32(out) + r * d, v, d * sizeof *v);
            v += d;
        }
    }
    return NNP_OK;
}

static const char *column(const void *self, const char *stream, int64_t i)
{
    const struct csv *s = self;
    size_t            k = 0;

    while (k < s->n_used && (strcmp(s->column[k].stream, stream) != 0 || i-- > 0))
        k++;
    return k < s->n_used ? nnp_csv_name(s->names, s->column[k].at) : NULL;
}

static const void *extension(const char *id)
{
    return strcmp(id, "nnp.columns/1") == 0 ? (const void *)(uintptr_t)column : NULL;
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
