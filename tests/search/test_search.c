/* SPDX-License-Identifier: MIT */
/* A program that is not nnpipe drives a search. */
#include <config.h>
#include "search/search.h"

#include <math.h>
#include <stdio.h>

#include "base/fsio.h"
#include "jobs/library.h"
#include "search/trial.h"
#include "search/tryout.h"
#include "support/nnt.h"

#define SEARCH                                                                           \
    XOR "search:\n  goal: {max: accuracy}\n  sampler: random\n  trials: 6\n  lag: 3\n"   \
        "  report: trials\n  space:\n    optim.adam.lr: {log: [1e-3, 0.5]}\n"

static struct library lib;
static struct loaded  file;
static struct search  s;
static const char    *folder;

static void begin(void)
{
    char made[] = "/tmp/nnt-search-XXXXXX";

    library_open(&lib);
    ck_assert_ptr_nonnull(mkdtemp(made));
    folder = arena_strdup(&lib.arena, made);
}

static void end(void)
{
    search_close(&s);
    load_close(&file);
    trial_drop(folder);
    library_close(&lib);
}

static void load(const char *yaml)
{
    library_fine(&lib, load_bytes(&lib.loading, "net.yaml", yaml, strlen(yaml),
                                  PEEK_SEVERAL, &file));
}

START_TEST(a_library_makes_a_search_and_reads_its_trials)
{
    struct search_options o = { .out = folder, .parallel = 2 };

    load(SEARCH);
    library_fine(&lib, tryout_space(&lib.loading, file.source, file.spec));
    library_fine(&lib, search_open(&s, &lib.loading, &file, &o));
    library_fine(&lib, search_run(&s));
    ck_assert_int_eq(s.end, 6);
    ck_assert_int_ge(s.best, 0);
    for (int64_t k = 0; k < 6; k++) {
        ck_assert(s.trial[k]->told);
        ck_assert_uint_eq(s.trial[k]->state, NNP_TRIAL_DONE);
        ck_assert_double_le(s.trial[k]->value, s.trial[s.best]->value);
        ck_assert_int_eq(s.trial[k]->epochs, 60);
    }
    ck_assert_str_eq(s.trial[0]->by, "file");
    ck_assert_double_eq(s.trial[0]->x[0], 0.05);
    ck_assert(search_is(folder));
    ck_assert(fsio_exists(arena_printf(&lib.arena, "%s/report/trials.csv", folder)));
}
END_TEST

START_TEST(a_folder_is_opened_again_and_a_trial_replayed)
{
    struct search_options o = { .out = folder };

    load(SEARCH);
    library_fine(&lib, search_open(&s, &lib.loading, &file, &o));
    library_fine(&lib, search_run(&s));
    search_close(&s);
    load_close(&file);
    o = (struct search_options){ .trials = 8 };
    library_fine(&lib, search_reopen(&s, &lib.loading, folder, &file, &o));
    ck_assert_int_eq(search_replay(&s, 2), 1);
    library_fine(&lib, search_run(&s));
    ck_assert_int_eq(s.end, 8);
    ck_assert(s.trial[7]->told);
}
END_TEST

START_TEST(what_a_file_does_not_take_is_said_before_any_trial)
{
    load(XOR "search:\n  goal: loss\n  sampler: random\n  trials: 2\n  space:\n"
             "    train.batch: [4, -1]\n    model.dense1.units: {int: [0, 4]}\n");
    ck_assert_int_eq(tryout_space(&lib.loading, file.source, file.spec), -1);
    ck_assert_uint_eq(lib.diag.errors, 2);
    ck_assert_ptr_nonnull(
        strstr(lib.diag.entries[0].text, "search.space: train.batch = -1: "));
    ck_assert_str_eq(lib.diag.entries[1].text,
                     "search.space: model.dense1.units = 0: units: 0 is outside [1,inf)");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("search");
    TCase *t = tcase_create("search");

    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, a_library_makes_a_search_and_reads_its_trials);
    tcase_add_test(t, a_folder_is_opened_again_and_a_trial_replayed);
    tcase_add_test(t, what_a_file_does_not_take_is_said_before_any_trial);
    suite_add_tcase(suite, t);
    return nnt_main(suite);
}
