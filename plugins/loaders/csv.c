/* SPDX-License-Identifier: MIT */
/*
 * csv: a table from a text file, plain or gzipped, one row a line; quotes as in RFC 4180:
 * a field may stand in quotes, in which delimiters and line ends are text and "" is a
 * quote. Blanks around a field without quotes do not count.
 *
 * Streams are f32 (rows, columns), one per entry of `columns`; without it y is the last
 * column and x are the others. With `label: true` y is one column of class labels, text
 * or numbers: they become i64 (rows), 0 for the label that sorts first. A field that is
 * empty, no number, or not finite is refused; nothing is guessed.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nnpipe/data.h>
#include <nnpipe/plugin.h>

struct field { /* without its quotes; "" inside stays as it is, which compares as well */
    const char *at;
    size_t      n;
};

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
    struct field  *field;  /* of the line being read; of `columns` many */
    float         *value;  /* (count, n_used); of a label its class */
    size_t         y;      /* place in `column` of y if it is a single one, else n_used */
    size_t         n_file, n_used, room, count, found_classes;
    int32_t        has_names, loaded;
};

struct reader {
    nnp_ctx    *c;
    struct csv *s;
    const char *p, *end;
    int64_t     line, next; /* of the record being read, of the one behind it */
    char        delimiter;
};

enum { AUTO, YES, NO };
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

static const char *name_of(const struct csv *s, uint32_t at)
{
    const char *name = s->names;

    while (s->has_names && at--)
        name += strlen(name) + 1;
    return s->has_names ? name : NULL;
}

static int refuse(const struct reader *r, const char *why)
{
    char text[768];

    snprintf(text, sizeof text, "%.300s: line %" PRId64 ": %.400s", r->s->file, r->line,
             why);
    return r->c->host->fail(r->c, NNP_EIO, text);
}

static int refuse_field(const struct reader *r, uint32_t at, const char *why)
{
    const struct field *f = &r->s->field[at];
    const char         *name = name_of(r->s, at);
    char                number[16], text[384];

    snprintf(number, sizeof number, "%u", at);
    if (!f->n)
        why = "has no value here";
    snprintf(text, sizeof text, "column %.100s: %s%.*s%s %s",
             name && *name ? name : number, f->n ? "'" : "", (int)(f->n < 40 ? f->n : 40),
             f->at, f->n ? "'" : "it", why);
    return refuse(r, text);
}

/* ---- records --------------------------------------------------------------------- */

static void skip_line_end(struct reader *r)
{
    r->next++;
    r->p += r->end - r->p > 1 && r->p[0] == '\r' && r->p[1] == '\n' ? 2 : 1;
}

static int is_line_end(const struct reader *r)
{
    return r->p < r->end && (*r->p == '\n' || *r->p == '\r');
}

static int read_quoted(struct reader *r, struct field *f)
{
    f->at = ++r->p;
    for (;; r->p++) {
        if (r->p >= r->end || !*r->p)
            return refuse(r, r->p < r->end ? "a byte 0: this is no text"
                                           : "a quote is never closed");
        if (*r->p == '"' && (r->p + 1 >= r->end || r->p[1] != '"'))
            break;
        r->next += *r->p == '\n';
        r->p += *r->p == '"';
    }
    f->n = (size_t)(r->p++ - f->at);
    while (r->p < r->end && *r->p == ' ' && r->delimiter != ' ')
        r->p++;
    return NNP_OK;
}

static int read_plain(struct reader *r, struct field *f)
{
    f->at = r->p;
    while (r->p < r->end && *r->p != r->delimiter && !is_line_end(r)) {
        if (*r->p == '"' || !*r->p)
            return refuse(r, *r->p ? "a quote inside a field that does not start with one"
                                   : "a byte 0: this is no text");
        r->p++;
    }
    f->n = (size_t)(r->p - f->at);
    while (f->n && f->at[f->n - 1] == ' ')
        f->n--;
    return NNP_OK;
}

