/* SPDX-License-Identifier: MIT */
/*
 * What comes before the model: loaders, transforms, estimators (R required, o optional).
 *
 * loader       setup R: in[0] is i64 [n] row numbers; declares OUT for n rows, their names
 *              are the streams; sets c->rows->count and what else it knows of its rows.
 *              forward R: rows in[0] -> out. Shuffling and prefetch are the host's.
 *              Extensions, all o: "nnp.columns/1", "nnp.classes/1", "nnp.notes/1",
 *              "nnp.coding/1", "nnp.learn/1", below.
 * transform    setup R, forward R like a layer; fit and finish o: learns STATE from the
 *              training rows. rand and NNP_TRAIN for augmentation. backward o.
 * estimator    an item of the model that learns by itself, before anything else is trained:
 *              setup R, forward R (predicts) like a layer. One whose second port is called
 *              "to" (.ports = "x to") learns a target: in[1], which the host wires to y,
 *              else x, where the file does not say `to`. It is there for fit alone: its
 *              data is NULL in forward, and no prediction needs it.
 *              fit R: one batch of training rows, in order; finish R: the end of a pass,
 *              NNP_AGAIN asks for another one, c->step is the number of the pass. The
 *              model is STATE; STATE | SUM is added up over a pass, begins it as zeros
 *              and is in no file. STATE | GROWS has as many rows as were learned: setup
 *              declares it with a leading axis of 0, "nnp.grow/1" sets it. A STATE whose
 *              init is "sample" begins as training rows of in[0] by chance, none twice
 *              until all have been there.
 *              report() of fit and finish: figures of the pass.
 *              ALL_ROWS: fit is called once a pass, with all training rows; setup has seen
 *              their number before, and sees that of a batch after the last pass. out is
 *              NULL in fit and finish. A metric that says ALL_ROWS gets all rows of an
 *              evaluation; its STATE is then what fit makes of them.
 */
