/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include "base/thread.h"
#include "call/seat.h"

/* Nothing looks into an instance here: any address will do. */
static const struct instance *const here = (const struct instance *)&here;
static const struct instance *const there = (const struct instance *)&there;

START_TEST(a_thread_knows_who_runs_on_it)
{
    const char *slot;

    seat_enter(here, "forward");
    ck_assert_ptr_eq(seat_running(&slot), here);
    ck_assert_str_eq(slot, "forward");
    seat_enter(NULL, NULL);
    ck_assert_ptr_null(seat_running(&slot));
}
END_TEST

static void run_elsewhere(void *arg)
{
    (void)arg;
    seat_enter(there, "backward");
}

START_TEST(another_thread_can_look_who_runs)
{
    struct thread thread;
    const char   *slot;
    uint64_t      call;
    int           found = 0;

    seat_enter(here, "forward");
    ck_assert_int_eq(thread_start(&thread, run_elsewhere, NULL), 0);
    pthread_join(thread.id, NULL);
    for (int k = 0; k < SEAT_MOST; k++) {
        const struct instance *i = seat_look(k, &slot, &call);
        found += i == here ? 1 : i == there ? 10 : 0;
        if (i == there)
            ck_assert_str_eq(slot, "backward");
    }
    ck_assert_int_eq(found, 11);
    ck_assert_ptr_eq(seat_running(&slot), here);
}
END_TEST

START_TEST(each_call_has_a_number_of_its_own)
{
    const char *slot;
    uint64_t    before, after;
    int         mine = -1;

    seat_enter(here, "forward");
    for (int k = 0; k < SEAT_MOST && mine < 0; k++)
        if (seat_look(k, &slot, &before) == here)
            mine = k;
    ck_assert_int_ge(mine, 0);
    seat_look(mine, &slot, &before);
    seat_enter(here, "forward");
    seat_look(mine, &slot, &after);
    ck_assert_uint_gt(after, before);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("seat");
    TCase *c = tcase_create("seat");

    tcase_add_test(c, a_thread_knows_who_runs_on_it);
    tcase_add_test(c, another_thread_can_look_who_runs);
    tcase_add_test(c, each_call_has_a_number_of_its_own);
    suite_add_tcase(s, c);
    return nnt_main(s);
}
