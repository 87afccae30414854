/* SPDX-License-Identifier: MIT */
/* The rows of a stream as predict writes them. */
#ifndef NNP_CLI_PREDICT_OUT_H
#define NNP_CLI_PREDICT_OUT_H
#include <nnpipe/plugin.h>
#include <stdbool.h>
#include <stddef.h>

enum predict_form { PREDICT_CSV, PREDICT_JSONL, PREDICT_NPY };

/* Takes what was written so far; -1 ends the writing. */
typedef int predict_put(void *arg, const void *bytes, size_t n);

/* What the scores of a row are for, or n 0; a single score is that of the second of two.
 * Then CSV has a column `class`, with head a line of names too, and JSON the same words.
 */
struct predict_names {
    const char *const *classes;
    size_t             n;
    bool               head;
    bool               only; /* the class alone: its name, else its number; .npy: i64 */
};

/* -1: put did not take it. The text of all rows is some times as long as their numbers,
 * so it is never in memory as a whole. Each number with the digits by which the same one
 * is read again. */
int predict_out(const nnp_tensor *t, enum predict_form form,
                const struct predict_names *names, predict_put *put, void *arg);
#endif
