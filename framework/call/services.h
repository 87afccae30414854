/* SPDX-License-Identifier: MIT */
/* The host table that plugins call, on top of struct instance. */
#ifndef NNP_CALL_SERVICES_H
#define NNP_CALL_SERVICES_H
#include "call/instance.h"

extern const nnp_host services_host;
/* Frees what nnp.file/1 read for an instance. */
void services_release_files(struct instance *i);
/* Who runs on this thread; a worker of `parallel` runs for the instance that asked. */
void services_enter(const struct instance *i, const char *slot);
/* Who runs on the kth thread that ever ran a plugin, and the number of its call: for
 * another thread to look at. NULL: nobody now. */
enum { SERVICES_SEATS = 320 };
const struct instance *services_seat(int k, const char **slot, uint64_t *call);
#endif
