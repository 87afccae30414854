/* SPDX-License-Identifier: MIT */
/*
 * The nnpipe plugin ABI, major 1. One header, nothing to link.
 *
 * A plugin is a shared object that exports one function, nnp_plugin_v1, which returns
 * static data: what the plugin is called and the components it offers. A component is one
 * layer, loss, optimizer, ... All that both sides see is allocated by the host; a component
 * says in `setup` which tensors it needs, and computes in `forward` and `backward`.
 *
 *   struct swish { double beta; };
 *   static const nnp_param params[] = {
 *       {"beta", NNP_REAL | NNP_MAIN, offsetof(struct swish, beta), "1", "(0,inf)", "gate"},
 *   };
 *   static const nnp_component swish = {
 *       NNP_COMPONENT("layer", "swish"), .doc = "x * sigmoid(beta x)",
 *       .self_size = sizeof(struct swish), NNP_PARAMS(params),
 *       .setup = setup, .forward = forward, .backward = backward,
 *   };
 *   NNP_PLUGIN(swish, "1.0", "MIT", "https://example.org", &swish)
 *
 * Build: cc $(pkg-config --cflags nnpipe) -fPIC -shared -o swish.so swish.c
 * Guide: docs/plugin-author.md. Zero is always right: an unset field is slower, never wrong.
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
    NNP_F64 = NNP_DTYPE(2, 64),
    NNP_BF16 = NNP_DTYPE(4, 16)
};

/* ---- the call frame: every callback of every kind is an nnp_fn -------------------- */

/*
 * The host owns the frame and everything in it; all of it is valid during the call only.
 * in/din, out/dout and weight/dweight are parallel: a gradient whose data is NULL is not
 * wanted. din is written, dweight is added to (but see WRITES). Fan-out and sharing are the host's.
 */
typedef struct nnp_host nnp_host;
typedef struct nnp_ctx {
    uint32_t          size, flags; /* flags: NNP_TRAIN ... */
    const nnp_host   *host;
    uint32_t          n_in, n_out, n_weight, n_state, n_saved, n_scratch;
    const nnp_tensor *in, *din, *out, *dout, *weight, *dweight, *state, *saved, *scratch;
    uint64_t          step;  /* update number from 0; in fit and finish: number of the pass */
    double            epoch; /* from 0, with its fraction */
    double            progress; /* 0..1 of the run */
    double            lr;       /* rate now (optimizer), or the value a schedule starts from */
    uint32_t          op;       /* collective: the operation */
    uint32_t          workers;  /* width of the pool, fixed for the run */
} nnp_ctx;
typedef int nnp_fn(nnp_ctx *c, void *self);

enum {                /* nnp_ctx.flags */
    NNP_TRAIN = 1,    /* training; absent: inference, SAVED tensors may be NULL */
    NNP_DECAY = 2,    /* optimizer: weight decay applies to this weight */
    NNP_STREAM = 4,   /* regularizer: weight[0] is a stream, rows first, not a weight */
    NNP_PEEK = 8,     /* loader, setup: names and shapes are wanted, read headers at most */
    NNP_EMPTY = 16    /* backward of what promises WRITES: dweight holds nothing, set it */
};
enum { /* results; negative is an error, 1 and 2 have meaning where a kind defines them */
    NNP_OK = 0,
    NNP_AGAIN = 1,
    NNP_EOF = 2,
    NNP_EINVAL = -1,
    NNP_ENOTSUP = -2,
    NNP_ENOMEM = -3,
    NNP_EIO = -4, /* loader: the data are missing or damaged */
    NNP_EMATH = -5,
    NNP_ECANCEL = -6,
    NNP_EBUG = -7
};

/* ---- host services ----------------------------------------------------------------- */

typedef void nnp_body(void *arg, size_t begin, size_t end, uint32_t worker);

