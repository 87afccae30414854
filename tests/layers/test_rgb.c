/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

/* White, red, green, blue, black: what the transform `chroma` makes of them. */
START_TEST(undoes_what_chroma_did)
{
    struct nnt *t = nnt_open("layer", "rgb", NULL);

    nnt_in(t, NNP_F32, S(1, 1, 1, 5), V(1, 0.299, 0.587, 0.114, 0));
    nnt_in(
        t, NNP_F32, S(1, 2, 1, 5),
        V(0, -0.168735892, -0.331264108, 0.5, 0, 0, 0.5, -0.418687589, -0.0813124108, 0));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(1, 3, 1, 5));
    nnt_expect_tol(&t->out[0], V(1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 0), 1e-6);
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("layer", "rgb", NULL);

    nnt_in(t, NNP_F32, S(3, 1, 2, 3), V0);
    nnt_in(t, NNP_F32, S(3, 2, 2, 3), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -1, 1, 3);
    nnt_random(&t->in[1], -1, 1, 4);
    nnt_gradient(t, 1);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_what_does_not_belong_together)
{
    struct nnt *t = nnt_open("layer", "rgb", NULL);

    nnt_in(t, NNP_F32, S(2, 1, 4, 4), V0);
    nnt_in(t, NNP_F32, S(2, _i ? 2 : 3, 4, _i ? 5 : 4), V0);
    ck_assert_str_eq(nnt_setup_refusal(t), "rgb takes luma of 1 channel and chroma of 2, "
                                           "images of one size");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("rgb");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, undoes_what_chroma_did);
    tcase_add_test(t, gradient_agrees_with_differences);
    tcase_add_loop_test(t, refuses_what_does_not_belong_together, 0, 2);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
