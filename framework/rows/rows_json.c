/* SPDX-License-Identifier: MIT */
/* Rows as lines of JSON: lists of numbers, nested as they like, or maps of such lists. */
#include <config.h>
#include "rows/rows.h"

#include <string.h>

#include "base/json_read.h"

struct line {
    struct rows     *r;
    struct json_read json;
    double          *row;
    bool            *seen;    /* by number of the row */
    const char      *unknown; /* the first name of that kind, or NULL */
};

/* What the JSON reader found wrong, or what else is. */
static int wrong(struct line *j, const char *what)
{
    what = j->json.wrong ? j->json.wrong : what;
    return diag_error(j->r->d, NULL, "%s:%zu:%zu: %s", j->r->path, j->r->line,
                      (size_t)(j->json.p - j->json.start) + 1, what);
}

static bool is_number(char c)
{
    return c == '-' || (c >= '0' && c <= '9');
}

/* A number, or the name of a class, to its place; -1: nowhere. */
static int single(struct line *j, char c, int64_t to)
{
    const char *text = NULL;
    double      v = 0;
    int         rc = -1;

    if (is_number(c))
        rc = json_read_number(&j->json, &v);
    else if (c == '"')
        rc = json_read_text(&j->json, &text);
    if (rc) {
        j->json.wrong = NULL;
        return wrong(j, "a number or a list is needed here");
    }
    if (to < 0)
        return 0;
    j->seen[to] = true;
    return text ? rows_put_text(j->r, j->row, to, text) : rows_put(j->r, j->row, to, v);
}

/* The numbers of a value, however nested, into places from *to up to end; past it they
 * are only counted. place -1: the value is passed by. */
static int numbers(struct line *j, int64_t first, int64_t end, int64_t *n)
{
    char c = json_read_next(&j->json);
    int  rc = 0;

    if (c != '[') {
        int64_t to = first + (*n)++;
        return single(j, c, first < 0 || to >= end ? -1 : to);
    }
    if (json_read_list(&j->json))
        return wrong(j, NULL);
    while ((rc = json_read_item(&j->json)) > 0)
        if (numbers(j, first, end, n))
            return -1;
    return rc ? wrong(j, NULL) : 0;
}

static int member(struct line *j, const char *name)
{
    const struct rows_name *f = rows_find(j->r, name);
    int64_t                 n = 0;

    if (!f || !f->size) { /* as columns of CSV that nobody needs */
        j->unknown = f || j->unknown ? j->unknown : name;
        return json_read_skip(&j->json) ? wrong(j, NULL) : 0;
    }
    if (j->seen[f->at])
        return diag_error(j->r->d, NULL, "%s:%zu: '%s' is given twice", j->r->path,
                          j->r->line, name);
    if (numbers(j, f->at, f->at + f->size, &n))
        return -1;
    return n == f->size
               ? 0
               : diag_error(j->r->d, NULL, "%s:%zu: %s: %lld numbers, %lld are needed",
                            j->r->path, j->r->line, name, (long long)n,
                            (long long)f->size);
}

/* A name that nobody knows may be meant for it. */
static int missing(struct line *j, int64_t at)
{
    struct rows *r = j->r;

    diag_error(r->d, NULL, "%s:%zu: '%s' is missing%s%s%s", r->path, r->line,
               r->number[at], j->unknown ? "; no stream or column is called '" : "",
               j->unknown ? j->unknown : "", j->unknown ? "'" : "");
    diag_note(r->d, "a row is  %s", rows_layout(r));
    return -1;
}

static int map(struct line *j)
{
    const char *name;
    int         rc = json_read_map(&j->json);

    j->unknown = NULL;
    while (!rc && (rc = json_read_key(&j->json, &name)) > 0)
        if ((rc = member(j, name)))
            return -1;
    if (rc)
        return wrong(j, NULL);
    for (int64_t i = 0; i < j->r->g->row; i++)
        if (!j->seen[i])
            return missing(j, i);
    return 0;
}

static int list(struct line *j)
{
    int64_t n = 0, row = j->r->g->row;

    if (numbers(j, 0, row, &n))
        return -1;
    if (n == row)
        return 0;
    diag_error(j->r->d, NULL, "%s:%zu: %lld numbers, a row has %lld", j->r->path,
               j->r->line, (long long)n, (long long)row);
    diag_note(j->r->d, "a row is  %s", rows_layout(j->r));
    return -1;
}

static int read_line(struct line *j, const char *line)
{
    json_read_open(&j->json, &j->r->scrap, line, strlen(line));
    j->row = rows_next(j->r);
    memset(j->seen, 0, (size_t)j->r->g->row * sizeof *j->seen);
    if (!j->row || (json_read_next(&j->json) == '{' ? map(j) : list(j)))
        return -1;
    if (json_read_end(&j->json)) {
        j->json.wrong = NULL;
        return wrong(j, "a line holds one row; there is more here");
    }
    j->r->n++;
    return 0;
}

int rows_json(struct rows *r, char *text, size_t size)
{
    struct line j = { .r = r };

    j.seen = arena_array(&r->scrap, (size_t)r->g->row, sizeof *j.seen);
    if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
        memset(text, ' ', 3);
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
