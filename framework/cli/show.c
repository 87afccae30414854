/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/fsio.h"
#include "base/json.h"
#include "cli/show_io.h"
#include "run/peak.h"
#include "jobs/load.h"
#include "view/draw.h"
#include "view/runfolder.h"

static int64_t own_weights(const struct graph *g, size_t node)
{
    int64_t total = 0;

    for (size_t i = 0; i < g->n_params; i++) {
        const struct param *p = &g->params[i];
        if (p->node == (int)node && p->of < 0)
            total += (int64_t)decl_elements(p->decl);
    }
    return total;
}

/* 12013010 -> 12,013,010 */
static const char *grouped(struct arena *a, int64_t n)
{
    char  *digits = arena_printf(a, "%" PRId64, n), *out = arena_alloc(a, 48);
    size_t len = strlen(digits), k = 0;

    for (size_t i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0)
            out[k++] = ',';
        out[k++] = digits[i];
    }
    return out;
}

static const char *flops_text(struct arena *a, double f)
{
    if (f >= 1e9)
        return arena_printf(a, "%.2f G", f / 1e9);
    if (f >= 1e6)
        return arena_printf(a, "%.2f M", f / 1e6);
    if (f >= 1e3)
        return arena_printf(a, "%.1f k", f / 1e3);
    return arena_printf(a, "%.0f", f);
}

static const char *sources(struct arena *a, const struct graph *g,
                           const struct graph_node *n)
{
    const char *text = "";

    for (uint32_t k = 0; k < n->n_in; k++)
        text = arena_printf(a, "%s%s%s", text, k ? ", " : "", g->streams[n->in[k]].name);
    return text;
}

static const char *made(struct arena *a, const struct graph *g,
                        const struct graph_node *n)
{
    return n->n_out ? tensor_text(a, graph_tensor(g, n->out[0])) : "";
}

static bool is_shown(const struct graph_node *n)
{
    return n->role != ROLE_METRIC;
}

/* Columns are as wide as what stands in them, but not narrower than they mostly are. */
static void widen(int *width, const char *text)
{
    int n = (int)strlen(text);

    *width = n > *width ? n : *width;
}

static void print_table(struct cli *c, const struct graph *g, struct strbuf *out)
{
    struct arena *a = &c->arena;
    double        flops = 0;
    int           item = 14, plugin = 14, reads = 22, makes = 18;

    for (size_t i = 0; i < g->n_nodes; i++) {
        const struct graph_node *n = &g->nodes[i];
        if (!is_shown(n))
            continue;
        widen(&item, n->item->name);
        widen(&plugin, n->item->type->name);
        widen(&reads, sources(a, g, n));
        widen(&makes, made(a, g, n));
    }
    strbuf_printf(out, "%s%s%s\n\n", g->spec->name, g->spec->about ? ": " : "",
                  g->spec->about ? g->spec->about : "");
    strbuf_printf(out, "%-*s %-*s %-*s %-*s %12s %10s\n", item, "item", plugin, "plugin",
                  reads, "reads", makes, "makes", "parameters", "flops");
    for (size_t i = 0; i < g->n_nodes; i++) {
        const struct graph_node *n = &g->nodes[i];
        double                   f = i < g->first_layer ? 0 : graph_flops(g, n);
        if (!is_shown(n))
            continue;
        flops += f;
        strbuf_printf(out, "%-*s %-*s %-*s %-*s %12s %10s\n", item, n->item->name, plugin,
                      n->item->type->name, reads, sources(a, g, n), makes, made(a, g, n),
                      n->n_param ? grouped(a, own_weights(g, i)) : "",
                      f > 0 ? flops_text(a, f) : "");
    }
    strbuf_printf(out, "\n%s parameters (%s trained), %s flops a sample forward\n",
                  grouped(a, graph_n_weights(g, false)),
                  grouped(a, graph_n_weights(g, true)), flops_text(a, flops));
}

static void print_memory(struct cli *c, const struct session *s, struct strbuf *out)
{
    const struct footprint *f = &s->footprint;
    struct arena           *a = &c->arena;

    strbuf_printf(
        out,
        "memory %s: data %s, weights %s, gradients %s, optimizer %s, activations %s, "
        "batches %s, best weights %s\n",
        peak_text(a, f->total), peak_text(a, f->data), peak_text(a, f->weights),
        peak_text(a, f->gradients), peak_text(a, f->optimizer),
        peak_text(a, f->train > f->eval ? f->train : f->eval), peak_text(a, f->batches),
        peak_text(a, f->best));
}

