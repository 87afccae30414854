/* SPDX-License-Identifier: MIT */
/*
 * How chunks are handed out: `ticket` holds the number of the run in its high half and
 * the chunks left in its low half. Taking a chunk is one compare-and-swap of the whole
 * word, so a worker that wakes too late cannot take from a run it has not seen, and
 * nobody waits for workers that sleep. The run's own members are read after a chunk was
 * taken, and they stay until the last taken chunk is done.
 *
 *     pool_run of 4 chunks, two threads    ticket    done
 *       caller  publishes run 7            7 : 4     0
 *       caller  takes chunk 0              7 : 3
 *       worker  wakes, takes chunk 1       7 : 2
 *       caller  done, takes chunk 2        7 : 1     1
 *       worker  done, takes chunk 3        7 : 0     2
 *       caller  done, nothing left, waits            3
 *       worker  done: it was the last one            4
 *
 * Which thread gets which chunk is a matter of luck; what a chunk computes is not, and
 * that is why results do not depend on the number of threads.
 *
 * A run is short, some microseconds, and the next one follows at once, so threads spin
 * for a while before they sleep. The caller takes chunks like everyone else: with a pool
 * of width 2 there is one worker.
 */
#include <config.h>
#include "base/pool.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/thread.h"

enum { MOST_CHUNKS = 4096, SPINS = 1500 }; /* about 20 to 60 us */

struct stretch {
    pool_body *body;
    void      *arg;
    size_t     n, grain;
    uint32_t   chunks;
};

struct worker {
    struct pool  *pool;
    struct thread thread;
    uint32_t      number;
};

struct pool {
    _Alignas(64) atomic_uint_fast64_t ticket;
    _Alignas(64) atomic_uint_fast32_t done;
    _Alignas(64) atomic_uint sleepers;
    atomic_bool     closing, caller_sleeps;
    struct stretch  run;
    unsigned        width, started, spins;
    bool            tried;
    pthread_mutex_t one_run; /* held by the thread whose run it is */
    pthread_mutex_t lock;
    pthread_cond_t  work, finished;
    struct worker   workers[];
};

/* Where this thread stands: its number, and whether it is inside a body that others run
 * too. */
static _Thread_local struct {
    uint32_t worker;
    bool     inside;
} here;

static inline void relax(void)
{
#if defined __x86_64__ || defined __i386__
    __builtin_ia32_pause();
#elif defined __aarch64__
    __asm__ volatile("yield");
#endif
}

/* Spinning helps only if everybody has a processor of his own. */
static unsigned spins_for(unsigned width)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    return !sched_getaffinity(0, sizeof set, &set) && (unsigned)CPU_COUNT(&set) >= width
               ? SPINS
               : 0;
}

struct pool *pool_open(unsigned threads)
{
    unsigned     width = threads ? threads : 1;
    size_t       size = sizeof(struct pool) + width * sizeof(struct worker);
    struct pool *p = aligned_alloc(64, (size + 63) / 64 * 64);

    if (!p)
        return NULL;
    memset(p, 0, size);
    p->width = width;
    p->spins = spins_for(width);
    pthread_mutex_init(&p->one_run, NULL);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->work, NULL);
    pthread_cond_init(&p->finished, NULL);
    return p;
}

unsigned pool_width(const struct pool *p)
{
    return p ? p->width : 1;
}

static void run_chunk(const struct stretch *r, uint32_t chunk)
{
    size_t begin = chunk * r->grain;
    size_t end = r->n - begin < r->grain ? r->n : begin + r->grain;

    r->body(r->arg, begin, end, here.worker);
}

/* Only the last chunk has somebody to wake, and only if the caller gave up spinning. */
static void finish_chunk(struct pool *p, uint32_t chunks)
{
    if (atomic_fetch_add(&p->done, 1) + 1 != chunks || !atomic_load(&p->caller_sleeps))
        return;
    pthread_mutex_lock(&p->lock);
    pthread_cond_signal(&p->finished);
    pthread_mutex_unlock(&p->lock);
}

static void take_chunks(struct pool *p)
{
    uint_fast64_t t = atomic_load(&p->ticket);

    here.inside = true;
    while ((uint32_t)t) {
        if (!atomic_compare_exchange_weak(&p->ticket, &t, t - 1))
            continue;
        uint32_t chunks = p->run.chunks;
        run_chunk(&p->run, chunks - (uint32_t)t);
        finish_chunk(p, chunks);
        t = atomic_load(&p->ticket);
    }
    here.inside = false;
}

static bool nothing_to_do(struct pool *p)
{
    return !(uint32_t)atomic_load(&p->ticket) && !atomic_load(&p->closing);
}

