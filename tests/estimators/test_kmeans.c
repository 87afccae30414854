/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>

/* Two heaps of three, around (1, 1) and (11, 5). */
#define HEAPS 0, 1, 1, 1, 2, 1, 10, 5, 11, 5, 12, 5

/* Passes until finish is content; the host zeroes sums and counts passes. */
static uint64_t run(struct nnt *t)
{
    static const char *const sums[] = { "sum", "count", "inertia", "seen", "left" };
    int                      rc = NNP_AGAIN;
    uint64_t                 pass = 0;

    for (; rc == NNP_AGAIN; pass++) {
        for (size_t i = 0; i < COUNT(sums); i++)
            nnt_fill(nnt_tensor(t, NNP_STATE, sums[i]), 0);
        t->ctx->step = pass;
        nnt_fit(t);
        rc = nnt_finish(t);
    }
    return pass;
}

static struct nnt *heaps(const char *yaml)
{
    struct nnt *t = nnt_open("estimator", "kmeans", yaml);

    nnt_in(t, NNP_F32, S(6, 2), V(HEAPS));
    nnt_setup(t);
    return t;
}

START_TEST(finds_two_heaps)
{
    struct nnt *t = heaps("{k: 2, init: random, n_init: 1}");

    nnt_set(nnt_tensor(t, NNP_STATE, "centers"),
            V(0, 1, 1, 1)); /* both in the left one */
    run(t);
    nnt_expect(nnt_tensor(t, NNP_STATE, "centers"), V(1, 1, 11, 5));
    nnt_expect_number(nnt_report(t, "inertia"), 4, 1e-6);
    /* Row 0 on its centre; rows 1 and 2 at 0 and 1; rows 3..5 from (1, 1). */
    nnt_expect_number(nnt_report(t, "start"), 1 + 97 + 116 + 137, 1e-6);
    nnt_forward(t);
    nnt_expect(&t->out[0], V(0, 0, 0, 1, 1, 1));
    nnt_close(t);
}
END_TEST

START_TEST(plusplus_starts_in_both_heaps)
{
    struct nnt *t = heaps("{k: 2, n_init: 20}");

    /* A start within one heap costs 300 and more; in both of them 4 to 10. */
    run(t);
    ck_assert_double_lt(nnt_report(t, "start"), 40);
    nnt_expect_number(nnt_report(t, "inertia"), 4, 1e-6);
    nnt_expect_number(nnt_report(t, "mean"), 4, 1e-6);
    nnt_close(t);
}
END_TEST

/* Three heaps; drawn once, a start misses one of them now and then, of several draws the
 * best one seldom does. */
START_TEST(the_best_of_several_candidates_starts_better)
{
    double start[2];

    for (int i = 0; i < 2; i++) {
        struct nnt *t = nnt_open("estimator", "kmeans",
                                 i ? "{k: 3, n_init: 200, iters: 1}"
                                   : "{k: 3, n_init: 200, iters: 1, candidates: 1}");
        nnt_in(t, NNP_F32, S(9, 1), V(0, 1, 2, 6, 7, 8, 12, 13, 14));
        nnt_setup(t);
        run(t);
        start[i] = nnt_report(t, "start");
        nnt_close(t);
    }
    ck_assert_double_lt(start[1], 0.8 * start[0]);
}
END_TEST

/* Of two starts the second is the better one, and stands first afterwards. */
START_TEST(keeps_the_best_start)
{
    struct nnt *t = nnt_open("estimator", "kmeans", "{k: 2, init: random, n_init: 2}");

    nnt_in(t, NNP_F32, S(4, 2), V(0, 0, 0, 4, 9, 0, 9, 4)); /* a rectangle */
    nnt_setup(t);
    nnt_set(nnt_tensor(t, NNP_STATE, "centers"), V(4.5, 0, 4.5, 4, 0, 2, 9, 2));
    run(t);
    nnt_expect(nnt_tensor(t, NNP_STATE, "centers"), V(0, 2, 9, 2, 4.5, 0, 4.5, 4));
    nnt_expect_number(nnt_report(t, "inertia"), 16, 1e-6);
    nnt_expect_number(nnt_report(t, "mean"), (16 + 81) / 2.0, 1e-6);
    nnt_close(t);
}
END_TEST

START_TEST(a_centre_without_rows_stays)
{
    struct nnt *t = heaps("{k: 3, init: random, n_init: 1}");

    nnt_set(nnt_tensor(t, NNP_STATE, "centers"), V(1, 1, 11, 5, 100, 100));
    run(t);
    nnt_expect(nnt_tensor(t, NNP_STATE, "centers"), V(1, 1, 11, 5, 100, 100));
    nnt_close(t);
}
END_TEST

START_TEST(stops_after_so_many_moves)
{
    struct nnt *t = heaps("{k: 2, init: random, n_init: 1, iters: 1}");

    nnt_set(nnt_tensor(t, NNP_STATE, "centers"), V(0, 1, 1, 1));
    ck_assert_uint_eq(run(t), 2); /* one that moves, one that measures */
    nnt_close(t);
}
END_TEST

START_TEST(refuses_numbers_that_are_not_finite)
{
    struct nnt *t = nnt_open("estimator", "kmeans", "{k: 1, init: random, n_init: 1}");

    nnt_in(t, NNP_F32, S(2, 2), V(1, 2, NAN, 3));
    nnt_setup(t);
    nnt_fit(t);
    ck_assert_str_eq(nnt_finish_refusal(t),
                     "the training rows have a number that is not finite");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("kmeans");
    TCase *t = tcase_create("estimator");

    tcase_add_test(t, finds_two_heaps);
    tcase_add_test(t, plusplus_starts_in_both_heaps);
    tcase_add_test(t, the_best_of_several_candidates_starts_better);
    tcase_add_test(t, keeps_the_best_start);
    tcase_add_test(t, a_centre_without_rows_stays);
    tcase_add_test(t, stops_after_so_many_moves);
    tcase_add_test(t, refuses_numbers_that_are_not_finite);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
