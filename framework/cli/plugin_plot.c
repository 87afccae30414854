/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/plugin_plot.h"

#include <stdlib.h>
#include <string.h>

#include <nnpipe/chart.h>
#include "base/formula.h"
#include "cli/test_params.h"
#include "conformance/probe.h"
#include "language/params.h"

enum { POINTS = 81, REACH = 4 }; /* from -4 to 4 by tenths */

struct curves {
    double x[POINTS], y[POINTS], slope[POINTS];
};

/* Does it say that its output has a slope, y', at every single number of its input? */
static bool slopes(struct arena *a, const struct component *t)
{
    const struct formula **all;
    const char            *name;
    nnp_formula            f;
    struct diag            d;

    diag_init(&d, a);
    if (!component_formula(t, NULL, NULL, &f) || !f.backward)
        return false;
    all = formula_parse(a, f.backward, "backward", &d);
    for (; all && *all; all++)
        if ((name = formula_defines(*all)) && strcmp(name, "y'") == 0)
            return true;
    return false;
}

bool plugin_plot_can(const struct component *t)
{
    struct arena a = { 0 };
    bool         can = strcmp(t->kind, "layer") == 0 && (t->desc->sweep || slopes(&a, t));

    arena_close(&a);
    return can;
}

/* Its parameters are the defaults, or a guess where it has none. */
static int open_probe(struct arena *a, const struct component *t, const char *data,
                      struct probe *p, struct diag *d)
{
    struct params_of     of = { a, t->desc, t->name, NULL, data };
    struct probe_options o = { .seed = 1 };
    void                *self = arena_alloc(a, t->desc->self_size + 1);
    struct test_given    none = { NULL, NULL };
    struct node         *given = test_params_guess(a, t->desc, &none, NULL, NULL, d);

    return !given || params_apply(&of, given, self, d) ? -1
                                                       : probe_open(p, a, t, self, &o, d);
}

/* The gradient of the sum over all numbers is the slope at each. */
static int sample(struct probe *p, struct curves *c)
{
    const int64_t shape[] = { POINTS, 1 };
    uint32_t      n;

    if (probe_in(p, NNP_F32, 2, shape) < 0 || probe_setup(p))
        return -1;
    for (int i = 0; i < POINTS; i++) {
        c->x[i] = (double)(2 * REACH * i) / (POINTS - 1) - REACH;
        probe_store(probe_tensors(p, PROBE_IN, &n), (size_t)i, c->x[i]);
    }
    if (probe_call(p, PROBE_FORWARD) || probe_call(p, PROBE_BACKWARD))
        return -1;
    for (int i = 0; i < POINTS; i++) {
        c->y[i] = nnp_number(probe_tensors(p, PROBE_OUT, &n), (size_t)i);
        c->slope[i] = nnp_number(probe_tensors(p, PROBE_DIN, &n), (size_t)i);
    }
    return 0;
}

static int draw(struct arena *a, const struct component *t, const struct curves *c,
                struct strbuf *out, struct diag *d)
{
    const nnp_svg_line function = { c->x, c->y, POINTS };
    const nnp_svg_line slope = { c->x, c->slope, POINTS };
    nnp_chart         *chart = arena_alloc(a, sizeof *chart);
    nnp_svg            s = { 0 };

    *chart = (nnp_chart){ .title = t->name, .across = "input" };
    nnp_chart_add(chart, t->name, "#1f83c4", &function);
    nnp_chart_add(chart, "gradient", "#e07b00", &slope)->dash = "6 3";
    if (!nnp_chart_measure(chart))
        return diag_error(d, NULL, "%s: its values are not finite", t->name);
    nnp_svg_open(&s, NNP_CHART_WIDTH, nnp_chart_height(chart),
                 arena_printf(a, "%s and its gradient", t->name));
    nnp_chart_draw(chart, &s);
    nnp_svg_add(&s, "</svg>\n");
    if (!s.failed)
        strbuf_puts(out, s.text);
    free(s.text);
    return s.failed ? diag_memory(d, "no memory for the picture") : 0;
}

int plugin_plot(struct arena *a, const struct component *t, const char *data,
                struct strbuf *out, struct diag *d)
{
    struct probe  p;
    struct curves c;

    if (!plugin_plot_can(t))
        return diag_error(
            d, NULL,
            "plugin info --plot: %s %s maps no numbers one by one, so it has "
            "no curve",
            t->kind, t->name);
    if (open_probe(a, t, data, &p, d))
        return -1;
    int rc = sample(&p, &c) || draw(a, t, &c, out, d) ? -1 : 0;
    probe_close(&p);
    return rc;
}
