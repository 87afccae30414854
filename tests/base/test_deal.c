/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "base/deal.h"

#include "support/nnt.h"

enum { MOST = 1000 };

/* Rows of class 0, then of class 1, ... as in a sorted file. */
static int64_t fill(int64_t *row, const int64_t *size, int64_t classes)
{
    int64_t n = 0;

    for (int64_t c = 0; c < classes; c++)
        for (int64_t i = 0; i < size[c]; i++)
            row[n++] = c;
    return n;
}

static const struct {
    int64_t classes, size[4], parts, take[3], of[3][4];
} dealt[] = {
    /* the 150 flowers, 70, 15 and 15 percent: 35 of each, then 7 or 8 */
    { 3,
      { 50, 50, 50 },
      3,
      { 105, 23, 22 },
      { { 35, 35, 35 }, { 7, 7, 7 }, { 7, 7, 7 } } },
    { 2, { 90, 10 }, 2, { 80, 20 }, { { 72, 8 }, { 18, 2 } } },
    /* what does not come out even goes to one side: never two rows */
    { 2, { 7, 3 }, 2, { 5, 5 }, { { 3, 1 }, { 3, 1 } } },
    { 1, { 10 }, 2, { 3, 4 }, { { 3 }, { 4 } } },
    { 4, { 1, 1, 997, 1 }, 2, { 900, 100 }, { { 0, 0, 897, 0 }, { 0, 0, 99, 0 } } },
};

/* `of` is the least a part has of a class; there is at most one more. */
START_TEST(every_class_is_dealt_in_proportion)
{
    int64_t row[MOST], class[MOST], got[3][4] = { 0 };
    int64_t n = fill(row, dealt[_i].size, dealt[_i].classes);

    fill(class, dealt[_i].size, dealt[_i].classes);
    ck_assert_int_eq(deal_places(7, dealt[_i].classes, row, n), 0);
    for (int64_t i = 0; i < n; i++) {
        int64_t left = n;
        for (int k = 0; k < dealt[_i].parts; left -= dealt[_i].take[k++])
            if (deal_takes(&row[i], dealt[_i].take[k], left)) {
                got[k][class[i]]++;
                break;
            }
    }
    for (int k = 0; k < dealt[_i].parts; k++) {
        int64_t all = 0;
        for (int64_t c = 0; c < dealt[_i].classes; c++) {
            ck_assert_int_ge(got[k][c], dealt[_i].of[k][c]);
            ck_assert_int_le(got[k][c], dealt[_i].of[k][c] + 1);
            all += got[k][c];
        }
        ck_assert_int_eq(all, dealt[_i].take[k]);
    }
}
END_TEST

START_TEST(a_place_belongs_to_one_row)
{
    const int64_t size[] = { 20, 0, 13 };
    int64_t       row[33];
    int           seen[33] = { 0 };

    ck_assert_int_eq(deal_places(3, 3, row, fill(row, size, 3)), 0);
    for (int i = 0; i < 33; i++) {
        ck_assert_int_eq(row[i] >= 20, i >= 20); /* classes one behind the other */
        ck_assert_int_eq(seen[row[i]]++, 0);
    }
}
END_TEST

START_TEST(another_seed_deals_other_rows)
{
    int64_t a[30] = { 0 }, b[30] = { 0 }, c[30] = { 0 };
    int     differ = 0;

    ck_assert_int_eq(deal_places(1, 1, a, 30) + deal_places(1, 1, b, 30) +
                         deal_places(2, 1, c, 30),
                     0);
    for (int i = 0; i < 30; i++) {
        ck_assert_int_eq(a[i], b[i]);
        differ += a[i] != c[i];
    }
    ck_assert_int_gt(differ, 15);
}
END_TEST

/* Of 11 places three hands get 4, 4, 3, and what is left of them is numbered anew. */
START_TEST(hands_share_all_places)
{
    const int64_t size[] = { 4, 4, 3 };

    for (int64_t hand = 0; hand < 3; hand++) {
        int64_t held = 0, next = 0;
        ck_assert_int_eq(deal_hand_size(hand, 3, 11), size[hand]);
        for (int64_t i = 0; i < 11; i++) {
            int64_t place = i;
            if (deal_hand(&place, hand, 3))
                held++;
            else
                ck_assert_int_eq(place, next++);
        }
        ck_assert_int_eq(held, size[hand]);
    }
}
END_TEST

START_TEST(large_numbers_do_not_overflow)
{
    const int64_t n = INT64_C(1) << 60;

    ck_assert_int_eq(deal_before(n, n / 4, n), n / 4);
    ck_assert_int_eq(deal_before(n / 2, n / 4, n), n / 8);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("deal");
    TCase *t = tcase_create("base");

    tcase_add_loop_test(t, every_class_is_dealt_in_proportion, 0,
                        sizeof dealt / sizeof *dealt);
    tcase_add_test(t, a_place_belongs_to_one_row);
    tcase_add_test(t, another_seed_deals_other_rows);
    tcase_add_test(t, hands_share_all_places);
    tcase_add_test(t, large_numbers_do_not_overflow);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
