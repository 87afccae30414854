/* SPDX-License-Identifier: MIT */
/* What trials are: reference values and functions of the literature, through the plugins.
 * The reference values were computed with numpy and scipy. */
#include <config.h>
#include "search/ask.h"

#include <math.h>
#include <stdlib.h>

#include <nnpipe/parzen.h>
#include <nnpipe/sobol.h>
#include "search/support.h"
#include "support/nnt.h"

static struct hunt h;

/* ---- reference values ---- */

START_TEST(sobol_has_the_points_of_joe_and_kuo)
{
    static const double points[4][4] = { { .5, .5, .5, .5 },
                                         { .75, .25, .25, .25 },
                                         { .25, .75, .75, .75 },
                                         { .375, .375, .625, .875 } };

    for (uint64_t k = 1; k <= 4; k++)
        for (uint32_t d = 0; d < 4; d++)
            ck_assert_double_eq(nnp_sobol_bits(d, k) * 0x1p-32, points[k - 1][d]);
    for (uint32_t d = 0; d < NNP_SOBOL_DIMS; d++) {
        bool seen[64] = { false };
        for (uint64_t k = 0; k < 64; k++)
            seen[nnp_sobol_bits(d, k) >> 26] = true;
        for (int i = 0; i < 64; i++) /* one in each 64th of every axis */
            ck_assert(seen[i]);
    }
}
END_TEST

static const nnp_dim tried_space[3] = {
    { sizeof(nnp_dim), NNP_DIM_REAL, 1, 0, 1e-4, 1e-1, 0, "lr" },
    { sizeof(nnp_dim), NNP_DIM_INT, 0, 0, 1, 4, 1, "depth" },
    { sizeof(nnp_dim), NNP_DIM_CHOICE, 0, 3, 0, 2, 1, "act" },
};
static const double tried[12][3] = { { 1e-3, 2, 0 },   { 3e-2, 1, 1 }, { 2e-4, 3, 0 },
                                     { 5e-3, 4, 2 },   { 1e-2, 2, 1 }, { 8e-4, 1, 2 },
                                     { 3e-3, 3, 0 },   { 6e-2, 4, 1 }, { 4e-3, 2, 0 },
                                     { 1.5e-3, 3, 1 }, { 7e-3, 3, 0 }, { 2e-2, 2, 2 } };

static void open_densities(nnp_parzen *below, nnp_parzen *above)
{
    static const nnp_dim *dim[3];
    static const double  *good[2], *bad[10];
    int                   n = 0;

    for (int i = 0; i < 3; i++)
        dim[i] = &tried_space[i];
    good[0] = tried[6];
    good[1] = tried[8];
    for (int i = 0; i < 12; i++)
        if (i != 6 && i != 8)
            bad[n++] = tried[i];
    ck_assert_int_eq(nnp_parzen_open(below, dim, 3, good, 2), 0);
    ck_assert_int_eq(nnp_parzen_open(above, dim, 3, bad, 10), 0);
}

START_TEST(tpe_has_the_densities_of_its_reference)
{
    static const struct {
        double x[3], below, above;
    } rows[] = { { { 4e-3, 3, 0 }, -3.211778, -3.801830 },
                 { { 1e-3, 2, 1 }, -4.495677, -4.559114 },
                 { { 5e-2, 1, 2 }, -5.261670, -4.933761 } };
    nnp_parzen below, above;

    open_densities(&below, &above);
    ck_assert_double_eq_tol(below.sigma[0], 1.726939, 1e-6);
    ck_assert_double_eq_tol(above.sigma[0], .994283, 1e-6);
    ck_assert_double_eq_tol(below.sigma[1], 1, 1e-6);
    ck_assert_double_eq_tol(above.sigma[1], .575749, 1e-6);
    for (int i = 0; i < 3; i++) {
        ck_assert_double_eq_tol(nnp_parzen_log(&below, rows[i].x), rows[i].below, 1e-6);
        ck_assert_double_eq_tol(nnp_parzen_log(&above, rows[i].x), rows[i].above, 1e-6);
    }
    nnp_parzen_close(&below);
    nnp_parzen_close(&above);
}
END_TEST

