/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "reports/fake.h"

/* Three samples of 2 x 2: as they are, and a noisy copy that leaves 0..1. */
static float   clean[] = { 0, 1, 0.5f, 1, 1, 0, 0, 0, 0, 0, 0, 1 };
static float   noisy[] = { -3, 7, 0.5f, 1, 1, 0, 0, 0, 0, 0, 0, NAN };
static int64_t flat[] = { 3, 4 }, square[] = { 3, 1, 2, 2 };

static void nothing(const float *x, float *p)
{
    *p = x[0];
}

static void data(void)
{
    fake.rows = 5;
    fake.n_x = fake.n_p = 1;
    fake.x = clean;
    fake.model = nothing;
    fake_name(0, "x_noisy", noisy, 2, flat);
    fake_name(1, "x", clean, 4, square);
}

/* One sample fills a cell of 75 x 2 pixels; names are as wide as the widest. */
START_TEST(rows_are_streams_and_columns_samples)
{
    struct nnt *t = fake_open("grid", "{rows: [x_noisy, x], n: 3, first: 1}");

    data();
    nnt_forward(t);
    ck_assert_str_eq(fake.file, "grid.png");
    ck_assert_int_eq(fake.first, 1);
    uint32_t cell = 32, left = fake.width - 3 * cell - 8, below = cell + 4;
    ck_assert_uint_eq(fake.height, 2 * cell + 4);
    /* The clean row says 0..1; what is outside is clamped, what is no number magenta. */
    ck_assert_int_eq(fake_pixel(left, 0), 0x000000);
    ck_assert_int_eq(fake_pixel(left + cell - 1, 0), 0xffffff);
    ck_assert_int_eq(fake_pixel(left, cell - 1), 0x808080);
    ck_assert_int_eq(fake_pixel(left + 2 * (cell + 4) + cell - 1, cell - 1), 0xff00ff);
    ck_assert_int_eq(fake_pixel(left, below), 0x000000);
    ck_assert_int_eq(fake_pixel(left + cell + 4, below), 0xffffff);
    ck_assert_int_eq(fake_pixel(left + cell, 0), -1); /* between two samples */
    fake_close(t, "grid");
}
END_TEST

/* Names are as wide as their letters. */
START_TEST(what_a_block_makes_has_its_name)
{
    static const char *const rows[] = { "{rows: [out, x], n: 3}",
                                        "{rows: [out/sigmoid1, x], n: 3}",
                                        "{rows: [out/sigmoid1, out/x], n: 3}" };
    uint32_t                 width[3];

    for (int i = 0; i < 3; i++) {
        struct nnt *t = fake_open("grid", rows[i]);

        data();
        fake_name(0, "out", noisy, 2, flat);
        fake_name(2, "out/sigmoid1", noisy, 2, flat);
        fake_name(3, "out/x", noisy, 2, flat);
        nnt_forward(t);
        width[i] = fake.width;
        fake_close(t, "block");
    }
    ck_assert_uint_eq(width[1], width[0]);
    ck_assert_uint_gt(width[2], width[0]); /* two rows of one block keep their names */
}
END_TEST

START_TEST(three_channels_are_a_colour)
{
    static float   rgb[] = { 1, 0.2f, 0, 0.4f, 0, 0.6f };
    static int64_t shape[] = { 1, 3, 1, 2 };
    struct nnt    *t = fake_open("grid", "{rows: rgb, n: 1, range: [0, 1], file: c.png}");

    data();
    fake_name(0, "rgb", rgb, 4, shape);
    nnt_forward(t);
    ck_assert_str_eq(fake.file, "c.png");
    ck_assert_int_eq(fake_pixel(fake.width - 32, 16), 0xff0000);
    ck_assert_int_eq(fake_pixel(fake.width - 1, 16), 0x336699);
    fake_close(t, "colour");
}
END_TEST

START_TEST(the_scale_is_the_usual_one_that_fits)
{
    static float   bytes[] = { 255, 0, 51, 102 };
    static int64_t shape[] = { 1, 4 };
    struct nnt    *t = fake_open("grid", "{rows: b, n: 1}");

    data();
    fake_name(0, "b", bytes, 2, shape);
    nnt_forward(t);
    ck_assert_int_eq(fake_pixel(fake.width - 32, 31), 0x333333);
    fake_close(t, "bytes");
}
END_TEST

START_TEST(any_other_scale_goes_from_least_to_most)
{
    static float   v[] = { -7, 3, -2, -7 };
    static int64_t shape[] = { 1, 4 };
    struct nnt    *t = fake_open("grid", "{rows: v, n: 1}");

    data();
    fake_name(0, "v", v, 2, shape);
    nnt_forward(t);
    ck_assert_int_eq(fake_pixel(fake.width - 32, 0), 0x000000);
    ck_assert_int_eq(fake_pixel(fake.width - 1, 0), 0xffffff);
    ck_assert_int_eq(fake_pixel(fake.width - 32, 31), 0x808080);
    fake_close(t, "least_to_most");
}
END_TEST

static const struct {
    const char *yaml, *message;
} refused[] = {
    { "{rows: [x, nothing]}", "rows: there is no stream nothing" },
    { "{rows: x, shape: [3, 2]}", "shape: a row of x has 4 numbers" },
    { "{rows: x, first: 5}", "split: the data have no such rows" },
    { "{rows: x, split: val}", "split: the data have no such rows" },
};

START_TEST(says_what_cannot_be_drawn)
{
    struct nnt *t = fake_open("grid", refused[_i].yaml);

    data();
    ck_assert_str_eq(nnt_forward_refusal(t), refused[_i].message);
    fake_close(t, "refused");
}
END_TEST

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(
        nnt_refusal("report", "grid", "{n: 3}"),
        "test.yaml:1:1: grid: rows is required (streams from top to bottom)");
    ck_assert_str_eq(nnt_refusal("report", "grid", "{rows: x, n: 0}"),
                     "test.yaml:1:14: n: 0 is outside [1,100]");
    struct nnt *t = nnt_open("report", "grid", "{rows: x, range: [1, 0]}");
    ck_assert_str_eq(nnt_setup_refusal(t), "range: two numbers, the smaller first");
    nnt_close(t);
    t = nnt_open("report", "grid", "{rows: x, shape: 4}");
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "shape: [height, width] or [channels, height, width]");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("grid");
    TCase *t = tcase_create("report");

    tcase_add_test(t, rows_are_streams_and_columns_samples);
    tcase_add_test(t, what_a_block_makes_has_its_name);
    tcase_add_test(t, three_channels_are_a_colour);
    tcase_add_test(t, the_scale_is_the_usual_one_that_fits);
    tcase_add_test(t, any_other_scale_goes_from_least_to_most);
    tcase_add_loop_test(t, says_what_cannot_be_drawn, 0, COUNT(refused));
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
