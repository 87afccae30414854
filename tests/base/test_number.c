/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "base/number.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "base/thread.h"
#include "support/german.h"
#include "support/nnt.h"

static bool german;

static void begin(void)
{
    german = german_begin();
    if (!german)
        fprintf(stderr, "no German locale and no localedef: the C locale is tried\n");
}

static const char *plainly(double v)
{
    static char text[32];

    snprintf(text, sizeof text, "%.2f", v);
    return text;
}

START_TEST(the_process_is_german)
{
    if (german)
        ck_assert_str_eq(plainly(0.5), "0,50");
}
END_TEST

START_TEST(a_number_is_read_and_written_with_a_point)
{
    char        text[32], *end;
    const char *from = "0.25,7";

    ck_assert(number_read(from, &end) == 0.25);
    ck_assert_ptr_eq(end, from + 4);
    ck_assert_int_eq(number_print(text, sizeof text, "%.3f %g", 2.5, 1e-3), 11);
    ck_assert_str_eq(text, "2.500 0.001");
}
END_TEST

START_TEST(all_text_of_the_host_has_points)
{
    struct arena  a = { 0 };
    struct strbuf s = { 0 };

    strbuf_printf(&s, "%g ", 1.5);
    strbuf_number(&s, 0.1);
    ck_assert_str_eq(strbuf_text(&s), "1.5 0.1");
    ck_assert_str_eq(arena_printf(&a, "%.1f", 7.25), "7.2");
    strbuf_close(&s);
    arena_close(&a);
}
END_TEST

START_TEST(between_enter_and_leave_the_c_library_itself_writes_points)
{
    locale_t outer = number_enter();
    locale_t inner = number_enter();

    ck_assert_str_eq(plainly(0.5), "0.50");
    ck_assert(strtod("0.5", NULL) == 0.5);
    number_leave(inner);
    ck_assert_str_eq(plainly(0.5), "0.50");
    number_leave(outer);
    ck_assert_str_eq(plainly(0.5), german ? "0,50" : "0.50");
}
END_TEST

static void on_thread(void *arg)
{
    snprintf(arg, 32, "%.2f", 0.5);
}

START_TEST(a_thread_of_the_host_writes_points)
{
    struct thread t;
    char          text[32];

    ck_assert_int_eq(thread_start(&t, on_thread, text), 0);
    pthread_join(t.id, NULL);
    ck_assert_str_eq(text, "0.50");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("number");
    TCase *t = tcase_create("german");

    tcase_add_unchecked_fixture(t, begin, german_end);
    tcase_add_test(t, the_process_is_german);
    tcase_add_test(t, a_number_is_read_and_written_with_a_point);
    tcase_add_test(t, all_text_of_the_host_has_points);
    tcase_add_test(t, between_enter_and_leave_the_c_library_itself_writes_points);
    tcase_add_test(t, a_thread_of_the_host_writes_points);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
