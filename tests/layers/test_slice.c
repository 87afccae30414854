/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

static const struct {
    const char *yaml;
    int64_t     shape[3];
    double      y[8];
    size_t      n;
} slices[] = {
    { "1", { 2, 1, 2 }, { 1, 2, 7, 8 }, 4 },
    { "{begin: 1}", { 2, 2, 2 }, { 3, 4, 5, 6, 9, 10, 11, 12 }, 8 },
    { "{begin: -1}", { 2, 1, 2 }, { 5, 6, 11, 12 }, 4 },
    { "{begin: 1, axis: -1}", { 2, 3, 1 }, { 2, 4, 6, 8, 10, 12 }, 6 },
};

START_TEST(slice_takes_a_part)
{
    struct nnt *t = nnt_open("layer", "slice", slices[_i].yaml);

    nnt_in(t, NNP_F32, S(2, 3, 2), V(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, (struct nnt_shape){ 3, slices[_i].shape });
    nnt_expect(&t->out[0], (struct nnt_values){ slices[_i].n, slices[_i].y });
    nnt_close(t);
}
END_TEST

START_TEST(slice_gives_back_to_its_part_alone)
{
    struct nnt *t = nnt_open("layer", "slice", "{size: 1, begin: 1}");

    nnt_in(t, NNP_F32, S(2, 3), V(1, 2, 3, 4, 5, 6));
    nnt_forward(t);
    nnt_set(&t->dout[0], V(7, 8));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(0, 7, 0, 0, 8, 0));
    nnt_close(t);
}
END_TEST

START_TEST(split_gives_every_part_a_stream)
{
    struct nnt *t = nnt_open("layer", "split", "[2, 1]");

    nnt_in(t, NNP_F32, S(2, 3), V(1, 2, 3, 4, 5, 6));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(1, 2, 4, 5));
    nnt_expect(&t->out[1], V(3, 6));
    nnt_set(&t->dout[0], V(10, 20, 40, 50));
    nnt_set(&t->dout[1], V(30, 60));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(10, 20, 30, 40, 50, 60));
    nnt_close(t);
}
END_TEST

START_TEST(split_halves_by_default)
{
    struct nnt *t = nnt_open("layer", "split", NULL);

    nnt_in(t, NNP_F32, S(1, 4), V(1, 2, 3, 4));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(1, 2));
    nnt_expect(&t->out[1], V(3, 4));
    nnt_close(t);
}
END_TEST

static const struct {
    const char *name, *yaml;
} settings[] = {
    { "slice", "{size: 2, begin: 1, axis: 2}" },
    { "slice", "{begin: -2}" },
    { "split", "[1, 2]" },
    { "split", "{sizes: [3, 1, 1], axis: -2}" },
};

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("layer", settings[_i].name, settings[_i].yaml);

    nnt_in(t, NNP_F32, S(2, 3, 5, 2), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -1, 1, 1);
    nnt_gradient(t, 1);
    nnt_close(t);
}
END_TEST

static const struct {
    const char *name, *yaml, *message;
} refused[] = {
    { "slice", "{size: 3, begin: 2}", "3 from 2 on do not lie within an axis of 4" },
    { "slice", "{begin: 4}", "0 from 4 on do not lie within an axis of 4" },
    { "slice", "{begin: -5}", "5 from -5 on do not lie within an axis of 4" },
    { "slice", "{axis: 2}",
      "axis: 2 is none of the 1 axes of a row, 1 is the first one" },
    { "split", "[2, 1]", "sizes: parts of 3 in all do not divide an axis of 4" },
    { "split", "{axis: 0}",
      "axis: 0 is none of the 1 axes of a row, 1 is the first one" },
};

START_TEST(refuses_what_does_not_fit)
{
    struct nnt *t = nnt_open("layer", refused[_i].name, refused[_i].yaml);

    nnt_in(t, NNP_F32, S(2, 4), V0);
    ck_assert_str_eq(nnt_setup_refusal(t), refused[_i].message);
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("slice");
    TCase *t = tcase_create("layer");

    tcase_add_loop_test(t, slice_takes_a_part, 0, COUNT(slices));
    tcase_add_test(t, slice_gives_back_to_its_part_alone);
    tcase_add_test(t, split_gives_every_part_a_stream);
    tcase_add_test(t, split_halves_by_default);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, COUNT(settings));
    tcase_add_loop_test(t, refuses_what_does_not_fit, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
