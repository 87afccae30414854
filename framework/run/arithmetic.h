/* SPDX-License-Identifier: MIT */
/* What the last bits of a result hang on, besides the file, the data and the seed: who
 * multiplies, and in which order sums are taken. The number of threads is not among it. */
#ifndef NNP_RUN_ARITHMETIC_H
#define NNP_RUN_ARITHMETIC_H
#include "run/session.h"

const char *arithmetic_kernels(void); /* "avx2" */
/* What plugins that were compiled for several processors choose here: "x86-64-v3". */
const char *arithmetic_processor(void);
const char *arithmetic_backend(const struct session *s); /* "none", "openblas" */
const char *arithmetic_compiler(void);
/* All of it: "kernels avx2, processor x86-64-v3, backend none, compiler gcc 12.2.0,
 * glibc 2.36". Runs of one text have the same bits. */
const char *arithmetic_text(struct arena *a, const struct session *s);
#endif
