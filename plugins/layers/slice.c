/* SPDX-License-Identifier: MIT */
/*
 * slice: a part of its input along an axis, `size` numbers from `begin`.
 *
 * split: the whole input in parts along an axis, each a stream of its own:
 * `- split: [2, 1]` with `as: [a, b]`.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <nnpipe/formula.h>
#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

enum { MOST_AXES = 8 };

struct cut {
    int64_t  begin, size, axis;
    nnp_list sizes;
};

static const nnp_param slice_params[] = {
    { "size", NNP_INT | NNP_MAIN, offsetof(struct cut, size), "0", "[0,inf)",
      "how many along the axis; 0: all behind `begin`", NULL },
    { "begin", NNP_INT, offsetof(struct cut, begin), "0", NULL,
      "where it begins; below 0 it counts from the end", NULL },
    { "axis", NNP_INT, offsetof(struct cut, axis), "1", "[-7,7]",
      "axis to cut, 1 is the first one of a row, -1 the last one", NULL },
};

static const nnp_param split_params[] = {
    { "sizes", NNP_INTS | NNP_MAIN, offsetof(struct cut, sizes), "[1, 1]", "[1,inf)",
      "of the parts; what they add up to must be as long, or divide the axis into as "
      "many "
      "equal shares",
      NULL },
    { "axis", NNP_INT, offsetof(struct cut, axis), "1", "[-7,7]",
      "axis to cut, 1 is the first one of a row, -1 the last one", NULL },
};

static int32_t axis_of(const nnp_ctx *c, const struct cut *s)
{
    return (int32_t)(s->axis < 0 ? s->axis + c->in[0].ndim : s->axis);
}

static int check(nnp_ctx *c, const struct cut *s)
{
    const nnp_tensor *x = &c->in[0];
    int32_t           axis = axis_of(c, s);

    if (axis >= 1 && axis < x->ndim && x->ndim <= MOST_AXES)
        return NNP_OK;
    return nnp_fail(c, NNP_EINVAL,
                    "axis: %" PRId64
                    " is none of the %d axes of a row, 1 is the first one",
                    s->axis, (int)x->ndim - 1);
}

static int declare(nnp_ctx *c, const struct cut *s, const char *name, int64_t size)
{
    int64_t shape[MOST_AXES];

    memcpy(shape, c->in[0].shape, (size_t)c->in[0].ndim * sizeof *shape);
    shape[axis_of(c, s)] = size;
    int rc =
        c->host->declare(c, NNP_OUT, name, NNP_F32, (uint32_t)c->in[0].ndim, shape, NULL);
    return rc < 0 ? rc : NNP_OK;
}

static int64_t first(const nnp_ctx *c, const struct cut *s)
{
    return s->begin < 0 ? s->begin + c->in[0].shape[axis_of(c, s)] : s->begin;
}

static int slice_setup(nnp_ctx *c, void *self)
{
    const struct cut *s = self;
    int               rc = check(c, s);

    if (rc)
        return rc;
    int64_t length = c->in[0].shape[axis_of(c, s)], begin = first(c, s);
    int64_t size = s->size ? s->size : length - begin;
    if (begin >= 0 && size >= 1 && begin <= length - size)
        return declare(c, s, "y", size);
    return nnp_fail(c, NNP_EINVAL,
                    "%" PRId64 " from %" PRId64
                    " on do not lie within an axis of %" PRId64,
                    size, s->begin, length);
}

static int split_setup(nnp_ctx *c, void *self)
{
    const struct cut *s = self;
    const int64_t    *v = s->sizes.v;
    int64_t           all = 0;
    char              text[160];
    int               rc = check(c, s);

    for (uint32_t k = 0; k < s->sizes.n; k++)
        all += v[k];
    if (!rc && (!all || c->in[0].shape[axis_of(c, s)] % all))
        return nnp_fail(c, NNP_EINVAL,
                        "sizes: parts of %" PRId64
                        " in all do not divide an axis of %" PRId64,
                        all, c->in[0].shape[axis_of(c, s)]);
    for (uint32_t k = 0; !rc && k < s->sizes.n; k++) {
        snprintf(text, sizeof text, "part%" PRIu32, k + 1);
        rc = declare(c, s, text, v[k] * (c->in[0].shape[axis_of(c, s)] / all));
    }
    return rc;
}

/* ---- copies ------------------------------------------------------------------------ */

