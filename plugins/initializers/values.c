/* SPDX-License-Identifier: MIT */
/*
 * values: the elements as written, row by row; lists may be nested as the tensor's axes
 * are.
 *
 *   init: {values: [[1, -1], [-1, 1]]}
 */
#include <math.h>

#include <nnpipe/plugin.h>

struct values {
    const nnp_node *values;
};

static const nnp_param params[] = {
    { "values", NNP_TREE, offsetof(struct values, values), NULL, NULL,
      "the elements, row by row", NULL },
};

/* Counts the numbers of a list and stores the first `room` of them. */
static int collect(nnp_ctx *c, const nnp_node *node, float *to, size_t room, size_t *n)
{
    int rc = NNP_OK;

    if (node->kind == NNP_SEQ) {
        for (uint32_t i = 0; !rc && i < node->n; i++)
            rc = collect(c, &node->child[i], to, room, n);
        return rc;
    }
    if (node->kind != NNP_SCALAR)
        return nnp_fail(c, NNP_EINVAL, "values: a list of numbers is needed, not a map");
    if (isnan(node->number))
        return nnp_fail(c, NNP_EINVAL, "values: '%.40s' is not a number", node->text);
    if (*n < room)
        to[*n] = (float)node->number;
    ++*n;
    return rc;
}

static int forward(nnp_ctx *c, void *self)
{
    const struct values *s = self;
    size_t               room = nnp_count(&c->out[0]), n = 0;
    int                  rc;

    if (nnp_type(&c->out[0]) != NNP_F32)
        return nnp_fail(c, NNP_ENOTSUP, "only f32 weights can be set");
    rc = collect(c, s->values, nnp_f32(&c->out[0]), room, &n);
    if (rc || n == room)
        return rc;
    return nnp_fail(c, NNP_EINVAL, "values holds %zu numbers, the tensor has %zu", n,
                    room);
}

/* clang-format off */
static const nnp_component values = {
    NNP_COMPONENT("initializer", "values"), .doc = "the elements as written",
    .self_size = sizeof(struct values), NNP_PARAMS(params),
    .forward = forward,
};
/* clang-format on */
NNP_PLUGIN(values, NNP_OURS, &values)
