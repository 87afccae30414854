/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/crash.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "plugin/dso.h"
#include "call/instance.h"
#include "call/call_limit.h"
#include "call/seat.h"

/* A handler needs a stack of its own: the ordinary one may be what was used up. */
static char stack[64 * 1024];

struct last_words {
    size_t n;
    char   text[4096];
};

/* Only functions that are safe in a signal handler from here on: no stdio, no malloc. */
static void put_text(struct last_words *l, const char *s)
{
    size_t n = s ? strlen(s) : 0, room = sizeof l->text - l->n;

    n = n < room ? n : room;
    if (n)
        memcpy(l->text + l->n, s, n);
    l->n += n;
}

static void put_number(struct last_words *l, unsigned v)
{
    char text[16], *p = text + sizeof text - 1;

    *p = 0;
    do
        *--p = (char)('0' + v % 10);
    while (v /= 10);
    put_text(l, p);
}

static void put_place(struct last_words *l, const struct at *at)
{
    if (!at->source)
        return;
    put_text(l, at->source->name);
    put_text(l, ":");
    put_number(l, at->line);
    put_text(l, ":");
    put_number(l, at->column);
    put_text(l, ": ");
}

/* "mlp.yaml:14:5: error: layer act1 (acme.swish 1.0, /path/swish.so): forward: " */
static void put_plugin(struct last_words *l, const struct instance *i, const char *slot)
{
    const struct component *t = i->type;
    const char *const       parts[] = { "error: ", t->kind, " ",        i->name, " (",
                                        t->name,   " ",     t->version, ", ",    t->file,
                                        "): ",     slot,    ": " };

    put_place(l, &i->at);
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
        put_text(l, parts[k]);
}

static void say(const struct last_words *l)
{
    for (size_t done = 0; done < l->n;) {
        ssize_t n = write(2, l->text + done, l->n - done);
        if (n <= 0)
            return;
        done += (size_t)n;
    }
}

/* Several threads may be at fault at the same moment: the first one speaks, and ends the
 * process while the others wait. */
static void take_the_word(void)
{
    static int taken;

    while (__atomic_exchange_n(&taken, 1, __ATOMIC_ACQ_REL))
        pause();
}

static void accuse(const struct instance *i, const char *slot, const char *did,
                   const char *what, int code)
{
    struct last_words l = { .n = 0 };

    take_the_word();
    put_plugin(&l, i, slot);
    put_text(&l, did);
    put_text(&l, what);
    put_text(&l, "\n  try   nnpipe plugin test ");
    put_text(&l, i->type->file);
    put_text(&l, "\n");
    say(&l);
    _exit(code);
}

static void blame(const struct instance *i, const char *slot, const char *did,
                  const char *what)
{
    accuse(i, slot, did, what, DIAG_PLUGIN);
}

/* "error: /path/swish.so: crashed with SIGABRT (...) while it was being loaded" */
static void blame_file(const char *file, const char *did, const char *what)
{
    struct last_words l = { .n = 0 };

    take_the_word();
    put_text(&l, "error: ");
    put_text(&l, file);
    put_text(&l, did);
    put_text(&l, what);
    put_text(&l, " while it was being loaded\n");
    say(&l);
    _exit(DIAG_PLUGIN);
}

static void on_crash(int number)
{
    struct last_words      l = { .n = 0 };
    const char            *slot, *file = dso_loading();
    const struct instance *i = seat_running(&slot);

    if (file)
        blame_file(file, ": crashed with ", dso_signal_text(number));
    if (i)
        blame(i, slot, "crashed with ", dso_signal_text(number));
    take_the_word();
    put_text(&l, "error: crashed outside any plugin with ");
    put_text(&l, dso_signal_text(number));
    put_text(&l,
             "\n  this is a fault of nnpipe itself; please report it with the file\n");
    say(&l);
    signal(number, SIG_DFL);
    raise(number);
}

/* A plugin that calls exit would end the run as if all were well. */
static void on_exit_call(void)
{
    const char            *slot, *file = dso_loading();
    const struct instance *i = seat_running(&slot);

    if (i)
        blame(i, slot, "called exit, which a plugin must not do", "");
    if (file)
        blame_file(file, ": called exit", "");
}

/* On the thread that watches, while the plugin still runs. */
static void on_late(const struct instance *i, const char *slot)
{
    blame(i, slot, "does not end: it has taken longer than --call-limit allows", "");
}

int crash_limit(double seconds)
{
    return call_limit_begin(seconds, on_late);
}

/* ---- asked to end, and a plugin does not come back ---- */

enum { PATIENCE = 3 }; /* seconds */

static struct {
    int      number;           /* of the signal */
    uint64_t calls[SEAT_MOST]; /* at the last look */
} asked;

/* Somebody who was in the same call already? Notes who is in which for the next look. */
static const struct instance *who_stays(const char **slot)
{
    const struct instance *stays = NULL;

    for (int k = 0; k < SEAT_MOST; k++) {
        const char            *at;
        uint64_t               call;
        const struct instance *i = seat_look(k, &at, &call);

        if (i && !stays && call == asked.calls[k]) {
            stays = i;
            *slot = at;
        }
        asked.calls[k] = i ? call : 0;
    }
    return stays;
}

static const char *name_of(int number)
{
    if (number == SIGINT)
        return "SIGINT (Ctrl-C)";
    return number == SIGTERM ? "SIGTERM" : "it was asked to end";
}

static void on_alarm(int number)
{
    const char            *slot;
    const struct instance *i = who_stays(&slot);

    (void)number;
    if (i)
        accuse(i, slot, "has not come back 3 s after ", name_of(asked.number),
               128 + asked.number);
    alarm(PATIENCE);
}

void crash_patience(int number)
{
    struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
    const char      *slot;

    asked.number = number;
    who_stays(&slot);
    sigaction(SIGALRM, &action, NULL);
    alarm(PATIENCE);
}

void crash_install(void)
{
    static const int numbers[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
    stack_t          other = { .ss_sp = stack, .ss_size = sizeof stack };
    struct sigaction action = { .sa_handler = on_crash, .sa_flags = SA_ONSTACK };

    sigfillset(&action.sa_mask); /* a fault of the handler itself ends the process */
    sigaltstack(&other, NULL);
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        sigaction(numbers[k], &action, NULL);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of write */
    atexit(on_exit_call);
}
