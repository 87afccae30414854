/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>
#include <string.h>

#include "base/json.h"
#include "base/json_read.h"
#include "base/strbuf.h"

static struct arena arena;

static void setup(void)
{
    arena = (struct arena){ 0 };
}

static void teardown(void)
{
    arena_close(&arena);
}

static struct json_read of(const char *text)
{
    struct json_read r;

    json_read_open(&r, &arena, text, strlen(text));
    return r;
}

START_TEST(values_are_read_in_the_order_of_the_text)
{
    struct json_read r = of(" {\"a\" : [1, -2.5e1 ,[]], \"b\":{}, \"c\":\"x\\ty\",\n"
                            "\"d\":true, \"e\":null} ");
    const char      *key, *text;
    double           v;
    int64_t          whole;
    bool             truth;

    ck_assert_int_eq(json_read_map(&r), 0);
    ck_assert_int_eq(json_read_key(&r, &key), 1);
    ck_assert_str_eq(key, "a");
    ck_assert_int_eq(json_read_list(&r), 0);
    ck_assert_int_eq(json_read_item(&r), 1);
    ck_assert_int_eq(json_read_whole(&r, &whole), 0);
    ck_assert_int_eq(whole, 1);
    ck_assert_int_eq(json_read_item(&r), 1);
    ck_assert_int_eq(json_read_number(&r, &v), 0);
    ck_assert_double_eq(v, -25);
    ck_assert_int_eq(json_read_item(&r), 1);
    ck_assert_int_eq(json_read_skip(&r), 0);
    ck_assert_int_eq(json_read_item(&r), 0);
    ck_assert_int_eq(json_read_key(&r, &key), 1);
    ck_assert_int_eq(json_read_skip(&r), 0);
    ck_assert_int_eq(json_read_key(&r, &key), 1);
    ck_assert_int_eq(json_read_text(&r, &text), 0);
    ck_assert_str_eq(text, "x\ty");
    ck_assert_int_eq(json_read_key(&r, &key), 1);
    ck_assert_int_eq(json_read_bool(&r, &truth), 0);
    ck_assert(truth);
    ck_assert_int_eq(json_read_key(&r, &key), 1);
    ck_assert_int_eq(json_read_null(&r), 0);
    ck_assert_int_eq(json_read_key(&r, &key), 0);
    ck_assert_int_eq(json_read_end(&r), 0);
    ck_assert_ptr_null(r.wrong);
}
END_TEST

