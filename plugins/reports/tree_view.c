/* SPDX-License-Identifier: MIT */
/*
 * tree_view: the questions of a tree, as text and as an SVG picture: a box for each node
 * with its question or its answer, and a bar of its classes. Below `depth` questions only
 * the number of leaves is told.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <nnpipe/report.h>
#include <nnpipe/svg.h>
#include <nnpipe/tree.h>

struct tree_view {
    const char *of, *file;
    int64_t     depth;
};

enum { WIDE = 132, HIGH = 46, GAP = 14, DOWN = 86, TOP = 16 };

static const nnp_param params[] = {
    { "of", NNP_STR | NNP_MAIN, offsetof(struct tree_view, of), "tree1", NULL,
      "the item that has the tree", NULL },
    { "depth", NNP_INT, offsetof(struct tree_view, depth), "5", "[0,30]",
      "most questions one below the other that are shown", NULL },
    { "file", NNP_STR, offsetof(struct tree_view, file), "tree.svg", NULL,
      "name of the picture in the run's report folder", NULL },
};

struct view {
    nnp_ctx                *c;
    const struct tree_view *self;
    const nnp_run          *run;
    const double           *node, *value;
    int64_t                 k;
    nnp_svg                 text, svg;
    int64_t                 leaves, deepest; /* that are drawn */
};

static const double *at(const struct view *v, int64_t i)
{
    return v->node + i * NNP_TREE_NODE;
}

static int64_t count_leaves(const struct view *v, int64_t i)
{
    int64_t yes = (int64_t)at(v, i)[NNP_TREE_YES];

    return at(v, i)[NNP_TREE_FEATURE] < 0
               ? 1
               : count_leaves(v, yes) + count_leaves(v, yes + 1);
}

/* Ends a line of the view here: a leaf, or as deep as was asked for. */
static int is_end(const struct view *v, int64_t i, int64_t depth)
{
    return at(v, i)[NNP_TREE_FEATURE] < 0 || depth >= v->self->depth;
}

/* "x1 <= 0.5", the class that most rows have or their mean, or "... 12 leaves". */
static void name_node(const struct view *v, int64_t i, int64_t depth, char *to,
                      size_t room)
{
    const double *n = at(v, i), *value = v->value + i * v->k;
    int64_t       best = 0, f = (int64_t)n[NNP_TREE_FEATURE];
    const char   *name = f < 0 ? NULL : v->run->column(v->c, "input", f);

    if (f >= 0 && depth >= v->self->depth) {
        snprintf(to, room, "... %lld leaves", (long long)count_leaves(v, i));
    } else if (f >= 0) {
        if (name)
            snprintf(to, room, "%.60s <= %.6g", name, n[NNP_TREE_THRESHOLD]);
        else
            snprintf(to, room, "column %lld <= %.6g", (long long)f,
                     n[NNP_TREE_THRESHOLD]);
    } else if (v->k == 1) {
        snprintf(to, room, "%.6g", *value);
    } else {
        for (int64_t j = 1; j < v->k; j++)
            best = value[j] > value[best] ? j : best;
        name = NNP_OFFERS(v->run, nnp_run, class_name)
                   ? v->run->class_name(v->c, "target", best)
                   : NULL;
        if (name)
            snprintf(to, room, "%.60s", name);
        else
            snprintf(to, room, "%lld", (long long)best);
    }
}

/* ---- text ---- */

static void write_node(struct view *v, int64_t i, int64_t depth, const char *answer)
{
    const double *n = at(v, i), *value = v->value + i * v->k;
    char          name[128], line[192];

    name_node(v, i, depth, name, sizeof name);
    snprintf(line, sizeof line, "%*s%s%s", (int)(2 * depth), "", answer, name);
    nnp_svg_add(&v->text, "%-32s %6.0f row%s", line, n[NNP_TREE_ROWS],
                n[NNP_TREE_ROWS] > 1 ? "s" : " ");
    if (n[NNP_TREE_IMPURITY] > 0)
        nnp_svg_add(&v->text, "  impurity %.4g ", n[NNP_TREE_IMPURITY]);
    for (int64_t j = 0; v->k > 1 && n[NNP_TREE_IMPURITY] > 0 && j < v->k; j++)
        if (value[j] > 0)
            nnp_svg_add(&v->text, " %lld: %.0f", (long long)j, value[j]);
    nnp_svg_add(&v->text, "\n");
    if (is_end(v, i, depth))
        return;
    write_node(v, (int64_t)n[NNP_TREE_YES], depth + 1, "yes  ");
    write_node(v, (int64_t)n[NNP_TREE_YES] + 1, depth + 1, "no   ");
}

/* ---- picture ---- */

static void measure(struct view *v, int64_t i, int64_t depth)
{
    v->deepest = depth > v->deepest ? depth : v->deepest;
    if (is_end(v, i, depth)) {
        v->leaves++;
        return;
    }
    measure(v, (int64_t)at(v, i)[NNP_TREE_YES], depth + 1);
    measure(v, (int64_t)at(v, i)[NNP_TREE_YES] + 1, depth + 1);
}

