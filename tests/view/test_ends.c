/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "view/ends.h"

#include <check.h>
#include <math.h>

#include "support/nnt.h"

static struct arena arena;

static void end_arena(void)
{
    arena_close(&arena);
}

static size_t group(const double *loss, size_t n, struct end *v)
{
    for (size_t i = 0; i < n; i++)
        v[i] = (struct end){ .seed = i + 1, .loss = loss[i] };
    return ends_group(&arena, v, n);
}

START_TEST(ends_with_about_the_same_loss_are_one_group)
{
    const double loss[] = { 0.3471, 0.0021, 0.4778, 0.0019, 0.3472, 0.0020, 0.3473 };
    struct end   v[7];

    ck_assert_uint_eq(group(loss, 7, v), 3);
    ck_assert_uint_eq(v[0].seed, 4);
    ck_assert_uint_eq(v[2].group, 1);
    ck_assert_uint_eq(v[3].group, 2);
    ck_assert_uint_eq(v[6].group, 3);
    ck_assert_uint_eq(v[6].seed, 3);
}
END_TEST

START_TEST(evenly_spread_ends_are_one_group)
{
    double     loss[10];
    struct end v[10];

    for (size_t i = 0; i < 10; i++)
        loss[i] = (double)i;
    ck_assert_uint_eq(group(loss, 10, v), 1);
}
END_TEST

START_TEST(what_diverged_is_the_last_group)
{
    const double loss[] = { (double)NAN, 0.5, (double)NAN, 0.5 };
    struct end   v[4];

    ck_assert_uint_eq(group(loss, 4, v), 2);
    ck_assert_uint_eq(v[1].group, 1);
    ck_assert_uint_eq(v[2].seed, 1);
    ck_assert_uint_eq(v[2].group, 2);
}
END_TEST

START_TEST(one_end_is_a_group_and_none_are_no_group)
{
    const double loss[] = { 1 };
    struct end   v[1];

    ck_assert_uint_eq(group(loss, 1, v), 1);
    ck_assert_uint_eq(group(loss, 0, v), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ends");
    TCase *t = tcase_create("ends");

    tcase_add_checked_fixture(t, NULL, end_arena);
    tcase_add_test(t, ends_with_about_the_same_loss_are_one_group);
    tcase_add_test(t, evenly_spread_ends_are_one_group);
    tcase_add_test(t, what_diverged_is_the_last_group);
    tcase_add_test(t, one_end_is_a_group_and_none_are_no_group);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
