/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "report/report.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fsio.h"
#include "base/number.h"

/* No link is followed: a run folder may be somebody else's, and what its links lead to is
 * not. */
static FILE *create(const struct report *r, const char *name, bool append, struct diag *d)
{
    char *path = arena_printf(d->arena, "%s/%s", r->folder, name);
    int   flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
    int   fd = open(path, flags | (append ? O_APPEND : O_TRUNC), 0666);
    FILE *f = fd < 0 ? NULL : fdopen(fd, append ? "a" : "w");

    if (f)
        return f;
    if (errno == ELOOP)
        diag_error(d, NULL, "%s: is a link; a run writes its own files only", path);
    else
        diag_system(d, NULL, errno, "%s", path);
    if (fd >= 0)
        close(fd);
    return NULL;
}

int report_open(struct report *r, const struct report_to *to, const char *folder,
                bool append, struct diag *d)
{
    *r = (struct report){ .to = *to, .folder = folder, .begun = clock_seconds() };
    if (folder) {
        r->events = create(r, "events.jsonl", append, d);
        r->csv = create(r, "metrics.csv", append, d);
    }
    return folder && !(r->events && r->csv) ? -1 : 0;
}

/* The number in the column behind REPORT_SECONDS; a row has at least so many. */
static int64_t attempt_of(const char *row)
{
    for (int k = 0; k < REPORT_LEADING && row; k++) {
        row = strchr(row, ',');
        row += row != NULL;
    }
    return row ? strtoll(row, NULL, 10) : 0;
}

static bool is_before(const char *row, int64_t attempt, int64_t epoch)
{
    int64_t of = attempt ? attempt_of(row) : 0;

    return of < attempt || (of == attempt && strtoll(row, NULL, 10) < epoch);
}

/* The header and the rows before. */
static size_t keep_rows(char *text, size_t n, int64_t attempt, int64_t epoch)
{
    size_t kept = 0;

    for (char *p = text, *end = text + n, *next; p < end; p = next) {
        next = memchr(p, '\n', (size_t)(end - p));
        if (!next)
            break; /* a row that was cut off by a crash */
        next++;
        if (p != text && !is_before(p, attempt, epoch))
            continue;
        memmove(text + kept, p, (size_t)(next - p));
        kept += (size_t)(next - p);
    }
    return kept;
}

int report_trim(struct report *r, int64_t attempt, int64_t epoch, struct diag *d)
{
    char  *path, *text;
    size_t n;

    if (!r->folder)
        return 0;
    path = arena_printf(d->arena, "%s/metrics.csv", r->folder);
    if (fsio_read(path, fsio_most(), &text, &n, d))
        return -1;
    n = keep_rows(text, n, attempt, epoch);
    int rc = fsio_replace(path, text, n, d);
    free(text);
    fclose(r->csv);
    r->columns = n > 0;
    r->csv = create(r, "metrics.csv", true, d);
    return rc || !r->csv ? -1 : 0;
}

static int refuse(const struct report *r, struct diag *d)
{
    return diag_error(d, NULL,
                      "%s: metrics.csv or events.jsonl could not be written whole",
                      r->folder ? r->folder : "output");
}

static void flush_files(struct report *r)
{
    if ((r->events && fflush(r->events)) || (r->csv && fflush(r->csv)))
        r->failed = true;
}

/* A reader that has gone has had enough, which SIGPIPE tells who runs this; the run
 * itself is not at fault, and its checkpoint is still to be written. */
static void put_result(struct report *r, const char *text)
{
    FILE *f = r->to.result;

    if (!f)
        return;
    int said = fputs(text, f);
    if ((said == EOF || fflush(f)) && errno != EPIPE)
        r->failed = true;
}

/* A file is flushed once a second at most: nets of microseconds an epoch would spend
 * their time in write(2). */
static void put(struct report *r, FILE *f, const char *text)
{
    double now = clock_seconds();

    if (f == r->to.result)
        put_result(r, text);
    else if (f && fputs(text, f) == EOF)
        r->failed = true;
    if (now - r->flushed < 1)
        return;
    r->flushed = now;
    flush_files(r);
}

int report_flush(struct report *r, struct diag *d)
{
    flush_files(r);
    if ((r->csv && fdatasync(fileno(r->csv)) && errno != EINVAL && errno != EROFS) ||
        (r->events && fdatasync(fileno(r->events)) && errno != EINVAL && errno != EROFS))
        r->failed = true;
    return r->failed ? refuse(r, d) : 0;
}

