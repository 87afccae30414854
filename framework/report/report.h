/* SPDX-License-Identifier: MIT */
/* What a run tells while it goes: progress for people, JSON lines for programs, and
 * metrics.csv and events.jsonl in the run's folder. It writes to the streams that it was
 * given and to no other. */
#ifndef NNP_REPORT_REPORT_H
#define NNP_REPORT_REPORT_H
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "base/arena.h"
#include "base/diag.h"
#include "base/json.h"

enum report_style { REPORT_NONE, REPORT_PLAIN, REPORT_BAR };

struct figure { /* one number with its name: "val.accuracy" */
    const char *name;
    double      value;
    bool        detail; /* "val.confusion.1.7": a table's cells would bury the rest */
};

struct report_to { /* all zero: nobody is told anything */
    enum report_style style;    /* of the progress */
    FILE             *talk;     /* progress and sentences; needed unless style is NONE */
    FILE             *result;   /* what the run came to, and events if json; or NULL */
    bool              json;     /* events as JSON lines instead of words */
};

struct report {
    struct report_to  to;
    const char       *folder; /* NULL: nothing on disk */
    FILE             *events, *csv;
    double            begun, last_line, flushed;
    size_t            columns; /* of metrics.csv, once the header is written */
    bool              failed;  /* a write failed: the disk is full */
    bool              bar_open;
};

struct progress_line {
    const char *name;
    int64_t     attempt;       /* from 1; 0: there is only one, and nobody is told */
    int64_t     epoch, epochs; /* from 1; epochs 0: open end */
    int64_t     update;
    double      rate; /* rows a second */
    double      left; /* seconds, NaN: unknown */
};

/* The first columns of metrics.csv; the figures come behind them. The attempt is a column
 * where there may be several: REPORT_ATTEMPT is its name. */
enum report_column { REPORT_EPOCH, REPORT_STEP, REPORT_SECONDS, REPORT_LEADING };
#define REPORT_ATTEMPT "attempt"

/* append: the folder has files of the same run already. */
int report_open(struct report *r, const struct report_to *to, const char *folder,
                bool append, struct diag *d);
/* Leaves the rows of metrics.csv before this epoch of this attempt, or of the only one, 0:
 * what follows is told again. */
int report_trim(struct report *r, int64_t attempt, int64_t epoch, struct diag *d);
/* One event: report_begin opens the object, the caller adds members, and report_event
 * closes it, tells it and frees what it took. */
void report_begin(struct json *j, const char *event);
void report_event(struct report *r, struct json *j);
/* An epoch is done: one row of metrics.csv, one event, one line or the bar. */
void report_epoch(struct report *r, const struct progress_line *p, const struct figure *f,
                  size_t n);
/* The line of the bar, in less than so many columns. */
void report_bar(struct strbuf *s, const struct progress_line *p, const struct figure *f,
                size_t n, size_t columns);
/* Inside an epoch: moves the bar; a plain line at most once a minute. */
void report_tick(struct report *r, const struct progress_line *p, double loss);
/* A sentence of the conversation, not shown where style is NONE or with json. */
void report_say(struct report *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* How far something is that has no epochs: the bar, or a line; of many in a row only some
 * are shown, and the last one always. */
void report_status(struct report *r, const char *text, bool last);
/* The result, in words. */
void report_result(struct report *r, const char *text);
/* What was told so far is on disk, or -1. */
int report_flush(struct report *r, struct diag *d);
/* Flushes and closes; -1 if anything could not be written. */
int report_close(struct report *r, struct diag *d);
#endif
