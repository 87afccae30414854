/* SPDX-License-Identifier: MIT */
/* What a report at work is given: two extensions over its view. */
#ifndef NNP_VIEW_OFFER_H
#define NNP_VIEW_OFFER_H
#include <nnpipe/report.h>

extern const nnp_run     offer_run;     /* nnp.run/1: the run at hand */
extern const nnp_results offer_results; /* nnp.results/1, where the view has results */
#endif
