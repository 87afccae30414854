/* SPDX-License-Identifier: MIT */
/* What belongs to the whole process and a plugin has to leave alone: directory, locale,
 * umask, environment, signals, the floating-point mode. */
#ifndef NNP_PLUGIN_SURROUNDINGS_H
#define NNP_PLUGIN_SURROUNDINGS_H
#include <fenv.h>
#include <signal.h>
#include <stdint.h>
#include <sys/types.h>
#include "base/strbuf.h"

struct surroundings {
    char     cwd[4096], locale[512];
    mode_t   mask;
    uint64_t environment;
    void (*signals[32])(int);
    sigset_t blocked;
    fenv_t   floats;
    unsigned float_mode;
};

void surroundings_take(struct surroundings *s);
/* "changes the umask to 000; changes the locale to C": what is different, or nothing. */
void surroundings_compare(const struct surroundings *then, const struct surroundings *now,
                          struct strbuf *out);
/* All but environment and signals as they were. */
void surroundings_restore(const struct surroundings *then);
/* Rounding, masks and flush modes of this thread, as one number. */
unsigned surroundings_float_mode(void);
#endif
