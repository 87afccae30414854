/* SPDX-License-Identifier: MIT */
/* No net is needed: a training is a row of figures here. */
#include <config.h>
#include "support/nnt.h"
#include "train/goal.h"

#include <math.h>

static struct arena scratch;

static void begin(void)
{
    scratch = (struct arena){ 0 };
}

static void end(void)
{
    arena_close(&scratch);
}

static const struct expr *condition(const char *text)
{
    struct diag d;

    diag_init(&d, &scratch);
    const struct expr *e = text ? expr_parse(&scratch, text, NULL, &d) : NULL;
    ck_assert(e || !text);
    return e;
}

/* Goes through val.loss epoch by epoch until the goal ends it; returns the epochs. */
static int64_t train_on(const struct goal *g, const double *loss, size_t n,
                        struct standing *s)
{
    for (size_t i = 0; i < n; i++) {
        struct figure        v[] = { { "train.loss", 1, false },
                                     { "val.loss", loss[i], false } };
        const struct figures f = { .v = v, .n = 2, .epoch = (int64_t)i + 1 };
        ck_assert_int_ge(goal_judge(g, &f, s), 0);
        if (goal_ending(g, s) != ENDED_DONE)
            return (int64_t)i + 1;
    }
    return (int64_t)n;
}

/* ---- which is the best ---- */

enum { EPOCHS = 8 };

static const struct {
    bool    maximize;
    double  loss[EPOCHS];
    int64_t best, since;
} bests[] = {
    { false, { 8, 7, 6, 5, 4, 3, 2, 1 }, 8, 0 },
    { false, { 8, 3, 6, 5, 4, 5, 6, 7 }, 2, 6 },
    { false, { 4, 4, 4, 4, 4, 4, 4, 4 }, 1, 7 }, /* ties go to the earlier one */
    { false, { 4, 3, 4, 3, 4, 3, 4, 3 }, 2, 6 },
    { true, { 1, 2, 9, 3, 9, 4, 5, 6 }, 3, 5 },
    { false, { NAN, NAN, 5, 6, 4, 7, 8, 9 }, 5, 3 }, /* a number beats none */
    { false, { 5, NAN, 4, NAN, 3, NAN, NAN, NAN }, 5, 3 },
};

START_TEST(the_best_epoch_is_the_first_of_the_best_values)
{
    struct train_spec train = { .epochs = EPOCHS, .keep = { .best = "val.loss" } };
    struct goal       g = goal_of(&train);
    struct standing   s = { 0 };

    g.maximize = bests[_i].maximize;
    train_on(&g, bests[_i].loss, EPOCHS, &s);
    ck_assert_int_eq(s.best_epoch, bests[_i].best);
    ck_assert_double_eq(s.best_value, bests[_i].loss[bests[_i].best - 1]);
    ck_assert_int_eq(s.since_best, bests[_i].since);
}
END_TEST

START_TEST(the_newest_is_kept_where_the_file_says_so_and_patience_still_counts)
{
    struct train_spec train = { .epochs = EPOCHS,
                                .keep = { .newest = true },
                                .stop = { .on_best = "val.loss", .patience = 3 } };
    const double      loss[EPOCHS] = { 8, 4, 5, 3, 6, 5, 4, 1 };
    struct goal       g = goal_of(&train);
    struct standing   s = { 0 };

    ck_assert_int_eq(train_on(&g, loss, EPOCHS, &s), 7);
    ck_assert_int_eq(goal_ending(&g, &s), ENDED_PATIENCE);
    ck_assert_int_eq(s.best_epoch, 7);
    ck_assert_double_eq(s.best_value, 4); /* its own: attempts are compared by it */
}
END_TEST

static const struct {
    struct standing a, b;
    bool            smaller, larger; /* is a better, by which goal? */
} pairs[] = {
    { { .best_epoch = 3, .best_value = 1 },
      { .best_epoch = 9, .best_value = 2 },
      true,
      false },
    { { .best_epoch = 3, .best_value = 1 },
      { .best_epoch = 9, .best_value = 1 },
      false,
      false },
    { { 0 }, { .best_epoch = 9, .best_value = 1 }, false, false },
    { { .best_epoch = 9, .best_value = 1 }, { 0 }, true, true },
    { { .best_epoch = 9, .best_value = NAN },
      { .best_epoch = 1, .best_value = 2 },
      false,
      false },
    { { .best_epoch = 9, .best_value = 7 },
      { .best_epoch = 1, .best_value = NAN },
      true,
      true },
};

START_TEST(of_two_attempts_the_better_one_is_kept_and_of_equals_the_earlier)
{
    struct train_spec train = { .keep = { .best = "val.loss" } };
    struct goal       g = goal_of(&train);

    ck_assert_int_eq(goal_is_better(&g, &pairs[_i].a, &pairs[_i].b), pairs[_i].smaller);
    g.maximize = true;
    ck_assert_int_eq(goal_is_better(&g, &pairs[_i].a, &pairs[_i].b), pairs[_i].larger);
}
END_TEST

