/* SPDX-License-Identifier: MIT */
/* env.json of a run folder: with what a training was made, the data among it. */
#ifndef NNP_VIEW_ENVIRONMENT_H
#define NNP_VIEW_ENVIRONMENT_H
#include "base/arena.h"
#include "base/diag.h"
#include "base/json.h"
#include "run/session.h"
#include "train/trainer.h"

/* at: when it began, as clock_iso takes it. The data are told with the hashes of the bytes
 * that were read. -1: the file of a plugin cannot be read again; without its hash the
 * folder would not prove what it was made with. */
int environment_write(const struct session *s, int64_t at, struct json *j,
                      struct diag *d);
/* Says in it which attempt of train.retry is kept, once that is known. */
int environment_add_attempt(const char *folder, const struct outcome *o, struct diag *d);
/* The pipeline file that the folder's training was started with; NULL: it does not say. In
 * the arena. */
const char *environment_file(struct arena *a, const char *folder);
/* Of env.json, as JSON: the plugins with version and hash, and the names of the data's
 * files with theirs, both without where they lay. NULL: it does not say. In the arena. */
struct origin {
    const char *plugins, *data;
};
void environment_origin(struct arena *a, const char *folder, struct origin *out);
/* Has the loader of an opened session read files that were others when the folder's
 * training read them? That is a warning for whoever looks at the run, and an error (-1) for
 * whoever goes on with it. */
void environment_warn(const char *folder, struct session *s, struct diag *d);
int  environment_refuse(const char *folder, struct session *s, struct diag *d);
/* Of a new run: the resolved pipeline, without folders and threads, and the data that were
 * read, as 16 hex digits in s->run. env.json, weights and checkpoints say it, so that files
 * of two runs do not mix; the two functions above take it from the folder. */
void environment_name_run(struct session *s);
#endif
