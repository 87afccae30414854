/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "base/denormal.h"

_Thread_local bool denormal_flushed;

#if defined __x86_64__ || defined __SSE__

enum { FLUSH = 1 << 15, ARE_ZEROS = 1 << 6 }; /* results, operands: bits of MXCSR */

static uint64_t mode(void)
{
    return __builtin_ia32_stmxcsr();
}

static void set_mode(uint64_t m)
{
    __builtin_ia32_ldmxcsr((unsigned)m);
}

static const uint64_t bits = FLUSH | ARE_ZEROS;

#elif defined __aarch64__

static uint64_t mode(void)
{
    uint64_t m;

    __asm__ volatile("mrs %0, fpcr" : "=r"(m));
    return m;
}

static void set_mode(uint64_t m)
{
    __asm__ volatile("msr fpcr, %0" : : "r"(m));
}

static const uint64_t bits = 1 << 24; /* FZ: results and operands */

#else /* they stay what they are */

static uint64_t mode(void)
{
    return 0;
}

static void set_mode(uint64_t m)
{
    (void)m;
}

static const uint64_t bits = 0;

#endif

uint64_t denormal_flush(void)
{
    uint64_t before = mode();

    set_mode(before | bits);
    denormal_flushed = true;
    return before;
}

/* Flags of what happened since (inexact, overflow) are kept; the two bits are not. */
void denormal_restore(uint64_t before)
{
    set_mode((mode() & ~bits) | (before & bits));
    denormal_flushed = false;
}
