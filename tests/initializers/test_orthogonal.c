/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

/* The product of two rows, or of two columns. */
static double product(const nnp_tensor *t, size_t a, size_t b, bool columns)
{
    size_t rows = (size_t)t->shape[0], cols = nnp_row(t), n = columns ? rows : cols;
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += columns ? nnt_get(t, i * cols + a) * nnt_get(t, i * cols + b)
                       : nnt_get(t, a * cols + i) * nnt_get(t, b * cols + i);
    return sum;
}

static const struct {
    const char *yaml;
    int64_t     shape[4]; /* 0 ends it */
    double      square;   /* of the gain */
} cases[] = {
    { NULL, { 40, 40 }, 1 }, { NULL, { 20, 70 }, 1 },
    { "2", { 70, 20 }, 4 },  { "{gain: 0.5}", { 16, 3, 5, 5 }, 0.25 },
    { NULL, { 1, 1 }, 1 },
};

START_TEST(is_orthonormal_the_short_way)
{
    struct nnt      *t = nnt_open("initializer", "orthogonal", cases[_i].yaml);
    struct nnt_shape shape = { 0, cases[_i].shape };
    size_t           rows, cols, k;

    while (shape.n < 4 && shape.v[shape.n])
        shape.n++;
    nnt_out(t, shape);
    nnt_forward(t);
    rows = (size_t)t->out[0].shape[0];
    cols = nnp_row(&t->out[0]);
    k = rows > cols ? cols : rows;
    for (size_t a = 0; a < k; a++)
        for (size_t b = 0; b <= a; b++)
            ck_assert_double_eq_tol(product(&t->out[0], a, b, rows > cols),
                                    a == b ? cases[_i].square : 0, 1e-6);
    nnt_close(t);
}
END_TEST

/* Over all orthogonal matrices every element has mean 0 and variance 1/4 here; means are
 * off by 0.5 / sqrt(n). Without a rule for signs the diagonal would lean to one side. */
START_TEST(is_spread_evenly)
{
    double sum = 0, diagonal = 0;

    for (uint64_t seed = 0; seed < 40; seed++) {
        struct nnt *t = nnt_open_seed("initializer", "orthogonal", NULL, seed);

        nnt_out(t, S(4, 4));
        nnt_forward(t);
        for (size_t i = 0; i < 16; i++) {
            sum += nnt_get(&t->out[0], i) / 640;
            diagonal += i % 5 ? 0 : nnt_get(&t->out[0], i) / 160;
        }
        nnt_close(t);
    }
    ck_assert_double_eq_tol(sum, 0, 0.08);
    ck_assert_double_eq_tol(diagonal, 0, 0.16);
}
END_TEST

START_TEST(refuses_a_vector)
{
    struct nnt *t = nnt_open("initializer", "orthogonal", NULL);

    nnt_out(t, S(4));
    ck_assert_str_eq(nnt_forward_refusal(t), "a weight [out, in, ...] is needed");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EINVAL);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("initializer", "orthogonal", "{gain: 0}"),
                     "test.yaml:1:8: gain: 0 is outside (0,inf)");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("orthogonal");
    TCase *t = tcase_create("initializer");

    tcase_add_loop_test(t, is_orthonormal_the_short_way, 0, COUNT(cases));
    tcase_add_test(t, is_spread_evenly);
    tcase_add_test(t, refuses_a_vector);
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
