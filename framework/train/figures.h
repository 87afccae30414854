/* SPDX-License-Identifier: MIT */
/* Numbers that a run came to, by name, and which of them a name means. There is one rule
 * for all who ask: stop, retry and keep while it trains, --expect, `beat` and `nnpipe runs`
 * afterwards. */
#ifndef NNP_TRAIN_FIGURES_H
#define NNP_TRAIN_FIGURES_H
#include <stddef.h>
#include <stdint.h>
#include "base/diag.h"
#include "language/expr.h"
#include "report/report.h"

struct figures {     /* all zeros: none yet */
    struct figure *v; /* "val.loss", "val.accuracy.top5", "compare.gain", "lr" */
    size_t         n, room;
    int64_t        epoch; /* that they were measured after; 0: of the kept weights */
};

/* One more, with a value of 0. Its name is the one that this place had when the figures
 * were measured before, NULL the first time: whoever measures every epoch makes names once.
 * Names are not f's. */
struct figure *figures_next(struct figures *f);
void           figures_add(struct figures *f, const char *name, double value);
/* Of a list that was read back: which are details, those whose names another one's goes
 * on in. Who measures figures knows it, and says so in each. */
void           figures_mark(struct figures *f);
void           figures_close(struct figures *f);
/* The figure of that name; of "loss", val.loss, or train.loss if nothing was measured on
 * val. NULL: there is none. */
const struct figure *figures_find(const struct figures *f, const char *name);
double               figures_value(const struct figures *f, const char *name); /* or NaN */
/* The same for update_epoch. */
double figures_watched(void *f, const char *name);
/* Does a condition hold? It may ask for `epoch` too, if f->epoch is set. 0 or 1; -1 after a
 * message: it asks for a figure that is not there (and which one is meant, perhaps), or it
 * divides by zero. d may be NULL: silent. */
int figures_hold(const struct figures *f, const struct expr *e, struct diag *d);
/* "WHO: no figure is called 'val.acuracy'; 'val.accuracy' is". Always -1. */
int figures_refuse(const struct figures *f, const struct at *at, const char *who,
                   const char *name, struct diag *d);
#endif
