/* SPDX-License-Identifier: MIT */
/* Words for weights, as `of` has them: weights, biases, all, ITEM, ITEM.WEIGHT. A star
 * stands for any letters, anywhere. A block's name stands for the items in it. The only
 * place that knows what fits; reading a file and the graph ask the same functions. */
#ifndef NNP_LANGUAGE_PATTERN_H
#define NNP_LANGUAGE_PATTERN_H
#include <stdbool.h>

/* Is the text one of those words rather than the name of a stream? A name alone, without
 * star and dot, is not: it may be either. */
bool pattern_is(const char *text);
/* May a weight of that item be meant? Its weights need not be known. */
bool pattern_names(const char *pattern, const char *item);
/* Is that weight of that item meant? no_decay: it is declared NNP_NODECAY, which makes it
 * one of the `biases`; all others are the `weights`. */
bool pattern_fits(const char *pattern, const char *item, const char *weight,
                  bool no_decay);
#endif
