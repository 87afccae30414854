/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <string.h>
#include "language/grammar.h"
#include "language/value.h"
#include "pipeline/spec.h"
#include "support/messages.h"

static struct arena arena;
static struct diag  d;

static void open_all(void)
{
    diag_init(&d, &arena);
}

static void close_all(void)
{
    arena_close(&arena);
}

static void default_is_right(const struct section *s, const struct word *w)
{
    struct node empty = { .kind = NODE_MAP };
    int64_t     i = -4711;
    double      r = -4711;
    int         c = -1;

    if (w->type == WORD_INT) {
        ck_assert_int_eq(value_int(&empty, s, w->name, &i, &d), 0);
        ck_assert_msg(w->def ? (double)i >= w->least : i == -4711, "%s.%s", s->path,
                      w->name);
    }
    if (w->type == WORD_REAL) {
        ck_assert_int_eq(value_real(&empty, s, w->name, &r, &d), 0);
        ck_assert_msg(w->def ? r >= w->least : r == -4711, "%s.%s", s->path, w->name);
    }
    if (w->type == WORD_ONE_OF) {
        ck_assert_int_eq(value_choice(&empty, s, w->name, &c, &d), 0);
        ck_assert_msg(w->def ? c >= 0 : c == -1, "%s.%s", s->path, w->name);
    }
}

START_TEST(every_word_says_something_and_its_default_is_allowed)
{
    for (size_t i = 0; grammar_sections[i]; i++)
        for (const struct word *w = grammar_sections[i]->words; w->name; w++) {
            ck_assert_msg(w->says && *w->says, "%s", w->name);
            default_is_right(grammar_sections[i], w);
        }
    for (size_t i = 0; grammar_places[i]; i++)
        for (const struct word *w = grammar_places[i]->keys; w->name; w++) {
            struct section s = { "", "an item", grammar_places[i]->keys };
            ck_assert_msg(w->says && *w->says, "%s", w->name);
            default_is_right(&s, w);
        }
    ck_assert_uint_eq(d.n, 0);
}
END_TEST

START_TEST(every_port_is_a_word_of_its_place)
{
    for (size_t i = 0; grammar_places[i]; i++)
        for (const char *const *p = grammar_places[i]->ports; *p; p++)
            ck_assert_ptr_nonnull(grammar_find(grammar_places[i]->keys, *p));
}
END_TEST

/* The spec's enum and the word's choices are in one order. */
START_TEST(choices_have_the_numbers_of_their_enum)
{
    static const struct {
        const char *text;
        int         number;
    } health[] = { { "stop", HEALTH_STOP },
                   { "skip", HEALTH_SKIP },
                   { "back", HEALTH_BACK } };

    for (size_t i = 0; i < sizeof health / sizeof *health; i++) {
        struct node *n =
            parse(&arena, arena_printf(&arena, "health: %s\n", health[i].text), &d);
        int got = -1;
        ck_assert_int_eq(value_choice(n, &grammar_train, "health", &got, &d), 1);
        ck_assert_int_eq(got, health[i].number);
    }
    ck_assert_ptr_null(
        grammar_choice(grammar_find(grammar_train.words, "health"), 3, &arena));
}
END_TEST

START_TEST(a_part_of_the_data_is_a_key_of_split)
{
    const struct word *w = grammar_split.words;

    for (int k = 0; k < N_SPLITS; k++, w++)
        ck_assert_str_eq(w->name, split_names[k]);
    for (; w->name; w++) /* the others say how they are dealt */
        for (int k = 0; k < N_SPLITS; k++)
            ck_assert_str_ne(w->name, split_names[k]);
}
END_TEST

static const struct {
    const char *yaml, *message;
} wrong[] = {
    { "batch: 0\n", "t.yaml:1:8: train.batch: 0 is outside [1,inf)\n" },
    { "batch: 1.5\n", "t.yaml:1:8: train.batch: '1.5' is not a whole number\n" },
    { "batch: '8'\n", "t.yaml:1:8: train.batch: '8' is not a whole number\n" },
    { "batch: [8]\n", "t.yaml:1:8: train.batch: a single value is needed\n" },
    { "health: stopp\n",
      "t.yaml:1:9: train.health: 'stopp' is not one of: stop, skip, back\n" },
};

START_TEST(a_wrong_value_is_refused_and_the_default_stands)
{
    struct node *n = parse(&arena, wrong[_i].yaml, &d);
    int64_t      batch = -1;
    int          health = -1;

    value_int(n, &grammar_train, "batch", &batch, &d);
    value_choice(n, &grammar_train, "health", &health, &d);
    ck_assert_str_eq(messages(&arena, &d), wrong[_i].message);
    ck_assert_int_eq(batch, 32);
    ck_assert_int_eq(health, HEALTH_STOP);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("grammar");
    TCase *t = tcase_create("tables");

    tcase_add_checked_fixture(t, open_all, close_all);
    tcase_add_test(t, every_word_says_something_and_its_default_is_allowed);
    tcase_add_test(t, every_port_is_a_word_of_its_place);
    tcase_add_test(t, choices_have_the_numbers_of_their_enum);
    tcase_add_test(t, a_part_of_the_data_is_a_key_of_split);
    tcase_add_loop_test(t, a_wrong_value_is_refused_and_the_default_stands, 0,
                        sizeof wrong / sizeof *wrong);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
