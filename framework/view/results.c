/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "view/results.h"

#include <stdlib.h>
#include <string.h>

#include "base/fsio.h"
#include "base/number.h"
#include "base/strbuf.h"
#include "train/trainer.h"
#include "train/weightfile.h"

static struct figures copy(struct arena *a, const struct figures *f)
{
    struct figures to = { .v = arena_array(a, f->n + 1, sizeof *to.v), .n = f->n };

    for (size_t i = 0; i < f->n; i++)
        to.v[i] = (struct figure){ arena_strdup(a, f->v[i].name), f->v[i].value,
                                   f->v[i].detail };
    return to;
}

struct result *results_add(struct results *r, const char *stage, uint64_t seed,
                           const struct figures *kept, const struct figures *last)
{
    if (r->n == r->room) {
        size_t room = r->room ? 2 * r->room : 16;
        r->v = arena_grow(r->arena, r->v, r->n, room, sizeof *r->v);
        r->room = room;
    }
    struct result *one = &r->v[r->n++];
    *one = (struct result){ .stage = stage,
                            .seed = seed,
                            .kept = copy(r->arena, kept),
                            .last = copy(r->arena, last->n ? last : kept) };
    return one;
}

void results_add_figure(struct results *r, struct result *one, const char *name,
                        double value)
{
    struct figures *f = &one->kept;

    f->v = arena_grow(r->arena, f->v, f->n, f->n + 1, sizeof *f->v);
    f->v[f->n++] = (struct figure){ arena_strdup(r->arena, name), value, false };
}

static void add_missed(struct arena *a, struct result *one, const char *text)
{
    one->missed =
        arena_grow(a, one->missed, one->n_missed, one->n_missed + 1, sizeof *one->missed);
    one->missed[one->n_missed++] = arena_strdup(a, text);
}

void results_add_missed(struct results *r, struct result *one, const struct diag *said)
{
    for (size_t i = 0; i < said->n; i++)
        if (said->entries[i].severity == DIAG_ERROR &&
            said->entries[i].class == DIAG_MISSED)
            add_missed(r->arena, one, said->entries[i].text);
}

void results_add_shown(struct results *r, struct result *one, const char *report,
                       const char *file)
{
    struct arena *a = r->arena;

    one->shown =
        arena_grow(a, one->shown, one->n_shown, one->n_shown + 1, sizeof *one->shown);
    one->shown[one->n_shown++] =
        (struct shown){ arena_strdup(a, report), arena_strdup(a, file) };
}

/* ---- curves ---- */

static struct curve *add_curve(struct arena *a, struct result *to, const char *name,
                               size_t n)
{
    struct curve *k = &to->curves[to->n_curves++];

    *k = (struct curve){ .name = arena_strdup(a, name),
                         .epoch = arena_array(a, n + 1, sizeof *k->epoch),
                         .value = arena_array(a, n + 1, sizeof *k->value) };
    return k;
}

void results_add_curves(struct results *r, struct result *one, const struct history *h)
{
    one->curves = arena_array(r->arena, h->n + 1, sizeof *one->curves);
    for (size_t i = 0; i < h->n; i++) {
        const struct curve *from = &h->curves[i];
        struct curve       *to = add_curve(r->arena, one, from->name, from->n);
        to->n = from->n;
        memcpy(to->epoch, from->epoch, to->n * sizeof *to->epoch);
        memcpy(to->value, from->value, to->n * sizeof *to->value);
    }
}

/* How the columns of metrics.csv lie, and which rows are wanted. */
struct columns {
    size_t  leading;
    int64_t attempt; /* 0: there is no such column, all rows are */
};

/* A field without a number is passed by. */
static void read_row(struct result *to, const struct columns *c, char *line)
{
    double epoch = number_read(line, NULL);
    char  *field = line, *end;

    for (size_t i = 0; field; i++) {
        char  *next = strchr(field, ',');
        double v = number_read(field, &end);
        if (i == REPORT_LEADING && c->attempt && v != (double)c->attempt)
            return;
        if (i >= c->leading && i - c->leading < to->n_curves && end != field) {
            struct curve *k = &to->curves[i - c->leading];
            k->epoch[k->n] = epoch;
            k->value[k->n++] = v;
        }
        field = next ? next + 1 : NULL;
    }
}

/* The rows that are wanted are those of the attempt whose weights are kept. */
static int64_t kept_attempt(const char *folder)
{
    struct arena scrap = { 0 };
    const char  *text =
        weightfile_meta(&scrap, arena_printf(&scrap, "%s/best.nnw", folder), "attempt");
    int64_t attempt = text ? strtoll(text, NULL, 10) : 0;

    arena_close(&scrap);
    return attempt;
}

static struct columns read_header(struct arena *a, struct result *to, const char *folder,
                                  char *line, size_t rows)
{
    struct columns c = { .leading = REPORT_LEADING };
    size_t         i = 0, most = 1;
    char          *rest;

    for (const char *at = line; *at; at++)
        most += *at == ',';
    to->curves = arena_array(a, most, sizeof *to->curves);
    for (char *name = strtok_r(line, ",", &rest); name;
         name = strtok_r(NULL, ",", &rest), i++)
        if (i == REPORT_LEADING && strcmp(name, REPORT_ATTEMPT) == 0)
            c = (struct columns){ REPORT_LEADING + 1, kept_attempt(folder) };
        else if (i >= c.leading)
            add_curve(a, to, name, rows);
    return c;
}

