/* SPDX-License-Identifier: MIT */
/* data: where the samples come from, and what is done to each of them. */
#include <config.h>
#include "pipeline/read.h"

#include <stdlib.h>
#include <string.h>

#include <nnpipe/data.h>
#include "call/loader.h"
#include "call/said.h"
#include "pipeline/item.h"
#include "pipeline/model.h"
#include "language/names.h"
#include "language/vars.h"

/* ---- source ------------------------------------------------------------------------ */

static struct item *read_loader(struct read *r, const struct place *place,
                                const struct node *raw)
{
    struct parts p;
    struct item *item = arena_alloc(r->a, sizeof *item);

    *item = (struct item){ .use = -1, .lr = 1, .weight = 1 };
    if (item_split(r, place, vars_replace(r->vars, raw, r->d), NULL, &p) ||
        item_fill(r, &p, item))
        return NULL;
    item->name = names_base(r->a, item->type->name);
    item->path = arena_printf(r->a, "%s.%s", place->path, item->type->name);
    return item;
}

static int read_source(struct read *r, const struct node *raw)
{
    struct item *item = read_loader(r, &grammar_source, raw);

    if (item)
        r->spec->data.source = item;
    return item ? 0 : -1;
}

/* Was the trouble with the data themselves? Then `check` goes on without them. */
static bool is_missing(const struct diag *d)
{
    for (size_t i = 0; i < d->n; i++)
        if (d->entries[i].severity == DIAG_ERROR && d->entries[i].class != DIAG_DATA)
            return false;
    return d->errors > 0;
}

static bool peeks(const struct read *r)
{
    const struct spec *s = r->spec;

    switch (r->options->peek) {
    case PEEK_ALWAYS: return true;
    case PEEK_STAGES: return s->n_stages > 0;
    case PEEK_SEVERAL:
        return s->n_stages > 0 || s->seeds > 1 || tree_find(s->whole, "search");
    default: return false;
    }
}

/* The loader's own data, with the columns and classes of others. */
static const nnp_given *follow_coding(struct read *r, const char *coding)
{
    nnp_given *g = arena_alloc(r->a, sizeof *g);

    *g = (nnp_given){ .size = sizeof *g, .coding = coding };
    return g;
}

/* The loader of the file, or one that says what it said in a training. */
static int open_loader(struct read *r, const struct item *s, struct instance *out,
                       struct diag *d)
{
    const struct spec_said *said = r->options->said;
    const struct component *type = s->type;
    void                   *self;

    if (!said)
        self = item_copy_self(r->a, type, s->self);
    else if (!(type = said_loader(r->a, type, said->text, said->coding, said->classes,
                                  said->from, &self, d)))
        return -1;
    return instance_open(r->a, type, self, s->name, s->at, r->services, out, d);
}

/* The value that "rows[1][0]: ..." or "columns.x: ..." is about; NULL: there is none. */
static const struct node *value_of(const struct node *params, const char *reason)
{
    const struct node *n = params;
    size_t             length;
    char              *end;

    for (const char *at = reason; n && *at != ':'; at += length) {
        at += *at == '.' || *at == '[';
        length = strcspn(at, ".[]: ");
        if (n->kind == NODE_MAP) {
            const struct node *child = NULL;
            for (size_t i = 0; i < n->n; i++)
                if (strlen(n->keys[i]->text) == length &&
                    strncmp(n->keys[i]->text, at, length) == 0)
                    child = n->values[i];
            n = child;
        } else {
            size_t i = (size_t)strtoul(at, &end, 10);
            n = n->kind == NODE_SEQ && end > at && *end == ']' && i < n->n ? n->values[i]
                                                                           : NULL;
            length += n != NULL;
        }
    }
    return n != params ? n : NULL;
}

/* A table may be long, and a mistake in it far from the loader's name. */
static void point_at_value(const struct item *s, const struct instance *loader,
                           struct diag *d)
{
    const struct node *params =
        s->node && s->node->kind == NODE_MAP ? tree_find(s->node, s->type->name) : NULL;
    const struct node *value = params ? value_of(params, loader->reason) : NULL;

    if (value && d->n && value->at.source)
        d->entries[d->n - 1].at = value->at;
}

/* coding: of the data whose columns and classes count; NULL: its own. */
static int start_loader(struct read *r, const struct item *s, const char *coding,
                        struct instance **out, struct diag *d)
{
    int64_t   *shape = arena_array(r->a, 1, sizeof *shape);
    nnp_tensor rows = { .device = 1, .ndim = 1, .code = 0, .bits = 64, .lanes = 1 };

    shape[0] = 1;
    rows.shape = shape;
    *out = arena_alloc(r->a, sizeof **out);
    if (open_loader(r, s, *out, d))
        return -1;
    instance_alone(*out);
    if (coding && !r->options->said && loader_reads_given(s->type))
        (*out)->given = follow_coding(r, coding);
    if (!instance_setup(*out, &rows, 1, NULL, 0, peeks(r) ? NNP_PEEK : 0, d))
        return 0;
    point_at_value(s, *out, d);
    return -1;
}

