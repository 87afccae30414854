/* SPDX-License-Identifier: MIT */
/*
 * The order of the lecture: a sample, feed forward, the error, back-propagation (the
 * units from the last to the first, then each weight), the update, the same sample again.
 * All numbers are those of the capture; only slopes of activations are computed from the
 * formula, which `plugin test` compares with the plugin's own.
 */
#include <config.h>
#include "explain/explain.h"

#include <math.h>
#include <string.h>

#include "explain/backward_lines.h"
#include "explain/error_lines.h"
#include "explain/forward_lines.h"
#include "explain/slopes.h"
#include "explain/update_lines.h"
#include "run/feed.h"
#include "train/trainer.h"
#include "view/draw.h"

enum { WEIGHTS_CHECKED = 40 };

/* Which numbers of the slab are trained weights, up to some. */
static size_t trained(const struct maker *m, size_t *at)
{
    const struct graph *g = m->c->session->graph;
    size_t              n = 0;

    for (size_t p = 0; p < g->n_params; p++)
        for (size_t e = 0; e < nnp_count(&g->params[p].tensor) && !g->params[p].frozen &&
                           g->params[p].of < 0 && n <= WEIGHTS_CHECKED;
             e++)
            at[n++] = m->c->session->memory.weights.offset[p] + e;
    return n;
}

struct checked {
    double worst; /* as a part of the largest gradient */
    size_t n, bent;
};

static int check(const struct maker *m, struct checked *c, struct diag *d)
{
    size_t at[WEIGHTS_CHECKED + 1], n = trained(m, at);
    double most = 0;
    float *way = arena_array(m->arena, m->c->session->memory.weights.n + 1, sizeof *way);

    *c = (struct checked){ 0 };
    n = n > WEIGHTS_CHECKED ? 0 : n;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs((double)m->c->g[at[i]]));
    for (size_t i = 0; i < n && most > 0; i++) {
        struct slope_found found;
        way[at[i]] = 1;
        if (slopes_find(m->c, way, most, &found, d))
            return -1;
        way[at[i]] = 0;
        c->bent += found.bent;
        c->n += !found.bent;
        if (!found.bent)
            c->worst = fmax(c->worst, fabs(found.slope - (double)m->c->g[at[i]]) / most);
    }
    return 0;
}

static void say_again(const struct maker *m)
{
    size_t        at[UNITS_ALL];
    struct judged j;

    sheet_heading(m->sheet, m->c->rows > 1 ? "6  the same batch" : "6  the same sample");
    if (m->c->rows == 1 && error_lines_loss(m, &j)) {
        size_t n = units_pick(m, j.of, at);
        for (size_t k = 0; k < n && m->c->after[j.of]; k++)
            sheet_line(m->sheet,
                       arena_printf(m->arena, "%s = %s", maker_unit(m, j.of, at[k]),
                                    maker_number(m, (double)m->c->after[j.of][at[k]])),
                       arena_printf(m->arena, "was %s",
                                    maker_number(m, (double)m->c->value[j.of][at[k]])));
    }
    sheet_line(m->sheet,
               arena_printf(m->arena, "E = %s", maker_number(m, m->c->loss_after)),
               arena_printf(m->arena, "was %s", maker_number(m, m->c->loss)));
}

static void say_check(const struct maker *m, const struct checked *c)
{
    int digits = c->worst > 1e-6 ? (int)floor(-log10(c->worst)) : 6;

    if (c->n)
        sheet_line(m->sheet, NULL,
                   c->worst < 0.01
                       ? arena_printf(m->arena,
                                      "checked: a small change of each weight says the "
                                      "same, to %d digits or better",
                                      digits)
                       : arena_printf(m->arena,
                                      "a small change of each weight says otherwise: off "
                                      "by %.2g of the largest gradient",
                                      c->worst));
    if (c->bent)
        sheet_line(m->sheet, NULL,
                   arena_printf(m->arena,
                                "not checked: %zu weights at a bend of the error, which "
                                "has two slopes there",
                                c->bent));
}

/* A weight for each line of a batch: the sum over its rows has no other numbers. */
static void say_batch(const struct maker *m)
{
    const struct graph *g = m->c->session->graph;
    size_t              at[UPDATE_ALL];

    sheet_heading(m->sheet, "4  each weight");
    for (size_t p = 0; p < g->n_params; p++) {
        if (g->params[p].frozen || g->params[p].of >= 0)
            continue;
        size_t n = update_lines_pick(m, p, at);
        for (size_t k = 0; k < n; k++)
            sheet_line(
                m->sheet,
                arena_printf(
                    m->arena, "d(E, %s) = %s", maker_weight(m, p, at[k]),
                    maker_number(
                        m, (double)
                               m->c->g[m->c->session->memory.weights.offset[p] + at[k]])),
                NULL);
        if (n < nnp_count(&g->params[p].tensor))
            sheet_line(m->sheet, NULL,
                       arena_printf(m->arena, "%zu more of %s",
                                    nnp_count(&g->params[p].tensor) - n,
                                    g->params[p].name));
    }
}

