/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "view/data_look.h"

#include <string.h>

#include "run/feed.h"
#include "run/feed_rows.h"
#include "run/row_class.h"

nnp_tensor data_look_batch(const struct session *s, int stream)
{
    nnp_tensor t = *frames_tensor(s->frames, stream);

    t.data = s->memory.stream[stream];
    return t;
}

int data_look_stream(const struct graph *g, const char *name, bool mapped)
{
    int found = -1;

    for (size_t i = 0; i < g->n_streams; i++)
        if (g->streams[i].data && (mapped || !g->streams[i].node) &&
            strcmp(g->streams[i].name, name) == 0)
            found = (int)i;
    return found < 0 ? -1 : graph_resolve(g, found, false);
}

struct passing { /* what is done with each batch */
    void (*take)(struct passing *l, const nnp_tensor *t);
    struct spread *column;
    size_t         columns;
    int64_t       *count, classes;
};

static int over(struct session *s, int stream, enum split split, struct passing *l,
                struct diag *d)
{
    int64_t n = feed_rows(s, split), batch = s->spec->train.batch, part;

    for (int64_t at = 0; at < n; at += part) {
        part = n - at < batch ? n - at : batch;
        if (feed_fetch(s, split, at, part, d) || frames_rows(s->frames, part, d))
            return -1;
        nnp_tensor t = data_look_batch(s, stream);
        l->take(l, &t);
    }
    return 0;
}

static void take_numbers(struct passing *l, const nnp_tensor *t)
{
    for (size_t i = 0, n = nnp_count(t); i < n; i++)
        spread_add(&l->column[i % l->columns], nnp_number(t, i));
}

static void take_classes(struct passing *l, const nnp_tensor *t)
{
    for (size_t i = 0, n = (size_t)t->shape[0]; i < n; i++) {
        int64_t k = row_class(t, i, n, (size_t)l->classes);
        l->count[k < 0 ? l->classes : k]++;
    }
}

int data_look_columns(struct session *s, int stream, enum split split, struct spread *v,
                      size_t columns, struct diag *d)
{
    struct passing l = { .take = take_numbers, .column = v, .columns = columns };

    memset(v, 0, columns * sizeof *v);
    return over(s, stream, split, &l, d);
}

int data_look_classes(struct session *s, int stream, enum split split, int64_t *count,
                      int64_t classes, struct diag *d)
{
    struct passing l = { .take = take_classes, .count = count, .classes = classes };

    memset(count, 0, (size_t)(classes + 1) * sizeof *count);
    return over(s, stream, split, &l, d);
}
