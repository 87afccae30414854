/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "call/dtype.h"

#include <nnpipe/plugin.h>

size_t dtype_size(uint32_t dtype)
{
    switch (dtype) {
    case NNP_I8:
    case NNP_U8: return 1;
    case NNP_I32:
    case NNP_F32: return 4;
    case NNP_I64:
    case NNP_F64: return 8;
    default: return 0;
    }
}

const char *dtype_name(uint32_t dtype)
{
    switch (dtype) {
    case NNP_I8: return "i8";
    case NNP_U8: return "u8";
    case NNP_I32: return "i32";
    case NNP_F32: return "f32";
    case NNP_I64: return "i64";
    case NNP_F64: return "f64";
    default: return "unknown";
    }
}
