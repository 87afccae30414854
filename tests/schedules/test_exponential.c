/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

static const struct {
    const char *yaml;
    double      step, epoch, progress, value; /* the value starts from 0.5 */
} cases[] = {
    { NULL, 0, 0, 0, 0.5 },
    { NULL, 10, 1, 0.1, 0.475 },
    { "0.5", 10, 1, 0.1, 0.25 },
    { "0.5", 20, 2, 0.2, 0.125 },
    { "{gamma: 0.25}", 5, 0.5, 0.05, 0.25 },
    { "{gamma: 0.5, warmup: 20}", 10, 1, 0.1, 0.125 },
};

START_TEST(has_this_value_then)
{
    struct nnt *t = nnt_open("schedule", "exponential", cases[_i].yaml);

    nnt_setup(t);
    t->ctx->value = 0.5;
    t->ctx->step = (uint64_t)cases[_i].step;
    t->ctx->epoch = cases[_i].epoch;
    t->ctx->progress = cases[_i].progress;
    nnt_forward(t);
    nnt_expect_number(t->ctx->result, cases[_i].value, 1e-9);
    nnt_close(t);
}
END_TEST

static const struct {
    const char *yaml, *message;
} refused[] = {
    { "{gamma: 0}", "test.yaml:1:9: gamma: 0 is outside (0,inf)" },
};

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("schedule", "exponential", refused[_i].yaml),
                     refused[_i].message);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("exponential");
    TCase *t = tcase_create("schedule");

    tcase_add_loop_test(t, has_this_value_then, 0, COUNT(cases));
    tcase_add_loop_test(t, refuses_bad_parameters_where_they_stand, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
