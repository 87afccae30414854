/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>

START_TEST(nothing_turns_by_nothing)
{
    struct nnt *t = nnt_open("transform", "rotate", "0");

    nnt_in(t, NNP_F32, S(1, 1, 2, 3), V(1, 2, 3, 4, 5, 6));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(1, 2, 3, 4, 5, 6));
    nnt_close(t);
}
END_TEST

/* The slope of a plane shows the angle: pixel (y, x) holds 10 x + 100. */
START_TEST(angles_are_spread_evenly)
{
    enum { ROWS = 400, SIDE = 9, PIXELS = SIDE * SIDE };
    struct nnt *t = nnt_open("transform", "rotate", "30");
    double      sum = 0, squares = 0, most = 0;

    nnt_in(t, NNP_F32, S(ROWS, 1, SIDE, SIDE), V0);
    nnt_setup(t);
    for (size_t i = 0; i < ROWS * PIXELS; i++)
        nnp_f32(&t->in[0])[i] = (float)(10 * (i % SIDE) + 100);
    nnt_forward(t);
    for (size_t row = 0; row < ROWS; row++) {
        size_t mid = row * PIXELS + 4 * SIDE + 4;
        double dx = nnt_get(&t->out[0], mid + 1) - nnt_get(&t->out[0], mid - 1);
        double dy = nnt_get(&t->out[0], mid + SIDE) - nnt_get(&t->out[0], mid - SIDE);
        double angle = atan2(dy, dx) * 180 / M_PI;

        nnt_expect_number(hypot(dx, dy), 20, 1e-4);
        nnt_expect_number(nnt_get(&t->out[0], mid), 140, 1e-4);
        sum += angle;
        squares += angle * angle;
        most = fmax(most, fabs(angle));
    }
    ck_assert_double_le(most, 30.01);
    ck_assert_double_ge(most, 28);
    ck_assert_double_le(fabs(sum / ROWS), 3.5);                  /* 4 standard errors */
    ck_assert_double_le(fabs(sqrt(squares / ROWS) - 17.3), 1.6); /* 30 / sqrt(3) */
    nnt_close(t);
}
END_TEST

START_TEST(corners_come_from_outside)
{
    struct nnt *t = nnt_open("transform", "rotate", "{degrees: 180, value: -5}");
    double      least = 0;

    nnt_in(t, NNP_F32, S(20, 1, 8, 8), V0);
    nnt_forward(t);
    for (size_t i = 0; i < 20 * 64; i++)
        least = fmin(least, nnt_get(&t->out[0], i));
    nnt_expect_number(least, -5, 1e-3);
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("transform", "rotate", "60");

    nnt_in(t, NNP_F32, S(3, 2, 4, 5), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -1, 1, 3);
    nnt_gradient(t, 1);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_bytes_and_what_is_no_image)
{
    struct nnt *t = nnt_open("transform", "rotate", NULL);

    nnt_in(t, _i ? NNP_F32 : NNP_U8, _i ? S(2, 4) : S(1, 1, 2, 2), V0);
    ck_assert_str_eq(
        nnt_setup_refusal(t),
        _i ? "rotate takes images: rows of 3 axes (channels, height, width), not 1"
           : "the input is u8, rotate takes f32: put `scale` before it");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("rotate");
    TCase *t = tcase_create("transform");

    tcase_add_test(t, nothing_turns_by_nothing);
    tcase_add_test(t, angles_are_spread_evenly);
    tcase_add_test(t, corners_come_from_outside);
    tcase_add_test(t, gradient_agrees_with_differences);
    tcase_add_loop_test(t, refuses_bytes_and_what_is_no_image, 0, 2);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
