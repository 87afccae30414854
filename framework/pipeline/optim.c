/* SPDX-License-Identifier: MIT */
/* optim: a chain of optimizers, schedules that drive parameters, groups of weights. */
#include <config.h>
#include "pipeline/read.h"

#include <string.h>

#include "language/params.h"
#include "pipeline/item.h"
#include "language/names.h"
#include "language/value.h"
#include "language/vars.h"
#include "plugin/synonyms.h"

/* ---- the chain --------------------------------------------------------------------- */

static void read_member(struct read *r, struct node *key, struct node *value)
{
    struct items *chain = &r->spec->optim.chain;
    struct item   item = { .use = -1, .lr = 1, .weight = 1 };
    struct parts p = { .place = &grammar_optim, .node = value ? value : key, .key = key };

    p.value = value;
    p.beside = tree_new(r->a, NODE_MAP, key->at);
    if (vars_left(key) || item_fill(r, &p, &item))
        return;
    item.name = item.type->name;
    item.path = arena_printf(r->a, "optim.%s", item.name);
    *item_add(r, chain) = item;
}

/* What rewrites gradients comes before what uses them; otherwise as written. */
static void sort_chain(struct items *chain)
{
    size_t n = 0;

    for (size_t i = 0; i < chain->n; i++) {
        struct item item = chain->v[i];

        if (!(item.type->desc->flags & NNP_PREPARES))
            continue;
        memmove(&chain->v[n + 1], &chain->v[n], (i - n) * sizeof item);
        chain->v[n++] = item;
    }
}

static bool has_rate(const struct item *item)
{
    const nnp_param *p = params_find(item->type->desc, "lr");

    return p && p->type & NNP_LIVE;
}

static void warn_two(struct read *r)
{
    const struct items *chain = &r->spec->optim.chain;
    const struct item  *first = NULL;

    for (size_t i = 0; i < chain->n; i++) {
        if (first && has_rate(&chain->v[i]))
            diag_warn(r->d, &chain->v[i].at,
                      "%s and %s both update the weights, one after the other",
                      first->name, chain->v[i].name);
        if (has_rate(&chain->v[i]))
            first = &chain->v[i];
    }
}

/* A key of optim that is no optimizer and no word. */
static int unknown_key(struct read *r, const struct node *map, const struct node *key)
{
    const char *const *plugins = registry_names(r->registry, grammar_optim.kinds, r->a);
    const char        *near = grammar_nearest(grammar_optim.keys, key->text, r->a);
    const char        *other = synonyms_nearest(key->text, plugins);

    if (grammar_find(grammar_train.words, key->text))
        return diag_code(r->d, &key->at, "unknown-key",
                         "'%s' belongs in train, not in optim", key->text);
    for (size_t i = 0; i < map->n; i++)
        if (registry_has(r->registry, grammar_optim.kinds, map->keys[i]->text) &&
            item_misplaced_param(r, &grammar_optim, map->keys[i], key))
            return -1;
    if (!near || other) {
        registry_find(r->registry, grammar_optim.kinds, key->text, &key->at, r->d);
        return -1;
    }
    return grammar_unknown(key, grammar_optim.keys, "optim", r->d);
}

/* ---- schedules --------------------------------------------------------------------- */

/* The path of a parameter, taken apart: "optim.adam.lr" is parameter lr of item adam. */
static struct item *find_target(struct read *r, const char *path, const char **param)
{
    struct spec  *s = r->spec;
    struct items *lists[] = { &s->optim.chain, &s->model, &s->loss, &s->data.map };
    const char   *dot = strrchr(path, '.');

    if (!dot)
        return NULL;
    *param = dot + 1;
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
        for (size_t i = 0; i < lists[k]->n; i++) {
            const char *p = lists[k]->v[i].path;

            if (strlen(p) == (size_t)(dot - path) && strncmp(p, path, strlen(p)) == 0)
                return &lists[k]->v[i];
        }
    return NULL;
}

static int unknown_target(struct read *r, const struct node *of)
{
    const struct spec  *s = r->spec;
    const struct items *lists[] = { &s->optim.chain, &s->model, &s->loss, &s->data.map };
    struct items        all = { 0 };
    const char        **names;
    size_t              n = 0;

    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
        all.n += lists[k]->n;
    names = arena_array(r->a, all.n + 1, sizeof *names);
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
        for (size_t i = 0; i < lists[k]->n; i++)
            names[n++] = lists[k]->v[i].path;
    const char *dot = strrchr(of->text, '.');
    const char *stem =
        dot ? arena_strndup(r->a, of->text, (size_t)(dot - of->text)) : of->text;
    const char *near = synonyms_nearest(stem, names);
    diag_code(r->d, &of->at, "unknown-name", "'%s' is not the path of a parameter%s%s%s",
              of->text, near ? "; '" : "", near ? near : "", near ? "' is an item" : "");
    return -1;
}