enum { DIGITS = 9 }; /* they tell any two floats apart */

void report_begin(struct json *j, const char *event)
{
    *j = (struct json){ 0 };
    json_open(j, '{');
    json_key(j, "schema"), json_whole(j, 1);
    json_key(j, "event"), json_text(j, event);
}

void report_event(struct report *r, struct json *j)
{
    json_close(j);
    strbuf_puts(&j->text, "\n");
    put(r, r->events, strbuf_text(&j->text));
    if (r->to.json)
        put(r, r->to.result, strbuf_text(&j->text));
    strbuf_close(&j->text);
}

/* ---- epochs ---- */

/* In the order of enum report_column. */
static const char leading[] = "epoch,step,seconds";

static void write_row(struct report *r, const struct progress_line *p,
                      const struct figure *f, size_t n)
{
    struct strbuf s = { 0 };

    if (!r->columns) {
        strbuf_puts(&s, leading);
        strbuf_puts(&s, p->attempt ? "," REPORT_ATTEMPT : "");
        for (size_t i = 0; i < n; i++)
            if (!f[i].detail)
                strbuf_printf(&s, ",%s", f[i].name);
        strbuf_puts(&s, "\n");
        r->columns = n + !n;
    }
    strbuf_printf(&s, "%lld,%lld,%.3f", (long long)p->epoch, (long long)p->update,
                  clock_seconds() - r->begun);
    if (p->attempt)
        strbuf_printf(&s, ",%lld", (long long)p->attempt);
    for (size_t i = 0; i < n; i++)
        if (!f[i].detail) {
            strbuf_puts(&s, ",");
            if (isfinite(f[i].value))
                strbuf_digits(&s, f[i].value, DIGITS);
            else if (!isnan(f[i].value)) /* what is not a number was not measured */
                strbuf_puts(&s, f[i].value > 0 ? "inf" : "-inf");
        }
    strbuf_puts(&s, "\n");
    put(r, r->csv, strbuf_text(&s));
    strbuf_close(&s);
}

static void epoch_event(struct report *r, const struct progress_line *p,
                        const struct figure *f, size_t n)
{
    struct json j;

    if (!r->events && !r->to.json)
        return;
    report_begin(&j, "epoch");
    if (p->attempt)
        json_key(&j, REPORT_ATTEMPT), json_whole(&j, p->attempt);
    json_key(&j, "epoch"), json_whole(&j, p->epoch);
    json_key(&j, "step"), json_whole(&j, p->update);
    for (size_t i = 0; i < n; i++)
        json_key(&j, f[i].name), json_digits(&j, f[i].value, DIGITS);
    report_event(r, &j);
}

static void add_rate(struct strbuf *s, double rate)
{
    if (rate >= 1e6)
        strbuf_printf(s, "  %.1f M samples/s", rate / 1e6);
    else if (rate >= 1e3)
        strbuf_printf(s, "  %.1f k samples/s", rate / 1e3);
    else
        strbuf_printf(s, "  %.1f samples/s", rate);
}

static void add_epoch(struct strbuf *s, const struct progress_line *p)
{
    if (p->epochs > 0)
        strbuf_printf(s, " epoch %4lld/%lld", (long long)p->epoch, (long long)p->epochs);
    else
        strbuf_printf(s, " epoch %4lld", (long long)p->epoch);
}

/* Names of figures come from files, as what is said and printed does. */
static void put_visible(FILE *f, const char *text)
{
    struct strbuf s = { 0 };

    strbuf_visible(&s, text, strlen(text));
    fputs(strbuf_text(&s), f);
    strbuf_close(&s);
}

static void draw_bar(struct report *r, const struct strbuf *s)
{
    fputs("\r\033[K", r->to.talk);
    put_visible(r->to.talk, strbuf_text(s));
    fflush(r->to.talk);
    r->bar_open = true;
}

static void close_bar(struct report *r)
{
    if (r->bar_open)
        fputs("\n", r->to.talk);
    r->bar_open = false;
}

/* What does not fit into the width would be cut anywhere, or go on in the next line,
 * where it stays: figures from the end are left out instead. */
void report_bar(struct strbuf *s, const struct progress_line *p, const struct figure *f,
                size_t n, size_t columns)
{
    struct strbuf tail = { 0 };
    char          text[160];

    add_epoch(s, p);
    add_rate(&tail, p->rate);
    if (isfinite(p->left))
        strbuf_printf(&tail, "  eta %.0f s", p->left);
    for (size_t i = 0; i < n; i++) {
        if (f[i].detail)
            continue;
        number_print(text, sizeof text, "  %s %.4g", f[i].name, f[i].value);
        if (s->n + strlen(text) + tail.n >= columns)
            break;
        strbuf_puts(s, text);
    }
    if (s->n + tail.n < columns)
        strbuf_puts(s, strbuf_text(&tail));
    strbuf_close(&tail);
}

