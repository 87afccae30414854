/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>
#include <string.h>
#include "base/strbuf.h"
#include "support/messages.h"
#include "text/tree.h"

static struct arena    a;
static struct diag     d;
static const struct at here = { .line = 7, .column = 3, .length = 2 };

static void stop(void)
{
    arena_close(&a);
}

static const char *print(const struct node *n)
{
    struct strbuf s = { 0 };

    tree_print(n, &s);
    const char *text = arena_strdup(&a, strbuf_text(&s));
    strbuf_close(&s);
    return text;
}

/* ---- members ---- */

START_TEST(members_are_found_by_key)
{
    const struct node *n = parse(&a, "a: 1\nb: 2\n", &d);

    ck_assert_str_eq(tree_find(n, "b")->text, "2");
    ck_assert_uint_eq(tree_find_key(n, "b")->at.line, 2);
    ck_assert_ptr_null(tree_find(n, "c"));
    ck_assert_ptr_null(tree_find_key(n, "c"));
    ck_assert_ptr_null(tree_find(tree_find(n, "a"), "a"));
    ck_assert_ptr_null(tree_find(NULL, "a"));
}
END_TEST

START_TEST(set_replaces_or_appends)
{
    struct node *n = parse(&a, "a: 1\nb: 2\n", &d);

    tree_set(&a, n, "a", here, tree_scalar(&a, "9", here));
    ck_assert_uint_eq(n->n, 2);
    ck_assert_str_eq(tree_find(n, "a")->text, "9");
    for (int i = 0; i < 20; i++)
        tree_set(&a, n, arena_printf(&a, "k%d", i), here, tree_new(&a, NODE_NULL, here));
    ck_assert_uint_eq(n->n, 22);
    ck_assert_str_eq(n->keys[21]->text, "k19");
    ck_assert_uint_eq(n->keys[21]->at.line, 7);
    ck_assert_str_eq(tree_find(n, "b")->text, "2");
}
END_TEST

START_TEST(remove_closes_the_gap)
{
    struct node *n = parse(&a, "{a: 1, b: 2, c: 3}", &d);

    ck_assert(tree_remove(n, "b"));
    ck_assert(!tree_remove(n, "b"));
    ck_assert_str_eq(print(n), "a: 1\nc: 3\n");
}
END_TEST

START_TEST(lists_grow)
{
    struct node *n = tree_new(&a, NODE_SEQ, here);

    for (int i = 0; i < 9; i++)
        tree_add(&a, n, tree_scalar(&a, arena_printf(&a, "%d", i), here));
    ck_assert_str_eq(print(n), "- 0\n- 1\n- 2\n- 3\n- 4\n- 5\n- 6\n- 7\n- 8\n");
}
END_TEST

START_TEST(a_copy_is_its_own)
{
    struct node *n = parse(&a, "a: {b: [1, 2]}\nc: 'x'", &d);
    struct node *copy = tree_copy(&a, n);
    const char  *before = print(n);

    tree_add(&a, tree_find(tree_find(copy, "a"), "b"), tree_scalar(&a, "3", here));
    tree_set(&a, copy, "d", here, tree_scalar(&a, "4", here));
    tree_remove(copy, "c");
    ck_assert_str_eq(print(n), before);
    ck_assert_str_eq(print(copy), "a: {b: [1, 2, 3]}\nd: 4\n");
    ck_assert_uint_eq(tree_find(copy, "a")->at.column, 4);
}
END_TEST

/* ---- typing ---- */

static const struct {
    const char *text;
    int         rc;
    bool        value;
    const char *why;
} bools[] = {
    { "true", 0, true, NULL },           { "True", 0, true, NULL },
    { "TRUE", 0, true, NULL },           { "false", 0, false, NULL },
    { "False", 0, false, NULL },         { "FALSE", 0, false, NULL },
    { "tRue", -1, false, NULL },         { "yes", -1, false, "write true" },
    { "Off", -1, false, "write false" }, { "n", -1, false, "write false" },
    { "1", -1, false, "write true" },    { "0", -1, false, "write false" },
    { "maybe", -1, false, NULL },
};

