/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "train/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

static void *grow(void *old, size_t n, size_t size)
{
    void *p = realloc(old, n * size);

    if (!p)
        arena_run_out(n * size);
    return p;
}

static struct curve *get(struct history *h, const char *name)
{
    for (size_t i = 0; i < h->n; i++)
        if (strcmp(h->curves[i].name, name) == 0)
            return &h->curves[i];
    if (h->n == h->room) {
        h->room = h->room ? h->room * 2 : 16;
        h->curves = grow(h->curves, h->room, sizeof *h->curves);
    }
    h->curves[h->n] = (struct curve){ .name = name };
    return &h->curves[h->n++];
}

void history_add(struct history *h, const char *name, double epoch, double value)
{
    struct curve *c = get(h, name);

    if (c->n == c->room) {
        c->room = c->room ? c->room * 2 : 64;
        c->epoch = grow(c->epoch, c->room, sizeof *c->epoch);
        c->value = grow(c->value, c->room, sizeof *c->value);
    }
    c->epoch[c->n] = epoch;
    c->value[c->n++] = value;
}

const struct curve *history_find(const struct history *h, const char *name)
{
    for (size_t i = 0; i < h->n; i++)
        if (strcmp(h->curves[i].name, name) == 0)
            return &h->curves[i];
    return NULL;
}

void history_clear(struct history *h)
{
    for (size_t i = 0; i < h->n; i++) {
        free(h->curves[i].epoch);
        free(h->curves[i].value);
    }
    free(h->curves);
    *h = (struct history){ 0 };
}
