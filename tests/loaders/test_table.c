/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

static const char xor_table[] = "{columns: {x: [x1, x2], y: [out]}, "
                                "rows: [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]}";

START_TEST(gathers_rows_in_any_order)
{
    struct nnt *t = nnt_open("loader", "table", xor_table);

    nnt_in(t, NNP_I64, S(3), V(3, 1, 1));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(3, 2));
    nnt_expect_shape(&t->out[1], NNP_F32, S(3, 1));
    nnt_expect(nnt_tensor(t, NNP_OUT, "x"), V(1, 1, 0, 1, 0, 1));
    nnt_expect(nnt_tensor(t, NNP_OUT, "y"), V(0, 1, 1));
    nnt_expect_number((double)nnt_rows(t)->count, 4, 0);
    nnt_expect_number((double)nnt_rows(t)->classes, 2, 0);
    ck_assert(nnt_rows(t)->test == 0);
    nnt_close(t);
}
END_TEST

START_TEST(has_no_classes_where_y_is_no_class_number)
{
    struct nnt *t = nnt_open("loader", "table",
                             "{columns: {x: [a], y: [b]}, "
                             "rows: [[0, 1], [1, -1]]}");

    nnt_in(t, NNP_I64, S(1), V(1));
    nnt_forward(t);
    nnt_expect(&t->out[1], V(-1));
    ck_assert(nnt_rows(t)->classes == 0);
    nnt_close(t);
}
END_TEST

START_TEST(follows_the_size_of_the_batch)
{
    struct nnt *t = nnt_open("loader", "table", xor_table);

    nnt_in(t, NNP_I64, S(1), V(2));
    nnt_forward(t);
    nnt_reshape(t, 0, S(2), V(0, 3));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(0, 0, 1, 1));
    nnt_close(t);
}
END_TEST

static const struct {
    const char *yaml, *message;
} refused[] = {
    { "{columns: [x], rows: [[1]]}",
      "columns: a map of streams is needed, {x: [x1], y: [out]}" },
    { "{columns: {x: a}, rows: [[1]]}",
      "columns: stream x needs a list of column names" },
    { "{columns: {x: [a, a]}, rows: [[1, 2]]}",
      "columns: stream x has two columns called a" },
    { "{columns: {x: [a, b], y: [b]}, rows: [[1, 2, 3]]}",
      "columns: b is in x and in y: a column belongs to one" },
    { "{columns: {x: [a]}, rows: 3}", "rows: a list of rows is needed" },
    { "{columns: {x: [a]}, rows: []}", "rows: a list of rows is needed" },
    { "{columns: {x: [a], y: [b]}, rows: [[1, 2], [3]]}",
      "rows[1]: a list of 2 numbers is needed, one a column" },
    { "{columns: {x: [a], y: [b]}, rows: [[1, 2], [3, four]]}",
      "rows[1][1]: four is not a finite number; words, dates and missing values are read "
      "by `csv`" },
    { "{columns: {x: [a]}, rows: [['1']]}",
      "rows[0][0]: 1 is not a finite number; without quotes it is one" },
    { "{columns: {x: [a]}, rows: [[010]]}",
      "rows[0][0]: 010 is not a finite number; a number does not begin with 0" },
    { "{columns: {x: [a]}, rows: [[1_000]]}",
      "rows[0][0]: 1_000 is not a finite number; digits are written without _" },
    { "{columns: {x: [a]}, rows: [[1e39]]}",
      "rows[0][0]: 1e39 is not a finite number; no finite float is as large" },
    { "{columns: {x: [a]}, rows: [[.nan]]}", "rows[0][0]: .nan is not a finite number" },
    { "{columns: {x: [a]}, rows: [[[1]]]}", "rows[0][0]: a list is not a finite number" },
};

START_TEST(refuses_what_is_no_table)
{
    struct nnt *t = nnt_open("loader", "table", refused[_i].yaml);

    nnt_in(t, NNP_I64, S(1), V(0));
    ck_assert_str_eq(nnt_setup_refusal(t), refused[_i].message);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_a_row_that_is_not_there)
{
    struct nnt *t = nnt_open("loader", "table", xor_table);

    nnt_in(t, NNP_I64, S(1), V(4));
    ck_assert_str_eq(nnt_forward_refusal(t), "there is no such row");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("table");
    TCase *t = tcase_create("loader");

    tcase_add_test(t, gathers_rows_in_any_order);
    tcase_add_test(t, has_no_classes_where_y_is_no_class_number);
    tcase_add_test(t, follows_the_size_of_the_batch);
    tcase_add_loop_test(t, refuses_what_is_no_table, 0, COUNT(refused));
    tcase_add_test(t, refuses_a_row_that_is_not_there);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
