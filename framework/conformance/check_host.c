/* SPDX-License-Identifier: MIT */
/* Checks 9 to 11: self is only read, errors that the host hands in, and what a plugin
 * must leave alone in the process. */
#include <config.h>
#include "conformance/remains.h"

#include <dirent.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "call/services.h"

/* ---- 9: self ---- */

static void check_slot(struct check *k, struct trial *t, enum probe_slot slot)
{
    size_t size = k->c->type->desc->self_size;
    void  *before = arena_alloc(&k->arena, size + 1);

    check_at(k, "%s", probe_slot_name(slot));
    if (size)
        memcpy(before, t->self, size);
    if (probe_call(&t->probe, slot) < 0)
        return;
    for (size_t i = 0; i < size; i++)
        if (((const char *)before)[i] != ((const char *)t->self)[i]) {
            check_fail(k,
                       "%s changes self (byte %zu); what changes belongs into a tensor",
                       probe_slot_name(slot), i);
            return;
        }
}

void check_self(struct check *k)
{
    struct trial         t;
    struct trial_options o = { 0 };

    if (!k->c->type->desc->forward) {
        check_skip(k, "has no forward");
        return;
    }
    if (trial_open(k, &t, &o) < 0)
        check_fail(k, "%s", trial_reason(&t));
    else
        check_slot(k, &t, PROBE_FORWARD);
    if (!k->findings && trial_has(&t, PROBE_BACKWARD))
        check_slot(k, &t, PROBE_BACKWARD);
    trial_close(&t);
}

/* ---- 10: errors and leaks ---- */

/* A host whose n-th declare answers "no memory". */
struct refusing {
    nnp_host host; /* first member: found again from ctx->host */
    int      left;
};

static int refuse_declare(nnp_ctx *c, uint32_t role, const char *name, uint32_t dtype,
                          uint32_t ndim, const int64_t *shape, const char *init)
{
    struct refusing *r = (struct refusing *)(uintptr_t)c->host;

    if (r->left-- == 0)
        return services_host.fail(c, NNP_ENOMEM, "declare was refused");
    return services_host.declare(c, role, name, dtype, ndim, shape, init);
}

static void refuse_one(struct check *k, int n, const char *name)
{
    struct refusing      r = { services_host, n };
    struct trial_options o = { .host = &r.host };
    struct trial         t;

    r.host.declare = refuse_declare;
    check_at(k, "setup while declare of `%s` fails", name);
    if (trial_open(k, &t, &o) == 0)
        check_fail(k,
                   "setup goes on although declare of `%s` failed: a negative index is "
                   "an error to pass on",
                   name);
    t.probe.inst.ctx.host = &services_host;
    trial_close(&t);
}

static void refuse_each(struct check *k)
{
    struct trial         t;
    struct trial_options o = { 0 };
    const char          *names[DECL_MAX];
    size_t               n = 0;

    if (trial_open(k, &t, &o) == 0)
        for (; n < t.probe.inst.declared.n; n++)
            names[n] = arena_strdup(&k->arena, t.probe.inst.declared.v[n].name);
    trial_close(&t);
    for (size_t i = 0; i < n && !k->findings; i++)
        refuse_one(k, (int)i, names[i]);
}

static void cancel(struct check *k)
{
    struct trial         t;
    struct trial_options o = { 0 };

    if (trial_open(k, &t, &o) == 0) {
        size_t before = t.probe.n_facts;
        t.probe.report_code = NNP_ENOTSUP;
        check_at(k, "a run while report fails");
        int rc = trial_run_quiet(&t);
        if (rc >= 0 && t.probe.n_facts > before)
            check_fail(k,
                       "goes on although report of `%s` failed: a negative result is an "
                       "error to pass on",
                       t.probe.facts[t.probe.n_facts - 1].key);
        else if (rc == PROBE_BROKEN)
            check_fail(k, "while report fails, %s", trial_reason(&t));
    }
    trial_close(&t);
}

static int count_entries(const char *folder)
{
    DIR *d = opendir(folder);
    int  n = 0;

    while (d && readdir(d))
        n++;
    if (d)
        closedir(d);
    return n;
}

/* There in builds with a sanitizer, whose heap is its own. */
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static size_t heap_used(void)
{
    struct mallinfo2 m;

    if (__sanitizer_get_current_allocated_bytes)
        return __sanitizer_get_current_allocated_bytes();
    m = mallinfo2();

    return m.uordblks + m.hblkhd;
}

static int open_and_close(struct check *k)
{
    struct trial         t;
    struct trial_options o = { 0 };

    int rc = trial_open(k, &t, &o);
    if (rc == 0)
        rc = trial_run_quiet(&t);
    trial_close(&t);
    return rc;
}

