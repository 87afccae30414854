/* SPDX-License-Identifier: MIT */
/* The children: each group runs in one, and writes its findings into a pipe line by line,
 * so that what it said before a crash or the time limit is kept. */
#include <config.h>
#include "conformance/conformance.h"

#include <inttypes.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "conformance/remains.h"
#include "plugin/dso.h"

/* What a group needs of a plain run to tell anything: that it ends, that it breaks no
 * contract (check 3 finds that), that it gives the same bits twice (check 4). */
enum need { NOTHING, SETUP, ENDS, KEEPS, REPEATS };

static const struct {
    void (*run)(struct check *k);
    enum need   needs;
    const char *holds; /* what an `ok` says */
} groups[CONFORMANCE_CHECKS] = {
    { check_descriptor, NOTHING,
      "descriptor and parameters are in order, bad values are refused" },
    { check_setup, SETUP, "setup can be repeated with any number of rows" },
    { check_writes, SETUP, "calls write all of their tensors and nothing else" },
    { check_same_bits, KEEPS,
      "same bits again, with any number of threads and instances" },
    { check_gradients, REPEATS, "gradients agree with differences" },
    { check_adding, ENDS, "din is written, dweight is added to" },
    { check_unwanted, REPEATS, "a gradient that is not wanted changes nothing else" },
    { check_memory_promises, REPEATS, "promises about memory are kept" },
    { check_lasting, KEEPS, "what lasts is in tensors: slots only read self" },
    { check_errors, KEEPS, "errors of the host are passed on, nothing leaks" },
    { check_surroundings, ENDS, "the process is left as it was" },
    { check_file, NOTHING, "the file exports one symbol and has no unsafe sections" },
    { check_kind, REPEATS, "what its kind demands holds" },
};

/* ---- one group in one child ---- */

/* The host's crash handler would tell the user what the parent is about to tell. */
static void plain_signals(void)
{
    static const int deadly[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };

    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        signal(deadly[i], SIG_DFL);
}

/* Before those of the program: what exit says is the parent's to tell as well. */
static void leave(void)
{
    _exit(0);
}

/* What a plugin prints must not come between the results. */
static void hush(void)
{
    int nowhere = open("/dev/null", O_WRONLY);

    if (nowhere >= 0) {
        dup2(nowhere, 1);
        close(nowhere);
    }
}

/* The last line of a group that came to its end; who calls exit does not say it. */
enum { AT_ITS_END = 'E' };

/* What the child says, until it ends or the limit is over. */
static bool listen_until(int fd, double limit, struct strbuf *said)
{
    double end = clock_seconds() + limit;
    char   chunk[4096];

    for (;;) {
        struct pollfd p = { .fd = fd, .events = POLLIN };
        int           wait = (int)((end - clock_seconds()) * 1000);
        int           ready = wait > 0 ? poll(&p, 1, wait) : 0;
        if (ready == 0)
            return false;
        ssize_t n = ready > 0 ? read(fd, chunk, sizeof chunk) : 0;
        if (n > 0)
            strbuf_add(said, chunk, (size_t)n);
        else if (n == 0 || errno != EINTR)
            return true;
    }
}

