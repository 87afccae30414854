/* SPDX-License-Identifier: MIT */
/* Weights that another program has written, taken by name and shape: all or none. */
#ifndef NNP_TRAIN_FOREIGN_H
#define NNP_TRAIN_FOREIGN_H
#include "run/session.h"

struct foreign_name { /* "fc1.weight.T=dense1.weight"; ours "": it is left out on purpose
                       */
    const char *theirs, *ours;
    bool        turned; /* one of the two is the transpose of the other */
};

/* "theirs=ours", a ".T" behind either; -1 with a message. Texts in the arena of d. */
int foreign_name_read(const char *text, struct foreign_name *out, struct diag *d);
/* Takes each tensor that the model learns, from a safetensors file or a folder of .npy
 * files that are called like tensors. Names that are not in the map are the same. What is
 * missing, left over, of another shape or not finite is told, all of it, and then nothing
 * is taken: -1. What the data's transforms learned is taken if it is there. */
int foreign_read(struct session *s, const char *path, const struct foreign_name *map,
                 size_t n, struct diag *d);
#endif