static const struct {
    const char *json, *text;
} texts[] = {
    { "\"\"", "" },
    { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t" },
    { "\"\\u0041\\u00e9\\u20AC\"", "A\xc3\xa9\xe2\x82\xac" },
    { "\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80" },
    { "\"\xf0\x9f\x98\x80 \xc3\xa9\"", "\xf0\x9f\x98\x80 \xc3\xa9" },
};

START_TEST(texts_are_what_they_stand_for)
{
    struct json_read r = of(texts[_i].json);
    const char      *text;

    ck_assert_int_eq(json_read_text(&r, &text), 0);
    ck_assert_str_eq(text, texts[_i].text);
    ck_assert_int_eq(json_read_end(&r), 0);
}
END_TEST

/* What is wrong, and before which byte. */
static const struct {
    const char *json, *wrong;
    long        at;
} damaged[] = {
    { "", "a value is needed here", 0 },
    { " ", "a value is needed here", 1 },
    { "nul", "null is needed here", 0 },
    { "truth", "true or false is needed here", 0 },
    { "NaN", "a value is needed here", 0 },
    { "+1", "a value is needed here", 0 },
    { ".5", "a value is needed here", 0 },
    { "01", "a number is needed here", 0 },
    { "-", "a number is needed here", 0 },
    { "1.", "a number is needed here", 0 },
    { "1e", "a number is needed here", 0 },
    { "1e+", "a number is needed here", 0 },
    { "1 2", "there is more here", 2 },
    { "0x10", "there is more here", 1 },
    { "'a'", "a value is needed here", 0 },
    { "\"a", "a text does not end", 2 },
    { "\"a\\", "there is no such escape", 3 },
    { "\"\\x\"", "there is no such escape", 2 },
    { "\"\\u12g4\"", "\\u needs four digits from 0 to f", 5 },
    { "\"\\u12\"", "\\u needs four digits from 0 to f", 5 },
    { "\"\\u0000\"", "a text with \\u0000 in it", 7 },
    { "\"\\ud83d\"", "half of a letter", 7 },
    { "\"\\ud83dx\"", "half of a letter", 7 },
    { "\"\\ud83d\\u0041\"", "half of a letter", 13 },
    { "\"\\ude00\"", "half of a letter", 7 },
    { "\"a\nb\"", "a control character in a text", 2 },
    { "\"\xc3(\"", "no UTF-8", 1 },
    { "\"\xff\"", "no UTF-8", 1 },
    { "[1", "',' or ']' is missing here", 2 },
    { "[1 2]", "',' or ']' is missing here", 3 },
    { "[1,]", "a value is needed here", 3 },
    { "[,1]", "a value is needed here", 1 },
    { "[1}", "',' or ']' is missing here", 2 },
    { "{1:2}", "a name in quotes is needed here", 1 },
    { "{\"a\" 1}", "':' is missing here", 5 },
    { "{\"a\":1,}", "a name in quotes is needed here", 7 },
    { "{\"a\":1", "',' or '}' is missing here", 6 },
    { "[] []", "there is more here", 3 },
};

START_TEST(what_is_no_json_is_refused_with_its_place)
{
    struct json_read r = of(damaged[_i].json);

    ck_assert(json_read_skip(&r) || json_read_end(&r));
    ck_assert_str_eq(r.wrong, damaged[_i].wrong);
    ck_assert_int_eq(r.p - r.start, damaged[_i].at);
}
END_TEST

START_TEST(depth_has_a_limit)
{
    char             text[2 * JSON_READ_DEPTH + 3];
    struct json_read r;

    memset(text, '[', sizeof text);
    memset(text + JSON_READ_DEPTH, ']', JSON_READ_DEPTH);
    json_read_open(&r, &arena, text, 2 * JSON_READ_DEPTH);
    ck_assert_int_eq(json_read_skip(&r), 0);
    ck_assert_int_eq(json_read_end(&r), 0);
    memset(text, '[', sizeof text);
    json_read_open(&r, &arena, text, sizeof text);
    ck_assert_int_eq(json_read_skip(&r), -1);
    ck_assert_str_eq(r.wrong, "nested too deep");
}
END_TEST

static const struct {
    const char *json;
    int         rc;
    int64_t     v;
} wholes[] = {
    { "0", 0, 0 },
    { "-0", 0, 0 },
    { "9223372036854775807", 0, INT64_MAX },
    { "-9223372036854775808", 0, INT64_MIN },
    { "9223372036854775808", -1, 0 },
    { "-9223372036854775809", -1, 0 },
    { "99999999999999999999999999", -1, 0 },
    { "1.0", -1, 0 },
    { "1e2", -1, 0 },
    { "\"1\"", -1, 0 },
};

START_TEST(whole_numbers_fit_or_are_refused)
{
    struct json_read r = of(wholes[_i].json);
    int64_t          v = 0;

    ck_assert_int_eq(json_read_whole(&r, &v), wholes[_i].rc);
    ck_assert_int_eq(v, wholes[_i].v);
}
END_TEST

/* Numbers that what strbuf_number writes come back as they were; digits without end too.
 */
START_TEST(numbers_come_back)
{
    static const double numbers[] = { 0,      1,    -1.5,    1e308,
                                      5e-324, 0.1f, 1.0 / 3, 123456789012345678.0 };
    char                many[500] = "0.";

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct strbuf s = { 0 };
        double        v;

        strbuf_number(&s, numbers[i]);
        struct json_read r = of(strbuf_text(&s));
        ck_assert_int_eq(json_read_number(&r, &v), 0);
        ck_assert_double_eq(v, numbers[i]);
        strbuf_close(&s);
    }
    memset(many + 2, '3', sizeof many - 3);
    struct json_read r = of(many);
    double           v;
    ck_assert_int_eq(json_read_number(&r, &v), 0);
    ck_assert_double_eq(v, 1.0 / 3);
    r = of("1e999");
    ck_assert_int_eq(json_read_number(&r, &v), 0);
    ck_assert(isinf(v));
}
END_TEST

/* Any text as json_text writes it. */
START_TEST(texts_come_back)
{
    char text[128];

    for (int i = 1; i < 128; i++)
        text[i - 1] = (char)i;
    text[127] = 0;
    struct json j = { 0 };
    json_text(&j, text);
    struct json_read r = of(strbuf_text(&j.text));
    const char      *back;
    ck_assert_int_eq(json_read_text(&r, &back), 0);
    ck_assert_str_eq(back, text);
    strbuf_close(&j.text);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("json_read");
    TCase *t = tcase_create("json_read");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, values_are_read_in_the_order_of_the_text);
    tcase_add_loop_test(t, texts_are_what_they_stand_for, 0,
                        sizeof texts / sizeof *texts);
    tcase_add_loop_test(t, what_is_no_json_is_refused_with_its_place, 0,
                        sizeof damaged / sizeof *damaged);
    tcase_add_test(t, depth_has_a_limit);
    tcase_add_loop_test(t, whole_numbers_fit_or_are_refused, 0,
                        sizeof wholes / sizeof *wholes);
    tcase_add_test(t, numbers_come_back);
    tcase_add_test(t, texts_come_back);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
