/* SPDX-License-Identifier: MIT */
/* What is wrong, and where: collected, sorted and rendered; nothing here prints. */
#ifndef NNP_BASE_DIAG_H
#define NNP_BASE_DIAG_H
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/strbuf.h"

struct source { /* a file and where each line starts; made by text/source.c */
    const char   *name;  /* as the user wrote it */
    const char   *text;  /* NUL-terminated */
    size_t        size;
    const size_t *lines; /* offset of each line */
    size_t        n_lines;
    /* What messages call it, where that is another file: paths in what a run has kept are
     * looked up beside the file that it was made of (`name`). NULL: name. */
    const char *shown;
};

struct at { /* a place in a file; source NULL: no place */
    const struct source *source;
    unsigned             line, column, length; /* from 1; columns count characters */
};

enum severity { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE };

/* Which exit code an error stands for (cli.md section 3): numbers are the exit codes. */
enum diag_class {
    DIAG_RUN = 1,
    DIAG_USAGE = 2,
    DIAG_FILE = 3,
    DIAG_PLUGIN = 4,
    DIAG_DATA = 5,
    DIAG_DIVERGED = 6,
    DIAG_MISSED = 7
};

struct diag_entry {
    enum severity   severity;
    enum diag_class class;
    struct at       at;
    const char     *code; /* stable word for --json: "unknown-key"; never NULL */
    const char     *text;
    const char     *notes[4]; /* indented lines below the caret: "try   conv ..." */
    const char     *fix;      /* replacement of the marked text for editors, or NULL */
    bool            machine;  /* not the file, a plugin or the data is at fault */
};

struct diag {
    struct arena      *arena;
    struct diag_entry *entries;
    size_t             n, room, errors;
    enum diag_class    class; /* given to new entries; DIAG_FILE after diag_init */
};

void diag_init(struct diag *d, struct arena *a);
/* All return -1, so that a refusal is one statement. `at` may be NULL. */
int diag_error(struct diag *d, const struct at *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int diag_code(struct diag *d, const struct at *at, const char *code, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
int diag_warn(struct diag *d, const struct at *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The system said `why` (an errno), which the message ends with. Where that is a fault of
 * the machine (diag_machine) the exit code is DIAG_RUN, whatever else went wrong. */
int diag_system(struct diag *d, const struct at *at, int why, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Memory ran out: as diag_system, and the message ends as it is given. */
int diag_memory(struct diag *d, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* No memory, descriptors or room left, or a device that fails: of these errnos no file, no
 * plugin and no data can be blamed. And the same of a text that has strerror's, or
 * speaks of memory, as those of plugins do. */
bool diag_machine(int why);
bool diag_machine_text(const char *text);
/* The newest entry is about such a fault. */
void diag_blame_machine(struct diag *d);
/* Such faults are remembered, whichever diag they came to, until somebody has said or
 * mended them: results that lack something for one of them must not look whole. diag_lost
 * is for who has no diag; it passes by what is not the machine's. diag_unsaid: the first
 * one since the last diag_said, or NULL. */
void        diag_lost(int why, const char *what);
const char *diag_unsaid(void);
void        diag_said(void);
/* Adds a line below the newest entry (at most 4), or says its replacement text (NULL:
 * none). */
void diag_note(struct diag *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void diag_fix(struct diag *d, const char *replacement);
/* Puts everything that `from` has behind what `to` has; `from` is empty then. */
void diag_move(struct diag *to, struct diag *from);
/* Exit code of the first error, 0 if there is none; DIAG_RUN if one was the machine's. */
int  diag_exit(const struct diag *d);
/* By file position, equal entries once; entries without position stay in front. */
void diag_sort(struct diag *d);

/* FILE:LINE:COL: error: TEXT, the line, the caret, the notes (see cli.md section 4). */
void diag_render(const struct diag_entry *e, bool color, struct strbuf *out);
void diag_render_gcc(const struct diag_entry *e, struct strbuf *out);
/* One object, on one line. */
void diag_render_json(const struct diag_entry *e, struct strbuf *out);

/* The candidate nearest to word (Damerau-Levenshtein, at most a third of its letters off,
 * at least 1), or NULL. Candidates: NULL-terminated. */
const char *diag_nearest(const char *word, const char *const *candidates);
#endif
