/* SPDX-License-Identifier: MIT */
/* search: what is wanted, by whom settings are proposed, and which there are. */
#include <config.h>
#include "pipeline/read.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "language/expr.h"
#include "language/value.h"
#include "language/vars.h"
#include "pipeline/higher.h"
#include "pipeline/item.h"
#include "plugin/synonyms.h"
#include "text/source.h"

/* What the language has where the file says nothing. */
static const char usual_reports[] = "[trials, best_so_far, parallel, importance]";

/* ---- the space --------------------------------------------------------------------- */

static int read_ends(struct read *r, struct search_dim *dim, const struct node *ends)
{
    const char *what = dim->path;
    double     *to[] = { &dim->low, &dim->high };

    if (ends->kind != NODE_SEQ || ends->n != 2)
        return diag_code(r->d, &ends->at, "wrong-type",
                         "search.space: %s: [least, most] is needed", what);
    for (int i = 0; i < 2; i++) {
        const struct node *n = ends->values[i];
        const char        *why = NULL;
        if (n->kind != NODE_SCALAR || tree_real(n, to[i], &why) || !isfinite(*to[i]))
            return diag_code(r->d, &n->at, "wrong-type",
                             "search.space: %s: a number is needed%s%s", what,
                             why ? "; " : "", why ? why : "");
        if (dim->kind == DIM_INT && (*to[i] != floor(*to[i]) || fabs(*to[i]) > 1e15))
            return diag_code(r->d, &n->at, "wrong-type",
                             "search.space: %s: %s is not a whole number", what, n->text);
    }
    dim->at_low = ends->values[0]->at;
    dim->at_high = ends->values[1]->at;
    if (dim->low > dim->high)
        return diag_code(r->d, &ends->at, "range",
                         "search.space: %s: %g is more than %g; the least comes first",
                         what, dim->low, dim->high);
    return 0;
}

static int read_choices(struct read *r, struct search_dim *dim, const struct node *list)
{
    dim->kind = DIM_CHOICE;
    if (list->kind != NODE_SEQ || !list->n)
        return diag_code(r->d, &list->at, "wrong-type",
                         "search.space: %s: a list of choices is needed", dim->path);
    dim->choice = list->values;
    dim->n_choices = list->n;
    dim->high = (double)list->n - 1;
    dim->step = 1;
    dim->at_low = dim->at_high = list->at;
    return 0;
}

/* Logarithms and steps have to fit the range. */
static int check_scale(struct read *r, struct search_dim *dim, const struct node *ends)
{
    if (dim->kind == DIM_INT)
        dim->step = fmax(1, dim->step);
    if (dim->kind == DIM_INT && dim->step != floor(dim->step))
        return diag_code(r->d, &dim->at, "range",
                         "search.space: %s: step: a whole number is needed beside int",
                         dim->path);
    if (dim->step > 0) /* the most is the last that a step reaches */
        dim->high =
            dim->low + floor((dim->high - dim->low) / dim->step + 1e-9) * dim->step;
    if (dim->log && !(dim->low - dim->step / 2 > 0))
        return diag_code(r->d, &ends->at, "range",
                         "search.space: %s: log needs a range above %s", dim->path,
                         dim->step > 0 ? "half a step" : "0");
    return 0;
}

/* A condition over keys that stand above; n is its node. */
static const struct expr *read_over(struct read *r, const struct node *n,
                                    const char *what, size_t above)
{
    const struct search_spec *s = r->spec->search;
    const char              **names = arena_array(r->a, s->n_dims + 1, sizeof *names);

    if (n->kind != NODE_SCALAR) {
        diag_code(r->d, &n->at, "wrong-type", "%s: a condition is needed", what);
        return NULL;
    }
    struct at at = n->at;
    at.column += n->quoted;
    const struct expr *e = expr_parse(r->a, n->text, &at, r->d);
    for (size_t i = 0; i < s->n_dims; i++)
        names[i] = s->dim[i].path;
    for (const char *const *name = e ? expr_names(e) : NULL; name && *name; name++) {
        size_t i = 0;
        while (names[i] && strcmp(names[i], *name) != 0)
            i++;
        if (i < above)
            continue;
        const char *near = synonyms_nearest(*name, names);
        if (names[i])
            diag_code(r->d, &at, "unknown-name", "%s: '%s' has to stand above it", what,
                      *name);
        else if (near)
            diag_code(r->d, &at, "unknown-name",
                      "%s: no key of search.space is called '%s'; '%s' is", what, *name,
                      near);
        else
            diag_code(r->d, &at, "unknown-name",
                      "%s: no key of search.space is called '%s'", what, *name);
        return NULL;
    }
    return e;
}

