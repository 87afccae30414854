/* SPDX-License-Identifier: MIT */
/* Weights and learned states by name, as safetensors. */
#include <config.h>
#include "train/weightfile.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "call/tensor.h"
#include "base/json.h"
#include "call/loader.h"
#include "call/said.h"
#include "train/safetensors.h"

/* Files of format 1 have no checksum. */
#define FORMAT "nnpipe 2"

size_t weightfile_most(const struct session *s)
{
    return s->graph->n_params + s->memory.n_state;
}

size_t weightfile_list(const struct session *s, struct named_tensor *v)
{
    const struct memory *m = &s->memory;
    size_t               n = 0;

    for (size_t i = 0; i < s->graph->n_params; i++)
        if (s->graph->params[i].of < 0)
            v[n++] = (struct named_tensor){ s->graph->params[i].name,
                                            weights_tensor(&m->weights, s->graph,
                                                           m->weights.w, i) };
    for (size_t i = 0; i < m->n_state; i++)
        if (m->state[i].lasts)
            v[n++] = (struct named_tensor){ m->state[i].name, *m->state[i].t };
    return n;
}

int weightfile_write(struct session *s, const char *path, const char *const *meta,
                     struct diag *d)
{
    struct arena         scrap = { 0 };
    struct named_tensor *v = arena_array(&scrap, weightfile_most(s) + 1, sizeof *v);
    int                  rc = safetensors_write(path, v, weightfile_list(s, v), meta, d);

    arena_close(&scrap);
    return rc;
}

/* The names of the classes, stream by stream; NULL: there are none. */
static const char *class_names(const struct session *s, struct arena *a)
{
    const struct instance *loader = s->frames->node[0];
    struct json            j = { 0 };
    const char            *name, *text = NULL;

    json_open(&j, '{');
    for (size_t k = 0; k < instance_count(loader, NNP_OUT); k++) {
        const char *stream = instance_decl(loader, NNP_OUT, k)->name;
        if (!loader_class(loader, stream, 0))
            continue;
        json_key(&j, stream), json_open(&j, '[');
        for (int64_t i = 0; (name = loader_class(loader, stream, i)); i++)
            json_text(&j, name);
        json_close(&j);
    }
    json_close(&j);
    if (j.text.n > 2)
        text = arena_strdup(a, strbuf_text(&j.text));
    strbuf_close(&j.text);
    return text;
}

int weightfile_keep(struct session *s, const char *folder, const char *file,
                    int64_t epoch, int64_t attempt, struct diag *d)
{
    struct arena scrap = { 0 };
    int          rc = 0;
    size_t       n = 6;

    if (folder) {
        const char *meta[17] = {
            "format", FORMAT,
            "epoch",  arena_printf(&scrap, "%" PRId64, epoch),
            "seed",   arena_printf(&scrap, "%" PRIu64, s->pace.seed)
        };
        const char *tried = attempt ? arena_printf(&scrap, "%" PRId64, attempt) : NULL;
        const char *more[][2] = { { "run", *s->run ? s->run : NULL },
                                  { "attempt", tried },
                                  { "classes", class_names(s, &scrap) },
                                  { "data", said_text(&scrap, s->frames->node[0]) },
                                  { "coding", loader_coding(s->frames->node[0]) } };
        for (size_t i = 0; i < sizeof more / sizeof *more; i++)
            if (more[i][1]) {
                meta[n++] = more[i][0];
                meta[n++] = more[i][1];
            }
        rc = weightfile_write(s, arena_printf(&scrap, "%s/%s", folder, file), meta, d);
    }
    arena_close(&scrap);
    return rc;
}

const char *weightfile_meta(struct arena *a, const char *path, const char *key)
{
    struct arena       scrap = { 0 };
    struct safetensors f;
    struct diag        quiet;
    const char        *text = NULL;

    diag_init(&quiet, &scrap);
    if (!safetensors_read(&scrap, path, &f, &quiet) && safetensors_meta(&f, key))
        text = arena_strdup(a, safetensors_meta(&f, key));
    safetensors_close(&f);
    arena_close(&scrap);
    return text;
}

/* The texts are copied to the arena by the reader; only the numbers go. */
int weightfile_about(struct arena *a, const char *path, struct safetensors *out,
                     struct diag *d)
{
    if (safetensors_read(a, path, out, d))
        return -1;
    safetensors_close(out);
    out->v = NULL;
    out->n = 0;
    return 0;
}

