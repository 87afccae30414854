/* SPDX-License-Identifier: MIT */
/* A finished run as reports see it (extension nnp.run/1), and the reports themselves. */
#ifndef NNP_VIEW_VIEW_H
#define NNP_VIEW_VIEW_H
#include <nnpipe/report.h>
#include "report/page.h"
#include "run/given_rows.h"
#include "view/results.h"
#include "train/trainer.h"

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
    struct page_part  *parts; /* what the reports left, for the page; malloc'ed */
    size_t             n_parts;
    const char       **said; /* expectations that were missed */
    bool               asked_curves, shows_curves; /* the report at hand; any of them */
    bool               asked_results;              /* the report at hand */
    struct diag       *diag;
    struct results    *results; /* of all trainings of the file, or NULL */
    struct result     *own;     /* among them */
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
/* The number of a stream, "prediction", "target" and "input" too; -1: there is none. */
int view_number(const struct session *s, const char *name);
/* The name of the loader's stream that the model's input comes from. */
const char *view_input(const struct session *s);
/* For n rows x of the stream that the model reads: dx, the gradient of the sum of factors
 * times the elements of a stream with respect to x, and y (or NULL), the stream itself. The
 * model works as in evaluation. */
struct slope {
    int          stream;
    int64_t      n;
    const float *x, *factors;
    float       *dx, *y;
};
int  view_gradient(struct view *v, const struct slope *w, struct diag *d);
void view_close(struct view *v);

/* ---- view_run.c ---- */
/* Every item of the file's `report`. */
int          view_reports(struct view *v, struct diag *d);
struct view *view_of(nnp_ctx *c); /* of a report at work */

/* ---- view_results.c ---- */
extern const nnp_results view_results;

/* ---- view_page.c ---- */
/* Keeps what the report at work left; of text, ITEM.txt, there may be more and more. */
int view_keep(struct view *v, const char *file, const void *bytes, size_t n);
int view_keep_text(struct view *v, const char *text);
/* Its text, or NULL. */
const struct page_part *view_text(const struct view *v);
/* report/index.html */
int view_page(struct view *v, struct diag *d);
#endif
