/* SPDX-License-Identifier: MIT */
/* What reports show of a search. Shares of variance were computed with numpy. */
#include <config.h>
#include "search/shown.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/fsio.h"
#include "search/support.h"
#include "search/trial.h"
#include "support/nnt.h"

static struct hunt h;

#define SPACE                                                                            \
    "  sampler: random\n  space:\n    a: {range: [0, 1]}\n    b: [{x: {}}, y, "          \
    "\"1,5\"]\n"                                                                         \
    "    c: {int: [1, 2], when: b == 'x'}\n"

enum { N = 12 };
static const double settings[N][3] = { { .10, 0, 1 }, { .90, 1, NAN }, { .35, 2, NAN },
                                       { .70, 0, 2 }, { .20, 1, NAN }, { .55, 2, NAN },
                                       { .80, 0, 1 }, { .05, 1, NAN }, { .45, 2, NAN },
                                       { .65, 0, 2 }, { .30, 1, NAN }, { .95, 2, NAN } };
static const double figures[N] = { .5, .9, .4, .8, .45, .6, .85, .52, .41, .7, .39, .95 };

static void begin(void)
{
    char           folder[] = "/tmp/nnt-shown-XXXXXX";
    struct search *s = &h.search;

    hunt_open(&h, SPACE, 1);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    s->folder = arena_strdup(&h.lib.arena, folder);
    s->name = "net";
    s->source = h.file.source;
    s->best = 10;
    for (int64_t k = 0; k < N; k++) {
        struct search_trial *t = log_trial(s, k);
        memcpy(t->x, settings[k], sizeof settings[k]);
        t->asked = true;
        t->epochs = 9;
        hunt_tell(t, NNP_TRIAL_DONE, figures[k]);
    }
}

static void end(void)
{
    trial_drop(h.search.folder);
    hunt_close(&h);
}

static const char *read_file(const char *name)
{
    struct arena *a = &h.lib.arena;
    char         *text;
    size_t        n;

    library_fine(&h.lib, fsio_read(arena_printf(a, "%s/report/%s", h.search.folder, name),
                                   1 << 20, &text, &n, &h.lib.diag));
    const char *kept = arena_strndup(a, text, n);
    free(text);
    return kept;
}

START_TEST(trials_has_all_of_them_best_first)
{
    hunt_tell(h.search.trial[11], NNP_TRIAL_FAILED, (double)NAN);
    library_fine(&h.lib, shown_make(&h.search));
    const char *csv = read_file("trials.csv");
    ck_assert(strncmp(csv,
                      "trial,state,epochs,loss,a,b,c\n10,done,9,0.39,0.3,y,\n"
                      "2,done,9,0.4,0.35,\"\"\"1,5\"\"\",\n",
                      60) == 0);
    ck_assert_ptr_nonnull(strstr(csv, "\n0,done,9,0.5,0.1,{x: {}},1\n"));
    ck_assert_ptr_nonnull(strstr(csv, "\n11,failed,9,,0.95,"));
    ck_assert_ptr_nonnull(strstr(read_file("trials.txt"),
                                 "    0           0.5       9   a=0.1 b={x: {}} c=1\n"));
}
END_TEST

START_TEST(importance_is_the_share_of_the_ranks)
{
    library_fine(&h.lib, shown_make(&h.search));
    ck_assert_str_eq(
        read_file("importance.txt"),
        "share of the ranks of loss that a setting explains alone, over 12 trials\n"
        "a         0.81  ################################\n"
        "b         0.00  \nc         0.00  \n");
}
END_TEST

static size_t count(const char *text, const char *what)
{
    size_t n = 0;

    for (; (text = strstr(text, what)); text++)
        n++;
    return n;
}

START_TEST(pictures_have_each_trial)
{
    h.search.trial[3]->state = NNP_TRIAL_STOPPED;
    hunt_tell(h.search.trial[11], NNP_TRIAL_FAILED, (double)NAN);
    library_fine(&h.lib, shown_make(&h.search));
    const char *svg = read_file("best_so_far.svg");
    ck_assert_uint_eq(count(svg, "<circle"), 11);
    ck_assert_uint_eq(count(svg, "fill=\"none\"/>"), 1);    /* hollow */
    ck_assert_uint_eq(count(svg, "stroke=\"#d55e00\""), 1); /* failed */
    svg = read_file("parallel.svg");
    ck_assert_uint_eq(count(svg, "<path fill=\"none\""), 11);
    ck_assert_uint_eq(count(svg, "stroke=\"#d55e00\""), 2); /* a tenth of eleven */
    ck_assert_ptr_nonnull(strstr(svg, ">x</text>"));
    ck_assert_ptr_nonnull(strstr(read_file("index.html"), "trial 10, loss 0.39"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("shown");
    TCase *t = tcase_create("shown");

    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, trials_has_all_of_them_best_first);
    tcase_add_test(t, importance_is_the_share_of_the_ranks);
    tcase_add_test(t, pictures_have_each_trial);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