#ifndef NNPIPE_DATA_H
#define NNPIPE_DATA_H
#include <nnpipe/plugin.h>
#ifdef __cplusplus
extern "C" {
#endif

/* What a loader says of its rows in setup, as c->rows; zeros before the first one. */
typedef struct nnp_rows {
    uint32_t size, pad;
    int64_t  count;   /* all of them */
    int64_t  test;    /* so many of them, the last ones, are an official test part */
    int64_t  val;     /* and so many in front of those one for validation */
    int64_t  classes; /* 0: unknown, or there are none */
    int64_t  bytes;   /* that they take in memory */
} nnp_rows;

/* nnp_ctx.flags in setup of a loader: names and shapes are wanted, read headers at most. */
enum { NNP_PEEK = 8 };

/* Or-ed to a STRS parameter: each text is a path, looked up as that of a PATH; to a TREE:
 * each text that is a path to something that is there. */
enum { NNP_PATHS = 16384 };

enum { /* promises, beside those of plugin.h */
    NNP_ALL_ROWS = 128, /* estimator, metric: fit gets all rows in one call */
    /* transform: makes rows worse than they are, or moves them by chance (noise, masks,
     * mirrors). out[0] is like in[0]. Rows given to a trained model do not get it. */
    NNP_CORRUPTS = 1024,
    /* metric: its figures are in the unit of what it compares, as a mean error is. Where
     * the target is a stream of the data behind transforms that have "nnp.inverse/1", it
     * gets prediction and target as they would be before those. */
    NNP_IN_UNITS = 65536,
    /* metric: also reports keys with a dot, as mae.0 of the first target, be it with some
     * of its parameters only. Without it such a name is refused before the training. */
    NNP_DETAILS = 131072
};

/* "nnp.columns/1" of a loader that was set up: the name of a column, which lasts as long as
 * self, or NULL. */
typedef const char *nnp_column_fn(const void *self, const char *stream, int64_t i);

/* "nnp.classes/1" of a loader that was set up: a function like that for columns, the name
 * of class i of a stream; NULL: there is none, or it has no name. */

/* "nnp.notes/1" of a loader that was set up: the i-th thing that its user should know, as
 * what it passed over, which lasts as long as self; NULL: no more. */
typedef const char *nnp_note_fn(const void *self, uint32_t i);

/* "nnp.coding/1" of a loader that also reads rows in the place of its own (nnp_given): what
 * a reader of those has to know of its own, as which label is which class. A text of
 * whatever form, which is kept with the run; self's; NULL while the data were not read. */
typedef const char *nnp_coding_fn(const void *self);

/* "nnp.learn/1" of a loader that was set up and whose streams depend on what its training
 * rows hold, as what stands for a missing value: what is called to learn it, NULL: there
 * is nothing to learn. in[0] is then as in forward, all rows of the training part in their
 * order; the setup behind it says the final shapes. Not asked for beside a coding. */
typedef nnp_fn *nnp_learn_fn(const void *self);

/* What c->host->extension(c, "nnp.given/1") of such a loader returns, the same in every
 * setup; NULL: it reads its own data, and learns from them. */
typedef struct nnp_given {
    uint32_t    size;
    uint32_t    before;  /* lines that were put in front of the file's own, for messages */
    const char *coding;  /* such a text, to be followed; or NULL */
    const char *streams; /* those that are needed, "x y"; NULL: all */
    const char *path;    /* what is read, as messages call it; NULL: the own data */
    const void *bytes;   /* n bytes of that file, unzipped, with a 0 behind; NULL: a folder.
                            Is it no form of this loader, setup returns NNP_ENOTSUP */
    size_t n;
} nnp_given;

/* What c->host->extension(c, "nnp.grow/1") returns: gives state number `state`, which
 * GROWS, n rows. Those that it had stay, new ones are zeros, c->state[state] is right
 * afterwards (its data NULL without rows). Files hold as many rows, and reading one sets
 * them. NNP_OK, or what the slot should return. [fit, finish] */
typedef int nnp_grow_fn(nnp_ctx *, uint32_t state, int64_t n);

/* What c->host->extension(c, "nnp.facts/1") returns: what the loader said of its rows, as
 * "classes" and "rows"; `otherwise` where it said nothing. [setup] */
typedef double nnp_fact_fn(nnp_ctx *, const char *name, double otherwise);

/* "nnp.inverse/1" of a transform that maps each number by itself: makes of `rows` rows of
 * its out[0] what in[0] was, in place and up to rounding. c has the shapes of a row and
 * what was learned; both are only read. [any thread, once all is learned] */
typedef void nnp_inverse_fn(const nnp_ctx *c, const void *self, float *y, size_t rows);

/* "nnp.learned/1" of an estimator: what was learned in a line for people, "7 leaves,
 * depth 3", with a 0 at its end within `room` bytes. c has the states. Its length, or
 * negative. */
typedef int nnp_learned_fn(const nnp_ctx *c, const void *self, char *out, size_t room);

/* What c->host->extension(c, "nnp.file/1") returns, for any kind that reads files. */
typedef struct nnp_file {
    uint32_t size, pad;
    /* The whole file, gunzipped if it is a gzip file, with a 0 byte behind it; the host's,
     * until `release` or this instance's end. More than max bytes (0: 1 TiB): an error. */
    int (*read)(nnp_ctx *, const char *path, uint64_t max, const void **bytes, size_t *n);
    void (*release)(nnp_ctx *, const void *bytes);
    int (*exists)(nnp_ctx *, const char *path); /* 1 or 0 */
    /* A file in a zip archive (.npz) of which `archive` are the bytes, as by `read`; name
     * NULL: the only one. *bytes is NULL where there is none. */
    int (*member)(nnp_ctx *, const char *path, const void *archive, size_t size,
                  const char *name, const void **bytes, size_t *n);
    /* As read, for who looks at the bytes once and releases them: of a large plain file
     * they are pages of it, which are no memory of the process. */
    int (*view)(nnp_ctx *, const char *path, const void **bytes, size_t *n);
    /* To be asked before so much memory is taken for what path holds: NNP_OK, or a refusal
     * that says how much it is and how much there may be. */
    int (*room)(nnp_ctx *, const char *path, uint64_t bytes);
    /* The first n bytes of a view have been looked at and need not stay in memory; they
     * can be looked at again. */
    void (*pass)(nnp_ctx *, const void *view, size_t n);
} nnp_file;

#ifdef __cplusplus
}
#endif
#endif