START_TEST(truth_is_true_or_false)
{
    struct node *n = tree_scalar(&a, bools[_i].text, here);
    bool         v = false;
    const char  *why = "left over";

    ck_assert_int_eq(tree_bool(n, &v, &why), bools[_i].rc);
    ck_assert_int_eq(v, bools[_i].value);
    ck_assert_pstr_eq(why, bools[_i].why);
}
END_TEST

#define NO_UNDERSCORE "write the digits without '_'"
#define NO_ZERO       "leave the leading 0 out, or write 0o for octal"
static const struct {
    const char *text;
    int         rc;
    int64_t     value;
    const char *why;
} ints[] = {
    { "0", 0, 0, NULL },
    { "-0", 0, 0, NULL },
    { "+12", 0, 12, NULL },
    { "-7", 0, -7, NULL },
    { "9223372036854775807", 0, INT64_MAX, NULL },
    { "-9223372036854775808", 0, INT64_MIN, NULL },
    { "9223372036854775808", -1, 0, "too large for a 64-bit number" },
    { "0x1F", 0, 31, NULL },
    { "0o17", 0, 15, NULL },
    { "0o8", -1, 0, NULL },
    { "0x", -1, 0, NULL },
    { "-0x1", -1, 0, NULL },
    { "010", -1, 0, NO_ZERO },
    { "-010", -1, 0, NO_ZERO },
    { "00", -1, 0, NO_ZERO },
    { "1_000", -1, 0, NO_UNDERSCORE },
    { "_1", -1, 0, NULL },
    { "1.0", -1, 0, NULL },
    { "1e3", -1, 0, NULL },
    { "", -1, 0, NULL },
    { "-", -1, 0, NULL },
    { "12x", -1, 0, NULL },
    { " 1", -1, 0, NULL },
};

START_TEST(whole_numbers_are_those_of_yaml_1_2)
{
    struct node *n = tree_scalar(&a, ints[_i].text, here);
    int64_t      v = 0;
    const char  *why = "left over";

    ck_assert_int_eq(tree_int(n, &v, &why), ints[_i].rc);
    ck_assert_int_eq(v, ints[_i].value);
    ck_assert_pstr_eq(why, ints[_i].why);
}
END_TEST

static const struct {
    const char *text;
    int         rc;
    double      value;
    const char *why;
} reals[] = {
    { "1e-3", 0, 1e-3, NULL },
    { ".5", 0, 0.5, NULL },
    { "1E5", 0, 1e5, NULL },
    { "1.", 0, 1, NULL },
    { "-1.5e+2", 0, -150, NULL },
    { "+.5", 0, 0.5, NULL },
    { "12", 0, 12, NULL },
    { "0x10", 0, 16, NULL },
    { "9223372036854775808", 0, 9223372036854775808.0, NULL },
    { ".inf", 0, INFINITY, NULL },
    { "-.INF", 0, -INFINITY, NULL },
    { "1e999", -1, 0, "too large for a 64-bit number" },
    { "1_000.5", -1, 0, NO_UNDERSCORE },
    { "01.5", -1, 0, NO_ZERO },
    { ".", -1, 0, NULL },
    { "e5", -1, 0, NULL },
    { "1e", -1, 0, NULL },
    { "1e+", -1, 0, NULL },
    { "inf", -1, 0, NULL },
    { "nan", -1, 0, NULL },
    { "-.nan", -1, 0, NULL },
    { "0x1p3", -1, 0, NULL },
    { "1.2.3", -1, 0, NULL },
    { "0..9", -1, 0, NULL },
    { "12%", -1, 0, NULL },
};

