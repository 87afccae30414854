/* SPDX-License-Identifier: MIT */
/* What teaching programs show of a small net: a column of circles for each layer, a line
 * for each weight. Which layers those are, their shapes say: a weight of [out, in]
 * between as many units as there are on both sides. */
#include <config.h>
#include "view/draw.h"

#include <math.h>
#include <string.h>

#include "run/session.h"

enum {
    MOST_UNITS = 32, /* of a column */
    MOST_COLUMNS = 12,
    GAP_X = 150,
    MARGIN = 60,
    BELOW = 68 /* names of layers, colours */
};

struct column {
    const char *name, *then; /* the layer; what follows it without weights, or "" */
    int64_t     units;
    int         weight, bias; /* params, or -1 */
};

struct net {
    struct column v[MOST_COLUMNS];
    size_t        n;
    int64_t       most;
    int           gap, radius; /* of units below each other */
};

/* Numbers of a row of a stream that is a plain vector; 0: it is none. */
static int64_t vector(const struct graph *g, int stream)
{
    const nnp_tensor *t = graph_tensor(g, stream);

    return t->ndim == 2 ? t->shape[1] : 0;
}

/* Its weight and bias, by their shapes; false: it has others. */
static bool find_weights(const struct graph *g, const struct graph_node *n,
                         struct column *c, int64_t inputs)
{
    for (uint32_t k = 0; k < n->n_param; k++) {
        const struct decl *d = g->params[n->param[k]].decl;

        if (d->ndim == 2 && c->weight < 0 && d->shape[0] == c->units &&
            d->shape[1] == inputs)
            c->weight = n->param[k];
        else if (d->ndim == 1 && c->bias < 0 && d->shape[0] == c->units)
            c->bias = n->param[k];
        else
            return false;
    }
    return c->weight >= 0 || !n->n_param;
}

/* The layers up to the first loss; false: they are no chain of few units. */
static bool read_net(const struct graph *g, struct net *net)
{
    int last = -1;

    *net = (struct net){ .n = 0 };
    for (size_t i = g->first_layer; i < g->n_nodes; i++) {
        const struct graph_node *n = &g->nodes[i];
        struct column            c = { n->item->name, "", 0, -1, -1 };

        if (n->role != ROLE_LAYER)
            break;
        if (n->n_in != 1 || n->n_out != 1 || (last >= 0 && n->in[0] != last))
            return false;
        if (last < 0)
            net->v[net->n++] = (struct column){ g->streams[n->in[0]].name, "",
                                                vector(g, n->in[0]), -1, -1 };
        c.units = vector(g, n->out[0]);
        last = n->out[0];
        struct column *before = &net->v[net->n - 1];
        if (!find_weights(g, n, &c, before->units) ||
            (!n->n_param && c.units != before->units))
            return false;
        if (!n->n_param) {
            before->then = *before->then ? "..." : n->item->type->name;
            continue;
        }
        if (net->n == MOST_COLUMNS)
            return false;
        net->v[net->n++] = c;
    }
    for (size_t i = 0; i < net->n; i++) {
        if (net->v[i].units < 1 || net->v[i].units > MOST_UNITS)
            return false;
        net->most = net->v[i].units > net->most ? net->v[i].units : net->most;
    }
    net->gap = net->most > 12 ? 22 : 34;
    net->radius = net->most > 12 ? 8 : 11;
    return net->n > 1;
}

bool draw_units_can(const struct graph *g)
{
    struct net net;

    return read_net(g, &net);
}

static int x_of(size_t column)
{
    return MARGIN + GAP_X * (int)column;
}

static int y_of(const struct net *net, size_t column, int64_t unit)
{
    return MARGIN / 2 +
           (int)(net->gap * (net->most - net->v[column].units) / 2 + net->gap * unit);
}

static const float *values(const struct session *s, int param)
{
    const struct weights *w = &s->memory.weights;

    return weights_tensor(w, s->graph, w->w, (size_t)param).data;
}

