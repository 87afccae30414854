/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

START_TEST(bytes_become_0_to_1)
{
    struct nnt *t = nnt_open("transform", "scale", NULL);

    nnt_in(t, NNP_U8, S(2, 1, 1, 2), V(0, 255, 51, 102));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(2, 1, 1, 2));
    nnt_expect(&t->out[0], V(0, 1, 0.2, 0.4));
    ck_assert_uint_eq(t->ctx->n_state, 0);
    nnt_close(t);
}
END_TEST

START_TEST(maps_a_given_range)
{
    struct nnt *t = nnt_open("transform", "scale", "{to: [-1, 1], from: [0, 4]}");

    nnt_in(t, NNP_F32, S(1, 4), V(0, 1, 4, 6));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(-1, -0.5, 1, 2));
    nnt_gradient(t, 1);
    nnt_close(t);
}
END_TEST

/* Columns 1..3 and 10..50 in the training rows, a third that never changes. */
static struct nnt *fitted(const char *yaml)
{
    struct nnt *t = nnt_open("transform", "scale", yaml);

    nnt_in(t, NNP_F64, S(2, 3), V(1, 50, 7, 2, 10, 7));
    nnt_fit(t);
    nnt_reshape(t, 0, S(1, 3), V(3, 20, 7));
    nnt_fit(t);
    return t;
}

static const uint32_t wide[] = { NNP_F64, NNP_I64, NNP_F32 };

/* Seconds since 1970: a thousand of them are 0 to 1, not nine steps. */
START_TEST(a_large_offset_costs_no_digits)
{
    struct nnt *t = nnt_open("transform", "scale", NULL);
    double      base = wide[_i] == NNP_F32 ? 16777216 : 1.7e9;

    nnt_in(t, wide[_i], S(4, 1), V(base, base + 250, base + 502, base + 1000));
    nnt_fit(t);
    nnt_forward(t);
    nnt_expect_tol(&t->out[0], V(0, 0.25, 0.502, 1), 1e-7);
    nnt_close(t);
}
END_TEST

START_TEST(learns_the_range_of_each_column)
{
    struct nnt *t = fitted(NULL);

    nnt_reshape(t, 0, S(2, 3), V(2, 30, 7, 5, 10, 9));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(0.5, 0.5, 0, 2, 0, 0));
    nnt_expect(nnt_tensor(t, NNP_STATE, "low"), V(1, 10, 7));
    nnt_expect(nnt_tensor(t, NNP_STATE, "high"), V(3, 50, 7));
    nnt_close(t);
}
END_TEST

START_TEST(learns_one_range_for_all)
{
    struct nnt *t = fitted("{to: [0, 49], per: all}");

    nnt_reshape(t, 0, S(1, 3), V(1, 50, 7));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(0, 49, 6));
    nnt_close(t);
}
END_TEST

START_TEST(learns_the_range_of_each_channel)
{
    struct nnt *t = nnt_open("transform", "scale", NULL);

    nnt_in(t, NNP_F32, S(2, 2, 1, 2), V(0, 4, -2, -1, 1, 2, 0, -1));
    nnt_fit(t);
    nnt_forward(t);
    nnt_expect(&t->out[0], V(0, 1, 0, 0.5, 0.25, 0.5, 1, 0.5));
    nnt_gradient(t, 2);
    nnt_close(t);
}
END_TEST

START_TEST(negative_values_do_not_hide_behind_the_zero_of_a_new_state)
{
    struct nnt *t = nnt_open("transform", "scale", NULL);

    nnt_in(t, NNP_F32, S(2), V(-5, -3));
    nnt_fit(t);
    nnt_expect(nnt_tensor(t, NNP_STATE, "high"), V(-3));
    nnt_close(t);
}
END_TEST

static const struct {
    const char *yaml, *message;
} refused[] = {
    { "{to: [0, 1, 2]}", "to: two numbers are needed" },
    { "{from: [1, 1]}", "from: two numbers are needed, the smaller first" },
    { "{from: [3]}", "from: two numbers are needed, the smaller first" },
};

START_TEST(refuses_what_is_no_range)
{
    struct nnt *t = nnt_open("transform", "scale", refused[_i].yaml);

    nnt_in(t, NNP_F32, S(1, 1), V(0));
    ck_assert_str_eq(nnt_setup_refusal(t), refused[_i].message);
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("scale");
    TCase *t = tcase_create("transform");

    tcase_add_test(t, bytes_become_0_to_1);
    tcase_add_test(t, maps_a_given_range);
    tcase_add_loop_test(t, a_large_offset_costs_no_digits, 0, COUNT(wide));
    tcase_add_test(t, learns_the_range_of_each_column);
    tcase_add_test(t, learns_one_range_for_all);
    tcase_add_test(t, learns_the_range_of_each_channel);
    tcase_add_test(t, negative_values_do_not_hide_behind_the_zero_of_a_new_state);
    tcase_add_loop_test(t, refuses_what_is_no_range, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
