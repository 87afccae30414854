/* SPDX-License-Identifier: MIT */
/*
 * ssim, a metric: the structural similarity of images, 1 where they are the same. Under a
 * Gaussian window with weights g, each channel by itself, with m = sum g x, v = sum g x^2
 * - m^2, cov = sum g x t - m_x m_t:
 *
 *   S = (2 m_x m_t + C1) (2 cov + C2) / ((m_x^2 + m_t^2 + C1) (v_x + v_t + C2))
 *
 * and the mean of S over all places where the window lies inside the image. C1 = (0.01
 * peak)^2, C2 = (0.03 peak)^2. Wang, Bovik, Sheikh, Simoncelli (2004), "Image quality
 * assessment: from error visibility to structural similarity".
 *
 * ssim, a loss: 1 - S. S depends on a pixel through three sums, p = m_x, q = sum g x^2
 * and r = sum g x t; with the window's transpose F', dS/dx = F' S_p + 2 x F' S_q + t F'
 * S_r. The window is a product of two, so that each sum takes two passes.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

enum { MAX_WINDOW = 65, MAPS = 6 };

struct ssim {
    int64_t window;
    double  sigma, peak;
    float   g[MAX_WINDOW]; /* set by setup */
};

static const nnp_param params[] = {
    { "peak", NNP_REAL | NNP_MAIN, offsetof(struct ssim, peak), "1", "(0,inf)",
      "distance from black to white", NULL },
    { "window", NNP_INT, offsetof(struct ssim, window), "11", "[1,65]",
      "height and width of the window", "pixels" },
    { "sigma", NNP_REAL, offsetof(struct ssim, sigma), "1.5", "(0,inf)",
      "standard deviation of the window", "pixels" },
};

static void make_window(struct ssim *s)
{
    double sum = 0, mid = (double)(s->window - 1) / 2, g[MAX_WINDOW];

    for (int64_t i = 0; i < s->window; i++) {
        double d = ((double)i - mid) / s->sigma;
        sum += g[i] = exp(-d * d / 2);
    }
    for (int64_t i = 0; i < s->window; i++)
        s->g[i] = (float)(g[i] / sum);
}

static int fit_shapes(nnp_ctx *c, struct ssim *s)
{
    const nnp_tensor *x = &c->in[0], *t = &c->in[1];

    if (x->ndim != 4)
        return nnp_fail(c, NNP_EINVAL,
                        "ssim takes images: rows of 3 axes (channels, height, "
                        "width)");
    if (t->ndim < 1 || t->shape[0] != x->shape[0] || nnp_row(t) != nnp_row(x))
        return nnp_fail(
            c, NNP_EINVAL,
            "the prediction has %zu numbers a row, the target %zu: as many are needed",
            nnp_row(x), nnp_row(t));
    if (x->shape[2] < s->window || x->shape[3] < s->window)
        return nnp_fail(c, NNP_EINVAL,
                        "a window of %" PRId64
                        " pixels does not fit into images of %" PRId64 " x %" PRId64
                        "; `window` sets its size",
                        s->window, x->shape[2], x->shape[3]);
    make_window(s);
    int64_t maps[2] = { c->workers, MAPS * x->shape[2] * x->shape[3] };
    int     rc = c->host->declare(c, NNP_SCRATCH, "maps", NNP_F32, 2, maps, NULL);
    return rc < 0 ? rc : NNP_OK;
}

/* ---- the window -------------------------------------------------------------------- */

struct view { /* one channel of one image, and where the window fits into it */
    const struct ssim *s;
    const float       *x, *t;
    int64_t            h, w, high, wide;
    float             *map[MAPS]; /* h w floats each */
};

static struct view view_of(const nnp_ctx *c, const struct ssim *s, size_t plane,
                           uint32_t worker)
{
    int64_t     h = c->in[0].shape[2], w = c->in[0].shape[3];
    size_t      n = (size_t)(h * w);
    struct view v = { s,
                      nnp_f32(&c->in[0]) + plane * n,
                      nnp_f32(&c->in[1]) + plane * n,
                      h,
                      w,
                      h - s->window + 1,
                      w - s->window + 1,
                      { NULL } };

    for (size_t k = 0; k < MAPS; k++)
        v.map[k] = nnp_f32(&c->scratch[0]) + (worker * MAPS + k) * n;
    return v;
}

