/* SPDX-License-Identifier: MIT */
/* The one way to start a thread. */
#ifndef NNP_BASE_THREAD_H
#define NNP_BASE_THREAD_H
#include <pthread.h>

/* Who starts it keeps it where it is until the thread has ended. */
struct thread {
    pthread_t id; /* for pthread_join, pthread_detach */
    void (*work)(void *arg);
    void *arg;
};

/* Calls work(arg) on a thread of its own, which holds the C locale and takes denormals
 * for zeros. Signals from outside go to the thread that called main; faults stay with the
 * thread that commits them, and a stack that is used up leaves the handler another one.
 * -1: there is no thread to be had. */
int thread_start(struct thread *t, void (*work)(void *arg), void *arg);
#endif
