/* SPDX-License-Identifier: MIT */
/* Rows as an array of NumPy: magic, version, length of a header that is a Python dict,
 * the header, the elements. */
#include <config.h>
#include "rows/rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { AXES_MAX = 16 };

static const struct {
    const char *name;
    uint32_t    dtype;
} types[] = {
    { "<f4", NNP_F32 }, { "<f8", NNP_F64 }, { "<i4", NNP_I32 }, { "<i8", NNP_I64 },
    { "|u1", NNP_U8 },  { "|i1", NNP_I8 },  { "|b1", NNP_U8 },
};

struct array {
    uint32_t dtype;
    int64_t  shape[AXES_MAX];
    int      axes;
};

static int wrong(struct rows *r, const char *text)
{
    return diag_error(r->d, NULL, "%s: header: %s", r->path, text);
}

/* What stands behind a key of the header, or NULL. */
static const char *value(const char *header, const char *key)
{
    const char *p = strstr(header, key);

    p = p ? strchr(p + strlen(key), ':') : NULL;
    return p ? p + 1 + strspn(p + 1, " ") : NULL;
}

static int read_type(struct rows *r, const char *p, uint32_t *dtype)
{
    for (size_t i = 0; p && i < sizeof types / sizeof *types; i++)
        if ((*p == '\'' || *p == '"') && strncmp(p + 1, types[i].name, 3) == 0 &&
            p[4] == *p) {
            *dtype = types[i].dtype;
            return 0;
        }
    return wrong(r, "elements of a type that is none of <f4 <f8 <i4 <i8 |u1 |i1 |b1");
}

static int read_shape(struct rows *r, const char *p, struct array *a)
{
    if (!p || *p++ != '(')
        return wrong(r, "no shape");
    for (a->axes = 0; *p && *p != ')';) {
        char     *end;
        long long n = strtoll(p, &end, 10);
        if (end == p || n < 0 || n > INT32_MAX || a->axes == AXES_MAX)
            return wrong(r, "a shape that cannot be");
        a->shape[a->axes++] = n;
        p = end + strspn(end, " ,");
    }
    return *p ? 0 : wrong(r, "a shape that does not end");
}

static int read_header(struct rows *r, const unsigned char *bytes, size_t n,
                       struct array *a, size_t *start)
{
    size_t before = n > 6 && bytes[6] > 1 ? 12 : 10, length;

    if (n < before || bytes[6] < 1 || bytes[6] > 3)
        return wrong(r, "cut off, or of a version other than 1 to 3");
    length = (size_t)bytes[8] | (size_t)bytes[9] << 8;
    if (before == 12)
        length |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
    if (length > n - before)
        return wrong(r, "cut off");
    *start = before + length;
    const char *header = arena_strndup(&r->scrap, (const char *)bytes + before, length);
    const char *order = value(header, "fortran_order");
    if (!order || strncmp(order, "False", 5) != 0)
        return wrong(r, "columns first (fortran_order), rows first are needed");
    return read_type(r, value(header, "descr"), &a->dtype) ||
                   read_shape(r, value(header, "shape"), a)
               ? -1
               : 0;
}

static double element(uint32_t dtype, const unsigned char *p)
{
    float   f;
    double  d;
    int32_t i;
    int64_t l;

    switch (dtype) {
    case NNP_F32: memcpy(&f, p, 4); return (double)f;
    case NNP_F64: memcpy(&d, p, 8); return d;
    case NNP_I32: memcpy(&i, p, 4); return i;
    case NNP_I64: memcpy(&l, p, 8); return (double)l;
    case NNP_I8: return (int8_t)*p;
    default: return *p;
    }
}

/* An array of one axis is one row, or rows of a single number. -1: no rows of ours. */
static int64_t count_rows(const struct rows *r, const struct array *a)
{
    double row = 1;

    for (int k = 1; k < a->axes; k++)
        row *= (double)a->shape[k];
    if (a->axes == 1 && r->g->row > 1)
        return a->shape[0] == r->g->row ? 1 : -1;
    return a->axes && row == (double)r->g->row ? a->shape[0] : -1;
}

static const char *shape_of(struct rows *r, const struct array *a)
{
    const char *text = "";

    for (int k = 0; k < a->axes; k++)
        text = arena_printf(&r->scrap, "%s%s%" PRId64, text, k ? ", " : "", a->shape[k]);
    return text;
}

int rows_npy(struct rows *r, const unsigned char *bytes, size_t n)
{
    struct array a = { 0 };
    size_t       start;

    if (read_header(r, bytes, n, &a, &start))
        return -1;
    int64_t rows = count_rows(r, &a), row = r->g->row;
    size_t  size = a.dtype >> 8 & 0xff;
    if (rows < 0) {
        diag_error(r->d, NULL, "%s: its shape is (%s), rows of %" PRId64 " are needed",
                   r->path, shape_of(r, &a), row);
        diag_note(r->d, "a row is  %s", rows_layout(r));
        return -1;
    }
    size /= 8;
    if ((double)(n - start) != (double)rows * (double)row * (double)size)
        return diag_error(r->d, NULL,
                          "%s: %zu bytes of elements, %" PRId64 " rows of %" PRId64
                          " times %zu are announced",
                          r->path, n - start, rows, row, size);
    for (const unsigned char *p = bytes + start; r->n < rows; r->n++) {
        double *to = rows_next(r);
        for (int64_t i = 0; to && i < row; i++, p += size)
            if (rows_put(r, to, i, element(a.dtype, p)))
                return -1;
        if (!to)
            return -1;
    }
    return 0;
}
