/* SPDX-License-Identifier: MIT */
/* A finished run as reports see it (extension nnp.run/1), and the reports themselves. */
#ifndef NNP_RUN_VIEW_H
#define NNP_RUN_VIEW_H
#include "run/given.h"
#include "run/trainer.h"

struct view {
    struct session    *session;
    struct trainer    *trainer; /* curves and figures; NULL: none */
    struct report     *report;
    const char        *folder; /* NULL: pictures are not written */
    int                missed; /* expectations that were */
    const struct item *item;   /* the report that is being made */
    nnp_tensor        *result; /* by stream: the latest eval, all rows */
    unsigned char    **bytes;
    size_t            *room;
    int64_t            rows;
    struct diag       *diag;
};

int view_open(struct view *v, struct session *s, struct trainer *t, struct report *r,
              const char *folder, struct diag *d);
/* Runs rows of a split, or n given rows of the stream `input`, through the model:
 * afterwards view_stream has every stream. */
int view_eval(struct view *v, int split, int64_t first, int64_t n, const char *input,
              const float *x, struct diag *d);
/* The same with rows of several streams. */
int view_given(struct view *v, const struct given *g, struct diag *d);
const nnp_tensor *view_stream(struct view *v, const char *name);
/* The name of the loader's stream that the model's input comes from. */
const char *view_input(const struct session *s);
/* Every item of the file's `report`. */
int  view_reports(struct view *v, struct diag *d);
void view_close(struct view *v);
#endif
