/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "train/safetensors.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/fsio.h"
#include "base/strbuf.h"
#include "call/instance.h"

enum { HEADER_MAX = 100 << 20, DIMS_MAX = 8 };

static const struct {
    const char *name;
    uint32_t    dtype;
} types[] = {
    { "F32", NNP_F32 }, { "F64", NNP_F64 }, { "I64", NNP_I64 },
    { "I32", NNP_I32 }, { "U8", NNP_U8 },   { "I8", NNP_I8 },
};

/* ---- writing ---- */

static const char *type_name(uint32_t dtype)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].dtype == dtype)
            return types[i].name;
    return "F32";
}

static void write_meta(struct strbuf *s, const char *const *meta)
{
    strbuf_puts(s, "{\"__metadata__\":{");
    for (size_t i = 0; meta && meta[i]; i += 2) {
        strbuf_puts(s, i ? "," : "");
        strbuf_json(s, meta[i]);
        strbuf_puts(s, ":");
        strbuf_json(s, meta[i + 1]);
    }
    strbuf_puts(s, "}");
}

static size_t write_entry(struct strbuf *s, const struct named_tensor *v, size_t at)
{
    size_t end = at + tensor_bytes(&v->t);

    strbuf_puts(s, ",");
    strbuf_json(s, v->name);
    strbuf_printf(s, ":{\"dtype\":\"%s\",\"shape\":[", type_name(nnp_type(&v->t)));
    for (int32_t k = 0; k < v->t.ndim; k++)
        strbuf_printf(s, "%s%" PRId64, k ? "," : "", v->t.shape[k]);
    strbuf_printf(s, "],\"data_offsets\":[%zu,%zu]}", at, end);
    return end;
}

int safetensors_write(const char *path, const struct named_tensor *v, size_t n,
                      const char *const *meta, struct diag *d)
{
    struct strbuf     header = { 0 };
    struct fsio_part *parts = calloc(n + 2, sizeof *parts);
    unsigned char     length[8];
    size_t            at = 0;

    if (!parts)
        return diag_error(d, NULL, "%s: out of memory", path);
    write_meta(&header, meta);
    for (size_t i = 0; i < n; i++)
        at = write_entry(&header, &v[i], at);
    strbuf_puts(&header, "}");
    while (header.n % 8)
        strbuf_puts(&header, " "); /* tensors start 8-byte aligned */
    for (int i = 0; i < 8; i++)
        length[i] = (unsigned char)(header.n >> 8 * i);
    parts[0] = (struct fsio_part){ length, 8 };
    parts[1] = (struct fsio_part){ strbuf_text(&header), header.n };
    for (size_t i = 0; i < n; i++)
        parts[i + 2] = (struct fsio_part){ v[i].t.data, tensor_bytes(&v[i].t) };
    int rc = fsio_replace_parts(path, parts, n + 2, d);
    strbuf_close(&header);
    free(parts);
    return rc;
}

/* ---- reading: a JSON reader for just this header ---- */

struct reader {
    struct arena *arena;
    const char   *name, *start, *p, *end;
    struct diag  *d;
};

static int bad(struct reader *r, const char *what)
{
    return diag_error(r->d, NULL,
                      "%s: not a whole safetensors file: %s at byte %zu of the header",
                      r->name, what, (size_t)(r->p - r->start));
}

static void blanks(struct reader *r)
{
    while (r->p < r->end && strchr(" \t\r\n", *r->p) && *r->p)
        r->p++;
}

static bool take(struct reader *r, char c)
{
    blanks(r);
    if (r->p >= r->end || *r->p != c)
        return false;
    r->p++;
    return true;
}

static int hex4(struct reader *r, unsigned *out)
{
    *out = 0;
    for (int i = 0; i < 4; i++) {
        if (r->p >= r->end)
            return -1;
        char c = *r->p++;
        int  v = c >= '0' && c <= '9'   ? c - '0'
                 : c >= 'a' && c <= 'f' ? c - 'a' + 10
                 : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                        : -1;
        if (v < 0)
            return -1;
        *out = *out << 4 | (unsigned)v;
    }
    return 0;
}

