/* SPDX-License-Identifier: MIT */
/* What plugin.h includes at its end: what makes its structs easy to fill in and to read.
 * All of it is compiled into the plugin, so it may change and binaries never notice. */
#ifndef NNPIPE_INLINE_H
#define NNPIPE_INLINE_H
#include <stdarg.h>
#include <stdio.h>
#include <nnpipe/plugin.h>
#define NNP_TAG(kind, name) "@(#)nnp1:" kind ":" name
#define NNP_PARAMS(tab)                                                                  \
    .params = tab, .n_params = sizeof tab / sizeof *tab, .param_size = sizeof *tab
#define NNP_COMPONENT(kind, name) .size = sizeof(nnp_component), .tag = NNP_TAG(kind, name)
#define NNP_ABI                   ((uint32_t)NNP_MAJOR << 16 | NNP_MINOR)
#ifdef __cplusplus
#define NNP_C extern "C"
#else
#define NNP_C
#endif
/* The entry of the file: NNP_PLUGIN(swish, "1.0", "MIT", NULL, &component, ...). In two
 * steps, so that one macro may stand for several of the arguments. */
#define NNP_PLUGIN(...) NNP_PLUGIN_ENTRY(__VA_ARGS__)
#define NNP_PLUGIN_ENTRY(id, version, license, url, ...)                                 \
    NNP_C __attribute__((visibility("default"))) const nnp_plugin *nnp_plugin_v1(void);  \
    NNP_C __attribute__((visibility("default"))) const nnp_plugin *nnp_plugin_v1(void)   \
    {                                                                                    \
        static const nnp_component *const list[] = { __VA_ARGS__ };                      \
        static const nnp_plugin           p = {                                          \
            sizeof p, NNP_ABI, #id, version, license, url, sizeof list / sizeof *list,   \
            0, list                                                                      \
        };                                                                               \
        return &p;                                                                       \
    }

#ifdef __cplusplus
extern "C" {
#endif

static inline float *nnp_f32(const nnp_tensor *t)
{
    return (float *)t->data;
}

static inline size_t nnp_count(const nnp_tensor *t)
{
    size_t n = 1;
    for (int32_t i = 0; i < t->ndim; i++)
        n *= (size_t)t->shape[i];
    return n;
}

static inline uint32_t nnp_type(const nnp_tensor *t)
{
    return t->code | (uint32_t)t->bits << 8 | (uint32_t)t->lanes << 16;
}

static inline size_t nnp_row(const nnp_tensor *t) /* elements behind the leading axis */
{
    size_t n = 1;
    for (int32_t i = 1; i < t->ndim; i++)
        n *= (size_t)t->shape[i];
    return n;
}

static inline double nnp_number(const nnp_tensor *t, size_t i) /* element i, any type */
{
    switch (nnp_type(t)) {
    case NNP_F32: return (double)((const float *)t->data)[i];
    case NNP_F64: return ((const double *)t->data)[i];
    case NNP_U8: return ((const uint8_t *)t->data)[i];
    case NNP_I8: return ((const int8_t *)t->data)[i];
    case NNP_I32: return ((const int32_t *)t->data)[i];
    case NNP_I64: return (double)((const int64_t *)t->data)[i];
    }
    return 0;
}

static inline int nnp_fail(nnp_ctx *c, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* host->fail with a text made as by printf. */
static inline int nnp_fail(nnp_ctx *c, int code, const char *format, ...)
{
    char    text[512];
    va_list list;

    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    return (c->host->fail)(c, code, text); /* check.h has a macro called fail */
}

static inline int nnp_like(nnp_ctx *c, uint32_t role, const char *name,
                           const nnp_tensor *t)
{
    return c->host->declare(c, role, name, nnp_type(t), (uint32_t)t->ndim, t->shape, NULL);
}
#ifdef __cplusplus
}
#endif
#endif
