/* SPDX-License-Identifier: MIT */
/* Files in a zip archive that lies in memory, as NumPy's savez writes them: stored or
 * deflated, not encrypted (PKWARE's APPNOTE 6.3, with the 64-bit sizes of 4.5.3). */
#ifndef NNP_BASE_ZIP_H
#define NNP_BASE_ZIP_H
#include <stdbool.h>
#include <stddef.h>
#include "base/diag.h"

bool zip_is(const void *bytes, size_t n);
/* The file of that name; name NULL: the only one. malloc'ed, with a 0 byte behind it. 1: it
 * is there; 0: it is not; -1 with a message that calls the archive `path`. */
int zip_read(const char *path, const void *bytes, size_t n, const char *name, char **out,
             size_t *size, struct diag *d);
#endif
