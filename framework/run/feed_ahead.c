/* SPDX-License-Identifier: MIT */
/*
 *   thread that trains                      thread ahead
 *     ask                    wanted -->       makes batch 1 in place 0
 *     take: waits for        <-- made
 *     turn: reads place 0    wanted -->       makes batch 2 in place 1
 *     take: waits for        <-- made
 *     turn: reads place 1    wanted -->       makes batch 3 in place 0
 *
 * `turn` says that the batch before is read no more, and it is what makes two places
 * enough. Only wanted, made and quit are under the mutex: places and trouble belong to
 * the thread ahead from wanted to made, and to the one that trains from made to wanted.
 */
#include <config.h>
#include "run/feed_ahead.h"

#include <stdlib.h>

static void serve(void *arg)
{
    struct feed_ahead *a = arg;

    pthread_mutex_lock(&a->mutex);
    for (;;) {
        while (!a->wanted && !a->quit)
            pthread_cond_wait(&a->changed, &a->mutex);
        if (a->quit)
            break;
        a->wanted = false;
        pthread_mutex_unlock(&a->mutex);
        a->make(a->arg, &a->place[a->turn], &a->trouble);
        pthread_mutex_lock(&a->mutex);
        a->made = true;
        pthread_cond_broadcast(&a->changed);
    }
    pthread_mutex_unlock(&a->mutex);
}

void feed_ahead_ask(struct feed_ahead *a)
{
    if (!a->threaded)
        return;
    pthread_mutex_lock(&a->mutex);
    a->made = false;
    a->wanted = true;
    pthread_cond_broadcast(&a->changed);
    pthread_mutex_unlock(&a->mutex);
}

struct feed_place *feed_ahead_settle(struct feed_ahead *a)
{
    if (a->threaded) {
        pthread_mutex_lock(&a->mutex);
        while (!a->made)
            pthread_cond_wait(&a->changed, &a->mutex);
        pthread_mutex_unlock(&a->mutex);
    }
    return &a->place[a->turn];
}

static void take_trouble(struct feed_ahead *a, struct diag *d)
{
    for (size_t i = 0; i < a->trouble.n; i++) {
        const struct diag_entry *e = &a->trouble.entries[i];
        d->class = e->class;
        diag_code(d, e->at.source ? &e->at : NULL, e->code, "%s", e->text);
        if (e->machine)
            diag_blame_machine(d);
    }
    d->class = DIAG_RUN;
    a->trouble.n = a->trouble.errors = 0;
}

struct feed_place *feed_ahead_take(struct feed_ahead *a, struct diag *d)
{
    struct feed_place *p = feed_ahead_settle(a);

    if (!a->threaded)
        a->make(a->arg, p, d);
    if (!p->rc)
        return p;
    if (a->threaded)
        take_trouble(a, d);
    return NULL;
}

void feed_ahead_turn(struct feed_ahead *a)
{
    if (!a->threaded)
        return;
    a->turn = (a->turn + 1) % FEED_PLACES;
    feed_ahead_ask(a);
}

void feed_ahead_open(struct feed_ahead *a, feed_make_fn *make, void *arg, bool threaded)
{
    *a = (struct feed_ahead){ .make = make, .arg = arg, .made = true };
    pthread_mutex_init(&a->mutex, NULL);
    pthread_cond_init(&a->changed, NULL);
    diag_init(&a->trouble, &a->scrap);
    a->trouble.class = DIAG_RUN;
    a->threaded = threaded && thread_start(&a->thread, serve, a) == 0;
}

void feed_ahead_close(struct feed_ahead *a)
{
    if (a->threaded) {
        feed_ahead_settle(a);
        pthread_mutex_lock(&a->mutex);
        a->quit = true;
        pthread_cond_broadcast(&a->changed);
        pthread_mutex_unlock(&a->mutex);
        pthread_join(a->thread.id, NULL);
    }
    for (int i = 0; i < FEED_PLACES; i++)
        free(a->place[i].at.slab);
    pthread_mutex_destroy(&a->mutex);
    pthread_cond_destroy(&a->changed);
    arena_close(&a->scrap);
}
