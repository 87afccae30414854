/* SPDX-License-Identifier: MIT */
/* The words of the pipeline language: which keys stand where, and which kinds of plugins.
 * The only place where they are listed; `nnpipe schema` reads the same tables. */
#ifndef NNP_LANGUAGE_GRAMMAR_H
#define NNP_LANGUAGE_GRAMMAR_H
#include <stdbool.h>
#include "base/diag.h"
#include "text/tree.h"

/* A place where items stand. */
struct place {
    const char        *path;  /* "model", "data.map": as in messages and addresses */
    const char        *kinds; /* for the registry */
    const char        *what;  /* "a layer" */
    const char *const *keys;  /* reserved words beside the plugin's name */
    const char *const *ports; /* words that may also stand among the parameters */
};

extern const struct place grammar_source, grammar_map, grammar_model, grammar_init,
    grammar_loss, grammar_optim, grammar_schedule, grammar_metrics, grammar_report;
extern const struct place *const grammar_places[]; /* all of them, NULL-terminated */

/* A stage, and which of its keys are not merged over the file's. */
extern const char *const grammar_stage[], *const grammar_stage_own[];
/* Keys of the sections that are no items; NULL-terminated lists. */
extern const char *const grammar_file[];
extern const char *const grammar_data[];
extern const char *const grammar_block[];
extern const char *const grammar_chain[];
extern const char *const grammar_group[];
extern const char *const grammar_train[];
extern const char *const grammar_stop[];
extern const char *const grammar_retry[];
extern const char *const grammar_keep[];
extern const char *const grammar_health[];

bool grammar_has(const char *const *words, const char *word);
/* Is it a word with a meaning beside a plugin's name, anywhere? */
bool grammar_reserved(const char *word);
/* Refuses keys that are not in the list (x-... is ignored): "train has no key 'epoch';
 * 'epochs' is one". */
int grammar_check(const struct node *map, const char *const *words, const char *what,
                  struct diag *d);
/* The same sentence for one key. */
int  grammar_unknown(const struct node *key, const char *const *words, const char *what,
                     struct diag *d);
bool grammar_ignored(const char *key); /* x-anything */
/* [a-z][a-z0-9_]*, parts joined by '/'. */
bool grammar_name(const char *name);
bool grammar_letter(char c); /* may it stand in a name? */
/* What a section may be: a message if it is something else. A missing one (NULL) is fine.
 */
int grammar_expect(const struct node *n, enum node_kind kind, const char *what,
                   struct diag *d);
#endif
