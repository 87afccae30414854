/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include "language/expr.h"
#include "support/reading.h"

#define FILE_OF(model) HEAD DATA "model:\n" model REST

START_TEST(items_without_names_read_the_item_above)
{
    struct spec *s = read_text(FILE_OF("  - dense: 2\n  - tanh\n  - dense: 1\n"));

    ck_assert_str_eq(wiring(&s->model),
                     "dense1=dense(x) tanh1=tanh(dense1) dense2=dense(tanh1)");
    ck_assert_str_eq(wiring(&s->loss), "mse=mse(of:dense2,to:y)");
    ck_assert_str_eq(s->model.v[2].path, "model.dense2");
    ck_assert(!s->model.v[0].named);
}
END_TEST

START_TEST(from_names_streams_by_position)
{
    struct spec *s =
        read_text(FILE_OF("  - dense: 2\n    as: h\n  - concat:\n    from: [prev, x]\n"
                          "    as: both\n  - dense: 1\n"));

    ck_assert_str_eq(wiring(&s->model), "h=dense(x) both=concat(h,x) dense1=dense(both)");
}
END_TEST

START_TEST(an_item_may_read_one_further_below)
{
    struct spec *s = read_text(FILE_OF("  - dense: 1\n    from: late\n    as: out\n"
                                       "  - dense: 2\n    as: late\n    from: x\n"));

    ck_assert_str_eq(wiring(&s->model), "late=dense(x) out=dense(late)");
    ck_assert_str_eq(wiring(&s->loss), "mse=mse(of:late,to:y)");
}
END_TEST

START_TEST(use_runs_an_item_again)
{
    struct spec *s =
        read_text(FILE_OF("  - dense: 2\n    as: enc\n  - tanh\n  - use: enc\n"
                          "  - dense: 1\n"));

    ck_assert_str_eq(wiring(&s->model),
                     "enc=dense(x) tanh1=tanh(enc) "
                     "enc_again1=dense(tanh1) dense1=dense(enc_again1)");
    ck_assert_int_eq(s->model.v[2].use, 0);
    ck_assert_int_eq(s->model.v[3].use, -1);
}
END_TEST

START_TEST(share_names_item_tensor_and_transpose)
{
    struct spec *s = read_text(FILE_OF("  - dense: 2\n    as: enc\n  - dense: 2\n"
                                       "    share: {weight: enc.weight.T}\n"));
    const struct share_spec *share = s->model.v[1].share;

    ck_assert_uint_eq(s->model.v[1].n_share, 1);
    ck_assert_str_eq(share->weight, "weight");
    ck_assert_str_eq(share->item, "enc");
    ck_assert_str_eq(share->other, "weight");
    ck_assert(share->transposed);
}
END_TEST

START_TEST(treatment_of_weights)
{
    struct spec *s =
        read_text(FILE_OF("  - dense: 2\n    freeze: true\n    lr: 0.5\n"
                          "    init: {weight: {uniform: {}}, bias: zeros}\n"
                          "    note: kept\n  - dense: 1\n    init: he_normal\n"));
    const struct item *a = &s->model.v[0], *b = &s->model.v[1];

    ck_assert(a->freeze);
    nnt_expect_number(a->lr, 0.5, 0);
    ck_assert_uint_eq(a->n_init, 2);
    ck_assert_str_eq(a->init[0].weight, "weight");
    ck_assert_str_eq(a->init[0].type->name, "uniform");
    ck_assert_str_eq(a->init[1].weight, "bias");
    ck_assert_str_eq(a->note, "kept");
    ck_assert_uint_eq(b->n_init, 1);
    ck_assert_ptr_null(b->init[0].weight);
    nnt_expect_number(b->lr, 1, 0);
}
END_TEST

START_TEST(an_activation_becomes_an_item_and_takes_the_name)
{
    struct spec *s =
        read_text(FILE_OF("  - dense: {units: 2, activation: tanh}\n    as: h\n"
                          "  - dense: {units: 1, activation: {leaky_relu: 0.25}}\n"));

    ck_assert_str_eq(wiring(&s->model), "dense1=dense(x) h=tanh(dense1) dense2=dense(h) "
                                        "leaky_relu1=leaky_relu(dense2)");
    ck_assert_str_eq(wiring(&s->loss), "mse=mse(of:leaky_relu1,to:y)");
    ck_assert_str_eq(RESOLVED(s, "model", "3", "leaky_relu"), "{\"slope\": 0.25}");
}
END_TEST

