/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include "base/arena.h"

START_TEST(memory_is_zeroed_and_aligned)
{
    struct arena a = { 0 };

    for (size_t size = 0; size < 3000; size += 7) {
        unsigned char *p = arena_alloc(&a, size);
        ck_assert_uint_eq((uintptr_t)p % 16, 0);
        for (size_t i = 0; i < size; i++)
            ck_assert_uint_eq(p[i], 0);
        memset(p, 0xff, size);
    }
    arena_close(&a);
    ck_assert_ptr_null(a.head);
}
END_TEST

START_TEST(a_piece_larger_than_any_block_fits)
{
    struct arena a = { 0 };
    char        *big = arena_alloc(&a, (size_t)5 << 20);
    char        *small = arena_strdup(&a, "after");

    memset(big, 1, (size_t)5 << 20);
    ck_assert_str_eq(small, "after");
    arena_close(&a);
}
END_TEST

START_TEST(growing_keeps_the_old_members_where_they_are)
{
    struct arena a = { 0 };
    int         *old = arena_array(&a, 2, sizeof *old);

    old[0] = 7;
    old[1] = 9;
    int *new = arena_grow(&a, old, 2, 100, sizeof *old);
    new[0] = 1;
    ck_assert_int_eq(old[0], 7);
    ck_assert_int_eq(new[1], 9);
    ck_assert_int_eq(new[99], 0);
    ck_assert_int_eq(*(int *)arena_grow(&a, old, 2, 1, sizeof *old), 7);
    ck_assert_ptr_nonnull(arena_grow(&a, NULL, 0, 4, sizeof *old));
    arena_close(&a);
}
END_TEST

START_TEST(text_is_copied_cut_and_printed)
{
    struct arena a = { 0 };

    ck_assert_str_eq(arena_strndup(&a, "relu", 2), "re");
    ck_assert_str_eq(arena_strndup(&a, "relu", 99), "relu");
    ck_assert_str_eq(arena_printf(&a, "%s:%d", "line", 12), "line:12");
    ck_assert_str_eq(arena_printf(&a, "%s", ""), "");
    ck_assert_uint_eq(strlen(arena_printf(&a, "%9000d", 1)), 9000);
    arena_close(&a);
}
END_TEST

static jmp_buf out;
static size_t  asked;

static void jump(size_t size)
{
    asked = size;
    longjmp(out, 1);
}

START_TEST(running_out_calls_the_handler)
{
    struct arena a = { 0 };

    arena_on_oom(jump);
    asked = 0;
    if (!setjmp(out))
        arena_alloc(&a, SIZE_MAX - 64);
    ck_assert_uint_eq(asked, SIZE_MAX - 64);
    asked = 0;
    if (!setjmp(out))
        arena_array(&a, SIZE_MAX / 2, 4);
    ck_assert_uint_eq(asked, SIZE_MAX);
    arena_close(&a);
}
END_TEST

START_TEST(without_a_handler_running_out_ends_the_program)
{
    struct arena a = { 0 };

    arena_alloc(&a, SIZE_MAX - 64);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("arena");
    TCase *t = tcase_create("arena");

    tcase_add_test(t, memory_is_zeroed_and_aligned);
    tcase_add_test(t, a_piece_larger_than_any_block_fits);
    tcase_add_test(t, growing_keeps_the_old_members_where_they_are);
    tcase_add_test(t, text_is_copied_cut_and_printed);
    tcase_add_test(t, running_out_calls_the_handler);
    tcase_add_exit_test(t, without_a_handler_running_out_ends_the_program, 1);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
