/* SPDX-License-Identifier: MIT */
#include <config.h>
#include <math.h>
#include "support/nnt.h"

START_TEST(makes_probabilities_of_rows)
{
    struct nnt *t = nnt_open("layer", "softmax", NULL);

    nnt_in(t, NNP_F32, S(2, 3), V(1, 2, 3, 0, 0, 0));
    nnt_forward(t);
    nnt_expect(&t->out[0],
               V(0.0900305732, 0.244728471, 0.665240956, 1. / 3, 1. / 3, 1. / 3));
    nnt_set(&t->dout[0], V(1, 0, 0, 3, 0, -3));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(0.0819250691, -0.0220330445, -0.0598920246, 1, 0, -1));
    nnt_close(t);
}
END_TEST

START_TEST(does_not_overflow)
{
    struct nnt *t = nnt_open("layer", "softmax", NULL);

    nnt_in(t, NNP_F32, S(3, 2), V(1e4, -1e4, 1e4, 1e4, -1e4, -1e4));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(1, 0, 0.5, 0.5, 0.5, 0.5));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(0, 0, 0, 0, 0, 0));
    nnt_close(t);
}
END_TEST

START_TEST(nan_stays_in_its_row)
{
    struct nnt *t = nnt_open("layer", "softmax", NULL);

    nnt_in(t, NNP_F32, S(3, 2), V(1, NAN, 0, 0, NAN, 1));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(NAN, NAN, 0.5, 0.5, NAN, NAN));
    nnt_close(t);
}
END_TEST

/* Pictures of class scores: (rows, classes, height, width). */
START_TEST(works_along_another_axis)
{
    struct nnt *t = nnt_open("layer", "softmax", "{axis: 1}");

    nnt_in(t, NNP_F32, S(1, 3, 1, 2), V(1, 0, 2, 0, 3, 0));
    nnt_forward(t);
    nnt_expect(&t->out[0],
               V(0.0900305732, 1. / 3, 0.244728471, 1. / 3, 0.665240956, 1. / 3));
    nnt_set(&t->dout[0], V(1, 3, 0, 0, 0, -3));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(0.0819250691, 1, -0.0220330445, 0, -0.0598920246, -1));
    nnt_close(t);
}
END_TEST

/* Rows longer than the running sums, columns more than are done together; both add up to
 * 1 and both ways to walk agree. */
START_TEST(agrees_along_rows_and_columns)
{
    enum { N = 77, M = 150 };
    struct nnt *row = nnt_open("layer", "softmax", NULL);
    struct nnt *column = nnt_open("layer", "softmax", "1");

    nnt_in(row, NNP_F32, S(M, N), V0);
    nnt_in(column, NNP_F32, S(1, N, M), V0);
    nnt_setup(row);
    nnt_setup(column);
    nnt_random(&row->in[0], -5, 5, 3);
    for (size_t i = 0; i < (size_t)N * M; i++)
        nnp_f32(&column->in[0])[i % N * M + i / N] = nnp_f32(&row->in[0])[i];
    nnt_forward(row);
    nnt_forward(column);
    for (size_t r = 0; r < M; r++) {
        double sum = 0;
        for (size_t i = 0; i < N; i++) {
            double y = nnt_get(&row->out[0], r * N + i);
            nnt_expect_number(nnt_get(&column->out[0], i * M + r), y, 1e-6);
            sum += y;
        }
        nnt_expect_number(sum, 1, 1e-6);
    }
    nnt_close(row);
    nnt_close(column);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    static const char *const settings[] = { NULL, "1", "-2" };
    struct nnt              *t = nnt_open("layer", "softmax", settings[_i % 3]);

    nnt_in(t, NNP_F32, S(2, 3, 4), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -2, 2, (uint64_t)_i + 1);
    nnt_gradient(t, (uint64_t)_i + 1);
    nnt_close(t);
}
END_TEST

static const struct {
    const char      *yaml;
    uint32_t         dtype;
    struct nnt_shape shape;
    const char      *message;
} refused[] = {
    { NULL,
      NNP_U8,
      { 2, (int64_t[]){ 2, 3 } },
      "the input is u8, softmax takes f32: put `scale` before it" },
    { NULL,
      NNP_F32,
      { 1, (int64_t[]){ 2 } },
      "softmax works along axis 1 or later of its input: axis 0 is the rows, and this "
      "input has no such axis" },
    { "0",
      NNP_F32,
      { 2, (int64_t[]){ 2, 3 } },
      "softmax works along axis 1 or later of its input: axis 0 is the rows, and this "
      "input has no such axis" },
};

START_TEST(refuses_inputs_without_that_axis)
{
    struct nnt *t = nnt_open("layer", "softmax", refused[_i].yaml);

    nnt_in(t, refused[_i].dtype, refused[_i].shape, V0);
    ck_assert_str_eq(nnt_setup_refusal(t), refused[_i].message);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("layer", "softmax", "{axis: last}"),
                     "test.yaml:1:8: axis: 'last' is not a whole number");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("softmax");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, makes_probabilities_of_rows);
    tcase_add_test(t, does_not_overflow);
    tcase_add_test(t, nan_stays_in_its_row);
    tcase_add_test(t, works_along_another_axis);
    tcase_add_test(t, agrees_along_rows_and_columns);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 6);
    tcase_add_loop_test(t, refuses_inputs_without_that_axis, 0, COUNT(refused));
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
