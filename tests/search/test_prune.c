/* SPDX-License-Identifier: MIT */
/* When trials end: the example of asha, and a table of nets that were trained before. */
#include <config.h>
#include "search/prune.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/fsio.h"
#include "search/support.h"
#include "support/nnt.h"

static struct hunt h;

/* ---- one search over curves ---- */

typedef double curve_fn(const double *x, int64_t number, int64_t epoch);

/* How many epochs the pruner lets trial t have; its curve is the trial's afterwards. */
static int64_t run(struct search_trial *t, int64_t whole, curve_fn *curve)
{
    struct arena *a = &h.lib.arena;
    struct prune  p;
    double       *value = arena_array(a, (size_t)whole + 1, sizeof *value);
    double        best = HUGE_VAL;
    int64_t       n = 0;
    int           ended = 0;

    h.search.epochs = whole;
    t->best = arena_array(a, (size_t)whole + 1, sizeof *t->best);
    library_fine(&h.lib, prune_open(&p, a, &h.search, t, &h.lib.diag));
    while (n < whole && !ended) {
        value[n] = curve(t->x, t->number, n + 1);
        t->best[n] = best = fmin(best, value[n]);
        n++;
        ended = prune_ask(&p, n, value, &h.lib.diag);
        library_fine(&h.lib, ended < 0);
    }
    prune_close(&p);
    t->n_best = t->epochs = n;
    hunt_tell(t, ended && n < whole ? NNP_TRIAL_STOPPED : NNP_TRIAL_DONE, best);
    return n;
}

static const double example[9][3] = {
    { .60, .50, .40 }, { .40, .30, .25 }, { .55, 0, 0 }, { .30, .28, .27 }, { .70, 0, 0 },
    { .45, 0, 0 },     { .35, .31, 0 },   { .65, 0, 0 }, { .50, 0, 0 },
};

static double example_curve(const double *x, int64_t number, int64_t epoch)
{
    (void)x;
    return example[number][epoch >= 9 ? 2 : epoch >= 3];
}

START_TEST(asha_stops_the_example_line_by_line)
{
    static const int64_t epochs[9] = { 9, 9, 1, 9, 1, 1, 3, 1, 1 };
    int64_t              sum = 0;

    hunt_open(&h,
              "  sampler: random\n  pruner: {asha: {first: 1, factor: 3}}\n  space:\n    "
              "a: {range: [0, 1]}\n",
              1);
    for (int64_t k = 0; k < 9; k++) {
        int64_t n = run(hunt_ask(&h, k), 9, example_curve);
        ck_assert_int_eq(n, epochs[k]);
        sum += n;
    }
    ck_assert_int_eq(sum, 35);
    hunt_close(&h);
}
END_TEST

static double worse_and_worse(const double *x, int64_t number, int64_t epoch)
{
    (void)x;
    return (double)number + 1 / (double)epoch;
}

/* Of 27 epochs and factor 3 the brackets have 4, 6, 12 and 27 of 49 trials, which are
 * compared at no rung, from 9, from 3 and from 1 on. Where each trial is worse than those
 * before it, the first of a bracket alone goes through. */
START_TEST(hyperband_gives_each_bracket_its_part)
{
    int ended[28] = { 0 };

    hunt_open(
        &h, "  sampler: random\n  pruner: hyperband\n  space:\n    a: {range: [0, 1]}\n",
        1);
    for (int64_t k = 0; k < 49; k++)
        ended[run(hunt_ask(&h, k), 27, worse_and_worse)]++;
    ck_assert_int_eq(ended[27], 4 + 3);
    ck_assert_int_eq(ended[9], 5);
    ck_assert_int_eq(ended[3], 11);
    ck_assert_int_eq(ended[1], 26);
    hunt_close(&h);
}
END_TEST

START_TEST(median_stops_what_is_worse_than_half)
{
    hunt_open(&h,
              "  sampler: random\n  pruner: {median: {warmup: 2}}\n  space:\n    a: "
              "{range: [0, 1]}\n",
              1);
    for (int64_t k = 0; k < 5; k++)
        ck_assert_int_eq(run(hunt_ask(&h, k), 9, worse_and_worse), 9);
    ck_assert_int_eq(run(hunt_ask(&h, 5), 9, worse_and_worse), 2);
    hunt_close(&h);
}
END_TEST

