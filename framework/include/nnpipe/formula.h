/* SPDX-License-Identifier: MIT */
/*
 * What a component computes, in words that people write: extension "nnp.formula/1" of a
 * layer, loss, optimizer or regularizer. `plugin info`, docs/plugins and `nnpipe explain`
 * show it, as text or TeX. Who offers none is shown by its numbers.
 *
 *     static const nnp_formula formula = { sizeof formula, 0,
 *         .forward = "y = 1 / (1 + e^(-x))", .backward = "y' = y (1 - y)" };
 *     NNP_FORMULA(extension, formula)        ... .extension = extension,
 *
 * A formula is statements with `;` between them: letters, numbers, + - * / ^, what stands
 * side by side is multiplied, [x > 0] is 1 or 0, exp log sqrt tanh erf abs sign max min
 * sigma are functions, a bracket right behind any name is its argument. w_jk has a
 * subscript, sum_k(w_jk x_k) is a sum over k, d(E, x_k) the derivative of the error E. A
 * parameter goes by its name (lr, beta1, slope).
 *
 * Some names mean one number of the frame; a formula in which nothing else stands is
 * checked by `plugin test` against forward and backward, and `explain` puts the numbers in:
 *
 *   layer        x, y          of in[0] and out[0] at one place; backward: y' = dy/dx
 *   loss         x, t          prediction and target at one place; forward: L, of which
 *                              the row has the mean; backward: L' = dL/dx
 *   optimizer    w, g, t       weight, gradient, the number of the update from 1; and the
 *                              letters of `states`. Statements are done in their order; a
 *                              state or w stands for its old value until it is set
 *   regularizer  w             of weight[0]; forward: R, summed; backward: R' = dR/dw
 */
#ifndef NNPIPE_FORMULA_H
#define NNPIPE_FORMULA_H
#include <string.h>
#include <nnpipe/plugin.h>

enum { NNP_OF_NOTHING = 0, NNP_OF_IN = 1, NNP_OF_WEIGHT = 2 };
typedef struct nnp_factor { /* a number of the frame: in[tensor], weight[tensor] */
    uint32_t of, tensor;
    int64_t  element;
} nnp_factor;
typedef struct nnp_terms { /* of the host, for the call */
    uint32_t size, pad;
    void    *arg;
    /* Another term, times a b; NNP_OF_NOTHING counts as 1. Negative: pass it on. */
    int (*add)(void *arg, double times, nnp_factor a, nnp_factor b);
} nnp_terms;

typedef struct nnp_formula {
    uint32_t    size, pad;
    const char *forward;  /* NULL, here and below: nothing to say */
    const char *backward; /* the gradient with respect to the input */
    const char *weight;   /* ... to the weights */
    const char *update;   /* what becomes of a weight: optimizers, max_norm */
    const char *states;   /* letters of the states in their order, "m v" */
    const char *decay; /* the parameter that counts only for weights with NNP_DECAY */
    /* Another one for this configuration; c is NULL before setup. NULL: this one. */
    const struct nnp_formula *(*choose)(const nnp_ctx *c, const void *self);
    /* Layer: this number of out[0] as a sum of products, for these inputs. Backward and
     * the gradients of weights follow from it. */
    int (*terms)(nnp_ctx *c, const void *self, int64_t element, const nnp_terms *t);
} nnp_formula;

/* The function that answers for a component. */
#define NNP_FORMULA(name, formula)                                                       \
    static const void *name(const char *id)                                              \
    {                                                                                    \
        return strcmp(id, "nnp.formula/1") == 0 ? &formula : NULL;                       \
    }

static inline nnp_factor nnp_of_in(uint32_t tensor, int64_t element)
{
    nnp_factor f = { NNP_OF_IN, tensor, element };

    return f;
}

static inline nnp_factor nnp_of_weight(uint32_t tensor, int64_t element)
{
    nnp_factor f = { NNP_OF_WEIGHT, tensor, element };

    return f;
}

static inline nnp_factor nnp_of_nothing(void)
{
    nnp_factor f = { NNP_OF_NOTHING, 0, 0 };

    return f;
}
#endif
