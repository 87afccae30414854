/* SPDX-License-Identifier: MIT */
/* The gradient of whole nets against central differences: fan-out, shared and transposed
 * weights, several losses, penalties on streams, things left out in training or
 * evaluation. */
#include <config.h>
#include "support/net.h"
#include "support/nnt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DATA                                                                             \
    "data:\n  source:\n    table:\n      columns: {x: [a, b, c], y: [t]}\n"              \
    "      rows: [[0.1, -0.4, 0.7, 0], [0.9, 0.3, -0.2, 1], [-0.6, 0.5, 0.8, 1], "       \
    "[0.2, 0.2, 0.9, 0]]\n"
#define TRAIN "optim: {sgd: {lr: 0.1}}\ntrain: {epochs: 1, batch: 4}\n"

static const char *const nets[] = {
    DATA "model:\n  - dense: 5\n  - tanh\n  - dense: 1\nloss: bce\n" TRAIN,
    /* one stream read by three items, twice by one of them */
    DATA "model:\n  - dense: 4\n    as: a\n  - tanh:\n    as: b\n  - multiply:\n"
         "    from: [a, a]\n    as: c\n  - add:\n    from: [a, b, c]\n  - dense: 1\n"
         "loss: bce\n" TRAIN,
    /* the same weights twice, and once more transposed */
    DATA
    "model:\n  - dense: 3\n    as: e\n  - tanh\n  - use: e\n  - tanh\n"
    "  - dense: {units: 3, bias: false}\n    share: {weight: e.weight.T}\n  - dense: 1\n"
    "loss: bce\n" TRAIN,
    /* two losses with weights, and a penalty on a stream */
    DATA "model:\n  - dense: 4\n  - sigmoid:\n    as: code\n  - dense: 3\n    as: back\n"
         "  - dense: 1\n    from: code\n    as: out\nloss:\n  - bce: {of: out, to: y}\n"
         "  - mse: {of: back, to: x}\n    weight: 0.3\n  - l2: {of: code}\n"
         "    weight: 0.2\n" TRAIN,
    /* a penalty on a stream that nothing else reads */
    DATA "model:\n  - dense: 4\n    as: a\n  - tanh:\n    as: dead\n  - dense: 1\n"
         "    from: a\nloss:\n  - bce: {of: dense1, to: y}\n  - l2: {of: dead}\n" TRAIN,
    /* images: a loss on the hole alone, another on all of it, penalties on the code */
    "data:\n  source: {random: {shape: [2, 4, 4], n: 4}}\n  map:\n"
    "    - mask.box: {size: 2, train: centre}\n      from: x\n      as: [hidden, mask]\n"
    "model:\n  - conv: 3\n    from: hidden\n  - sigmoid:\n    as: code\n"
    "  - conv: 2\n    as: paint\n  - blend:\n"
    "    from: {keep: hidden, paint: paint, mask: mask}\n    as: out\nloss:\n"
    "  - mse: {of: out, to: x, where: mask}\n    weight: 2\n"
    "  - huber: {of: paint, to: x}\n    weight: 0.3\n"
    "  - kl_sparse: {of: code, rho: 0.2}\n    weight: 0.1\n"
    "  - l1: {of: code}\n    weight: 0.5\n" TRAIN,
};

static double loss_with(struct net *n, size_t i, float w)
{
    float old = n->session->memory.weights.w[i];

    n->session->memory.weights.w[i] = w;
    weights_mirror(&n->session->memory.weights, n->session->graph);
    double loss = net_step(n);
    n->session->memory.weights.w[i] = old;
    weights_mirror(&n->session->memory.weights, n->session->graph);
    return loss;
}

START_TEST(gradient_agrees_with_differences)
{
    struct net *n = net_open(nets[_i], 2);
    size_t      trained = n->session->memory.weights.n_trained;
    float      *g = calloc(trained, sizeof *g);
    int         moving = 0;

    net_step(n);
    memcpy(g, n->session->memory.weights.g, trained * sizeof *g);
    for (size_t i = 0; i < trained; i++) {
        const float  h = 1e-2f, w = n->session->memory.weights.w[i];
        const double slope =
            (loss_with(n, i, w + h) - loss_with(n, i, w - h)) / (2 * 1e-2);
        ck_assert_msg(fabs(slope - (double)g[i]) < 2e-4,
                      "weight %zu: backward says %g, "
                      "differences say %g",
                      i, (double)g[i], slope);
        moving += fabs(slope) > 1e-3;
    }
    ck_assert_int_gt(moving, 5);
    free(g);
    net_close(n);
}
END_TEST

/* Each layer that says when it is ready, with an activation behind it; some of their
 * streams are read twice. */