START_TEST(keep_decides_what_is_best_before_stop_does)
{
    struct train_spec keep = { .keep = { .best = "val.f1", .maximize = true },
                               .stop = { .on_best = "val.mse", .goal_given = true } };
    struct train_spec stop = { .stop = { .on_best = "val.mse", .goal_given = true } };
    struct train_spec none = { 0 };

    ck_assert_str_eq(goal_of(&keep).figure, "val.f1");
    ck_assert(goal_of(&keep).maximize);
    ck_assert_str_eq(goal_of(&stop).figure, "val.mse");
    ck_assert(!goal_of(&stop).maximize);
    ck_assert_str_eq(goal_of(&none).figure, "loss");
}
END_TEST

START_TEST(a_figure_that_is_not_there_cannot_be_judged)
{
    struct train_spec    train = { .keep = { .best = "val.f1" } };
    struct goal          g = goal_of(&train);
    struct figure        v[] = { { "val.loss", 1, false } };
    const struct figures f = { .v = v, .n = 1, .epoch = 1 };
    struct standing      s = { 0 };

    ck_assert_int_eq(goal_judge(&g, &f, &s), -1);
    ck_assert_int_eq(s.best_epoch, 0);
}
END_TEST

/* ---- when it ends ---- */

static const double falls[] = { 8, 4, 3.5, 3, 3.25, 2.75, 2.5, 2.25 };
static const double slow[] = { 4, 3.75, 3.5, 3.25, 3, 2.75, 2.5, 2.25 };
static const double waits[] = { 8, 4, 5, 5, 3, 5, 5, 5 };

static const struct {
    const char   *when;
    int64_t       for_epochs, patience;
    double        min_delta;
    const double *loss;
    enum ending   ending;
    int64_t       epochs, best;
} ends[] = {
    { NULL, 1, 0, 0, waits, ENDED_DONE, 8, 5 },
    { NULL, 1, 2, 0, waits, ENDED_PATIENCE, 4, 2 },
    { NULL, 1, 3, 0, waits, ENDED_PATIENCE, 8, 5 },
    { NULL, 1, 4, 0, waits, ENDED_DONE, 8, 5 },
    { NULL, 1, 2, 0, falls, ENDED_DONE, 8, 8 },
    /* 0.5 is a little better, not progress: the best still moves on */
    { NULL, 1, 2, 0.5, falls, ENDED_PATIENCE, 6, 6 },
    { NULL, 1, 2, 0.25, falls, ENDED_PATIENCE, 6, 6 }, /* more than that is progress */
    { NULL, 1, 2, 0.125, falls, ENDED_DONE, 8, 8 },
    /* steps of 0.25 are less than 0.375 each, but two of them are progress */
    { NULL, 1, 2, 0.375, slow, ENDED_DONE, 8, 8 },
    { NULL, 1, 2, 0.5, slow, ENDED_PATIENCE, 3, 3 },
    { "loss < 4", 1, 0, 0, falls, ENDED_WHEN, 3, 3 },
    { "loss < 4", 3, 0, 0, falls, ENDED_WHEN, 5, 4 },
    { "loss > 4.5", 2, 0, 0, waits, ENDED_WHEN, 4, 2 }, /* in a row: not epoch 1 and 3 */
    { "loss > 4.5", 3, 0, 0, waits, ENDED_WHEN, 8, 5 },
    { "epoch >= 6", 1, 0, 0, falls, ENDED_WHEN, 6, 6 },
    { "loss < 4", 1, 1, 0, waits, ENDED_PATIENCE, 3, 2 }, /* the first of the two */
    { "loss == 5", 1, 1, 0, waits, ENDED_WHEN, 3, 2 },    /* both at once */
    { "accuracy > 0", 1, 0, 0, falls, ENDED_DONE, 8, 8 }, /* no such figure */
    { "1 / (loss - loss) > 0", 1, 0, 0, falls, ENDED_DONE, 8, 8 },
};

START_TEST(a_training_ends_when_it_should)
{
    struct train_spec train = { .stop = { .when = condition(ends[_i].when),
                                          .for_epochs = ends[_i].for_epochs,
                                          .patience = ends[_i].patience,
                                          .min_delta = ends[_i].min_delta } };
    struct goal       g = goal_of(&train);
    struct standing   s = { 0 };

    ck_assert_int_eq(train_on(&g, ends[_i].loss, EPOCHS, &s), ends[_i].epochs);
    ck_assert_int_eq(goal_ending(&g, &s), ends[_i].ending);
    ck_assert_int_eq(s.best_epoch, ends[_i].best);
}
END_TEST

static const struct {
    int64_t epochs, steps, batch, accumulate, rows, updates;
} lengths[] = {
    { 10, 0, 32, 1, 64, 20 }, { 10, 0, 32, 1, 65, 30 },     { 10, 0, 32, 2, 65, 20 },
    { 1, 0, 100, 1, 7, 1 },   { 0, 1234, 32, 1, 65, 1234 }, { 3, 0, 1, 4, 9, 9 },
};

