/* SPDX-License-Identifier: MIT */
/* The canonical file: variables replaced, blocks unrolled, every default written out.
 * Reading it gives the same spec again. */
#include <config.h>
#include "pipeline/read.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <nnpipe/data.h>
#include <nnpipe/report.h>
#include "base/fsio.h"
#include "language/expr.h"
#include "language/params.h"
#include "pipeline/class_weight.h"

struct out {
    struct read *r;
    struct at    at; /* new nodes stand nowhere in particular: at the head of the file */
};

static struct node *new_map(const struct out *o)
{
    return tree_new(o->r->a, NODE_MAP, o->at);
}

static struct node *new_list(const struct out *o)
{
    return tree_new(o->r->a, NODE_SEQ, o->at);
}

static struct node *text(const struct out *o, const char *s)
{
    struct node *n = tree_scalar(o->r->a, s, o->at);
    bool         yes;
    double       number;

    /* What another reader would take for a number or a truth value needs its quotes. */
    n->quoted = !*s || tree_real(n, &number, NULL) == 0 || tree_bool(n, &yes, NULL) == 0;
    return n;
}

static struct node *word(const struct out *o, const char *s)
{
    return tree_scalar(o->r->a, s, o->at);
}

static struct node *whole(const struct out *o, int64_t v)
{
    return word(o, arena_printf(o->r->a, "%" PRId64, v));
}

static struct node *number(const struct out *o, double v)
{
    return tree_number(o->r->a, v, o->at);
}

static struct node *truth(const struct out *o, bool v)
{
    return word(o, v ? "true" : "false");
}

static void set_key(const struct out *o, struct node *m, const char *key,
                    struct node *value)
{
    tree_set(o->r->a, m, key, o->at, value);
}

/* ---- items ------------------------------------------------------------------------- */

/* The item that a parameter puts behind this one is written on its own. */
static void without_then(const struct out *o, const nnp_component *c, struct node *n)
{
    for (uint32_t i = 0; i < c->n_params; i++) {
        const nnp_param *p = &c->params[i];

        if (!(p->type & NNP_FOLLOWED_BY))
            continue;
        tree_remove(n, p->name);
        if (p->def && *p->def)
            set_key(o, n, p->name, text(o, ""));
    }
}

/* What stands in the file for a parameter, or NULL. */
static const struct node *written(const struct item *item, const nnp_param *p)
{
    const struct node *v = item ? item->node : NULL;

    v = v && v->kind == NODE_MAP ? tree_find(v, item->type->name) : NULL;
    if (v && v->kind == NODE_MAP)
        v = tree_find(v, p->name);
    else if (v && params_main(item->type->desc) != p)
        v = NULL;
    return v;
}

/* This file will be read from other places: a path beside the file becomes absolute, one
 * found among the data sets stays what it was, for it is found there again. */
static const char *path_text(const struct out *o, const struct node *was,
                             const char *path)
{
    const char *beside =
        was ? fsio_beside(o->r->a, was->at.source->name, was->text) : path;
    char *real;

    if (strcmp(beside, path) !=
        0) /* elsewhere, or no path: of a tree not every text is */
        return was->text;
    real = realpath(path, NULL);
    if (!real) {
        diag_lost(errno, path); /* else the run would look for it elsewhere */
        return was ? was->text : path;
    }
    path = arena_strdup(o->r->a, real);
    free(real);
    return path;
}

static bool is_text(const struct node *n)
{
    return n && n->kind == NODE_SCALAR && n->at.source;
}

/* was: what stands in the file for it; lists and maps of both have the same form, or what
 * was is not known. */
static struct node *lasting(const struct out *o, const struct node *was, struct node *v)
{
    bool alike = was && was->kind == v->kind && was->n == v->n;

    if (v->kind == NODE_SCALAR) {
        const char *path = path_text(o, is_text(was) ? was : NULL, v->text);
        return *v->text && strcmp(path, v->text) != 0 ? text(o, path) : v;
    }
    for (size_t i = 0; (v->kind == NODE_SEQ || v->kind == NODE_MAP) && i < v->n; i++)
        v->values[i] = lasting(o, alike ? was->values[i] : was, v->values[i]);
    return v;
}

static void lasting_paths(const struct out *o, const struct item *item,
                          const nnp_component *c, struct node *n)
{
    for (uint32_t i = 0; i < c->n_params; i++) {
        const nnp_param *p = &c->params[i];
        bool             paths = (p->type & 255) == NNP_PATH || p->type & NNP_PATHS;
        struct node     *v = paths ? tree_find(n, p->name) : NULL;

        if (v)
            set_key(o, n, p->name, lasting(o, written(item, p), v));
    }
}

/* A parameter that names streams says what they are called here, as `of` does: the name
 * of a block is gone. */
