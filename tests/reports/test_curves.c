/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "reports/fake.h"

#include <nnpipe/svg.h>

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
    /* from 60 on 240 pixels high, a twentieth of the range as margin on both sides */
    ck_assert_ptr_nonnull(strstr(fake.written, "d=\"M64.0 289.1L544.0 70.9\""));
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
    ck_assert_ptr_nonnull(strstr(fake.written, "d=\"M64.0 289.1M"));
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
    ck_assert_ptr_nonnull(strstr(fake.written, "L84.7 70.9L"));
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

static void one_curve(int k, const char *name, const double *value)
{
    fake.curve[k].name = name;
    fake.curve[k].epoch = epoch;
    fake.curve[k].value = value;
    fake.curve[k].n = N;
}

START_TEST(the_rate_is_a_curve_where_it_changes)
{
    for (int changes = 0; changes < 2; changes++) {
        struct nnt *t = fake_open("curves", NULL);

        for (int i = 0; i < N; i++) {
            epoch[i] = i + 1;
            train[i] = 1;
            val[i] = changes ? 0.1 / (i + 1) : 0.1;
        }
        one_curve(0, "train.loss", train);
        one_curve(1, "lr", val);
        nnt_forward(t);
        ck_assert_uint_eq(count("font-weight=\"600\">lr</text>"), changes);
        fake_close(t, "rate");
    }
}
END_TEST

static const char *stage(nnp_ctx *c, uint32_t i)
{
    const char *const names[] = { "sgd", "adam", NULL };

    (void)c;
    return names[i];
}

static uint32_t runs(nnp_ctx *c, const char *name)
{
    (void)c;
    return strcmp(name, "adam") == 0 ? 2 : 1;
}

static int curve(nnp_ctx *c, const char *name, uint32_t run, const char *metric,
                 const double **at, const double **value)
{
    (void)c;
    if (strcmp(metric, "train.loss") != 0)
        return 0;
    *at = epoch;
    *value = run ? val : *name == 's' ? right : train;
    return N;
}

static const nnp_results results = {
    .size = sizeof results, .stage = stage, .runs = runs, .curve = curve
};

START_TEST(stages_are_lines_in_one_panel)
{
    struct nnt *t = fake_open("curves", "{metrics: loss, stages: [sgd, adam]}");

    nnt_extension(t, "nnp.results/1", &results);
    four_curves();
    nnt_forward(t);
    ck_assert_uint_eq(count("font-weight=\"600\""), 1);
    ck_assert_uint_eq(count("stroke-linejoin"), 3); /* sgd, and adam with two seeds */
    ck_assert_uint_eq(count(">sgd"), 2);            /* the legend, the end of the line */
    ck_assert_uint_eq(count("stroke-width=\"1.2\""), 1);
    fake_close(t, "stages");
}
END_TEST

/* 2 in the first epoch, 0.163 in the tenth, 0.193 in the last one: of the whole range the
 * turn would be 4 pixels. */
START_TEST(a_turn_is_drawn_as_large_as_can_be_seen)
{
    struct nnt *t = fake_open("curves", NULL);

    for (int i = 0; i < N; i++) {
        epoch[i] = i + 1;
        val[i] = i < 1 ? 2 : i < 10 ? 0.25 - 0.0087 * (i + 1) : 0.163 + 0.0006 * (i - 9);
    }
    val[9] = 0.163;
    one_curve(0, "val.loss", val);
    nnt_forward(t);
    ck_assert_uint_eq(count(">the first values lie outside, 0.163 to 2 in all</text>"),
                      1);
    ck_assert_uint_eq(count("<circle "), 1);
    ck_assert_uint_eq(count(">0.163</text>"), 1);
    ck_assert_uint_eq(count(">2</text>"), 0);
    fake_close(t, "turn");
}
END_TEST

/* ---- does a logarithmic axis show more? ---- */

static double falls(double x) /* 1 to 1e-5 */
{
    return pow(10, -5 * x);
}

static double settles(double x) /* 1 to 0.2, most of it at once */
{
    return 0.2 + 0.8 * exp(-20 * x);
}

/* As validation does where digits are learnt by heart: 0.7, 0.165, 0.193. */
static double turns_round(double x)
{
    return x < 0.2 ? 0.7 - 0.535 * x / 0.2 : 0.165 + 0.028 * (x - 0.2) / 0.8;
}

static double reaches_zero(double x)
{
    return fmax(0, pow(10, -5 * x) - 1e-3);
}

static double stays(double x)
{
    (void)x;
    return 0.5;
}

static const struct {
    double (*line[2])(double x); /* over 0..1 */
    int log;
} axes[] = {
    { { falls, falls }, 1 },
    { { falls, stays }, 1 },
    { { settles, settles }, 0 },
    { { falls, turns_round }, 0 },
    { { turns_round, turns_round }, 0 },
    { { reaches_zero, falls }, 0 },
    { { stays, stays }, 0 },
};

START_TEST(a_logarithmic_axis_is_for_what_it_shows_more_of)
{
    nnp_svg_line line[2];
    double      *values[2] = { train, val };

    for (int k = 0; k < 2; k++) {
        for (int i = 0; i < N; i++)
            values[k][i] = axes[_i].line[k](i / (N - 1.0));
        line[k] = (nnp_svg_line){ epoch, values[k], N };
    }
    ck_assert_int_eq(nnp_svg_wants_log(line, 2), axes[_i].log);
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
    tcase_add_test(t, the_rate_is_a_curve_where_it_changes);
    tcase_add_test(t, stages_are_lines_in_one_panel);
    tcase_add_test(t, a_turn_is_drawn_as_large_as_can_be_seen);
    tcase_add_loop_test(t, a_logarithmic_axis_is_for_what_it_shows_more_of, 0,
                        COUNT(axes));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
