/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "run/checkpoint.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fsio.h"
#include "run/safetensors.h"
#include "spec/params.h"

#define FORMAT "nnpipe state 1"

/* ---- what a state consists of ---- */

static nnp_tensor flat(struct arena *a, void *data, size_t n, uint8_t code, uint8_t bits)
{
    int64_t *shape = arena_array(a, 1, sizeof *shape);

    *shape = (int64_t)n;
    return (nnp_tensor){ .data = data,
                         .device = 1,
                         .ndim = 1,
                         .code = code,
                         .bits = bits,
                         .lanes = 1,
                         .shape = shape };
}

enum { SLABS = 5 };

static void list_slabs(struct arena *a, struct trainer *t, struct named_tensor v[SLABS])
{
    struct session *s = t->session;

    v[0] = (struct named_tensor){ "weights", flat(a, s->weights.w, s->weights.n, 2, 32) };
    v[1] = (struct named_tensor){ "optimizer", flat(a, s->optimizer_states,
                                                    s->optimizer_bytes, 1, 8) };
    v[2] = (struct named_tensor){ "states", flat(a, s->states, s->states_bytes, 1, 8) };
    v[3] = (struct named_tensor){ "best", flat(a, t->best, s->weights.n, 2, 32) };
    v[4] = (struct named_tensor){ "best_states",
                                  flat(a, t->best_states, s->states_bytes, 1, 8) };
}

/* The numbers of a run by name; what is written is what is read. */
struct scalar {
    const char *name;
    int64_t    *i;
    double     *r;
    uint64_t   *u;
};

static size_t list_scalars(struct arena *a, struct trainer *t, struct scalar *v)
{
    struct session *s = t->session;
    struct place   *at = &t->at;
    size_t          n = 0;

    v[n++] = (struct scalar){ .name = "epoch", .i = &at->epoch };
    v[n++] = (struct scalar){ .name = "batches", .i = &at->batches };
    v[n++] = (struct scalar){ .name = "rows", .i = &at->rows };
    v[n++] = (struct scalar){ .name = "since_best", .i = &at->since_best };
    v[n++] = (struct scalar){ .name = "holds_for", .i = &at->holds_for };
    v[n++] = (struct scalar){ .name = "attempt", .i = &at->attempt };
    v[n++] = (struct scalar){ .name = "finished", .i = &at->finished };
    v[n++] = (struct scalar){ .name = "best_epoch", .i = &t->outcome.best_epoch };
    v[n++] = (struct scalar){ .name = "epochs_done", .i = &t->outcome.epochs };
    v[n++] = (struct scalar){ .name = "loss", .r = &at->loss };
    v[n++] = (struct scalar){ .name = "count", .r = &at->count };
    v[n++] = (struct scalar){ .name = "penalty", .r = &at->penalty };
    v[n++] = (struct scalar){ .name = "best_value", .r = &t->best_value };
    v[n++] = (struct scalar){ .name = "progress", .r = &s->progress };
    v[n++] = (struct scalar){ .name = "epoch_part", .r = &s->epoch };
    v[n++] = (struct scalar){ .name = "seconds", .r = &at->seconds };
    v[n++] = (struct scalar){ .name = "update", .u = &s->update };
    v[n++] = (struct scalar){ .name = "seed", .u = &s->seed };
    for (size_t k = 0; k < s->n_schedules; k++)
        v[n++] = (struct scalar){ .name = arena_printf(a, "watched.%zu", k),
                                  .r = &s->schedules[k].watched };
    return n;
}

static struct scalar *make_scalars(struct arena *a, struct trainer *t, size_t *n)
{
    struct scalar *v = arena_array(a, 32 + t->session->n_schedules, sizeof *v);

    *n = list_scalars(a, t, v);
    return v;
}

/* Weights, not shapes alone: two nets may have slabs of one size. */
static const char *pipeline_hash(struct arena *a, const struct trainer *t)
{
    char         *hex = arena_alloc(a, 65);
    struct strbuf text = { 0 };
    struct graph *g = t->session->graph;

    for (size_t i = 0; i < g->n_params; i++) {
        strbuf_printf(&text, "%s", g->params[i].name);
        for (int32_t k = 0; k < g->params[i].shape->ndim; k++)
            strbuf_printf(&text, " %" PRId64, g->params[i].shape->shape[k]);
        strbuf_puts(&text, "\n");
    }
    for (size_t i = 0; i < t->session->spec->optim.chain.n; i++)
        strbuf_printf(&text, "%s\n", t->session->spec->optim.chain.v[i].type->name);
    strbuf_printf(&text, "batch %" PRId64 "\n", t->session->spec->train.batch);
    fsio_sha256(strbuf_text(&text), text.n, hex);
    strbuf_close(&text);
    return hex;
}