START_TEST(updates_are_counted_from_rows_batches_and_epochs)
{
    struct train_spec train = { .epochs = lengths[_i].epochs,
                                .steps = lengths[_i].steps,
                                .batch = lengths[_i].batch,
                                .accumulate = lengths[_i].accumulate };
    struct goal       g = goal_of(&train);

    ck_assert_int_eq(goal_updates(&g, lengths[_i].rows), lengths[_i].updates);
}
END_TEST

START_TEST(epochs_or_updates_are_over_but_never_both)
{
    struct train_spec epochs = { .epochs = 5 }, steps = { .steps = 5 };
    struct goal       e = goal_of(&epochs), s = goal_of(&steps);

    ck_assert(!goal_is_past(&e, 5) && goal_is_past(&e, 6));
    ck_assert(!goal_is_updated(&e, 1000000));
    ck_assert(!goal_is_updated(&s, 4) && goal_is_updated(&s, 5) &&
              goal_is_updated(&s, 6));
    ck_assert(!goal_is_past(&s, 1000000));
}
END_TEST

START_TEST(every_nth_epoch_is_kept)
{
    struct train_spec third = { .keep = { .every = 3 } }, none = { 0 };
    struct goal       g = goal_of(&third), never = goal_of(&none);

    for (int64_t k = 1; k <= 7; k++) {
        ck_assert_int_eq(goal_keeps(&g, k), k == 3 || k == 6);
        ck_assert(!goal_keeps(&never, k));
    }
}
END_TEST

/* ---- what has to be looked at, and again ---- */

static const struct {
    const char *best, *when, *unless;
    bool        test;
} asked[] = {
    { NULL, NULL, NULL, false },
    { "val.loss", "accuracy > 0", "train.loss < 1", false },
    { "test.loss", NULL, NULL, true },
    { NULL, "loss < 1 and test.loss < 1", NULL, true },
    { NULL, NULL, "test.accuracy >= 0.9", true },
    { NULL, "testy > 0", NULL, false },
};

START_TEST(test_rows_are_looked_at_when_something_asks_for_them)
{
    struct train_spec train = { .keep = { .best = asked[_i].best },
                                .stop = { .when = condition(asked[_i].when) },
                                .retry = { .unless = condition(asked[_i].unless) } };
    struct goal       g = goal_of(&train);

    ck_assert_int_eq(goal_needs(&g, SPLIT_TEST), asked[_i].test);
}
END_TEST

static const struct {
    const char *unless;
    double      loss;
    bool        met;
} retries[] = {
    { NULL, 9, true },          { "loss < 1", 0.5, true }, { "loss < 1", 1, false },
    { "loss < 1", NAN, false }, { "f1 > 0", 0.5, false },
};

START_TEST(an_attempt_counts_unless_its_condition_is_missed)
{
    struct train_spec    train = { .retry = { .times = 2,
                                              .unless = condition(retries[_i].unless) } };
    struct goal          g = goal_of(&train);
    struct figure        v[] = { { "val.loss", retries[_i].loss, false } };
    const struct figures f = { .v = v, .n = 1, .epoch = 1 };

    ck_assert_int_eq(goal_is_met(&g, &f), retries[_i].met);
}
END_TEST

START_TEST(there_are_as_many_further_attempts_as_the_file_says)
{
    struct train_spec two = { .retry = { .times = 2 } }, none = { 0 };
    struct goal       g = goal_of(&two), never = goal_of(&none);

    ck_assert(goal_may_retry(&g, 1) && goal_may_retry(&g, 2) && !goal_may_retry(&g, 3));
    ck_assert(!goal_may_retry(&never, 1));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("goal");
    TCase *t = tcase_create("decisions");

    tcase_add_checked_fixture(t, begin, end);
    tcase_add_loop_test(t, the_best_epoch_is_the_first_of_the_best_values, 0,
                        COUNT(bests));
    tcase_add_test(t,
                   the_newest_is_kept_where_the_file_says_so_and_patience_still_counts);
    tcase_add_loop_test(t,
                        of_two_attempts_the_better_one_is_kept_and_of_equals_the_earlier,
                        0, sizeof pairs / sizeof *pairs);
    tcase_add_test(t, keep_decides_what_is_best_before_stop_does);
    tcase_add_test(t, a_figure_that_is_not_there_cannot_be_judged);
    tcase_add_loop_test(t, a_training_ends_when_it_should, 0, COUNT(ends));
    tcase_add_loop_test(t, updates_are_counted_from_rows_batches_and_epochs, 0,
                        COUNT(lengths));
    tcase_add_test(t, epochs_or_updates_are_over_but_never_both);
    tcase_add_test(t, every_nth_epoch_is_kept);
    tcase_add_loop_test(t, test_rows_are_looked_at_when_something_asks_for_them, 0,
                        COUNT(asked));
    tcase_add_loop_test(t, an_attempt_counts_unless_its_condition_is_missed, 0,
                        COUNT(retries));
    tcase_add_test(t, there_are_as_many_further_attempts_as_the_file_says);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
