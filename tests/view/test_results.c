/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"
#include "view/results.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "train/history.h"

static struct arena   arena;
static struct diag    d;
static struct results all;

static struct figure        kept_v[] = { { "val.loss", 0.1, false },
                                         { "val.tiny", DBL_MIN / 3, false } };
static struct figure        last_v[] = { { "val.loss", 1.0 / 3, false } };
static const struct figures kept = { .v = kept_v, .n = 2 }, none = { 0 };
static const struct figures last = { .v = last_v, .n = 1 };

static void begin(void)
{
    arena = (struct arena){ 0 };
    diag_init(&d, &arena);
    all = (struct results){ .arena = &arena };
}

static void end(void)
{
    arena_close(&arena);
}

START_TEST(without_a_last_epoch_of_its_own_the_kept_weights_are_the_last)
{
    const struct result *one = results_add(&all, "", 1, &kept, &none);

    ck_assert_double_eq(figures_value(&one->last, "val.loss"), 0.1);
    ck_assert_ptr_ne(one->kept.v, kept.v);
    one = results_add(&all, "", 2, &kept, &last);
    ck_assert_double_eq(figures_value(&one->kept, "val.loss"), 0.1);
    ck_assert_double_eq(figures_value(&one->last, "val.loss"), 1.0 / 3);
}
END_TEST

START_TEST(curves_are_copied)
{
    struct history h = { 0 };
    struct result *one = results_add(&all, "", 1, &kept, &none);

    history_add(&h, "val.loss", 1, 0.5);
    history_add(&h, "val.loss", 2, 0.25);
    history_add(&h, "lr", 1, 0.1);
    results_add_curves(&all, one, &h);
    history_clear(&h);
    ck_assert_uint_eq(results_curve(one, "val.loss")->n, 2);
    ck_assert_double_eq(results_curve(one, "val.loss")->value[1], 0.25);
    ck_assert_double_eq(results_curve(one, "lr")->epoch[0], 1);
    ck_assert_ptr_null(results_curve(one, "val.accuracy"));
}
END_TEST

START_TEST(only_missed_expectations_count_as_missed)
{
    struct result *one = results_add(&all, "", 1, &kept, &none);

    diag_error(&d, NULL, "the disk is full");
    d.class = DIAG_MISSED;
    diag_error(&d, NULL, "val.loss is 1, <= 0 was expected");
    diag_warn(&d, NULL, "it is slow");
    results_add_missed(&all, one, &d);
    ck_assert_uint_eq(one->n_missed, 1);
    ck_assert_str_eq(one->missed[0], "val.loss is 1, <= 0 was expected");
}
END_TEST

/* ---- in a folder ---- */

/* What is written of a training is read back to the same bits. */
START_TEST(what_is_written_is_read_back)
{
    static const char *const words = "\"out\", 1 is ,\n<= 0 \"\"was\"\" expected";
    struct result           *one = results_add(&all, "tune", 3, &kept, &last);

    d.class = DIAG_MISSED;
    diag_error(&d, NULL, "%s", words);
    results_add_missed(&all, one, &d);
    results_add_shown(&all, one, "compare", "compare.txt");
    ck_assert_int_eq(results_write(one, nnt_folder(), &d), 0);
    diag_init(&d, &arena);
    ck_assert_int_eq(results_read(&all, "tune", 3, nnt_folder(), &d), 1);
    const struct result *two = &all.v[all.n - 1];
    ck_assert_uint_eq(all.n, 2);
    ck_assert_str_eq(two->folder, nnt_folder());
    ck_assert_uint_eq(two->kept.n, 2);
    ck_assert_double_eq(two->kept.v[0].value, 0.1);
    ck_assert_double_eq(two->kept.v[1].value, DBL_MIN / 3);
    ck_assert_str_eq(two->kept.v[1].name, "val.tiny");
    ck_assert_double_eq(figures_value(&two->last, "val.loss"), 1.0 / 3);
    ck_assert_uint_eq(two->n_shown, 1);
    ck_assert_str_eq(two->shown[0].report, "compare");
    ck_assert_str_eq(two->shown[0].file, "compare.txt");
    ck_assert_uint_eq(two->n_missed, 1);
    ck_assert_str_eq(two->missed[0], "\"out\", 1 is , <= 0 \"\"was\"\" expected");
}
END_TEST