START_TEST(tpe_draws_by_the_inverse_of_its_kernels)
{
    static const double u[] = { .1, .5, .9 },
                        lr[] = { 3.93968e-4, 3.02148e-3, 2.35108e-2 };
    static const double depth[] = { 1.712201, 2.923979, 3.996492 };
    nnp_parzen          below, above;

    open_densities(&below, &above);
    for (int i = 0; i < 3; i++) {
        double v = exp(nnp_parzen_draw(&below, 0, 0, u[i]));
        ck_assert_double_eq_tol(v / lr[i], 1, 2e-6);
        v = nnp_parzen_draw(&below, 0, 1, u[i]);
        ck_assert_double_eq_tol(v, depth[i], 1e-6);
        ck_assert_double_eq(nnp_dim_snap(&tried_space[1], v), i + 2);
    }
    nnp_parzen_close(&below);
    nnp_parzen_close(&above);
}
END_TEST

/* ---- functions ---- */

static double branin(const double *x)
{
    const double pi = 3.14159265358979323846;
    double       a = x[1] - 5.1 / (4 * pi * pi) * x[0] * x[0] + 5 / pi * x[0] - 6;

    return a * a + 10 * (1 - 1 / (8 * pi)) * cos(x[0]) + 10 - 0.397887357729739;
}

static double hartmann6(const double *x)
{
    static const double A[4][6] = { { 10, 3, 17, 3.5, 1.7, 8 },
                                    { .05, 10, 17, .1, 8, 14 },
                                    { 3, 3.5, 1.7, 10, 17, 8 },
                                    { 17, 8, .05, 10, .1, 14 } };
    static const double P[4][6] = { { 1312, 1696, 5569, 124, 8283, 5886 },
                                    { 2329, 4135, 8307, 3736, 1004, 9991 },
                                    { 2348, 1451, 3522, 2883, 3047, 6650 },
                                    { 4047, 8828, 8732, 5743, 1091, 381 } };
    static const double alpha[4] = { 1, 1.2, 3, 3.2 };
    double              sum = 3.32236801141551;

    for (int i = 0; i < 4; i++) {
        double e = 0;
        for (int j = 0; j < 6; j++)
            e += A[i][j] * (x[j] - 1e-4 * P[i][j]) * (x[j] - 1e-4 * P[i][j]);
        sum -= alpha[i] * exp(-e);
    }
    return sum;
}

#define PLANE "    train.batch: {range: [-5, 10]}\n    train.epochs: {range: [0, 15]}\n"
#define CUBE                                                                             \
    "    optim.a: {range: [0, 1]}\n    optim.b: {range: [0, 1]}\n"                       \
    "    optim.c: {range: [0, 1]}\n    optim.d: {range: [0, 1]}\n"                       \
    "    optim.e: {range: [0, 1]}\n    optim.f: {range: [0, 1]}\n"

static double best_of(const char *sampler, const char *space, int64_t trials, int64_t lag,
                      uint64_t seed, double (*f)(const double *))
{
    char   section[600];
    double best = HUGE_VAL;

    snprintf(section, sizeof section, "  sampler: %s\n  lag: %d\n  space:\n%s", sampler,
             (int)lag, space);
    hunt_open(&h, section, seed);
    for (int64_t k = 0; k < trials; k++) {
        struct search_trial *t = hunt_ask(&h, k);
        hunt_tell(t, NNP_TRIAL_DONE, f(t->x));
        best = fmin(best, t->value);
    }
    hunt_close(&h);
    return best;
}

enum { REPEATS = 15 };

static double median_of(const char *sampler, const char *space, int64_t trials,
                        int64_t lag, double (*f)(const double *))
{
    double v[REPEATS], w;

    for (int i = 0; i < REPEATS; i++) {
        int k = i;
        for (w = best_of(sampler, space, trials, lag, (uint64_t)i + 1000, f);
             k > 0 && v[k - 1] > w; k--)
            v[k] = v[k - 1];
        v[k] = w;
    }
    return v[REPEATS / 2];
}

