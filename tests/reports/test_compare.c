/* SPDX-License-Identifier: MIT */
#include <config.h>
#include <nnpipe/report.h>
#include "reports/fake.h"

static void figures(void)
{
    static const double curve[] = { 0.5 };

    fake.curve[0].name = "train.loss";
    fake.curve[0].value = curve;
    fake.curve[0].final = 0.0625;
    fake.curve[1].name = "train.accuracy";
    fake.curve[1].value = curve;
    fake.curve[1].final = 0.9875;
    fake.curve[2].name = "test.accuracy"; /* a figure, but no curve */
    fake.curve[2].final = 0.972;
}

START_TEST(says_what_was_met_and_what_was_missed)
{
    struct nnt *t =
        fake_open("compare", "{beat: {train.loss: 0.1, test.accuracy: 0.975}}");

    figures();
    nnt_forward(t);
    ck_assert_str_eq(fake.printed, "train.loss           0.0625  <= 0.1        met\n"
                                   "test.accuracy         0.972  >= 0.975      missed\n");
    ck_assert_str_eq(fake.missed, "test.accuracy is 0.972, >= 0.975 was expected\n");
    fake_close(t, "none");
}
END_TEST

static const struct {
    const char *beat;
    int         met;
} marks[] = {
    { "{train.loss: 0.0625}", 1 },        { "{train.loss: 0.0624}", 0 },
    { "{train.loss: '>= 0.05'}", 1 },     { "{train.loss: '>= 0.07'}", 0 },
    { "{train.accuracy: 0.9875}", 1 },    { "{train.accuracy: 0.99}", 0 },
    { "{train.accuracy: '<= 0.99'}", 1 }, { "{train.accuracy: '<=0.9'}", 0 },
};

START_TEST(more_or_less_is_better_as_the_metric_wants)
{
    char yaml[128];

    snprintf(yaml, sizeof yaml, "{beat: %s}", marks[_i].beat);
    struct nnt *t = fake_open("compare", yaml);
    figures();
    nnt_forward(t);
    ck_assert_int_eq(fake.missed[0] == 0, marks[_i].met);
    fake_close(t, "none");
}
END_TEST

START_TEST(a_figure_that_is_not_there_is_missed)
{
    struct nnt *t = fake_open("compare", "{beat: {val.loss: 1}}");

    figures();
    nnt_forward(t);
    ck_assert_str_eq(fake.missed, "val.loss has no final figure, <= 1 was expected\n");
    fake_close(t, "none");
}
END_TEST

START_TEST(shows_every_figure_when_nothing_is_asked)
{
    struct nnt *t = fake_open("compare", NULL);

    figures();
    nnt_forward(t);
    ck_assert_str_eq(fake.printed, "train.loss                  0.0625\n"
                                   "train.accuracy              0.9875\n"
                                   "test.accuracy                0.972\n");
    ck_assert_str_eq(fake.missed, "");
    fake_close(t, "none");
}
END_TEST

/* Two stages, two and one trainings. */
static const char *stage(nnp_ctx *c, uint32_t i)
{
    static const char *const names[] = { "a<b", "plain", NULL };

    (void)c;
    return names[i];
}

static uint32_t runs(nnp_ctx *c, const char *name)
{
    (void)c;
    return strcmp(name, "plain") == 0 ? 1 : 2;
}

static double figure(nnp_ctx *c, const char *name, uint32_t run, const char *metric,
                     int last)
{
    ck_assert_str_eq(metric, "test.mse");
    return runs(c, name) == 1 ? 0.25 : 0.5 + 0.25 * run + last;
}

static const nnp_results results = {
    .size = sizeof results, .stage = stage, .runs = runs, .figure = figure
};

START_TEST(stages_are_a_table_and_a_picture)
{
    struct nnt *t = fake_open(
        "compare", "{stages: [a<b, plain], metric: test.mse, beat: {plain: 0.125}}");

    nnt_extension(t, "nnp.results/1", &results);
    nnt_forward(t);
    ck_assert_str_eq(
        fake.printed,
        "test.mse      runs  best epoch              last epoch\n"
        "a<b              2  0.625 +- 0.18           1.625 +- 0.18\n"
        "plain            1  0.25                    0.25                    <= 0.125  "
        "missed\n");
    ck_assert_str_eq(fake.missed,
                     "test.mse of stage plain is 0.25, <= 0.125 was expected\n");
    ck_assert_str_eq(fake.file, "compare-test.mse.svg");
    ck_assert_ptr_nonnull(strstr(fake.written, ">a&#60;b</text>"));
    ck_assert_ptr_nonnull(strstr(fake.written, ">0.625 +- 0.18</text>"));
    int points = 0;
    for (const char *at = fake.written; (at = strstr(at, "<circle")); at++)
        points++;
    ck_assert_int_eq(points, 3);
    fake_close(t, "stages");
}
END_TEST

START_TEST(a_picture_has_the_name_that_it_is_given)
{
    struct nnt *t =
        fake_open("compare", "{stages: plain, metric: test.mse, file: mse.svg}");

    nnt_extension(t, "nnp.results/1", &results);
    nnt_forward(t);
    ck_assert_str_eq(fake.file, "mse.svg");
    fake_close(t, "stages");
}
END_TEST

static const struct {
    const char *yaml, *message;
} refused[] = {
    { "{beat: 3}", "beat: a map is needed, {test.accuracy: 0.975}" },
    { "{beat: {a: high}}", "beat: a: a number, or <= or >= and a number, is needed" },
    { "{beat: {a: .nan}}", "beat: a: a number, or <= or >= and a number, is needed" },
    { "{beat: {a: [1]}}", "beat: a: a number, or <= or >= and a number, is needed" },
};

START_TEST(refuses_what_is_no_bound)
{
    struct nnt *t = fake_open("compare", refused[_i].yaml);

    ck_assert_str_eq(nnt_setup_refusal(t), refused[_i].message);
    fake_close(t, "none");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("compare");
    TCase *t = tcase_create("report");

    tcase_add_test(t, says_what_was_met_and_what_was_missed);
    tcase_add_loop_test(t, more_or_less_is_better_as_the_metric_wants, 0, COUNT(marks));
    tcase_add_test(t, a_figure_that_is_not_there_is_missed);
    tcase_add_test(t, shows_every_figure_when_nothing_is_asked);
    tcase_add_test(t, stages_are_a_table_and_a_picture);
    tcase_add_test(t, a_picture_has_the_name_that_it_is_given);
    tcase_add_loop_test(t, refuses_what_is_no_bound, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
