/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>

/* Around (10, 20): 2 and -2 along (0.8, 0.6), 1 and -1 along (-0.6, 0.8), so variance 2
 * along the first, 0.5 along the second. In two batches. */
static struct nnt *learn(const char *yaml)
{
    struct nnt *t = nnt_open("transform", "whiten", yaml);

    nnt_in(t, NNP_F32, S(3, 2), V(11.6, 21.2, 8.4, 18.8, 9.4, 20.8));
    nnt_fit(t);
    nnt_reshape(t, 0, S(1, 2), V(10.6, 19.2));
    nnt_fit(t);
    nnt_finish(t);
    nnt_reshape(t, 0, S(3, 2), V(11.6, 21.2, 9.4, 20.8, 10, 20));
    nnt_forward(t);
    return t;
}

START_TEST(pca_gives_the_directions_of_most_variance)
{
    struct nnt *t = learn("{method: pca, eps: 0}");

    nnt_expect_tol(&t->out[0], V(sqrt(2), 0, 0, sqrt(2), 0, 0), 1e-5);
    nnt_close(t);
    t = learn("{method: pca, k: 1, eps: 2}");
    nnt_expect_shape(&t->out[0], NNP_F32, S(3, 1));
    nnt_expect_tol(&t->out[0], V(1, 0, 0), 1e-5);
    nnt_close(t);
}
END_TEST

START_TEST(zca_leaves_numbers_where_they_are)
{
    struct nnt *t = learn("{eps: 0}");

    nnt_expect_tol(&t->out[0],
                   V(0.8 * sqrt(2), 0.6 * sqrt(2), -0.6 * sqrt(2), 0.8 * sqrt(2), 0, 0),
                   1e-5);
    nnt_close(t);
}
END_TEST

/* Mixed noise comes out with the identity as its covariance. */
START_TEST(whitens_twelve_mixed_numbers)
{
    enum { N = 500, D = 12 };
    struct nnt *t = nnt_open("transform", "whiten",
                             _i ? "{method: pca, eps: 0}" : "{method: zca, eps: 0}");

    nnt_in(t, NNP_F32, S(N, 3, 2, 2), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -1, 1, 5);
    for (size_t i = 1; i < (size_t)N * D; i++)
        if (i % D)
            nnp_f32(&t->in[0])[i] += 0.7f * nnp_f32(&t->in[0])[i - 1] + 3;
    nnt_fit(t);
    nnt_finish(t);
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, _i ? S(N, D) : S(N, 3, 2, 2));
    for (size_t a = 0; a < D; a++)
        for (size_t b = 0; b <= a; b++) {
            double sum = 0;

            for (size_t r = 0; r < N; r++)
                sum += nnt_get(&t->out[0], r * D + a) * nnt_get(&t->out[0], r * D + b);
            nnt_expect_number(sum / N, a == b, 1e-3);
        }
    nnt_close(t);
}
END_TEST

/* Ten rows span nine directions around their mean: the rest of the hundred have no
 * variance, and what is left of it by rounding is not taken for some. */
START_TEST(fewer_rows_than_numbers_are_enough)
{
    enum { N = 10, D = 100, K = 9 };
    struct nnt *t =
        nnt_open("transform", "whiten",
                 _i ? "{method: pca, k: 9, eps: 1e-6}" : "{method: zca, eps: 0}");
    size_t k = _i ? K : D;
    double total = 0;

    nnt_in(t, NNP_F32, S(N, D), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -1, 1, 5);
    nnt_fit(t);
    nnt_finish(t);
    nnt_forward(t);
    for (size_t i = 0; i < N * k; i++)
        total += pow((double)nnp_f32(&t->out[0])[i], 2) / N;
    ck_assert_double_eq_tol(total, K, 1e-3); /* variance 1 in each direction there is */
    nnt_close(t);
}
END_TEST

START_TEST(what_is_constant_becomes_0)
{
    struct nnt *t = nnt_open("transform", "whiten", "{eps: 0}");

    nnt_in(t, NNP_F32, S(2, 2), V(3, 1, 3, 5));
    nnt_fit(t);
    nnt_finish(t);
    nnt_forward(t);
    nnt_expect_tol(&t->out[0], V(0, -1, 0, 1), 1e-5);
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = learn(_i ? "{method: pca, k: 1}" : "{}");

    nnt_gradient(t, 1);
    nnt_close(t);
}
END_TEST

static const struct {
    const char      *yaml;
    uint32_t         dtype;
    struct nnt_shape shape;
    const char      *message;
} refused[] = {
    { "zca",
      NNP_U8,
      { 2, (int64_t[]){ 2, 4 } },
      "the input is u8, whiten takes f32: put `scale` before it" },
    { "zca",
      NNP_F32,
      { 4, (int64_t[]){ 2, 3, 32, 32 } },
      "whiten takes rows of 1 to 2048 numbers, not 3072; `crop` or `grey` make images "
      "smaller" },
    { "{method: pca, k: 5}",
      NNP_F32,
      { 2, (int64_t[]){ 2, 4 } },
      "k: there are 4 directions, not 5" },
};

START_TEST(refuses_what_does_not_fit)
{
    struct nnt *t = nnt_open("transform", "whiten", refused[_i].yaml);

    nnt_in(t, refused[_i].dtype, refused[_i].shape, V0);
    ck_assert_str_eq(nnt_setup_refusal(t), refused[_i].message);
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("whiten");
    TCase *t = tcase_create("transform");

    tcase_add_test(t, pca_gives_the_directions_of_most_variance);
    tcase_add_test(t, zca_leaves_numbers_where_they_are);
    tcase_add_loop_test(t, whitens_twelve_mixed_numbers, 0, 2);
    tcase_add_loop_test(t, fewer_rows_than_numbers_are_enough, 0, 2);
    tcase_add_test(t, what_is_constant_becomes_0);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 2);
    tcase_add_loop_test(t, refuses_what_does_not_fit, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
