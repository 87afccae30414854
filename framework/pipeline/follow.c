/* SPDX-License-Identifier: MIT */
/* Short for two items: a parameter that names the item behind this one. */
#include <config.h>
#include "pipeline/model.h"

#include <string.h>

#include "language/params.h"

struct node *follow_take(struct read *r, struct parts *p, const nnp_component *c,
                         const nnp_param *then)
{
    struct node **slot = params_slot(c, then, &p->value), *item;

    if (!slot || (*slot)->kind != NODE_MAP || (*slot)->n != 1)
        return NULL;
    item = *slot;
    *slot = tree_scalar(r->a, item->keys[0]->text, item->keys[0]->at);
    return item;
}

struct node *follow_item(struct read *r, struct parts *p, const struct item *item,
                         const nnp_param *then, struct node *taken)
{
    const char *text;
    struct at   at = item->at;

    memcpy(&text, (const char *)item->self + then->offset, sizeof text);
    if (taken || !text || !*text)
        return taken;
    struct node **slot = params_slot(item->type->desc, then, &p->value);
    if (slot && *slot)
        at = (*slot)->at;
    return tree_scalar(r->a, text, at);
}
