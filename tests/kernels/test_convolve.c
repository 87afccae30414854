/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/rng.h"
#include "kernels/convolve.h"

enum { GUARD = 64 }; /* floats behind the work */

/* By taps, but for the last two, whose groups have 64 channels. */
static const nnp_convolution cases[] = {
    { .rows = 3,
      .in = 2,
      .out = 3,
      .groups = 1,
      .x_size = { 5, 4 },
      .y_size = { 5, 4 },
      .k = 3,
      .stride = 1,
      .dilation = 1,
      .before = { 1, 1 } },
    { .rows = 11,
      .in = 4,
      .out = 6,
      .groups = 2,
      .x_size = { 7, 9 },
      .y_size = { 3, 4 },
      .k = 4,
      .stride = 2,
      .dilation = 1,
      .before = { 1, 1 } },
    { .rows = 2,
      .in = 3,
      .out = 3,
      .groups = 3,
      .x_size = { 8, 6 },
      .y_size = { 2, 2 },
      .k = 2,
      .stride = 3,
      .dilation = 2,
      .before = { 0, 1 } },
    { .rows = 1,
      .in = 1,
      .out = 20,
      .groups = 1,
      .x_size = { 4, 4 },
      .y_size = { 4, 4 },
      .k = 1,
      .stride = 1,
      .dilation = 1,
      .before = { 0, 0 } },
    { .rows = 9,
      .in = 64,
      .out = 70,
      .groups = 1,
      .x_size = { 6, 5 },
      .y_size = { 6, 5 },
      .k = 3,
      .stride = 1,
      .dilation = 1,
      .before = { 1, 1 } },
    { .rows = 2,
      .in = 128,
      .out = 128,
      .groups = 2,
      .x_size = { 4, 7 },
      .y_size = { 6, 5 },
      .k = 3,
      .stride = 1,
      .dilation = 1,
      .before = { 2, 0 } },
};

struct all {
    nnp_convolution v;
    size_t          n_x, n_y, n_w, room;
    float          *x, *w, *bias, *dy;
};

static float *numbers(const char *name, size_t n)
{
    float *v = aligned_alloc(64, (n * 4 + 63) / 64 * 64);

    ck_assert_ptr_nonnull(v);
    rng_uniform(rng_key(1, name, 0), 0, v, n);
    for (size_t i = 0; i < n; i++)
        v[i] = 2 * v[i] - 1;
    return v;
}

static struct all make(int number, unsigned workers)
{
    struct all             a = { .v = cases[number] };
    const nnp_convolution *v = &cases[number];

    a.n_x = (size_t)(v->rows * v->in * v->x_size[0] * v->x_size[1]);
    a.n_y = (size_t)(v->rows * v->out * v->y_size[0] * v->y_size[1]);
    a.n_w = (size_t)(v->out * v->in / v->groups * v->k * v->k);
    a.room = (size_t)convolve_room(v, workers);
    a.v.x = a.x = numbers("x", a.n_x);
    a.v.w = a.w = numbers("w", a.n_w);
    a.v.bias = a.bias = numbers("bias", (size_t)v->out);
    a.v.dy = a.dy = numbers("dy", a.n_y);
    a.v.y = numbers("y", a.n_y);
    a.v.dx = numbers("dx", a.n_x);
    a.v.dw = numbers("dw", a.n_w);
    a.v.dbias = numbers("dbias", (size_t)v->out);
    a.v.work = numbers("work", a.room + GUARD);
    return a;
}

static void drop(struct all *a)
{
    float *each[] = { a->x,    a->w,    a->bias,    a->dy,    a->v.y,
                      a->v.dx, a->v.dw, a->v.dbias, a->v.work };

    for (size_t i = 0; i < COUNT(each); i++)
        free(each[i]);
}

/* What the definition says, in double precision. */
struct sums {
    double *y, *dx, *dw, *dbias;
};

static double *zeros(size_t n)
{
    double *v = calloc(n, sizeof *v);

    ck_assert_ptr_nonnull(v);
    return v;
}

/* One weight at one spot of one image. */
static void add(const struct all *a, struct sums *s, int64_t row, int64_t out,
                int64_t spot, int64_t tap)
{
    const nnp_convolution *v = &a->v;
    int64_t                in = v->in / v->groups, kk = v->k * v->k;
    int64_t                ch = out / (v->out / v->groups) * in + tap / kk;
    int64_t                y = spot / v->y_size[1] * v->stride - v->before[0];
    int64_t                x = spot % v->y_size[1] * v->stride - v->before[1];

    y += tap % kk / v->k * v->dilation;
    x += tap % v->k * v->dilation;
    if (y < 0 || x < 0 || y >= v->x_size[0] || x >= v->x_size[1])
        return;
    int64_t from = ((row * v->in + ch) * v->x_size[0] + y) * v->x_size[1] + x;
    int64_t to = (row * v->out + out) * v->y_size[0] * v->y_size[1] + spot;
    int64_t w = out * in * kk + tap;
    s->y[to] += (double)a->w[w] * (double)a->x[from];
    s->dx[from] += (double)a->w[w] * (double)a->dy[to];
    s->dw[w] += (double)a->x[from] * (double)a->dy[to];
}

