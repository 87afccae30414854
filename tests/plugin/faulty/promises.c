/* SPDX-License-Identifier: MIT */
/* Components that say something of themselves, or do not: the right ones are 1, 4 and 6.
 */
#include <stdlib.h>
#include <nnpipe/data.h>
#include <nnpipe/plugin.h>

enum {
    REVERSES = 1,
    REVERSES_UNSAID,
    CORRUPTS_A_COLUMN,
    CORRUPTS,
    NAMES_WITH_A_SPACE,
    ONLY_CLOSES, /* loaders from here on */
    COUNTS_A_ROW_TOO_MANY,
    COUNTS_FAR_TOO_MANY,
    ANY_NUMBERS /* a layer again */
};

#if FAULT < 6 || FAULT == 9
static int setup(nnp_ctx *c, void *self)
{
    int64_t column[2] = { c->in[0].ndim ? c->in[0].shape[0] : 0, 1 };

    (void)self;
    int rc = FAULT == CORRUPTS_A_COLUMN
                 ? c->host->declare(c, NNP_OUT, "y", NNP_F32, 2, column, NULL)
                 : nnp_like(c, NNP_OUT, "y", &c->in[0]);
    if (rc >= 0 && FAULT == NAMES_WITH_A_SPACE)
        rc = c->host->declare(c, NNP_WEIGHT, "my gain", NNP_F32, 2, column, NULL);
    return rc < 0 ? rc : NNP_OK;
}

static int forward(nnp_ctx *c, void *self)
{
    size_t n = nnp_count(&c->out[0]), step = nnp_count(&c->in[0]) / (n ? n : 1);

    (void)self;
    for (size_t i = 0; i < n; i++)
        nnp_f32(&c->out[0])[i] = nnp_f32(&c->in[0])[i * step];
    return NNP_OK;
}

#if FAULT < 3 || FAULT == 9 /* Ganin, Lempitsky (2015): the gradient is turned round */
static int backward(nnp_ctx *c, void *self)
{
    (void)self;
    for (size_t i = 0; c->din[0].data && i < nnp_count(&c->in[0]); i++)
        nnp_f32(&c->din[0])[i] =
            FAULT == ANY_NUMBERS ? nnp_f32(&c->dout[0])[i] : -nnp_f32(&c->dout[0])[i];
    return NNP_OK;
}
#define BACKWARD backward
#else
#define BACKWARD NULL
#endif
#if FAULT == 3 || FAULT == 4
#define KIND  "transform"
#define FLAGS NNP_CORRUPTS
#else
#define KIND "layer"
#define FLAGS                                                                            \
    (FAULT == REVERSES ? NNP_SURROGATE : FAULT == ANY_NUMBERS ? NNP_PROBABILITIES : 0)
#endif

static const nnp_component it = {
    NNP_COMPONENT(KIND, "promise"),
    .doc = "y = x",
    .takes = NNP_F32,
    .flags = FLAGS,
    .setup = setup,
    .forward = forward,
    .backward = BACKWARD,
};
#else
struct rows {
    float *v;
};

enum { ROWS = FAULT == COUNTS_FAR_TOO_MANY ? 3 : 8 };

static int setup(nnp_ctx *c, void *self)
{
    struct rows *s = self;
    int          rc = c->host->declare(c, NNP_OUT, "x", NNP_F32, 1, c->in[0].shape, NULL);

    if (!s->v)
        s->v = calloc(ROWS, sizeof *s->v);
    c->rows->count = FAULT == ONLY_CLOSES           ? ROWS
                     : FAULT == COUNTS_FAR_TOO_MANY ? 35
                                                    : ROWS + 1;
    return rc < 0 ? rc : s->v ? NNP_OK : NNP_ENOMEM;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct rows *s = self;
    const int64_t     *row = c->in[0].data;

    for (int64_t i = 0; i < c->in[0].shape[0]; i++) {
        if (row[i] < 0 || row[i] >= ROWS)
            return nnp_fail(c, NNP_EINVAL, "there is no such row");
        nnp_f32(&c->out[0])[i] = s->v[row[i]];
    }
    return NNP_OK;
}

static int let_go(nnp_ctx *c, void *self)
{
    struct rows *s = self;

    (void)c;
    free(s->v);
    return NNP_OK;
}

static const nnp_component it = {
    NNP_COMPONENT("loader", "promise"),
    .doc = "zeros",
    .self_size = sizeof(struct rows),
    .setup = setup,
    .forward = forward,
    .close = let_go,
};
#endif
NNP_PLUGIN(promise, "1.0", "MIT", NULL, &it)