START_TEST(each_copy_has_the_activation_with_its_parameters)
{
    struct spec *s = read_text(FILE_OF(
        "  - dense: {units: 2, activation: {leaky_relu: 0.25}}\n    repeat: 2\n"));

    ck_assert_str_eq(wiring(&s->model),
                     "dense1=dense(x) leaky_relu1=leaky_relu(dense1) "
                     "dense2=dense(leaky_relu1) leaky_relu2=leaky_relu(dense2)");
    ck_assert_str_eq(RESOLVED(s, "model", "1", "leaky_relu", "slope"), "0.25");
    ck_assert_str_eq(RESOLVED(s, "model", "3", "leaky_relu", "slope"), "0.25");
}
END_TEST

START_TEST(act_stands_for_the_layer_it_names)
{
    struct spec *s = read_text(HEAD "vars: {f: relu}\n" DATA
                                    "model:\n  - dense: 2\n  - act: $f\n    as: h\n"
                                    "  - act: {leaky_relu: 0.5}\n  - dense: 1\n" REST);

    ck_assert_str_eq(wiring(&s->model),
                     "dense1=dense(x) h=relu(dense1) "
                     "leaky_relu1=leaky_relu(h) dense2=dense(leaky_relu1)");
}
END_TEST

START_TEST(repeat_makes_copies_and_as_names_the_last)
{
    struct spec *s =
        read_text(FILE_OF("  - dense: 2\n    repeat: 3\n    as: h\n  - dense: 1\n"
                          "  - tanh\n"));

    ck_assert_str_eq(wiring(&s->model),
                     "dense1=dense(x) dense2=dense(dense1) h=dense(dense2) "
                     "dense3=dense(h) tanh1=tanh(dense3)");
}
END_TEST

START_TEST(an_item_left_out_hands_its_input_on)
{
    struct spec *s = read_text(
        HEAD "vars: {depth: 1}\n" DATA "model:\n  - dense: 2\n    as: h\n  - dense: 3\n"
             "    when: depth > 1\n    as: deep\n"
             "  - tanh:\n    repeat: 0\n  - dense: 1\n    from: deep\n" REST);

    ck_assert_str_eq(wiring(&s->model), "h=dense(x) dense1=dense(h)");
}
END_TEST

START_TEST(when_train_and_eval)
{
    struct spec *s =
        read_text(FILE_OF("  - dropout: 0.5\n    when: train\n  - dense: 1\n"));

    ck_assert_int_eq(s->model.v[0].when, WHEN_TRAIN);
    ck_assert_int_eq(s->model.v[1].when, WHEN_ALWAYS);
}
END_TEST

/* ---- blocks */

#define PAIR                                                                             \
    "blocks:\n  pair:\n    args: {n: 2}\n    layers:\n      - dense: $n\n"               \
    "        as: inner\n      - tanh\n"

START_TEST(blocks_are_unrolled_under_the_name_of_their_use)
{
    struct spec *s =
        read_text(HEAD DATA PAIR "model:\n  - pair: {n: 3}\n    as: p\n  - pair\n"
                                 "  - concat:\n    from: [p, pair1, p/inner]\n"
                                 "  - dense: 1\n" REST);

    ck_assert_str_eq(wiring(&s->model),
                     "p/inner=dense(x) p/tanh1=tanh(p/inner) "
                     "pair1/inner=dense(p/tanh1) pair1/tanh1=tanh(pair1/inner) "
                     "concat1=concat(p/tanh1,pair1/tanh1,p/inner) dense1=dense(concat1)");
    ck_assert_str_eq(RESOLVED(s, "model", "0", "dense", "units"), "3");
    ck_assert_str_eq(RESOLVED(s, "model", "2", "dense", "units"), "2");
}
END_TEST

