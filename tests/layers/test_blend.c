/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

START_TEST(paints_where_the_mask_is_1)
{
    struct nnt *t = nnt_open("layer", "blend", NULL);

    nnt_in(t, NNP_F32, S(2, 2, 1, 2), V(1, 2, 3, 4, 5, 6, 7, 8));
    nnt_in(t, NNP_F32, S(2, 2, 1, 2), V(10, 20, 30, 40, 50, 60, 70, 80));
    nnt_in(t, NNP_F32, S(2, 1, 1, 2), V(0, 1, 1, 0.5));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(1, 20, 3, 40, 50, 33, 70, 44));
    nnt_set(&t->dout[0], V(1, 2, 3, 4, 5, 6, 7, 8));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(1, 0, 3, 0, 0, 3, 0, 4));
    nnt_expect(&t->din[1], V(0, 2, 0, 4, 5, 3, 7, 4));
    nnt_expect(&t->din[2], V(90, 180, 666, 900));
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("layer", "blend", NULL);

    for (int k = 0; k < 3; k++)
        nnt_in(t, NNP_F32, S(2, k == 2 && _i ? 1 : 3, 2), V0);
    nnt_setup(t);
    for (uint32_t k = 0; k < 3; k++)
        nnt_random(&t->in[k], -1, 1, k + 1);
    nnt_gradient(t, (uint64_t)_i + 1);
    nnt_close(t);
}
END_TEST

static const struct {
    uint32_t         dtype;
    struct nnt_shape paint, mask;
    const char      *message;
} refused[] = {
    { NNP_F32,
      { 2, (int64_t[]){ 2, 4 } },
      { 2, (int64_t[]){ 2, 3 } },
      "keep and paint must have the same shape" },
    { NNP_F32,
      { 2, (int64_t[]){ 2, 3 } },
      { 2, (int64_t[]){ 2, 2 } },
      "the mask must have the shape of keep, or one channel" },
    { NNP_U8,
      { 2, (int64_t[]){ 2, 3 } },
      { 2, (int64_t[]){ 2, 3 } },
      "input 3 is u8, blend takes f32: put `scale` before it" },
};

START_TEST(refuses_inputs_that_do_not_fit)
{
    struct nnt *t = nnt_open("layer", "blend", NULL);

    nnt_in(t, NNP_F32, S(2, 3), V0);
    nnt_in(t, NNP_F32, refused[_i].paint, V0);
    nnt_in(t, refused[_i].dtype, refused[_i].mask, V0);
    ck_assert_str_eq(nnt_setup_refusal(t), refused[_i].message);
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("blend");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, paints_where_the_mask_is_1);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 2);
    tcase_add_loop_test(t, refuses_inputs_that_do_not_fit, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
