/* SPDX-License-Identifier: MIT */
#include <config.h>
#include <nnpipe/data.h>
#include "support/nnt.h"

enum { PIXELS = 28 * 28 };

static struct nnt *draw(const char *yaml, uint64_t seed, struct nnt_values rows)
{
    struct nnt *t = nnt_open_seed("loader", "glyphs", yaml, seed);

    nnt_in(t, NNP_I64, S((int64_t)rows.n), rows);
    nnt_forward(t);
    return t;
}

static bool same(const nnp_tensor *a, size_t i, const nnp_tensor *b, size_t k)
{
    for (size_t p = 0; p < PIXELS; p++)
        if (nnt_get(a, i * PIXELS + p) != nnt_get(b, k * PIXELS + p))
            return false;
    return true;
}

START_TEST(classes_take_turns)
{
    struct nnt *t = draw("{n: 20, test: 5}", 1, V(0, 1, 9, 10, 19, 20, 24));

    nnt_expect_shape(&t->out[0], NNP_U8, S(7, 1, 28, 28));
    nnt_expect(nnt_tensor(t, NNP_OUT, "y"), V(0, 1, 9, 0, 9, 0, 4));
    nnt_expect_number((double)nnt_rows(t)->count, 25, 0);
    nnt_expect_number((double)nnt_rows(t)->test, 5, 0);
    nnt_expect_number((double)nnt_rows(t)->classes, 10, 0);
    nnt_close(t);
}
END_TEST

START_TEST(a_row_is_what_it_is_whatever_is_asked_beside_it)
{
    struct nnt *a = draw("{n: 100}", 1, V(17, 3, 100));
    struct nnt *b = draw("{n: 50, test: 7}", 1, V(3, 50));
    struct nnt *c = draw("{n: 100}", 2, V(17));

    ck_assert(same(&a->out[0], 1, &b->out[0], 0));
    ck_assert(same(&a->out[0], 2, &b->out[0], 1)); /* the first one of the test part */
    ck_assert(!same(&a->out[0], 0, &c->out[0], 0));
    a->ctx->step = 7;
    nnt_reshape(a, 0, S(1), V(3));
    nnt_forward(a);
    ck_assert(same(&a->out[0], 0, &b->out[0], 0));
    nnt_close(a);
    nnt_close(b);
    nnt_close(c);
}
END_TEST

START_TEST(hands_differ_as_much_as_is_said)
{
    struct nnt *font = draw("{vary: 0}", 1, V(4, 14, 6004));
    struct nnt *hand = draw("{}", 1, V(4, 14, 6004));

    ck_assert(same(&font->out[0], 0, &font->out[0], 1));
    ck_assert(same(&font->out[0], 0, &font->out[0], 2));
    ck_assert(!same(&hand->out[0], 0, &hand->out[0], 1));
    ck_assert(!same(&hand->out[0], 0, &hand->out[0], 2));
    nnt_close(font);
    nnt_close(hand);
}
END_TEST

/* An upright 1, 28 / 100 pixels a unit, scaled by 0.76: from y 14 - 8.5 to 14 + 8.5 with
 * a pen of radius 1.25 around x = 14. */
START_TEST(the_plain_1_stands_where_it_should)
{
    struct nnt *t = draw("{vary: 0}", 1, V(1));
    double      row[28] = { 0 };

    row[12] = row[15] = 0.25 * 255; /* half a pixel away: covered to 1.25 + 0.5 - 1.5 */
    row[13] = row[14] = 255;
    for (size_t x = 0; x < 28; x++) {
        ck_assert_double_le(nnt_get(&t->out[0], 14 * 28 + x) - row[x], 1);
        ck_assert_double_ge(nnt_get(&t->out[0], 14 * 28 + x) - row[x], -1);
        ck_assert_double_eq(nnt_get(&t->out[0], 3 * 28 + x), 0);
        ck_assert_double_eq(nnt_get(&t->out[0], 24 * 28 + x), 0);
    }
    nnt_close(t);
}
END_TEST

START_TEST(every_digit_is_on_its_image)
{
    struct nnt *t = nnt_open("loader", "glyphs", _i ? "{size: 12}" : "{size: 64}");
    int64_t     size = _i ? 12 : 64;
    double      rows[30];

    for (int i = 0; i < 30; i++)
        rows[i] = i;
    nnt_in(t, NNP_I64, S(30), (struct nnt_values){ 30, rows });
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_U8, S(30, 1, size, size));
    for (size_t r = 0; r < 30; r++) {
        double all = 0, edge = 0;

        for (int64_t y = 0; y < size; y++)
            for (int64_t x = 0; x < size; x++) {
                bool   at_edge = x == 0 || y == 0 || x == size - 1 || y == size - 1;
                double v = nnt_get(&t->out[0],
                                   r * (size_t)(size * size) + (size_t)(y * size + x));
                all += v;
                edge += at_edge ? v : 0;
            }
        ck_assert_double_ge(all, 0.03 * 255 * (double)(size * size));
        ck_assert_double_le(all, 0.4 * 255 * (double)(size * size));
        ck_assert_double_le(edge, 0.1 * all);
    }
    nnt_close(t);
}
END_TEST

START_TEST(peeking_draws_nothing)
{
    struct nnt *t = nnt_open("loader", "glyphs", "{n: 1000000000000, test: 0}");

    nnt_in(t, NNP_I64, S(2), V0);
    t->ctx->flags = NNP_PEEK;
    nnt_setup(t);
    nnt_expect_shape(&t->out[0], NNP_U8, S(2, 1, 28, 28));
    nnt_expect_number((double)nnt_rows(t)->count, 1e12, 0);
    ck_assert(nnt_rows(t)->test == 0);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_rows_and_sizes_that_are_not_there)
{
    struct nnt *t = nnt_open("loader", "glyphs", "{n: 10, test: 2}");

    nnt_in(t, NNP_I64, S(1), V(12));
    ck_assert_str_eq(nnt_forward_refusal(t), "there is no such row");
    nnt_close(t);
    ck_assert_str_eq(nnt_refusal("loader", "glyphs", "{size: 100}"),
                     "test.yaml:1:8: size: 100 is outside [12,64] pixels");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("glyphs");
    TCase *t = tcase_create("loader");

    tcase_add_test(t, classes_take_turns);
    tcase_add_test(t, a_row_is_what_it_is_whatever_is_asked_beside_it);
    tcase_add_test(t, hands_differ_as_much_as_is_said);
    tcase_add_test(t, the_plain_1_stands_where_it_should);
    tcase_add_loop_test(t, every_digit_is_on_its_image, 0, 2);
    tcase_add_test(t, peeking_draws_nothing);
    tcase_add_test(t, refuses_rows_and_sizes_that_are_not_there);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
