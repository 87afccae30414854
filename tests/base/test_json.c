/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>
#include "base/json.h"

static const struct {
    const char *text, *json;
} quoted[] = {
    { NULL, "null" },
    { "", "\"\"" },
    { "a\"b\\c", "\"a\\\"b\\\\c\"" },
    { "\b\f\n\r\t\x01\x7f", "\"\\b\\f\\n\\r\\t\\u0001\\u007f\"" },
    { "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80",
      "\"\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80\"" },
    { "\xff", "\"\xef\xbf\xbd\"" },
    { "\xc3", "\"\xef\xbf\xbd\"" },
    { "\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
    { "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
};

START_TEST(texts_are_valid_whatever_goes_in)
{
    struct json j = { 0 };

    json_text(&j, quoted[_i].text);
    ck_assert_str_eq(strbuf_text(&j.text), quoted[_i].json);
    strbuf_close(&j.text);
}
END_TEST

/* A map with an empty list, an empty map and a list that ends in brackets of its own. */
static void write_all(struct json *j)
{
    json_open(j, '{');
    json_key(j, "none"), json_open(j, '[');
    json_close(j);
    json_key(j, "in {"), json_open(j, '{');
    json_close(j);
    json_key(j, "all"), json_open(j, '[');
    json_text(j, "[");
    json_open(j, '[');
    json_whole(j, INT64_MIN);
    json_close(j);
    json_digits(j, 1.0 / 3, 3);
    json_number(j, NAN);
    json_bool(j, true);
    json_raw(j, "{}");
    json_close(j);
    json_close(j);
}

START_TEST(commas_come_by_themselves)
{
    struct json j = { 0 };

    write_all(&j);
    ck_assert_str_eq(strbuf_text(&j.text),
                     "{\"none\":[],\"in {\":{},\"all\":[\"[\",[-9223372036854775808],"
                     "0.333,null,true,{}]}");
    strbuf_close(&j.text);
}
END_TEST

START_TEST(blanks_stand_behind_commas_and_colons)
{
    struct json j = { .blanks = true };

    write_all(&j);
    ck_assert_str_eq(strbuf_text(&j.text),
                     "{\"none\": [], \"in {\": {}, \"all\": [\"[\", "
                     "[-9223372036854775808], 0.333, null, true, {}]}");
    strbuf_close(&j.text);
}
END_TEST

START_TEST(outer_levels_have_a_line_for_each_member)
{
    struct json j = { .lines = true };

    json_open(&j, '{');
    json_key(&j, "a"), json_open(&j, '[');
    json_close(&j);
    json_key(&j, "b"), json_open(&j, '[');
    json_whole(&j, 1);
    json_whole(&j, 2);
    json_close(&j);
    json_close(&j);
    ck_assert_str_eq(strbuf_text(&j.text), "{\n \"a\":[],\n \"b\":[\n  1,\n  2\n ]\n}");
    strbuf_close(&j.text);
}
END_TEST

START_TEST(the_text_goes_on_where_the_callers_buffer_ends)
{
    struct strbuf out = { 0 };

    for (int i = 0; i < 2; i++) {
        struct json j = { .text = out };
        json_open(&j, '[');
        json_whole(&j, i);
        json_close(&j);
        out = j.text;
    }
    ck_assert_str_eq(strbuf_text(&out), "[0][1]");
    strbuf_close(&out);
}
END_TEST

START_TEST(depth_has_no_limit)
{
    enum { DEEP = 5000 };
    struct json j = { 0 };

    for (int i = 0; i < DEEP; i++)
        json_open(&j, '[');
    for (int i = 0; i < DEEP; i++)
        json_close(&j);
    ck_assert_uint_eq(j.text.n, 2 * DEEP);
    ck_assert_int_eq(j.text.text[DEEP - 1], '[');
    ck_assert_int_eq(j.text.text[DEEP], ']');
    strbuf_close(&j.text);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("json");
    TCase *t = tcase_create("json");

    tcase_add_loop_test(t, texts_are_valid_whatever_goes_in, 0,
                        sizeof quoted / sizeof *quoted);
    tcase_add_test(t, commas_come_by_themselves);
    tcase_add_test(t, blanks_stand_behind_commas_and_colons);
    tcase_add_test(t, outer_levels_have_a_line_for_each_member);
    tcase_add_test(t, the_text_goes_on_where_the_callers_buffer_ends);
    tcase_add_test(t, depth_has_no_limit);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
