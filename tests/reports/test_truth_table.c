/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "reports/fake.h"

static const float corners[] = { 0, 0, 0, 1, 1, 0, 1, 1 };
static const float xor_y[] = { 0, 1, 1, 0 };

/* Right but for the row (1, 1). */
static void or_model(const float *x, float *p)
{
    *p = x[0] + x[1] > 0 ? 0.98765f : 0.01234f;
}

static void xor_data(void)
{
    fake.rows = 4;
    fake.n_x = 2;
    fake.n_t = fake.n_p = 1;
    fake.x = corners;
    fake.t = xor_y;
    fake.model = or_model;
    fake.columns[0] = "x1";
    fake.columns[1] = "x2";
    fake.target = "out";
}

START_TEST(prints_every_row_and_marks_the_wrong_one)
{
    struct nnt *t = fake_open("truth_table", NULL);

    xor_data();
    nnt_forward(t);
    ck_assert_str_eq(fake.printed, "x1  x2  out  prediction\n"
                                   " 0   0    0       0.012\n"
                                   " 0   1    1       0.988\n"
                                   " 1   0    1       0.988\n"
                                   " 1   1    0       0.988  wrong\n");
    fake_close(t, "xor");
}
END_TEST

START_TEST(stops_after_so_many_rows)
{
    struct nnt *t = fake_open("truth_table", "{rows: 1, digits: 1}");

    xor_data();
    fake.columns[0] = fake.columns[1] = fake.target = NULL;
    nnt_forward(t);
    ck_assert_str_eq(fake.printed, "x1  x2  target  prediction\n"
                                   " 0   0       0         0.0\n");
    fake_close(t, "xor");
}
END_TEST

static void two_columns(const float *x, float *p)
{
    p[0] = 0.4f;
    p[1] = 0.3f + x[0] / 2;
    p[2] = 0.1f;
}

START_TEST(of_several_columns_the_largest_counts)
{
    struct nnt *t = fake_open("truth_table", NULL);

    xor_data();
    fake.n_p = 3;
    fake.model = two_columns;
    nnt_forward(t);
    ck_assert_str_eq(fake.printed, "x1  x2  out  prediction\n"
                                   " 0   0    0           0\n"
                                   " 0   1    1           0  wrong\n"
                                   " 1   0    1           1\n"
                                   " 1   1    0           1  wrong\n");
    fake_close(t, "xor");
}
END_TEST

static const float three[] = { 1.5f, 0, 30, 2, -1, 10, 0, 0, 1, 0, 1, 0 };

static void three_targets(const float *x, float *p)
{
    p[0] = x[0];
    p[1] = 2 * x[1];
    p[2] = 0.5f;
}

/* A regression: nothing of it is a class. */
START_TEST(several_targets_are_numbers_each)
{
    struct nnt *t = fake_open("truth_table", "{rows: 2, digits: 1}");

    xor_data();
    fake.n_t = fake.n_p = 3;
    fake.t = three;
    fake.target = NULL;
    fake.model = three_targets;
    nnt_forward(t);
    ck_assert_str_eq(fake.printed,
                     "x1  x2   y1  y2  y3  prediction1  prediction2  prediction3\n"
                     " 0   0  1.5   0  30          0.0          0.0          0.5\n"
                     " 0   1    2  -1  10          0.0          2.0          0.5\n");
    fake_close(t, "xor");
}
END_TEST

START_TEST(one_hot_targets_are_a_class)
{
    struct nnt *t = fake_open("truth_table", "{rows: 2}");

    xor_data();
    fake.n_t = fake.n_p = 3;
    fake.t = three + 6;
    fake.target = NULL;
    fake.model = three_targets;
    nnt_forward(t);
    ck_assert_str_eq(fake.printed, "x1  x2  y1  y2  y3  prediction\n"
                                   " 0   0   0   0   1           2\n"
                                   " 0   1   0   1   0           1\n");
    fake_close(t, "xor");
}
END_TEST

static void sign(const float *x, float *p)
{
    *p = x[0] - 0.75f;
}

START_TEST(targets_may_be_plus_and_minus)
{
    static const float y[] = { -1, 1, 1, -1 };
    struct nnt        *t = fake_open("truth_table", "{digits: 2}");

    xor_data();
    fake.t = y;
    fake.model = sign;
    nnt_forward(t);
    ck_assert_str_eq(fake.printed, "x1  x2  out  prediction\n"
                                   " 0   0   -1       -0.75\n"
                                   " 0   1    1       -0.75  wrong\n"
                                   " 1   0    1        0.25\n"
                                   " 1   1   -1        0.25  wrong\n");
    fake_close(t, "xor");
}
END_TEST

START_TEST(shows_the_streams_asked_for)
{
    struct nnt *t = fake_open("truth_table", NULL);

    xor_data();
    fake.of[0] = "answer";
    fake.of[1] = "prediction";
    nnt_forward(t);
    ck_assert_str_eq(fake.printed, "x1  x2  out  answer  prediction\n"
                                   " 0   0    0       0       0.012\n"
                                   " 0   1    1       1       0.988\n"
                                   " 1   0    1       1       0.988\n"
                                   " 1   1    0       1       0.988  wrong\n");
    fake_close(t, "xor");
}
END_TEST

START_TEST(refuses_a_stream_that_is_not_there)
{
    struct nnt *t = fake_open("truth_table", NULL);

    xor_data();
    fake.of[0] = "code";
    ck_assert_str_eq(nnt_forward_refusal(t), "the model has no code");
    fake_close(t, "xor");
}
END_TEST

START_TEST(refuses_what_is_too_wide)
{
    static const float x[64] = { 0 };
    struct nnt        *t = fake_open("truth_table", NULL);

    xor_data();
    fake.n_x = 16;
    fake.x = x;
    ck_assert_str_eq(nnt_forward_refusal(t),
                     "more than 16 columns make no table to read");
    fake_close(t, "xor");
}
END_TEST

START_TEST(refuses_a_split_that_is_not_there)
{
    struct nnt *t = fake_open("truth_table", "{split: val}");

    xor_data();
    ck_assert_str_eq(nnt_forward_refusal(t), "split: the data have no such part");
    fake_close(t, "xor");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("truth_table");
    TCase *t = tcase_create("report");

    tcase_add_test(t, prints_every_row_and_marks_the_wrong_one);
    tcase_add_test(t, stops_after_so_many_rows);
    tcase_add_test(t, of_several_columns_the_largest_counts);
    tcase_add_test(t, targets_may_be_plus_and_minus);
    tcase_add_test(t, shows_the_streams_asked_for);
    tcase_add_test(t, refuses_a_stream_that_is_not_there);
    tcase_add_test(t, refuses_what_is_too_wide);
    tcase_add_test(t, refuses_a_split_that_is_not_there);
    tcase_add_test(t, several_targets_are_numbers_each);
    tcase_add_test(t, one_hot_targets_are_a_class);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
