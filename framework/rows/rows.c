/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "rows/rows.h"

#include <stdlib.h>
#include <string.h>

#include <nnpipe/npy.h>

#include "base/fsio.h"
#include "base/number.h"
#include "base/zip.h"

enum { NAMES_SHOWN = 8 };
static const size_t input_max = (size_t)1 << 34;

double *rows_next(struct rows *r)
{
    if (r->n == r->room) {
        int64_t room = r->room ? 2 * r->room : 16;
        double *more =
            r->g->row > INT64_MAX / 16 / room
                ? NULL
                : realloc(r->v, (size_t)room * (size_t)r->g->row * sizeof *more);
        if (!more) {
            diag_memory(r->d, "%s: no memory for its rows", r->path);
            return NULL;
        }
        r->v = more;
        r->room = room;
    }
    return r->v + r->n * r->g->row;
}

static uint32_t stream_at(const struct rows *r, int64_t at)
{
    uint32_t k = 0;

    while (at < r->g->stream[k].at || at >= r->g->stream[k].at + r->g->stream[k].size)
        k++;
    return k;
}

const char *rows_where(struct rows *r)
{
    return r->line ? arena_printf(&r->scrap, "%s:%zu", r->path, r->line)
                   : arena_printf(&r->scrap, "%s: row %lld", r->path, (long long)r->n);
}

/* ---- numbers and classes ---- */

static int unknown_class(struct rows *r, const nnp_labels *l, int64_t at,
                         const char *text)
{
    char known[256];

    return diag_error(
        r->d, NULL, "%s: %s: '%.60s' is no class that was trained; there are %s",
        rows_where(r), r->number[at], text, nnp_labels_list(l, known, sizeof known));
}

int rows_put(struct rows *r, double *row, int64_t at, double v)
{
    uint32_t          k = stream_at(r, at);
    const nnp_labels *l = &r->labels[k];
    const char       *why = dtype_refuses(r->g->stream[k].dtype, v);

    if (l->number) { /* labels that are numbers: it is one of them */
        size_t i = 0;
        while (i < l->n && l->number[i] != v)
            i++;
        row[at] = (double)i;
        return i < l->n ? 0 : unknown_class(r, l, at, arena_printf(&r->scrap, "%g", v));
    }
    if (why)
        return diag_error(r->d, NULL, "%s: %s: %.10g is %s", rows_where(r), r->number[at],
                          v, why);
    row[at] = v;
    return 0;
}

int rows_put_text(struct rows *r, double *row, int64_t at, const char *text)
{
    const nnp_labels *l = &r->labels[stream_at(r, at)];
    nnp_csv_field     f = { text, strlen(text), 0 };
    size_t            k = nnp_labels_find(l, &f);

    if (k < l->n) {
        row[at] = (double)k;
        return 0;
    }
    if (!*text)
        return diag_error(r->d, NULL, "%s: %s: it has no value here", rows_where(r),
                          r->number[at]);
    return l->n ? unknown_class(r, l, at, text)
                : diag_error(r->d, NULL, "%s: %s: '%.40s' is not a number", rows_where(r),
                             r->number[at], text);
}

/* ---- names ---- */

static int by_name(const void *a, const void *b)
{
    const struct rows_name *x = a, *y = b;
    int                     way = strcmp(x->name, y->name);

    /* A stream comes before a column that is called as it is, one that is needed first.
     */
    if (!way)
        way = (x->size == 0) - (y->size == 0);
    return way ? way : (x->size < y->size) - (x->size > y->size);
}

