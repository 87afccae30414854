/* SPDX-License-Identifier: MIT */
/* Items of a model that fit themselves. */
#include <config.h>
#include "support/net.h"
#include "support/nnt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define POINTS                                                                           \
    "data:\n  source: {toy: {kind: spiral, n: 300, noise: 0.1}}\n"                       \
    "  split: {train: 0..199, val: 200..299}\n"

static const nnp_tensor *state(const struct net *n, const char *name)
{
    for (size_t i = 0; i < n->session->memory.n_state; i++)
        if (strcmp(n->session->memory.state[i].name, name) == 0)
            return n->session->memory.state[i].t;
    ck_abort_msg("no state is called %s", name);
}

START_TEST(needs_neither_loss_nor_optimizer)
{
    struct net *n = net_open(POINTS "model:\n  - pca: {k: 2, give: reconstruction}\n"
                                    "metrics:\n  - sqerr: {to: x}\n",
                             1);

    net_train(n);
    ck_assert_double_lt(net_final(n, "val.sqerr"), 1e-9);
    ck_assert_double_eq_tol(net_final(n, "train.pca1.explained"), 1, 1e-12);
    net_close(n);
}
END_TEST

START_TEST(any_number_of_threads_gives_the_same_bits)
{
    static const int   threads[] = { 2, 5 };
    static const char *yaml = POINTS "model:\n  - kmeans: {k: 5, n_init: 3}\n"
                                     "metrics: [cluster_accuracy]\n";
    struct net        *one = net_open(yaml, 1), *many = net_open(yaml, threads[_i]);

    net_train(one);
    net_train(many);
    const nnp_tensor *a = state(one, "kmeans1.centers"),
                     *b = state(many, "kmeans1.centers");
    ck_assert_int_eq(memcmp(a->data, b->data, nnp_count(a) * sizeof(float)), 0);
    net_close(one);
    net_close(many);
}
END_TEST

/* With as many centres as rows, a sample without repetition has every row. */
START_TEST(starts_from_different_rows)
{
    struct net *n = net_open("data:\n  source: {toy: {kind: circle, n: 40}}\n"
                             "model:\n  - kmeans: {k: 40, n_init: 1, init: random}\n"
                             "train: {batch: 7}\n",
                             1);

    net_train(n);
    ck_assert_double_lt(net_final(n, "train.kmeans1.start"), 1e-4);
    net_close(n);
}
END_TEST

START_TEST(layers_behind_it_are_trained)
{
    struct net *n = net_open(POINTS "model:\n  - pca: 2\n  - dense: 16\n  - tanh\n"
                                    "  - dense: 2\nloss: xent\nmetrics: [accuracy]\n"
                                    "optim: {adam: {lr: 0.03}}\n"
                                    "train: {epochs: 60, batch: 32}\n",
                             1);

    net_train(n);
    ck_assert_double_gt(net_final(n, "train.accuracy"), 0.8);
    net_close(n);
}
END_TEST

/* The axis of x is the first one: so is that of z by the same instance, and z itself,
 * whose axis is the second one, is not looked at. */
#define TWICE                                                                            \
    "data: {source: {table: {columns: {x: [a, b], z: [c, d]}, "                          \
    "rows: [[4, 0, 0, 1], [-4, 0, 0, 3], [2, 0, 5, 8], [-2, 0, 7, 9]]}}}\n"              \
    "model:\n  - {pca: 1, as: p, from: x}\n"

START_TEST(used_again_it_is_the_same_and_fitted_once)
{
    struct net *n = net_open(TWICE "  - {use: p, from: z, as: q}\n"
                                   "metrics: [{mae: {of: q, to: p}}]\n",
                             1);

    net_train(n);
    ck_assert_double_eq_tol(net_final(n, "train.p.explained"), 1, 1e-9);
    ck_assert_ptr_null(figures_find(&n->trainer.finals, "train.q.explained"));
    /* The mean of |c - a|: 4, 4, 3, 9. */
    ck_assert_double_eq_tol(net_final(n, "train.mae"), 5, 1e-6);
    net_close(n);
}
END_TEST

/* 200 points and 30 starts of 10 centres, which is more rows than there are. */
START_TEST(starts_may_share_rows)
{
    struct arena a = { 0 };
    struct net  *n = net_open(
         arena_printf(&a, "%smodel:\n  - kmeans: {k: 10, init: random, n_init: 30}\n",
                      POINTS),
         1);

    net_train(n);
    ck_assert_double_lt(net_final(n, "kmeans1.inertia"), 200);
    net_close(n);
    arena_close(&a);
}
END_TEST

static const struct {
    const char *yaml, *message;
} refused[] = {
    { "model:\n  - dense: 3\n    as: h\n  - kmeans: 2\n    as: c\n    from: h\n"
      "  - dense: 2\n    from: h\nloss: xent\noptim: adam\ntrain: {epochs: 1}\n",
      "c fits itself to 'h', which is still in training" },
    { "model:\n  - kmeans: {k: 300, init: random, n_init: 1}\n",
      "estimator kmeans1 (kmeans 1.0, kmeans.so): finish: more clusters than the "
      "200 training rows" },
};

START_TEST(refuses)
{
    struct arena a = { 0 };
    struct net  *n = net_open(arena_printf(&a, "%s%s", POINTS, refused[_i].yaml), 1);

    ck_assert_int_eq(net_try_train(n), -1);
    ck_assert_str_eq(n->diag.entries[0].text, refused[_i].message);
    net_close(n);
    arena_close(&a);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("fit");
    TCase *t = tcase_create("run");

    tcase_add_test(t, needs_neither_loss_nor_optimizer);
    tcase_add_loop_test(t, any_number_of_threads_gives_the_same_bits, 0, 2);
    tcase_add_test(t, starts_from_different_rows);
    tcase_add_test(t, layers_behind_it_are_trained);
    tcase_add_test(t, used_again_it_is_the_same_and_fitted_once);
    tcase_add_test(t, starts_may_share_rows);
    tcase_add_loop_test(t, refuses, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
