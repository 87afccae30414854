/* SPDX-License-Identifier: MIT */
/* Included before each plugin of a bundle: NNP_PLUGIN puts its components into a list that
 * the linker makes one of, in place of defining the entry of the file. */
#ifndef NNP_BUNDLED_H
#define NNP_BUNDLED_H
#include <nnpipe/plugin.h>

#undef NNP_PLUGIN_ENTRY
#define NNP_PLUGIN_ENTRY(id, version, license, url, ...)                                 \
    static const nnp_component *const bundled[]                                          \
        __attribute__((section("nnp_bundled"), used, aligned(sizeof(void *)))) = {       \
            __VA_ARGS__                                                                  \
        };
#endif
