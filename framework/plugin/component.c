/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "plugin/component.h"

#include <string.h>

const char *component_detail(const struct component *c, const char *key)
{
    size_t      n = strlen(c->name);
    const char *dot = strchr(key, '.');

    if (strncmp(key, c->name, n) == 0 && (!key[n] || key[n] == '.'))
        return key[n] ? key + n + 1 : NULL;
    return dot ? dot + 1 : NULL;
}

bool component_formula(const struct component *t, const nnp_ctx *c, const void *self,
                       nnp_formula *out)
{
    const nnp_formula *f =
        t->desc->extension ? t->desc->extension("nnp.formula/1") : NULL;
    const nnp_formula *other;

    if (!f || f->size < offsetof(nnp_formula, terms))
        return false;
    other = self && f->choose ? f->choose(c, self) : NULL;
    f = other ? other : f;
    memset(out, 0, sizeof *out);
    memcpy(out, f, f->size < sizeof *out ? f->size : sizeof *out);
    return true;
}

bool component_number(const struct component *t, const void *self, const char *name,
                      double *value)
{
    for (uint32_t i = 0; i < t->desc->n_params; i++) {
        const nnp_param *p = &t->desc->params[i];
        const char      *at = (const char *)self + p->offset;

        if (strcmp(p->name, name) != 0)
            continue;
        switch (p->type & 255) {
        case NNP_REAL: *value = *(const double *)(const void *)at; return true;
        case NNP_INT: *value = (double)*(const int64_t *)(const void *)at; return true;
        case NNP_BOOL:
        case NNP_ENUM: *value = *(const int32_t *)(const void *)at; return true;
        default: return false;
        }
    }
    return false;
}

bool component_has_target(const struct component *c)
{
    const char *space = c->desc->ports ? strchr(c->desc->ports, ' ') : NULL;

    return space && strcmp(space + 1, "to") == 0 && strcmp(c->kind, "estimator") == 0;
}
