/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "reports/fake.h"

static const float corners[] = { 0, 0, 0, 1, 1, 0, 1, 1 };
static const float xor_y[] = { 0, 1, 1, 0 };

/* 1 within the band between (1,0) and (0,1). */
static void xor_model(const float *x, float *p)
{
    float s = x[0] + x[1];

    *p = 1 / (1 + expf(8 * (fabsf(s - 1) - 0.5f)));
}

static void xor_data(void)
{
    fake.rows = 4;
    fake.n_x = 2;
    fake.n_t = fake.n_p = 1;
    fake.x = corners;
    fake.t = xor_y;
    fake.model = xor_model;
    fake.columns[0] = "x1";
    fake.columns[1] = "x2";
    fake.target = "out";
}

static size_t count(const char *what)
{
    size_t n = 0;

    for (const char *at = fake.written; (at = strstr(at, what)); at++)
        n++;
    return n;
}

static int has(const char *what)
{
    return count(what) > 0;
}

START_TEST(draws_field_points_axes_and_legend)
{
    struct nnt *t = fake_open("boundary", "{x: [-0.5, 1.5], y: [-0.5, 1.5]}");

    xor_data();
    nnt_forward(t);
    ck_assert_str_eq(fake.file, "boundary.svg");
    ck_assert_int_eq(strncmp(fake.written, "<svg xmlns=", 11), 0);
    ck_assert(has("</svg>\n"));
    ck_assert(has("<title>a &#60; b: "));
    /* Row (0, 1) is of class 1: a quarter from the left and from the top. */
    ck_assert(has("<use href=\"#m1\" transform=\"translate(148.0 130.0) scale(1.4)\"/>"));
    ck_assert(has("<use href=\"#m0\" transform=\"translate(148.0 310.0) scale(1.4)\"/>"));
    ck_assert_uint_eq(count("<use "), 4 + 2);
    ck_assert(has(">x1</text>") && has(">x2</text>"));
    ck_assert(has(">out = 0</text>") && has(">out = 1</text>"));
    ck_assert(has(">-0.5</text>") && has(">1.25</text>") == 0);
    ck_assert_uint_lt(strlen(fake.written), 30000);
    fake_close(t, "xor");
}
END_TEST

static void says_one(const float *x, float *p)
{
    (void)x;
    *p = 1;
}

START_TEST(one_colour_is_one_rectangle)
{
    struct nnt *t = fake_open("boundary", "{grid: 10, points: 0, file: flat.svg}");

    xor_data();
    fake.model = says_one;
    nnt_forward(t);
    ck_assert_str_eq(fake.file, "flat.svg");
    ck_assert(has("d=\"M0 0h30v30h-30z\""));
    ck_assert_uint_eq(count("<path fill=\"#"), 1);
    ck_assert_int_eq(fake.evals, 2);
    fake_close(t, "flat");
}
END_TEST

/* Three sectors of the plane. */
static void sectors(const float *x, float *p)
{
    double sum = 0;

    for (int k = 0; k < 3; k++) {
        double angle = 2 * M_PI * k / 3;

        p[k] = (float)exp(3 * ((double)x[0] * cos(angle) + (double)x[1] * sin(angle)));
        sum += (double)p[k];
    }
    for (int k = 0; k < 3; k++)
        p[k] = (float)((double)p[k] / sum);
}

START_TEST(several_classes_have_a_colour_each)
{
    static float x[300], y[150];
    struct nnt  *t = fake_open("boundary", NULL);

    for (int i = 0; i < 150; i++) {
        double angle = 2 * M_PI * (i % 3) / 3 + 0.02 * (i / 3 % 25 - 12);

        x[2 * i] = (float)((0.5 + i / 300.0) * cos(angle));
        x[2 * i + 1] = (float)((0.5 + i / 300.0) * sin(angle));
        y[i] = (float)(i % 3);
    }
    xor_data();
    fake.rows = 150;
    fake.n_p = 3;
    fake.x = x;
    fake.t = y;
    fake.model = sectors;
    nnt_forward(t);
    ck_assert_uint_eq(count("<use href=\"#m2\" transform"), 50);
    ck_assert(has(">class 2</text>"));
    ck_assert_uint_lt(strlen(fake.written), 30000);
    fake_close(t, "sectors");
}
END_TEST

