/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "call/call_limit.h"

#include <string.h>
#include <unistd.h>

#include "base/thread.h"
#include "call/seat.h"

enum { LOOKS = 8, MICROSECONDS = 1000000 }; /* so often within the limit */

static struct {
    double seconds;
    void (*late)(const struct instance *i, const char *slot);
} rule; /* written before the thread begins */

static struct {
    uint64_t call;
    int      looks; /* at the same call */
} seen[SEAT_MOST];

static void look_at(int k)
{
    const char            *slot;
    uint64_t               call;
    const struct instance *i = seat_look(k, &slot, &call);

    seen[k].looks = i && call == seen[k].call ? seen[k].looks + 1 : 0;
    seen[k].call = call;
    if (seen[k].looks > LOOKS)
        rule.late(i, slot);
}

static void serve(void *arg)
{
    (void)arg;
    for (;;) {
        usleep((useconds_t)(rule.seconds * MICROSECONDS / LOOKS));
        for (int k = 0; k < SEAT_MOST; k++)
            look_at(k);
    }
}

int call_limit_begin(double seconds,
                     void (*late)(const struct instance *i, const char *slot))
{
    static struct thread thread;

    rule.seconds = seconds < 900 ? seconds : 900; /* usleep takes no more */
    rule.late = late;
    if (thread_start(&thread, serve, NULL))
        return -1;
    pthread_detach(thread.id);
    return 0;
}
