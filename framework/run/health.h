/* SPDX-License-Identifier: MIT */
#ifndef NNP_RUN_HEALTH_H
#define NNP_RUN_HEALTH_H
#include "run/session.h"

/* Where in the data the batch at hand lies, for messages, and how it went before. */
struct where {
    int64_t epoch, step, first, last; /* rows in the order of the epoch, from 0 */
    float   steepest;                 /* largest gradient of the update before, or 0 */
};
/* The largest gradient by magnitude; not finite if one of them is not. */
float health_steepest(const struct session *s);
/* After a number that is not finite: which item made the first one. Always -1. */
int health_diverged(const struct session *s, const struct where *w, struct diag *d);
#endif