/* ---- 1,800 nets on the digits of scikit-learn, trained before: loss at 1, 3, 9, 27 ----
 */

static double table[10][5][3][4][3][4];

static void read_table(void)
{
    static const char *const acts[] = { "relu", "tanh", "sigmoid", "leaky_relu" };
    const char              *folder = getenv("srcdir");
    struct library           lib;
    char                    *text, *rest, path[4096];
    size_t                   n;

    library_open(&lib);
    snprintf(path, sizeof path, "%s/tests/reference/digits_mlp_rungs.csv.gz",
             folder ? folder : ".");
    library_fine(&lib, fsio_read_gz(path, 1 << 24, &text, &n, &lib.diag));
    char *line = strtok_r(text, "\n", &rest);
    for (n = 0; (line = strtok_r(NULL, "\n", &rest)); n++) {
        char *at, *f[9];
        f[0] = strtok_r(line, ",", &at);
        for (int i = 1; i < 9; i++)
            f[i] = strtok_r(NULL, ",", &at);
        long lr = lround(3 * log10(strtod(f[0], NULL) / 1e-4));
        long width = lround(log2(strtod(f[1], NULL) / 8)),
             depth = strtol(f[2], NULL, 10) - 1;
        int act = 0;
        while (strcmp(acts[act], f[3]) != 0)
            act++;
        long drop = lround(strtod(f[4], NULL) / 0.2);
        for (int i = 0; i < 4; i++)
            table[lr][width][depth][act][drop][i] = strtod(f[5 + i], NULL);
    }
    ck_assert_uint_eq(n, 1800);
    free(text);
    library_close(&lib);
}

static double table_curve(const double *x, int64_t number, int64_t epoch)
{
    (void)number;
    return table[(int)x[0]][(int)x[1]][(int)x[2]][(int)x[3]][(int)x[4]][epoch >= 27 ? 3
                                                                        : epoch >= 9
                                                                            ? 2
                                                                            : epoch >= 3];
}

/* The best loss after so many epochs in all. */
static double after(const char *how, int64_t epochs, uint64_t seed)
{
    char   section[500];
    double best = HUGE_VAL;

    snprintf(section, sizeof section,
             "%s  space:\n    lr: {int: [0, 9]}\n    width: {int: [0, 4]}\n    depth: "
             "{int: [0, 2]}\n"
             "    act: [relu, tanh, sigmoid, leaky_relu]\n    drop: {int: [0, 2]}\n",
             how);
    hunt_open(&h, section, seed);
    for (int64_t k = 0, spent = 0; spent < epochs; k++) {
        struct search_trial *t = hunt_ask(&h, k);
        int64_t              n = run(t, 27, table_curve);
        for (int64_t e = 0; e < n && spent < epochs; e++, spent++)
            best = fmin(best, t->best[e]);
    }
    hunt_close(&h);
    return best;
}

enum { REPEATS = 41 };

static double median_after(const char *how, int64_t epochs)
{
    double v[REPEATS], w;

    for (int i = 0; i < REPEATS; i++) {
        int k = i;
        for (w = after(how, epochs, (uint64_t)i + 1); k > 0 && v[k - 1] > w; k--)
            v[k] = v[k - 1];
        v[k] = w;
    }
    return v[REPEATS / 2];
}

START_TEST(tpe_with_asha_is_at_270_epochs_where_random_is_at_1080)
{
    read_table();
    double random = median_after("  sampler: random\n", 1080);
    double both =
        median_after("  sampler: tpe\n  pruner: {asha: {first: 1, factor: 3}}\n", 270);

    printf("# random at 1080: %.4f, tpe and asha at 270: %.4f\n", random, both);
    ck_assert_double_le(both, random);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("prune");
    TCase *t = tcase_create("prune");

    tcase_add_test(t, asha_stops_the_example_line_by_line);
    tcase_add_test(t, hyperband_gives_each_bracket_its_part);
    tcase_add_test(t, median_stops_what_is_worse_than_half);
    tcase_add_test(t, tpe_with_asha_is_at_270_epochs_where_random_is_at_1080);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
