/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "call/seat.h"

/* With the choice in kernels/cpu.c the mutable statics of the host: a crash handler and
 * a watching thread have nothing else to ask. Threads beyond the last seat are not
 * watched. */
static struct seat               seats[SEAT_MOST];
static int                       taken;
static _Thread_local struct seat spare;
_Thread_local struct seat       *seat_mine;

struct seat *seat_take(void)
{
    int k = __atomic_fetch_add(&taken, 1, __ATOMIC_RELAXED);

    seat_mine = k < SEAT_MOST ? &seats[k] : &spare;
    return seat_mine;
}

const struct instance *seat_look(int k, const char **slot, uint64_t *call)
{
    const struct instance *i = __atomic_load_n(&seats[k].instance, __ATOMIC_ACQUIRE);

    *call = __atomic_load_n(&seats[k].calls, __ATOMIC_RELAXED);
    *slot = __atomic_load_n(&seats[k].slot, __ATOMIC_RELAXED);
    return i;
}
