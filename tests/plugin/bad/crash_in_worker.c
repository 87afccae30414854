/* SPDX-License-Identifier: MIT */
/* Crashes on a thread that the host started, never on the one that trains. */
#include <unistd.h>

#include "bad.h"

static void body(void *arg, size_t begin, size_t end, uint32_t worker)
{
    (void)arg;
    (void)begin;
    (void)end;
    if (worker)
        bad_crash();
    usleep(1000); /* leave the other threads some */
}

static int forward(nnp_ctx *c, void *self)
{
    (void)self;
    return c->host->parallel(c, 1024, 1, body, NULL);
}

static const nnp_component component = { BAD_HEAD("crash_in_worker"), .setup = bad_setup,
                                         .forward = forward, .backward = bad_backward };
NNP_PLUGIN(crash_in_worker, "1.0", "MIT", "", &component)
