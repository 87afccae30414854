/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <errno.h>
#include <string.h>
#include "base/diag.h"

static const char          text[] = "layers:\n  - up: {c: $c}\n\tk\xc3\xa4se: 1\n";
static const size_t        starts[] = { 0, 8, 24, 34 };
static const struct source file = { "p.yaml", text, sizeof text - 1, starts, 4, NULL };

static struct arena  a;
static struct diag   d;
static struct strbuf out;

static void open_all(void)
{
    diag_init(&d, &a);
}

static void close_all(void)
{
    strbuf_close(&out);
    arena_close(&a);
}

START_TEST(an_error_shows_place_line_caret_and_notes)
{
    struct at at = { &file, 2, 5, 2 };

    ck_assert_int_eq(diag_error(&d, &at, "cannot join %dx%d", 9, 9), -1);
    diag_note(&d, "prev  comes from %s", "up1");
    diag_note(&d, "try   conv");
    diag_render(&d.entries[0], false, &out);
    ck_assert_str_eq(strbuf_text(&out), "p.yaml:2:5: error: cannot join 9x9\n"
                                        "    2 |   - up: {c: $c}\n"
                                        "      |     ^\n"
                                        "  prev  comes from up1\n"
                                        "  try   conv\n");
}
END_TEST

START_TEST(the_caret_counts_characters_and_keeps_tabs)
{
    struct at at = { &file, 3, 4, 1 };

    diag_warn(&d, &at, "cheese");
    diag_render(&d.entries[0], false, &out);
    ck_assert_str_eq(strbuf_text(&out), "p.yaml:3:4: warning: cheese\n"
                                        "    3 | \tk\xc3\xa4se: 1\n"
                                        "      | \t  ^\n");
}
END_TEST

START_TEST(an_error_without_place_is_one_line)
{
    diag_error(&d, NULL, "no file given");
    diag_render(&d.entries[0], false, &out);
    ck_assert_str_eq(strbuf_text(&out), "error: no file given\n");
}
END_TEST

START_TEST(places_outside_the_file_are_survived)
{
    diag_error(&d, &(struct at){ &file, 99, 1, 1 }, "late");
    diag_error(&d, &(struct at){ &file, 1, 500, 1 }, "far");
    diag_error(&d, &(struct at){ &file, 0, 0, 0 }, "whole");
    for (size_t i = 0; i < d.n; i++)
        diag_render(&d.entries[i], false, &out);
    ck_assert_str_eq(strbuf_text(&out), "p.yaml:99:1: error: late\n"
                                        "p.yaml:1:500: error: far\n"
                                        "    1 | layers:\n"
                                        "      |        ^\n"
                                        "p.yaml: error: whole\n");
}
END_TEST

START_TEST(text_cannot_steer_the_terminal)
{
    diag_error(&d, NULL, "no layer is called '%s'", "\033[2J");
    diag_render(&d.entries[0], false, &out);
    ck_assert_str_eq(strbuf_text(&out), "error: no layer is called '\\x1b[2J'\n");
}
END_TEST

START_TEST(a_long_line_is_shown_in_part)
{
    static char         line[5001];
    static const size_t start[] = { 0 };
    struct source       s = { "l.yaml", line, 5000, start, 1, NULL };

    memset(line, 'x', 5000);
    line[2999] = 'y';
    diag_error(&d, &(struct at){ &s, 1, 3000, 1 }, "here");
    diag_render(&d.entries[0], false, &out);
    ck_assert_uint_lt(out.n, 500);
    const char *shown = strchr(strbuf_text(&out), '\n') + 1;
    const char *under = strchr(shown, '\n') + 1;
    ck_assert_int_eq(strchr(shown, 'y') - shown, strchr(under, '^') - under);
}
END_TEST

START_TEST(sorting_goes_by_place_and_drops_doubles)
{
    struct at two = { &file, 2, 5, 1 }, one = { &file, 1, 1, 1 },
              later = { &file, 2, 9, 1 };

    diag_error(&d, &later, "c");
    diag_error(&d, &two, "b");
    diag_error(&d, &one, "a");
    diag_error(&d, NULL, "front");
    diag_error(&d, &two, "second at b");
    diag_error(&d, &two, "b");
    ck_assert_uint_eq(d.errors, 6);
    diag_sort(&d);
    ck_assert_uint_eq(d.n, 5);
    ck_assert_uint_eq(d.errors, 5);
    static const char *const want[] = { "front", "a", "b", "second at b", "c" };
    for (size_t i = 0; i < 5; i++)
        ck_assert_str_eq(d.entries[i].text, want[i]);
}
END_TEST

START_TEST(the_exit_code_is_that_of_the_first_error)
{
    ck_assert_int_eq(diag_exit(&d), 0);
    diag_warn(&d, NULL, "odd");
    ck_assert_int_eq(diag_exit(&d), 0);
    d.class = DIAG_DATA;
    diag_error(&d, NULL, "NaN in row 3");
    d.class = DIAG_RUN;
    diag_code(&d, NULL, "disk-full", "no room");
    ck_assert_int_eq(diag_exit(&d), DIAG_DATA);
    ck_assert_str_eq(d.entries[1].code, "data");
    ck_assert_str_eq(d.entries[2].code, "disk-full");
}
END_TEST

