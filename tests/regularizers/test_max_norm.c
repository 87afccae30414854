/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

START_TEST(scales_back_the_rows_that_exceed_it)
{
    struct nnt *t = nnt_open("regularizer", "max_norm", "{norm: 2.5}");

    nnt_weight(t, S(3, 2), V(3, -4, 1.5, 2, 0, 0));
    nnt_finish(t);
    nnt_expect(&t->weight[0], V(1.5, -2, 1.5, 2, 0, 0));
    nnt_close(t);
}
END_TEST

/* All axes behind the first one come into a unit: a kernel's, too. */
START_TEST(takes_kernels_as_rows)
{
    struct nnt *t = nnt_open("regularizer", "max_norm", "1");

    nnt_weight(t, S(2, 1, 2, 2), V(1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5));
    nnt_finish(t);
    nnt_expect(&t->weight[0], V(0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5));
    nnt_close(t);
}
END_TEST

START_TEST(leaves_a_bias_alone)
{
    struct nnt *t = nnt_open("regularizer", "max_norm", NULL);

    nnt_weight(t, S(2), V(7, -9));
    nnt_finish(t);
    nnt_expect(&t->weight[0], V(7, -9));
    nnt_close(t);
}
END_TEST

START_TEST(refuses_a_stream)
{
    struct nnt *t = nnt_open("regularizer", "max_norm", NULL);

    nnt_weight(t, S(2, 2), V0);
    t->ctx->flags |= NNP_ON_STREAM;
    ck_assert_str_eq(nnt_setup_refusal(t), "a weight is needed, not a stream");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EINVAL);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("regularizer", "max_norm", "0"),
                     "test.yaml:1:1: norm: 0 is outside (0,inf)");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("max_norm");
    TCase *t = tcase_create("regularizer");

    tcase_add_test(t, scales_back_the_rows_that_exceed_it);
    tcase_add_test(t, takes_kernels_as_rows);
    tcase_add_test(t, leaves_a_bias_alone);
    tcase_add_test(t, refuses_a_stream);
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
