/* SPDX-License-Identifier: MIT */
/* Rows through the model, all streams of them kept: what `predict` prints, and what
 * reports look at. The session needs PLAN_KEEP. */
#ifndef NNP_VIEW_STREAMS_H
#define NNP_VIEW_STREAMS_H
#include "base/split.h"
#include "run/given_rows.h"
#include "run/session.h"

struct streams {
    struct session *session;
    nnp_tensor     *v; /* by stream, all rows of the latest look; data NULL: not there */
    unsigned char **bytes; /* that it lies in, grown as it is needed; malloc'ed */
    size_t         *room;
    nnp_tensor own[2]; /* prediction and target in the data's unit; data NULL: as v */
};

void streams_open(struct streams *w, struct session *s);
void streams_close(struct streams *w); /* may be all zeros */
/* n rows of a split from `first`, in order and as in evaluation. */
int streams_of_split(struct streams *w, enum split split, int64_t first, int64_t n,
                     struct diag *d);
/* Rows that a user or a report gives. */
int streams_of_given(struct streams *w, const struct given_rows *g, struct diag *d);
/* Of the latest look; "prediction", "target" and "input" too, the first two in the unit
 * that the data have the target in (run/own_units.h). NULL: it is not there. */
const nnp_tensor *streams_find(const struct streams *w, const char *name);
/* The number of a stream, by the same names; -1: there is none. */
int streams_number(const struct session *s, const char *name);
/* The name of the loader's stream that the model's input comes from. */
const char *streams_input(const struct session *s);

/* The loader's stream behind one of the data's; columns: through transforms that keep
 * those. NULL: it does not come from the data. */
const char *streams_source(const struct session *s, int stream, bool columns);
/* The name of class i of a stream, by the names of streams_find; NULL: it has none. */
const char *streams_class(const struct session *s, const char *stream, int64_t i);

/* For n rows x of the stream that the model reads: dx, the gradient of the sum of factors
 * times the elements of a stream with respect to x, and y (or NULL), the stream itself.
 * The model works as in evaluation. */
struct slope {
    int          stream;
    int64_t      n;
    const float *x, *factors;
    float       *dx, *y;
};
int streams_gradient(struct session *s, const struct slope *w, struct diag *d);
#endif
