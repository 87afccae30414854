/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "search/child.h"

#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "base/clock.h"
#include "base/fsio.h"
#include "base/json.h"
#include "base/processors.h"
#include "jobs/jobs.h"
#include "search/prune.h"
#include "view/runfolder.h"

struct child {
    struct search             *search;
    const struct search_trial *trial;
    const struct trial_run    *run;
    struct arena               arena;
    struct diag                diag;
    struct loading             loading;
    struct loaded              file;
    struct jobs                jobs;
    double                     begun;

    /* The curve of the goal, epoch by epoch. */
    const char *figure; /* its full name, once it is known */
    double     *value;
    size_t      n_values, room;

    struct prune prune;
    bool         pruned;
};

/* The parent may have ended before it was asked for. */
void child_follow(pid_t parent)
{
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (getppid() != parent)
        _exit(1);
}

int64_t child_threads(int64_t parallel)
{
    int64_t n = (int64_t)processors_usable() / parallel;

    return n > 0 ? n : 1;
}

/* ---- after each epoch ---- */

static void take_curve(struct child *c, struct trainer *t)
{
    const struct figure *f = figures_find(&t->state.figures, c->search->spec->goal);

    if (f)
        c->figure = f->name;
    const struct curve *k = c->figure ? history_find(&t->state.history, c->figure) : NULL;
    if (!k)
        return;
    /* It grows by an epoch each time, and is shorter where another attempt has begun. */
    size_t kept = k->n == c->n_values + 1 ? c->n_values : 0;
    if (k->n > c->room) {
        c->value = arena_grow(&c->arena, c->value, kept, 2 * k->n, sizeof *c->value);
        c->room = 2 * k->n;
    }
    memcpy(c->value + kept, k->value + kept, (k->n - kept) * sizeof *c->value);
    c->n_values = k->n;
}

/* epoch 0: the training has ended. */
static int after_epoch(struct trainer *t, int64_t epoch, void *arg)
{
    struct child *c = arg;

    if (epoch && !c->search->spec->pruner.type)
        return 0;
    take_curve(c, t);
    if (!epoch || (int64_t)c->n_values < epoch)
        return 0;
    int rc = prune_ask(&c->prune, epoch, c->value, &c->diag);
    c->pruned = rc > 0;
    return rc;
}

/* ---- taking over ---- */

/* What a trial that another process began has left there: its checkpoint, and the files
 * that a resumed run goes on in. */
static void copy_file(struct child *c, const char *name)
{
    struct diag quiet;
    char       *bytes;
    size_t      n;

    diag_init(&quiet, &c->arena);
    if (fsio_read(arena_printf(&c->arena, "%s/%s", c->run->before, name), SIZE_MAX / 2,
                  &bytes, &n, &quiet))
        return;
    (void)fsio_replace(arena_printf(&c->arena, "%s/%s", c->run->folder, name), bytes, n,
                       &quiet);
    free(bytes);
}

static bool take_over(struct child *c)
{
    static const char *const files[] = { "pipeline.yaml", "env.json",  "events.jsonl",
                                         "metrics.csv",   "state.nnw", "state.prev.nnw" };

    if (!c->run->before || !runfolder_has_checkpoint(&c->arena, c->run->before) ||
        runfolder_has_checkpoint(&c->arena, c->run->folder))
        return runfolder_has_checkpoint(&c->arena, c->run->folder);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        copy_file(c, files[i]);
    return true;
}

/* ---- training ---- */

static int train(struct child *c, bool resumed)
{
    struct jobs_options o = {
        .out = c->run->folder,
        .resume = resumed ? c->run->folder : NULL,
        .force = true,
        .bare = true,
        .setting = { .now = c->search->options.now,
                     .interrupted = c->search->options.interrupted,
                     .after_epoch = after_epoch,
                     .after_epoch_arg = c },
    };

    c->loading = *c->search->loading;
    c->loading.arena = &c->arena;
    c->loading.diag = &c->diag;
    c->loading.stage = NULL;
    c->loading.seed = -1;
    if (!c->loading.threads)
        c->loading.threads = child_threads(c->search->parallel);
    const char **set = arena_array(&c->arena, 2, sizeof *set);
    set[0] = "search=";
    c->loading.set = space_set(&c->search->space, &c->arena, set, c->trial->x);
    if (load_source(&c->loading, c->search->source, PEEK_SEVERAL, &c->file))
        return -1;
    return jobs_open(&c->jobs, &c->loading, &c->file, &o) || jobs_run(&c->jobs) ? -1 : 0;
}

