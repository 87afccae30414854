/* SPDX-License-Identifier: MIT */
/* Types of elements: NNP_F32 and the others. */
#ifndef NNP_CALL_DTYPE_H
#define NNP_CALL_DTYPE_H
#include <stddef.h>
#include <stdint.h>

size_t      dtype_size(uint32_t dtype); /* bytes; 0: there is no such type */
const char *dtype_name(uint32_t dtype); /* "f32" */
#endif
