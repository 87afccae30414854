/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "reports/fake.h"

/* On a line: 0, 1, 3 of class 0; 10, 11, 13, 4.5 of class 1. The nearest of each:
 * 0 -> 1; 1 -> 0; 3 -> 4.5 (wrong); 10 -> 11; 11 -> 10; 13 -> 11; 4.5 -> 3 (wrong). */
static const float line[] = { 0, 1, 3, 10, 11, 13, 4.5f };
static const float classes[] = { 0, 0, 0, 1, 1, 1, 1 };

static void same(const float *x, float *p)
{
    p[0] = x[0];
}

static void data(void)
{
    fake.rows = 7;
    fake.n_x = fake.n_p = fake.n_t = 1;
    fake.x = line;
    fake.t = classes;
    fake.model = same;
    fake.of[0] = "prediction";
    fake.to_name = "target";
}

/* The three nearest: 0: 1 3 4.5; 1: 0 3 4.5; 3: 4.5 1 0; 10: 11 13 4.5; 11: 10 13 4.5;
 * 13: 11 10 4.5; 4.5: 3 1 0. Of the own class: 2 2 2 3 3 3 0. */
START_TEST(counts_the_own_class_among_the_nearest)
{
    struct nnt *t = fake_open("neighbours", "1");

    data();
    nnt_forward(t);
    nnt_expect_number(nnt_report(t, "accuracy"), 5.0 / 7, 1e-9);
    nnt_expect_number(nnt_report(t, "precision_1"), 5.0 / 7, 1e-9);
    nnt_expect_number(nnt_report(t, "precision_3"), 15.0 / 21, 1e-9);
    ck_assert(!nnt_reported(t, "precision_7")); /* there are six others */
    ck_assert_str_eq(
        fake.printed,
        "prediction: vote of the 1 nearest among 7 rows of train right: 0.7143\n"
        "precision at       1       3\n"
        "              0.7143  0.7143\n");
    fake_close(t, "neighbours");
}
END_TEST

/* Of three votes the majority: all but 4.5 are right. */
START_TEST(the_nearest_vote)
{
    struct nnt *t = fake_open("neighbours", "{k: 3}");

    data();
    nnt_forward(t);
    nnt_expect_number(nnt_report(t, "accuracy"), 6.0 / 7, 1e-9);
    fake_close(t, "vote");
}
END_TEST

/* Of two votes that differ the nearer one counts: as with one. */
START_TEST(a_tie_goes_to_the_nearer)
{
    struct nnt *t = fake_open("neighbours", "{k: 2}");

    data();
    nnt_forward(t);
    nnt_expect_number(nnt_report(t, "accuracy"), 5.0 / 7, 1e-9);
    fake_close(t, "tie");
}
END_TEST

START_TEST(cosine_sees_directions)
{
    static const float rays[] = { 1, 0, 9, 0.1f, 0, 1, 0.2f, 8, 2, 0, 0, 3 };
    static const float of[] = { 0, 0, 1, 1, 0, 1 };
    struct nnt        *t = fake_open("neighbours", "{k: 1, distance: cosine}");

    data();
    fake.rows = 6;
    fake.n_x = 2;
    fake.x = rays;
    fake.t = of;
    fake_name(0, "rays", (float *)(uintptr_t)rays, 2, (int64_t[]){ 6, 2 });
    fake.of[0] = "rays";
    nnt_forward(t);
    nnt_expect_number(nnt_report(t, "accuracy"), 1, 1e-9);
    fake_close(t, "cosine");
}
END_TEST

START_TEST(says_what_is_missing)
{
    struct nnt *t = fake_open("neighbours", NULL);

    data();
    fake.of[0] = NULL;
    ck_assert_str_eq(nnt_forward_refusal(t), "of: the stream of codes is missing");
    fake.of[0] = "none";
    ck_assert_str_eq(nnt_forward_refusal(t), "of, to: there is no such stream");
    fake_close(t, "refused");
    t = fake_open("neighbours", "{split: val}");
    fake.of[0] = "prediction";
    ck_assert_str_eq(nnt_forward_refusal(t), "split: two rows at least are needed");
    fake_close(t, "refused");
    ck_assert_str_eq(nnt_refusal("report", "neighbours", "{k: 64}"),
                     "test.yaml:1:5: k: 64 is outside [1,63]");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("neighbours");
    TCase *t = tcase_create("report");

    tcase_add_test(t, counts_the_own_class_among_the_nearest);
    tcase_add_test(t, the_nearest_vote);
    tcase_add_test(t, a_tie_goes_to_the_nearer);
    tcase_add_test(t, cosine_sees_directions);
    tcase_add_test(t, says_what_is_missing);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
