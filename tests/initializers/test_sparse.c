/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>

static const struct {
    const char *yaml;
    int64_t     in;
    int         links;
} cases[] = {
    { NULL, 784, 15 },
    { NULL, 16, 15 },
    { NULL, 7, 7 },
    { "{links: 3}", 20, 3 },
};

START_TEST(every_unit_has_its_links)
{
    struct nnt *t = nnt_open("initializer", "sparse", cases[_i].yaml);

    nnt_out(t, S(200, cases[_i].in));
    nnt_forward(t);
    for (size_t r = 0; r < 200; r++) {
        int links = 0;

        for (size_t i = 0; i < (size_t)cases[_i].in; i++)
            links += nnt_get(&t->out[0], r * (size_t)cases[_i].in + i) != 0;
        ck_assert_int_eq(links, cases[_i].links);
    }
    nnt_close(t);
}
END_TEST

START_TEST(links_are_normal_and_spread_over_the_inputs)
{
    struct nnt *t = nnt_open("initializer", "sparse", "{links: 10, std: 0.5}");
    double      square = 0, sum = 0, most = 0;

    nnt_out(t, S(2000, 100));
    nnt_forward(t);
    for (size_t i = 0; i < 100; i++) {
        double links = 0;

        for (size_t r = 0; r < 2000; r++) {
            double v = nnt_get(&t->out[0], r * 100 + i);

            links += v != 0;
            sum += v;
            square += v * v;
        }
        most = fmax(most, fabs(links - 200)); /* 200 on average, deviation 13.4 */
    }
    ck_assert_double_lt(most, 5 * 13.4);
    ck_assert_double_eq_tol(sum / 20000, 0, 0.015);
    ck_assert_double_eq_tol(sqrt(square / 20000), 0.5, 0.01);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_a_vector)
{
    struct nnt *t = nnt_open("initializer", "sparse", NULL);

    nnt_out(t, S(4));
    ck_assert_str_eq(nnt_forward_refusal(t), "a weight [out, in, ...] is needed");
    nnt_close(t);
}
END_TEST

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("initializer", "sparse", "{links: 0}"),
                     "test.yaml:1:9: links: 0 is outside [1,1024]");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sparse");
    TCase *t = tcase_create("initializer");

    tcase_add_loop_test(t, every_unit_has_its_links, 0, COUNT(cases));
    tcase_add_test(t, links_are_normal_and_spread_over_the_inputs);
    tcase_add_test(t, refuses_a_vector);
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
