/* SPDX-License-Identifier: MIT */
#include <config.h>
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

START_TEST(a_single_number_is_its_own_mean)
{
    struct nnt *t = nnt_open("layer", "batchnorm", NULL);

    nnt_in(t, NNP_F32, S(1, 2), V(3, -4));
    nnt_setup(t);
    nnt_set(&t->weight[1], V(7, 8));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(7, 8));
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("layer", "batchnorm", _i ? "{eps: 0.1}" : NULL);

    nnt_in(t, NNP_F32, _i ? S(5, 3) : S(3, 2, 2, 3), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -1, 1, (uint64_t)_i + 1);
    nnt_random(&t->weight[0], 0.5, 2, 3);
    nnt_random(&t->weight[1], -1, 1, 4);
    nnt_gradient(t, (uint64_t)_i + 1);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_pixels_and_rows_of_nothing)
{
    struct nnt *t = nnt_open("layer", "batchnorm", NULL);

    nnt_in(t, NNP_U8, S(2, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t), "batchnorm takes f32; put `scale` before it");
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
    tcase_add_test(t, a_single_number_is_its_own_mean);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 2);
    tcase_add_test(t, refuses_pixels_and_rows_of_nothing);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
