/* SPDX-License-Identifier: MIT */
/* Crashes on every thread at once. */
#include "bad.h"

static void body(void *arg, size_t begin, size_t end, uint32_t worker)
{
    (void)arg;
    (void)begin;
    (void)end;
    (void)worker;
    bad_crash();
}

static int forward(nnp_ctx *c, void *self)
{
    (void)self;
    return c->host->parallel(c, 1024, 1, body, NULL);
}

static const nnp_component component = { BAD_HEAD("crash_in_body"), .setup = bad_setup,
                                         .forward = forward, .backward = bad_backward };
NNP_PLUGIN(crash_in_body, "1.0", "MIT", "", &component)
