/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>
#include <string.h>
#include "language/expr.h"
#include "support/messages.h"

static struct arena        a;
static struct diag         d;
static const struct source file = { .name = "t.yaml", .text = "", .n_lines = 1 };
static const struct at     place = { .source = &file, .line = 3, .column = 10 };

static const char *const names[] = { "hidden", "rate", "act", "data.classes",
                                     "low",    "none", NULL };

static void start(void)
{
    diag_init(&d, &a);
}

static void stop(void)
{
    arena_close(&a);
}

static int look_up(void *arg, const char *name, struct expr_value *out)
{
    int *asked = arg;

    if (asked)
        ++*asked;
    *out = (struct expr_value){ 0 };
    if (!strcmp(name, "hidden") || !strcmp(name, "data.classes") ||
        !strcmp(name, "low")) {
        out->is_int = true;
        out->i = *name == 'h' ? 32 : *name == 'd' ? 10 : INT64_MIN;
    } else if (!strcmp(name, "rate")) {
        out->r = 0.25;
    } else if (!strcmp(name, "none")) {
        out->r = (double)NAN;
    } else if (!strcmp(name, "act")) {
        out->is_text = true;
        out->text = "relu";
    } else {
        return -1;
    }
    return 0;
}

static const struct {
    const char *text;
    int64_t     value;
} whole[] = {
    { "7", 7 },
    { "1+2*3", 7 },
    { "(1+2)*3", 9 },
    { "10-4-3", 3 },
    { "-2*-3", 6 },
    { "2--3", 5 },
    { "7//2", 3 },
    { "-7//2", -4 },
    { "7//-2", -4 },
    { "7%3", 1 },
    { "-7%3", 2 },
    { "7%-3", -2 },
    { "8/2", 4 },
    { "hidden*2", 64 },
    { "hidden/2", 16 },
    { "hidden//3 + data.classes", 20 },
    { "9223372036854775807 - 1", INT64_MAX - 1 },
    { "low % -1", 0 },
    { "low % 5", 2 },
    { "low % 9223372036854775807", INT64_MAX - 1 },
    { "1 < 2", 1 },
    { "2 <= 1", 0 },
    { "hidden == 32.0", 1 },
    { "hidden != 32", 0 },
    { "rate > 0.2 and hidden >= 32", 1 },
    { "not 0", 1 },
    { "not not 5", 1 },
    { "not 1 == 2", 1 },
    { "1 or 0 and 0", 1 },
    { "3 and 4", 1 },
    { "act == 'relu'", 1 },
    { "act != \"relu\"", 0 },
    { "'a' == 'b'", 0 },
    { "none > 1 or none <= 1", 0 },
    { "none != none", 1 },
    { " ( ( 1 ) ) ", 1 },
    { "data.classes-1", 9 },
    { "0 and nobody", 0 },
    { "1 or 1/0", 1 },
};

START_TEST(integers_stay_integers)
{
    const struct expr *e = expr_parse(&a, whole[_i].text, &place, &d);
    struct expr_value  v;

    ck_assert_ptr_nonnull(e);
    ck_assert_int_eq(expr_eval(e, look_up, NULL, names, &v, &d), 0);
    ck_assert(v.is_int && !v.is_text);
    ck_assert_int_eq(v.i, whole[_i].value);
    ck_assert_double_eq(v.r, (double)whole[_i].value);
}
END_TEST

static const struct {
    const char *text;
    double      value;
} reals[] = {
    { "7/2", 3.5 },
    { "1.0", 1 },
    { ".5 + 1e-1", 0.6 },
    { "2E3", 2000 },
    { "rate * 2", 0.5 },
    { "hidden * rate", 8 },
    { "7.5 // 2", 3 },
    { "-7.5 // 2", -4 },
    { "-7.5 % 2", 0.5 },
    { "7.5 % -2", -0.5 },
    { "-rate", -0.25 },
    { "1. * 3", 3 },
    { "9223372036854775807 / 2", 4611686018427387903.5 },
};

START_TEST(reals_are_reals)
{
    const struct expr *e = expr_parse(&a, reals[_i].text, &place, &d);
    struct expr_value  v;

    ck_assert_ptr_nonnull(e);
    ck_assert_int_eq(expr_eval(e, look_up, NULL, names, &v, &d), 0);
    ck_assert(!v.is_int && !v.is_text);
    ck_assert_double_eq_tol(v.r, reals[_i].value, 1e-15);
}
END_TEST