static void wait_for_work(struct pool *p)
{
    for (unsigned i = 0; i < p->spins; i++) {
        if (!nothing_to_do(p))
            return;
        relax();
    }
    pthread_mutex_lock(&p->lock);
    atomic_fetch_add(&p->sleepers, 1); /* before the look at the ticket: see publish */
    while (nothing_to_do(p))
        pthread_cond_wait(&p->work, &p->lock);
    atomic_fetch_sub(&p->sleepers, 1);
    pthread_mutex_unlock(&p->lock);
}

static void work(void *arg)
{
    struct worker *w = arg;

    here.worker = w->number;
    while (!atomic_load(&w->pool->closing)) {
        take_chunks(w->pool);
        wait_for_work(w->pool);
    }
}

/* Fewer threads than asked for are slower and nothing else, so this cannot fail. */
static void start(struct pool *p)
{
    p->tried = true;
    while (p->started + 1 < p->width) {
        struct worker *w = &p->workers[p->started];
        *w = (struct worker){ .pool = p, .number = p->started + 1 };
        if (thread_start(&w->thread, work, w))
            break;
        p->started++;
    }
}

/* The ticket is stored before the look at the sleepers, and a sleeper counts itself
 * before it looks at the ticket: at least one of the two sees the other. */
static void publish(struct pool *p, const struct stretch *r)
{
    uint_fast64_t number = (atomic_load(&p->ticket) >> 32) + 1;

    p->run = *r;
    atomic_store(&p->done, 0);
    atomic_store(&p->ticket, (number & UINT32_MAX) << 32 | r->chunks);
    unsigned wake = atomic_load(&p->sleepers);
    if (!wake)
        return;
    if (wake > r->chunks - 1)
        wake = r->chunks - 1;
    pthread_mutex_lock(&p->lock);
    while (wake--)
        pthread_cond_signal(&p->work);
    pthread_mutex_unlock(&p->lock);
}

static void wait_for_others(struct pool *p, uint32_t chunks)
{
    for (unsigned i = 0; i < p->spins; i++) {
        if (atomic_load(&p->done) == chunks)
            return;
        relax();
    }
    pthread_mutex_lock(&p->lock);
    atomic_store(&p->caller_sleeps, true);
    while (atomic_load(&p->done) != chunks)
        pthread_cond_wait(&p->finished, &p->lock);
    atomic_store(&p->caller_sleeps, false);
    pthread_mutex_unlock(&p->lock);
}

static void run_shared(struct pool *p, const struct stretch *r)
{
    if (!p->tried)
        start(p);
    publish(p, r);
    take_chunks(p);
    wait_for_others(p, r->chunks);
}

static void run_inline(const struct stretch *r)
{
    for (uint32_t i = 0; i < r->chunks; i++)
        run_chunk(r, i);
}

/* The limit on chunks keeps the count in half a ticket and the cost of a chunk, some tens
 * of nanoseconds, below its work. It depends on n and grain alone, as the result does. */
static struct stretch cut(size_t n, size_t grain, pool_body *body, void *arg)
{
    if (!grain || grain >= n)
        return (struct stretch){ body, arg, n, n, 1 };
    while ((n - 1) / grain >= MOST_CHUNKS)
        grain *= 2;
    return (struct stretch){ body, arg, n, grain, (uint32_t)((n - 1) / grain + 1) };
}

/* The pool has one run at a time. A body that calls pool_run again runs it inline;
 * another thread of the program (the one that makes batches ahead) waits for its turn.
 * What has a single chunk needs no turn: most runs of a small net are such, and a lock
 * would cost them more than their work. It is not "inside" either: a run within it may
 * still use the workers. */
void pool_run(struct pool *p, size_t n, size_t grain, pool_body *body, void *arg)
{
    if (!n)
        return;
    struct stretch r = cut(n, grain, body, arg);
    if (r.chunks == 1 || !p || p->width == 1 || here.inside) {
        run_inline(&r);
        return;
    }
    pthread_mutex_lock(&p->one_run);
    run_shared(p, &r);
    pthread_mutex_unlock(&p->one_run);
}

void pool_close(struct pool *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    atomic_store(&p->closing, true);
    pthread_cond_broadcast(&p->work);
    pthread_mutex_unlock(&p->lock);
    for (unsigned i = 0; i < p->started; i++)
        pthread_join(p->workers[i].thread.id, NULL);
    pthread_cond_destroy(&p->finished);
    pthread_cond_destroy(&p->work);
    pthread_mutex_destroy(&p->lock);
    pthread_mutex_destroy(&p->one_run);
    free(p);
}
