/* SPDX-License-Identifier: MIT */
#include <config.h>
#include <math.h>
#include "support/nnt.h"

enum { MANY = 40000 };

static struct nnt *many(const char *yaml, uint64_t seed)
{
    struct nnt *t = nnt_open_seed("layer", "dropout", yaml, seed);

    nnt_in(t, NNP_F32, S(4, MANY / 4), V0);
    nnt_setup(t);
    nnt_fill(&t->in[0], 3);
    return t;
}

static size_t dropped(const nnp_tensor *y)
{
    size_t n = 0;

    for (size_t i = 0; i < nnp_count(y); i++)
        n += nnt_get(y, i) == 0;
    return n;
}

/* p +- 4 standard deviations of a share of 40000. */
START_TEST(drops_a_share_and_scales_the_rest)
{
    static const struct {
        const char *yaml;
        double      p;
    } setting[] = { { NULL, 0.5 }, { "0.25", 0.25 }, { "{p: 0.9}", 0.9 } };
    double      p = setting[_i].p;
    struct nnt *t = many(setting[_i].yaml, 7);

    nnt_forward(t);
    for (size_t i = 0; i < MANY; i++)
        if (nnt_get(&t->out[0], i) != 0)
            nnt_expect_number(nnt_get(&t->out[0], i), 3 / (1 - p), 1e-6);
    double off = fabs((double)dropped(&t->out[0]) / MANY - p);
    ck_assert_double_lt(off, 4 * sqrt(p * (1 - p) / MANY));
    nnt_close(t);
}
END_TEST

START_TEST(backward_has_the_mask_of_forward)
{
    struct nnt *t = many(NULL, 3);

    nnt_forward(t);
    nnt_fill(&t->dout[0], -3);
    nnt_backward(t);
    for (size_t i = 0; i < MANY; i++)
        ck_assert(nnt_get(&t->din[0], i) == -nnt_get(&t->out[0], i));
    nnt_close(t);
}
END_TEST

START_TEST(mask_follows_seed_and_step)
{
    struct nnt *a = many(NULL, 3), *b = many(NULL, 3), *c = many(NULL, 4);
    size_t      same_step = 0, other_step = 0, other_seed = 0;

    nnt_forward(a);
    nnt_forward(b);
    nnt_forward(c);
    for (size_t i = 0; i < MANY; i++) {
        same_step += nnt_get(&a->out[0], i) == nnt_get(&b->out[0], i);
        other_seed += nnt_get(&a->out[0], i) == nnt_get(&c->out[0], i);
    }
    b->ctx->step = 1;
    nnt_forward(b);
    for (size_t i = 0; i < MANY; i++)
        other_step += nnt_get(&a->out[0], i) == nnt_get(&b->out[0], i);
    ck_assert_uint_eq(same_step, MANY);
    ck_assert_uint_lt(other_step, MANY * 0.55);
    ck_assert_uint_lt(other_seed, MANY * 0.55);
    nnt_close(a);
    nnt_close(b);
    nnt_close(c);
}
END_TEST

START_TEST(passes_everything_on_in_inference)
{
    struct nnt *t = nnt_open("layer", "dropout", "0.9");

    nnt_in(t, NNP_F32, S(1, 4), V(1, -2, NAN, 4));
    nnt_infer(t);
    nnt_expect(&t->out[0], V(1, -2, NAN, 4));
    nnt_close(t);
}
END_TEST

START_TEST(drops_nothing_when_a_schedule_takes_p_to_0)
{
    struct nnt *t = many("0.5", 1);

    nnt_live(t, "p", 0);
    nnt_forward(t);
    ck_assert_uint_eq(dropped(&t->out[0]), 0);
    nnt_expect_number(nnt_get(&t->out[0], 99), 3, 0);
    nnt_close(t);
}
END_TEST

START_TEST(never_hides_nan)
{
    struct nnt *t = nnt_open("layer", "dropout", NULL);

    nnt_in(t, NNP_F32, S(1, 8), V(NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN));
    nnt_forward(t);
    for (size_t i = 0; i < 8; i++)
        ck_assert(isnan(nnt_get(&t->out[0], i)));
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open_seed("layer", "dropout", "0.4", (uint64_t)_i + 1);

    nnt_in(t, NNP_F32, S(3, 7), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -2, 2, (uint64_t)_i + 1);
    nnt_gradient(t, (uint64_t)_i + 1);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_pixels)
{
    struct nnt *t = nnt_open("layer", "dropout", NULL);

    nnt_in(t, NNP_U8, S(2, 3), V0);
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "the input is u8, dropout takes f32: put `scale` before it");
    nnt_close(t);
}
END_TEST

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("layer", "dropout", "1"),
                     "test.yaml:1:1: p: 1 is outside [0,1)");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("dropout");
    TCase *t = tcase_create("layer");

    tcase_add_loop_test(t, drops_a_share_and_scales_the_rest, 0, 3);
    tcase_add_test(t, backward_has_the_mask_of_forward);
    tcase_add_test(t, mask_follows_seed_and_step);
    tcase_add_test(t, passes_everything_on_in_inference);
    tcase_add_test(t, drops_nothing_when_a_schedule_takes_p_to_0);
    tcase_add_test(t, never_hides_nan);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 3);
    tcase_add_test(t, refuses_pixels);
    tcase_add_test(t, refuses_bad_parameters_where_they_stand);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