/* A checkpoint that does not serve here is no reason: the trial begins anew. */
static int train_or_anew(struct child *c)
{
    bool resumed = take_over(c);
    int  rc = train(c, resumed);

    if (!rc || !resumed || c->jobs.stopped)
        return rc;
    jobs_close(&c->jobs);
    load_close(&c->file);
    c->jobs = (struct jobs){ 0 };
    diag_init(&c->diag, &c->arena);
    c->n_values = 0;
    c->pruned = false;
    return train(c, false);
}

/* ---- what came of it ---- */

/* Of several seeds the mean of the last stage. */
static double value_of(struct child *c)
{
    const char     *goal = c->search->spec->goal;
    struct jobs    *j = &c->jobs;
    struct results *all = &j->results;
    double          sum = 0;
    size_t          n = 0;

    if (!j->several)
        return j->n ? figures_value(&j->v[0].finals, goal) : (double)NAN;
    for (size_t i = 0; all->n && i < all->n; i++)
        if (strcmp(all->v[i].stage, all->v[all->n - 1].stage) == 0) {
            sum += figures_value(&all->v[i].kept, goal);
            n++;
        }
    return n ? sum / (double)n : (double)NAN;
}

static int64_t epochs_of(const struct child *c)
{
    int64_t n = 0;

    for (size_t i = 0; i < c->jobs.n; i++)
        n += c->jobs.v[i].outcome.epochs;
    return n;
}

static const char *first_error(const struct child *c)
{
    for (size_t i = 0; i < c->diag.n; i++)
        if (c->diag.entries[i].severity == DIAG_ERROR)
            return c->diag.entries[i].text;
    return NULL;
}

static void add_figures(struct json *j, const struct figures *f)
{
    json_key(j, "figures"), json_open(j, '{');
    for (size_t i = 0; i < f->n; i++)
        if (!f->v[i].detail)
            json_key(j, f->v[i].name), json_number(j, f->v[i].value);
    json_close(j);
}

static const char *hash_of(struct child *c)
{
    char       *hex = arena_array(&c->arena, 1, 65);
    const char *path = arena_printf(&c->arena, "%s/best.nnw", c->run->folder);
    struct diag quiet;

    diag_init(&quiet, &c->arena);
    if (c->jobs.several || fsio_sha256_file(path, hex, &quiet))
        *hex = 0;
    return hex;
}

static void tell(struct child *c, int rc, struct json *j)
{
    double      value = rc ? (double)NAN : value_of(c);
    const char *reason = rc ? first_error(c) : NULL;
    bool        failed = rc || isnan(value);

    if (!rc && isnan(value))
        reason = arena_printf(&c->arena, "%s is not a number", c->search->spec->goal);
    json_open(j, '{');
    json_key(j, "state");
    json_text(j, failed ? "failed" : c->pruned ? "stopped" : "done");
    json_key(j, "epochs"), json_whole(j, epochs_of(c));
    json_key(j, "value"), json_number(j, value);
    if (reason)
        json_key(j, "reason"), json_text(j, reason);
    if (c->jobs.n)
        json_key(j, "best_epoch"),
            json_whole(j, c->jobs.v[c->jobs.n - 1].outcome.best_epoch);
    if (!failed && !c->jobs.several)
        add_figures(j, &c->jobs.v[0].finals);
    json_key(j, "curve"), json_open(j, '[');
    for (size_t i = 0; i < c->n_values; i++)
        json_number(j, c->value[i]);
    json_close(j);
    if (!failed)
        json_key(j, "sha256"), json_text(j, hash_of(c));
    json_key(j, "seconds"), json_number(j, clock_seconds() - c->begun);
    json_close(j);
}

static void send(int fd, const struct strbuf *text)
{
    for (size_t done = 0; done < text->n;) {
        ssize_t n = write(fd, text->text + done, text->n - done);
        if (n <= 0)
            return;
        done += (size_t)n;
    }
}

/* Words of a plugin, or of whoever says why one crashed. */
static void keep_words(struct child *c)
{
    int fd = open(arena_printf(&c->arena, "%s/said.txt", c->run->folder),
                  O_WRONLY | O_CREAT | O_TRUNC, 0666);

    if (fd < 0)
        return;
    dup2(fd, 1);
    dup2(fd, 2);
    close(fd);
}

_Noreturn void child_run(struct search *s, const struct search_trial *t,
                         const struct trial_run *r, int fd)
{
    struct child c = { .search = s, .trial = t, .run = r, .begun = clock_seconds() };
    struct json  j = { 0 };

    child_follow(r->parent);
    setpgid(0, 0);
    diag_init(&c.diag, &c.arena);
    keep_words(&c);
    int rc = prune_open(&c.prune, &c.arena, s, t, &c.diag) || train_or_anew(&c) ||
                     c.diag.errors
                 ? -1
                 : 0;
    if (c.jobs.stopped)
        _exit(1);
    tell(&c, rc, &j);
    send(fd, &j.text);
    _exit(0);
}
