/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "graph/graph.h"

#include <inttypes.h>

#include "graph/units.h"

static const char *role_name(enum node_role r)
{
    static const char *const names[] = { "loader", "map",     "layer",
                                         "loss",   "penalty", "metric" };

    return names[r];
}

static void print_streams(const struct graph *g, const int *v, uint32_t n,
                          struct strbuf *out)
{
    for (uint32_t k = 0; k < n; k++)
        strbuf_printf(out, "%s%s#%d", k ? " " : "", g->streams[v[k]].name, v[k]);
    if (!n)
        strbuf_puts(out, "-");
}

void graph_print(const struct graph *g, struct strbuf *out)
{
    strbuf_puts(out, "node  role     item            reads -> makes; weights\n");
    for (size_t i = 0; i < g->n_nodes; i++) {
        const struct graph_node *n = &g->nodes[i];
        strbuf_printf(out, "%4zu  %-8s %-15s ", i, role_name(n->role), n->item->name);
        print_streams(g, n->in, n->n_in, out);
        strbuf_puts(out, " -> ");
        print_streams(g, n->out, n->n_out, out);
        for (uint32_t k = 0; k < n->n_param; k++)
            strbuf_printf(out, "%s%s", k ? " " : "; ", g->params[n->param[k]].name);
        if (units_metric(g, n))
            strbuf_printf(out, ", in the unit of %s#%d",
                          g->streams[units_origin(g, n->in[1])].name,
                          units_origin(g, n->in[1]));
        strbuf_puts(out, n->trains ? " (trains)\n" : "\n");
    }
}

static void print_shape(const nnp_tensor *t, struct strbuf *out)
{
    strbuf_printf(out, "%s (", dtype_name(nnp_type(t)));
    for (int32_t k = 0; k < t->ndim; k++)
        strbuf_printf(out, "%s%" PRId64, k ? ", " : "", t->shape[k]);
    strbuf_puts(out, ")");
}

void graph_print_shapes(const struct graph *g, struct strbuf *out)
{
    strbuf_printf(out, "streams, %" PRId64 " rows a batch\n", g->rows);
    for (size_t i = 0; i < g->n_streams; i++) {
        strbuf_printf(out, "%4zu  %-22s ", i, g->streams[i].name);
        print_shape(graph_tensor(g, (int)i), out);
        strbuf_puts(out, g->streams[i].wants_grad ? " gradient\n" : "\n");
    }
    strbuf_puts(out, "weights\n");
    for (size_t i = 0; i < g->n_params; i++) {
        const struct param *p = &g->params[i];
        strbuf_printf(out, "%4zu  %-22s ", i, p->name);
        print_shape(&p->tensor, out);
        strbuf_printf(out, "%s%s%s\n", p->decay ? "" : " no decay",
                      p->frozen ? " frozen" : "", p->of >= 0 ? " transposed" : "");
    }
}
