/* SPDX-License-Identifier: MIT */
/* Words of other tools (Keras, PyTorch, scikit-learn) and what they are called here, for
 * messages: nothing is read by them. The one table of them. */
#ifndef NNP_PLUGIN_SYNONYMS_H
#define NNP_PLUGIN_SYNONYMS_H

/* The candidate (NULL-terminated) that means what `word` means elsewhere, else the one that
 * is spelt most like it; or NULL. "val.acc" is like "val.accuracy". */
const char *synonyms_nearest(const char *word, const char *const *candidates);
/* Where in a file that which is called `word` elsewhere is said, as a note below a message;
 * NULL: nothing is known of it. */
const char *synonyms_advice(const char *word);
#endif
