/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <stdlib.h>
#include <string.h>
#include "support/messages.h"
#include "text/source.h"

static struct arena a;
static struct diag  d;

static void start(void)
{
    diag_init(&d, &a);
}

static void stop(void)
{
    arena_close(&a);
}

START_TEST(lines_start_after_each_newline)
{
    const struct source *s = source_text(&a, "t.yaml", "a\n\nbc\r\nd", 8, &d);

    ck_assert_uint_eq(s->n_lines, 4);
    ck_assert_uint_eq(s->lines[0], 0);
    ck_assert_uint_eq(s->lines[1], 2);
    ck_assert_uint_eq(s->lines[2], 3);
    ck_assert_uint_eq(s->lines[3], 7);
    ck_assert_uint_eq(s->size, 8);
    ck_assert_str_eq(s->name, "t.yaml");
    ck_assert_str_eq(s->text, "a\n\nbc\r\nd");
}
END_TEST

START_TEST(nothing_is_one_empty_line)
{
    const struct source *s = source_text(&a, "t.yaml", "", 0, &d);

    ck_assert_uint_eq(s->n_lines, 1);
    ck_assert_uint_eq(s->lines[0], 0);
    ck_assert_str_eq(s->text, "");
}
END_TEST

START_TEST(a_byte_order_mark_is_left_out)
{
    const struct source *s = source_text(&a, "t.yaml", "\xef\xbb\xbfx", 4, &d);

    ck_assert_str_eq(s->text, "x");
    ck_assert_uint_eq(s->size, 1);
}
END_TEST

#define TEXT(s) s, sizeof s - 1
static const struct {
    const char *text;
    size_t      n;
    const char *message;
} refused[] = {
    { TEXT("a\0b"), "t.yaml:1:2: a NUL byte; a pipeline file is text\n" },
    { TEXT("a: 1\nb: \xff"),
      "t.yaml:2:4: byte 0xff is not UTF-8; save the file as UTF-8\n" },
    { TEXT("\xc3\xa4\xc3\xa4\xc3"),
      "t.yaml:1:3: byte 0xc3 is not UTF-8; save the file as UTF-8\n" },
    { TEXT("\xc0\x80"), "t.yaml:1:1: byte 0xc0 is not UTF-8; save the file as UTF-8\n" },
    { TEXT("\xe0\x80\x80"),
      "t.yaml:1:1: byte 0xe0 is not UTF-8; save the file as UTF-8\n" },
    { TEXT("\xed\xa0\x80"),
      "t.yaml:1:1: byte 0xed is not UTF-8; save the file as UTF-8\n" },
    { TEXT("\xf4\x90\x80\x80"),
      "t.yaml:1:1: byte 0xf4 is not UTF-8; save the file as UTF-8\n" },
    { TEXT("x\x80"), "t.yaml:1:2: byte 0x80 is not UTF-8; save the file as UTF-8\n" },
};

START_TEST(what_is_not_text_is_refused_where_it_stands)
{
    ck_assert_ptr_null(source_text(&a, "t.yaml", refused[_i].text, refused[_i].n, &d));
    ck_assert_str_eq(messages(&a, &d), refused[_i].message);
}
END_TEST

START_TEST(whole_utf8_is_taken)
{
    static const char text[] = "\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xef\xbf\xbf"
                               "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf";

    ck_assert_ptr_nonnull(source_text(&a, "t.yaml", text, sizeof text - 1, &d));
}
END_TEST

START_TEST(the_size_has_a_limit)
{
    size_t n = SOURCE_MAX + 1;
    char  *big = malloc(n);

    memset(big, ' ', n);
    ck_assert_ptr_nonnull(source_text(&a, "t.yaml", big, n - 1, &d));
    ck_assert_ptr_null(source_text(&a, "t.yaml", big, n, &d));
    ck_assert_str_eq(messages(&a, &d),
                     "t.yaml: 1048577 bytes; a pipeline file has at most 1048576\n");
    free(big);
}
END_TEST

START_TEST(a_file_is_named_as_it_was_asked_for)
{
    const char          *path = nnt_text_file("p.yaml", "a: 1\n");
    const struct source *s = source_open(&a, path, &d);

    ck_assert_ptr_nonnull(s);
    ck_assert_str_eq(s->name, path);
    ck_assert_str_eq(s->text, "a: 1\n");
}
END_TEST

START_TEST(a_missing_file_is_an_error)
{
    ck_assert_ptr_null(source_open(&a, "no/such.yaml", &d));
    ck_assert_uint_eq(d.errors, 1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("source");
    TCase *t = tcase_create("text");

    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, lines_start_after_each_newline);
    tcase_add_test(t, nothing_is_one_empty_line);
    tcase_add_test(t, a_byte_order_mark_is_left_out);
    tcase_add_loop_test(t, what_is_not_text_is_refused_where_it_stands, 0,
                        (int)COUNT(refused));
    tcase_add_test(t, whole_utf8_is_taken);
    tcase_add_test(t, the_size_has_a_limit);
    tcase_add_test(t, a_file_is_named_as_it_was_asked_for);
    tcase_add_test(t, a_missing_file_is_an_error);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
