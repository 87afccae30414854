/* SPDX-License-Identifier: MIT */
#include <config.h>
#include <math.h>
#include "support/nnt.h"

static struct nnt *two_channels(void)
{
    struct nnt *t = nnt_open("layer", "batchnorm", NULL);

    nnt_in(t, NNP_F32, S(2, 2, 1, 2), V(1, 3, 10, 10, 5, 7, 10, 10));
    nnt_setup(t);
    nnt_set(&t->weight[0], V(2, 1));
    nnt_set(&t->weight[1], V(0.5, -1));
    nnt_set(&t->state[0], V(0, 0));
    nnt_set(&t->state[1], V(1, 1));
    return t;
}

/* Mean 4, variance 5, as a sample 20 / 3; 1 / sqrt(5.00001) = 0.4472131483. */
START_TEST(training_takes_the_batch_and_moves_the_running_values)
{
    struct nnt *t = two_channels();

    nnt_forward(t);
    nnt_expect_tol(
        &t->out[0],
        V(-2.1832788898, -0.3944262966, -1, -1, 1.3944262966, 3.1832788898, -1, -1),
        1e-5);
    nnt_expect(&t->state[0], V(0.4, 1));
    nnt_expect(&t->state[1], V(0.9 + 2.0 / 3, 0.9));
    nnt_close(t);
}
END_TEST

START_TEST(inference_takes_the_running_values_and_leaves_them)
{
    struct nnt *t = two_channels();

    nnt_set(&t->state[0], V(1, 10));
    nnt_set(&t->state[1], V(4, 9));
    nnt_infer(t);
    nnt_expect_tol(&t->out[0], V(0.5, 2.5, -1, -1, 4.5, 6.5, -1, -1), 1e-5);
    nnt_expect(&t->state[0], V(1, 10));
    nnt_expect(&t->state[1], V(4, 9));
    nnt_close(t);
}
END_TEST

START_TEST(a_single_number_a_channel_takes_the_running_values_and_leaves_them)
{
    struct nnt *t = nnt_open("layer", "batchnorm", NULL);

    nnt_in(t, NNP_F32, S(1, 2), V(3, -4));
    nnt_setup(t);
    nnt_set(&t->weight[0], V(1, 1));
    nnt_set(&t->weight[1], V(7, 8));
    nnt_set(&t->state[0], V(1, 0));
    nnt_set(&t->state[1], V(4, 16));
    nnt_forward(t);
    nnt_expect_tol(&t->out[0], V(8, 7), 1e-5);
    nnt_expect(&t->state[0], V(1, 0));
    nnt_expect(&t->state[1], V(4, 16));
    nnt_set(&t->dout[0], V(1, 1));
    nnt_backward(t);
    nnt_expect_tol(&t->din[0], V(0.5, 0.25), 1e-5);
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("layer", "batchnorm", _i % 2 ? "{eps: 0.1}" : NULL);

    if (_i < 2)
        nnt_in(t, NNP_F32, _i ? S(5, 3) : S(3, 2, 2, 3), V0);
    else
        nnt_in(t, NNP_F32, _i > 2 ? S(3, 35) : S(2, 2, 3, 5), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -1, 1, (uint64_t)_i + 1);
    nnt_random(&t->weight[0], 0.5, 2, 3);
    nnt_random(&t->weight[1], -1, 1, 4);
    nnt_gradient(t, (uint64_t)_i + 11); /* not the seed of x: along x, y hardly changes */
    nnt_close(t);
}
END_TEST

/* Rows of 70 channels, of 1, 9 and 16 numbers; the mean of a channel is a thousand times
 * what its numbers differ by. */
START_TEST(far_from_zero_and_wide)
{
    enum { ROWS = 6, CHANNELS = 70 };
    struct nnt *t = nnt_open("layer", "batchnorm", "{eps: 1e-9}");
    int64_t     inner = _i == 0 ? 1 : _i == 1 ? 9 : 16, step = CHANNELS * inner;

    nnt_in(t, NNP_F32, S(ROWS, CHANNELS, inner), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], 999, 1001, 5);
    nnt_random(&t->weight[0], 0.5, 2, 6);
    nnt_random(&t->weight[1], -1, 1, 7);
    nnt_forward(t);
    for (int64_t ch = 0; ch < CHANNELS; ch++) {
        const float *x = nnp_f32(&t->in[0]) + ch * inner;
        const float *y = nnp_f32(&t->out[0]) + ch * inner;
        double       n = (double)(ROWS * inner), mean = 0, var = 0;

        for (int64_t i = 0; i < ROWS * inner; i++)
            mean += (double)x[i / inner * step + i % inner] / n;
        for (int64_t i = 0; i < ROWS * inner; i++)
            var += pow((double)x[i / inner * step + i % inner] - mean, 2) / n;
        for (int64_t i = 0; i < ROWS * inner; i++) {
            double z = ((double)x[i / inner * step + i % inner] - mean) / sqrt(var);
            ck_assert_double_eq_tol((double)y[i / inner * step + i % inner],
                                    z * (double)nnp_f32(&t->weight[0])[ch] +
                                        (double)nnp_f32(&t->weight[1])[ch],
                                    2e-4);
        }
        ck_assert_double_eq_tol((double)nnp_f32(&t->state[0])[ch], 0.1 * mean, 1e-3);
    }
    nnt_close(t);
}
END_TEST

START_TEST(refuses_pixels_and_rows_of_nothing)
{
    struct nnt *t = nnt_open("layer", "batchnorm", NULL);

    nnt_in(t, NNP_U8, S(2, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "the input is u8, batchnorm takes f32: put `scale` before it");
    nnt_close(t);
    t = nnt_open("layer", "batchnorm", NULL);
    nnt_in(t, NNP_F32, S(2), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "batchnorm takes rows of features or of channels");
    nnt_close(t);
    ck_assert_str_eq(nnt_refusal("layer", "batchnorm", "{momentum: 2}"),
                     "test.yaml:1:12: momentum: 2 is outside [0,1]");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("batchnorm");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, training_takes_the_batch_and_moves_the_running_values);
    tcase_add_test(t, inference_takes_the_running_values_and_leaves_them);
    tcase_add_test(t, a_single_number_a_channel_takes_the_running_values_and_leaves_them);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 4);
    tcase_add_loop_test(t, far_from_zero_and_wide, 0, 3);
    tcase_add_test(t, refuses_pixels_and_rows_of_nothing);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
