/* SPDX-License-Identifier: MIT */
/* What was asked for, as a table of items: --after=spec. */
#include <config.h>
#include "pipeline/spec.h"

#include <inttypes.h>
#include <string.h>

#include "language/expr.h"
#include "language/params.h"
#include "pipeline/split_rows.h"

enum { NAME = 2, TYPE = 18, FROM = 32 }; /* columns */

/* Parameters on one line: "units 2, bias true"; the arena is the spec's. */
static void params(const struct spec *s, const struct component *c, const void *self,
                   struct strbuf *out)
{
    struct node  *n = params_node(s->arena, c->desc, self, (struct at){ 0 });
    struct strbuf value = { 0 };

    for (size_t i = 0; i < n->n; i++) {
        value.n = 0;
        tree_print_json(n->values[i], &value);
        strbuf_printf(out, "%s%s %s", i ? ", " : "", n->keys[i]->text,
                      strbuf_text(&value));
    }
    strbuf_close(&value);
}

static void inputs(const struct item *item, struct strbuf *out)
{
    for (size_t i = 0; i < item->n_in; i++)
        strbuf_printf(out, "%s%s%s%s", i ? ", " : "",
                      item->in[i].port ? item->in[i].port : "",
                      item->in[i].port ? " " : "", item->in[i].stream);
    if (!item->n_in)
        strbuf_puts(out, "as the loss");
}

static void extras(const struct spec *s, const struct item *item, struct strbuf *out)
{
    if (item->use >= 0)
        strbuf_printf(out, "; weights of %s", s->model.v[item->use].name);
    for (size_t i = 0; i < item->n_share; i++)
        strbuf_printf(out, "; %s is %s.%s%s", item->share[i].weight, item->share[i].item,
                      item->share[i].other,
                      item->share[i].transposed ? " transposed" : "");
    for (size_t i = 0; i < item->n_init; i++)
        strbuf_printf(out, "; init %s%s%s",
                      item->init[i].weight ? item->init[i].weight : "",
                      item->init[i].weight ? " " : "", item->init[i].type->name);
    if (item->freeze)
        strbuf_puts(out, "; frozen");
    if (item->lr < 1 || item->lr > 1)
        strbuf_printf(out, "; lr times %g", item->lr);
    if (item->weight < 1 || item->weight > 1)
        strbuf_printf(out, "; weight %g", item->weight);
    if (item->when != WHEN_ALWAYS)
        strbuf_printf(out, "; only in %s",
                      item->when == WHEN_TRAIN ? "training" : "evaluation");
}

static void trim(struct strbuf *out)
{
    while (out->n && out->text[out->n - 1] == ' ')
        out->text[--out->n] = 0;
    strbuf_puts(out, "\n");
}

static void one(const struct spec *s, const struct item *item, bool wired,
                struct strbuf *out)
{
    strbuf_pad(out, NAME);
    for (size_t i = 0; i < item->n_outs; i++)
        strbuf_printf(out, "%s%s", i ? ", " : "", item->outs[i]);
    if (!item->n_outs)
        strbuf_puts(out, item->name);
    strbuf_puts(out, "  ");
    strbuf_pad(out, TYPE);
    strbuf_printf(out, "%s  ", item->type->name);
    strbuf_pad(out, FROM);
    if (wired) {
        inputs(item, out);
        strbuf_puts(out, "  ");
        strbuf_pad(out, FROM + 16);
    }
    params(s, item->type, item->self, out);
    extras(s, item, out);
    trim(out);
}

static void section(const struct spec *s, const char *title, const struct items *items,
                    bool wired, struct strbuf *out)
{
    if (!items->n)
        return;
    strbuf_printf(out, "%s\n", title);
    for (size_t i = 0; i < items->n; i++)
        one(s, &items->v[i], wired, out);
}

static void split(const struct spec *s, struct strbuf *out)
{
    const struct data_spec *d = &s->data;
    bool                    dealt = split_rows_dealt(d->rows);

    for (int k = 0; k < N_SPLITS; k++)
        if (d->split[k].given)
            strbuf_printf(out, "  %s %s", split_names[k], d->split[k].text);
        else if (k == SPLIT_TRAIN)
            strbuf_puts(out, dealt ? "  train the rest" : "  train all");
    if (d->how.folds)
        strbuf_printf(out, "  fold %" PRId64 " of %" PRId64, d->how.fold, d->how.folds);
    if (dealt)
        strbuf_printf(out, "  by chance, seed %" PRIu64, split_rows_seed(s));
    strbuf_puts(out, "\n");
}