static int read_map(struct read *r, struct search_dim *dim, const struct node *n)
{
    const struct section *s = &grammar_dim;
    const struct node    *choice = tree_find(n, "choice"), *whole = tree_find(n, "int");
    const struct node    *range = tree_find(n, "range"), *log = tree_find(n, "log");
    const struct node    *ends = whole ? whole : range ? range : log;

    if (grammar_check(n, s, r->d))
        return -1;
    bool only_log = log && log->kind == NODE_SEQ && !whole && !range;
    if ((choice != NULL) + (whole != NULL) + (range != NULL) + only_log != 1)
        return diag_code(r->d, &n->at, "wrong-shape",
                         "search.space: %s: one of choice, int, range and log is needed",
                         dim->path);
    if (choice)
        return read_choices(r, dim, choice);
    dim->kind = whole ? DIM_INT : DIM_REAL;
    dim->log = ends == log;
    if (log && ends != log && tree_bool(log, &dim->log, NULL))
        return diag_code(r->d, &log->at, "wrong-type",
                         "search.space: %s: log: true or false is needed beside %s",
                         dim->path, whole ? "int" : "range");
    if (value_real(n, s, "step", &dim->step, r->d) < 0 || read_ends(r, dim, ends))
        return -1;
    if (tree_find(n, "n") && value_int(n, s, "n", &dim->n, r->d) < 0)
        return -1;
    return check_scale(r, dim, ends);
}

static bool is_inside(const char *path, const char *of)
{
    size_t n = strlen(of);

    return strncmp(path, of, n) == 0 && path[n] == '.';
}

/* A path into another key's value stands below it, where a value is not put over it. */
static void check_paths(struct read *r, const struct node *tree)
{
    const struct search_spec *s = r->spec->search;
    const struct node        *vars = tree_find(tree, "vars");

    for (size_t i = 0; i < s->n_dims; i++) {
        const struct search_dim *dim = &s->dim[i];
        for (size_t k = 0; k < i; k++)
            if (is_inside(s->dim[k].path, dim->path))
                diag_code(r->d, &dim->at, "order",
                          "search.space: %s has to stand above %s, which is inside it",
                          dim->path, s->dim[k].path);
        if (is_inside(dim->path, "vars") &&
            (!vars || vars->kind != NODE_MAP || !tree_find(vars, dim->path + 5)))
            diag_code(r->d, &dim->at, "unknown-path",
                      "search.space: no variable is called '%s'", dim->path + 5);
        if (is_inside(dim->path, "search") || strcmp(dim->path, "search") == 0)
            diag_code(r->d, &dim->at, "unknown-path",
                      "search.space: %s: a search cannot look for itself", dim->path);
    }
}

static void read_space(struct read *r, const struct node *n)
{
    struct search_spec *s = r->spec->search;

    if (!n || n->kind != NODE_MAP || !n->n) {
        diag_code(r->d, n ? &n->at : &s->at, "missing",
                  "search.space: a map of settings is needed, optim.adam.lr: {log: "
                  "[1e-4, 1e-1]}");
        return;
    }
    s->dim = arena_array(r->a, n->n + 1, sizeof *s->dim);
    for (size_t i = 0; i < n->n; i++) {
        struct search_dim *dim = &s->dim[s->n_dims];
        const struct node *v = n->values[i];
        *dim = (struct search_dim){ .path = n->keys[i]->text, .at = n->keys[i]->at };
        if (v->kind != NODE_MAP && v->kind != NODE_SEQ) {
            diag_code(r->d, &v->at, "wrong-type",
                      "search.space: %s: a list of choices is needed, or {int: ...}, "
                      "{range: ...}, {log: ...}",
                      dim->path);
            continue;
        }
        const struct node *when = v->kind == NODE_MAP ? tree_find(v, "when") : NULL;
        if (v->kind == NODE_SEQ ? read_choices(r, dim, v) : read_map(r, dim, v))
            continue;
        if (when)
            dim->when = read_over(r, when,
                                  arena_printf(r->a, "search.space: %s: when", dim->path),
                                  s->n_dims);
        s->n_dims++;
    }
    check_paths(r, r->spec->whole);
}

