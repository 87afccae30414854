/* SPDX-License-Identifier: MIT */
/* Checks 10 and 11: errors that the host hands in, and what a plugin must leave alone in
 * the process. */
#include <config.h>
#include "conformance/remains.h"

#include <dirent.h>
#include <locale.h>
#if defined HAVE_MALLINFO2 || defined HAVE_MALLINFO
#include <malloc.h>
#endif
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "call/services.h"
#include "plugin/surroundings.h"

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

/* 0: the C library does not say (musl), and no leak of memory is found. One before glibc
 * 2.33 counts up to 2 GiB, and a difference is right beyond that. */
static size_t heap_used(void)
{
    if (__sanitizer_get_current_allocated_bytes)
        return __sanitizer_get_current_allocated_bytes();
#if defined HAVE_MALLINFO2
    struct mallinfo2 m = mallinfo2();
    return m.uordblks + m.hblkhd;
#elif defined HAVE_MALLINFO
    struct mallinfo m = mallinfo();
    return (size_t)(unsigned)m.uordblks + (size_t)(unsigned)m.hblkhd;
#else
    return 0;
#endif
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

/* How often, and what the heap holds more afterwards; -1: a run failed. *files: that are
 * open and were not before, looked at on the way: a plugin that leaves them open meets
 * the limit of the process otherwise, often 1024, and that is then said of whoever is
 * there. */
static int open_often(struct check *k, int most, double end, size_t *grown, int *files)
{
    size_t heap = heap_used();
    int    open = count_entries("/proc/self/fd"), rounds = 0;

    while (rounds < most && (rounds < 20 || clock_seconds() < end) && *files < 64) {
        if (open_and_close(k) < 0)
            return -1;
        if (++rounds % 16 == 0)
            *files = count_entries("/proc/self/fd") - open;
    }
    *grown = heap_used() > heap ? heap_used() - heap : 0;
    return rounds;
}

/* The first rounds fill caches of the C library, and later ones may once more; a leak
 * grows for ever. So what has grown has to grow as much again. */
static void check_leaks(struct check *k)
{
    double end = clock_seconds() + k->c->limit / 4;
    int    rounds, left = 0, more, others = 0;
    size_t grown, again;

    check_at(k, "1000 times open and close");
    for (int i = 0; i < 20; i++)
        if (open_and_close(k) < 0)
            return;
    rounds = open_often(k, 1000, end, &grown, &left);
    if (rounds < 0)
        return;
    if (grown >= 16 * (size_t)rounds) {
        more = open_often(k, rounds, end + k->c->limit / 4, &again, &others);
        if (more < 0)
            return;
        rounds = more;
        grown = again;
    }
    if (grown >= 16 * (size_t)rounds)
        check_fail(k,
                   "memory leaks: %zu bytes are still held after each instance (open, "
                   "setup, a run, close)",
                   grown / (size_t)rounds);
    if (left >= rounds / 2)
        check_fail(k, "files stay open: %d after %d times open and close", left, rounds);
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

struct traces { /* beside what surroundings has */
    int   files, threads;
    off_t printed;
};

static void look_around(struct surroundings *s, struct traces *t, int out)
{
    struct stat st;

    surroundings_take(s);
    t->files = count_entries("/proc/self/fd");
    t->threads = count_entries("/proc/self/task");
    fflush(NULL);
    t->printed = fstat(out, &st) == 0 ? st.st_size : 0;
}

struct watch { /* of the process, while something runs */
    struct surroundings around;
    struct traces       traces;
    FILE               *paper; /* what it prints; NULL: there is no such file */
    int                 out, err;
};

static bool watch_begin(struct watch *w)
{
    w->paper = tmpfile();
    w->out = dup(1);
    w->err = dup(2);
    if (!w->paper || w->out < 0 || w->err < 0)
        return false;
    fflush(NULL);
    dup2(fileno(w->paper), 1);
    dup2(fileno(w->paper), 2);
    look_around(&w->around, &w->traces, fileno(w->paper));
    return true;
}

/* A finding for each difference; `when` goes before it. */
static void watch_end(struct check *k, struct watch *w, const char *when)
{
    struct surroundings now;
    struct traces       t;
    struct strbuf       text = { 0 };

    look_around(&now, &t, fileno(w->paper));
    dup2(w->out, 1);
    dup2(w->err, 2);
    close(w->out);
    close(w->err);
    fclose(w->paper);
    surroundings_compare(&w->around, &now, &text);
    if (text.n && !*when) /* who loads it tells of that */
        check_fail(k, "%s", strbuf_text(&text));
    strbuf_close(&text);
    if (t.files != w->traces.files)
        check_fail(k, "%sleaves %d files open", when, t.files - w->traces.files);
    if (t.threads != w->traces.threads && !*when) /* libraries may have theirs */
        check_fail(k, "%sleaves %d threads running", when, t.threads - w->traces.threads);
    if (t.printed != w->traces.printed)
        check_fail(k, "%sprints to stdout or stderr: use log, or the result", when);
}

void check_surroundings(struct check *k)
{
    struct watch         w;
    struct trial         t;
    struct trial_options o = { 0 };

    if (k->c->type->left)
        check_fail(k, "when it is loaded, it %s", k->c->type->left);
    for (size_t i = 0; k->c->loading && k->c->loading[i]; i++)
        check_fail(k, "%s", k->c->loading[i]);
    if (!watch_begin(&w)) {
        check_skip(k, "no temporary file to catch what it prints");
        return;
    }
    check_at(k, "open, setup, a run, close");
    if (trial_open(k, &t, &o) == 0)
        trial_run_quiet(&t);
    trial_close(&t);
    watch_end(k, &w, "");
    if (t.probe.mode_changed)
        check_fail(k, "changes the floating-point mode");
}

void check_loading(struct check *k)
{
    struct watch w;
    struct diag  d;

    diag_init(&d, &k->arena);
    check_at(k, "loading");
    if (!watch_begin(&w))
        return;
    k->c->load(k->c->arg, &d);
    watch_end(k, &w, "when it is loaded, it ");
}
