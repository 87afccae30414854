/* SPDX-License-Identifier: MIT */
/* What the groups of checks share: a frame that the component accepts, a trial (one
 * opened instance in it), a run of its slots, the results of a run, and how findings are
 * said. */
#ifndef NNP_CONFORMANCE_CONFORMANCE_CHECK_H
#define NNP_CONFORMANCE_CONFORMANCE_CHECK_H
#include "conformance/conformance.h"
#include "conformance/probe.h"

enum values {
    VALUES_SPREAD,  /* -1.5..1.5 */
    VALUES_PART,    /* 0.1..0.9 */
    VALUES_CLASS,   /* 0, 1, 2 ... below the last axis of in[0] */
    VALUES_SIGN,    /* -1 or 1 */
    VALUES_BIT,     /* 0 or 1 */
    VALUES_ONE_HOT, /* one 1 on the last axis */
    VALUES_ROWS,    /* row numbers */
    VALUES_ABSENT   /* data NULL */
};

struct frame_in {
    uint32_t    dtype, ndim;
    int64_t     shape[INSTANCE_MAX_DIMS]; /* [0] is replaced by the rows of a trial */
    enum values values;
};

struct frame {
    uint32_t        n_in, n_weight;
    struct frame_in in[PROBE_MAX_IN], weight;
    bool            out; /* the host gives out[0], shaped like `weight` */
    uint32_t        flags;
};

enum { FRAME_ROWS = 6 };

/* The i-th frame worth trying for this component; false: there are no more. */
bool        frame_try(const struct conformance *c, unsigned i, struct frame *f);
const char *frame_text(struct arena *a, const struct frame *f);

struct check {
    const struct conformance *c;
    struct frame              frame;
    struct arena              arena;
    int                       fd;   /* of the pipe; -1: text is kept in `said` */
    struct strbuf             said; /* lines "@where", "Ffinding", "Sskipped", "Nnote" */
    unsigned                  findings;
    bool                      broken; /* a plain run breaks a contract: check 3 says so */
    bool                      unstable; /* two plain runs differ: check 4 says so */
};

void check_fail(struct check *k, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void check_skip(struct check *k, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void check_note(struct check *k, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Where the check is now: what a crash is said to have happened in. */
void check_at(struct check *k, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
bool check_is(const struct check *k, const char *kinds); /* "layer transform" */
bool check_promises(const struct check *k, uint32_t flag);

/* One instance with memory and values. */
struct trial {
    struct check *k;
    struct arena  arena;
    struct diag   diag;
    struct probe  probe;
    struct pool  *pool;
    void         *self;
    uint64_t      values; /* which random values */
    bool          open;
    struct {
        nnp_tensor *input, *target, *prediction;
    } run; /* what reports read, after an eval */
};
struct trial_options {
    int64_t         rows;         /* 0: FRAME_ROWS */
    uint64_t        values;       /* 0: the usual ones */
    unsigned        threads;      /* 0: no pool */
    const char     *param, *text; /* one parameter set otherwise, or NULL */
    void           *self;         /* shared with another trial, or NULL */
    const nnp_host *host;         /* instead of the usual one, or NULL */
    double          stretch;      /* VALUES_SPREAD times this; 0: 1 */
};
/* -1: refused; the reason is trial_reason. Close it in any case. */
int         trial_open(struct check *k, struct trial *t, const struct trial_options *o);
void        trial_close(struct trial *t);
const char *trial_reason(const struct trial *t);
/* Values of inputs and weights as trial_open left them, states and gradients as new. */
void trial_values(struct trial *t, double stretch);
/* Answers nnp.run/1 with a small finished run. */
void trial_give_run(struct trial *t);

/* All that a run of this kind does: forward and backward, three updates, fit and finish.
 * Negative: an error or a broken contract; said as a finding. */
int trial_run(struct trial *t);
/* The same, but quiet: the reason is trial_reason. */
int trial_run_quiet(struct trial *t);
/* Fit and finish of a metric or a transform, what a forward of it rests on; else nothing.
 */
int  trial_fit(struct trial *t);
bool trial_has(const struct trial *t, enum probe_slot slot);

/* What a run left: outputs, gradients, weights, states, reported numbers. */
struct results {
    struct result {
        const char *name;
        uint32_t    dtype;
        size_t      n;
        const void *bytes;
    } * v;
    size_t n;
};
struct results results_take(struct check *k, struct trial *t);
/* "out `y` (element 3: 0.5, not 0.25)", or NULL if all bits are the same. Tensors whose
 * names start with `except` are not compared; NULL: all are. */
const char *results_differ(struct check *k, const struct results *a,
                           const struct results *b, const char *except);

/* Opens, runs, takes, closes. False after a finding. */
bool trial_results(struct check *k, const struct trial_options *o, struct results *r);

/* The groups. */
void check_descriptor(struct check *k);
void check_setup(struct check *k);
void check_writes(struct check *k);
void check_same_bits(struct check *k);
void check_gradients(struct check *k);
void check_adding(struct check *k);
void check_unwanted(struct check *k);
void check_memory_promises(struct check *k);
void check_reentrant(struct check *k);
void check_errors(struct check *k);
void check_surroundings(struct check *k);
void check_file(struct check *k);
void check_kind(struct check *k);
#endif
