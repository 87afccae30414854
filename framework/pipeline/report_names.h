/* SPDX-License-Identifier: MIT */
/* Parameters of reports that name figures or stages, NNP_FIGURES and NNP_STAGES: what is
 * misspelt there would be found when all is trained. */
#ifndef NNP_PIPELINE_REPORT_NAMES_H
#define NNP_PIPELINE_REPORT_NAMES_H
#include "pipeline/read.h"

/* v: what stands in the file for the parameter. Says every name that is none. */
void report_names_check(struct read *r, const struct item *report, const nnp_param *param,
                        struct node *v);
#endif
