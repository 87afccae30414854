/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/net.h"
#include "support/nnt.h"

#include <string.h>

#define DATA  "data:\n  source: {random: {shape: [3, 4], classes: 5, n: 20}}\n"
#define MODEL "model:\n  - dense: 7\n    as: h\n  - tanh:\n    as: t\n  - dense: 5\n"
#define TAIL  "loss: xent\noptim: {sgd: {lr: 0.1}}\ntrain: {epochs: 1, batch: 8}\n"

static int64_t rows_of(const struct net *n, const char *stream)
{
    const struct frames *f = n->session->frames;

    return frames_tensor(f, graph_find(f->graph, stream))->shape[0];
}

START_TEST(there_is_an_instance_for_every_node_and_every_penalty)
{
    struct net *n = net_plan(DATA MODEL "loss:\n  - xent\n  - l1: {of: [t, weights]}\n"
                                        "optim: {sgd: {lr: 0.1}}\ntrain: {epochs: 1}\n");
    const struct frames *f = n->session->frames;

    for (size_t i = 0; i < f->graph->n_nodes; i++) {
        ck_assert_ptr_eq(frames_of(f, &f->graph->nodes[i]), f->node[i]);
        ck_assert_ptr_eq(f->node[i]->type, f->graph->nodes[i].item->type);
    }
    ck_assert_uint_eq(f->n_penalties, 2);
    ck_assert_str_eq(f->penalty[1].type->name, "l1");
    net_close(n);
}
END_TEST

START_TEST(the_loader_is_the_one_that_the_spec_asked_for_its_facts)
{
    struct net *n = net_plan(DATA MODEL TAIL);

    ck_assert_ptr_eq(n->session->frames->node[0], n->spec->data.loader);
    net_close(n);
}
END_TEST

START_TEST(the_data_may_be_of_other_rows_than_the_batch_that_is_read)
{
    struct net    *n = net_plan(DATA MODEL TAIL);
    struct frames *f = n->session->frames;

    ck_assert_int_eq(frames_rows_data(f, 3, &n->diag), 0);
    ck_assert_int_eq(f->node[0]->out[0].shape[0], 3);
    ck_assert_int_eq(rows_of(n, "x"), 8);
    ck_assert_int_eq(frames_rows(f, 2, &n->diag), 0);
    ck_assert_int_eq(rows_of(n, "x"), 2);
    ck_assert_int_eq(rows_of(n, "t"), 2);
    ck_assert_int_eq(f->node[0]->out[0].shape[0], 3);
    net_close(n);
}
END_TEST

START_TEST(the_graph_keeps_the_sizes_of_a_whole_batch)
{
    struct net *n = net_plan(DATA MODEL TAIL);

    ck_assert_int_eq(frames_rows(n->session->frames, 3, &n->diag), 0);
    nnt_expect_shape(graph_tensor(n->session->graph, graph_find(n->session->graph, "h")),
                     NNP_F32, S(8, 7));
    net_close(n);
}
END_TEST

START_TEST(the_data_run_on_a_thread_of_their_own)
{
    struct net *n =
        net_open("data:\n  source: {random: {shape: [3, 4], classes: 5, n: 20}}\n"
                 "  map: [standardize]\n" MODEL TAIL,
                 3);

    for (size_t i = 0; i < n->session->graph->n_nodes; i++) {
        bool data = i < n->session->graph->first_layer;
        ck_assert_int_eq(n->session->frames->node[i]->alone, data);
        ck_assert_uint_eq(n->session->frames->node[i]->ctx.workers, data ? 1 : 3);
    }
    net_close(n);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("frames");
    TCase *t = tcase_create("frames");

    tcase_add_test(t, there_is_an_instance_for_every_node_and_every_penalty);
    tcase_add_test(t, the_loader_is_the_one_that_the_spec_asked_for_its_facts);
    tcase_add_test(t, the_data_may_be_of_other_rows_than_the_batch_that_is_read);
    tcase_add_test(t, the_graph_keeps_the_sizes_of_a_whole_batch);
    tcase_add_test(t, the_data_run_on_a_thread_of_their_own);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
