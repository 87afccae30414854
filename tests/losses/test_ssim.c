/* SPDX-License-Identifier: MIT */
/* Values and gradient are those of tests/reference/losses.py. */
#include <config.h>
#include "support/nnt.h"

enum { N = 80 };

/* Two rows of two channels of 4 x 5 pixels. */
static struct nnt *open_images(const char *kind, const char *yaml)
{
    struct nnt *t = nnt_open(kind, "ssim", yaml);

    nnt_in(t, NNP_F32, S(2, 2, 4, 5), V0);
    nnt_in(t, NNP_F32, S(2, 2, 4, 5), V0);
    nnt_setup(t);
    for (size_t i = 0; i < N; i++) {
        nnp_f32(&t->in[0])[i] = (float)((7 * i * i + 3 * i) % 17) / 16;
        nnp_f32(&t->in[1])[i] = (float)((5 * i * i + i) % 16) / 16;
    }
    return t;
}

START_TEST(loss_and_gradient_are_those_of_the_reference)
{
    struct nnt *t = open_images("loss", "{window: 3}");

    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(2));
    nnt_expect_tol(&t->out[0], V(0.46701617, 0.73442721), 2e-6);
    nnt_backward(t);
    nnt_expect_tol(
        &t->din[0],
        V(0.01249041, 0.03737797, -0.04176911, 0.07798137, 0.00876351, 0.02773978,
          0.03765122, -0.19682795, 0.06788866, -0.01261086, -0.01261086, 0.06788866,
          -0.19682795, 0.03765122, 0.02773978, 0.00876351, 0.07798137, -0.04176911,
          0.03737797, 0.01249041, 0.00222359, 0.03133809, -0.08719547, -0.00456198,
          -0.00205656, -0.04472425, -0.05451589, 0.13118342, -0.05155665, -0.03568901,
          0.06883863, -0.00766707, 0.20690111, -0.01182679, -0.01947896, 0.02451094,
          -0.02341650, 0.04908053, -0.05240018, -0.03991813, 0.00754599, -0.08447011,
          -0.07614548, 0.02197705, -0.00588249, -0.01463160, 0.09310966, 0.19330046,
          0.08764921, -0.00801570, -0.01339479, 0.06432628, 0.11618622, 0.01368366,
          -0.05398309, -0.03530280, -0.04137133, -0.06435703, -0.08085570, 0.00556828,
          -0.01773894, -0.03218479, 0.07812777, 0.01978077, 0.02099668, 0.01159743,
          0.03183327, 0.26092408, 0.05780350, 0.03663757, -0.05536538, -0.14988055,
          -0.04381244, -0.18088728, -0.07625235, 0.00228566, -0.03688599, -0.01602120,
          0.05558564, 0.01229856),
        2e-6);
    nnt_close(t);
}
END_TEST

START_TEST(another_window_and_peak)
{
    struct nnt *t = open_images("loss", "{window: 4, sigma: 1, peak: 2}");

    nnt_forward(t);
    nnt_expect_tol(&t->out[0], V(0.46548470, 0.72932391), 2e-6);
    nnt_close(t);
}
END_TEST

START_TEST(nothing_is_lost_where_nothing_differs)
{
    struct nnt *t = open_images("loss", "{window: 3}");

    for (size_t i = 0; i < N; i++)
        nnp_f32(&t->in[1])[i] = nnp_f32(&t->in[0])[i];
    nnt_forward(t);
    nnt_expect(&t->out[0], V(0, 0));
    nnt_backward(t);
    for (size_t i = 0; i < N; i++)
        nnt_expect_number(nnt_get(&t->din[0], i), 0, 1e-5);
    nnt_close(t);
}
END_TEST

START_TEST(gradient_agrees_with_differences)
{
    struct nnt *t = open_images("loss", _i ? "{window: 3, peak: 2}" : "{window: 4}");

    nnt_gradient_opt(t, 1, 5e-3, 1 << 1);
    nnt_close(t);
}
END_TEST

START_TEST(the_metric_is_the_mean_over_all_rows)
{
    struct nnt *t = open_images("metric", "{window: 3}");

    nnt_fit(t);
    nnt_fit(t);
    nnt_finish(t);
    nnt_expect_number(nnt_report(t, "ssim"), 1 - (0.46701617 + 0.73442721) / 2, 2e-6);
    nnt_close(t);
}
END_TEST

static const struct {
    struct nnt_shape x, t;
    const char      *message;
} refused[] = {
    { { 2, (int64_t[]){ 2, 400 } },
      { 2, (int64_t[]){ 2, 400 } },
      "ssim takes images: rows of 3 axes (channels, height, width)" },
    { { 4, (int64_t[]){ 2, 1, 20, 20 } },
      { 4, (int64_t[]){ 2, 1, 20, 10 } },
      "the prediction has 400 numbers a row, the target 200: as many are needed" },
    { { 4, (int64_t[]){ 2, 1, 20, 10 } },
      { 4, (int64_t[]){ 2, 1, 20, 10 } },
      "a window of 11 pixels does not fit into images of 20 x 10; `window` sets its "
      "size" },
};

START_TEST(refuses_what_does_not_fit)
{
    for (int metric = 0; metric < 2; metric++) {
        struct nnt *t = nnt_open(metric ? "metric" : "loss", "ssim", NULL);

        nnt_in(t, NNP_F32, refused[_i].x, V0);
        nnt_in(t, NNP_F32, refused[_i].t, V0);
        ck_assert_str_eq(nnt_setup_refusal(t), refused[_i].message);
        nnt_close(t);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ssim");
    TCase *t = tcase_create("loss");

    tcase_add_test(t, loss_and_gradient_are_those_of_the_reference);
    tcase_add_test(t, another_window_and_peak);
    tcase_add_test(t, nothing_is_lost_where_nothing_differs);
    tcase_add_loop_test(t, gradient_agrees_with_differences, 0, 2);
    tcase_add_test(t, the_metric_is_the_mean_over_all_rows);
    tcase_add_loop_test(t, refuses_what_does_not_fit, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