START_TEST(moved_entries_stand_behind_and_count)
{
    struct diag other;

    diag_init(&other, &a);
    diag_error(&d, NULL, "first");
    other.class = DIAG_MISSED;
    diag_error(&other, NULL, "second");
    diag_note(&other, "with its note");
    diag_warn(&other, NULL, "third");
    diag_move(&d, &other);
    ck_assert_uint_eq(d.n, 3);
    ck_assert_uint_eq(d.errors, 2);
    ck_assert_int_eq(d.entries[1].class, DIAG_MISSED);
    ck_assert_str_eq(d.entries[1].notes[0], "with its note");
    ck_assert_str_eq(d.entries[2].text, "third");
    ck_assert_uint_eq(other.n + other.errors, 0);
    ck_assert_int_eq(diag_exit(&other), 0);
}
END_TEST

START_TEST(editors_and_programs_get_their_forms)
{
    struct at at = { &file, 2, 5, 2 };

    diag_code(&d, &at, "unknown-key", "no key is called '%s'", "up");
    diag_note(&d, "'use' is");
    diag_fix(&d, "use");
    diag_render_gcc(&d.entries[0], &out);
    diag_render_json(&d.entries[0], &out);
    ck_assert_str_eq(strbuf_text(&out),
                     "p.yaml:2:5: error: no key is called 'up' [unknown-key]\n"
                     "p.yaml:2:5: note: 'use' is\n"
                     "{\"severity\":\"error\",\"code\":\"unknown-key\",\"exit\":3,"
                     "\"file\":\"p.yaml\",\"line\":2,\"column\":5,\"length\":2,"
                     "\"text\":\"no key is called 'up'\",\"notes\":[\"'use' is\"],"
                     "\"fix\":\"use\"}\n");
}
END_TEST

START_TEST(a_fifth_note_is_left_out)
{
    diag_error(&d, NULL, "x");
    for (int i = 0; i < 6; i++)
        diag_note(&d, "note %d", i);
    diag_render(&d.entries[0], false, &out);
    ck_assert_str_eq(strbuf_text(&out),
                     "error: x\n  note 0\n  note 1\n  note 2\n  note 3\n");
}
END_TEST

static const struct {
    const char *word, *nearest;
} words[] = {
    { "leakyrelu", "leaky_relu" },
    { "leaky-relu", "leaky_relu" },
    { "RELU", "relu" },
    { "rleu", "relu" },
    { "densse", "dense" },
    { "dens", "dense" },
    { "convolution", NULL },
    { "k", NULL },
    { "", NULL },
    { "epohcs", "epochs" },
    { "epoch", "epochs" },
    { "xyz", NULL },
};

START_TEST(the_nearest_name_is_suggested)
{
    static const char *const names[] = { "dense",  "relu", "leaky_relu",
                                         "epochs", "c",    NULL };
    const char              *found = diag_nearest(words[_i].word, names);

    if (words[_i].nearest)
        ck_assert_str_eq(found ? found : "(none)", words[_i].nearest);
    else
        ck_assert_ptr_null(found);
}
END_TEST

START_TEST(a_fault_of_the_machine_is_nobody_elses)
{
    diag_error(&d, NULL, "no layer is called 'dense'");
    diag_system(&d, NULL, ENOENT, "a.so");
    ck_assert_int_eq(diag_exit(&d), DIAG_FILE);
    ck_assert_ptr_null(diag_unsaid());
    diag_system(&d, NULL, EMFILE, "%s", "plugins");
    ck_assert_int_eq(diag_exit(&d), DIAG_RUN);
    ck_assert_str_eq(d.entries[2].text, "plugins: Too many open files");
}
END_TEST

START_TEST(what_nobody_was_told_of_the_machine_is_remembered)
{
    diag_memory(&d, "%s: no memory", "a.csv");
    diag_lost(EIO, "b.csv"); /* the first one is what led to the others */
    ck_assert_str_eq(diag_unsaid(), "a.csv: no memory");
    diag_said();
    ck_assert_ptr_null(diag_unsaid());
    diag_lost(ENOENT, "c.csv");
    ck_assert_ptr_null(diag_unsaid());
    diag_lost(EIO, "c.csv");
    ck_assert_str_eq(diag_unsaid(), "c.csv: Input/output error");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("diag");
    TCase *t = tcase_create("diag");

    tcase_add_checked_fixture(t, open_all, close_all);
    tcase_add_test(t, an_error_shows_place_line_caret_and_notes);
    tcase_add_test(t, the_caret_counts_characters_and_keeps_tabs);
    tcase_add_test(t, an_error_without_place_is_one_line);
    tcase_add_test(t, places_outside_the_file_are_survived);
    tcase_add_test(t, text_cannot_steer_the_terminal);
    tcase_add_test(t, a_long_line_is_shown_in_part);
    tcase_add_test(t, sorting_goes_by_place_and_drops_doubles);
    tcase_add_test(t, the_exit_code_is_that_of_the_first_error);
    tcase_add_test(t, a_fault_of_the_machine_is_nobody_elses);
    tcase_add_test(t, what_nobody_was_told_of_the_machine_is_remembered);
    tcase_add_test(t, moved_entries_stand_behind_and_count);
    tcase_add_test(t, editors_and_programs_get_their_forms);
    tcase_add_test(t, a_fifth_note_is_left_out);
    tcase_add_loop_test(t, the_nearest_name_is_suggested, 0,
                        sizeof words / sizeof *words);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
