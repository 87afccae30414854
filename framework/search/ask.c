/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "search/ask.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "search/log.h"

/* Points that a sampler may give before one is drawn in its place, and so many of those.
 */
enum { TIMES = 1000 };

int ask_open(struct search *s)
{
    const struct item *item = &s->spec->sampler;
    struct diag       *d = s->loading->diag;
    struct past        none = { .search = s };

    s->services = (struct services){ .seed = &s->spec->seed,
                                     .extension = past_extension,
                                     .arg = &none };
    int rc = instance_open(s->loading->arena, item->type, item->self, item->name,
                           item->at, &s->services, &s->sampler, d) ||
             instance_setup(&s->sampler, NULL, 0, NULL, 0, 0, d);
    s->services.arg = NULL;
    if (rc)
        return -1;
    if (instance_count(&s->sampler, NNP_STATE))
        return diag_error(d, &item->at,
                          "sampler %s: declares a state, which a sampler may not have",
                          item->name);
    const struct decl *out = instance_decl(&s->sampler, NNP_OUT, 0);
    if (!out || out->dtype != NNP_F64 || decl_elements(out) != s->space.n)
        return diag_error(d, &item->at, "sampler %s: declares no point of f64 [%zu]",
                          item->name, s->space.n);
    instance_key(&s->sampler, "search", 0);
    return 0;
}

void ask_close(struct search *s)
{
    if (s->sampler.type)
        instance_close(&s->sampler);
    s->sampler.type = NULL;
}

bool ask_ready(const struct search *s, int64_t k)
{
    for (int64_t i = 0; !s->spec->free && i <= k - s->spec->lag; i++)
        if (i >= s->n || !s->trial[i]->told)
            return false;
    return true;
}

bool ask_is_over(const struct search *s, int64_t k)
{
    int64_t epochs = 0, last = s->spec->free ? s->n - 1 : k - s->spec->lag;

    if (k >= s->trials || (s->size >= 0 && k >= s->size))
        return true;
    for (int64_t i = 0; i <= last && i < s->n; i++)
        epochs += s->trial[i]->told && s->trial[i]->epochs > 0 ? s->trial[i]->epochs : 0;
    return s->spec->budget && epochs >= s->spec->budget;
}

const bool *ask_seen(const struct search *s, struct arena *a, int64_t k)
{
    bool *seen = arena_array(a, (size_t)k + 1, sizeof *seen);

    if (k < s->n && s->trial[k]->seen)
        return s->trial[k]->seen;
    for (int64_t i = 0; i < k && i < s->n; i++)
        seen[i] = s->spec->free ? s->trial[i]->told : i <= k - s->spec->lag;
    return seen;
}

/* ---- one point ---- */

struct asked_point {
    struct search *s;
    int64_t        k;
    struct past    past;
    double        *x;
};

static bool is_new(const struct asked_point *q)
{
    const struct space *space = &q->s->space;

    if (!space_settle(space, q->x) || !space_allows(space, q->x))
        return false;
    for (int64_t i = 0; i < q->k; i++)
        if (q->s->trial[i]->asked && space_same(space, q->x, q->s->trial[i]->x))
            return false;
    return true;
}

/* 1: x is new; 0: the sampler has none. -1 after a message. */
static int ask_sampler(struct asked_point *q)
{
    struct search   *s = q->s;
    struct instance *i = &s->sampler;
    int              rc;

    i->out[0].data = q->x;
    i->ctx.step = (uint64_t)q->k;
    for (int time = 0; time < TIMES; time++) {
        i->ctx.epoch = time;
        memset(q->x, 0, s->space.n * sizeof *q->x);
        rc = instance_call(i, i->type->desc->forward, "forward", s->loading->diag);
        if (rc < 0)
            return -1;
        if (rc == NNP_EOF)
            return 0;
        if (!space_settle(&s->space, q->x))
            return diag_error(s->loading->diag, &i->at,
                              "sampler %s: gives trial %lld a value that is not finite",
                              i->name, (long long)q->k);
        if (is_new(q))
            return 1;
    }
    return 0;
}

/* Where the sampler keeps proposing what was tried: a point drawn by chance, or, in a
 * space that is nearly used up, the first that is left. */
static bool draw(struct asked_point *q)
{
    const struct search *s = q->s;
    struct rng_key       key = rng_key(s->spec->seed, "search.chance", (uint64_t)q->k);
    struct arena         scrap = { 0 };
    double              *u = arena_array(&scrap, s->space.n + 1, sizeof *u);
    bool                 found = false;

    for (uint64_t time = 0; !found && time < TIMES; time++) {
        for (size_t i = 0; i < s->space.n; i++)
            u[i] = rng_u32(key, time * s->space.n + i) * 0x1p-32;
        space_at(&s->space, u, q->x);
        found = is_new(q);
    }
    for (int64_t i = 0; !found && s->size >= 0; i++) {
        int rc = space_nth(&s->space, i, q->x);
        if (rc < 0)
            break;
        found = rc && is_new(q);
    }
    arena_close(&scrap);
    return found;
}

static bool is_in_order(const struct search *s)
{
    return s->spec->sampler.type->desc->flags & NNP_IN_ORDER;
}

int ask_trial(struct search *s, int64_t k)
{
    struct search_trial *t = log_trial(s, k);
    struct arena         scrap = { 0 };
    struct asked_point   q = { .s = s, .k = k, .x = t->x };
    int                  rc = 1;

    if (t->asked)
        return 1;
    t->seen = memcpy(arena_array(s->loading->arena, (size_t)k + 1, sizeof *t->seen),
                     ask_seen(s, &scrap, k), (size_t)k * sizeof *t->seen);
    past_open(&q.past, &scrap, s, k, t->seen);
    s->services.arg = &q.past;
    t->by = s->spec->sampler.name;
    if (k == 0 && s->first && !is_in_order(s)) {
        memcpy(t->x, s->first, s->space.n * sizeof *t->x);
        t->by = "file";
    } else if ((rc = ask_sampler(&q)) == 0 && !is_in_order(s) && draw(&q)) {
        t->by = "chance";
        rc = 1;
    }
    s->services.arg = NULL;
    t->asked = rc > 0;
    if (rc <= 0)
        t->seen = NULL;
    arena_close(&scrap);
    return rc;
}
