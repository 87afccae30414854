/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "optimizers/follow.h"

static const struct trajectory reference[] = {
    { NULL,
      { { 0.599999984, -0.250000000, 0.025000016, -0.650000080 },
        { 0.562699797, -0.150000020, 0.005293434, -0.551923165 },
        { 0.597802370, -0.210192937, 0.056374371, -0.588603369 },
        { 0.531655711, -0.190425461, -0.000110868, -0.554013927 },
        { 0.518475722, -0.119950967, -0.000110868, -0.619611475 },
        { 0.555405731, -0.147209870, 0.049446010, -0.632683929 },
        { 0.511051801, -0.120787281, 0.014452861, -0.596014571 },
        { 0.511051801, -0.176097192, 0.026096271, -0.640116513 },
        { 0.551937909, -0.187146824, 0.076597317, -0.640116513 },
        { 0.522485824, -0.155538940, 0.056701033, -0.599424136 } } },
    { "{lr: 0.01, alpha: 0.9, centered: true}",
      { { 0.533333332, -0.250000000, 0.091666668, -0.716666676 },
        { 0.520899935, -0.216666669, 0.084678103, -0.683273182 },
        { 0.533292985, -0.236293385, 0.102065463, -0.695625830 },
        { 0.510915951, -0.229524076, 0.082021066, -0.683246131 },
        { 0.506234827, -0.204763074, 0.082021066, -0.705453186 },
        { 0.519608400, -0.214411936, 0.099751522, -0.710093880 },
        { 0.503349760, -0.204540080, 0.086787779, -0.696770670 },
        { 0.503349760, -0.224222090, 0.091266145, -0.712930930 },
        { 0.518980852, -0.228340670, 0.110241493, -0.712930930 },
        { 0.507469757, -0.216271871, 0.102528898, -0.697329431 } } },
    { "{lr: 0.01, momentum: 0.9, l2: 0.1}",
      { { 0.599999983, -0.150000400, 0.025000016, -0.650000050 },
        { 0.642359437, 0.039882778, -0.084706553, -0.463916230 },
        { 0.708062082, 0.151358560, -0.132265819, -0.323845570 },
        { 0.695170484, 0.268744695, -0.229738784, -0.162097668 },
        { 0.663733882, 0.442624741, -0.314872124, -0.077692240 },
        { 0.665596619, 0.567149321, -0.339870032, -0.013483270 },
        { 0.618654407, 0.699870125, -0.393952766, 0.079769693 },
        { 0.571078338, 0.759514130, -0.427500329, 0.120343732 },
        { 0.564055371, 0.796071100, -0.405151165, 0.155828167 },
        { 0.524663697, 0.853496459, -0.401380541, 0.226297719 } } },
    { "{lr: 0.01, alpha: 0.9, eps: 1e-3, centered: true, momentum: 0.5}",
      { { 0.533156499, -0.250000000, 0.091843501, -0.717532468 },
        { 0.537362880, -0.216887417, 0.068315541, -0.668082677 },
        { 0.551797990, -0.219855655, 0.073858675, -0.655649697 },
        { 0.536718341, -0.214606926, 0.056665879, -0.637114507 },
        { 0.524514858, -0.187319269, 0.048069481, -0.649975343 },
        { 0.531739165, -0.183287207, 0.061439087, -0.661029290 },
        { 0.519145375, -0.171438146, 0.055204807, -0.653280221 },
        { 0.512848480, -0.185133841, 0.056550047, -0.665513884 },
        { 0.525282412, -0.196086742, 0.076140579, -0.671630716 },
        { 0.520023509, -0.189533110, 0.078246970, -0.659136162 } } },
};

START_TEST(follows_the_reference)
{
    follow("rmsprop", &reference[_i]);
}
END_TEST

START_TEST(spares_weights_that_do_not_decay)
{
    follow_without_decay("rmsprop", "{l2: 0.5}", "{}");
}
END_TEST

START_TEST(takes_the_rate_of_the_host)
{
    follow_rate("rmsprop");
}
END_TEST

START_TEST(treats_all_elements_alike)
{
    follow_many("rmsprop", NULL);
}
END_TEST

/* The mean of the squares and the square of the mean are equal here but for rounding. */
START_TEST(a_constant_gradient_gives_no_nan)
{
    struct nnt *t =
        nnt_open("optimizer", "rmsprop", "{centered: true, alpha: 0.5, eps: 1e-3}");

    nnt_weight(t, S(1), V0);
    nnt_setup(t);
    for (uint64_t step = 0; step < 200; step++) {
        nnt_fill(&t->dweight[0], 0.3);
        t->ctx->step = step;
        nnt_forward(t);
    }
    ck_assert_double_gt(nnt_get(&t->weight[0], 0), -1000);
    ck_assert_double_lt(nnt_get(&t->weight[0], 0), 0);
    nnt_close(t);
}
END_TEST

static const struct {
    const char *yaml, *message;
} refused[] = {
    { "{alpha: 1}", "test.yaml:1:9: alpha: 1 is outside [0,1)" },
};

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("optimizer", "rmsprop", refused[_i].yaml),
                     refused[_i].message);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("rmsprop");
    TCase *t = tcase_create("optimizer");

    tcase_add_loop_test(t, follows_the_reference, 0, COUNT(reference));
    tcase_add_test(t, spares_weights_that_do_not_decay);
    tcase_add_test(t, takes_the_rate_of_the_host);
    tcase_add_test(t, treats_all_elements_alike);
    tcase_add_test(t, a_constant_gradient_gives_no_nan);
    tcase_add_loop_test(t, refuses_bad_parameters_where_they_stand, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
