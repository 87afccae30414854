/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/rng.h"
#include "kernels/tiles.h"

static const struct sizes {
    int64_t images, from, to, x[2], pad[2];
} cases[] = {
    { 1, 1, 1, { 4, 4 }, { 1, 1 } }, { 2, 3, 5, { 7, 6 }, { 1, 1 } },
    { 3, 4, 4, { 5, 8 }, { 0, 0 } }, { 2, 17, 3, { 6, 5 }, { 2, 1 } },
    { 1, 2, 9, { 4, 9 }, { 0, 2 } }, { 5, 8, 16, { 14, 14 }, { 1, 1 } },
};

/* A convolution, its three arrays and all that the transforms need. */
struct conv {
    struct sizes s;
    int64_t      y[2], n_x, n_y, n_w;
    float       *x, *y_, *w, *bias, *u, *du, *work;
};

static float *numbers(const char *name, int64_t n)
{
    float *v = aligned_alloc(64, (size_t)(n * 4 + 63) / 64 * 64);

    ck_assert_ptr_nonnull(v);
    rng_normal(rng_key(1, name, 0), 0, v, (size_t)n);
    return v;
}

static struct tiles_job job_of(const struct conv *c, int back)
{
    const struct sizes *s = &c->s;
    struct tiles_job    j = { .images = s->images,
                              .from = back ? s->to : s->from,
                              .to = back ? s->from : s->to,
                              .u_step = s->from * s->to };

    for (int a = 0; a < 2; a++) {
        j.x_size[a] = back ? c->y[a] : s->x[a];
        j.y_size[a] = back ? s->x[a] : c->y[a];
        j.pad[a] = back ? 2 - s->pad[a] : s->pad[a];
    }
    j.x = back ? c->y_ : c->x;
    j.y = back ? c->x : c->y_;
    j.x_step = (back ? c->n_y : c->n_x) / s->images;
    j.y_step = (back ? c->n_x : c->n_y) / s->images;
    return j;
}

static struct conv make(int number)
{
    struct conv c = { .s = cases[number] };
    int64_t     room = 0;

    for (int a = 0; a < 2; a++)
        c.y[a] = c.s.x[a] + 2 * c.s.pad[a] - 2;
    c.n_x = c.s.images * c.s.from * c.s.x[0] * c.s.x[1];
    c.n_y = c.s.images * c.s.to * c.y[0] * c.y[1];
    c.n_w = c.s.from * c.s.to;
    c.x = numbers("x", c.n_x);
    c.y_ = numbers("y", c.n_y);
    c.w = numbers("w", 9 * c.n_w);
    c.bias = numbers("bias", c.s.to);
    c.u = numbers("u", 16 * c.n_w);
    c.du = numbers("du", 16 * c.n_w);
    for (int back = 0; back < 2; back++) {
        struct tiles_job j = job_of(&c, back);
        int64_t          needed = tiles_room(&j);
        room = needed > room ? needed : room;
    }
    c.work = numbers("work", room);
    return c;
}

static void drop(struct conv *c)
{
    float *all[] = { c->x, c->y_, c->w, c->bias, c->u, c->du, c->work };

    for (size_t i = 0; i < COUNT(all); i++)
        free(all[i]);
}

static double pixel(const struct conv *c, const float *v, int is_x, int64_t image,
                    int64_t ch, int64_t y, int64_t x)
{
    const int64_t *size = is_x ? c->s.x : c->y;
    int64_t        channels = is_x ? c->s.from : c->s.to;

    if (y < 0 || x < 0 || y >= size[0] || x >= size[1])
        return 0;
    return (double)v[((image * channels + ch) * size[0] + y) * size[1] + x];
}

static void expect(double got, double want)
{
    ck_assert_msg(fabs(got - want) <= 2e-5 * (fabs(want) + 5), "%.9g, not %.9g", got,
                  want);
}

