/* SPDX-License-Identifier: MIT */
/* The one entry of plugins/bundled.so (configure --enable-bundled). */
#include <nnpipe/plugin.h>

/* The linker's names for where the section begins and ends. */
extern const nnp_component *const __start_nnp_bundled[], *const __stop_nnp_bundled[];

NNP_C __attribute__((visibility("default"))) const nnp_plugin *nnp_plugin_v1(void);
NNP_C __attribute__((visibility("default"))) const nnp_plugin *nnp_plugin_v1(void)
{
    static nnp_plugin p = { .size = sizeof p,
                            .abi = NNP_ABI,
                            .name = "bundled",
                            .version = "1.0",
                            .license = "MIT",
                            .url = NULL,
                            .components = __start_nnp_bundled };

    p.n = (uint32_t)(__stop_nnp_bundled - __start_nnp_bundled);
    return &p;
}
