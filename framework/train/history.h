/* SPDX-License-Identifier: MIT */
/* The figures of a training over its epochs. */
#ifndef NNP_TRAIN_HISTORY_H
#define NNP_TRAIN_HISTORY_H
#include <stddef.h>

struct curve { /* of one figure: n values and the epochs they are of */
    const char *name;
    double     *epoch, *value;
    size_t      n, room;
};

struct history {          /* all zeros: empty */
    struct curve *curves; /* in the order in which their figures came first; malloc'ed */
    size_t        n, room;
};

/* The name is not copied: it must live as long as the history. */
void history_add(struct history *h, const char *name, double epoch, double value);
/* NULL: there is none. Valid until the next history_add. */
const struct curve *history_find(const struct history *h, const char *name);
void                history_clear(struct history *h);
#endif
