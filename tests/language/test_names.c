/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <stdlib.h>
#include "language/names.h"
#include "language/refs.h"
#include "support/messages.h"

static struct arena        a;
static struct diag         d;
static struct names        t;
static const struct source file = { .name = "t.yaml", .text = "", .n_lines = 1 };
static const struct at     place = { .source = &file, .line = 3, .column = 10 };

static void start(void)
{
    struct registry_options o = { .path = getenv("NNPIPE_PLUGIN_PATH") };

    diag_init(&d, &a);
    t = (struct names){ .arena = &a, .registry = registry_open(&a, &o, &d) };
}

static void stop(void)
{
    registry_close(t.registry);
    arena_close(&a);
}

static struct name *enter(const char *full, enum name_kind kind)
{
    return names_add(&t, full, NULL, kind, &place, &d);
}

START_TEST(a_name_is_found_among_many)
{
    for (int i = 0; i < 1000; i++)
        ck_assert_ptr_nonnull(enter(arena_printf(&a, "item%d", i), NAME_ITEM));
    for (int i = 0; i < 1000; i++)
        ck_assert_str_eq(names_find(&t, arena_printf(&a, "item%d", i))->name,
                         arena_printf(&a, "item%d", i));
    ck_assert_ptr_null(names_find(&t, "item1000"));
}
END_TEST

START_TEST(a_generated_name_leaves_out_those_that_are_taken)
{
    enter("dense2", NAME_ITEM);
    ck_assert_str_eq(names_generate(&t, "", "dense"), "dense1");
    ck_assert_str_eq(names_generate(&t, "", "dense"), "dense3");
    ck_assert_str_eq(names_generate(&t, "b1/", "dense"), "b1/dense1");
    ck_assert_str_eq(names_base(&a, "acme.swish"), "acme_swish");
}
END_TEST

static const struct {
    const char *name, *why;
} refused[] = {
    { "x", "'x' is a stream of the data already" },
    { "Bad", "'Bad' is no name" },
    { "prev", "'prev' is a word of the language and cannot be a name" },
    { "relu", "'relu' is the name of a plugin (layer) and cannot name anything else" },
};

START_TEST(a_name_that_means_something_else_is_refused)
{
    enter("x", NAME_STREAM);
    names_add(&t, refused[_i].name, refused[_i].name, NAME_ITEM, &place, &d);
    ck_assert_uint_eq(d.errors, 1);
    ck_assert_str_eq(d.entries[0].text, refused[_i].why);
}
END_TEST

START_TEST(a_bad_name_is_known_from_there_on)
{
    names_add(&t, "Bad", "Bad", NAME_ITEM, &place, &d);
    ck_assert_ptr_nonnull(names_find(&t, "Bad"));
}
END_TEST

START_TEST(an_unknown_name_gets_the_nearest_one)
{
    enter("hidden", NAME_ITEM);
    ck_assert_int_eq(names_unknown(&t, &place, "stream or item", "hiden", "", &d), -1);
    ck_assert_str_eq(d.entries[0].text,
                     "no stream or item is called 'hiden'; 'hidden' is");
}
END_TEST

START_TEST(where_not_all_streams_are_known_an_unknown_name_is_one)
{
    struct ref ref = { "later", NULL, place };

    ck_assert_ptr_null(refs_stream(&t, &ref, &d));
    t.open = true;
    ck_assert_str_eq(refs_stream(&t, &ref, &d), "later");
    ck_assert_uint_eq(d.errors, 1);
}
END_TEST

START_TEST(a_block_sees_its_inputs_first_then_its_own_names_then_those_around_it)
{
    const char    *inputs[] = { "in" };
    struct ref     given[] = { { "x", NULL, place } };
    struct listing top = { .prefix = "" };
    struct listing block = {
        .outer = &top, .prefix = "b1/", .inputs = inputs, .given = given, .n_inputs = 1
    };

    enter("x", NAME_STREAM);
    enter("in", NAME_STREAM);
    enter("act", NAME_ITEM);
    enter("b1/act", NAME_ITEM);
    ck_assert_str_eq(refs_find(&t, &(struct ref){ "in", &block, place })->name, "x");
    ck_assert_str_eq(refs_find(&t, &(struct ref){ "in", &top, place })->name, "in");
    ck_assert_str_eq(refs_find(&t, &(struct ref){ "act", &block, place })->name,
                     "b1/act");
    ck_assert_str_eq(refs_find(&t, &(struct ref){ "x", &block, place })->name, "x");
}
END_TEST

START_TEST(a_name_that_stands_for_itself_is_refused)
{
    struct ref   self = { "loop", NULL, place };
    struct name *n = enter("loop", NAME_ALIAS);

    n->to = &self;
    ck_assert_ptr_null(refs_stream(&t, &self, &d));
    ck_assert_str_eq(d.entries[0].text, "'loop' stands for itself");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("names");
    TCase *c = tcase_create("names");

    tcase_add_checked_fixture(c, start, stop);
    tcase_add_test(c, a_name_is_found_among_many);
    tcase_add_test(c, a_generated_name_leaves_out_those_that_are_taken);
    tcase_add_loop_test(c, a_name_that_means_something_else_is_refused, 0,
                        (int)COUNT(refused));
    tcase_add_test(c, a_bad_name_is_known_from_there_on);
    tcase_add_test(c, an_unknown_name_gets_the_nearest_one);
    tcase_add_test(c, where_not_all_streams_are_known_an_unknown_name_is_one);
    tcase_add_test(c,
                   a_block_sees_its_inputs_first_then_its_own_names_then_those_around_it);
    tcase_add_test(c, a_name_that_stands_for_itself_is_refused);
    suite_add_tcase(s, c);
    return nnt_main(s);
}
