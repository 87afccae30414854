/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "train/safetensors.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fsio.h"
#include "base/json.h"
#include "base/json_read.h"
#include "call/instance.h"

/* The reference reader of the format refuses headers of more than 100 MB, so what says
 * that it has a longer one is most likely another kind of file. */
enum { HEADER_MAX = 100 << 20, DIMS_MAX = 8 };

/* All that the format has. Those that no tensor of nnpipe's can have are known so that a
 * file of somebody else's can be opened, and its tensors be called by their types. The
 * codes are DLPack's: 4 is bfloat, 6 bool; 10 and 12 are two of the floats of eight bits.
 */
static const struct {
    const char *name;
    uint32_t    dtype;
} types[] = {
    { "F32", NNP_F32 },
    { "F64", NNP_F64 },
    { "I64", NNP_I64 },
    { "I32", NNP_I32 },
    { "U8", NNP_U8 },
    { "I8", NNP_I8 },
    { "F16", NNP_DTYPE(2, 16) },
    { "BF16", NNP_DTYPE(4, 16) },
    { "I16", NNP_DTYPE(0, 16) },
    { "U16", NNP_DTYPE(1, 16) },
    { "U32", NNP_DTYPE(1, 32) },
    { "U64", NNP_DTYPE(1, 64) },
    { "BOOL", NNP_DTYPE(6, 8) },
    { "F8_E4M3", NNP_DTYPE(10, 8) },
    { "F8_E5M2", NNP_DTYPE(12, 8) },
};

/* A type is NNP_DTYPE(code, bits): its second byte is the bits of one number. */
static size_t type_size(uint32_t dtype)
{
    return (dtype >> 8 & 255) / 8;
}

/* ---- writing ---- */

/* No end is looked for: every type that a tensor of nnpipe's can have is in the table. */
const char *safetensors_type(uint32_t dtype)
{
    size_t i = 0;

    while (types[i].dtype != dtype)
        i++;
    return types[i].name;
}

/* How a header begins that nnpipe writes. The digits are the CRC-32 of the whole file
 * with zeros in their place: no bit of it can turn, no byte be cut off or put behind,
 * without being found out. At a fixed place, so that who checks needs to understand
 * nothing. */
#define SEAL "{\"__metadata__\":{\"checksum\":\""
enum { SEAL_AT = 8 + sizeof SEAL - 1, SEAL_DIGITS = 8 };
static const char unsealed[SEAL_DIGITS + 1] = "00000000";

static void write_meta(struct json *j, const char *const *meta)
{
    json_key(j, "__metadata__"), json_open(j, '{');
    json_key(j, "checksum"), json_text(j, unsealed);
    for (size_t i = 0; meta && meta[i]; i += 2)
        json_key(j, meta[i]), json_text(j, meta[i + 1]);
    json_close(j);
}

/* Offsets count from the end of the header, as the format wants it: so an entry can be
 * written while the length of the header is not known yet. */
static size_t write_entry(struct json *j, const struct named_tensor *v, size_t at)
{
    size_t end = at + tensor_bytes(&v->t);

    json_key(j, v->name), json_open(j, '{');
    json_key(j, "dtype"), json_text(j, safetensors_type(nnp_type(&v->t)));
    json_key(j, "shape"), json_open(j, '[');
    for (int32_t k = 0; k < v->t.ndim; k++)
        json_whole(j, v->t.shape[k]);
    json_close(j);
    json_key(j, "data_offsets"), json_open(j, '[');
    json_whole(j, (int64_t)at);
    json_whole(j, (int64_t)end);
    json_close(j);
    json_close(j);
    return end;
}

/* Wide types first, else as they were: then every tensor of a file lies at a multiple of
 * its own size, which readers that look at the numbers where they are (PyTorch, numpy)
 * ask for. By insertion, because tensors of one size must keep their order and a file has
 * few enough of them; qsort promises no such thing. */
static void sort(struct named_tensor *v, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct named_tensor t = v[i];
        size_t              k = i;

        for (; k && type_size(nnp_type(&v[k - 1].t)) < type_size(nnp_type(&t.t)); k--)
            v[k] = v[k - 1];
        v[k] = t;
    }
}

