/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <pthread.h>
#include "base/denormal.h"
#include "base/pool.h"
#include "base/thread.h"

static volatile float small = 1e-41f, smallest = 1.2e-38f; /* a denormal; a normal one */

static bool operands_are_zeros(void)
{
    return small * 1e30f == 0;
}

static bool results_are_zeros(void)
{
    return smallest * 0.1f == 0;
}

START_TEST(they_are_zeros_from_enter_to_leave)
{
    uint64_t outer, inner;

    ck_assert(!operands_are_zeros() && !results_are_zeros());
    bool entered = denormal_enter(&outer);
    ck_assert(entered && operands_are_zeros() && results_are_zeros());
    bool again = denormal_enter(&inner);
    ck_assert(!again);
    denormal_leave(again, inner);
    ck_assert(operands_are_zeros() && results_are_zeros());
    denormal_leave(entered, outer);
    ck_assert(!operands_are_zeros() && !results_are_zeros());
}
END_TEST

static void look(void *arg)
{
    *(bool *)arg = operands_are_zeros() && results_are_zeros();
}

START_TEST(a_thread_of_the_host_takes_them_for_zeros)
{
    struct thread t;
    bool          zeros = false;

    ck_assert_int_eq(thread_start(&t, look, &zeros), 0);
    pthread_join(t.id, NULL);
    ck_assert(zeros);
}
END_TEST

static void multiply(void *arg, size_t begin, size_t end, uint32_t worker)
{
    (void)worker;
    for (size_t i = begin; i < end; i++)
        ((float *)arg)[i] = small * 1e30f;
}

START_TEST(every_thread_of_a_run_gives_the_same)
{
    enum { N = 1000 };
    float        x[N];
    uint64_t     before;
    struct pool *p = pool_open(3);
    bool         entered = denormal_enter(&before);

    pool_run(p, N, 1, multiply, x);
    denormal_leave(entered, before);
    pool_close(p);
    for (size_t i = 0; i < N; i++)
        ck_assert(x[i] == 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("denormal");
    TCase *t = tcase_create("base");

    tcase_add_test(t, they_are_zeros_from_enter_to_leave);
    tcase_add_test(t, a_thread_of_the_host_takes_them_for_zeros);
    tcase_add_test(t, every_thread_of_a_run_gives_the_same);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