START_TEST(product_is_the_convolution)
{
    struct conv      c = make(_i);
    struct tiles_job j = job_of(&c, 0);

    tiles_weights(c.w, c.s.to, c.s.from, 0, 1, 0, c.u);
    tiles_weights(c.w, c.s.to, c.s.from, 1, c.s.to, 0, c.u);
    j.u = c.u;
    j.bias = c.bias;
    j.work = c.work;
    tiles_product(&j);
    for (int64_t i = 0, at = 0; i < c.s.images; i++)
        for (int64_t o = 0; o < c.s.to; o++)
            for (int64_t y = 0; y < c.y[0]; y++)
                for (int64_t x = 0; x < c.y[1]; x++, at++) {
                    double want = (double)c.bias[o];
                    for (int64_t k = 0; k < 9 * c.s.from; k++)
                        want += (double)c.w[o * 9 * c.s.from + k] *
                                pixel(&c, c.x, 1, i, k / 9, y + k % 9 / 3 - c.s.pad[0],
                                      x + k % 3 - c.s.pad[1]);
                    expect((double)c.y_[at], want);
                }
    drop(&c);
}
END_TEST

START_TEST(turned_weights_give_the_gradient_of_x)
{
    struct conv      c = make(_i);
    struct tiles_job j = job_of(&c, 1);

    tiles_weights(c.w, c.s.to, c.s.from, 0, c.s.to, 1, c.u);
    j.u = c.u;
    j.work = c.work;
    tiles_product(&j);
    for (int64_t i = 0, at = 0; i < c.s.images; i++)
        for (int64_t ch = 0; ch < c.s.from; ch++)
            for (int64_t y = 0; y < c.s.x[0]; y++)
                for (int64_t x = 0; x < c.s.x[1]; x++, at++) {
                    double want = 0;
                    for (int64_t k = 0; k < 9 * c.s.to; k++)
                        want += (double)c.w[(k / 9 * c.s.from + ch) * 9 + k % 9] *
                                pixel(&c, c.y_, 0, i, k / 9, y - k % 9 / 3 + c.s.pad[0],
                                      x - k % 3 + c.s.pad[1]);
                    expect((double)c.x[at], want);
                }
    drop(&c);
}
END_TEST

START_TEST(correlate_and_gradient_add_the_gradient_of_the_weights)
{
    struct conv      c = make(_i);
    struct tiles_job j = job_of(&c, 0);
    float           *dw = numbers("dw", 9 * c.n_w), *before = numbers("dw", 9 * c.n_w);

    j.work = c.work;
    memset(c.du, 0, (size_t)(16 * c.n_w) * sizeof *c.du);
    tiles_correlate(&j, c.du);
    tiles_gradient(c.du, c.n_w, c.n_w, dw);
    for (int64_t k = 0; k < 9 * c.n_w; k++) {
        int64_t o = k / 9 / c.s.from, ch = k / 9 % c.s.from;
        double  want = (double)before[k];
        for (int64_t p = 0; p < c.s.images * c.y[0] * c.y[1]; p++) {
            int64_t i = p / (c.y[0] * c.y[1]), y = p / c.y[1] % c.y[0], x = p % c.y[1];
            want += pixel(&c, c.y_, 0, i, o, y, x) * pixel(&c, c.x, 1, i, ch,
                                                           y + k % 9 / 3 - c.s.pad[0],
                                                           x + k % 3 - c.s.pad[1]);
        }
        ck_assert_msg(fabs((double)dw[k] - want) <= 1e-4 * (fabs(want) + 10),
                      "%.9g, not %.9g", (double)dw[k], want);
    }
    free(dw);
    free(before);
    drop(&c);
}
END_TEST

START_TEST(more_images_go_together_where_pictures_are_small)
{
    struct tiles_job small = {
        .from = 64, .to = 64, .x_size = { 4, 4 }, .y_size = { 4, 4 }
    };
    struct tiles_job large = {
        .from = 64, .to = 64, .x_size = { 99, 99 }, .y_size = { 99, 99 }
    };

    ck_assert_int_gt(tiles_images(&small, 0), 4);
    ck_assert_int_gt(tiles_images(&small, 1), tiles_images(&small, 0));
    ck_assert_int_eq(tiles_images(&large, 0), 1);
    ck_assert_int_eq(tiles_images(&large, 1), 1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tiles");
    TCase *t = tcase_create("tiles");

    tcase_add_loop_test(t, product_is_the_convolution, 0, COUNT(cases));
    tcase_add_loop_test(t, turned_weights_give_the_gradient_of_x, 0, COUNT(cases));
    tcase_add_loop_test(t, correlate_and_gradient_add_the_gradient_of_the_weights, 0,
                        COUNT(cases));
    tcase_add_test(t, more_images_go_together_where_pictures_are_small);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
