/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "search/search.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fsio.h"
#include "base/strbuf.h"
#include "language/set.h"
#include "search/ask.h"
#include "search/child.h"
#include "search/claim.h"
#include "search/finish.h"
#include "search/first.h"
#include "search/log.h"
#include "search/progress.h"
#include "search/trial.h"
#include "search/worker.h"
#include "text/source.h"
#include "view/runfolder.h"

/* Spaces up to so many points are counted, so that the search knows its end. */
enum { COUNTED = 1000000 };

/* ---- the folder ---- */

bool search_is(const char *folder)
{
    struct arena scrap = { 0 };
    bool         is = fsio_exists(arena_printf(&scrap, "%s/pipeline.yaml", folder)) &&
              fsio_exists(arena_printf(&scrap, "%s/trials", folder));

    arena_close(&scrap);
    return is;
}

/* What is in pipeline.yaml: the whole file, merged, and first of all the file that it
 * was, because paths in it are looked up beside that. */
static const char *text_of_file(const struct search *s, const struct spec *spec)
{
    struct arena *a = s->loading->arena;
    struct node  *tree = tree_new(a, NODE_MAP, spec->whole->at);
    char         *real = realpath(spec->source->name, NULL);
    struct strbuf text = { 0 };

    if (!real)
        diag_lost(errno, spec->source->name);
    tree_set(a, tree, "x-file", tree->at,
             tree_scalar(a, arena_strdup(a, real ? real : spec->source->name), tree->at));
    free(real);
    for (size_t i = 0; i < spec->whole->n; i++)
        if (strcmp(spec->whole->keys[i]->text, "x-file") != 0)
            tree_set(a, tree, spec->whole->keys[i]->text, tree->at,
                     spec->whole->values[i]);
    tree_print(tree, &text);
    const char *kept = arena_strdup(a, strbuf_text(&text));
    strbuf_close(&text);
    return kept;
}

static const char *second_line(const char *text)
{
    const char *end = strchr(text, '\n');

    return end ? end + 1 : "";
}

/* The text that a search has left; its name is that of the file it was made of. */
static const struct source *read_folder(struct search *s)
{
    struct arena        *a = s->loading->arena;
    struct diag         *d = s->loading->diag;
    const char          *path = arena_printf(a, "%s/pipeline.yaml", s->folder);
    const struct source *kept = source_open(a, path, d);
    const struct node   *tree = kept ? tree_parse(a, kept, d) : NULL;
    const struct node   *file =
        tree && tree->kind == NODE_MAP ? tree_find(tree, "x-file") : NULL;

    if (!kept || !tree)
        return NULL;
    struct source *named = arena_alloc(a, sizeof *named);
    *named = *kept;
    named->shown = path;
    if (file && file->kind == NODE_SCALAR)
        named->name = file->text;
    return named;
}

/* Nothing that others put there at the same time, who want to join too, is in the way. */
static bool holds_others(const char *folder)
{
    DIR *dir = opendir(folder);
    bool others = false;

    for (struct dirent *e; dir && (e = readdir(dir));)
        others = others ||
                 (e->d_name[0] != '.' && strncmp(e->d_name, "pipeline.yaml", 13) != 0 &&
                  strncmp(e->d_name, "trials", 6) != 0);
    if (dir)
        closedir(dir);
    return others;
}

static int make_folder(struct search *s, const struct spec *spec)
{
    struct arena *a = s->loading->arena;
    struct diag  *d = s->loading->diag;
    const char   *out = s->options.out;

    if (!out || s->options.force) {
        s->folder = runfolder_make(a, out, spec->name, s->options.force, d);
        if (s->folder && out)
            finish_forget(s->folder);
        return s->folder ? 0 : -1;
    }
    s->folder = out;
    if (fsio_exists(out) && holds_others(out) && !search_is(out))
        return diag_error(d, NULL,
                          "%s: the folder is not empty; --force overwrites, --out says "
                          "another one",
                          out);
    return fsio_folder(out, d);
}

