/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include "support/reading.h"

#define BLOCK                                                                            \
    "blocks: {pair: {layers: [{dense: 3}, {dense: 3}]}, dense_two: {layers: [tanh]}}\n"
#define NET(model) HEAD BLOCK DATA "model: " model "\n" REST

/* Lists with the names that reading gives to the items that are written in them. */
static const struct {
    const char *yaml, *names;
} lists[] = {
    { NET("[{dense: 3}, tanh, {dense: 1}]"), "dense1 tanh1 dense2" },
    { NET("[{dense: 3, as: dense2}, {dense: 3}, {dense: 3}]"), "dense2 dense1 dense3" },
    { NET("[{dense: 3, as: a}, {dense: 3}]"), "a dense1" },
    { NET("[{dense: {units: 3, activation: tanh}}, tanh, {dense: 1}]"),
      "dense1 tanh2 dense2" },
    { NET("[{dense: {units: 3, activation: {leaky_relu: 0.1}}}, leaky_relu]"),
      "dense1 leaky_relu2" },
    { NET("[{dense: {units: 3, activation: tanh}, as: a}, tanh, {dense: 1}]"),
      "dense1 tanh1 dense2" },
    { NET("[{act: tanh}, tanh, {act: {leaky_relu: 0.2}}, leaky_relu]"),
      "tanh1 tanh2 leaky_relu1 leaky_relu2" },
    { NET("[{dense: 3, repeat: 3}, {dense: 1}]"), "dense1 dense4" },
    { NET("[{dense: 3, repeat: 3, as: a}, {dense: 1}]"), "a dense3" },
    { NET("[{dense: 3, repeat: 0}, {dense: 1}]"), "- dense1" },
    { NET("[{dense: 3, as: a}, {use: a}, {use: a}]"), "a a_again1 a_again2" },
    { NET("[pair, {dense: 3}, {pair: , as: p}]"), "- dense1 -" },
    { NET("[{x-y: 1, dense: 3}, {note: no, dense: 1}]"), "dense1 dense2" },
    { NET("[{noise.gauss: 0.1}, {noise.gauss: 0.2, as: n}]"), "noise_gauss1 n" },
    { HEAD DATA "  map: [standardize, {standardize: , as: s}]\n"
                "model: [standardize, {dense: 1}]\n" REST,
      "standardize2 dense1" },
};

/* --set reaches the very item that is called so. */
START_TEST(an_item_answers_to_its_name)
{
    char *names = arena_strdup(&memory, lists[_i].names), *rest = NULL;

    for (char *n = strtok_r(names, " ", &rest); n; n = strtok_r(NULL, " ", &rest)) {
        const char *const set[] = { arena_printf(&memory, "model.%s.note=hit", n), NULL };
        size_t            hits = 0;

        if (*n == '-')
            continue;
        diag_init(&said, &memory);
        const struct spec *s = read_set(lists[_i].yaml, set);
        if (!s)
            ck_abort_msg("%s: %s", n, message(0));
        for (size_t i = 0; i < s->model.n; i++) {
            const struct item *item = &s->model.v[i];
            bool               hit = item->note && strcmp(item->note, "hit") == 0;

            hits += hit && strcmp(item->name, n) == 0;
        }
        ck_assert_msg(hits == 1, "%s: %zu items", n, hits);
        spec_close(opened);
        opened = NULL;
    }
}
END_TEST

static const struct {
    const char *yaml, *set, *text;
} unknown[] = {
    { NET("[{dense: 3}, {dense: 1}]"), "model.dense.units=2",
      "--set: several items of model are called 'dense'; 'dense1' is the first" },
    { NET("[{dense: 3}, {dense: 1}]"), "model.dense3.units=2",
      "--set: no item of model is called 'dense3'" },
    { HEAD "vars: {n: 2}\n" DATA "model: [{dense: 3, repeat: $n}, {dense: 1}]\n" REST,
      "model.dense3.units=2",
      "--set: which item of model is called 'dense3' depends on variables; `as` gives it "
      "a name" },
    { HEAD "vars: {n: 2}\n" DATA "model: [{dense: 3, when: n > 1}, {dense: 1}]\n" REST,
      "model.dense1.units=2",
      "--set: which item of model is called 'dense1' depends on variables; `as` gives it "
      "a name" },
    /* the activation of the first */
    { NET("[{dense: {units: 3, activation: {leaky_relu: 0.1}}}, leaky_relu]"),
      "model.leaky_relu1.slope=0.3", "--set: no item of model is called 'leaky_relu1'" },
};

START_TEST(a_name_that_is_not_certain_is_refused)
{
    const char *const set[] = { unknown[_i].set, NULL };

    ck_assert_ptr_null(read_set(unknown[_i].yaml, set));
    ck_assert_str_eq(said.entries[0].text, unknown[_i].text);
}
END_TEST

START_TEST(terms_count_from_two)
{
    const char *const  set[] = { "metrics.mse2.note=hit", NULL };
    const struct spec *s = read_set(
        NET("[{dense: 1}]") "metrics: [mse, accuracy, mse, {mse: , as: mse3}]\n", set);

    ck_assert_ptr_nonnull(s);
    ck_assert_str_eq(s->metrics.v[2].name, "mse2");
    ck_assert_str_eq(s->metrics.v[2].note, "hit");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("written");
    TCase *t = tcase_create("written");

    tcase_add_checked_fixture(t, open_all, close_all);
    tcase_add_loop_test(t, an_item_answers_to_its_name, 0, sizeof lists / sizeof *lists);
    tcase_add_loop_test(t, a_name_that_is_not_certain_is_refused, 0,
                        sizeof unknown / sizeof *unknown);
    tcase_add_test(t, terms_count_from_two);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
