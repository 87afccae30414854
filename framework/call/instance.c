/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "call/instance.h"

void instance_key(struct instance *i, const char *purpose, uint64_t step)
{
    i->purpose = purpose;
    i->purpose_step = step;
}

size_t instance_count(const struct instance *i, uint32_t role)
{
    return decl_count(&i->declared, role);
}

const struct decl *instance_decl(const struct instance *i, uint32_t role, size_t n)
{
    return decl_find(&i->declared, role, n);
}
