/* SPDX-License-Identifier: MIT */
/* The folder that a run leaves: pipeline.yaml (resolved), metrics.csv, events.jsonl,
 * best.nnw, last.nnw, env.json, report/. */
#ifndef NNP_VIEW_RUNFOLDER_H
#define NNP_VIEW_RUNFOLDER_H
#include "base/arena.h"
#include "base/diag.h"
#include "run/session.h"

/* out NULL: a new runs/NAME/NNN. An existing folder that is not empty is refused without
 * force. */
const char *runfolder_make(struct arena *a, const char *out, const char *name, bool force,
                           struct diag *d);
/* Takes away what an earlier run left in it, its trainings and reports, so that nothing is
 * taken for the new run's. Files that no run writes stay, and all of a folder that is none
 * of a run. -1 with a message. */
int runfolder_empty(const char *folder, struct diag *d);
/* The folder and all that lies in it, whoever put it there. -1 with a message. */
int runfolder_remove(const char *path, struct diag *d);
/* Takes away what writers that were killed have left in it and in its reports. */
void runfolder_sweep(const char *folder);
/* pipeline.yaml and env.json, before the first epoch. now: what it is to say, as clock_iso
 * takes it. */
int runfolder_begin(struct session *s, const char *folder, int64_t now, struct diag *d);
/* pipeline.yaml alone, for a folder of several trainings. Its last line, a comment, has the
 * checksum of the others, and runfolder_open refuses what is not as it was written. */
int runfolder_write_pipeline(const char *folder, const struct node *resolved,
                             struct diag *d);
/* FOLDER/report, which is made if it is not there; NULL with a message: it cannot be, or is
 * a link. */
const char *runfolder_report(struct arena *a, const char *folder, struct diag *d);
/* Can a single training go on in this folder? */
bool runfolder_has_checkpoint(struct arena *a, const char *folder);
/* Does it hold several trainings, each in a folder of its own? */
bool runfolder_has_several(struct arena *a, const char *folder);
/* The latest runs/NAME/NNN with a checkpoint; NULL: there is none. */
const char *runfolder_latest(struct arena *a, const char *name);
/* Refuses a path that is no run: "xor.yaml: a run folder is needed, such as
 * runs/xor/002", the latest one of a pipeline called like the path. Always -1. */
int runfolder_refuse(const char *path, struct diag *d);
/* One process works in a folder at a time: -1 with a message if another one does, else a
 * number for runfolder_unlock; the end of the process unlocks it too. */
int  runfolder_lock(const char *folder, struct diag *d);
void runfolder_unlock(int lock);
/* From a run folder (or its pipeline.yaml): the resolved pipeline as a source whose name
 * is the original file, so that paths in it still mean the same; *weights is best.nnw. */
const struct source *runfolder_open(struct arena *a, const char *folder,
                                    const char **weights, struct diag *d);
#endif
