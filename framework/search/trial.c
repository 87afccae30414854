/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "search/trial.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fsio.h"
#include "base/processors.h"
#include "search/claim.h"

enum { BEAT_MS = 500, SAID_MAX = 1 << 16 };

/* ---- folders ---- */

static bool ends_with(const char *name, const char *end)
{
    size_t n = strlen(name), m = strlen(end);

    return n >= m && strcmp(name + n - m, end) == 0;
}

/* Files whose names end so, in all folders below; "" is every file, and the folders. */
static void drop(const char *folder, const char *end)
{
    struct arena scrap = { 0 };
    DIR         *dir = opendir(folder);

    for (struct dirent *e; dir && (e = readdir(dir));) {
        const char *path = arena_printf(&scrap, "%s/%s", folder, e->d_name);
        struct stat st;
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") || lstat(path, &st))
            continue;
        if (S_ISDIR(st.st_mode))
            drop(path, end);
        else if (ends_with(e->d_name, end))
            (void)unlink(path);
    }
    if (dir)
        closedir(dir);
    if (!*end)
        (void)rmdir(folder);
    arena_close(&scrap);
}

void trial_drop_weights(const char *folder)
{
    drop(folder, ".nnw");
}

void trial_drop(const char *folder)
{
    drop(folder, "");
}

/* ---- the process ---- */

/* The first line that the crash of a plugin left; its place is that of the plugin. */
static const char *last_words(struct arena *a, const char *folder)
{
    struct diag quiet;
    char       *text;
    size_t      n;

    diag_init(&quiet, a);
    if (fsio_read(arena_printf(a, "%s/said.txt", folder), SAID_MAX, &text, &n, &quiet))
        return NULL;
    const char *line = n ? arena_strndup(a, text, strcspn(text, "\n")) : NULL;
    const char *what = line ? strstr(line, "error: ") : NULL;
    free(text);
    line = what ? what + 7 : line; /* the place was in a text that nobody has */
    return line;
}

static char *failed_with(const char *reason, double seconds)
{
    struct json j = { 0 };

    json_open(&j, '{');
    json_key(&j, "state"), json_text(&j, "failed");
    json_key(&j, "epochs"), json_whole(&j, 0);
    json_key(&j, "reason"), json_text(&j, reason);
    json_key(&j, "seconds"), json_number(&j, seconds);
    json_close(&j);
    return j.text.text;
}

/* Until the other end is closed, which is when the child ends. The beat goes on. */
static struct strbuf listen_to(struct search *s, int fd, pid_t child, struct claim *claim)
{
    struct strbuf all = { 0 };
    struct pollfd p = { .fd = fd, .events = POLLIN };
    char          part[4096];
    ssize_t       n = 1;
    bool          asked = false;

    while (n > 0) {
        int ready = poll(&p, 1, BEAT_MS);
        if (claim)
            claim_beat(s, claim);
        if (s->options.interrupted && *s->options.interrupted && !asked) {
            asked = true;
            kill(child, SIGTERM);
        }
        if (ready <= 0)
            continue;
        n = read(fd, part, sizeof part);
        if (n > 0)
            strbuf_add(&all, part, (size_t)n);
        if (n < 0 && errno == EINTR)
            n = 1;
    }
    return all;
}

/* A child that was killed from outside, by a machine that ran out of memory perhaps: its
 * trial is tried again. */
static bool was_killed(int status)
{
    return WIFSIGNALED(status) &&
           (WTERMSIG(status) == SIGKILL || WTERMSIG(status) == SIGTERM);
}

/* 0: *out is what it told. 1: it told nothing, because it was ended from outside. */
static int run_once(struct search *s, const struct search_trial *t, struct trial_run *r,
                    int *status)
{
    struct diag *d = s->loading->diag;
    double       begun = clock_seconds();
    int          ends[2];

    if (pipe(ends))
        return diag_error(d, NULL, "pipe: %s", strerror(errno));
    r->parent = getpid();
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        child_run(s, t, r, ends[1]); /* does not return */
    }
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return diag_error(d, NULL, "fork: %s", strerror(errno));
    }
    struct strbuf told = listen_to(s, ends[0], child, r->claim);
    close(ends[0]);
    while (waitpid(child, status, 0) < 0 && errno == EINTR)
        ;
    if (told.n && told.text[told.n - 1] == '}') {
        r->told = told.text;
        return 0;
    }
    strbuf_close(&told);
    if ((s->options.interrupted && *s->options.interrupted) || was_killed(*status))
        return 1;
    struct arena scrap = { 0 };
    const char  *words = last_words(&scrap, r->folder);
    const char  *how =
        WIFSIGNALED(*status)
             ? arena_printf(&scrap, "killed by %s", strsignal(WTERMSIG(*status)))
             : arena_printf(&scrap, "ended with exit code %d", WEXITSTATUS(*status));
    r->told = failed_with(words ? words : how, clock_seconds() - begun);
    arena_close(&scrap);
    return 0;
}

int trial_train(struct search *s, const struct search_trial *t, struct trial_run *r)
{
    enum { TIMES = 3 };
    struct arena scrap = { 0 };
    int          status = 0, rc;

    r->told = NULL;
    for (int time = 1; (rc = run_once(s, t, r, &status)) > 0; time++) {
        if (s->options.interrupted && *s->options.interrupted)
            return 1;
        if (time < TIMES)
            continue;
        r->told = failed_with(arena_printf(&scrap, "killed %d times by %s", TIMES,
                                           strsignal(WTERMSIG(status))),
                              0);
        arena_close(&scrap);
        return 0;
    }
    return rc;
}
