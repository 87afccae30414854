/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/stop.h"

#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/crash.h"

/* A signal handler can reach nothing else. */
static volatile int    interrupted;
static volatile double interrupted_at;
static volatile int    snapshot;

/* The second one leaves at once; but one Ctrl-C may arrive twice, from the terminal and
 * from a parent that passes it on. clock_gettime, behind clock_seconds, is safe in a
 * handler. */
static void on_signal(int sig)
{
    double now = clock_seconds();

    if (interrupted && now - interrupted_at > 0.3)
        _exit(128 + sig);
    if (!interrupted) {
        interrupted_at = now;
        crash_patience(sig);
    }
    interrupted = sig;
}

static void on_request(int sig)
{
    snapshot = sig;
}

/* Asked to end, by who can: a user, a batch queue whose time is up (SIGXCPU, SIGUSR2), or
 * a reader of the output that has gone. SIGHUP is also what nohup ignores: a run started
 * so stays deaf to it. */
void stop_catch(void)
{
    static const int ends[] = { SIGINT, SIGTERM, SIGXCPU, SIGUSR2, SIGPIPE };
    struct sigaction a = { .sa_handler = on_signal }, was;

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        sigaction(ends[i], &a, NULL);
    a = (struct sigaction){ .sa_handler = on_request, .sa_flags = SA_RESTART };
    sigaction(SIGUSR1, &a, NULL);
    if (!sigaction(SIGHUP, NULL, &was) && was.sa_handler != SIG_IGN)
        sigaction(SIGHUP, &a, NULL);
}

volatile int *stop_signal(void)
{
    return &interrupted;
}

volatile int *stop_snapshot(void)
{
    return &snapshot;
}