/* The classes of its rows, each as wide as its part of them. */
static void draw_bar(struct view *v, int64_t i, double x, double y)
{
    const double *value = v->value + i * v->k;
    double        from = x - WIDE / 2.0 + 6;

    for (int64_t j = 0; v->k > 1 && j < v->k; j++) {
        double wide = (WIDE - 12) * value[j] / at(v, i)[NNP_TREE_ROWS];
        if (value[j] > 0)
            nnp_svg_add(&v->svg,
                        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"6\" "
                        "fill=\"#%06x\"/>\n",
                        from, y + HIGH - 11, wide, nnp_svg_colour((size_t)j));
        from += wide;
    }
}

static void draw_box(struct view *v, int64_t i, int64_t depth, double x)
{
    double y = TOP + (double)depth * DOWN;
    char   name[128];

    name_node(v, i, depth, name, sizeof name);
    nnp_svg_add(&v->svg,
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%d\" height=\"%d\" rx=\"6\" "
                "fill=\"#fff\" stroke=\"#767e87\"/>\n<text x=\"%.1f\" y=\"%.1f\" "
                "text-anchor=\"middle\" font-size=\"11\">",
                x - WIDE / 2.0, y, WIDE, HIGH, x, y + 15);
    nnp_svg_text(&v->svg, name);
    nnp_svg_add(&v->svg,
                "</text>\n<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" "
                "font-size=\"10\">%.0f row%s</text>\n",
                x, y + 29, at(v, i)[NNP_TREE_ROWS],
                at(v, i)[NNP_TREE_ROWS] > 1 ? "s" : "");
    draw_bar(v, i, x, y);
}

/* Ends stand side by side, a node above the middle of its two. Returns its place. */
static double draw_node(struct view *v, int64_t i, int64_t depth)
{
    static const char *const answers[] = { "yes", "no" };
    double                   below[2], x, y = TOP + (double)depth * DOWN;

    if (is_end(v, i, depth)) {
        x = GAP + (WIDE + GAP) * (double)v->leaves++ + WIDE / 2.0;
        draw_box(v, i, depth, x);
        return x;
    }
    for (int k = 0; k < 2; k++)
        below[k] = draw_node(v, (int64_t)at(v, i)[NNP_TREE_YES] + k, depth + 1);
    x = (below[0] + below[1]) / 2;
    for (int k = 0; k < 2; k++)
        nnp_svg_add(
            &v->svg,
            "<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"#767e87\"/>\n<text "
            "x=\"%.1f\" y=\"%.1f\" font-size=\"10\" text-anchor=\"%s\">%s</text>\n",
            x, y + HIGH, below[k], y + DOWN, (x + below[k]) / 2 + (k ? 6 : -6),
            y + (HIGH + DOWN) / 2.0, k ? "start" : "end", answers[k]);
    draw_box(v, i, depth, x);
    return x;
}

static int draw(struct view *v)
{
    measure(v, 0, 0);
    nnp_svg_open(&v->svg, (int)(GAP + (WIDE + GAP) * v->leaves),
                 (int)(2 * TOP + v->deepest * DOWN + HIGH), "the questions of a tree");
    v->leaves = 0;
    draw_node(v, 0, 0);
    return nnp_svg_close(&v->svg, v->c, v->run, v->self->file);
}

static const nnp_tensor *state(const struct view *v, const char *name)
{
    char whole[256];

    snprintf(whole, sizeof whole, "%.200s.%s", v->self->of, name);
    return v->run->weight(v->c, whole);
}

static int forward(nnp_ctx *c, void *self)
{
    struct view v = { .c = c, .self = self, .run = c->host->extension(c, "nnp.run/1") };

    if (!v.run)
        return nnp_fail(c, NNP_ENOTSUP, "there is no run to report on");
    const nnp_tensor *nodes = state(&v, "nodes"), *values = state(&v, "values");
    if (!nodes || !values || nnp_row(nodes) != NNP_TREE_NODE || !nodes->shape[0] ||
        nodes->shape[0] != values->shape[0])
        return nnp_fail(c, NNP_EINVAL, "of: '%s' is no item with a tree", v.self->of);
    v.node = nodes->data;
    v.value = values->data;
    v.k = (int64_t)nnp_row(values);
    write_node(&v, 0, 0, "");
    int rc = v.text.failed ? nnp_fail(c, NNP_ENOMEM, "no memory for the text")
                           : v.run->print(c, v.text.text);
    free(v.text.text);
    return rc ? rc : draw(&v);
}

static const nnp_component tree_view = {
    NNP_COMPONENT("report", "tree_view"),
    .doc = "the questions of a tree, as text and as a picture",
    .self_size = sizeof(struct tree_view),
    NNP_PARAMS(params),
    .forward = forward,
};

NNP_PLUGIN(tree_view, NNP_OURS, &tree_view)
