/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "call/guard.h"

#include <stdio.h>
#include <string.h>

enum { ALIGN = 64, ZONES = 96 };

struct zone {
    unsigned char *at;
    size_t         n;
    unsigned char  kept[GUARD_ROOM];
    const char    *what;
    uint32_t       role, index;
};

struct zones {
    struct zone v[ZONES];
    size_t      n;
};

/* What a tensor of the frame takes of the zone is no part of it. */
static void cut_off(struct zone *z, const nnp_tensor *t, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++) {
        const unsigned char *from = t[k].data;
        if (!from || from + tensor_bytes(&t[k]) <= z->at || from >= z->at + z->n)
            continue;
        z->n = from > z->at ? (size_t)(from - z->at) : 0;
    }
}

static void cut_all(struct zone *z, const struct instance *i)
{
    const nnp_ctx *c = &i->ctx;

    cut_off(z, i->in, c->n_in);
    cut_off(z, i->din, c->n_in);
    cut_off(z, i->out, c->n_out);
    cut_off(z, i->dout, c->n_out);
    cut_off(z, i->weight, c->n_weight);
    cut_off(z, i->dweight, c->n_weight);
    cut_off(z, i->state, c->n_state);
    cut_off(z, i->saved, c->n_saved);
    cut_off(z, i->scratch, c->n_scratch);
}

static bool known(const struct zones *all, const unsigned char *at)
{
    for (size_t k = 0; k < all->n; k++)
        if (all->v[k].at == at)
            return true;
    return false;
}

static void add_zones(struct zones *all, const struct instance *i, const nnp_tensor *t,
                      uint32_t n, const char *what, uint32_t role)
{
    for (uint32_t k = 0; k < n && all->n < ZONES; k++) {
        struct zone *z = &all->v[all->n];
        size_t       bytes = tensor_bytes(&t[k]);

        if (role == NNP_STATE && instance_grows(i, k))
            continue; /* its memory may be another one after the call */
        if (!t[k].data || known(all, (unsigned char *)t[k].data + bytes))
            continue;
        z->at = (unsigned char *)t[k].data + bytes;
        z->n = (ALIGN - bytes % ALIGN) % ALIGN + ALIGN;
        z->what = what;
        z->role = role;
        z->index = k;
        cut_all(z, i);
        all->n += z->n > 0;
    }
}

static void find_zones(struct zones *all, const struct instance *i)
{
    const nnp_ctx *c = &i->ctx;

    all->n = 0;
    add_zones(all, i, i->out, c->n_out, "out", NNP_OUT);
    add_zones(all, i, i->din, c->n_in, "the gradient of in", 0);
    add_zones(all, i, i->weight, c->n_weight, "weight", NNP_WEIGHT);
    add_zones(all, i, i->dweight, c->n_weight, "the gradient of weight", NNP_WEIGHT);
    add_zones(all, i, i->state, c->n_state, "state", NNP_STATE);
    add_zones(all, i, i->saved, c->n_saved, "saved", NNP_SAVED);
    add_zones(all, i, i->scratch, c->n_scratch, "scratch", NNP_SCRATCH);
}

static void turn_zones(struct zones *all)
{
    for (size_t k = 0; k < all->n; k++)
        for (size_t b = 0; b < all->v[k].n; b++) {
            all->v[k].kept[b] = all->v[k].at[b];
            all->v[k].at[b] ^= 0xff;
        }
}

static bool whole(const struct zone *z)
{
    for (size_t b = 0; b < z->n; b++)
        if (z->at[b] != (z->kept[b] ^ 0xff))
            return false;
    return true;
}

static void name_the_tensor(struct instance *i, const struct zone *z)
{
    const struct decl *d = z->role ? instance_decl(i, z->role, z->index) : NULL;

    if (d)
        snprintf(i->reason, sizeof i->reason, "writes past the end of %s `%s`", z->what,
                 d->name);
    else
        snprintf(i->reason, sizeof i->reason, "writes past the end of %s[%u]", z->what,
                 z->index);
}

int guard_call(struct instance *i, nnp_fn *slot)
{
    struct zones all;
    int          rc;

    find_zones(&all, i);
    turn_zones(&all);
    rc = slot(&i->ctx, i->self);
    for (size_t k = 0; k < all.n; k++) {
        if (rc != NNP_EBUG && !whole(&all.v[k])) {
            name_the_tensor(i, &all.v[k]);
            rc = NNP_EBUG;
        }
        memcpy(all.v[k].at, all.v[k].kept, all.v[k].n);
    }
    return rc;
}
