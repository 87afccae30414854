/* SPDX-License-Identifier: MIT */
/*
 * concat: its inputs one behind the other along an axis; axis 0 is the rows, axis 1 the
 * channels of images or the features. All other sizes are the same.
 */
#include <nnpipe/formula.h>
#include <nnpipe/inputs.h>

struct concat {
    int64_t axis;
};

enum { MOST = 8 };

static const nnp_param params[] = {
    { "axis", NNP_INT | NNP_MAIN, offsetof(struct concat, axis), "1", "[-7,7]",
      "along which they are joined; 0 is the rows, -1 the last", NULL },
};

static int refuse(nnp_ctx *c, uint32_t k, const char *why)
{
    char a[128], b[128];

    return nnp_fail(c, NNP_EINVAL, "cannot join %s with %s (input %" PRIu32 "): %s",
                    nnp_inputs_row(&c->in[0], a, sizeof a),
                    nnp_inputs_row(&c->in[k], b, sizeof b), k + 1, why);
}

/* The axis, counted from the rows; below 1: refused. */
static int64_t axis_of(const nnp_ctx *c, const struct concat *s)
{
    int64_t ndim = c->in[0].ndim, axis = s->axis < 0 ? s->axis + ndim : s->axis;

    return axis < ndim ? axis : -1;
}

static int fits(nnp_ctx *c, uint32_t k, int64_t axis)
{
    const nnp_tensor *a = &c->in[0], *b = &c->in[k];
    char              why[96];

    if (a->ndim != b->ndim)
        return refuse(c, k, "as many axes are needed");
    for (int32_t i = 0; i < a->ndim; i++)
        if (i != axis && a->shape[i] != b->shape[i]) {
            snprintf(why, sizeof why,
                     "axis %" PRId32 " is %" PRId64 " and %" PRId64 ", only axis %" PRId64
                     " may differ",
                     i, a->shape[i], b->shape[i], axis);
            return refuse(c, k, why);
        }
    return NNP_OK;
}

static int setup(nnp_ctx *c, void *self)
{
    const nnp_tensor *x = &c->in[0];
    int64_t           axis = axis_of(c, self), shape[MOST], size = 0;
    char              row[96];

    if (axis < 1)
        return nnp_fail(
            c, NNP_EINVAL,
            "concat joins along axis 1 or later of its inputs, which are %s a row",
            nnp_inputs_row(x, row, sizeof row));
    for (uint32_t k = 0; k < c->n_in; k++) {
        int rc = fits(c, k, axis);
        if (rc)
            return rc;
        size += c->in[k].shape[axis];
    }
    memcpy(shape, x->shape, (size_t)x->ndim * sizeof *shape);
    shape[axis] = size;
    return c->host->declare(c, NNP_OUT, "y", NNP_F32, (uint32_t)x->ndim, shape, NULL);
}

/* From the axis on, the numbers of an input lie together: a run. One run of each input in
 * turn makes a run of the joined tensor, so that all there is to do is memcpy. */
struct job {
    nnp_ctx *c;
    int32_t  axis;
    size_t   whole; /* numbers of the joined tensor per run of axes before the axis */
    int      back;
};

static size_t run_length(const nnp_tensor *t, int32_t axis)
{
    size_t n = 1;

    for (int32_t i = axis; i < t->ndim; i++)
        n *= (size_t)t->shape[i];
    return n;
}

/* Runs begin..end: the parts of the inputs into the joined one, or of its gradient back.
 */
static void copy_runs(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    size_t            place = 0;

    (void)worker;
    for (uint32_t k = 0; k < j->c->n_in; k++) {
        const nnp_tensor *t = j->back ? &j->c->din[k] : &j->c->in[k];
        size_t            n = run_length(t, j->axis);
        float            *part = nnp_f32(t);

        for (size_t r = begin; part && r < end; r++) {
            if (j->back)
                memcpy(part + r * n, nnp_f32(&j->c->dout[0]) + r * j->whole + place,
                       n * sizeof *part);
            else
                memcpy(nnp_f32(&j->c->out[0]) + r * j->whole + place, part + r * n,
                       n * sizeof *part);
        }
        place += n;
    }
}

static int copy(nnp_ctx *c, const struct concat *s, int back)
{
    int32_t    axis = (int32_t)axis_of(c, s);
    struct job j = { c, axis, run_length(&c->out[0], axis), back };
    size_t     runs = 1;

    for (int32_t i = 0; i < axis; i++)
        runs *= (size_t)c->out[0].shape[i];
    return c->host->parallel(c, runs, 1 + 16384 / (j.whole + 1), copy_runs, &j);
}

static int forward(nnp_ctx *c, void *self)
{
    return copy(c, self, 0);
}

static int backward(nnp_ctx *c, void *self)
{
    return copy(c, self, 1);
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "y_k = x_k",
    .backward = "d(E, x_k) = d(E, y_k)",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component concat = {
    NNP_COMPONENT("layer", "concat"), .doc = "joins its inputs along an axis",
    .takes = NNP_F32, .flags = NNP_FREE_IN | NNP_FREE_OUT, .min_in = 1, .max_in = UINT32_MAX,
    .self_size = sizeof(struct concat), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(concat, NNP_OURS, &concat)
