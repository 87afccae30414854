/* SPDX-License-Identifier: MIT */
#ifndef NNP_SEARCH_SHOWN_H
#define NNP_SEARCH_SHOWN_H
#include "search/state.h"

/* Makes the reports of search.report into RUN/report. One that fails does not take the
 * others with it: -1 and its message afterwards. */
int shown_make(struct search *s);
#endif
