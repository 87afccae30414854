/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "jobs/pack.h"

#include <string.h>

#include "base/fsio.h"
#include "base/json.h"
#include "run/given_rows.h"
#include "train/safetensors.h"
#include "view/environment.h"

/* ---- what the metadata say ---- */

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* Where the data lay is nobody's business who gets the file, and nothing is looked for
 * there: of the paths of a loader the last parts are kept. */
static void forget_paths(struct arena *a, struct node *source, const struct item *item)
{
    const nnp_component *desc = item ? item->type->desc : NULL;
    struct node         *params = source ? tree_find(source, item->type->name) : NULL;

    for (uint32_t i = 0; params && params->kind == NODE_MAP && i < desc->n_params; i++) {
        const char        *name = desc->params[i].name;
        const struct node *path =
            (desc->params[i].type & 255) == NNP_PATH ? tree_find(params, name) : NULL;
        if (path && path->kind == NODE_SCALAR)
            tree_set(a, params, name, path->at,
                     tree_scalar(a, last_part(path->text), path->at));
    }
}

static const char *pipeline(struct arena *a, const struct spec *s)
{
    struct node  *tree = tree_copy(a, s->resolved), *data = tree_find(tree, "data");
    struct node  *split = data ? tree_find(data, "split") : NULL;
    struct strbuf text = { 0 };

    if (data)
        forget_paths(a, tree_find(data, "source"), s->data.source);
    if (split && split->kind == NODE_MAP && s->data.test)
        forget_paths(a, tree_find(split, "test"), s->data.test);
    tree_print(tree, &text);
    const char *out = arena_strdup(a, strbuf_text(&text));
    strbuf_close(&text);
    return out;
}

/* The streams that it is asked with. */
static const char *entry(struct arena *a, const struct session *s)
{
    struct given_rows g;
    struct json       j = { 0 };

    given_rows_open(&g, s, a, false, false);
    json_open(&j, '[');
    for (uint32_t k = 0; k < g.n; k++)
        if (g.stream[k].size)
            json_text(&j, g.stream[k].name);
    json_close(&j);
    const char *out = arena_strdup(a, strbuf_text(&j.text));
    strbuf_close(&j.text);
    return out;
}

static const char *figures_text(struct arena *a, const struct figures *f)
{
    struct json j = { 0 };

    json_open(&j, '{');
    for (size_t i = 0; i < f->n; i++)
        json_key(&j, f->v[i].name), json_number(&j, f->v[i].value);
    json_close(&j);
    const char *out = arena_strdup(a, strbuf_text(&j.text));
    strbuf_close(&j.text);
    return out;
}

/* ---- the file ---- */

/* What the weights said, and that; NULL after a message. The checksum is of another file.
 */
static const char **metadata(struct arena *a, const struct loaded *p,
                             const struct safetensors *f, const struct figures *figures,
                             struct diag *d)
{
    struct origin from;
    char         *hex = arena_alloc(a, 65);
    size_t        n = 0, k = 0;

    while (f->meta && f->meta[n])
        n += 2;
    environment_origin(a, p->trained, &from);
    if (fsio_sha256_file(p->weights, hex, d))
        return NULL;
    const char *more[][2] = {
        { "nnpipe", PACKAGE_VERSION },     { "pipeline", pipeline(a, p->spec) },
        { "entry", entry(a, p->session) }, { "figures", figures_text(a, figures) },
        { "plugins", from.plugins },       { "data_sha256", from.data },
        { "weights_sha256", hex }
    };
    const char **meta =
        arena_array(a, n + 2 * sizeof more / sizeof *more + 1, sizeof *meta);
    for (size_t i = 0; i < n; i += 2)
        if (strcmp(f->meta[i], "checksum") != 0) {
            meta[k++] = f->meta[i];
            meta[k++] = f->meta[i + 1];
        }
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        if (more[i][1]) {
            meta[k++] = more[i][0];
            meta[k++] = more[i][1];
        }
    return meta;
}

int pack_write(const struct loaded *p, const struct figures *figures, const char *to,
               struct diag *d)
{
    struct arena       scrap = { 0 };
    struct safetensors f;
    int                rc;

    if (!fsio_exists(p->weights))
        return diag_error(d, NULL,
                          "%s: there are no weights yet: its training has kept none",
                          p->weights);
    rc = safetensors_read(&scrap, p->weights, &f, d);
    if (!rc && !safetensors_meta(&f, "data"))
        rc = diag_error(d, NULL,
                        "%s: it does not say what its data were like: train again",
                        p->weights);
    const char **meta = rc ? NULL : metadata(&scrap, p, &f, figures, d);
    rc = meta ? safetensors_write(to, f.v, f.n, meta, d) : -1;
    safetensors_close(&f);
    arena_close(&scrap);
    return rc;
}