static int write_folder(struct search *s, const struct spec *spec)
{
    struct arena *a = s->loading->arena;
    struct diag  *d = s->loading->diag;
    const char   *text = text_of_file(s, spec);
    const char   *path = arena_printf(a, "%s/pipeline.yaml", s->folder);
    char         *there;
    size_t        n;

    if (!fsio_exists(path) && fsio_replace(path, text, strlen(text), d))
        return -1;
    if (fsio_read(path, SOURCE_MAX, &there, &n, d))
        return -1;
    bool same = strcmp(second_line(there), second_line(text)) == 0;
    free(there);
    if (!same)
        return diag_error(d, NULL,
                          "%s: holds the search of another file; --force overwrites it, "
                          "--out says another folder",
                          s->folder);
    return fsio_folder(arena_printf(a, "%s/trials", s->folder), d);
}

/* ---- opening ---- */

static void begin(struct search *s, const struct loading *l,
                  const struct search_options *o)
{
    *s = (struct search){
        .loading = l, .options = *o, .fd = -1, .end = -1, .best = -1, .size = -1
    };
}

/* What is known before any trial: the space, its size, the file as a point in it. */
static int settle(struct search *s, struct loaded *file)
{
    const struct spec *spec = file->spec;

    s->spec = spec->search;
    s->name = spec->name;
    s->epochs = spec->train.epochs;
    s->trials = s->options.trials ? s->options.trials : s->spec->trials;
    if (!s->trials)
        s->trials = INT64_MAX;
    s->parallel = s->options.parallel ? s->options.parallel : s->spec->parallel;
    s->source = read_folder(s);
    if (!s->source)
        return -1;
    space_open(&s->space, s->loading->arena, s->spec);
    s->size = space_count(&s->space, COUNTED);
    first_find(s, spec);
    return ask_open(s) ||
                   report_open(&s->talk, &s->options.to, NULL, false, s->loading->diag)
               ? -1
               : (s->talking = true, 0);
}

int search_open(struct search *s, const struct loading *l, struct loaded *file,
                const struct search_options *o)
{
    begin(s, l, o);
    if (l->stage) {
        l->diag->class = DIAG_USAGE;
        return diag_error(l->diag, NULL, "--stage: a search trains whole files");
    }
    l->diag->class = DIAG_RUN;
    if (make_folder(s, file->spec) || write_folder(s, file->spec))
        return -1;
    return settle(s, file);
}

int search_reopen(struct search *s, const struct loading *l, const char *folder,
                  struct loaded *file, const struct search_options *o)
{
    begin(s, l, o);
    s->folder = folder;
    *file = (struct loaded){ 0 };
    if (!search_is(folder)) {
        l->diag->class = DIAG_USAGE;
        return diag_error(l->diag, NULL, "%s: no search has left this folder", folder);
    }
    const struct source *source = read_folder(s);
    if (!source || load_source(l, source, PEEK_SEVERAL, file))
        return -1;
    if (!file->spec->search)
        return diag_error(l->diag, NULL, "%s/pipeline.yaml has no search", folder);
    l->diag->class = DIAG_RUN;
    return settle(s, file);
}

void search_close(struct search *s)
{
    ask_close(s);
    if (s->loading)
        log_close(s);
    if (s->talking)
        (void)report_close(&s->talk, s->loading->diag);
    s->talking = false;
}

/* ---- processes ---- */

struct crew {
    pid_t *pid; /* 0: it has ended */
    int   *fd;  /* what it has to complain of comes here */
    size_t n;
    bool   asked; /* to end */
};

/* In a new process: messages are the parent's to show. */
static _Noreturn void work(struct search *s, pid_t parent, int fd)
{
    struct diag *d = s->loading->diag;

    child_follow(parent);
    setpgid(0, 0);
    s->talking = false;
    int rc = log_open(s) || worker_run(s) ? -1 : 0;
    log_close(s);
    for (size_t i = 0; i < d->n; i++)
        if (d->entries[i].severity == DIAG_ERROR &&
            write(fd, d->entries[i].text, strlen(d->entries[i].text) + 1) < 0)
            break;
    _exit(rc ? 1 : 0);
}

