/* SPDX-License-Identifier: MIT */
/* A clock beside the plugins: a call that does not come back is told while it runs. */
#ifndef NNP_CALL_CALL_LIMIT_H
#define NNP_CALL_CALL_LIMIT_H
#include "call/instance.h"

/* From now on: `late` is called, on a thread of its own, once a call of a slot, or a part
 * of one on a worker, has taken so many seconds. -1: there is no thread for it. */
int call_limit_begin(double seconds,
                     void (*late)(const struct instance *i, const char *slot));
#endif