START_TEST(numbers_are_those_of_yaml_1_2)
{
    struct node *n = tree_scalar(&a, reals[_i].text, here);
    double       v = 0;
    const char  *why = "left over";

    ck_assert_int_eq(tree_real(n, &v, &why), reals[_i].rc);
    ck_assert_double_eq(v, reals[_i].value);
    ck_assert_pstr_eq(why, reals[_i].why);
}
END_TEST

START_TEST(not_a_number_is_one_to_yaml)
{
    double v = 0;

    ck_assert_int_eq(tree_real(tree_scalar(&a, ".nan", here), &v, NULL), 0);
    ck_assert(isnan(v));
}
END_TEST

START_TEST(a_quoted_scalar_is_a_text)
{
    const struct node *n = parse(&a, "[\"1\", 'true', 'x']", &d);
    int64_t            i;
    double             r;
    bool               b;
    const char        *why;

    ck_assert_int_eq(tree_int(n->values[0], &i, &why), -1);
    ck_assert_str_eq(why, "leave the quotes out");
    ck_assert_int_eq(tree_real(n->values[0], &r, &why), -1);
    ck_assert_str_eq(why, "leave the quotes out");
    ck_assert_int_eq(tree_bool(n->values[1], &b, &why), -1);
    ck_assert_str_eq(why, "leave the quotes out");
    ck_assert_int_eq(tree_real(n->values[2], &r, &why), -1);
    ck_assert_ptr_null(why);
    ck_assert_int_eq(tree_real(n, &r, &why), -1);
}
END_TEST

/* ---- printing ---- */

#define LONG "a_word_of_twenty_one_"
static const struct {
    const char *yaml, *canonical;
} printed[] = {
    { "", "{}\n" },
    { "[]", "[]\n" },
    { "~", "null\n" },
    { "x", "x\n" },
    { "{a: 1}", "a: 1\n" },
    { "a:   {b: 1,   c: [2,3]}", "a: {b: 1, c: [2, 3]}\n" },
    { "a: {b: {c: 1}}", "a:\n  b: {c: 1}\n" },
    { "a: {}\nb: []\nc: ''\nd:\ne: null", "a: {}\nb: []\nc: \"\"\nd:\ne: null\n" },
    { "[{dense: 2, as: x}, relu]", "- dense: 2\n  as: x\n- relu\n" },
    { "m: [{dense: {u: 2}}, {relu: , as: h}]",
      "m:\n  - dense: {u: 2}\n  - relu:\n    as: h\n" },
    { "m: [relu, tanh]", "m: [relu, tanh]\n" },
    { "m: [[1, 2], [3, 4]]", "m: [[1, 2], [3, 4]]\n" },
    { "m: [[{a: 1}]]", "m:\n  - - a: 1\n" },
    { "- -\n- - -", "- [null]\n- [[null]]\n" },
    { "m: [{}, [], ~]", "m: [{}, [], null]\n" },
    { "m: [" LONG ", " LONG ", " LONG ", " LONG "]",
      "m:\n  - " LONG "\n  - " LONG "\n  - " LONG "\n  - " LONG "\n" },
    { "m: {a: " LONG ", b: " LONG ", c: " LONG ", d: x}",
      "m:\n  a: " LONG "\n  b: " LONG "\n  c: " LONG "\n  d: x\n" },
    { "[\"yes\", yes, '1', 1, \"x\", 'null', null, 010, 1_0, '1:30', 2001-01-01]",
      "- \"yes\"\n- \"yes\"\n- \"1\"\n- 1\n- x\n- \"null\"\n- null\n- \"010\"\n- "
      "\"1_0\"\n"
      "- \"1:30\"\n- \"2001-01-01\"\n" },
    { "a: One, two\nb: '[x'\nc: 'x: y'\nd: 'x #y'\ne: 'x:y'\nf: ' x'\ng: '-x'\nh: '-'",
      "a: One, two\nb: \"[x\"\nc: \"x: y\"\nd: \"x #y\"\ne: x:y\nf: \" x\"\ng: -x\n"
      "h: \"-\"\n" },
    { "a: ['One, two', 'x{y', '-0.5', -0.5, '?x', '*a', '0..9']",
      "a: [\"One, two\", \"x{y\", \"-0.5\", -0.5, \"?x\", \"*a\", 0..9]\n" },
    { "a: |\n  x\n  \"y\\\n", "a: \"x\\n\\\"y\\\\\\n\"\n" },
    { "a: \"\\t\\u2028\xc3\xa4\"", "a: \"\\t\\u2028\xc3\xa4\"\n" },
    { "'1': x\n'a b': y\n'': z\n'<<': 1\ny: 2\nyes: 3",
      "\"1\": x\na b: y\n\"\": z\n\"<<\": 1\ny: 2\n\"yes\": 3\n" },
    { "a: $(c*2)\nb: accuracy >= 1\nc: 0%..90%\nd: \"---\"\ne: 1.10",
      "a: $(c*2)\nb: accuracy >= 1\nc: 0%..90%\nd: \"---\"\ne: 1.10\n" },
};

