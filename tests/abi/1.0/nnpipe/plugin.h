/* SPDX-License-Identifier: MIT */
/*
 * The nnpipe plugin ABI, major 1: layers, losses, optimizers, regularizers, initializers,
 * schedules and metrics. Nothing to link. Beside it lie data.h (loaders, transforms,
 * estimators), report.h, backend.h, and fast.h for what only makes a plugin faster.
 *
 * A plugin is a shared object that exports one function, nnp_plugin_v1, which returns
 * static data: what the plugin is called and the components it offers. A component is one
 * layer, loss, optimizer, ... All that both sides see is allocated by the host; a component
 * says in `setup` which tensors it needs, and computes in `forward` and `backward`.
 *
 *   struct swish { double beta; };
 *   static const nnp_param params[] = {
 *       {"beta", NNP_REAL | NNP_MAIN, offsetof(struct swish, beta), "1", "(0,inf)", "x"},
 *   };
 *   static const nnp_component swish = {
 *       NNP_COMPONENT("layer", "swish"), .doc = "x * sigmoid(beta x)",
 *       .self_size = sizeof(struct swish), NNP_PARAMS(params),
 *       .setup = setup, .forward = forward, .backward = backward,
 *   };
 *   NNP_PLUGIN(swish, "1.0", "MIT", NULL, &swish)
 *
 * Build: cc $(pkg-config --cflags nnpipe) -fPIC -shared -o swish.so swish.c
 * Guide: docs/plugin-author.md. Zero is always right: what is unset is slower, never wrong.
 *
 * Structs, numbers and slots of these headers stay as they are for all of major 1; structs
 * that may grow carry their size and grow at the end. What is inline (inline.h, all headers
 * that this page does not name) may change in source; binaries keep what they were made of.
 */
#ifndef NNPIPE_PLUGIN_H
#define NNPIPE_PLUGIN_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif
#define NNP_MAJOR 1
#ifndef NNP_MINOR /* the oldest host you accept; 0 = every 1.x host */
#define NNP_MINOR 0
#endif

/* ---- tensor: DLPack's DLTensor, byte for byte; frozen for ever -------------------- */
typedef struct nnp_tensor {
    void    *data; /* 64-byte aligned, dense, row-major; NULL: planning, or not wanted */
    int32_t  device, device_id; /* 1, 0: host memory */
    int32_t  ndim;
    uint8_t  code, bits;
    uint16_t lanes;
    int64_t *shape, *strides; /* strides is NULL */
    uint64_t offset;          /* 0 */
} nnp_tensor;
#define NNP_DTYPE(code, bits) ((uint32_t)(code) | (uint32_t)(bits) << 8 | 1u << 16)
enum {
    NNP_I8 = NNP_DTYPE(0, 8),
    NNP_I32 = NNP_DTYPE(0, 32),
    NNP_I64 = NNP_DTYPE(0, 64),
    NNP_U8 = NNP_DTYPE(1, 8),
    NNP_F32 = NNP_DTYPE(2, 32),
    NNP_F64 = NNP_DTYPE(2, 64)
};

/* ---- the call frame: every callback of every kind is an nnp_fn -------------------- */
/*
 * The host owns the frame and everything in it; all of it is valid during the call only.
 * in/din, out/dout and weight/dweight are parallel: a gradient whose data is NULL is not
 * wanted. din is written, dweight is added to. Fan-out and sharing are the host's.
 */
