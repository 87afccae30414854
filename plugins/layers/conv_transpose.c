/* SPDX-License-Identifier: MIT */
/*
 * conv_transpose: each pixel leaves a kernel behind, times its value, in a larger image:
 * what conv of the same settings does to gradients. x is (rows, channels, height, width),
 * the weight [channels, out / groups, k, k]. With pad: same the sizes are multiplied by
 * the stride.
 *
 * Dumoulin, Visin (2016), "A guide to convolution arithmetic for deep learning". `big` is
 * the image that the kernel moves over, `small` has a pixel for each spot; in between
 * there is a matrix of columns, (out k k, spots). Rows are done one by one, each worker
 * with columns of its own. Weight gradients are summed in at most PARTS parts, which
 * depend on the number of rows alone and are added in their order.
 */
#include <string.h>

#include <nnpipe/fast.h>
#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/window.h>

enum { PARTS = 8 };

static const nnp_param params[] = {
    NNP_KERNEL_PARAMS(
        "from one kernel in the output to the next",
        "crop the output so that only the stride changes its size, or not at all",
        "cropped on every side instead"),
};

/* How the kernel lies on the images: sizes of one group, [0] height, [1] width. */
struct lie {
    int64_t big_channels, small_channels, groups, k, stride, dilation;
    int64_t big[2], small[2], before[2]; /* before: cropped above and to the left */
};

struct job {
    nnp_ctx      *c;
    nnp_ready_fn *ready;
    struct lie    v;
    const float  *weight, *bias; /* bias NULL: none */
    float        *big, *small, *columns, *sums;
    size_t        rows, parts;
    int           rc;
};

static size_t taps(const struct lie *v)
{
    return (size_t)(v->big_channels * v->k * v->k);
}

static size_t spots(const struct lie *v)
{
    return (size_t)(v->small[0] * v->small[1]);
}

static size_t pixels(const struct lie *v)
{
    return (size_t)(v->big[0] * v->big[1]);
}

/* The columns are the image itself. */
static int is_plain(const struct lie *v)
{
    return v->k == 1 && v->stride == 1 && v->before[0] == 0 && v->before[1] == 0 &&
           spots(v) == pixels(v);
}

/* ---- sizes ---- */

static struct lie lie_of(const struct nnp_kernel *s, const nnp_tensor *big,
                         const nnp_tensor *small)
{
    struct lie v = { big->shape[1] / s->groups,
                     small->shape[1] / s->groups,
                     s->groups,
                     s->k,
                     s->stride,
                     s->dilation,
                     { big->shape[2], big->shape[3] },
                     { small->shape[2], small->shape[3] },
                     { 0, 0 } };

    for (int a = 0; a < 2; a++)
        v.before[a] = nnp_kernel_before(s, a, v.big[a], v.small[a]);
    return v;
}

static int declare(nnp_ctx *c, const struct nnp_kernel *s, const int64_t *out)
{
    const int64_t *x = c->in[0].shape;
    int64_t        rows = x[0];
    int64_t        weight[4] = { x[1], s->out / s->groups, s->k, s->k };
    int64_t        columns[2] = { c->workers, weight[1] * s->k * s->k * x[2] * x[3] };
    int64_t        sums[2] = { rows < PARTS ? rows : PARTS,
                        weight[0] * weight[1] * s->k * s->k };
    int rc = nnp_kernel_declare(c, s, out, weight);

    if (rc >= 0)
        rc = c->host->declare(c, NNP_SCRATCH, "columns", NNP_F32, 2, columns, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_SCRATCH, "sums", NNP_F32, 2, sums, NULL);
    return rc < 0 ? rc : NNP_OK;
}