/* What the items that fit themselves say of the weights that were read. */
static void print_learned(struct cli *c, const struct session *s, struct strbuf *out)
{
    for (size_t i = s->graph->first_layer; i < s->graph->n_nodes; i++) {
        struct instance *inst = s->frames->node[i];
        const char      *text = instance_learned(inst, &c->arena);
        if (*text)
            strbuf_printf(out, "%s learned: %s\n", inst->name, text);
    }
}

static void json_shape(struct json *j, const nnp_tensor *t)
{
    json_open(j, '[');
    for (int32_t k = 1; k < t->ndim; k++)
        json_whole(j, t->shape[k]);
    json_close(j);
}

static void json_node(struct cli *c, struct json *j, const struct graph *g, size_t i)
{
    const struct graph_node *n = &g->nodes[i];
    double                   flops = i < g->first_layer ? 0 : graph_flops(g, n);

    json_open(j, '{');
    json_key(j, "name"), json_text(j, n->item->name);
    json_key(j, "plugin"), json_text(j, n->item->type->name);
    json_key(j, "reads"), json_open(j, '[');
    for (uint32_t k = 0; k < n->n_in; k++)
        json_text(j, g->streams[n->in[k]].name);
    json_close(j);
    json_key(j, "shape");
    if (n->n_out)
        json_shape(j, graph_tensor(g, n->out[0]));
    else
        json_text(j, NULL);
    json_key(j, "parameters"), json_whole(j, own_weights(g, i));
    json_key(j, "flops"), json_raw(j, arena_printf(&c->arena, "%.0f", flops));
    json_key(j, "line"), json_whole(j, n->item->at.line);
    json_close(j);
}

static void print_json(struct cli *c, const struct session *s, struct strbuf *out)
{
    const struct graph *g = s->graph;
    struct json         j = { .text = *out };

    json_open(&j, '{');
    json_key(&j, "schema"), json_whole(&j, 1);
    json_key(&j, "name"), json_text(&j, g->spec->name);
    json_key(&j, "parameters"), json_whole(&j, graph_n_weights(g, false));
    json_key(&j, "bytes"), json_whole(&j, (int64_t)s->footprint.total);
    json_key(&j, "items"), json_open(&j, '[');
    for (size_t i = 0; i < g->n_nodes; i++)
        if (is_shown(&g->nodes[i]))
            json_node(c, &j, g, i);
    json_close(&j);
    json_close(&j);
    *out = j.text;
    strbuf_puts(out, "\n");
}

/* ---- what left a room ---- */

static int print_room(struct cli *c, const char *room, const struct loaded *p,
                      struct strbuf *out)
{
    static const char *const rooms[] = { "tree", "spec",   "graph", "shapes",
                                         "plan", "layout", NULL };
    const struct session    *s = p->session;

    if (strcmp(room, "tree") == 0)
        tree_print(p->spec->tree, out);
    else if (strcmp(room, "spec") == 0)
        spec_print(p->spec, out);
    else if (strcmp(room, "graph") == 0)
        graph_print(s->graph, out);
    else if (strcmp(room, "shapes") == 0)
        graph_print_shapes(s->graph, out);
    else if (strcmp(room, "plan") == 0)
        plan_print(s->plans[PLAN_TRAIN], s->graph, out);
    else if (strcmp(room, "layout") == 0)
        plan_print_layout(s->plans[PLAN_TRAIN], s->graph, out);
    else {
        const char *near = diag_nearest(room, rooms);
        c->diag.class = DIAG_USAGE;
        return diag_error(&c->diag, NULL,
                          "--after: '%s' is none of tree, spec, graph, shapes, "
                          "plan, layout%s%s",
                          room, near ? "; nearest: " : "", near ? near : "");
    }
    return 0;
}

struct choice {
    const char *after, *of;
    bool        dot, svg, io;
    bool        units; /* the picture is one of units and weights, which are there */
    bool        table; /* none of the above, and weights are there */
};

static int show(struct cli *c, const struct choice *k, struct loaded *p)
{
    struct strbuf       out = { 0 };
    const struct graph *g = p->session->graph;
    int                 rc = 0;

    if (k->after)
        rc = print_room(c, k->after, p, &out);
    else if (k->io)
        show_io(p->session, c->json, &out);
    else if (k->dot)
        draw_dot(g, &out);
    else if (k->svg && k->units)
        draw_units(p->session, &out);
    else if (k->svg)
        draw_svg(g, &out);
    else if (c->json)
        print_json(c, p->session, &out);
    else {
        print_table(c, g, &out);
        print_memory(c, p->session, &out);
        if (k->table)
            print_learned(c, p->session, &out);
    }
    cli_print(c, &out);
    return rc;
}

