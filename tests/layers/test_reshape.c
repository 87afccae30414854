/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

START_TEST(gives_rows_another_shape)
{
    struct nnt *t = nnt_open("layer", "reshape", "[1, 2, 3]");

    nnt_in(t, NNP_F32, S(2, 6), V(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(2, 1, 2, 3));
    nnt_expect(&t->out[0], V(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
    nnt_set(&t->dout[0], V(12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1));
    nnt_backward(t);
    nnt_expect_shape(&t->din[0], NNP_F32, S(2, 6));
    nnt_expect(&t->din[0], V(12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1));
    nnt_close(t);
}
END_TEST

static const struct {
    const char      *yaml;
    struct nnt_shape shape;
} open_size[] = {
    { "{shape: [3, -1]}", { 3, (int64_t[]){ 2, 3, 4 } } },
    { "{shape: [-1, 2, 2]}", { 4, (int64_t[]){ 2, 3, 2, 2 } } },
    { "-1", { 2, (int64_t[]){ 2, 12 } } },
};

START_TEST(finds_the_size_that_is_left)
{
    struct nnt *t = nnt_open("layer", "reshape", open_size[_i].yaml);

    nnt_in(t, NNP_F32, S(2, 4, 3), V0);
    nnt_setup(t);
    nnt_expect_shape(&t->out[0], NNP_F32, open_size[_i].shape);
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("layer", "reshape", "[2, 3]");

    nnt_in(t, NNP_F32, S(2, 6), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -2, 2, 1);
    nnt_gradient(t, 1);
    nnt_close(t);
}
END_TEST

static const struct {
    const char *yaml;
    uint32_t    dtype;
    const char *message;
} refused[] = {
    { "[7, 7]", NNP_F32, "cannot put rows of 12 numbers into 7 x 7" },
    { "[5, -1]", NNP_F32, "cannot put rows of 12 numbers into 5 x -1" },
    { "[-1, -1]", NNP_F32,
      "cannot put rows of 12 numbers into -1 x -1: only one size can be -1" },
    { "[0, 12]", NNP_F32, "cannot put rows of 12 numbers into 0 x 12: a size is 0" },
    { "[4000000000, 4000000000]", NNP_F32,
      "cannot put rows of 12 numbers into 4000000000 x 4000000000" },
    { "[1, 1, 1, 1, 1, 1, 1, 12]", NNP_F32, "a row has at most 7 axes" },
    { "12", NNP_U8, "the input is u8, reshape takes f32: put `scale` before it" },
};

START_TEST(refuses_shapes_that_do_not_hold_a_row)
{
    struct nnt *t = nnt_open("layer", "reshape", refused[_i].yaml);

    nnt_in(t, refused[_i].dtype, S(2, 4, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t), refused[_i].message);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("layer", "reshape", "[3, -2]"),
                     "test.yaml:1:5: shape: -2 is outside [-1,inf)");
    ck_assert_str_eq(
        nnt_refusal("layer", "reshape", NULL),
        "reshape: shape is required (the new shape of a row; -1: follows from the "
        "other sizes)");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("reshape");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, gives_rows_another_shape);
    tcase_add_loop_test(t, finds_the_size_that_is_left, 0, COUNT(open_size));
    tcase_add_test(t, gradient_agrees_with_differences);
    tcase_add_loop_test(t, refuses_shapes_that_do_not_hold_a_row, 0, COUNT(refused));
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