static void lasting_streams(const struct out *o, const struct item *item,
                            const nnp_component *c, struct node *n)
{
    for (uint32_t i = 0; item && i < c->n_params; i++) {
        const char  *name = c->params[i].name;
        struct node *l = new_list(o);

        for (size_t k = 0; c->params[i].type & NNP_STREAMS && k < item->n_in; k++)
            if (item->in[k].port && strcmp(item->in[k].port, name) == 0)
                tree_add(o->r->a, l, word(o, item->in[k].stream));
        if (l->n)
            set_key(o, n, name, l);
    }
}

/* item: whose parameters these are; NULL for an initializer. */
static struct node *params(const struct out *o, const struct item *item,
                           const struct component *c, const void *self)
{
    struct node *n = params_node(o->r->a, c->desc, self, o->at);

    without_then(o, c->desc, n);
    lasting_paths(o, item, c->desc, n);
    lasting_streams(o, item, c->desc, n);
    return n->n ? n : tree_new(o->r->a, NODE_NULL, o->at);
}

static struct node *names(const struct out *o, const char *const *v, size_t n)
{
    struct node *l = new_list(o);

    if (n == 1)
        return word(o, v[0]);
    for (size_t i = 0; i < n; i++)
        tree_add(o->r->a, l, word(o, v[i]));
    return l;
}

/* The target of an estimator stands in `to`, beside what it reads. */
static size_t n_from(const struct item *item)
{
    return item->n_in - (component_has_target(item->type) && item->n_in > 1);
}

static struct node *from(const struct out *o, const struct item *item)
{
    struct node *m = new_map(o), *l = new_list(o);

    for (size_t i = 0; i < n_from(item); i++) {
        const struct input *in = &item->in[i];
        if (in->port)
            set_key(o, m, in->port, word(o, in->stream));
        else
            tree_add(o->r->a, l, word(o, in->stream));
    }
    return m->n ? m : l->n == 1 ? l->values[0] : l;
}

static bool reads_only(const struct item *item, const char *stream)
{
    return n_from(item) == 1 && !item->in[0].port &&
           strcmp(item->in[0].stream, stream) == 0;
}

static struct node *initializer(const struct out *o, const struct init_spec *i)
{
    struct node *m = new_map(o);

    set_key(o, m, i->type->name, params(o, NULL, i->type, i->self));
    return m;
}

static void put_init(const struct out *o, struct node *m, const struct item *item)
{
    struct node *each = new_map(o);

    for (size_t i = 0; i < item->n_init; i++) {
        if (!item->init[i].weight) {
            set_key(o, m, "init", initializer(o, &item->init[i]));
            return;
        }
        set_key(o, each, item->init[i].weight, initializer(o, &item->init[i]));
    }
    if (each->n)
        set_key(o, m, "init", each);
}

static void put_share(const struct out *o, struct node *m, const struct item *item)
{
    struct node *each = new_map(o);

    for (size_t i = 0; i < item->n_share; i++) {
        const struct share_spec *s = &item->share[i];
        set_key(o, each, s->weight,
                word(o, arena_printf(o->r->a, "%s.%s%s", s->item, s->other,
                                     s->transposed ? ".T" : "")));
    }
    if (each->n)
        set_key(o, m, "share", each);
}

static struct node *layer(const struct out *o, const struct item *item, const char *prev)
{
    struct node *m = new_map(o);

    if (item->use >= 0)
        set_key(o, m, "use", word(o, o->r->spec->model.v[item->use].name));
    else
        set_key(o, m, item->type->name, params(o, item, item->type, item->self));
    set_key(o, m, "as", names(o, item->outs, item->n_outs));
    if (!reads_only(item, prev))
        set_key(o, m, "from", from(o, item));
    if (n_from(item) < item->n_in)
        set_key(o, m, "to", word(o, item->in[item->n_in - 1].stream));
    put_share(o, m, item);
    put_init(o, m, item);
    if (item->freeze)
        set_key(o, m, "freeze", truth(o, true));
    if (item->lr < 1 || item->lr > 1)
        set_key(o, m, "lr", number(o, item->lr));
    if (item->when != WHEN_ALWAYS)
        set_key(o, m, "when", word(o, item->when == WHEN_TRAIN ? "train" : "eval"));
    if (item->note)
        set_key(o, m, "note", text(o, item->note));
    return m;
}

static struct node *transform(const struct out *o, const struct item *item)
{
    struct node *m = new_map(o);

    set_key(o, m, item->type->name, params(o, item, item->type, item->self));
    if (item->named)
        set_key(o, m, "as", names(o, item->outs, item->n_outs));
    if (!reads_only(item, "x"))
        set_key(o, m, "from", from(o, item));
    if (item->when != WHEN_ALWAYS)
        set_key(o, m, "when", word(o, item->when == WHEN_TRAIN ? "train" : "eval"));
    if (item->note)
        set_key(o, m, "note", text(o, item->note));
    return m;
}