static size_t put_utf8(char *out, unsigned c)
{
    if (c < 0x80)
        return out[0] = (char)c, 1;
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 63));
        return 2;
    }
    out[0] = (char)(0xe0 | c >> 12);
    out[1] = (char)(0x80 | (c >> 6 & 63));
    out[2] = (char)(0x80 | (c & 63));
    return 3;
}

static int escape(struct reader *r, char *out, size_t *n)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    unsigned          code;

    if (r->p >= r->end)
        return -1;
    char        c = *r->p++;
    const char *hit = c ? strchr(from, c) : NULL;
    if (hit)
        return out[(*n)++] = to[hit - from], 0;
    if (c != 'u' || hex4(r, &code) || !code)
        return -1;
    *n += put_utf8(out + *n, code);
    return 0;
}

/* An escape is never shorter than what it stands for, so the source's length is enough.
 */
static const char *text(struct reader *r)
{
    if (!take(r, '"'))
        return bad(r, "a string is missing"), NULL;
    const char *close = r->p;
    while (close < r->end && *close != '"')
        close += *close == '\\' ? 2 : 1;
    if (close >= r->end)
        return bad(r, "a string does not end"), NULL;
    char  *out = arena_alloc(r->arena, (size_t)(close - r->p) + 4);
    size_t n = 0;
    while (r->p < close) {
        char c = *r->p++;
        if (c != '\\')
            out[n++] = c;
        else if (escape(r, out, &n))
            return bad(r, "a bad escape"), NULL;
    }
    r->p = close + 1;
    return out;
}

static int number(struct reader *r, int64_t *out)
{
    blanks(r);
    const char *from = r->p;
    *out = 0;
    while (r->p < r->end && *r->p >= '0' && *r->p <= '9') {
        if (*out > (INT64_MAX - 9) / 10)
            return bad(r, "a number is too large");
        *out = *out * 10 + (*r->p++ - '0');
    }
    return r->p == from ? bad(r, "a number is missing") : 0;
}

static int numbers(struct reader *r, int64_t *out, int max, int *n)
{
    *n = 0;
    if (!take(r, '['))
        return bad(r, "'[' is missing");
    if (take(r, ']'))
        return 0;
    do {
        if (*n == max)
            return bad(r, "too many numbers");
        if (number(r, &out[(*n)++]))
            return -1;
    } while (take(r, ','));
    return take(r, ']') ? 0 : bad(r, "']' is missing");
}

static int read_meta(struct reader *r, struct safetensors *out)
{
    size_t n = 0;

    if (!take(r, '{'))
        return bad(r, "'{' is missing");
    if (take(r, '}'))
        return 0;
    do {
        const char **more = arena_grow(r->arena, out->meta, n, n + 3, sizeof *more);
        out->meta = more;
        if (!(more[n] = text(r)))
            return -1;
        if (!take(r, ':'))
            return bad(r, "':' is missing");
        if (!(more[n + 1] = text(r)))
            return -1;
        n += 2;
    } while (take(r, ','));
    return take(r, '}') ? 0 : bad(r, "'}' is missing");
}

struct entry {
    uint32_t dtype;
    int64_t  shape[DIMS_MAX], offsets[2];
    int      ndim, n_offsets;
    bool     shaped;
};

static int read_type(struct reader *r, struct entry *e)
{
    const char *word = text(r);

    for (size_t i = 0; word && i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].name, word) == 0)
            e->dtype = types[i].dtype;
    return !word ? -1 : e->dtype ? 0 : bad(r, "a type that nnpipe does not read");
}

static int read_field(struct reader *r, struct entry *e)
{
    const char *key = text(r);

    if (!key)
        return -1;
    if (!take(r, ':'))
        return bad(r, "':' is missing");
    if (strcmp(key, "dtype") == 0)
        return read_type(r, e);
    if (strcmp(key, "shape") == 0) {
        e->shaped = true;
        return numbers(r, e->shape, DIMS_MAX, &e->ndim);
    }
    if (strcmp(key, "data_offsets") == 0)
        return numbers(r, e->offsets, 2, &e->n_offsets);
    return bad(r, "an unknown key");
}

