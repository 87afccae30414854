/* SPDX-License-Identifier: MIT */
/*
 * pad: pixels around images: one number all around, or its mirror image (`reflect`, the
 * outermost pixels are not repeated), or the outermost pixels again (`edge`).
 * crop: the reverse, as many pixels fewer.
 */
#include <string.h>

#include <nnpipe/formula.h>
#include <nnpipe/window.h>

struct pad {
    nnp_list size;
    int32_t  mode;
    double   value;
};

enum { VALUE, REFLECT, EDGE };
enum { TOP, BOTTOM, LEFT, RIGHT, SIDES };

static const nnp_param params[] = {
    { "size", NNP_INTS | NNP_MAIN, offsetof(struct pad, size), "1", "[0,65536]",
      "how many: one number, [height, width] or [top, bottom, left, right]", "pixels" },
    { "mode", NNP_ENUM, offsetof(struct pad, mode), "value", "value|reflect|edge",
      "what they hold", NULL },
    { "value", NNP_REAL, offsetof(struct pad, value), "0", NULL,
      "what they hold with `mode: value`", NULL },
};

struct crop {
    nnp_list size;
};

static const nnp_param crop_params[] = {
    { "size", NNP_INTS | NNP_MAIN, offsetof(struct crop, size), "1", "[0,65536]",
      "how many: one number, [height, width] or [top, bottom, left, right]", "pixels" },
};

static int64_t side(const nnp_list *size, int which)
{
    const int64_t *v = size->v;
    int            of_two = which >= LEFT;

    return size->n == 4 ? v[which] : size->n == 2 ? v[of_two] : v[0];
}

static int check(nnp_ctx *c, const char *name, const nnp_list *size)
{
    int rc = nnp_images_check(c, name);

    if (rc || size->n == 1 || size->n == 2 || size->n == 4)
        return rc;
    return nnp_fail(c, NNP_EINVAL,
                    "size: one number, [height, width] or [top, bottom, left, right]");
}

/* The output: `sign` times as many pixels more. */
static int declare(nnp_ctx *c, const nnp_list *size, int sign)
{
    const int64_t *x = c->in[0].shape;
    int64_t y[4] = { x[0], x[1], x[2] + sign * (side(size, TOP) + side(size, BOTTOM)),
                     x[3] + sign * (side(size, LEFT) + side(size, RIGHT)) };
    int     rc = c->host->declare(c, NNP_OUT, "y", NNP_F32, 4, y, NULL);

    return rc < 0 ? rc : NNP_OK;
}

static int setup(nnp_ctx *c, void *self)
{
    const struct pad *s = self;
    const nnp_tensor *x = &c->in[0];
    int               rc = check(c, "pad", &s->size);

    if (rc)
        return rc;
    for (int k = 0; k < SIDES && s->mode == REFLECT; k++)
        if (side(&s->size, k) >= x->shape[2 + (k >= LEFT)])
            return nnp_fail(c, NNP_EINVAL,
                            "size: %" PRId64 " pixels cannot be mirrored from %" PRId64
                            ", one less at most",
                            side(&s->size, k), x->shape[2 + (k >= LEFT)]);
    return declare(c, &s->size, 1);
}

/* Which of n pixels stands at place i, which may lie outside of them; -1: none. */
static int64_t source(int32_t mode, int64_t i, int64_t n)
{
    if (i >= 0 && i < n)
        return i;
    if (mode == REFLECT)
        return i < 0 ? -i : 2 * (n - 1) - i;
    return mode == EDGE ? i < 0 ? 0 : n - 1 : -1;
}

struct job {
    nnp_ctx          *c;
    const struct pad *s;
};

/* Channels begin..end of all rows. */
static void forward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    const int64_t    *in = j->c->in[0].shape, *out = j->c->out[0].shape;

    (void)worker;
    for (size_t ch = begin; ch < end; ch++) {
        const float *x = nnp_f32(&j->c->in[0]) + ch * (size_t)(in[2] * in[3]);
        float       *y = nnp_f32(&j->c->out[0]) + ch * (size_t)(out[2] * out[3]);

        for (int64_t i = 0; i < out[2]; i++)
            for (int64_t k = 0; k < out[3]; k++) {
                int64_t a = source(j->s->mode, i - side(&j->s->size, TOP), in[2]);
                int64_t b = source(j->s->mode, k - side(&j->s->size, LEFT), in[3]);

                y[i * out[3] + k] =
                    a < 0 || b < 0 ? (float)j->s->value : x[a * in[3] + b];
            }
    }
}

