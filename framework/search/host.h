/* SPDX-License-Identifier: MIT */
/* Who a process is, so that others can tell whether it still lives. */
#ifndef NNP_SEARCH_HOST_H
#define NNP_SEARCH_HOST_H
#include <stdbool.h>
#include <sys/types.h>
#include "base/arena.h"

/* Of this machine, of letters that a file's name may have. */
const char *host_name(struct arena *a);
/* The machine since it was started, and the room of process numbers in it: only of the
 * same one can a process be looked up. */
const char *host_identity(struct arena *a);
/* When a process was started, in the machine's own ticks; 0: there is none (or it has ended
 * and only its parent does not know yet). -1: this system does not tell. */
long long host_started(pid_t pid);
#endif
