/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "plugin/kinds.h"

#include <string.h>

/* clang-format off */
/* name, folder, slots that it needs, slots of which it needs one, its frame */
#define KINDS(K)                                                                         \
    K("layer", "layers", KIND_SETUP | KIND_FORWARD, 0, KIND_INPUTS)                      \
    K("loss", "losses", KIND_SETUP | KIND_FORWARD | KIND_BACKWARD, 0, KIND_PAIR)         \
    K("optimizer", "optimizers", KIND_FORWARD, 0, KIND_WEIGHT)                           \
    K("regularizer", "regularizers", 0, KIND_FORWARD | KIND_BACKWARD | KIND_FINISH,      \
      KIND_PENALTY)                                                                      \
    K("schedule", "schedules", KIND_FORWARD, 0, KIND_WATCHED)                            \
    K("initializer", "initializers", KIND_FORWARD, 0, KIND_OUTPUT)                       \
    K("metric", "metrics", KIND_SETUP | KIND_FIT | KIND_FINISH, 0, KIND_PAIR)            \
    K("loader", "loaders", KIND_SETUP | KIND_FORWARD, 0, KIND_ROWS)                      \
    K("transform", "transforms", KIND_SETUP | KIND_FORWARD, 0, KIND_INPUTS)              \
    K("estimator", "estimators", KIND_SETUP | KIND_FORWARD | KIND_FIT | KIND_FINISH, 0,  \
      KIND_INPUTS)                                                                       \
    K("report", "reports", KIND_FORWARD, 0, KIND_NOTHING)                                \
    K("sampler", "samplers", KIND_SETUP | KIND_FORWARD, 0, KIND_NOTHING)                  \
    K("pruner", "pruners", KIND_FORWARD, 0, KIND_NOTHING)                                \
    K("backend", "backends", KIND_EXTENSION, 0, KIND_NOTHING)

#define ROW(name, folder, need, any, frame) { name, folder, need, any, frame },
#define NAME(name, folder, need, any, frame) name,
#define TEXT(name, folder, need, any, frame) name " "
const struct kind       kinds_table[] = { KINDS(ROW) { .name = NULL } };
const char *const       kinds_all[] = { KINDS(NAME) NULL };
const char              kinds_any[] = KINDS(TEXT);
/* clang-format on */

const struct kind *kinds_find(const char *name)
{
    for (const struct kind *k = kinds_table; k->name; k++)
        if (strcmp(k->name, name) == 0)
            return k;
    return NULL;
}

const char *kinds_next(const char *text, size_t *n)
{
    text += strspn(text, " ");
    *n = strcspn(text, " ");
    return *n ? text : NULL;
}

bool kinds_is(const char *word, size_t n, const char *kind)
{
    return strlen(kind) == n && memcmp(word, kind, n) == 0;
}

bool kinds_among(const char *text, const char *kind)
{
    size_t n;

    for (const char *w = text; (w = kinds_next(w, &n)); w += n)
        if (kinds_is(w, n, kind))
            return true;
    return false;
}

const char *kinds_or(struct arena *a, const char *text)
{
    const char *said = NULL;
    size_t      n, m, count = 0;

    for (const char *w = text; (w = kinds_next(w, &n)); w += n)
        count++;
    if (count > 4)
        return "component";
    for (const char *w = text; (w = kinds_next(w, &n)); w += n)
        said = !said ? arena_strndup(a, w, n)
                     : arena_printf(a, "%s%s%.*s", said,
                                    kinds_next(w + n, &m) ? ", " : " or ", (int)n, w);
    return said ? said : "plugin";
}

const char *kinds_article(const char *word)
{
    return strchr("aeiou", *word) ? "an" : "a";
}