static void read_facts(struct read *r)
{
    struct data_spec      *data = &r->spec->data;
    const struct instance *i = data->loader;

    for (size_t k = 0; k < instance_count(i, NNP_OUT); k++)
        names_add(r->names, instance_decl(i, NNP_OUT, k)->name, NULL, NAME_STREAM,
                  &data->source->at, r->d);
}

bool data_read_whole(struct read *r)
{
    struct data_spec *data = &r->spec->data;
    struct diag       d;

    if (!peeks(r) || data->whole || data->given || !data->loader)
        return false;
    data->whole = true;
    diag_init(&d, r->a);
    int rc = instance_setup(data->loader, data->loader->in, 1, NULL, 0, 0, &d);
    diag_move(r->d, &d);
    if (!rc)
        learn_training(r);
    return !rc;
}

/* Asks the loader for its streams and facts. */
static void ask_loader(struct read *r)
{
    struct data_spec *data = &r->spec->data;
    struct diag       d;

    diag_init(&d, r->a);
    data->given = r->options->said != NULL;
    if (!start_loader(r, data->source, r->options->coding, &data->loader, &d)) {
        read_facts(r);
        loader_notes(data->loader, r->d);
        diag_move(r->d, &d);
        return;
    }
    r->names->open = true;
    if (peeks(r) && is_missing(&d))
        data->missing = arena_strdup(r->a, data->loader->reason[0] ? data->loader->reason
                                                                   : d.entries[0].text);
    else
        diag_move(r->d, &d);
    instance_close(data->loader);
    data->loader = NULL;
    if (!data->missing)
        data->source = NULL;
}

/* ---- a test part of its own -------------------------------------------------------- */

static bool is_like(const nnp_tensor *a, const nnp_tensor *b)
{
    return nnp_type(a) == nnp_type(b) && a->ndim == b->ndim && nnp_row(a) == nnp_row(b);
}

/* Each stream of the data has to be there, under its name and of its kind. */
static int check_streams(struct read *r)
{
    const struct data_spec *data = &r->spec->data;
    const struct instance  *a = data->loader, *b = data->tests;

    for (size_t i = 0; i < instance_count(a, NNP_OUT); i++) {
        const char *name = instance_decl(a, NNP_OUT, i)->name;
        size_t      k = 0;
        while (k < instance_count(b, NNP_OUT) &&
               strcmp(instance_decl(b, NNP_OUT, k)->name, name) != 0)
            k++;
        if (k == instance_count(b, NNP_OUT))
            return diag_code(r->d, &data->test->at, "split",
                             "split.test: %s makes no stream %s, which data.source has",
                             data->test->name, name);
        if (!is_like(&a->out[i], &b->out[k]))
            return diag_code(
                r->d, &data->test->at, "split",
                "split.test: stream %s is %s %s a row, that of data.source "
                "%s %s",
                name, dtype_name(nnp_type(&b->out[k])), tensor_text(r->a, &b->out[k]),
                dtype_name(nnp_type(&a->out[i])), tensor_text(r->a, &a->out[i]));
    }
    return 0;
}

/* A class is the same number in both only where one follows the coding of the other. */
static int check_coding(struct read *r)
{
    const struct data_spec *data = &r->spec->data;
    const char             *a = loader_coding(data->loader);

    if (data->loader->rows.test > 0)
        return diag_code(r->d, &data->test->at, "split",
                         "split.test: %s has an official test part of its own",
                         data->source->name);
    if (data->source->type == data->test->type || (!a && !loader_coding(data->tests)))
        return 0;
    return diag_code(r->d, &data->test->at, "split",
                     "split.test: %s and %s number classes each in its own way: the same "
                     "loader is needed",
                     data->source->name, data->test->name);
}

int data_read_tests(struct read *r, struct node *node)
{
    struct data_spec *data = &r->spec->data;
    struct diag       d;

    data->test = read_loader(r, &grammar_test_source, node);
    if (!data->test)
        return -1;
    if (!data->loader || data->given)
        return 0; /* what is wrong with the source comes first; given rows have no parts
                   */
    bool        same = data->source->type == data->test->type;
    const char *coding = same ? loader_coding(data->loader) : NULL;
    if (same && peeks(r) && !coding && loader_reads_given(data->test->type))
        return 0; /* its columns are those of data that were not read yet */
    diag_init(&d, r->a);
    int rc = start_loader(r, data->test, coding, &data->tests, &d);
    diag_move(r->d, &d);
    if (rc)
        return -1;
    if (!loader_learns(data->loader))
        loader_notes(data->tests, r->d);
    return check_coding(r) || check_streams(r) ? -1 : 0;
}

void data_follow(struct read *r)
{
    struct data_spec *data = &r->spec->data;
    const char       *coding =
        data->source->type == data->test->type ? loader_coding(data->loader) : NULL;

    if (!coding)
        return;
    instance_close(data->tests);
    if (!start_loader(r, data->test, coding, &data->tests, r->d))
        loader_notes(data->tests, r->d);
}

