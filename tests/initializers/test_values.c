/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

static const char *const written[] = {
    "[1, -2, 0.5, 3e-1]",
    "[[1, -2], [0.5, 0.3]]",
    "{values: [[1, -2, 0.5, 0.3]]}",
    "{values: [1, [-2, [0.5]], 0.3]}",
};

START_TEST(writes_the_numbers_row_by_row)
{
    struct nnt *t = nnt_open("initializer", "values", written[_i]);

    nnt_out(t, S(2, 2));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(1, -2, 0.5, 0.3));
    nnt_close(t);
}
END_TEST

static const struct {
    const char *yaml, *message;
} wrong[] = {
    { "[1, 2, 3]", "values holds 3 numbers, the tensor has 4" },
    { "[[1, 2], [3, 4], [5, 6]]", "values holds 6 numbers, the tensor has 4" },
    { "{values: 7}", "values holds 1 numbers, the tensor has 4" },
    { "[1, 2, x, 4]", "values: 'x' is not a number" },
    { "{values: {a: 1}}", "values: a list of numbers is needed, not a map" },
};

START_TEST(refuses_what_does_not_fill_the_tensor)
{
    struct nnt *t = nnt_open("initializer", "values", wrong[_i].yaml);

    nnt_out(t, S(2, 2));
    ck_assert_str_eq(nnt_forward_refusal(t), wrong[_i].message);
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EINVAL);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(
        nnt_refusal("initializer", "values", "{}"),
        "test.yaml:1:1: values: values is required (the elements, row by row)");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("values");
    TCase *t = tcase_create("initializer");

    tcase_add_loop_test(t, writes_the_numbers_row_by_row, 0, COUNT(written));
    tcase_add_loop_test(t, refuses_what_does_not_fill_the_tensor, 0, COUNT(wrong));
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
