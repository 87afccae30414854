/* SPDX-License-Identifier: MIT */
/*
 * A plugin's own struct is filled from the plugin's own table: `{"units", NNP_INT,
 * offset, "1", "[1,inf)"}` says where a value goes, what stands there when the file says
 * nothing, and what is allowed. So the host knows no parameter by name, and a plugin
 * never parses.
 *
 *     params_apply:  defaults of all parameters, as if written in the file
 *                    then the file's: a map by name, or one value for the main parameter
 *                    then a look whether something required is missing
 *
 * Mistakes do not end the walk: a file with five wrong values gets five messages.
 */
#include <config.h>
#include "language/params.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <nnpipe/data.h>
#include "base/fsio.h"
#include "plugin/synonyms.h"

struct target { /* one application of a table */
    struct arena        *arena;
    const nnp_component *c;
    const char          *what, *data;
    unsigned char       *self;
    struct diag         *d;
};

static uint32_t type_of(const nnp_param *p)
{
    return p->type & 255;
}

static bool is_list(const nnp_param *p)
{
    uint32_t t = type_of(p);

    return t == NNP_INTS || t == NNP_REALS || t == NNP_STRS;
}

const nnp_param *params_find(const nnp_component *c, const char *name)
{
    for (uint32_t i = 0; i < c->n_params; i++)
        if (strcmp(c->params[i].name, name) == 0)
            return &c->params[i];
    return NULL;
}

const nnp_param *params_main(const nnp_component *c)
{
    for (uint32_t i = 0; i < c->n_params; i++)
        if (c->params[i].type & NNP_MAIN)
            return &c->params[i];
    return c->n_params ? c->params : NULL;
}

const nnp_param *params_then(const nnp_component *c)
{
    for (uint32_t i = 0; i < c->n_params; i++)
        if (c->params[i].type & NNP_FOLLOWED_BY)
            return &c->params[i];
    return NULL;
}

/* A map of one key that is no parameter is a value itself: `act: {leaky_relu: 0.1}`. */
struct node **params_slot(const nnp_component *c, const nnp_param *p, struct node **value)
{
    struct node *n = *value;
    bool         main = params_main(c) == p;

    if (!n || n->kind != NODE_MAP)
        return n && main ? value : NULL;
    for (size_t i = 0; i < n->n; i++)
        if (strcmp(n->keys[i]->text, p->name) == 0)
            return &n->values[i];
    return main && n->n == 1 && !params_find(c, n->keys[0]->text) ? value : NULL;
}

/* ---- single values ---------------------------------------------------------------- */

/* The type was checked with the table, so the member at the offset has the width that the
 * header gives for it. */
static void store_number(const nnp_param *p, double v, int64_t i, void *self)
{
    void *to = (char *)self + p->offset;

    switch (type_of(p)) {
    case NNP_BOOL:
    case NNP_ENUM: *(int32_t *)to = (int32_t)i; break;
    case NNP_INT: *(int64_t *)to = i; break;
    default: *(double *)to = v;
    }
}

static int mistyped(const struct target *t, const nnp_param *p, const struct node *n,
                    const char *type, const char *why)
{
    diag_code(t->d, &n->at, "wrong-type", "%s: '%s' is not %s", p->name, n->text, type);
    if (n->quoted)
        diag_note(t->d, "try   %s without quotes", n->text);
    else if (why)
        diag_note(t->d, "%s", why);
    return -1;
}

static int out_of_range(const struct target *t, const nnp_param *p, const struct node *n)
{
    return diag_code(t->d, &n->at, "out-of-range", "%s: %s is outside %s%s%s", p->name,
                     n->text, p->range, p->unit ? " " : "", p->unit ? p->unit : "");
}

static int check_range(const struct target *t, const nnp_param *p, const struct node *n,
                       double v)
{
    struct range r;

    if (!p->range || range_parse(t->arena, p->range, &r) || range_holds(&r, v))
        return 0;
    return out_of_range(t, p, n);
}

static int read_int(const struct target *t, const nnp_param *p, const struct node *n,
                    int64_t *out)
{
    const char *why = NULL;
    double      real;

    if (tree_int(n, out, &why) == 0)
        return check_range(t, p, n, (double)*out);
    if (tree_real(n, &real, NULL))
        return mistyped(t, p, n, "a whole number", why);
    if (!(real == rint(real) && fabs(real) < 9e15))
        return diag_code(t->d, &n->at, "wrong-type", "%s: %s is not a whole number",
                         p->name, n->text);
    *out = (int64_t)real;
    return check_range(t, p, n, real);
}