const struct rows_name *rows_find(const struct rows *r, const char *name)
{
    size_t low = 0, high = r->n_names;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (strcmp(r->names[mid].name, name) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low < r->n_names && strcmp(r->names[low].name, name) == 0 ? &r->names[low]
                                                                     : NULL;
}

static void add_name(struct rows *r, const char *name, int64_t at, int64_t size)
{
    if (r->n_names % 256 == 0)
        r->names = arena_grow(&r->scrap, r->names, r->n_names, r->n_names + 256,
                              sizeof *r->names);
    r->names[r->n_names++] = (struct rows_name){ name, at, size };
}

static const char *name_number(struct rows *r, uint32_t k, int64_t i)
{
    const struct given_stream *s = &r->g->stream[k];
    const char                *column = given_rows_column(r->g, k, i);

    if (column)
        return column;
    return s->size == 1 ? s->name
                        : arena_printf(&r->scrap, "%s.%lld", s->name, (long long)i);
}

/* A stream that is not needed is known by its own name and those of its columns. */
static void collect_names(struct rows *r)
{
    const char *column;

    r->number = arena_array(&r->scrap, (size_t)r->g->row + 1, sizeof *r->number);
    for (uint32_t k = 0; k < r->g->n; k++) {
        const struct given_stream *s = &r->g->stream[k];
        add_name(r, s->name, s->at, s->size);
        for (int64_t i = 0; i < s->size; i++) {
            r->number[s->at + i] = name_number(r, k, i);
            add_name(r, r->number[s->at + i], s->at + i, 1);
        }
        for (int64_t i = 0; !s->size && (column = given_rows_column(r->g, k, i)); i++)
            add_name(r, column, 0, 0);
    }
    qsort(r->names, r->n_names, sizeof *r->names, by_name);
}

/* The classes of a stream with one number a row. */
static int collect_labels(struct rows *r, uint32_t k)
{
    size_t      n = 0, bytes = 0;
    const char *name;

    for (; (name = given_rows_class(r->g, k, (int64_t)n)); n++)
        bytes += strlen(name) + 1;
    char *at =
        n && r->g->stream[k].size == 1 ? nnp_labels_room(&r->labels[k], n, bytes) : NULL;
    for (size_t i = 0; at && i < n; i++) {
        name = given_rows_class(r->g, k, (int64_t)i);
        at = nnp_labels_add(&r->labels[k], &(nnp_csv_field){ name, strlen(name), 0 }, at);
    }
    return at || !n || r->g->stream[k].size != 1
               ? 0
               : diag_memory(r->d, "%s: no memory for its classes", r->path);
}

const char *rows_layout(struct rows *r)
{
    const char *text = "";

    for (uint32_t k = 0; k < r->g->n; k++) {
        const struct given_stream *s = &r->g->stream[k];
        const char                *names = "";
        if (!s->size)
            continue;
        for (int64_t i = 0; i < s->size && i < NAMES_SHOWN; i++)
            names = arena_printf(&r->scrap, "%s%s%s", names, i ? ", " : "",
                                 r->number[s->at + i]);
        text = arena_printf(&r->scrap, "%s%s%s (%s%s)", text, *text ? ", " : "", s->name,
                            names, s->size > NAMES_SHOWN ? ", ..." : "");
    }
    return text;
}

/* ---- the form ---- */

static bool is_json(const char *bytes)
{
    if (strncmp(bytes, "\xef\xbb\xbf", 3) == 0)
        bytes += 3;
    bytes += strspn(bytes, " \t\r\n");
    return *bytes == '[' || *bytes == '{';
}

static int read_form(struct rows *r, char *bytes, size_t n)
{
    if (nnp_npy_is(bytes, n))
        return rows_npy(r, (unsigned char *)bytes, n);
    if (zip_is(bytes, n))
        return rows_npz(r, (unsigned char *)bytes, n);
    if (memchr(bytes, 0, n))
        return diag_error(r->d, NULL, "%s: byte %zu is 0: neither text nor .npy nor .npz",
                          r->path, (size_t)((char *)memchr(bytes, 0, n) - bytes));
    return is_json(bytes) ? rows_json(r, bytes, n) : rows_csv(r, bytes, n);
}

/* By the readers of this folder, into memory. */
static int read_here(const char *path, struct given_rows *g, char *bytes, size_t n,
                     struct diag *d)
{
    struct rows r = { .path = path, .g = g, .d = d };
    locale_t    before = number_enter(); /* csv.h reads numbers by strtod */
    int         rc = 0;

    r.labels = arena_array(&r.scrap, g->n + 1, sizeof *r.labels);
    collect_names(&r);
    for (uint32_t k = 0; !rc && k < g->n; k++)
        rc = collect_labels(&r, k);
    if (!rc)
        rc = read_form(&r, bytes, n);
    if (!rc && !r.n)
        rc = diag_error(d, NULL, "%s: there are no rows", path);
    for (uint32_t k = 0; k < g->n; k++)
        nnp_labels_close(&r.labels[k]);
    number_leave(before);
    arena_close(&r.scrap);
    g->x = r.v;
    g->rows = r.n;
    return rc;
}

/* A row of a table is told to who gave others than those. */
static int read_there(const char *path, struct given_rows *g, const char *bytes, size_t n,
                      struct diag *d)
{
    struct rows r = { .path = path, .g = g, .d = d };
    int         rc = given_rows_read(g, path, bytes, n, d);

    if (rc < 0 && given_rows_column(g, 0, 0)) {
        collect_names(&r);
        diag_note(d, "a row is  %s", rows_layout(&r));
        arena_close(&r.scrap);
    }
    return rc;
}

/* JSON of words and gaps, by a loader that reads tables. As above; 0 too where it is
 * none. */
static int read_records(const char *path, struct given_rows *g, const char *bytes,
                        size_t n, struct diag *d)
{
    struct rows   r = { .path = path, .g = g, .d = d };
    struct strbuf csv = { 0 };
    int           rc = 0;

    collect_names(&r);
    if (rows_records(&r, bytes, n, &csv)) {
        g->before = 1;
        g->table = csv;
        rc = read_there(path, g, strbuf_text(&g->table), g->table.n, d);
    } else {
        strbuf_close(&csv);
    }
    arena_close(&r.scrap);
    return rc;
}

int rows_read_bytes(const char *path, char *bytes, size_t n, struct given_rows *g,
                    struct diag *d)
{
    g->bytes = bytes;
    int rc = is_json(bytes) ? read_records(path, g, bytes, n, d)
                            : read_there(path, g, bytes, n, d);
    return rc ? (rc < 0 ? -1 : 0) : read_here(path, g, bytes, n, d);
}

int rows_read(const char *path, struct given_rows *g, struct diag *d)
{
    char  *bytes;
    size_t n;
    int    rc;

    if (g->row < 1)
        return diag_error(d, NULL, "this model reads no numbers that could be given");
    if (fsio_is_folder(path)) {
        rc = read_there(path, g, NULL, 0, d);
        return rc ? (rc < 0 ? -1 : 0)
                  : diag_error(d, NULL, "%s: is a folder, the data of this run are none",
                               path);
    }
    if (fsio_read_gz(path, input_max, &bytes, &n, d))
        return -1;
    return rows_read_bytes(path, bytes, n, g, d);
}

void rows_close(struct given_rows *g)
{
    given_rows_close(g);
    free((void *)(uintptr_t)g->x);
    free(g->bytes);
    strbuf_close(&g->table);
    g->x = NULL;
    g->bytes = NULL;
}