/* ---- map --------------------------------------------------------------------------- */

static const char *find_stream(struct read *r, const char *name, const struct at *at)
{
    const struct name *n = names_find(r->names, name);

    if (n || r->names->open)
        return n ? n->name : name;
    names_unknown(r->names, at, "stream of the data", name, "", r->d);
    return NULL;
}

static void one_input(struct read *r, struct item *item, const struct node *n,
                      const char *port, const char *prev)
{
    const char *stream;

    if (n->kind != NODE_SCALAR) {
        diag_code(r->d, &n->at, "wrong-type", "from: a name is needed here");
        return;
    }
    if (vars_left(n))
        return;
    stream = strcmp(n->text, "prev") == 0 ? prev : find_stream(r, n->text, &n->at);
    if (stream)
        item_input(r, item, port, stream, n->at);
}

static void read_from(struct read *r, const struct parts *p, const char *prev,
                      struct item *item)
{
    const struct node *from = tree_find(p->beside, "from");

    if (!from || from->kind == NODE_NULL) {
        const char *x = find_stream(r, "x", &item->at);
        if (x)
            item_input(r, item, NULL, x, item->at);
    } else if (from->kind == NODE_SCALAR) {
        one_input(r, item, from, NULL, prev);
    }
    for (size_t i = 0;
         from && (from->kind == NODE_SEQ || from->kind == NODE_MAP) && i < from->n; i++)
        one_input(r, item, from->values[i],
                  from->kind == NODE_MAP ? from->keys[i]->text : NULL, prev);
}

/* With `as` new streams, else the one that was read takes the new value. */
static void name_outputs(struct read *r, const struct parts *p, struct item *item)
{
    struct node **as = NULL;
    int           n = item_names(r, p, &as);

    item->name = n > 0 ? as[0]->text
                       : names_generate(r->names, "", names_base(r->a, item->type->name));
    item->path = arena_printf(r->a, "data.map.%s", item->name);
    item->named = n > 0;
    item->n_outs = n > 0 ? (size_t)n : 1;
    item->outs = arena_array(r->a, item->n_outs, sizeof *item->outs);
    item->outs[0] = item->n_in ? item->in[0].stream : "x";
    for (int i = 0; i < n; i++) {
        item->outs[i] = as[i]->text;
        names_add(r->names, as[i]->text, as[i]->text, NAME_STREAM, &as[i]->at, r->d);
    }
}

static void check_named(struct read *r, const struct parts *p, const struct item *item)
{
    if (item->n_in > 1 && !tree_find(p->beside, "as"))
        diag_code(r->d, &item->at, "missing",
                  "%s reads %zu streams; `as` has to say what its output is called",
                  item->type->name, item->n_in);
}

static void read_transform(struct read *r, struct node *raw, const char **prev)
{
    struct items *map = &r->spec->data.map;
    struct item   item = { .use = -1, .lr = 1, .weight = 1 };
    struct parts  p;

    if (item_split(r, &grammar_map, vars_replace(r->vars, raw, r->d), NULL, &p) ||
        item_fill(r, &p, &item)) {
        r->names->open |= tree_find(p.beside ? p.beside : raw, "as") != NULL;
        return;
    }
    if (!item_when(r, r->vars, &p, &item.when))
        return;
    size_t before = r->d->errors;
    read_from(r, &p, *prev, &item);
    if (r->d->errors == before && wire_check(r, &item) == 0)
        check_named(r, &p, &item);
    name_outputs(r, &p, &item);
    *prev = item.outs[0];
    *item_add(r, map) = item;
}

void data_read(struct read *r, const struct node *data)
{
    const struct node *source, *map, *split;
    const char        *prev = "x";

    r->facts_ready = false;
    if (!data || data->kind != NODE_MAP) {
        if (data && data->kind != NODE_NULL)
            grammar_expect(data, NODE_MAP, "data", r->d);
        else if (read_lacks(r, "data"))
            diag_code(
                r->d, data ? &data->at : &r->top, "missing",
                "data is missing: data: {source: ...} says where the samples come from");
        r->names->open = r->facts_ready = true;
        return;
    }
    grammar_check(data, &grammar_data, r->d);
    source = tree_find(data, "source");
    if ((!source || source->kind == NODE_NULL) &&
        !grammar_meant(data, &grammar_data, "source", r->a))
        diag_code(r->d, &data->at, "missing",
                  "data.source is missing: a loader says where "
                  "the samples come from");
    if (source && source->kind != NODE_NULL && !read_source(r, source))
        ask_loader(r);
    else
        r->names->open = true;
    r->facts_ready = true;
    split = vars_replace(r->vars, tree_find(data, "split"), r->d);
    size_t before = r->d->errors;
    split_read(r, split);
    if (r->d->errors == before)
        learn_training(r);
    map = tree_find(data, "map");
    if (map && map->kind != NODE_NULL &&
        grammar_expect(map, NODE_SEQ, "data.map", r->d) == 0)
        for (size_t i = 0; i < map->n; i++)
            read_transform(r, map->values[i], &prev);
}
