/* SPDX-License-Identifier: MIT */
/* test_reference.c compares values and gradients with PyTorch. */
#include <config.h>
#include "support/nnt.h"

static const struct {
    const char *yaml;
    int64_t     shape[4];
    double      y[20];
    size_t      n;
} pads[] = {
    { "{size: [1, 0], value: -1}",
      { 1, 1, 4, 3 },
      { -1, -1, -1, 1, 2, 3, 4, 5, 6, -1, -1, -1 },
      12 },
    { "{size: [0, 0, 1, 2], mode: reflect}",
      { 1, 1, 2, 6 },
      { 2, 1, 2, 3, 2, 1, 5, 4, 5, 6, 5, 4 },
      12 },
    { "{size: 1, mode: edge}",
      { 1, 1, 4, 5 },
      { 1, 1, 2, 3, 3, 1, 1, 2, 3, 3, 4, 4, 5, 6, 6, 4, 4, 5, 6, 6 },
      20 },
    { "0", { 1, 1, 2, 3 }, { 1, 2, 3, 4, 5, 6 }, 6 },
};

START_TEST(puts_pixels_around)
{
    struct nnt *t = nnt_open("layer", "pad", pads[_i].yaml);

    nnt_in(t, NNP_F32, S(1, 1, 2, 3), V(1, 2, 3, 4, 5, 6));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, (struct nnt_shape){ 4, pads[_i].shape });
    nnt_expect(&t->out[0], (struct nnt_values){ pads[_i].n, pads[_i].y });
    nnt_close(t);
}
END_TEST

static const struct {
    const char *yaml;
    int64_t     shape[4];
    double      y[12];
    size_t      n;
} crops[] = {
    { "1", { 1, 1, 1, 2 }, { 6, 7 }, 2 },
    { "[0, 1]", { 1, 1, 3, 2 }, { 2, 3, 6, 7, 10, 11 }, 6 },
    { "[1, 0, 0, 3]", { 1, 1, 2, 1 }, { 5, 9 }, 2 },
    { "0", { 1, 1, 3, 4 }, { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 }, 12 },
};

START_TEST(takes_pixels_away)
{
    struct nnt *t = nnt_open("layer", "crop", crops[_i].yaml);

    nnt_in(t, NNP_F32, S(1, 1, 3, 4), V(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, (struct nnt_shape){ 4, crops[_i].shape });
    nnt_expect(&t->out[0], (struct nnt_values){ crops[_i].n, crops[_i].y });
    nnt_close(t);
}
END_TEST

static const struct {
    const char *layer, *yaml;
} settings[] = {
    { "pad", "{size: [1, 2, 0, 1]}" },
    { "pad", "{size: 2, mode: reflect}" },
    { "pad", "{size: [3, 1], mode: edge}" },
    { "crop", "[1, 0, 0, 2]" },
};

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = nnt_open("layer", settings[_i].layer, settings[_i].yaml);

    nnt_in(t, NNP_F32, S(2, 2, 3, 4), V0);
    nnt_setup(t);
    nnt_random(&t->in[0], -1, 1, 1);
    nnt_gradient(t, 1);
    nnt_close(t);
}
END_TEST

static const struct {
    const char      *layer, *yaml;
    struct nnt_shape shape;
    const char      *message;
} refused[] = {
    { "pad",
      "1",
      { 2, (int64_t[]){ 2, 16 } },
      "pad takes images: rows of 3 axes (channels, height, width), not 1" },
    { "pad",
      "[1, 2, 3]",
      { 4, (int64_t[]){ 1, 1, 4, 4 } },
      "size: one number, [height, width] or [top, bottom, left, right]" },
    { "pad",
      "{size: [4, 0], mode: reflect}",
      { 4, (int64_t[]){ 1, 1, 4, 4 } },
      "size: 4 pixels cannot be mirrored from 4, one less at most" },
    { "crop",
      "1",
      { 2, (int64_t[]){ 2, 16 } },
      "crop takes images: rows of 3 axes (channels, height, width), not 1" },
    { "crop",
      "[1, 2, 3]",
      { 4, (int64_t[]){ 1, 1, 4, 4 } },
      "size: one number, [height, width] or [top, bottom, left, right]" },
    { "crop",
      "[1, 2]",
      { 4, (int64_t[]){ 1, 1, 3, 4 } },
      "size: 4 pixels less than 4 leave none" },
    { "crop",
      "[3, 1, 0, 0]",
      { 4, (int64_t[]){ 1, 1, 3, 4 } },
      "size: 4 pixels less than 3 leave none" },
};

START_TEST(refuses_what_does_not_fit)
{
    struct nnt *t = nnt_open("layer", refused[_i].layer, refused[_i].yaml);

    nnt_in(t, NNP_F32, refused[_i].shape, V0);
    ck_assert_str_eq(nnt_setup_refusal(t), refused[_i].message);
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("pad");
    TCase *t = tcase_create("layer");

    tcase_add_loop_test(t, puts_pixels_around, 0, COUNT(pads));
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, COUNT(settings));
    tcase_add_loop_test(t, refuses_what_does_not_fit, 0, COUNT(refused));
    tcase_add_loop_test(t, takes_pixels_away, 0, COUNT(crops));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