/* ---- writing ---- */

static const char *scalar_text(struct arena *a, const struct scalar *v)
{
    return v->i   ? arena_printf(a, "%" PRId64, *v->i)
           : v->u ? arena_printf(a, "%" PRIu64, *v->u)
                  : arena_printf(a, "%a", *v->r); /* hexadecimal: every bit */
}

/* Schedules set parameters of plugins; those are part of the state. */
static const char *driven_value(struct arena *a, const struct driven *v)
{
    double now = v->base;

    params_get(v->spec->target->type->desc, v->spec->target->self, v->spec->param, &now);
    return arena_printf(a, "%a", now);
}

static const char **make_meta(struct arena *a, struct trainer *t)
{
    size_t         n, k = 0;
    struct scalar *v = make_scalars(a, t, &n);
    const char   **meta =
        arena_array(a, 2 * (n + t->session->n_schedules) + 8, sizeof *meta);

    meta[k++] = "format";
    meta[k++] = FORMAT;
    meta[k++] = "pipeline";
    meta[k++] = pipeline_hash(a, t);
    for (size_t i = 0; i < n; i++) {
        meta[k++] = v[i].name;
        meta[k++] = scalar_text(a, &v[i]);
    }
    for (size_t i = 0; i < t->session->n_schedules; i++) {
        meta[k++] = arena_printf(a, "driven.%zu", i);
        meta[k++] = driven_value(a, &t->session->schedules[i]);
    }
    return meta;
}

static size_t list_history(struct arena *a, const struct history *h,
                           struct named_tensor *v)
{
    for (size_t i = 0; i < h->n; i++) {
        const struct curve *c = &h->curves[i];
        v[2 * i] = (struct named_tensor){ arena_printf(a, "epochs.%s", c->name),
                                          flat(a, c->epoch, c->n, 2, 64) };
        v[2 * i + 1] = (struct named_tensor){ arena_printf(a, "values.%s", c->name),
                                              flat(a, c->value, c->n, 2, 64) };
    }
    return 2 * h->n;
}

/* Eight-byte numbers first: the reader wants them aligned. */
int checkpoint_write(struct trainer *t, struct diag *d)
{
    struct arena         a = { 0 };
    struct named_tensor *v = arena_array(&a, 2 * t->history.n + SLABS, sizeof *v);
    size_t               n = list_history(&a, &t->history, v);
    const char          *path = arena_printf(&a, "%s/state.nnw", t->folder);
    const char          *before = arena_printf(&a, "%s/state.prev.nnw", t->folder);
    int                  rc = 0;

    list_slabs(&a, t, v + n);
    if (rename(path, before) && errno != ENOENT)
        rc = diag_error(d, NULL, "%s: %s", path, strerror(errno));
    if (!rc)
        rc = safetensors_write(path, v, n + SLABS, make_meta(&a, t), d);
    arena_close(&a);
    return rc;
}

/* ---- reading ---- */

static const char *meta_of(const struct safetensors *f, const char *key)
{
    for (size_t i = 0; f->meta && f->meta[i]; i += 2)
        if (strcmp(f->meta[i], key) == 0)
            return f->meta[i + 1];
    return NULL;
}

static int check_kind(struct arena *a, const struct trainer *t,
                      const struct safetensors *f, const char *path, struct diag *d)
{
    const char *format = meta_of(f, "format"), *pipeline = meta_of(f, "pipeline");

    if (!format || strcmp(format, FORMAT) != 0)
        return diag_error(d, NULL,
                          "%s: its format is '%s'; this nnpipe reads '" FORMAT "'", path,
                          format ? format : "unknown");
    if (!pipeline || strcmp(pipeline, pipeline_hash(a, t)) != 0)
        return diag_error(
            d, NULL, "%s: it belongs to another model, optimizer or batch size", path);
    return 0;
}

static int take_slabs(struct arena *a, struct trainer *t, const struct safetensors *f,
                      const char *path, struct diag *d)
{
    struct named_tensor v[SLABS];

    list_slabs(a, t, v);
    for (int i = 0; i < SLABS; i++) {
        const struct named_tensor *got = safetensors_find(f, v[i].name);
        if (!got || tensor_bytes(&got->t) != tensor_bytes(&v[i].t))
            return diag_error(d, NULL, "%s: '%s' is not what this pipeline has", path,
                              v[i].name);
    }
    for (int i = 0; i < SLABS; i++)
        memcpy(v[i].t.data, safetensors_find(f, v[i].name)->t.data,
               tensor_bytes(&v[i].t));
    return 0;
}

