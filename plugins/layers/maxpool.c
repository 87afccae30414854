/* SPDX-License-Identifier: MIT */
/*
 * maxpool: the largest number of each k x k window of each channel. Windows begin
 * `stride` pixels apart and lie inside the image; what is left over on the right and
 * below is not seen. Where several are largest the first one is it, and gets the
 * gradient.
 */
#include <string.h>

#include <nnpipe/fast.h>
#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/window.h>

static const nnp_param params[] = { NNP_WINDOW_PARAMS };

struct job {
    nnp_ctx      *c;
    int64_t       k, stride, in[2], out[2];
    nnp_ready_fn *ready;
};

static int setup(nnp_ctx *c, void *self)
{
    int64_t y[4];
    int     rc = nnp_window_shape(c, self, "maxpool", y);

    if (!rc)
        rc = c->host->declare(c, NNP_OUT, "y", NNP_F32, 4, y, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_SAVED, "largest", NNP_I32, 4, y, NULL);
    if (rc >= 0) /* the same of one line, when nothing is saved */
        rc = c->host->declare(c, NNP_SCRATCH, "line", NNP_I32, 2,
                              (int64_t[2]){ c->workers, y[3] }, NULL);
    return rc < 0 ? rc : NNP_OK;
}

/* The k-th column of a line's windows: `best` are the largest so far, `at` their places.
 * NaN is larger than any number; without branches this is vector code. */
static inline void look(const float *x, int32_t place, int64_t stride, int64_t n,
                        float *best, int32_t *at)
{
    NNP_LANES
    for (int64_t i = 0; i < n; i++) {
        float   v = x[i * stride], b = best[i];
        int32_t more = (v > b) | ((v != v) & (b == b)), mask = -more;

        best[i] = nnp_pickf(more, v, b);
        at[i] = (at[i] & ~mask) | ((place + (int32_t)(i * stride)) & mask);
    }
}

NNP_HOT static void look_along(const float *x, int32_t place, int64_t stride, int64_t n,
                               float *best, int32_t *at)
{
    if (stride == 2)
        look(x, place, 2, n, best, at);
    else
        look(x, place, stride, n, best, at);
}

/* Line y of a channel x of the output. */
static void pool_line(const struct job *j, const float *x, int64_t y, float *best,
                      int32_t *at)
{
    int64_t first = y * j->stride * j->in[1];

    for (int64_t i = 0; i < j->out[1]; i++) {
        best[i] = x[first + i * j->stride];
        at[i] = (int32_t)(first + i * j->stride);
    }
    for (int64_t k = 1; k < j->k * j->k; k++) {
        int64_t from = first + k / j->k * j->in[1] + k % j->k;

        look_along(x + from, (int32_t)from, j->stride, j->out[1], best, at);
    }
}

/* ---- windows of 2 x 2 side by side: four pixels at once ---- */

/* The larger of two, and its place; the first where they are equal, NaN before all. */
static inline float larger(float a, float b, int32_t pa, int32_t pb, int32_t *at)
{
    int32_t more = (b > a) | ((b != b) & (a == a)), mask = -more;

    *at = (pa & ~mask) | (pb & mask);
    return nnp_pickf(more, b, a);
}

/* A line of n windows; its first pixel has the place `first`. */
NNP_HOT static void pool_fours(const float *x, int32_t first, int64_t width, int64_t n,
                               float *best, int32_t *at)
{
    const float *up = x, *down = x + width;
    int32_t      second = first + (int32_t)width;

    NNP_LANES
    for (int64_t i = 0; i < n; i++) {
        int32_t k = 2 * (int32_t)i, a, b;
        float   above = larger(up[2 * i], up[2 * i + 1], first + k, first + k + 1, &a);
        float   below =
            larger(down[2 * i], down[2 * i + 1], second + k, second + k + 1, &b);

        best[i] = larger(above, below, a, b, &at[i]);
    }
}

enum { PAIRS = 512 }; /* of pixels side by side, in some lines of a channel */

/* n pairs of one line after another: a loop that short lines do not cut up. */
NNP_HOT static void pool_pairs(const float *x, int32_t first, int64_t n, float *best,
                               int32_t *at)
{
    NNP_LANES
    for (int64_t i = 0; i < n; i++) {
        int32_t k = first + 2 * (int32_t)i;

        best[i] = larger(x[2 * i], x[2 * i + 1], k, k + 1, &at[i]);
    }
}

/* Lines of n windows from twice as many lines of pairs. */
NNP_HOT static void pool_lines(const float *pair, const int32_t *place, int64_t lines,
                               int64_t n, float *best, int32_t *at)
{
    for (int64_t y = 0; y < lines; y++, pair += 2 * n, place += 2 * n) {
        NNP_LANES
        for (int64_t i = 0; i < n; i++)
            best[y * n + i] =
                larger(pair[i], pair[n + i], place[i], place[n + i], &at[y * n + i]);
    }
}

