/* SPDX-License-Identifier: MIT */
/* The worker threads. Work is cut into chunks whose number depends on n and grain only,
 * never on the number of threads, and each chunk is one call of the body: sums per chunk
 * that are then added in chunk order are the same for any width. */
#ifndef NNP_BASE_POOL_H
#define NNP_BASE_POOL_H
#include <stddef.h>
#include <stdint.h>

struct pool;
typedef void pool_body(void *arg, size_t begin, size_t end, uint32_t worker);

/* threads >= 1, the caller's included; NULL if a thread could not be started. Threads block
 * all signals. They are started at the first pool_run that has more than one chunk. */
struct pool *pool_open(unsigned threads);
unsigned     pool_width(const struct pool *p); /* pool NULL: 1 */
/* Body over 0..n in chunks of `grain` (0: one chunk), at most 4096 of them: grain is
 * doubled until that holds. A call from inside a body runs inline, chunk by chunk, as
 * that worker. pool NULL: all inline. Returns when all is done. */
void pool_run(struct pool *p, size_t n, size_t grain, pool_body *body, void *arg);
void pool_close(struct pool *p);
#endif
