/* SPDX-License-Identifier: MIT */
/* Rows that a user gives in the place of the data: which of the loader's streams they
 * hold, how many numbers each has, what its columns are called. Reading them is not done
 * here. */
#ifndef NNP_RUN_GIVEN_ROWS_H
#define NNP_RUN_GIVEN_ROWS_H
#include <stdbool.h>
#include <stdint.h>
#include "run/session.h"

struct given_stream {
    const char *name;
    uint32_t    dtype;
    int64_t     at, size; /* its numbers in a row; size 0: it is not given */
};

/* A row holds the numbers of each given stream, one stream behind the other. Who reads
 * them sets rows and x. */
struct given_rows {
    const struct instance *loader;
    struct given_stream   *stream; /* by output of the loader */
    uint32_t               n;
    int64_t                row;  /* numbers of a row in all */
    int64_t                rows; /* how many are at x */
    const float           *x;
};

/* The streams that the model reads, with `targets` those of losses and metrics too. */
void given_rows_open(struct given_rows *g, const struct session *s, bool targets);
/* One stream alone; row 0 if the loader makes none of that name. */
void given_rows_only(struct given_rows *g, const struct session *s, const char *name);
/* The rows from `first` of one stream into `to`, as many as it has, in its type; zeros
 * where the stream is not given. */
void given_rows_take(const struct given_rows *g, uint32_t stream, int64_t first,
                     const nnp_tensor *to);
/* The loader's name of a column, or NULL. */
const char *given_rows_column(const struct given_rows *g, uint32_t stream, int64_t i);
#endif
