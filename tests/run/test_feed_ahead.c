/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "run/feed_ahead.h"

#include "support/nnt.h"

struct making { /* batches of 1, 2, 3... rows, one of them bad, `last` of them in all */
    int64_t made, bad, last;
};

static void make(void *arg, struct feed_place *to, struct diag *d)
{
    struct making *m = arg;

    to->rc = 0;
    to->rows = m->made < m->last ? ++m->made : 0;
    if (m->bad && to->rows == m->bad)
        to->rc = diag_error(d, NULL, "batch %d is bad", (int)to->rows);
}

START_TEST(batches_come_in_their_order)
{
    struct making      m = { .last = 4 };
    struct feed_ahead  a;
    struct feed_place *before = NULL, *p;

    feed_ahead_open(&a, make, &m, _i);
    ck_assert_int_eq(a.threaded, _i);
    feed_ahead_ask(&a);
    for (int64_t n = 1; n <= 4; n++, before = p) {
        p = feed_ahead_take(&a, NULL);
        ck_assert_int_eq(p->rows, n);
        if (_i)
            ck_assert_ptr_ne(p, before); /* that batch is still in use */
        feed_ahead_turn(&a);
    }
    ck_assert_int_eq(feed_ahead_take(&a, NULL)->rows, 0);
    ck_assert_int_eq(feed_ahead_take(&a, NULL)->rows, 0);
    feed_ahead_close(&a);
}
END_TEST

START_TEST(what_went_wrong_is_said_to_who_takes)
{
    struct making     m = { .last = 4, .bad = 2 };
    struct arena      arena = { 0 };
    struct diag       d;
    struct feed_ahead a;

    diag_init(&d, &arena);
    feed_ahead_open(&a, make, &m, _i);
    feed_ahead_ask(&a);
    ck_assert_ptr_nonnull(feed_ahead_take(&a, &d));
    feed_ahead_turn(&a);
    feed_ahead_settle(&a); /* the thread has failed, nobody was told */
    ck_assert_uint_eq(d.n, 0);
    ck_assert_ptr_null(feed_ahead_take(&a, &d));
    ck_assert_uint_eq(d.n, 1);
    ck_assert_str_eq(d.entries[0].text, "batch 2 is bad");
    feed_ahead_close(&a);
    arena_close(&arena);
}
END_TEST

START_TEST(who_settles_has_the_place_until_asking)
{
    struct making      m = { .last = 9 };
    struct feed_ahead  a;
    struct feed_place *p;

    feed_ahead_open(&a, make, &m, _i);
    p = feed_ahead_settle(&a); /* at once: nobody asked yet */
    feed_ahead_ask(&a);
    ck_assert_ptr_eq(feed_ahead_settle(&a), p);
    ck_assert_int_eq(m.made, _i); /* without a thread a batch is made when it is taken */
    m.made = 6;
    feed_ahead_ask(&a);
    ck_assert_int_eq(feed_ahead_take(&a, NULL)->rows, 7);
    feed_ahead_ask(&a); /* closed while the thread may be at work */
    feed_ahead_close(&a);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("feed_ahead");
    TCase *t = tcase_create("run");

    tcase_add_loop_test(t, batches_come_in_their_order, 0, 2);
    tcase_add_loop_test(t, what_went_wrong_is_said_to_who_takes, 0, 2);
    tcase_add_loop_test(t, who_settles_has_the_place_until_asking, 0, 2);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
