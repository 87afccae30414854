/* SPDX-License-Identifier: MIT */
/* Connects the items of the model once all names are known: inputs, `use`, `share`; then
 * looks whether anything reads itself. */
#include <config.h>
#include "pipeline/model.h"

#include <string.h>

#include "language/names.h"
#include "pipeline/stage.h"

static void wire_use(struct modelling *m, struct item *item, struct draft *draft)
{
    int k;

    if (!draft->use.name || stage_adopt(m, item, draft) ||
        (k = refs_item(m->r->names, &draft->use, "use", m->r->d)) < 0)
        return;
    for (size_t steps = 0; m->drafts[k].use.name; steps++) { /* `use` of a `use` */
        const struct ref *next = &m->drafts[k].use;
        int               to = refs_item(m->r->names, next, "use", m->r->d);

        if (to < 0)
            return;
        if (steps > m->items->n || &m->items->v[to] == item) {
            diag_code(m->r->d, &draft->use.at, "cycle", "use: '%s' uses itself",
                      draft->use.name);
            return;
        }
        k = to;
    }
    const struct item *used = &m->items->v[k];
    if (m->drafts[k].then) {
        diag_code(m->r->d, &draft->use.at, "wrong-name",
                  "use: '%s' names the %s behind a layer, not the layer", draft->use.name,
                  used->type ? used->type->name : "item");
        diag_note(m->r->d, "try   the two as items of their own");
        return;
    }
    item->use = k;
    item->type = used->type;
    if (!used->type)
        return;
    item->self = item_copy_self(m->r->a, used->type, used->self);
}

static void wire_share(struct modelling *m, struct item *item, const struct draft *draft)
{
    for (size_t i = 0; i < item->n_share; i++) {
        int k = refs_item(m->r->names, &draft->share[i], "share", m->r->d);

        if (k < 0)
            continue;
        item->share[i].item = m->items->v[k].name;
        if (&m->items->v[k] == item)
            diag_code(m->r->d, &item->share[i].at, "cycle",
                      "share: an item cannot borrow from itself");
    }
}

/* ---- inputs ------------------------------------------------------------------------ */

static size_t next_word(const char **text, const char **start)
{
    while (**text == ' ')
        ++*text;
    *start = *text;
    return strcspn(*text, " ");
}

/* The names of a component's inputs as a NULL-terminated list. */
static const char **port_list(struct arena *a, const char *ports)
{
    const char **list = arena_array(a, strlen(ports) + 1, sizeof *list), *start;
    size_t       n = 0, length;

    for (; (length = next_word(&ports, &start)); ports += length)
        list[n++] = arena_strndup(a, start, length);
    return list;
}

static int unknown_port(struct read *r, const struct item *item, const char *port,
                        const char *const *ports, const struct at *at)
{
    const char *near = diag_nearest(port, ports);

    if (near)
        return diag_code(r->d, at, "unknown-port", "%s has no input '%s'; '%s' is one",
                         item->type->name, port, near);
    diag_code(r->d, at, "unknown-port", "%s has no input '%s'", item->type->name, port);
    diag_note(r->d, "inputs  %s", item->type->desc->ports);
    return -1;
}

/* Puts inputs given by name into the component's order. */
static int order_ports(struct read *r, struct item *item)
{
    const char   *names = item->type->desc->ports;
    struct input *sorted = arena_array(r->a, item->n_in, sizeof *sorted);
    const char  **ports;
    size_t        n = 0;
    int           rc = 0;

    if (!names) {
        diag_code(r->d, &item->in[0].at, "unknown-port",
                  "%s takes its inputs by position: from: [a, b]", item->type->name);
        return -1;
    }
    ports = port_list(r->a, names);
    for (size_t i = 0; i < item->n_in; i++)
        if (!grammar_among(ports, item->in[i].port))
            rc = unknown_port(r, item, item->in[i].port, ports, &item->in[i].at);
    for (size_t k = 0; ports[k]; k++)
        for (size_t i = 0; i < item->n_in; i++)
            if (strcmp(item->in[i].port, ports[k]) == 0)
                sorted[n++] = item->in[i];
    for (size_t k = 0; !rc && k < n; k++)
        if (strcmp(sorted[k].port, ports[k]) != 0)
            rc = diag_code(r->d, &sorted[k].at, "inputs",
                           "%s: '%s' is given, but not '%s', which comes before it",
                           item->type->name, sorted[k].port, ports[k]);
    if (!rc)
        item->in = sorted;
    return rc;
}

static const char *plural(uint32_t n)
{
    return n == 1 ? "" : "s";
}

int wire_count(struct read *r, const struct item *item, size_t n)
{
    const nnp_component *c = item->type->desc;
    uint32_t             min = c->min_in, max = c->max_in;
    const struct at     *at = item->n_in ? &item->in[item->n_in - 1].at : &item->at;

    if (!min && !max)
        min = max = 1;
    if (n >= min && n <= max)
        return 0;
    if (min == max)
        diag_code(r->d, at, "inputs", "%s takes %u input%s; here %s %zu",
                  item->type->name, min, plural(min), n == 1 ? "is" : "are", n);
    else if (n < min)
        diag_code(r->d, at, "inputs", "%s takes at least %u input%s; here %s %zu",
                  item->type->name, min, plural(min), n == 1 ? "is" : "are", n);
    else
        diag_code(r->d, at, "inputs", "%s takes at most %u input%s; here are %zu",
                  item->type->name, max, plural(max), n);
    if (c->ports)
        diag_note(r->d, "inputs  %s", c->ports);
    else if (max > 1 && n == 1)
        diag_note(r->d, "try   from: [a, b]");
    return -1;
}

