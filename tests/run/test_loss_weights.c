/* SPDX-License-Identifier: MIT */
/* The expected means are sum w L / sum w as PyTorch's CrossEntropyLoss(weight) and
 * scikit-learn's log_loss(sample_weight) have it, worked out from logits by hand. */
#include <config.h>
#include "support/nnt.h"

#include <math.h>
#include <string.h>

#include "run/loss_weights.h"
#include "support/net.h"
#include "train/evaluate.h"

/* Logits 0 and x: L = log(1 + e^x) for class 0, log(1 + e^-x) for class 1. */
#define TABLE(y)                                                                         \
    "data:\n  source: {table: {columns: {x: [a], y: [" y                                 \
    "], w: [w]}, rows: [[1, 0, 2], "                                                     \
    "[2, 1, 1], [-1, 0, 0.5], [3, 1, 4], [0.5, 0, 1]]}}\n"
#define XENT                                                                             \
    "  map: [{one_hot: {classes: 2}, from: y}]\n"                                        \
    "model: [{dense: {units: 2, bias: false}, as: d}]\n"
#define BCE   "model: [{dense: {units: 1, bias: false}, as: d}]\n"
#define TRAIN "optim: {sgd: {lr: 0.1}}\ntrain: {epochs: 1, batch: %d, shuffle: false}\n"

static const double x[] = { 1, 2, -1, 3, 0.5 }, y[] = { 0, 1, 0, 1, 0 },
                    sample[] = { 2, 1, 0.5, 4, 1 };

static const struct {
    const char *model, *loss;
    double class[2];
    int rows; /* sample_weight counts */
} cases[] = {
    { XENT, "xent: , class_weight: [1, 3]", { 1, 3 }, 0 },
    { XENT, "xent: , class_weight: {1: 3}", { 1, 3 }, 0 },
    { XENT, "xent: , class_weight: balanced", { 5.0 / 6, 5.0 / 4 }, 0 },
    { XENT, "xent: , sample_weight: w", { 1, 1 }, 1 },
    { XENT, "xent: , sample_weight: w, class_weight: [2, 0.5]", { 2, 0.5 }, 1 },
    { BCE, "bce: , class_weight: {0: 0, 1: 3}", { 0, 3 }, 0 },
    { BCE, "bce: , class_weight: balanced, sample_weight: w", { 5.0 / 6, 5.0 / 4 }, 1 },
    { BCE, "mse: , sample_weight: w", { 1, 1 }, 1 },
};

static struct net *open_case(int i, int batch)
{
    struct arena a = { 0 };
    const char  *train = arena_printf(&a, TRAIN, batch);
    struct net  *n = net_open(arena_printf(&a, "%s%sloss: {%s}\n%s", TABLE("b"),
                                           cases[i].model, cases[i].loss, train),
                              1);

    arena_close(&a);
    return n;
}

/* The difference of the logits is `slope` times x; of mse the prediction is. */
static double value_of(const char *loss, double slope, int i)
{
    double z = slope * x[i];

    if (strstr(loss, "mse"))
        return (z - y[i]) * (z - y[i]);
    return log1p(exp(y[i] > 0 ? -z : z));
}

static double expected(int c, double slope)
{
    double sum = 0, weights = 0;

    for (int i = 0; i < 5; i++) {
        double w = cases[c].class[(int)y[i]] * (cases[c].rows ? sample[i] : 1);
        sum += w * value_of(cases[c].loss, slope, i);
        weights += w;
    }
    return sum / weights;
}

static float *weights_of(struct net *n)
{
    return n->session->memory.weights.w;
}

static double slope_of(struct net *n)
{
    const float *w = weights_of(n);

    return n->session->graph->params[0].decl->shape[0] > 1 ? (double)(w[1] - w[0])
                                                           : (double)w[0];
}

static const int batches[] = { 5, 2, 1 };

/* Of all rows, however many a batch has. */
START_TEST(the_mean_is_weighted)
{
    int            c = _i / 3;
    struct net    *n = open_case(c, batches[_i % 3]);
    struct figures f = { 0 };

    ck_assert_int_eq(evaluate_split(n->session, SPLIT_TRAIN, &f, &n->diag), 0);
    nnt_expect_number(figures_value(&f, "train.loss"), expected(c, slope_of(n)), 1e-6);
    figures_close(&f);
    net_close(n);
}
END_TEST

