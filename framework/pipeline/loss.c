/* SPDX-License-Identifier: MIT */
/* loss, metrics and report: items that look at streams, `of` one, `to` another, `where` a
 * mask is set. */
#include <config.h>
#include "pipeline/read.h"

#include <string.h>

#include <nnpipe/report.h>
#include "pipeline/class_weight.h"
#include "pipeline/item.h"
#include "pipeline/model.h"
#include "pipeline/report_names.h"
#include "language/names.h"
#include "language/pattern.h"
#include "language/refs.h"
#include "pipeline/stage.h"
#include "language/value.h"
#include "language/vars.h"
#include "language/written.h"

static bool is_kind(const struct item *item, const char *kind)
{
    return item->type && strcmp(item->type->kind, kind) == 0;
}

/* The stream that a written name means; -1 after a message. */
static int add_stream(struct read *r, struct item *item, const char *port,
                      const struct node *n)
{
    struct ref  ref = { n->text, NULL, n->at };
    const char *stream = refs_stream(r->names, &ref, r->d);

    if (!stream)
        return -1;
    item_input(r, item, port, stream, n->at);
    return 0;
}

/* `of` of a regularizer or a report: streams, or words for weights. */
static void read_many(struct read *r, struct item *item, struct node *of)
{
    struct node **list;
    size_t        n;

    if (value_list(&of, "of", &list, &n, r->d))
        return;
    for (size_t i = 0; i < n; i++) {
        if (!pattern_is(list[i]->text))
            add_stream(r, item, "of", list[i]);
        else if (names_check_pattern(r->names, list[i], r->d) == 0)
            item_input(r, item, "of", list[i]->text, list[i]->at);
    }
}

static void read_one(struct read *r, struct item *item, const char *port,
                     const struct node *n)
{
    if (n->kind != NODE_SCALAR)
        diag_code(r->d, &n->at, "wrong-type", "%s: the name of one stream is needed",
                  port);
    else if (!vars_left(n))
        add_stream(r, item, port, n);
}

static const struct node *port_node(const struct parts *p, const char *port)
{
    const struct node *n = tree_find(p->beside, port);

    return n && n->kind != NODE_NULL ? n : NULL;
}

static void read_ports(struct read *r, const struct parts *p, struct item *item)
{
    bool many = is_kind(item, "regularizer") || is_kind(item, "report");
    bool masked = item->type->desc->max_in >= 3 || is_kind(item, "report");

    for (size_t i = 0; grammar_loss.ports[i]; i++) {
        const char        *port = grammar_loss.ports[i];
        const struct node *n = port_node(p, port), *key = tree_find_key(p->beside, port);

        if (!n)
            continue;
        if (is_kind(item, "regularizer") && strcmp(port, "of") != 0)
            diag_code(r->d, &key->at, "unknown-key",
                      "'%s' has no meaning for %s, a regularizer", port,
                      item->type->name);
        else if (strcmp(port, "where") == 0 && !masked)
            diag_code(r->d, &key->at, "unknown-key", "%s takes no mask, so no 'where'",
                      item->type->name);
        else if (many && strcmp(port, "of") == 0)
            read_many(r, item, tree_find(p->beside, port));
        else
            read_one(r, item, port, n);
    }
    if (!many) /* what is not said of `of` and `to` follows the model, or the loss */
        wire_count(r, item, 2 + (masked && port_node(p, "where")));
}

/* What stands in the file for a parameter, in its map or as the short form. */
static struct node *param_value(const struct parts *p, const nnp_param *param)
{
    if (p->value && p->value->kind == NODE_MAP)
        return tree_find(p->value, param->name);
    return param->type & NNP_MAIN ? p->value : NULL;
}

static void read_streams(struct read *r, struct item *item, const nnp_param *param,
                         struct node *v)
{
    struct node **list;
    size_t        n;

    if (value_list(&v, param->name, &list, &n, r->d))
        return;
    for (size_t k = 0; k < n; k++)
        add_stream(r, item, param->name, list[k]);
}

/* A report may name things in parameters of its own: streams, `grid: {rows: [x, out]}`,
 * figures and stages. */
static void read_names(struct read *r, const struct parts *p, struct item *item)
{
    const nnp_component *c = item->type->desc;

    for (uint32_t i = 0; i < c->n_params; i++) {
        struct node *v = param_value(p, &c->params[i]);

        if (!v || v->kind == NODE_NULL)
            continue;
        if (c->params[i].type & NNP_STREAMS)
            read_streams(r, item, &c->params[i], v);
        if (c->params[i].type & (NNP_FIGURES | NNP_STAGES))
            report_names_check(r, item, &c->params[i], v);
    }
}

static void name_term(struct read *r, const struct parts *p, const struct items *list,
                      struct item *item)
{
    struct node **as = NULL;
    int           n = item_names(r, p, &as);