static int read_real(const struct target *t, const nnp_param *p, const struct node *n,
                     double *out)
{
    const char *why = NULL;

    if (tree_real(n, out, &why))
        return mistyped(t, p, n, "a number", why);
    if (isnan(*out))
        return diag_code(t->d, &n->at, "wrong-type", "%s: '%s' is not a number", p->name,
                         n->text);
    return check_range(t, p, n, *out);
}

static int set_bool(const struct target *t, const nnp_param *p, const struct node *n)
{
    const char *why = NULL;
    bool        v;

    if (tree_bool(n, &v, &why))
        return mistyped(t, p, n, "true or false", why);
    store_number(p, 0, v, t->self);
    return 0;
}

static int set_enum(const struct target *t, const nnp_param *p, const struct node *n)
{
    struct range r = { 0 };

    if (range_parse(t->arena, p->range, &r) || !r.words)
        return diag_error(t->d, &n->at, "%s: the plugin's own list of words is broken",
                          p->name);
    int i = range_word(&r, n->text);
    if (i < 0) {
        const char *near = synonyms_nearest(n->text, r.words);
        diag_code(t->d, &n->at, "unknown-word", "%s: '%s' is not one of %s%s%s%s",
                  p->name, n->text, p->range, near ? "; '" : "", near ? near : "",
                  near ? "' is near" : "");
        if (near)
            diag_fix(t->d, near);
        return -1;
    }
    store_number(p, 0, i, t->self);
    return 0;
}

/* Beside the file, then among the data sets; NULL: nowhere. */
static const char *find_path(const struct target *t, const struct node *n)
{
    const char *file = n->at.source ? n->at.source->name : "";
    const char *beside = fsio_beside(t->arena, file, n->text);
    const char *home = t->data;
    const char *places[] = {
        beside,
        home && *home ? arena_printf(t->arena, "%s/%s", home, n->text) : beside,
        fsio_beside(t->arena, file, arena_printf(t->arena, "../datasets/%s", n->text)),
        arena_printf(t->arena, "%s/datasets/%s", NNP_DATA_DIR, n->text),
    };

    if (n->text[0] == '/' || !n->text[0])
        return n->text;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (fsio_exists(places[i]))
            return places[i];
    return NULL;
}

/* The text of a parameter, or of an element of it. Where nothing is found the message of
 * whoever opens it is about the place beside the file. */
static const char *text_of(const struct target *t, const nnp_param *p,
                           const struct node *n)
{
    const char *found;

    if (type_of(p) != NNP_PATH && !(p->type & NNP_PATHS))
        return n->text;
    found = find_path(t, n);
    if (found || type_of(p) == NNP_TREE) /* of a tree not every text is a path */
        return found ? found : n->text;
    return fsio_beside(t->arena, n->at.source ? n->at.source->name : "", n->text);
}

static int set_text(const struct target *t, const nnp_param *p, const struct node *n)
{
    *(const char **)(t->self + p->offset) = arena_strdup(t->arena, text_of(t, p, n));
    return 0;
}

static int set_scalar(const struct target *t, const nnp_param *p, const struct node *n)
{
    int64_t i = 0;
    double  v = 0;

    switch (type_of(p)) {
    case NNP_BOOL: return set_bool(t, p, n);
    case NNP_ENUM: return set_enum(t, p, n);
    case NNP_STR:
    case NNP_PATH: return set_text(t, p, n);
    case NNP_INT:
        if (read_int(t, p, n, &i))
            return -1;
        break;
    default:
        if (read_real(t, p, n, &v))
            return -1;
    }
    store_number(p, v, i, t->self);
    return 0;
}

/* ---- lists and trees -------------------------------------------------------------- */

static int set_member(const struct target *t, const nnp_param *p, const struct node *n,
                      void *v, size_t i)
{
    if (n->kind != NODE_SCALAR)
        return diag_code(t->d, &n->at, "wrong-type",
                         "%s: a list of single values is needed", p->name);
    if (type_of(p) == NNP_INTS)
        return read_int(t, p, n, (int64_t *)v + i);
    if (type_of(p) == NNP_REALS)
        return read_real(t, p, n, (double *)v + i);
    ((const char **)v)[i] = arena_strdup(t->arena, text_of(t, p, n));
    return 0;
}

/* Nested lists of numbers count as one list in row-major order: [[1, 2], [3, 4]]. */
static size_t count_members(const struct node *n)
{
    size_t total = 0;

    if (n->kind != NODE_SEQ)
        return 1;
    for (size_t i = 0; i < n->n; i++)
        total += count_members(n->values[i]);
    return total;
}