static double largest(const struct session *s, const struct net *net)
{
    double most = 0;

    for (size_t k = 1; k < net->n; k++) {
        const float *w = values(s, net->v[k].weight);

        for (int64_t i = 0; i < net->v[k].units * net->v[k - 1].units; i++)
            most = fmax(most, fabs((double)w[i]));
    }
    return most;
}

static const char *sign_colour(double w)
{
    return w < 0 ? "#e07b00" : "#1f83c4";
}

static void draw_lines(const struct session *s, const struct net *net, double most,
                       struct strbuf *out)
{
    for (size_t k = 1; k < net->n; k++) {
        const float *w = values(s, net->v[k].weight);

        for (int64_t to = 0; to < net->v[k].units; to++)
            for (int64_t from = 0; from < net->v[k - 1].units; from++) {
                double v = (double)w[to * net->v[k - 1].units + from];
                double part = most > 0 ? fabs(v) / most : 0;

                strbuf_printf(out,
                              "<path stroke=\"%s\" stroke-width=\"%.2f\" "
                              "stroke-opacity=\"%.2f\" d=\"M%d %dL%d %d\"/>\n",
                              sign_colour(v), 0.5 + 4.5 * part, 0.25 + 0.7 * part,
                              x_of(k - 1), y_of(net, k - 1, from), x_of(k),
                              y_of(net, k, to));
            }
    }
}

static void draw_circles(const struct session *s, const struct net *net, double most,
                         struct strbuf *out)
{
    for (size_t k = 0; k < net->n; k++)
        for (int64_t i = 0; i < net->v[k].units; i++) {
            double b = net->v[k].bias < 0 ? 0 : (double)values(s, net->v[k].bias)[i];
            double part = most > 0 ? fmin(fabs(b) / most, 1) : 0;

            strbuf_printf(
                out,
                "<circle cx=\"%d\" cy=\"%d\" r=\"%d\" fill=\"#aab2ba\" stroke=\"%s\" "
                "stroke-width=\"%.2f\"/>\n",
                x_of(k), y_of(net, k, i), net->radius,
                b == 0 ? "#767e87" : sign_colour(b), 1 + 4 * part);
        }
}

static void draw_names(const struct net *net, struct strbuf *out)
{
    int y = MARGIN / 2 + (int)(net->gap * (net->most - 1)) + net->radius + 24;

    for (size_t k = 0; k < net->n; k++) {
        strbuf_printf(out, "<text x=\"%d\" y=\"%d\" font-weight=\"600\">", x_of(k), y);
        draw_text(out, net->v[k].name);
        strbuf_printf(out, "</text>\n<text x=\"%d\" y=\"%d\">", x_of(k), y + 17);
        draw_text(out, net->v[k].then);
        strbuf_puts(out, "</text>\n");
    }
    strbuf_printf(out,
                  "<text x=\"%d\" y=\"%d\" font-size=\"11\"><tspan fill=\"#1f83c4\">"
                  "positive</tspan>, <tspan fill=\"#e07b00\">negative</tspan></text>\n",
                  x_of(net->n - 1) / 2 + MARGIN / 2, y + 39);
}

void draw_units(const struct session *s, struct strbuf *out)
{
    struct net net;

    if (!read_net(s->graph, &net))
        return;
    double most = largest(s, &net);
    int    w = x_of(net.n - 1) + MARGIN;
    int    h = MARGIN / 2 + (int)(net.gap * (net.most - 1)) + net.radius + BELOW + 6;
    strbuf_printf(out,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
                  "viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"13\" "
                  "text-anchor=\"middle\" fill=\"#767e87\">\n<title>units and weights, "
                  "the largest %.4g</title>\n",
                  w, h, w, h, most);
    draw_lines(s, &net, most, out);
    draw_circles(s, &net, most, out);
    draw_names(&net, out);
    strbuf_puts(out, "</svg>\n");
}
