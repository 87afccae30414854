/* SPDX-License-Identifier: MIT */
/* The way from a pipeline file, a run folder or text in memory to a session that can be
 * run. It has three steps: load (the file is read and checked), graph or start (shapes;
 * memory, data and weights), close. */
#ifndef NNP_JOBS_LOAD_H
#define NNP_JOBS_LOAD_H
#include "base/arena.h"
#include "base/diag.h"
#include "plugin/registry.h"
#include "run/session.h"

/* What loads have in common. Whoever fills it in owns all of it, and keeps it until
 * everything that was loaded with it is closed. */
struct loading {
    struct arena    *arena;    /* holds what is loaded, until it is closed itself */
    struct registry *registry; /* NULL: every load fails, without a message of its own */
    struct diag     *diag;     /* every mistake is told here */

    const char *const *set; /* "train.epochs=3", NULL-terminated; or NULL */
    const char        *stage;   /* the one to load; NULL: the last */
    int64_t            seed;    /* -1: as the file says */
    int64_t            threads; /* 0: as the file says, else one for each processor */
    int64_t            max_mem; /* bytes that a session may take; 0: no limit */
    const char        *coding;  /* see spec_options; load_run finds both in the run */
    const struct spec_said *said;
    const char        *data;    /* a folder where data sets are looked up too, or NULL */
    /* What multiplies large matrices; NULL: the host's own kernels, which give the same
     * bits whatever is installed. */
    const char *backend;
    const char *(*env)(const char *name); /* for $env.NAME; NULL: there are none */
    /* The rows come from outside: load_run asks the run what its data were like, and
     * they are not opened, if they are still there at all. */
    bool given;
    bool guard; /* look after every call whether the plugin wrote past a tensor */
};

struct loaded { /* all zero: nothing */
    const struct source *source;
    struct spec         *spec;    /* NULL: it was refused */
    struct session      *session; /* its graph after load_graph, all after load_start */
    const char          *weights; /* a file that load_start reads into it, or NULL */
    /* Where the training that left them is recorded, or NULL: load_start warns of data
     * that are others now. */
    const char          *trained;
};

/* Each: -1 after errors, and `out` has then to be closed as well. */
int load_source(const struct loading *l, const struct source *source, enum spec_peek peek,
                struct loaded *out);
int load_file(const struct loading *l, const char *path, enum spec_peek peek,
              struct loaded *out);
/* n bytes of YAML; messages call them `name`, and paths in them are looked up beside it. */
int load_bytes(const struct loading *l, const char *name, const char *text, size_t n,
               enum spec_peek peek, struct loaded *out);
/* What a run left: its pipeline, and the weights that it kept; a folder, or a file of
 * jobs/pack.h, to which rows can only be given. */
int load_run(const struct loading *l, const char *folder, enum spec_peek peek,
                struct loaded *out);
/* A pipeline file, or what a run left, for who needs the data of a training as well: a
 * packed model has none, and is refused. */
int load_trainable(const struct loading *l, const char *path, enum spec_peek peek,
                   struct loaded *out);
/* Does the path look like such a file, or like weights? */
bool load_is_packed(const char *path);

/* As far as shapes: every mistake that can be found without the data. Nothing is done where
 * the data could not even be asked (spec->data.missing). */
int load_graph(const struct loading *l, struct loaded *p);
/* Memory, data and weights: afterwards it can be trained and run. The limit of memory
 * is l's, and the number of threads where o gives none. */
int  load_start(const struct loading *l, struct loaded *p, const struct session_options *o);
void load_close(struct loaded *p);

/* `set` of a loading, and behind it that this fold of data.split is the test part; in the
 * arena, with the texts of set (NULL: there are none). */
const char *const *load_fold(struct arena *a, const char *const *set, int64_t fold);

/* The folder of a training in that of the whole run: "RUN/STAGE/seed2" where the
 * file has stages and several seeds, RUN itself (the same pointer) where stage is NULL and
 * seeds 1. */
const char *load_training_folder(struct arena *a, const struct stage_spec *stage,
                                 int64_t seeds, const char *run, uint64_t seed);
#endif
