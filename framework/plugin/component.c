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