static int hire(struct search *s, struct crew *c)
{
    struct arena *a = s->loading->arena;
    size_t        n = (size_t)s->parallel;
    pid_t         self = getpid();

    *c = (struct crew){ .pid = arena_array(a, n, sizeof *c->pid),
                        .fd = arena_array(a, n, sizeof *c->fd) };
    for (; c->n < n; c->n++) {
        int ends[2];
        if (pipe(ends))
            return diag_error(s->loading->diag, NULL, "pipe: %s", strerror(errno));
        c->pid[c->n] = fork();
        if (c->pid[c->n] == 0) {
            close(ends[0]);
            work(s, self, ends[1]);
        }
        close(ends[1]);
        c->fd[c->n] = ends[0];
        if (c->pid[c->n] < 0) {
            close(ends[0]);
            return diag_error(s->loading->diag, NULL, "fork: %s", strerror(errno));
        }
    }
    return 0;
}

/* What it said before it ended is an error here, once. */
static int hear(struct search *s, int fd, int status)
{
    struct diag *d = s->loading->diag;
    bool         well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    char         text[2048];

    (void)fcntl(fd, F_SETFL, O_NONBLOCK); /* its trial may not be gone yet */
    ssize_t n = well ? 0 : read(fd, text, sizeof text - 1);
    close(fd);
    if (well)
        return 0;
    text[n > 0 ? n : 0] = 0;
    if (n > 0)
        return diag_error(d, NULL, "%s", text);
    return diag_error(d, NULL,
                      "a process of the search was killed; nnpipe search "
                      "--resume %s goes on",
                      s->folder);
}

/* How many still work. */
static size_t count_crew(struct search *s, struct crew *c, int *rc)
{
    size_t left = 0;
    int    status;

    for (size_t i = 0; i < c->n; i++) {
        if (c->pid[i] > 0 && waitpid(c->pid[i], &status, WNOHANG) == c->pid[i]) {
            c->pid[i] = 0;
            *rc = hear(s, c->fd[i], status) ? -1 : *rc;
        }
        left += c->pid[i] > 0;
    }
    return left;
}

/* The signal came to this process alone: the others are in groups of their own, so that
 * no Ctrl-C comes to them twice. */
static void pass_on(struct search *s, struct crew *c)
{
    if (c->asked || !s->options.interrupted || !*s->options.interrupted)
        return;
    c->asked = true;
    s->stopped = *s->options.interrupted;
    for (size_t i = 0; i < c->n; i++)
        if (c->pid[i] > 0)
            kill(c->pid[i], SIGTERM);
}

int search_run(struct search *s)
{
    struct crew     c = { 0 };
    struct progress p;
    int             rc = 0, waited = 0;

    if (worker_look(s))
        return -1;
    progress_open(&p, s);
    rc = hire(s, &c);
    while (count_crew(s, &c, &rc)) {
        pass_on(s, &c);
        if (!worker_look(s) && progress_tell(&p, s))
            waited = 0;
        worker_wait(&waited);
    }
    if (rc || worker_look(s))
        return -1;
    progress_tell(&p, s);
    return finish_run(s, &p);
}

/* ---- replay ---- */

static const char *hash_of_told(struct arena *a, const char *told)
{
    const struct node *n = tree_json(a, told, strlen(told));
    const struct node *sha = n ? tree_find(n, "sha256") : NULL;

    return sha && sha->kind == NODE_SCALAR ? sha->text : "";
}

int search_replay(struct search *s, int64_t k)
{
    struct arena *a = s->loading->arena;
    struct diag  *d = s->loading->diag;

    if (worker_look(s))
        return -1;
    if (k >= s->n || !s->trial[k]->told)
        return diag_error(d, NULL, "--replay %" PRId64 ": %s has no such trial", k,
                          s->folder);
    const struct search_trial *t = s->trial[k];
    if (!*t->sha256)
        return diag_error(d, NULL, "--replay %" PRId64 ": this trial left no weights: %s",
                          k, t->reason ? t->reason : "it is of several trainings");
    struct trial_run r = { .folder = arena_printf(a, "%s/trials/.replay-%ld", s->folder,
                                                  (long)getpid()) };
    if (fsio_folder(r.folder, d))
        return -1;
    int         rc = trial_train(s, t, &r);
    const char *hash = rc ? "" : hash_of_told(a, r.told);
    trial_drop(r.folder);
    free(r.told);
    if (rc)
        return rc < 0 ? -1 : diag_error(d, NULL, "--replay: interrupted");
    return strcmp(hash, t->sha256) == 0;
}
