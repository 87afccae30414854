/* SPDX-License-Identifier: MIT */
/* What a pipeline file asks for: variables replaced, blocks and repeats unrolled, names
 * resolved, every plugin's configuration filled in and checked. What later rooms learn
 * (shapes, addresses) is kept in arrays beside this, by the numbers of the items. */
#ifndef NNP_PIPELINE_SPEC_H
#define NNP_PIPELINE_SPEC_H
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/diag.h"
#include "base/split.h"
#include "call/instance.h"
#include "plugin/registry.h"
#include "text/tree.h"

enum when { WHEN_ALWAYS, WHEN_TRAIN, WHEN_EVAL };

struct input {            /* one entry of `from`, `of`, `to`, `where` */
    const char *port;     /* or NULL: by position */
    const char *stream;   /* full name, `prev` and block inputs already replaced */
    struct at   at;       /* of the name; of the item when it was not written */
};

struct init_spec { /* `init:` of an item */
    const char             *weight; /* which parameter tensor; NULL: all but biases */
    const struct component *type;
    void                   *self;
    struct at               at;
};

struct share_spec { /* `share: {weight: enc1.weight.T}` */
    const char *weight, *item, *other;
    bool        transposed;
    struct at   at;
};

struct class_weight { /* `class_weight` of a loss: how much rows of a class count */
    bool         balanced; /* rows of training / (classes * rows of the class) */
    size_t       n;        /* else: how many are written */
    const char **class;    /* number or name of each; NULL: 0, 1, 2 ... */
    double      *value;
    struct node *resolved; /* where --resolved says them; the run puts numbers there */
    struct at    at;
};

/* One plugin in its place. Of any kind: layer, loss, optimizer, metric, loader ... */
struct item {
    const struct component *type; /* of `use`: the used item's type */
    void                   *self; /* configuration, host-sized, of its own */
    const char             *name; /* unique in its graph: `as`, or dense1, or d1/conv */
    bool                    named;
    const char             *path; /* "model.enc1", "data.map.x_noisy": as --set takes it */
    struct at               at;   /* of the plugin key */
    const char            **outs; /* the outputs, from `as`; outs[0] is name if named */
    size_t                  n_outs;
    struct input           *in;
    size_t                  n_in;
    int                     use; /* index of the item whose weights it runs again, or -1 */
    struct share_spec      *share;
    size_t                  n_share;
    struct init_spec       *init;
    size_t                  n_init;
    bool                    freeze;
    double                  lr;     /* factor on the learning rate, 1 */
    double                  weight; /* of a loss term, 1 */
    const char             *sample_weight; /* of a loss: a stream of the data, or NULL */
    struct class_weight    *class_weight;  /* of a loss, or NULL */
    enum when               when;
    const char             *note;
    const struct node      *node; /* the item's map, as written */
};

struct items {
    struct item *v;
    size_t       n, room;
};

struct split_range { /* one that is written under data.split */
    bool   all, official; /* all: everything but the official test part */
    bool   percent_first, percent_last;
    double first, last; /* rows, both inclusive, or percent (last exclusive) */
    const char *text;   /* as written */
    struct at   at;
};

struct split_part { /* what is written for a part; split_rows.h resolves it */
    bool                      given;
    double                    share; /* percent of the rows, as a bare 80%; 0: ranges */
    const struct split_range *range; /* in the order of the file, at least one */
    size_t                    n;
    const struct node        *node; /* as written; NULL unless given */
    const char               *text; /* the same on one line */
    struct at                 at;
};

struct split_how { /* how shares and folds are taken */
    bool        by_rows; /* in the order of the file; else by chance */
    bool        plain;   /* stratify: false */
    const char *stratify; /* the stream whose classes are kept in proportion; NULL: y */
    uint64_t    seed;
    bool        seeded;      /* seed was given; else it is train.seed */
    int64_t     folds, fold; /* folds 0: there are none */
    struct at   at;          /* of data.split */
};

struct row_range { /* n rows of the source from `first` */
    int64_t first, n;
};

