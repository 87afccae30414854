/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "rows/rows.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fsio.h"

enum { INPUT_MAX = 1 << 30, NAMES_SHOWN = 8 };

float *rows_next(struct rows *r)
{
    if (r->n == r->room) {
        int64_t room = r->room ? 2 * r->room : 16;
        float  *more =
            r->g->row > INT64_MAX / 8 / room
                 ? NULL
                 : realloc(r->v, (size_t)room * (size_t)r->g->row * sizeof *more);
        if (!more) {
            diag_error(r->d, NULL, "%s: no memory for its rows", r->path);
            return NULL;
        }
        r->v = more;
        r->room = room;
    }
    return r->v + r->n * r->g->row;
}

static const struct given_stream *stream_at(const struct rows *r, int64_t at)
{
    uint32_t k = 0;

    while (at < r->g->stream[k].at || at >= r->g->stream[k].at + r->g->stream[k].size)
        k++;
    return &r->g->stream[k];
}

static const char *refusal(uint32_t dtype, double v)
{
    bool whole = v == rint(v);

    if (!(fabs(v) <= (dtype == NNP_F64 ? DBL_MAX : (double)FLT_MAX)))
        return "not a finite number";
    if (dtype == NNP_U8 && !(whole && v >= 0 && v <= 255))
        return "not a whole number of 0..255";
    if ((dtype == NNP_I64 || dtype == NNP_I32) && !(whole && fabs(v) <= INT32_MAX))
        return "not a whole number";
    return NULL;
}

const char *rows_where(struct rows *r)
{
    return r->line ? arena_printf(&r->scrap, "%s:%zu", r->path, r->line)
                   : arena_printf(&r->scrap, "%s: row %lld", r->path, (long long)r->n);
}

int rows_put(struct rows *r, float *row, int64_t at, double v)
{
    const char *why = refusal(stream_at(r, at)->dtype, v);

    if (why)
        return diag_error(r->d, NULL, "%s: %s: %g is %s", rows_where(r), rows_name(r, at),
                          v, why);
    row[at] = (float)v;
    return 0;
}

const char *rows_name(struct rows *r, int64_t at)
{
    const struct given_stream *s = stream_at(r, at);
    const char                *column =
        given_rows_column(r->g, (uint32_t)(s - r->g->stream), at - s->at);

    if (column)
        return column;
    if (s->size == 1)
        return s->name;
    return arena_printf(&r->scrap, "%s.%lld", s->name, (long long)(at - s->at));
}

/* A stream that is not needed is known by its own name and those of its columns. */
static bool is_column(const struct rows *r, uint32_t k, const char *name)
{
    const char *column;

    for (int64_t i = 0; (column = given_rows_column(r->g, k, i)); i++)
        if (strcmp(column, name) == 0)
            return true;
    return strcmp(r->g->stream[k].name, name) == 0;
}

int rows_find(struct rows *r, const char *name, int64_t *at, int64_t *size)
{
    *size = 0;
    for (uint32_t k = 0; k < r->g->n; k++) {
        const struct given_stream *s = &r->g->stream[k];
        if (strcmp(s->name, name) == 0) {
            *at = s->at;
            *size = s->size;
            return 0;
        }
        if (!s->size && is_column(r, k, name))
            return 0;
    }
    for (*at = 0; *at < r->g->row; ++*at)
        if (strcmp(rows_name(r, *at), name) == 0) {
            *size = 1;
            return 0;
        }
    return -1;
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
                                 rows_name(r, s->at + i));
        text = arena_printf(&r->scrap, "%s%s%s (%s%s)", text, *text ? ", " : "", s->name,
                            names, s->size > NAMES_SHOWN ? ", ..." : "");
    }
    return text;
}

static int read_form(struct rows *r, char *bytes, size_t n)
{
    size_t blanks = strspn(bytes, " \t\r\n");

    if (n >= 6 && memcmp(bytes, "\x93NUMPY", 6) == 0)
        return rows_npy(r, (unsigned char *)bytes, n);
    if (memchr(bytes, 0, n))
        return diag_error(r->d, NULL, "%s: byte %zu is 0: neither text nor .npy", r->path,
                          (size_t)((char *)memchr(bytes, 0, n) - bytes));
    return bytes[blanks] == '[' || bytes[blanks] == '{' ? rows_json(r, bytes, n)
                                                        : rows_csv(r, bytes, n);
}

int rows_read(const char *path, struct given_rows *g, struct diag *d)
{
    struct rows r = { .path = path, .g = g, .d = d };
    char       *bytes;
    size_t      n;

    if (g->row < 1)
        return diag_error(d, NULL, "this model reads no numbers that could be given");
    if (fsio_read_gz(path, INPUT_MAX, &bytes, &n, d))
        return -1;
    int rc = read_form(&r, bytes, n);
    if (!rc && !r.n)
        rc = diag_error(d, NULL, "%s: there are no rows", path);
    free(bytes);
    arena_close(&r.scrap);
    if (rc) {
        free(r.v);
        return -1;
    }
    g->x = r.v;
    g->rows = r.n;
    return 0;
}
