/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "reports/fake.h"

static float       rows[] = { 0, 0, 0, 0 };
static float       hidden[2] = { 0, 0 };
static const float w[2][4] = { { 3, 0, -4, 0 }, { 0, -1, 0, 1 } };
static int64_t     input[] = { 1, 4 }, units[] = { 1, 2 };

static void nothing(const float *x, float *p)
{
    p[0] = p[1] = x[0];
}

/* Two rectifiers of linear units: dead where the linear part is negative. */
static void rectifiers(const float *x, const float *factors, float *dx, float *y)
{
    memset(dx, 0, 4 * sizeof *dx);
    for (int k = 0; k < 2; k++) {
        float sum = 0;

        for (int i = 0; i < 4; i++)
            sum += w[k][i] * x[i];
        y[k] = sum > 0 ? sum : 0;
        for (int i = 0; i < 4 && sum > 0; i++)
            dx[i] += factors[k] * w[k][i];
    }
}

static void data(void)
{
    fake.rows = 1;
    fake.n_x = 4;
    fake.n_p = 2;
    fake.x = rows;
    fake.model = nothing;
    fake.gradient = rectifiers;
    fake.of[0] = "h";
    fake_name(0, "h", hidden, 2, units);
    fake_name(1, "input", rows, 2, input);
}

/* norm w / |w|: (0.6, 0, -0.8, 0) and (0, -0.7, 0, 0.7); a tile is as bright as its
 * largest. */
START_TEST(a_linear_unit_likes_its_weights)
{
    struct nnt *t = fake_open("activation_max", "{steps: 7}");

    data();
    nnt_forward(t);
    ck_assert_str_eq(fake.file, "activation_max.png");
    uint32_t top = 30, side = 32, next = side + 4;
    ck_assert_int_eq(fake_pixel(0, top),
                     0xdfdfdf); /* 3 / 4 of the way from grey to white */
    ck_assert_int_eq(fake_pixel(side - 1, top), 0x808080);
    ck_assert_int_eq(fake_pixel(0, top + side - 1), 0x000000);
    ck_assert_int_eq(fake_pixel(next + side - 1, top), 0x000000);
    ck_assert_int_eq(fake_pixel(next + side - 1, top + side - 1), 0xffffff);
    fake_close(t, "likes");
}
END_TEST

static float best[2], norms[2];

/* A hill at (0.3, 0.4, 0, 0), inside of the ball of norm 1, and the linear unit 1. What
 * it was asked for last is the end of the ascent. */
static void hill(const float *x, const float *factors, float *dx, float *y)
{
    static const float top[4] = { 0.3f, 0.4f, 0, 0 };
    float              far = 0, square = 0;

    rectifiers(x, factors, dx, y);
    for (int i = 0; i < 4; i++) {
        far += (x[i] - top[i]) * (x[i] - top[i]);
        square += x[i] * x[i];
    }
    y[0] = 5 - far;
    for (int i = 0; i < 4 && factors[0] > 0; i++)
        dx[i] = -2 * (x[i] - top[i]);
    int k = factors[0] > 0 ? 0 : 1;
    best[k] = y[k];
    norms[k] = sqrtf(square);
}

START_TEST(a_curved_unit_is_climbed)
{
    struct nnt *t = fake_open("activation_max", "{steps: 2000, starts: 1, norm: 2}");

    data();
    fake.gradient = hill;
    nnt_forward(t);
    ck_assert_double_gt((double)best[0], 4.999);
    nnt_expect_number((double)norms[1], 2, 1e-5);
    nnt_expect_number((double)best[1], 2 * sqrt(2), 1e-5);
    fake_close(t, "hill");
}
END_TEST

static const struct {
    const char *of, *yaml, *message;
} refused[] = {
    { NULL, NULL, "of: the stream whose units are asked is missing" },
    { "none", NULL, "of: the model makes no such stream" },
    { "h", "{first: 2}", "first: the stream has fewer units" },
    { "h", "{shape: [3, 3]}", "shape: the model's input has another size" },
};

START_TEST(says_what_cannot_be_drawn)
{
    struct nnt *t = fake_open("activation_max", refused[_i].yaml);

    data();
    fake.of[0] = refused[_i].of;
    ck_assert_str_eq(nnt_forward_refusal(t), refused[_i].message);
    fake_close(t, "refused");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("activation_max");
    TCase *t = tcase_create("report");

    tcase_add_test(t, a_linear_unit_likes_its_weights);
    tcase_add_test(t, a_curved_unit_is_climbed);
    tcase_add_loop_test(t, says_what_cannot_be_drawn, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
