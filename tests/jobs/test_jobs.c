/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "jobs/jobs.h"

#include <string.h>

#include "jobs/library.h"
#include "support/nnt.h"
#include "train/safetensors.h"

#define STAGES                                                                           \
    XOR "stages:\n  - name: first\n  - name: second\n    after: first\n  - name: "       \
        "third\n"                                                                        \
        "    after: first\n"

static struct library lib;
static struct loaded  file;
static struct jobs    jobs;

static void begin(void)
{
    library_open(&lib);
}

static void end(void)
{
    jobs_close(&jobs);
    load_close(&file);
    library_close(&lib);
}

static void make_list(const char *yaml, const struct jobs_options *o)
{
    library_fine(&lib, load_bytes(&lib.loading, "net.yaml", yaml, strlen(yaml),
                                  PEEK_SEVERAL, &file));
    library_fine(&lib, jobs_open(&jobs, &lib.loading, &file, o));
}

/* "first/3 first/4*": stages and seeds, with a star where reports are made. */
static const char *list(void)
{
    const char *text = "";

    for (size_t i = 0; i < jobs.n; i++)
        text = arena_printf(&lib.arena, "%s%s%s/%d%s", text, i ? " " : "",
                            jobs.v[i].stage ? jobs.v[i].stage->name : "",
                            (int)jobs.v[i].seed, jobs.v[i].reports ? "*" : "");
    return text;
}

static const struct {
    const char *yaml, *stage;
    int         tries;
    const char *list;
} lists[] = {
    { XOR, NULL, 0, "/3*" },
    { XOR "seeds: 3\n", NULL, 0, "/3 /4 /5*" },
    { XOR, NULL, 2, "/3 /4" },
    { STAGES, NULL, 0, "first/3* second/3* third/3*" },
    { STAGES, "third", 0, "first/3* third/3*" },
    { STAGES "seeds: 2\n", "first", 0, "first/3 first/4*" },
    { STAGES "seeds: 2\n", NULL, 0,
      "first/3 second/3 third/3 first/4* second/4* third/4*" },
};

START_TEST(a_file_makes_one_list)
{
    lib.loading.stage = lists[_i].stage;
    make_list(lists[_i].yaml, &(struct jobs_options){ .tries = lists[_i].tries });
    ck_assert_str_eq(list(), lists[_i].list);
}
END_TEST

static const struct expr *condition(const char *text)
{
    const struct expr *e = expr_parse(&lib.arena, text, NULL, &lib.diag);

    ck_assert_ptr_nonnull(e);
    return e;
}

START_TEST(tries_keep_nothing_and_are_each_asked)
{
    struct jobs_options o = { .tries = 4, .expect = condition("loss < 1000") };

    make_list(XOR, &o);
    library_fine(&lib, jobs_run(&jobs));
    ck_assert_ptr_null(jobs.folder);
    ck_assert_uint_eq(jobs.n_done, 4);
    for (size_t i = 0; i < jobs.n; i++) {
        ck_assert_int_eq(jobs.v[i].met, 1);
        ck_assert_int_eq(jobs.v[i].outcome.attempts, 1);
    }
}
END_TEST

START_TEST(a_try_does_not_try_again)
{
    struct jobs_options o = { .tries = 1, .expect = condition("accuracy > 2") };

    make_list(XOR, &o);
    file.spec->train.retry.times = 5;
    file.spec->train.retry.unless = condition("accuracy > 2");
    library_fine(&lib, jobs_run(&jobs));
    ck_assert_int_eq(jobs.v[0].outcome.attempts, 1);
    ck_assert_int_eq(jobs.v[0].met, 0);
}
END_TEST

START_TEST(the_last_training_alone_is_asked)
{
    const char         *out = arena_printf(&lib.arena, "%s/asked", nnt_folder());
    struct jobs_options o = { .out = out, .expect = condition("accuracy > 2") };

    make_list(XOR "seeds: 2\n", &o);
    library_fine(&lib, jobs_run(&jobs));
    ck_assert_str_eq(jobs.v[1].folder, arena_printf(&lib.arena, "%s/seed4", out));
    ck_assert_int_eq(jobs.v[0].met, -1);
    ck_assert_int_eq(jobs.v[1].met, 0);
    ck_assert_uint_eq(lib.diag.errors, 0);
}
END_TEST

START_TEST(a_signal_ends_the_list)
{
    static volatile int interrupted = 15;
    const char         *out = arena_printf(&lib.arena, "%s/ended", nnt_folder());
    struct jobs_options o = { .out = out, .setting = { .interrupted = &interrupted } };

    make_list(XOR "seeds: 2\n", &o);
    library_fine(&lib, jobs_run(&jobs));
    ck_assert_int_eq(jobs.stopped, 15);
    ck_assert_uint_eq(jobs.n_begun, 0);
}
END_TEST

/* What is frozen in the second stage shows what it began with. */
#define FROZEN                                                                           \
    "nnpipe: 1\ndata: {source: {toy: {kind: xor}}}\nmodel: [{dense: 3, as: h}, tanh, "   \
    "{dense: 1}]\n"                                                                      \
    "loss: bce\noptim: {sgd: {lr: 0.5}}\ntrain: {epochs: 3, batch: 4, seed: 3}\n"        \
    "stages:\n  - name: first\n  - name: second\n    after: first\n"                     \
    "    model: [{dense: 3, as: h, freeze: true}, tanh, {dense: 1, as: new}]\n"          \
    "    train: {retry: {times: 3, unless: loss < 0}}\n"

static float weight_of(const char *stage)
{
    struct safetensors f;
    float              w;

    library_fine(&lib, safetensors_read(
                           &lib.arena,
                           arena_printf(&lib.arena, "%s/%s/best.nnw", jobs.folder, stage),
                           &f, &lib.diag));
    memcpy(&w, safetensors_find(&f, "h.weight")->t.data, sizeof w);
    safetensors_close(&f);
    return w;
}

START_TEST(a_further_attempt_of_a_stage_begins_with_what_the_one_before_left)
{
    const char         *out = arena_printf(&lib.arena, "%s/again", nnt_folder());
    struct jobs_options o = { .out = out };

    make_list(FROZEN, &o);
    library_fine(&lib, jobs_run(&jobs));
    ck_assert_int_eq(jobs.v[1].outcome.attempts, 4);
    ck_assert_int_gt(jobs.v[1].outcome.attempt, 1);
    ck_assert_double_eq(weight_of("second"), weight_of("first"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("jobs");
    TCase *t = tcase_create("list");

    tcase_add_checked_fixture(t, begin, end);
    tcase_add_loop_test(t, a_file_makes_one_list, 0, sizeof lists / sizeof *lists);
    tcase_add_test(t, tries_keep_nothing_and_are_each_asked);
    tcase_add_test(t, a_try_does_not_try_again);
    tcase_add_test(t, the_last_training_alone_is_asked);
    tcase_add_test(t, a_further_attempt_of_a_stage_begins_with_what_the_one_before_left);
    tcase_add_test(t, a_signal_ends_the_list);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