static bool has_shape_of(const nnp_tensor *a, const nnp_tensor *b)
{
    return a->ndim == b->ndim &&
           memcmp(a->shape, b->shape, (size_t)b->ndim * sizeof *b->shape) == 0;
}

static int take(const struct safetensors *f, const struct named_tensor *want,
                const char *path, struct diag *d)
{
    const struct named_tensor *got = safetensors_find(f, want->name);

    if (!got)
        return diag_error(d, NULL, "%s: there is no tensor '%s' in it", path, want->name);
    if (!has_shape_of(&got->t, &want->t))
        return diag_error(d, NULL, "%s: '%s' has the shape %s, the pipeline gives it %s",
                          path, want->name, tensor_shape(d->arena, &got->t),
                          tensor_shape(d->arena, &want->t));
    if (nnp_type(&got->t) != nnp_type(&want->t))
        return diag_error(d, NULL,
                          "%s: '%s' is of type %s, %s is needed: convert it where the "
                          "file is written",
                          path, want->name, safetensors_type(nnp_type(&got->t)),
                          safetensors_type(nnp_type(&want->t)));
    if (want->t.data)
        memcpy(want->t.data, got->t.data, tensor_bytes(&want->t));
    return 0;
}

/* What the data's part learned belongs to these data; a tensor of another size is that of
 * another item, which has its name by chance. */
static bool may_carry(const struct safetensors *f, const struct named_tensor *want)
{
    const struct named_tensor *got = safetensors_find(f, want->name);

    return got && strncmp(want->name, "data.", 5) != 0 &&
           nnp_type(&got->t) == nnp_type(&want->t) && has_shape_of(&got->t, &want->t);
}

/* An evaluation draws its random numbers as the training did that made the weights. */
static void take_seed(struct session *s, const struct safetensors *f)
{
    const char *seed = safetensors_meta(f, "seed");

    if (seed)
        s->pace.seed = strtoull(seed, NULL, 10);
}

/* Files of other programs are taken as they are. What says that nnpipe wrote it has its
 * checksum too, and belongs into one folder. */
static int check_origin(const struct session *s, const struct safetensors *f,
                        const char *path, bool carry, struct diag *d)
{
    const char *format = safetensors_meta(f, "format"), *run = safetensors_meta(f, "run");

    if (format && strcmp(format, FORMAT) == 0 && !f->sealed)
        return diag_error(d, NULL,
                          "%s: it is damaged: its checksum is missing; a program that "
                          "writes it anew leaves out what was said of the old one",
                          path);
    if (!carry && run && *s->run && strcmp(run, s->run) != 0)
        return diag_error(d, NULL,
                          "%s: it is of another run: %s, that of this folder is %s", path,
                          run, s->run);
    return 0;
}

/* A state that grows takes the rows that it has in the file, before its size is looked
 * at. */
static int take_rows(const struct session *s, const struct safetensors *f, struct diag *d)
{
    for (size_t i = 0; i < s->memory.n_state; i++) {
        const struct saved_state  *st = &s->memory.state[i];
        const struct named_tensor *got = safetensors_find(f, st->name);
        if (got && got->t.ndim == st->t->ndim && nnp_row(&got->t) == nnp_row(st->t) &&
            bind_rows(s->frames, st, got->t.shape[0], d))
            return -1;
    }
    return 0;
}

/* carry: only what the model has by name and size; otherwise everything must be there. */
static int take_all(struct session *s, const char *path, bool carry, struct diag *d)
{
    struct arena         scrap = { 0 };
    struct safetensors   f;
    struct named_tensor *v = arena_array(&scrap, weightfile_most(s) + 1, sizeof *v);
    size_t               n = 0;
    int                  rc = safetensors_read(&scrap, path, &f, d);

    if (!rc)
        rc = check_origin(s, &f, path, carry, d) || take_rows(s, &f, d) ? -1 : 0;
    if (!rc)
        n = weightfile_list(s, v);
    for (size_t i = 0; !rc && i < n; i++)
        if (!carry || may_carry(&f, &v[i]))
            rc = take(&f, &v[i], path, d);
    if (!rc)
        weights_mirror(&s->memory.weights, s->graph);
    if (!rc && !carry)
        take_seed(s, &f);
    safetensors_close(&f);
    arena_close(&scrap);
    return rc;
}

int weightfile_carry(struct session *s, const char *path, struct diag *d)
{
    return take_all(s, path, true, d);
}

int weightfile_read(struct session *s, const char *path, struct diag *d)
{
    return take_all(s, path, false, d);
}
