/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>
#include "plugin/range.h"

static struct arena arena;

static void close_arena(void)
{
    arena_close(&arena);
}

static const struct {
    const char *text;
    double      inside, outside;
} intervals[] = {
    { "[0,1)", 0, 1 },
    { "(0,1]", 1, 0 },
    { "(0,inf)", 1e300, INFINITY },
    { "[0,inf]", INFINITY, -1 },
    { "(-inf,inf)", -1e300, NAN },
    { " [ -2 , 2.5e0 ] ", -2, 3 },
    { "[1,1]", 1, 1.1 },
    { "[.5,+inf)", 0.5, 0.4 },
    { NULL, 7, NAN },
};

START_TEST(an_interval_holds_what_it_says)
{
    struct range r;

    ck_assert_int_eq(range_parse(&arena, intervals[_i].text, &r), 0);
    ck_assert_ptr_null(r.words);
    ck_assert(range_holds(&r, intervals[_i].inside));
    ck_assert(!range_holds(&r, intervals[_i].outside));
    ck_assert(!range_holds(&r, NAN));
}
END_TEST

static const char *const malformed[] = {
    "",      "[",     "[0",     "[0,",  "[0,1",    "0..1]",    "[1,0]",   "(1,1)",
    "[1,1)", "[a,b]", "[0,1]x", "[,1]", "[0 1]",   "[0,.nan]", "a||b",    "|a",
    "a|",    "a|b|a", "a b|c",  "a,b",  "[1,2,3]", "[0x,1]",   "\"a\"|b", "[--1,2]",
};

START_TEST(a_malformed_range_is_refused)
{
    struct range r = { .low = 42 };

    ck_assert_msg(range_parse(&arena, malformed[_i], &r) == -1, "'%s' was accepted",
                  malformed[_i]);
    ck_assert(r.low == 42);
}
END_TEST

START_TEST(words_have_numbers)
{
    struct range r;

    ck_assert_int_eq(range_parse(&arena, "same|valid|3.5", &r), 0);
    ck_assert_int_eq(range_word(&r, "same"), 0);
    ck_assert_int_eq(range_word(&r, "valid"), 1);
    ck_assert_int_eq(range_word(&r, "3.5"), 2);
    ck_assert_int_eq(range_word(&r, "vali"), -1);
    ck_assert_int_eq(range_word(&r, ""), -1);
}
END_TEST

static const struct {
    const char *text;
    int         rc;
    int64_t     value;
} integers[] = {
    { "0", 0, 0 },
    { "-12", 0, -12 },
    { "+5", 0, 5 },
    { "0x1F", 0, 31 },
    { "0o17", 0, 15 },
    { "9223372036854775807", 0, INT64_MAX },
    { "9223372036854775808", -1, 0 },
    { "010", -1, 0 },
    { "1_000", -1, 0 },
    { "1.0", -1, 0 },
    { " 1", -1, 0 },
    { "1 ", -1, 0 },
    { "", -1, 0 },
    { "-", -1, 0 },
    { "0x", -1, 0 },
    { "0x-1", -1, 0 },
    { "-0x1", -1, 0 },
};

START_TEST(whole_numbers_are_those_of_yaml_1_2)
{
    int64_t v = 0;

    ck_assert_int_eq(range_read_int(integers[_i].text, &v), integers[_i].rc);
    ck_assert_int_eq(v, integers[_i].value);
}
END_TEST

static const struct {
    const char *text;
    int         rc;
    double      value;
} reals[] = {
    { "1e-3", 0, 1e-3 }, { "1E3", 0, 1000 },        { ".5", 0, 0.5 },
    { "5.", 0, 5 },      { "-2.25", 0, -2.25 },     { "7", 0, 7 },
    { "0x10", 0, 16 },   { "-.inf", 0, -INFINITY }, { ".Inf", 0, INFINITY },
    { "inf", -1, 0 },    { "nan", -1, 0 },          { "1e", -1, 0 },
    { ".", -1, 0 },      { "1.2.3", -1, 0 },        { "0x1p3", -1, 0 },
    { "1e5x", -1, 0 },   { "infinity", -1, 0 },     { "", -1, 0 },
    { "-", -1, 0 },      { "1,5", -1, 0 },
};

START_TEST(numbers_are_those_of_yaml_1_2)
{
    double v = 0;

    ck_assert_int_eq(range_read_real(reals[_i].text, &v), reals[_i].rc);
    ck_assert(v == reals[_i].value);
}
END_TEST

START_TEST(not_a_number_has_its_own_spelling)
{
    double v = 0;

    ck_assert_int_eq(range_read_real(".nan", &v), 0);
    ck_assert(isnan(v));
    ck_assert_int_eq(range_read_real("-.nan", &v), -1);
}
END_TEST

START_TEST(only_true_and_false_are_booleans)
{
    bool v = false;

    ck_assert_int_eq(range_read_bool("true", &v), 0);
    ck_assert(v);
    ck_assert_int_eq(range_read_bool("FALSE", &v), 0);
    ck_assert(!v);
    ck_assert_int_eq(range_read_bool("yes", &v), -1);
    ck_assert_int_eq(range_read_bool("1", &v), -1);
    ck_assert_int_eq(range_read_bool("tRUE", &v), -1);
}
END_TEST

static const struct {
    const char *text;
    size_t      n;
    const char *first, *last;
} lists[] = {
    { "", 0, NULL, NULL },
    { "[]", 0, NULL, NULL },
    { "[1]", 1, "1", "1" },
    { "[1, 2,3 ]", 3, "1", "3" },
    { "7", 1, "7", "7" },
    { "['a b', \"c,d\"]", 2, "a b", "c,d" },
    { "[ -0.5 , 1.5 ]", 2, "-0.5", "1.5" },
};

START_TEST(a_default_list_is_a_flow_list_or_one_value)
{
    size_t             n = 99;
    const char *const *list = range_read_list(&arena, lists[_i].text, &n);

    ck_assert_ptr_nonnull(list);
    ck_assert_uint_eq(n, lists[_i].n);
    ck_assert_ptr_null(list[n]);
    if (n) {
        ck_assert_str_eq(list[0], lists[_i].first);
        ck_assert_str_eq(list[n - 1], lists[_i].last);
    }
}
END_TEST

static const char *const bad_lists[] = { "[",      "[1",    "[1,",  "[,1]",
                                         "[1,,2]", "[1] 2", "['a]", "[1 [2]]" };

START_TEST(a_malformed_list_is_refused)
{
    size_t n = 99;

    ck_assert_ptr_null(range_read_list(&arena, bad_lists[_i], &n));
    ck_assert_uint_eq(n, 99);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("range");
    TCase *t = tcase_create("ranges");

    tcase_add_checked_fixture(t, NULL, close_arena);
    tcase_add_loop_test(t, an_interval_holds_what_it_says, 0, COUNT(intervals));
    tcase_add_loop_test(t, a_malformed_range_is_refused, 0, COUNT(malformed));
    tcase_add_test(t, words_have_numbers);
    tcase_add_loop_test(t, whole_numbers_are_those_of_yaml_1_2, 0, COUNT(integers));
    tcase_add_loop_test(t, numbers_are_those_of_yaml_1_2, 0, COUNT(reals));
    tcase_add_test(t, not_a_number_has_its_own_spelling);
    tcase_add_test(t, only_true_and_false_are_booleans);
    tcase_add_loop_test(t, a_default_list_is_a_flow_list_or_one_value, 0, COUNT(lists));
    tcase_add_loop_test(t, a_malformed_list_is_refused, 0, COUNT(bad_lists));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
