/* SPDX-License-Identifier: MIT */
/* What every plugin test uses: opens a component as a pipeline would, gives it inputs,
 * calls its slots in guarded memory, compares. Whatever goes wrong fails the test with a
 * sentence.
 *
 *   struct nnt *t = nnt_open("layer", "leaky_relu", "{slope: 0.25}");
 *
 *   nnt_in(t, NNP_F32, S(1, 4), V(-4, -0.5, 0, 2));
 *   nnt_forward(t);
 *   nnt_expect(&t->out[0], V(-1, -0.125, 0, 2));
 *   nnt_gradient(t, 1);
 *   nnt_close(t);
 *
 * Memory around every tensor is guarded, and outputs are full of NaN before they are
 * written; both are looked at after every call. */
#ifndef NNT_H
#define NNT_H
#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <nnpipe/data.h>

/* libcheck writes down the place of every assertion that holds, with a system call each:
 * most of the time of a test that asserts in loops. This writes each place once, so that
 * a crash is "after" the last one that was reached for the first time. */
void nnt_mark(const char *file, int line);
#define _mark_point nnt_mark

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* Literal values and shapes: V(1, 2.5, -3), S(2, 3). V0: zeros. */
struct nnt_values {
    size_t        n;
    const double *v;
};
struct nnt_shape {
    uint32_t       n;
    const int64_t *v;
};
#define V(...)                                                                           \
    ((struct nnt_values){ sizeof((double[]){ __VA_ARGS__ }) / sizeof(double),            \
                          (const double[]){ __VA_ARGS__ } })
