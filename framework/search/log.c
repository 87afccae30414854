/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "search/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fsio.h"
#include "base/json.h"
#include "base/strbuf.h"
#include "search/host.h"
#include "text/tree.h"

/* {"crc":"01234567", */
enum { CRC_LENGTH = 18 };

/* ---- trials ---- */

struct search_trial *log_trial(struct search *s, int64_t number)
{
    struct arena *a = s->loading->arena;

    if (number >= s->room) {
        int64_t room = number < 32 ? 64 : 2 * number;
        s->trial = arena_grow(a, s->trial, (size_t)s->n, (size_t)room, sizeof *s->trial);
        s->room = room;
    }
    for (; s->n <= number; s->n++) {
        struct search_trial *t = s->trial[s->n] = arena_alloc(a, sizeof *t);
        t->number = s->n;
        t->x = arena_array(a, s->space.n + 1, sizeof *t->x);
        t->value = (double)NAN;
    }
    return s->trial[number];
}

/* ---- writing ---- */

int log_open(struct search *s)
{
    struct arena *a = s->loading->arena;

    for (int n = 1; n < 10000; n++) {
        s->fd_path = arena_printf(a, "%s/trials-%s-%ld-%d.jsonl", s->folder, host_name(a),
                                  (long)getpid(), n);
        s->fd =
            open(s->fd_path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
        if (s->fd >= 0)
            return 0;
        if (errno != EEXIST)
            break;
    }
    return diag_error(s->loading->diag, NULL, "%s: %s", s->fd_path, strerror(errno));
}

void log_close(struct search *s)
{
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
}

/* Nothing but whole lines may follow each other: where one could not be written, no other
 * one comes behind it. */
static int append(struct search *s, struct json *j)
{
    struct strbuf line = { 0 };
    const char   *rest = strbuf_text(&j->text) + 1;

    strbuf_printf(&line, "{\"crc\":\"%08x\",%s\n",
                  (unsigned)fsio_crc32(0, rest, strlen(rest)), rest);
    ssize_t n = write(s->fd, line.text, line.n);
    int     rc = n == (ssize_t)line.n && fsync(s->fd) == 0 ? 0 : -1;
    if (rc)
        diag_error(s->loading->diag, NULL, "%s: %s", s->fd_path,
                   n < 0 || n == (ssize_t)line.n ? strerror(errno) : "the disk is full");
    strbuf_close(&line);
    strbuf_close(&j->text);
    return rc;
}

static void begin(struct json *j, const char *event, int64_t number)
{
    *j = (struct json){ 0 };
    json_open(j, '{');
    json_key(j, "e"), json_text(j, event);
    json_key(j, "t"), json_whole(j, number);
}

/* "0-13 15": the trials whose results were seen. */
static const char *seen_text(struct arena *a, const struct search_trial *t)
{
    struct strbuf text = { 0 };

    for (int64_t i = 0, k; i < t->number; i = k + 1) {
        for (k = i; k < t->number && t->seen[k] == t->seen[i]; k++)
            ;
        k--;
        if (!t->seen[i])
            continue;
        strbuf_printf(&text, "%s%" PRId64, text.n ? " " : "", i);
        if (k > i)
            strbuf_printf(&text, "-%" PRId64, k);
    }
    const char *kept = arena_strdup(a, strbuf_text(&text));
    strbuf_close(&text);
    return kept;
}

int log_ask(struct search *s, const struct search_trial *t)
{
    struct arena scrap = { 0 };
    struct json  j;

    begin(&j, "ask", t->number);
    json_key(&j, "seen"), json_text(&j, seen_text(&scrap, t));
    json_key(&j, "by"), json_text(&j, t->by);
    json_key(&j, "set"), json_open(&j, '{');
    for (size_t i = 0; i < s->space.n; i++)
        if (!isnan(t->x[i])) {
            json_key(&j, s->space.dim[i].name);
            json_text(&j, space_text(&s->space, &scrap, i, t->x[i]));
        }
    json_close(&j);
    json_key(&j, "x"), json_open(&j, '[');
    for (size_t i = 0; i < s->space.n; i++)
        json_number(&j, t->x[i]);
    json_close(&j);
    json_close(&j);
    int rc = append(s, &j);
    arena_close(&scrap);
    return rc;
}

int log_told(struct search *s, int64_t number, int64_t claim, const char *rest)
{
    struct json j;

    begin(&j, "told", number);
    json_key(&j, "claim"), json_whole(&j, claim);
    strbuf_puts(&j.text, ",");
    strbuf_puts(&j.text, rest + 1);
    strbuf_close(&j.open);
    return append(s, &j);
}

/* ---- reading ---- */

static double real_of(const struct node *map, const char *key)
{
    const struct node *n = tree_find(map, key);
    double             v;

    return n && n->kind == NODE_SCALAR && !tree_real(n, &v, NULL) ? v : (double)NAN;
}

static int64_t whole_of(const struct node *map, const char *key)
{
    double v = real_of(map, key);

    return isnan(v) ? -1 : (int64_t)v;
}

static const char *text_of(const struct node *map, const char *key)
{
    const struct node *n = tree_find(map, key);

    return n && n->kind == NODE_SCALAR ? n->text : "";
}

static int refuse(const struct search *s, const char *path, int64_t number,
                  const char *what)
{
    return diag_error(s->loading->diag, NULL,
                      "%s: trial %" PRId64 " has %s here than elsewhere; another "
                      "version of nnpipe or of a plugin, or other data, is at work",
                      path, number, what);
}

static void read_seen(struct arena *a, struct search_trial *t, const char *text)
{
    t->seen = arena_array(a, (size_t)t->number + 1, sizeof *t->seen);
    while (*text) {
        char   *end;
        int64_t first = strtoll(text, &end, 10), last = first;
        if (end == text)
            return;
        if (*end == '-')
            last = strtoll(end + 1, &end, 10);
        for (int64_t i = first; i >= 0 && i <= last && i < t->number; i++)
            t->seen[i] = true;
        text = end + strspn(end, " ");
    }
}

/* false: they are no settings of this space. */
static bool read_point(const struct search *s, const struct node *list, double *x)
{
    struct arena scrap = { 0 };
    double      *y = arena_array(&scrap, s->space.n + 1, sizeof *y);
    bool         whole = list && list->kind == NODE_SEQ && list->n == s->space.n;

    for (size_t i = 0; whole && i < s->space.n; i++)
        if (list->values[i]->kind != NODE_SCALAR ||
            tree_real(list->values[i], &x[i], NULL))
            x[i] = (double)NAN;
    if (whole)
        memcpy(y, x, s->space.n * sizeof *y);
    whole = whole && space_settle(&s->space, y) && space_same(&s->space, x, y) &&
            space_allows(&s->space, y);
    arena_close(&scrap);
    return whole;
}

static int read_ask(struct search *s, const char *path, struct search_trial *t,
                    const struct node *line)
{
    struct arena scrap = { 0 };
    double      *x = arena_array(&scrap, s->space.n + 1, sizeof *x);
    int          rc = 0;

    if (!read_point(s, tree_find(line, "x"), x) ||
        (t->asked && !space_same(&s->space, x, t->x)))
        rc = refuse(s, path, t->number, "other settings");
    else if (!t->asked) {
        memcpy(t->x, x, s->space.n * sizeof *x);
        t->by = arena_strdup(s->loading->arena, text_of(line, "by"));
        read_seen(s->loading->arena, t, text_of(line, "seen"));
        t->asked = true;
    }
    t->logged = true;
    arena_close(&scrap);
    return rc;
}

static void read_curve(struct search *s, struct search_trial *t, const struct node *list)
{
    double best = (double)INFINITY, v;

    if (!list || list->kind != NODE_SEQ)
        return;
    t->best = arena_array(s->loading->arena, list->n + 1, sizeof *t->best);
    for (size_t i = 0; i < list->n; i++) {
        if (list->values[i]->kind == NODE_SCALAR && !tree_real(list->values[i], &v, NULL))
            best = fmin(best, s->spec->maximize ? -v : v);
        t->best[t->n_best++] = best;
    }
}

static const uint32_t states[] = { NNP_TRIAL_DONE, NNP_TRIAL_STOPPED, NNP_TRIAL_FAILED };
static const char *const state_words[] = { "done", "stopped", "failed" };

/* The first line counts; a late owner's has to say the same. */
static int read_told(struct search *s, const char *path, struct search_trial *t,
                     const struct node *line)
{
    struct arena *a = s->loading->arena;
    double        value = real_of(line, "value");
    const char   *sha = text_of(line, "sha256");

    if (t->told && t->state != NNP_TRIAL_FAILED &&
        strcmp(text_of(line, "state"), "failed") != 0 &&
        (strcmp(sha, t->sha256) != 0 || value < t->value || value > t->value))
        return refuse(s, path, t->number, "another result");
    if (t->told)
        return 0;
    for (int i = 0; i < 3; i++)
        if (strcmp(text_of(line, "state"), state_words[i]) == 0)
            t->state = states[i];
    if (!t->state)
        return 0;
    t->told = true;
    t->value = value;
    t->epochs = whole_of(line, "epochs");
    t->best_epoch = whole_of(line, "best_epoch");
    t->seconds = real_of(line, "seconds");
    t->claim = whole_of(line, "claim");
    if (*text_of(line, "reason"))
        t->reason = arena_strdup(a, text_of(line, "reason"));
    if (strlen(sha) == sizeof t->sha256 - 1)
        memcpy(t->sha256, sha, sizeof t->sha256);
    read_curve(s, t, tree_find(line, "curve"));
    return 0;
}

static int read_line(struct search *s, const char *path, const char *text, size_t n)
{
    struct arena scrap = { 0 };
    int          rc = 0;
    char         crc[16];

    if (n < CRC_LENGTH || strncmp(text, "{\"crc\":\"", 8) != 0)
        return 0;
    const char *sum = arena_printf(
        &scrap, "%08x", (unsigned)fsio_crc32(0, text + CRC_LENGTH, n - CRC_LENGTH));
    memcpy(crc, text + 8, 8);
    crc[8] = 0;
    const struct node *line = strcmp(crc, sum) ? NULL : tree_json(&scrap, text, n);
    int64_t            number = line ? whole_of(line, "t") : -1;
    if (number >= 0 && number < 10000000) {
        struct search_trial *t = log_trial(s, number);
        rc = strcmp(text_of(line, "e"), "ask") == 0 ? read_ask(s, path, t, line)
                                                    : read_told(s, path, t, line);
    }
    arena_close(&scrap);
    return rc;
}

int64_t log_take(struct search *s, const char *path, const char *text, size_t n)
{
    int64_t     taken = 0;
    const char *end;

    for (; n > 0 && (end = memchr(text, '\n', n)); text = end + 1) {
        size_t length = (size_t)(end - text);
        if (read_line(s, path, text, length))
            return -1;
        taken += (int64_t)length + 1;
        n -= length + 1;
    }
    return taken;
}

/* From where it was read to last. */
static int read_file(struct search *s, struct search_log *log)
{
    int         fd = open(log->path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    char       *text = NULL;
    ssize_t     n = 0;
    int64_t     taken = 0;

    if (fd < 0)
        return 0;
    if (!fstat(fd, &st) && st.st_size > log->at) {
        text = malloc((size_t)(st.st_size - log->at) + 1);
        n = text ? pread(fd, text, (size_t)(st.st_size - log->at), log->at) : 0;
    }
    close(fd);
    if (n > 0)
        taken = log_take(s, log->path, text, (size_t)n);
    free(text);
    if (taken < 0)
        return -1;
    log->at += taken;
    return 0;
}

static struct search_log *find_log(struct search *s, const char *name)
{
    struct arena *a = s->loading->arena;

    for (size_t i = 0; i < s->n_logs; i++)
        if (strcmp(s->log[i].path + strlen(s->folder) + 1, name) == 0)
            return &s->log[i];
    s->log = arena_grow(a, s->log, s->n_logs, s->n_logs + 1, sizeof *s->log);
    s->log[s->n_logs] =
        (struct search_log){ arena_printf(a, "%s/%s", s->folder, name), 0 };
    return &s->log[s->n_logs++];
}

int log_read(struct search *s)
{
    DIR *dir = opendir(s->folder);
    int  rc = 0;

    for (struct dirent *e; dir && !rc && (e = readdir(dir));) {
        size_t n = strlen(e->d_name);
        if (strncmp(e->d_name, "trials-", 7) == 0 && n > 6 &&
            strcmp(e->d_name + n - 6, ".jsonl") == 0)
            rc = read_file(s, find_log(s, e->d_name));
    }
    if (dir)
        closedir(dir);
    return rc;
}