START_TEST(blocks_with_inputs_read_them_by_name)
{
    struct spec *s = read_text(
        HEAD DATA "blocks:\n  up:\n    inputs: [below, skip]\n    layers:\n"
                  "      - dense: 2\n        from: below\n"
                  "      - concat:\n        from: [prev, skip]\n"
                  "model:\n  - dense: 2\n    as: h\n  - up:\n    from: [prev, x]\n"
                  "  - up:\n    from: {skip: h, below: prev}\n  - dense: 1\n" REST);

    ck_assert_str_eq(wiring(&s->model),
                     "h=dense(x) up1/dense1=dense(h) up1/concat1=concat(up1/dense1,x) "
                     "up2/dense1=dense(up1/concat1) up2/concat1=concat(up2/dense1,h) "
                     "dense1=dense(up2/concat1)");
}
END_TEST

START_TEST(blocks_nest_and_repeat)
{
    struct spec *s = read_text(
        HEAD DATA
        "blocks:\n  one:\n    args: {n: 1}\n    layers: [{dense: $n}]\n"
        "  two:\n    args: [n]\n    layers:\n      - one: $(n * 2)\n      - tanh\n"
        "model:\n  - two: 2\n    repeat: 2\n    as: last\n  - dense: 1\n" REST);

    ck_assert_str_eq(
        wiring(&s->model),
        "two1/one1/dense1=dense(x) two1/tanh1=tanh(two1/one1/dense1) "
        "last/one1/dense1=dense(two1/tanh1) last/tanh1=tanh(last/one1/dense1) "
        "dense1=dense(last/tanh1)");
    ck_assert_str_eq(RESOLVED(s, "model", "0", "dense", "units"), "4");
}
END_TEST

START_TEST(a_block_may_use_an_item_of_the_model)
{
    struct spec *s =
        read_text(HEAD DATA "blocks:\n  crush:\n    args: [layer]\n    layers:\n"
                            "      - use: $layer\n      - tanh\n"
                            "model:\n  - dense: 2\n    as: e1\n  - crush: e1\n"
                            "  - dense: 1\n" REST);

    ck_assert_str_eq(wiring(&s->model),
                     "e1=dense(x) crush1/e1_again1=dense(e1) "
                     "crush1/tanh1=tanh(crush1/e1_again1) dense1=dense(crush1/tanh1)");
}
END_TEST

/* ---- data, training */

START_TEST(splits)
{
    struct spec *s = read_text(HEAD DATA "  split: {train: 0..1, val: 50%..100%}\n"
                                         "model: [{dense: 1}]\n" REST);
    const struct data_spec *data = &s->data;

    nnt_expect_number(data->count, 4, 0);
    ck_assert(data->split[SPLIT_TRAIN].given && data->split[SPLIT_VAL].given);
    ck_assert(!data->split[SPLIT_TEST].given);
    nnt_expect_number(data->split[SPLIT_TRAIN].range[0].first, 0, 0);
    nnt_expect_number(data->split[SPLIT_TRAIN].range[0].last, 1, 0);
    nnt_expect_number(data->split[SPLIT_VAL].range[0].first, 50, 0);
    ck_assert(data->split[SPLIT_VAL].range[0].percent_first);
    ck_assert(data->split[SPLIT_VAL].range[0].percent_last);
    ck_assert_int_eq(data->rows[SPLIT_VAL].range[0].first, 2);
    ck_assert_int_eq(data->rows[SPLIT_VAL].n, 2);
}
END_TEST

START_TEST(parts_that_share_rows_get_a_warning)
{
    read_text(HEAD DATA "  split: {train: all, val: 0..1}\nmodel: [{dense: 1}]\n" REST);
    ck_assert_str_eq(message(0),
                     "8:28: split.val and split.train share rows 0..1: the score "
                     "will flatter");
}
END_TEST

START_TEST(transforms_rebind_or_name)
{
    struct spec *s =
        read_text(HEAD DATA "  map:\n    - scale: [0, 1]\n"
                            "    - noise.gauss: {std: 0.5}\n      as: x_noisy\n"
                            "      when: train\n"
                            "    - scale: [0, 1]\n      from: y\n"
                            "model:\n  - dense: 1\n    from: x_noisy\n" REST);

    ck_assert_str_eq(wiring(&s->data.map), "scale1=scale(x) x_noisy=noise.gauss(x) "
                                           "scale2=scale(y)");
    ck_assert_str_eq(s->data.map.v[0].outs[0], "x");
    ck_assert_str_eq(s->data.map.v[1].outs[0], "x_noisy");
    ck_assert_str_eq(s->data.map.v[2].outs[0], "y");
    ck_assert_str_eq(s->data.map.v[1].path, "data.map.x_noisy");
    ck_assert_int_eq(s->data.map.v[1].when, WHEN_TRAIN);
}
END_TEST