/* ---- plugins ----------------------------------------------------------------------- */

static int read_item(struct read *r, const struct place *place, struct node *n,
                     struct item *out)
{
    struct parts p;

    *out = (struct item){ .use = -1, .lr = 1, .weight = 1 };
    if (item_split(r, place, n, NULL, &p) || item_fill(r, &p, out)) {
        out->type = NULL;
        return -1;
    }
    out->name = out->type->name;
    out->path = arena_printf(r->a, "%s.%s", place->path, out->name);
    return 0;
}

/* Which of them to take is for the file to say: what is installed is proposed. */
static void read_sampler(struct read *r, struct node *n)
{
    const char *const *names = registry_names(r->registry, "sampler", r->a);
    struct strbuf      list = { 0 };

    if (n && n->kind != NODE_NULL) {
        read_item(r, &grammar_sampler, n, &r->spec->search->sampler);
        return;
    }
    for (size_t i = 0; names[i]; i++)
        strbuf_printf(&list, "%s%s", i ? ", " : "", names[i]);
    diag_code(r->d, &r->spec->search->at, "missing",
              "search.sampler is missing: what proposes the settings? There are %s",
              strbuf_text(&list));
    strbuf_close(&list);
}

/* A pruner looks at the epochs of one training. */
static void read_pruner(struct read *r, struct node *n)
{
    struct search_spec *s = r->spec->search;

    if (!n || n->kind == NODE_NULL || read_item(r, &grammar_pruner, n, &s->pruner))
        return;
    if (r->spec->n_stages)
        diag_code(r->d, &s->pruner.at, "stages",
                  "search.pruner: a file with stages has no single curve to look at");
    if (s->goal && split_of(s->goal) == SPLIT_TEST)
        diag_code(r->d, &s->pruner.at, "test",
                  "search.pruner: %s is not measured after each epoch", s->goal);
}

static void read_reports(struct read *r, struct node *n)
{
    struct items *to = &r->spec->search->report;
    struct node **list;

    if (!n) {
        const struct source *s = source_text(r->a, "search.report", usual_reports,
                                             sizeof usual_reports - 1, r->d);
        n = tree_parse(r->a, s, r->d);
    }
    size_t many = value_items(&n, &list);
    for (size_t i = 0; i < many; i++) {
        struct item item;
        if (!read_item(r, &grammar_search_report, list[i], &item)) {
            item.name = item_unique(r, to, item.name);
            *item_add(r, to) = item;
        }
    }
}

/* ---- single values ------------------------------------------------------------------
 */

/* "val.error" alone, where the metric says which way is better; or {min: ...}. */
static void read_goal(struct read *r, const struct node *n)
{
    struct search_spec *s = r->spec->search;
    const struct at    *at = n ? &n->at : &s->at;

    if (n && n->kind == NODE_SCALAR) {
        s->goal = n->text;
        s->maximize = higher_figure(r->spec, n->text);
    } else if (n && n->kind == NODE_MAP && n->n == 1 &&
               !grammar_check(n, &grammar_goal, r->d)) {
        s->maximize = strcmp(n->keys[0]->text, "max") == 0;
        value_text(n, &grammar_goal, n->keys[0]->text, &s->goal, r->d);
        at = &n->values[0]->at;
    }
    if (!s->goal)
        diag_code(r->d, at, "missing",
                  "search.goal: what is wanted? {min: val.loss}, or {max: val.accuracy}");
    else if (!train_metric(r, at, s->goal) && split_of(s->goal) == SPLIT_TEST)
        diag_warn(
            r->d, at,
            "search.goal: %s picks by the test part; its figure is no estimate then",
            s->goal);
}

/* Seconds; 0: it is no unit. */
static double unit_of(const char *text)
{
    static const struct {
        const char *name;
        double      seconds;
    } units[] = { { "s", 1 }, { "m", 60 }, { "h", 3600 } };

    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(text, units[i].name) == 0)
            return units[i].seconds;
    return 0;
}

