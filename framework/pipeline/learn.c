/* SPDX-License-Identifier: MIT */
/* A loader that learns of the training rows, before the model asks for its shapes. Which
 * rows those are may depend on their classes, so y is read first. */
#include <config.h>
#include "pipeline/read.h"

#include <stdlib.h>
#include <string.h>

#include "call/loader.h"
#include "language/value.h"
#include "language/vars.h"
#include "pipeline/split_deal.h"

enum { BATCH = 4096 };

struct pages { /* what is read of the data at once */
    const struct data_spec *data;
    int64_t                *index;
    void                   *y; /* of BATCH rows */
};

/* ---- rows before there is a session ---- */

static int set_up(struct instance *i, int64_t rows, struct diag *d)
{
    nnp_tensor in = i->in[0];

    in.shape[0] = rows;
    return instance_setup(i, &in, 1, NULL, 0, 0, d);
}

/* Only one stream has somewhere to go: the others are not made yet. */
static int read_page(void *arg, int out, int64_t first, int64_t n, nnp_tensor *to,
                     struct diag *d)
{
    struct pages    *p = arg;
    struct instance *i = p->data->loader;
    const char      *name = instance_decl(i, NNP_OUT, (size_t)out)->name;
    int64_t          behind = first - i->rows.count;

    if (p->data->tests && behind >= 0)
        i = p->data->tests;
    if (set_up(i, n, d))
        return -1;
    for (int64_t r = 0; r < n; r++)
        p->index[r] = (i == p->data->tests ? behind : first) + r;
    for (uint32_t k = 0; k < i->ctx.n_out; k++) {
        i->out[k].data = NULL;
        if (strcmp(instance_decl(i, NNP_OUT, k)->name, name) == 0) {
            *to = i->out[k];
            to->data = i->out[k].data = p->y;
        }
    }
    i->in[0].data = p->index;
    return instance_call(i, i->type->desc->forward, "forward", d) < 0 ? -1 : 0;
}

static size_t widest(const struct instance *i)
{
    size_t most = 0;

    for (uint32_t k = 0; k < i->ctx.n_out; k++) {
        size_t n = nnp_row(&i->out[k]) * 8;
        most = n > most ? n : most;
    }
    return most;
}

static int find_classes(const struct data_spec *data, struct split_classes *l,
                        struct diag *d)
{
    struct pages p = { .data = data, .index = malloc(BATCH * sizeof *p.index) };
    int          rc;

    p.y = calloc(BATCH + 1, widest(data->loader) + 8);
    l->of = malloc((size_t)l->n * sizeof *l->of);
    const struct split_reader from = { read_page, &p, BATCH };
    rc = p.index && p.y && l->of
             ? split_deal_classes(data, &from, l, d)
             : diag_memory(d, "no memory for the classes of the rows");
    free(p.index);
    free(p.y);
    return rc;
}

/* ---- the training rows ---- */

/* What is wrong with it, the section `train` says. */
static uint64_t find_seed(struct read *r)
{
    const struct node *train = tree_find(r->spec->tree, "train");
    struct node       *only = tree_new(r->a, NODE_MAP, (struct at){ 0 });
    const struct node *written =
        train && train->kind == NODE_MAP ? tree_find(train, "seed") : NULL;
    struct diag d;
    int64_t     seed = 0;

    diag_init(&d, r->a);
    if (written)
        tree_set(r->a, only, "seed", written->at, vars_replace(r->vars, written, &d));
    value_int(only, &grammar_train, "seed", &seed, &d);
    return (uint64_t)(r->options->seed >= 0 ? r->options->seed : seed);
}

static int learn(struct read *r, struct data_spec *data, struct split_whole *w)
{
    uint64_t             seed = data->how.seeded ? data->how.seed : find_seed(r);
    struct split_classes l = { .n = w->count };
    struct split_order   o = { .order = NULL };
    struct row_range    *train = &o.splits[SPLIT_TRAIN];
    int64_t             *rows = NULL;
    int rc = split_deal_asks(data, data->rows) ? find_classes(data, &l, r->d) : 0;

    if (!rc)
        rc = split_deal(data, seed, w, data->rows, &l, &o, r->d);
    if (!rc && !(rows = malloc((size_t)train->n * sizeof *rows)))
        rc = diag_memory(r->d, "no memory for the training rows");
    for (int64_t i = 0; !rc && i < train->n; i++)
        rows[i] = o.order ? o.order[train->first + i] : train->first + i;
    if (!rc)
        rc = loader_learn(data->loader, rows, train->n, r->d);
    if (!rc)
        rc = set_up(data->loader, 1, r->d);
    free(rows);
    free(o.order);
    free(l.of);
    return rc;
}

void learn_training(struct read *r)
{
    struct data_spec  *data = &r->spec->data;
    struct split_whole w;

    if (!data->loader || !loader_learns(data->loader) || !data->rows[SPLIT_TRAIN].n)
        return;
    w = split_rows_whole(data);
    if (learn(r, data, &w))
        return;
    loader_notes(data->loader, r->d);
    if (data->tests)
        data_follow(r);
}
