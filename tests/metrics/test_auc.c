/* SPDX-License-Identifier: MIT */
/* The expected values are those of scikit-learn 1.9, roc_auc_score. */
#include <config.h>
#include "support/nnt.h"

#include <math.h>

START_TEST(equal_scores_count_half)
{
    struct nnt *t = nnt_open("metric", "auc", NULL);

    nnt_in(t, NNP_F32, S(8, 1), V(0.9, 0.4, 0.4, 0.8, 0.6, 0.1, 0.3, 0.4));
    nnt_in(t, NNP_F32, S(8, 1), V(1, 0, 1, 1, 0, 0, 1, 0));
    nnt_fit(t);
    nnt_finish(t);
    nnt_expect_number(nnt_report(t, "auc"), 0.6875, 1e-12);
    nnt_close(t);
}
END_TEST

/* Two columns are about class 1, whatever the first one says. */
START_TEST(two_scores_are_one_comparison)
{
    struct nnt *t = nnt_open("metric", "auc", "none");

    nnt_in(t, NNP_F32, S(4, 2), V(0, 0.1, 0, 0.9, 0, 0.2, 0, 0.3));
    nnt_in(t, NNP_I64, S(4), V(0, 1, 1, 0));
    nnt_fit(t);
    nnt_finish(t);
    nnt_expect_number(nnt_report(t, "auc"), 0.75, 1e-12);
    ck_assert(!nnt_reported(t, "auc.0"));
    nnt_close(t);
}
END_TEST

static const struct {
    const char *yaml;
    double      want;
} averages[] = {
    { NULL, 0.8888888888888888 },
    { "weighted", 0.9 },
    { "none", 0.8888888888888888 },
};

static void three_classes(struct nnt *t)
{
    nnt_in(t, NNP_F32, S(10, 3),
           V(.7, .2, .1, .2, .5, .3, .3, .3, .4, .1, .2, .7, .4, .4, .2, .6, .3, .1, .2,
             .3, .5, .3, .4, .3, .2, .6, .2, .1, .1, .8));
    nnt_in(t, NNP_I64, S(10), V(0, 1, 2, 2, 1, 0, 2, 1, 0, 2));
    nnt_fit(t);
    nnt_finish(t);
}

START_TEST(each_class_is_compared_with_the_others)
{
    struct nnt *t = nnt_open("metric", "auc", averages[_i].yaml);

    three_classes(t);
    nnt_expect_number(nnt_report(t, "auc"), averages[_i].want, 1e-12);
    nnt_close(t);
}
END_TEST

START_TEST(has_a_figure_for_each_class)
{
    struct nnt *t = nnt_open("metric", "auc", "none");

    three_classes(t);
    nnt_expect_number(nnt_report(t, "auc.0"), 0.8095238095238095, 1e-12);
    nnt_expect_number(nnt_report(t, "auc.1"), 0.8571428571428571, 1e-12);
    nnt_expect_number(nnt_report(t, "auc.2"), 1, 1e-12);
    nnt_close(t);
}
END_TEST

static const struct {
    double x[3], y[3];
} none[] = {
    { { 0.1, 0.2, 0.3 }, { 1, 1, 1 } },
    { { 0.1, 0.2, 0.3 }, { 0, 0, 0 } },
    { { 0.1, NAN, 0.3 }, { 0, 1, 1 } },
};

START_TEST(is_nan_where_there_is_no_area)
{
    struct nnt *t = nnt_open("metric", "auc", NULL);

    nnt_in(t, NNP_F32, S(3, 1), V(none[_i].x[0], none[_i].x[1], none[_i].x[2]));
    nnt_in(t, NNP_F32, S(3, 1), V(none[_i].y[0], none[_i].y[1], none[_i].y[2]));
    nnt_fit(t);
    nnt_finish(t);
    ck_assert_double_nan(nnt_report(t, "auc"));
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("auc");
    TCase *t = tcase_create("metric");

    tcase_add_test(t, equal_scores_count_half);
    tcase_add_test(t, two_scores_are_one_comparison);
    tcase_add_loop_test(t, each_class_is_compared_with_the_others, 0, COUNT(averages));
    tcase_add_test(t, has_a_figure_for_each_class);
    tcase_add_loop_test(t, is_nan_where_there_is_no_area, 0, COUNT(none));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