/* Medians of 20 repeats elsewhere, random, sobol, tpe: .745 .716 .201 and 1.241 1.277
 * .340; a factor of two is left for other random numbers. */
START_TEST(tpe_finds_the_lows_of_branin_and_hartmann_sooner)
{
    double random = median_of("random", PLANE, 60, 1, branin);
    double sobol = median_of("sobol", PLANE, 60, 1, branin);
    double tpe = median_of("tpe", PLANE, 60, 1, branin);

    printf("# branin: random %.3f sobol %.3f tpe %.3f\n", random, sobol, tpe);
    ck_assert_double_le(tpe, random / 1.5);
    ck_assert_double_le(tpe, sobol / 1.5);
    ck_assert_double_le(tpe, 2 * .201);
    ck_assert_double_le(random, 2 * .745);
    random = median_of("random", CUBE, 100, 1, hartmann6);
    sobol = median_of("sobol", CUBE, 100, 1, hartmann6);
    tpe = median_of("tpe", CUBE, 100, 1, hartmann6);
    printf("# hartmann6: random %.3f sobol %.3f tpe %.3f\n", random, sobol, tpe);
    ck_assert_double_le(tpe, random / 2);
    ck_assert_double_le(tpe, sobol / 2);
    ck_assert_double_le(tpe, 2 * .340);
    ck_assert_double_le(random, 2 * 1.241);
}
END_TEST

START_TEST(a_lag_costs_little)
{
    double tpe = median_of("tpe", CUBE, 100, 8, hartmann6);

    printf("# hartmann6, lag 8: tpe %.3f\n", tpe);
    ck_assert_double_le(tpe, 2 * .381);
}
END_TEST

/* ---- pure ---- */

#define MIXED                                                                            \
    "  sampler: tpe\n  lag: 4\n  space:\n    optim: [{adam: {}}, {sgd: {}}]\n"           \
    "    optim.adam.lr: {log: [1e-4, 1e-1], when: optim == 'adam'}\n"                    \
    "    optim.sgd.lr: {log: [1e-3, 1], when: optim == 'sgd'}\n"                         \
    "    train.batch: {int: [1, 4]}\n"

static double told_of(const double *x)
{
    return (x[0] < 0.5 ? fabs(log(x[1] / 0.01)) : 1 + fabs(log(x[2] / 0.1))) + x[3] / 10;
}

/* Results that a trial may not see do not change it: here they come in another order. */
START_TEST(a_trial_is_a_function_of_the_results_that_it_may_see)
{
    enum { N = 40, LAG = 4 };
    double x[N][4];

    hunt_open(&h, MIXED, 7);
    for (int64_t k = 0; k < N; k++) {
        struct search_trial *t = hunt_ask(&h, k);
        memcpy(x[k], t->x, sizeof x[k]);
        hunt_tell(t, NNP_TRIAL_DONE, told_of(t->x));
    }
    hunt_close(&h);
    hunt_open(&h, MIXED, 7);
    for (int64_t k = 0; k < N; k++) {
        struct search_trial *t = hunt_ask(&h, k);
        for (int i = 0; i < 4; i++)
            ck_assert(isnan(x[k][i]) ? isnan(t->x[i])
                                     : !(x[k][i] < t->x[i] || x[k][i] > t->x[i]));
        if (k >= LAG - 1) {
            t = h.search.trial[k - LAG + 1];
            hunt_tell(t, NNP_TRIAL_DONE, told_of(t->x));
            ck_assert(ask_ready(&h.search, k + 1));
            ck_assert(!ask_ready(&h.search, k + 2));
        }
    }
    hunt_close(&h);
}
END_TEST

