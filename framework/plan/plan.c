/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "plan/plan.h"

size_t plan_round(size_t bytes)
{
    return (bytes + PLAN_ALIGN - 1) / PLAN_ALIGN * PLAN_ALIGN;
}

size_t plan_room(const struct decls *d, uint32_t role)
{
    size_t bytes = 0;

    for (size_t k = 0; k < decl_count(d, role); k++)
        bytes += plan_round(decl_bytes(decl_find(d, role, k)));
    return bytes;
}

bool plan_trains(const struct plan *p)
{
    return p->what == PLAN_TRAIN;
}

bool plan_goes_back(const struct plan *p)
{
    return p->what == PLAN_TRAIN || p->what == PLAN_GRADIENT;
}

int plan_input(const struct plan *p, const struct graph *g, const struct graph_node *n,
               uint32_t k)
{
    return graph_resolve(g, n->in[k], plan_trains(p));
}

bool plan_reads(const struct plan *p, const struct graph_node *n, uint32_t k)
{
    return p->what == PLAN_FIT || !graph_learns(n, k);
}

static struct plan *make(struct arena *a, const struct graph *g, enum plan_for what,
                         int of)
{
    struct plan *p = arena_alloc(a, sizeof *p);

    p->what = what;
    p->of = of;
    schedule_steps(a, g, p);
    liveness_find(a, g, p);
    memory_place(a, g, p);
    return p;
}

struct plan *plan_open(struct arena *a, const struct graph *g, enum plan_for what)
{
    return make(a, g, what, -1);
}

struct plan *plan_gradient(struct arena *a, const struct graph *g, int of)
{
    return make(a, g, PLAN_GRADIENT, of);
}
