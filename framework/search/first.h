/* SPDX-License-Identifier: MIT */
#ifndef NNP_SEARCH_FIRST_H
#define NNP_SEARCH_FIRST_H
#include "search/state.h"

/* The file as it is written, as a point of the space: into s->first. It is one where
 * setting all values that it has by itself changes nothing; else s->first stays NULL. */
void first_find(struct search *s, const struct spec *spec);
#endif
