/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/net.h"
#include "support/nnt.h"

#include <string.h>

/* a trains, t is the transpose of a, f is frozen, l has a rate of its own. */
static const char *const yaml =
    "data:\n  source: {random: {shape: [2], n: 8}}\nmodel:\n"
    "  - dense: {units: 3, bias: false}\n    as: f\n    freeze: true\n"
    "  - dense: {units: 5, bias: false}\n    as: a\n"
    "  - dense: {units: 3, bias: false}\n    as: t\n    share: {weight: a.weight.T}\n"
    "  - dense: {units: 1, bias: false}\n    as: l\n    lr: 0.5\n"
    "loss: mse\noptim: {sgd: {lr: 0.1}}\ntrain: {epochs: 1, batch: 4}\n";

static size_t number(const struct net *n, const char *name)
{
    const struct graph *g = n->session->graph;

    for (size_t i = 0; i < g->n_params; i++)
        if (strcmp(g->params[i].name, name) == 0)
            return i;
    ck_abort_msg("there is no weight %s", name);
}

START_TEST(trained_weights_come_first_then_copies_then_frozen_ones)
{
    struct net           *n = net_plan(yaml);
    const struct weights *w = &n->session->memory.weights;

    ck_assert_uint_eq(w->n_groups, 2); /* two rates */
    ck_assert_uint_eq(w->offset[number(n, "a.weight")], 0);
    ck_assert_uint_eq(w->offset[number(n, "l.weight")], 16); /* 15 floats, 64 bytes */
    ck_assert_uint_eq(w->n_trained, 32);
    ck_assert_uint_eq(w->offset[number(n, "t.weight")], 32);
    ck_assert_uint_eq(w->n_gradient, 48);
    ck_assert_uint_eq(w->offset[number(n, "f.weight")], 48);
    ck_assert_uint_eq(w->n, 64);
    net_close(n);
}
END_TEST

START_TEST(a_transposed_weight_follows_and_its_gradient_goes_back)
{
    struct net           *n = net_open(yaml, 1);
    const struct weights *w = &n->session->memory.weights;
    const struct graph   *g = n->session->graph;
    nnp_tensor            a = weights_tensor(w, g, w->w, number(n, "a.weight"));
    nnp_tensor            t = weights_tensor(w, g, w->w, number(n, "t.weight"));
    float                *ga = w->g + w->offset[number(n, "a.weight")];
    float                *gt = w->g + w->offset[number(n, "t.weight")];

    nnt_expect_shape(&a, NNP_F32, S(5, 3));
    nnt_expect_shape(&t, NNP_F32, S(3, 5));
    for (int i = 0; i < 15; i++) {
        ((float *)a.data)[i] = (float)i;
        ga[i] = 100;
        gt[i] = (float)i;
    }
    weights_mirror(w, g);
    weights_collect(w, g);
    for (int r = 0; r < 5; r++)
        for (int c = 0; c < 3; c++) {
            ck_assert(((float *)t.data)[5 * c + r] == (float)(3 * r + c));
            ck_assert(ga[3 * r + c] == 100 + (float)(5 * c + r));
        }
    net_close(n);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("weights");
    TCase *t = tcase_create("frames");

    tcase_add_test(t, trained_weights_come_first_then_copies_then_frozen_ones);
    tcase_add_test(t, a_transposed_weight_follows_and_its_gradient_goes_back);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
