/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "reports/fake.h"

enum { N = 60 };

static double epoch[N], train[N], val[N], right[N], sure[N];

static void four_curves(void)
{
    for (int i = 0; i < N; i++) {
        epoch[i] = i + 1;
        train[i] = 0.7 * exp(-i / 12.0) + 0.01 * sin(i);
        val[i] = 0.7 * exp(-i / 15.0) + 0.05 + 0.02 * cos(2 * i);
        right[i] = 1 - train[i] / 2;
        sure[i] = 1 - val[i] / 2;
    }
    fake.curve[0].name = "train.loss";
    fake.curve[0].value = train;
    fake.curve[1].name = "val.loss";
    fake.curve[1].value = val;
    fake.curve[2].name = "train.accuracy";
    fake.curve[2].value = right;
    fake.curve[3].name = "val.accuracy";
    fake.curve[3].value = sure;
    for (int i = 0; i < 4; i++) {
        fake.curve[i].epoch = epoch;
        fake.curve[i].n = N;
    }
}

static size_t count(const char *what)
{
    size_t n = 0;

    for (const char *at = fake.written; (at = strstr(at, what)); at++)
        n++;
    return n;
}

START_TEST(draws_a_panel_for_each_metric)
{
    struct nnt *t = fake_open("curves", NULL);

    four_curves();
    nnt_forward(t);
    ck_assert_str_eq(fake.file, "curves.svg");
    ck_assert_uint_eq(count(">loss</text>"), 1);
    ck_assert_uint_eq(count(">accuracy</text>"), 1);
    ck_assert_uint_eq(count(">epoch</text>"), 2);
    ck_assert_uint_eq(count(">train</text>"), 2); /* the legends */
    ck_assert_uint_eq(count(">val 0.067"), 1);    /* at the end of its line */
    ck_assert_uint_eq(count("</svg>\n"), 1);
    fake_close(t, "four");
}
END_TEST

START_TEST(draws_only_what_is_asked_for)
{
    struct nnt *t = fake_open("curves", "{metrics: loss, log: true, file: loss.svg}");

    four_curves();
    nnt_forward(t);
    ck_assert_str_eq(fake.file, "loss.svg");
    ck_assert_uint_eq(count(">accuracy</text>"), 0);
    ck_assert_uint_eq(count(">0.1</text>"), 1);
    fake_close(t, "log");
}
END_TEST

/* The line of values 0, 1 over epochs 1, 2: from the lower left to the upper right. */
START_TEST(puts_points_where_they_belong)
{
    static const double at[] = { 1, 2 }, value[] = { 0, 1 };
    struct nnt         *t = fake_open("curves", NULL);

    fake.curve[0].name = "train.loss";
    fake.curve[0].epoch = at;
    fake.curve[0].value = value;
    fake.curve[0].n = 2;
    nnt_forward(t);
    /* 34 + 200 pixels high, with a twentieth of the range as margin on both sides */
    ck_assert_ptr_nonnull(strstr(fake.written, "d=\"M64.0 224.9L528.0 43.1\""));
    fake_close(t, "two");
}
END_TEST

START_TEST(leaves_out_what_is_not_finite)
{
    static const double at[] = { 1, 2, 3, 4 }, value[] = { 1, NAN, 2, INFINITY };
    struct nnt         *t = fake_open("curves", NULL);

    fake.curve[0].name = "train.loss";
    fake.curve[0].epoch = at;
    fake.curve[0].value = value;
    fake.curve[0].n = 4;
    nnt_forward(t);
    ck_assert_ptr_null(strstr(fake.written, "nan\""));
    ck_assert_ptr_null(strstr(fake.written, "inf"));
    ck_assert_ptr_nonnull(strstr(fake.written, "d=\"M64.0 224.9M"));
    fake_close(t, "gap");
}
END_TEST

START_TEST(a_long_curve_keeps_its_spikes_and_stays_small)
{
    static double at[100000], value[100000];
    struct nnt   *t = fake_open("curves", NULL);

    for (int i = 0; i < 100000; i++) {
        at[i] = i;
        value[i] = i == 4321 ? 100 : 1;
    }
    fake.curve[0].name = "train.loss";
    fake.curve[0].epoch = at;
    fake.curve[0].value = value;
    fake.curve[0].n = 100000;
    nnt_forward(t);
    ck_assert_ptr_nonnull(strstr(fake.written, "L84.0 43.1L"));
    ck_assert_uint_lt(strlen(fake.written), 30000);
    fake_close(t, "spike");
}
END_TEST

START_TEST(refuses_a_run_without_curves)
{
    struct nnt *t = fake_open("curves", _i ? "{metrics: psnr}" : NULL);

    if (_i)
        four_curves();
    ck_assert_str_eq(nnt_forward_refusal(t), "there is no curve of such a metric");
    fake_close(t, "none");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("curves");
    TCase *t = tcase_create("report");

    tcase_add_test(t, draws_a_panel_for_each_metric);
    tcase_add_test(t, draws_only_what_is_asked_for);
    tcase_add_test(t, puts_points_where_they_belong);
    tcase_add_test(t, leaves_out_what_is_not_finite);
    tcase_add_test(t, a_long_curve_keeps_its_spikes_and_stays_small);
    tcase_add_loop_test(t, refuses_a_run_without_curves, 0, 2);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
