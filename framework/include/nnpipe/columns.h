/* SPDX-License-Identifier: MIT */
/*
 * Which columns of a file make which stream, as a user lists them:
 *
 *     columns: {x: [a, b, 4, 6..9, "pixel*"], y: [kind]}
 *     columns: {y: [kind], x: rest}                       or {y: [kind]}
 *
 * An entry is the name of a column, its number from 0, a range of either with both ends, a
 * pattern in which * stands for any letters and ? for one, or `rest`: the columns that
 * no other entry names, in the order of the file ("*" alone is the same). No column may be
 * used twice.
 *
 *     rc = nnp_columns_choose(tree, &names, &columns);     < 0: columns.why
 *     nnp_columns_close(&columns);
 *
 * Header only, C99 and C++.
 */
#ifndef NNPIPE_COLUMNS_H
#define NNPIPE_COLUMNS_H
#include <nnpipe/csv.h>
#include <nnpipe/plugin.h>

typedef struct nnp_column { /* one that is used */
    const char *stream;
    size_t      at; /* place in the file */
} nnp_column;

typedef struct nnp_columns {
    nnp_column *v; /* malloc'd, in the order of the streams */
    size_t      n, room;
    char       *used; /* by place in the file */
    char        why[512];  /* after -1 */
    char        note[160]; /* what was guessed, or "" */
} nnp_columns;

static inline void nnp_columns_close(nnp_columns *c)
{
    free(c->v);
    free(c->used);
    c->v = NULL;
    c->used = NULL;
    c->n = c->room = 0;
}

/* "a, b, c": the columns that there are, or how many. */
static inline const char *nnp_columns_list(const nnp_csv_names *names, char *text,
                                           size_t room)
{
    size_t at = 0;

    snprintf(text, room, "%zu without names", names->n);
    for (size_t i = 0; names->name && i < names->n; i++) {
        if (at + strlen(names->name[i]) + 8 > room) {
            snprintf(text + at, room - at, ", ...");
            break;
        }
        at += (size_t)snprintf(text + at, room - at, "%s%s", i ? ", " : "",
                               names->name[i]);
    }
    return text;
}

static inline int nnp_columns_refuse(nnp_columns *c, const nnp_csv_names *names,
                                     const char *what, const char *entry)
{
    char known[320];

    snprintf(c->why, sizeof c->why, "columns: %s '%.80s'; there are %s", what, entry,
             nnp_columns_list(names, known, sizeof known));
    return -1;
}

static inline const char *nnp_columns_name(const nnp_csv_names *names, size_t at,
                                           char number[24])
{
    if (names->name && *names->name[at])
        return names->name[at];
    snprintf(number, 24, "%zu", at);
    return number;
}

static inline int nnp_columns_add(nnp_columns *c, const nnp_csv_names *names,
                                  const char *stream, size_t at)
{
    char number[24];

    if (c->used[at]) {
        const char *other = stream;

        for (size_t i = 0; i < c->n; i++)
            other = c->v[i].at == at ? c->v[i].stream : other;
        snprintf(c->why, sizeof c->why, "columns: '%.80s' is in %.40s twice",
                 nnp_columns_name(names, at, number), stream);
        if (strcmp(other, stream) != 0)
            snprintf(c->why, sizeof c->why,
                     "columns: '%.80s' is in %.40s and in %.40s: a column belongs to one",
                     nnp_columns_name(names, at, number), other, stream);
        return -1;
    }
    if (c->n == c->room) {
        size_t room = c->room ? 2 * c->room : 16;
        void  *more = realloc(c->v, room * sizeof *c->v);

        if (!more) {
            snprintf(c->why, sizeof c->why, "out of memory");
            return -1;
        }
        c->v = (nnp_column *)more;
        c->room = room;
    }
    c->used[at] = 1;
    c->v[c->n].stream = stream;
    c->v[c->n++].at = at;
    return 0;
}

