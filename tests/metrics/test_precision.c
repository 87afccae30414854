/* SPDX-License-Identifier: MIT */
/* The expected values are those of scikit-learn 1.9: precision_score, recall_score,
 * f1_score and balanced_accuracy_score of the classes below. */
#include <config.h>
#include "support/nnt.h"

#include <math.h>
#include <stdio.h>

/* Ten rows of three classes in batches of four and six; scores whose largest is
 * 0 2 2 2 1 0 1 1 1 2. */
static void three_classes(struct nnt *t)
{
    nnt_in(t, NNP_F32, S(4, 3), V(3, 1, 2, 0, 1, 2, 0, 0, 1, -3, -2, -1));
    nnt_in(t, NNP_I64, S(4), V(0, 1, 2, 2));
    nnt_fit(t);
    nnt_reshape(t, 0, S(6, 3), V(0, 1, 0, 9, 8, 7, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1));
    nnt_reshape(t, 1, S(6), V(1, 0, 2, 1, 0, 2));
    nnt_fit(t);
    nnt_finish(t);
}

static void single_column(struct nnt *t)
{
    nnt_in(t, NNP_F32, S(8, 1), V(0.9, 0.4, 0.4, 0.8, 0.6, 0.1, 0.3, 0.4));
    nnt_in(t, NNP_F32, S(8, 1), V(1, 0, 1, 1, 0, 0, 1, 0));
    nnt_fit(t);
    nnt_finish(t);
}

static const struct {
    const char *name, *yaml;
    void (*rows)(struct nnt *);
    double want;
} cases[] = {
    { "precision", NULL, three_classes, 0.75 },
    { "recall", NULL, three_classes, 0.6944444444444443 },
    { "f1", NULL, three_classes, 0.7071428571428572 },
    { "f1", "macro", three_classes, 0.7071428571428572 },
    { "precision", "micro", three_classes, 0.7 },
    { "recall", "micro", three_classes, 0.7 },
    { "f1", "micro", three_classes, 0.7 },
    { "precision", "weighted", three_classes, 0.75 },
    { "recall", "weighted", three_classes, 0.7 },
    { "f1", "weighted", three_classes, 0.7114285714285715 },
    { "balanced_accuracy", NULL, three_classes, 0.6944444444444443 },
    { "precision", NULL, single_column, 0.6666666666666666 },
    { "recall", "binary", single_column, 0.5 },
    { "f1", NULL, single_column, 0.5714285714285714 },
    { "precision", "macro", single_column, 0.6333333333333333 },
    { "f1", "macro", single_column, 0.6190476190476191 },
    { "f1", "micro", single_column, 0.625 },
    { "balanced_accuracy", NULL, single_column, 0.625 },
};

START_TEST(agrees_with_scikit_learn)
{
    struct nnt *t = nnt_open("metric", cases[_i].name, cases[_i].yaml);

    cases[_i].rows(t);
    nnt_expect_number(nnt_report(t, cases[_i].name), cases[_i].want, 1e-12);
    nnt_close(t);
}
END_TEST

static const struct {
    const char *name;
    double      want[3];
} each[] = {
    { "precision", { 1, 0.5, 0.75 } },
    { "recall", { 2.0 / 3, 2.0 / 3, 0.75 } },
    { "f1", { 0.8, 0.5714285714285714, 0.75 } },
};

START_TEST(has_a_figure_for_each_class)
{
    struct nnt *t = nnt_open("metric", each[_i].name, "none");
    char        key[32];

    three_classes(t);
    for (int k = 0; k < 3; k++) {
        snprintf(key, sizeof key, "%s.%d", each[_i].name, k);
        nnt_expect_number(nnt_report(t, key), each[_i].want[k], 1e-12);
    }
    nnt_close(t);
}
END_TEST

static const struct {
    const char *name;
    double      want;
} absent[] = {
    { "precision", 0.8333333333333333 },
    { "recall", 0.75 },
    { "f1", 0.7333333333333333 },
    { "balanced_accuracy", 0.75 },
};

/* Classes 0 0 2 2, taken for 0 2 2 2: class 1 neither is nor is taken. */
START_TEST(a_class_that_does_not_occur_does_not_count)
{
    struct nnt *t = nnt_open("metric", absent[_i].name, NULL);

    nnt_in(t, NNP_F32, S(4, 3), V(1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1));
    nnt_in(t, NNP_F32, S(4, 3), V(1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1));
    nnt_fit(t);
    nnt_finish(t);
    nnt_expect_number(nnt_report(t, absent[_i].name), absent[_i].want, 1e-12);
    nnt_close(t);
}
END_TEST

START_TEST(a_row_with_nan_is_taken_for_no_class)
{
    struct nnt *t = nnt_open("metric", "recall", "none");

    nnt_in(t, NNP_F32, S(2, 2), V(NAN, 0, 0, 1));
    nnt_in(t, NNP_I64, S(2), V(0, 1));
    nnt_fit(t);
    nnt_finish(t);
    nnt_expect_number(nnt_report(t, "recall.0"), 0, 0);
    nnt_expect_number(nnt_report(t, "recall.1"), 1, 0);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_binary_for_three_classes)
{
    struct nnt *t = nnt_open("metric", "f1", "binary");

    nnt_in(t, NNP_F32, S(2, 3), V0);
    nnt_in(t, NNP_I64, S(2), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "average: binary is for two classes, here are 3; macro, micro and "
                     "weighted are for any");
    nnt_close(t);
}
END_TEST

START_TEST(refuses_a_third_value_of_a_single_column)
{
    struct nnt *t = nnt_open("metric", "precision", NULL);

    nnt_in(t, NNP_F32, S(3, 1), V0);
    nnt_in(t, NNP_I64, S(3), V(0, 1, 2));
    ck_assert_str_eq(nnt_fit_refusal(t),
                     "row 2 of the batch has target 2, others have 1: a single column "
                     "tells two values apart, one above 0.5; more classes need a column "
                     "each");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("precision");
    TCase *t = tcase_create("metric");

    tcase_add_loop_test(t, agrees_with_scikit_learn, 0, COUNT(cases));
    tcase_add_loop_test(t, has_a_figure_for_each_class, 0, COUNT(each));
    tcase_add_loop_test(t, a_class_that_does_not_occur_does_not_count, 0, COUNT(absent));
    tcase_add_test(t, a_row_with_nan_is_taken_for_no_class);
    tcase_add_test(t, refuses_binary_for_three_classes);
    tcase_add_test(t, refuses_a_third_value_of_a_single_column);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
