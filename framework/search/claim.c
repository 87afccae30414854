/* SPDX-License-Identifier: MIT */
/*
 * A claim is made by renaming a folder that already holds its owner: rename puts a folder
 * in the place of none or of an empty one, never of one that holds something, on NFS as
 * well. So no claim is ever without an owner, and of two that are made at once one fails.
 */
#include <config.h>
#include "search/claim.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fsio.h"
#include "search/host.h"

enum { BEAT_SECONDS = 10, LEASE_SECONDS = 120, OWNER_MAX = 4096 };

const char *claim_folder(const struct search *s, struct arena *a, int64_t trial)
{
    return arena_printf(a, "%s/trials/%04" PRId64, s->folder, trial);
}

/* ---- owners ---- */

struct owner {
    char      identity[200];
    long      pid;
    long long started;
    int64_t   beat;
};

static int write_owner(struct search *s, const char *claim, int64_t beat)
{
    struct arena scrap = { 0 };
    const char  *text =
        arena_printf(&scrap, "%s %ld %lld %" PRId64 "\n", host_identity(&scrap),
                     (long)getpid(), host_started(getpid()), beat);
    int rc = fsio_replace(arena_printf(&scrap, "%s/owner", claim), text, strlen(text),
                          s->loading->diag);

    arena_close(&scrap);
    return rc;
}

static bool read_owner(const char *claim, struct owner *o)
{
    struct arena scrap = { 0 };
    struct diag  quiet;
    char        *text;
    size_t       n;
    bool         read = false;

    diag_init(&quiet, &scrap);
    *o = (struct owner){ .pid = 0 };
    if (!fsio_read(arena_printf(&scrap, "%s/owner", claim), OWNER_MAX, &text, &n,
                   &quiet)) {
        char *end = strchr(text, ' ');
        if (end && (size_t)(end - text) < sizeof o->identity) {
            memcpy(o->identity, text, (size_t)(end - text));
            o->pid = strtol(end, &end, 10);
            o->started = strtoll(end, &end, 10);
            o->beat = strtoll(end, &end, 10);
            read = o->pid > 0;
        }
        free(text);
    }
    arena_close(&scrap);
    return read;
}

/* Clocks are not compared: it counts how long this process has seen the beat stand still.
 */
static bool is_silent(struct search *s, const char *claim, const struct owner *o)
{
    struct arena        *a = s->loading->arena;
    double               now = clock_seconds();
    double               most = s->options.lease > 0 ? s->options.lease : LEASE_SECONDS;
    struct search_lease *l = NULL;

    for (size_t i = 0; i < s->n_leases && !l; i++)
        if (strcmp(s->lease[i].path, claim) == 0)
            l = &s->lease[i];
    if (!l) {
        s->lease =
            arena_grow(a, s->lease, s->n_leases, s->n_leases + 1, sizeof *s->lease);
        l = &s->lease[s->n_leases++];
        *l = (struct search_lease){ arena_strdup(a, claim), o->beat - 1, now };
    }
    if (l->beat != o->beat) {
        l->beat = o->beat;
        l->since = now;
    }
    return now - l->since > most;
}

static bool is_dead(struct search *s, const char *claim)
{
    struct arena scrap = { 0 };
    struct owner o;
    bool         known = read_owner(claim, &o);
    const char  *self = host_identity(&scrap);
    long long    started = known ? host_started((pid_t)o.pid) : 0;
    bool         here = known && strcmp(o.identity, self) == 0 && started >= 0;
    size_t       name = strcspn(self, "/");
    /* The same machine, started anew since. */
    bool anew =
        known && !here && strncmp(o.identity, self, name + 1) == 0 &&
        strncmp(o.identity + name, self + name, strcspn(self + name + 1, "/") + 1) != 0;

    arena_close(&scrap);
    if (here)
        return started != o.started;
    return anew || is_silent(s, claim, &o);
}

/* ---- claims ---- */

static int64_t last_claim(struct arena *a, const char *what)
{
    int64_t n = 0;

    while (fsio_exists(arena_printf(a, "%s/%" PRId64, what, n + 1)))
        n++;
    return n;
}

/* 1: made; 0: somebody was faster. */
static int make(struct search *s, const char *what, struct claim *c)
{
    struct arena *a = s->loading->arena;
    const char   *own = arena_printf(a, "%s/.%s-%ld", what, host_name(a), (long)getpid());

    if (mkdir(what, 0777) && errno != EEXIST)
        return diag_error(s->loading->diag, NULL, "%s: %s", what, strerror(errno));
    if (mkdir(own, 0777) && errno != EEXIST)
        return diag_error(s->loading->diag, NULL, "%s: %s", own, strerror(errno));
    if (write_owner(s, own, 0))
        return -1;
    if (rename(own, c->path) == 0)
        return 1;
    int why = errno;
    (void)unlink(arena_printf(a, "%s/owner", own));
    (void)rmdir(own);
    if (why == EEXIST || why == ENOTEMPTY)
        return 0;
    return diag_error(s->loading->diag, NULL, "%s: %s", c->path, strerror(why));
}

int claim_take(struct search *s, const char *what, struct claim *out)
{
    struct arena *a = s->loading->arena;
    int64_t       n = last_claim(a, what);
    const char   *last = arena_printf(a, "%s/%" PRId64, what, n);

    if (n && !is_dead(s, last))
        return 0;
    *out = (struct claim){ .path = arena_printf(a, "%s/%" PRId64, what, n + 1),
                           .number = n + 1,
                           .before = n ? last : NULL,
                           .beaten = clock_seconds() };
    return make(s, what, out);
}

void claim_beat(struct search *s, struct claim *c)
{
    double now = clock_seconds();

    if (now - c->beaten < BEAT_SECONDS)
        return;
    c->beaten = now;
    (void)write_owner(s, c->path, ++c->beat); /* the next one may succeed */
}
