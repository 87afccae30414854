/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

START_TEST(writes_zeros)
{
    struct nnt *t = nnt_open("initializer", "zeros", NULL);

    nnt_out(t, S(2, 3));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(0, 0, 0, 0, 0, 0));
    nnt_close(t);
}
END_TEST

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("initializer", "zeros", "{value: 1}"),
                     "test.yaml:1:2: zeros: takes no parameters; 'value' is none");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("zeros");
    TCase *t = tcase_create("initializer");

    tcase_add_test(t, writes_zeros);
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
