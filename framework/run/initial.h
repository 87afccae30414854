/* SPDX-License-Identifier: MIT */
#ifndef NNP_RUN_INITIAL_H
#define NNP_RUN_INITIAL_H
#include "run/session.h"

/* What weights and states start from: as the file says, else as the plugin declared, else
 * zeros. States without an initializer are left as they are. */
int initial_set(const struct session *s, struct diag *d);
#endif