static int set_members(const struct target *t, const nnp_param *p, const struct node *n,
                       void *v, size_t *at)
{
    int rc = 0;

    if (n->kind != NODE_SEQ)
        return set_member(t, p, n, v, (*at)++);
    for (size_t i = 0; i < n->n; i++)
        rc |= set_members(t, p, n->values[i], v, at);
    return rc;
}

static int set_list(const struct target *t, const nnp_param *p, const struct node *n)
{
    size_t    count = count_members(n), at = 0;
    void     *v = arena_array(t->arena, count + 1, sizeof(double));
    nnp_list *l = (nnp_list *)(t->self + p->offset);

    if (set_members(t, p, n, v, &at))
        return -1;
    *l = (nnp_list){ .n = (uint32_t)count, .v = v };
    return 0;
}

static void copy_tree(const struct target *t, const nnp_param *p, const struct node *n,
                      const char *key, nnp_node *out)
{
    *out = (nnp_node){ .key = key, .number = (double)NAN };
    if (n->kind == NODE_SCALAR || n->kind == NODE_NULL) {
        out->kind = NNP_SCALAR;
        out->text = n->kind == NODE_SCALAR ? text_of(t, p, n) : n->text;
        if (n->kind == NODE_SCALAR && tree_real(n, &out->number, NULL))
            out->number = (double)NAN;
        return;
    }
    nnp_node *child = arena_array(t->arena, n->n + 1, sizeof *child);
    out->kind = n->kind == NODE_MAP ? NNP_MAP : NNP_SEQ;
    out->n = (uint32_t)n->n;
    out->child = child;
    for (size_t i = 0; i < n->n; i++)
        copy_tree(t, p, n->values[i], n->kind == NODE_MAP ? n->keys[i]->text : NULL,
                  &child[i]);
}

static int set_tree(const struct target *t, const nnp_param *p, const struct node *n)
{
    nnp_node *copy = arena_alloc(t->arena, sizeof *copy);

    copy_tree(t, p, n, NULL, copy);
    *(const nnp_node **)(t->self + p->offset) = copy;
    return 0;
}

static int set(const struct target *t, const nnp_param *p, const struct node *n)
{
    if (type_of(p) == NNP_TREE)
        return set_tree(t, p, n);
    if (is_list(p) && (n->kind == NODE_SEQ || n->kind == NODE_SCALAR))
        return set_list(t, p, n);
    if (n->kind != NODE_SCALAR)
        return diag_code(t->d, &n->at, "wrong-type", "%s: a %s is needed", p->name,
                         is_list(p) ? "list" : "single value");
    return set_scalar(t, p, n);
}

/* ---- defaults --------------------------------------------------------------------- */

static int default_list(const struct target *t, const nnp_param *p)
{
    size_t             n;
    const char *const *words = range_read_list(t->arena, p->def, &n);
    nnp_list          *l = (nnp_list *)(t->self + p->offset);
    double            *v = arena_array(t->arena, n + 1, sizeof *v);

    for (size_t i = 0; words && i < n; i++) {
        if (type_of(p) == NNP_INTS && range_read_int(words[i], (int64_t *)v + i))
            return -1;
        if (type_of(p) == NNP_REALS && range_read_real(words[i], v + i))
            return -1;
        if (type_of(p) == NNP_STRS)
            ((const char **)(void *)v)[i] = words[i];
    }
    *l = (nnp_list){ .n = (uint32_t)n, .v = v };
    return words ? 0 : -1;
}

static int default_scalar(const struct target *t, const nnp_param *p)
{
    struct node n = { .kind = NODE_SCALAR, .text = p->def };
    bool        absent = !*p->def && (type_of(p) == NNP_STR || type_of(p) == NNP_PATH);

    if (absent) {
        *(const char **)(t->self + p->offset) = "";
        return 0;
    }
    return set_scalar(t, p, &n);
}

/* Validation already refused a plugin whose defaults do not parse. */
static int set_default(const struct target *t, const nnp_param *p)
{
    if (!p->def)
        return 0;
    if (type_of(p) == NNP_TREE) {
        *(const nnp_node **)(t->self + p->offset) = NULL;
        return 0;
    }
    return is_list(p) ? default_list(t, p) : default_scalar(t, p);
}

/* ---- the table -------------------------------------------------------------------- */

