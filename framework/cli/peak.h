/* SPDX-License-Identifier: MIT */
/* What this process takes, and what a run will have taken at its end. */
#ifndef NNP_CLI_PEAK_H
#define NNP_CLI_PEAK_H
#include "run/session.h"

/* Peak resident bytes of this process so far, 0 where the system does not say. */
size_t memory_peak(void);
/* The same as it will be at the end of the training that this session is about to begin.
 */
size_t memory_expected(const struct session *s);
/* "2.1 KiB", "58.2 MiB" */
const char *memory_text(struct arena *a, size_t bytes);
#endif
