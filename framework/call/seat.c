/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "call/seat.h"

/* Who runs on a thread. Written by the thread alone; others may look. */
struct seat {
    const struct instance *instance;
    const char            *slot;
    uint64_t               calls;
} __attribute__((aligned(64)));

/* With the choice in kernels/cpu.c the mutable statics of the host: a crash handler and
 * a watching thread have nothing else to ask. Threads beyond the last seat are not
 * watched.
 */
static struct seat                seats[SEAT_MOST];
static int                        taken;
static _Thread_local struct seat *mine, spare;

static struct seat *my_seat(void)
{
    if (!mine) {
        int k = __atomic_fetch_add(&taken, 1, __ATOMIC_RELAXED);
        mine = k < SEAT_MOST ? &seats[k] : &spare;
    }
    return mine;
}

void seat_enter(const struct instance *i, const char *slot)
{
    struct seat *s = my_seat();

    __atomic_store_n(&s->slot, slot, __ATOMIC_RELAXED);
    __atomic_store_n(&s->calls, s->calls + 1, __ATOMIC_RELAXED);
    __atomic_store_n(&s->instance, i, __ATOMIC_RELEASE);
}

const struct instance *seat_running(const char **slot)
{
    const struct seat *s = my_seat();

    *slot = s->slot;
    return s->instance;
}

const struct instance *seat_look(int k, const char **slot, uint64_t *call)
{
    const struct instance *i = __atomic_load_n(&seats[k].instance, __ATOMIC_ACQUIRE);

    *call = __atomic_load_n(&seats[k].calls, __ATOMIC_RELAXED);
    *slot = __atomic_load_n(&seats[k].slot, __ATOMIC_RELAXED);
    return i;
}
