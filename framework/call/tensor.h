/* SPDX-License-Identifier: MIT */
/* Descriptions of tensors: how large they are, and how they are told to people. */
#ifndef NNP_CALL_TENSOR_H
#define NNP_CALL_TENSOR_H
#include <nnpipe/plugin.h>
#include "base/arena.h"

size_t tensor_bytes(const nnp_tensor *t); /* of its data */
/* "64 x 28 x 28" without the leading rows; "a single number" for none. Text in arena. */
const char *tensor_text(struct arena *a, const nnp_tensor *t);
/* The same of all axes, for a tensor without rows. */
const char *tensor_shape(struct arena *a, const nnp_tensor *t);
#endif
