/* SPDX-License-Identifier: MIT */
/*
 * Arrays as NumPy's save writes them, https://numpy.org/doc/stable/reference/generated/
 * numpy.lib.format.html: 0x93 NUMPY, major and minor version, length of the header (2
 * bytes in version 1, 4 in 2 and 3, little-endian), the header, which is a Python dict,
 * and the elements, rows first or (fortran_order) columns first.
 *
 *   nnp_npy a;
 *
 *   rc = nnp_npy_open(&a, bytes, n);                  -1: a.why
 *   rc = nnp_npy_check(&a);                           all are finite, and fit their type
 *   nnp_npy_row(&a, row, to);                         as a.type, row-major
 *
 * Elements are f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 b1 of either byte order; what is no type
 * of nnpipe's becomes the next one that holds it. Header only, C99 and C++.
 */
#ifndef NNPIPE_NPY_H
#define NNPIPE_NPY_H
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <nnpipe/plugin.h>

enum { NNP_NPY_AXES = 8, NNP_NPY_HEADER = 4096 };

typedef struct nnp_npy {
    const uint8_t *elements; /* in the bytes that were opened */
    char           kind;     /* f i u b */
    int            size;     /* bytes of an element there */
    int            swapped;  /* the first byte is the highest */
    int            fortran;
    uint32_t       type; /* NNP_F32 ...: what the elements become */
    uint32_t       axes;
    int64_t        shape[NNP_NPY_AXES];
    int64_t        row; /* elements of a row */
    char           why[256];
} nnp_npy;

static inline int nnp_npy_is(const void *b, size_t n)
{
    return n >= 6 && memcmp(b, "\x93NUMPY", 6) == 0;
}

#ifdef __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
static inline int
nnp_npy_refuse(nnp_npy *a, const char *form, ...)
{
    va_list args;

    va_start(args, form);
    vsnprintf(a->why, sizeof a->why, form, args);
    va_end(args);
    return -1;
}

/* ---- the header ---- */

/* What stands behind 'key': in the dict, or NULL. */
static inline const char *nnp_npy_value(const char *dict, const char *key)
{
    char quoted[32];

    snprintf(quoted, sizeof quoted, "'%s'", key);
    const char *at = strstr(dict, quoted);
    if (!at)
        return NULL;
    at += strlen(quoted);
    at += strspn(at, " ");
    if (*at++ != ':')
        return NULL;
    return at + strspn(at, " ");
}

static inline int nnp_npy_parse_type(nnp_npy *a, const char *dict)
{
    static const struct {
        const char *name;
        uint32_t    type;
    } types[] = {
        { "f2", NNP_F32 }, { "f4", NNP_F32 }, { "f8", NNP_F64 }, { "i1", NNP_I8 },
        { "i2", NNP_I32 }, { "i4", NNP_I32 }, { "i8", NNP_I64 }, { "u1", NNP_U8 },
        { "u2", NNP_I32 }, { "u4", NNP_I64 }, { "u8", NNP_I64 }, { "b1", NNP_U8 },
    };
    const char *at = nnp_npy_value(dict, "descr");
    int         n;

    if (at && *at != '\'' && *at != '"')
        at = NULL;
    for (size_t i = 0; at && i < sizeof types / sizeof *types; i++)
        if (at[1] && strchr("<>|=", at[1]) && strncmp(at + 2, types[i].name, 2) == 0 &&
            at[4] == *at) {
            a->kind = at[2];
            a->size = at[3] - '0';
            a->swapped = at[1] == '>';
            a->type = types[i].type;
            return 0;
        }
    at = at ? at : "unknown";
    n = (int)strcspn(at, ",}");
    return nnp_npy_refuse(a,
                          "header: elements of type %.*s, numbers are needed: f2 f4 f8 i1 "
                          "i2 i4 i8 u1 u2 u4 u8 b1",
                          n < 24 ? n : 24, at);
}

/* "(3, 4)", "(3,)". */
static inline int nnp_npy_parse_shape(nnp_npy *a, const char *dict)
{
    const char *at = nnp_npy_value(dict, "shape");
    int64_t     limit = INT64_MAX / 8;

    if (!at || *at++ != '(')
        return nnp_npy_refuse(a, "header: no shape");
    for (a->axes = 0, a->row = 1; *at >= '0' && *at <= '9';) {
        int64_t n = 0;

        for (; *at >= '0' && *at <= '9' && n <= INT32_MAX; at++)
            n = 10 * n + *at - '0';
        if (a->axes == NNP_NPY_AXES || n < 1 || n > INT32_MAX || n > limit)
            return nnp_npy_refuse(
                a, "header: an axis of length 0, one too long or too many");
        limit /= n;
        a->row *= a->axes ? n : 1;
        a->shape[a->axes++] = n;
        at += strspn(at, ", ");
    }
    if (*at != ')' || !a->axes)
        return nnp_npy_refuse(a, "header: the shape is not that of rows");
    return 0;
}

/* b holds the first n bytes at least; the elements begin at *start. */
static inline int nnp_npy_header(nnp_npy *a, const uint8_t *b, size_t n, size_t *start)
{
    char        dict[NNP_NPY_HEADER];
    const char *order;
    size_t      lead, length;

    memset(a, 0, sizeof *a);
    if (n < 12 || !nnp_npy_is(b, n))
        return nnp_npy_refuse(a, "byte 0: not a .npy file");
    if (b[6] < 1 || b[6] > 3)
        return nnp_npy_refuse(a, "byte 6: a version other than 1, 2 and 3");
    lead = b[6] == 1 ? 10 : 12;
    length = b[8] | (size_t)b[9] << 8;
    if (b[6] > 1)
        length |= (size_t)b[10] << 16 | (size_t)b[11] << 24;
    if (length >= sizeof dict)
        return nnp_npy_refuse(a, "byte 8: a header that is too long");
    if (length > n - lead)
        return nnp_npy_refuse(a, "ends inside its header");
    memcpy(dict, b + lead, length);
    dict[length] = 0;
    *start = lead + length;
    order = nnp_npy_value(dict, "fortran_order");
    if (!order || (strncmp(order, "False", 5) != 0 && strncmp(order, "True", 4) != 0))
        return nnp_npy_refuse(a, "header: no fortran_order");
    a->fortran = *order == 'T';
    return nnp_npy_parse_type(a, dict) || nnp_npy_parse_shape(a, dict) ? -1 : 0;
}

