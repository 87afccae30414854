/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/net.h"
#include "support/nnt.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "train/evaluate.h"

#define DIGITS                                                                           \
    "data:\n  source: {glyphs: {n: 60, test: 20}}\n"                                     \
    "  split: {train: all, test: official}\n  map:\n    - scale: [0, 1]\n"               \
    "model:\n  - flatten\n  - dense: 10\nloss: xent\n"                                   \
    "metrics: [accuracy, confusion]\noptim: {sgd: {lr: 0.1}}\n"                          \
    "train: {epochs: 1, batch: 16}\n"

static double cells(const struct figures *f, const char *split)
{
    double sum = 0;
    char   name[64];

    for (int row = 0; row < 10; row++)
        for (int column = 0; column < 10; column++) {
            snprintf(name, sizeof name, "%s.confusion.%d.%d", split, row, column);
            ck_assert_msg(figures_find(f, name) != NULL, "no %s", name);
            sum += figures_value(f, name);
        }
    return sum;
}

/* Far more numbers than an instance keeps of its calls: each row is in one cell. */
START_TEST(a_metric_may_report_as_much_as_it_has)
{
    struct net    *n = net_open(DIGITS, 1);
    struct figures f = { 0 };

    ck_assert_int_eq(evaluate_splits(n->session, &f, &n->diag), 0);
    ck_assert_double_eq(cells(&f, "train"), 60);
    ck_assert_double_eq(cells(&f, "test"), 20);
    figures_close(&f);
    net_close(n);
}
END_TEST

START_TEST(the_same_weights_have_the_same_figures_whenever_they_are_asked)
{
    struct net    *n = net_open(DIGITS, 2);
    struct figures once = { 0 }, again = { 0 };

    ck_assert_int_eq(evaluate_split(n->session, SPLIT_TEST, &once, &n->diag), 0);
    for (int i = 0; i < 2; i++) {
        again.n = 0;
        ck_assert_int_eq(evaluate_split(n->session, SPLIT_TEST, &again, &n->diag), 0);
    }
    ck_assert_uint_eq(once.n, again.n);
    for (size_t i = 0; i < once.n; i++) {
        ck_assert_str_eq(once.v[i].name, again.v[i].name);
        ck_assert_double_eq(once.v[i].value, again.v[i].value);
    }
    ck_assert_str_eq(once.v[0].name, "test.loss");
    figures_close(&once);
    figures_close(&again);
    net_close(n);
}
END_TEST

static struct component whims; /* a metric that reports what it likes */
static const char      *says[4];

static int finish_whims(nnp_ctx *c, void *self)
{
    (void)self;
    for (int i = 0; says[i]; i++)
        c->host->report(c, says[i], i + 1);
    return 0;
}

/* In the place of accuracy, which is the metric before confusion. */
static struct net *net_with_whims(const char *name)
{
    static nnp_component desc;
    struct net          *n = net_open(DIGITS, 1);

    for (size_t i = 0; i < n->session->graph->n_nodes; i++) {
        struct instance *inst = n->session->frames->node[i];
        if (strcmp(inst->type->name, "accuracy") != 0)
            continue;
        whims = *inst->type;
        desc = *inst->type->desc;
        desc.finish = finish_whims;
        whims.desc = &desc;
        whims.name = name;
        inst->type = &whims;
    }
    return n;
}

static const struct {
    const char *says[4], *names[4];
    bool        details[4];
} reports[] = {
    { { "acme.f1" }, { "test.accuracy" }, { false } },
    { { "acme.f1.class2", "acme.f1", "acme.f1.a.b" },
      { "test.accuracy.class2", "test.accuracy", "test.accuracy.a.b" },
      { true, false, true } },
    /* Names that are not the component's: `plugin test` says so, a run makes the best of
       it. */
    { { "f1", "f1.class2" },
      { "test.accuracy", "test.accuracy.class2" },
      { false, true } },
    { { "acme.f10" }, { "test.accuracy.f10", "test.accuracy" }, { true, false } },
    { { NULL }, { "test.accuracy" }, { false } }, /* not measured: no number */
};

