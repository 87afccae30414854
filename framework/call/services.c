/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "call/services.h"

#include <string.h>

#include "call/seat.h"

/* instance.ctx is its first member. */
struct instance *services_of(nnp_ctx *c)
{
    return (struct instance *)c;
}

struct pool *services_pool(nnp_ctx *c)
{
    return services_of(c)->alone ? NULL : services_of(c)->services->pool;
}

int services_fail(nnp_ctx *c, int code, const char *msg)
{
    struct instance *i = services_of(c);

    while (__atomic_exchange_n(&i->lock, 1, __ATOMIC_ACQUIRE))
        ;
    size_t n = msg ? strlen(msg) : 0;
    if (n > sizeof i->reason - 1)
        n = sizeof i->reason - 1;
    if (n)
        memcpy(i->reason, msg, n);
    i->reason[n] = 0;
    __atomic_store_n(&i->lock, 0, __ATOMIC_RELEASE);
    return code < 0 ? code : NNP_EBUG;
}

static int report(nnp_ctx *c, const char *key, double value)
{
    struct instance       *i = services_of(c);
    const struct listener *l = i->listener;
    size_t                 k = 0;

    while (k < i->n_facts && strcmp(i->facts[k].key, key) != 0)
        k++;
    if (k == i->n_facts && k < INSTANCE_MAX_FACTS) {
        /* A key keeps its place for good, so a known one is never copied again. */
        i->facts[k].key = arena_strdup(i->arena, key);
        i->n_facts++;
    }
    if (k < i->n_facts)
        i->facts[k].value = value;
    else if (!l)
        return services_fail(c, NNP_ENOTSUP, "reports more numbers than this host keeps");
    return l ? l->report(l->arg, i, key, value) : 0;
}

static int draw(nnp_ctx *c, uint32_t dist, uint64_t first, float *dst, size_t n)
{
    const struct instance *i = services_of(c);
    struct rng_key         key =
        rng_key(*i->services->seed ^ i->stream, i->purpose, i->purpose_step);

    if (dist == NNP_UNIFORM)
        rng_uniform(key, first, dst, n);
    else if (dist == NNP_NORMAL)
        rng_normal(key, first, dst, n);
    else
        return services_fail(c, NNP_ENOTSUP, "rand: unknown distribution");
    return 0;
}

struct shared_body {
    nnp_body              *body;
    void                  *arg;
    const struct instance *instance;
    const char            *slot;
};

static void run_job(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct shared_body *j = arg;
    const char               *outer_slot;
    const struct instance    *outer = seat_running(&outer_slot);

    seat_enter(j->instance, j->slot);
    j->body(j->arg, begin, end, worker);
    seat_enter(outer, outer_slot);
}

static int parallel(nnp_ctx *c, size_t n, size_t grain, nnp_body *body, void *arg)
{
    struct shared_body j = { .body = body, .arg = arg, .instance = services_of(c) };

    seat_running(&j.slot);
    pool_run(services_pool(c), n, grain, run_job, &j);
    return 0;
}

static int grow(nnp_ctx *c, uint32_t state, int64_t n)
{
    struct instance *i = services_of(c);

    if (i->setting_up || !i->settled || !instance_grows(i, state))
        return services_fail(c, NNP_EBUG,
                             "grow: fit and finish set the rows of a state that GROWS");
    if (n < 0 || (double)n * (double)nnp_row(&i->state[state]) > 1e15)
        return services_fail(c, NNP_EBUG, "grow: no such number of rows");
    char why[128];
    if (!instance_may_grow(i, state, n, why, sizeof why))
        return services_fail(c, NNP_ENOMEM, why);
    if (instance_grow(i, state, n))
        return services_fail(c, NNP_ENOMEM, "no memory for what is learned");
    return NNP_OK;
}

static double fact(nnp_ctx *c, const char *name, double otherwise)
{
    const nnp_rows *r = services_of(c)->services->rows;

    if (r && r->classes && strcmp(name, "classes") == 0)
        return (double)r->classes;
    return r && r->count && strcmp(name, "rows") == 0 ? (double)r->count : otherwise;
}

/* Some plugins ask in every call, and a step of a small net takes a microsecond: the
 * letter behind "nnp." says which of ours it can be. */
static const void *own(const struct instance *i, const char *id)
{
    static const char *const names[] = { "nnp.file/1",    "nnp.given/1", "nnp.convolve/1",
                                         "nnp.product/1", "nnp.ready/1", "nnp.grow/1",
                                         "nnp.facts/1",   "nnp.sweep/1" };
    const void *const        all[] = { &services_file,
                                       i->given,
                                       &services_convolve,
                                       (const void *)services_product,
                                       (const void *)services_ready,
                                       (const void *)grow,
                                       (const void *)fact,
                                       i->type->desc->sweep /* of plugin/point.c */ };

    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        if (id[4] == names[k][4] && strcmp(id, names[k]) == 0)
            return all[k];
    return NULL;
}

static const void *extension(nnp_ctx *c, const char *id)
{
    struct services *s = services_of(c)->services;
    const void      *found = strnlen(id, 5) == 5 ? own(services_of(c), id) : NULL;

    if (found || !s->extension)
        return found;
    return s->extension(s->arg, services_of(c), id);
}

const nnp_host services_host = {
    .size = sizeof services_host,
    .abi = NNP_ABI,
    .fail = services_fail,
    .declare = services_declare,
    .report = report,
    .rand = draw,
    .parallel = parallel,
    .gemm = services_gemm,
    .extension = extension,
};
