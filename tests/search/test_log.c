/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "search/log.h"

#include <stdio.h>
#include <unistd.h>

#include "base/fsio.h"
#include "search/support.h"
#include "search/trial.h"
#include "support/nnt.h"

static struct hunt h;

static void begin(void)
{
    char folder[] = "/tmp/nnt-log-XXXXXX";

    hunt_open(
        &h,
        "  sampler: random\n  lag: 2\n  space:\n    a: {range: [0, 1]}\n    b: [x, y]\n",
        1);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    h.search.folder = arena_strdup(&h.lib.arena, folder);
    h.lib.diag.class = DIAG_RUN;
}

static void end(void)
{
    log_close(&h.search);
    trial_drop(h.search.folder);
    hunt_close(&h);
}

/* Appends to a log of another process. */
static void put(const char *file, const char *text)
{
    FILE *f = fopen(arena_printf(&h.lib.arena, "%s/%s", h.search.folder, file), "a");

    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
}

static const char *whole(const char *rest)
{
    struct arena *a = &h.lib.arena;

    return arena_printf(a, "{\"crc\":\"%08x\",%s\n",
                        (unsigned)fsio_crc32(0, rest, strlen(rest)), rest);
}

static struct search_trial *trial(int64_t k)
{
    return k < h.search.n ? h.search.trial[k] : NULL;
}

START_TEST(what_is_written_is_read_back)
{
    struct search other;

    for (int64_t k = 0; k < 3; k++)
        ck_assert_ptr_nonnull(hunt_ask(&h, k));
    other = h.search;
    other.trial = NULL;
    other.n = other.room = 0;
    library_fine(&h.lib, log_open(&h.search));
    for (int64_t k = 0; k < 3; k++)
        library_fine(&h.lib, log_ask(&h.search, trial(k)));
    library_fine(&h.lib, log_told(&h.search, 1, 1,
                                  "{\"state\":\"stopped\",\"epochs\":2,\"value\":0.25,"
                                  "\"curve\":[0.5,0.25],\"seconds\":1}"));
    library_fine(&h.lib, log_read(&other));
    ck_assert_int_eq(other.n, 3);
    for (int64_t k = 0; k < 3; k++) {
        ck_assert(space_same(&other.space, other.trial[k]->x, trial(k)->x));
        ck_assert_str_eq(other.trial[k]->by, "random");
        for (int64_t i = 0; i < k; i++)
            ck_assert_int_eq(other.trial[k]->seen[i], i <= k - 2);
    }
    ck_assert(other.trial[1]->told && !other.trial[0]->told);
    ck_assert_uint_eq(other.trial[1]->state, NNP_TRIAL_STOPPED);
    ck_assert_double_eq(other.trial[1]->value, 0.25);
    ck_assert_int_eq(other.trial[1]->n_best, 2);
    ck_assert_double_eq(other.trial[1]->best[1], 0.25);
}
END_TEST

START_TEST(a_torn_line_is_not_there_until_it_is_whole)
{
    const char *line =
        whole("\"e\":\"told\",\"t\":0,\"state\":\"done\",\"epochs\":1,\"value\":2}");
    size_t half = strlen(line) / 2;

    put("trials-other-1-1.jsonl", arena_strndup(&h.lib.arena, line, half));
    library_fine(&h.lib, log_read(&h.search));
    ck_assert_ptr_null(trial(0));
    put("trials-other-1-1.jsonl", line + half);
    library_fine(&h.lib, log_read(&h.search));
    ck_assert(trial(0)->told);
}
END_TEST

static const char *const damaged[] = {
    "\n",
    "{}\n",
    "{\"crc\":\"\n",
    "{\"crc\":\"00000000\",\"e\":\"told\",\"t\":0,\"state\":\"done\",\"value\":1}\n",
    "{\"crc\":\"0000000\",\"e\":\"told\",\"t\":0,\"state\":\"done\",\"value\":1}\n",
    "not a line at all, but a long one with more letters than a checksum\n",
};

START_TEST(a_damaged_line_is_passed_by)
{
    put("trials-other-1-1.jsonl", damaged[_i]);
    put("trials-other-1-1.jsonl", whole("\"e\":\"told\",\"t\":1,\"state\":\"failed\","
                                        "\"epochs\":0,\"reason\":\"it broke\"}"));
    library_fine(&h.lib, log_read(&h.search));
    ck_assert(!trial(0)->told && trial(1)->told);
    ck_assert_str_eq(trial(1)->reason, "it broke");
    ck_assert(isnan(trial(1)->value));
}
END_TEST

START_TEST(strange_values_do_no_harm)
{
    static const char *const lines[] = {
        "\"e\":\"told\",\"t\":-1,\"state\":\"done\"}",
        "\"e\":\"told\",\"t\":1e300,\"state\":\"done\"}",
        "\"e\":\"told\",\"t\":0,\"state\":\"asleep\",\"value\":1}",
        "\"e\":\"ask\",\"t\":0,\"seen\":\"0-99999999999 7 x\",\"x\":[0.5]}",
        "\"e\":\"ask\",\"t\":1,\"seen\":[],\"x\":{}}",
        "\"e\":[],\"t\":2,\"curve\":3}",
        "[1,2]",
    };

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        put("trials-other-1-1.jsonl", whole(lines[i]));
    ck_assert_int_eq(log_read(&h.search), -1); /* [0.5] is no point of two settings */
    ck_assert_int_le(h.search.n, 3);
    for (int64_t k = 0; k < h.search.n; k++)
        ck_assert(!trial(k)->told);
}
END_TEST

START_TEST(another_result_of_a_trial_is_refused)
{
    put("trials-a-1-1.jsonl",
        whole("\"e\":\"told\",\"t\":0,\"state\":\"done\",\"epochs\":1,\"value\":2}"));
    put("trials-a-1-1.jsonl",
        whole("\"e\":\"told\",\"t\":0,\"state\":\"done\",\"epochs\":1,\"value\":2}"));
    library_fine(&h.lib, log_read(&h.search));
    put("trials-b-1-1.jsonl",
        whole("\"e\":\"told\",\"t\":0,\"state\":\"done\",\"epochs\":1,\"value\":3}"));
    ck_assert_int_eq(log_read(&h.search), -1);
    ck_assert_ptr_nonnull(strstr(h.lib.diag.entries[0].text,
                                 "trial 0 has another result here than elsewhere"));
}
END_TEST

START_TEST(other_settings_of_a_trial_are_refused)
{
    ck_assert_ptr_nonnull(hunt_ask(&h, 0));
    put("trials-b-1-1.jsonl",
        whole("\"e\":\"ask\",\"t\":0,\"seen\":\"\",\"by\":\"random\",\"x\":[0.123,1]}"));
    ck_assert_int_eq(log_read(&h.search), -1);
    ck_assert_ptr_nonnull(
        strstr(h.lib.diag.entries[0].text, "trial 0 has other settings"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("log");
    TCase *t = tcase_create("log");

    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, what_is_written_is_read_back);
    tcase_add_test(t, a_torn_line_is_not_there_until_it_is_whole);
    tcase_add_loop_test(t, a_damaged_line_is_passed_by, 0,
                        (int)(sizeof damaged / sizeof *damaged));
    tcase_add_test(t, strange_values_do_no_harm);
    tcase_add_test(t, another_result_of_a_trial_is_refused);
    tcase_add_test(t, other_settings_of_a_trial_are_refused);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