/* All in one list, one after the other: each evaluation may report other figures. */
START_TEST(figures_are_called_after_the_item_whatever_dots_the_plugin_has)
{
    struct net    *n = net_with_whims("acme.f1");
    struct figures f = { 0 };

    for (size_t k = 0; k < COUNT(reports); k++) {
        f.n = 0;
        memcpy(says, reports[k].says, sizeof says);
        ck_assert_int_eq(evaluate_split(n->session, SPLIT_TEST, &f, &n->diag), 0);
        ck_assert_str_eq(f.v[0].name, "test.loss");
        for (int i = 0; i < 4 && reports[k].names[i]; i++) {
            ck_assert_str_eq(f.v[i + 1].name, reports[k].names[i]);
            ck_assert(f.v[i + 1].detail == reports[k].details[i]);
        }
    }
    ck_assert(isnan(figures_value(&f, "test.accuracy")));
    figures_close(&f);
    net_close(n);
}
END_TEST

static const int64_t classes[] = { 130, 200 };

/* 200 classes are 40,000 cells; what stands behind the table is there as well. */
START_TEST(a_large_table_hides_nothing)
{
    const int64_t k = classes[_i];
    struct arena  a = { 0 };
    struct net   *n = net_open(
          arena_printf(&a,
                       "data: {source: {random: {shape: [2], n: 400, classes: %lld}}}\n"
                         "model: [{dense: %lld}]\nloss: xent\n"
                         "metrics: [confusion, accuracy]\noptim: {sgd: {lr: 0.1}}\n"
                         "train: {epochs: 1, batch: 100}\n",
                       (long long)k, (long long)k),
          1);
    struct figures f = { 0 };

    ck_assert_int_eq(evaluate_split(n->session, SPLIT_TRAIN, &f, &n->diag), 0);
    ck_assert_uint_eq(f.n, (size_t)(k * k) + 3); /* loss, confusion, accuracy */
    ck_assert_double_eq(figures_value(&f, "train.accuracy"),
                        figures_value(&f, "train.confusion"));
    figures_close(&f);
    net_close(n);
    arena_close(&a);
}
END_TEST

/* A metric of all rows has them whatever the batch, and the frame is a batch's again. */
START_TEST(ranks_do_not_depend_on_the_batch)
{
    static const char yaml[] = "data: {source: {toy: {kind: circle, n: 90}}, split: "
                               "{train: 0..49, val: 50..89}}\n"
                               "model: [{dense: 4}, tanh, {dense: 2}]\nloss: xent\n"
                               "metrics: [auc, accuracy]\noptim: {sgd: {lr: 0.1}}\n"
                               "train: {epochs: 2, batch: %d}\n";
    double            value[3];

    for (int i = 0; i < 3; i++) {
        struct arena a = { 0 };
        struct net  *n =
            net_open(arena_printf(&a, yaml, (const int[]){ 7, 90, 16 }[i]), 1);
        struct figures f = { 0 };
        ck_assert_int_eq(evaluate_split(n->session, SPLIT_VAL, &f, &n->diag), 0);
        value[i] = figures_value(&f, "val.auc");
        ck_assert_int_eq(evaluate_split(n->session, SPLIT_VAL, &f, &n->diag), 0);
        ck_assert_double_eq(figures_value(&f, "val.auc"), value[i]);
        ck_assert(value[i] > 0 && value[i] < 1);
        net_train(n);
        figures_close(&f);
        net_close(n);
        arena_close(&a);
    }
    ck_assert_double_eq(value[0], value[1]);
    ck_assert_double_eq(value[0], value[2]);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("evaluate");
    TCase *t = tcase_create("figures");

    tcase_add_test(t, a_metric_may_report_as_much_as_it_has);
    tcase_add_test(t, figures_are_called_after_the_item_whatever_dots_the_plugin_has);
    tcase_add_test(t, the_same_weights_have_the_same_figures_whenever_they_are_asked);
    tcase_add_loop_test(t, a_large_table_hides_nothing, 0, COUNT(classes));
    tcase_add_test(t, ranks_do_not_depend_on_the_batch);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
