/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>

/* Two weights whose gradients (3, 0) and (0, -4) have norm 5 together. */
static struct nnt *open(const char *yaml)
{
    struct nnt *t = nnt_open("optimizer", "clip", yaml);

    nnt_weight(t, S(2), V(1, 1));
    nnt_weight(t, S(1, 2), V(1, 1));
    nnt_setup(t);
    nnt_set(&t->dweight[0], V(3, 0));
    nnt_set(&t->dweight[1], V(0, -4));
    return t;
}

static const struct {
    const char *yaml;
    double      g[4], norm;
} cases[] = {
    { NULL, { 3, 0, 0, -4 }, 5 }, /* only measures */
    { "1", { 0.6, 0, 0, -0.8 }, 5 },
    { "{norm: 2.5}", { 1.5, 0, 0, -2 }, 5 },
    { "{norm: 5}", { 3, 0, 0, -4 }, 5 },
    { "{norm: 10}", { 3, 0, 0, -4 }, 5 },
    { "{value: 2}", { 2, 0, 0, -2 }, 2.8284271247 },
    { "{value: 4, norm: 1}", { 0.6, 0, 0, -0.8 }, 5 },
    { "{value: 2, norm: 1}", { 0.7071067812, 0, 0, -0.7071067812 }, 2.8284271247 },
};

START_TEST(limits_the_gradient_as_asked)
{
    struct nnt *t = open(cases[_i].yaml);

    nnt_forward(t);
    nnt_expect(&t->dweight[0], V(cases[_i].g[0], cases[_i].g[1]));
    nnt_expect(&t->dweight[1], V(cases[_i].g[2], cases[_i].g[3]));
    nnt_expect_number(nnt_report(t, "grad_norm"), cases[_i].norm, 1e-6);
    nnt_expect(&t->weight[0], V(1, 1));
    nnt_expect(&t->weight[1], V(1, 1));
    nnt_close(t);
}
END_TEST

/* 100 000 squares of 0.1f, in blocks and lanes; and squares that no float can hold. */
START_TEST(adds_up_many_and_large_squares)
{
    struct nnt *t = nnt_open("optimizer", "clip", "1");

    nnt_weight(t, S(100001), V0);
    nnt_setup(t);
    nnt_fill(&t->dweight[0], 0.1);
    nnt_forward(t);
    nnt_expect_number(nnt_report(t, "grad_norm"), 31.622935, 1e-6);
    nnt_expect_number(nnt_get(&t->dweight[0], 100000), 0.1 / 31.622935, 1e-8);
    nnt_close(t);

    t = nnt_open("optimizer", "clip", "1");
    nnt_weight(t, S(2), V0);
    nnt_setup(t);
    nnt_set(&t->dweight[0], V(3e30, 4e30));
    nnt_forward(t);
    nnt_expect(&t->dweight[0], V(0.6, 0.8));
    nnt_close(t);
}
END_TEST

START_TEST(leaves_a_gradient_that_is_not_finite)
{
    struct nnt *t = open("1");

    nnt_set(&t->dweight[0], V(NAN, 7));
    nnt_forward(t);
    nnt_expect(&t->dweight[0], V(NAN, 7));
    nnt_expect(&t->dweight[1], V(0, -4));
    ck_assert(isnan(nnt_report(t, "grad_norm")));
    nnt_set(&t->dweight[0], V(INFINITY, 7));
    nnt_forward(t);
    nnt_expect(&t->dweight[1], V(0, -4));
    nnt_close(t);
}
END_TEST

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("optimizer", "clip", "{norm: -1}"),
                     "test.yaml:1:8: norm: -1 is outside [0,inf)");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("clip");
    TCase *t = tcase_create("optimizer");

    tcase_add_loop_test(t, limits_the_gradient_as_asked, 0, COUNT(cases));
    tcase_add_test(t, adds_up_many_and_large_squares);
    tcase_add_test(t, leaves_a_gradient_that_is_not_finite);
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