static struct strbuf write_header(const struct named_tensor *v, size_t n,
                                  const char *const *meta)
{
    struct json j = { 0 };
    size_t      at = 0;

    json_open(&j, '{');
    write_meta(&j, meta);
    for (size_t i = 0; i < n; i++)
        at = write_entry(&j, &v[i], at);
    json_close(&j);
    while (j.text.n % 8)
        strbuf_puts(&j.text, " "); /* tensors start 8-byte aligned */
    return j.text;
}

static void seal(struct strbuf *header, const struct fsio_part *parts, size_t n)
{
    char     digits[SEAL_DIGITS + 1];
    uint32_t sum = 0;

    for (size_t i = 0; i < n; i++)
        sum = fsio_crc32(sum, parts[i].bytes, parts[i].n);
    snprintf(digits, sizeof digits, "%08" PRIx32, sum);
    memcpy(header->text + SEAL_AT - 8, digits, SEAL_DIGITS);
}

/* The tensors are written from where they lie, as parts of one file: a copy of all of
 * them would take as much memory again, in the middle of a training. The length is put
 * together byte by byte, so that it is little-endian on every machine. */
int safetensors_write(const char *path, struct named_tensor *v, size_t n,
                      const char *const *meta, struct diag *d)
{
    struct arena      scrap = { 0 };
    struct fsio_part *parts = arena_array(&scrap, n + 2, sizeof *parts);
    unsigned char     length[8];

    sort(v, n);
    struct strbuf header = write_header(v, n, meta);
    for (int i = 0; i < 8; i++)
        length[i] = (unsigned char)((uint64_t)header.n >> 8 * i);
    parts[0] = (struct fsio_part){ length, 8 };
    parts[1] = (struct fsio_part){ strbuf_text(&header), header.n };
    for (size_t i = 0; i < n; i++) /* one without rows may have no address */
        parts[i + 2] =
            (struct fsio_part){ v[i].t.data ? v[i].t.data : "", tensor_bytes(&v[i].t) };
    seal(&header, parts, n + 2);
    int rc = fsio_replace_parts(path, parts, n + 2, d);
    strbuf_close(&header);
    arena_close(&scrap);
    return rc;
}

/* ---- reading ---- */

/* A file may come from anywhere and may be cut off or made to do harm. So nothing that
 * its header says is used before it is checked, and the first thing that is wrong ends
 * the reading; the message has the place, as who wrote that file will want to know it. */
struct reader {
    struct arena    *arena;
    struct json_read json;
    const char      *name;
    struct diag     *d;
};

static int bad(struct reader *r, const char *what)
{
    return diag_error(r->d, NULL,
                      "%s: not a whole safetensors file: byte %zu of the header: %s",
                      r->name, (size_t)(r->json.p - r->json.start), what);
}

static int no_json(struct reader *r)
{
    return bad(r, r->json.wrong);
}

/* None below zero: check_entry counts with them as sizes, where -1 would be very large.
 */
static int numbers(struct reader *r, int64_t *out, int max, int *n)
{
    int rc;

    *n = 0;
    if (json_read_list(&r->json))
        return no_json(r);
    while ((rc = json_read_item(&r->json)) > 0) {
        if (*n == max)
            return bad(r, "too many numbers");
        if (json_read_whole(&r->json, &out[*n]))
            return no_json(r);
        if (out[(*n)++] < 0)
            return bad(r, "a number below zero");
    }
    return rc ? no_json(r) : 0;
}

/* The list ends with NULL after every pair, because only the next look at the text
 * tells whether it was the last. */
static int read_meta(struct reader *r, struct safetensors *out)
{
    size_t      n = 0, room = 0;
    const char *key;
    int         rc;

    if (json_read_map(&r->json))
        return no_json(r);
    while ((rc = json_read_key(&r->json, &key)) > 0) {
        if (n + 3 > room) {
            room = 2 * room + 8;
            out->meta = arena_grow(r->arena, out->meta, n, room, sizeof *out->meta);
        }
        out->meta[n] = key;
        if (json_read_text(&r->json, &out->meta[n + 1]))
            return no_json(r);
        out->meta[n += 2] = NULL;
    }
    return rc ? no_json(r) : 0;
}

