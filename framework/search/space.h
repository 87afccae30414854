/* SPDX-License-Identifier: MIT */
/* The settings that a search may try, as points: a number for each key of search.space, its
 * value or the place of a choice, NaN where `when` turns it off. */
#ifndef NNP_SEARCH_SPACE_H
#define NNP_SEARCH_SPACE_H
#include <nnpipe/search.h>
#include "pipeline/spec.h"

struct space {
    const struct search_spec *spec;
    nnp_dim                  *dim;
    size_t                    n;
};

void space_open(struct space *s, struct arena *a, const struct search_spec *spec);
/* Makes of a point the nearest one that a file can say: reals of 6 digits, whole steps,
 * what is off is NaN. false: a number in it is not finite. */
bool space_settle(const struct space *s, double *x);
/* Does `only` hold of a settled point? Yes where something that it names is off. */
bool space_allows(const struct space *s, const double *x);
bool space_same(const struct space *s, const double *x, const double *y);
/* How many settled points there are that `only` allows; -1: without end, or more than
 * `most` have to be looked at. */
int64_t space_count(const struct space *s, int64_t most);
/* The i-th point in the order of a counter whose last key runs fastest, settled; 1, or 0:
 * it is another one's twin; -1 behind the last. */
int space_nth(const struct space *s, int64_t i, double *x);
/* A point from numbers in [0, 1), settled. */
void space_at(const struct space *s, const double *u, double *x);
/* The value of key i as in the file. */
const char *space_text(const struct space *s, struct arena *a, size_t i, double v);
/* "optim.adam.lr=0.00213 vars.width=256", in the arena. */
const char *space_list(const struct space *s, struct arena *a, const double *x);
/* `base` and behind it "path=value" of all that is on, NULL-terminated: as --set has it. */
const char *const *space_set(const struct space *s, struct arena *a,
                             const char *const *base, const double *x);
/* Does a condition over the keys hold? -1: a key that it names is off, or it cannot be
 * computed. */
int space_holds(const struct space *s, const struct expr *e, const double *x);
#endif
