/* SPDX-License-Identifier: MIT */
/* Behind every tensor that a call may write lie bytes that are none of its business: they
 * are turned over before it and must still be so after it. */
#ifndef NNP_CALL_GUARD_H
#define NNP_CALL_GUARD_H
#include "call/instance.h"

/* So much memory lies behind the last tensor of whatever holds tensors of a session. */
enum { GUARD_ROOM = 128 };

/* Calls the slot. NNP_EBUG, and the reason in i, if it has written past a tensor's end; the
 * bytes are put back, so that nothing else suffers from it. */
int guard_call(struct instance *i, nnp_fn *slot);
#endif