static int stop_at(struct trainer *t, void *arg)
{
    return t->session->pace.update >= *(const uint64_t *)arg;
}

static int train_before(struct session *s, uint64_t updates, struct diag *d)
{
    const struct report_to nobody = { 0 };
    struct report          r;

    if (!updates)
        return 0;
    if (report_open(&r, &nobody, NULL, false, d))
        return -1;
    struct trainer t = { .session = s,
                         .report = &r,
                         .one_attempt = true,
                         .figures_on_demand = true,
                         .between = stop_at,
                         .between_arg = &updates };
    int            rc = trainer_run(&t, d);
    trainer_close(&t);
    rc = report_close(&r, d) || rc ? -1 : 0;
    if (!rc && s->pace.update < updates)
        rc = diag_error(d, NULL, "--step %llu: the training ends after %llu updates",
                        (unsigned long long)updates + 1,
                        (unsigned long long)s->pace.update);
    return rc;
}

/* A layer of the model, as the file calls it. */
static int find_item(const struct graph *g, const char *item, struct arena *a,
                     struct diag *d)
{
    const char **names = arena_array(a, g->n_nodes + 1, sizeof *names), *near;
    size_t       n = 0;

    for (size_t i = g->first_layer; i < g->n_nodes; i++)
        if (g->nodes[i].role == ROLE_LAYER)
            names[n++] = g->nodes[i].item->name;
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], item) == 0)
            return 0;
    near = diag_nearest(item, names);
    d->class = DIAG_USAGE;
    return near ? diag_error(d, NULL, "--item: no layer is called '%s'; '%s' is", item,
                             near)
                : diag_error(d, NULL,
                             "--item: no layer is called '%s'; nnpipe show lists "
                             "them",
                             item);
}

static int find_rows(struct capture *c, const struct session *s,
                     const struct explain_options *o, struct diag *d)
{
    int64_t rows = feed_rows(s, o->split);

    c->split = o->split;
    c->first = o->sample < 0 ? 0 : o->sample;
    c->rows = 1;
    if (o->sample < 0)
        c->rows = rows < s->spec->train.batch ? rows : s->spec->train.batch;
    if (c->first < rows)
        return 0;
    d->class = DIAG_USAGE;
    if (!rows)
        return diag_error(d, NULL, "--split %s: there are no such rows",
                          split_names[o->split]);
    return diag_error(d, NULL, "--sample %lld: %s has rows 0 to %lld",
                      (long long)o->sample, split_names[o->split], (long long)rows - 1);
}

static void say_title(const struct maker *m, const struct explain_options *o)
{
    const struct session      *s = m->c->session;
    const char                *by = "";
    const struct update_chain *u = &s->frames->chain;

    for (size_t i = 0; i < u->n_updaters; i++)
        if (!i || u->updaters[i].item != u->updaters[i - 1].item)
            by = arena_printf(m->arena, "%s, %s", by, u->updaters[i].item->type->name);
    m->sheet->title = s->spec->name;
    m->sheet->about =
        m->c->rows > 1
            ? arena_printf(m->arena, "%lld samples of %s, step %lld%s",
                           (long long)m->c->rows, split_names[o->split],
                           (long long)o->step, by)
            : arena_printf(m->arena, "sample %lld of %lld, step %lld%s",
                           (long long)o->sample, (long long)feed_rows(s, o->split),
                           (long long)o->step, by);
}

static void draw(struct sheet *out, const struct session *s)
{
    struct strbuf svg = { 0 };

    if (draw_units_can(s->graph))
        draw_units(s, &svg);
    if (svg.n)
        out->picture = arena_strdup(out->arena, strbuf_text(&svg));
    strbuf_close(&svg);
}

int explain_step(struct sheet *out, struct session *s, const struct explain_options *o,
                 struct diag *d)
{
    struct capture c = { .arena = out->arena, .session = s };
    struct ranks   ranks = { 0 };
    struct maker   m = { .arena = out->arena,
                         .c = &c,
                         .ranks = &ranks,
                         .sheet = out,
                         .terms = o->terms ? (size_t)o->terms : 6 };
    struct checked checked;

    if (s->graph->loss < 0)
        return diag_error(d, NULL,
                          "nothing is trained here: there is no loss to explain");
    if (o->item && find_item(s->graph, o->item, out->arena, d))
        return -1;
    if (train_before(s, (uint64_t)(o->step - 1), d) || find_rows(&c, s, o, d))
        return -1;
    draw(out, s);
    if (capture_step(&c, out->arena, s, d))
        return -1;
    ranks_find(&ranks, &c, !o->items);
    if (o->unit && units_find(&m, o->unit, d))
        return -1;
    say_title(&m, o);
    if (c.rows == 1) {
        forward_lines_sample(&m);
        forward_lines(&m, o->item);
    }
    error_lines(&m);
    if (c.rows == 1)
        backward_lines(&m, o->item);
    else
        say_batch(&m);
    sheet_heading(out, "5  update");
    update_lines(&m, o->item);
    say_again(&m);
    if (check(&m, &checked, d))
        return -1;
    say_check(&m, &checked);
    return out->diag->errors ? -1 : 0;
}
