/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "reports/fake.h"

static const float values[] = { 0, 0, 0, 1, 2, 2, 3, 4 };

static void same(const float *x, float *p)
{
    p[0] = x[0];
}

static void data(void)
{
    fake.rows = 8;
    fake.n_x = fake.n_p = 1;
    fake.x = values;
    fake.model = same;
    fake.of[0] = "prediction";
}

static int has(const char *what)
{
    return strstr(fake.written, what) != NULL;
}

/* Four bars of 0..4: 3, 1, 2 and (the largest with it) 2 values, the first 120 pixels
 * high. */
START_TEST(bars_are_as_high_as_their_counts)
{
    struct nnt *t = fake_open("histogram", "{bins: 4}");

    data();
    nnt_forward(t);
    ck_assert_str_eq(fake.file, "histogram.svg");
    ck_assert(has(">prediction</text>"));
    ck_assert(has("mean 1.5, zero 37.5 %"));
    ck_assert(has("d=\"M14.0 148v-120.0h101.7V148zM127.0 148v-40.0h101.7V148z"
                  "M240.0 148v-80.0h101.7V148zM353.0 148v-80.0h101.7V148z\""));
    fake_close(t, "histogram");
}
END_TEST

START_TEST(one_panel_a_stream)
{
    struct nnt *t = fake_open("histogram", "two.svg");

    data();
    fake.of[1] = "input";
    nnt_forward(t);
    ck_assert_str_eq(fake.file, "two.svg");
    ck_assert(has("height=\"380\""));
    ck_assert(has(">input</text>"));
    fake_close(t, "two");
}
END_TEST

START_TEST(equal_values_are_one_bar)
{
    static const float fives[] = { 5, 5, 5, 5, 5, 5, 5, 5 };
    struct nnt        *t = fake_open("histogram", "{bins: 10}");

    data();
    fake.x = fives;
    nnt_forward(t);
    ck_assert(has("mean 5, zero 0 %"));
    ck_assert(has("d=\"M14.0 148v-120.0h40.7V148z\""));
    fake_close(t, "fives");
}
END_TEST

START_TEST(says_what_cannot_be_drawn)
{
    static const float none[] = { NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN };
    struct nnt        *t = fake_open("histogram", NULL);

    data();
    fake.of[0] = NULL;
    ck_assert_str_eq(nnt_forward_refusal(t), "of: the streams are missing");
    fake.of[0] = "none";
    ck_assert_str_eq(nnt_forward_refusal(t), "of: there is no such stream");
    fake.of[0] = "input";
    fake.x = none;
    ck_assert_str_eq(nnt_forward_refusal(t), "of: a stream without a finite number");
    fake_close(t, "refused");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("histogram");
    TCase *t = tcase_create("report");

    tcase_add_test(t, bars_are_as_high_as_their_counts);
    tcase_add_test(t, one_panel_a_stream);
    tcase_add_test(t, equal_values_are_one_bar);
    tcase_add_test(t, says_what_cannot_be_drawn);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