typedef struct nnp_host nnp_host;
typedef struct nnp_ctx {
    uint32_t          size, flags; /* flags: NNP_TRAIN ... */
    const nnp_host   *host;
    uint32_t          n_in, n_out, n_weight, n_state, n_saved, n_scratch;
    const nnp_tensor *in, *din, *out, *dout, *weight, *dweight, *state, *saved, *scratch;
    uint64_t          step;  /* update from 0; in fit and finish: number of the pass */
    double            epoch; /* from 0, with its fraction */
    double            progress; /* 0..1 of the run */
    double            lr;       /* optimizer: the rate now */
    double            value;    /* schedule: the value in the file */
    double            factor;   /* regularizer: its weight in the objective */
    double            result;   /* forward sets it: schedule, the value now; regularizer */
    struct nnp_rows  *rows;     /* setup of a loader sets its members, data.h; else NULL */
    uint32_t          workers;  /* width of the pool, fixed for the run */
    float             beta;     /* backward: 1, but see BETA in fast.h */
} nnp_ctx;
typedef int nnp_fn(nnp_ctx *c, void *self);
enum {              /* nnp_ctx.flags */
    NNP_TRAIN = 1,  /* training; absent: inference, SAVED tensors may be NULL */
    NNP_DECAY = 2,  /* optimizer: weight decay applies to this weight */
    NNP_ON_STREAM = 4  /* regularizer: weight[0] is a stream, rows first, not a weight */
};
enum { /* results; what is negative is an error */
    NNP_OK = 0,
    NNP_AGAIN = 1, /* finish of an estimator: another pass */
    NNP_EINVAL = -1, NNP_ENOTSUP = -2, NNP_ENOMEM = -3,
    NNP_EIO = -4, /* loader: the data are missing or damaged */
    NNP_EMATH = -5,
    NNP_EBUG = -7
};

/* ---- host services ----------------------------------------------------------------- */
typedef void nnp_body(void *arg, size_t begin, size_t end, uint32_t worker);

/*
 * Called by slots, as c->host->NAME(c, ...). [any]: also from inside a `parallel` body.
 * [setup]: in setup alone. No tag: on the thread of the slot. Strings are copied.
 */
struct nnp_host {
    uint32_t size, abi;
    /* Keeps the text as the reason and returns code. The last one wins. [any] */
    int (*fail)(nnp_ctx *, int code, const char *msg);
    /* Says which tensor is needed; index >= 0, or an error to pass on. `init` names an
     * initializer (weights; NULL: zeros), also with its main parameter, "constant: 0.25".
     * SAVED lives from a forward to its backward; where none follows its data is NULL;
     * SCRATCH for one call, lead with c->workers for a part per worker. [setup] */
    int (*declare)(nnp_ctx *, uint32_t role, const char *name, uint32_t dtype,
                   uint32_t ndim, const int64_t *shape, const char *init);
    /* A named number for people to read: a metric, a figure. Negative: pass it on. */
    int (*report)(nnp_ctx *, const char *key, double value);
    /* n draws from position `first` of this node's stream for this step: pure, so the same
     * call gives the same numbers again, in backward too. UNIFORM is [0,1). [any] */
    int (*rand)(nnp_ctx *, uint32_t dist, uint64_t first, float *dst, size_t n);
    /* body(arg, begin, end, worker) over 0..n; the chunks depend on n and grain alone.
     * A nested call runs inline. Returns when all is done. [any] */
    int (*parallel)(nnp_ctx *, size_t n, size_t grain, nnp_body *body, void *arg);
    /* C[m,n] = alpha op(A) op(B) + beta C, f32, row-major; beta 0 does not read C. [any] */
    int (*gemm)(nnp_ctx *, int ta, int tb, int64_t m, int64_t n, int64_t k, float alpha,
                const float *a, int64_t lda, const float *b, int64_t ldb, float beta,
                float *c, int64_t ldc);
    /* What other headers describe, "nnp.file/1"; NULL: this host has none. [any] */
    const void *(*extension)(nnp_ctx *, const char *id);
};
enum { /* roles ... */
    NNP_OUT = 1,
    NNP_WEIGHT,
    NNP_STATE,
    NNP_SAVED,
    NNP_SCRATCH,
    NNP_NODECAY = 1 << 8, /* ... | flags: weight that decay leaves alone (a bias) */
    NNP_SUM = 1 << 9,     /* state: adds up over rows, so that parts of them can be added */
    NNP_GROWS = 1 << 11   /* state of an estimator whose rows fit or finish set, data.h */
};
enum { NNP_UNIFORM = 0, NNP_NORMAL = 1 };

