/* SPDX-License-Identifier: MIT */
/*
 * noise.gauss: y = clip(x + e) with e from N(0, std), drawn anew for every step. Where
 * the value was clipped the gradient is 0.
 */
#include <math.h>

#include <nnpipe/data.h>
#include <nnpipe/math.h>

enum { PART = 256 }; /* numbers of another type that become floats together */

struct noise_gauss {
    double   std;
    nnp_list clip;
};

static const nnp_param params[] = {
    { "std", NNP_REAL | NNP_MAIN | NNP_LIVE, offsetof(struct noise_gauss, std), "0.1",
      "[0,inf)", "standard deviation of the noise", NULL },
    { "clip", NNP_REALS, offsetof(struct noise_gauss, clip), "", NULL,
      "smallest and largest value that comes out", NULL },
};

static int setup(nnp_ctx *c, void *self)
{
    const struct noise_gauss *s = self;
    const double             *clip = s->clip.v;
    const nnp_tensor         *x = &c->in[0];

    if (s->clip.n && (s->clip.n != 2 || !(clip[0] < clip[1])))
        return nnp_fail(c, NNP_EINVAL, "clip: two numbers are needed, the smaller first");
    int rc =
        c->host->declare(c, NNP_OUT, "y", NNP_F32, (uint32_t)x->ndim, x->shape, NULL);
    return rc < 0 ? rc : NNP_OK;
}

/* y = x + std y, cut to low..high; y holds the normal numbers. */
NNP_HOT static void add(const float *x, float std, float low, float high, float *y,
                        size_t n)
{
    NNP_LANES
    for (size_t i = 0; i < n; i++) {
        float v = x[i] + std * y[i];

        v = nnp_pickf(v < low, low, v);
        y[i] = nnp_pickf(v > high, high, v);
    }
}

static int forward(nnp_ctx *c, void *self)
{
    const struct noise_gauss *s = self;
    const nnp_tensor         *x = &c->in[0];
    const double             *clip = s->clip.v;
    float                    *y = nnp_f32(&c->out[0]);
    float                     low = s->clip.n ? (float)clip[0] : -INFINITY;
    float                     high = s->clip.n ? (float)clip[1] : INFINITY;
    float                     part[PART];
    size_t                    n = nnp_count(x);
    int                       rc = c->host->rand(c, NNP_NORMAL, 0, y, n);

    if (!rc && nnp_type(x) == NNP_F32)
        add(nnp_f32(x), (float)s->std, low, high, y, n);
    else
        for (size_t at = 0, take; !rc && at < n; at += take) {
            take = n - at < PART ? n - at : PART;
            for (size_t i = 0; i < take; i++)
                part[i] = (float)nnp_number(x, at + i);
            add(part, (float)s->std, low, high, y + at, take);
        }
    return rc;
}

static int backward(nnp_ctx *c, void *self)
{
    const struct noise_gauss *s = self;
    const double             *clip = s->clip.v;
    const float              *y = nnp_f32(&c->out[0]), *dy = nnp_f32(&c->dout[0]);
    float                    *dx = nnp_f32(&c->din[0]);

    for (size_t i = 0, n = dx ? nnp_count(&c->in[0]) : 0; i < n; i++) {
        int cut = s->clip.n && (y[i] <= (float)clip[0] || y[i] >= (float)clip[1]);

        dx[i] = cut ? 0 : dy[i];
    }
    return NNP_OK;
}

static const nnp_component noise_gauss = {
    NNP_COMPONENT("transform", "noise.gauss"),
    .doc = "adds Gaussian noise",
    .flags = NNP_CORRUPTS | NNP_FREE_IN | NNP_INPLACE_BWD,
    .self_size = sizeof(struct noise_gauss),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
    .backward = backward,
};

NNP_PLUGIN(noise_gauss, NNP_OURS, &noise_gauss)
