/* SPDX-License-Identifier: MIT */
/* test_reference.c compares values and gradients with PyTorch. */
#include <config.h>
#include "support/nnt.h"

START_TEST(layernorm_normalizes_a_row)
{
    struct nnt *t = nnt_open("layer", "layernorm", "{eps: 0.25}");

    nnt_in(t, NNP_F32, S(2, 2), V(1, 4, 0, 0)); /* mean 2.5, variance 2.25 */
    nnt_setup(t);
    nnt_set(&t->weight[0], V(1, 2));
    nnt_set(&t->weight[1], V(0, 0.5));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(-0.948683298, 2.3973666, 0, 0.5));
    nnt_infer(t); /* nothing was learnt about the batch */
    nnt_expect(&t->out[0], V(-0.948683298, 2.3973666, 0, 0.5));
    nnt_close(t);
}
END_TEST

/* Two groups of two channels of two pixels: 1 2 3 4 and 5 5 5 5. */
START_TEST(groupnorm_normalizes_a_group)
{
    struct nnt *t = nnt_open("layer", "groupnorm", "{groups: 2, eps: 0.3125}");

    nnt_in(t, NNP_F32, S(1, 4, 1, 2), V(1, 2, 3, 4, 5, 5, 5, 5));
    nnt_setup(t);
    nnt_expect_shape(&t->weight[0], NNP_F32, S(4));
    nnt_set(&t->weight[0], V(1, 10, 1, 1));
    nnt_set(&t->weight[1], V(0, 0, 0, 7));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(-1.2, -0.4, 4, 12, 0, 0, 7, 7));
    nnt_close(t);
}
END_TEST

static const struct {
    const char      *name, *yaml;
    struct nnt_shape shape;
} settings[] = {
    { "layernorm", "{}", { 2, (int64_t[]){ 3, 5 } } },
    { "layernorm", "1", { 4, (int64_t[]){ 2, 2, 3, 2 } } },
    { "layernorm", "-1", { 3, (int64_t[]){ 2, 3, 4 } } },
    { "groupnorm", "1", { 4, (int64_t[]){ 2, 3, 2, 2 } } },
    { "groupnorm", "3", { 4, (int64_t[]){ 1, 6, 3, 2 } } },
    { "groupnorm", "2", { 2, (int64_t[]){ 3, 8 } } },
};

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("layer", settings[_i].name, settings[_i].yaml);

    nnt_in(t, NNP_F32, settings[_i].shape, V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -1, 1, (uint64_t)_i + 1);
    nnt_random(&t->weight[0], 0.5, 1.5, 2);
    nnt_random(&t->weight[1], -1, 1, 3);
    nnt_gradient(t, (uint64_t)_i + 1);
    nnt_close(t);
}
END_TEST

static const struct {
    const char      *name, *yaml;
    struct nnt_shape shape;
    const char      *message;
} refused[] = {
    { "layernorm",
      "3",
      { 3, (int64_t[]){ 2, 3, 4 } },
      "axis: 3 is none of the 2 axes of a row, 1 is the first one" },
    { "layernorm",
      "0",
      { 2, (int64_t[]){ 2, 3 } },
      "axis: 0 is none of the 1 axes of a row, 1 is the first one" },
    { "groupnorm",
      "4",
      { 4, (int64_t[]){ 2, 6, 2, 2 } },
      "6 channels do not fall into 4 equal groups" },
};

START_TEST(refuses_what_does_not_fit)
{
    struct nnt *t = nnt_open("layer", refused[_i].name, refused[_i].yaml);

    nnt_in(t, NNP_F32, refused[_i].shape, V0);
    ck_assert_str_eq(nnt_setup_refusal(t), refused[_i].message);
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("norm");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, layernorm_normalizes_a_row);
    tcase_add_test(t, groupnorm_normalizes_a_group);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, COUNT(settings));
    tcase_add_loop_test(t, refuses_what_does_not_fit, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