/* All n bytes of the file, which stay. */
static inline int nnp_npy_open(nnp_npy *a, const void *bytes, size_t n)
{
    size_t start = 0;

    if (nnp_npy_header(a, (const uint8_t *)bytes, n, &start))
        return -1;
    if ((int64_t)(n - start) != a->shape[0] * a->row * a->size)
        return nnp_npy_refuse(a,
                              "%zu bytes of elements behind byte %zu, the header says "
                              "%" PRId64 " rows of %" PRId64,
                              n - start, start, a->shape[0], a->row * a->size);
    a->elements = (const uint8_t *)bytes + start;
    return 0;
}

/* ---- elements ---- */

/* Where element e of a row stands, both counted row-major. */
static inline const uint8_t *nnp_npy_at(const nnp_npy *a, int64_t row, int64_t e)
{
    int64_t at = row, step = a->shape[0], part = a->row;

    if (!a->fortran)
        return a->elements + (row * a->row + e) * a->size;
    for (uint32_t k = 1; k < a->axes; k++) {
        part /= a->shape[k];
        at += e / part * step;
        e %= part;
        step *= a->shape[k];
    }
    return a->elements + at * a->size;
}

static inline double nnp_npy_half(uint64_t h)
{
    double v = (double)(h & 0x3ff);
    int    e = (int)(h >> 10 & 31);

    if (e == 31)
        v = (h & 0x3ff) != 0 ? (double)NAN : (double)INFINITY;
    else
        v = e ? ldexp(v + 1024, e - 25) : ldexp(v, -24);
    return h >> 15 ? -v : v;
}

static inline uint64_t nnp_npy_bits(const nnp_npy *a, const uint8_t *p)
{
    uint64_t v = 0;

    for (int i = a->size; i-- > 0;)
        v = v << 8 | p[a->swapped ? a->size - 1 - i : i];
    return v;
}

/* A whole number; one of u8 that is too large for i64 comes out below zero. */
static inline int64_t nnp_npy_whole(const nnp_npy *a, const uint8_t *p)
{
    uint64_t v = nnp_npy_bits(a, p), sign = (uint64_t)1 << (8 * a->size - 1);

    if (a->kind == 'b')
        return v != 0;
    if (a->kind == 'i' && a->size < 8 && v & sign)
        v |= ~(sign - 1);
    return (int64_t)v;
}

static inline double nnp_npy_number(const nnp_npy *a, int64_t row, int64_t e)
{
    const uint8_t *p = nnp_npy_at(a, row, e);
    uint64_t       bits = nnp_npy_bits(a, p);
    uint32_t       low = (uint32_t)bits;
    float          narrow;
    double         v;

    if (a->kind == 'u' && a->size == 8)
        return (double)bits;
    if (a->kind != 'f')
        return (double)nnp_npy_whole(a, p);
    if (a->size == 2)
        return nnp_npy_half(bits);
    memcpy(&narrow, &low, sizeof narrow);
    memcpy(&v, &bits, sizeof v);
    return a->size == 4 ? (double)narrow : v;
}

/* All elements are finite and of the size of a float at most, if they are no whole numbers;
 * of u8 none is too large for i64. */
static inline int nnp_npy_check(nnp_npy *a)
{
    if (a->kind != 'f' && (a->kind != 'u' || a->size < 8))
        return 0;
    for (int64_t r = 0; r < a->shape[0]; r++)
        for (int64_t e = 0; e < a->row; e++) {
            double      v = nnp_npy_number(a, r, e);
            const char *why = a->kind == 'u' ? "too large for i64" : "larger than a float";

            if (a->kind == 'u' ? v < 9223372036854775808.0 : fabs(v) <= (double)FLT_MAX)
                continue;
            return nnp_npy_refuse(a, "row %" PRId64 ", element %" PRId64 ": %s", r, e,
                                  isfinite(v) ? why : "not a finite number");
        }
    return 0;
}

static inline int nnp_npy_is_plain(const nnp_npy *a)
{
    return !a->fortran && !a->swapped && a->kind != 'b' &&
           a->size == (int)(a->type >> 8 & 255) / 8;
}

/* A row as it is used: row-major, of a->type. */
static inline void nnp_npy_row(const nnp_npy *a, int64_t row, void *to)
{
    size_t   size = (a->type >> 8 & 255) / 8;
    uint8_t *p = (uint8_t *)to;

    if (nnp_npy_is_plain(a)) {
        memcpy(p, nnp_npy_at(a, row, 0), (size_t)a->row * size);
        return;
    }
    for (int64_t e = 0; e < a->row; e++, p += size) {
        double  v = nnp_npy_number(a, row, e);
        float   narrow = a->kind == 'f' ? (float)v : 0;
        int64_t whole = a->kind == 'f' ? 0 : nnp_npy_whole(a, nnp_npy_at(a, row, e));

        if (a->kind != 'f')
            memcpy(p, &whole, size); /* the lower bytes come first */
        else if (size == 4)
            memcpy(p, &narrow, size);
        else
            memcpy(p, &v, size);
    }
}
#endif