/* to (high, wide) = the window's sum over from (h, w). A Gaussian window is a product of
 * two lines, so it is taken across and then down: 2 k products a pixel instead of k k.
 * The last map is in use meanwhile. */
static void blur(const struct view *v, const float *from, float *to)
{
    float *across = v->map[MAPS - 1];

    for (int64_t y = 0; y < v->h; y++)
        for (int64_t x = 0; x < v->wide; x++) {
            float sum = 0;
            for (int64_t k = 0; k < v->s->window; k++)
                sum += v->s->g[k] * from[y * v->w + x + k];
            across[y * v->wide + x] = sum;
        }
    for (int64_t y = 0; y < v->high; y++)
        for (int64_t x = 0; x < v->wide; x++) {
            float sum = 0;
            for (int64_t k = 0; k < v->s->window; k++)
                sum += v->s->g[k] * across[(y + k) * v->wide + x];
            to[y * v->wide + x] = sum;
        }
}

/* from (high, wide) spread back over (h, w), which it replaces. */
static void spread(const struct view *v, float *map)
{
    float *across = v->map[MAPS - 1];

    memset(across, 0, (size_t)(v->h * v->wide) * sizeof *across);
    for (int64_t y = 0; y < v->high; y++)
        for (int64_t k = 0; k < v->s->window; k++)
            for (int64_t x = 0; x < v->wide; x++)
                across[(y + k) * v->wide + x] += v->s->g[k] * map[y * v->wide + x];
    memset(map, 0, (size_t)(v->h * v->w) * sizeof *map);
    for (int64_t y = 0; y < v->h; y++)
        for (int64_t x = 0; x < v->wide; x++)
            for (int64_t k = 0; k < v->s->window; k++)
                map[y * v->w + x + k] += v->s->g[k] * across[y * v->wide + x];
}

static void times(const struct view *v, const float *a, const float *b, float *to)
{
    for (int64_t i = 0; i < v->h * v->w; i++)
        to[i] = a[i] * b[i];
}

struct place { /* the sums under the window at one place, f64 from here on */
    double mx, mt, a1, a2, b1, b2;
};

static struct place place_of(const struct view *v, double mx, double mt, double xx,
                             double tt, double xt)
{
    double c1 = pow(0.01 * v->s->peak, 2), c2 = pow(0.03 * v->s->peak, 2);

    return (struct place){ mx,
                           mt,
                           2 * mx * mt + c1,
                           2 * (xt - mx * mt) + c2,
                           mx * mx + mt * mt + c1,
                           xx - mx * mx + tt - mt * mt + c2 };
}

/* The sums of a channel: maps mean x, mean t, x^2, t^2 and x t in their order. The fifth
 * map holds products until it gets the last sum, which `blur` writes after it has read
 * all of them. */
static void sums(const struct view *v)
{
    float *product = v->map[4];

    blur(v, v->x, v->map[0]);
    blur(v, v->t, v->map[1]);
    times(v, v->x, v->x, product);
    blur(v, product, v->map[2]);
    times(v, v->t, v->t, product);
    blur(v, product, v->map[3]);
    times(v, v->x, v->t, product);
    blur(v, product, v->map[4]);
}

static struct place place_at(const struct view *v, int64_t i)
{
    return place_of(v, (double)v->map[0][i], (double)v->map[1][i], (double)v->map[2][i],
                    (double)v->map[3][i], (double)v->map[4][i]);
}

/* The mean of S over a channel. */
static double similarity(const struct view *v)
{
    double sum = 0;

    sums(v);
    for (int64_t i = 0; i < v->high * v->wide; i++) {
        struct place p = place_at(v, i);
        sum += p.a1 * p.a2 / (p.b1 * p.b2);
    }
    return sum / (double)(v->high * v->wide);
}

/* ---- the loss ---------------------------------------------------------------------- */

struct job {
    nnp_ctx           *c;
    const struct ssim *s;
};

static int loss_setup(nnp_ctx *c, void *self)
{
    int rc = fit_shapes(c, self);

    if (!rc)
        rc = c->host->declare(c, NNP_OUT, "loss", NNP_F32, 1, c->in[0].shape, NULL);
    return rc < 0 ? rc : NNP_OK;
}

static void rows_forward(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    size_t            channels = (size_t)j->c->in[0].shape[1];

    for (size_t row = begin; row < end; row++) {
        double sum = 0;

        for (size_t ch = 0; ch < channels; ch++) {
            struct view v = view_of(j->c, j->s, row * channels + ch, worker);
            sum += similarity(&v);
        }
        nnp_f32(&j->c->out[0])[row] = (float)(1 - sum / (double)channels);
    }
}

