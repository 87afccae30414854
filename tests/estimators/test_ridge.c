/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

/* Both passes; sums begin each of them as zeros. */
static void learn(struct nnt *t)
{
    static const char *const sums[] = { "sum", "products", "with_target", "seen" };

    for (uint64_t pass = 0; pass < 2; pass++) {
        t->ctx->step = pass;
        nnt_fit(t);
        ck_assert_int_eq(nnt_finish(t), pass ? NNP_OK : NNP_AGAIN);
        for (size_t i = 0; i < COUNT(sums); i++)
            nnt_fill(nnt_tensor(t, NNP_STATE, sums[i]), 0);
    }
}

START_TEST(finds_the_plane_that_rows_lie_on)
{
    struct nnt *t = nnt_open("estimator", "ridge", "0");

    nnt_in(t, NNP_F32, S(4, 2), V(0, 0, 1, 0, 0, 1, 2, 3));
    nnt_in(t, NNP_F32, S(4, 1), V(1, 3, -2, -4)); /* 1 + 2 x1 - 3 x2 */
    learn(t);
    nnt_expect(nnt_tensor(t, NNP_STATE, "weight"), V(2, -3));
    nnt_expect(nnt_tensor(t, NNP_STATE, "bias"), V(1));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(1, 3, -2, -4));
    nnt_close(t);
}
END_TEST

/* Around the means x is -1, 0, 1 and y -3, 0, 3: products 6, squares 2, and 1 more. */
START_TEST(alpha_draws_weights_towards_zero_and_no_intercept)
{
    struct nnt *t = nnt_open("estimator", "ridge", NULL);

    nnt_in(t, NNP_F32, S(3, 1), V(1000, 1001, 1002));
    nnt_in(t, NNP_F32, S(3, 1), V(7, 10, 13));
    learn(t);
    nnt_expect(nnt_tensor(t, NNP_STATE, "weight"), V(2));
    nnt_expect(nnt_tensor(t, NNP_STATE, "bias"), V(10 - 2 * 1001.0));
    nnt_close(t);
}
END_TEST

START_TEST(equal_columns_share_the_weight)
{
    struct nnt *t = nnt_open("estimator", "ridge", "0");

    nnt_in(t, NNP_F32, S(3, 3), V(1, 1, 5, 2, 2, 5, 3, 3, 5));
    nnt_in(t, NNP_F32, S(3, 2), V(2, 0, 4, 1, 6, 2));
    learn(t);
    nnt_expect(nnt_tensor(t, NNP_STATE, "weight"), V(1, 1, 0, 0.5, 0.5, 0));
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ridge");
    TCase *t = tcase_create("estimator");

    tcase_add_test(t, finds_the_plane_that_rows_lie_on);
    tcase_add_test(t, alpha_draws_weights_towards_zero_and_no_intercept);
    tcase_add_test(t, equal_columns_share_the_weight);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
