/* SPDX-License-Identifier: MIT */
/* A search in memory: trials are asked for, and told at once. */
#ifndef NNT_SEARCH_SUPPORT_H
#define NNT_SEARCH_SUPPORT_H
#include <math.h>
#include <string.h>
#include "jobs/library.h"
#include "search/ask.h"
#include "search/log.h"
#include "search/prune.h"

struct hunt {
    struct library lib;
    struct loaded  file;
    struct search  search;
};

/* section: what stands under `search`, without its goal and how long. */
static inline void hunt_open(struct hunt *h, const char *section, uint64_t seed)
{
    struct arena *a;
    struct search *s = &h->search;

    memset(h, 0, sizeof *h);
    library_open(&h->lib);
    a = &h->lib.arena;
    h->lib.loading.arena = a; /* they have moved with h */
    h->lib.loading.diag = &h->lib.diag;
    const char *text = arena_printf(a,
                                    XOR "search:\n  goal: {min: loss}\n  trials: 100000\n"
                                        "  seed: %llu\n%s",
                                    (unsigned long long)seed, section);
    library_fine(&h->lib, load_bytes(&h->lib.loading, "net.yaml", text, strlen(text),
                                     PEEK_SEVERAL, &h->file));
    *s = (struct search){ .loading = &h->lib.loading,
                          .spec = h->file.spec->search,
                          .fd = -1,
                          .end = -1,
                          .best = -1,
                          .trials = INT64_MAX };
    space_open(&s->space, a, s->spec);
    s->size = space_count(&s->space, 100000);
    library_fine(&h->lib, ask_open(s));
}

static inline void hunt_close(struct hunt *h)
{
    ask_close(&h->search);
    load_close(&h->file);
    library_close(&h->lib);
}

/* Settings of trial k; NULL: there are no more. */
static inline struct search_trial *hunt_ask(struct hunt *h, int64_t k)
{
    int rc = ask_trial(&h->search, k);

    library_fine(&h->lib, rc < 0);
    return rc ? h->search.trial[k] : NULL;
}

static inline void hunt_tell(struct search_trial *t, uint32_t state, double value)
{
    t->told = true;
    t->state = state;
    t->value = value;
}
#endif