/* *last: the record ends behind this field. */
static int read_field(struct reader *r, struct field *f, int *last)
{
    int rc;

    while (r->p < r->end && *r->p == ' ' && r->delimiter != ' ')
        r->p++;
    rc = r->p < r->end && *r->p == '"' ? read_quoted(r, f) : read_plain(r, f);
    if (rc)
        return rc;
    *last = r->p >= r->end || is_line_end(r);
    if (!*last && *r->p != r->delimiter)
        return refuse(r, "text behind a closing quote");
    if (is_line_end(r))
        skip_line_end(r);
    else
        r->p += !*last;
    return NNP_OK;
}

/* Empty lines at the end do not count. */
static int at_end(const struct reader *r)
{
    const char *p = r->p;

    while (p < r->end && (*p == '\n' || *p == '\r'))
        p++;
    return p >= r->end;
}

/* Into s->field. n_file fields are wanted; 0: as many as there are. 1: the file is over.
 */
static int read_record(struct reader *r)
{
    struct csv *s = r->s;
    char        why[96];
    size_t      n = 0;
    int         last = 0, rc = NNP_OK;

    r->line = r->next;
    if (at_end(r))
        return 1;
    for (; !rc && !last; n++) {
        struct field f;

        rc = read_field(r, &f, &last);
        if (n == s->room && !s->n_file) {
            size_t room = n ? 2 * n : 16;
            void  *more = realloc(s->field, room * sizeof *s->field);

            if (!more)
                return r->c->host->fail(r->c, NNP_ENOMEM, "out of memory");
            s->field = more;
            s->room = room;
        }
        if (n < s->room)
            s->field[n] = f;
    }
    if (rc || !s->n_file || n == s->n_file) {
        s->n_file = n;
        return rc;
    }
    snprintf(why, sizeof why, "fields: %zu, the first line has %zu", n, s->n_file);
    return refuse(r, why);
}

/* NaN: not written as a decimal number. */
static double number_of(const struct field *f)
{
    char *end;

    for (size_t i = 0; i < f->n; i++)
        if (!strchr("0123456789+-.eE", f->at[i]))
            return (double)NAN;
    double v = strtod(f->at, &end); /* a 0 byte ends the text */
    return f->n && end == f->at + f->n ? v : (double)NAN;
}

/* ---- columns --------------------------------------------------------------------- */

static int read_header(struct reader *r)
{
    struct csv *s = r->s;
    const char *start = r->p;
    size_t      bytes = 0;
    char       *to;
    int         rc = read_record(r), numbers = 0;

    if (rc)
        return rc < 0 ? rc : refuse(r, "there is nothing in it");
    for (size_t i = 0; i < s->n_file; i++) {
        numbers += !isnan(number_of(&s->field[i]));
        bytes += s->field[i].n + 1;
    }
    s->has_names = s->header == YES || (s->header == AUTO && !numbers);
    if (!s->has_names) { /* the line is a row */
        r->p = start;
        r->next = 1;
        return NNP_OK;
    }
    to = s->names = calloc(bytes, 1);
    if (!to)
        return r->c->host->fail(r->c, NNP_ENOMEM, "out of memory");
    for (size_t i = 0; i < s->n_file; to += s->field[i++].n + 1)
        memcpy(to, s->field[i].at, s->field[i].n);
    return NNP_OK;
}

