/* SPDX-License-Identifier: MIT */
/* Formulas made of names and numbers of a captured step, in the language of
 * base/formula.h. */
#ifndef NNP_EXPLAIN_MAKER_H
#define NNP_EXPLAIN_MAKER_H
#include "explain/ranks.h"
#include "explain/sheet.h"

struct maker {
    struct arena        *arena;
    struct capture      *c;
    const struct ranks  *ranks;
    struct sheet        *sheet;
    size_t               terms; /* of a sum that are shown */
    const struct rank   *only;  /* of it one unit alone is shown; NULL: of all some */
    size_t               unit;
};

struct factors { /* of numbers of the step */
    double f[4];
    int    n;
};

/* "0.645656", "-0.4"; with a bracket around what is negative. */
const char *maker_number(const struct maker *m, double v);
const char *maker_factor(const struct maker *m, double v);
/* The name of a number of a stream, of a weight. */
const char *maker_unit(const struct maker *m, int stream, size_t e);
const char *maker_weight(const struct maker *m, size_t param, size_t e);
/* "sigma", the function of an activation. */
const char *maker_function(const struct maker *m, const struct rank *k);
/* "0.1 + 0.5 * 1 - 0.4 * 0"; of many the first and the largest. *left: how many are left
 * out, *rest: their sum. */
const char *maker_sum(const struct maker *m, const struct factors *p, size_t n,
                      size_t *left, double *rest);
/* A formula with numbers, or other names, in the place of some: pairs "x", "0.5", ...,
 * NULL; parameters of the instance have theirs, and what is 0 or 1 goes away. The right
 * side of the statement that defines `of`. NULL: there is none. */
const char *maker_put(const struct maker *m, const struct formula **statements,
                      const char *of, const struct instance *i, const char *const *pairs);
#endif