/* of, to, where: beside the plugin, where no parameter of it can be meant. */
static void put_ports(const struct out *o, struct node *m, const struct item *item)
{
    for (size_t k = 0; grammar_loss.ports[k]; k++) {
        const char  *port = grammar_loss.ports[k];
        const char **v = arena_array(o->r->a, item->n_in + 1, sizeof *v);
        size_t       n = 0;

        for (size_t i = 0; i < item->n_in; i++)
            if (item->in[i].port && strcmp(item->in[i].port, port) == 0)
                v[n++] = item->in[i].stream;
        if (n)
            set_key(o, m, port, names(o, v, n));
    }
}

static struct node *term(const struct out *o, const struct item *item, bool weighted)
{
    struct node *m = new_map(o);

    set_key(o, m, item->type->name, params(o, item, item->type, item->self));
    if (item->named)
        set_key(o, m, "as", word(o, item->name));
    put_ports(o, m, item);
    if (weighted && (item->weight < 1 || item->weight > 1))
        set_key(o, m, "weight", number(o, item->weight));
    if (item->sample_weight)
        set_key(o, m, "sample_weight", word(o, item->sample_weight));
    if (item->class_weight)
        set_key(o, m, "class_weight", class_weight_resolved(o->r->a, item->class_weight));
    if (item->note)
        set_key(o, m, "note", text(o, item->note));
    return m;
}

static struct node *terms(const struct out *o, const struct items *items, bool weighted)
{
    struct node *l = new_list(o);

    for (size_t i = 0; i < items->n; i++)
        tree_add(o->r->a, l, term(o, &items->v[i], weighted));
    return l;
}

/* ---- sections ---------------------------------------------------------------------- */

static struct node *loader(const struct out *o, const struct item *item)
{
    struct node *m = new_map(o);

    set_key(o, m, item->type->name, params(o, item, item->type, item->self));
    return m;
}

/* The defaults of how parts are taken are written where something is dealt; the seed only
 * where it has one of its own. */
static struct node *split(const struct out *o)
{
    const struct data_spec *d = &o->r->spec->data;
    const struct split_how *h = &d->how;
    struct node            *m = new_map(o);

    for (int k = 0; k < N_SPLITS; k++)
        if (k == SPLIT_TEST && d->test)
            set_key(o, m, split_names[k], loader(o, d->test));
        else if (d->split[k].given)
            set_key(o, m, split_names[k], tree_copy(o->r->a, d->split[k].node));
    if (h->by_rows)
        set_key(o, m, "by", word(o, "rows"));
    if (h->plain || h->stratify)
        set_key(o, m, "stratify", word(o, h->plain ? "false" : h->stratify));
    if (h->seeded)
        set_key(o, m, "seed", whole(o, (int64_t)h->seed));
    if (h->folds) {
        set_key(o, m, "folds", whole(o, h->folds));
        set_key(o, m, "fold", whole(o, h->fold));
    }
    return m;
}

static struct node *data(const struct out *o)
{
    const struct data_spec *d = &o->r->spec->data;
    struct node            *m = new_map(o), *parts = split(o), *l = new_list(o);

    set_key(o, m, "source", loader(o, d->source));
    if (parts->n)
        set_key(o, m, "split", parts);
    for (size_t i = 0; i < d->map.n; i++)
        tree_add(o->r->a, l, transform(o, &d->map.v[i]));
    if (l->n)
        set_key(o, m, "map", l);
    return m;
}

static struct node *model(const struct out *o)
{
    const struct items *items = &o->r->spec->model;
    struct node        *l = new_list(o);
    const char         *prev = "x";

    for (size_t i = 0; i < items->n; i++) {
        tree_add(o->r->a, l, layer(o, &items->v[i], prev));
        prev = items->v[i].name;
    }
    return l;
}

static struct node *schedule(const struct out *o, const struct schedule_spec *s)
{
    struct node *m = new_map(o);

    set_key(o, m, s->item.type->name, params(o, &s->item, s->item.type, s->item.self));
    set_key(o, m, "of", word(o, s->path));
    if (s->watch && !params_find(s->item.type->desc, "watch"))
        set_key(o, m, "watch", word(o, s->watch));
    return m;
}

static struct node *group(const struct out *o, const struct group_spec *g)
{
    struct node *m = new_map(o);

    set_key(o, m, "of", names(o, g->of, g->n_of));
    set_key(o, m, "lr", number(o, g->lr));
    if (g->decay >= 0)
        set_key(o, m, "decay", truth(o, g->decay));
    if (g->freeze)
        set_key(o, m, "freeze", truth(o, true));
    return m;
}

