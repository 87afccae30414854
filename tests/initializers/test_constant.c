/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

START_TEST(writes_the_value)
{
    struct nnt *t = nnt_open("initializer", "constant", "0.25");

    nnt_out(t, S(2, 2));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(0.25, 0.25, 0.25, 0.25));
    nnt_close(t);
}
END_TEST

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("initializer", "constant", "{value: x}"),
                     "test.yaml:1:9: value: 'x' is not a number");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("constant");
    TCase *t = tcase_create("initializer");

    tcase_add_test(t, writes_the_value);
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
