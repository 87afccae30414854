/* SPDX-License-Identifier: MIT */
/* Holds a component to the contracts of the ABI without knowing what it computes: 13
 * groups of checks, each in a child process with a time limit. */
#ifndef NNP_CONFORMANCE_CONFORMANCE_H
#define NNP_CONFORMANCE_CONFORMANCE_H
#include <stdbool.h>
#include <stdint.h>
#include "plugin/registry.h"

enum conformance_verdict { CONFORMANCE_OK, CONFORMANCE_SKIP, CONFORMANCE_FAIL };
enum { CONFORMANCE_CHECKS = 13 };

struct conformance_line {
    int                      check; /* 1..13; 0: no frame was found that setup accepts */
    enum conformance_verdict verdict;
    const char              *text; /* what holds, why it was skipped, what is broken */
};

struct conformance {
    const struct component *type;
    uint64_t                seed;
    double                  limit; /* seconds per check */
    bool                    in_process;
    bool                    guesses; /* nobody gave parameters: others may be tried */
    const char *const      *loading; /* what conformance_load found, or NULL */
    /* Loads what is to be tested; -1 after a message. Only conformance_load calls it, in a
     * child. */
    int (*load)(void *arg, struct diag *d);
    const char *const *inputs; /* "f32 6x4", NULL-terminated; NULL: found out */
    /* Fills self (self_size zeroed bytes) with the parameters to test with; if param is
     * not NULL, that one takes this text instead. -1: refused, with a reason in d. */
    int (*configure)(void *arg, struct arena *a, const struct component *type,
                     const char *param, const char *text, void *self, struct diag *d);
    void (*line)(void *arg, const struct conformance_line *l); /* hears every result */
    void *arg;
};

/* Are these inputs as `inputs` of a conformance can be? -1 after a message. */
int conformance_inputs(const char *const *inputs, struct diag *d);
/* Loads in a child, under the time limit, and says what that leaves behind in the process.
 * The findings for `loading`, in a; NULL after a message: it does not come back. */
const char *const *conformance_load(const struct conformance *c, struct arena *a,
                                    struct diag *d);
/* The number of failed lines. The last line of check 0 (CONFORMANCE_OK) says with which
 * frame the checks worked: "1 x f32 6x4" and so on. */
int conformance_run(const struct conformance *c);
#endif
