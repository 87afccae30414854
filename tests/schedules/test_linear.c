/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

static const struct {
    const char *yaml;
    double      step, epoch, progress, value; /* the value starts from 0.5 */
} cases[] = {
    { NULL, 0, 0, 0, 0.5 },
    { NULL, 50, 5, 0.5, 0.25 },
    { NULL, 100, 10, 1, 0 },
    { "0.1", 25, 2.5, 0.25, 0.4 },
    { "{to: 1}", 50, 5, 0.5, 0.75 },
    { "{to: 0.1, over: 5}", 25, 2.5, 0.25, 0.3 },
    { "{to: 0.1, over: 5}", 50, 5, 0.5, 0.1 },
    { "{to: 0.1, over: 5}", 90, 9, 0.9, 0.1 },
    { "{warmup: 20}", 0, 0, 0, 0 },
    { "{warmup: 20}", 10, 1, 0.1, 0.25 },
    { "{warmup: 20}", 20, 2, 0.2, 0.5 },
    { "{warmup: 20}", 60, 6, 0.6, 0.25 },
    { "{warmup: 20}", 100, 10, 1, 0 },
    { "{to: 0.1, over: 6, warmup: 20}", 40, 4, 0.4, 0.3 },
};

START_TEST(has_this_value_then)
{
    struct nnt *t = nnt_open("schedule", "linear", cases[_i].yaml);

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
    { "{over: -1}", "test.yaml:1:8: over: -1 is outside [0,inf) epochs" },
};

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("schedule", "linear", refused[_i].yaml),
                     refused[_i].message);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("linear");
    TCase *t = tcase_create("schedule");

    tcase_add_loop_test(t, has_this_value_then, 0, COUNT(cases));
    tcase_add_loop_test(t, refuses_bad_parameters_where_they_stand, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
