/* SPDX-License-Identifier: MIT */
/* Who runs on which thread: what the host asks when a plugin crashes or does not come
 * back. */
#ifndef NNP_CALL_SEAT_H
#define NNP_CALL_SEAT_H
#include <stdint.h>

struct instance;
enum { SEAT_MOST = 320 }; /* threads that can be looked at from others */

/* Who runs on a thread. Written by the thread alone; others may look. */
struct seat {
    const struct instance *instance;
    const char            *slot;
    uint64_t               calls;
} __attribute__((aligned(64)));

/* This thread's; NULL before it ran a plugin. Everything below runs twice in every call of
 * a plugin, so it is inline. */
extern _Thread_local struct seat *seat_mine;
struct seat                      *seat_take(void); /* makes seat_mine */

/* The instance runs on this thread from now on, NULL: nobody does. A worker of `parallel`
 * runs for the instance that asked. */
static inline void seat_enter(const struct instance *i, const char *slot)
{
    struct seat *s = seat_mine ? seat_mine : seat_take();

    __atomic_store_n(&s->slot, slot, __ATOMIC_RELAXED);
    __atomic_store_n(&s->calls, s->calls + 1, __ATOMIC_RELAXED);
    __atomic_store_n(&s->instance, i, __ATOMIC_RELEASE);
}

/* The instance whose slot runs on this thread, for the crash message: NULL if none. */
static inline const struct instance *seat_running(const char **slot)
{
    const struct seat *s = seat_mine ? seat_mine : seat_take();

    *slot = s->slot;
    return s->instance;
}

/* Who runs on the kth thread that ever ran a plugin, and the number of its call: for
 * another thread to look at. NULL: nobody now. */
const struct instance *seat_look(int k, const char **slot, uint64_t *call);
#endif
