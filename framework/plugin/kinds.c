/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "plugin/kinds.h"

#include <string.h>

const char *const kinds_all[] = { "layer",     "loss",        "optimizer",  "regularizer",
                                  "schedule",  "initializer", "metric",     "loader",
                                  "transform", "estimator",   "report",     "exporter",
                                  "sampler",   "pruner",      "collective", "backend",
                                  NULL };

const char *kinds_next(const char *kinds, size_t *n)
{
    kinds += strspn(kinds, " ");
    *n = strcspn(kinds, " ");
    return *n ? kinds : NULL;
}

bool kinds_is(const char *word, size_t n, const char *kind)
{
    return strlen(kind) == n && memcmp(word, kind, n) == 0;
}

bool kinds_among(const char *kinds, const char *kind)
{
    size_t n;

    for (const char *w = kinds; (w = kinds_next(w, &n)); w += n)
        if (kinds_is(w, n, kind))
            return true;
    return false;
}

const char *kinds_or(struct arena *a, const char *kinds)
{
    const char *text = NULL;
    size_t      n, m, count = 0;

    for (const char *w = kinds; (w = kinds_next(w, &n)); w += n)
        count++;
    if (count > 4)
        return "component";
    for (const char *w = kinds; (w = kinds_next(w, &n)); w += n)
        text = !text ? arena_strndup(a, w, n)
                     : arena_printf(a, "%s%s%.*s", text,
                                    kinds_next(w + n, &m) ? ", " : " or ", (int)n, w);
    return text ? text : "plugin";
}

const char *kinds_article(const char *word)
{
    return strchr("aeiou", *word) ? "an" : "a";
}
