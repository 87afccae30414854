/* SPDX-License-Identifier: MIT */
/* Rows as lines of JSON: lists of numbers, nested as they like, or maps of such lists. */
#include <config.h>
#include "rows/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/number.h"

enum { DEPTH_MAX = 16 };

struct json {
    struct rows *r;
    const char  *line, *p;
    float       *row;
    bool        *seen; /* by number of the row */
};

static int wrong(struct json *j, const char *wanted)
{
    return diag_error(j->r->d, NULL, "%s:%zu:%zu: %s", j->r->path, j->r->line,
                      (size_t)(j->p - j->line) + 1, wanted);
}

/* Passes blanks, then the character if it is there. */
static bool at(struct json *j, char c)
{
    j->p += strspn(j->p, " \t\r");
    if (*j->p != c)
        return false;
    j->p++;
    return true;
}

static int number(struct json *j, double *v)
{
    size_t digits = strspn(j->p, "-+.0123456789eE");
    char  *end;

    *v = number_read(j->p, &end);
    if (!digits || end != j->p + digits || *j->p == '+' || *j->p == '.')
        return wrong(j, "a number or a list is needed here");
    j->p = end;
    return 0;
}

/* The numbers of a value, however nested, into places from *to up to end; past it they
 * are only counted. place -1: the value is passed by. */
static int numbers(struct json *j, int64_t first, int64_t end, int64_t *n, int depth)
{
    double v;

    if (!at(j, '[')) {
        if (number(j, &v))
            return -1;
        int64_t to = first + (*n)++;
        if (first < 0 || to >= end)
            return 0;
        j->seen[to] = true;
        return rows_put(j->r, j->row, to, v);
    }
    if (depth == DEPTH_MAX)
        return wrong(j, "nested too deep");
    if (at(j, ']'))
        return 0;
    do {
        if (numbers(j, first, end, n, depth + 1))
            return -1;
    } while (at(j, ','));
    return at(j, ']') ? 0 : wrong(j, "',' or ']' is missing here");
}

static const char *key(struct json *j)
{
    const char *name;

    if (!at(j, '"')) {
        wrong(j, "a name in quotes is needed here");
        return NULL;
    }
    size_t n = strcspn(j->p, "\"\\");
    if (j->p[n] != '"') {
        wrong(j, "this name does not end, or has a '\\' in it");
        return NULL;
    }
    name = arena_strndup(&j->r->scrap, j->p, n);
    j->p += n + 1;
    return name;
}

static int member(struct json *j)
{
    const char *name = key(j);
    int64_t     to = 0, size, n = 0;

    if (!name)
        return -1;
    if (!at(j, ':'))
        return wrong(j, "':' is missing here");
    if (rows_find(j->r, name, &to, &size)) {
        diag_error(j->r->d, NULL, "%s:%zu: no stream or column is called '%s'",
                   j->r->path, j->r->line, name);
        diag_note(j->r->d, "a row is  %s", rows_layout(j->r));
        return -1;
    }
    if (size && j->seen[to])
        return diag_error(j->r->d, NULL, "%s:%zu: '%s' is given twice", j->r->path,
                          j->r->line, name);
    if (numbers(j, size ? to : -1, to + size, &n, 0))
        return -1;
    return !size || n == size
               ? 0
               : diag_error(j->r->d, NULL, "%s:%zu: %s: %lld numbers, %lld are needed",
                            j->r->path, j->r->line, name, (long long)n, (long long)size);
}

static int map(struct json *j)
{
    if (!at(j, '}')) {
        do {
            if (member(j))
                return -1;
        } while (at(j, ','));
        if (!at(j, '}'))
            return wrong(j, "',' or '}' is missing here");
    }
    for (int64_t i = 0; i < j->r->g->row; i++)
        if (!j->seen[i]) {
            diag_error(j->r->d, NULL, "%s:%zu: '%s' is missing", j->r->path, j->r->line,
                       rows_name(j->r, i));
            diag_note(j->r->d, "a row is  %s", rows_layout(j->r));
            return -1;
        }
    return 0;
}

static int list(struct json *j)
{
    int64_t n = 0, row = j->r->g->row;

    if (numbers(j, 0, row, &n, 0))
        return -1;
    if (n == row)
        return 0;
    diag_error(j->r->d, NULL, "%s:%zu: %lld numbers, a row has %lld", j->r->path,
               j->r->line, (long long)n, (long long)row);
    diag_note(j->r->d, "a row is  %s", rows_layout(j->r));
    return -1;
}

static int read_line(struct json *j, const char *line)
{
    j->line = j->p = line;
    j->row = rows_next(j->r);
    memset(j->seen, 0, (size_t)j->r->g->row * sizeof *j->seen);
    if (!j->row || (at(j, '{') ? map(j) : list(j)))
        return -1;
    at(j, 0);
    if (j->p != line + strlen(line) + 1)
        return wrong(j, "a line holds one row; there is more here");
    j->r->n++;
    return 0;
}

int rows_json(struct rows *r, char *text, size_t size)
{
    struct json j = { .r = r };

    j.seen = arena_array(&r->scrap, (size_t)r->g->row, sizeof *j.seen);
    for (char *p = text, *end = text + size; p < end;) {
        char *stop = memchr(p, '\n', (size_t)(end - p));
        stop = stop ? stop : end;
        *stop = 0;
        r->line++;
        if (p[strspn(p, " \t\r")] && read_line(&j, p))
            return -1;
        p = stop + 1;
    }
    return 0;
}
