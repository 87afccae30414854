/* SPDX-License-Identifier: MIT */
/*
 * Many trainings of one file, to find good settings. What they are follows from the file,
 * its seed and the results alone, so one process or many, on one machine or on several
 * that share a folder, make the same trials with the same bits; the folder is all the
 * state there is.
 *
 *     load_file(&l, path, PEEK_SEVERAL, &file);
 *     if (search_open(&s, &l, &file, &options) || search_run(&s)) ...
 *     search_close(&s);
 *
 * A process that has threads of its own should not call search_run, which forks.
 */
#ifndef NNP_SEARCH_SEARCH_H
#define NNP_SEARCH_SEARCH_H
#include "search/state.h"

/* Makes or joins the folder. `file` has a search (file->spec->search); it and l stay their
 * owner's and must outlive it. -1 after messages; search_close is then still to be
 * called. */
int  search_open(struct search *s, const struct loading *l, struct loaded *file,
                 const struct search_options *o);
/* A folder that a search has left. file is the caller's to close, as above. */
int  search_reopen(struct search *s, const struct loading *l, const char *folder,
                   struct loaded *file, const struct search_options *o);
/* Does trials in processes of its own until there are none left or a signal came. s->best
 * and s->trial then say what came of them. -1 after errors. */
int  search_run(struct search *s);
/* A trial once more, by itself: 1 if its weights are the same bits, 0 if not. -1 after a
 * message. */
int  search_replay(struct search *s, int64_t k);
/* Is it a folder of a search? */
bool search_is(const char *folder);
void search_close(struct search *s);
#endif
