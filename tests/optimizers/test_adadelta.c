/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "optimizers/follow.h"

static const struct trajectory reference[] = {
    { NULL,
      { { 0.503162237, -0.250000000, 0.121837763, -0.746838734 },
        { 0.501424780, -0.246837786, 0.120915250, -0.742445743 },
        { 0.503203086, -0.249611221, 0.123349482, -0.744813960 },
        { 0.499742768, -0.248511258, 0.120317053, -0.742416378 },
        { 0.498876610, -0.244687549, 0.120317053, -0.747058092 },
        { 0.501297316, -0.246568153, 0.123399837, -0.748209890 },
        { 0.498216652, -0.244663496, 0.120911440, -0.745009453 },
        { 0.498216652, -0.248623682, 0.121815409, -0.749060164 },
        { 0.501334651, -0.249571869, 0.125531949, -0.749060164 },
        { 0.498852279, -0.246889486, 0.123811732, -0.745001724 } } },
    { "{lr: 20, rho: 0.8, eps: 1e-3, l2: 0.1}",
      { { 1.903639855, 0.221404521, -1.280593514, 0.583333333 },
        { 0.614705918, 1.694481893, -1.269976792, 2.423838210 },
        { 1.290781654, 0.063535977, 0.050992053, 0.658785850 },
        { -0.499471188, 0.541618420, -1.330336262, 1.472555724 },
        { -0.743488854, 2.256784170, -0.881382821, -0.783721283 },
        { 0.559904357, 0.696728881, 0.691503931, -0.967818554 },
        { -0.999626837, 1.387584972, -0.633879231, 0.664466311 },
        { -0.660863574, -0.718893483, 0.005462804, -1.229468115 },
        { 0.946654280, -0.911138875, 1.731090942, -0.739843486 },
        { -0.486027871, 0.596630948, 0.408976499, 1.178499505 } } },
};

START_TEST(follows_the_reference)
{
    follow("adadelta", &reference[_i]);
}
END_TEST

START_TEST(spares_weights_that_do_not_decay)
{
    follow_without_decay("adadelta", "{l2: 0.5}", "{}");
}
END_TEST

START_TEST(takes_the_rate_of_the_host)
{
    follow_rate("adadelta");
}
END_TEST

START_TEST(treats_all_elements_alike)
{
    follow_many("adadelta", NULL);
}
END_TEST

static const struct {
    const char *yaml, *message;
} refused[] = {
    { "{rho: 1}", "test.yaml:1:7: rho: 1 is outside [0,1)" },
};

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("optimizer", "adadelta", refused[_i].yaml),
                     refused[_i].message);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("adadelta");
    TCase *t = tcase_create("optimizer");

    tcase_add_loop_test(t, follows_the_reference, 0, COUNT(reference));
    tcase_add_test(t, spares_weights_that_do_not_decay);
    tcase_add_test(t, takes_the_rate_of_the_host);
    tcase_add_test(t, treats_all_elements_alike);
    tcase_add_loop_test(t, refuses_bad_parameters_where_they_stand, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