/* Of the terminal; where there is none nothing is cut. */
static size_t width_of(FILE *talk)
{
    struct winsize w;

    return ioctl(fileno(talk), TIOCGWINSZ, &w) || !w.ws_col ? SIZE_MAX : w.ws_col;
}

static void show_bar(struct report *r, const struct progress_line *p,
                     const struct figure *f, size_t n)
{
    struct strbuf s = { 0 };

    report_bar(&s, p, f, n, width_of(r->to.talk));
    draw_bar(r, &s);
    strbuf_close(&s);
}

static void show_plain(struct report *r, const struct progress_line *p,
                       const struct figure *f, size_t n)
{
    struct strbuf s = { 0 };

    (void)r;
    strbuf_printf(&s, "epoch=%lld", (long long)p->epoch);
    for (size_t i = 0; i < n; i++)
        if (!f[i].detail)
            strbuf_printf(&s, " %s=%.6g", f[i].name, f[i].value);
    strbuf_printf(&s, " samples_per_s=%.4g\n", p->rate);
    put_visible(r->to.talk, strbuf_text(&s));
    strbuf_close(&s);
}

/* Off a terminal: at most a line a second, and the last epoch always. */
void report_epoch(struct report *r, const struct progress_line *p, const struct figure *f,
                  size_t n)
{
    double now = clock_seconds();
    bool   last = p->epochs > 0 && p->epoch == p->epochs;

    write_row(r, p, f, n);
    epoch_event(r, p, f, n);
    if (r->to.json || r->to.style == REPORT_NONE)
        return;
    if (!last && now - r->last_line < (r->to.style == REPORT_BAR ? 0.05 : 1.0))
        return;
    r->last_line = now;
    if (r->to.style == REPORT_BAR)
        show_bar(r, p, f, n);
    else
        show_plain(r, p, f, n);
}

void report_tick(struct report *r, const struct progress_line *p, double loss)
{
    struct figure f = { "train.loss", loss, false };
    double        now = clock_seconds();
    double        since = now - (r->last_line > r->begun ? r->last_line : r->begun);

    if (r->to.json || r->to.style == REPORT_NONE ||
        since < (r->to.style == REPORT_BAR ? 0.2 : 60.0))
        return;
    r->last_line = now;
    if (r->to.style == REPORT_BAR)
        show_bar(r, p, &f, 1);
    else
        show_plain(r, p, &f, 1);
}

/* ---- words ---- */

void report_say(struct report *r, const char *fmt, ...)
{
    struct strbuf s = { 0 };
    va_list       ap;

    if (r->to.json || r->to.style == REPORT_NONE)
        return;
    close_bar(r);
    va_start(ap, fmt);
    strbuf_vprintf(&s, fmt, ap);
    va_end(ap);
    strbuf_puts(&s, "\n");
    put_visible(r->to.talk, strbuf_text(&s));
    strbuf_close(&s);
}

void report_status(struct report *r, const char *text, bool last)
{
    struct strbuf s = { 0 };
    double        now = clock_seconds();
    bool          bar = r->to.style == REPORT_BAR;
    size_t        width = bar ? width_of(r->to.talk) : SIZE_MAX, n = strlen(text);

    if (r->to.json || r->to.style == REPORT_NONE ||
        (!last && now - r->last_line < (bar ? 0.05 : 1.0)))
        return;
    r->last_line = now;
    strbuf_add(&s, text, n < width ? n : width - 1);
    if (bar)
        draw_bar(r, &s);
    else
        strbuf_puts(&s, "\n"), fputs(strbuf_text(&s), r->to.talk);
    strbuf_close(&s);
}

void report_result(struct report *r, const char *text)
{
    struct strbuf s = { 0 };

    if (r->to.json)
        return;
    close_bar(r);
    strbuf_visible(&s, text, strlen(text));
    put(r, r->to.result, strbuf_text(&s));
    strbuf_close(&s);
}

int report_close(struct report *r, struct diag *d)
{
    close_bar(r);
    if (r->events && fclose(r->events))
        r->failed = true;
    if (r->csv && fclose(r->csv))
        r->failed = true;
    r->events = r->csv = NULL;
    return r->failed ? refuse(r, d) : 0;
}
