/* SPDX-License-Identifier: MIT */
/* Recursion without an end on a thread that the host started. */
#include <unistd.h>

#include "bad.h"

static int deeper(size_t n, volatile char *above)
{
    volatile char frame[4096];

    frame[0] = *above;
    return n ? deeper(n, frame) + frame[0] : 0; /* n is never 0 */
}

static void body(void *arg, size_t begin, size_t end, uint32_t worker)
{
    volatile char first = 1;

    (void)arg;
    (void)begin;
    if (worker)
        deeper(end, &first);
    usleep(1000); /* leave the other threads some */
}

static int forward(nnp_ctx *c, void *self)
{
    (void)self;
    return c->host->parallel(c, 1024, 1, body, NULL);
}

static const nnp_component component = { BAD_HEAD("stack_in_worker"), .setup = bad_setup,
                                         .forward = forward, .backward = bad_backward };
NNP_PLUGIN(stack_in_worker, "1.0", "MIT", "", &component)