static int setup(nnp_ctx *c, void *self)
{
    const struct nnp_kernel *s = self;
    const int64_t           *x = c->in[0].shape;
    int                      rc = nnp_kernel_check(c, s, "conv_transpose");

    if (rc)
        return rc;
    int64_t out[4] = { x[0], s->out, nnp_kernel_pixels(s, 0, x[2]),
                       nnp_kernel_pixels(s, 1, x[3]) };
    if (out[2] > 0 && out[3] > 0)
        return declare(c, s, out);
    return nnp_fail(c, NNP_EINVAL, "padding leaves no pixel of the output");
}

/* ---- columns ---- */

/* Along the width, under column kx of the kernel: spots *begin..*end see a pixel. Found
 * once for a tap, so that the loops over a line of spots have no test in them. */
static void inside(const struct lie *v, int64_t kx, int64_t *begin, int64_t *end)
{
    int64_t first = v->before[1] - kx * v->dilation, last = v->big[1] - 1 + first;

    *begin = first > 0 ? (first + v->stride - 1) / v->stride : 0;
    *end = last < 0 ? 0 : last / v->stride + 1;
    if (*end > v->small[1])
        *end = v->small[1];
    if (*begin > *end)
        *begin = *end;
}

/* Most kernels move by 1: a whole line is copied, or added, at once. */
static void take(const float *x, float *to, int64_t n, int64_t stride)
{
    if (stride == 1)
        memcpy(to, x, (size_t)n * sizeof *to);
    for (int64_t i = 0; stride != 1 && i < n; i++)
        to[i] = x[i * stride];
}

NNP_HOT static void give(const float *from, float *x, int64_t n, int64_t stride)
{
    if (stride == 1) {
        NNP_LANES
        for (int64_t i = 0; i < n; i++)
            x[i] += from[i];
    }
    for (int64_t i = 0; stride != 1 && i < n; i++)
        x[i * stride] += from[i];
}

/* One tap of the kernel over one channel: all spots, to the columns or, `back`, from
 * them. */
static void tap(const struct lie *v, float *x, float *column, int64_t ky, int64_t kx,
                int back)
{
    int64_t begin, end, width = v->small[1];

    inside(v, kx, &begin, &end);
    for (int64_t y = 0; y < v->small[0]; y++, column += width) {
        int64_t row = y * v->stride + ky * v->dilation - v->before[0];
        int     seen = row >= 0 && row < v->big[0] && begin < end;
        float  *from = seen ? x + row * v->big[1] + begin * v->stride + kx * v->dilation -
                                 v->before[1]
                            : x;
        if (back && seen)
            give(column + begin, from, end - begin, v->stride);
        if (!back && !seen)
            memset(column, 0, (size_t)width * sizeof *column);
        if (!back && seen) {
            memset(column, 0, (size_t)begin * sizeof *column);
            take(from, column + begin, end - begin, v->stride);
            memset(column + end, 0, (size_t)(width - end) * sizeof *column);
        }
    }
}

static void columns(const struct lie *v, float *x, float *to, int back)
{
    for (int64_t ch = 0; ch < v->big_channels; ch++, x += pixels(v))
        for (int64_t i = 0; i < v->k * v->k; i++, to += spots(v))
            tap(v, x, to, i / v->k, i % v->k, back);
}

/* What the kernel sees of group g of a row. */
static float *seen(const struct job *j, size_t row, int64_t g, uint32_t worker)
{
    size_t size = (size_t)j->v.big_channels * pixels(&j->v);
    float *x = j->big + (row * (size_t)j->v.groups + (size_t)g) * size;
    float *to = j->columns + worker * taps(&j->v) * spots(&j->v);

    if (is_plain(&j->v))
        return x;
    columns(&j->v, x, to, 0);
    return to;
}

static float *small_of(const struct job *j, size_t row, int64_t g)
{
    size_t size = (size_t)j->v.small_channels * spots(&j->v);

    return j->small + (row * (size_t)j->v.groups + (size_t)g) * size;
}

static void start(float *x, const float *bias, int64_t channels, size_t n)
{
    for (int64_t ch = 0; ch < channels; ch++, x += n)
        for (size_t i = 0; i < n; i++)
            x[i] = bias ? bias[ch] : 0.0f;
}

