/* SPDX-License-Identifier: MIT */
/* A dense layer, y = x W' + b, that is right with -DFAULT=0 and has one fault otherwise;
 * each has a name that the test expects the finding of. */
#include <fenv.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <nnpipe/fast.h>
#include <nnpipe/plugin.h>

enum fault {
    NONE,
    GRADIENT_DOUBLED,
    WEIGHT_GRADIENT_OVERWRITTEN,
    INPUT_GRADIENT_ADDED,
    READS_FREED_INPUT,
    WRITES_PAST_OUTPUT,
    DEPENDS_ON_THREADS,
    STATIC_STATE,
    SETUP_NOT_IDEMPOTENT,
    LEAKS,
    OUTPUT_UNWRITTEN,
    ROWS_MIX,
    PRINTS,
    SELF_CHANGES,
    SECOND_SYMBOL,
    NEVER_ENDS,
    WANTS_EVERY_GRADIENT,
    IGNORES_REFUSAL,
    FLOATING_POINT_MODE,
    FILE_LEFT_OPEN,
    CHANGES_INPUT,
    CRASHES_IN_FORWARD,
    RANDOM_OF_ITS_OWN,
    NOT_IN_PLACE,
    NO_ROWS,
    CRASHES_LATER,
    WRITES_PAST_LATER,
    READY_TWICE,
    READY_TOO_SOON,
    NEVER_READY,
    ADDS_TO_EMPTY = 60, /* 30 to 59: kinds.c */
    READY_PAST_THE_END,
    DECLARES_LATE
};

struct layer {
    int64_t units, in, calls;
    float  *spare;
};

static const nnp_param params[] = {
    { "units", NNP_INT | NNP_MAIN, offsetof(struct layer, units), "4", "[1,inf)",
      "output features", NULL },
};

#if FAULT == 14
__attribute__((visibility("default"))) int helper(void);
int                                        helper(void)
{
    return 1;
}
#endif

static int open_it(nnp_ctx *c, void *self)
{
    struct layer *s = self;

    (void)c;
    s->spare = malloc(100);
    return s->spare ? NNP_OK : NNP_ENOMEM;
}

static int close_it(nnp_ctx *c, void *self)
{
    struct layer *s = self;

    (void)c;
    if (FAULT != LEAKS)
        free(s->spare);
    return NNP_OK;
}

static int setup(nnp_ctx *c, void *self)
{
    struct layer *s = self;
    int           rc;

    if (nnp_type(&c->in[0]) != NNP_F32 || c->in[0].ndim != 2)
        return nnp_fail(c, NNP_EINVAL, "rows of f32 are needed");
    if (FAULT == SETUP_NOT_IDEMPOTENT)
        s->units++;
    s->in = c->in[0].shape[1];
    int64_t y[2] = { FAULT == NO_ROWS ? 6 : c->in[0].shape[0], s->units };
    int64_t w[2] = { s->units, s->in }, part[2] = { 64, s->units };
    rc = c->host->declare(c, NNP_OUT, "y", NNP_F32, 2, y, NULL);
    if (FAULT == IGNORES_REFUSAL)
        rc = 0;
    if (rc >= 0)
        rc = c->host->declare(c, NNP_WEIGHT, "w", NNP_F32, 2, w, "he_normal");
    if (rc >= 0)
        rc = c->host->declare(c, NNP_WEIGHT | NNP_NODECAY, "b", NNP_F32, 1, w, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_SCRATCH, "part", NNP_F32, 2, part, NULL);
    return rc < 0 ? rc : NNP_OK;
}

static void plant_in_forward(nnp_ctx *c, struct layer *s)
{
    static int64_t count;
    float         *y = nnp_f32(&c->out[0]);
    size_t         n = nnp_count(&c->out[0]);

    switch (FAULT) {
    case WRITES_PAST_OUTPUT: y[n] = 0; break;
    case STATIC_STATE: y[0] += (float)count++; break;
    case ROWS_MIX: y[0] += y[n - 1]; break;
    case PRINTS: puts("forward"); break;
    case SELF_CHANGES: s->calls++; break;
    case NEVER_ENDS:
        for (;;)
            pause();
    case FLOATING_POINT_MODE: fesetround(FE_UPWARD); break;
    case FILE_LEFT_OPEN: dup(0); break;
    case CHANGES_INPUT: nnp_f32(&c->in[0])[0] = 0; break;
    case CRASHES_IN_FORWARD: *(volatile int *)(size_t)s->calls = 1; break;
    case CRASHES_LATER:
        if (c->step > 30 && c->flags & NNP_TRAIN)
            *(volatile int *)(size_t)s->calls = 1;
        break;
    case WRITES_PAST_LATER:
        if (c->step > 30)
            y[n] = 1;
        break;
    case RANDOM_OF_ITS_OWN: y[0] += 1e-3f * (float)(random() % 1000); break;
    default: break;
    }
}

