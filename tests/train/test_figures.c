/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"
#include "train/figures.h"

#include <check.h>
#include <math.h>

static struct figure with_val[] = {
    { "train.loss", 0.25, false },     { "val.loss", 0.5, false },
    { "val.accuracy", 0.75, false },   { "val.accuracy.top5", 0.875, false },
    { "test.accuracy", 0.625, false }, { "lr", 0.05, false },
    { "valve.open", 1, false },
};
static struct figure without_val[] = { { "train.loss", 0.25, false },
                                       { "test.loss", 2, false } };

static const struct figures val = { .v = with_val, .n = COUNT(with_val), .epoch = 7 };
static const struct figures train = { .v = without_val, .n = COUNT(without_val) };

static const struct { /* of which of the two lists, and what is found; NULL: nothing */
    const struct figures *in;
    const char           *name, *found;
} names[] = {
    { &val, "loss", "val.loss" },
    { &val, "val.loss", "val.loss" },
    { &val, "train.loss", "train.loss" },
    { &val, "accuracy.top5", "val.accuracy.top5" },
    { &val, "test.accuracy", "test.accuracy" },
    { &val, "lr", "lr" },
    { &val, "val", NULL },
    { &val, "", NULL },
    { &val, "open", NULL }, /* valve is no part of the data */
    { &val, "los", NULL },
    { &train, "loss", "train.loss" },
    { &train, "test.loss", "test.loss" },
    { &train, "val.loss", NULL },
};

START_TEST(a_name_without_a_part_is_about_val_or_else_train)
{
    const struct figure *f = figures_find(names[_i].in, names[_i].name);

    ck_assert_int_eq(f != NULL, names[_i].found != NULL);
    if (f)
        ck_assert_str_eq(f->name, names[_i].found);
}
END_TEST

START_TEST(a_figure_that_is_not_there_is_no_number)
{
    ck_assert_double_eq(figures_value(&val, "accuracy"), 0.75);
    ck_assert(isnan(figures_value(&val, "f1")));
}
END_TEST

static const struct {
    const struct figures *of;
    const char           *condition;
    int                   holds;
    const char           *message;
} conditions[] = {
    { &val, "accuracy >= 0.75", 1, NULL },
    { &val, "accuracy > 0.75 or loss < 0.3", 0, NULL },
    { &val, "val.loss / train.loss > 1.9", 1, NULL },
    { &val, "epoch == 7 and lr > 0", 1, NULL },
    { &val, "epoch > 7", 0, NULL },
    { &train, "epoch > 7", -1, "'epoch > 7': nothing is called 'epoch'" },
    { &val, "acuracy > 1", -1,
      "'acuracy > 1': nothing is called 'acuracy'; 'accuracy' is" },
    { &val, "tests.accuracy > 1", -1,
      "'tests.accuracy > 1': nothing is called 'tests.accuracy'; 'test.accuracy' is" },
    { &val, "loss / (lr - lr) > 1", -1, "'loss / (lr - lr) > 1': divides by zero" },
};

START_TEST(a_condition_holds_or_says_why_it_cannot)
{
    struct arena       a = { 0 };
    struct diag        d;
    const struct expr *e;

    diag_init(&d, &a);
    e = expr_parse(&a, conditions[_i].condition, NULL, &d);
    ck_assert_ptr_nonnull(e);
    ck_assert_int_eq(figures_hold(conditions[_i].of, e, NULL), conditions[_i].holds);
    ck_assert_int_eq(figures_hold(conditions[_i].of, e, &d), conditions[_i].holds);
    ck_assert_uint_eq(d.n, conditions[_i].message != NULL);
    if (d.n)
        ck_assert_str_eq(d.entries[0].text, conditions[_i].message);
    arena_close(&a);
}
END_TEST

START_TEST(a_refusal_names_the_nearest)
{
    struct arena a = { 0 };
    struct diag  d;

    diag_init(&d, &a);
    ck_assert_int_eq(figures_refuse(&train, NULL, "train", "trian.loss", &d), -1);
    ck_assert_str_eq(d.entries[0].text,
                     "train: no figure is called 'trian.loss'; 'train.loss' is");
    ck_assert_int_eq(figures_refuse(&train, NULL, "train", "psnr", &d), -1);
    ck_assert_str_eq(d.entries[1].text, "train: no figure is called 'psnr'");
    arena_close(&a);
}
END_TEST

/* More than the first piece of memory holds; names stay where the list begins again. */
START_TEST(a_list_grows_and_keeps_the_names_of_its_places)
{
    struct figures f = { 0 };

    for (int i = 0; i < 100; i++)
        figures_add(&f, i < 99 ? "val.cell" : "val.last", i);
    ck_assert_double_eq(figures_value(&f, "last"), 99);
    f.n = 99;
    ck_assert(isnan(figures_value(&f, "last")));
    ck_assert_str_eq(figures_next(&f)->name, "val.last");
    ck_assert_double_eq(figures_value(&f, "last"), 0);
    while (f.n < f.room)
        ck_assert_ptr_null(figures_next(&f)->name);
    figures_close(&f);
    ck_assert_uint_eq(f.n, 0);
}
END_TEST

/* A list that was read back: cells stand before their table's figure, and a metric may
 * have a dot in its name without being a detail of another. */
START_TEST(what_goes_on_behind_another_figure_is_a_detail)
{
    struct figure list[] = {
        { "train.loss", 1, false },        { "val.confusion.0.1", 2, false },
        { "val.confusion.1.1", 3, false }, { "val.confusion", 4, false },
        { "val.acme.f1", 5, false },       { "val.acme.f1.class2", 6, false },
        { "val.acme.f10", 7, false },      { "test.acme.f1.class2", 8, false },
    };
    static const bool details[] = { false, true, true, false, false, true, false, false };
    struct figures    f = { .v = list, .n = COUNT(list) };

    figures_mark(&f);
    for (size_t i = 0; i < f.n; i++)
        ck_assert_msg(f.v[i].detail == details[i], "%s", f.v[i].name);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("figures");
    TCase *t = tcase_create("names");

    tcase_add_loop_test(t, a_name_without_a_part_is_about_val_or_else_train, 0,
                        COUNT(names));
    tcase_add_test(t, a_figure_that_is_not_there_is_no_number);
    tcase_add_loop_test(t, a_condition_holds_or_says_why_it_cannot, 0, COUNT(conditions));
    tcase_add_test(t, a_refusal_names_the_nearest);
    tcase_add_test(t, what_goes_on_behind_another_figure_is_a_detail);
    tcase_add_test(t, a_list_grows_and_keeps_the_names_of_its_places);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
