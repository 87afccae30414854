/* SPDX-License-Identifier: MIT */
/* Who runs on which thread: what the host asks when a plugin crashes or does not come
 * back. */
#ifndef NNP_CALL_SEAT_H
#define NNP_CALL_SEAT_H
#include <stdint.h>

struct instance;
enum { SEAT_MOST = 320 }; /* threads that can be looked at from others */

/* The instance runs on this thread from now on, NULL: nobody does. A worker of `parallel`
 * runs for the instance that asked. */
void seat_enter(const struct instance *i, const char *slot);
/* The instance whose slot runs on this thread, for the crash message: NULL if none. */
const struct instance *seat_running(const char **slot);
/* Who runs on the kth thread that ever ran a plugin, and the number of its call: for
 * another thread to look at. NULL: nobody now. */
const struct instance *seat_look(int k, const char **slot, uint64_t *call);
#endif