/* A column by its name, else by its number: 1; 0: there is none; -1: there are two. */
static inline int nnp_columns_find(nnp_columns *c, const nnp_csv_names *names,
                                   const char *text, size_t *at)
{
    char  *end;
    int    twice;
    double number;

    *at = nnp_csv_find(names, text, &twice);
    if (twice) {
        snprintf(c->why, sizeof c->why, "columns: two columns are called '%.80s'", text);
        return -1;
    }
    number = *text >= '0' && *text <= '9' ? strtod(text, &end) : -1;
    if (number < 0 || *end || number != floor(number) || number >= (double)names->n)
        return *at < names->n;
    if (*at < names->n && (size_t)number != *at)
        snprintf(c->note, sizeof c->note,
                 "columns: '%.40s' is the name of column %zu, not the number of one", text,
                 *at);
    if (*at == names->n)
        *at = (size_t)number;
    return 1;
}

/* "3..7", "a..d". */
static inline int nnp_columns_range(nnp_columns *c, const nnp_csv_names *names,
                                    const char *stream, const char *text)
{
    const char *dots = strstr(text, "..");
    char        first[256];
    size_t      from, to;
    int         rc;

    if (!dots || dots == text || !dots[2] || (size_t)(dots - text) >= sizeof first)
        return 0;
    snprintf(first, sizeof first, "%.*s", (int)(dots - text), text);
    rc = nnp_columns_find(c, names, first, &from);
    if (rc == 1)
        rc = nnp_columns_find(c, names, dots + 2, &to);
    if (rc != 1)
        return rc;
    if (from > to)
        return nnp_columns_refuse(c, names, "a range that runs backwards,", text);
    for (; from <= to; from++)
        if (nnp_columns_add(c, names, stream, from))
            return -1;
    return 1;
}

/* Any letters stand for *, one for ?. The last * is tried again with a letter more. */
static inline int nnp_columns_like(const char *pattern, const char *name)
{
    const char *star = NULL, *back = NULL;

    while (*name)
        if (*pattern == '*') {
            star = pattern++;
            back = name;
        } else if (*pattern == '?' || *pattern == *name) {
            pattern++;
            name++;
        } else if (star) {
            pattern = star + 1;
            name = ++back;
        } else {
            return 0;
        }
    while (*pattern == '*')
        pattern++;
    return !*pattern;
}

static inline int nnp_columns_pattern(nnp_columns *c, const nnp_csv_names *names,
                                      const char *stream, const char *text)
{
    int found = 0;

    if (!strpbrk(text, "*?"))
        return 0;
    for (size_t i = 0; names->name && i < names->n; i++) {
        if (!nnp_columns_like(text, names->name[i]))
            continue;
        found = 1;
        if (nnp_columns_add(c, names, stream, i))
            return -1;
    }
    return found;
}

static inline int nnp_columns_is_rest(const nnp_csv_names *names, const nnp_node *entry)
{
    int twice;

    return entry->kind == NNP_SCALAR && entry->text &&
           (strcmp(entry->text, "rest") == 0 || strcmp(entry->text, "*") == 0) &&
           nnp_csv_find(names, entry->text, &twice) == names->n;
}

static inline int nnp_columns_entry(nnp_columns *c, const nnp_csv_names *names,
                                    const char *stream, const nnp_node *entry)
{
    const char *text = entry->kind == NNP_SCALAR && entry->text ? entry->text : "a list";
    size_t      at;
    int         rc = nnp_columns_find(c, names, text, &at);

    if (rc == 1)
        return nnp_columns_add(c, names, stream, at);
    if (!rc)
        rc = nnp_columns_range(c, names, stream, text);
    if (!rc)
        rc = nnp_columns_pattern(c, names, stream, text);
    if (rc)
        return rc < 0 ? -1 : 0;
    return nnp_columns_refuse(c, names, "none is", text);
}

