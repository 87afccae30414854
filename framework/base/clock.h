/* SPDX-License-Identifier: MIT */
/* The only file that asks for the time. */
#ifndef NNP_BASE_CLOCK_H
#define NNP_BASE_CLOCK_H
#include <stddef.h>

double clock_seconds(void); /* monotonic */
double clock_cpu(void);     /* of this process */
/* UTC, ISO 8601, SOURCE_DATE_EPOCH honoured; out holds at least 32 bytes. */
void clock_iso(char *out, size_t size);
#endif
