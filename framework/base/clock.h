/* SPDX-License-Identifier: MIT */
/* The only file that asks for the time. */
#ifndef NNP_BASE_CLOCK_H
#define NNP_BASE_CLOCK_H
#include <stddef.h>
#include <stdint.h>

double clock_seconds(void); /* monotonic */
/* UTC, ISO 8601, of so many seconds since 1970; 0: of now. out holds at least 32 bytes. */
void clock_iso(int64_t at, char *out, size_t size);
#endif