/* dx of a channel, `scale` times that of S. */
static void slope(const struct view *v, double scale, float *dx)
{
    sums(v);
    for (int64_t i = 0; i < v->high * v->wide; i++) {
        struct place p = place_at(v, i);
        double       s = p.a1 * p.a2 / (p.b1 * p.b2), b = p.b1 * p.b2;

        v->map[0][i] = (float)(scale * (2 * p.mt * (p.a2 - p.a1) / b +
                                        2 * p.mx * s * (1 / p.b2 - 1 / p.b1)));
        v->map[1][i] = (float)(scale * -s / p.b2);
        v->map[2][i] = (float)(scale * 2 * p.a1 / b);
    }
    for (int k = 0; k < 3; k++)
        spread(v, v->map[k]);
    for (int64_t i = 0; i < v->h * v->w; i++)
        dx[i] = v->map[0][i] + 2 * v->x[i] * v->map[1][i] + v->t[i] * v->map[2][i];
}

static void rows_backward(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    size_t            channels = (size_t)j->c->in[0].shape[1];

    for (size_t row = begin; row < end; row++)
        for (size_t ch = 0; ch < channels; ch++) {
            size_t      plane = row * channels + ch;
            struct view v = view_of(j->c, j->s, plane, worker);
            double      places = (double)(v.high * v.wide) * (double)channels;

            slope(&v, -(double)nnp_f32(&j->c->dout[0])[row] / places,
                  nnp_f32(&j->c->din[0]) + plane * (size_t)(v.h * v.w));
        }
}

static int loss_forward(nnp_ctx *c, void *self)
{
    struct job j = { c, self };

    return c->host->parallel(c, (size_t)c->in[0].shape[0], 1, rows_forward, &j);
}

static int loss_backward(nnp_ctx *c, void *self)
{
    struct job j = { c, self };

    if (!c->din[0].data)
        return NNP_OK;
    return c->host->parallel(c, (size_t)c->in[0].shape[0], 1, rows_backward, &j);
}

/* ---- the metric -------------------------------------------------------------------- */

static int metric_setup(nnp_ctx *c, void *self)
{
    int64_t n = 2;
    int     rc = fit_shapes(c, self);

    if (!rc)
        rc = c->host->declare(c, NNP_STATE | NNP_SUM, "sums", NNP_F64, 1, &n, NULL);
    return rc < 0 ? rc : NNP_OK;
}

static int metric_fit(nnp_ctx *c, void *self)
{
    double *sum = c->state[0].data;
    size_t  planes = (size_t)(c->in[0].shape[0] * c->in[0].shape[1]);

    for (size_t plane = 0; plane < planes; plane++) {
        struct view v = view_of(c, self, plane, 0);
        sum[0] += similarity(&v);
    }
    sum[1] += (double)planes;
    return NNP_OK;
}

static int metric_finish(nnp_ctx *c, void *self)
{
    const double *sum = c->state[0].data;

    (void)self;
    return c->host->report(c, "ssim", sum[0] / sum[1]);
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "S = (2 m_x m_t + c_1) (2 v_xt + c_2) / ((m_x^2 + m_t^2 + c_1) (v_x + "
               "v_t + c_2)); L = 1 - S",
};

NNP_FORMULA(extension, formula)

static const nnp_component loss = {
    NNP_COMPONENT("loss", "ssim"),
    .doc = "1 - structural similarity of images",
    .takes = NNP_F32,
    .flags = NNP_FREE_OUT,
    .min_in = 2,
    .max_in = 2,
    .self_size = sizeof(struct ssim),
    NNP_PARAMS(params),
    .setup = loss_setup,
    .forward = loss_forward,
    .backward = loss_backward,
    .extension = extension,
};

static const nnp_component metric = {
    NNP_COMPONENT("metric", "ssim"),
    .doc = "structural similarity of images, 1 where they are the same",
    .takes = NNP_F32,
    .flags = NNP_HIGHER,
    .min_in = 2,
    .max_in = 2,
    .self_size = sizeof(struct ssim),
    NNP_PARAMS(params),
    .setup = metric_setup,
    .fit = metric_fit,
    .finish = metric_finish,
};

NNP_PLUGIN(ssim, NNP_OURS, &loss, &metric)
