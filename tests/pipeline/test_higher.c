/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include "pipeline/higher.h"
#include "support/reading.h"

static const struct {
    const char *figure;
    bool        higher;
} figures[] = {
    { "accuracy", true },
    { "val.accuracy", true },
    { "train.accuracy", true },
    { "test.acc", true },
    { "val.acc.top5", true },
    { "acc.1.7", true },
    { "val.loss", false },
    { "loss", false },
    { "mse", false },
    { "val.mse2", false },
    { "val.confusion.1.7", true },
    /* no item of the file: the plugin knows */
    { "val.psnr", true },
    { "val.mae", false },
    { "val.nothing", false },
};

START_TEST(the_metric_says_whether_more_is_better)
{
    const struct spec *s =
        read_text(HEAD DATA "model: [{dense: 1}]\n" REST "metrics: [accuracy, mse, mse,\n"
                            "  {accuracy: , as: acc}]\n");

    ck_assert_int_eq(higher_figure(s, figures[_i].figure), figures[_i].higher);
}
END_TEST

/* Reading a file and the run ask the same question: a detail is as its metric. */
START_TEST(the_best_epoch_is_found_by_a_detail_too)
{
    const struct spec *s =
        read_text(HEAD DATA "model: [{dense: 1}]\nmetrics: [{confusion: , as: acc}]\n"
                            "loss: mse\noptim: sgd\n"
                            "train: {epochs: 1, keep: {best: train.acc.x}}\n");

    ck_assert(s->train.keep.maximize);
    ck_assert(!s->train.stop.maximize);
}
END_TEST

START_TEST(of_names_with_dots_the_longest_that_fits_is_meant)
{
    static struct item v[] = { { .name = "acme" },
                               { .name = "acme.f1" },
                               { .name = "f1" } };
    const struct items list = { .v = v, .n = 3 };

    ck_assert_str_eq(higher_owner(&list, "acme.f1")->name, "acme.f1");
    ck_assert_str_eq(higher_owner(&list, "acme.f1.class2")->name, "acme.f1");
    ck_assert_str_eq(higher_owner(&list, "acme.f10")->name, "acme");
    ck_assert_str_eq(higher_owner(&list, "f1.x")->name, "f1");
    ck_assert_ptr_null(higher_owner(&list, "acm"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("higher");
    TCase *t = tcase_create("higher");

    tcase_add_checked_fixture(t, open_all, close_all);
    tcase_add_loop_test(t, the_metric_says_whether_more_is_better, 0,
                        sizeof figures / sizeof *figures);
    tcase_add_test(t, of_names_with_dots_the_longest_that_fits_is_meant);
    tcase_add_test(t, the_best_epoch_is_found_by_a_detail_too);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
