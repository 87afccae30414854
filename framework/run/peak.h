/* SPDX-License-Identifier: MIT */
/* What this process takes, and what a run will have taken at its end.
 *
 * A process has pages of its own and pages of files: its program and libraries. How many
 * of a file are mapped the system decides: some around each that is touched, as many as
 * happen to be in its cache and as the addresses fall, and it takes them back when it
 * likes. So what a run promises are pages of its own, which it alone decides about. */
#ifndef NNP_RUN_PEAK_H
#define NNP_RUN_PEAK_H
#include "run/session.h"

/* Peak resident bytes of this process so far, of both sorts, 0 where the system does not
 * say. */
size_t peak_taken(void);
/* Bytes of its own that this process has now, 0 where the system does not say. */
size_t peak_own(void);
/* The same as they will be at most at the end of the training that this session is about to
 * begin. */
size_t peak_expected(const struct session *s);
/* "2.1 KiB", "58.2 MiB" */
const char *peak_text(struct arena *a, size_t bytes);
#endif