/* ---- what a plugin declares -------------------------------------------------------- */
typedef struct nnp_list { /* what an INTS, REALS (int64, double) or STRS parameter holds */
    uint32_t    n, pad;
    const void *v;
} nnp_list;

enum { NNP_SCALAR = 1, NNP_SEQ, NNP_MAP };
typedef struct nnp_node { /* what a TREE parameter points to: the YAML below its key */
    uint32_t               kind, n; /* NNP_SCALAR: text; NNP_SEQ, NNP_MAP: n children */
    const char            *key;     /* of this child in its map, else NULL */
    const char            *text;    /* scalar as written, else NULL */
    double                 number;  /* scalar as a number, NaN if it is none */
    const struct nnp_node *child;
} nnp_node;

enum {            /* parameter types, with the C type of the member at `offset` */
    NNP_BOOL = 1, /* int32_t */
    NNP_INT,      /* int64_t */
    NNP_REAL,     /* double */
    NNP_STR,      /* const char * */
    NNP_PATH,     /* const char *, looked up beside the file, then among the data sets */
    NNP_ENUM,     /* int32_t, index into the range "same|valid" */
    NNP_INTS,     /* nnp_list; a single value is a list of one */
    NNP_REALS,
    NNP_STRS,
    NNP_TREE,       /* const nnp_node *, NULL when absent */
    NNP_LIVE = 256, /* or-ed: the host may change it between calls (schedules) */
    NNP_MAIN = 512, /* or-ed: set by the short form, `dense: 256` */
    NNP_FOLLOWED_BY = 1024 /* or-ed to STR: a layer that the host puts after this item */
};
typedef struct nnp_param {
    const char *name;         /* the YAML key */
    uint32_t    type, offset; /* offset into self */
    const char *def;          /* as in YAML; NULL: required; "": absent (STR, lists) */
    const char *range; /* "[0,1)", "(0,inf)", "same|valid"; NULL: any; of each element */
    const char *doc, *unit;
} nnp_param;

/*
 * A layer whose out[0] is a function of each number of in[0] needs nothing but this. The
 * host calls both for n numbers at a time, wherever they stand. self is only read; y may be
 * x, dx may be dy; x is NULL or overwritten if FREE_IN is promised, y if FREE_OUT. [any]
 */
typedef struct nnp_sweep {
    uint32_t size, pad;
    void (*forward)(const void *self, const float *x, float *y, size_t n);
    void (*backward)(const void *self, const float *x, const float *y, const float *dy,
                     float *dx, size_t n);
} nnp_sweep;

/*
 * The host calls the slots of an instance one after the other, never two at once; loaders
 * and transforms may run on another thread than the model. self holds the parameters and
 * what open, setup and fit derive; forward and backward only read it. Any slot may be NULL
 * that its kind (below) does not need.
 */
typedef struct nnp_component {
    uint32_t         size, flags; /* promises, below */
    const char      *tag;         /* NNP_TAG(kind, name): what a scan of the file finds */
    const char      *doc;         /* first line: the summary */
    uint32_t         min_in, max_in; /* 0,0: exactly one; max UINT32_MAX: any number */
    uint32_t         self_size, n_params, param_size;
    uint32_t         takes; /* NNP_F32 ...: all inputs are, others are refused; 0: any */
    const nnp_param *params;
    nnp_fn *open;     /* [once, first] gets files and handles */
    nnp_fn *close;    /* [once, last, also without or after a failed open] lets them go */
    nnp_fn *setup;    /* [before the rest, again when an input has another shape] cheap;
                         weights and states come out the same each time */
    nnp_fn *forward;  /* [each batch; optimizer and schedule: each update] */
    nnp_fn *backward; /* [each batch of training, after its forward] */
    nnp_fn *fit;      /* [each batch of a pass or an evaluation, in order] */
    nnp_fn *finish;   /* [after the last batch of it; regularizer: after each update] */
    const void *(*extension)(const char *id); /* [any thread, any time] NULL: not offered */
    const char *ports; /* names of the inputs, "keep paint mask"; NULL: by position only */
    const nnp_sweep *sweep; /* layer: maps numbers one by one; the slots left out are the
                               host's, takes is NNP_F32, INPLACE and INPLACE_BWD promised */
} nnp_component;

