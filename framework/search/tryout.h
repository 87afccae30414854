/* SPDX-License-Identifier: MIT */
#ifndef NNP_SEARCH_TRYOUT_H
#define NNP_SEARCH_TRYOUT_H
#include "jobs/load.h"

/* Sets every choice and both ends of every range once, one key at a time, and looks at the
 * file as far as shapes; its sampler is set up. -1 after a message at each value that the
 * file does not take. Nothing where there is no search. */
int tryout_space(const struct loading *l, const struct source *source,
                 const struct spec *spec);
#endif
