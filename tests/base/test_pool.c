/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include "base/pool.h"

enum { N = 10000 };

struct sums {
    float  x[N];
    float  partial[4096];
    size_t grain;
};

static void sum_chunk(void *arg, size_t begin, size_t end, uint32_t worker)
{
    struct sums *s = arg;
    float        sum = 0;

    (void)worker;
    for (size_t i = begin; i < end; i++)
        sum += s->x[i];
    s->partial[begin / s->grain] = sum;
}

static float sum_with(unsigned threads, struct sums *s)
{
    struct pool *p = threads ? pool_open(threads) : NULL;
    float        total = 0;

    memset(s->partial, 0, sizeof s->partial);
    pool_run(p, N, s->grain, sum_chunk, s);
    for (size_t i = 0; i < (N + s->grain - 1) / s->grain; i++)
        total += s->partial[i];
    pool_close(p);
    return total;
}

START_TEST(sums_have_the_same_bits_for_any_number_of_threads)
{
    static struct sums s = { .grain = 7 };

    for (int i = 0; i < N; i++)
        s.x[i] = 1.0f / (float)(i + 1);
    float alone = sum_with(0, &s);
    for (unsigned threads = 1; threads <= 9; threads++) {
        float together = sum_with(threads, &s);
        ck_assert_mem_eq(&together, &alone, sizeof alone);
    }
}
END_TEST

struct marks {
    atomic_int  touched[N];
    atomic_uint most; /* highest worker number */
    atomic_int  chunks;
};

static void mark(void *arg, size_t begin, size_t end, uint32_t worker)
{
    struct marks *m = arg;
    unsigned      most = atomic_load(&m->most);

    atomic_fetch_add(&m->chunks, 1);
    while (worker > most && !atomic_compare_exchange_weak(&m->most, &most, worker))
        ;
    for (size_t i = begin; i < end; i++)
        atomic_fetch_add(&m->touched[i], 1);
}

static const struct {
    size_t n, grain;
    int    chunks;
} cuts[] = {
    { 0, 4, 0 },   { 1, 4, 1 },       { 8, 4, 2 },       { 9, 4, 3 },    { 9, 0, 1 },
    { 9, 100, 1 }, { 4096, 1, 4096 }, { 4097, 1, 2049 }, { N, 1, 2500 },
};

START_TEST(every_place_is_visited_once)
{
    static struct marks m;
    struct pool        *p = pool_open(3);

    memset(&m, 0, sizeof m);
    pool_run(p, cuts[_i].n, cuts[_i].grain, mark, &m);
    ck_assert_int_eq(atomic_load(&m.chunks), cuts[_i].chunks);
    for (size_t i = 0; i < N; i++)
        ck_assert_int_eq(atomic_load(&m.touched[i]), i < cuts[_i].n);
    ck_assert_uint_lt(atomic_load(&m.most), 3);
    pool_close(p);
}
END_TEST

START_TEST(many_short_runs_lose_nothing)
{
    static struct marks m;
    struct pool        *p = pool_open(4);

    for (int run = 0; run < 20000; run++)
        pool_run(p, 5, 1, mark, &m);
    for (size_t i = 0; i < 5; i++)
        ck_assert_int_eq(atomic_load(&m.touched[i]), 20000);
    pool_close(p);
}
END_TEST

struct nest {
    struct pool  *pool;
    struct marks *marks;
    atomic_int    wrong;
    uint32_t      outer; /* of the one worker that looks */
};

static void check_worker(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct nest *n = arg;

    (void)begin, (void)end;
    if (worker != n->outer)
        atomic_fetch_add(&((struct nest *)arg)->wrong, 1);
}

static void run_within(void *arg, size_t begin, size_t end, uint32_t worker)
{
    struct nest *n = arg;
    struct nest  mine = { .pool = n->pool, .outer = worker };

    pool_run(n->pool, 16, 1, check_worker, &mine);
    atomic_fetch_add(&n->wrong, atomic_load(&mine.wrong));
    for (size_t i = begin; i < end; i++)
        pool_run(n->pool, 10, 3, mark, n->marks);
}

START_TEST(a_run_within_a_run_stays_with_its_worker)
{
    static struct marks m;
    struct nest         n = { .pool = pool_open(3), .marks = &m };

    pool_run(n.pool, 50, 1, run_within, &n);
    ck_assert_int_eq(atomic_load(&n.wrong), 0);
    for (size_t i = 0; i < 10; i++)
        ck_assert_int_eq(atomic_load(&m.touched[i]), 50);
    pool_run(n.pool, 1, 1, run_within, &(struct nest){ .pool = NULL, .marks = &m });
    ck_assert_int_eq(atomic_load(&m.touched[0]), 51);
    pool_close(n.pool);
}
END_TEST

static void *run_often(void *arg)
{
    struct nest *n = arg;

    for (int i = 0; i < 500; i++)
        pool_run(n->pool, 20, 1, mark, n->marks);
    return NULL;
}

START_TEST(two_threads_may_ask_the_same_pool)
{
    static struct marks m;
    struct nest         n = { .pool = pool_open(3), .marks = &m };
    pthread_t           other;

    ck_assert_int_eq(pthread_create(&other, NULL, run_often, &n), 0);
    run_often(&n);
    pthread_join(other, NULL);
    for (size_t i = 0; i < 20; i++)
        ck_assert_int_eq(atomic_load(&m.touched[i]), 1000);
    pool_close(n.pool);
}
END_TEST

START_TEST(width_is_what_was_asked_for)
{
    struct pool *p = pool_open(5);

    ck_assert_uint_eq(pool_width(p), 5);
    ck_assert_uint_eq(pool_width(NULL), 1);
    pool_close(p);
    pool_close(NULL);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("pool");
    TCase *t = tcase_create("pool");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, sums_have_the_same_bits_for_any_number_of_threads);
    tcase_add_loop_test(t, every_place_is_visited_once, 0, sizeof cuts / sizeof *cuts);
    tcase_add_test(t, many_short_runs_lose_nothing);
    tcase_add_test(t, a_run_within_a_run_stays_with_its_worker);
    tcase_add_test(t, two_threads_may_ask_the_same_pool);
    tcase_add_test(t, width_is_what_was_asked_for);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