/* [any]: also from inside a `parallel` body. Strings given to the host are copied. */
struct nnp_host {
    uint32_t size, abi;
    /* Keeps the text as the reason and returns code. The last one wins. [any] */
    int (*fail)(nnp_ctx *, int code, const char *msg);
    /* level: 0 debug, 1 info, 2 warning, 3 error. [any] */
    void (*log)(nnp_ctx *, int level, const char *msg);
    /* Says which tensor is needed; index >= 0, or an error to pass on. `init` names an
     * initializer (weights; NULL: zeros), also with its main parameter, "constant: 0.25".
     * SAVED lives from a forward to its backward; where none follows its data is NULL;
     * SCRATCH for one call, lead with c->workers for a part per worker. [setup] */
    int (*declare)(nnp_ctx *, uint32_t role, const char *name, uint32_t dtype,
                   uint32_t ndim, const int64_t *shape, const char *init);
    /* A named number out: see the kinds below. May return NNP_ECANCEL: pass it on. */
    int (*report)(nnp_ctx *, const char *key, double value);
    /* n draws from position `first` of this node's stream for this step: pure, so the same
     * call gives the same numbers again, in backward too. UNIFORM is [0,1). [any] */
    int (*rand)(nnp_ctx *, uint32_t dist, uint64_t first, float *dst, size_t n);
    /* body(arg, begin, end, worker) over 0..n; the chunks depend on n and grain alone.
     * A nested call runs inline. */
    int (*parallel)(nnp_ctx *, size_t n, size_t grain, nnp_body *body, void *arg);
    /* C[m,n] = alpha op(A) op(B) + beta C, f32, row-major; beta 0 does not read C. [any] */
    int (*gemm)(nnp_ctx *, int ta, int tb, int64_t m, int64_t n, int64_t k, float alpha,
                const float *a, int64_t lda, const float *b, int64_t ldb, float beta,
                float *c, int64_t ldc);
    /* Name of a tensor of this frame, or NULL. [any] */
    const char *(*name)(nnp_ctx *, uint32_t role, uint32_t i);
    /* "nnp.file/1", "nnp.product/1", "nnp.ready/1", "nnp.run/1" (below), "nnp.convolve/1"
     * (nnpipe/convolve.h), or NULL: this host has no such thing. */
    const void *(*extension)(nnp_ctx *, const char *id);
};
enum { /* roles ... */
    NNP_OUT = 1,
    NNP_WEIGHT,
    NNP_STATE,
    NNP_SAVED,
    NNP_SCRATCH,
    NNP_IN = 6,         /* for `name` only */
    NNP_NODECAY = 1 << 8, /* ... | flags: weight that decay leaves alone (a bias) */
    NNP_SUM = 1 << 9,     /* state: ranks add up */
    NNP_MEAN = 1 << 10    /* state: ranks average */
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

/* Parameter types, with the C type of the member at `offset`. */
enum {
    NNP_BOOL = 1, /* int32_t */
    NNP_INT,      /* int64_t */
    NNP_REAL,     /* double */
    NNP_STR,      /* const char * */
    NNP_PATH,     /* const char *, looked up beside the file, then among the data sets */
    NNP_ENUM,     /* int32_t, index into the range "same|valid" */
    NNP_INTS,     /* nnp_list; a single value is a list of one */
    NNP_REALS,
    NNP_STRS,
    NNP_TREE,        /* const nnp_node *, NULL when absent */
    NNP_LIVE = 256,  /* or-ed: the host may change it between calls (schedules) */
    NNP_MAIN = 512,  /* or-ed: set by the short form, `dense: 256` */
    NNP_THEN = 1024, /* or-ed to STR: names a layer that the host puts after this item */
    NNP_STREAMS = 2048 /* or-ed to STRS of a report: each names a stream; `of` gives them */
};
typedef struct nnp_param {
    const char *name;         /* the YAML key */
    uint32_t    type, offset; /* offset into self */
    const char *def;          /* as written in YAML; NULL: required; "": absent (STR, lists) */
    const char *range; /* "[0,1)", "(0,inf)", "same|valid"; NULL: any; lists: each element */
    const char *doc, *unit;
} nnp_param;

typedef struct nnp_component {
    uint32_t         size, flags; /* promises, below */
    const char      *tag;         /* NNP_TAG(kind, name): also what a scan of the file finds */
    const char      *doc;         /* first line: the summary */
    uint32_t         min_in, max_in; /* 0,0: exactly one; max UINT32_MAX: any number */
    uint32_t         self_size, n_params, param_size, pad;
    const nnp_param *params;
    nnp_fn          *open, *close; /* optional: files, handles. close always follows open */
    nnp_fn          *setup, *forward, *backward, *fit, *finish;
    const void *(*extension)(const char *id);
    const char *ports; /* names of the inputs, "keep paint mask"; NULL: by position only */
} nnp_component;

enum { /* promises; 0 is always safe */
    NNP_FREE_IN = 1,      /* backward does not read in */
    NNP_FREE_OUT = 2,     /* backward does not read out */
    NNP_INPLACE = 4,      /* out[0] may be in[0] */
    NNP_INPLACE_BWD = 8,  /* din[0] may be dout[0] */
    NNP_REENTRANT = 16,   /* forward may run concurrently on one self */
    NNP_ELEMENTWISE = 32, /* optimizer: any slicing of the tensors gives the same result */
    NNP_WHOLE = 64,       /* optimizer: all weights in one call; estimator: all rows */
    NNP_NONDET = 128,     /* not bit-exact */
    NNP_STANDIN = 256,    /* stands for the layer that its THEN parameter names */
    NNP_GRADIENT = 512,   /* optimizer: rewrites dweight only, runs before the others */
    NNP_MIXES = 1024,     /* rows of a batch influence each other (batch statistics) */
    NNP_HIGHER = 2048,    /* metric, report: a larger value is better */
    NNP_READY = 4096,     /* layer: says when elements are final ("nnp.ready/1") */
    NNP_BOTH = 8192,      /* loss: backward writes out[0] too, so no forward need come before */
    NNP_WRITES = 16384    /* backward sets dweight instead of adding to it where flags say EMPTY */
};

/*
 * The kinds, and what their slots see (R required, o optional). Rows come first in every
 * stream. setup runs before the first forward and whenever an input shape changes: cheap,
 * idempotent, weights and states come out the same.
 *
 * layer        setup R: declares OUT, WEIGHT, ...; forward R: out from in; backward o.
 *              extension("nnp.sweep/1") o: an nnp_sweep, if each number of out[0] comes from
 *              the one of in[0] in its place.
 * loss         in[0] `of` prediction, in[1] `to` target, in[2] `where` a mask if n_in is 3
 *              (a component that takes one says max_in 3; like in[0], or a number per row
 *              or token). setup R: out[0] is one f32 per row (or per token), the mean over
 *              the row's elements (weighted by the mask), not divided by rows. A second OUT "prediction", if declared, is
 *              in[0] as a prediction (probabilities of logits); metrics and `predict` read
 *              it, its data is NULL when unwanted. forward R; backward R:
 *              din[0] = dout[0] * dL/din[0], row by row. BOTH: backward writes out[0] as
 *              forward does, also where din[0] is not wanted; a training step has no forward.
 * optimizer    per weight: setup o declares STATE; forward R updates weight[0] in place
 *              from dweight[0], state, c->lr. A rate is a REAL parameter named lr, LIVE: the
 *              host schedules it and gives it as c->lr. GRADIENT: rewrites dweight. WHOLE:
 *              all weights in one call.
 * regularizer  weight[0]. forward o: report("penalty"); backward o: dweight[0] += gradient
 *              times c->lr (its weight in the objective); finish o: projection of weight[0]
 *              after an update. At least one of them.
 * schedule     setup o (STATE); forward R: report("value") from step, epoch, progress and lr,
 *              the value configured. in[0], one f64, is the watched metric once there is
 *              one (n_in 1, data NULL before). With a STATE it is called once an epoch.
 * initializer  forward R: fills out[0] with `rand`. Fans come from the shape: weights are
 *              [out, in, ...].
 * metric       in[0], in[1], and in[2] the mask if max_in is 3. setup R: STATE | SUM (f64);
 *              fit R: absorbs a batch; finish R: report(KEY, value), KEY the component's own
 *              name for the main figure; a key with a dot is a detail. State is zeroed by
 *              the host before each evaluation.
 * loader       setup R: in[0] is i64 [n] row numbers; declares OUT for n rows, their names
 *              are the streams; report("count") rows, "test" first row of an official test
 *              part, "classes", "bytes" that all rows take in memory. forward R: rows
 *              in[0] -> out. Shuffling and prefetch are the host's.
 *              extension("nnp.columns/1") o: an nnp_column_fn.
 * transform    setup R, forward R like a layer; fit and finish o: learns STATE from the
 *              training rows. rand and NNP_TRAIN for augmentation. backward o.
 * estimator    an item of the model that learns by itself, before anything else is trained:
 *              setup R, forward R (predicts) like a layer; targets are the last inputs. fit R:
 *              one batch of training rows, in order; finish R: the end of a pass, NNP_AGAIN
 *              asks for another one, c->step is the number of the pass. The model is STATE;
 *              STATE | SUM is added up over a pass, begins it as zeros and is in no file. A
 *              STATE whose init is "sample" begins as different training rows of in[0].
 *              report() of fit and finish: figures of the pass. WHOLE: fit is called
 *              once a pass, with all training rows; setup has seen their number before,
 *              and sees that of a batch after the last pass. out is NULL in fit and finish.
 * report       setup o, forward R: extension "nnp.run/1"; report(KEY, value) adds the figure
 *              ITEM.KEY to those of the run, NNP_HIGHER as for a metric.
 * backend      extension("nnp.gemm/1") returns an nnp_gemm_fn.
 */
typedef struct nnp_plugin {
    uint32_t                    size, abi;
    const char                 *name, *version, *license, *url;
    uint32_t                    n, pad;
    const nnp_component *const *components;
} nnp_plugin;

#define NNP_TAG(kind, name) "@(#)nnp1:" kind ":" name
#define NNP_PARAMS(tab)                                                                  \
    .params = tab, .n_params = sizeof tab / sizeof *tab, .param_size = sizeof *tab
#define NNP_COMPONENT(kind, name) .size = sizeof(nnp_component), .tag = NNP_TAG(kind, name)
#define NNP_ABI                   ((uint32_t)NNP_MAJOR << 16 | NNP_MINOR)
#ifdef __cplusplus
#define NNP_C extern "C"
#else
#define NNP_C
#endif
#define NNP_PLUGIN(id, version, license, url, ...)                                       \
    NNP_C __attribute__((visibility("default"))) const nnp_plugin *nnp_plugin_v1(void);  \
    NNP_C __attribute__((visibility("default"))) const nnp_plugin *nnp_plugin_v1(void)   \
    {                                                                                    \
        static const nnp_component *const list[] = { __VA_ARGS__ };                      \
        static const nnp_plugin           p = { sizeof p, NNP_ABI, #id, version,         \
                                                license,  url,     sizeof list / sizeof *list, \
                                                0,        list };                        \
        return &p;                                                                       \
    }

/*
 * Before a hot loop's function: compiled for several x86-64 levels (with AVX2, AVX-512), the
 * best one chosen when the plugin is loaded. Never needed, often twice as fast.
 */
#ifndef NNP_HOT
#if defined __x86_64__ && defined __GLIBC__ && defined __GNUC__ && !defined __clang__ && \
    __GNUC__ >= 12 && !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__
#define NNP_HOT \
    __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define NNP_HOT
#endif
#endif

/* ---- extensions of the host --------------------------------------------------------- */

typedef int nnp_gemm_fn(int ta, int tb, int64_t m, int64_t n, int64_t k, float alpha,
                        const float *a, int64_t lda, const float *b, int64_t ldb,
                        float beta, float *c, int64_t ldc);

/* "nnp.columns/1" of a loader that was set up: the name of a column, which lasts as long as
 * self, or NULL. */
typedef const char *nnp_column_fn(const void *self, const char *stream, int64_t i);

typedef struct nnp_file { /* "nnp.file/1" */
    uint32_t size, pad;
    /* The whole file, gunzipped if it is a gzip file, with a 0 byte behind it; the host's,
     * until `release` or this instance's end. more than max bytes (0: 1 TiB): an error. */
    int (*read)(nnp_ctx *, const char *path, uint64_t max, const void **bytes, size_t *n);
    void (*release)(nnp_ctx *, const void *bytes);
    int (*exists)(nnp_ctx *, const char *path); /* 1 or 0 */
} nnp_file;

/*
 * "nnp.sweep/1" of a layer that maps numbers one by one (an activation): the same as its
 * forward and backward for n of them, wherever they stand. self is only read; y may be x, dx may
 * be dy. backward gets x as NULL or overwritten if the layer promises FREE_IN, y if FREE_OUT. [any]
 */
typedef struct nnp_sweep {
    uint32_t size, pad;
    void (*forward)(const void *self, const float *x, float *y, size_t n);
    void (*backward)(const void *self, const float *x, const float *y, const float *dy,
                     float *dx, size_t n);
} nnp_sweep;

/*
 * "nnp.ready/1": `count` stretches of n elements of out[0] (in forward) or of din[0] (in
 * backward), `step` apart, have their value: the sweep of the layer behind runs over them while
 * they are in the cache, and may overwrite them. A layer that promises READY calls it, or
 * product, for every element once, in each forward and in each backward that wants din[0], and
 * does not look at it again. Stretches that do not lie in that tensor count as not said. [any]
 */
typedef void nnp_ready_fn(nnp_ctx *, const float *first, size_t n, size_t step, size_t count);

/*
 * "nnp.product/1": y = a op(b) + bias, the bias (n, or NULL) added while the sums are in
 * registers; a is [m, k], b [k, n], or [n, k] if tb, y [m, n]; k > 0. y is then ready, if it is
 * out[0] or din[0] of a layer that promises READY. [any]
 */
typedef int nnp_product_fn(nnp_ctx *, int tb, int64_t m, int64_t n, int64_t k, const float *a,
                           const float *b, const float *bias, float *y);

typedef struct nnp_run { /* "nnp.run/1": what a report sees of a finished run */
    uint32_t size, pad;
    int64_t (*rows)(nnp_ctx *, const char *split);      /* "train", "val", "test"; -1: none */
    /* Runs the model on n rows of a split from `first`, or (split NULL) on n rows `x` of the
     * input stream `input`, elements as floats. Its streams can then be read. */
    int (*eval)(nnp_ctx *, const char *split, int64_t first, int64_t n, const char *input,
                const float *x);
    /* A stream of the last eval, all n rows; NULL: no such stream. Names as in the file, and
     * "prediction" (what the first loss makes of the model's output), "target", "input". */
    const nnp_tensor *(*stream)(nnp_ctx *, const char *name);
    /* Names of the columns of a stream if its loader knows them, else NULL. */
    const char *(*column)(nnp_ctx *, const char *stream, int64_t i);
    /* The curve of a metric ("train.loss", "val.accuracy"): n values, and their epochs. */
    int (*curve)(nnp_ctx *, const char *metric, const double **epoch, const double **value);
    const char *(*metric)(nnp_ctx *, uint32_t i); /* name of the i-th curve, or NULL */
    double (*final)(nnp_ctx *, const char *metric); /* figure of the kept weights, or NaN */
    int (*print)(nnp_ctx *, const char *text);      /* to the result, ITEM.txt */
    int (*write)(nnp_ctx *, const char *file, const void *bytes, size_t n); /* report/FILE */
    /* Says that a stated expectation was missed: the run ends with exit 7. */
    int (*missed)(nnp_ctx *, const char *text);
    /* "name", "about", "folder", "input": the stream that the model reads. */
    const char *(*about)(nnp_ctx *, const char *what);
    int (*higher)(nnp_ctx *, const char *metric); /* 1: more of it is better (NNP_HIGHER) */
    /* The i-th stream that the report's item says after `of`, `to`, `where` or a parameter
     * that is NNP_STREAMS; NULL: none. */
    const char *(*of)(nnp_ctx *, const char *port, uint32_t i);
    /* A weight ("dense1.weight") or a learned state ("pca1.components"); NULL: none. */
    const nnp_tensor *(*weight)(nnp_ctx *, const char *name);
    /* A picture of width x height pixels, red green blue alpha, as PNG: report/FILE. */
    int (*image)(nnp_ctx *, const char *file, uint32_t width, uint32_t height,
                 const uint8_t *rgba);
    /* For n rows x of the stream that the model reads (about "input"), the model working as
     * in evaluation: dx, the gradient with respect to x of the sum over a stream's elements
     * of factor times element; and y, the stream itself, unless NULL. */
    int (*gradient)(nnp_ctx *, const char *stream, int64_t n, const float *x,
                    const float *factors, float *dx, float *y);
} nnp_run;

typedef struct nnp_results { /* "nnp.results/1": the trainings of a file with several */
    uint32_t size, pad;
    /* Name of the i-th stage, in the order of the file; "" where there are seeds only. */
    const char *(*stage)(nnp_ctx *, uint32_t i);
    uint32_t (*runs)(nnp_ctx *, const char *stage); /* trainings of it, one per seed */
    /* A final figure of one of them, "test.mse": of the weights that were kept, or (last 1)
     * of those of the last epoch. NaN: there is none. */
    double (*figure)(nnp_ctx *, const char *stage, uint32_t run, const char *metric,
                     int last);
    /* The curve of a metric of one of them, as nnp_run has it for the run at hand. */
    int (*curve)(nnp_ctx *, const char *stage, uint32_t run, const char *metric,
                 const double **epoch, const double **value);
} nnp_results;

/* Does an extension of the host, which may be older than this header, have that member? */
#define NNP_OFFERS(x, type, member) \
    ((x) && (x)->size > offsetof(type, member) && (x)->member)

/* ---- conveniences, all inline -------------------------------------------------------- */

static inline float *nnp_f32(const nnp_tensor *t)
{
    return (float *)t->data;
}

static inline size_t nnp_count(const nnp_tensor *t)
{
    size_t n = 1;
    for (int32_t i = 0; i < t->ndim; i++)
        n *= (size_t)t->shape[i];
    return n;
}

static inline uint32_t nnp_type(const nnp_tensor *t)
{
    return t->code | (uint32_t)t->bits << 8 | (uint32_t)t->lanes << 16;
}

static inline size_t nnp_row(const nnp_tensor *t) /* elements behind the leading axis */
{
    size_t n = 1;
    for (int32_t i = 1; i < t->ndim; i++)
        n *= (size_t)t->shape[i];
    return n;
}

static inline double nnp_number(const nnp_tensor *t, size_t i) /* element i, any type */
{
    union {
        uint32_t u;
        float    f;
    } wide = { 0 };

    switch (nnp_type(t)) {
    case NNP_F32: return (double)((const float *)t->data)[i];
    case NNP_F64: return ((const double *)t->data)[i];
    case NNP_U8: return ((const uint8_t *)t->data)[i];
    case NNP_I8: return ((const int8_t *)t->data)[i];
    case NNP_I32: return ((const int32_t *)t->data)[i];
    case NNP_I64: return (double)((const int64_t *)t->data)[i];
    case NNP_BF16: wide.u = (uint32_t)((const uint16_t *)t->data)[i] << 16;
    }
    return (double)wide.f;
}

static inline int nnp_like(nnp_ctx *c, uint32_t role, const char *name,
                           const nnp_tensor *t)
{
    return c->host->declare(c, role, name, nnp_type(t), (uint32_t)t->ndim, t->shape, NULL);
}
#ifdef __cplusplus
}
#endif
#endif