enum { /* promises: 0 is always safe. fast.h has more */
    NNP_FREE_IN = 1,      /* backward does not read in */
    NNP_FREE_OUT = 2,     /* backward does not read out */
    NNP_INPLACE = 4,      /* out[0] may be in[0] */
    NNP_INPLACE_BWD = 8,  /* din[0] may be dout[0] */
    NNP_SURROGATE = 16,   /* backward is no derivative, on purpose: straight-through, ... */
    NNP_ELEMENTWISE = 32, /* optimizer: any slicing of the tensors gives the same result */
    NNP_ALL_WEIGHTS = 64, /* optimizer: gets all weights in one call */
    NNP_STANDS_IN = 256,  /* stands for the layer that its FOLLOWED_BY parameter names */
    NNP_PREPARES = 512,   /* optimizer: rewrites dweight only, runs before the others */
    NNP_HIGHER = 2048,    /* metric, report: a larger value is better */
    NNP_PROBABILITIES = 32768 /* layer: all numbers of out are in 0..1, made of any */
};

/*
 * The kinds, and what their slots see (R required, o optional). Rows come first in every
 * stream. In inference (no NNP_TRAIN) what comes of a row depends on that row alone.
 *
 * layer        setup R: declares OUT, WEIGHT, ...; forward R: out from in; backward o. Or
 *              nothing but sweep.
 * loss         in[0] `of` prediction, in[1] `to` target, in[2] `where` a mask if n_in is 3
 *              (a component that takes one says max_in 3; like in[0], or a number per row
 *              or token). setup R: out[0] is one f32 per row (or per token), the mean over
 *              the row's elements (weighted by the mask), not divided by rows. A second OUT
 *              "prediction", if declared, is in[0] as a prediction (probabilities of
 *              logits); metrics and `predict` read it, its data is NULL when unwanted.
 *              forward R; backward R: din[0] = dout[0] * dL/din[0], row by row.
 * optimizer    per weight: setup o declares STATE; forward R updates weight[0] in place
 *              from dweight[0], state, c->lr. A rate is a REAL parameter named lr, LIVE:
 *              the host schedules it and gives it as c->lr. PREPARES: rewrites dweight.
 *              ALL_WEIGHTS: all weights in one call.
 * regularizer  weight[0]. forward o: c->result is the penalty, without c->factor; backward
 *              o: dweight[0] += gradient times c->factor; finish o: projection of weight[0]
 *              after an update. At least one of them.
 * schedule     setup o (STATE); forward R: c->result from c->value, step, epoch, progress.
 *              in[0], one f64, is the watched metric once there is one (n_in 1, data NULL
 *              before). With a STATE it is called once an epoch.
 * initializer  forward R: fills out[0] with `rand`. Fans come from the shape: weights are
 *              [out, in, ...].
 * metric       in[0], in[1], and in[2] the mask if max_in is 3. setup R: STATE | SUM (f64);
 *              fit R: absorbs a batch; finish R: report(KEY, value), KEY the component's
 *              own name for the main figure; a key with a dot is a detail. State is zeroed
 *              by the host before each evaluation.
 * loader, transform, estimator: data.h. report: report.h. backend: backend.h.
 */
typedef struct nnp_plugin {
    uint32_t                    size, abi;
    const char                 *name, *version;
    const char                 *license, *url; /* NULL: not said */
    uint32_t                    n, pad;
    const nnp_component *const *components;
} nnp_plugin;

#ifdef __cplusplus
}
#endif
/* NNP_PLUGIN, NNP_COMPONENT, NNP_PARAMS; nnp_f32, nnp_count, nnp_fail, nnp_like ... */
#include <nnpipe/inline.h>
#endif