static int check_param(struct read *r, const struct node *of, const struct item *item,
                       const char *name)
{
    const nnp_component *c = item->type->desc;
    const nnp_param     *p = params_find(c, name);
    const char         **live = arena_array(r->a, c->n_params + 1, sizeof *live);
    struct strbuf        list = { 0 };
    size_t               n = 0;

    if (p && p->type & NNP_LIVE)
        return 0;
    for (uint32_t i = 0; i < c->n_params; i++)
        if (c->params[i].type & NNP_LIVE) {
            strbuf_printf(&list, "%s%s", n ? ", " : "", c->params[i].name);
            live[n++] = c->params[i].name;
        }
    if (p)
        diag_code(r->d, &of->at, "not-live", "'%s' of %s cannot change while training",
                  name, item->type->name);
    else
        diag_code(r->d, &of->at, "unknown-name", "%s has no parameter '%s'",
                  item->type->name, name);
    if (n)
        diag_note(r->d, "can change  %s", strbuf_text(&list));
    strbuf_close(&list);
    return -1;
}

/* The rate of the first optimizer that has one. */
static int default_target(struct read *r, const struct node *at, struct schedule_spec *s)
{
    struct items *chain = &r->spec->optim.chain;

    for (size_t i = 0; i < chain->n; i++)
        if (has_rate(&chain->v[i])) {
            s->target = &chain->v[i];
            s->param = "lr";
            s->path = arena_printf(r->a, "%s.lr", s->target->path);
            return 0;
        }
    if (!chain->n)
        return -1; /* the missing optimizer is the mistake */
    return diag_code(r->d, &at->at, "missing",
                     "no optimizer here has a rate 'lr'; of: PATH says what to schedule");
}

static int read_target(struct read *r, const struct parts *p, struct schedule_spec *s)
{
    const struct node *of = tree_find(p->beside, "of");

    if (!of || of->kind == NODE_NULL)
        return default_target(r, p->key, s);
    if (of->kind != NODE_SCALAR)
        return diag_code(r->d, &of->at, "wrong-type",
                         "of: the path of a parameter is needed, such as model.NAME.p");
    if (vars_left(of))
        return -1;
    s->target = find_target(r, of->text, &s->param);
    if (!s->target)
        return unknown_target(r, of);
    if (!s->target->type || check_param(r, of, s->target, s->param))
        return -1;
    s->path = of->text;
    return 0;
}

/* `watch` is the host's unless the schedule has a parameter of that name. */
static void read_watch(struct read *r, const struct parts *p, struct schedule_spec *s)
{
    const nnp_param   *own = params_find(s->item.type->desc, "watch");
    const struct node *n = tree_find(p->beside, "watch");

    if (!n && p->value && p->value->kind == NODE_MAP)
        n = tree_find(p->value, "watch");
    if (own && (own->type & 255) == NNP_STR)
        memcpy(&s->watch, (const char *)s->item.self + own->offset, sizeof s->watch);
    if (s->watch && !*s->watch)
        s->watch = NULL;
    if (n && n->kind != NODE_NULL && n->kind != NODE_SCALAR) {
        diag_code(r->d, &n->at, "wrong-type", "watch: the name of a metric is needed");
        return;
    }
    if (n && n->kind == NODE_SCALAR && !vars_left(n))
        s->watch = n->text;
    if (s->watch && (!n || !vars_left(n)))
        train_metric(r, n ? &n->at : &s->item.at, s->watch);
}

static void read_schedule(struct read *r, struct node *n, struct schedule_spec *s,
                          struct items *names)
{
    struct parts p;
    struct item *item = &s->item;

    *item = (struct item){ .use = -1, .lr = 1, .weight = 1 };
    if (item_split(r, &grammar_schedule, n, NULL, &p) || item_fill(r, &p, item))
        return;
    item->name = item_unique(r, names, names_base(r->a, item->type->name));
    item->path = arena_printf(r->a, "optim.schedule.%s", item->name);
    *item_add(r, names) = *item;
    read_target(r, &p, s);
    read_watch(r, &p, s);
}

