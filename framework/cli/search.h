/* SPDX-License-Identifier: MIT */
#ifndef NNP_CLI_SEARCH_H
#define NNP_CLI_SEARCH_H
#include "cli/command.h"
#include "search/search.h"

/* A loaded file that has a search, from its folder to its end; o says the rest. *stopped:
 * the signal that came, or 0. -1 after a message. */
int cli_search(struct cli *c, const struct loading *l, struct loaded *file,
               struct search_options *o, int *stopped);
#endif
