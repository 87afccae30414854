/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <stdlib.h>
#include "support/reading.h"

#define BASE                                                                             \
    "nnpipe: 1\n" DATA "vars: {n: 2}\n"                                                  \
    "model: [{dense: $n}, tanh, {dense: 1}]\n"                                           \
    "loss: mse\n"                                                                        \
    "optim:\n  sgd: {lr: 0.5, momentum: 0.9}\n  clip: 1\n  schedule: {cosine: {warmup: " \
    "5}}\n"                                                                              \
    "train: {epochs: 3, batch: 4}\nmetrics: [accuracy]\n"

/* base.yaml below, this file over it. */
static struct spec *over(const char *text)
{
    struct spec_options o = { .seed = -1 };

    nnt_text_file("base.yaml", BASE);
    opened = spec_open(&memory, nnt_text_file("over.yaml", text), plugins, &services, &o,
                       &said);
    if (!opened)
        ck_abort_msg("%s", message(0));
    return opened;
}

START_TEST(maps_merge_key_by_key)
{
    struct spec *s = over("extends: base.yaml\ntrain: {epochs: 9}\nvars: {n: 5}\n");

    ck_assert_int_eq(s->train.epochs, 9);
    ck_assert_int_eq(s->train.batch, 4);
    ck_assert_str_eq(RESOLVED(s, "model", "0", "dense", "units"), "5");
    ck_assert_str_eq(s->name, "over");
}
END_TEST

START_TEST(lists_replace_and_plus_appends)
{
    struct spec *s = over("extends: [base.yaml]\nmodel: [{dense: 1}]\nvars: {n: null}\n"
                          "metrics+: [mse]\n");

    ck_assert_str_eq(wiring(&s->model), "dense1=dense(x)");
    ck_assert_str_eq(wiring(&s->metrics), "accuracy=accuracy() mse=mse()");
}
END_TEST

START_TEST(plus_makes_a_list_of_a_single_item)
{
    struct spec *s = over("extends: base.yaml\nloss+: {l2: {}}\n");

    ck_assert_str_eq(wiring(&s->loss), "mse=mse(of:dense2,to:y) l2=l2()");
}
END_TEST

START_TEST(null_removes)
{
    struct spec *s = over("extends: base.yaml\nmetrics: null\noptim: {clip: null}\n");

    ck_assert_uint_eq(s->metrics.n, 0);
    ck_assert_str_eq(wiring(&s->optim.chain), "sgd=sgd()");
}
END_TEST

START_TEST(the_same_plugin_merges_its_parameters)
{
    struct spec *s = over("extends: base.yaml\noptim: {sgd: {lr: 0.25}}\n");

    ck_assert_str_eq(RESOLVED(s, "optim", "sgd", "lr"), "0.25");
    ck_assert_str_eq(RESOLVED(s, "optim", "sgd", "momentum"), "0.9");
}
END_TEST

START_TEST(another_optimizer_replaces_the_old_one)
{
    struct spec *s = over("extends: base.yaml\noptim: {adam: {beta1: 0.8}}\n");

    ck_assert_str_eq(wiring(&s->optim.chain), "clip=clip() adam=adam()");
    ck_assert_str_eq(RESOLVED(s, "optim", "adam", "lr"), "0.001");
    ck_assert_uint_eq(s->optim.n_schedule, 1);
}
END_TEST

START_TEST(another_loss_replaces_the_old_one)
{
    struct spec *s = over("extends: base.yaml\nloss: {bce: {of: dense2}}\n");

    ck_assert_str_eq(wiring(&s->loss), "bce=bce(of:dense2,to:y)");
}
END_TEST

START_TEST(later_files_come_over_earlier_ones)
{
    nnt_text_file("second.yaml", "train: {epochs: 7, seed: 5}\n");
    struct spec *s = over("extends: [base.yaml, second.yaml]\ntrain: {seed: 6}\n");

    ck_assert_int_eq(s->train.epochs, 7);
    ck_assert_uint_eq(s->train.seed, 6);
    ck_assert_int_eq(s->train.batch, 4);
}
END_TEST

START_TEST(a_file_that_builds_on_itself_is_refused)
{
    struct spec_options o = { .seed = -1 };

    nnt_text_file("a.yaml", "extends: b.yaml\n");
    const char *b = nnt_text_file("b.yaml", "extends: a.yaml\n");
    ck_assert_ptr_null(spec_open(&memory, b, plugins, &services, &o, &said));
    ck_assert_str_eq(said.entries[0].text, "extends: 'b.yaml' builds on itself");
}
END_TEST

