/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "call/instance.h"

#include <string.h>

void instance_key(struct instance *i, const char *purpose, uint64_t step)
{
    i->purpose = purpose;
    i->purpose_step = step;
}

double instance_fact(const struct instance *i, const char *key, double otherwise)
{
    for (size_t k = 0; k < i->n_facts; k++)
        if (strcmp(i->facts[k].key, key) == 0)
            return i->facts[k].value;
    return otherwise;
}

size_t instance_count(const struct instance *i, uint32_t role)
{
    return decl_count(&i->declared, role);
}

const struct decl *instance_decl(const struct instance *i, uint32_t role, size_t n)
{
    return decl_find(&i->declared, role, n);
}