struct part_rows { /* what a part comes to */
    int64_t           n;     /* rows in all */
    struct row_range *range; /* one behind the other; NULL: they are dealt by chance */
    size_t            n_ranges;
};

struct data_spec {
    struct item      *source; /* loader; NULL only while there are errors */
    struct items      map;    /* transforms, in order */
    struct split_part split[N_SPLITS];
    struct split_how  how;
    struct part_rows  rows[N_SPLITS]; /* what that comes to; empty while count is 0 */
    const char       *missing; /* why the loader could not say its shapes, or NULL */
    struct instance  *loader; /* open and set up for 1 row, or NULL: missing says why */
    int64_t           count;  /* rows that the loaders said; 0: unknown without reading */
    struct item      *test;   /* loader of the test part, if that has one; or NULL */
    struct instance  *tests;  /* as `loader`: its rows stand behind those of that */
    bool              whole;  /* the loader has read all, see data_read_whole */
    bool              given;  /* no rows of it are read: `loader` says what that of a
                                 training said, and rows are given from outside */
};

struct schedule_spec {
    struct item item;
    const char *path; /* what it drives: "optim.adam.lr", "model.drop1.p" */
    struct item  *target; /* the item whose parameter that is */
    const char   *param;
    const char   *watch; /* metric for in[0] ("val.loss"), or NULL */
};

struct group_spec { /* optim.groups: settings for some weights */
    const char **of; /* words for weights: language/pattern.h */
    size_t       n_of;
    double       lr;
    int          decay; /* -1: not said */
    bool         freeze;
    struct at    at;
};

struct optim_spec {
    struct items          chain; /* those that prepare come first, else as written */
    struct schedule_spec *schedule;
    size_t                n_schedule;
    struct group_spec    *group;
    size_t                n_group;
    struct at             at;
};

struct expr; /* language/expr.h: a checked condition over metrics */

/* What a number that is not finite does to a run. */
enum health {
    HEALTH_STOP, /* it ends, exit code 6 */
    HEALTH_SKIP, /* the update is left out */
    HEALTH_BACK  /* half the rate, from the best weights */
};

struct train_spec {
    int64_t epochs, steps; /* exactly one is > 0 unless there is nothing to train */
    int64_t batch;
    uint64_t seed;
    int64_t accumulate; /* micro-batches an update, 1 */
    int64_t threads;    /* 0: processors_usable() */
    bool    shuffle;    /* true */
    enum health health;
    bool        measures_both; /* training rows too after each epoch, beside those of val */
    struct {
        const struct expr *when; /* or NULL */
        int64_t            for_epochs; /* 1 */
        int64_t            patience;   /* 0: never */
        double             min_delta;
        const char        *on_best;    /* metric, "val.loss"; NULL: decided by trainer */
        bool               maximize;   /* found from the metric's name or `goal: max` */
        bool               goal_given;
    } stop;
    struct {
        int64_t            times; /* 0: no retry */
        const struct expr *unless;
    } retry;
    struct {
        const char *best;  /* metric, or NULL: as stop.on_best */
        bool        maximize, goal_given;
        bool        newest; /* `best: last`: each epoch replaces the one before */
        int64_t     every; /* epochs; 0: never */
        bool        last;
    } keep;
    struct at at;
};

struct var_spec {
    const char  *name;
    struct node *value;
};

struct stage_spec {                   /* one of several trainings in a file */
    const char *name, *after, *input; /* after, input: NULL where not given */
    struct at   at, input_at;
};

enum dim_kind { DIM_REAL, DIM_INT, DIM_CHOICE };
struct search_dim { /* a key of search.space */
    const char        *path; /* as --set takes it */
    enum dim_kind      kind;
    bool               log;
    double             low, high, step; /* step 0: none; INT: at least 1 */
    int64_t            n;               /* points of a grid, 0: not said */
    struct node      **choice;
    size_t             n_choices;
    const struct expr *when; /* over keys above it, or NULL */
    struct at          at, at_low, at_high;
};

