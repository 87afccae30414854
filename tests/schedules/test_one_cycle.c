/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

static const struct {
    const char *yaml;
    double      step, epoch, progress, value; /* the value starts from 0.5 */
} cases[] = {
    { "2", 0, 0, 0, 0.5 },
    { "2", 15, 1.5, 0.15, 1.25 },
    { "2", 30, 3, 0.3, 2 },
    { "2", 65, 6.5, 0.65, 1 },
    { "2", 100, 10, 1, 0 },
    { "{to: 0.4, peak: 2}", 65, 6.5, 0.65, 1.2 },
    { "{pct: 0.5, peak: 2}", 50, 5, 0.5, 2 },
    { NULL, 30, 3, 0.3, 5 },
    { "{peak: 2, warmup: 20}", 10, 1, 0.1, 0.437500000000 },
};

START_TEST(has_this_value_then)
{
    struct nnt *t = nnt_open("schedule", "one_cycle", cases[_i].yaml);

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
    { "{pct: 1}", "test.yaml:1:7: pct: 1 is outside (0,1)" },
    { "{peak: -1}", "test.yaml:1:8: peak: -1 is outside [0,inf)" },
};

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("schedule", "one_cycle", refused[_i].yaml),
                     refused[_i].message);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("one_cycle");
    TCase *t = tcase_create("schedule");

    tcase_add_loop_test(t, has_this_value_then, 0, COUNT(cases));
    tcase_add_loop_test(t, refuses_bad_parameters_where_they_stand, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
