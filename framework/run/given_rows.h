/* SPDX-License-Identifier: MIT */
/* Rows that a user gives in the place of the data: which of the loader's streams they
 * hold, how many numbers each has, what its columns are called. They come from another
 * instance of the loader, which reads a file, or from memory.
 *
 * What corrupts rows for a training (a transform that promises NNP_CORRUPTS: noise, masks)
 * is left out for them: its first output is its input, and what else it makes, as a mask,
 * is given beside the loader's streams. */
#ifndef NNP_RUN_GIVEN_ROWS_H
#define NNP_RUN_GIVEN_ROWS_H
#include <stdbool.h>
#include <stdint.h>
#include "base/strbuf.h"
#include "run/session.h"

struct given_stream {
    const char *name;
    int         stream; /* number in the graph */
    uint32_t    dtype;
    int64_t     at, size; /* its numbers in a row; size 0: it is not given */
    int         output;   /* of the other instance; -1: it makes none */
};

/* A row holds the numbers of each given stream, one stream behind the other. */
struct given_rows {
    const struct session  *session;
    struct arena          *arena;
    const struct instance *loader; /* of the session's own data */
    struct given_stream   *stream; /* by output of the loader, then those of what is left
                                    * out */
    uint32_t               n, n_loader;
    bool                   corrupt; /* nothing is left out */
    int64_t                row;  /* numbers of a row in all */
    int64_t                rows; /* how many there are */
    const double          *x;    /* they; whoever reads them sets both, and frees x */
    char                  *bytes; /* the file, for who reads it */
    struct strbuf          table; /* the same as CSV, where it was something else */
    uint32_t               before; /* lines of that which the file does not have */
    nnp_tensor            *to;    /* by stream: where they go */
    struct instance       *other; /* reads them instead of x; NULL: nobody does */
};

/* The streams that the model reads, with `targets` those of losses and metrics too.
 * corrupt: the rows get noise and masks as those of an evaluation do. The arena holds what
 * is needed until given_rows_close. */
void given_rows_open(struct given_rows *g, const struct session *s, struct arena *a,
                     bool targets, bool corrupt);
/* Is this node of the data's part left out, unless g->corrupt? One that changes the shape
 * of rows, as a crop may, stays. */
bool given_rows_leaves(const struct session *s, size_t node);
/* The names of what is left out, "noise1, mask", in the session's arena; NULL: nothing
 * is. */
const char *given_rows_left(const struct given_rows *g);
/* One stream alone, for who looks into a model with rows of its own making: nothing is left
 * out. row 0 if the loader makes none of that name. */
void given_rows_only(struct given_rows *g, const struct session *s, const char *name);
/* Does a loader like the session's read what lies at path: n bytes, which must stay until
 * given_rows_close, or (NULL) a folder? 1: it does, and g has the rows; 0: it knows
 * nothing of that form; -1 with a message. */
int  given_rows_read(struct given_rows *g, const char *path, const void *bytes, size_t n,
                     struct diag *d);
void given_rows_close(struct given_rows *g);
/* n rows from `first` of the streams into g->to, whose data the caller has set; zeros
 * where a stream is not given. index has room for n numbers. */
int given_rows_take(const struct given_rows *g, int64_t first, int64_t n, int64_t *index,
                    struct diag *d);
/* The loader's name of a column, or NULL. */
const char *given_rows_column(const struct given_rows *g, uint32_t stream, int64_t i);
/* Of a class; NULL: the stream has no classes with names. */
const char *given_rows_class(const struct given_rows *g, uint32_t stream, int64_t i);
#endif
