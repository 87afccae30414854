/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "reports/fake.h"

/* Two units that look at 2 x 2. */
static float   w[] = { 0, 2, -2, 1, -0.1f, 0, 0.1f, 0 };
static int64_t shape[] = { 2, 4 }, bias[] = { 2 };

static void data(void)
{
    fake.of[0] = "enc1";
    fake_name(0, "enc1.weight", w, 2, shape);
    fake_name(1, "thin.weight", w, 1, bias);
}

START_TEST(a_tile_is_a_unit_and_grey_is_zero)
{
    struct nnt *t = fake_open("filters", NULL);

    data();
    nnt_forward(t);
    ck_assert_str_eq(fake.file, "filters.png");
    uint32_t top = 30, side = 32, next = side + 4; /* below the caption */
    ck_assert_uint_eq(fake.height, top + side + 4);
    ck_assert_int_eq(fake_pixel(0, top), 0x808080);
    ck_assert_int_eq(fake_pixel(side - 1, top), 0xffffff);
    ck_assert_int_eq(fake_pixel(0, top + side - 1), 0x000000);
    ck_assert_int_eq(fake_pixel(side - 1, top + side - 1), 0xbfbfbf);
    /* The second unit is as bright: each by its own largest. */
    ck_assert_int_eq(fake_pixel(next, top), 0x000000);
    ck_assert_int_eq(fake_pixel(next, top + side - 1), 0xffffff);
    fake_close(t, "filters");
}
END_TEST

START_TEST(kernels_of_three_channels_have_colour)
{
    static float   k[] = { 1, -1, 0.5f };
    static int64_t one[] = { 1, 3, 1, 1 };
    struct nnt    *t = fake_open("filters", "kernels.png");

    data();
    fake_name(0, "enc1.weight", k, 4, one);
    nnt_forward(t);
    ck_assert_str_eq(fake.file, "kernels.png");
    ck_assert_int_eq(fake_pixel(0, 30), 0xff00bf);
    fake_close(t, "kernels");
}
END_TEST

START_TEST(draws_what_an_estimator_learned)
{
    struct nnt *t = fake_open("filters", "{weight: centers}");

    data();
    fake.of[0] = "cluster";
    fake_name(0, "cluster.centers", w, 2, shape);
    nnt_forward(t);
    ck_assert_int_eq(fake_pixel(0, 30), 0x808080);
    ck_assert_int_eq(fake_pixel(31, 30), 0xffffff);
    fake_close(t, "filters");
}
END_TEST

static const struct {
    const char *of, *yaml, *message;
} refused[] = {
    { NULL, NULL, "of: the item whose weights are drawn is missing" },
    { "relu1", NULL,
      "of: 'relu1' has no weights to draw; a dense or convolutional layer has" },
    { "thin", NULL,
      "of: 'thin' has no weights to draw; a dense or convolutional layer has" },
    { "enc1", "{weight: centers}", "of: 'enc1' has no 'centers' of f32 rows to draw" },
    { "enc1", "{first: 2}", "of: 'enc1' has fewer units than `first` says" },
    { "enc1", "{shape: [3, 3]}",
      "of: 'enc1' has units of another size than `shape` says" },
};

START_TEST(says_what_cannot_be_drawn)
{
    struct nnt *t = fake_open("filters", refused[_i].yaml);

    data();
    fake.of[0] = refused[_i].of;
    ck_assert_str_eq(nnt_forward_refusal(t), refused[_i].message);
    fake_close(t, "refused");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("filters");
    TCase *t = tcase_create("report");

    tcase_add_test(t, a_tile_is_a_unit_and_grey_is_zero);
    tcase_add_test(t, draws_what_an_estimator_learned);
    tcase_add_test(t, kernels_of_three_channels_have_colour);
    tcase_add_loop_test(t, says_what_cannot_be_drawn, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