static struct node *optim(const struct out *o)
{
    const struct optim_spec *s = &o->r->spec->optim;
    struct node *m = new_map(o), *schedules = new_list(o), *groups = new_list(o);

    for (size_t i = 0; i < s->chain.n; i++)
        set_key(o, m, s->chain.v[i].type->name,
                params(o, &s->chain.v[i], s->chain.v[i].type, s->chain.v[i].self));
    for (size_t i = 0; i < s->n_schedule; i++)
        tree_add(o->r->a, schedules, schedule(o, &s->schedule[i]));
    for (size_t i = 0; i < s->n_group; i++)
        tree_add(o->r->a, groups, group(o, &s->group[i]));
    if (schedules->n)
        set_key(o, m, "schedule", schedules);
    if (groups->n)
        set_key(o, m, "groups", groups);
    return m;
}

static struct node *stop(const struct out *o)
{
    const struct train_spec *t = &o->r->spec->train;
    struct node             *m = new_map(o);

    if (t->stop.when) {
        set_key(o, m, "when", word(o, expr_text(t->stop.when)));
        set_key(o, m, "for", whole(o, t->stop.for_epochs));
    }
    if (t->stop.patience) {
        set_key(o, m, "patience", whole(o, t->stop.patience));
        set_key(o, m, "min_delta", number(o, t->stop.min_delta));
    }
    if (t->stop.on_best)
        set_key(o, m, "on_best", word(o, t->stop.on_best));
    if (t->stop.on_best || t->stop.goal_given)
        set_key(o, m, "goal", word(o, t->stop.maximize ? "max" : "min"));
    return m;
}

static struct node *keep(const struct out *o)
{
    const struct train_spec *t = &o->r->spec->train;
    struct node             *m = new_map(o);

    if (t->keep.best || t->keep.newest)
        set_key(o, m, "best", word(o, t->keep.newest ? "last" : t->keep.best));
    if (t->keep.best || t->keep.goal_given)
        set_key(o, m, "goal", word(o, t->keep.maximize ? "max" : "min"));
    set_key(o, m, "every", whole(o, t->keep.every));
    set_key(o, m, "last", truth(o, t->keep.last));
    return m;
}

static struct node *train(const struct out *o)
{
    const struct train_spec *t = &o->r->spec->train;
    struct node             *m = new_map(o), *retry = new_map(o), *s = stop(o);

    if (t->steps || t->epochs)
        set_key(o, m, t->steps ? "steps" : "epochs",
                whole(o, t->steps ? t->steps : t->epochs));
    set_key(o, m, "batch", whole(o, t->batch));
    set_key(o, m, "seed", word(o, arena_printf(o->r->a, "%" PRIu64, t->seed)));
    set_key(o, m, "shuffle", truth(o, t->shuffle));
    set_key(o, m, "accumulate", whole(o, t->accumulate));
    set_key(o, m, "threads", whole(o, t->threads));
    if (s->n)
        set_key(o, m, "stop", s);
    if (t->retry.times) {
        set_key(o, retry, "times", whole(o, t->retry.times));
        set_key(o, retry, "unless", word(o, expr_text(t->retry.unless)));
        set_key(o, m, "retry", retry);
    }
    set_key(o, m, "keep", keep(o));
    if (t->measures_both)
        set_key(o, m, "measure", word(o, "both"));
    if (t->health != HEALTH_STOP)
        set_key(o, m, "health",
                word(o, grammar_choice(grammar_find(grammar_train.words, "health"),
                                       (int)t->health, o->r->a)));
    return m;
}

struct node *resolved_tree(struct read *r)
{
    const struct spec *s = r->spec;
    const struct out   o = { r, r->top };
    struct node       *m = new_map(&o), *needs = tree_find(s->tree, "requires");

    set_key(&o, m, "nnpipe", word(&o, "1"));
    set_key(&o, m, "name", text(&o, s->name));
    if (*s->about)
        set_key(&o, m, "about", text(&o, s->about));
    if (needs && needs->kind == NODE_MAP)
        set_key(&o, m, "requires", tree_copy(r->a, needs));
    if (s->seeds > 1)
        set_key(&o, m, "seeds", whole(&o, s->seeds));
    set_key(&o, m, "data", data(&o));
    set_key(&o, m, "model", model(&o));
    if (s->loss.n)
        set_key(&o, m, "loss", terms(&o, &s->loss, true));
    if (s->optim.chain.n)
        set_key(&o, m, "optim", optim(&o));
    if (s->train.epochs || s->train.steps || tree_find(s->tree, "train"))
        set_key(&o, m, "train", train(&o));
    if (s->metrics.n)
        set_key(&o, m, "metrics", terms(&o, &s->metrics, false));
    if (s->report.n)
        set_key(&o, m, "report", terms(&o, &s->report, false));
    return m;
}
