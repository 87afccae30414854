/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/show_io.h"

#include <string.h>

#include "base/json.h"
#include "run/given_rows.h"
#include "view/streams.h"

enum { NAMES_SHOWN = 8 };

struct port {
    const char       *name;
    const nnp_tensor *t;
    bool              out;
    uint32_t          given; /* of the given rows, where it is no output */
};

/* What scores or labels stand for; NULL: nothing with a name. */
static const char *class_at(const struct session *s, const struct port *p, int64_t i)
{
    return streams_class(s, p->out ? "target" : p->name, i);
}

static const char *column_at(const struct given_rows *g, const struct port *p, int64_t i)
{
    return p->out || i >= (int64_t)nnp_row(p->t) ? NULL
                                                 : given_rows_column(g, p->given, i);
}

/* ---- text ---- */

static void print_names(const struct given_rows *g, const struct port *p,
                        struct strbuf *out)
{
    bool        classes = class_at(g->session, p, 0) != NULL;
    const char *name;

    for (int64_t i = 0;
         (name = classes ? class_at(g->session, p, i) : column_at(g, p, i)); i++) {
        if (i == NAMES_SHOWN) {
            strbuf_puts(out, ", ...");
            break;
        }
        strbuf_printf(out, "%s%s", i ? ", " : classes ? "  classes " : "  ", name);
    }
}

static void print_port(const struct given_rows *g, const struct port *p,
                       struct strbuf *out)
{
    struct arena *a = g->session->arena;

    strbuf_printf(out, "%-4s %-14s %-4s %s", p->out ? "out" : "in", p->name,
                  dtype_name(nnp_type(p->t)), tensor_text(a, p->t));
    print_names(g, p, out);
    strbuf_puts(out, "\n");
}

/* ---- JSON ---- */

static void json_names(struct json *j, const struct given_rows *g, const struct port *p)
{
    bool        classes = class_at(g->session, p, 0) != NULL;
    const char *name = classes ? class_at(g->session, p, 0) : column_at(g, p, 0);

    if (!name)
        return;
    json_key(j, classes ? "classes" : "columns"), json_open(j, '[');
    for (int64_t i = 1; name; i++) {
        json_text(j, name);
        name = classes ? class_at(g->session, p, i) : column_at(g, p, i);
    }
    json_close(j);
}

static void json_port(struct json *j, const struct given_rows *g, const struct port *p)
{
    json_open(j, '{');
    json_key(j, "name"), json_text(j, p->name);
    json_key(j, "type"), json_text(j, dtype_name(nnp_type(p->t)));
    json_key(j, "shape"), json_open(j, '[');
    for (int32_t k = 1; k < p->t->ndim; k++)
        json_whole(j, p->t->shape[k]);
    json_close(j);
    json_names(j, g, p);
    json_close(j);
}

/* ---- both ---- */

static size_t find_ports(const struct given_rows *g, struct port *v)
{
    const struct graph *graph = g->session->graph;
    size_t              n = 0;

    for (uint32_t k = 0; k < g->n; k++)
        if (g->stream[k].size)
            v[n++] = (struct port){ g->stream[k].name,
                                    graph_tensor(graph, g->stream[k].stream), false, k };
    if (graph->prediction >= 0)
        v[n++] = (struct port){ "prediction", graph_tensor(graph, graph->prediction),
                                true, 0 };
    return n;
}

static void print_json(const struct given_rows *g, const struct port *v, size_t n,
                       struct strbuf *out)
{
    struct json j = { .text = *out };
    size_t      i = 0;

    json_open(&j, '{');
    json_key(&j, "inputs"), json_open(&j, '[');
    for (; i < n && !v[i].out; i++)
        json_port(&j, g, &v[i]);
    json_close(&j);
    json_key(&j, "outputs"), json_open(&j, '[');
    for (; i < n; i++)
        json_port(&j, g, &v[i]);
    json_close(&j);
    json_key(&j, "left_out"), json_text(&j, given_rows_left(g));
    json_close(&j);
    *out = j.text;
    strbuf_puts(out, "\n");
}

void show_io(const struct session *s, bool json, struct strbuf *out)
{
    struct given_rows g;

    given_rows_open(&g, s, s->arena, false, false);
    struct port *v = arena_array(s->arena, (size_t)g.n + 1, sizeof *v);
    size_t       n = find_ports(&g, v);
    if (json) {
        print_json(&g, v, n, out);
        return;
    }
    for (size_t i = 0; i < n; i++)
        print_port(&g, &v[i], out);
    if (given_rows_left(&g))
        strbuf_printf(out, "left out for rows that are given: %s\n", given_rows_left(&g));
}
