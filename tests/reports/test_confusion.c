/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "reports/fake.h"

/* What a row is taken for stands in the row itself. */
static const float taken[] = { 0, 0, 1, 1, 1, 2, 0, 2 };
static const float is[] = { 0, 0, 0, 1, 1, 2, 2, 2 };

static void scores(const float *x, float *p)
{
    for (int k = 0; k < 3; k++)
        p[k] = k == (int)*x ? 0.9f : 0.05f;
}

static void three_classes(void)
{
    fake.rows = 8;
    fake.n_x = fake.n_t = 1;
    fake.n_p = 3;
    fake.x = taken;
    fake.t = is;
    fake.model = scores;
}

static int holds(const char *what)
{
    return strstr(fake.written, what) != NULL;
}

START_TEST(counts_and_shares_stand_in_cells)
{
    struct nnt *t = fake_open("confusion", NULL);

    three_classes();
    fake.classes[0] = "cat";
    fake.classes[2] = "<dog>";
    nnt_forward(t);
    ck_assert_str_eq(fake.file, "confusion.svg");
    ck_assert_str_eq(fake.printed, "train: 6 of 8 right, 75 %\n"
                                   "  cat taken for 1: 1 of 3\n"
                                   "  <dog> taken for cat: 1 of 3\n");
    ck_assert(holds(">66.7 %</text>"));
    ck_assert(holds(">100 %</text>"));
    ck_assert(holds(">&#60;dog&#62;</text>"));
    ck_assert(holds(">1</text>")); /* a class without a name is its number */
    fake_close(t, "three");
}
END_TEST

static void one_score(const float *x, float *p)
{
    *p = *x > 0 ? 0.75f : 0.25f;
}

START_TEST(a_single_score_has_two_classes)
{
    struct nnt *t = fake_open("confusion", "{file: two.svg}");
    float       y[8];

    three_classes();
    for (int i = 0; i < 8; i++)
        y[i] = i > 3;
    fake.t = y;
    fake.n_p = 1;
    fake.model = one_score;
    nnt_forward(t);
    ck_assert_str_eq(fake.file, "two.svg");
    ck_assert_str_eq(fake.printed, "train: 5 of 8 right, 62.5 %\n"
                                   "  0 taken for 1: 2 of 4\n"
                                   "  1 taken for 0: 1 of 4\n");
    fake_close(t, "two");
}
END_TEST

static void many(const float *x, float *p)
{
    memset(p, 0, 100 * sizeof *p);
    p[(int)*x] = 1;
}

START_TEST(many_classes_are_colours_without_words)
{
    struct nnt  *t = fake_open("confusion", NULL);
    static float x[400];

    for (int i = 0; i < 400; i++)
        x[i] = (float)(i % 100);
    three_classes();
    fake.rows = 400;
    fake.x = fake.t = x;
    fake.n_p = 100;
    fake.model = many;
    nnt_forward(t);
    ck_assert(!holds("%</text>"));
    ck_assert(holds(">91</text>")); /* of the names each thirteenth or so */
    ck_assert(!holds(">97</text>"));
    fake_close(t, "many");
}
END_TEST

START_TEST(refuses_what_is_no_class)
{
    struct nnt *t = fake_open("confusion", NULL);
    float       y[] = { 0, 1, 2, 3, 0, 0, 0, 0 };

    three_classes();
    fake.t = y;
    ck_assert_str_eq(nnt_forward_refusal(t),
                     "the target of a row is 3, no class from 0 to 2");
    y[3] = 0.5f;
    ck_assert_str_eq(nnt_forward_refusal(t),
                     "the target of a row is 0.5, no class from 0 to 2");
    nnt_close(t);
    t = fake_open("confusion", "test");
    three_classes();
    ck_assert_str_eq(nnt_forward_refusal(t), "split: the data have no such part");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("confusion");
    TCase *t = tcase_create("report");

    tcase_add_test(t, counts_and_shares_stand_in_cells);
    tcase_add_test(t, a_single_score_has_two_classes);
    tcase_add_test(t, many_classes_are_colours_without_words);
    tcase_add_test(t, refuses_what_is_no_class);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
