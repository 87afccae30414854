/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "run/arithmetic.h"

#include <stdlib.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#include "kernels/cpu.h"

const char *arithmetic_kernels(void)
{
    return cpu_kernels()->name;
}

/* The levels of the x86-64 ABI, as target_clones looks for them: those that plugins of
 * this tree have code for. */
const char *arithmetic_processor(void)
{
#if defined __x86_64__ && defined __GNUC__
    bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
              __builtin_cpu_supports("bmi2");
    bool v4 = v3 && __builtin_cpu_supports("avx512f") &&
              __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
              __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    return v4 ? "x86-64-v4" : v3 ? "x86-64-v3" : "x86-64";
#elif defined __aarch64__
    return "aarch64";
#else
    return "other";
#endif
}

const char *arithmetic_backend(const struct session *s)
{
    return s->services.gemm ? s->services.backend : "none";
}

/* clang says of itself that it is gcc 4.2.1. */
const char *arithmetic_compiler(void)
{
#ifdef __clang__
    return __VERSION__;
#else
    return "gcc " __VERSION__;
#endif
}

static const char *c_library(void)
{
#ifdef __GLIBC__
    return gnu_get_libc_version();
#else
    return "unknown";
#endif
}

const char *arithmetic_text(struct arena *a, const struct session *s)
{
    return arena_printf(a, "kernels %s, processor %s, backend %s, compiler %s, glibc %s",
                        arithmetic_kernels(), arithmetic_processor(),
                        arithmetic_backend(s), arithmetic_compiler(), c_library());
}
