/* SPDX-License-Identifier: MIT */
/* What the two ways of a convolution share: where images lie, what they work with, and
 * how their sums over rows are cut into parts that depend on the number of rows alone. */
#ifndef NNP_KERNELS_CONVOLVE_JOB_H
#define NNP_KERNELS_CONVOLVE_JOB_H
#include <string.h>
#include <nnpipe/convolve.h>
#include "base/pool.h"

/* With what it is done. */
struct convolve {
    struct pool *pool; /* NULL: all inline */
    /* Told of each n numbers of y or of dx that are final, on the thread that computed
     * them; or NULL. */
    void (*ready)(void *arg, const float *first, size_t n);
    void *arg;
};

struct convolve_job {
    const struct convolve *by;
    nnp_convolution        v;
    int64_t                in, out; /* channels of a group */
    size_t                 rows;
    size_t                 parts; /* of the sum over rows; their sums lie in `sums` */
    size_t                 cut; /* parts of an image, each some of a product's channels */
    size_t                 one; /* floats of a worker's part of `work` */
    float                 *work, *sums;
    float                 *turned; /* weights turned round, once sums are used up */
    int64_t               *at;     /* where taps begin */
};

enum {
    CONVOLVE_JOB_PARTS = 8,
    /* Fewer images than FEW are cut, if there are channels for parts of NARROW. */
    CONVOLVE_JOB_FEW = 4,
    CONVOLVE_JOB_CUT = 2,
    CONVOLVE_JOB_NARROW = 8
};

static inline int64_t convolve_job_most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static inline size_t convolve_job_least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static inline void convolve_job_clear(float *x, int64_t n)
{
    memset(x, 0, (size_t)n * sizeof *x);
}

static inline float *convolve_job_work(const struct convolve_job *j, uint32_t worker)
{
    return j->work + worker * j->one;
}

/* Where the channels of group g of an image begin in x or dx, and in y or dy. */
static inline int64_t convolve_job_x(const struct convolve_job *j, size_t row, int64_t g)
{
    return ((int64_t)row * j->v.groups + g) * j->in * j->v.x_size[0] * j->v.x_size[1];
}

static inline int64_t convolve_job_y(const struct convolve_job *j, size_t row, int64_t g)
{
    return ((int64_t)row * j->v.groups + g) * j->out * j->v.y_size[0] * j->v.y_size[1];
}

static inline size_t convolve_job_cut(const struct convolve_job *j, int64_t channels)
{
    return j->rows < CONVOLVE_JOB_FEW && channels >= 2 * CONVOLVE_JOB_NARROW
               ? CONVOLVE_JOB_CUT
               : 1;
}

/* Some channels of y, or of dx, have their values. */
static inline void convolve_job_ready(const struct convolve_job *j, const float *first,
                                      int64_t channels, const int64_t *size)
{
    if (j->by->ready)
        j->by->ready(j->by->arg, first, (size_t)(channels * size[0] * size[1]));
}

static inline void convolve_job_run(struct convolve_job *j, size_t n, size_t grain,
                                    pool_body *body)
{
    pool_run(j->by->pool, n, grain, body, j);
}
#endif