START_TEST(what_was_missed_before_is_said_again)
{
    nnt_text_file("results.csv", "weights,figure,value\nkept,val.loss,0.5\n"
                                 "missed,\"val.loss is 0.5, 0 was expected\",\n");
    ck_assert_int_eq(results_read(&all, "", 1, nnt_folder(), &d), 1);
    ck_assert_uint_eq(d.errors, 1);
    ck_assert_int_eq(diag_exit(&d), DIAG_MISSED);
    ck_assert_str_eq(d.entries[0].text, "val.loss is 0.5, 0 was expected");
    ck_assert_int_eq(d.class, DIAG_FILE); /* as it was */
}
END_TEST

START_TEST(a_folder_without_the_file_is_not_done)
{
    const char *path = nnt_text_file("results.csv", "");

    ck_assert_int_eq(remove(path), 0);
    ck_assert_int_eq(results_read(&all, "", 1, nnt_folder(), &d), 0);
    ck_assert_uint_eq(all.n + d.n, 0);
}
END_TEST

/* A file of results is one more that somebody may have written in. */
START_TEST(lines_that_make_no_sense_are_passed_by)
{
    nnt_text_file("results.csv", "weights,figure,value\nbest,val.loss,1\nkept\nkept,x\n"
                                 "shown,grid,../../secret\nshown,grid\nshown,a,b.svg\n"
                                 "kept,val.loss,0.5\nmissed,\"no end\n");
    ck_assert_int_eq(results_read(&all, "", 1, nnt_folder(), &d), 1);
    ck_assert_uint_eq(all.v[0].kept.n, 1);
    ck_assert_double_eq(figures_value(&all.v[0].kept, "val.loss"), 0.5);
    ck_assert_uint_eq(all.v[0].n_shown, 1);
    ck_assert_str_eq(all.v[0].shown[0].file, "b.svg");
}
END_TEST

START_TEST(curves_are_those_of_metrics_csv)
{
    nnt_text_file("results.csv", "weights,figure,value\nkept,val.loss,0.5\n");
    nnt_text_file("metrics.csv", "epoch,step,seconds,val.loss,lr\n1,10,0.5,0.75,0.1\n"
                                 "2,20,0.9,,0.05\n3,30,1.2,0.25,\n");
    ck_assert_int_eq(results_read(&all, "", 1, nnt_folder(), &d), 1);
    const struct curve *loss = results_curve(&all.v[0], "val.loss");
    const struct curve *lr = results_curve(&all.v[0], "lr");
    ck_assert_uint_eq(all.v[0].n_curves, 2); /* not of epoch, step and seconds */
    ck_assert_uint_eq(loss->n, 2);
    ck_assert_double_eq(loss->epoch[1], 3);
    ck_assert_double_eq(loss->value[1], 0.25);
    ck_assert_uint_eq(lr->n, 2);
    ck_assert_double_eq(lr->epoch[1], 2);
    ck_assert_double_eq(lr->value[1], 0.05);
}
END_TEST

START_TEST(of_several_attempts_the_curves_are_of_the_one_that_is_kept)
{
    static const char weights[] =
        "{\"__metadata__\":{\"format\":\"nnpipe 1\",\"attempt\":\"2\"}}     ";
    char file[8 + sizeof weights - 1] = { sizeof weights - 1 };

    memcpy(file + 8, weights, sizeof weights - 1);
    nnt_file("best.nnw", file, sizeof file);
    nnt_text_file("results.csv", "weights,figure,value\nkept,val.loss,0.5\n");
    nnt_text_file("metrics.csv", "epoch,step,seconds,attempt,val.loss\n1,10,0.5,1,0.75\n"
                                 "1,20,0.9,2,0.5\n2,30,1.2,2,0.25\n1,40,1.3,3,0.125\n");
    ck_assert_int_eq(results_read(&all, "", 1, nnt_folder(), &d), 1);
    const struct curve *loss = results_curve(&all.v[0], "val.loss");
    ck_assert_uint_eq(all.v[0].n_curves, 1);
    ck_assert_uint_eq(loss->n, 2);
    ck_assert_double_eq(loss->value[1], 0.25);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("results");
    TCase *t = tcase_create("trainings");

    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, without_a_last_epoch_of_its_own_the_kept_weights_are_the_last);
    tcase_add_test(t, curves_are_copied);
    tcase_add_test(t, only_missed_expectations_count_as_missed);
    tcase_add_test(t, what_is_written_is_read_back);
    tcase_add_test(t, what_was_missed_before_is_said_again);
    tcase_add_test(t, a_folder_without_the_file_is_not_done);
    tcase_add_test(t, lines_that_make_no_sense_are_passed_by);
    tcase_add_test(t, curves_are_those_of_metrics_csv);
    tcase_add_test(t, of_several_attempts_the_curves_are_of_the_one_that_is_kept);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
