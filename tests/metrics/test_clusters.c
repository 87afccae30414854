/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>

static double figure(const char *metric, struct nnt_values clusters,
                     struct nnt_values classes)
{
    struct nnt *t = nnt_open("metric", metric, "8");

    nnt_in(t, NNP_I64, S((int64_t)clusters.n), clusters);
    nnt_in(t, NNP_U8, S((int64_t)classes.n), classes);
    nnt_fit(t);
    nnt_finish(t);
    double v = nnt_report(t, metric);
    nnt_close(t);
    return v;
}

START_TEST(names_do_not_count)
{
    ck_assert_double_eq(figure("cluster_accuracy", V(7, 7, 2, 2, 0), V(0, 0, 1, 1, 5)),
                        1);
    ck_assert_double_eq_tol(figure("nmi", V(7, 7, 2, 2, 0), V(0, 0, 1, 1, 5)), 1, 1e-12);
}
END_TEST

/* Cluster 0 would like class 0 (3 rows) as well as cluster 1 (4 rows): to give it class 1
 * (2 rows) and cluster 1 class 0 is right for 6; the greedy choice of the largest entry
 * of cluster 2, 3 rows of class 1, would end at 4 + 3 + 0. */
START_TEST(finds_the_best_matching)
{
    struct nnt_values clusters = V(0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2);
    struct nnt_values classes = V(0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 2, 2);

    nnt_expect_number(figure("cluster_accuracy", clusters, classes), 8 / 14.0, 1e-12);
}
END_TEST

/* Two clusters for three classes: one class goes without. */
START_TEST(takes_other_numbers_of_clusters)
{
    nnt_expect_number(
        figure("cluster_accuracy", V(0, 0, 0, 1, 1, 1), V(0, 0, 1, 2, 2, 1)), 4 / 6.0,
        1e-12);
    nnt_expect_number(figure("cluster_accuracy", V(0, 1, 2, 3), V(5, 5, 6, 6)), 0.5,
                      1e-12);
}
END_TEST

START_TEST(shares_information)
{
    /* Independent: nothing is shared. */
    ck_assert_double_eq_tol(figure("nmi", V(0, 0, 1, 1), V(0, 1, 0, 1)), 0, 1e-12);
    /* 3 of 4 rows right: I = H(c) + H(k) - H(c,k), here log 2, H(1/4), and 1/2 1/4 1/4.
     */
    double k = -0.75 * log(0.75) - 0.25 * log(0.25), c = log(2), both = 1.5 * log(2);
    nnt_expect_number(figure("nmi", V(0, 0, 0, 1), V(0, 0, 1, 1)),
                      2 * (k + c - both) / (k + c), 1e-12);
    ck_assert_double_eq(figure("nmi", V(3, 3), V(1, 1)), 1);
}
END_TEST

START_TEST(refuses_numbers_beyond_most)
{
    struct nnt *t = nnt_open("metric", "nmi", "4");

    nnt_in(t, NNP_I64, S(2), V(0, 4));
    nnt_in(t, NNP_U8, S(2), V(0, 1));
    ck_assert_str_eq(nnt_fit_refusal(t),
                     "row 1 of the batch is in cluster 4 and class 1; "
                     "numbers are 0..3 (most)");
    nnt_close(t);
}
END_TEST

START_TEST(takes_scores)
{
    struct nnt *t = nnt_open("metric", "cluster_accuracy", NULL);

    nnt_in(t, NNP_F32, S(3, 3), V(1, 2, 0, 5, 6, 5, -1, -2, -3));
    nnt_in(t, NNP_U8, S(3), V(4, 4, 4));
    nnt_fit(t);
    nnt_finish(t);
    nnt_expect_number(nnt_report(t, "cluster_accuracy"), 2 / 3.0, 1e-12);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_a_target_of_columns)
{
    struct nnt *t = nnt_open("metric", "cluster_accuracy", NULL);

    nnt_in(t, NNP_I64, S(2), V0);
    nnt_in(t, NNP_F32, S(2, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t), "the target must be one class number per row");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("clusters");
    TCase *t = tcase_create("metric");

    tcase_add_test(t, names_do_not_count);
    tcase_add_test(t, finds_the_best_matching);
    tcase_add_test(t, takes_other_numbers_of_clusters);
    tcase_add_test(t, shares_information);
    tcase_add_test(t, refuses_numbers_beyond_most);
    tcase_add_test(t, takes_scores);
    tcase_add_test(t, refuses_a_target_of_columns);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
