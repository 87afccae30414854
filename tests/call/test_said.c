/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "call/said.h"

#include <string.h>

#include "call/loader.h"
#include "support/nnt.h"

static struct arena    arena;
static struct diag     diag;
static struct services services;

static const nnp_component    desc = { .tag = "nnpipe:loader:there",
                                       .size = sizeof desc,
                                       .self_size = 1 };
static const struct component there = {
    .kind = "loader", .name = "there", .desc = &desc, .file = "there.so", .version = "1.0"
};

#define TEXT                                                                             \
    "{\"rows\":{\"count\":150,\"test\":10,\"val\":0,\"classes\":2,\"bytes\":600},"       \
    "\"streams\":{\"x\":{\"type\":\"f32\",\"shape\":[2],\"columns\":[\"a\",null]},"      \
    "\"y\":{\"type\":\"i64\",\"shape\":[]}}}"

static void begin(void)
{
    arena = (struct arena){ 0 };
    diag_init(&diag, &arena);
    services = (struct services){ 0 };
}

static int open_it(struct instance *i, const char *text, const char *classes)
{
    static int64_t          rows[1] = { 7 };
    nnp_tensor              in = { .device = 1, .ndim = 1, .bits = 64, .lanes = 1 };
    void                   *self;
    const struct component *c =
        said_loader(&arena, &there, text, "a coding", classes, "m.nnw", &self, &diag);

    in.shape = rows;
    if (!c)
        return -1;
    ck_assert_int_eq(
        instance_open(&arena, c, self, "there", (struct at){ 0 }, &services, i, &diag),
        0);
    return instance_setup(i, &in, 1, NULL, 0, 0, &diag);
}

START_TEST(says_what_was_said)
{
    struct instance i;

    ck_assert_int_eq(open_it(&i, TEXT, "{\"y\":[\"ant\",\"bee\"],\"z\":[]}"), 0);
    ck_assert_uint_eq(instance_count(&i, NNP_OUT), 2);
    ck_assert_str_eq(instance_decl(&i, NNP_OUT, 0)->name, "x");
    ck_assert_int_eq(instance_decl(&i, NNP_OUT, 0)->shape[0], 7);
    ck_assert_int_eq(instance_decl(&i, NNP_OUT, 0)->shape[1], 2);
    ck_assert_uint_eq(instance_decl(&i, NNP_OUT, 1)->dtype, NNP_I64);
    ck_assert_int_eq(i.rows.count, 150);
    ck_assert_int_eq(i.rows.test, 10);
    ck_assert_int_eq(i.rows.classes, 2);
    ck_assert_str_eq(loader_column(&i, "x", 0), "a");
    ck_assert_ptr_null(loader_column(&i, "x", 1));
    ck_assert_ptr_null(loader_column(&i, "x", 2));
    ck_assert_str_eq(loader_class(&i, "y", 1), "bee");
    ck_assert_ptr_null(loader_class(&i, "y", 2));
    ck_assert_str_eq(loader_coding(&i), "a coding");
    ck_assert_str_eq(said_text(&arena, &i), TEXT);
    instance_close(&i);
}
END_TEST

START_TEST(has_no_rows)
{
    struct instance i;

    ck_assert_int_eq(open_it(&i, TEXT, NULL), 0);
    ck_assert_int_lt(instance_call(&i, i.type->desc->forward, "forward", &diag), 0);
    ck_assert_ptr_nonnull(
        strstr(diag.entries[0].text, "the data of the training were not opened"));
    instance_close(&i);
}
END_TEST

START_TEST(says_that_a_text_is_damaged)
{
    static const char *const bad[] = {
        "",
        "{}",
        "{\"streams\":{}}",
        "{\"streams\":{\"x\":{\"shape\":[2]}}}",
        "{\"streams\":{\"x\":{\"type\":\"f12\",\"shape\":[2]}}}",
        "{\"streams\":{\"x\":{\"type\":\"f32\",\"shape\":[1,1,1,1,1,1,1,1,1]}}}",
        "{\"streams\":{\"x\":{\"type\":\"f32\",\"shape\":[2]}}} x",
    };
    struct instance i;

    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        ck_assert_int_eq(open_it(&i, bad[k], NULL), -1);
        ck_assert_ptr_nonnull(
            strstr(diag.entries[k].text, "m.nnw: what it says of the data is damaged"));
    }
    ck_assert_int_eq(open_it(&i, TEXT, "{\"y\":1}"), -1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("said");
    TCase *t = tcase_create("call");

    tcase_add_checked_fixture(t, begin, NULL);
    tcase_add_test(t, says_what_was_said);
    tcase_add_test(t, has_no_rows);
    tcase_add_test(t, says_that_a_text_is_damaged);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