/* "2h", "30m", "90s" */
static void read_time(struct read *r, const struct node *map)
{
    const char *text;
    char       *end;

    if (value_text(map, &grammar_search, "time", &text, r->d) <= 0)
        return;
    double v = number_read(text, &end);
    double unit = unit_of(end);
    if (end == text || !(v > 0) || unit == 0)
        diag_code(r->d, &tree_find(map, "time")->at, "wrong-type",
                  "search.time: '%s' is no time; 90s, 30m and 2h are", text);
    r->spec->search->time = v * unit;
}

static void read_values(struct read *r, const struct node *map)
{
    struct search_spec   *s = r->spec->search;
    const struct section *g = &grammar_search;
    int                   order = 0, keep = 0;
    int64_t               seed = (int64_t)r->spec->train.seed;

    value_int(map, g, "trials", &s->trials, r->d);
    value_int(map, g, "budget", &s->budget, r->d);
    read_time(r, map);
    bool several = value_int(map, g, "parallel", &s->parallel, r->d) > 0;
    s->lag = several ? 2 * s->parallel : 1;
    value_int(map, g, "lag", &s->lag, r->d);
    value_choice(map, g, "order", &order, r->d);
    s->free = order == 1;
    value_int(map, g, "seed", &seed, r->d);
    s->seed = (uint64_t)seed;
    value_choice(map, g, "keep", &keep, r->d);
    s->keep = (enum search_keep)keep;
    if (!s->trials && !s->budget && !(s->time > 0))
        diag_code(
            r->d, &s->at, "missing",
            "search: how long? trials: 60, budget: 500 (epochs in all) or time: 2h");
}

/* ---- then ----------------------------------------------------------------------------
 */

/* Which facts of the best trial are asked for there. */
static void check_facts(struct read *r, const struct node *n)
{
    static const char *const facts[] = { "trial", "epoch", "value", NULL };
    const char              *at = n->kind == NODE_SCALAR ? n->text : NULL;

    while (at && (at = strstr(at, "best."))) {
        size_t k = 0, length = strspn(at + 5, "abcdefghijklmnopqrstuvwxyz_");
        while (facts[k] &&
               !(strlen(facts[k]) == length && strncmp(facts[k], at + 5, length) == 0))
            k++;
        bool asked = at > n->text && strchr("$( +-*/%", at[-1]) && strchr(n->text, '$');
        if (asked && !facts[k])
            diag_code(r->d, &n->at, "unknown-name",
                      "search.then: nothing is called '%.*s'; best.trial, best.epoch and "
                      "best.value are",
                      (int)(length + 5), at);
        at += 5;
    }
    for (size_t i = 0; (n->kind == NODE_MAP || n->kind == NODE_SEQ) && i < n->n; i++)
        check_facts(r, n->values[i]);
}

static void read_then(struct read *r, const struct node *n)
{
    if (!n || grammar_expect(n, NODE_MAP, "search.then", r->d))
        return;
    for (size_t i = 0; i < n->n; i++)
        if (!grammar_find(grammar_file.words, n->keys[i]->text))
            grammar_unknown(n->keys[i], grammar_file.words, "search.then", r->d);
    check_facts(r, n);
    r->spec->search->then = n;
}

/* All but `then`, in which what the best trial was is not known yet. */
static struct node *replaced(struct read *r, const struct node *n)
{
    struct node *m = tree_new(r->a, NODE_MAP, n->at);

    for (size_t i = 0; i < n->n; i++)
        if (strcmp(n->keys[i]->text, "then") != 0)
            tree_set(r->a, m, n->keys[i]->text, n->keys[i]->at, n->values[i]);
    return vars_replace(r->vars, m, r->d);
}

void search_read(struct read *r, const struct node *n)
{
    if (!n || n->kind == NODE_NULL || grammar_expect(n, NODE_MAP, "search", r->d) ||
        grammar_check(n, &grammar_search, r->d))
        return;
    struct search_spec *s = r->spec->search = arena_alloc(r->a, sizeof *s);
    *s = (struct search_spec){ .at = tree_find_key(r->spec->whole, "search")->at };
    struct node *map = replaced(r, n);
    read_goal(r, tree_find(map, "goal"));
    read_values(r, map);
    read_sampler(r, tree_find(map, "sampler"));
    read_pruner(r, tree_find(map, "pruner"));
    read_space(r, tree_find(map, "space"));
    const struct node *only = tree_find(map, "only");
    if (only)
        s->only = read_over(r, only, "search.only", s->n_dims);
    read_reports(r, tree_find(map, "report"));
    read_then(r, tree_find(n, "then"));
}
