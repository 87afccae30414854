/* SPDX-License-Identifier: MIT */
/* What reading a file lets pass means the same in the run: rows of splits, words for
 * weights, names of figures. */
#include <config.h>
#include "support/nnt.h"

#include <string.h>

#include "run/feed.h"
#include "support/net.h"

#define TEN          "data:\n  source: {random: {shape: [4], n: 10}}\n"
#define TEN_AND_FIVE "data:\n  source: {glyphs: {n: 10, test: 5, size: 12}}\n"
#define TRAIN        "optim: {sgd: {lr: 0.1}}\ntrain: {epochs: 1, batch: 4}\n"

static const struct {
    const char *data, *rest;
} sources[] = {
    { TEN, "model: [{dense: 1}]\nloss: mse\n" TRAIN },
    { TEN_AND_FIVE, "  map: [scale]\nmodel: [flatten, {dense: 10}]\nloss: xent\n" TRAIN },
};
static const char *const splits[] = {
    "null",
    "{train: all}",
    "{train: 0..6, val: 7..9}",
    "{train: 3..3, val: 0..0}",
    "{train: 0%..80%, val: 80%..100%}",
    "{train: 0%..33%, val: 33%..67%, test: 67%..100%}",
    "{train: 0%..12.5%, val: 12.5%..100%}",
    "{train: 50%..9, val: 0..50%}",
    "{train: 0..25%, test: 25%..9}",
    "{train: 70%, val: 15%, test: 15%}",
    "{train: 70%, val: 15%, test: 15%, by: rows}",
    "{val: 33%, stratify: false, seed: 9}",
    "{train: [0..2, 8..9, 4..5], val: 3..3}",
    "{folds: 3, fold: 1}",
    "{folds: 4, fold: 3, val: 20%}",
    "{train: 0%..90%, val: 90%..100%, test: official}",
    "{train: all, test: official}",
    "{test: official}",
    "{train: 0..14}",
    "{train: 12..14, val: 0%..100%}",
    "{val: 9..50%}",
    "{val: 0%..4%}",
};
enum { SPLITS = sizeof splits / sizeof *splits };

/* Refused by reading, or the very rows that reading told. */
START_TEST(a_split_has_the_rows_that_reading_said)
{
    struct arena a = { 0 };
    const char  *yaml = arena_printf(&a, "%s  split: %s\n%s", sources[_i / SPLITS].data,
                                     splits[_i % SPLITS], sources[_i / SPLITS].rest);
    struct net  *n;

    if ((_i < SPLITS && _i % SPLITS >= 15) || _i % SPLITS >= 20) {
        ck_assert_ptr_nonnull(strstr(net_refusal(yaml), "split."));
        arena_close(&a);
        return;
    }
    n = net_open(yaml, 1);
    for (int k = 0; k < N_SPLITS; k++) {
        const struct part_rows *said = &n->spec->data.rows[k];

        ck_assert_int_eq(feed_rows(n->session, (enum split)k), said->n);
        if (said->range)
            ck_assert_int_eq(feed_rows_row(n->session, (enum split)k, 0),
                             said->range[0].first);
    }
    ck_assert_int_gt(feed_rows(n->session, SPLIT_TRAIN), 0);
    net_close(n);
    arena_close(&a);
}
END_TEST

#define WEIGHTS                                                                          \
    "data: {source: {random: {shape: [4], n: 8}}}\n"                                     \
    "blocks: {pair: {layers: [{dense: 3, as: in}, {dense: 3}]}}\n"                       \
    "model: [{dense: 3, as: enc1}, {dense: 3, as: enc2}, {pair: , as: two}, "            \
    "{dense: 1}]\n"                                                                      \
    "train: {epochs: 1, batch: 4}\n"

/* Words, and how many weights they are of enc1, enc2, two/in, two/dense1, dense1, two
 * each. */
static const struct {
    const char *of;
    size_t      n;
} words[] = {
    { "weights", 5 },       { "biases", 5 },       { "all", 10 },
    { "enc1.weight", 1 },   { "enc1.bias", 1 },    { "'enc*'", 4 },
    { "'enc*.weight'", 2 }, { "'*.weight'", 5 },   { "'*.bias'", 5 },
    { "'d*1'", 2 },         { "'d*1.weight'", 1 }, { "'*1'", 6 },
    { "'*1.weight'", 3 },   { "two.weight", 2 },   { "two/in.weight", 1 },
    { "'two/*'", 4 },       { "'*/in.*'", 2 },     { "'*.*'", 10 },
    { "'e*c*.w*'", 2 },
};

