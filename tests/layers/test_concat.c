/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

START_TEST(joins_features)
{
    struct nnt *t = nnt_open("layer", "concat", NULL);

    nnt_in(t, NNP_F32, S(2, 2), V(1, 2, 3, 4));
    nnt_in(t, NNP_F32, S(2, 1), V(5, 6));
    nnt_in(t, NNP_F32, S(2, 3), V(7, 8, 9, 10, 11, 12));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(2, 6));
    nnt_expect(&t->out[0], V(1, 2, 5, 7, 8, 9, 3, 4, 6, 10, 11, 12));
    nnt_set(&t->dout[0], V(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(1, 2, 7, 8));
    nnt_expect(&t->din[1], V(3, 9));
    nnt_expect(&t->din[2], V(4, 5, 6, 10, 11, 12));
    nnt_close(t);
}
END_TEST

/* (rows, channels, height, width): a mask beside a picture. */
START_TEST(joins_channels)
{
    struct nnt *t = nnt_open("layer", "concat", NULL);

    nnt_in(t, NNP_F32, S(2, 2, 1, 2), V(1, 2, 3, 4, 5, 6, 7, 8));
    nnt_in(t, NNP_F32, S(2, 1, 1, 2), V(-1, -2, -3, -4));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(2, 3, 1, 2));
    nnt_expect(&t->out[0], V(1, 2, 3, 4, -1, -2, 5, 6, 7, 8, -3, -4));
    nnt_close(t);
}
END_TEST

START_TEST(joins_along_the_last_axis)
{
    struct nnt *t = nnt_open("layer", "concat", "{axis: -1}");

    nnt_in(t, NNP_F32, S(1, 2, 2), V(1, 2, 3, 4));
    nnt_in(t, NNP_F32, S(1, 2, 1), V(5, 6));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(1, 2, 3));
    nnt_expect(&t->out[0], V(1, 2, 5, 3, 4, 6));
    nnt_set(&t->dout[0], V(1, 2, 3, 4, 5, 6));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(1, 2, 4, 5));
    nnt_expect(&t->din[1], V(3, 6));
    nnt_close(t);
}
END_TEST

START_TEST(one_input_is_enough)
{
    struct nnt *t = nnt_open("layer", "concat", NULL);

    nnt_in(t, NNP_F32, S(2, 2), V(1, 2, 3, 4));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(1, 2, 3, 4));
    nnt_close(t);
}
END_TEST

START_TEST(follows_another_number_of_rows)
{
    struct nnt *t = nnt_open("layer", "concat", NULL);

    nnt_in(t, NNP_F32, S(2, 1), V(1, 2));
    nnt_in(t, NNP_F32, S(2, 1), V(3, 4));
    nnt_forward(t);
    nnt_reshape(t, 0, S(1, 1), V(8));
    nnt_reshape(t, 1, S(1, 1), V(9));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(1, 2));
    nnt_expect(&t->out[0], V(8, 9));
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("layer", "concat", "{axis: 2}");

    nnt_in(t, NNP_F32, S(2, 3, 2), V0);
    nnt_in(t, NNP_F32, S(2, 3, 4), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -2, 2, 1);
    nnt_random(&t->in[1], -2, 2, 2);
    nnt_gradient(t, (uint64_t)_i + 1);
    nnt_close(t);
}
END_TEST

static const struct {
    const char      *yaml;
    uint32_t         dtype;
    struct nnt_shape a, b;
    const char      *message;
} refused[] = {
    { NULL,
      NNP_F32,
      { 4, (int64_t[]){ 8, 64, 9, 9 } },
      { 4, (int64_t[]){ 8, 32, 8, 8 } },
      "cannot join 64 x 9 x 9 with 32 x 8 x 8 (input 2): axis 2 is 9 and 8, only axis 1 "
      "may differ" },
    { NULL,
      NNP_F32,
      { 2, (int64_t[]){ 8, 3 } },
      { 3, (int64_t[]){ 8, 3, 1 } },
      "cannot join 3 with 3 x 1 (input 2): as many axes are needed" },
    { "{axis: 0}",
      NNP_F32,
      { 2, (int64_t[]){ 8, 3 } },
      { 2, (int64_t[]){ 8, 3 } },
      "concat joins along axis 1 or later of its inputs, which are 3 a row" },
    { "{axis: 3}",
      NNP_F32,
      { 3, (int64_t[]){ 8, 3, 4 } },
      { 3, (int64_t[]){ 8, 3, 4 } },
      "concat joins along axis 1 or later of its inputs, which are 3 x 4 a row" },
    { NULL,
      NNP_U8,
      { 2, (int64_t[]){ 8, 3 } },
      { 2, (int64_t[]){ 8, 3 } },
      "input 2 is u8, concat takes f32: put `scale` before it" },
};

START_TEST(refuses_inputs_that_do_not_fit)
{
    struct nnt *t = nnt_open("layer", "concat", refused[_i].yaml);

    nnt_in(t, NNP_F32, refused[_i].a, V0);
    nnt_in(t, refused[_i].dtype, refused[_i].b, V0);
    ck_assert_str_eq(nnt_setup_refusal(t), refused[_i].message);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("layer", "concat", "{axis: 9}"),
                     "test.yaml:1:8: axis: 9 is outside [-7,7]");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("concat");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, joins_features);
    tcase_add_test(t, joins_channels);
    tcase_add_test(t, joins_along_the_last_axis);
    tcase_add_test(t, one_input_is_enough);
    tcase_add_test(t, follows_another_number_of_rows);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 3);
    tcase_add_loop_test(t, refuses_inputs_that_do_not_fit, 0, COUNT(refused));
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
