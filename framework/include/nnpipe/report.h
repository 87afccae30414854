/* SPDX-License-Identifier: MIT */
/*
 * report: a component that looks at a finished run. setup o, forward R, called once at
 * the end of a run: extension "nnp.run/1" is the run, "nnp.results/1" all runs of the
 * file; report(KEY, value) adds the figure ITEM.KEY to those of the run, NNP_HIGHER as
 * for a metric. All functions are for the thread of forward.
 */
#ifndef NNPIPE_REPORT_H
#define NNPIPE_REPORT_H
#include <nnpipe/plugin.h>
#ifdef __cplusplus
extern "C" {
#endif

/* Or-ed to a STRS parameter: each text names a stream; `of` of nnp_run gives them. Or-ed
 * to STR, STRS, or to a TREE whose keys are meant: figures, "accuracy" or "val.accuracy";
 * stages of the file; or both, either. Other names are refused before anything is trained.
 */
enum { NNP_STREAMS = 2048, NNP_FIGURES = 4096, NNP_STAGES = 8192 };

typedef struct nnp_run { /* "nnp.run/1": what a report sees of a finished run */
    uint32_t size, pad;
    /* Of "train", "val" or "test"; -1: there is no such part. */
    int64_t (*rows)(nnp_ctx *, const char *split);
    /* Runs the model on n rows of a split from `first`, or (split NULL) on n rows `x` of
     * the input stream `input`, elements as floats. Its streams can then be read. */
    int (*eval)(nnp_ctx *, const char *split, int64_t first, int64_t n, const char *input,
                const float *x);
    /* A stream of the last eval, all n rows; NULL: no such stream. Names as in the file,
     * and "prediction" (what the first loss makes of the model's output), "target",
     * "input". */
    const nnp_tensor *(*stream)(nnp_ctx *, const char *name);
    /* Names of the columns of a stream if its loader knows them, else NULL. */
    const char *(*column)(nnp_ctx *, const char *stream, int64_t i);
    /* The curve of a metric ("train.loss", "val.accuracy"): n values, and their epochs. */
    int (*curve)(nnp_ctx *, const char *metric, const double **epoch, const double **value);
    const char *(*metric)(nnp_ctx *, uint32_t i); /* name of the i-th curve, or NULL */
    double (*final)(nnp_ctx *, const char *metric); /* figure of the kept weights, or NaN */
    int (*print)(nnp_ctx *, const char *text);      /* to the result, ITEM.txt */
    /* Into report/FILE. */
    int (*write)(nnp_ctx *, const char *file, const void *bytes, size_t n);
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
    /* Says what this report's words and pictures show, NNP_SHOWS_...; more may be added. */
    int (*shows)(nnp_ctx *, uint32_t what);
    /* The name of class i of a stream ("target") if its loader knows it, else NULL. */
    const char *(*class_name)(nnp_ctx *, const char *stream, int64_t i);
} nnp_run;
/* The curves of the run: its page draws none itself. All trainings of the file: what the
 * report leaves stands on the page of the whole run too. */
enum { NNP_SHOWS_CURVES = 1, NNP_SHOWS_TRAININGS = 2 };

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

#ifdef __cplusplus
}
#endif
#endif