/* The size that the shape says is the size that the offsets say, inside the file. */
static int check_entry(struct reader *r, const struct entry *e, size_t room)
{
    uint64_t n = dtype_size(e->dtype);

    if (!e->dtype || !e->shaped || e->n_offsets != 2)
        return bad(r, "an incomplete tensor");
    for (int k = 0; k < e->ndim; k++)
        if (__builtin_mul_overflow(n, (uint64_t)e->shape[k], &n))
            return bad(r, "a shape that is too large");
    if (e->offsets[0] > e->offsets[1] || (uint64_t)e->offsets[1] > room)
        return bad(r, "a tensor beyond the end of the file");
    if ((uint64_t)(e->offsets[1] - e->offsets[0]) != n)
        return bad(r, "a tensor whose size is not that of its shape");
    return 0;
}

static int read_tensor(struct reader *r, const char *name, struct safetensors *out,
                       char *data, size_t room)
{
    struct entry e = { 0 };

    if (!take(r, '{'))
        return bad(r, "'{' is missing");
    do
        if (read_field(r, &e))
            return -1;
    while (take(r, ','));
    if (!take(r, '}'))
        return bad(r, "'}' is missing");
    if (check_entry(r, &e, room))
        return -1;
    int64_t *shape = arena_array(r->arena, (size_t)e.ndim + 1, sizeof *shape);
    memcpy(shape, e.shape, (size_t)e.ndim * sizeof *shape);
    if ((out->n & (out->n - 1)) == 0)
        out->v =
            arena_grow(r->arena, out->v, out->n, out->n ? out->n * 2 : 1, sizeof *out->v);
    out->v[out->n++] = (struct named_tensor){ name,
                                              { .data = data + e.offsets[0],
                                                .device = 1,
                                                .ndim = e.ndim,
                                                .code = (uint8_t)e.dtype,
                                                .bits = (uint8_t)(e.dtype >> 8),
                                                .lanes = 1,
                                                .shape = shape } };
    return 0;
}

static int read_header(struct reader *r, struct safetensors *out, char *data, size_t room)
{
    if (!take(r, '{'))
        return bad(r, "'{' is missing");
    if (take(r, '}'))
        return 0;
    do {
        const char *key = text(r);
        if (!key)
            return -1;
        if (!take(r, ':'))
            return bad(r, "':' is missing");
        if (strcmp(key, "__metadata__") == 0 ? read_meta(r, out)
                                             : read_tensor(r, key, out, data, room))
            return -1;
    } while (take(r, ','));
    return take(r, '}') ? 0 : bad(r, "'}' is missing");
}

int safetensors_parse(struct arena *a, const char *name, char *bytes, size_t n,
                      struct safetensors *out, struct diag *d)
{
    uint64_t length = 0;

    *out = (struct safetensors){ 0 };
    for (size_t i = 0; i < 8 && i < n; i++)
        length |= (uint64_t)(unsigned char)bytes[i] << 8 * i;
    if (n < 8 || length > n - 8 || length > HEADER_MAX)
        return diag_error(d, NULL,
                          "%s: not a whole safetensors file: %zu bytes, the header "
                          "alone says %" PRIu64,
                          name, n, length);
    struct reader r = { a, name, bytes + 8, bytes + 8, bytes + 8 + length, d };
    return read_header(&r, out, bytes + 8 + length, n - 8 - (size_t)length);
}

int safetensors_read(struct arena *a, const char *path, struct safetensors *out,
                     struct diag *d)
{
    char  *bytes;
    size_t n;

    *out = (struct safetensors){ 0 };
    if (fsio_read(path, (size_t)1 << 40, &bytes, &n, d))
        return -1;
    if (safetensors_parse(a, path, bytes, n, out, d)) {
        free(bytes);
        return -1;
    }
    out->bytes = bytes;
    return 0;
}

void safetensors_close(struct safetensors *s)
{
    free(s->bytes);
    s->bytes = NULL;
}

const struct named_tensor *safetensors_find(const struct safetensors *s, const char *name)
{
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->v[i].name, name) == 0)
            return &s->v[i];
    return NULL;
}
