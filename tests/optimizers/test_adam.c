/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "optimizers/follow.h"

static const struct trajectory reference[] = {
    { NULL,
      { { 0.501000000, -0.250000000, 0.124000000, -0.749000000 },
        { 0.501345606, -0.249255863, 0.123196959, -0.748138954 },
        { 0.501818606, -0.249179181, 0.122986246, -0.747752732 },
        { 0.501728880, -0.249003531, 0.122517542, -0.747256095 },
        { 0.501582583, -0.248515424, 0.122121381, -0.747292974 },
        { 0.501655395, -0.248251315, 0.122079123, -0.747391982 },
        { 0.501491225, -0.247896604, 0.121869933, -0.747289431 },
        { 0.501346500, -0.247905520, 0.121743343, -0.747423450 },
        { 0.501424729, -0.247966500, 0.121888220, -0.747542424 },
        { 0.501352044, -0.247868026, 0.121920715, -0.747446555 } } },
    { "{lr: 0.1, beta1: 0.8, beta2: 0.9, eps: 1e-3, l2: 0.1}",
      { { 0.599826389, -0.153846154, 0.025156617, -0.650497512 },
        { 0.618096309, -0.074592258, -0.053653380, -0.559714108 },
        { 0.651318119, -0.067912177, -0.066138809, -0.513384978 },
        { 0.620739404, -0.048938339, -0.111422332, -0.454509672 },
        { 0.583868902, 0.006015229, -0.147145950, -0.456327552 },
        { 0.576224699, 0.031680636, -0.137991400, -0.463194377 },
        { 0.539263141, 0.069086653, -0.153350663, -0.441895201 },
        { 0.505197846, 0.057882716, -0.157064813, -0.452552359 },
        { 0.504616033, 0.040863932, -0.125184138, -0.458742383 },
        { 0.481211418, 0.048869593, -0.112087992, -0.433321134 } } },
    { "{lr: 0.01, beta2: 0.5, amsgrad: true}",
      { { 0.510000000, -0.250000000, 0.115000000, -0.740000001 },
        { 0.513223013, -0.243553975, 0.107909372, -0.732468632 },
        { 0.517372253, -0.242843618, 0.106005603, -0.729268944 },
        { 0.516533660, -0.241356434, 0.101422667, -0.725343032 },
        { 0.515280110, -0.237376812, 0.097901601, -0.725658860 },
        { 0.515896439, -0.235319418, 0.097505393, -0.726445496 },
        { 0.514460655, -0.232659708, 0.095563769, -0.725633362 },
        { 0.513274642, -0.232732140, 0.094455564, -0.726737580 },
        { 0.513934877, -0.233202323, 0.095703370, -0.727662447 },
        { 0.513327008, -0.232444478, 0.095974126, -0.726891247 } } },
};

START_TEST(follows_the_reference)
{
    follow("adam", &reference[_i]);
}
END_TEST

START_TEST(spares_weights_that_do_not_decay)
{
    follow_without_decay("adam", "{l2: 0.5}", "{}");
}
END_TEST

START_TEST(takes_the_rate_of_the_host)
{
    follow_rate("adam");
}
END_TEST

START_TEST(treats_all_elements_alike)
{
    follow_many("adam", NULL);
}
END_TEST

/* Without the division by 1 - beta^t the first steps would be near 0. */
START_TEST(first_step_has_the_size_of_the_rate)
{
    struct nnt *t = nnt_open("optimizer", "adam", "{lr: 0.25}");

    nnt_weight(t, S(3), V(0, 0, 0));
    nnt_setup(t);
    nnt_set(&t->dweight[0], V(1e-3, -5, 1e6));
    nnt_forward(t);
    nnt_expect_tol(&t->weight[0], V(-0.25, 0.25, -0.25), 1e-5);
    nnt_expect_tol(nnt_tensor(t, NNP_STATE, "m"), V(1e-4, -0.5, 1e5), 1e-6);
    nnt_close(t);
}
END_TEST

static const struct {
    const char *yaml, *message;
} refused[] = {
    { "{beta2: 1}", "test.yaml:1:9: beta2: 1 is outside [0,1)" },
    { "{beta: 0.9}", "test.yaml:1:2: adam: no parameter is called 'beta'; 'beta1' is" },
};

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("optimizer", "adam", refused[_i].yaml),
                     refused[_i].message);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("adam");
    TCase *t = tcase_create("optimizer");

    tcase_add_loop_test(t, follows_the_reference, 0, COUNT(reference));
    tcase_add_test(t, spares_weights_that_do_not_decay);
    tcase_add_test(t, takes_the_rate_of_the_host);
    tcase_add_test(t, treats_all_elements_alike);
    tcase_add_test(t, first_step_has_the_size_of_the_rate);
    tcase_add_loop_test(t, refuses_bad_parameters_where_they_stand, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
