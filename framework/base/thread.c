/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "base/thread.h"

#include <signal.h>

#include "base/denormal.h"
#include "base/number.h"

/* The handler's stack lies at the far end of the thread's own. What was there before is
 * put back: a sanitizer gives its threads a stack as well, and takes back what it finds.
 */
static void *begin(void *arg)
{
    const struct thread *t = arg;
    char                 stack[64 * 1024];
    stack_t              other = { .ss_sp = stack, .ss_size = sizeof stack }, before;

    sigaltstack(&other, &before);
    number_enter(); /* both for as long as the thread lives */
    denormal_flush();
    t->work(t->arg);
    sigaltstack(&before, NULL);
    return NULL;
}

/* A fault that its own thread blocks would end the process before anybody could say why.
 */
int thread_start(struct thread *t, void (*work)(void *arg), void *arg)
{
    static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP };
    sigset_t         blocked, before;

    *t = (struct thread){ .work = work, .arg = arg };
    sigfillset(&blocked);
    for (size_t k = 0; k < sizeof faults / sizeof *faults; k++)
        sigdelset(&blocked, faults[k]);
    pthread_sigmask(SIG_SETMASK, &blocked, &before);
    int rc = pthread_create(&t->id, NULL, begin, t);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc ? -1 : 0;
}
