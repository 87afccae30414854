/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <string.h>

#include "base/utf8.h"

START_TEST(letters_come_back)
{
    static const uint32_t codes[] = { 1,      0x7f,   0x80,   0x7ff,   0x800,
                                      0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff };
    char                  text[4];

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        size_t n = utf8_put(text, codes[i]);

        ck_assert_uint_eq(utf8_length(text, n), n);
        ck_assert_uint_eq(utf8_length(text, n - 1), 0);
    }
}
END_TEST

static const struct {
    const char *from, *to;
} repaired[] = {
    { "", "" },
    { "abc \xc3\xa9", "abc \xc3\xa9" },
    { "cut \xc3", "cut " },
    { "cut \xe2\x82' and on", "cut ' and on" },
    { "cut \xf0\x9f\x98", "cut " },
    { "latin \xe9t\xe9", "latin t" },
    { "\xff\xfe", "??" },
    { "\x80", "?" },
    { "\xc0\xaf", "??" },     /* overlong */
    { "\xed\xa0\x80", "??" }, /* half of a pair: a cut letter, then two bytes */
};

START_TEST(what_is_no_letter_goes)
{
    char text[64] = "";

    strncpy(text, repaired[_i].from, sizeof text - 1);
    utf8_repair(text);
    for (const char *p = text; *p; p += utf8_length(p, strlen(p)))
        ck_assert_uint_gt(utf8_length(p, strlen(p)), 0);
    ck_assert_msg(strcmp(text, repaired[_i].to) == 0, "'%s'", text);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("utf8");
    TCase *t = tcase_create("utf8");

    tcase_add_test(t, letters_come_back);
    tcase_add_loop_test(t, what_is_no_letter_goes, 0, sizeof repaired / sizeof *repaired);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