enum search_keep { SEARCH_KEEP_BEST, SEARCH_KEEP_ALL, SEARCH_KEEP_NONE };
struct search_spec { /* the section `search`, see framework/search */
    const char        *goal; /* a figure */
    bool               maximize;
    struct item        sampler, pruner; /* pruner.type NULL: there is none */
    int64_t            trials, budget;  /* 0: not said */
    double             time;            /* seconds, 0: not said */
    int64_t            parallel, lag;
    bool               free; /* order */
    uint64_t           seed;
    struct search_dim *dim;
    size_t             n_dims;
    const struct expr *only; /* or NULL */
    enum search_keep   keep;
    const struct node *then; /* as written, or NULL */
    struct items       report;
    struct at          at;
};

struct spec {
    struct arena        *arena;
    struct registry     *registry;
    const struct source *source;
    struct node         *tree;     /* merged: extends, --set; of the stage at hand */
    struct node         *whole;    /* the same of the whole file */
    const char          *file;     /* as the user wrote it */
    const char          *name, *about;
    struct var_spec     *vars;
    size_t               n_vars;
    struct data_spec     data;
    struct items         model;
    struct items         loss;     /* losses and regularizers */
    struct optim_spec    optim;
    struct train_spec    train;
    struct items         metrics;
    struct items         report;
    struct node         *resolved; /* canonical tree with every default: --resolved */
    struct stage_spec   *stages;   /* of the file */
    size_t               n_stages;
    const struct stage_spec *stage; /* the one this spec is of, or NULL */
    const char          *input;    /* the stream of the stage's `input`, or NULL */
    int64_t              seeds;    /* from how many the file wants to be trained, 1 */
    struct search_spec  *search;   /* NULL: there is none */
};

/* A copy of a configuration, for whoever changes it while numbers run. */
void *item_copy_self(struct arena *a, const struct component *type, const void *self);

/* When is nothing of the data read beyond headers? */
enum spec_peek {
    PEEK_NEVER,
    PEEK_ALWAYS,  /* check, show */
    PEEK_STAGES,  /* where there are stages: each will be opened by itself */
    PEEK_SEVERAL, /* where there are stages, seeds or a search */
};

/* What a loader said when a model was trained (call/said.h), for who asks that model about
 * rows of his own: the data of the training are not opened then. */
struct spec_said {
    const char *text, *classes, *coding; /* the latter two may be NULL */
    const char *from;                    /* where they are written, for messages */
};

struct spec_options {
    const char *const *set;     /* --set path=value, NULL-terminated, or NULL */
    int64_t            seed;    /* --seed, or -1 */
    const char        *stage;   /* --stage, or NULL: the last one */
    enum spec_peek     peek;
    const char        *data; /* a folder where data sets are looked up too, or NULL */
    const struct spec_said *said; /* NULL: the data are opened */
    const char *coding; /* of the data of a training, which these have to follow, or NULL */
    const char *(*env)(const char *name); /* for $env.NAME; NULL: there are none */
};

/* Reads and checks everything; reports every mistake it can see. NULL if there was an
 * error. services must outlive the spec (the loader works with them). */
struct spec *spec_open(struct arena *a, const char *path, struct registry *r,
                       struct services *s, const struct spec_options *o, struct diag *d);
struct spec *spec_open_source(struct arena *a, const struct source *src,
                              struct registry *r, struct services *s,
                              const struct spec_options *o, struct diag *d);
/* NULL: there is no stage of that name. */
const struct stage_spec *stage_find(const struct spec *s, const char *name);
/* The names of the file's stages, NULL-terminated; none: it is one training. NULL after
 * errors; what is wrong with the list is said when a stage is opened. */
const char *const *spec_stages(struct arena *a, const struct source *src,
                               struct registry *r, const struct spec_options *o,
                               struct diag *d);
void         spec_close(struct spec *s); /* the loader's files; memory is the arena's */
void         spec_print(const struct spec *s, struct strbuf *out); /* --after=spec */
#endif