START_TEST(paths_beside_the_file_become_absolute)
{
    struct spec_options o = { .seed = -1, .peek = PEEK_ALWAYS };
    const char         *csv = nnt_text_file("d.csv", "a,y\n0,0\n1,1\n");
    const char         *file = nnt_text_file("c.yaml", "nnpipe: 1\n"
                                                               "data: {source: {csv: d.csv}}\n"
                                                               "model: [{dense: 1}]\n" REST);

    opened = spec_open(&memory, file, plugins, &services, &o, &said);
    ck_assert_ptr_nonnull(opened);
    char *real = realpath(csv, NULL);
    ck_assert_str_eq(RESOLVED(opened, "data", "source", "csv", "file"),
                     arena_printf(&memory, "\"%s\"", real));
    free(real);
}
END_TEST

/* ---- --set */

static struct spec *set(const char *one, const char *two)
{
    const char *const list[] = { one, two, NULL };
    struct spec      *s = read_set(BASE, list);

    if (!s)
        ck_abort_msg("%s", message(0));
    return s;
}

static const char *set_refusal(const char *one)
{
    const char *const list[] = { one, NULL };

    diag_init(&said, &memory);
    ck_assert_ptr_null(read_set(BASE, list));
    return message(0);
}

START_TEST(set_reaches_values_by_their_path)
{
    struct spec *s = set("train.epochs=11", "vars.n=7");

    ck_assert_int_eq(s->train.epochs, 11);
    ck_assert_str_eq(RESOLVED(s, "model", "0", "dense", "units"), "7");
    s = set("optim.sgd.lr=1e-2", "train.stop.patience=2");
    ck_assert_str_eq(RESOLVED(s, "optim", "sgd", "lr"), "0.01");
    ck_assert_int_eq(s->train.stop.patience, 2);
}
END_TEST

START_TEST(set_finds_items_by_name)
{
    struct spec *s = set("model.dense2.units=1", "model.tanh1=relu");

    ck_assert_str_eq(wiring(&s->model),
                     "dense1=dense(x) relu1=relu(dense1) dense2=dense(relu1)");
    s = set("model.dense1.units=6", "model.dense1.freeze=true");
    ck_assert_str_eq(RESOLVED(s, "model", "0", "dense", "units"), "6");
    ck_assert(s->model.v[0].freeze);
    s = set("model.dense1.bias=false", NULL); /* the short form keeps its value */
    ck_assert_str_eq(RESOLVED(s, "model", "0", "dense", "units"), "2");
    ck_assert_str_eq(RESOLVED(s, "model", "0", "dense", "bias"), "false");
    s = set("loss.mse.of=tanh1", NULL);
    ck_assert_str_eq(wiring(&s->loss), "mse=mse(of:tanh1,to:y)");
    s = set("optim.schedule.cosine.warmup=9", NULL);
    ck_assert_str_eq(RESOLVED(s, "optim", "schedule", "0", "cosine", "warmup"), "9");
}
END_TEST

START_TEST(set_appends_and_removes)
{
    struct spec *s = set("metrics+=mse", "model.tanh=");

    ck_assert_str_eq(wiring(&s->metrics), "accuracy=accuracy() mse=mse()");
    ck_assert_str_eq(wiring(&s->model), "dense1=dense(x) dense2=dense(dense1)");
}
END_TEST

START_TEST(set_is_checked_like_the_file)
{
    ck_assert_str_eq(set_refusal("optim.sgd.lr=-1"), "1:14: lr: -1 is outside [0,inf)");
    ck_assert_str_eq(set_refusal("trian.epochs=3"),
                     "1:1: a pipeline file has no key 'trian'; 'train' is one");
    ck_assert_str_eq(set_refusal("model.dense7.units=3"),
                     "1:7: --set: no item of model is called 'dense7'");
    ck_assert_str_eq(
        set_refusal("train.epochs.x=3"),
        "1:14: --set: train.epochs is a single value, there is nothing in it");
}
END_TEST

START_TEST(set_without_value_is_wrong_usage)
{
    ck_assert_str_eq(set_refusal("train.epochs"),
                     "0:0: --set 'train.epochs': PATH=VALUE is needed");
    ck_assert_int_eq(diag_exit(&said), DIAG_USAGE);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("merge");
    TCase *t = tcase_create("merge");

    tcase_add_checked_fixture(t, open_all, close_all);
    tcase_add_test(t, maps_merge_key_by_key);
    tcase_add_test(t, lists_replace_and_plus_appends);
    tcase_add_test(t, plus_makes_a_list_of_a_single_item);
    tcase_add_test(t, null_removes);
    tcase_add_test(t, the_same_plugin_merges_its_parameters);
    tcase_add_test(t, another_optimizer_replaces_the_old_one);
    tcase_add_test(t, another_loss_replaces_the_old_one);
    tcase_add_test(t, later_files_come_over_earlier_ones);
    tcase_add_test(t, a_file_that_builds_on_itself_is_refused);
    tcase_add_test(t, paths_beside_the_file_become_absolute);
    tcase_add_test(t, set_reaches_values_by_their_path);
    tcase_add_test(t, set_finds_items_by_name);
    tcase_add_test(t, set_appends_and_removes);
    tcase_add_test(t, set_is_checked_like_the_file);
    tcase_add_test(t, set_without_value_is_wrong_usage);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
