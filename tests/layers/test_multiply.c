/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

START_TEST(multiplies_its_inputs)
{
    struct nnt *t = nnt_open("layer", "multiply", NULL);

    nnt_in(t, NNP_F32, S(2, 2), V(1, 2, 3, 4));
    nnt_in(t, NNP_F32, S(2, 2), V(10, 20, 30, 40));
    nnt_in(t, NNP_F32, S(2, 2), V(0.5, 0, -1, -4));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(2, 2));
    nnt_expect(&t->out[0], V(5, 0, -90, -640));
    nnt_set(&t->dout[0], V(1, -2, 3, 0));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(5, 0, -90, 0));
    nnt_expect(&t->din[1], V(0.5, 0, -9, 0));
    nnt_expect(&t->din[2], V(10, -80, 270, 0));
    nnt_close(t);
}
END_TEST

START_TEST(multiplies_more_than_a_block)
{
    enum { N = 33001 };
    struct nnt *t = nnt_open("layer", "multiply", NULL);

    for (int i = 0; i < 4; i++)
        nnt_in(t, NNP_F32, S(1, N), V0);
    nnt_setup(t);
    for (int i = 0; i < 4; i++)
        nnt_random(&t->in[i], -1, 1, (uint64_t)i + 1);
    nnt_forward(t);
    for (size_t i = 0; i < N; i++) {
        float y = nnp_f32(&t->in[0])[i] * nnp_f32(&t->in[1])[i];
        y = y * nnp_f32(&t->in[2])[i] * nnp_f32(&t->in[3])[i];
        nnt_expect_number(nnt_get(&t->out[0], i), (double)y, 0);
    }
    nnt_close(t);
}
END_TEST

START_TEST(a_zero_does_not_spoil_gradients)
{
    struct nnt *t = nnt_open("layer", "multiply", NULL);

    nnt_in(t, NNP_F32, S(1, 2), V(0, 3));
    nnt_in(t, NNP_F32, S(1, 2), V(5, 0));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(5, 0));
    nnt_expect(&t->din[1], V(0, 3));
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("layer", "multiply", NULL);

    for (int i = 0; i < 2 + _i; i++)
        nnt_in(t, NNP_F32, S(2, 3, 2), V0);
    nnt_setup(t);
    for (int i = 0; i < 2 + _i; i++)
        nnt_random(&t->in[i], -2, 2, (uint64_t)i + 1);
    nnt_gradient(t, (uint64_t)_i + 1);
    nnt_close(t);
}
END_TEST

static const struct {
    uint32_t         dtype;
    struct nnt_shape a, b;
    const char      *message;
} refused[] = {
    { NNP_F32,
      { 3, (int64_t[]){ 4, 3, 5 } },
      { 3, (int64_t[]){ 4, 3, 6 } },
      "cannot multiply 3 x 5 and 3 x 6 (input 2): equal shapes are needed" },
    { NNP_F32,
      { 2, (int64_t[]){ 4, 3 } },
      { 1, (int64_t[]){ 4 } },
      "cannot multiply 3 and a single number (input 2): equal shapes are needed" },
    { NNP_U8,
      { 2, (int64_t[]){ 4, 3 } },
      { 2, (int64_t[]){ 4, 3 } },
      "input 2 is u8, multiply takes f32: put `scale` before it" },
};

START_TEST(refuses_inputs_that_differ)
{
    struct nnt *t = nnt_open("layer", "multiply", NULL);

    nnt_in(t, NNP_F32, refused[_i].a, V0);
    nnt_in(t, refused[_i].dtype, refused[_i].b, V0);
    ck_assert_str_eq(nnt_setup_refusal(t), refused[_i].message);
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("multiply");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, multiplies_its_inputs);
    tcase_add_test(t, multiplies_more_than_a_block);
    tcase_add_test(t, a_zero_does_not_spoil_gradients);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 3);
    tcase_add_loop_test(t, refuses_inputs_that_differ, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
