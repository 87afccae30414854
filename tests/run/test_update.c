/* SPDX-License-Identifier: MIT */
/* One weight, one row: w x = 2 * 1 is to be 0, so the loss is 4 and its gradient 2 w = 4.
 * What an update makes of that is arithmetic. */
#include <config.h>
#include "support/net.h"
#include "support/nnt.h"

#include <stdio.h>

#include "language/params.h"
#include "run/update.h"

#define NET                                                                              \
    "data:\n  source: {table: {columns: {x: [a], y: [b]}, rows: [[1, 0]]}}\n"            \
    "model:\n  - dense: {units: 1, bias: false}\n    as: d\n    init: {constant: 2}\n"

static struct net *trained(const char *rest)
{
    char text[1024];

    snprintf(text, sizeof text, NET "%s", rest);
    struct net *n = net_open(text, 1);
    net_train(n);
    return n;
}

static const struct {
    const char *what, *rest;
    double      w;
} updates[] = {
    { "a step down the gradient",
      "loss: mse\noptim: {sgd: {lr: 0.1}}\ntrain: {steps: 1, batch: 1}\n", 2 - 0.1 * 4 },
    { "the gradient of a penalty on weights is added, 2 * 0.5 * w",
      "loss:\n  - mse\n  - l2:\n    weight: 0.5\noptim: {sgd: {lr: 0.1}}\n"
      "train: {steps: 1, batch: 1}\n",
      2 - 0.1 * (4 + 2) },
    { "what prepares the gradient comes first, also where it stands last",
      "loss: mse\noptim: {sgd: {lr: 0.1}, clip: 1}\ntrain: {steps: 1, batch: 1}\n",
      2 - 0.1 * 1 },
    { "a projection comes last",
      "loss:\n  - mse\n  - max_norm: 1\noptim: {sgd: {lr: 0.1}}\ntrain: {steps: 1, "
      "batch: 1}\n",
      1 },
    { "a group has a factor on the rate",
      "loss: mse\noptim: {sgd: {lr: 0.1}, groups: [{of: d, lr: 0.5}]}\n"
      "train: {steps: 1, batch: 1}\n",
      2 - 0.05 * 4 },
    { "the item's factor and the group's both count",
      "    lr: 2\nloss: mse\noptim: {sgd: {lr: 0.1}, groups: [{of: d, lr: 0.5}]}\n"
      "train: {steps: 1, batch: 1}\n",
      2 - 0.1 * 4 },
    { "a schedule sets the rate before the update, from the rate of the file",
      "loss: mse\noptim: {sgd: {lr: 0.1}, schedule: {linear: {to: 0}}}\n"
      "train: {steps: 2, batch: 1}\n",
      (2 - 0.1 * 4) - 0.05 * 2 * (2 - 0.1 * 4) },
};

START_TEST(the_weight_after)
{
    struct net *n = trained(updates[_i].rest);

    ck_assert_msg(fabs((double)n->session->memory.weights.w[0] - updates[_i].w) < 1e-6,
                  "%s: %.9g, not %.9g", updates[_i].what,
                  (double)n->session->memory.weights.w[0], updates[_i].w);
    net_close(n);
}
END_TEST

/* Schedules drive what the run has of a parameter, not what the file says: another
 * training of the same file begins with the rate of the file. */
START_TEST(a_schedule_leaves_the_file_as_it_was_read)
{
    struct net *n =
        trained("loss: mse\noptim: {sgd: {lr: 0.1}, schedule: {linear: {to: 0}}}\n"
                "train: {steps: 4, batch: 1}\n");
    const struct item *sgd = &n->spec->optim.chain.v[0];
    double             lr = 0;

    ck_assert_int_eq(params_get(sgd->type->desc, sgd->self, "lr", &lr), 0);
    ck_assert_double_eq(lr, 0.1);
    ck_assert_double_lt(update_rate(n->session), 0.03);
    net_close(n);
}
END_TEST

START_TEST(frozen_weights_stay)
{
    char text[1024];

    snprintf(
        text, sizeof text,
        NET
        "    freeze: true\n  - dense: {units: 1, bias: false}\n    init: {constant: 1}\n"
        "loss: mse\noptim: {sgd: {lr: 0.1}}\ntrain: {steps: 3, batch: 1}\n");
    struct net *n = net_open(text, 1);
    net_train(n);
    const struct graph *g = n->session->graph;
    for (size_t k = 0; k < g->n_params; k++) {
        float w = n->session->memory.weights.w[n->session->memory.weights.offset[k]];
        if (g->params[k].frozen)
            ck_assert(w == 2);
        else
            ck_assert(w < 1);
    }
    net_close(n);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("update");
    TCase *t = tcase_create("one weight");

    tcase_add_loop_test(t, the_weight_after, 0, sizeof updates / sizeof *updates);
    tcase_add_test(t, a_schedule_leaves_the_file_as_it_was_read);
    tcase_add_test(t, frozen_weights_stay);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
