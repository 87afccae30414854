/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

START_TEST(costs_the_score_of_a_mistake)
{
    struct nnt *t = nnt_open("loss", "perceptron", NULL);

    nnt_in(t, NNP_F32, S(3, 2), V(2, -1, 0.5, -3, -0.25, 4));
    nnt_in(t, NNP_I8, S(3, 2), V(1, 1, 0, -1, 1, 0));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(3));
    nnt_expect(&t->out[0], V(0.5, 0.25, 2.125));
    nnt_set(&t->dout[0], V(1, -2, 1));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(0, -0.5, -1, 0, -0.5, 0.5));
    nnt_close(t);
}
END_TEST

START_TEST(a_score_of_zero_is_a_mistake)
{
    struct nnt *t = nnt_open("loss", "perceptron", NULL);

    nnt_in(t, NNP_F32, S(2, 1), V(0, 0));
    nnt_in(t, NNP_U8, S(2, 1), V(1, 0));
    nnt_forward(t);
    nnt_expect_tol(&t->out[0], V(1e-6, 1e-6), 1e-12);
    nnt_backward(t);
    nnt_expect(&t->din[0], V(-1, 1));
    nnt_close(t);
}
END_TEST

/* One unit on the rows of OR, x = (1, x1, x2), weights from 0: w -= dL/ds x, row by row.
 */
START_TEST(learns_by_his_rule)
{
    static const double x[4][3] = { { 1, 0, 0 }, { 1, 0, 1 }, { 1, 1, 0 }, { 1, 1, 1 } };
    static const double y[4] = { 0, 1, 1, 1 };
    double              w[3] = { 0, 0, 0 };
    struct nnt         *t = nnt_open("loss", "perceptron", NULL);

    nnt_in(t, NNP_F32, S(1, 1), V0);
    nnt_in(t, NNP_F32, S(1, 1), V0);
    nnt_setup(t);
    for (int pass = 0; pass < 10; pass++)
        for (int r = 0; r < 4; r++) {
            nnt_fill(&t->in[0], w[0] * x[r][0] + w[1] * x[r][1] + w[2] * x[r][2]);
            nnt_fill(&t->in[1], y[r]);
            nnt_forward(t);
            nnt_backward(t);
            for (int i = 0; i < 3; i++)
                w[i] -= nnt_get(&t->din[0], 0) * x[r][i];
        }
    ck_assert_double_lt(w[0], 0); /* (0,0) is below, all others above */
    ck_assert_double_gt(w[0] + w[1], 0);
    ck_assert_double_gt(w[0] + w[2], 0);
    nnt_close(t);
}
END_TEST

static const struct {
    const char *yaml;
    double      prediction[3];
} coded[] = {
    { NULL, { 0, 0, 1 } },
    { "zero_one", { 0, 0, 1 } },
    { "{targets: plus_minus}", { -1, -1, 1 } },
};

START_TEST(prediction_is_coded_as_asked)
{
    struct nnt *t = nnt_open("loss", "perceptron", coded[_i].yaml);

    nnt_in(t, NNP_F32, S(3, 1), V(-2, 0, 0.5));
    nnt_in(t, NNP_F32, S(3, 1), V(0, 0, 1));
    nnt_forward(t);
    nnt_expect(
        nnt_tensor(t, NNP_OUT, "prediction"),
        V(coded[_i].prediction[0], coded[_i].prediction[1], coded[_i].prediction[2]));
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("loss", "perceptron", NULL);

    nnt_in(t, NNP_F32, S(3, 4), V0);
    nnt_in(t, NNP_U8, S(3, 4), V(0, 1, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0));
    nnt_setup(t);
    nnt_random(&t->in[0], -3, 3, (uint64_t)_i + 1);
    nnt_gradient(t, (uint64_t)_i + 1);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_targets_that_are_no_class)
{
    struct nnt *t = nnt_open("loss", "perceptron", NULL);

    nnt_in(t, NNP_F32, S(2, 1), V0);
    nnt_in(t, NNP_F32, S(2, 1), V(1, 2));
    ck_assert_str_eq(nnt_forward_refusal(t),
                     "row 1 of the batch has target 2, none of -1, 0, 1");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EIO);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_shapes_that_do_not_fit)
{
    struct nnt *t = nnt_open("loss", "perceptron", NULL);

    nnt_in(t, NNP_F32, S(2, 4), V0);
    nnt_in(t, NNP_F32, S(2, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "the prediction has 4 numbers a row, the target "
                     "3: as many are needed");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EINVAL);
    nnt_close(t);

    t = nnt_open("loss", "perceptron", NULL);
    nnt_in(t, NNP_U8, S(2, 4), V0);
    nnt_in(t, NNP_F32, S(2, 4), V0);
    ck_assert_str_eq(nnt_setup_refusal(t), "the prediction must be rows of f32");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_ENOTSUP);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(
        nnt_refusal("loss", "perceptron", "{targets: -1..1}"),
        "test.yaml:1:11: targets: '-1..1' is not one of zero_one|plus_minus");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("perceptron");
    TCase *t = tcase_create("loss");

    tcase_add_test(t, costs_the_score_of_a_mistake);
    tcase_add_test(t, a_score_of_zero_is_a_mistake);
    tcase_add_test(t, learns_by_his_rule);
    tcase_add_loop_test(t, prediction_is_coded_as_asked, 0, COUNT(coded));
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 3);
    tcase_add_test(t, refuses_targets_that_are_no_class);
    tcase_add_test(t, refuses_shapes_that_do_not_fit);
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
