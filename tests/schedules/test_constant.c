/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

static const struct {
    const char *yaml;
    double      step, epoch, progress, value; /* the value starts from 0.5 */
} cases[] = {
    { NULL, 0, 0, 0, 0.5 },
    { NULL, 70, 7, 1, 0.5 },
    { "{warmup: 10}", 0, 0, 0, 0 },
    { "10", 5, 0.5, 0.05, 0.25 },
    { "{warmup: 10}", 10, 1, 0.1, 0.5 },
    { "{warmup: 10}", 90, 9, 0.9, 0.5 },
};

START_TEST(has_this_value_then)
{
    struct nnt *t = nnt_open("schedule", "constant", cases[_i].yaml);

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
    { "{warmup: -1}", "test.yaml:1:10: warmup: -1 is outside [0,inf) steps" },
    { "{warmup: 1.5}", "test.yaml:1:10: warmup: 1.5 is not a whole number" },
};

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("schedule", "constant", refused[_i].yaml),
                     refused[_i].message);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("constant");
    TCase *t = tcase_create("schedule");

    tcase_add_loop_test(t, has_this_value_then, 0, COUNT(cases));
    tcase_add_loop_test(t, refuses_bad_parameters_where_they_stand, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