static int find_column(struct reader *r, const nnp_node *want, uint32_t *at)
{
    struct csv *s = r->s;
    const char *name = s->names, *text = want->kind == NNP_SCALAR ? want->text : "a list";
    char        why[512];

    for (*at = 0; s->has_names && *at < s->n_file; ++*at, name += strlen(name) + 1)
        if (strcmp(name, text) == 0)
            return NNP_OK;
    if (want->number >= 0 && want->number < (double)s->n_file) {
        *at = (uint32_t)want->number;
        if (*at == want->number)
            return NNP_OK;
    }
    snprintf(why, sizeof why, "columns: %.300s has %zu columns%s, none is '%.100s'",
             s->file, s->n_file, s->has_names ? "" : " without names", text);
    return r->c->host->fail(r->c, NNP_EINVAL, why);
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
        return r->c->host->fail(r->c, NNP_ENOMEM, "out of memory");
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
    return s->n_used ? NNP_OK
                     : r->c->host->fail(r->c, NNP_EINVAL,
                                        "columns: a map of streams is needed");
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

struct label {
    struct field text;
    double       number; /* or NaN */
    size_t       row;
};

static int by_text(const void *a, const void *b)
{
    const struct field *x = &((const struct label *)a)->text;
    const struct field *y = &((const struct label *)b)->text;
    int                 way = memcmp(x->at, y->at, x->n < y->n ? x->n : y->n);

    return way ? way : (x->n > y->n) - (x->n < y->n);
}

static int by_number(const void *a, const void *b)
{
    double x = ((const struct label *)a)->number, y = ((const struct label *)b)->number;

    return (x > y) - (x < y);
}

/* Classes in the order of the labels; of a plain column they are only counted, if it
 * holds nothing but whole numbers from 0. */
static void number_labels(struct csv *s, struct label *l)
{
    int (*order)(const void *, const void *) = by_number;

    for (size_t i = 0; i < s->count; i++) {
        if (s->label && isnan(l[i].number))
            order = by_text;
        if (!s->label && (l[i].number < 0 || l[i].number != floor(l[i].number)))
            return;
    }
    qsort(l, s->count, sizeof *l, order);
    for (size_t i = 0; i < s->count; i++) {
        s->found_classes += i == 0 || order(&l[i - 1], &l[i]) != 0;
        if (s->label)
            s->value[l[i].row * s->n_used + s->y] = (float)(s->found_classes - 1);
    }
}

static int keep_row(struct reader *r, struct label *l)
{
    struct csv *s = r->s;
    float      *to = s->value + s->count * s->n_used;

    for (size_t i = 0; i < s->n_used; i++) {
        uint32_t at = s->column[i].at;
        double   v = number_of(&s->field[at]);

        to[i] = (float)v;
        if (!s->field[at].n || (!is_label(s, i) && !isfinite(to[i])))
            return refuse_field(r, at, "is not a finite number");
        if (i == s->y)
            l[s->count] = (struct label){ s->field[at], v, s->count };
    }
    s->count++;
    return NNP_OK;
}

static int grow(struct reader *r, struct label **l, size_t *room)
{
    struct csv *s = r->s;
    void       *more;

    if (s->count < *room)
        return NNP_OK;
    *room = *room ? 2 * *room : 64;
    more = realloc(s->value, *room * s->n_used * sizeof *s->value);
    s->value = more ? more : s->value;
    if (more && s->y < s->n_used) {
        more = realloc(*l, *room * sizeof **l);
        *l = more ? more : *l;
    }
    return more ? NNP_OK : r->c->host->fail(r->c, NNP_ENOMEM, "out of memory");
}

static int read_rows(struct reader *r)
{
    struct csv   *s = r->s;
    struct label *l = NULL;
    size_t        room = 0;
    int           rc;

    while ((rc = read_record(r)) == 0) {
        rc = grow(r, &l, &room);
        rc = rc ? rc : keep_row(r, l);
        if (rc)
            break;
    }
    if (rc == 1 && !s->count)
        rc = refuse(r, "there are no rows");
    if (rc == 1 && s->y < s->n_used)
        number_labels(s, l);
    free(l);
    if (rc == 1 && s->classes && s->found_classes > (size_t)s->classes)
        rc = refuse(r, "more classes than the parameter `classes` says");
    s->loaded = rc == 1;
    return rc < 0 ? rc : NNP_OK;
}

/* ---- the file -------------------------------------------------------------------- */

static int check_params(nnp_ctx *c, const struct csv *s)
{
    const char *d = s->delimiter;

    if (strcmp(d, "tab") != 0 &&
        (!*d || d[1] || strchr("\"\r\n+-.", *d) || (*d >= '0' && *d <= '9') ||
         ((*d | 32) >= 'a' && (*d | 32) <= 'z')))
        return c->host->fail(c, NNP_EINVAL,
                             "delimiter: one character that is in no number, or tab");
    return NNP_OK;
}

static void forget(struct csv *s)
{
    free(s->names);
    free(s->column);
    free(s->field);
    free(s->value);
    s->names = NULL;
    s->column = NULL;
    s->field = NULL;
    s->value = NULL;
    s->n_file = s->n_used = s->room = s->count = s->found_classes = 0;
}

static int parse(nnp_ctx *c, struct csv *s, const char *text, size_t n, int peek)
{
    struct reader r = { c, s, text, text + n, 1, 1, *s->delimiter };
    int           rc;

    if (strcmp(s->delimiter, "tab") == 0)
        r.delimiter = '\t';
    if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        r.p += 3; /* the byte order mark */
    forget(s);
    rc = read_header(&r);
    if (!rc)
        rc = choose_columns(&r);
    find_y(s);
    if (!rc && s->label && s->y == s->n_used)
        rc = c->host->fail(c, NNP_EINVAL, "label: y must be one column");
    return rc || peek ? rc : read_rows(&r);
}

/* Of a big file the first line says the shapes. 1: it does not; read it all. */
static int parse_start(nnp_ctx *c, struct csv *s)
{
    char  *b = malloc(PEEK + 1);
    FILE  *in = b ? fopen(s->file, "rb") : NULL;
    size_t n = in ? fread(b, 1, PEEK, in) : 0;
    int    rc = 1;

    if (in)
        fclose(in);
    if (n == PEEK && memcmp(b, "\x1f\x8b", 2) != 0) {
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
    const nnp_file *file = c->host->extension(c, "nnp.file/1");
    const void     *bytes;
    size_t          n;
    int             rc;

    if (!file)
        return c->host->fail(c, NNP_ENOTSUP, "this host reads no files");
    rc = file->read(c, s->file, 0, &bytes, &n);
    if (rc)
        return rc;
    rc = parse(c, s, bytes, n, 0);
    file->release(c, bytes);
    return rc;
}

static int open(nnp_ctx *c, void *self)
{
    return check_params(c, self);
}

static int close(nnp_ctx *c, void *self)
{
    (void)c;
    forget(self);
    return NNP_OK;
}

static int declare(nnp_ctx *c, const struct csv *s)
{
    size_t classes = s->classes ? (size_t)s->classes : s->found_classes;
    int    rc = NNP_OK;

    for (size_t i = 0; rc >= 0 && i < s->n_used; i++) {
        const char *stream = s->column[i].stream;
        int64_t     shape[2] = { c->in[0].shape[0] };

        if (i && strcmp(s->column[i - 1].stream, stream) == 0)
            continue;
        shape[1] = (int64_t)width(s, stream);
        rc = c->host->declare(c, NNP_OUT, stream, is_label(s, i) ? NNP_I64 : NNP_F32,
                              is_label(s, i) ? 1 : 2, shape, NULL);
    }
    if (rc >= 0)
        rc = c->host->report(c, "count", (double)s->count);
    if (!rc)
        rc = c->host->report(c, "bytes", (double)s->count * (double)s->n_used * 4);
    return rc < 0 || !classes ? rc : c->host->report(c, "classes", (double)classes);
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
            return c->host->fail(c, NNP_EINVAL, "there is no such row");
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
    return k < s->n_used ? name_of(s, s->column[k].at) : NULL;
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

NNP_PLUGIN(csv, "1.0", "MIT", "https://example.org/nnpipe", &csv)