START_TEST(a_text_passes_through)
{
    const struct expr *e = expr_parse(&a, "act", NULL, &d);
    struct expr_value  v;

    ck_assert_int_eq(expr_eval(e, look_up, NULL, names, &v, &d), 0);
    ck_assert(v.is_text);
    ck_assert_str_eq(v.text, "relu");
}
END_TEST

static const struct {
    const char *text, *message;
} refused[] = {
    { "", "3:10: '': a number or a name is missing at the end\n" },
    { "1 +", "3:13: '1 +': a number or a name is missing at the end\n" },
    { "* 2", "3:10: '* 2': a number or a name is missing before '* 2'\n" },
    { "(1", "3:12: '(1': a ')' is missing at the end\n" },
    { "1)", "3:11: '1)': an operator is missing before ')'\n" },
    { "1 2", "3:12: '1 2': an operator is missing before '2'\n" },
    { "2x", "3:10: '2x': a number is wrong before '2x'\n" },
    { "1..5", "3:10: '1..5': a number is wrong before '1..5'\n" },
    { "0x10", "3:10: '0x10': a number is wrong before '0x10'\n" },
    { "1e", "3:10: '1e': a number is wrong before '1e'\n" },
    { "1e999", "3:10: '1e999': a number is wrong before '1e999'\n" },
    { "9223372036854775808", "3:10: '9223372036854775808': a number is too large before "
                             "'9223372036854775808'\n" },
    { "1 < 2 < 3",
      "3:17: '1 < 2 < 3': comparisons do not chain, write `a < b and b < c`; "
      "before ' 3'\n" },
    { "a = 1", "3:12: 'a = 1': an operator is missing before '= 1'\n" },
    { "$a", "3:10: '$a': a number or a name is missing before '$a'\n" },
    { "'a", "3:10: ''a': a quote is not closed before ''a'\n" },
    { "sum(1)", "3:13: 'sum(1)': an operator is missing before '(1)'\n" },
};

START_TEST(what_is_no_expression_is_refused)
{
    const char *want = arena_printf(&a, "t.yaml:%s", refused[_i].message);

    ck_assert_ptr_null(expr_parse(&a, refused[_i].text, &place, &d));
    ck_assert_str_eq(messages(&a, &d), want);
}
END_TEST

static const struct {
    const char *text, *message;
} failing[] = {
    { "1 + hiden", "3:14: '1 + hiden': nothing is called 'hiden'; 'hidden' is\n" },
    { "quite_other", "3:10: 'quite_other': nothing is called 'quite_other'\n" },
    { "1 / 0", "3:12: '1 / 0': divides by zero\n" },
    { "1.5 // 0.0", "3:14: '1.5 // 0.0': divides by zero\n" },
    { "1 % (1-1)", "3:12: '1 % (1-1)': divides by zero\n" },
    { "9223372036854775807 + 1",
      "3:30: '9223372036854775807 + 1': the result does not fit "
      "a 64-bit integer\n" },
    { "low - 1", "3:14: 'low - 1': the result does not fit a 64-bit integer\n" },
    { "low // -1", "3:14: 'low // -1': the result does not fit a 64-bit integer\n" },
    { "low / -1", "3:14: 'low / -1': the result does not fit a 64-bit integer\n" },
    { "-low", "3:10: '-low': the result does not fit a 64-bit integer\n" },
    { "1e308 * 10", "3:16: '1e308 * 10': the result is too large\n" },
    { "act + 1",
      "3:14: 'act + 1': text can only be compared, with == or !=, with text\n" },
    { "act == 1", "3:14: 'act == 1': text can only be compared, with == or !=, with "
                  "text\n" },
    { "-act", "3:10: '-act': a text is no number\n" },
    { "act and 1", "3:10: 'act and 1': a text is neither true nor false\n" },
    { "not act", "3:14: 'not act': a text is neither true nor false\n" },
};

START_TEST(what_cannot_be_computed_is_refused_where_it_stands)
{
    const struct expr *e = expr_parse(&a, failing[_i].text, &place, &d);
    const char        *want = arena_printf(&a, "t.yaml:%s", failing[_i].message);
    struct expr_value  v;

    ck_assert_ptr_nonnull(e);
    ck_assert_int_eq(expr_eval(e, look_up, NULL, names, &v, &d), -1);
    ck_assert_str_eq(messages(&a, &d), want);
    ck_assert_int_eq(expr_eval(e, look_up, NULL, names, &v, NULL), -1);
}
END_TEST

