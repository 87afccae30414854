/* SPDX-License-Identifier: MIT */
/* A finished run as its reports see it. */
#ifndef NNP_VIEW_VIEW_H
#define NNP_VIEW_VIEW_H
#include <nnpipe/report.h>
#include "train/safetensors.h"
#include "train/trainer.h"
#include "view/parts.h"
#include "view/results.h"
#include "view/streams.h"

struct view {
    /* Borrowed; the trainer has finished. */
    struct trainer *trainer; /* session, curves, figures; folder NULL: nothing is written */
    struct results *results; /* of all trainings of the file, or NULL */
    struct result  *own;     /* among them */
    struct diag    *diag;
    /* Weights and learned states by name. */
    struct named_tensor *learned;
    size_t               n_learned;
    /* What the reports make of it. */
    struct streams    streams; /* the latest rows that one looked at */
    struct kept_parts parts;   /* what they left */
    const char      **missed;  /* expectations that were */
    size_t            n_missed;
    unsigned          shown; /* NNP_SHOWS_...: by any of them */
    const char      **metrics; /* see view_metric */
    size_t            n_metrics;
    /* The report at work. */
    const struct item *item;
    unsigned           shows; /* NNP_SHOWS_...: as it says of itself */
};

void view_open(struct view *v, struct trainer *t, struct diag *d);
void view_close(struct view *v); /* may be all zeros */
/* Of a report at work. */
struct view *view_of(nnp_ctx *c);
/* The name of the i-th curve of the run, or NULL; a table's cells are left out. */
const char *view_metric(struct view *v, size_t i);
/* report/FILE in the run's folder. */
int view_write(const struct view *v, const char *file, const void *bytes, size_t n,
               struct diag *d);
#endif
