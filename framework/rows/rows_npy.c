/* SPDX-License-Identifier: MIT */
/* Rows as arrays of NumPy: one that has all numbers of a row, or an archive with one for
 * each stream. */
#include <config.h>
#include "rows/rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <nnpipe/npy.h>
#include "base/zip.h"

/* An array of one axis is one row, or rows of a single number. -1: no rows of ours. */
static int64_t count_rows(const nnp_npy *a, int64_t row)
{
    if (a->axes == 1 && row > 1)
        return a->shape[0] == row ? 1 : -1;
    return a->row == row ? a->shape[0] : -1;
}

static const char *shape_of(struct rows *r, const nnp_npy *a)
{
    const char *text = "";

    for (uint32_t k = 0; k < a->axes; k++)
        text = arena_printf(&r->scrap, "%s%s%" PRId64, text, k ? ", " : "", a->shape[k]);
    return text;
}

/* Numbers from `at` of each row. A single row of one axis lies along it. */
static int put_rows(struct rows *r, const nnp_npy *a, int64_t rows, int64_t at, int64_t n)
{
    bool along = rows == 1 && a->axes == 1;

    for (r->n = 0; r->n < rows; r->n++) {
        double *to = at ? r->v + r->n * r->g->row : rows_next(r);
        for (int64_t i = 0; to && i < n; i++) {
            double v = along ? nnp_npy_number(a, i, 0) : nnp_npy_number(a, r->n, i);
            if (rows_put(r, to, at + i, v))
                return -1;
        }
        if (!to)
            return -1;
    }
    return 0;
}

static int put_array(struct rows *r, const void *bytes, size_t n, int64_t at,
                     int64_t size, int64_t want)
{
    nnp_npy a;

    if (nnp_npy_open(&a, bytes, n))
        return diag_error(r->d, NULL, "%s: %s", r->path, a.why);
    int64_t rows = count_rows(&a, size);
    if (rows < 0) {
        diag_error(r->d, NULL, "%s: its shape is (%s), rows of %" PRId64 " are needed",
                   r->path, shape_of(r, &a), size);
        diag_note(r->d, "a row is  %s", rows_layout(r));
        return -1;
    }
    if (at && rows != want)
        return diag_error(r->d, NULL, "%s: %" PRId64 " rows of %s, %" PRId64 " before",
                          r->path, rows, r->number[at], want);
    return put_rows(r, &a, rows, at, size);
}

int rows_npy(struct rows *r, const unsigned char *bytes, size_t n)
{
    return put_array(r, bytes, n, 0, r->g->row, 0);
}

/* NAME.npy; the only stream may have another name. */
static int put_stream(struct rows *r, const struct given_stream *s, const void *bytes,
                      size_t n)
{
    const char *name = arena_printf(&r->scrap, "%s.npy", s->name);
    char       *out;
    size_t      size;
    int         rc = zip_read(r->path, bytes, n, name, &out, &size, r->d);

    if (!rc && s->size == r->g->row)
        rc = zip_read(r->path, bytes, n, NULL, &out, &size, r->d);
    if (!rc)
        diag_error(r->d, NULL, "%s: there is no array '%s' in it", r->path, s->name);
    if (rc <= 0)
        return -1;
    rc = put_array(r, out, size, s->at, s->size, r->n);
    free(out);
    return rc;
}

int rows_npz(struct rows *r, const unsigned char *bytes, size_t n)
{
    for (uint32_t k = 0; k < r->g->n; k++)
        if (r->g->stream[k].size && put_stream(r, &r->g->stream[k], bytes, n))
            return -1;
    return 0;
}