START_TEST(a_folded_text_is_told_by_its_start)
{
    static const size_t        lines[] = { 0, 4 };
    static const struct source two = { .name = "t.yaml",
                                       .text = "a: 1\n  + b c",
                                       .n_lines = 2,
                                       .lines = lines,
                                       .size = 12 };
    const struct at            at = { .source = &two, .line = 1, .column = 4 };

    ck_assert_ptr_null(expr_parse(&a, "1 + b c", &at, &d));
    ck_assert_str_eq(messages(&a, &d),
                     "t.yaml:1:4: '1 + b c': an operator is missing before 'c'\n");
}
END_TEST

START_TEST(names_are_told_once_each)
{
    const struct expr *e = expr_parse(&a, "b + a.c * b or not x1 == 'y'", &place, &d);
    const char *const *n = expr_names(e);

    ck_assert_str_eq(n[0], "b");
    ck_assert_str_eq(n[1], "a.c");
    ck_assert_str_eq(n[2], "x1");
    ck_assert_ptr_null(n[3]);
    ck_assert_str_eq(expr_text(e), "b + a.c * b or not x1 == 'y'");
    ck_assert_ptr_null(expr_names(expr_parse(&a, "1", NULL, &d))[0]);
}
END_TEST

START_TEST(words_are_not_cut_into_operators)
{
    const char *const *n =
        expr_names(expr_parse(&a, "order or android and nothing", &place, &d));

    ck_assert_str_eq(n[0], "order");
    ck_assert_str_eq(n[1], "android");
    ck_assert_str_eq(n[2], "nothing");
    ck_assert_ptr_null(n[3]);
}
END_TEST

START_TEST(what_does_not_count_is_not_asked_for)
{
    const struct expr *e = expr_parse(&a, "0 and hidden or 1 or rate", &place, &d);
    struct expr_value  v;
    int                asked = 0;

    ck_assert_int_eq(expr_eval(e, look_up, &asked, names, &v, &d), 0);
    ck_assert_int_eq(v.i, 1);
    ck_assert_int_eq(asked, 0);
}
END_TEST

/* 1+1+ ... +1 */
static const char *sum_of(size_t terms)
{
    char *text = arena_alloc(&a, 2 * terms);

    for (size_t i = 0; i < 2 * terms - 1; i++)
        text[i] = i % 2 ? '+' : '1';
    return text;
}

START_TEST(length_has_a_limit)
{
    const struct expr *e = expr_parse(&a, sum_of(1000), NULL, &d);
    struct expr_value  v;

    ck_assert_int_eq(expr_eval(e, look_up, NULL, names, &v, &d), 0);
    ck_assert_int_eq(v.i, 1000);
    ck_assert_ptr_null(expr_parse(&a, sum_of(1001), NULL, &d));
}
END_TEST

START_TEST(depth_has_a_limit)
{
    char text[101] = { 0 };

    memset(text, '(', 100);
    ck_assert_ptr_null(expr_parse(&a, text, NULL, &d));
    memset(text, '-', 100);
    ck_assert_ptr_null(expr_parse(&a, text, NULL, &d));
    ck_assert_uint_eq(d.errors, 2);
    ck_assert_ptr_nonnull(strstr(d.entries[0].text, "too deeply nested"));
    ck_assert_ptr_nonnull(strstr(d.entries[1].text, "too deeply nested"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("expr");
    TCase *t = tcase_create("values");
    TCase *f = tcase_create("refusals");

    tcase_add_checked_fixture(t, start, stop);
    tcase_add_loop_test(t, integers_stay_integers, 0, (int)COUNT(whole));
    tcase_add_loop_test(t, reals_are_reals, 0, (int)COUNT(reals));
    tcase_add_test(t, a_text_passes_through);
    tcase_add_test(f, a_folded_text_is_told_by_its_start);
    tcase_add_test(t, names_are_told_once_each);
    tcase_add_test(t, words_are_not_cut_into_operators);
    tcase_add_test(t, what_does_not_count_is_not_asked_for);
    tcase_add_checked_fixture(f, start, stop);
    tcase_add_loop_test(f, what_is_no_expression_is_refused, 0, (int)COUNT(refused));
    tcase_add_loop_test(f, what_cannot_be_computed_is_refused_where_it_stands, 0,
                        (int)COUNT(failing));
    tcase_add_test(f, length_has_a_limit);
    tcase_add_test(f, depth_has_a_limit);
    suite_add_tcase(s, t);
    suite_add_tcase(s, f);
    return nnt_main(s);
}
