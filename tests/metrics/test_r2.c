/* SPDX-License-Identifier: MIT */
/* The expected values are those of scikit-learn 1.9: r2_score and mean_squared_error,
 * raw_values for the columns. rmse is the root of the mean over all elements. */
#include <config.h>
#include "support/nnt.h"

#include <math.h>

/* Two targets, four rows in batches of one and three. */
static struct nnt *two_targets(const char *metric, const char *yaml)
{
    struct nnt *t = nnt_open("metric", metric, yaml);

    nnt_in(t, NNP_F32, S(1, 2), V(1.5, 12));
    nnt_in(t, NNP_F64, S(1, 2), V(1, 10));
    nnt_fit(t);
    nnt_reshape(t, 0, S(3, 2), V(2, 24, 3, 26, 6, 38));
    nnt_reshape(t, 1, S(3, 2), V(2, 30, 4, 20, 5, 40));
    nnt_fit(t);
    nnt_finish(t);
    return t;
}

static const struct {
    const char *name, *first, *second;
    double      all, of_first, of_second;
} cases[] = {
    { "r2", "r2.0", "r2.1", 0.8075, 0.775, 0.84 },
    { "mse", "mse.0", "mse.1", 10.28125, 0.5625, 20 },
    { "rmse", "rmse.0", "rmse.1", 3.206438834595165, 0.75, 4.47213595499958 },
    { "mae", "mae.0", "mae.1", 2.3125, 0.625, 4 },
};

START_TEST(every_target_has_its_own_figure)
{
    struct nnt *t = two_targets(cases[_i].name, "{per: target}");

    nnt_expect_number(nnt_report(t, cases[_i].name), cases[_i].all, 1e-12);
    nnt_expect_number(nnt_report(t, cases[_i].first), cases[_i].of_first, 1e-12);
    nnt_expect_number(nnt_report(t, cases[_i].second), cases[_i].of_second, 1e-12);
    nnt_close(t);
}
END_TEST

START_TEST(all_targets_have_one)
{
    struct nnt *t = two_targets(cases[_i].name, NULL);

    nnt_expect_number(nnt_report(t, cases[_i].name), cases[_i].all, 1e-12);
    ck_assert(!nnt_reported(t, cases[_i].first));
    nnt_close(t);
}
END_TEST

/* Offsets that would eat the variance in single sums of doubles. */
static const double offsets[] = { 0, 1e6, 1e9, -1e12 };

START_TEST(a_large_mean_does_not_matter)
{
    struct nnt  *t = nnt_open("metric", "r2", NULL);
    const double o = offsets[_i];

    nnt_in(t, NNP_F64, S(4, 1), V(o + 0.5, o + 0.5, o + 2.25, o + 3));
    nnt_in(t, NNP_F64, S(4), V(o, o + 1, o + 2, o + 3));
    nnt_fit(t);
    nnt_finish(t);
    nnt_expect_number(nnt_report(t, "r2"), 0.8875, 1e-9);
    nnt_close(t);
}
END_TEST

static const struct {
    int    n;
    double x, want;
} edges[] = {
    { 3, 7, 1 },   /* a target that never changes, and is met */
    { 3, 7.5, 0 }, /* ... and is not */
    { 1, 7, (double)NAN },
};

START_TEST(a_target_that_never_changes)
{
    struct nnt *t = nnt_open("metric", "r2", NULL);

    nnt_in(t, NNP_F32, S(edges[_i].n, 1), V0);
    nnt_in(t, NNP_F32, S(edges[_i].n), V0);
    nnt_setup(t);
    nnt_fill(&t->in[0], edges[_i].x);
    nnt_fill(&t->in[1], 7);
    nnt_fit(t);
    nnt_finish(t);
    if (isnan(edges[_i].want))
        ck_assert_double_nan(nnt_report(t, "r2"));
    else
        nnt_expect_number(nnt_report(t, "r2"), edges[_i].want, 0);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_targets_of_another_width)
{
    struct nnt *t = nnt_open("metric", "r2", NULL);

    nnt_in(t, NNP_F32, S(2, 3), V0);
    nnt_in(t, NNP_F32, S(2, 2), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "the prediction has 3 numbers a row, the target "
                     "2: as many are needed");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("r2");
    TCase *t = tcase_create("metric");

    tcase_add_loop_test(t, every_target_has_its_own_figure, 0, COUNT(cases));
    tcase_add_loop_test(t, all_targets_have_one, 0, COUNT(cases));
    tcase_add_loop_test(t, a_large_mean_does_not_matter, 0, COUNT(offsets));
    tcase_add_loop_test(t, a_target_that_never_changes, 0, COUNT(edges));
    tcase_add_test(t, refuses_targets_of_another_width);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
