/* SPDX-License-Identifier: MIT */
/* A component under test: one configured instance with memory of its own, in which every
 * tensor stands between guard bytes. Calls notice what a slot must not do (write beside
 * its tensors, into its inputs, leave outputs unwritten); the gradient check compares
 * backward with differences. What is wrong goes to diag with the code "contract". */
#ifndef NNP_CONFORMANCE_PROBE_H
#define NNP_CONFORMANCE_PROBE_H
#include <stdbool.h>
#include <stdint.h>
#include "call/instance.h"

enum probe_set {
    PROBE_IN,
    PROBE_DIN,
    PROBE_OUT,
    PROBE_DOUT,
    PROBE_WEIGHT,
    PROBE_DWEIGHT,
    PROBE_STATE,
    PROBE_SAVED,
    PROBE_SCRATCH,
    PROBE_SETS
};
enum probe_slot { PROBE_FORWARD, PROBE_BACKWARD, PROBE_FIT, PROBE_FINISH, PROBE_SLOTS };
enum { PROBE_GUARD = 1024, PROBE_GUARD_BYTE = 0xB7 }; /* around every tensor */
enum { PROBE_MAX_IN = 16, PROBE_MAX_FACTS = 32, PROBE_MAX_ANSWERS = 4 };

struct probe_block { /* the memory of one tensor, guards included */
    unsigned char *base, *data;
    size_t         size; /* of the tensor */
    void          *copy; /* as it was before the call, for what must not change */
};

struct probe {
    struct instance     inst;
    uint64_t            seed;
    struct services     services;
    struct listener     listener;
    struct arena       *arena;
    struct diag        *diag;
    nnp_tensor          given[PROBE_MAX_IN], given_weight[PROBE_MAX_IN], given_out;
    int64_t             shapes[2 * PROBE_MAX_IN + 1][DECL_MAX_DIMS];
    bool                absent[PROBE_MAX_IN]; /* inputs whose data are NULL */
    uint32_t            n_in, n_weight;
    bool                has_out, ready; /* given_out is there; memory fits the shapes */
    struct probe_block *blocks[PROBE_SETS];
    uint32_t            n_blocks[PROBE_SETS];
    struct fact         facts[PROBE_MAX_FACTS]; /* reported since probe_clear */
    size_t              n_facts;
    bool                mode_changed; /* a call left another floating-point mode */
    void               *self_before;  /* a call of a slot, for comparing */
    size_t              self_at[PROBE_SLOTS]; /* the byte that it changed, from 1 */
    int                 report_code;  /* what `report` answers: 0, or an error */
    struct {
        const char *id;
        const void *answer;
    } answers[PROBE_MAX_ANSWERS]; /* of host->extension */
};

struct probe_options {
    const char  *name; /* of the item; NULL: the component's */
    uint64_t     seed;
    struct pool *pool; /* NULL: inline */
};

/* self holds the parameters. The probe must not move afterwards. */
int probe_open(struct probe *p, struct arena *a, const struct component *type, void *self,
               const struct probe_options *o, struct diag *d);
void probe_close(struct probe *p);

/* What the frame holds, before probe_setup. The index, or -1: too many. */
int  probe_in(struct probe *p, uint32_t dtype, uint32_t ndim, const int64_t *shape);
int  probe_weight(struct probe *p, uint32_t ndim, const int64_t *shape);
void probe_out(struct probe *p, uint32_t ndim, const int64_t *shape);
/* Another shape for an input; ready is false until the next probe_setup. */
void probe_reshape(struct probe *p, uint32_t input, uint32_t ndim, const int64_t *shape);

/* Setup, then memory for all tensors. In a repeated setup weights, their gradients and
 * states keep their values. New ones: weights and states zeros, ones, or small random
 * numbers, after their init; dout ones; the rest zeros. */
int probe_setup(struct probe *p);
/* Calls a slot as ctx stands; `rand` is keyed by seed and ctx.step. Result of the slot;
 * -1000 if the call broke a contract (both with an entry in diag). */
int probe_call(struct probe *p, enum probe_slot slot);
enum { PROBE_BROKEN = -1000 };
nnp_fn     *probe_slot_of(const struct probe *p, enum probe_slot slot);
const char *probe_slot_name(enum probe_slot slot);

nnp_tensor *probe_tensors(struct probe *p, enum probe_set set, uint32_t *n);
/* "out `y`", "in[1]", "gradient of weight `b`"; in the arena. */
const char *probe_name(struct probe *p, enum probe_set set, uint32_t k);
bool        probe_is_float(const nnp_tensor *t);
void        probe_store(const nnp_tensor *t, size_t i, double v);
/* Uniform in [low,high) whatever the type; whole numbers in integer tensors. */
void probe_random(const nnp_tensor *t, double low, double high, uint64_t seed);
void probe_fill(const nnp_tensor *t, double v);

void probe_clear(struct probe *p);
/* Reported since probe_clear; false: not there. */
bool probe_fact(const struct probe *p, const char *key, double *value);
void probe_answer(struct probe *p, const char *id, const void *answer);

struct probe_gradient {
    double   tol;  /* of the largest gradient of a tensor; 0: 1e-3 */
    uint32_t skip; /* inputs to leave out, bit by number */
    bool     ends; /* values may lie where a slope has no end: such elements are left out */
    uint64_t seed;
    /* Out: */
    unsigned    compared;  /* elements and directions */
    unsigned    tensors;   /* that have a gradient other than zero */
    const char *flat;      /* a tensor with zero on both sides, or NULL */
    bool   infinite;       /* the outputs are not finite: nothing was compared */
    double worst;          /* difference over the tensor's largest gradient */
};
/* backward against central differences: inputs and weights of float type, up to 48
 * elements of each and a random direction. -1 with a sentence if they differ. Values,
 * states, gradients and dout are put back. */
int probe_gradient(struct probe *p, struct probe_gradient *g);
#endif
