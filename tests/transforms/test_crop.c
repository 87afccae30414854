/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

static const struct {
    const char *yaml;
    int64_t     size[2];
    double      y[20];
} centres[] = {
    { "2", { 2, 2 }, { 2, 3, 6, 7 } },
    { "[1, 4]", { 1, 4 }, { 5, 6, 7, 8 } },
    { "{size: [5, 4], pad: 1, value: -1}",
      { 5, 4 },
      { -1, -1, -1, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, -1, -1, -1, -1 } },
    { "{}", { 3, 4 }, { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 } },
};

START_TEST(takes_the_centre_where_nothing_is_learnt)
{
    for (int bytes = 0; bytes < 2 && !(bytes && _i == 2); bytes++) {
        struct nnt *t = nnt_open("transform", "crop", centres[_i].yaml);
        size_t      n = (size_t)(centres[_i].size[0] * centres[_i].size[1]);

        nnt_in(t, bytes ? NNP_U8 : NNP_F32, S(1, 1, 3, 4),
               V(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
        nnt_infer(t);
        nnt_expect_shape(&t->out[0], bytes ? NNP_U8 : NNP_F32,
                         S(1, 1, centres[_i].size[0], centres[_i].size[1]));
        nnt_expect(&t->out[0], (struct nnt_values){ n, centres[_i].y });
        nnt_close(t);
    }
}
END_TEST

/* Which of the places of a 1 x 2 window in 1 x 4 pixels come up. */
START_TEST(wanders_in_training)
{
    struct nnt *t = nnt_open("transform", "crop", "[1, 2]");
    int         seen[3] = { 0 };

    nnt_in(t, NNP_F32, S(60, 1, 1, 4), V0);
    nnt_setup(t);
    for (size_t i = 0; i < 240; i++)
        nnp_f32(&t->in[0])[i] = (float)(i % 4);
    nnt_forward(t);
    for (size_t i = 0; i < 60; i++) {
        int at = (int)nnt_get(&t->out[0], 2 * i);

        ck_assert_int_le(at, 2);
        ck_assert_double_eq(nnt_get(&t->out[0], 2 * i + 1), at + 1);
        seen[at]++;
    }
    for (int at = 0; at < 3; at++)
        ck_assert_int_gt(seen[at], 0);
    nnt_close(t);
}
END_TEST

START_TEST(shift_moves_all_channels_alike)
{
    struct nnt *t = nnt_open("transform", "shift", "{most: 1, value: 9}");
    int         seen[3] = { 0 };

    nnt_in(t, NNP_F32, S(90, 2, 1, 3), V0);
    nnt_setup(t);
    for (size_t i = 0; i < 540; i++)
        nnp_f32(&t->in[0])[i] = (float)(i % 3);
    nnt_infer(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(90, 2, 1, 3));
    for (size_t i = 0; i < 90; i++) {
        double a[3], first;

        for (size_t k = 0; k < 3; k++) {
            a[k] = nnt_get(&t->out[0], 6 * i + k);
            ck_assert_double_eq(a[k], nnt_get(&t->out[0], 6 * i + 3 + k));
        }
        first = a[0];
        if (a[1] == 9)
            continue; /* moved up or down, out of the only line there is */
        ck_assert(first == 0 || first == 1 || first == 9);
        ck_assert_double_eq(a[1], first == 9 ? 0 : first + 1);
        seen[first == 9 ? 2 : (int)first]++;
    }
    for (int k = 0; k < 3; k++)
        ck_assert_int_gt(seen[k], 0);
    nnt_close(t);
}
END_TEST

static const char *const settings[] = { "{size: 2}", "{size: [3, 4], pad: 2}",
                                        "{size: [8, 1], pad: 3}" };

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("transform", "crop", settings[_i]);

    nnt_in(t, NNP_F32, S(4, 2, 3, 4), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -1, 1, 3);
    nnt_gradient(t, 1);
    nnt_close(t);
}
END_TEST

static const struct {
    const char      *name, *yaml;
    struct nnt_shape shape;
    const char      *message;
} refused[] = {
    { "crop",
      "[5, 4]",
      { 4, (int64_t[]){ 1, 1, 4, 4 } },
      "size: 5 x 4 pixels are more than the 4 x 4 there are; `pad` adds some" },
    { "crop",
      "[5, 4, 3]",
      { 4, (int64_t[]){ 1, 1, 4, 4 } },
      "size: one number, or [height, width]" },
    { "shift",
      "1",
      { 2, (int64_t[]){ 1, 16 } },
      "images are needed: rows of 3 axes (channels, height, width)" },
};

START_TEST(refuses_what_does_not_fit)
{
    struct nnt *t = nnt_open("transform", refused[_i].name, refused[_i].yaml);

    nnt_in(t, NNP_F32, refused[_i].shape, V0);
    ck_assert_str_eq(nnt_setup_refusal(t), refused[_i].message);
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("crop");
    TCase *t = tcase_create("transform");

    tcase_add_loop_test(t, takes_the_centre_where_nothing_is_learnt, 0, COUNT(centres));
    tcase_add_test(t, wanders_in_training);
    tcase_add_test(t, shift_moves_all_channels_alike);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, COUNT(settings));
    tcase_add_loop_test(t, refuses_what_does_not_fit, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
