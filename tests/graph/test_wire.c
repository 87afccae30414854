/* SPDX-License-Identifier: MIT */
/* Names of the file become numbers. */
#include <config.h>
#include "support/net.h"
#include "support/nnt.h"

#include <string.h>

#define DATA "data:\n  source: {random: {shape: [6], classes: 3, n: 24}}\n"
#define TAIL "loss: xent\noptim: {sgd: {lr: 0.1}}\ntrain: {epochs: 1, batch: 8}\n"

static const struct graph_node *node(const struct net *n, const char *item)
{
    const struct graph *g = n->session->graph;

    for (size_t i = 0; i < g->n_nodes; i++)
        if (strcmp(g->nodes[i].item->name, item) == 0)
            return &g->nodes[i];
    ck_abort_msg("no item %s", item);
}

static int stream(const struct net *n, const char *name)
{
    int s = graph_find(n->session->graph, name);

    ck_assert_int_ge(s, 0);
    return s;
}

START_TEST(an_item_reads_the_one_above_it_and_the_first_reads_x)
{
    struct net *n = net_plan(DATA "model:\n  - dense: 4\n    as: a\n  - tanh:\n"
                                  "    as: b\n  - dense: 3\n    as: c\n" TAIL);

    ck_assert_int_eq(node(n, "a")->in[0], stream(n, "x"));
    ck_assert_int_eq(node(n, "b")->in[0], stream(n, "a"));
    ck_assert_int_eq(node(n, "c")->in[0], stream(n, "b"));
    ck_assert_int_eq(n->session->graph->output, stream(n, "c"));
    ck_assert_int_eq(n->session->graph->input, stream(n, "x"));
    net_close(n);
}
END_TEST

START_TEST(from_takes_the_streams_in_its_order)
{
    struct net *n = net_plan(DATA "model:\n  - dense: 4\n    as: a\n  - dense: 5\n"
                                  "    as: b\n  - concat:\n    from: [b, x, a]\n"
                                  "    as: c\n  - dense: 3\n" TAIL);
    const struct graph_node *c = node(n, "c");

    ck_assert_uint_eq(c->n_in, 3);
    ck_assert_int_eq(c->in[0], stream(n, "b"));
    ck_assert_int_eq(c->in[1], stream(n, "x"));
    ck_assert_int_eq(c->in[2], stream(n, "a"));
    net_close(n);
}
END_TEST

/* The loss compares what the model puts out with y, unless the file says of what and to
 * what. */
START_TEST(a_loss_is_of_the_output_and_to_y_unless_it_says)
{
    struct net *n = net_plan(DATA "model:\n  - dense: 4\n    as: a\n  - dense: 6\n"
                                  "    as: b\n  - dense: 3\n    from: a\n    as: c\n"
                                  "loss:\n  - xent\n  - mse: {of: b, to: x}\n"
                                  "optim: {sgd: {lr: 0.1}}\ntrain: {epochs: 1}\n");
    const struct graph_node *xent = node(n, "xent"), *mse = node(n, "mse");

    ck_assert_int_eq(xent->in[0], stream(n, "c"));
    ck_assert_int_eq(xent->in[1], stream(n, "y"));
    ck_assert_int_eq(mse->in[0], stream(n, "b"));
    ck_assert_int_eq(mse->in[1], stream(n, "x"));
    ck_assert_int_eq(n->session->graph->target, stream(n, "y"));
    net_close(n);
}
END_TEST

START_TEST(an_item_that_is_used_again_has_the_weights_of_the_first)
{
    struct net *n = net_plan(DATA "model:\n  - dense: 6\n    as: a\n  - use: a\n"
                                  "    as: again\n  - dense: 3\n    as: c\n" TAIL);
    const struct graph_node *a = node(n, "a"), *c = node(n, "c");
    const struct graph      *g = n->session->graph;
    const struct graph_node *again = &g->nodes[g->streams[stream(n, "again")].node];

    ck_assert_ptr_ne(again, a);
    ck_assert_uint_eq(again->n_param, 2);
    for (uint32_t k = 0; k < 2; k++)
        ck_assert_int_eq(again->param[k], a->param[k]);
    ck_assert_int_ne(c->param[0], a->param[0]);
    ck_assert_uint_eq(g->n_params, 4);
    net_close(n);
}
END_TEST

/* Nothing that is trained lies above the first item. */
START_TEST(a_gradient_is_wanted_behind_the_first_weight)
{
    struct net         *n = net_plan(DATA "model:\n  - tanh:\n    as: a\n  - dense: 4\n"
                                                  "    as: b\n    freeze: true\n  - dense: 3\n"
                                                  "    as: c\n" TAIL);
    const struct graph *g = n->session->graph;

    ck_assert(!g->streams[stream(n, "x")].wants_grad);
    ck_assert(!g->streams[stream(n, "a")].wants_grad);
    ck_assert(!g->streams[stream(n, "b")].wants_grad);
    ck_assert(g->streams[stream(n, "c")].wants_grad);
    net_close(n);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("wire");
    TCase *t = tcase_create("graph");

    tcase_add_test(t, an_item_reads_the_one_above_it_and_the_first_reads_x);
    tcase_add_test(t, from_takes_the_streams_in_its_order);
    tcase_add_test(t, a_loss_is_of_the_output_and_to_y_unless_it_says);
    tcase_add_test(t, an_item_that_is_used_again_has_the_weights_of_the_first);
    tcase_add_test(t, a_gradient_is_wanted_behind_the_first_weight);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