static struct sums sums_of(const struct all *a)
{
    const nnp_convolution *v = &a->v;
    struct sums            s = { zeros(a->n_y), zeros(a->n_x), zeros(a->n_w),
                                 zeros((size_t)v->out) };
    int64_t spots = v->y_size[0] * v->y_size[1], taps = v->in / v->groups * v->k * v->k;

    for (int64_t i = 0; i < v->rows * v->out * spots; i++) {
        int64_t row = i / spots / v->out, out = i / spots % v->out;

        for (int64_t tap = 0; tap < taps; tap++)
            add(a, &s, row, out, i % spots, tap);
        s.y[i] += (double)v->bias[out];
        s.dbias[out] += (double)v->dy[i];
    }
    return s;
}

static void expect(const float *got, double *want, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(fabs((double)got[i] - want[i]) <= 1e-4 * (fabs(want[i]) + 1),
                      "[%zu] is %.9g, not %.9g", i, (double)got[i], want[i]);
    free(want);
}

START_TEST(values_and_gradients_are_those_of_the_definition)
{
    struct all      a = make(_i, 1);
    struct sums     s = sums_of(&a);
    struct convolve by = { 0 };

    convolve_forward(&by, &a.v);
    convolve_backward(&by, &a.v);
    expect(a.v.y, s.y, a.n_y);
    expect(a.v.dx, s.dx, a.n_x);
    expect(a.v.dw, s.dw, a.n_w);
    expect(a.v.dbias, s.dbias, (size_t)a.v.out);
    drop(&a);
}
END_TEST

START_TEST(any_pool_gives_the_same_bits_and_stays_in_its_room)
{
    struct all      one = make(_i, 1), three = make(_i, 3);
    struct convolve alone = { 0 }, pooled = { .pool = pool_open(3) };
    float          *behind = numbers("work", three.room + GUARD);

    convolve_forward(&alone, &one.v);
    convolve_backward(&alone, &one.v);
    convolve_forward(&pooled, &three.v);
    convolve_backward(&pooled, &three.v);
    ck_assert_mem_eq(one.v.y, three.v.y, one.n_y * 4);
    ck_assert_mem_eq(one.v.dx, three.v.dx, one.n_x * 4);
    ck_assert_mem_eq(one.v.dw, three.v.dw, one.n_w * 4);
    ck_assert_mem_eq(one.v.dbias, three.v.dbias, (size_t)one.v.out * 4);
    ck_assert_mem_eq(three.v.work + three.room, behind + three.room, GUARD * 4);
    pool_close(pooled.pool);
    free(behind);
    drop(&one);
    drop(&three);
}
END_TEST

START_TEST(gradients_that_are_not_wanted_are_left_alone_and_beta_adds)
{
    struct all      a = make(_i, 1), b = make(_i, 1);
    struct convolve by = { 0 };
    float          *before = numbers("dw", a.n_w), *dx = b.v.dx, *dbias = b.v.dbias;

    convolve_backward(&by, &a.v);
    b.v.beta = 1;
    b.v.dx = b.v.dbias = NULL;
    convolve_backward(&by, &b.v);
    for (size_t i = 0; i < a.n_w; i++)
        nnt_expect_number((double)b.v.dw[i], (double)(a.v.dw[i] + before[i]), 1e-5);
    b.v.dx = dx;
    b.v.dbias = dbias;
    drop(&a);
    drop(&b);
    free(before);
}
END_TEST

struct told {
    const float *first;
    int          times[20000];
};

static void count(void *arg, const float *first, size_t n)
{
    struct told *t = arg;

    for (size_t i = 0; i < n; i++)
        t->times[first - t->first + (ptrdiff_t)i]++;
}

START_TEST(every_number_is_said_to_be_ready_once)
{
    static struct told t;
    struct all         a = make(_i, 1);
    struct convolve    by = { .ready = count, .arg = &t };

    t = (struct told){ .first = a.v.y };
    convolve_forward(&by, &a.v);
    for (size_t i = 0; i < a.n_y; i++)
        ck_assert_int_eq(t.times[i], 1);
    t = (struct told){ .first = a.v.dx };
    convolve_backward(&by, &a.v);
    for (size_t i = 0; i < a.n_x; i++)
        ck_assert_int_eq(t.times[i], 1);
    drop(&a);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("convolve");
    TCase *t = tcase_create("kernels");

    tcase_add_loop_test(t, values_and_gradients_are_those_of_the_definition, 0,
                        COUNT(cases));
    tcase_add_loop_test(t, any_pool_gives_the_same_bits_and_stays_in_its_room, 0,
                        COUNT(cases));
    tcase_add_loop_test(t, gradients_that_are_not_wanted_are_left_alone_and_beta_adds, 0,
                        COUNT(cases));
    tcase_add_loop_test(t, every_number_is_said_to_be_ready_once, 0, COUNT(cases));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
