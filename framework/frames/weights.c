/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "frames/weights.h"

#include "plan/plan.h"

enum { FLOATS_ALIGN = PLAN_ALIGN / sizeof(float) };

static size_t room_of(const struct param *p)
{
    return (decl_elements(p->decl) + FLOATS_ALIGN - 1) / FLOATS_ALIGN * FLOATS_ALIGN;
}

static bool trained(const struct param *p)
{
    return !p->frozen && p->of < 0;
}

static bool fits(const struct param *p, const struct group *g)
{
    return trained(p) && p->lr == g->lr && p->decay == g->decay;
}

/* One stretch of the slab for each pair (factor on the rate, decay): whoever works number
 * by number then needs one call for it, however many weights there are. */
static void place_group(const struct graph *g, struct weights *w,
                        const struct param *like)
{
    struct group *group = &w->groups[w->n_groups++];

    *group = (struct group){ w->n, 0, like->lr, like->decay };
    for (size_t i = 0; i < g->n_params; i++)
        if (fits(&g->params[i], group)) {
            w->offset[i] = w->n;
            w->n += room_of(&g->params[i]);
        }
    group->n = w->n - group->first;
}

/* Behind the trained ones, so that `n_trained` and `n_gradient` are ends of a range: the
 * largest gradient is searched in the first, zeros are put in the second. */
static void place_rest(const struct graph *g, struct weights *w, bool transposed)
{
    for (size_t i = 0; i < g->n_params; i++) {
        const struct param *p = &g->params[i];
        if (trained(p) || (p->of >= 0) != transposed)
            continue;
        w->offset[i] = w->n;
        w->n += room_of(p);
    }
}

void weights_layout(struct arena *a, const struct graph *g, struct weights *w)
{
    *w = (struct weights){ 0 };
    w->offset = arena_array(a, g->n_params + 1, sizeof *w->offset);
    w->groups = arena_array(a, g->n_params + 1, sizeof *w->groups);
    for (size_t i = 0; i < g->n_params; i++) {
        bool placed = !trained(&g->params[i]);
        for (size_t k = 0; k < w->n_groups; k++)
            placed = placed || fits(&g->params[i], &w->groups[k]);
        if (!placed)
            place_group(g, w, &g->params[i]);
    }
    w->n_trained = w->n;
    place_rest(g, w, true);
    w->n_gradient = w->n;
    place_rest(g, w, false);
}

nnp_tensor weights_tensor(const struct weights *w, const struct graph *g, float *slab,
                          size_t param)
{
    nnp_tensor t = g->params[param].tensor;

    t.data = slab + w->offset[param];
    return t;
}

/* ---- transposed copies ---- */

struct mirror {
    float  *of, *copy;
    int64_t rows, columns; /* of the original */
};

static struct mirror mirror_of(const struct weights *w, const struct graph *g,
                               float *slab, size_t i)
{
    const struct param *p = &g->params[i];
    const struct param *o = &g->params[p->of];

    return (struct mirror){ slab + w->offset[p->of], slab + w->offset[i],
                            o->decl->shape[0], o->decl->shape[1] };
}

void weights_mirror(const struct weights *w, const struct graph *g)
{
    for (size_t i = 0; i < g->n_params; i++) {
        if (g->params[i].of < 0)
            continue;
        struct mirror m = mirror_of(w, g, w->w, i);
        for (int64_t r = 0; r < m.rows; r++)
            for (int64_t c = 0; c < m.columns; c++)
                m.copy[c * m.rows + r] = m.of[r * m.columns + c];
    }
}

void weights_collect(const struct weights *w, const struct graph *g)
{
    for (size_t i = 0; i < g->n_params; i++) {
        const struct param *p = &g->params[i];
        if (p->of < 0 || !trained(&g->params[p->of]))
            continue;
        struct mirror m = mirror_of(w, g, w->g, i);
        for (int64_t r = 0; r < m.rows; r++)
            for (int64_t c = 0; c < m.columns; c++)
                m.of[r * m.columns + c] += m.copy[c * m.rows + r];
    }
}