/* Each pixel of a window gets the gradient if it was the largest. */
NNP_HOT static void share_fours(const float *dy, const int32_t *at, int64_t width,
                                int64_t lines, int64_t n, float *dx)
{
    for (int64_t y = 0; y < lines; y++) {
        float  *up = dx + 2 * y * width, *down = up + width;
        int32_t first = (int32_t)(2 * y * width), second = first + (int32_t)width;

        NNP_LANES
        for (int64_t i = 0; i < n; i++) {
            int32_t k = 2 * (int32_t)i, place = at[y * n + i];
            float   g = dy[y * n + i];

            up[2 * i] = nnp_pickf(place == first + k, g, 0.0f);
            up[2 * i + 1] = nnp_pickf(place == first + k + 1, g, 0.0f);
            down[2 * i] = nnp_pickf(place == second + k, g, 0.0f);
            down[2 * i + 1] = nnp_pickf(place == second + k + 1, g, 0.0f);
        }
    }
}

/* Without a pixel left over, so that each of dx is written. */
static int in_fours(const struct job *j)
{
    return j->k == 2 && j->stride == 2 && j->in[0] % 2 == 0 && j->in[1] % 2 == 0;
}

/* A channel, as many lines at once as PAIRS holds; wide lines one by one. Without `saved`
 * the places go to `line`. */
static void pool_channel(const struct job *j, const float *x, float *best, int32_t *saved,
                         int32_t *line)
{
    float   pair[PAIRS];
    int32_t place[PAIRS], unsaved[PAIRS / 2];
    int64_t n = j->out[1], most = PAIRS / (2 * n);

    for (int64_t y = 0, lines; y < j->out[0]; y += lines, x += lines * 2 * j->in[1]) {
        int32_t first = (int32_t)(2 * y * j->in[1]);

        lines = most < 1 ? 1 : most < j->out[0] - y ? most : j->out[0] - y;
        if (most < 1) {
            pool_fours(x, first, j->in[1], n, best + y * n, saved ? saved + y * n : line);
            continue;
        }
        pool_pairs(x, first, lines * 2 * n, pair, place);
        pool_lines(pair, place, lines, n, best + y * n, saved ? saved + y * n : unsaved);
    }
}

/* Channels begin..end, n numbers each, have their values. */
static void say(const struct job *j, const nnp_tensor *t, size_t begin, size_t end,
                size_t n)
{
    j->ready(j->c, nnp_f32(t) + begin * n, (end - begin) * n, 0, 1);
}

/* Channels begin..end of all rows. */
static void forward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    size_t            size = (size_t)(j->in[0] * j->in[1]);
    size_t            n = (size_t)(j->out[0] * j->out[1]), width = (size_t)j->out[1];
    int32_t          *saved = j->c->saved[0].data;
    int32_t          *line = (int32_t *)j->c->scratch[0].data + worker * width;

    for (size_t ch = begin; ch < end; ch++) {
        const float *x = nnp_f32(&j->c->in[0]) + ch * size;
        float       *best = nnp_f32(&j->c->out[0]) + ch * n;

        if (in_fours(j)) {
            pool_channel(j, x, best, saved ? saved + ch * n : NULL, line);
            continue;
        }
        for (size_t y = 0; y < (size_t)j->out[0]; y++)
            pool_line(j, x, (int64_t)y, best + y * width,
                      saved ? saved + ch * n + y * width : line);
    }
    say(j, &j->c->out[0], begin, end, n);
}

static void backward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    size_t            size = (size_t)(j->in[0] * j->in[1]);
    size_t            n = (size_t)(j->out[0] * j->out[1]);
    const int32_t    *saved = j->c->saved[0].data;

    (void)worker;
    for (size_t ch = begin; ch < end; ch++) {
        float *dx = nnp_f32(&j->c->din[0]) + ch * size;

        if (in_fours(j)) {
            share_fours(nnp_f32(&j->c->dout[0]) + ch * n, saved + ch * n, j->in[1],
                        j->out[0], j->out[1], dx);
            continue;
        }
        memset(dx, 0, size * sizeof *dx);
        for (size_t i = ch * n; i < (ch + 1) * n; i++)
            dx[saved[i]] += nnp_f32(&j->c->dout[0])[i];
    }
    say(j, &j->c->din[0], begin, end, size);
}

static int over_channels(nnp_ctx *c, const struct nnp_window *s, nnp_body *body)
{
    const int64_t *x = c->in[0].shape, *y = c->out[0].shape;
    struct job     j = { c,
                         s->k,
                         nnp_window_stride(s),
                         { x[2], x[3] },
                         { y[2], y[3] },
                         (nnp_ready_fn *)c->host->extension(c, "nnp.ready/1") };

    if (!j.ready)
        return nnp_fail(c, NNP_ENOTSUP, "maxpool needs a host with nnp.ready/1");
    return nnp_images_run(c, &c->in[0], body, &j);
}

static int forward(nnp_ctx *c, void *self)
{
    return over_channels(c, self, forward_part);
}

static int backward(nnp_ctx *c, void *self)
{
    return c->din[0].data ? over_channels(c, self, backward_part) : NNP_OK;
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "y = max_k(x_k)",
    .backward = "d(E, x_k) = [x_k == y] d(E, y)",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component maxpool = {
    NNP_COMPONENT("layer", "maxpool"), .doc = "the largest number of each window",
    .takes = NNP_F32, .flags = NNP_FREE_IN | NNP_FREE_OUT | NNP_READY,
    .self_size = sizeof(struct nnp_window), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(maxpool, NNP_OURS, &maxpool)