#define S(...)                                                                           \
    ((struct nnt_shape){ sizeof((int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t),           \
                         (const int64_t[]){ __VA_ARGS__ } })
#define V0 ((struct nnt_values){ 0, NULL })

struct probe;

struct nnt {
    /* The frame: shapes after nnt_setup, data that a test may read and write. */
    const nnp_tensor *in, *din, *out, *dout, *weight, *dweight, *state, *saved, *scratch;
    /* step, epoch, progress and flags may be set before a call; lr is the parameter `lr`
     * of an optimizer, else 1. flags are NNP_TRAIN unless changed. */
    nnp_ctx      *ctx;
    void         *self;  /* the parameters */
    struct probe *probe; /* conformance/probe.h, for tests that need more */
};

/* yaml: what stands behind the name in a pipeline, "{units: 3}", "3", NULL; its places
 * are called test.yaml. */
struct nnt *nnt_open(const char *kind, const char *name, const char *yaml);
struct nnt *nnt_open_seed(const char *kind, const char *name, const char *yaml,
                          uint64_t seed); /* of `rand`; nnt_open: 1 */
void        nnt_close(struct nnt *t);

/* ---- before setup: what the frame holds ---- */

/* The next input. A number that the type cannot hold fails the test. */
void nnt_in(struct nnt *t, uint32_t dtype, struct nnt_shape shape, struct nnt_values v);
/* An input whose data are NULL (a metric that is not there yet). */
void nnt_in_absent(struct nnt *t, uint32_t dtype, struct nnt_shape shape);
/* The weight of an optimizer or a regularizer (one, or several for WHOLE), f32; its
 * gradient starts as zeros: nnt_set(&t->dweight[0], V(...)) after nnt_setup. */
void nnt_weight(struct nnt *t, struct nnt_shape shape, struct nnt_values v);
/* Loaders, initializers: initializers get this out[0], f32; a loader gets n row numbers
 * as in[0] through nnt_in. */
void nnt_out(struct nnt *t, struct nnt_shape shape);

/* Runs setup and makes the memory. Weights and states: zeros, or ones if init is "ones",
 * else small random numbers. Called by the first call of a slot if a test does not. */
void nnt_setup(struct nnt *t);
/* Another shape for an input; the next call sets up again. Weights and states stay. */
void nnt_reshape(struct nnt *t, uint32_t input, struct nnt_shape shape,
                 struct nnt_values v);

/* ---- values ---- */

/* As many values as elements, or V0. */
void nnt_set(const nnp_tensor *t, struct nnt_values v);
void nnt_fill(const nnp_tensor *t, double v);
/* Uniform in [low,high), from a stream of its own per seed. */
void   nnt_random(const nnp_tensor *t, double low, double high, uint64_t seed);
double nnt_get(const nnp_tensor *t, size_t i);
/* By name, as declared: nnt_tensor(t, NNP_STATE, "m"). NULL does not exist: fails. */
const nnp_tensor *nnt_tensor(struct nnt *t, uint32_t role, const char *name);

/* ---- calls ---- */

/* The slot's result, 0 or more; an error fails the test with its message. forward fills
 * out with NaN first and fails if one of them is left (floats), backward does so with
 * din; dweight is added to. The random stream is that of (seed, step). dout is ones until
 * set. */
int nnt_forward(struct nnt *t);
int nnt_infer(struct nnt *t); /* forward without NNP_TRAIN: saved is NULL */
int nnt_backward(struct nnt *t);
int nnt_fit(struct nnt *t);
int nnt_finish(struct nnt *t);
/* The value reported under this key since the last nnt_clear, the newest one; not there:
 * fails. nnt_reported only asks. */
double nnt_report(struct nnt *t, const char *key);
bool   nnt_reported(const struct nnt *t, const char *key);
/* What a loader said of its rows. */
const nnp_rows *nnt_rows(const struct nnt *t);
void            nnt_clear(struct nnt *t);
/* Changes a parameter as a schedule would. */
void nnt_live(struct nnt *t, const char *param, double value);
/* Answers host->extension(id), for reports. */
void nnt_extension(struct nnt *t, const char *id, const void *answer);

/* ---- comparing ---- */

/* Every element, to 1e-6 relative to the larger of 1 and the value; NaN equals NaN. */
void nnt_expect(const nnp_tensor *t, struct nnt_values v);
void nnt_expect_tol(const nnp_tensor *t, struct nnt_values v, double tol);
void nnt_expect_shape(const nnp_tensor *t, uint32_t dtype, struct nnt_shape shape);
void nnt_expect_number(double got, double want, double tol); /* tol as above */
/* backward against central differences at the present inputs, weights and dout (which it
 * sets at random from the seed): all inputs and weights of float type; for a regularizer
 * dweight against the penalty. tol is 1e-3 of the largest gradient of the tensor. States
 * and values are put back. Zero on both sides is not agreement: fails. Which inputs are
 * left out: bits of `skip` (a target; an input that backward ignores on purpose). */
void nnt_gradient(struct nnt *t, uint64_t seed);
void nnt_gradient_opt(struct nnt *t, uint64_t seed, double tol, uint32_t skip);

/* ---- refusals ---- */

/* The first message that these parameters get, "test.yaml:1:9: slope: 7 is outside
 * [0,1]"; accepted: fails. In memory that lasts as long as the test. */
const char *nnt_refusal(const char *kind, const char *name, const char *yaml);
/* What setup, or another slot, says against inputs and parameters given so far: the
 * plugin's words alone, without the host's prefix. Accepted: fails. */
const char *nnt_setup_refusal(struct nnt *t);
const char *nnt_forward_refusal(struct nnt *t);
const char *nnt_fit_refusal(struct nnt *t);
const char *nnt_finish_refusal(struct nnt *t);
int         nnt_refusal_code(const struct nnt *t); /* of the latest one: NNP_EIO ... */

/* ---- files ---- */

/* Writes a file into a folder of this test and returns its path; the folder goes away
 * when the test ends. */
const char *nnt_file(const char *name, const void *bytes, size_t n);
const char *nnt_text_file(const char *name, const char *text);
const char *nnt_folder(void);

/* Runs the suite; TAP where CK_TAP_LOG_FILE_NAME says; 0 if all passed. Frees s. */
int nnt_main(Suite *s);
#endif
