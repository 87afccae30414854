/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/net.h"
#include "support/nnt.h"

#include "frames/once.h"

static const char *const yaml =
    "data:\n  source: {random: {shape: [2], n: 8}}\nmodel:\n  - dense: 3\n    init: %s\n "
    " - dense: 1\n"
    "loss: mse\noptim: {sgd: {lr: 0.1}}\ntrain: {epochs: 1, batch: 4}\n";

/* The initializer of the first weight fills `x`; what it returned. */
static int fill(struct net *n, float *x, const char *name)
{
    const struct init_spec *init = n->session->graph->params[0].init;
    nnp_tensor              t = { .data = x,
                                  .device = 1,
                                  .ndim = 1,
                                  .code = 2,
                                  .bits = 32,
                                  .lanes = 1,
                                  .shape = (int64_t[]){ 4 } };
    const struct once       o = { .type = init->type,
                                  .self = init->self,
                                  .name = name,
                                  .services = n->session->frames->services,
                                  .out = &t };

    return once_forward(&o, &n->diag);
}

static struct net *with(const char *init)
{
    struct arena a = { 0 };
    struct net  *n = net_plan(arena_printf(&a, yaml, init));

    arena_close(&a);
    return n;
}

START_TEST(it_fills_what_it_is_given)
{
    struct net *n = with("{constant: 3}");
    float       x[4] = { 0 };

    ck_assert_int_eq(fill(n, x, "w"), 0);
    for (int i = 0; i < 4; i++)
        ck_assert(x[i] == 3);
    net_close(n);
}
END_TEST

/* By the name of the weight and the seed: the same ones whenever it is called. */
START_TEST(it_draws_by_its_name)
{
    struct net *n = with("normal");
    float       x[4], again[4], other[4];

    ck_assert_int_eq(fill(n, x, "a.weight"), 0);
    ck_assert_int_eq(fill(n, again, "a.weight"), 0);
    ck_assert_int_eq(fill(n, other, "b.weight"), 0);
    ck_assert_mem_eq(x, again, sizeof x);
    ck_assert_mem_ne(x, other, sizeof x);
    net_close(n);
}
END_TEST

START_TEST(what_it_refuses_is_an_error)
{
    struct net *n = with("{values: [1, 2, 3, 4, 5, 6]}");
    float       x[4];

    ck_assert_int_eq(fill(n, x, "w"), -1);
    ck_assert_uint_eq(n->diag.errors, 1);
    net_close(n);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("once");
    TCase *t = tcase_create("frames");

    tcase_add_test(t, it_fills_what_it_is_given);
    tcase_add_test(t, it_draws_by_its_name);
    tcase_add_test(t, what_it_refuses_is_an_error);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
