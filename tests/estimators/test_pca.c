/* SPDX-License-Identifier: MIT */
/* Numbers of the eight rows: tests/reference/pca.py. */
#include <config.h>
#include "support/nnt.h"

#include <math.h>

#define ROWS                                                                             \
    1, 2, 0, 4, 3, 1, 1, 0, 2, 5, 1, 2, 4, 4, 0, 1, 0, 1, 3, 5, 5, 2, 2, 2, 1, 0, 1, 3,  \
        2, 3, 4, 1

static struct nnt *fitted(const char *yaml)
{
    struct nnt *t = nnt_open("estimator", "pca", yaml);

    nnt_in(t, NNP_F32, S(8, 4), V(ROWS));
    nnt_fit(t);
    ck_assert_int_eq(nnt_finish(t), NNP_OK);
    return t;
}

START_TEST(agrees_with_another_implementation)
{
    struct nnt *t = fitted("2");

    nnt_expect(nnt_tensor(t, NNP_STATE, "variance"), V(4.76779939, 1.87970829));
    nnt_expect(nnt_tensor(t, NNP_STATE, "axes"),
               V(0.62793994, 0.44994824, -0.14095063, -0.61916955, -0.29244761,
                 0.80748008, -0.35360049, 0.37069801));
    nnt_forward(t);
    nnt_expect_tol(&t->out[0],
                   V(-1.76953275, 1.34281174, 1.37212645, -1.88595608, 1.30564039,
                     2.37780786, 2.87169220, 0.96833503, -3.88944238, 0.13767583,
                     1.69866484, -1.27557570, -2.19121032, -0.99644691, 0.60206156,
                     -0.66865177),
                   1e-5);
    nnt_expect_number(nnt_report(t, "explained"), 0.733518087998493, 1e-9);
    nnt_close(t);
}
END_TEST

START_TEST(gives_rows_back)
{
    struct nnt *t = fitted("{k: 2, give: reconstruction}");

    nnt_reshape(t, 0, S(1, 4), V(1, 2, 0, 4));
    nnt_forward(t);
    nnt_expect_tol(&t->out[0], V(0.74613763, 2.53809558, 1.27459787, 3.84341844), 1e-5);
    nnt_close(t);
}
END_TEST

START_TEST(loses_nothing_with_all_directions)
{
    struct nnt *t = fitted("{k: 4, give: reconstruction}");

    nnt_forward(t);
    nnt_expect_tol(&t->out[0], V(ROWS), 1e-5);
    nnt_expect_number(nnt_report(t, "explained"), 1, 1e-12);
    nnt_close(t);
}
END_TEST

START_TEST(takes_batches_of_any_size)
{
    struct nnt *t = nnt_open("estimator", "pca", "1");

    nnt_in(t, NNP_F32, S(5, 4),
           V(1, 2, 0, 4, 3, 1, 1, 0, 2, 5, 1, 2, 4, 4, 0, 1, 0, 1, 3, 5));
    nnt_fit(t);
    nnt_reshape(t, 0, S(3, 4), V(5, 2, 2, 2, 1, 0, 1, 3, 2, 3, 4, 1));
    nnt_fit(t);
    nnt_finish(t);
    nnt_expect(nnt_tensor(t, NNP_STATE, "variance"), V(4.76779939));
    nnt_close(t);
}
END_TEST

START_TEST(is_exact_on_a_line)
{
    struct nnt *t = nnt_open("estimator", "pca", "1");

    nnt_in(t, NNP_F32, S(3, 2), V(1, 1, 4, 5, 7, 9));
    nnt_fit(t);
    nnt_finish(t);
    nnt_forward(t);
    nnt_expect(nnt_tensor(t, NNP_STATE, "axes"), V(0.6, 0.8));
    nnt_expect(&t->out[0], V(-5, 0, 5));
    nnt_close(t);
}
END_TEST

START_TEST(refuses_more_directions_than_columns)
{
    struct nnt *t = nnt_open("estimator", "pca", "5");

    nnt_in(t, NNP_F32, S(8, 4), V(ROWS));
    ck_assert_str_eq(nnt_setup_refusal(t), "k is 5, but a row has 4 columns");
    nnt_close(t);
}
END_TEST

START_TEST(refuses_a_variance_beyond_f32)
{
    struct nnt *t = nnt_open("estimator", "pca", "1");

    nnt_in(t, NNP_F32, S(2, 2), V(1e30, 1, -1e30, 2));
    nnt_fit(t);
    ck_assert_str_eq(nnt_finish_refusal(t),
                     "the variance is beyond f32: put `standardize` before it");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("pca");
    TCase *t = tcase_create("estimator");

    tcase_add_test(t, agrees_with_another_implementation);
    tcase_add_test(t, gives_rows_back);
    tcase_add_test(t, loses_nothing_with_all_directions);
    tcase_add_test(t, takes_batches_of_any_size);
    tcase_add_test(t, is_exact_on_a_line);
    tcase_add_test(t, refuses_more_directions_than_columns);
    tcase_add_test(t, refuses_a_variance_beyond_f32);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