struct job {
    nnp_ctx *c;
    int32_t  axis;
    size_t   whole, skip; /* of a run, before the first part */
    int      back;
};

static size_t run_length(const nnp_tensor *t, int32_t axis)
{
    size_t n = 1;

    for (int32_t i = axis; i < t->ndim; i++)
        n *= (size_t)t->shape[i];
    return n;
}

/* Runs begin..end, which lie together from the axis on: a memcpy for each part of each.
 * What lies outside of all parts gets no gradient. */
static void copy_runs(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    nnp_ctx          *c = j->c;
    size_t            place = j->skip;

    (void)worker;
    if (j->back)
        memset(nnp_f32(&c->din[0]) + begin * j->whole, 0,
               (end - begin) * j->whole * sizeof(float));
    for (uint32_t k = 0; k < c->n_out; k++) {
        size_t n = run_length(&c->out[k], j->axis);
        float *part = nnp_f32(j->back ? &c->dout[k] : &c->out[k]);
        float *all = nnp_f32(j->back ? &c->din[0] : &c->in[0]) + place;

        for (size_t r = begin; part && r < end; r++)
            memcpy(j->back ? all + r * j->whole : part + r * n,
                   j->back ? part + r * n : all + r * j->whole, n * sizeof *part);
        place += n;
    }
}

static int copy(nnp_ctx *c, const struct cut *s, size_t begin, int back)
{
    int32_t    axis = axis_of(c, s);
    size_t     whole = run_length(&c->in[0], axis);
    size_t     step = whole / (size_t)c->in[0].shape[axis];
    struct job j = { c, axis, whole, begin * step, back };

    return c->host->parallel(c, nnp_count(&c->in[0]) / whole, 1 + NNP_GRAIN / (whole + 1),
                             copy_runs, &j);
}

static int slice_forward(nnp_ctx *c, void *self)
{
    return copy(c, self, (size_t)first(c, self), 0);
}

static int slice_backward(nnp_ctx *c, void *self)
{
    return c->din[0].data ? copy(c, self, (size_t)first(c, self), 1) : NNP_OK;
}

static int split_forward(nnp_ctx *c, void *self)
{
    return copy(c, self, 0, 0);
}

static int split_backward(nnp_ctx *c, void *self)
{
    return c->din[0].data ? copy(c, self, 0, 1) : NNP_OK;
}

static const nnp_formula slice_formula = {
    .size = sizeof slice_formula,
    .forward = "y_k = x_{begin+k}",
    .backward = "d(E, x_{begin+k}) = d(E, y_k)",
};

NNP_FORMULA(slice_extension, slice_formula)

static const nnp_formula split_formula = {
    .size = sizeof split_formula,
    .forward = "y_k = x_k",
    .backward = "d(E, x_k) = d(E, y_k)",
};

NNP_FORMULA(split_extension, split_formula)

/* clang-format off */
static const nnp_component slice = {
    NNP_COMPONENT("layer", "slice"), .doc = "a part of its input along an axis",
    .takes = NNP_F32, .flags = NNP_FREE_IN | NNP_FREE_OUT,
    .self_size = sizeof(struct cut), NNP_PARAMS(slice_params),
    .setup = slice_setup, .forward = slice_forward, .backward = slice_backward,
    .extension = slice_extension,
};

static const nnp_component split = {
    NNP_COMPONENT("layer", "split"), .doc = "its input in parts along an axis",
    .takes = NNP_F32, .flags = NNP_FREE_IN | NNP_FREE_OUT,
    .self_size = sizeof(struct cut), NNP_PARAMS(split_params),
    .setup = split_setup, .forward = split_forward, .backward = split_backward,
    .extension = split_extension,
};
/* clang-format on */
NNP_PLUGIN(slice, NNP_OURS, &slice, &split)
