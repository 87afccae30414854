/* SPDX-License-Identifier: MIT */
/* Four floats at a time: what every x86-64 and every 64-bit ARM has. */
#include <config.h>

#define TAPS_ISA   taps_base
#define MATMUL_ISA matmul_base
#define WIDTH      4
#define MR         6
#define VEC        four
/* Fused only where an instruction does it: elsewhere fmaf is a call of the C library for
 * every single number. */
#if defined __FP_FAST_FMAF
#define SMADD(x, y, z) __builtin_fmaf(x, y, z)
#else
#define SMADD(x, y, z) ((x) * (y) + (z))
#endif
#define MADD(x, y, z) madd(x, y, z)

typedef float four __attribute__((vector_size(16)));

/* Where the machine fuses, the lanes must fuse as SMADD does. */
static inline __attribute__((always_inline)) four madd(four x, four y, four z)
{
#if defined __FP_FAST_FMAF
    return (four){ SMADD(x[0], y[0], z[0]), SMADD(x[1], y[1], z[1]),
                   SMADD(x[2], y[2], z[2]), SMADD(x[3], y[3], z[3]) };
#else
    return x * y + z;
#endif
}

#define TURN(v) turn(v)

/* Rows to columns, in place. */
static inline __attribute__((always_inline)) void turn(four v[4])
{
    four a = v[0], b = v[1], c = v[2], d = v[3];

    v[0] = (four){ a[0], b[0], c[0], d[0] };
    v[1] = (four){ a[1], b[1], c[1], d[1] };
    v[2] = (four){ a[2], b[2], c[2], d[2] };
    v[3] = (four){ a[3], b[3], c[3], d[3] };
}

#include "kernels/matmul_kernel.h"
#include "kernels/taps_kernel.h"