static void backward_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    const int64_t    *in = j->c->in[0].shape, *out = j->c->out[0].shape;

    (void)worker;
    for (size_t ch = begin; ch < end; ch++) {
        float       *dx = nnp_f32(&j->c->din[0]) + ch * (size_t)(in[2] * in[3]);
        const float *dy = nnp_f32(&j->c->dout[0]) + ch * (size_t)(out[2] * out[3]);

        memset(dx, 0, (size_t)(in[2] * in[3]) * sizeof *dx);
        for (int64_t i = 0; i < out[2]; i++)
            for (int64_t k = 0; k < out[3]; k++) {
                int64_t a = source(j->s->mode, i - side(&j->s->size, TOP), in[2]);
                int64_t b = source(j->s->mode, k - side(&j->s->size, LEFT), in[3]);

                if (a >= 0 && b >= 0)
                    dx[a * in[3] + b] += dy[i * out[3] + k];
            }
    }
}

static int over_channels(nnp_ctx *c, const struct pad *s, nnp_body *body)
{
    struct job j = { c, s };

    return nnp_images_run(c, &c->out[0], body, &j);
}

static int forward(nnp_ctx *c, void *self)
{
    return over_channels(c, self, forward_part);
}

static int backward(nnp_ctx *c, void *self)
{
    return c->din[0].data ? over_channels(c, self, backward_part) : NNP_OK;
}

/* ---- crop ---- */

static int crop_setup(nnp_ctx *c, void *self)
{
    const struct crop *s = self;
    const int64_t     *x = c->in[0].shape;
    int                rc = check(c, "crop", &s->size);

    if (rc)
        return rc;
    for (int k = TOP; k <= LEFT; k += LEFT) {
        int64_t away = side(&s->size, k) + side(&s->size, k + 1);

        if (away >= x[2 + k / LEFT])
            return nnp_fail(c, NNP_EINVAL,
                            "size: %" PRId64 " pixels less than %" PRId64 " leave none",
                            away, x[2 + k / LEFT]);
    }
    return declare(c, &s->size, -1);
}

struct cut {
    const int64_t *all, *some; /* shapes */
    float         *image, *part;
    size_t         first; /* pixel of an image that is the first one of its part */
    int            back;
};

/* Channels begin..end of all rows. */
static void cut_part(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct cut *j = arg;
    size_t            h = (size_t)j->some[2], w = (size_t)j->some[3];
    size_t            width = (size_t)j->all[3], pixels = (size_t)j->all[2] * width;

    (void)worker;
    if (j->back)
        memset(j->image + begin * pixels, 0, (end - begin) * pixels * sizeof(float));
    for (size_t i = begin * h; i < end * h; i++) {
        float *image = j->image + i / h * pixels + j->first + i % h * width;
        float *part = j->part + i * w;

        memcpy(j->back ? image : part, j->back ? part : image, w * sizeof(float));
    }
}

static int cut(nnp_ctx *c, const struct crop *s, int back)
{
    struct cut j = { c->in[0].shape,
                     c->out[0].shape,
                     nnp_f32(back ? &c->din[0] : &c->in[0]),
                     nnp_f32(back ? &c->dout[0] : &c->out[0]),
                     0,
                     back };

    j.first = (size_t)(side(&s->size, TOP) * j.all[3] + side(&s->size, LEFT));
    return nnp_images_run(c, &c->in[0], cut_part, &j);
}

static int crop_forward(nnp_ctx *c, void *self)
{
    return cut(c, self, 0);
}

static int crop_backward(nnp_ctx *c, void *self)
{
    return c->din[0].data ? cut(c, self, 1) : NNP_OK;
}

static const nnp_formula pad_formula = {
    .size = sizeof pad_formula,
    .forward = "y_k = x_{s(k)}",
    .backward = "d(E, x_i) = sum_k([s(k) == i] d(E, y_k))",
};

NNP_FORMULA(pad_extension, pad_formula)

static const nnp_formula crop_formula = {
    .size = sizeof crop_formula,
    .forward = "y_k = x_k",
    .backward = "d(E, x_k) = d(E, y_k)",
};

NNP_FORMULA(crop_extension, crop_formula)

/* clang-format off */
static const nnp_component crop = {
    NNP_COMPONENT("layer", "crop"), .doc = "takes pixels away around images",
    .takes = NNP_F32, .flags = NNP_FREE_IN | NNP_FREE_OUT,
    .self_size = sizeof(struct crop), NNP_PARAMS(crop_params),
    .setup = crop_setup, .forward = crop_forward, .backward = crop_backward,
    .extension = crop_extension,
};
static const nnp_component pad = {
    NNP_COMPONENT("layer", "pad"), .doc = "puts pixels around images",
    .takes = NNP_F32, .flags = NNP_FREE_IN | NNP_FREE_OUT,
    .self_size = sizeof(struct pad), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
    .extension = pad_extension,
};
/* clang-format on */
NNP_PLUGIN(pad, NNP_OURS, &pad, &crop)
