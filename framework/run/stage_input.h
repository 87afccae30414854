/* SPDX-License-Identifier: MIT */
/* A stream of a model, computed once for all rows of the data: what a stage with `input`
 * is trained on. */
#ifndef NNP_RUN_STAGE_INPUT_H
#define NNP_RUN_STAGE_INPUT_H
#include "run/session.h"

struct stage_input {
    const char    *stream;
    int64_t        rows; /* of the source; those of no split are not filled */
    size_t         row;  /* bytes */
    unsigned char *bytes;
};

/* Runs what makes the stream on every split, in evaluation, with the session's weights
 * (it needs PLAN_KEEP). */
int stage_input_fill(struct stage_input *c, const char *stream, struct session *s,
                     struct diag *d);
void stage_input_close(struct stage_input *c);
/* The rows `index[0..n)` of the source. */
void stage_input_take(const struct stage_input *c, const int64_t *index, int64_t n,
                      void *to);
#endif
