/* SPDX-License-Identifier: MIT */
/* The words of the pipeline language: which keys stand where, what they hold when nothing
 * is said, what they mean, and which kinds of plugins stand beside them. The only place
 * where they are listed: reading a file, `nnpipe schema` and docs/keys.md use these
 * tables. */
#ifndef NNP_LANGUAGE_GRAMMAR_H
#define NNP_LANGUAGE_GRAMMAR_H
#include <stdbool.h>
#include "base/diag.h"
#include "text/tree.h"

enum word_type {
    WORD_ANY, /* nothing that could be checked here; also a section with rules of its own */
    WORD_VERSION,
    WORD_INT,
    WORD_REAL,
    WORD_BOOL,
    WORD_TEXT,
    WORD_TEXTS,     /* one text or a list of them */
    WORD_ONE_OF,    /* the words of `of` */
    WORD_CONDITION, /* "accuracy >= 1" */
    WORD_ROWS,      /* 80%, 0..99, 0%..90%, all, official, or a list of ranges */
    WORD_TEST_ROWS, /* rows, or a loader */
    WORD_STREAM,    /* a stream, or false */
    WORD_INPUTS,    /* a stream, a list of streams, or {port: stream} */
    WORD_MAP,       /* names and values */
    WORD_TEXT_MAP,  /* names and texts */
    WORD_INIT,      /* an initializer, or a map of them by weight */
    N_WORD_TYPES
};

struct word {
    const char    *name; /* the key; NULL ends a table */
    enum word_type type;
    const char    *def;   /* as it would be written in the file; NULL: nothing */
    double         least; /* INT, REAL */
    const char    *of;    /* ONE_OF: "stop|skip|back", in the order of their enum */
    const char    *says;  /* one line */
};

/* A map of the file that is no item. */
struct section {
    const char        *path; /* "train.stop", as in messages */
    const char        *what; /* "train.stop", "a stage", as in "... has no key 'x'" */
    const struct word *words;
};

/* A place where items stand. */
struct place {
    const char        *path;  /* "model", "data.map": as in messages and addresses */
    const char        *kinds; /* for the registry */
    const char        *what;  /* "a layer" */
    const struct word *keys;  /* reserved words beside the plugin's name */
    const char *const *ports; /* words that may also stand among the parameters */
};

extern const struct place grammar_source;
extern const struct place grammar_test_source; /* as grammar_source; not in the list */
extern const struct place grammar_map;
extern const struct place grammar_model;
extern const struct place grammar_init;
extern const struct place grammar_loss;
extern const struct place grammar_optim;
extern const struct place grammar_schedule;
extern const struct place grammar_metrics;
extern const struct place grammar_report;
extern const struct place grammar_sampler;
extern const struct place grammar_pruner;
extern const struct place grammar_search_report; /* as grammar_report; not in the list */
extern const struct place *const grammar_places[]; /* all of them, NULL-terminated */

extern const struct section grammar_file;
extern const struct section grammar_data;
extern const struct section grammar_split;
extern const struct section grammar_block;
extern const struct section grammar_chain; /* optim, beside its optimizers */
extern const struct section grammar_group;
extern const struct section grammar_train;
extern const struct section grammar_stop;
extern const struct section grammar_retry;
extern const struct section grammar_keep;
extern const struct section grammar_search;
extern const struct section grammar_goal;
extern const struct section grammar_dim; /* a key of search.space */
extern const struct section *const grammar_sections[]; /* all of them, NULL-terminated */
/* A stage, and those of its words that are sections, merged over the file's. */
extern const struct section grammar_stage;
extern const char *const    grammar_staged[];
/* The words beside a layer, and beside a loss: single values that are read as a
 * section's. */
extern const struct section grammar_beside_layer;
extern const struct section grammar_beside_loss;

/* NULL: there is no such word. */
const struct word *grammar_find(const struct word *words, const char *name);
/* Choice i of a ONE_OF word, in the arena; NULL behind the last. */
const char *grammar_choice(const struct word *w, int i, struct arena *a);
/* The word that may have been meant, or NULL. */
const char *grammar_nearest(const struct word *words, const char *text, struct arena *a);
/* Is it one of these (NULL-terminated)? */
bool grammar_among(const char *const *words, const char *word);
/* Is it a word with a meaning beside a plugin's name, anywhere? */
bool grammar_reserved(const char *word);
/* Refuses keys that are not among the section's words (x-... is ignored): "train has no
 * key 'epoch'; 'epochs' is one". */
int grammar_check(const struct node *map, const struct section *s, struct diag *d);
/* The same sentence for one key, of anything that has such words. */
int  grammar_unknown(const struct node *key, const struct word *words, const char *what,
                     struct diag *d);
bool grammar_ignored(const char *key); /* x-anything */
/* Is a key of the map a wrong word for this one of the section's words? Then that is the
 * mistake, and grammar_check tells it: nothing is missing. */
bool grammar_meant(const struct node *map, const struct section *s, const char *word,
                   struct arena *a);
/* [a-z][a-z0-9_]*, parts joined by '/'. */
bool grammar_name(const char *name);
bool grammar_letter(char c); /* may it stand in a name? */
/* What a section may be: a message if it is something else. A missing one (NULL) is fine.
 */
int grammar_expect(const struct node *n, enum node_kind kind, const char *what,
                   struct diag *d);
#endif