/* A misspelt parameter counts as given: it is not missing as well. */
static int unknown_param(const struct target *t, const struct node *key, bool *given)
{
    const char **names = arena_array(t->arena, t->c->n_params + 1, sizeof *names);

    for (uint32_t i = 0; i < t->c->n_params; i++)
        names[i] = t->c->params[i].name;
    const char *near = synonyms_nearest(key->text, names);
    if (near) {
        diag_code(t->d, &key->at, "unknown-key",
                  "%s: no parameter is called '%s'; '%s' is", t->what, key->text, near);
        diag_fix(t->d, near);
        given[params_find(t->c, near) - t->c->params] = true;
        return -1;
    }
    if (!t->c->n_params)
        return diag_code(t->d, &key->at, "unknown-key",
                         "%s: takes no parameters; '%s' is none", t->what, key->text);
    diag_code(t->d, &key->at, "unknown-key", "%s: no parameter is called '%s'", t->what,
              key->text);
    if (synonyms_advice(key->text))
        diag_note(t->d, "try   %s", synonyms_advice(key->text));
    diag_note(t->d, "see `nnpipe plugin info %s`", t->what);
    return -1;
}

static int check_required(const struct target *t, const bool *given, const struct at *at)
{
    int rc = 0;

    for (uint32_t i = 0; i < t->c->n_params; i++) {
        const nnp_param *p = &t->c->params[i];
        if (!p->def && !given[i])
            rc = diag_code(t->d, at, "missing-key", "%s: %s is required (%s)", t->what,
                           p->name, p->doc ? p->doc : "no description");
    }
    return rc;
}

static int apply_map(const struct target *t, const struct node *map, bool *given)
{
    int rc = 0;

    for (size_t i = 0; i < map->n; i++) {
        const nnp_param *p = params_find(t->c, map->keys[i]->text);
        if (!p) {
            rc = unknown_param(t, map->keys[i], given);
            continue;
        }
        if (map->values[i]->kind == NODE_NULL && p->def)
            continue; /* null: the default stays */
        given[p - t->c->params] = true;
        if (set(t, p, map->values[i]))
            rc = -1; /* keep going: one run shows every mistake */
    }
    return rc;
}

/* `dense: 256`: the value of the main parameter. */
static int apply_short(const struct target *t, const struct node *value, bool *given)
{
    const nnp_param *p = params_main(t->c);

    if (!p)
        return diag_code(t->d, &value->at, "unknown-key", "%s: takes no value", t->what);
    given[p - t->c->params] = true;
    return set(t, p, value);
}

int params_apply(const struct params_of *p, const struct node *value, void *self,
                 struct diag *d)
{
    const nnp_component *c = p->c;
    struct target        t = { p->arena, c, p->what, p->data, self, d };
    bool                *given = arena_array(p->arena, c->n_params + 1, sizeof *given);
    int                  rc = 0;

    for (uint32_t i = 0; i < c->n_params; i++)
        if (set_default(&t, &c->params[i]))
            return diag_error(d, p->at, "%s: the plugin's default of %s is broken",
                              p->what, c->params[i].name);
    const nnp_param *m = params_main(c);
    bool whole = m && type_of(m) == NNP_TREE && (m->type & NNP_MAIN) && value &&
                 value->kind == NODE_MAP && c->n_params == 1;
    if (value && value->kind == NODE_MAP && !whole)
        rc = apply_map(&t, value, given);
    else if (value && value->kind != NODE_NULL)
        rc = apply_short(&t, value, given);
    return check_required(&t, given, p->at) | rc;
}

/* ---- while running ---------------------------------------------------------------- */

/* For schedules, which run between updates: nothing is kept in the arena, and a value
 * that the table does not allow is refused as in the file. */
int params_set(const nnp_component *c, void *self, const char *name, double value)
{
    const nnp_param *p = params_find(c, name);
    struct arena     scrap = { 0 };
    struct range     r;
    bool             fits = true;

    if (!p || (type_of(p) != NNP_REAL && type_of(p) != NNP_INT))
        return -1;
    if (p->range && range_parse(&scrap, p->range, &r) == 0)
        fits = range_holds(&r, value);
    arena_close(&scrap);
    if (!fits || !isfinite(value) || (type_of(p) == NNP_INT && fabs(value) > 9e15))
        return -1;
    store_number(p, value, type_of(p) == NNP_INT ? (int64_t)llrint(value) : 0, self);
    return 0;
}

int params_get(const nnp_component *c, const void *self, const char *name, double *value)
{
    const nnp_param *p = params_find(c, name);
    const void      *from = p ? (const char *)self + p->offset : NULL;

    if (!p)
        return -1;
    switch (type_of(p)) {
    case NNP_REAL: *value = *(const double *)from; return 0;
    case NNP_INT: *value = (double)*(const int64_t *)from; return 0;
    case NNP_BOOL:
    case NNP_ENUM: *value = *(const int32_t *)from; return 0;
    default: return -1;
    }
}
