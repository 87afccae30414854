/* SPDX-License-Identifier: MIT */
/* A layer that is right, in parts: y = x. Each plugin here leaves out or spoils one
 * thing. */
#ifndef BAD_H
#define BAD_H
#include <nnpipe/plugin.h>

/* Writes where no memory is; the compiler does not know the address. */
static inline void bad_crash(void)
{
    volatile int *volatile nowhere = (volatile int *)16;

    *nowhere = 1;
}

static inline int bad_setup(nnp_ctx *c, void *self)
{
    (void)self;
    return nnp_like(c, NNP_OUT, "y", &c->in[0]) < 0 ? NNP_EINVAL : NNP_OK;
}

static inline int bad_forward(nnp_ctx *c, void *self)
{
    (void)self;
    for (size_t i = 0, n = nnp_count(&c->in[0]); i < n; i++)
        nnp_f32(&c->out[0])[i] = nnp_f32(&c->in[0])[i];
    return NNP_OK;
}

static inline int bad_backward(nnp_ctx *c, void *self)
{
    (void)self;
    for (size_t i = 0, n = nnp_count(&c->in[0]); c->din[0].data && i < n; i++)
        nnp_f32(&c->din[0])[i] = nnp_f32(&c->dout[0])[i];
    return NNP_OK;
}

#define BAD_HEAD(name) NNP_COMPONENT("layer", name), .doc = "y = x, with a fault"
#define BAD_SLOTS      .setup = bad_setup, .forward = bad_forward, .backward = bad_backward

/* A layer with one parameter, row: an nnp_param's initializer; struct self is the file's.
 */
#define BAD_PARAM(id, ...)                                                               \
    static const nnp_param     params[] = { __VA_ARGS__ };                               \
    static const nnp_component component = { BAD_HEAD(#id),                              \
                                             .self_size = sizeof(struct self),           \
                                             NNP_PARAMS(params), BAD_SLOTS };            \
    NNP_PLUGIN(id, "1.0", "MIT", "", &component)
/* The table of a plugin, for those whose numbers are wrong. */
#define BAD_ENTRY(table)                                                                 \
    NNP_C __attribute__((visibility("default"))) const nnp_plugin *nnp_plugin_v1(void);  \
    NNP_C __attribute__((visibility("default"))) const nnp_plugin *nnp_plugin_v1(void)   \
    {                                                                                    \
        return table;                                                                    \
    }
#endif
