/* SPDX-License-Identifier: MIT */
/* Short for two items: a parameter that names the item behind this one. */
#include <config.h>
#include "pipeline/model.h"

#include <string.h>

#include "language/params.h"

const nnp_param *then_param(const nnp_component *c)
{
    for (uint32_t i = 0; i < c->n_params; i++)
        if (c->params[i].type & NNP_THEN)
            return &c->params[i];
    return NULL;
}

/* Where the value of the THEN parameter stands: a member of the map, or the short form.
 */
static struct node **then_value(struct parts *p, const nnp_component *c,
                                const nnp_param *then)
{
    if (!p->value)
        return NULL;
    if (p->value->kind != NODE_MAP)
        return params_main(c) == then ? &p->value : NULL;
    for (size_t i = 0; i < p->value->n; i++)
        if (strcmp(p->value->keys[i]->text, then->name) == 0)
            return &p->value->values[i];
    return params_main(c) == then && p->value->n == 1 &&
                   !params_find(c, p->value->keys[0]->text)
               ? &p->value
               : NULL;
}

struct node *then_take(struct read *r, struct parts *p, const nnp_component *c,
                       const nnp_param *then)
{
    struct node **slot = then_value(p, c, then), *item;

    if (!slot || (*slot)->kind != NODE_MAP || (*slot)->n != 1)
        return NULL;
    item = *slot;
    *slot = tree_scalar(r->a, item->keys[0]->text, item->keys[0]->at);
    return item;
}

struct node *then_item(struct read *r, struct parts *p, const struct item *item,
                       const nnp_param *then, struct node *taken)
{
    const char *text;
    struct at   at = item->at;

    memcpy(&text, (const char *)item->self + then->offset, sizeof text);
    if (taken || !text || !*text)
        return taken;
    struct node **slot = then_value(p, item->type->desc, then);
    if (slot && *slot)
        at = (*slot)->at;
    return tree_scalar(r->a, text, at);
}