static int forward(nnp_ctx *c, void *self)
{
    struct layer *s = self;
    size_t        rows = (size_t)c->in[0].shape[0], d = (size_t)s->in;
    size_t        u = (size_t)s->units, left_out = FAULT == OUTPUT_UNWRITTEN;
    const float  *x = nnp_f32(&c->in[0]), *w = nnp_f32(&c->weight[0]);
    float        *y = nnp_f32(&c->out[0]);

    nnp_ready_fn *ready = (nnp_ready_fn *)c->host->extension(c, "nnp.ready/1");

    for (size_t i = 0; i < rows * u - left_out; i++) {
        if (FAULT == READY_TOO_SOON)
            ready(c, y + i, 1, 1, 1);
        y[i] = nnp_f32(&c->weight[1])[i % u];
        for (size_t k = 0; k < d; k++)
            y[i] += x[i / u * d + k] * w[i % u * d + k];
    }
    for (int k = 0; k < 2 && FAULT == READY_TWICE; k++)
        ready(c, y, u, u, rows);
    if (FAULT == READY_PAST_THE_END)
        ready(c, y, rows * u + 1, 0, 1);
    plant_in_forward(c, s);
    if (FAULT == DECLARES_LATE)
        return c->host->declare(c, NNP_STATE, "late", NNP_F32, 0, NULL, NULL);
    return NNP_OK;
}

/* The bias: sums of chunks of rows, then the chunks in order. */
static void bias_gradient(nnp_ctx *c, const struct layer *s)
{
    size_t       rows = (size_t)c->in[0].shape[0], u = (size_t)s->units;
    size_t       chunks = FAULT == DEPENDS_ON_THREADS ? c->workers : 4;
    size_t       grain = (rows + chunks - 1) / chunks;
    const float *dy = nnp_f32(&c->dout[0]);
    float       *part = nnp_f32(&c->scratch[0]), *db = nnp_f32(&c->dweight[1]);

    memset(part, 0, chunks * u * sizeof *part);
    for (size_t i = 0; i < rows * u; i++)
        part[i / u / grain * u + i % u] += dy[i];
    for (size_t i = 0; i < chunks * u; i++)
        db[i % u] += part[i];
}

static void weight_gradient(nnp_ctx *c, const struct layer *s)
{
    size_t       rows = (size_t)c->in[0].shape[0], d = (size_t)s->in;
    size_t       u = (size_t)s->units;
    const float *x = nnp_f32(&c->in[0]), *dy = nnp_f32(&c->dout[0]);
    float       *dw = nnp_f32(&c->dweight[0]);

    for (size_t i = 0; i < u * d; i++) {
        float sum = FAULT == WEIGHT_GRADIENT_OVERWRITTEN ? 0 : dw[i];
        for (size_t r = 0; r < rows; r++)
            sum += dy[r * u + i / d] * x[r * d + i % d];
        dw[i] = sum;
    }
}

static void input_gradient(nnp_ctx *c, const struct layer *s)
{
    size_t       rows = (size_t)c->in[0].shape[0], d = (size_t)s->in;
    size_t       u = (size_t)s->units;
    const float *w = nnp_f32(&c->weight[0]), *dy = nnp_f32(&c->dout[0]);
    float       *dx = nnp_f32(&c->din[0]);

    for (size_t i = 0; i < rows * d; i++) {
        float sum = FAULT == INPUT_GRADIENT_ADDED ? dx[i] : 0;
        for (size_t j = 0; j < u; j++)
            sum += dy[i / d * u + j] * w[j * d + i % d];
        dx[i] = FAULT == GRADIENT_DOUBLED ? 2 * sum : sum;
    }
}

static int backward(nnp_ctx *c, void *self)
{
    const struct layer *s = self;

    if (c->dweight[0].data)
        weight_gradient(c, s);
    if (c->dweight[1].data || FAULT == WANTS_EVERY_GRADIENT)
        bias_gradient(c, s);
    if (c->din[0].data)
        input_gradient(c, s);
    return NNP_OK;
}

enum {
    PROMISES = NNP_FREE_OUT | (FAULT == READS_FREED_INPUT ? NNP_FREE_IN : 0) |
               (FAULT == NOT_IN_PLACE ? NNP_INPLACE : 0) |
               (FAULT == ADDS_TO_EMPTY ? NNP_BETA : 0) |
               (FAULT >= READY_TWICE && FAULT <= NEVER_READY ? NNP_READY : 0) |
               (FAULT == READY_PAST_THE_END ? NNP_READY : 0)
};

/* clang-format off */
static const nnp_component layer = {
    NNP_COMPONENT("layer", "faulty"), .doc = "a dense layer with a fault", .flags = PROMISES,
    .self_size = sizeof(struct layer), NNP_PARAMS(params), .open = open_it, .close = close_it,
    .setup = setup, .forward = forward, .backward = backward,
};
/* clang-format on */
NNP_PLUGIN(faulty, "1.0", "MIT", NULL, &layer)
