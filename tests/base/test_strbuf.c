/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/strbuf.h"

START_TEST(text_grows)
{
    struct strbuf s = { 0 };

    ck_assert_str_eq(strbuf_text(&s), "");
    for (int i = 0; i < 1000; i++)
        strbuf_printf(&s, "%d,", i % 10);
    ck_assert_uint_eq(s.n, 2000);
    ck_assert_int_eq(memcmp(s.text, "0,1,2,3,", 8), 0);
    ck_assert(!s.full);
    strbuf_close(&s);
    ck_assert_str_eq(strbuf_text(&s), "");
}
END_TEST

START_TEST(what_is_over_the_limit_is_left_out_whole)
{
    struct strbuf s = { .limit = 8 };

    strbuf_puts(&s, "12345");
    strbuf_printf(&s, "%s", "6789");
    ck_assert(s.full);
    strbuf_puts(&s, "x"); /* would fit, but would hide the hole */
    ck_assert_str_eq(strbuf_text(&s), "12345");
    strbuf_close(&s);
    strbuf_puts(&s, "12345678");
    ck_assert_str_eq(strbuf_text(&s), "12345678");
    ck_assert(!s.full);
    strbuf_close(&s);
}
END_TEST

START_TEST(what_is_printed_over_the_end_of_the_room_is_whole)
{
    for (int n = 0; n < 600; n++) {
        struct strbuf s = { 0 };

        strbuf_pad(&s, (size_t)n);
        strbuf_printf(&s, "%s-%d", "abc", 12345);
        strbuf_printf(&s, "%300s", "d");
        ck_assert_uint_eq(s.n, (size_t)n + 309);
        ck_assert_uint_eq(strlen(strbuf_text(&s)), s.n);
        ck_assert_mem_eq(strbuf_text(&s) + n, "abc-12345 ", 10);
        ck_assert_str_eq(strbuf_text(&s) + s.n - 2, " d");
        strbuf_close(&s);
    }
}
END_TEST

START_TEST(padding_counts_characters_of_this_line)
{
    struct strbuf s = { 0 };

    strbuf_puts(&s, "long first line\n\xc3\xa4");
    strbuf_pad(&s, 4);
    strbuf_puts(&s, "|");
    strbuf_pad(&s, 2);
    ck_assert_str_eq(strbuf_text(&s), "long first line\n\xc3\xa4   |");
    strbuf_close(&s);
}
END_TEST

static const struct {
    double      value;
    const char *text;
} numbers[] = {
    { 0, "0" },
    { -0.0, "-0" },
    { 1, "1" },
    { 0.1, "0.1" },
    { 1e-3, "0.001" },
    { 1.0 / 3, "0.3333333333333333" },
    { 1e22, "1e+22" },
    { 123456789, "123456789" },
    { 5e-324, "5e-324" },
    { 1.7976931348623157e308, "1.7976931348623157e+308" },
    { NAN, "null" },
    { INFINITY, "null" },
    { 0.30000000000000004, "0.30000000000000004" },
};

START_TEST(numbers_are_short_and_read_back_the_same)
{
    struct strbuf s = { 0 };

    strbuf_number(&s, numbers[_i].value);
    ck_assert_str_eq(strbuf_text(&s), numbers[_i].text);
    if (isfinite(numbers[_i].value))
        ck_assert(strtod(s.text, NULL) == numbers[_i].value);
    strbuf_close(&s);
}
END_TEST

START_TEST(control_characters_are_made_visible)
{
    struct strbuf s = { 0 };
    const char    text[] = "a\tb\n\033[2J\x7f\xc2\x9b\xc3\xa9\r";

    strbuf_visible(&s, text, sizeof text - 1);
    ck_assert_str_eq(strbuf_text(&s), "a\tb\n\\x1b[2J\\x7f\\x9b\xc3\xa9\\x0d");
    strbuf_close(&s);
}
END_TEST

static jmp_buf out;

static void jump(size_t size)
{
    (void)size;
    longjmp(out, 1);
}

/* AddressSanitizer ends a process that asks for so much, unless it is told not to. */
__attribute__((visibility("default"))) const char *__asan_default_options(void);
const char                                        *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

/* A text that was cut would look like one that is whole. */
START_TEST(running_out_of_memory_is_no_shorter_text)
{
    struct strbuf s = { 0 };
    char          big[1] = "x";

    strbuf_puts(&s, "begun");
    arena_on_oom(jump);
    if (setjmp(out)) {
        ck_assert_str_eq(strbuf_text(&s), "begun");
        strbuf_close(&s);
        return;
    }
    strbuf_add(&s, big, SIZE_MAX / 8); /* more than a process can have */
    ck_abort_msg("the text has grown to half of what there can be");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("strbuf");
    TCase *t = tcase_create("strbuf");

    tcase_add_test(t, text_grows);
    tcase_add_test(t, what_is_over_the_limit_is_left_out_whole);
    tcase_add_test(t, what_is_printed_over_the_end_of_the_room_is_whole);
    tcase_add_test(t, control_characters_are_made_visible);
    tcase_add_test(t, running_out_of_memory_is_no_shorter_text);
    tcase_add_test(t, padding_counts_characters_of_this_line);
    tcase_add_loop_test(t, numbers_are_short_and_read_back_the_same, 0,
                        sizeof numbers / sizeof *numbers);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
