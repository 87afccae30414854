/* SPDX-License-Identifier: MIT */
/* An instance that lives for one call: an initializer, a report. */
#ifndef NNP_FRAMES_ONCE_H
#define NNP_FRAMES_ONCE_H
#include "call/instance.h"

struct once {
    const struct component *type;
    void                   *self; /* its parameters are set */
    const char             *name;
    struct at               at;
    struct services        *services;
    const struct listener  *listener; /* NULL: nobody listens */
    nnp_tensor             *out;      /* what it fills; NULL: what its setup declares */
};

/* Opens it, sets it up, calls forward, closes it. -1 with a message. */
int once_forward(const struct once *o, struct diag *d);
#endif
