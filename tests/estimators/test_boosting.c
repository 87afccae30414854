/* SPDX-License-Identifier: MIT */
/* Values by scikit-learn's GradientBoostingClassifier and GradientBoostingRegressor, on
 * rows where no two cuts are equally good. */
#include <config.h>
#include "support/nnt.h"

#define TO_SEVEN V(0, 1, 2, 3, 4, 5, 6, 7)

static void learn(struct nnt *t)
{
    ck_assert_int_eq(nnt_fit(t), NNP_OK);
    nnt_forward(t);
}

START_TEST(numbers_are_reached_step_by_step)
{
    static const struct {
        const char *yaml;
        double      want[8];
        double      loss;
    } cases[] = {
        { "{loss: squared_error, learning_rate: 0.5, max_depth: 1, n_estimators: 2}",
          { 3.79464286, 3.79464286, 3.79464286, 3.79464286, 7.04464286, 7.04464286,
            7.04464286, 9.6875 },
          2.723772321428572 },
        { "{loss: squared_error, learning_rate: 0.5, max_depth: 2, n_estimators: 3}",
          { 1.73958333, 2.40625, 3.73958333, 3.73958333, 7.71875, 7.71875, 7.71875,
            11.21875 },
          0.5218098958333333 },
        { "{loss: squared_error}",
          { 1.00034015, 2.00017478, 3.99967385, 3.00053362, 7.99997302, 8.99948028,
            7.00016122, 11.99966308 },
          1.1846412281598304e-07 },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct nnt *t = nnt_open("estimator", "boosting", cases[i].yaml);
        nnt_in(t, NNP_F32, S(8, 1), TO_SEVEN);
        nnt_in(t, NNP_F32, S(8, 1), V(1, 2, 4, 3, 8, 9, 7, 12));
        learn(t);
        nnt_expect_tol(&t->out[0], (struct nnt_values){ 8, cases[i].want }, 1e-6);
        nnt_expect_number(nnt_report(t, "loss"), cases[i].loss, 1e-6);
        nnt_close(t);
    }
}
END_TEST

START_TEST(two_classes_share_a_score)
{
    struct nnt *t = nnt_open("estimator", "boosting",
                             "{n_estimators: 2, learning_rate: 0.5, max_depth: 1}");

    nnt_in(t, NNP_F32, S(6, 1), V(0, 1, 2, 3, 4, 5));
    nnt_in(t, NNP_F32, S(6, 1), V(0, 0, 1, 0, 1, 1));
    learn(t);
    nnt_expect_tol(
        &t->out[0],
        V(0.18947678, 0.18947678, 0.51164451, 0.51164451, 0.78638402, 0.78638402), 1e-6);
    nnt_close(t);
}
END_TEST

START_TEST(three_classes_have_a_score_each)
{
    struct nnt *t = nnt_open("estimator", "boosting",
                             "{n_estimators: 2, learning_rate: 0.5, max_depth: 1}");

    nnt_in(t, NNP_F32, S(6, 1), V(0, 1, 2, 3, 4, 5));
    nnt_in(t, NNP_F32, S(6, 3), V(1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1));
    learn(t);
    nnt_expect_number(nnt_get(&t->out[0], 0), 0.78451689, 1e-6);
    nnt_expect_number(nnt_get(&t->out[0], 1), 0.14454171, 1e-6);
    nnt_expect_number(nnt_get(&t->out[0], 17), 0.79838386, 1e-6);
    nnt_close(t);
}
END_TEST

/* The first cut gains nothing, and is made. Its p: 2.19e-5, their loss is twice ours. */
START_TEST(xor_is_learned)
{
    struct nnt *t = nnt_open("estimator", "boosting", NULL);

    nnt_in(t, NNP_F32, S(4, 2), V(0, 0, 0, 1, 1, 0, 1, 1));
    nnt_in(t, NNP_F32, S(4, 1), V(0, 1, 1, 0));
    learn(t);
    nnt_expect_tol(&t->out[0],
                   V(2.19017313e-05, 9.99978098e-01, 9.99978098e-01, 2.19017313e-05),
                   1e-6);
    nnt_expect_number(nnt_report(t, "loss"), 4.380394229411089e-05 / 2, 1e-6);
    nnt_close(t);
}
END_TEST

/* Multiplying by a power of two is exact, so the same cuts are found and the same bits.
 */
START_TEST(numbers_are_cut_alike_in_any_unit)
{
    static const char *const names[] = { "boosting", "tree" };
    static const char *const yaml[] = { "{loss: squared_error}",
                                        "{criterion: squared_error, max_leaf_nodes: 6}" };
    const char              *name = names[_i];
    double want[8], y[8] = { 1, 2, 4, 3, 8, 9, 7, 12 }, unit = 1.0 / (1 << 30);

    for (int pass = 0; pass < 2; pass++) {
        struct nnt *t = nnt_open("estimator", name, yaml[_i]);
        nnt_in(t, NNP_F32, S(8, 1), TO_SEVEN);
        for (int i = 0; pass && i < 8; i++)
            y[i] *= unit;
        nnt_in(t, NNP_F32, S(8, 1), (struct nnt_values){ 8, y });
        ck_assert_int_eq(nnt_fit(t), NNP_OK);
        nnt_forward(t);
        for (size_t i = 0; i < 8; i++) {
            double got = nnt_get(&t->out[0], i);
            if (pass)
                ck_assert(got == want[i] * unit);
            want[i] = got;
        }
        nnt_close(t);
    }
}
END_TEST

START_TEST(steps_that_are_too_large_are_said)
{
    struct nnt *t =
        nnt_open("estimator", "boosting", "{loss: squared_error, learning_rate: 1e300}");

    nnt_in(t, NNP_F32, S(2, 1), V(0, 1));
    nnt_in(t, NNP_F32, S(2, 1), V(0, 1));
    ck_assert_str_eq(nnt_fit_refusal(t), "the loss is not finite: try a smaller "
                                         "learning_rate");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("boosting");
    TCase *t = tcase_create("estimator");

    tcase_add_test(t, numbers_are_reached_step_by_step);
    tcase_add_test(t, two_classes_share_a_score);
    tcase_add_test(t, three_classes_have_a_score_each);
    tcase_add_test(t, xor_is_learned);
    tcase_add_loop_test(t, numbers_are_cut_alike_in_any_unit, 0, 2);
    tcase_add_test(t, steps_that_are_too_large_are_said);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