START_TEST(printing_is_canonical)
{
    const struct node *n = parse(&a, printed[_i].yaml, &d);

    ck_assert_ptr_nonnull(n);
    const char *once = print(n);
    ck_assert_str_eq(once, printed[_i].canonical);
    n = parse(&a, once, &d);
    ck_assert_ptr_nonnull(n);
    ck_assert_str_eq(print(n), once);
}
END_TEST

START_TEST(a_limit_stops_printing)
{
    struct strbuf      s = { .limit = 20 };
    const struct node *n = parse(&a, "a: {b: {c: 1, d: 2}}\ne: 1234567890", &d);

    tree_print(n, &s);
    ck_assert(s.full);
    ck_assert_uint_le(s.n, 20);
    strbuf_close(&s);
}
END_TEST

START_TEST(json_is_typed)
{
    struct strbuf      s = { 0 };
    const struct node *n = parse(&a,
                                 "{a: 1, b: '1', c: 0x10, d: 1e3, e: true, f: , "
                                 "g: .inf, h: [x, {}], \"i\\t\": 0.1}",
                                 &d);

    tree_print_json(n, &s);
    ck_assert_str_eq(strbuf_text(&s),
                     "{\"a\": 1, \"b\": \"1\", \"c\": 16, \"d\": 1000, \"e\": true, "
                     "\"f\": null, \"g\": \".inf\", \"h\": [\"x\", {}], \"i\\t\": 0.1}");
    strbuf_close(&s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tree");
    TCase *members = tcase_create("members");
    TCase *typing = tcase_create("typing");
    TCase *printing = tcase_create("printing");

    tcase_add_checked_fixture(members, NULL, stop);
    tcase_add_test(members, members_are_found_by_key);
    tcase_add_test(members, set_replaces_or_appends);
    tcase_add_test(members, remove_closes_the_gap);
    tcase_add_test(members, lists_grow);
    tcase_add_test(members, a_copy_is_its_own);
    tcase_add_checked_fixture(typing, NULL, stop);
    tcase_add_loop_test(typing, truth_is_true_or_false, 0, (int)COUNT(bools));
    tcase_add_loop_test(typing, whole_numbers_are_those_of_yaml_1_2, 0, (int)COUNT(ints));
    tcase_add_loop_test(typing, numbers_are_those_of_yaml_1_2, 0, (int)COUNT(reals));
    tcase_add_test(typing, not_a_number_is_one_to_yaml);
    tcase_add_test(typing, a_quoted_scalar_is_a_text);
    tcase_add_checked_fixture(printing, NULL, stop);
    tcase_add_loop_test(printing, printing_is_canonical, 0, (int)COUNT(printed));
    tcase_add_test(printing, a_limit_stops_printing);
    tcase_add_test(printing, json_is_typed);
    suite_add_tcase(s, members);
    suite_add_tcase(s, typing);
    suite_add_tcase(s, printing);
    return nnt_main(s);
}
