/* SPDX-License-Identifier: MIT */
/* Several trainings in one file: each is a spec of its own, derived from the file by the
 * rule that `extends` follows too. Everything behind this knows of no stages. */
#ifndef NNP_PIPELINE_STAGE_H
#define NNP_PIPELINE_STAGE_H
#include "pipeline/read.h"

struct draft;
struct listing;

/* The tree of the stage that is asked for (options->stage, else the last), without
 * `stages`; the tree itself where there are none. NULL after a message. */
struct node *stage_derive(struct read *r, struct node *tree);
/* Names, as far as they can be read. */
const char *const *stage_list(struct arena *a, const struct node *stages);
/* Does a word of the file that no longer stands in the derived tree name this? */
bool stage_mentions(const struct read *r, const char *word);
/* Does what any of the stages trains or is measured by? */
bool stage_trains(const struct read *r, const char *word);
/* Of a name that no stage has: -1 after a message, which `what` begins. */
int stage_refuse(struct read *r, const struct at *at, const char *what, const char *name);

/* In the model of a stage: first what makes its `input` in the main model; `use` of an
 * item of the main model; then what the input rests on is frozen. */
void stage_input(struct modelling *m, struct listing *top);
bool stage_adopt(struct modelling *m, struct item *item, struct draft *draft);
void stage_freeze(struct modelling *m);
/* Is this an inherited metric about streams that the stage's own model does not have? */
bool stage_lacks(struct read *r, const struct place *place, const struct node *term);
#endif
