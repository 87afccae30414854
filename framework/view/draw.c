/* SPDX-License-Identifier: MIT */
/* Layers stand in rows by their longest way from the data (Sugiyama's first step), side
 * by side in the order of the file; an edge that skips a row bends around what stands
 * between. */
#include <config.h>
#include "view/draw.h"

#include <math.h>
#include <string.h>

enum { BOX_W = 190, BOX_H = 44, GAP_X = 36, GAP_Y = 34, MARGIN = 20, FEW_ROWS = 14 };

static bool is_drawn(const struct graph_node *n)
{
    return n->role != ROLE_METRIC;
}

void draw_text(struct strbuf *s, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '<': strbuf_puts(s, "&lt;"); break;
        case '>': strbuf_puts(s, "&gt;"); break;
        case '&': strbuf_puts(s, "&amp;"); break;
        case '"': strbuf_puts(s, "&quot;"); break;
        default: strbuf_add(s, text, 1);
        }
    }
}

static const char *shape_of(const struct graph *g, const struct graph_node *n)
{
    return n->n_out ? tensor_text(g->arena, graph_tensor(g, n->out[0])) : "";
}

void draw_dot(const struct graph *g, struct strbuf *out)
{
    strbuf_puts(out, "digraph pipeline {\n  node [shape=box, fontname=\"sans-serif\"]\n");
    for (size_t i = 0; i < g->n_nodes; i++) {
        const struct graph_node *n = &g->nodes[i];
        if (!is_drawn(n))
            continue;
        strbuf_printf(out, "  n%zu [label=\"%s\\n%s  %s\"]\n", i, n->item->name,
                      n->item->type->name, shape_of(g, n));
        for (uint32_t k = 0; k < n->n_in; k++)
            strbuf_printf(out, "  n%d -> n%zu [label=\"%s\"]\n",
                          g->streams[n->in[k]].node, i, g->streams[n->in[k]].name);
    }
    strbuf_puts(out, "}\n");
}

/* ---- our own picture ---- */

struct spot {
    int row, column; /* in its band */
    int band, left;  /* where the band begins */
};

static int widest(const struct spot *v, size_t n, int rows)
{
    int most = 1;

    for (int r = 0; r < rows; r++) {
        int here = 0;
        for (size_t i = 0; i < n; i++)
            here += v[i].row == r;
        most = here > most ? here : most;
    }
    return most;
}

static int place_spot(const struct graph *g, struct spot *v)
{
    int rows = 0;

    for (size_t i = 0; i < g->n_nodes; i++) {
        const struct graph_node *n = &g->nodes[i];
        v[i] = (struct spot){ .row = -1 };
        if (!is_drawn(n))
            continue;
        v[i].row = 0;
        for (uint32_t k = 0; k < n->n_in; k++) {
            int from = v[g->streams[n->in[k]].node].row;
            v[i].row = from + 1 > v[i].row ? from + 1 : v[i].row;
        }
        for (size_t j = 0; j < i; j++)
            v[i].column += v[j].row == v[i].row;
        rows = v[i].row + 1 > rows ? v[i].row + 1 : rows;
    }
    return rows;
}

/* Rows that one band holds. */
static int rows_of_band(int rows, int columns)
{
    double across = columns * (BOX_W + GAP_X), high = rows * (double)(BOX_H + GAP_Y);
    int    bands = rows <= FEW_ROWS ? 1 : (int)ceil(sqrt(1.3 * high / across));

    return (rows + bands - 1) / bands;
}

/* Returns how wide all bands are: each as its own widest row. */
static int cut_into_bands(struct spot *v, size_t n, int high)
{
    int left = 0, more = 1;

    for (int band = 0; more; band++) {
        int columns = 0;

        more = 0;
        for (size_t i = 0; i < n; i++) {
            if (v[i].row < 0 || v[i].row / high != band)
                continue;
            columns = v[i].column + 1 > columns ? v[i].column + 1 : columns;
            v[i].band = band;
            v[i].left = left;
            more = 1;
        }
        left += columns * (BOX_W + GAP_X);
    }
    for (size_t i = 0; i < n; i++)
        v[i].row -= v[i].row < 0 ? 0 : v[i].band * high;
    return left;
}

static int left_of(struct spot s)
{
    return MARGIN + s.left + s.column * (BOX_W + GAP_X);
}