START_TEST(what_is_turned_off_is_absent)
{
    hunt_open(&h, MIXED, 3);
    for (int64_t k = 0; k < 30; k++) {
        struct search_trial *t = hunt_ask(&h, k);
        ck_assert_int_eq(isnan(t->x[1]), t->x[0] > 0.5);
        ck_assert_int_eq(isnan(t->x[2]), t->x[0] < 0.5);
        const char *text = space_list(&h.search.space, &h.lib.arena, t->x);
        ck_assert_int_eq(strstr(text, "optim.sgd.lr") != NULL, t->x[0] > 0.5);
        hunt_tell(t, NNP_TRIAL_DONE, told_of(t->x));
    }
    hunt_close(&h);
}
END_TEST

START_TEST(a_finite_space_is_tried_once_and_ends)
{
    static const char *const samplers[] = { "random", "sobol", "tpe", "grid" };
    char                     section[300];

    for (int i = 0; i < 4; i++) {
        snprintf(section, sizeof section,
                 "  sampler: %s\n  space:\n    a: [x, y, z]\n    b: {int: [1, 4]}\n"
                 "    c: {range: [0, 0.3], step: 0.1, when: a == 'x'}\n  only: b != 2\n",
                 samplers[i]);
        hunt_open(&h, section, 5);
        ck_assert_int_eq(h.search.size, 18); /* 3 b * (4 c + 1 + 1) */
        for (int64_t k = 0; k < 18; k++) {
            ck_assert(!ask_is_over(&h.search, k));
            struct search_trial *t = hunt_ask(&h, k);
            ck_assert_ptr_nonnull(t);
            for (int64_t j = 0; j < k; j++)
                ck_assert(!space_same(&h.search.space, t->x, h.search.trial[j]->x));
            ck_assert(t->x[1] < 1.5 || t->x[1] > 2.5);
            hunt_tell(t, NNP_TRIAL_DONE, (double)k);
        }
        ck_assert(ask_is_over(&h.search, 18));
        ck_assert_ptr_null(hunt_ask(&h, 18));
        hunt_close(&h);
    }
}
END_TEST

START_TEST(a_grid_goes_through_the_space_last_key_fastest)
{
    static const char *const rows[] = { "a=x lr=0.001", "a=x lr=0.01", "a=x lr=0.1",
                                        "a=y lr=0.001" };

    hunt_open(
        &h,
        "  sampler: grid\n  space:\n    a: [x, y]\n    lr: {log: [1e-3, 0.1], n: 3}\n",
        1);
    for (int64_t k = 0; k < 4; k++)
        ck_assert_str_eq(space_list(&h.search.space, &h.lib.arena, hunt_ask(&h, k)->x),
                         rows[k]);
    ck_assert_ptr_nonnull(hunt_ask(&h, 5));
    ck_assert_ptr_null(hunt_ask(&h, 6));
    hunt_close(&h);
}
END_TEST

START_TEST(values_are_rounded_before_they_are_used)
{
    hunt_open(&h, "  sampler: random\n  space:\n    lr: {log: [1e-3, 0.1]}\n", 1);
    for (int64_t k = 0; k < 50; k++) {
        double      x = hunt_ask(&h, k)->x[0];
        const char *text = space_text(&h.search.space, &h.lib.arena, 0, x);
        ck_assert_uint_le(strlen(text), 11);
        ck_assert_double_eq(strtod(text, NULL), x);
    }
    hunt_close(&h);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ask");
    TCase *t = tcase_create("ask");

    tcase_add_test(t, sobol_has_the_points_of_joe_and_kuo);
    tcase_add_test(t, tpe_has_the_densities_of_its_reference);
    tcase_add_test(t, tpe_draws_by_the_inverse_of_its_kernels);
    tcase_add_test(t, tpe_finds_the_lows_of_branin_and_hartmann_sooner);
    tcase_add_test(t, a_lag_costs_little);
    tcase_add_test(t, a_trial_is_a_function_of_the_results_that_it_may_see);
    tcase_add_test(t, what_is_turned_off_is_absent);
    tcase_add_test(t, a_finite_space_is_tried_once_and_ends);
    tcase_add_test(t, a_grid_goes_through_the_space_last_key_fastest);
    tcase_add_test(t, values_are_rounded_before_they_are_used);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
