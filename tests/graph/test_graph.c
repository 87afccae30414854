/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/net.h"
#include "support/nnt.h"

#include <string.h>

#define DATA "data:\n  source: {random: {shape: [3, 4], classes: 5, n: 20}}\n"
#define TAIL "loss: xent\noptim: {sgd: {lr: 0.1}}\ntrain: {epochs: 1, batch: 8}\n"

static void shape_is(const struct net *n, const char *stream, struct nnt_shape want)
{
    int s = graph_find(n->session->graph, stream);

    ck_assert_int_ge(s, 0);
    nnt_expect_shape(frames_tensor(n->session->frames, s), NNP_F32, want);
}

START_TEST(shapes_follow_from_the_data)
{
    struct net *n = net_plan(DATA "model:\n  - dense: 7\n    as: h\n  - tanh\n"
                                  "  - concat:\n    from: [h, prev]\n    as: both\n"
                                  "  - dense: $data.classes\n    as: out\n" TAIL);

    shape_is(n, "x", S(8, 3, 4));
    shape_is(n, "h", S(8, 7));
    shape_is(n, "both", S(8, 14));
    shape_is(n, "out", S(8, 5));
    net_close(n);
}
END_TEST

START_TEST(another_number_of_rows_changes_the_first_size_only)
{
    struct net *n = net_plan(DATA "model:\n  - dense: 7\n    as: h\n  - dense: 5\n" TAIL);

    ck_assert_int_eq(frames_rows(n->session->frames, 3, &n->diag), 0);
    shape_is(n, "h", S(3, 7));
    shape_is(n, "x", S(3, 3, 4));
    ck_assert_int_eq(frames_rows(n->session->frames, 8, &n->diag), 0);
    shape_is(n, "h", S(8, 7));
    net_close(n);
}
END_TEST

START_TEST(weights_are_counted_once_however_often_they_run)
{
    struct net *n = net_plan(DATA "model:\n  - dense: 12\n    as: e\n  - tanh\n"
                                  "  - use: e\n  - dense: 5\n" TAIL);

    ck_assert_int_eq(graph_n_weights(n->session->graph, false),
                     12 * 12 + 12 + 12 * 5 + 5);
    net_close(n);
}
END_TEST

START_TEST(frozen_weights_do_not_count_as_trained)
{
    struct net *n = net_plan(DATA "model:\n  - dense: 4\n    freeze: true\n"
                                  "  - dense: 5\n" TAIL);

    ck_assert_int_eq(graph_n_weights(n->session->graph, true), 4 * 5 + 5);
    net_close(n);
}
END_TEST

/* How many penalties are there on streams, and on weights? */
static void penalized(const char *of, size_t streams, size_t weights)
{
    static const char form[] =
        DATA "model:\n  - dense: 7\n    as: code\n  - dense: 5\nloss:\n  - xent\n"
             "  - l1: {of: %s}\noptim: {sgd: {lr: 0.1}}\ntrain: {epochs: 1}\n";
    struct arena        a = { 0 };
    struct net         *n = net_plan(arena_printf(&a, form, of));
    const struct graph *g = n->session->graph;
    size_t              nodes = 0;

    for (size_t i = 0; i < g->n_nodes; i++)
        nodes += g->nodes[i].role == ROLE_PENALTY;
    ck_assert_uint_eq(nodes, streams);
    ck_assert_uint_eq(g->n_penalties, weights);
    net_close(n);
    arena_close(&a);
}

START_TEST(a_penalty_on_an_item_is_on_what_it_makes)
{
    penalized("code", 1, 0);
    penalized("code.weight", 0, 1);
    penalized("code.*", 0, 2);
    penalized("[code, code.weight, dense1]", 2, 1);
    penalized("weights", 0, 2);
}
END_TEST

START_TEST(what_shares_a_weight_freezes_it_and_keeps_its_own_bias)
{
    struct net *n = net_plan(DATA "model:\n  - dense: 12\n    as: e\n  - dense: 12\n"
                                  "    freeze: true\n    share: {weight: e.weight.T}\n"
                                  "  - dense: 5\n" TAIL);
    const struct param *p = n->session->graph->params;

    ck_assert_str_eq(p[0].name, "e.weight");
    ck_assert(p[0].frozen);
    ck_assert_str_eq(p[1].name, "e.bias");
    ck_assert(!p[1].frozen);
    ck_assert_str_eq(p[3].name, "dense1.bias");
    ck_assert(p[3].frozen);
    net_close(n);
}
END_TEST