static const char *last_place(struct arena *a, const char *said)
{
    const char *place = NULL;

    for (const char *line = said; line && *line;
         line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        if (*line == '@')
            place = line + 1;
    return place ? arena_strndup(a, place, strcspn(place, "\n")) : "the check";
}

static bool has_flag(const struct check *k, char flag)
{
    const char mark[] = { '\n', flag, 0 };

    return strstr(strbuf_text(&k->said), mark) != NULL;
}

static void add_end(struct check *k, int status, bool in_time)
{
    const char *place = last_place(&k->arena, strbuf_text(&k->said));

    if (!in_time)
        strbuf_printf(&k->said, "Fdoes not end: more than %g s in %s\n", k->c->limit,
                      place);
    else if (WIFSIGNALED(status))
        strbuf_printf(&k->said, "Fcrashes in %s: %s\n", place,
                      dso_signal_text(WTERMSIG(status)));
    else if (WEXITSTATUS(status) == CHECK_LACKS)
        diag_lost(ENOMEM, "a check of the plugin");
    else if (WEXITSTATUS(status) == CHECK_UNHEARD)
        strbuf_printf(&k->said, "Fcloses a descriptor that is not its own in %s\n",
                      place);
    else
        strbuf_printf(&k->said, "Fcalls exit in %s, which a plugin must not do\n", place);
}

/* A child that has closed the pipe without having come to its end is waited for no longer
 * than one that says nothing. */
static bool ends_until(pid_t child, double end, int *status)
{
    while (waitpid(child, status, WNOHANG) == 0) {
        if (clock_seconds() > end)
            return false;
        usleep(1000);
    }
    return true;
}

static void wait_for(pid_t child, int *status)
{
    while (waitpid(child, status, 0) < 0 && errno == EINTR)
        ;
}

/* Of a child: what runs out there is no fault of the plugin that is tested. */
static void leave_without_memory(size_t size)
{
    (void)size;
    _exit(CHECK_LACKS);
}

/* False: it crashed, or did not end in time. */
static bool run_child(struct check *k, void (*run)(struct check *k))
{
    int pipes[2], status = 0;

    if (pipe(pipes)) {
        check_fail(k, "no pipe for a child process: %s", strerror(errno));
        return false;
    }
    pid_t child = fork();
    if (child == 0) {
        close(pipes[0]);
        k->fd = pipes[1];
        plain_signals();
        atexit(leave);
        hush();
        arena_on_oom(leave_without_memory);
        run(k);
        check_say(k, AT_ITS_END, "end");
        _exit(0);
    }
    double end = clock_seconds() + k->c->limit;
    close(pipes[1]);
    bool in_time = child > 0 && listen_until(pipes[0], k->c->limit, &k->said);
    close(pipes[0]);
    if (child < 0) {
        check_fail(k, "no child process: %s", strerror(errno));
        return false;
    }
    if (in_time && has_flag(k, AT_ITS_END)) {
        wait_for(child, &status);
        return true;
    }
    if (!in_time || !ends_until(child, end, &status)) {
        in_time = false;
        kill(child, SIGKILL);
        wait_for(child, &status);
    }
    add_end(k, status, in_time);
    return false;
}

static bool run_group(struct check *k, void (*run)(struct check *k))
{
    k->fd = -1;
    k->said.n = 0;
    k->findings = 0;
    if (!k->c->in_process)
        return run_child(k, run);
    run(k);
    diag_said(); /* checks have a plugin meet failures of the machine on purpose */
    return true;
}

/* ---- telling ---- */

static void tell(const struct check *k, int number, enum conformance_verdict v,
                 const char *text)
{
    struct conformance_line l = { number, v, text };

    k->c->line(k->c->arg, &l);
}

/* One line per finding; without any, one that says what holds or why it was skipped. */
static int tell_all(struct check *k, int number, const char *holds)
{
    const char *skipped = NULL, *note = NULL, *end;
    int         found = 0;

    for (const char *line = strbuf_text(&k->said); *line; line = end + 1) {
        end = strchr(line, '\n');
        if (!end)
            break;
        const char *text = arena_strndup(&k->arena, line + 1, (size_t)(end - line - 1));
        if (*line == 'F')
            tell(k, number, CONFORMANCE_FAIL, text);
        found += *line == 'F';
        skipped = *line == 'S' ? text : skipped;
        note = *line == 'N' ? text : note;
    }
    if (found)
        return found;
    if (skipped)
        tell(k, number, CONFORMANCE_SKIP, skipped);
    else
        tell(k, number, CONFORMANCE_OK,
             note ? arena_printf(&k->arena, "%s (%s)", holds, note) : holds);
    return 0;
}

/* ---- finding a frame ---- */

static void compare_two_runs(struct check *k)
{
    struct remains       r[2] = { { 0 }, { 0 } };
    struct trial_options o = { 0 };

    for (int i = 0; i < 2; i++) {
        struct trial t;
        if (trial_open(k, &t, &o) == 0 && trial_run_quiet(&t) >= 0)
            r[i] = remains_take(k, &t);
        trial_close(&t);
    }
    if (remains_differ(k, &r[0], &r[1], NULL))
        check_say(k, 'U', "two runs differ");
}

struct reason { /* why the frames tried so far do not do */
    const char *text;
    bool        other; /* it is not just another type of element */
};

/* Says "N i" if setup accepts the i-th frame. What a run gives. */
static int attempt(struct check *k, unsigned i, struct reason *why)
{
    struct trial         t;
    struct trial_options o = { 0 };

    check_at(k, "setup on %s", frame_text(&k->arena, &k->frame));
    int rc = trial_open(k, &t, &o);
    if (rc == 0) {
        check_note(k, "%u", i);
        check_at(k, "a run on %s", frame_text(&k->arena, &k->frame));
        rc = trial_run_quiet(&t);
    }
    if (!why->other || t.probe.inst.code != NNP_ENOTSUP)
        why->text = arena_strdup(&k->arena, trial_reason(&t));
    why->other |= t.probe.inst.code != NNP_ENOTSUP;
    if (t.probe.ready && check_is(k, "loader"))
        why->text = arena_printf(&k->arena,
                                 "c->rows->count is %" PRId64
                                 ", but one of those rows cannot be read: %s",
                                 t.probe.inst.rows.count, why->text);
    trial_close(&t);
    if (rc == PROBE_BROKEN)
        check_say(k, 'B', "a run breaks a contract");
    if (rc >= 0)
        compare_two_runs(k);
    return rc;
}

static bool settles(int rc)
{
    return rc >= 0 || rc == PROBE_BROKEN;
}

/* A report may want a name of something in the run, which a guess can hardly meet: says
 * "P" and the first that serves. */
static bool find_word(struct check *k)
{
    const nnp_component *d = k->c->type->desc;
    struct reason        quiet = { NULL, false };

    for (uint32_t p = 0; p < d->n_params; p++) {
        uint32_t type = d->params[p].type & 255;
        if (d->params[p].def || (type != NNP_STR && type != NNP_STRS))
            continue;
        k->param = d->params[p].name;
        for (size_t w = 0; trial_words[w]; w++) {
            k->text = trial_words[w];
            if (settles(attempt(k, 0, &quiet))) {
                check_say(k, 'P', "%s=%s", k->param, k->text);
                return true;
            }
        }
    }
    k->param = k->text = NULL;
    return false;
}

static void refuse(struct check *k, unsigned tried, const char *why)
{
    check_note(k, "none");
    if (check_is(k, "report"))
        check_fail(
            k,
            "a run fails: %s; the finished run that it is shown has weights "
            "(dense1.weight, dense1.bias), streams (x, y, prediction), figures "
            "(train.loss, val.loss) and rows of train and val: --with '{PARAMETER: "
            "NAME}' says which it is about",
            why);
    else if (tried < 2)
        check_fail(k, "a run fails: %s", why);
    else
        check_fail(
            k,
            "takes none of the %u inputs tried, --in 'f32 6x4' says what it takes; "
            "the last was refused: %s",
            tried, why);
}

/* Until a run accepts a frame: values can be wrong for it where shapes are right. */
static void find_frame(struct check *k)
{
    struct reason why = { "there is no such frame", false };
    unsigned      i = 0;

    for (; frame_try(k->c, i, &k->frame); i++)
        if (settles(attempt(k, i, &why)))
            return;
    if (check_is(k, "report") && k->c->guesses) {
        frame_try(k->c, 0, &k->frame);
        if (find_word(k))
            return;
    }
    refuse(k, i, why.text);
}

/* What find_word found. */
static void take_word(struct check *k)
{
    const char *line = strstr(strbuf_text(&k->said), "\nP");

    if (!line)
        return;
    char *text = arena_strndup(&k->arena, line + 2, strcspn(line + 2, "\n"));
    char *equal = strchr(text, '=');
    *equal = 0;
    k->param = text;
    k->text = equal + 1;
}

/* The number in the last note, -1 if there is none. */
static int found_frame(const struct check *k)
{
    const char *said = strbuf_text(&k->said);
    int         i = -1;

    for (const char *line = said; line && *line;
         line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        if (*line == 'N')
            i = strncmp(line, "Nnone", 5) == 0 ? -1 : (int)strtol(line + 1, NULL, 10);
    return i;
}

/* How far a plain run gets: up to which need it serves. */
static enum need settle_frame(struct check *k, int *failed)
{
    bool ended = run_group(k, find_frame);
    int  i = found_frame(k);

    if (i < 0) {
        *failed = tell_all(k, 0, "");
        return NOTHING;
    }
    k->broken = !ended || has_flag(k, 'B');
    k->unstable = has_flag(k, 'U');
    frame_try(k->c, (unsigned)i, &k->frame);
    take_word(k);
    const char *with = frame_text(&k->arena, &k->frame);
    tell(k, 0, CONFORMANCE_OK,
         k->param ? arena_printf(&k->arena, "%s, %s: %s", with, k->param, k->text)
                  : with);
    return !ended ? SETUP : k->broken ? ENDS : k->unstable ? KEEPS : REPEATS;
}

static const char *const too_little[] = {
    [ENDS] = "a run does not come to its end, see check 3",
    [KEEPS] = "a run breaks a contract, see check 3",
    [REPEATS] = "the same run gives two results, see check 4",
};

int conformance_inputs(const char *const *inputs, struct diag *d)
{
    struct frame_in in, first = { .ndim = 0 };

    for (size_t i = 0; inputs && inputs[i]; i++) {
        if (i == PROBE_MAX_IN)
            return diag_error(d, NULL, "--in: no more than %d inputs", PROBE_MAX_IN);
        if (frame_read(inputs[i], &in, d))
            return -1;
        if (i && in.shape[0] != first.shape[0])
            return diag_error(d, NULL,
                              "--in '%s': %" PRId64 " rows, where the first input has "
                              "%" PRId64,
                              inputs[i], in.shape[0], first.shape[0]);
        first = i ? first : in;
    }
    return 0;
}

const char *const *conformance_load(const struct conformance *c, struct arena *a,
                                    struct diag *d)
{
    struct check k = { .c = c, .fd = -1 };
    size_t       n = 0, room = 0;
    const char **found = arena_array(a, 1, sizeof *found);
    bool         ended = c->in_process || run_group(&k, check_loading);
    bool         late = !ended && has_flag(&k, 'F') &&
                strstr(strbuf_text(&k.said), "Fdoes not end") != NULL;

    for (const char *line = strbuf_text(&k.said); ended && line && *line;
         line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        if (*line == 'F') {
            if (n + 1 >= room)
                found = arena_grow(a, found, n, room = 2 * room + 4, sizeof *found);
            found[n++] = arena_strndup(a, line + 1, strcspn(line + 1, "\n"));
        }
    found[n] = NULL;
    strbuf_close(&k.said);
    arena_close(&k.arena);
    if (late) /* who crashes will do so again where the message names the file */
        diag_error(d, NULL, "it does not come back from being loaded: more than %g s",
                   c->limit);
    return late ? NULL : found;
}

int conformance_run(const struct conformance *c)
{
    struct check k = { .c = c, .fd = -1 };
    int          failed = 0;
    enum need    served = settle_frame(&k, &failed);

    for (int i = 0; i < CONFORMANCE_CHECKS; i++) {
        if (served == NOTHING && groups[i].needs > NOTHING)
            continue;
        if (groups[i].needs > served) {
            tell(&k, i + 1, CONFORMANCE_SKIP, too_little[served + 1]);
            continue;
        }
        run_group(&k, groups[i].run);
        failed += tell_all(&k, i + 1, groups[i].holds);
    }
    strbuf_close(&k.said);
    arena_close(&k.arena);
    return failed;
}