START_TEST(terms_and_metrics)
{
    struct spec *s = read_text(
        HEAD DATA "model:\n  - dense: 2\n    as: h\n  - dense: 1\n    as: out\n"
                  "loss:\n  - mse: {of: out}\n    weight: 0.5\n"
                  "  - mse: {of: h, to: x}\n  - l1: {of: [h, out.weight]}\n"
                  "  - l2\n"
                  "optim: {sgd: {lr: 0.1}}\ntrain: {steps: 10}\n"
                  "metrics:\n  - accuracy\n  - mse: {of: h, to: x}\n    as: code\n");

    ck_assert_str_eq(wiring(&s->loss), "mse=mse(of:out,to:y) mse2=mse(of:h,to:x) "
                                       "l1=l1(of:h,of:out.weight) l2=l2()");
    nnt_expect_number(s->loss.v[0].weight, 0.5, 0);
    nnt_expect_number(s->loss.v[1].weight, 1, 0);
    ck_assert_str_eq(wiring(&s->metrics), "accuracy=accuracy() code=mse(of:h,to:x)");
    ck_assert_int_eq(s->train.steps, 10);
    ck_assert_int_eq(s->train.epochs, 0);
}
END_TEST

START_TEST(what_rewrites_gradients_comes_first)
{
    struct spec *s = read_text(HEAD DATA "model: [{dense: 1}]\nloss: mse\n"
                                         "optim:\n  adam: {lr: 0.01}\n  clip: 1\n"
                                         "  schedule: cosine\ntrain: {epochs: 1}\n");

    ck_assert_str_eq(wiring(&s->optim.chain), "clip=clip() adam=adam()");
    ck_assert_uint_eq(s->optim.n_schedule, 1);
    ck_assert_str_eq(s->optim.schedule[0].path, "optim.adam.lr");
    ck_assert_str_eq(s->optim.schedule[0].target->name, "adam");
    ck_assert_str_eq(s->optim.schedule[0].param, "lr");
}
END_TEST

START_TEST(schedules_drive_any_live_parameter)
{
    struct spec *s =
        read_text(HEAD DATA "  split: {train: 0..1, val: 2..3}\n"
                            "model: [{dropout: 0.5}, {dense: 1}]\nloss: mse\n"
                            "optim:\n  sgd: {lr: 0.1}\n  schedule:\n"
                            "    - plateau\n    - linear: {to: 0}\n"
                            "      of: model.dropout1.p\ntrain: {epochs: 1}\n");

    ck_assert_str_eq(s->optim.schedule[0].path, "optim.sgd.lr");
    ck_assert_str_eq(s->optim.schedule[0].watch, "val.loss");
    ck_assert_str_eq(s->optim.schedule[1].path, "model.dropout1.p");
    ck_assert_ptr_eq(s->optim.schedule[1].target, &s->model.v[0]);
    ck_assert_ptr_null(s->optim.schedule[1].watch);
}
END_TEST

START_TEST(groups_of_weights)
{
    struct spec *s =
        read_text(HEAD DATA "model: [{dense: 2, as: enc1}, {dense: 1}]\nloss: mse\n"
                            "optim:\n  sgd: {lr: 0.1}\n  groups:\n"
                            "    - {of: biases, decay: false}\n"
                            "    - {of: [enc*, dense1.weight], lr: 0.5}\n"
                            "train: {epochs: 1}\n");

    ck_assert_uint_eq(s->optim.n_group, 2);
    ck_assert_str_eq(s->optim.group[0].of[0], "biases");
    ck_assert_int_eq(s->optim.group[0].decay, 0);
    ck_assert_uint_eq(s->optim.group[1].n_of, 2);
    ck_assert_int_eq(s->optim.group[1].decay, -1);
    nnt_expect_number(s->optim.group[1].lr, 0.5, 0);
}
END_TEST