/* By differences of the formula, not of the program. */
START_TEST(gradients_are_those_of_the_mean)
{
    struct net *n = open_case(_i, 5);
    double      h = 1e-5, slope = slope_of(n);
    double      want = (expected(_i, slope + h) - expected(_i, slope - h)) / (2 * h);

    nnt_expect_number(net_step(n), expected(_i, slope), 1e-6);
    const float *g = n->session->memory.weights.g;
    bool         two = n->session->graph->params[0].decl->shape[0] > 1;
    nnt_expect_number((double)g[two ? 1 : 0], want, 1e-5);
    if (two)
        nnt_expect_number((double)g[0], -want, 1e-5);
    net_close(n);
}
END_TEST

/* What balanced came to stands in the pipeline of the run. */
START_TEST(the_record_has_numbers)
{
    struct net         *n = open_case(2, 5);
    struct strbuf       out = { 0 };
    struct class_weight w = *n->spec->loss.v[0].class_weight;

    tree_print_json(w.resolved, &out);
    ck_assert_str_eq(strbuf_text(&out), "[0.8333333333333334, 1.25]");
    strbuf_close(&out);
    net_close(n);
}
END_TEST

static const struct {
    const char *model, *loss, *text;
} refused[] = {
    { BCE, "bce: , class_weight: [1]", "class_weight: 1 numbers for 2 classes" },
    { BCE, "bce: , class_weight: {2: 1}",
      "class_weight: there is no class '2' among 0..1" },
    { BCE, "bce: , class_weight: even",
      "class_weight: 'even' is no weight of classes; balanced, [1, 2.5] and {1: 2.5} "
      "are" },
    { BCE, "bce: , class_weight: [1, -2]",
      "class_weight: a number from 0 on is needed for each class" },
    { BCE, "bce: , sample_weight: d",
      "sample_weight: 'd' comes from the model, a stream of the data is needed" },
    { BCE, "bce: , weight: w",
      "weight: a factor on the whole term is needed; `sample_weight: w` weighs its "
      "rows" },
    { BCE, "bce: , sample_weight: ww", "no stream of the data is called 'ww'; 'w' is" },
    { BCE, "mse: , to: d, class_weight: balanced",
      "class_weight: the target, d, is no stream of the data: it has no classes" },
};

START_TEST(what_is_no_weight_is_refused)
{
    struct arena a = { 0 };
    const char  *train = arena_printf(&a, TRAIN, 5);
    const char  *text =
        net_refusal(arena_printf(&a, "%s%sloss: {%s}\n%s", TABLE("b"), refused[_i].model,
                                 refused[_i].loss, train));

    ck_assert_msg(strstr(text, refused[_i].text), "%s", text);
    arena_close(&a);
}
END_TEST

static const struct {
    const char *loss, *text;
} wrong[] = {
    { "mse: , to: w, class_weight: [1, 2]",
      "mse: class_weight: row 0 of the batch has no class of 0..1" },
    { "mse: , sample_weight: x",
      "mse: row 2 of the batch has weight -1; a number from 0 on is needed" },
};

START_TEST(what_is_no_weight_ends_the_training)
{
    struct arena a = { 0 };
    const char  *train = arena_printf(&a, TRAIN, 5);
    struct net  *n = net_open(
         arena_printf(&a, "%s%sloss: {%s}\n%s", TABLE("b"), BCE, wrong[_i].loss, train),
         1);

    ck_assert_int_eq(net_try_train(n), -1);
    ck_assert_str_eq(n->diag.entries[n->diag.n - 1].text, wrong[_i].text);
    net_close(n);
    arena_close(&a);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("loss_weights");
    TCase *t = tcase_create("run");

    tcase_add_loop_test(t, the_mean_is_weighted, 0, 3 * COUNT(cases));
    tcase_add_loop_test(t, gradients_are_those_of_the_mean, 0, COUNT(cases));
    tcase_add_test(t, the_record_has_numbers);
    tcase_add_loop_test(t, what_is_no_weight_is_refused, 0, COUNT(refused));
    tcase_add_loop_test(t, what_is_no_weight_ends_the_training, 0, COUNT(wrong));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