/* Not a copy of the copy, whose gradient would get lost; and what freezes, freezes the
 * one weight that there is. */
START_TEST(the_transpose_of_a_transpose_is_the_weight_itself)
{
    struct net *n =
        net_plan(DATA "model:\n  - dense: 7\n    as: e\n  - dense: 12\n    as: d\n"
                      "    share: {weight: e.weight.T}\n  - dense: 7\n    as: c\n"
                      "    freeze: true\n    share: {weight: d.weight.T}\n"
                      "  - dense: 5\n" TAIL);
    const struct graph      *g = n->session->graph;
    const struct graph_node *e = &g->nodes[g->first_layer];

    ck_assert_int_eq(g->params[e[1].param[0]].of, e[0].param[0]);
    ck_assert_int_eq(e[2].param[0], e[0].param[0]);
    ck_assert(g->params[e[0].param[0]].frozen);
    net_close(n);
}
END_TEST

static const struct {
    const char *yaml, *message;
} refused[] = {
    { DATA "model:\n  - dense: 4\n    as: a\n  - dense: 6\n    as: b\n  - add:\n"
           "    from: [a, b]\n  - dense: 5\n" TAIL,
      "net.yaml:9:5: layer add1 (add 1.0, add.so): setup: " },
    { DATA "model:\n  - dense: 5\n    share: {weight: enc.weight.T}\n" TAIL,
      "net.yaml:6:" },
    { DATA "model:\n  - dense: 5\n    init: {wieght: zeros}\n" TAIL,
      "net.yaml:6:20: dense1: has no weight 'wieght'; 'weight' is one" },
    { DATA "model:\n  - dense: 4\n    as: e\n  - dense: 5\n    share: {weight: "
           "e.weight}\n" TAIL,
      "net.yaml:8:21: dense1: its weight is 5 x 4, 'e.weight' is 4 x 12" },
    { DATA "model:\n  - dense: 12\n    as: e\n  - dense: 12\n    lr: 2\n"
           "    share: {weight: e.weight}\n  - dense: 5\n" TAIL,
      "net.yaml:9:21: dense1: its weight learns with the lr of 'e', another one" },
    { DATA "model:\n  - dense: 12\n    as: e\n  - dense: 12\n    init: zeros\n"
           "    share: {weight: e.weight}\n  - dense: 5\n" TAIL,
      "net.yaml:8:11: dense1: no weight begins with this: what it shares begins as" },
    { DATA "model:\n  - dense: 5\n  - prelu:\n    init: zeros\n" TAIL,
      "net.yaml:7:11: prelu1: no weight begins with this: it has biases alone, say "
      "`init: "
      "{slope: ...}`" },
    { DATA "model:\n  - dense: 5\n  - tanh:\n    init: zeros\n" TAIL,
      "net.yaml:7:11: tanh1: no weight begins with this: it has none" },
    { DATA "model:\n  - dense: 4\n  - use: dense1\n  - dense: 5\n" TAIL,
      "net.yaml:6:10: dense1_again1 runs 'dense1' again, but its " },
    { DATA "model:\n  - pca: 4\n    as: p\n  - use: p\n  - dense: 5\n" TAIL,
      "net.yaml:7:10: p_again1 runs 'p' again, but its input gives mean the size 4; " },
};

START_TEST(what_does_not_fit_is_refused_where_it_stands)
{
    const char *said = net_refusal(refused[_i].yaml);

    ck_assert_msg(strncmp(said, refused[_i].message, strlen(refused[_i].message)) == 0,
                  "%s", said);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("graph");
    TCase *t = tcase_create("graph");

    tcase_add_test(t, shapes_follow_from_the_data);
    tcase_add_test(t, another_number_of_rows_changes_the_first_size_only);
    tcase_add_test(t, weights_are_counted_once_however_often_they_run);
    tcase_add_test(t, frozen_weights_do_not_count_as_trained);
    tcase_add_test(t, a_penalty_on_an_item_is_on_what_it_makes);
    tcase_add_loop_test(t, what_does_not_fit_is_refused_where_it_stands, 0,
                        COUNT(refused));
    tcase_add_test(t, what_shares_a_weight_freezes_it_and_keeps_its_own_bias);
    tcase_add_test(t, the_transpose_of_a_transpose_is_the_weight_itself);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