START_TEST(train_and_its_defaults)
{
    struct spec             *s = read_text(HEAD DATA "  split: {train: 0..1, val: 2..3}\n"
                                                                 "model: [{dense: 1}]\nloss: mse\noptim: sgd\n"
                                                                 "metrics: [accuracy]\ntrain:\n  epochs: 1e3\n"
                                                                 "  stop: {when: accuracy >= 1, for: 20,\n"
                                                                 "         patience: 5, on_best: val.accuracy}\n"
                                                                 "  retry: {times: 3, unless: loss < 0.1}\n");
    const struct train_spec *t = &s->train;

    ck_assert_int_eq(t->epochs, 1000);
    ck_assert_int_eq(t->batch, 32);
    ck_assert_uint_eq(t->seed, 1);
    ck_assert(t->shuffle);
    ck_assert_int_eq(t->accumulate, 1);
    ck_assert_str_eq(expr_text(t->stop.when), "accuracy >= 1");
    ck_assert_int_eq(t->stop.for_epochs, 20);
    ck_assert_int_eq(t->stop.patience, 5);
    ck_assert(t->stop.maximize); /* accuracy grows */
    ck_assert_int_eq(t->retry.times, 3);
    ck_assert(t->keep.last && t->keep.maximize);
}
END_TEST

START_TEST(a_model_with_weights_by_hand_needs_no_training)
{
    struct spec *s = read_text(HEAD DATA "model:\n  - dense: 1\n    init: zeros\n");

    ck_assert_uint_eq(s->loss.n, 0);
    ck_assert_int_eq(s->train.epochs, 0);
}
END_TEST

START_TEST(the_resolved_file_reads_as_itself)
{
    struct spec *s =
        read_text(HEAD "vars: {n: 2}\n" DATA "  split: {train: 0..2, val: 3..3}\n" PAIR
                       "model:\n  - pair: $(n * 2)\n    repeat: 2\n"
                       "  - dense: {units: 3, activation: relu}\n    lr: 0.5\n"
                       "  - concat:\n    from: [prev, x]\n  - dense: 1\n"
                       "loss:\n  - mse\n  - l2\n"
                       "optim:\n  adam: {lr: 1e-3}\n  clip: 1\n  schedule: cosine\n"
                       "train: {epochs: 3, stop: {patience: 2, on_best: val.loss}}\n"
                       "metrics: [accuracy]\n");
    struct strbuf first = { 0 }, second = { 0 };

    tree_print(s->resolved, &first);
    spec_close(s);
    s = read_text(strbuf_text(&first));
    tree_print(s->resolved, &second);
    ck_assert_str_eq(strbuf_text(&second), strbuf_text(&first));
    strbuf_close(&first);
    strbuf_close(&second);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("spec");
    TCase *t = tcase_create("spec");

    tcase_add_checked_fixture(t, open_all, close_all);
    tcase_add_test(t, items_without_names_read_the_item_above);
    tcase_add_test(t, from_names_streams_by_position);
    tcase_add_test(t, an_item_may_read_one_further_below);
    tcase_add_test(t, use_runs_an_item_again);
    tcase_add_test(t, share_names_item_tensor_and_transpose);
    tcase_add_test(t, treatment_of_weights);
    tcase_add_test(t, an_activation_becomes_an_item_and_takes_the_name);
    tcase_add_test(t, each_copy_has_the_activation_with_its_parameters);
    tcase_add_test(t, act_stands_for_the_layer_it_names);
    tcase_add_test(t, repeat_makes_copies_and_as_names_the_last);
    tcase_add_test(t, an_item_left_out_hands_its_input_on);
    tcase_add_test(t, when_train_and_eval);
    tcase_add_test(t, blocks_are_unrolled_under_the_name_of_their_use);
    tcase_add_test(t, blocks_with_inputs_read_them_by_name);
    tcase_add_test(t, blocks_nest_and_repeat);
    tcase_add_test(t, a_block_may_use_an_item_of_the_model);
    tcase_add_test(t, splits);
    tcase_add_test(t, parts_that_share_rows_get_a_warning);
    tcase_add_test(t, transforms_rebind_or_name);
    tcase_add_test(t, terms_and_metrics);
    tcase_add_test(t, what_rewrites_gradients_comes_first);
    tcase_add_test(t, schedules_drive_any_live_parameter);
    tcase_add_test(t, groups_of_weights);
    tcase_add_test(t, train_and_its_defaults);
    tcase_add_test(t, a_model_with_weights_by_hand_needs_no_training);
    tcase_add_test(t, the_resolved_file_reads_as_itself);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
