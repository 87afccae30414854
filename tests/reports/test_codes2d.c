/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "reports/fake.h"

static const float codes[] = { 0, 0, 1, 0, 0, 1, 1, 1, NAN, 0 };
static const float classes[] = { 0, 1, 0, 1, 1 };
static float       class_data[] = { 0, 1, 0, 1, 1 };
static int64_t     one[] = { 5, 1 };

static void same(const float *x, float *p)
{
    p[0] = x[0];
    p[1] = x[1];
}

static void data(void)
{
    fake.rows = 5;
    fake.n_x = fake.n_p = 2;
    fake.n_t = 1;
    fake.x = codes;
    fake.t = classes;
    fake.model = same;
    fake.of[0] = "prediction";
    fake.to_name = "target";
}

static size_t count(const char *what)
{
    size_t n = 0;

    for (const char *at = fake.written; (at = strstr(at, what)); at++)
        n++;
    return n;
}

START_TEST(a_class_is_a_path_of_dots)
{
    struct nnt *t = fake_open("codes2d", NULL);

    data();
    nnt_forward(t);
    ck_assert_str_eq(fake.file, "codes2d.svg");
    ck_assert_uint_eq(count("h0"), 4); /* the row that is no number is left out */
    /* (0, 0), then (0, 1): of 560 pixels for 1.06, so 528.4 up. */
    ck_assert_uint_eq(count("stroke=\"#0072b2\" stroke-width=\"5\""), 1);
    ck_assert_uint_eq(count("d=\"M0 0m67.8 556.2h0m0.0 -528.4h0\""), 1);
    ck_assert_uint_eq(count(">1</text>"),
                      4); /* two ticks, at the median, in the legend */
    ck_assert_uint_eq(count("<circle"), 2);
    fake_close(t, "codes2d");
}
END_TEST

START_TEST(so_many_of_each_class)
{
    struct nnt *t = fake_open("codes2d", "{each: 1, file: few.svg}");

    data();
    nnt_forward(t);
    ck_assert_str_eq(fake.file, "few.svg");
    ck_assert_uint_eq(count("h0"), 2);
    fake_close(t, "few");
}
END_TEST

START_TEST(says_what_cannot_be_drawn)
{
    static const float names[] = { 0, 1, 0.5f, 1, 1 };
    struct nnt        *t = fake_open("codes2d", NULL);

    data();
    fake.of[0] = NULL;
    ck_assert_str_eq(nnt_forward_refusal(t), "of: the stream of codes is missing");
    fake.of[0] = "none";
    ck_assert_str_eq(nnt_forward_refusal(t), "of, to: there is no such stream");
    fake_name(0, "wide", class_data, 2, one);
    fake.of[0] = "wide";
    ck_assert_str_eq(nnt_forward_refusal(t),
                     "of: a stream of two numbers a row is needed");
    fake.of[0] = "prediction";
    fake.t = names;
    ck_assert_str_eq(nnt_forward_refusal(t),
                     "to: a class is needed, a whole number from 0 to 99");
    fake_close(t, "refused");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("codes2d");
    TCase *t = tcase_create("report");

    tcase_add_test(t, a_class_is_a_path_of_dots);
    tcase_add_test(t, so_many_of_each_class);
    tcase_add_test(t, says_what_cannot_be_drawn);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
