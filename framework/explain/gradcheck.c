/* SPDX-License-Identifier: MIT */
/*
 * Each trained tensor is tried at some of its weights, one by one, and as a whole along a
 * direction of +1 and -1 by chance: a mistake that hits few weights shows in the latter,
 * one that cancels out in the former. Dropout and noise draw the same numbers in each
 * forward pass, since they hang on the number of the update.
 */
#include <config.h>
#include "explain/gradcheck.h"

#include <math.h>

#include "base/rng.h"
#include "run/feed_rows.h"

struct checking {
    struct capture                 *c;
    const struct gradcheck_options *o;
    float                          *way;
    size_t                          from; /* of the tensor, in the slab */
    double                          most; /* its largest gradient */
};

/* Numbers that are 0 on both sides agree, and prove nothing; no more does a difference
 * that may be off by a tenth itself. NaN on either side is a mistake. */
static void judge(const struct checking *k, const struct slope_found *f,
                  struct gradcheck_point p, struct gradcheck_tensor *t)
{
    double larger = fmax(fabs(p.said), fabs(p.found)), off = fabs(p.said - p.found);
    double apart = off > f->noise ? off / larger : 0;
    bool   wrong = !(apart <= k->o->tolerance || off <= f->noise + f->unsure);

    if (!wrong && larger <= f->noise) {
        t->flat++;
        return;
    }
    /* Bends of several weights may cancel along a direction, where all of them alone were
     * at one: biases that begin as 0 under a rectifier. */
    if (wrong && p.element < 0 && !t->checked && t->unsure && isfinite(off))
        wrong = false, apart = 1;
    if (!wrong && (f->noise + f->unsure > 0.1 * larger || apart >= 1)) {
        t->unsure++;
        return;
    }
    if (!t->checked++ || (wrong && !t->wrong) ||
        (wrong == (t->wrong > 0) && !(apart <= t->worst_apart))) {
        t->worst = p;
        t->worst_apart = apart;
    }
    t->wrong += wrong;
}

static int try_way(const struct checking *k, int64_t element, double said,
                   struct gradcheck_tensor *t, struct diag *d)
{
    struct slope_found f;

    if (slopes_find(k->c, k->way, element < 0 ? fabs(said) : k->most, &f, d))
        return -1;
    judge(k, &f, (struct gradcheck_point){ element, said, f.slope, f.noise }, t);
    return 0;
}

static int try_elements(const struct checking *k, struct gradcheck_tensor *t,
                        struct diag *d)
{
    struct rng_key key = rng_key(k->o->seed, t->name, 0);
    int64_t        n = k->o->samples < t->n ? k->o->samples : t->n;

    for (int64_t j = 0; j < n; j++) {
        size_t i =
            n == t->n ? (size_t)j : (size_t)rng_permute(key, (uint64_t)j, (uint64_t)t->n);
        k->way[k->from + i] = 1;
        int rc = try_way(k, (int64_t)i, (double)k->c->g[k->from + i], t, d);
        k->way[k->from + i] = 0;
        if (rc)
            return -1;
    }
    return 0;
}

/* As long as a step of one weight, so that the loss bends as little. */
static int try_direction(const struct checking *k, struct gradcheck_tensor *t,
                         struct diag *d)
{
    struct rng_key key = rng_key(k->o->seed, t->name, 1);
    float          part = (float)(1 / sqrt((double)t->n));
    double         said = 0;
    int            rc;

    if (t->n < 2)
        return 0;
    for (int64_t i = 0; i < t->n; i++) {
        float by = rng_u32(key, (uint64_t)i) & 1 ? part : -part;
        k->way[k->from + (size_t)i] = by;
        said += (double)by * (double)k->c->g[k->from + (size_t)i];
    }
    rc = try_way(k, -1, said, t, d);
    for (int64_t i = 0; i < t->n; i++)
        k->way[k->from + (size_t)i] = 0;
    return rc;
}

static int try_tensor(struct checking *k, const struct param *p,
                      struct gradcheck_tensor *t, struct diag *d)
{
    *t =
        (struct gradcheck_tensor){ .name = p->name, .n = (int64_t)nnp_count(&p->tensor) };
    k->most = 0;
    for (int64_t i = 0; i < t->n; i++)
        k->most = fmax(k->most, fabs((double)k->c->g[k->from + (size_t)i]));
    return try_elements(k, t, d) || try_direction(k, t, d) ? -1 : 0;
}

int gradcheck_run(struct gradcheck *out, struct session *s,
                  const struct gradcheck_options *o, struct diag *d)
{
    const struct weights *w = &s->memory.weights;
    int64_t               rows = feed_rows(s, o->split), batch = s->spec->train.batch;
    struct capture        c = { .split = o->split, .rows = rows < batch ? rows : batch };
    struct checking k = { &c, o, arena_array(s->arena, w->n + 1, sizeof(float)), 0, 0 };

    *out = (struct gradcheck){ .rows = c.rows };
    out->tensor = arena_array(s->arena, s->graph->n_params + 1, sizeof *out->tensor);
    if (capture_gradient(&c, s->arena, s, d))
        return -1;
    out->loss = c.loss;
    for (size_t p = 0; p < s->graph->n_params; p++) {
        const struct param *param = &s->graph->params[p];
        if (param->frozen || param->of >= 0)
            continue;
        k.from = w->offset[p];
        struct gradcheck_tensor *t = &out->tensor[out->n++];
        if (try_tensor(&k, param, t, d))
            return -1;
        out->checked += t->checked;
        out->wrong += t->wrong;
    }
    return 0;
}
