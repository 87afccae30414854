/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

static const char *const kinds[] = { "mask.lines", "mask.text" };

/* y is x where nothing covers it, the value where all is covered, in between elsewhere.
 */
START_TEST(covers_the_image_as_the_mask_says)
{
    struct nnt *t = nnt_open("transform", kinds[_i], "{n: 3, value: -1}");
    double      all = 0;

    nnt_in(t, NNP_F32, S(4, 2, 20, 24), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], 0, 1, 3);
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(4, 2, 20, 24));
    nnt_expect_shape(&t->out[1], NNP_F32, S(4, 1, 20, 24));
    for (size_t i = 0; i < (size_t)4 * 2 * 480; i++) {
        double m = nnt_get(&t->out[1], i / 960 * 480 + i % 480);
        double x = nnt_get(&t->in[0], i);

        ck_assert_double_ge(m, 0);
        ck_assert_double_le(m, 1);
        nnt_expect_number(nnt_get(&t->out[0], i), (1 - m) * x - m, 1e-6);
        all += m;
    }
    ck_assert_double_ge(all / (4 * 960), 0.03);
    ck_assert_double_le(all / (4 * 960), 0.4);
    nnt_close(t);
}
END_TEST

START_TEST(others_in_the_next_step_the_same_in_a_replay)
{
    struct nnt *t = nnt_open("transform", kinds[_i], NULL);
    double      before[480];
    bool        same = true, replay = true;

    nnt_in(t, NNP_F32, S(1, 1, 20, 24), V0);
    nnt_forward(t);
    for (size_t i = 0; i < 480; i++)
        before[i] = nnt_get(&t->out[1], i);
    t->ctx->step = 1;
    nnt_forward(t);
    for (size_t i = 0; i < 480; i++)
        same = same && before[i] == nnt_get(&t->out[1], i);
    t->ctx->step = 0;
    nnt_forward(t);
    for (size_t i = 0; i < 480; i++)
        replay = replay && before[i] == nnt_get(&t->out[1], i);
    ck_assert(!same);
    ck_assert(replay);
    nnt_close(t);
}
END_TEST

START_TEST(none_are_none)
{
    struct nnt *t = nnt_open("transform", kinds[_i], "0");

    nnt_in(t, NNP_F32, S(1, 1, 2, 2), V(1, 2, 3, 4));
    nnt_infer(t);
    nnt_expect(&t->out[0], V(1, 2, 3, 4));
    nnt_expect(&t->out[1], V(0, 0, 0, 0));
    nnt_close(t);
}
END_TEST

/* A line of width 2 through any pixel of a strip of 1 x 9, so steep or flat: it covers at
 * least one pixel wholly or two by halves, and one of length 9 when it runs along it. */
START_TEST(a_line_goes_from_edge_to_edge)
{
    struct nnt *t = nnt_open("transform", "mask.lines", "{n: 1, width: 2}");
    int         crossed = 0;

    nnt_in(t, NNP_F32, S(50, 1, 9, 9), V0);
    nnt_forward(t);
    for (size_t row = 0; row < 50; row++) {
        double edge = 0, all = 0;

        for (size_t i = 0; i < 81; i++) {
            size_t y = i / 9, x = i % 9;
            double m = nnt_get(&t->out[1], row * 81 + i);

            all += m;
            edge += y == 0 || y == 8 || x == 0 || x == 8 ? m : 0;
        }
        crossed += all > 12;
        ck_assert_double_ge(edge, 1.5);
    }
    ck_assert_int_ge(crossed, 25);
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("transform", kinds[_i], "2");

    nnt_in(t, NNP_F32, S(2, 2, 12, 11), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -1, 1, 3);
    nnt_gradient(t, 1);
    nnt_close(t);
}
END_TEST

static const struct {
    const char      *yaml;
    uint32_t         dtype;
    struct nnt_shape shape;
    const char      *message;
} refused[] = {
    { "3", NNP_U8, { 4, (int64_t[]){ 1, 1, 9, 9 } }, "takes f32: put `scale` before it" },
    { "3",
      NNP_F32,
      { 2, (int64_t[]){ 1, 81 } },
      "images are needed: rows of 3 axes (channels, height, width)" },
    { "[4, 3]",
      NNP_F32,
      { 4, (int64_t[]){ 1, 1, 9, 9 } },
      "n: one number, or two of them, the smaller first" },
};

START_TEST(refuses_what_does_not_fit)
{
    for (size_t k = 0; k < COUNT(kinds); k++) {
        struct nnt *t = nnt_open("transform", kinds[k], refused[_i].yaml);

        nnt_in(t, refused[_i].dtype, refused[_i].shape, V0);
        ck_assert_ptr_nonnull(strstr(nnt_setup_refusal(t), refused[_i].message));
        nnt_close(t);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("mask_marks");
    TCase *t = tcase_create("transform");

    tcase_add_loop_test(t, covers_the_image_as_the_mask_says, 0, COUNT(kinds));
    tcase_add_loop_test(t, others_in_the_next_step_the_same_in_a_replay, 0, COUNT(kinds));
    tcase_add_loop_test(t, none_are_none, 0, COUNT(kinds));
    tcase_add_test(t, a_line_goes_from_edge_to_edge);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, COUNT(kinds));
    tcase_add_loop_test(t, refuses_what_does_not_fit, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
