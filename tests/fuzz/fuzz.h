/* SPDX-License-Identifier: MIT */
/* A fuzz target is one function that takes any bytes, and stops the program if something
 * that must hold does not. Built as it is, it is a test that replays corpus/TARGET; with
 * configure --with-fuzzer (clang) libFuzzer drives it:
 *
 *   NNPIPE_PLUGIN_PATH=plugins tests/fuzz/fuzz_yaml NEW_CORPUS
 * $srcdir/tests/fuzz/corpus/fuzz_yaml
 */
#ifndef NNP_FUZZ_H
#define NNP_FUZZ_H
#include <stddef.h>
#include <stdint.h>
#include "base/diag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stops with a sentence unless it holds. */
void fuzz_expect(int holds, const char *what);
/* Every message stands inside its file, and can be rendered in all forms. */
void fuzz_check_diag(const struct diag *d);

extern const char *const fuzz_numbered[]; /* 1, 2 and 3 */
/* Tries a loader. data: a line of YAML, the parameters; then the files of these names,
 * the last one NULL, with a line of four dashes between them. */
int fuzz_loader(const char *name, const char *const *names, const uint8_t *data,
                size_t size);
/* Takes the text as a pipeline file, with these arguments of --set: refused with
 * messages, or resolved into a file that is taken too and resolves into itself. */
void fuzz_resolve(const char *text, size_t n, const char *const *set);
/* Does it name a device, which may never end, or a folder above? */
int fuzz_foreign(const uint8_t *data, size_t size);
#endif
