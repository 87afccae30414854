/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>

/* The value of every epoch, from 0.5 on, with these figures of the watched metric after
 * it. */
static const struct {
    const char *yaml;
    double      metric[8], value[8];
} cases[] = {
    { "{factor: 0.5, patience: 1}",
      { 3, 2, 2, 2, 2, 2, 1, 1 },
      { 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125 } },
    { "{factor: 0.5, patience: 0, min: 0.1}",
      { 1, 1, 1, 1, 1, 1, 1, 1 },
      { 0.5, 0.5, 0.25, 0.125, 0.1, 0.1, 0.1, 0.1 } },
    { "{factor: 0.5, patience: 0, threshold: 0.1}", /* 1 to 0.95 is not enough, to 0.89 is
                                                     */
      { 1, 0.95, 0.89, 0.5, 0.4, 0.3, 0.2, 0.1 },
      { 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25 } },
    { "{watch: val.accuracy, mode: max, factor: 0.5, patience: 0}",
      { 0.5, 0.6, 0.7, 0.6, 0.8, 0.8, 0.9, 1 },
      { 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125 } },
    { "{factor: 0.5, patience: 0}", /* negative figures: smaller is better there too */
      { -1, -2, -3, -2, -4, -5, -6, -6 },
      { 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25 } },
    { "{factor: 0.5, patience: 0}", /* NaN is never better */
      { NAN, 1, NAN, 0.5, 0.4, 0.3, 0.2, 0.1 },
      { 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.25 } },
    { "{factor: 0.5, patience: 9, warmup: 3}",
      { 8, 7, 6, 5, 4, 3, 2, 1 },
      { 0.125, 0.25, 0.375, 0.5, 0.5, 0.5, 0.5, 0.5 } },
};

START_TEST(falls_when_the_metric_does_not)
{
    struct nnt *t = nnt_open("schedule", "plateau", cases[_i].yaml);

    nnt_in(t, NNP_F64, S(1), V0);
    nnt_setup(t);
    t->ctx->value = 0.5;
    for (int e = 0; e < 8; e++) {
        /* before the first figure the host has none; here it is one that is never better
         */
        nnt_fill(&t->in[0], e ? cases[_i].metric[e - 1] : (double)NAN);
        t->ctx->epoch = e;
        t->ctx->step = (uint64_t)e * 10;
        nnt_forward(t);
        nnt_expect_number(t->ctx->result, cases[_i].value[e], 1e-12);
    }
    nnt_close(t);
}
END_TEST

START_TEST(waits_for_the_first_figure)
{
    struct nnt *t = nnt_open("schedule", "plateau", "{patience: 0}");

    nnt_in_absent(t, NNP_F64, S(1));
    nnt_setup(t);
    t->ctx->value = 0.5;
    for (int e = 0; e < 5; e++) {
        t->ctx->epoch = e;
        nnt_forward(t);
        nnt_expect_number(t->ctx->result, 0.5, 0);
    }
    nnt_close(t);
}
END_TEST

/* All it knows is in its state, so that a run can be resumed. */
START_TEST(goes_on_from_its_state)
{
    struct nnt *a = nnt_open("schedule", "plateau", "{factor: 0.5, patience: 1}");
    struct nnt *b = nnt_open("schedule", "plateau", "{factor: 0.5, patience: 1}");

    nnt_in(a, NNP_F64, S(1), V(1));
    nnt_in(b, NNP_F64, S(1), V(1));
    nnt_setup(a);
    nnt_setup(b);
    for (int e = 0; e < 2; e++)
        nnt_forward(a);
    for (size_t i = 0; i < 4; i++)
        ((double *)b->state[0].data)[i] = nnt_get(&a->state[0], i);
    nnt_forward(b);
    nnt_expect_number(b->ctx->result, 0.5, 0);
    nnt_close(a);
    nnt_close(b);
}
END_TEST

static const struct {
    const char *yaml, *message;
} refused[] = {
    { "{factor: 1}", "test.yaml:1:10: factor: 1 is outside (0,1)" },
    { "{patience: 0.5}", "test.yaml:1:12: patience: 0.5 is not a whole number" },
    { "{mode: best}", "test.yaml:1:8: mode: 'best' is not one of min|max" },
};

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("schedule", "plateau", refused[_i].yaml),
                     refused[_i].message);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("plateau");
    TCase *t = tcase_create("schedule");

    tcase_add_loop_test(t, falls_when_the_metric_does_not, 0, COUNT(cases));
    tcase_add_test(t, waits_for_the_first_figure);
    tcase_add_test(t, goes_on_from_its_state);
    tcase_add_loop_test(t, refuses_bad_parameters_where_they_stand, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