static int top_of(struct spot s)
{
    return MARGIN + s.row * (BOX_H + GAP_Y);
}

static void edge(struct strbuf *out, struct spot from, struct spot to, int shift)
{
    int x0 = left_of(from) + BOX_W / 2, y0 = top_of(from) + BOX_H;
    int x1 = left_of(to) + BOX_W / 2 + shift, y1 = top_of(to);

    if (to.band != from.band) { /* in the gap on the left of the other band, to its top */
        int gap = MARGIN + to.left - GAP_X / 2;

        strbuf_printf(out, "<path d=\"M%d %dV%dH%dV%dH%dV%d\"/>\n", x0, y0,
                      y0 + GAP_Y / 2, gap, y1 - GAP_Y / 2, x1, y1 - 3);
        return;
    }
    if (to.row == from.row + 1) {
        strbuf_printf(out, "<path d=\"M%d %dC%d %d %d %d %d %d\"/>\n", x0, y0, x0,
                      y0 + GAP_Y / 2, x1, y1 - GAP_Y / 2, x1, y1 - 3);
        return;
    }
    int side =
        (from.column > to.column ? left_of(from) : left_of(to)) + BOX_W + GAP_X / 2;
    strbuf_printf(out, "<path d=\"M%d %dC%d %d %d %d %d %dL%d %dC%d %d %d %d %d %d\"/>\n",
                  x0, y0, x0, y0 + GAP_Y, side, y0, side, y0 + GAP_Y, side, y1 - GAP_Y,
                  side, y1, x1, y1 - GAP_Y, x1, y1 - 3);
}

static void box(const struct graph *g, const struct graph_node *n, struct spot at,
                struct strbuf *out)
{
    static const char *const fill[] = { "#dbeafe", "#e0f2fe", "#f8fafc",
                                        "#fee2e2", "#fef3c7", "#f8fafc" };
    int                      x = left_of(at), y = top_of(at);

    strbuf_printf(out,
                  "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\" "
                  "fill=\"%s\"/>\n<text x=\"%d\" y=\"%d\" class=\"n\">",
                  x, y, BOX_W, BOX_H, n->trains ? "#dcfce7" : fill[n->role],
                  x + BOX_W / 2, y + 18);
    draw_text(out, n->item->name);
    strbuf_printf(out, "</text>\n<text x=\"%d\" y=\"%d\">", x + BOX_W / 2, y + 34);
    draw_text(out, n->item->type->name);
    strbuf_puts(out, n->n_out ? "  " : "");
    draw_text(out, shape_of(g, n));
    strbuf_puts(out, "</text>\n");
}

void draw_svg(const struct graph *g, struct strbuf *out)
{
    struct arena scrap = { 0 };
    struct spot *v = arena_array(&scrap, g->n_nodes + 1, sizeof *v);
    int          rows = place_spot(g, v), columns = widest(v, g->n_nodes, rows);
    int          high = rows_of_band(rows, columns), bands = (rows + high - 1) / high;
    int          w = 2 * MARGIN + cut_into_bands(v, g->n_nodes, high);
    int h = 2 * MARGIN + high * (BOX_H + GAP_Y) - GAP_Y + (bands > 1 ? GAP_Y : 0);

    strbuf_printf(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
        "width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"12\" "
        "text-anchor=\"middle\">\n<style>rect{stroke:#475569}path{fill:none;"
        "stroke:#475569;marker-end:url(#a)}.n{font-weight:bold}</style>\n"
        "<defs><marker id=\"a\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" "
        "markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 "
        "8z\" style=\"fill:#475569;stroke:none\"/></marker></defs>\n"
        "<rect width=\"%d\" height=\"%d\" style=\"fill:#fff;stroke:none\"/>\n",
        w, h, w, h, w, h);
    for (size_t i = 0; i < g->n_nodes; i++) {
        const struct graph_node *n = &g->nodes[i];
        for (uint32_t k = 0; is_drawn(n) && k < n->n_in; k++)
            edge(out, v[g->streams[n->in[k]].node], v[i],
                 (int)(k * 24) - (int)(n->n_in - 1) * 12);
    }
    for (size_t i = 0; i < g->n_nodes; i++)
        if (is_drawn(&g->nodes[i]))
            box(g, &g->nodes[i], v[i], out);
    strbuf_puts(out, "</svg>\n");
    arena_close(&scrap);
}
