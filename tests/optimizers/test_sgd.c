/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "optimizers/follow.h"

static const struct trajectory reference[] = {
    { "{lr: 0.1}",
      { { 0.562500000, -0.250000000, 0.062500000, -0.737500000 },
        { 0.537500000, -0.200000000, 0.050000000, -0.675000000 },
        { 0.562500000, -0.237500000, 0.087500000, -0.700000000 },
        { 0.500000000, -0.225000000, 0.037500000, -0.675000000 },
        { 0.487500000, -0.162500000, 0.037500000, -0.737500000 },
        { 0.525000000, -0.187500000, 0.087500000, -0.750000000 },
        { 0.475000000, -0.162500000, 0.050000000, -0.712500000 },
        { 0.475000000, -0.225000000, 0.062500000, -0.762500000 },
        { 0.525000000, -0.237500000, 0.125000000, -0.762500000 },
        { 0.487500000, -0.200000000, 0.100000000, -0.712500000 } } },
    { "{lr: 0.1, momentum: 0.9}",
      { { 0.562500000, -0.250000000, 0.062500000, -0.737500000 },
        { 0.593750000, -0.200000000, -0.006250000, -0.663750000 },
        { 0.646875000, -0.192500000, -0.030625000, -0.622375000 },
        { 0.632187500, -0.173250000, -0.102562500, -0.560137500 },
        { 0.606468750, -0.093425000, -0.167306250, -0.566623750 },
        { 0.620821875, -0.046582500, -0.175575625, -0.584961375 },
        { 0.583739687, 0.020575750, -0.220518063, -0.563965237 },
        { 0.550365719, 0.018518175, -0.248466256, -0.595068714 },
        { 0.570329147, 0.004166357, -0.211119631, -0.623061842 },
        { 0.550796232, 0.028749722, -0.202507668, -0.598255658 } } },
    { "{lr: 0.1, momentum: 0.9, nesterov: true, l2: 0.01}",
      { { 0.617800000, -0.249525000, 0.006012500, -0.724825000 },
        { 0.619346180, -0.153848403, -0.068475174, -0.593965332 },
        { 0.690117004, -0.183921725, -0.052878566, -0.579465440 },
        { 0.611806935, -0.153276728, -0.167552777, -0.495849121 },
        { 0.573286545, -0.018070534, -0.225488808, -0.561423840 },
        { 0.620579576, -0.000238575, -0.182353605, -0.587320646 },
        { 0.533730161, 0.085794378, -0.259638390, -0.527517143 },
        { 0.500110121, 0.021810812, -0.271365501, -0.601970297 },
        { 0.564382233, -0.003238623, -0.174137982, -0.623309157 },
        { 0.505354907, 0.056742668, -0.190296581, -0.546871617 } } },
    { "{lr: 0.1, momentum: 0.8, dampening: 0.5}",
      { { 0.562500000, -0.250000000, 0.062500000, -0.737500000 },
        { 0.600000000, -0.225000000, 0.006250000, -0.696250000 },
        { 0.642500000, -0.223750000, -0.020000000, -0.675750000 },
        { 0.645250000, -0.216500000, -0.066000000, -0.646850000 },
        { 0.641200000, -0.179450000, -0.102800000, -0.654980000 },
        { 0.656710000, -0.162310000, -0.107240000, -0.667734000 },
        { 0.644118000, -0.136098000, -0.129542000, -0.659187200 },
        { 0.634044400, -0.146378400, -0.141133600, -0.677349760 },
        { 0.650985520, -0.160852720, -0.119156880, -0.691879808 },
        { 0.645788416, -0.153682176, -0.114075504, -0.678503846 } } },
    { "{lr: 0.1, l2: 0.5}",
      { { 0.537500000, -0.237500000, 0.056250000, -0.700000000 },
        { 0.485625000, -0.175625000, 0.040937500, -0.602500000 },
        { 0.486343750, -0.204343750, 0.076390625, -0.597375000 },
        { 0.399526562, -0.181626562, 0.022571094, -0.542506250 },
        { 0.367050234, -0.110045234, 0.021442539, -0.577880937 },
        { 0.386197723, -0.129542973, 0.070370412, -0.561486891 },
        { 0.316887837, -0.098065824, 0.029351892, -0.495912546 },
        { 0.301043445, -0.155662533, 0.040384297, -0.521116919 },
        { 0.335991272, -0.160379406, 0.100865082, -0.495061073 },
        { 0.281691709, -0.114860436, 0.070821828, -0.420308019 } } },
};

START_TEST(follows_the_reference)
{
    follow("sgd", &reference[_i]);
}
END_TEST

START_TEST(spares_weights_that_do_not_decay)
{
    follow_without_decay("sgd", "{lr: 0.1, l2: 0.5}", "{lr: 0.1}");
}
END_TEST

START_TEST(takes_the_rate_of_the_host)
{
    follow_rate("sgd");
}
END_TEST

START_TEST(treats_all_elements_alike)
{
    follow_many("sgd", "{momentum: 0.5}");
}
END_TEST

START_TEST(refuses_nesterov_without_momentum)
{
    struct nnt *t = nnt_open("optimizer", "sgd", "{nesterov: true}");

    nnt_weight(t, S(1), V0);
    ck_assert_str_eq(nnt_setup_refusal(t), "nesterov needs momentum and no dampening");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EINVAL);
    nnt_close(t);
}
END_TEST

START_TEST(momentum_may_follow_a_schedule)
{
    struct nnt *t = follow_open("sgd", "{lr: 1, momentum: 0.5}");

    nnt_set(&t->dweight[0], V(1, 1, 1, 1));
    nnt_forward(t);
    nnt_live(t, "momentum", 0.75);
    t->ctx->step = 1;
    nnt_forward(t); /* by 0.75 1 + 1 */
    nnt_expect(&t->weight[0], V(-2.25, -3, -2.625, -3.5));
    nnt_close(t);
}
END_TEST

static const struct {
    const char *yaml, *message;
} refused[] = {
    { "{lr: -1}", "test.yaml:1:6: lr: -1 is outside [0,inf)" },
    { "{momentum: 1}", "test.yaml:1:12: momentum: 1 is outside [0,1)" },
    { "{nesterov: 1}", "test.yaml:1:12: nesterov: '1' is not true or false" },
};

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("optimizer", "sgd", refused[_i].yaml),
                     refused[_i].message);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sgd");
    TCase *t = tcase_create("optimizer");

    tcase_add_loop_test(t, follows_the_reference, 0, COUNT(reference));
    tcase_add_test(t, spares_weights_that_do_not_decay);
    tcase_add_test(t, takes_the_rate_of_the_host);
    tcase_add_test(t, treats_all_elements_alike);
    tcase_add_test(t, refuses_nesterov_without_momentum);
    tcase_add_test(t, momentum_may_follow_a_schedule);
    tcase_add_loop_test(t, refuses_bad_parameters_where_they_stand, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
