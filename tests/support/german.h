/* SPDX-License-Identifier: MIT */
/* A process that writes 0,5: as programs are that call setlocale before they use the
 * host. */
#ifndef NNT_GERMAN_H
#define NNT_GERMAN_H
#include <stdbool.h>

/* The whole process becomes German. False: there is no such locale and no localedef that
 * makes one. */
bool german_begin(void);
void german_end(void);
#endif
