/* SPDX-License-Identifier: MIT */
/* What a component is given: how many inputs and weights, their types, shapes and
 * values. */
#ifndef NNP_CONFORMANCE_FRAME_H
#define NNP_CONFORMANCE_FRAME_H
#include "conformance/conformance.h"
#include "conformance/probe.h"

enum values {
    VALUES_SPREAD,  /* -1.5..1.5 */
    VALUES_PART,    /* 0.1..0.9 */
    VALUES_CLASS,   /* 0, 1, 2 ... below the last axis of in[0] */
    VALUES_SIGN,    /* -1 or 1 */
    VALUES_BIT,     /* 0 or 1 */
    VALUES_ONE_HOT, /* one 1 on the last axis */
    VALUES_ROWS,    /* row numbers */
    VALUES_ABSENT,  /* data NULL */
    VALUES_EACH     /* classes 0, 1, 2, 0 ... one after the other, so that none is missing;
                     * bits where it is a single column, one-hot where there are more */
};

struct frame_in {
    uint32_t    dtype, ndim;
    int64_t     shape[DECL_MAX_DIMS]; /* [0] is replaced by the rows of a trial */
    enum values values;
};

struct frame {
    int64_t         rows; /* the first axis of inputs and weights */
    uint32_t        n_in, n_weight;
    struct frame_in in[PROBE_MAX_IN], weight;
    bool            out; /* the host gives out[0], shaped like `weight` */
    uint32_t        flags;
};

/* "f32 6x4 part"; what is left out is f32, 6 rows, spread or class. -1 after a message. */
int frame_read(const char *text, struct frame_in *in, struct diag *d);
/* The i-th frame worth trying for this component; false: there are no more. */
bool        frame_try(const struct conformance *c, unsigned i, struct frame *f);
const char *frame_text(struct arena *a, const struct frame *f);
#endif
