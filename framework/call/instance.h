/* SPDX-License-Identifier: MIT */
/* A component at work: its configuration, the tensors it declared, and the one way to
 * call a slot of it. Who calls provides the tensors; nothing is allocated by a call. */
#ifndef NNP_CALL_INSTANCE_H
#define NNP_CALL_INSTANCE_H
#include <stdbool.h>
#include <stdint.h>
#include <nnpipe/backend.h>
#include <nnpipe/data.h>
#include <nnpipe/fast.h>
#include "base/arena.h"
#include "base/diag.h"
#include "base/pool.h"
#include "base/rng.h"
#include "call/decl.h"
#include "call/dtype.h"
#include "call/tensor.h"
#include "plugin/registry.h"

enum { INSTANCE_MAX_FACTS = 16 };

struct instance;

/* What the services of the host table work with; one for all instances of a session. */
struct services {
    struct pool *pool; /* NULL: everything inline */
    nnp_gemm_fn *gemm; /* a backend, or NULL: base/matmul */
    int64_t
        gemm_from; /* products of at least so many multiplications go to the backend */
    const char *backend;  /* its name */
    uint64_t        most; /* bytes that data may take in memory; 0: what the machine has */
    uint64_t        taken, grown; /* of these by the plan, and by states that have grown */
    const uint64_t *seed; /* of this attempt; its owner may change it between calls */
    bool     guard; /* every call goes through guard_call */
    const nnp_rows *rows; /* what the loader said, for nnp.facts/1; NULL: nothing */
    const void *(*extension)(void *arg, struct instance *i, const char *id);
    void *arg;
};

/* Hears every number that an instance reports, beyond the few that it keeps as facts.
 * Returns 0, or an error for the plugin to pass on. */
struct listener {
    int (*report)(void *arg, struct instance *i, const char *key, double value);
    void *arg;
};

struct read_file {
    struct read_file *next;
    const char       *path;
    char              sha256[65]; /* of the bytes as they were read, packed or not */
};

/* What is done with the numbers of a tensor, out[0] or din[0], as soon as they are final:
 * the sweep of another instance. */
struct tail {
    const struct instance *instance;
    const nnp_sweep       *sweep;
    bool                   back;
    const float           *of;      /* the tensor */
    size_t                 n, done; /* elements of it */
    const float           *x, *y;   /* back: of the other instance */
    float                 *to;      /* its out[0], or din[0] */
};

struct instance {
    nnp_ctx                 ctx; /* first member: the host finds its way back from it */
    const struct component *type;
    void                   *self; /* type->desc->self_size bytes */
    const char             *name; /* of the item: "dense1" */
    struct at               at;   /* of the item in the file, or {0} */
    struct services        *services;
    const struct listener  *listener; /* NULL: nobody listens */
    struct arena           *arena;
    struct decls            declared; /* its tensors have these shapes */
    uint64_t                stream; /* hash of the name, mixed into every key of `rand` */
    bool                    setting_up, open, settled;
    bool                    alone;  /* see instance_alone */
    size_t                  cursor; /* next declare while settled: must match */
    int                     lock;   /* of reason: fail may come from several threads */
    char                    reason[512];
    int                     code;  /* what the latest call returned */
    void                   *files; /* what nnp.file/1 holds for it */
    const struct nnp_given *given; /* rows in the place of a loader's own; set by who opens
                                    * it, before the first setup. NULL: none */
    struct read_file       *reads; /* every file that nnp.file/1 gave it, newest first */
    struct tail            *tail;  /* in a call that takes care of it, else NULL */
    const char             *purpose; /* keys `rand`, until the next instance_key */
    uint64_t                purpose_step;
    struct fact {
        const char *key;
        double      value;
    } facts[INSTANCE_MAX_FACTS]; /* reported by the latest call */
    size_t   n_facts;
    nnp_rows rows; /* loader: what it said of its rows in setup */
    /* The frame's tensors, made by instance_setup with shapes set and data NULL; whoever
     * runs the instance puts the addresses in. in has the shape pointers it was set up
     * with. */
    nnp_tensor *in, *din, *out, *dout, *weight, *dweight, *state, *saved, *scratch;
};

/* self must already hold the parameters. Calls `open`. name and at are kept. -1: refused.
 */
int instance_open(struct arena *a, const struct component *type, void *self,
                  const char *name, struct at at, struct services *s, struct instance *i,
                  struct diag *d);
/* Between open and the first setup: from now on it may run beside the others, on a thread
 * of its own. Nothing of it goes to the pool then, and its calls are not guarded. */
void instance_alone(struct instance *i);
/* Runs `setup` for these input shapes (data is ignored, the shape arrays must stay).
 * Afterwards decls, the counts in ctx and the tensor arrays are right. Called again, with
 * the same n_in, it follows changed shapes without allocating: OUT, SAVED and SCRATCH may
 * change, WEIGHT and STATE must come out the same, else an error that names the tensor;
 * data pointers stay. n_weight > 0 gives the frame weights (optimizer, regularizer):
 * ctx.weight is then this. */
int instance_setup(struct instance *i, const nnp_tensor *in, uint32_t n_in,
                   const nnp_tensor *weight, uint32_t n_weight, uint32_t flags,
                   struct diag *d);
/* Calls a slot with ctx as it stands; a negative result becomes "mlp.yaml:14: layer act1
 * (acme.swish 1.0, swish.so): forward: REASON". Returns what the slot returned. */
int instance_call(struct instance *i, nnp_fn *slot, const char *slot_name,
                  struct diag *d);
/* Keys rand for what follows: purpose and step as in rng_key, the instance's name mixed
 * in. */
void               instance_key(struct instance *i, const char *purpose, uint64_t step);
size_t             instance_count(const struct instance *i, uint32_t role);
const struct decl *instance_decl(const struct instance *i, uint32_t role, size_t n);
/* What it says in a line that it has learned (nnp.learned/1), its states being right; ""
 * where it says nothing. In the arena. */
const char        *instance_learned(struct instance *i, struct arena *a);
/* A state whose rows are learned: whether it is one, and another number of rows for it. Its
 * first ones stay, new ones are zeros. -1: no memory. instance_close frees all of them. */
bool               instance_grows(const struct instance *i, uint32_t state);
int                instance_grow(struct instance *i, uint32_t state, int64_t n);
/* May it, by the limit of memory? false: `why` is a sentence. */
bool               instance_may_grow(const struct instance *i, uint32_t state, int64_t n,
                                     char *why, size_t room);
void               instance_grow_close(struct instance *i);
void               instance_close(struct instance *i); /* also of a half-opened one */
#endif