/* The first rounds fill caches of the C library; a leak grows for ever. */
static void check_leaks(struct check *k)
{
    double end = clock_seconds() + k->c->limit / 4;
    int    rounds = 0;

    check_at(k, "1000 times open and close");
    for (int i = 0; i < 20; i++)
        if (open_and_close(k) < 0)
            return;
    size_t heap = heap_used();
    int    files = count_entries("/proc/self/fd");
    while (rounds < 1000 && (rounds < 20 || clock_seconds() < end)) {
        if (open_and_close(k) < 0)
            return;
        rounds++;
    }
    size_t grown = heap_used() > heap ? heap_used() - heap : 0;
    if (grown >= 16 * (size_t)rounds)
        check_fail(k, "memory leaks: %zu bytes with every open and close",
                   grown / (size_t)rounds);
    files = count_entries("/proc/self/fd") - files;
    if (files >= rounds / 2)
        check_fail(k, "files stay open: %d after %d times open and close", files, rounds);
    check_note(k, "%d times open and close", rounds);
}

void check_errors(struct check *k)
{
    refuse_each(k);
    cancel(k);
    if (!k->findings)
        check_leaks(k);
}

/* ---- 11: the process ---- */

struct surroundings {
    char             cwd[4096], locale[512];
    mode_t           mask;
    struct sigaction signals[32];
    sigset_t         blocked;
    int              files, threads;
    unsigned         float_mode;
    off_t            printed;
};

static void look_around(struct surroundings *s, int out)
{
    const char *locale = setlocale(LC_ALL, NULL);
    struct stat st;

    memset(s, 0, sizeof *s);
    if (!getcwd(s->cwd, sizeof s->cwd))
        s->cwd[0] = 0;
    if (locale)
        memcpy(s->locale, locale, strnlen(locale, sizeof s->locale - 1));
    s->mask = umask(0);
    umask(s->mask);
    for (int i = 1; i < 32; i++)
        sigaction(i, NULL, &s->signals[i]);
    sigprocmask(SIG_SETMASK, NULL, &s->blocked);
    s->files = count_entries("/proc/self/fd");
    s->threads = count_entries("/proc/self/task");
    s->float_mode = probe_float_mode();
    fflush(NULL);
    s->printed = fstat(out, &st) == 0 ? st.st_size : 0;
}

static void compare_signals(struct check *k, const struct surroundings *a,
                            const struct surroundings *b)
{
    for (int i = 1; i < 32; i++)
        if (a->signals[i].sa_handler != b->signals[i].sa_handler) {
            check_fail(k, "changes what happens at signal %d", i);
            return;
        }
    if (memcmp(&a->blocked, &b->blocked, sizeof a->blocked) != 0)
        check_fail(k, "changes the blocked signals");
}

static void compare_surroundings(struct check *k, const struct surroundings *a,
                                 const struct surroundings *b)
{
    if (strcmp(a->cwd, b->cwd) != 0)
        check_fail(k, "changes the working directory to %s", b->cwd);
    if (strcmp(a->locale, b->locale) != 0)
        check_fail(k, "changes the locale to %s", b->locale);
    if (a->mask != b->mask)
        check_fail(k, "changes the umask to %03o", (unsigned)b->mask);
    compare_signals(k, a, b);
    if (a->files != b->files)
        check_fail(k, "leaves %d files open", b->files - a->files);
    if (a->threads != b->threads)
        check_fail(k, "leaves %d threads running", b->threads - a->threads);
    if (a->float_mode != b->float_mode)
        check_fail(k, "changes the floating-point mode");
    if (a->printed != b->printed)
        check_fail(k, "prints to stdout or stderr: use log, or the result");
}

void check_surroundings(struct check *k)
{
    struct surroundings  before, after;
    struct trial         t;
    struct trial_options o = { 0 };
    FILE                *paper = tmpfile();
    int                  out = dup(1), err = dup(2);

    if (!paper || out < 0 || err < 0) {
        check_skip(k, "no temporary file to catch what it prints");
        return;
    }
    fflush(NULL);
    dup2(fileno(paper), 1);
    dup2(fileno(paper), 2);
    look_around(&before, fileno(paper));
    check_at(k, "open, setup, a run, close");
    if (trial_open(k, &t, &o) == 0)
        trial_run_quiet(&t);
    trial_close(&t);
    look_around(&after, fileno(paper));
    after.float_mode += t.probe.mode_changed;
    dup2(out, 1);
    dup2(err, 2);
    close(out);
    close(err);
    fclose(paper);
    compare_surroundings(k, &before, &after);
}