static void plus_minus(const float *x, float *p)
{
    *p = tanhf(3 * (x[0] - 0.5f));
}

START_TEST(targets_may_be_plus_and_minus)
{
    static const float y[] = { -1, -1, 1, 1 };
    struct nnt        *t = fake_open("boundary", NULL);

    xor_data();
    fake.t = y;
    fake.model = plus_minus;
    fake.target = NULL;
    nnt_forward(t);
    ck_assert(has(">class -1</text>") && has(">class 1</text>"));
    ck_assert_uint_eq(count("<use href=\"#m1\" transform"), 2);
    fake_close(t, "plus_minus");
}
END_TEST

START_TEST(draws_the_stream_asked_for)
{
    struct nnt *t = fake_open("boundary", "{points: 0}");

    xor_data();
    fake.of[0] = "answer"; /* 0 or 1, and nothing between but at the edge */
    nnt_forward(t);
    ck_assert_uint_lt(strlen(fake.written), 20000);
    ck_assert(has("<svg"));
    fake_close(t, "answer");
}
END_TEST

START_TEST(refuses_three_inputs)
{
    struct nnt *t = fake_open("boundary", NULL);

    xor_data();
    fake.n_x = 3;
    fake.x = (const float[12]){ 0 };
    ck_assert_str_eq(nnt_forward_refusal(t), "a model of two inputs is needed");
    fake_close(t, "none");
}
END_TEST

START_TEST(refuses_what_is_no_range)
{
    struct nnt *t = fake_open("boundary", _i ? "{x: [1, 0]}" : "{y: [1]}");

    ck_assert_str_eq(nnt_setup_refusal(t), "a range is two numbers, the smaller first");
    fake_close(t, "none");
}
END_TEST

START_TEST(refuses_a_split_that_is_not_there)
{
    struct nnt *t = fake_open("boundary", "{split: test}");

    xor_data();
    ck_assert_str_eq(nnt_forward_refusal(t), "split: the data have no such part");
    fake_close(t, "none");
}
END_TEST

/* Unit 0 is as large as can be everywhere, unit 1 as small, units 2 and 3 do nothing. */
START_TEST(hidden_units_have_a_map_each)
{
    static float   h[31 * 31][4];
    static int64_t shape[] = { 31 * 31, 4 };
    struct nnt    *t = fake_open("boundary", "{file: units.svg}");

    for (int i = 0; i < 31 * 31; i++) {
        h[i][0] = 2;
        h[i][1] = -2;
    }
    xor_data();
    fake.of[0] = "h";
    fake.named[0].name = "h";
    fake.named[0].t = (nnp_tensor){ .data = h,
                                    .device = 1,
                                    .ndim = 2,
                                    .code = 2,
                                    .bits = 32,
                                    .lanes = 1,
                                    .shape = shape };
    nnt_forward(t);
    ck_assert_str_eq(fake.file, "units.svg");
    ck_assert(has(">-2</tspan>") && has(">2</tspan>, 4 of 4 units</text>"));
    ck_assert_uint_eq(count("<g "), 4);
    ck_assert_uint_eq(count("fill=\"#0072b2\" d=\"M0 0h60v60h-60z\""), 1);
    ck_assert_uint_eq(count("fill=\"#e69f00\" d=\"M0 0h60v60h-60z\""), 1);
    ck_assert_uint_eq(count("fill=\"#fafafa\" d=\"M0 0h60v60h-60z\""), 2);
    ck_assert(!has("class"));
    fake_close(t, "units");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("boundary");
    TCase *t = tcase_create("report");

    tcase_add_test(t, draws_field_points_axes_and_legend);
    tcase_add_test(t, one_colour_is_one_rectangle);
    tcase_add_test(t, several_classes_have_a_colour_each);
    tcase_add_test(t, targets_may_be_plus_and_minus);
    tcase_add_test(t, draws_the_stream_asked_for);
    tcase_add_test(t, hidden_units_have_a_map_each);
    tcase_add_test(t, refuses_three_inputs);
    tcase_add_loop_test(t, refuses_what_is_no_range, 0, 2);
    tcase_add_test(t, refuses_a_split_that_is_not_there);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
