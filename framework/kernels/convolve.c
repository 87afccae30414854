/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "kernels/convolve.h"

#include <nnpipe/math.h>
#include <nnpipe/plugin.h>
#include "kernels/convolve_taps.h"
#include "kernels/convolve_tiles.h"

/* 16 floats are 64 bytes: each piece of the work memory begins on a line of the cache, so
 * that two workers never write to one line. */
static int64_t rounded(int64_t floats)
{
    return (floats + 15) / 16 * 16;
}

/* A part is a range of rows. How many parts there are follows from the rows alone, never
 * from the number of threads: the parts are added in their order, so the sum has the same
 * bits on any machine. */
static int64_t sums_room(const struct convolve_job *j)
{
    int64_t one =
        convolve_tiles_pay(&j->v) ? convolve_tiles_sums(j) : convolve_taps_sums(j);

    return rounded((int64_t)j->parts * one);
}

/* Everything but where in the work it lies. */
static struct convolve_job sized(const struct convolve *by, const nnp_convolution *v)
{
    size_t              rows = (size_t)v->rows, most = CONVOLVE_JOB_PARTS;
    struct convolve_job j = { .by = by,
                              .v = *v,
                              .in = v->in / v->groups,
                              .out = v->out / v->groups,
                              .rows = rows,
                              .parts = convolve_job_least(rows, most),
                              .cut = 1 };

    j.one = (size_t)(convolve_tiles_pay(v) ? convolve_tiles_work(&j)
                                           : convolve_taps_work(&j));
    return j;
}

/* Must say at least what job_of hands out: whoever asks gives so much as `work`. */
int64_t convolve_room(const nnp_convolution *v, unsigned workers)
{
    struct convolve_job j = sized(NULL, v);
    int64_t             at = convolve_tiles_pay(v) ? 0 : convolve_taps_at(&j);

    return 2 * rounded(at) + sums_room(&j) + (int64_t)(workers * j.one);
}

/* Places of taps, then sums or turned weights, of which the former are used up before the
 * latter are made, then a part for each worker. */
static struct convolve_job job_of(const struct convolve *by, const nnp_convolution *v)
{
    struct convolve_job j = sized(by, v);
    int64_t             at = convolve_tiles_pay(v) ? 0 : convolve_taps_at(&j);

    j.at = (int64_t *)(void *)v->work;
    j.sums = j.turned = v->work + 2 * rounded(at);
    j.work = j.sums + sums_room(&j);
    return j;
}

/* Lanes do not reorder anything here: every element has a sum of its own. */
NNP_HOT static void add(const float *from, float *x, int64_t n)
{
    NNP_LANES
    for (int64_t i = 0; i < n; i++)
        x[i] += from[i];
}

/* Weights begin..end: the parts in their order. With beta 0 nobody else has written dw in
 * this update, so it holds what an update before left and is cleared first. */
static void add_parts(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct convolve_job *j = arg;
    size_t                     n = (size_t)convolve_taps_sums(j);

    (void)worker;
    if (j->v.beta == 0)
        convolve_job_clear(j->v.dw + begin, (int64_t)(end - begin));
    for (size_t part = 0; part < j->parts; part++)
        add(j->sums + part * n + begin, j->v.dw + begin, (int64_t)(end - begin));
}

/* The numbers of a channel of an image in eight sums, then one. Eight floats fill a
 * register; the rest and the total are doubles, as a channel of a batch may have millions
 * of numbers. */
NNP_HOT static double sum_of(const float *x, size_t n)
{
    float  part[8] = { 0 };
    double all = 0;
    size_t i = 0;

    for (; i + 8 <= n; i += 8)
        for (size_t k = 0; k < 8; k++)
            part[k] += x[i + k];
    for (; i < n; i++)
        all += (double)x[i];
    for (size_t k = 0; k < 8; k++)
        all += (double)part[k];
    return all;
}

/* Channels begin..end of dbias. */
static void sum_channels(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const nnp_convolution *v = &((struct convolve_job *)arg)->v;
    size_t                 n = (size_t)(v->y_size[0] * v->y_size[1]);

    (void)worker;
    for (size_t ch = begin; ch < end; ch++) {
        double all = 0;

        for (int64_t row = 0; row < v->rows; row++)
            all += sum_of(v->dy + ((size_t)(row * v->out) + ch) * n, n);
        v->dbias[ch] = (v->beta == 0 ? 0 : v->dbias[ch]) + (float)all;
    }
}

void convolve_forward(const struct convolve *by, const nnp_convolution *v)
{
    struct convolve_job j = job_of(by, v);

    if (convolve_tiles_pay(v))
        convolve_tiles_forward(&j);
    else
        convolve_taps_forward(&j);
}

/* Tiles add their parts as they turn them back into weights; taps need a pass of its own.
 */
static void weights(struct convolve_job *j)
{
    if (convolve_tiles_pay(&j->v)) {
        convolve_tiles_weights(j);
        return;
    }
    convolve_taps_weights(j);
    pool_run(j->by->pool, (size_t)convolve_taps_sums(j), NNP_GRAIN, add_parts, j);
}

/* The weights come first: their sums lie where the turned weights of the pixels' gradient
 * are made afterwards. */
void convolve_backward(const struct convolve *by, const nnp_convolution *v)
{
    struct convolve_job j = job_of(by, v);

    if (v->dw)
        weights(&j);
    if (v->dbias)
        pool_run(by->pool, (size_t)v->out, 1, sum_channels, &j);
    if (v->dx && convolve_tiles_pay(v))
        convolve_tiles_pixels(&j);
    else if (v->dx)
        convolve_taps_pixels(&j);
}
