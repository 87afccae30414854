/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "call/said.h"

#include <string.h>

#include "base/json.h"
#include "base/json_read.h"
#include "call/loader.h"

/* ---- writing ---- */

/* Nothing where no column has a name, as for the pixels of a picture. */
static void write_columns(struct json *j, const struct instance *loader,
                          const char *stream, int64_t n)
{
    int64_t i = 0;

    while (i < n && !loader_column(loader, stream, i))
        i++;
    if (i == n)
        return;
    json_key(j, "columns"), json_open(j, '[');
    for (i = 0; i < n; i++)
        json_text(j, loader_column(loader, stream, i));
    json_close(j);
}

static void write_stream(struct json *j, const struct instance *loader, size_t k)
{
    const struct decl *s = instance_decl(loader, NNP_OUT, k);
    int64_t            n = 1;

    json_key(j, s->name), json_open(j, '{');
    json_key(j, "type"), json_text(j, dtype_name(s->dtype));
    json_key(j, "shape"), json_open(j, '[');
    for (int32_t i = 1; i < s->ndim; i++) {
        json_whole(j, s->shape[i]);
        n *= s->shape[i];
    }
    json_close(j);
    write_columns(j, loader, s->name, n);
    json_close(j);
}

const char *said_text(struct arena *a, const struct instance *loader)
{
    struct json     j = { 0 };
    const nnp_rows *r = &loader->rows;

    json_open(&j, '{');
    json_key(&j, "rows"), json_open(&j, '{');
    json_key(&j, "count"), json_whole(&j, r->count);
    json_key(&j, "test"), json_whole(&j, r->test);
    json_key(&j, "val"), json_whole(&j, r->val);
    json_key(&j, "classes"), json_whole(&j, r->classes);
    json_key(&j, "bytes"), json_whole(&j, r->bytes);
    json_close(&j);
    json_key(&j, "streams"), json_open(&j, '{');
    for (size_t k = 0; k < instance_count(loader, NNP_OUT); k++)
        write_stream(&j, loader, k);
    json_close(&j);
    json_close(&j);
    const char *text = arena_strdup(a, strbuf_text(&j.text));
    strbuf_close(&j.text);
    return text;
}

/* ---- reading ---- */

struct said_names { /* v[i] is NULL where it has none */
    const char **v;
    size_t       n, room;
};

struct said_stream {
    const char       *name;
    uint32_t          dtype;
    uint32_t          ndim; /* rows first */
    int64_t           shape[DECL_MAX_DIMS];
    struct said_names columns, classes;
};

struct said { /* the self of the component */
    struct said_stream *stream;
    size_t              n, room;
    nnp_rows            rows;
    const char         *coding;
};

static int read_names(struct json_read *r, struct said_names *to)
{
    int rc;

    if (json_read_list(r))
        return -1;
    while ((rc = json_read_item(r)) > 0) {
        if (to->n == to->room) {
            to->room = 2 * to->room + 8;
            to->v = arena_grow(r->arena, to->v, to->n, to->room, sizeof *to->v);
        }
        to->v[to->n] = NULL;
        if (json_read_next(r) == 'n' ? json_read_null(r)
                                     : json_read_text(r, &to->v[to->n]))
            return -1;
        to->n++;
    }
    return rc;
}

static int read_type(struct json_read *r, uint32_t *dtype)
{
    const char *word;

    if (json_read_text(r, &word))
        return -1;
    *dtype = dtype_named(word);
    return *dtype ? 0 : -1;
}

static int read_shape(struct json_read *r, struct said_stream *s)
{
    int rc;

    if (json_read_list(r))
        return -1;
    while ((rc = json_read_item(r)) > 0)
        if (s->ndim == DECL_MAX_DIMS || json_read_whole(r, &s->shape[s->ndim++]))
            return -1;
    return rc;
}

static int read_of_stream(struct json_read *r, const char *key, struct said_stream *s)
{
    if (strcmp(key, "type") == 0)
        return read_type(r, &s->dtype);
    if (strcmp(key, "shape") == 0)
        return read_shape(r, s);
    return strcmp(key, "columns") == 0 ? read_names(r, &s->columns) : json_read_skip(r);
}

static int read_stream(struct json_read *r, struct said_stream *s)
{
    const char *key;
    int         rc = json_read_map(r);

    s->ndim = 1; /* the rows */
    while (!rc && (rc = json_read_key(r, &key)) > 0)
        rc = read_of_stream(r, key, s);
    return rc || !s->dtype ? -1 : 0;
}

static int read_streams(struct json_read *r, struct said *to)
{
    const char *name;
    int         rc = json_read_map(r);

    while (!rc && (rc = json_read_key(r, &name)) > 0) {
        if (to->n == to->room) {
            to->room = 2 * to->room + 4;
            to->stream =
                arena_grow(r->arena, to->stream, to->n, to->room, sizeof *to->stream);
        }
        to->stream[to->n] = (struct said_stream){ .name = name };
        rc = read_stream(r, &to->stream[to->n++]);
    }
    return rc;
}