    item->name = item_unique(r, list, written_base(r->a, p->place, item->type->name));
    if (n > 1)
        diag_code(r->d, &as[1]->at, "wrong-type", "as: one name is enough here");
    if (n > 0 && (!grammar_name(as[0]->text) || grammar_reserved(as[0]->text)))
        diag_code(r->d, &as[0]->at, "bad-name", "'%s' is no name", as[0]->text);
    else if (n > 0 && strcmp(item_unique(r, list, as[0]->text), as[0]->text) != 0)
        diag_code(r->d, &as[0]->at, "taken", "'%s' is there already in %s", as[0]->text,
                  p->place->path);
    if (n > 0)
        item->name = as[0]->text;
    item->named = n > 0;
    item->path = arena_printf(r->a, "%s.%s", p->place->path, item->name);
}

/* A name is what other libraries take for the weights of rows. */
static void read_factor(struct read *r, const struct parts *p, struct item *item)
{
    const struct node *n = port_node(p, "weight");
    double             v;

    if (n && n->kind == NODE_SCALAR && tree_real(n, &v, NULL) && !vars_left(n) &&
        names_find(r->names, n->text))
        diag_code(r->d, &n->at, "wrong-type",
                  "weight: a factor on the whole term is needed; `sample_weight: %s` "
                  "weighs its rows",
                  n->text);
    else
        value_real(p->beside, &grammar_beside_loss, "weight", &item->weight, r->d);
}

/* NULL after a message; p is the item taken apart. */
static struct item *read_term(struct read *r, const struct place *place,
                              struct items *list, struct node *raw, struct parts *p)
{
    struct item item = { .use = -1, .lr = 1, .weight = 1 };

    if (item_split(r, place, vars_replace(r->vars, raw, r->d), NULL, p) ||
        item_fill(r, p, &item))
        return NULL;
    name_term(r, p, list, &item);
    read_factor(r, p, &item);
    read_ports(r, p, &item);
    if (place == &grammar_loss)
        class_weight_read(r, p, &item);
    if (is_kind(&item, "report"))
        read_names(r, p, &item);
    struct item *added = item_add(r, list);
    *added = item;
    return added;
}

/* ---- defaults ---------------------------------------------------------------------- */

static bool has_port(const struct item *item, const char *port)
{
    for (size_t i = 0; i < item->n_in; i++)
        if (strcmp(item->in[i].port, port) == 0)
            return true;
    return false;
}

static bool wrote_port(const struct parts *p, const char *port)
{
    return port_node(p, port) != NULL;
}

static const char *default_target(const struct read *r)
{
    const struct name *y = names_find(r->names, "y");

    return r->names->open || (y && y->kind == NAME_STREAM) ? "y" : "x";
}

/* `of` comes first whatever was written first. */
static void put_first(struct item *item, const char *port)
{
    for (size_t i = 1; i < item->n_in; i++)
        if (strcmp(item->in[i].port, port) == 0) {
            struct input in = item->in[i];
            memmove(&item->in[1], &item->in[0], i * sizeof in);
            item->in[0] = in;
        }
}

static void fill_in(struct read *r, const struct parts *p, struct item *item,
                    const char *of, const char *to)
{
    if (!wrote_port(p, "to") && !has_port(item, "to") && to)
        item_input(r, item, "to", to, item->at);
    put_first(item, "to");
    if (!wrote_port(p, "of") && !has_port(item, "of") && of)
        item_input(r, item, "of", of, item->at);
    put_first(item, "of");
}

void loss_read(struct read *r, struct node *loss)
{
    struct node **list;
    size_t        n = value_items(&loss, &list);
    struct parts  p;

    for (size_t i = 0; i < n; i++) {
        struct item *item = read_term(r, &grammar_loss, &r->spec->loss, list[i], &p);

        if (item && is_kind(item, "loss"))
            fill_in(r, &p, item, r->output, default_target(r));
    }
}

/* `loss` among the metrics needs no plugin: the loss is always taken. */
static bool is_the_loss(struct read *r, const struct node *n)
{
    return n->kind == NODE_SCALAR && strcmp(n->text, "loss") == 0 &&
           !registry_has(r->registry, grammar_metrics.kinds, n->text);
}

/* What a metric does not say is as the first loss has it, which the graph looks up. */
void loss_read_metrics(struct read *r, struct node *metrics)
{
    struct node **list;
    size_t        n = value_items(&metrics, &list);
    struct parts  p;

    for (size_t i = 0; i < n; i++)
        if (!is_the_loss(r, list[i]) && !stage_lacks(r, &grammar_metrics, list[i]) &&
            !read_term(r, &grammar_metrics, &r->spec->metrics, list[i], &p))
            r->open_metrics = true;
}

void loss_read_report(struct read *r, struct node *report)
{
    struct node **list;
    size_t        n = value_items(&report, &list);
    struct parts  p;

    for (size_t i = 0; i < n; i++) {
        read_term(r, &grammar_report, &r->spec->report, list[i], &p);
        const struct node *stage = tree_find_key(p.beside, "stage");
        if (stage) /* where there are stages, it was looked at before */
            diag_code(r->d, &stage->at, "unknown-key", "stage: this file has no stages");
    }
}