static void read_schedules(struct read *r, struct node *n)
{
    struct optim_spec *o = &r->spec->optim;
    struct items       names = { 0 };
    struct node      **list;
    size_t             count = value_items(&n, &list);

    o->schedule = arena_array(r->a, count + 1, sizeof *o->schedule);
    o->n_schedule = count;
    for (size_t i = 0; i < count; i++) {
        struct schedule_spec *s = &o->schedule[i];

        read_schedule(r, list[i], s, &names);
        for (size_t k = 0; k < i && s->path; k++)
            if (o->schedule[k].path && strcmp(o->schedule[k].path, s->path) == 0)
                diag_code(r->d, &s->item.at, "taken", "two schedules drive %s", s->path);
    }
}

/* ---- groups ------------------------------------------------------------------------ */

static void read_patterns(struct read *r, const struct node *map, struct group_spec *g)
{
    struct node *of = tree_find(map, "of"), **list;
    size_t       n;

    if (!of || of->kind == NODE_NULL) {
        diag_code(
            r->d, &map->at, "missing",
            "a group says which weights it is for: of: enc1, enc*, weights or biases");
        return;
    }
    if (value_list(&of, "of", &list, &n, r->d))
        return;
    g->of = arena_array(r->a, n + 1, sizeof *g->of);
    for (size_t i = 0; i < n; i++)
        if (names_check_pattern(r->names, list[i], r->d) == 0)
            g->of[g->n_of++] = list[i]->text;
}

static void read_group(struct read *r, const struct node *map, struct group_spec *g)
{
    bool decay;

    *g = (struct group_spec){ .lr = 1, .decay = -1, .at = map->at };
    if (grammar_expect(map, NODE_MAP, "a group", r->d))
        return;
    grammar_check(map, &grammar_group, r->d);
    read_patterns(r, map, g);
    value_real(map, &grammar_group, "lr", &g->lr, r->d);
    value_bool(map, &grammar_group, "freeze", &g->freeze, r->d);
    if (value_bool(map, &grammar_group, "decay", &decay, r->d) > 0)
        g->decay = decay;
}

static void read_groups(struct read *r, struct node *n)
{
    struct optim_spec *o = &r->spec->optim;

    if (n->kind == NODE_NULL || grammar_expect(n, NODE_SEQ, "optim.groups", r->d))
        return;
    o->group = arena_array(r->a, n->n + 1, sizeof *o->group);
    o->n_group = n->n;
    for (size_t i = 0; i < n->n; i++)
        read_group(r, n->values[i], &o->group[i]);
}

/* ---- the section ------------------------------------------------------------------- */

static void read_members(struct read *r, const struct node *map)
{
    for (size_t i = 0; i < map->n; i++) {
        struct node *key = map->keys[i];

        if (grammar_find(grammar_optim.keys, key->text) || grammar_ignored(key->text))
            continue;
        if (registry_has(r->registry, grammar_optim.kinds, key->text))
            read_member(r, key, map->values[i]);
        else
            unknown_key(r, map, key);
    }
}

static void no_optimizer(struct read *r, const struct at *at)
{
    const char *const *names = registry_names(r->registry, grammar_optim.kinds, r->a);
    struct strbuf      list = { 0 };

    for (; *names; names++)
        strbuf_printf(&list, "%s%s", list.n ? ", " : "", *names);
    diag_code(r->d, at, "missing", "optim names no optimizer");
    diag_note(r->d, "there are  %s", strbuf_text(&list));
    strbuf_close(&list);
}

void optim_read(struct read *r, const struct node *raw)
{
    struct node *optim = vars_replace(r->vars, raw, r->d), *n;

    if (!optim || optim->kind == NODE_NULL)
        return;
    r->spec->optim.at = optim->at;
    if (optim->kind == NODE_SCALAR) {
        read_member(r, optim, NULL);
        return;
    }
    if (grammar_expect(optim, NODE_MAP, "optim", r->d))
        return;
    size_t before = r->d->errors;
    read_members(r, optim);
    sort_chain(&r->spec->optim.chain);
    warn_two(r);
    if (!r->spec->optim.chain.n && r->d->errors == before)
        no_optimizer(r, &optim->at);
    if ((n = tree_find(optim, "schedule")))
        read_schedules(r, n);
    if ((n = tree_find(optim, "groups")))
        read_groups(r, n);
}
