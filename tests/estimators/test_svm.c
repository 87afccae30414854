/* SPDX-License-Identifier: MIT */
/* XOR by hand: with gamma 2 the kernel of neighbours is e^-2, of opposite corners e^-4.
 */
#include <config.h>
#include "support/nnt.h"

#include <math.h>

#include "conformance/probe.h"

static struct nnt * xor
    (const char *yaml) {
        struct nnt *t = nnt_open("estimator", "svm", yaml);

        nnt_in(t, NNP_F32, S(4, 2), V(0, 0, 0, 1, 1, 0, 1, 1));
        nnt_in(t, NNP_F32, S(4, 1), V(0, 1, 1, 0));
        nnt_fit(t);
        ck_assert_int_eq(nnt_finish(t), NNP_OK);
        nnt_forward(t);
        return t;
    }

    START_TEST(at_the_bound_the_margin_is_below_one)
{
    struct nnt *t = xor("1");
    double      f = 1 + exp(-4) - 2 * exp(-2); /* .7476 */

    nnt_expect(nnt_tensor(t, NNP_STATE, "gamma"), V(2));
    nnt_expect(nnt_tensor(t, NNP_STATE, "coef"), V(-1, 1, 1, -1));
    nnt_expect_tol(&t->out[1], V(-f, f, f, -f), 1e-5);
    nnt_expect_tol(&t->out[0], V((1 - f) / 2, (1 + f) / 2, (1 + f) / 2, (1 - f) / 2),
                   1e-5);
    nnt_close(t);
}
END_TEST

START_TEST(with_room_the_margin_is_one)
{
    struct nnt *t = xor("{C: 10, tol: 1e-8}");
    double      a = 1 / (1 + exp(-4) - 2 * exp(-2)); /* 1.3375 */

    nnt_expect_tol(nnt_tensor(t, NNP_STATE, "coef"), V(-a, a, a, -a), 1e-5);
    nnt_expect_tol(&t->out[1], V(-1, 1, 1, -1), 1e-5);
    nnt_close(t);
}
END_TEST

START_TEST(a_line_says_nothing)
{
    struct nnt *t = xor("{kernel: linear}");

    nnt_expect(nnt_tensor(t, NNP_STATE, "coef"), V(-1, 1, 1, -1));
    nnt_expect_tol(&t->out[1], V(0, 0, 0, 0), 1e-6);
    nnt_expect(&t->out[0], V(0.5, 0.5, 0.5, 0.5));
    nnt_close(t);
}
END_TEST

START_TEST(squares_of_the_plane_are_enough)
{
    struct nnt *t = xor("{kernel: poly, degree: 2, coef0: 1}");

    nnt_expect_tol(&t->out[1], V(-1, 1, 1, -1), 1e-3);
    nnt_close(t);
}
END_TEST

/* Two rows of the kernel at a time: every other one is computed anew. */
START_TEST(a_small_cache_changes_nothing)
{
    enum { ROWS = 1100 };
    static double x[2 * ROWS], y[ROWS];
    double        bias[2];

    for (int i = 0; i < ROWS; i++) {
        double at = i * 0.7;
        x[2 * i] = cos(at) * (1 + i % 2) + 0.1 * sin(3 * at);
        x[2 * i + 1] = sin(at) * (1 + i % 2);
        y[i] = i % 2;
    }
    for (int k = 0; k < 2; k++) {
        struct nnt *t = nnt_open("estimator", "svm", k ? "{cache: 1}" : "{cache: 200}");
        nnt_in(t, NNP_F32, S(ROWS, 2), (struct nnt_values){ 2 * ROWS, x });
        nnt_in(t, NNP_F32, S(ROWS, 1), (struct nnt_values){ ROWS, y });
        nnt_fit(t);
        bias[k] = nnt_get(nnt_tensor(t, NNP_STATE, "bias"), 0);
        nnt_close(t);
    }
    nnt_expect_number(bias[1], bias[0], 1e-6);
}
END_TEST

START_TEST(gamma_is_a_word_or_a_number)
{
    struct nnt *t = nnt_open("estimator", "svm", "{gamma: much}");

    nnt_in(t, NNP_F32, S(2, 1), V(0, 1));
    nnt_in(t, NNP_F32, S(2, 1), V(0, 1));
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "gamma is 'much'; scale, auto or a number above 0 is meant");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("svm");
    TCase *t = tcase_create("estimator");

    tcase_add_test(t, at_the_bound_the_margin_is_below_one);
    tcase_add_test(t, with_room_the_margin_is_one);
    tcase_add_test(t, a_line_says_nothing);
    tcase_add_test(t, squares_of_the_plane_are_enough);
    tcase_add_test(t, a_small_cache_changes_nothing);
    tcase_add_test(t, gamma_is_a_word_or_a_number);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
