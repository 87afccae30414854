/* SPDX-License-Identifier: MIT */
#include <config.h>
#include <nnpipe/data.h>
#include "support/nnt.h"

#include <math.h>
#include <string.h>

static const struct {
    const char *kind;
    double      y[4];
} gates[] = {
    { "xor", { 0, 1, 1, 0 } },
    { "or", { 0, 1, 1, 1 } },
    { "and", { 0, 0, 0, 1 } },
};

START_TEST(gates_are_their_truth_table)
{
    struct nnt   *t = nnt_open("loader", "toy", gates[_i].kind);
    const double *y = gates[_i].y;

    nnt_in(t, NNP_I64, S(4), V(0, 1, 2, 3));
    nnt_forward(t);
    nnt_expect(nnt_tensor(t, NNP_OUT, "x"), V(0, 0, 0, 1, 1, 0, 1, 1));
    nnt_expect(nnt_tensor(t, NNP_OUT, "y"), V(y[0], y[1], y[2], y[3]));
    nnt_expect_number((double)nnt_rows(t)->count, 4, 0);
    nnt_expect_number((double)nnt_rows(t)->classes, 2, 0);
    nnt_close(t);
}
END_TEST

static struct nnt *draw(const char *yaml, uint64_t seed, int64_t n)
{
    struct nnt *t = nnt_open_seed("loader", "toy", yaml, seed);
    double      rows[600];

    for (int64_t i = 0; i < n; i++)
        rows[i] = (double)i;
    nnt_in(t, NNP_I64, S(n), (struct nnt_values){ (size_t)n, rows });
    nnt_forward(t);
    return t;
}

static double radius(const struct nnt *t, size_t i)
{
    return hypot(nnt_get(&t->out[0], 2 * i), nnt_get(&t->out[0], 2 * i + 1));
}

START_TEST(rings_keep_apart)
{
    struct nnt *t = draw("{kind: circle, n: 600, noise: 0, classes: 3}", 1, 600);

    for (size_t i = 0; i < 600; i++) {
        double k = nnt_get(&t->out[1], i);

        ck_assert_double_eq(k, (double)(i % 3));
        ck_assert_double_ge(radius(t, i), 2 * k / 5 - 1e-6);
        ck_assert_double_le(radius(t, i), (2 * k + 1) / 5 + 1e-6);
    }
    nnt_close(t);
}
END_TEST

START_TEST(arms_turn_once)
{
    struct nnt *t = draw("{kind: spiral, n: 600, noise: 0, classes: 2}", 1, 600);

    for (size_t i = 0; i < 600; i++) {
        double angle = atan2(nnt_get(&t->out[0], 2 * i + 1), nnt_get(&t->out[0], 2 * i));
        double turn = angle / (2 * M_PI) - radius(t, i) - nnt_get(&t->out[1], i) / 2;

        ck_assert_double_le(fabs(turn - round(turn)), 1e-4);
    }
    nnt_close(t);
}
END_TEST

START_TEST(noise_has_the_deviation_asked_for)
{
    struct nnt *t = draw("{kind: gauss, n: 600, noise: 0.2}", 3, 600);
    double      sum = 0;

    for (size_t i = 0; i < 600; i++) {
        double centre = i % 2 ? -1 : 1;

        sum += pow(nnt_get(&t->out[0], 2 * i) - centre, 2) +
               pow(nnt_get(&t->out[0], 2 * i + 1), 2);
    }
    nnt_expect_number(sqrt(sum / 1200), 0.2, 0.015); /* 3 standard errors */
    nnt_close(t);
}
END_TEST

START_TEST(moons_lie_where_they_should)
{
    struct nnt *t = draw("{kind: moons, n: 100, noise: 0}", 1, 100);

    for (size_t i = 0; i < 100; i++) {
        double x = nnt_get(&t->out[0], 2 * i), y = nnt_get(&t->out[0], 2 * i + 1);

        nnt_expect_number(i % 2 ? hypot(x - 1, y - 0.5) : hypot(x, y), 1, 1e-5);
        ck_assert(i % 2 ? y <= 0.5 + 1e-6 : y >= -1e-6);
    }
    nnt_close(t);
}
END_TEST

START_TEST(the_seed_decides_and_a_row_stays_what_it_is)
{
    struct nnt *a = draw("{kind: moons, n: 50}", 1, 50);
    struct nnt *b = draw("{kind: moons, n: 50}", 1, 50);
    struct nnt *c = draw("{kind: moons, n: 50}", 2, 50);
    double      tenth = nnt_get(&a->out[0], 20);

    ck_assert_double_eq(tenth, nnt_get(&b->out[0], 20));
    ck_assert_double_ne(tenth, nnt_get(&c->out[0], 20));
    a->ctx->step = 7;
    nnt_reshape(a, 0, S(1), V(10));
    nnt_forward(a);
    ck_assert_double_eq(nnt_get(&a->out[0], 0), tenth);
    nnt_close(a);
    nnt_close(b);
    nnt_close(c);
}
END_TEST

START_TEST(peeking_draws_nothing)
{
    struct nnt *t = nnt_open("loader", "toy", "{kind: spiral, n: 100000000, classes: 5}");

    nnt_in(t, NNP_I64, S(2), V0);
    t->ctx->flags = NNP_PEEK;
    nnt_setup(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(2, 2));
    nnt_expect_shape(&t->out[1], NNP_I64, S(2));
    nnt_expect_number((double)nnt_rows(t)->count, 100000000, 0);
    nnt_expect_number((double)nnt_rows(t)->classes, 5, 0);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_classes_that_a_kind_has_not)
{
    const char *said = nnt_refusal(
        "loader", "toy", _i ? "{kind: moons, classes: 3}" : "{kind: xor, classes: 3}");

    ck_assert_ptr_nonnull(strstr(said, "classes: this kind has 2"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("toy");
    TCase *t = tcase_create("loader");

    tcase_add_loop_test(t, gates_are_their_truth_table, 0, COUNT(gates));
    tcase_add_test(t, rings_keep_apart);
    tcase_add_test(t, arms_turn_once);
    tcase_add_test(t, noise_has_the_deviation_asked_for);
    tcase_add_test(t, moons_lie_where_they_should);
    tcase_add_test(t, the_seed_decides_and_a_row_stays_what_it_is);
    tcase_add_test(t, peeking_draws_nothing);
    tcase_add_loop_test(t, refuses_classes_that_a_kind_has_not, 0, 2);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
