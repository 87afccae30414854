/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "pipeline/facts.h"

#include <inttypes.h>
#include <string.h>

/* Shape of a stream without its rows. */
static struct node *shape(struct read *r, const struct decl *s, struct at at)
{
    struct node *list = tree_new(r->a, NODE_SEQ, at);

    for (int32_t k = 1; k < s->ndim; k++)
        tree_add(r->a, list, tree_number(r->a, (double)s->shape[k], at));
    return list;
}

static struct node *size(struct read *r, const struct decl *s, struct at at)
{
    double n = 1;

    for (int32_t k = 1; k < s->ndim; k++)
        n *= (double)s->shape[k];
    return tree_number(r->a, n, at);
}

/* STREAM.shape or STREAM.size */
static struct node *of_stream(struct read *r, const char *name, const struct at *at)
{
    const struct instance *loader = r->spec->data.loader;
    const char            *dot = strrchr(name, '.');

    for (size_t i = 0; dot && loader && i < instance_count(loader, NNP_OUT); i++) {
        const struct decl *s = instance_decl(loader, NNP_OUT, i);

        if (strlen(s->name) != (size_t)(dot - name) ||
            strncmp(s->name, name, (size_t)(dot - name)) != 0)
            continue;
        if (strcmp(dot, ".shape") == 0)
            return shape(r, s, *at);
        if (strcmp(dot, ".size") == 0)
            return size(r, s, *at);
    }
    return NULL;
}

/* What the loader says of its rows, under the names that a file has for it. */
struct counted {
    const char *name;
    double      value; /* 0: it does not say */
};

static size_t counted(const struct instance *loader, struct counted v[5])
{
    const nnp_rows *r = &loader->rows;

    v[0] = (struct counted){ "count", (double)r->count };
    v[1] = (struct counted){ "test", (double)r->test };
    v[2] = (struct counted){ "val", (double)r->val };
    v[3] = (struct counted){ "classes", (double)r->classes };
    v[4] = (struct counted){ "bytes", (double)r->bytes };
    return 5;
}

static struct node *of_rows(struct read *r, const char *name, const struct at *at)
{
    const struct instance *loader = r->spec->data.loader;
    struct counted         v[5];

    for (size_t i = 0, n = loader ? counted(loader, v) : 0; i < n; i++)
        if (v[i].value > 0 && strcmp(v[i].name, name) == 0)
            return tree_number(r->a, v[i].value, *at);
    for (size_t i = 0; loader && i < loader->n_facts; i++)
        if (strcmp(loader->facts[i].key, name) == 0)
            return tree_number(r->a, loader->facts[i].value, *at);
    return NULL;
}

static void list_all(struct read *r, struct strbuf *s)
{
    const struct instance *loader = r->spec->data.loader;
    struct counted         v[5];

    for (size_t i = 0, n = loader ? counted(loader, v) : 0; i < n; i++)
        if (v[i].value > 0)
            strbuf_printf(s, "%s$data.%s", s->n ? ", " : "", v[i].name);
    for (size_t i = 0; loader && i < loader->n_facts; i++)
        strbuf_printf(s, "%s$data.%s", s->n ? ", " : "", loader->facts[i].key);
    for (size_t i = 0; loader && i < instance_count(loader, NNP_OUT); i++) {
        const char *name = instance_decl(loader, NNP_OUT, i)->name;
        strbuf_printf(s, "%s$data.%s.shape, $data.%s.size", s->n ? ", " : "", name, name);
    }
}

/* Where the data are named is where the mistake is; what asks for a fact of theirs is
 * right. Told once, however much asks. */
static int refuse_missing(struct read *r, const char *name)
{
    const struct data_spec *data = &r->spec->data;
    enum diag_class         usual = r->d->class;

    if (r->missing_told)
        return -1;
    r->missing_told = true;
    r->d->class = DIAG_DATA;
    diag_code(r->d, &data->source->at, "data", "%s: %s", data->source->name,
              data->missing);
    diag_note(r->d, "$data.%s is known only once the data are there", name);
    r->d->class = usual;
    return -1;
}

static int refuse_fact(struct read *r, const char *name, const struct at *at)
{
    const struct data_spec *data = &r->spec->data;
    struct strbuf           known = { 0 };

    if (data->missing)
        return refuse_missing(r, name);
    diag_code(r->d, at, "unknown-fact", "the data do not say '%s'", name);
    list_all(r, &known);
    diag_note(r->d, "they say %s", strbuf_text(&known));
    if (strcmp(name, "classes") == 0)
        diag_note(r->d, "there are classes if y is a single column of whole numbers from "
                        "0, or of labels");
    strbuf_close(&known);
    return -1;
}

struct node *facts_node(void *read, const char *name, const struct at *at, struct diag *d)
{
    struct read            *r = read;
    const struct data_spec *data = &r->spec->data;
    struct node            *n = NULL;

    if (!r->facts_ready) {
        diag_code(d, at, "unknown-fact",
                  "$data.%s is not known yet: data.source is what says it", name);
        return NULL;
    }
    if (!data->source)
        return NULL; /* its own mistakes come first */
    size_t before = r->d->errors;
    if (!data->missing)
        n = of_rows(r, name, at);
    if (!n && !data->missing)
        n = of_stream(r, name, at);
    if (!n && !data->missing && data_read_whole(r))
        n = of_rows(r, name, at);
    if (!n && r->d->errors == before)
        refuse_fact(r, name, at);
    return n;
}
