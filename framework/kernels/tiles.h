/* SPDX-License-Identifier: MIT */
/* "nnp.tiles/1", as plugin.h describes it. */
#ifndef NNP_KERNELS_TILES_H
#define NNP_KERNELS_TILES_H
#include <nnpipe/plugin.h>

extern const nnp_tiles tiles;
#endif
