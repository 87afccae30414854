/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "kernels/matmul.h"

#include <stdbool.h>
#include <stddef.h>
#include "kernels/cpu.h"
#include "kernels/matmul_kernel.h"

/*
 * C is cut into tiles, and a tile is one chunk for the pool. An element of C is summed
 * along k in the same order in any tile, so the cut may follow the number of threads and
 * the result does not: what is free to choose is only who computes which elements.
 *
 *              columns
 *            +-------+-------+
 *       rows | t0    | t1    |
 *            +-------+-------+
 *            | t2    | t3    |
 *            +-------+-------+
 *
 * A tile packs its part of A and of B into lines that the kernel reads one after the
 * other (matmul_kernel.h). Packing costs about as much as reading, so tiles are as large
 * as the threads allow.
 *
 * A product with a single row, or a single column that is turned into one, has nothing to
 * reuse: it runs along B in memory at the pace of memory (row_part).
 */
enum {
    WORTH = 1 << 18, /* multiplications that pay for a thread: about 5 us */
    ALONG = 1 << 17, /* the same where B is read but once, a row: memory sets the pace */
    SMALLEST = 32    /* side of a tile */
};

static int64_t pieces(int64_t n, int64_t size)
{
    return (n + size - 1) / size;
}

static void ready(const struct matmul_job *job, int64_t i0, int64_t i1, int64_t j0,
                  int64_t j1)
{
    if (job->end && job->end->ready)
        job->end->ready(job->end->arg, job->c + i0 * job->ldc + j0, i1 - i0, j1 - j0,
                        job->ldc);
}

static int64_t at_most(int64_t n, int64_t most)
{
    return n < most ? n : most;
}

static void tiles(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct matmul_job *job = arg;
    int64_t                  across = pieces(job->n, job->columns);

    (void)worker;
    for (int64_t t = (int64_t)begin; t < (int64_t)end; t++) {
        int64_t i = t / across * job->rows, j = t % across * job->columns;
        int64_t last = at_most(i + job->rows, job->m);
        int64_t right = at_most(j + job->columns, job->n);

        cpu_kernels()->matmul->tile(job, i, last, j, right);
        ready(job, i, last, j, right);
    }
}

/* Whatever the pool, cut would make it one tile. */
static bool one_tile(const struct matmul_job *job)
{
    return job->m * job->n * job->k < WORTH && job->n <= MATMUL_COLUMNS;
}

static void row_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    (void)worker;
    cpu_kernels()->matmul->row(arg, (int64_t)begin, (int64_t)end);
    ready(arg, 0, 1, (int64_t)begin, (int64_t)end);
}

/* What is packed when C is cut into `down` x `across` tiles, in columns of k floats; A is
 * taken for each column of tiles anew, B for each row. */
static int64_t packed(const struct matmul_job *job, int64_t down, int64_t across)
{
    return down * job->n + across * job->m;
}

/* Tiles may depend on the pool: how an element is summed does not depend on its tile.
 * Every thread gets the same number of tiles, two at least where they pay, of the shape
 * that packs least. */
static void cut(struct matmul_job *job, int64_t threads)
{
    int64_t worth = job->m * job->n * job->k / WORTH, least = INT64_MAX;
    int64_t wanted = threads == 1 ? 1 : worth < 2 * threads ? worth : 2 * threads;

    for (int64_t down = 1; down == 1 || down <= wanted; down *= 2) {
        int64_t across = pieces(job->n, MATMUL_COLUMNS), most = pieces(job->n, SMALLEST);
        if (down > 1 && job->m < down * SMALLEST)
            break;
        if (down * across < wanted)
            across = pieces(wanted, down);
        if (worth >= threads)
            across = pieces(down * across, threads) * threads / down;
        if (across > most)
            across = most;
        if (packed(job, down, across) >= least && down * across >= wanted)
            continue;
        least = packed(job, down, across);
        job->rows = pieces(pieces(job->m, down), 12) * 12;
        job->columns = pieces(pieces(job->n, across), 16) * 16;
    }
}

/* A column is the row of the transposed product, if its elements lie together. */
static void lay_down(struct matmul_job *job)
{
    *job = (struct matmul_job){
        .ta = !job->tb,
        .tb = !job->ta,
        .m = 1,
        .n = job->m,
        .k = job->k,
        .alpha = job->alpha,
        .beta = job->beta,
        .a = job->b,
        .b = job->a,
        .c = job->c,
        .lda = job->ldb,
        .ldb = job->lda,
        .ldc = job->m,
        .bias = job->bias,
        .end = job->end,
    };
}

void matmul(struct pool *p, int ta, int tb, int64_t m, int64_t n, int64_t k, float alpha,
            const float *a, int64_t lda, const float *b, int64_t ldb, float beta,
            float *c, int64_t ldc, const struct matmul_end *end)
{
    struct matmul_job job = { .ta = ta,
                              .tb = tb,
                              .m = m,
                              .n = n,
                              .k = k,
                              .alpha = alpha,
                              .beta = beta,
                              .a = a,
                              .b = b,
                              .c = c,
                              .lda = lda,
                              .ldb = ldb,
                              .ldc = ldc,
                              .bias = end ? end->bias : NULL,
                              .bias_step = 1,
                              .end = end };

    if (m <= 0 || n <= 0)
        return;
    if (n == 1 && m > 1 && ldc == 1 && !(ta && job.bias)) /* tiles know no lone number */
        lay_down(&job);
    if (job.m == 1 && job.tb) {
        int64_t parts = pieces(job.n * k, ALONG), part = pieces(job.n, parts + !parts);
        pool_run(p, (size_t)job.n, (size_t)pieces(part, 8) * 8, row_part, &job);
        return;
    }
    if (one_tile(&job)) {
        cpu_kernels()->matmul->tile(&job, 0, job.m, 0, job.n);
        ready(&job, 0, job.m, 0, job.n);
        return;
    }
    cut(&job, pool_width(p));
    pool_run(p, (size_t)(pieces(job.m, job.rows) * pieces(job.n, job.columns)), 1, tiles,
             &job);
}
