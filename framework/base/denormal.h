/* SPDX-License-Identifier: MIT */
/* Numbers below the smallest normal one, 1.2e-38 as a float, are computed by processors
 * some fifty times slower than others, and mean nothing in a net. Where the host
 * calculates they are zeros, on every thread alike, so that results do not depend on the
 * number of threads: always on threads that the host starts, on the caller's own within a
 * step, an update and a call of a plugin. */
#ifndef NNP_BASE_DENORMAL_H
#define NNP_BASE_DENORMAL_H
#include <stdbool.h>
#include <stdint.h>

/* This thread takes them for zeros. */
extern _Thread_local bool denormal_flushed;

/* From now on, where it does not yet. Returns what denormal_restore takes. */
uint64_t denormal_flush(void);
void     denormal_restore(uint64_t before);

/* Around work; true goes to denormal_leave. They nest at the cost of a look at the flag. */
static inline bool denormal_enter(uint64_t *before)
{
    if (denormal_flushed)
        return false;
    *before = denormal_flush();
    return true;
}

static inline void denormal_leave(bool entered, uint64_t before)
{
    if (entered)
        denormal_restore(before);
}
#endif