static size_t count_lines(const char *text)
{
    size_t n = 1;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

/* Of a training that was done before: an estimator has no such file. */
static int read_curves(struct results *r, struct result *one, const char *folder,
                       struct diag *d)
{
    struct arena scrap = { 0 };
    const char  *path = arena_printf(&scrap, "%s/metrics.csv", folder);
    char        *text = NULL, *rest;
    size_t       n;
    int          rc = fsio_exists(path) ? fsio_read(path, 1 << 28, &text, &n, d) : 0;

    arena_close(&scrap);
    if (rc || !text)
        return rc;
    size_t         rows = count_lines(text);
    struct columns c = { 0 };
    char          *line = strtok_r(text, "\n", &rest);
    if (line)
        c = read_header(r->arena, one, folder, line, rows);
    while (line && (line = strtok_r(NULL, "\n", &rest)))
        read_row(one, &c, line);
    free(text);
    return 0;
}

const struct curve *results_curve(const struct result *r, const char *metric)
{
    for (size_t i = 0; i < r->n_curves; i++)
        if (strcmp(r->curves[i].name, metric) == 0)
            return &r->curves[i];
    return NULL;
}

/* ---- figures ---- */

static void add_lines(struct strbuf *s, const char *which, const struct figures *f)
{
    for (size_t i = 0; i < f->n; i++)
        strbuf_printf(s, "%s,%s,%.17g\n", which, f->v[i].name, f->v[i].value);
}

/* missed,"TEXT", : the text between quotes, which are doubled in it, on one line. */
static void add_text(struct strbuf *s, const char *text)
{
    strbuf_puts(s, "missed,\"");
    for (; *text; text++)
        strbuf_printf(s, *text == '"' ? "\"%c" : "%c", *text == '\n' ? ' ' : *text);
    strbuf_puts(s, "\",\n");
}

static const char *file_in(struct arena *a, const char *folder)
{
    return arena_printf(a, "%s/results.csv", folder);
}

int results_write(const struct result *r, const char *folder, struct diag *d)
{
    struct arena  scrap = { 0 };
    struct strbuf s = { 0 };

    strbuf_puts(&s, "weights,figure,value\n");
    add_lines(&s, "kept", &r->kept);
    add_lines(&s, "last", &r->last);
    for (size_t i = 0; i < r->n_missed; i++)
        add_text(&s, r->missed[i]);
    for (size_t i = 0; i < r->n_shown; i++)
        strbuf_printf(&s, "shown,%s,%s\n", r->shown[i].report, r->shown[i].file);
    int rc = fsio_replace(file_in(&scrap, folder), strbuf_text(&s), s.n, d);
    strbuf_close(&s);
    arena_close(&scrap);
    return rc;
}

/* "kept,test.mse,0.03": anything else is passed by. f: kept, last. */
static void read_line(struct figures f[2], char *line)
{
    char *name = strchr(line, ','), *value = name ? strchr(name + 1, ',') : NULL;
    bool  kept = strncmp(line, "kept,", 5) == 0;

    if (!value || (!kept && strncmp(line, "last,", 5) != 0))
        return;
    *value = 0;
    figures_add(&f[!kept], name + 1, number_read(value + 1, NULL));
}

/* What add_text wrote, in place; NULL: another line. */
static char *take_text(char *line)
{
    static const char head[] = "missed,\"";
    char             *text = line + sizeof head - 1, *to = text;

    if (strncmp(line, head, sizeof head - 1) != 0)
        return NULL;
    for (const char *from = text; *from && (*from != '"' || from[1] == '"'); from++) {
        from += *from == '"';
        *to++ = *from;
    }
    *to = 0;
    return text;
}

/* "shown,compare,compare.txt"; a file elsewhere is passed by. 1: it was such a line. */
static int read_shown(struct results *r, struct result *to, char *line)
{
    static const char head[] = "shown,";
    char             *report = line + sizeof head - 1, *file;

    if (strncmp(line, head, sizeof head - 1) != 0)
        return 0;
    file = strchr(report, ',');
    if (file && !strchr(file, '/')) {
        *file = 0;
        results_add_shown(r, to, report, file + 1);
    }
    return 1;
}

/* As the training itself said it. */
static void say_missed(const struct result *one, struct diag *d)
{
    enum diag_class was = d->class;

    d->class = DIAG_MISSED;
    for (size_t i = 0; i < one->n_missed; i++) {
        diag_error(d, NULL, "%s", one->missed[i]);
        diag_note(d, "by    %s, which was done before", one->folder);
    }
    d->class = was;
}

int results_read(struct results *r, const char *stage, uint64_t seed, const char *folder,
                 struct diag *d)
{
    struct arena   scrap = { 0 };
    const char    *path = file_in(&scrap, folder);
    struct figures f[2] = { 0 };
    char          *text, *rest;
    size_t         n;
    struct result  other = { 0 };

    if (!fsio_exists(path)) {
        arena_close(&scrap);
        return 0;
    }
    if (fsio_read(path, 1 << 24, &text, &n, d)) {
        arena_close(&scrap);
        return -1;
    }
    for (char *line = strtok_r(text, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest)) {
        char *missed = take_text(line);
        if (missed)
            add_missed(r->arena, &other, missed);
        else if (!read_shown(r, &other, line))
            read_line(f, line);
    }
    figures_mark(&f[0]);
    figures_mark(&f[1]);
    struct result *one = results_add(r, stage, seed, &f[0], &f[1]);
    figures_close(&f[0]);
    figures_close(&f[1]);
    one->folder = arena_strdup(r->arena, folder);
    one->missed = other.missed;
    one->n_missed = other.n_missed;
    one->shown = other.shown;
    one->n_shown = other.n_shown;
    say_missed(one, d);
    free(text);
    arena_close(&scrap);
    return read_curves(r, one, folder, d) ? -1 : 1;
}