/* Runs inside `parallel`, where gemm stays on this thread. Several workers may fail at
 * once; which of their codes is kept does not matter, the reason is the host's. */
static void product(struct job *j, int ta, int tb, const size_t *mnk, const float *a,
                    const float *b, float *to)
{
    int64_t m = (int64_t)mnk[0], n = (int64_t)mnk[1], k = (int64_t)mnk[2];
    int rc = j->c->host->gemm(j->c, ta, tb, m, n, k, 1, a, ta ? m : k, b, tb ? k : n, 1,
                              to, n);
    if (rc)
        __atomic_store_n(&j->rc, rc, __ATOMIC_RELAXED);
}

/* small = W columns(big) */
static void gather(void *arg, size_t begin, size_t end, uint32_t worker)
{
    struct job *j = arg;
    int64_t     n = j->v.small_channels;
    size_t      mnk[3] = { (size_t)n, spots(&j->v), taps(&j->v) };

    for (size_t row = begin; row < end; row++)
        for (int64_t g = 0; g < j->v.groups; g++) {
            float *to = small_of(j, row, g);
            start(to, NULL, n, mnk[1]);
            product(j, 0, 0, mnk, j->weight + (size_t)(g * n) * mnk[2],
                    seen(j, row, g, worker), to);
            j->ready(j->c, to, mnk[0] * mnk[1], mnk[0] * mnk[1], 1);
        }
}

/* big = the columns W' small, each to the pixels it came from, + bias */
static void scatter(void *arg, size_t begin, size_t end, uint32_t worker)
{
    struct job *j = arg;
    int64_t     n = j->v.big_channels;
    size_t      mnk[3] = { taps(&j->v), spots(&j->v), (size_t)j->v.small_channels };
    size_t      size = (size_t)n * pixels(&j->v);

    for (size_t row = begin; row < end; row++)
        for (int64_t g = 0; g < j->v.groups; g++) {
            float *x = j->big + (row * (size_t)j->v.groups + (size_t)g) * size;
            float *to = is_plain(&j->v) ? x : j->columns + worker * mnk[0] * mnk[1];
            /* Spots next to each other leave kernels on the same pixels, so what is there
             * first, the bias, is written and all else is added. */
            start(x, j->bias ? j->bias + g * n : NULL, n, pixels(&j->v));
            if (to != x)
                memset(to, 0, mnk[0] * mnk[1] * sizeof *to);
            product(j, 1, 0, mnk, j->weight + (size_t)g * mnk[2] * mnk[0],
                    small_of(j, row, g), to);
            if (to != x)
                columns(&j->v, x, to, 1);
            j->ready(j->c, x, size, size, 1);
        }
}

/* Parts begin..end of the sum over rows of small columns(big)'. */
static void weigh(void *arg, size_t begin, size_t end, uint32_t worker)
{
    struct job *j = arg;
    size_t      mnk[3] = { (size_t)j->v.small_channels, taps(&j->v), spots(&j->v) };
    size_t      size = mnk[0] * mnk[1], all = size * (size_t)j->v.groups;

    memset(j->sums + begin * all, 0, (end - begin) * all * sizeof *j->sums);
    for (size_t part = begin; part < end; part++)
        for (size_t row = part * j->rows / j->parts;
             row < (part + 1) * j->rows / j->parts; row++)
            for (int64_t g = 0; g < j->v.groups; g++)
                product(j, 0, 1, mnk, small_of(j, row, g), seen(j, row, g, worker),
                        j->sums + part * all + (size_t)g * size);
}

static void add_parts(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    size_t            n = nnp_count(&j->c->weight[0]);

    (void)worker;
    if (j->c->beta == 0)
        memset(nnp_f32(&j->c->dweight[0]) + begin, 0, (end - begin) * sizeof(float));
    for (size_t part = 0; part < j->parts; part++)
        give(j->sums + part * n + begin, nnp_f32(&j->c->dweight[0]) + begin,
             (int64_t)(end - begin), 1);
}

