/* SPDX-License-Identifier: MIT */
/* A configuration back as YAML, for --resolved and the run's folder. */
#include <config.h>
#include "language/params.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/strbuf.h"

static uint32_t type_of(const nnp_param *p)
{
    return p->type & 255;
}

/* Quoted where the plain text would be read as something else. */
static struct node *text_node(struct arena *a, const char *text, struct at at)
{
    struct node *n = tree_scalar(a, text, at);

    n->quoted = true;
    return n;
}

/* Digits that are no number were quoted. */
static struct node *leaf_node(struct arena *a, const nnp_node *v, struct at at)
{
    struct node *n = tree_scalar(a, v->text ? v->text : "", at);
    double       number;

    if (!*n->text || !strcmp(n->text, "null") || !strcmp(n->text, "~"))
        n->kind = NODE_NULL;
    n->quoted = isnan(v->number) && !tree_real(n, &number, NULL) && !isnan(number);
    return n;
}

static struct node *tree_node(struct arena *a, const nnp_node *v, struct at at)
{
    if (!v)
        return tree_new(a, NODE_NULL, at);
    if (v->kind == NNP_SCALAR)
        return leaf_node(a, v, at);
    struct node *n = tree_new(a, v->kind == NNP_MAP ? NODE_MAP : NODE_SEQ, at);
    for (uint32_t i = 0; i < v->n; i++) {
        struct node *child = tree_node(a, &v->child[i], at);
        if (v->kind == NNP_MAP)
            tree_set(a, n, v->child[i].key, at, child);
        else
            tree_add(a, n, child);
    }
    return n;
}

static struct node *list_node(struct arena *a, const nnp_param *p, const nnp_list *l,
                              struct at at)
{
    struct node *n = tree_new(a, NODE_SEQ, at);

    for (uint32_t i = 0; i < l->n; i++) {
        if (type_of(p) == NNP_STRS)
            tree_add(a, n, text_node(a, ((const char *const *)l->v)[i], at));
        else if (type_of(p) == NNP_REALS)
            tree_add(a, n, tree_number(a, ((const double *)l->v)[i], at));
        else
            tree_add(a, n,
                     tree_scalar(
                         a, arena_printf(a, "%" PRId64, ((const int64_t *)l->v)[i]), at));
    }
    return n;
}

static struct node *value_node(struct arena *a, const nnp_param *p, const void *from,
                               struct at at)
{
    struct range r = { 0 };
    const char  *text;

    switch (type_of(p)) {
    case NNP_BOOL: return tree_scalar(a, *(const int32_t *)from ? "true" : "false", at);
    case NNP_INT:
        return tree_scalar(a, arena_printf(a, "%" PRId64, *(const int64_t *)from), at);
    case NNP_REAL: return tree_number(a, *(const double *)from, at);
    case NNP_ENUM:
        range_parse(a, p->range, &r);
        return tree_scalar(a, r.words ? r.words[*(const int32_t *)from] : "", at);
    case NNP_STR:
    case NNP_PATH:
        text = *(const char *const *)from;
        return text ? text_node(a, text, at) : tree_new(a, NODE_NULL, at);
    case NNP_TREE: return tree_node(a, *(const nnp_node *const *)from, at);
    default: return list_node(a, p, from, at);
    }
}

/* Absent texts, lists and trees are left out: there is nothing to write. */
static bool is_absent(const nnp_param *p, const void *from)
{
    switch (type_of(p)) {
    case NNP_STR:
    case NNP_PATH: return !*(const char *const *)from || !**(const char *const *)from;
    case NNP_TREE: return !*(const nnp_node *const *)from;
    case NNP_INTS:
    case NNP_REALS:
    case NNP_STRS: return !((const nnp_list *)from)->n;
    default: return false;
    }
}

struct node *params_node(struct arena *a, const nnp_component *c, const void *self,
                         struct at at)
{
    struct node *map = tree_new(a, NODE_MAP, at);

    for (uint32_t i = 0; i < c->n_params; i++) {
        const nnp_param *p = &c->params[i];
        const void      *from = (const char *)self + p->offset;
        if (!is_absent(p, from))
            tree_set(a, map, p->name, at, value_node(a, p, from, at));
    }
    return map;
}