struct entry {
    uint32_t dtype;
    int64_t  shape[DIMS_MAX], offsets[2];
    int      ndim, n_offsets;
    bool     shaped;
};

/* A type that is not in the table is refused, because the size of its numbers is not
 * known and the tensor could not be checked against the file. No type of the table is 0:
 * dtype 0 means that there was none. */
static int read_type(struct reader *r, struct entry *e)
{
    const char *word;

    if (json_read_text(&r->json, &word))
        return no_json(r);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].name, word) == 0)
            e->dtype = types[i].dtype;
    return e->dtype ? 0 : bad(r, "a type that the format does not have");
}

static int read_field(struct reader *r, const char *key, struct entry *e)
{
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

/* The size that the shape says is the size that the offsets say, inside the file: whoever
 * has the tensor goes by its shape, and must not leave the bytes. The product is taken
 * with an eye on overflow, or a huge shape could come out as the small size that is
 * there. */
static int check_entry(struct reader *r, const struct entry *e, size_t room)
{
    uint64_t n = type_size(e->dtype);

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
    const char  *key;
    int          rc;

    if (json_read_map(&r->json))
        return no_json(r);
    while ((rc = json_read_key(&r->json, &key)) > 0)
        if (read_field(r, key, &e))
            return -1;
    if (rc)
        return no_json(r);
    if (check_entry(r, &e, room))
        return -1;
    int64_t *shape = arena_array(r->arena, (size_t)e.ndim + 1, sizeof *shape);
    memcpy(shape, e.shape, (size_t)e.ndim * sizeof *shape);
    /* The room is always a power of two, so the list is full when its length is one. */
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
    const char *key;
    int         rc;

    if (json_read_map(&r->json))
        return no_json(r);
    while ((rc = json_read_key(&r->json, &key)) > 0)
        if (strcmp(key, "__metadata__") == 0 ? read_meta(r, out)
                                             : read_tensor(r, key, out, data, room))
            return -1;
    return rc || json_read_end(&r->json) ? no_json(r) : 0;
}

/* 1: sealed and whole, 0: not sealed, -1: its checksum is not that of what it holds. */
static int check_seal(const char *bytes, size_t n)
{
    char     digits[SEAL_DIGITS + 1];
    uint32_t sum;

    if (n < SEAL_AT + SEAL_DIGITS || memcmp(bytes + 8, SEAL, sizeof SEAL - 1) != 0)
        return 0;
    sum = fsio_crc32(0, bytes, SEAL_AT);
    sum = fsio_crc32(sum, unsealed, SEAL_DIGITS);
    sum = fsio_crc32(sum, bytes + SEAL_AT + SEAL_DIGITS, n - SEAL_AT - SEAL_DIGITS);
    snprintf(digits, sizeof digits, "%08" PRIx32, sum);
    return memcmp(bytes + SEAL_AT, digits, SEAL_DIGITS) ? -1 : 1;
}

/* The length is compared with what is behind it (n - 8), not added to 8: the sum could
 * overflow. */
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
    struct reader r = { .arena = a, .name = name, .d = d };
    json_read_open(&r.json, a, bytes + 8, (size_t)length);
    int sealed = check_seal(bytes, n);
    if (sealed < 0)
        return diag_error(d, NULL,
                          "%s: it is damaged: its checksum is not that of what it holds",
                          name);
    out->sealed = sealed;
    return read_header(&r, out, bytes + 8 + length, n - 8 - (size_t)length);
}

/* out gets the bytes once all is well: safetensors_close may be called after a failure
 * too, and frees nothing twice then. */
int safetensors_read(struct arena *a, const char *path, struct safetensors *out,
                     struct diag *d)
{
    char  *bytes;
    size_t n;

    *out = (struct safetensors){ 0 };
    if (fsio_read(path, fsio_most(), &bytes, &n, d))
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

const char *safetensors_meta(const struct safetensors *s, const char *key)
{
    for (size_t i = 0; s->meta && s->meta[i]; i += 2)
        if (strcmp(s->meta[i], key) == 0)
            return s->meta[i + 1];
    return NULL;
}
