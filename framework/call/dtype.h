/* SPDX-License-Identifier: MIT */
/* Types of elements: NNP_F32 and the others. All that the host has to know of one stands in
 * one table. */
#ifndef NNP_CALL_DTYPE_H
#define NNP_CALL_DTYPE_H
#include <stddef.h>
#include <stdint.h>

size_t      dtype_size(uint32_t dtype); /* bytes; 0: there is no such type */
const char *dtype_name(uint32_t dtype); /* "f32" */
uint32_t    dtype_named(const char *name); /* 0: there is none of that name */
const char *dtype_npy(uint32_t dtype);  /* as NumPy writes it, "<f4" */
/* What keeps a number from being one of that type, "not a whole number of 0..255", or
 * NULL. */
const char *dtype_refuses(uint32_t dtype, double v);
/* n numbers into the elements from `at`. A number out of range becomes the nearest. */
void dtype_put(uint32_t dtype, void *to, int64_t at, const double *v, int64_t n);
/* Digits with which a number of that type can be read back as the same: 9, 17; 0: it is a
 * whole number, all of it. */
int dtype_digits(uint32_t dtype);
#endif