static inline const nnp_node *nnp_columns_listed(const nnp_node *stream, uint32_t *n)
{
    *n = stream->kind == NNP_SCALAR ? 1 : stream->n;
    return stream->kind == NNP_SCALAR ? stream : stream->child;
}

/* The columns of a stream, `rest` left out; with `rest` that alone. */
static inline int nnp_columns_stream(nnp_columns *c, const nnp_csv_names *names,
                                     const nnp_node *stream, int rest)
{
    uint32_t        n;
    const nnp_node *entry = nnp_columns_listed(stream, &n);

    for (uint32_t k = 0; k < n; k++) {
        int is_rest = nnp_columns_is_rest(names, &entry[k]);

        if (!is_rest && !rest && nnp_columns_entry(c, names, stream->key, &entry[k]))
            return -1;
        for (size_t i = 0; is_rest && rest && i < names->n; i++)
            if (!c->used[i] && nnp_columns_add(c, names, stream->key, i))
                return -1;
    }
    return 0;
}

/* Of a tree with y alone the others are x. */
static inline int nnp_columns_others(nnp_columns *c, const nnp_csv_names *names,
                                     const nnp_node *tree)
{
    if (tree->n != 1 || strcmp(tree->child->key, "y") != 0)
        return 0;
    for (size_t i = 0; i < names->n; i++)
        if (!c->used[i] && nnp_columns_add(c, names, "x", i))
            return -1;
    return 0;
}

/* Streams stand in the order of the tree, whichever was filled first. */
static inline int nnp_columns_arrange(nnp_columns *c, const nnp_node *tree)
{
    nnp_column *v = (nnp_column *)malloc((c->n + 1) * sizeof *v);
    size_t      n = 0;

    if (!v) {
        snprintf(c->why, sizeof c->why, "out of memory");
        return -1;
    }
    for (size_t i = 0; tree->n == 1 && i < c->n; i++)
        if (c->v[i].stream != tree->child->key)
            v[n++] = c->v[i];
    for (uint32_t k = 0; k < tree->n; k++)
        for (size_t i = 0; i < c->n; i++)
            if (c->v[i].stream == tree->child[k].key)
                v[n++] = c->v[i];
    free(c->v);
    c->v = v;
    c->room = c->n + 1;
    return 0;
}

/* Without a tree y is the last column and x are the others. */
static inline int nnp_columns_usual(nnp_columns *c, const nnp_csv_names *names)
{
    if (names->n < 2) {
        snprintf(c->why, sizeof c->why, "a single column: x and y need one each");
        return -1;
    }
    for (size_t i = 0; i < names->n; i++) {
        int twice = 0;

        if (names->name)
            nnp_csv_find(names, names->name[i], &twice);
        if (twice) {
            snprintf(c->why, sizeof c->why, "columns: two columns are called '%.80s'",
                     names->name[i]);
            return -1;
        }
        if (nnp_columns_add(c, names, i + 1 < names->n ? "x" : "y", i))
            return -1;
    }
    return 0;
}

/* tree: the parameter, or NULL. `c` is all zero, or was closed; it has to be closed even
 * after -1. */
static inline int nnp_columns_choose(const nnp_node *tree, const nnp_csv_names *names,
                                     nnp_columns *c)
{
    c->used = (char *)calloc(names->n + 1, 1);
    if (!c->used)
        snprintf(c->why, sizeof c->why, "out of memory");
    if (!c->used || !tree)
        return c->used ? nnp_columns_usual(c, names) : -1;
    for (int rest = 0; tree->kind == NNP_MAP && rest < 2; rest++)
        for (uint32_t k = 0; k < tree->n; k++)
            if (nnp_columns_stream(c, names, &tree->child[k], rest))
                return -1;
    if (c->n && nnp_columns_others(c, names, tree))
        return -1;
    if (c->n)
        return nnp_columns_arrange(c, tree);
    snprintf(c->why, sizeof c->why,
             "columns: a map of streams is needed, {x: [a, b], y: [c]}");
    return -1;
}
#endif