static const char *const joined[] = {
    DATA
    "model:\n  - dense: 17\n  - elu\n  - dense: {units: 40, bias: false}\n    as: a\n"
    "  - silu:\n    as: b\n  - dense: 9\n    from: a\n  - gelu\n  - concat:\n"
    "    from: [prev, b]\n  - dense: 6\n  - batchnorm\n  - sigmoid\n  - dense: 1\n"
    "loss: bce\n" TRAIN,
    "data:\n  source: {random: {shape: [2, 7, 7], classes: 3, n: 4}}\n"
    "model:\n  - conv: {out: 5, stride: 2}\n  - relu\n  - conv: {out: 4, groups: 1}\n"
    "  - batchnorm\n  - leaky_relu\n  - conv_transpose: {out: 3, k: 3, stride: 2}\n"
    "  - softplus\n  - conv: 64\n  - tanh\n  - conv: 64\n  - relu\n  - dense: 3\n"
    "loss: xent\n" TRAIN,
};

static int look_on(const struct session *s, const struct graph_node *n, struct diag *d)
{
    (void)s;
    (void)n;
    (void)d;
    return 0;
}

/* What is set at once, and what an update begins with zeros for, comes to the same. */
START_TEST(gradients_need_not_be_cleared)
{
    struct net     *plain = net_open(nets[_i], 1), *other = net_open(nets[_i], 1);
    struct weights *w = &other->session->memory.weights;

    net_step(plain);
    for (size_t i = 0; i < w->n_gradient; i++)
        w->g[i] = 7;
    net_walk(other, &(struct walk){ .what = PLAN_TRAIN, .fresh = true });
    for (size_t i = 0; i < other->session->graph->n_params; i++)
        for (size_t k = 0; k < decl_elements(other->session->graph->params[i].decl); k++)
            ck_assert(plain->session->memory.weights.g[w->offset[i] + k] ==
                      w->g[w->offset[i] + k]);
    net_close(plain);
    net_close(other);
}
END_TEST

static int count_joined(const struct plan *p)
{
    int n = 0;

    for (size_t i = 0; i < p->n_steps; i++)
        n += p->steps[i].then >= 0;
    return n;
}

/* _i / 4: which net; then one thread, three, each node on its own by being watched, and
 * by being guarded. */
START_TEST(joined_steps_change_no_bit)
{
    struct net *plain = net_open(joined[_i / 4], 1);
    struct net *other = net_open(joined[_i / 4], _i % 4 == 1 ? 3 : 1);

    struct walk apart = { .what = PLAN_TRAIN, .watch = _i % 4 == 2 ? look_on : NULL };

    other->session->services.guard = _i % 4 == 3;
    ck_assert(net_step(plain) == net_walk(other, &apart));
    ck_assert_mem_eq(plain->session->memory.weights.g, other->session->memory.weights.g,
                     plain->session->memory.weights.n_gradient * sizeof(float));
    ck_assert_int_eq(count_joined(plain->session->plans[PLAN_TRAIN]), _i < 4 ? 6 : 10);
    net_close(plain);
    net_close(other);
}
END_TEST

START_TEST(two_micro_batches_are_one_batch)
{
#define MODEL                                                                            \
    "model:\n  - dense: 5\n  - tanh\n  - dense: 1\nloss: bce\noptim: {sgd: {lr: 0.1}}\n"
    struct net *whole =
        net_open(DATA MODEL "train: {epochs: 3, batch: 4, shuffle: false}\n", 1);
    struct net *halves = net_open(
        DATA MODEL "train: {epochs: 3, batch: 2, accumulate: 2, shuffle: false}\n", 1);

    net_train(whole);
    net_train(halves);
    ck_assert_uint_eq(halves->session->pace.update, 3);
    for (size_t i = 0; i < whole->session->memory.weights.n_trained; i++)
        ck_assert_double_eq_tol((double)whole->session->memory.weights.w[i],
                                (double)halves->session->memory.weights.w[i], 1e-6);
    net_close(whole);
    net_close(halves);
}
END_TEST

/* The batches of one update leave out other units, a batch that is gone through again the
 * same ones. */
START_TEST(each_batch_of_an_update_draws_anew)
{
    struct net *n =
        net_open(DATA "model:\n  - dense: 40\n  - dropout: 0.5\n  - dense: 1\n"
                      "loss: bce\n" TRAIN,
                 1);
    double loss[3];

    for (int i = 0; i < 3; i++) {
        n->session->batch.part = i == 1;
        loss[i] = net_step(n);
    }
    ck_assert_double_ne(loss[0], loss[1]);
    ck_assert_double_eq(loss[0], loss[2]);
    net_close(n);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("step");
    TCase *t = tcase_create("run");

    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, COUNT(nets));
    tcase_add_loop_test(t, gradients_need_not_be_cleared, 0, COUNT(nets));
    tcase_add_loop_test(t, joined_steps_change_no_bit, 0, 4 * COUNT(joined));
    tcase_add_test(t, two_micro_batches_are_one_batch);
    tcase_add_test(t, each_batch_of_an_update_draws_anew);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
