/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"
#include "train/history.h"

#include <stdio.h>

START_TEST(a_curve_has_the_values_of_its_epochs_in_order)
{
    struct history h = { 0 };

    history_add(&h, "val.loss", 1, 0.5);
    history_add(&h, "lr", 1, 0.1);
    history_add(&h, "val.loss", 2, 0.25);
    const struct curve *c = history_find(&h, "val.loss");
    ck_assert_uint_eq(c->n, 2);
    ck_assert_double_eq(c->epoch[0], 1);
    ck_assert_double_eq(c->value[0], 0.5);
    ck_assert_double_eq(c->epoch[1], 2);
    ck_assert_double_eq(c->value[1], 0.25);
    ck_assert_uint_eq(history_find(&h, "lr")->n, 1);
    ck_assert_ptr_null(history_find(&h, "val.los"));
    ck_assert_str_eq(h.curves[0].name, "val.loss"); /* as the columns of metrics.csv */
    ck_assert_str_eq(h.curves[1].name, "lr");
    history_clear(&h);
}
END_TEST

/* Beyond the first pieces of memory, of curves and of values. */
START_TEST(it_grows)
{
    enum { CURVES = 50, EPOCHS = 300 };
    static char    names[CURVES][16];
    struct history h = { 0 };

    for (int i = 0; i < CURVES; i++)
        snprintf(names[i], sizeof names[i], "val.m%d", i);
    for (int k = 1; k <= EPOCHS; k++)
        for (int i = 0; i < CURVES; i++)
            history_add(&h, names[i], k, i * 1000 + k);
    ck_assert_uint_eq(h.n, CURVES);
    for (int i = 0; i < CURVES; i++) {
        const struct curve *c = history_find(&h, names[i]);
        ck_assert_uint_eq(c->n, EPOCHS);
        ck_assert_double_eq(c->value[0], i * 1000 + 1);
        ck_assert_double_eq(c->value[EPOCHS - 1], i * 1000 + EPOCHS);
        ck_assert_double_eq(c->epoch[EPOCHS - 1], EPOCHS);
    }
    history_clear(&h);
}
END_TEST

START_TEST(once_cleared_it_begins_anew)
{
    struct history h = { 0 };

    history_add(&h, "val.loss", 1, 0.5);
    history_clear(&h);
    ck_assert_uint_eq(h.n, 0);
    ck_assert_ptr_null(history_find(&h, "val.loss"));
    history_add(&h, "val.loss", 1, 0.75);
    ck_assert_uint_eq(history_find(&h, "val.loss")->n, 1);
    ck_assert_double_eq(history_find(&h, "val.loss")->value[0], 0.75);
    history_clear(&h);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("history");
    TCase *t = tcase_create("curves");

    tcase_add_test(t, a_curve_has_the_values_of_its_epochs_in_order);
    tcase_add_test(t, it_grows);
    tcase_add_test(t, once_cleared_it_begins_anew);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
