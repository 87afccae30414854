/* SPDX-License-Identifier: MIT */
/* Rows that come over a pipe, answered as they come: whoever sent a line has its answer
 * before sending the next. */
#ifndef NNP_CLI_PREDICT_LINES_H
#define NNP_CLI_PREDICT_LINES_H
#include <stdbool.h>
#include <stddef.h>
#include "base/diag.h"

/* Answers rows: n bytes of text, malloc'ed, which it takes. The first `skip` rows are there
 * for the others' sake. skip -1: they are only read, to see whether they can be. */
typedef int predict_answer(void *arg, char *text, size_t n, int skip, struct diag *d);

struct predict_lines {
    int             fd;
    size_t          most; /* rows to be answered at once, where so many wait; at least 1 */
    predict_answer *answer;
    void           *arg;
    /* the reader's own */
    char  *buf;
    size_t n, room, at; /* bytes that are there, room for, and were answered */
    size_t line;        /* in which buf + at begins */
    bool   over, json;
};

/* Is what begins there text, which has lines? Else buf holds all that came, malloc'ed, with
 * a 0 behind it, for the caller. 1: it is; 0: it is not; -1 with a message. */
int predict_lines_open(struct predict_lines *l, struct diag *d);
/* To the end of the input, or to the first line that cannot be answered: -1. */
int predict_lines(struct predict_lines *l, struct diag *d);
#endif
