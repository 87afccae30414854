/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fsio.h"

enum { INPUT_MAX = 1 << 30 };

static int grow(struct rows *out, size_t *room, size_t need, struct diag *d)
{
    if (need <= *room)
        return 0;
    size_t want = need * 2;
    float *more = realloc(out->v, want * sizeof *more);
    if (!more)
        return diag_error(d, NULL, "no memory for the input rows");
    out->v = more;
    *room = want;
    return 0;
}

/* Numbers of one line; commas, blanks, tabs, semicolons and brackets only separate. */
static int64_t read_line(const char *name, size_t line, char *p, char *end, float *to,
                         int64_t row, struct diag *d)
{
    int64_t n = 0;

    for (;;) {
        p += strspn(p, " \t,;[]\r");
        if (p >= end || !*p)
            return n;
        char  *stop;
        double v = strtod(p, &stop);
        if (stop == p || !strchr(" \t,;[]\r", *stop))
            return diag_error(d, NULL, "%s:%zu: '%.20s' is not a number", name, line, p);
        if (!isfinite(v))
            return diag_error(d, NULL, "%s:%zu: number %lld is not finite", name, line,
                              (long long)n + 1);
        if (n < row)
            to[n] = (float)v;
        n++;
        p = stop;
    }
}

static int read_text(const char *name, char *text, size_t size, int64_t row,
                     struct rows *out, struct diag *d)
{
    size_t room = 0, line = 1;

    for (char *p = text, *end = text + size; p < end; line++) {
        char *stop = memchr(p, '\n', (size_t)(end - p));
        stop = stop ? stop : end;
        *stop = 0;
        if (grow(out, &room, (size_t)((out->n + 1) * row), d))
            return -1;
        int64_t n = read_line(name, line, p, stop, out->v + out->n * row, row, d);
        if (n < 0)
            return -1;
        if (n && n != row)
            return diag_error(d, NULL, "%s:%zu: %lld numbers, a row has %lld", name, line,
                              (long long)n, (long long)row);
        out->n += n > 0;
        p = stop + 1;
    }
    return out->n ? 0 : diag_error(d, NULL, "%s: there are no rows", name);
}

static int read_npy(const char *name, const char *bytes, size_t n, int64_t row,
                    struct rows *out, struct diag *d)
{
    size_t head =
        n >= 10 ? (size_t)(unsigned char)bytes[8] | (size_t)(unsigned char)bytes[9] << 8
                : 0;

    if (n < 10 + head || bytes[6] != 1 || !memmem(bytes, 10 + head, "'<f4'", 5) ||
        !memmem(bytes, 10 + head, "False", 5))
        return diag_error(
            d, NULL, "%s: only .npy version 1, little-endian f4, C order is read", name);
    size_t values = (n - 10 - head) / sizeof(float);
    if (!values || values % (size_t)row || (n - 10 - head) % sizeof(float))
        return diag_error(d, NULL,
                          "%s: %zu bytes of data are not whole rows of %lld numbers",
                          name, n - 10 - head, (long long)row);
    out->v = malloc(values * sizeof(float));
    if (!out->v)
        return diag_error(d, NULL, "no memory for the input rows");
    memcpy(out->v, bytes + 10 + head, values * sizeof(float));
    out->n = (int64_t)(values / (size_t)row);
    return 0;
}

int rows_read(const char *path, int64_t row, struct rows *out, struct diag *d)
{
    char  *bytes;
    size_t n;

    *out = (struct rows){ 0 };
    if (row < 1)
        return diag_error(d, NULL, "this run's input has no numbers to give");
    if (fsio_read(path, INPUT_MAX, &bytes, &n, d))
        return -1;
    int rc = n >= 6 && memcmp(bytes, "\x93NUMPY", 6) == 0
                 ? read_npy(path, bytes, n, row, out, d)
                 : read_text(path, bytes, n, row, out, d);
    free(bytes);
    if (rc) {
        free(out->v);
        *out = (struct rows){ 0 };
    }
    return rc;
}
