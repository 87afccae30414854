/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "plan/plans.h"

#include <stdio.h>

#define DATA "data:\n  source: {random: {shape: [6], classes: 3, n: 24}}\n"
#define TAIL "optim: {sgd: {lr: 0.1}}\ntrain: {epochs: 1, batch: 8}\n"

static const struct {
    const char   *what, *yaml;
    enum plan_for plan;
    const char   *steps;
} plans[] = {
    { "backward is forward turned round, and a loss comes with its gradient",
      "model:\n  - dense: 4\n    as: a\n  - softmax:\n    as: b\n  - dense: 3\n    as: "
      "c\n"
      "loss: xent\n",
      PLAN_TRAIN,
      "forward a; forward b; forward c; backward xent; backward c; backward b; "
      "backward a" },
    { "in evaluation the loss is a step, and so are metrics",
      "model:\n  - dense: 3\n    as: a\nloss: xent\nmetrics: [accuracy]\n", PLAN_EVAL,
      "forward a; forward xent; measure accuracy" },
    { "an activation runs in the step of the layer before it, both ways",
      "model:\n  - dense: 4\n    as: a\n  - relu:\n    as: b\n  - dense: 3\n    as: c\n"
      "loss: xent\n",
      PLAN_TRAIN, "forward a, b; forward c; backward xent; backward c, b; backward a" },
    { "it does not where it reads something else",
      "model:\n  - dense: 4\n    as: a\n  - dense: 4\n    as: b\n  - relu:\n    from: a\n"
      "    as: c\n  - add:\n    from: [b, c]\n    as: d\n  - dense: 3\n    as: e\nloss: "
      "xent\n",
      PLAN_TRAIN,
      "forward a; forward b; forward c; forward d; forward e; backward xent; backward e; "
      "backward d; backward c; backward b; add b.a; backward a" },
    { "the second one who has a gradient for a stream adds it",
      "model:\n  - dense: 4\n    as: a\n  - dense: 4\n    as: b\n  - add:\n"
      "    from: [b, a]\n    as: c\n  - dense: 3\n    as: d\nloss: xent\n",
      PLAN_TRAIN,
      "forward a; forward b; forward c; forward d; backward xent; backward d; backward "
      "c; "
      "backward b; add b.a; backward a" },
    { "what nobody needs is not computed",
      "model:\n  - dense: 4\n    as: a\n  - dense: 5\n    as: idle\n  - dense: 3\n"
      "    from: a\n    as: b\nloss: {xent: {of: b}}\n",
      PLAN_TRAIN, "forward a; forward b; backward xent; backward b; backward a" },
    { "but it is where a report may ask for it",
      "model:\n  - dense: 4\n    as: a\n  - dense: 5\n    as: idle\n  - dense: 3\n"
      "    from: a\n    as: b\nloss: {xent: {of: b}}\n",
      PLAN_KEEP, "forward a; forward idle; forward b; forward xent" },
    { "gradients go no further than weights that train",
      "model:\n  - dense: 4\n    freeze: true\n    as: a\n  - tanh:\n    as: b\n  - "
      "dense: 3\n"
      "    as: c\nloss: xent\n",
      PLAN_TRAIN, "forward a, b; forward c; backward xent; backward c" },
    { "an item for training alone is left out of evaluation",
      "model:\n  - dense: 3\n    as: a\n  - dropout: 0.5\n    when: train\n    as: b\n"
      "loss: xent\n",
      PLAN_EVAL, "forward a; forward xent" },
    { "a penalty on a stream is a step of both ways",
      "model:\n  - dense: 3\n    as: a\nloss:\n  - xent\n  - l1: {of: a}\n", PLAN_TRAIN,
      "forward a; forward l1; backward l1; backward xent; add xent.a; backward a" },
};

START_TEST(the_steps_of)
{
    char text[1024];

    snprintf(text, sizeof text, DATA "%s" TAIL, plans[_i].yaml);
    struct net *n = net_plan(text);

    ck_assert_msg(strcmp(steps_of(n, plans[_i].plan), plans[_i].steps) == 0,
                  "%s:\n  %s\n  %s", plans[_i].what, steps_of(n, plans[_i].plan),
                  plans[_i].steps);
    net_close(n);
}
END_TEST

/* Of a weight that two nodes use, the first to go backward may set the gradient; the
 * other must add. */
START_TEST(of_shared_weights_only_the_first_gradient_is_set)
{
    struct net *n =
        net_plan(DATA "model:\n  - dense: 6\n    as: a\n  - tanh\n  - use: a\n"
                      "    as: b\n  - dense: 3\n    as: c\nloss: xent\n" TAIL);
    const struct plan *p = n->session->plans[PLAN_TRAIN];

    ck_assert(p->writes[node_of(n, "c")]);
    ck_assert(p->writes[node_of(n, "b")]);
    ck_assert(!p->writes[node_of(n, "a")]);
    net_close(n);
}
END_TEST

START_TEST(the_input_has_a_gradient_only_where_it_is_asked_for)
{
    struct net *n = net_plan(DATA "model:\n  - dense: 3\n    as: a\nloss: xent\n" TAIL);
    const struct graph *g = n->session->graph;
    struct plan        *p = plan_gradient(&n->arena, g, graph_find(g, "a"));

    ck_assert_int_eq(n->session->plans[PLAN_TRAIN]->gradient[g->input], -1);
    ck_assert_int_ge(p->gradient[g->input], 0);
    ck_assert_uint_eq(p->n_steps, 2);
    net_close(n);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("schedule");
    TCase *t = tcase_create("steps");

    tcase_add_loop_test(t, the_steps_of, 0, sizeof plans / sizeof *plans);
    tcase_add_test(t, of_shared_weights_only_the_first_gradient_is_set);
    tcase_add_test(t, the_input_has_a_gradient_only_where_it_is_asked_for);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
