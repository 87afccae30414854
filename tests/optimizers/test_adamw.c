/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "optimizers/follow.h"

static const struct trajectory reference[] = {
    { NULL,
      { { 0.500995000, -0.249997500, 0.123998750, -0.748992500 },
        { 0.501335596, -0.249250863, 0.123194469, -0.748123964 },
        { 0.501803583, -0.249171689, 0.122982524, -0.747730261 },
        { 0.501708838, -0.248993547, 0.122512591, -0.747226147 },
        { 0.501557525, -0.248502949, 0.122115204, -0.747255553 },
        { 0.501625321, -0.248236355, 0.122071725, -0.747347088 },
        { 0.501456135, -0.247879162, 0.121861314, -0.747237064 },
        { 0.501306395, -0.247885600, 0.121733506, -0.747363611 },
        { 0.501379612, -0.247944100, 0.121877165, -0.747475112 },
        { 0.501301912, -0.247843147, 0.121908441, -0.747371767 } } },
    { "{lr: 0.1, beta1: 0.8, beta2: 0.9, eps: 1e-3, decay: 0.5}",
      { { 0.574840256, -0.237500000, 0.018909744, -0.613293651 },
        { 0.575786318, -0.149257482, -0.060840708, -0.495544160 },
        { 0.592906472, -0.139012742, -0.070056423, -0.436769622 },
        { 0.544478412, -0.116595844, -0.112362111, -0.366744597 },
        { 0.493397457, -0.057610908, -0.143748488, -0.362831957 },
        { 0.475675773, -0.030636532, -0.128950631, -0.364984004 },
        { 0.427419087, 0.007370133, -0.140080906, -0.337809393 },
        { 0.385577052, -0.004713219, -0.139573845, -0.343578845 },
        { 0.379464658, -0.021659248, -0.102972371, -0.345445061 },
        { 0.350110108, -0.012277871, -0.087504179, -0.314102758 } } },
    { "{lr: 0.01, beta2: 0.5, amsgrad: true, decay: 0}",
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
    follow("adamw", &reference[_i]);
}
END_TEST

START_TEST(spares_weights_that_do_not_decay)
{
    follow_without_decay("adamw", "{decay: 0.5}", "{decay: 0}");
}
END_TEST

START_TEST(takes_the_rate_of_the_host)
{
    follow_rate("adamw");
}
END_TEST

START_TEST(treats_all_elements_alike)
{
    follow_many("adamw", NULL);
}
END_TEST

static const struct {
    const char *yaml, *message;
} refused[] = {
    { "{decay: -0.1}", "test.yaml:1:9: decay: -0.1 is outside [0,inf)" },
};

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("optimizer", "adamw", refused[_i].yaml),
                     refused[_i].message);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("adamw");
    TCase *t = tcase_create("optimizer");

    tcase_add_loop_test(t, follows_the_reference, 0, COUNT(reference));
    tcase_add_test(t, spares_weights_that_do_not_decay);
    tcase_add_test(t, takes_the_rate_of_the_host);
    tcase_add_test(t, treats_all_elements_alike);
    tcase_add_loop_test(t, refuses_bad_parameters_where_they_stand, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