static int take_scalars(struct arena *a, struct trainer *t, const struct safetensors *f,
                        const char *path, struct diag *d)
{
    size_t         n;
    struct scalar *v = make_scalars(a, t, &n);

    for (size_t i = 0; i < n; i++) {
        const char *text = meta_of(f, v[i].name);
        if (!text)
            return diag_error(d, NULL, "%s: there is no '%s' in it", path, v[i].name);
        if (v[i].i)
            *v[i].i = strtoll(text, NULL, 10);
        else if (v[i].u)
            *v[i].u = strtoull(text, NULL, 10);
        else
            *v[i].r = strtod(text, NULL);
    }
    if (t->at.epoch < 0 || t->at.batches < 0 || t->at.rows < 0 || t->at.attempt < 1)
        return diag_error(d, NULL, "%s: its position in the run makes no sense", path);
    for (size_t i = 0; i < t->session->n_schedules; i++) {
        const struct driven *k = &t->session->schedules[i];
        const char          *text = meta_of(f, arena_printf(a, "driven.%zu", i));
        if (text)
            params_set(k->spec->target->type->desc, k->spec->target->self, k->spec->param,
                       strtod(text, NULL));
    }
    return 0;
}

static void take_history(struct arena *a, struct trainer *t, const struct safetensors *f)
{
    history_clear(&t->history);
    for (size_t i = 0; i < f->n; i++) {
        if (strncmp(f->v[i].name, "epochs.", 7) != 0)
            continue;
        const char *name = arena_strdup(t->session->arena, f->v[i].name + 7);
        const struct named_tensor *values =
            safetensors_find(f, arena_printf(a, "values.%s", name));
        size_t n = nnp_count(&f->v[i].t);
        for (size_t k = 0; values && nnp_count(&values->t) == n && k < n; k++) {
            double epoch, value;
            memcpy(&epoch, (char *)f->v[i].t.data + k * sizeof epoch, sizeof epoch);
            memcpy(&value, (char *)values->t.data + k * sizeof value, sizeof value);
            history_add(&t->history, name, epoch, value);
        }
    }
}

/* The figures of the latest epoch, which `retry` may ask for. */
static void take_figures(struct trainer *t)
{
    t->n_figures = 0;
    for (size_t i = 0; i < t->history.n; i++) {
        const struct curve *c = &t->history.curves[i];
        if (t->n_figures < evaluate_room(t->session) && c->n &&
            c->epoch[c->n - 1] == (double)t->outcome.epochs)
            t->figures[t->n_figures++] = (struct figure){ c->name, c->value[c->n - 1] };
    }
}

static int read_one(struct trainer *t, const char *path, struct diag *d)
{
    struct arena       a = { 0 };
    struct safetensors f;
    int                rc = safetensors_read(&a, path, &f, d);

    if (!rc)
        rc = check_kind(&a, t, &f, path, d) || take_slabs(&a, t, &f, path, d) ||
                     take_scalars(&a, t, &f, path, d)
                 ? -1
                 : 0;
    if (!rc) {
        take_history(&a, t, &f);
        take_figures(t);
        t->session->services.seed = t->session->data_services.seed = t->session->seed;
        weights_mirror(t->session);
    }
    safetensors_close(&f);
    arena_close(&a);
    return rc;
}

int checkpoint_read(struct trainer *t, const char *folder, struct diag *d)
{
    struct arena a = { 0 };
    struct diag  first;
    const char  *path = arena_printf(&a, "%s/state.nnw", folder);
    const char  *before = arena_printf(&a, "%s/state.prev.nnw", folder);

    diag_init(&first, &a);
    int rc = read_one(t, path, &first);
    if (rc && !fsio_exists(before)) {
        rc = fsio_exists(path)
                 ? diag_error(d, NULL, "%s", first.entries[0].text)
                 : diag_error(d, NULL, "%s: there is no state.nnw to go on from", folder);
    } else if (rc) {
        rc = read_one(t, before, d);
        if (!rc) {
            unlink(path); /* or the next checkpoint would put it in the place of the good
                             one */
            report_say(t->report, "%s; going on from the one before it",
                       first.n ? first.entries[0].text : path);
        }
    }
    arena_close(&a);
    return rc;
}
