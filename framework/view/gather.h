/* SPDX-License-Identifier: MIT */
/* report/index.html: gathers what a page shows and has it drawn. report/page knows how it
 * looks, this what stands in it. */
#ifndef NNP_VIEW_GATHER_H
#define NNP_VIEW_GATHER_H
#include "view/results.h"
#include "view/view.h"

/* The page of one run, once its reports are made; nothing without a folder. */
int gather_run(struct view *v, struct diag *d);
/* The page of a run of several trainings, in the folder `run`: a table of them, which has
 * their pages behind their names, and what reports say about all of them. */
int gather_trainings(const struct results *r, const struct spec *s, const char *run,
                     struct diag *d);
#endif
