/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "run/results.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fsio.h"
#include "base/strbuf.h"

static struct figure *copy(struct arena *a, const struct figure *v, size_t n)
{
    struct figure *to = arena_array(a, n + 1, sizeof *to);

    for (size_t i = 0; i < n; i++)
        to[i] = (struct figure){ arena_strdup(a, v[i].name), v[i].value };
    return to;
}

struct result *results_add(struct results *r, const char *stage, uint64_t seed,
                           const struct figure *kept, size_t n_kept,
                           const struct figure *last, size_t n_last)
{
    if (r->n == r->room) {
        size_t room = r->room ? 2 * r->room : 16;
        r->v = arena_grow(r->arena, r->v, r->n, room, sizeof *r->v);
        r->room = room;
    }
    struct result *one = &r->v[r->n++];
    *one = (struct result){ .stage = stage,
                            .seed = seed,
                            .kept = copy(r->arena, kept, n_kept),
                            .n_kept = n_kept };
    one->last = last ? copy(r->arena, last, n_last) : one->kept;
    one->n_last = last ? n_last : n_kept;
    return one;
}

static void add_lines(struct strbuf *s, const char *which, const struct figure *v,
                      size_t n)
{
    for (size_t i = 0; i < n; i++)
        strbuf_printf(s, "%s,%s,%.17g\n", which, v[i].name, v[i].value);
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
    add_lines(&s, "kept", r->kept, r->n_kept);
    add_lines(&s, "last", r->last, r->n_last);
    int rc = fsio_replace(file_in(&scrap, folder), strbuf_text(&s), s.n, d);
    strbuf_close(&s);
    arena_close(&scrap);
    return rc;
}

struct lines {
    struct figure *v[2]; /* kept, last */
    size_t         n[2];
};

/* "kept,test.mse,0.03": anything else is passed by. */
static void read_line(struct lines *l, char *line)
{
    char *name = strchr(line, ','), *value = name ? strchr(name + 1, ',') : NULL;
    int   which = strncmp(line, "kept,", 5) == 0   ? 0
                  : strncmp(line, "last,", 5) == 0 ? 1
                                                   : -1;

    if (!value || which < 0)
        return;
    *value = 0;
    l->v[which][l->n[which]++] = (struct figure){ name + 1, strtod(value + 1, NULL) };
}

int results_read(struct results *r, const char *stage, uint64_t seed, const char *folder,
                 struct diag *d)
{
    struct arena scrap = { 0 };
    const char  *path = file_in(&scrap, folder);
    struct lines l = { 0 };
    char        *text, *rest;
    size_t       n, lines = 1;

    if (!fsio_exists(path)) {
        arena_close(&scrap);
        return 0;
    }
    if (fsio_read(path, 1 << 24, &text, &n, d)) {
        arena_close(&scrap);
        return -1;
    }
    for (size_t i = 0; i < n; i++)
        lines += text[i] == '\n';
    l.v[0] = arena_array(&scrap, lines, sizeof *l.v[0]);
    l.v[1] = arena_array(&scrap, lines, sizeof *l.v[1]);
    for (char *line = strtok_r(text, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest))
        read_line(&l, line);
    results_add(r, stage, seed, l.v[0], l.n[0], l.v[1], l.n[1]);
    free(text);
    arena_close(&scrap);
    return 1;
}

double results_figure(const struct result *r, const char *metric, bool last)
{
    const struct figure *v = last ? r->last : r->kept;

    for (size_t i = 0; i < (last ? r->n_last : r->n_kept); i++)
        if (strcmp(v[i].name, metric) == 0)
            return v[i].value;
    return (double)NAN;
}
