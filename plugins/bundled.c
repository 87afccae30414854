/* SPDX-License-Identifier: MIT */
/* The one entry of plugins/bundled.so (configure --enable-bundled). */
#include <nnpipe/plugin.h>

/* The linker's names for where the section begins and ends. */
extern const nnp_component *const __start_nnp_bundled[], *const __stop_nnp_bundled[];

NNP_C __attribute__((visibility("default"))) const nnp_plugin *nnp_plugin_v1(void);
NNP_C __attribute__((visibility("default"))) const nnp_plugin *nnp_plugin_v1(void)
{
    /* clang-format off */
    static nnp_plugin p = {
        sizeof p, NNP_ABI, "bundled", NNP_OURS, 0, 0, __start_nnp_bundled
    };
    /* clang-format on */

    p.n = (uint32_t)(__stop_nnp_bundled - __start_nnp_bundled);
    return &p;
}
