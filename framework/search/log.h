/* SPDX-License-Identifier: MIT */
/* The lines that say what a search has come to: trials-HOST-PID-N.jsonl, one file for each
 * start of a process, which alone appends to it. A line begins with the checksum of its
 * rest; one that is torn is not there. */
#ifndef NNP_SEARCH_LOG_H
#define NNP_SEARCH_LOG_H
#include "search/state.h"

/* The trial of that number, and all below it, made if need be. */
struct search_trial *log_trial(struct search *s, int64_t number);
/* Makes the file of this process. -1 after a message. */
int  log_open(struct search *s);
void log_close(struct search *s);
/* What a trial is to be, before it is; what it came to. On disk when they return. */
int  log_ask(struct search *s, const struct search_trial *t);
/* rest: members of the line, from json_close'd {"state":...} as a child of this folder has
 * written them. */
int  log_told(struct search *s, int64_t number, int64_t claim, const char *rest);
/* Takes what the whole lines of a text tell, of a file of this path. How many bytes they
 * are; -1 as below. */
int64_t log_take(struct search *s, const char *path, const char *text, size_t n);
/* Reads what all files have got since. -1 after a message: two lines tell a trial in two
 * ways, so somebody works with another version or another machine's bits. */
int  log_read(struct search *s);
#endif