/* Channels begin..end of the bias gradient. */
static void sum_channels(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const nnp_ctx    *c = ((struct job *)arg)->c;
    const nnp_tensor *dy = &c->dout[0];
    size_t            n = (size_t)(dy->shape[2] * dy->shape[3]);
    size_t            rows = (size_t)dy->shape[0], channels = (size_t)dy->shape[1];

    (void)worker;
    for (size_t ch = begin; ch < end; ch++) {
        double all = 0;

        for (size_t row = 0; row < rows; row++)
            for (size_t i = 0; i < n; i++)
                all += (double)nnp_f32(dy)[(row * channels + ch) * n + i];
        if (c->beta == 0)
            nnp_f32(&c->dweight[1])[ch] = 0;
        nnp_f32(&c->dweight[1])[ch] += (float)all;
    }
}

static struct job job_of(nnp_ctx *c, const struct nnp_kernel *s, const nnp_tensor *big,
                         const nnp_tensor *small)
{
    size_t rows = (size_t)c->in[0].shape[0];

    return (struct job){ .c = c,
                         .ready = (nnp_ready_fn *)c->host->extension(c, "nnp.ready/1"),
                         .v = lie_of(s, big, small),
                         .weight = nnp_f32(&c->weight[0]),
                         .big = nnp_f32(big),
                         .small = nnp_f32(small),
                         .columns = nnp_f32(&c->scratch[0]),
                         .sums = nnp_f32(&c->scratch[1]),
                         .rows = rows,
                         .parts = rows < PARTS ? rows : PARTS };
}

static int run(struct job *j, size_t n, size_t grain, nnp_body *body)
{
    if (!j->ready)
        return nnp_fail(j->c, NNP_ENOTSUP,
                        "conv_transpose needs a host with nnp.ready/1");
    int rc = j->c->host->parallel(j->c, n, grain, body, j);

    return rc ? rc : j->rc;
}

static int weight_gradients(struct job *j, int bias)
{
    nnp_ctx *c = j->c;
    int      rc = NNP_OK;

    if (c->dweight[0].data)
        rc = run(j, j->parts, 1, weigh);
    if (!rc && c->dweight[0].data)
        rc = run(j, nnp_count(&c->weight[0]), NNP_GRAIN, add_parts);
    if (!rc && bias && c->dweight[1].data)
        rc = run(j, (size_t)c->dout[0].shape[1], 1, sum_channels);
    return rc;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct nnp_kernel *s = self;
    struct job               j = job_of(c, s, &c->out[0], &c->in[0]);

    j.bias = s->bias ? nnp_f32(&c->weight[1]) : NULL;
    return run(&j, j.rows, 1, scatter);
}

static int backward(nnp_ctx *c, void *self)
{
    const struct nnp_kernel *s = self;
    struct job               j = job_of(c, s, &c->dout[0], &c->in[0]);
    int                      rc = weight_gradients(&j, s->bias);

    j.small = nnp_f32(&c->din[0]);
    return rc || !j.small ? rc : run(&j, j.rows, 1, gather);
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "y_{i+k,j+l} = b + sum_{kl}(w_kl x_ij)",
    .backward = "d(E, x_ij) = sum_{kl}(w_kl d(E, y_{i+k,j+l}))",
    .weight = "d(E, w_kl) = sum_{ij}(d(E, y_{i+k,j+l}) x_ij); d(E, b) = "
              "sum_{ij}(d(E, y_ij))",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component conv_transpose = {
    NNP_COMPONENT("layer", "conv_transpose"),
    .doc = "each pixel leaves a kernel behind in a larger image",
    .takes = NNP_F32, .flags = NNP_FREE_OUT | NNP_READY | NNP_BETA,
    .self_size = sizeof(struct nnp_kernel), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(conv_transpose, NNP_OURS, &conv_transpose)
