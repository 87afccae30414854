/* SPDX-License-Identifier: MIT */
/* Pixels as a PNG file (ISO/IEC 15948). Four chunks are all that takes; the compression is
 * the one that reads .gz files, so pictures cost no library. */
#ifndef NNP_BASE_PNG_H
#define NNP_BASE_PNG_H
#include <stddef.h>
#include <stdint.h>
#include "base/diag.h"

enum { PNG_MAX_SIDE = 1 << 15 };

/* RGBA, 8 bits each, rows from the top. *out is malloc'ed. The same pixels give the same
 * bytes. */
int png_encode(const uint8_t *rgba, uint32_t width, uint32_t height, unsigned char **out,
               size_t *size, struct diag *d);
#endif
