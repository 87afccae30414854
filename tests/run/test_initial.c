/* SPDX-License-Identifier: MIT */
/* What weights start from: what the plugin declares, or what the file says. */
#include <config.h>
#include "support/net.h"
#include "support/nnt.h"

#include <string.h>

#define DATA                                                                             \
    "data:\n  source:\n    table:\n      columns: {x: [a, b, c], y: [t]}\n"              \
    "      rows: [[0.1, -0.4, 0.7, 0], [0.9, 0.3, -0.2, 1]]\n"
#define REST                                                                             \
    "  - dense: 1\nloss: bce\noptim: {sgd: {lr: 0.1}}\ntrain: {epochs: 1, batch: 2}\n"

static void expect_all(struct net *n, const char *name, float value)
{
    const struct graph *g = n->session->graph;

    for (size_t i = 0; i < g->n_params; i++) {
        if (strcmp(g->params[i].name, name) != 0)
            continue;
        const float *w =
            n->session->memory.weights.w + n->session->memory.weights.offset[i];
        for (int64_t k = 0; k < g->params[i].tensor.shape[0]; k++)
            nnt_expect_number((double)w[k], (double)value, 0);
        return;
    }
    ck_abort_msg("there is no weight %s", name);
}

START_TEST(a_plugin_declares_an_initializer_with_its_value)
{
    struct net *n =
        net_open(DATA "model:\n  - dense: 5\n    as: a\n  - prelu:\n    as: p\n" REST, 1);

    expect_all(n, "p.slope", 0.25f);
    expect_all(n, "a.bias", 0);
    net_close(n);
}
END_TEST

START_TEST(the_file_has_the_last_word)
{
    struct net *n =
        net_open(DATA "model:\n  - dense: 5\n    as: a\n    init: {bias: {constant: 3}}\n"
                      "  - prelu:\n    as: p\n    init: {slope: {constant: -1}}\n" REST,
                 1);

    expect_all(n, "p.slope", -1);
    expect_all(n, "a.bias", 3);
    net_close(n);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("initial values");
    TCase *t = tcase_create("run");

    tcase_add_test(t, a_plugin_declares_an_initializer_with_its_value);
    tcase_add_test(t, the_file_has_the_last_word);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
