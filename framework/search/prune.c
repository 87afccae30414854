/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "search/prune.h"

#include <math.h>

#include "search/ask.h"

int prune_open(struct prune *p, struct arena *a, const struct search *s,
               const struct search_trial *t, struct diag *d)
{
    const struct item *item = &s->spec->pruner;

    *p = (struct prune){ .arena = a };
    if (!item->type)
        return 0;
    past_open(&p->past, a, s, t->number, ask_seen(s, a, t->number));
    p->own = past_add(&p->past, t->number, t->x);
    p->services = (struct services){ .seed = &s->spec->seed,
                                     .extension = past_extension,
                                     .arg = &p->past };
    if (instance_open(a, item->type, item->self, item->name, item->at, &p->services,
                      &p->pruner, d) ||
        (item->type->desc->setup && instance_setup(&p->pruner, NULL, 0, NULL, 0, 0, d)))
        return -1;
    if (instance_count(&p->pruner, NNP_STATE))
        return diag_error(d, &item->at,
                          "pruner %s: declares a state, which a pruner may not have",
                          item->name);
    instance_key(&p->pruner, "search", 0);
    p->pruner.ctx.step = (uint64_t)t->number;
    return 0;
}

int prune_ask(struct prune *p, int64_t epoch, const double *value, struct diag *d)
{
    if (!p->pruner.type)
        return 0;
    int64_t from = p->own->n_best + 1 == epoch ? epoch - 1 : 0;
    double  sign = p->past.search->spec->maximize ? -1 : 1;
    double  best = from ? p->own->best[from - 1] : (double)INFINITY;
    if (epoch > p->room) {
        p->own->best = arena_grow(p->arena, p->own->best, (size_t)from,
                                  (size_t)(2 * epoch), sizeof *p->own->best);
        p->room = 2 * epoch;
    }
    for (int64_t i = from; i < epoch; i++)
        p->own->best[i] = best = fmin(best, sign * value[i]);
    p->own->n_best = epoch;
    p->past.v[p->past.n - 1].epochs = epoch;
    p->past.v[p->past.n - 1].value = best;
    p->pruner.ctx.epoch = (double)epoch;
    int rc = instance_call(&p->pruner, p->pruner.type->desc->forward, "forward", d);
    return rc < 0 ? -1 : rc == NNP_EOF;
}

void prune_close(struct prune *p)
{
    if (p->pruner.type)
        instance_close(&p->pruner);
    p->pruner.type = NULL;
}
