/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/test_params.h"

#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "language/params.h"
#include "text/source.h"

struct node *test_params_parse(struct arena *a, const char *name, const char *text,
                               struct diag *d)
{
    const struct source *s = source_text(a, name, text, strlen(text), d);

    return s ? tree_parse(a, s, d) : NULL;
}

/* A value as it could stand behind a key. */
static struct node *parse_value(struct arena *a, const char *text, struct diag *d)
{
    struct node *map = test_params_parse(a, "value", arena_printf(a, "v: %s", text), d);

    return map ? tree_find(map, "v") : NULL;
}

static const char *number_inside(struct arena *a, const char *text)
{
    static const char *const tries[] = { "3", "2", "1", "0.5", "0", "-1" };
    struct range             r;

    if (range_parse(a, text, &r))
        return "3";
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++)
        if (range_holds(&r, number_read(tries[i], NULL)))
            return tries[i];
    return arena_printf(a, "%.17g", r.low_open ? (r.low + r.high) / 2 : r.low);
}

/* NULL: nothing can be guessed. */
static const char *guess(struct arena *a, const nnp_param *p)
{
    struct range r;

    switch (p->type & 255) {
    case NNP_BOOL: return "true";
    case NNP_INT:
    case NNP_REAL:
    case NNP_INTS:
    case NNP_REALS: return number_inside(a, p->range);
    case NNP_ENUM: return range_parse(a, p->range, &r) || !r.words ? NULL : r.words[0];
    case NNP_STR:
    case NNP_STRS: return "word";
    default: return NULL;
    }
}

static int add_guess(struct arena *a, const nnp_param *p, struct node *map,
                     struct diag *d)
{
    const char *text = guess(a, p);

    if (!text)
        return diag_error(d, NULL,
                          "parameter `%s` is required and cannot be guessed: say it with "
                          "--with '{%s: ...}'",
                          p->name, p->name);
    struct node *value = parse_value(a, text, d);
    if (value)
        tree_set(a, map, p->name, map->at, value);
    return value ? 0 : -1;
}

static struct node *start(struct arena *a, const nnp_component *c,
                          const struct node *given)
{
    struct node     *map;
    const nnp_param *main = params_main(c);

    if (given && given->kind == NODE_MAP)
        return tree_copy(a, given);
    map = tree_new(a, NODE_MAP, given ? given->at : (struct at){ 0 });
    if (given && given->kind != NODE_NULL && main)
        tree_set(a, map, main->name, given->at, tree_copy(a, given));
    return map;
}

static int add_set(struct arena *a, struct node *map, const char *text, struct diag *d)
{
    const char *equal = strchr(text, '=');

    if (!equal || equal == text)
        return diag_error(d, NULL, "--set %s: NAME=VALUE, a parameter, is needed", text);
    struct node *value = parse_value(a, equal + 1, d);
    if (value)
        tree_set(a, map, arena_strndup(a, text, (size_t)(equal - text)), map->at, value);
    return value ? 0 : -1;
}

struct node *test_params_guess(struct arena *a, const nnp_component *c,
                               const struct test_given *given, const char *param,
                               const char *text, struct diag *d)
{
    struct node *map = start(a, c, given->with), *value = NULL;

    for (size_t i = 0; given->set && given->set[i]; i++)
        if (add_set(a, map, given->set[i], d))
            return NULL;
    if (param) {
        value = parse_value(a, text, d);
        if (!value)
            return NULL;
        tree_set(a, map, param, map->at, value);
    }
    for (uint32_t i = 0; i < c->n_params; i++)
        if (!c->params[i].def && !tree_find(map, c->params[i].name) &&
            add_guess(a, &c->params[i], map, d))
            return NULL;
    return map;
}
