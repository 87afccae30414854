/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "call/dtype.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include <nnpipe/plugin.h>

/* Whole numbers up to here are all doubles. */
#define WHOLE 0x1p53

static const struct type {
    uint32_t    dtype;
    size_t      size;
    const char *name, *npy;
    int         digits; /* 0: whole numbers */
    double      low, high;
    const char *refusal;
} types[] = {
    { NNP_F32, 4, "f32", "<f4", 9, -(double)FLT_MAX, (double)FLT_MAX,
      "not a finite number" },
    { NNP_F64, 8, "f64", "<f8", 17, -DBL_MAX, DBL_MAX, "not a finite number" },
    { NNP_I64, 8, "i64", "<i8", 0, -WHOLE, WHOLE, "not a whole number up to 2^53" },
    { NNP_I32, 4, "i32", "<i4", 0, INT32_MIN, INT32_MAX,
      "not a whole number of -2147483648..2147483647" },
    { NNP_U8, 1, "u8", "|u1", 0, 0, 255, "not a whole number of 0..255" },
    { NNP_I8, 1, "i8", "|i1", 0, -128, 127, "not a whole number of -128..127" },
};

static const struct type *find(uint32_t dtype)
{
    static const struct type unknown = { .name = "unknown", .npy = "|V0" };

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].dtype == dtype)
            return &types[i];
    return &unknown;
}

size_t dtype_size(uint32_t dtype)
{
    return find(dtype)->size;
}

const char *dtype_name(uint32_t dtype)
{
    return find(dtype)->name;
}

uint32_t dtype_named(const char *name)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].name, name) == 0)
            return types[i].dtype;
    return 0;
}

const char *dtype_npy(uint32_t dtype)
{
    return find(dtype)->npy;
}

int dtype_digits(uint32_t dtype)
{
    return find(dtype)->digits;
}

const char *dtype_refuses(uint32_t dtype, double v)
{
    const struct type *t = find(dtype);

    if (!(v >= t->low && v <= t->high) || (!t->digits && v != rint(v)))
        return t->refusal ? t->refusal : "of no type";
    return NULL;
}

void dtype_put(uint32_t dtype, void *to, int64_t at, const double *v, int64_t n)
{
    const struct type *t = find(dtype);
    char              *p = (char *)to + (size_t)at * t->size;

    if (dtype == NNP_F64)
        memcpy(p, v, (size_t)n * sizeof *v);
    else if (dtype == NNP_F32)
        for (int64_t i = 0; i < n; i++)
            ((float *)(void *)p)[i] = (float)v[i];
    else
        for (int64_t i = 0; i < n; i++, p += t->size) {
            /* The lower bytes come first, as a shorter type has them. */
            int64_t whole = (int64_t)fmin(fmax(v[i], t->low), t->high);

            memcpy(p, &whole, t->size);
        }
}
