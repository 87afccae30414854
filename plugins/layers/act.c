/* SPDX-License-Identifier: MIT */
/*
 * act: stands for the activation it names, so that a variable or a search can choose it:
 * `- act: $act`. The host puts that layer behind it; act itself passes its input on.
 */
#include <string.h>

#include <nnpipe/formula.h>
#include <nnpipe/plugin.h>

struct act {
    const char *name;
};

static const nnp_param params[] = {
    { "name", NNP_STR | NNP_MAIN | NNP_FOLLOWED_BY, offsetof(struct act, name), NULL,
      NULL, "the activation it stands for", NULL },
};

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    return nnp_like(c, NNP_OUT, "y", &c->in[0]);
}

/* In place there is nothing to do. */
static int pass(const nnp_tensor *from, const nnp_tensor *to)
{
    if (to->data && to->data != from->data)
        memcpy(to->data, from->data, nnp_count(from) * sizeof(float));
    return NNP_OK;
}

static int forward(nnp_ctx *c, void *self)
{
    (void)self;
    return pass(&c->in[0], &c->out[0]);
}

static int backward(nnp_ctx *c, void *self)
{
    (void)self;
    return pass(&c->dout[0], &c->din[0]);
}

static const nnp_formula formula = {
    .size = sizeof formula,
    .forward = "y = x",
    .backward = "d(E, x) = d(E, y)",
};

NNP_FORMULA(extension, formula)

/* clang-format off */
static const nnp_component act = {
    NNP_COMPONENT("layer", "act"), .doc = "any activation by its name",
    .takes = NNP_F32, .flags = NNP_FREE_IN | NNP_FREE_OUT | NNP_INPLACE | NNP_INPLACE_BWD |
             NNP_STANDS_IN,
    .self_size = sizeof(struct act), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
    .extension = extension,
};
/* clang-format on */
NNP_PLUGIN(act, NNP_OURS, &act)