static int read_rows(struct json_read *r, nnp_rows *to)
{
    static const struct {
        const char *key;
        size_t      at;
    } counts[] = { { "count", offsetof(nnp_rows, count) },
                   { "test", offsetof(nnp_rows, test) },
                   { "val", offsetof(nnp_rows, val) },
                   { "classes", offsetof(nnp_rows, classes) },
                   { "bytes", offsetof(nnp_rows, bytes) } };
    const char *key;
    int64_t     v;
    int         rc = json_read_map(r);

    while (!rc && (rc = json_read_key(r, &key)) > 0) {
        rc = json_read_whole(r, &v);
        for (size_t i = 0; !rc && i < sizeof counts / sizeof *counts; i++)
            if (strcmp(counts[i].key, key) == 0)
                memcpy((char *)to + counts[i].at, &v, sizeof v);
    }
    return rc;
}

static int read_member(struct json_read *r, const char *key, struct said *to)
{
    if (strcmp(key, "rows") == 0)
        return read_rows(r, &to->rows);
    return strcmp(key, "streams") == 0 ? read_streams(r, to) : json_read_skip(r);
}

static int read_said(struct json_read *r, struct said *to)
{
    const char *key;
    int         rc = json_read_map(r);

    while (!rc && (rc = json_read_key(r, &key)) > 0)
        rc = read_member(r, key, to);
    return rc || json_read_end(r) || !to->n ? -1 : 0;
}

static struct said_stream *find(const struct said *s, const char *stream)
{
    for (size_t k = 0; k < s->n; k++)
        if (strcmp(s->stream[k].name, stream) == 0)
            return &s->stream[k];
    return NULL;
}

static int read_classes(struct json_read *r, const struct said *to)
{
    const char *name;
    int         rc = json_read_map(r);

    while (!rc && (rc = json_read_key(r, &name)) > 0) {
        struct said_stream *s = find(to, name);
        rc = s ? read_names(r, &s->classes) : json_read_skip(r);
    }
    return rc || json_read_end(r) ? -1 : 0;
}

/* ---- the component ---- */

static int setup(nnp_ctx *c, void *self)
{
    const struct said *s = self;
    int                rc = NNP_OK;

    for (size_t k = 0; rc >= 0 && k < s->n; k++) {
        int64_t shape[DECL_MAX_DIMS];
        memcpy(shape, s->stream[k].shape, sizeof shape);
        shape[0] = c->in[0].shape[0];
        rc = c->host->declare(c, NNP_OUT, s->stream[k].name, s->stream[k].dtype,
                              s->stream[k].ndim, shape, NULL);
    }
    c->rows->count = s->rows.count;
    c->rows->test = s->rows.test;
    c->rows->val = s->rows.val;
    c->rows->classes = s->rows.classes;
    c->rows->bytes = s->rows.bytes;
    return rc < 0 ? rc : NNP_OK;
}

static int forward(nnp_ctx *c, void *self)
{
    (void)self;
    return c->host->fail(c, NNP_EINVAL, "the data of the training were not opened");
}

static const char *name_at(const struct said_names *names, int64_t i)
{
    return i >= 0 && (size_t)i < names->n ? names->v[i] : NULL;
}

static const char *column(const void *self, const char *stream, int64_t i)
{
    const struct said_stream *s = find(self, stream);

    return s ? name_at(&s->columns, i) : NULL;
}

static const char *class(const void *self, const char *stream, int64_t i)
{
    const struct said_stream *s = find(self, stream);

    return s ? name_at(&s->classes, i) : NULL;
}

static const char *coding(const void *self)
{
    return ((const struct said *)self)->coding;
}

static const void *extension(const char *id)
{
    if (strcmp(id, "nnp.columns/1") == 0)
        return (const void *)(uintptr_t)column;
    if (strcmp(id, "nnp.classes/1") == 0)
        return (const void *)(uintptr_t) class;
    return strcmp(id, "nnp.coding/1") == 0 ? (const void *)(uintptr_t)coding : NULL;
}

const struct component *said_loader(struct arena *a, const struct component *of,
                                    const char *text, const char *coding_text,
                                    const char *classes, const char *from, void **self,
                                    struct diag *d)
{
    struct said      *s = arena_alloc(a, sizeof *s);
    struct component *type = arena_alloc(a, sizeof *type);
    nnp_component    *desc = arena_alloc(a, sizeof *desc);
    struct json_read  r;

    *s = (struct said){ .coding = coding_text };
    json_read_open(&r, a, text, strlen(text));
    int rc = read_said(&r, s);
    if (!rc && classes) {
        json_read_open(&r, a, classes, strlen(classes));
        rc = read_classes(&r, s);
    }
    if (rc) {
        diag_error(d, NULL, "%s: what it says of the data is damaged: byte %zu%s%s", from,
                   (size_t)(r.p - r.start), r.wrong ? ": " : "", r.wrong ? r.wrong : "");
        return NULL;
    }
    *type = *of;
    *desc = (nnp_component){ .size = sizeof *desc,
                             .tag = of->desc->tag,
                             .doc = of->desc->doc,
                             .self_size = sizeof *s,
                             .min_in = of->desc->min_in,
                             .max_in = of->desc->max_in,
                             .setup = setup,
                             .forward = forward,
                             .extension = extension };
    type->desc = desc;
    *self = s;
    return type;
}
