/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

static struct nnt *open(const char *yaml)
{
    struct nnt *t = nnt_open("loss", "hinge", yaml);

    nnt_in(t, NNP_F32, S(2, 4), V(0.5, -1.25, 2, 0.25, -3, 0.75, 0, 1));
    return t;
}

/* 1 - y s: 0.5, 2.25, -1, 1.25 and -2, 0.25, 1, 2. */
START_TEST(costs_what_the_margin_lacks)
{
    struct nnt *t = open(NULL);

    nnt_in(t, NNP_F32, S(2, 4), V(1, 1, 1, -1, -1, 1, 1, -1));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(1, 0.8125));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(-0.25, -0.25, 0, 0.25, 0, -0.25, -0.25, 0.25));
    nnt_close(t);
}
END_TEST

static const struct {
    const char *yaml;
    double      target[2], prediction[2];
} coded[] = {
    { NULL, { 1, 0 }, { 0, 1 } },
    { "{targets: zero_one}", { 1, -1 }, { 0, 1 } },
    { "{targets: plus_minus}", { 1, -1 }, { -1, 1 } },
};

START_TEST(targets_may_be_coded_either_way)
{
    struct nnt *t = nnt_open("loss", "hinge", coded[_i].yaml);

    nnt_in(t, NNP_F32, S(2, 1), V(-0.5, 0.25));
    nnt_in(t, NNP_F32, S(2), V(coded[_i].target[0], coded[_i].target[1]));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(1.5, 1.25));
    nnt_expect(nnt_tensor(t, NNP_OUT, "prediction"),
               V(coded[_i].prediction[0], coded[_i].prediction[1]));
    nnt_close(t);
}
END_TEST

START_TEST(class_numbers_agree_with_the_reference)
{
    struct nnt *t = open(NULL);

    nnt_in(t, NNP_I64, S(2), V(2, 0));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(0, 3.4375));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(0, 0, 0, 0, -0.75, 0.25, 0.25, 0.25));
    nnt_close(t);
}
END_TEST

START_TEST(margin_moves_the_edge)
{
    struct nnt *t = open("2");

    nnt_in(t, NNP_U8, S(2, 1), V(2, 0));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(0.1875, 4.1875));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(0.25, 0, -0.5, 0.25, -0.75, 0.25, 0.25, 0.25));
    nnt_close(t);
}
END_TEST

START_TEST(class_numbers_leave_the_scores_alone)
{
    struct nnt *t = open(NULL);

    nnt_in(t, NNP_U8, S(2), V(2, 0));
    nnt_setup(t);
    ck_assert_uint_eq(t->ctx->n_out, 1);
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("loss", "hinge", NULL);

    nnt_in(t, NNP_F32, S(3, 4), V0);
    if (_i % 2)
        nnt_in(t, NNP_U8, S(3), V(0, 3, 1));
    else
        nnt_in(t, NNP_U8, S(3, 4), V(0, 1, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0));
    nnt_setup(t);
    nnt_random(&t->in[0], -3, 3, (uint64_t)_i + 1);
    nnt_gradient(t, (uint64_t)_i + 1);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_targets_that_are_no_class)
{
    struct nnt *t = nnt_open("loss", "hinge", NULL);

    nnt_in(t, NNP_F32, S(2, 2), V0);
    nnt_in(t, NNP_F32, S(2, 2), V(0, 1, -1, 0.5));
    ck_assert_str_eq(nnt_forward_refusal(t),
                     "row 1 of the batch has target 0.5, none of -1, 0, 1");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EIO);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_classes_that_are_none)
{
    struct nnt *t = open(NULL);

    nnt_in(t, NNP_I32, S(2), V(3, 4));
    ck_assert_str_eq(nnt_forward_refusal(t),
                     "row 1 of the batch has class 4; the prediction has 0..3");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EIO);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_shapes_that_do_not_fit)
{
    struct nnt *t = open(NULL);

    nnt_in(t, NNP_F32, S(2, 3), V0);
    ck_assert_str_eq(
        nnt_setup_refusal(t),
        "the prediction has 4 scores a row, the target 3 numbers: as many, or "
        "one class number, are needed");
    nnt_close(t);
}
END_TEST

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("loss", "hinge", "{margin: 0}"),
                     "test.yaml:1:10: margin: 0 is outside (0,inf)");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("hinge");
    TCase *t = tcase_create("loss");

    tcase_add_test(t, costs_what_the_margin_lacks);
    tcase_add_loop_test(t, targets_may_be_coded_either_way, 0, COUNT(coded));
    tcase_add_test(t, class_numbers_agree_with_the_reference);
    tcase_add_test(t, margin_moves_the_edge);
    tcase_add_test(t, class_numbers_leave_the_scores_alone);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 4);
    tcase_add_test(t, refuses_targets_that_are_no_class);
    tcase_add_test(t, refuses_classes_that_are_none);
    tcase_add_test(t, refuses_shapes_that_do_not_fit);
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
