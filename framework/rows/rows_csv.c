/* SPDX-License-Identifier: MIT */
/* Rows as lines of fields. The first line says what separates them: a comma, else a tab,
 * else a semicolon, else blanks. */
#include <config.h>
#include "rows/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/number.h"

struct table {
    struct rows *r;
    char         separator; /* ' ': any blanks */
    int64_t     *place;     /* by field: where its number goes, -1: nowhere */
    size_t       n;         /* fields of a line */
};

/* The next field of the text at *p, without blanks and quotes around it, or NULL. */
static char *field(const struct table *t, char **p)
{
    char *f = *p, *end;

    if (!f)
        return NULL;
    if (t->separator == ' ') {
        f += strspn(f, " ");
        end = *f ? f + strcspn(f, " ") : NULL;
        *p = end && *end ? end + 1 : NULL;
        if (!end)
            return NULL;
        *end = 0;
        return f;
    }
    end = strchr(f, t->separator);
    *p = end ? end + 1 : NULL;
    end = end ? end : f + strlen(f);
    *end = 0;
    f += strspn(f, " \t");
    while (end > f && (end[-1] == ' ' || end[-1] == '\t'))
        *--end = 0;
    if (end - f >= 2 && *f == '"' && end[-1] == '"') {
        end[-1] = 0;
        f++;
    }
    return f;
}

static bool is_number(const char *f, double *v)
{
    char *end;

    *v = number_read(f, &end);
    return end != f && !*end;
}

static int not_enough(const struct table *t, size_t n)
{
    diag_error(t->r->d, NULL, "%s:%zu: %zu number%s, a row has %zu", t->r->path,
               t->r->line, n, n == 1 ? "" : "s", t->n);
    if (!t->place)
        diag_note(t->r->d, "a row is  %s", rows_layout(t->r));
    return -1;
}

static int read_line(struct table *t, char *line)
{
    struct rows *r = t->r;
    float       *row = rows_next(r);
    size_t       n = 0;
    char        *f;

    while (row && (f = field(t, &line))) {
        int64_t at = t->place && n < t->n ? t->place[n] : (int64_t)n;
        double  v;
        n++;
        if (at < 0 || n > t->n)
            continue;
        if (!*f)
            return diag_error(r->d, NULL, "%s: %s: it has no value here", rows_where(r),
                              rows_name(r, at));
        if (!is_number(f, &v))
            return diag_error(r->d, NULL, "%s: %s: '%.40s' is not a number",
                              rows_where(r), rows_name(r, at), f);
        if (rows_put(r, row, at, v))
            return -1;
    }
    if (row && n != t->n)
        return not_enough(t, n);
    r->n++;
    return row ? 0 : -1;
}

/* ---- the first line ---- */

static char find_separator(const char *line)
{
    static const char separators[] = ",\t;";

    for (const char *s = separators; *s; s++)
        if (strchr(line, *s))
            return *s;
    return ' ';
}

static bool is_header(const struct table *t, char *line)
{
    char  *f;
    double v;

    while ((f = field(t, &line)))
        if (*f && !is_number(f, &v))
            return true;
    return false;
}

static int place_name(struct table *t, const char *name, bool *seen)
{
    struct rows *r = t->r;
    int64_t      at = 0, size;

    if (rows_find(r, name, &at, &size) || !size)
        return 0;
    if (size > 1) /* a stream of several numbers has a name for each */
        return 0;
    if (seen[at])
        return diag_error(r->d, NULL, "%s:1: two columns are called '%s'", r->path, name);
    seen[at] = true;
    t->place[t->n] = at;
    return 0;
}

/* All numbers of a row must be in the columns; others are passed by. */
static int read_header(struct table *t, char *line)
{
    struct rows *r = t->r;
    size_t       room = strlen(line) + 1;
    bool        *seen = arena_array(&r->scrap, (size_t)r->g->row, sizeof *seen);
    char        *f;

    t->place = arena_array(&r->scrap, room, sizeof *t->place);
    for (t->n = 0; (f = field(t, &line)); t->n++) {
        t->place[t->n] = -1;
        if (place_name(t, f, seen))
            return -1;
    }
    for (int64_t at = 0; at < r->g->row; at++)
        if (!seen[at]) {
            diag_error(r->d, NULL, "%s:1: no column is called '%s'", r->path,
                       rows_name(r, at));
            diag_note(r->d, "a row is  %s", rows_layout(r));
            return -1;
        }
    return 0;
}

static int first_line(struct table *t, char *line)
{
    char *copy = arena_strdup(&t->r->scrap, line);

    t->separator = find_separator(line);
    t->n = (size_t)t->r->g->row;
    return is_header(t, copy) ? read_header(t, line) : read_line(t, line);
}

int rows_csv(struct rows *r, char *text, size_t size)
{
    struct table t = { .r = r };
    bool         first = true;

    for (char *p = text, *end = text + size; p < end;) {
        char *stop = memchr(p, '\n', (size_t)(end - p));
        stop = stop ? stop : end;
        *stop = 0;
        r->line++;
        if (stop > p && stop[-1] == '\r')
            stop[-1] = 0;
        if (p[strspn(p, " \t")] && (first ? first_line : read_line)(&t, p))
            return -1;
        first = first && !p[strspn(p, " \t")];
        p = stop + 1;
    }
    return 0;
}
