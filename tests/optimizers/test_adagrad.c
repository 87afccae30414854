/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "optimizers/follow.h"

static const struct trajectory reference[] = {
    { "0.1",
      { { 0.600000000, -0.250000000, 0.025000000, -0.650000000 },
        { 0.562860932, -0.150000000, 0.005388387, -0.551941933 },
        { 0.597676464, -0.210000000, 0.056097642, -0.588456770 },
        { 0.532023247, -0.190388386, 0.000086438, -0.554157053 },
        { 0.519004356, -0.120374382, 0.000086438, -0.619251508 },
        { 0.555384700, -0.147342377, 0.048954216, -0.632161453 },
        { 0.511741122, -0.121304595, 0.014541856, -0.596045697 },
        { 0.511741122, -0.175859067, 0.025937914, -0.639431788 },
        { 0.551741122, -0.186705590, 0.075445291, -0.639431788 },
        { 0.523006333, -0.155762953, 0.056019574, -0.599630301 } } },
    { "{lr: 0.1, initial: 0.5, eps: 1e-3, l2: 0.1}",
      { { 0.563021551, -0.246471660, 0.058109750, -0.722820434 },
        { 0.531197327, -0.186977083, 0.044511912, -0.654056059 },
        { 0.551237428, -0.224436289, 0.080453914, -0.671965714 },
        { 0.494326102, -0.209118201, 0.036254863, -0.642553354 },
        { 0.479883116, -0.153404886, 0.035939454, -0.688681267 },
        { 0.506017796, -0.173242886, 0.075583875, -0.693293862 },
        { 0.465743414, -0.151199782, 0.046365916, -0.658997741 },
        { 0.462338658, -0.196124518, 0.055520063, -0.690767109 },
        { 0.493822451, -0.203864229, 0.098136087, -0.685718223 },
        { 0.465577206, -0.175979466, 0.080540805, -0.647344594 } } },
};

START_TEST(follows_the_reference)
{
    follow("adagrad", &reference[_i]);
}
END_TEST

START_TEST(spares_weights_that_do_not_decay)
{
    follow_without_decay("adagrad", "{l2: 0.5}", "{}");
}
END_TEST

START_TEST(takes_the_rate_of_the_host)
{
    follow_rate("adagrad");
}
END_TEST

START_TEST(treats_all_elements_alike)
{
    follow_many("adagrad", NULL);
}
END_TEST

static const struct {
    const char *yaml, *message;
} refused[] = {
    { "{eps: 0}", "test.yaml:1:7: eps: 0 is outside (0,inf)" },
};

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("optimizer", "adagrad", refused[_i].yaml),
                     refused[_i].message);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("adagrad");
    TCase *t = tcase_create("optimizer");

    tcase_add_loop_test(t, follows_the_reference, 0, COUNT(reference));
    tcase_add_test(t, spares_weights_that_do_not_decay);
    tcase_add_test(t, takes_the_rate_of_the_host);
    tcase_add_test(t, treats_all_elements_alike);
    tcase_add_loop_test(t, refuses_bad_parameters_where_they_stand, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
