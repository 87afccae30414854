/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include "support/reading.h"

#define ABSENT "data: {source: {csv: not_there.csv}}\n"

static struct spec *look(const char *yaml, enum spec_peek peek)
{
    struct spec_options  o = { .seed = -1, .peek = peek };
    const struct source *s = source_text(&memory, "t.yaml", yaml, strlen(yaml), &said);

    opened = spec_open_source(&memory, s, plugins, &services, &o, &said);
    return opened;
}

START_TEST(without_data_the_file_can_be_read_but_not_run)
{
    static const char yaml[] = HEAD ABSENT "model: [{dense: 1}]\n" REST;

    struct spec *s = look(yaml, PEEK_ALWAYS);
    ck_assert_ptr_nonnull(s);
    ck_assert_ptr_nonnull(strstr(s->data.missing, "not_there.csv"));
    ck_assert_ptr_null(s->data.loader);
    ck_assert_ptr_null(look(yaml, PEEK_NEVER));
    ck_assert_int_eq(diag_exit(&said), DIAG_DATA);
}
END_TEST

/* Data that were read would have to be there. */
static const struct {
    const char    *stages;
    enum spec_peek peek;
    bool           peeks;
} several[] = {
    { "", PEEK_STAGES, false },
    { "", PEEK_SEVERAL, false },
    { "seeds: 2\n", PEEK_STAGES, false },
    { "seeds: 2\n", PEEK_SEVERAL, true },
    { "stages: [{name: a}, {name: b}]\n", PEEK_STAGES, true },
    { "stages: [{name: a}, {name: b}]\n", PEEK_SEVERAL, true },
};

START_TEST(data_of_several_trainings_wait_for_each)
{
    char *yaml = arena_printf(&memory, HEAD ABSENT "model: [{dense: 1}]\n" REST "%s",
                              several[_i].stages);

    ck_assert_int_eq(look(yaml, several[_i].peek) != NULL, several[_i].peeks);
}
END_TEST

START_TEST(without_data_any_stream_may_be_there)
{
    struct spec *s = look(HEAD ABSENT "model:\n  - dense: 1\n    from: pixels\n"
                                      "loss: {mse: {to: age}}\noptim: sgd\n"
                                      "train: {epochs: 1}\n",
                          PEEK_ALWAYS);

    ck_assert_ptr_nonnull(s);
    ck_assert_str_eq(wiring(&s->model), "dense1=dense(pixels)");
    ck_assert_str_eq(wiring(&s->loss), "mse=mse(of:dense1,to:age)");
}
END_TEST

START_TEST(facts_of_absent_data_are_an_error_of_the_data)
{
    ck_assert_ptr_null(
        look(HEAD ABSENT "model: [{dense: $data.classes}, {dense: $data.classes}]\n" REST,
             PEEK_ALWAYS));
    ck_assert_str_eq(message(0),
                     "3:17: csv: not_there.csv: cannot be opened: No such file or "
                     "directory");
    ck_assert_int_eq(diag_exit(&said), DIAG_DATA);
    ck_assert_uint_eq(said.n, 1);
}
END_TEST

START_TEST(shapes_are_facts)
{
    struct spec *s =
        read_text(HEAD "data: {source: {random: {n: 3, shape: [4, 5]}}}\n"
                       "model: [{reshape: $data.x.shape}, {dense: $data.x.size}]\n");

    ck_assert_str_eq(RESOLVED(s, "model", "0", "reshape", "shape"), "[4, 5]");
    ck_assert_str_eq(RESOLVED(s, "model", "1", "dense", "units"), "20");
}
END_TEST

static const struct {
    const char *version, *said;
} needs[] = {
    { "\">=1\"", NULL },
    { "\"1.0\"", NULL },
    { "\">=0.9, <2\"", NULL },
    { "\"!=1.1\"", NULL },
    { "\">1.0\"", "3:19: dense >1.0 is needed; installed is 1.0" },
    { "\">=1.0.1\"", "3:19: dense >=1.0.1 is needed; installed is 1.0" },
    { "\"<0.10\"", "3:19: dense <0.10 is needed; installed is 1.0" },
};

START_TEST(versions_of_plugins)
{
    char *yaml =
        arena_printf(&memory, HEAD "requires: {dense: %s}\n" DATA "model: [{dense: 1}]\n",
                     needs[_i].version);

    if (needs[_i].said)
        ck_assert_str_eq(refusal(yaml), needs[_i].said);
    else
        read_text(yaml);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("data");
    TCase *t = tcase_create("data");

    tcase_add_checked_fixture(t, open_all, close_all);
    tcase_add_test(t, without_data_the_file_can_be_read_but_not_run);
    tcase_add_loop_test(t, data_of_several_trainings_wait_for_each, 0, COUNT(several));
    tcase_add_test(t, without_data_any_stream_may_be_there);
    tcase_add_test(t, facts_of_absent_data_are_an_error_of_the_data);
    tcase_add_test(t, shapes_are_facts);
    tcase_add_loop_test(t, versions_of_plugins, 0, COUNT(needs));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
