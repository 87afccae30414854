/* SPDX-License-Identifier: MIT */
/* Two places for a batch and whose turn it is: while the model reads the one, a thread
 * makes the next batch in the other. Without that thread each batch is made when it is
 * asked for, always in the same place. Who opened it calls everything in here, on one
 * thread. */
#ifndef NNP_RUN_FEED_AHEAD_H
#define NNP_RUN_FEED_AHEAD_H
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/diag.h"
#include "base/thread.h"
#include "frames/bind.h"

enum { FEED_PLACES = 2 };

struct feed_place {
    struct tray at;   /* its slab is freed by feed_ahead_close */
    int64_t     rows; /* 0: there is no batch left */
    int         rc;
};

/* Makes the next batch: sets rows and rc. Runs on the thread if there is one. */
typedef void feed_make_fn(void *arg, struct feed_place *to, struct diag *d);

struct feed_ahead {
    feed_make_fn     *make;
    void             *arg;
    struct feed_place place[FEED_PLACES];
    int               turn;     /* place of the batch that comes next */
    bool              threaded; /* a thread makes it */
    struct arena      scrap;    /* of errors made on the thread */
    struct diag       trouble;
    struct thread     thread;
    pthread_mutex_t   mutex;
    pthread_cond_t    changed;
    bool              wanted, made, quit; /* under the mutex */
};

/* The places are empty: who calls gives them memory before the first batch. threaded: if
 * there is a thread to be had. It must stay where it is until it is closed. */
void feed_ahead_open(struct feed_ahead *a, feed_make_fn *make, void *arg, bool threaded);
void feed_ahead_close(struct feed_ahead *a);
/* A thread still at work on a batch that nobody wants any more is waited for. Afterwards
 * the place, and what `make` works with, is the caller's until feed_ahead_ask. */
struct feed_place *feed_ahead_settle(struct feed_ahead *a);
/* The thread begins with the next batch. */
void feed_ahead_ask(struct feed_ahead *a);
/* The batch, once it is made. NULL after errors, those of the thread among them. */
struct feed_place *feed_ahead_take(struct feed_ahead *a, struct diag *d);
/* That batch is in use from now on: the thread begins with the next in the other place. */
void feed_ahead_turn(struct feed_ahead *a);
#endif
