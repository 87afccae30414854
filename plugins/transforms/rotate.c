/* SPDX-License-Identifier: MIT */
/*
 * rotate: turns an image around its centre by an angle drawn evenly from -degrees to
 * degrees, all its channels alike. A pixel is read between the four around the place it
 * came from; outside the image is `value`. To turn in training only, say `when: train`
 * beside it.
 */
#include <math.h>
#include <string.h>

#include <nnpipe/data.h>
#include <nnpipe/window.h>

struct rotate {
    double degrees, value;
};

static const nnp_param params[] = {
    { "degrees", NNP_REAL | NNP_MAIN | NNP_LIVE, offsetof(struct rotate, degrees), "15",
      "[0,180]", "the largest angle", "degrees" },
    { "value", NNP_REAL, offsetof(struct rotate, value), "0", NULL,
      "what comes in at the corners", NULL },
};

static int setup(nnp_ctx *c, void *self)
{
    int rc = nnp_images_check(c, "rotate");

    (void)self;
    return rc ? rc : nnp_like(c, NNP_OUT, "y", &c->in[0]);
}

struct turn {
    double  cos, sin;
    int64_t height, width;
};

/* The four pixels around the place that pixel (y, x) came from, their weights, and -1
 * for those outside. The turn is taken backwards: a pixel of the result asks where it
 * comes from, so that none is left out and none is hit twice. */
static void around(const struct turn *t, int64_t y, int64_t x, int64_t at[4], float w[4])
{
    double cy = (double)(t->height - 1) / 2, cx = (double)(t->width - 1) / 2;
    double dy = (double)y - cy, dx = (double)x - cx;
    double sy = cy + t->cos * dy - t->sin * dx, sx = cx + t->sin * dy + t->cos * dx;
    double fy = floor(sy), fx = floor(sx);

    for (int k = 0; k < 4; k++) {
        int64_t iy = (int64_t)fy + k / 2, ix = (int64_t)fx + k % 2;
        double wy = k / 2 ? sy - fy : 1 - (sy - fy), wx = k % 2 ? sx - fx : 1 - (sx - fx);
        int    there = iy >= 0 && iy < t->height && ix >= 0 && ix < t->width;

        at[k] = there ? iy * t->width + ix : -1;
        w[k] = (float)(wy * wx);
    }
}

static void turn_plane(const struct turn *t, const float *x, float *y, float value)
{
    for (int64_t i = 0; i < t->height * t->width; i++) {
        int64_t at[4];
        float   w[4], sum = 0;

        around(t, i / t->width, i % t->width, at, w);
        for (int k = 0; k < 4; k++)
            sum += w[k] * (at[k] < 0 ? value : x[at[k]]);
        y[i] = sum;
    }
}

/* The transpose of turn_plane: what was read with a weight gets its gradient with it. */
static void turn_back(const struct turn *t, const float *dy, float *dx)
{
    for (int64_t i = 0; i < t->height * t->width; i++) {
        int64_t at[4];
        float   w[4];

        around(t, i / t->width, i % t->width, at, w);
        for (int k = 0; k < 4; k++)
            if (at[k] >= 0)
                dx[at[k]] += w[k] * dy[i];
    }
}

/* The same numbers in backward as in forward, which is why no angle is kept. */
static int draw_turn(nnp_ctx *c, const struct rotate *s, size_t row, struct turn *t)
{
    float u;
    int   rc = c->host->rand(c, NNP_UNIFORM, row, &u, 1);

    double angle = (2 * (double)u - 1) * s->degrees * M_PI / 180;
    *t = (struct turn){ cos(angle), sin(angle), c->in[0].shape[2], c->in[0].shape[3] };
    return rc;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct rotate *s = self;
    const int64_t       *shape = c->in[0].shape;
    size_t      plane = (size_t)(shape[2] * shape[3]), channels = (size_t)shape[1];
    struct turn t;
    int         rc = NNP_OK;

    for (size_t row = 0; !rc && row < (size_t)shape[0]; row++) {
        rc = draw_turn(c, s, row, &t);
        for (size_t i = row * channels; !rc && i < (row + 1) * channels; i++)
            turn_plane(&t, nnp_f32(&c->in[0]) + i * plane,
                       nnp_f32(&c->out[0]) + i * plane, (float)s->value);
    }
    return rc;
}

static int backward(nnp_ctx *c, void *self)
{
    const int64_t *shape = c->in[0].shape;
    size_t         plane = (size_t)(shape[2] * shape[3]), channels = (size_t)shape[1];
    struct turn    t;
    int            rc = NNP_OK;

    if (!c->din[0].data)
        return NNP_OK;
    memset(c->din[0].data, 0, nnp_count(&c->din[0]) * sizeof(float));
    for (size_t row = 0; !rc && row < (size_t)shape[0]; row++) {
        rc = draw_turn(c, self, row, &t);
        for (size_t i = row * channels; !rc && i < (row + 1) * channels; i++)
            turn_back(&t, nnp_f32(&c->dout[0]) + i * plane,
                      nnp_f32(&c->din[0]) + i * plane);
    }
    return rc;
}

static const nnp_component rotate = {
    NNP_COMPONENT("transform", "rotate"),
    .doc = "turns images at random",
    .takes = NNP_F32,
    .flags = NNP_CORRUPTS | NNP_FREE_IN | NNP_FREE_OUT,
    .self_size = sizeof(struct rotate),
    NNP_PARAMS(params),
    .setup = setup,
    .forward = forward,
    .backward = backward,
};

NNP_PLUGIN(rotate, NNP_OURS, &rotate)