int wire_check(struct read *r, struct item *item)
{
    bool named = false;

    for (size_t i = 0; i < item->n_in; i++)
        named |= item->in[i].port != NULL;
    if (named && order_ports(r, item))
        return -1;
    return wire_count(r, item, item->n_in);
}

/* The target of an estimator becomes its last input, as if the file had said so: by
 * default the y of the data, as that of a loss. A name in `from` says it as well. */
static void wire_target(struct modelling *m, struct item *item, const struct draft *draft)
{
    bool        learns = item->type && component_has_target(item->type);
    const char *port = item->n_in && item->in[0].port ? "to" : NULL;
    const char *stream;
    bool        said = item->n_in > 1;

    for (size_t i = 0; port && i < item->n_in; i++)
        said = said || strcmp(item->in[i].port, port) == 0;
    if (!learns && draft->to.name && item->type)
        diag_code(m->r->d, &draft->to.at, "unknown-key",
                  "'to' has no meaning for %s, which learns no target", item->type->name);
    if (!learns || (said && !draft->to.name))
        return;
    if (said) {
        diag_code(m->r->d, &draft->to.at, "inputs",
                  "%s: the target is said twice, in `from` and in `to`", item->name);
        return;
    }
    const struct name *y = names_find(m->r->names, "y");
    stream = y && y->kind == NAME_STREAM ? "y" : "x";
    if (draft->to.name)
        stream = refs_stream(m->r->names, &draft->to, m->r->d);
    if (stream)
        item_input(m->r, item, port, stream, draft->to.name ? draft->to.at : item->at);
}

static void wire_inputs(struct modelling *m, struct item *item, const struct draft *draft)
{
    bool whole = true;

    for (size_t i = 0; i < draft->n_in; i++) {
        const char *stream = refs_stream(m->r->names, &draft->in[i], m->r->d);

        whole &= stream != NULL;
        if (stream)
            item_input(m->r, item, draft->port[i], stream, draft->in[i].at);
    }
    if (whole && draft->n_in)
        wire_target(m, item, draft);
    if (whole && draft->n_in && item->type)
        wire_check(m->r, item);
}

/* ---- order ------------------------------------------------------------------------- */

struct visit {
    int    *state; /* 0 new, 1 on the way, 2 done */
    size_t *way;   /* items on the way */
    size_t  n_way;
    size_t *order; /* items behind everything they read */
    size_t  n_order;
};

static void report_cycle(struct modelling *m, const struct visit *v, size_t item)
{
    struct strbuf s = { 0 };
    size_t        from = 0;

    while (v->way[from] != item)
        from++;
    strbuf_puts(&s, m->items->v[item].name);
    for (size_t i = v->n_way; i-- > from;)
        strbuf_printf(&s, " -> %s", m->items->v[v->way[i]].name);
    diag_code(m->r->d, &m->items->v[item].at, "cycle", "'%s' reads its own output: %s",
              m->items->v[item].name, strbuf_text(&s));
    strbuf_close(&s);
}

static size_t producer(const struct modelling *m, const struct input *in)
{
    const char *dot = strchr(in->stream, '.');
    const char *name =
        dot ? arena_strndup(m->r->a, in->stream, (size_t)(dot - in->stream)) : in->stream;
    const struct name *n = names_find(m->r->names, name);

    return n && n->kind != NAME_STREAM ? n->item : m->items->n;
}

static void visit(struct modelling *m, struct visit *v, size_t k);

static void visit_next(struct modelling *m, struct visit *v, size_t next)
{
    if (next < m->items->n && v->state[next] == 1)
        report_cycle(m, v, next);
    else if (next < m->items->n && v->state[next] == 0)
        visit(m, v, next);
}

/* Goes from item to item it reads, or whose weights it runs; at most MODEL_MOST_ITEMS
 * deep. */
static void visit(struct modelling *m, struct visit *v, size_t k)
{
    const struct item *item = &m->items->v[k];

    v->state[k] = 1;
    v->way[v->n_way++] = k;
    for (size_t i = 0; i < item->n_in; i++)
        visit_next(m, v, producer(m, &item->in[i]));
    if (item->use >= 0)
        visit_next(m, v, (size_t)item->use);
    v->n_way--;
    v->state[k] = 2;
    v->order[v->n_order++] = k;
}

/* Items in an order in which they can run: as written, but for those that read something
 * further below. */
static void put_in_order(struct modelling *m, const struct visit *v)
{
    size_t       n = m->items->n;
    struct item *sorted = arena_array(m->r->a, n + 1, sizeof *sorted);
    int         *place = arena_array(m->r->a, n + 1, sizeof *place);

    for (size_t i = 0; i < n; i++) {
        place[v->order[i]] = (int)i;
        sorted[i] = m->items->v[v->order[i]];
    }
    for (size_t i = 0; i < n; i++)
        if (sorted[i].use >= 0)
            sorted[i].use = place[sorted[i].use];
    m->items->v = sorted;
    m->items->room = n + 1;
}

void wire_items(struct modelling *m)
{
    size_t       n = m->items->n, before = m->r->d->errors;
    struct visit v = { .state = arena_array(m->r->a, n + 1, sizeof *v.state),
                       .way = arena_array(m->r->a, n + 1, sizeof *v.way),
                       .order = arena_array(m->r->a, n + 1, sizeof *v.order) };

    for (size_t i = 0; i < n; i++) {
        wire_use(m, &m->items->v[i], &m->drafts[i]);
        wire_share(m, &m->items->v[i], &m->drafts[i]);
    }
    for (size_t i = 0; i < n; i++)
        wire_inputs(m, &m->items->v[i], &m->drafts[i]);
    for (size_t i = 0; i < n; i++)
        if (!v.state[i])
            visit(m, &v, i);
    if (m->r->d->errors == before)
        put_in_order(m, &v);
}