static int load(const struct loading *l, const struct choice *k, enum spec_peek peek,
                struct loaded *p)
{
    struct loading with = *l;

    with.given = true; /* of a run nothing but its files is needed */
    return fsio_is_folder(k->of) || load_is_packed(k->of)
               ? load_run(&with, k->of, PEEK_NEVER, p)
               : load_file(l, k->of, peek, p);
}

static int plan(struct cli *c, const struct choice *k, struct loaded *p)
{
    struct session_options o = { .threads = 1, .train = true };
    struct loading         l = cli_loading(c);

    if (load(&l, k, PEEK_ALWAYS, p))
        return -1;
    if (k->after && (strcmp(k->after, "tree") == 0 || strcmp(k->after, "spec") == 0))
        return 0;
    if (p->spec->data.missing) {
        c->diag.class = DIAG_DATA;
        return diag_error(&c->diag, &p->spec->data.source->at,
                          "shapes are not known without the data: %s",
                          p->spec->data.missing);
    }
    o.keep = p->spec->report.n > 0; /* as `run` does */
    return session_plan(p->session, p->spec, &o, &c->diag);
}

/* Does an item say what it has learned? */
static bool has_learned(const struct graph *g)
{
    for (size_t i = g->first_layer; i < g->n_nodes; i++)
        if (graph_fits(&g->nodes[i]) && g->nodes[i].item->type->desc->extension)
            return true;
    return false;
}

/* In the place of what was only planned. -1: the reason is in d. */
static int load_whole(struct cli *c, const struct choice *k, struct loaded *p,
                      struct diag *d)
{
    struct session_options o = { .threads = 1 };
    struct loading         l = cli_loading(c);
    struct loaded          whole = { 0 };

    l.diag = d;
    if (load(&l, k, PEEK_NEVER, &whole) || load_start(&l, &whole, &o)) {
        load_close(&whole);
        return -1;
    }
    load_close(p);
    *p = whole;
    return 0;
}

/* The weights of a run, or those a file begins with, where the net is small enough to
 * draw them, or says in words what they are. Without its data it cannot be opened: then
 * there are boxes, and a word. */
static void take_weights(struct cli *c, struct choice *k, struct loaded *p)
{
    struct diag d;
    bool words = !k->after && !k->dot && !k->svg && !c->json && fsio_is_folder(k->of);

    diag_init(&d, &c->arena);
    if (k->svg && draw_units_can(p->session->graph)) {
        k->units = !load_whole(c, k, p, &d);
        if (!k->units)
            diag_warn(&c->diag, NULL, "weights are not drawn: %s", d.entries[0].text);
    } else if (words && has_learned(p->session->graph)) {
        k->table = !load_whole(c, k, p, &d);
        if (!k->table)
            diag_warn(&c->diag, NULL, "what was learned is not shown: %s",
                      d.entries[0].text);
    }
}

int cmd_show(struct cli *c, int argc, char **argv)
{
    struct choice     k = { 0 };
    struct loaded     p = { 0 };
    const char       *args[1];
    const struct flag own[] = {
        { "after", 0, FLAG_TEXT, &k.after, "ROOM",
          "what left a room: tree, spec, graph, shapes, plan or layout" },
        { "io", 0, FLAG_BOOL, &k.io, NULL,
          "what predict reads and answers: names, types, shapes, columns, classes" },
        { "dot", 0, FLAG_BOOL, &k.dot, NULL, "the graph for Graphviz" },
        { "svg", 0, FLAG_BOOL, &k.svg, NULL,
          "the graph as a picture; a small net with its units and weights" },
        { NULL, 0, FLAG_BOOL, NULL, NULL, NULL },
    };
    int n = cli_parse(c, argc, argv, own, args, 1);

    if (n >= 0 && c->help)
        return cli_help(c, "nnpipe show FILE.yaml|RUN [flags]", own,
                        "  nnpipe show pipelines/xor.yaml\n"
                        "  nnpipe show pipelines/xor.yaml --svg > xor.svg\n"),
               0;
    if (n == 0) {
        c->diag.class = DIAG_USAGE;
        diag_error(&c->diag, NULL, "show: which file? nnpipe show FILE.yaml");
    }
    if (n < 0 || c->diag.errors)
        return cli_finish(c, NULL, 2);
    k.of = args[0];
    if (!plan(c, &k, &p)) {
        take_weights(c, &k, &p);
        show(c, &k, &p);
    }
    int code = cli_finish(c, NULL, 0);
    load_close(&p);
    return code;
}
