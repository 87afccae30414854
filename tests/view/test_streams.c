/* SPDX-License-Identifier: MIT */
/* Streams of any rows, and the gradient of a stream with
 * respect to the model's input against central differences, through layers that work
 * otherwise in training. */
#include <config.h>
#include "support/net.h"
#include "support/nnt.h"

#include <math.h>
#include <string.h>

#include "view/streams.h"

#define ROWS                                                                             \
    "data:\n  source:\n    table:\n      columns: {x: [a, b, c], y: [t]}\n"              \
    "      rows: [[0.1, -0.4, 0.7, 0], [0.9, 0.3, -0.2, 1], [-0.6, 0.5, 0.8, 1], "       \
    "[0.2, 0.2, 0.9, 0]]\n"
#define DATA ROWS "  map:\n    - standardize\n"
#define TRAIN                                                                            \
    "loss: bce\noptim: {sgd: {lr: 0.1}}\ntrain: {epochs: 3, batch: 4}\nreport: "         \
    "[curves]\n"

static const struct {
    const char *yaml, *of;
} nets[] = {
    { DATA "model:\n  - dense: 5\n  - tanh:\n    as: h\n  - dense: 1\n" TRAIN, "h" },
    { DATA
      "model:\n  - dense: 5\n  - tanh:\n    as: h\n  - dense: 1\n    as: out\n" TRAIN,
      "out" },
    /* batch statistics, masks and noise are for training only */
    { DATA
      "model:\n  - dense: 6\n  - batchnorm\n  - tanh\n  - dropout: 0.5\n"
      "  - gaussian_noise: 1\n  - dense: 4\n  - noisy_relu:\n    as: h\n  - dense: 1\n"
      "    from: h\n" TRAIN,
      "h" },
    /* a kernel, pooling, and the input read twice */
    { DATA "model:\n  - reshape: [1, 1, 3]\n  - upsample: 2\n  - conv: {out: 4, k: 2}\n  "
           "- sigmoid\n"
           "  - maxpool: 2\n  - flatten:\n    as: h\n  - concat:\n    from: [h, x]\n"
           "    as: both\n  - dense: 1\n" TRAIN,
      "both" },
};

/* The sum of factors times the stream's elements, of one row. */
static double weighed(struct net *n, struct slope *w, size_t wide)
{
    float  y[16], dx[16];
    double sum = 0;

    w->y = y;
    w->dx = dx;
    ck_assert_int_eq(streams_gradient(n->session, w, &n->diag), 0);
    for (size_t k = 0; k < wide; k++)
        sum += (double)w->factors[k] * (double)y[k];
    return sum;
}

START_TEST(gradient_agrees_with_differences)
{
    struct net *n = net_open(nets[_i].yaml, 2);
    float       x[18], f[6 * 16], dx[18], y[6 * 16];
    int         moving = 0;

    net_train(n);
    int of = streams_number(n->session, nets[_i].of);
    ck_assert_int_ge(of, 0);
    size_t wide = nnp_row(graph_tensor(n->session->graph, of));
    ck_assert_uint_le(wide, 16);
    for (size_t i = 0; i < 18; i++)
        x[i] = (float)sin(1.7 * (double)i + 0.3);
    for (size_t i = 0; i < 6 * wide; i++)
        f[i] = (float)cos(2.3 * (double)i);
    struct slope all = { of, 6, x, f, dx, y }; /* six rows: a batch and half of one */
    ck_assert_int_eq(streams_gradient(n->session, &all, &n->diag), 0);
    for (size_t i = 0; i < 18; i++) {
        const float  h = 1e-2f;
        float        row[3];
        struct slope one = { of, 1, row, f + i / 3 * wide, NULL, NULL };
        memcpy(row, x + i / 3 * 3, sizeof row);
        row[i % 3] += h;
        double up = weighed(n, &one, wide);
        row[i % 3] -= 2 * h;
        double slope = (up - weighed(n, &one, wide)) / (2 * (double)h);
        ck_assert_msg(fabs(slope - (double)dx[i]) < 2e-3,
                      "element %zu: backward says %g, differences say %g", i,
                      (double)dx[i], slope);
        moving += fabs(slope) > 1e-2;
    }
    ck_assert_int_gt(moving, 8);
    net_close(n);
}
END_TEST

START_TEST(streams_are_of_the_rows_asked_for)
{
    struct net    *n = net_open(nets[0].yaml, 1);
    struct streams w;

    net_train(n);
    streams_open(&w, n->session);
    ck_assert_ptr_null(streams_find(&w, "h"));
    ck_assert_int_eq(streams_of_split(&w, SPLIT_TRAIN, 1, 3, &n->diag), 0);
    ck_assert_int_eq(streams_find(&w, "h")->shape[0], 3);
    ck_assert_int_eq(streams_find(&w, "h")->shape[1], 5);
    nnt_expect(streams_find(&w, "target"), V(1, 1, 0));
    ck_assert_ptr_null(streams_find(&w, "nothing"));
    streams_close(&w);
    net_close(n);
}
END_TEST

/* A transform for training leaves its last batch behind, which nobody asked for. */
START_TEST(streams_are_as_in_evaluation)
{
    struct net    *n = net_open(ROWS "  map:\n    - noise.gauss: 1\n      when: train\n"
                                        "model:\n  - dense: 1\n" TRAIN,
                                1);
    struct streams w;

    net_train(n);
    streams_open(&w, n->session);
    ck_assert_int_eq(streams_of_split(&w, SPLIT_TRAIN, 1, 1, &n->diag), 0);
    nnt_expect(streams_find(&w, "x"), V(0.9, 0.3, -0.2));
    nnt_expect(streams_find(&w, "input"), V(0.9, 0.3, -0.2));
    streams_close(&w);
    net_close(n);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("streams");
    TCase *t = tcase_create("streams");

    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, COUNT(nets));
    tcase_add_test(t, streams_are_of_the_rows_asked_for);
    tcase_add_test(t, streams_are_as_in_evaluation);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