/* In optim.groups and in `of` of a penalty. */
START_TEST(words_mean_the_same_weights_everywhere)
{
    struct arena a = { 0 };
    struct net  *n = net_plan(
         arena_printf(&a,
                      WEIGHTS "loss: [mse, {l2: {of: %s}}]\noptim: {sgd: {lr: 0.1}, "
                               "groups: [{of: %s, lr: 3}]}\n",
                      words[_i].of, words[_i].of));
    const struct graph *g = n->session->graph;
    size_t              changed = 0;

    for (size_t k = 0; k < g->n_params; k++)
        changed += g->params[k].lr > 1;
    ck_assert_uint_eq(changed, words[_i].n);
    ck_assert_uint_eq(g->n_penalties, words[_i].n);
    for (size_t k = 0; k < g->n_penalties; k++)
        ck_assert(g->params[g->penalties[k].param].lr > 1);
    net_close(n);
    arena_close(&a);
}
END_TEST

/* Words, and which weights they mean: that of a has three names. */
static const struct {
    const char *of, *means;
} shared[] = {
    { "a.weight", "a.weight " },
    { "again.weight", "a.weight " },
    { "turned.weight", "a.weight " },
    { "'again.*'", "a.weight a.bias " },
    { "'turned.*'", "a.weight turned.bias " },
    { "turned.bias", "turned.bias " },
    { "weights", "a.weight last.weight " },
    { "'*.weight'", "a.weight last.weight " },
    { "[a.weight, again.weight, turned.bias]", "a.weight turned.bias " },
};

/* As in PyTorch, where the tensor is the same whatever it is called. */
START_TEST(a_shared_weight_has_the_names_of_all_that_share_it)
{
    struct arena a = { 0 };
    struct net  *n =
        net_plan(arena_printf(&a,
                              "data: {source: {random: {shape: [4], n: 8}}}\n"
                              "model: [{dense: 4, as: a}, {use: a, as: again},\n"
                              "  {dense: 4, as: turned, share: {weight: a.weight.T}},\n"
                              "  {dense: 1, as: last}]\ntrain: {epochs: 1, batch: 4}\n"
                              "loss: [mse, {l2: {of: %s}}]\noptim: {sgd: {lr: 0.1}, "
                              "groups: [{of: %s, lr: 3, freeze: true}]}\n",
                              shared[_i].of, shared[_i].of));
    const struct graph *g = n->session->graph;
    const char         *treated = "", *penalized = "";

    for (size_t k = 0; k < g->n_params; k++)
        if (g->params[k].lr == 3 && g->params[k].frozen)
            treated = arena_printf(&a, "%s%s ", treated, g->params[k].name);
    for (size_t k = 0; k < g->n_penalties; k++)
        penalized =
            arena_printf(&a, "%s%s ", penalized, g->params[g->penalties[k].param].name);
    ck_assert_str_eq(treated, shared[_i].means);
    ck_assert_str_eq(penalized, shared[_i].means);
    net_close(n);
    arena_close(&a);
}
END_TEST

static const char *const figures[] = {
    "loss",    "mae",     "err",       "train.loss", "val.loss",
    "val.mae", "val.err", "test.loss", "test.err",
};

/* A name that reading lets pass is a figure that the run has. */
START_TEST(figures_are_there_for_every_condition)
{
    struct arena a = { 0 };
    const char  *f = figures[_i];
    struct net  *n = net_open(
         arena_printf(&a,
                      "data: {source: {random: {shape: [4], n: 12}},\n"
                       "  split: {train: 0..5, val: 6..8, test: 9..11}}\n"
                       "model: [{dense: 1}]\nloss: mse\noptim: {sgd: {lr: 0.001}}\n"
                       "metrics: [mae, {mae: , as: err}]\n"
                       "train: {epochs: 2, batch: 4, stop: {when: %s < -1, on_best: %s},\n"
                       "  keep: {best: %s}, retry: {times: 1, unless: %s > -1}}\n",
                      f, f, f, f),
         1);

    ck_assert_int_eq(net_try_train(n), 0);
    ck_assert_int_eq(n->trainer.outcome.attempts, 1);
    net_close(n);
    arena_close(&a);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("promises");
    TCase *t = tcase_create("promises");

    tcase_add_loop_test(t, a_split_has_the_rows_that_reading_said, 0, 2 * SPLITS);
    tcase_add_loop_test(t, words_mean_the_same_weights_everywhere, 0,
                        sizeof words / sizeof *words);
    tcase_add_loop_test(t, a_shared_weight_has_the_names_of_all_that_share_it, 0,
                        sizeof shared / sizeof *shared);
    tcase_add_loop_test(t, figures_are_there_for_every_condition, 0,
                        sizeof figures / sizeof *figures);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
