/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include "base/split.h"

START_TEST(a_figure_says_its_split)
{
    ck_assert_int_eq(split_of("val.loss"), SPLIT_VAL);
    ck_assert_str_eq(split_metric("val.loss"), "loss");
    ck_assert_int_eq(split_of("test.accuracy.top5"), SPLIT_TEST);
    ck_assert_str_eq(split_metric("test.accuracy.top5"), "accuracy.top5");
}
END_TEST

START_TEST(a_figure_of_no_split_is_itself)
{
    ck_assert_int_eq(split_of("accuracy"), N_SPLITS);
    ck_assert_str_eq(split_metric("accuracy"), "accuracy");
    ck_assert_int_eq(split_of("training.loss"), N_SPLITS);
    ck_assert_int_eq(split_of("val"), N_SPLITS);
}
END_TEST

START_TEST(a_split_is_found_by_its_name)
{
    for (int k = 0; k < N_SPLITS; k++)
        ck_assert_int_eq(split_find(split_names[k]), k);
    ck_assert_int_eq(split_find("valid"), N_SPLITS);
    ck_assert_int_eq(split_find(NULL), N_SPLITS);
    ck_assert_ptr_null(split_names[N_SPLITS]);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("split");
    TCase *t = tcase_create("split");

    tcase_add_test(t, a_figure_says_its_split);
    tcase_add_test(t, a_figure_of_no_split_is_itself);
    tcase_add_test(t, a_split_is_found_by_its_name);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
