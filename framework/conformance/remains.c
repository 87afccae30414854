/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "conformance/remains.h"

#include <inttypes.h>
#include <string.h>

static void add_result(struct check *k, struct remains *r, const char *name,
                       uint32_t dtype, size_t n, const void *bytes)
{
    size_t size = n * dtype_size(dtype);
    void  *copy = arena_alloc(&k->arena, size + 1);

    if (size)
        memcpy(copy, bytes, size);
    r->v = arena_grow(&k->arena, r->v, r->n, r->n + 1, sizeof *r->v);
    r->v[r->n++] = (struct left){ arena_strdup(&k->arena, name), dtype, n, copy };
}

struct remains remains_take(struct check *k, struct trial *t)
{
    static const enum probe_set sets[] = { PROBE_OUT, PROBE_DIN, PROBE_DWEIGHT,
                                           PROBE_WEIGHT, PROBE_STATE };
    struct remains              r = { 0 };

    for (size_t s = 0; s < sizeof sets / sizeof *sets; s++) {
        uint32_t    n;
        nnp_tensor *all = probe_tensors(&t->probe, sets[s], &n);
        for (uint32_t i = 0; i < n; i++)
            if (all[i].data)
                add_result(k, &r, probe_name(&t->probe, sets[s], i), nnp_type(&all[i]),
                           nnp_count(&all[i]), all[i].data);
    }
    add_result(k, &r, "c->result", NNP_F64, 1, &t->probe.inst.ctx.result);
    for (size_t i = 0; i < t->probe.n_facts; i++)
        add_result(k, &r, arena_printf(&k->arena, "reported `%s`", t->probe.facts[i].key),
                   NNP_F64, 1, &t->probe.facts[i].value);
    return r;
}

static double element(const struct left *r, size_t i)
{
    nnp_tensor t = { .code = (uint8_t)r->dtype,
                     .bits = (uint8_t)(r->dtype >> 8),
                     .lanes = 1,
                     .data = (void *)(uintptr_t)r->bytes };

    return nnp_number(&t, i);
}

static const char *differ(struct check *k, const struct left *a, const struct left *b)
{
    size_t size = dtype_size(a->dtype);

    if (a->dtype != b->dtype || a->n != b->n)
        return arena_printf(&k->arena, "%s (%zu elements, not %zu)", a->name, b->n, a->n);
    for (size_t i = 0; i < a->n; i++)
        if (memcmp((const char *)a->bytes + i * size, (const char *)b->bytes + i * size,
                   size) != 0)
            return arena_printf(&k->arena, "%s (element %zu: %.9g, not %.9g)", a->name, i,
                                element(b, i), element(a, i));
    return NULL;
}

static const char *find_difference(struct check *k, const struct remains *a,
                                   const struct remains *b, const char *names, bool these)
{
    const char *text = NULL;

    for (size_t i = 0, j = 0; i < a->n && !text; i++) {
        if ((strncmp(a->v[i].name, names, strlen(names)) == 0) != these)
            continue;
        for (j = 0; j < b->n && strcmp(a->v[i].name, b->v[j].name) != 0; j++)
            ;
        text = j < b->n ? differ(k, &a->v[i], &b->v[j]) : NULL;
    }
    return text;
}

const char *remains_differ(struct check *k, const struct remains *a,
                           const struct remains *b, const char *except)
{
    return find_difference(k, a, b, except ? except : "", except == NULL);
}

const char *remains_differ_of(struct check *k, const struct remains *a,
                              const struct remains *b, const char *of)
{
    return find_difference(k, a, b, of, true);
}

bool remains_of(struct check *k, const struct trial_options *o, struct remains *r)
{
    struct trial t;
    int          rc = trial_open(k, &t, o);

    if (rc < 0)
        check_fail(k, "%s", trial_reason(&t));
    else
        rc = trial_run(&t);
    if (rc >= 0)
        *r = remains_take(k, &t);
    trial_close(&t);
    return rc >= 0;
}