static void data(const struct spec *s, struct strbuf *out)
{
    const struct data_spec *d = &s->data;

    strbuf_puts(out, "data\n");
    one(s, d->source, false, out);
    for (size_t i = 0; !d->missing && i < instance_count(d->loader, NNP_OUT); i++) {
        const struct decl *t = instance_decl(d->loader, NNP_OUT, i);
        const nnp_tensor   shape = { .ndim = t->ndim, .shape = (int64_t *)t->shape };

        strbuf_printf(out, "    %s  %s, %s\n", t->name, dtype_name(t->dtype),
                      tensor_text(s->arena, &shape));
    }
    if (d->missing)
        strbuf_printf(out, "    missing: %s\n", d->missing);
    else if (d->count > 0)
        strbuf_printf(out, "    %lld rows\n", (long long)d->count);
    strbuf_puts(out, "  split");
    split(s, out);
    section(s, "map", &d->map, true, out);
}

static void optim(const struct spec *s, struct strbuf *out)
{
    const struct optim_spec *o = &s->optim;

    section(s, "optim", &o->chain, false, out);
    for (size_t i = 0; i < o->n_schedule; i++) {
        strbuf_printf(out, "  %s follows %s  ", o->schedule[i].path,
                      o->schedule[i].item.type->name);
        params(s, o->schedule[i].item.type, o->schedule[i].item.self, out);
        trim(out);
    }
    for (size_t i = 0; i < o->n_group; i++) {
        const struct group_spec *g = &o->group[i];

        strbuf_puts(out, "  group");
        for (size_t k = 0; k < g->n_of; k++)
            strbuf_printf(out, "%s %s", k ? "," : "", g->of[k]);
        strbuf_printf(out, ": lr times %g", g->lr);
        if (g->decay >= 0)
            strbuf_puts(out, g->decay ? ", decay" : ", no decay");
        strbuf_puts(out, g->freeze ? ", frozen\n" : "\n");
    }
}

static void print_train(const struct spec *s, struct strbuf *out)
{
    const struct train_spec *t = &s->train;
    int64_t                  length = t->epochs ? t->epochs : t->steps;

    if (!length)
        return;
    strbuf_printf(out, "train\n  %" PRId64 " %s, batch %" PRId64 ", seed %" PRIu64 "%s",
                  length, t->epochs ? length == 1 ? "epoch" : "epochs" : "steps",
                  t->batch, t->seed, t->shuffle ? ", shuffled" : "");
    if (t->accumulate > 1)
        strbuf_printf(out, ", %" PRId64 " batches an update", t->accumulate);
    strbuf_puts(out, "\n");
    if (t->stop.when)
        strbuf_printf(out, "  stop when %s for %" PRId64 " epochs\n",
                      expr_text(t->stop.when), t->stop.for_epochs);
    if (t->stop.patience)
        strbuf_printf(out, "  stop after %" PRId64 " epochs without a better %s\n",
                      t->stop.patience, t->stop.on_best ? t->stop.on_best : "loss");
    if (t->retry.times)
        strbuf_printf(out, "  retry %" PRId64 " times unless %s\n", t->retry.times,
                      expr_text(t->retry.unless));
    if (t->keep.newest)
        strbuf_puts(out, "  keep the weights of the last epoch\n");
    if (t->keep.best)
        strbuf_printf(out, "  keep the best %s\n", t->keep.best);
}

void spec_print(const struct spec *s, struct strbuf *out)
{
    strbuf_printf(out, "%s\n", s->name);
    if (s->n_vars)
        strbuf_puts(out, "vars\n");
    for (size_t i = 0; i < s->n_vars; i++) {
        strbuf_printf(out, "  %s  ", s->vars[i].name);
        tree_print_json(s->vars[i].value, out);
        strbuf_puts(out, "\n");
    }
    data(s, out);
    section(s, "model", &s->model, true, out);
    section(s, "loss", &s->loss, true, out);
    optim(s, out);
    print_train(s, out);
    section(s, "metrics", &s->metrics, true, out);
    section(s, "report", &s->report, false, out);
}
