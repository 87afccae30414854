/* SPDX-License-Identifier: MIT */
/* What a program has that uses the host as a library: an arena, a diag and a registry. */
#ifndef NNT_JOBS_LIBRARY_H
#define NNT_JOBS_LIBRARY_H
#include <check.h>
#include <stdlib.h>
#include "jobs/load.h"

struct library {
    struct arena   arena;
    struct diag    diag;
    struct loading loading;
};

#define XOR                                                                              \
    "nnpipe: 1\nname: xor\ndata:\n  source:\n    table:\n"                               \
    "      columns: {x: [x1, x2], y: [out]}\n"                                           \
    "      rows: [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]\n"                         \
    "model:\n  - dense: 4\n  - tanh\n  - dense: 1\nloss: bce\n"                          \
    "optim: {adam: {lr: 0.05}}\ntrain: {epochs: 60, batch: 4, seed: 3}\n"                \
    "metrics: [accuracy]\n"

static inline void library_open(struct library *l)
{
    struct registry_options o = { .path = getenv("NNPIPE_PLUGIN_PATH") };

    *l = (struct library){ 0 };
    diag_init(&l->diag, &l->arena);
    l->loading = (struct loading){ .arena = &l->arena,
                                   .registry = registry_open(&l->arena, &o, &l->diag),
                                   .diag = &l->diag,
                                   .seed = -1,
                                   .threads = 2 };
}

static inline void library_close(struct library *l)
{
    registry_close(l->loading.registry);
    arena_close(&l->arena);
}

/* Fails the test with the first message unless rc is 0. */
static inline void library_fine(const struct library *l, int rc)
{
    if (rc)
        ck_abort_msg("%s", l->diag.n ? l->diag.entries[0].text : "no message");
}
#endif
