/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "conformance/probe.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

enum { GUARD = PROBE_GUARD, ALIGN = 64 };

static const char *const set_words[PROBE_SETS] = {
    "in",      "gradient of in",     "out",   "gradient of out",
    "weight",  "gradient of weight", "state", "saved",
    "scratch",
};
static const uint32_t set_role[PROBE_SETS] = {
    0, 0, NNP_OUT, NNP_OUT, NNP_WEIGHT, NNP_WEIGHT, NNP_STATE, NNP_SAVED, NNP_SCRATCH,
};

/* Labels are one of three. */
static const nnp_rows probe_rows = { .size = sizeof probe_rows, .classes = 3 };

/* ---- services ---- */

static int hear_report(void *arg, struct instance *i, const char *key, double value)
{
    struct probe *p = arg;
    size_t        k = 0;

    (void)i;
    while (k < p->n_facts && strcmp(p->facts[k].key, key) != 0)
        k++;
    if (k < PROBE_MAX_FACTS) {
        if (k == p->n_facts)
            p->facts[p->n_facts++].key = arena_strdup(p->arena, key);
        p->facts[k].value = value;
    }
    return p->report_code;
}

static const void *give_extension(void *arg, struct instance *i, const char *id)
{
    const struct probe *p = arg;

    (void)i;
    for (size_t k = 0; k < PROBE_MAX_ANSWERS; k++)
        if (p->answers[k].id && strcmp(p->answers[k].id, id) == 0)
            return p->answers[k].answer;
    return NULL;
}

void probe_clear(struct probe *p)
{
    p->n_facts = 0;
}

bool probe_fact(const struct probe *p, const char *key, double *value)
{
    for (size_t k = 0; k < p->n_facts; k++)
        if (strcmp(p->facts[k].key, key) == 0) {
            *value = p->facts[k].value;
            return true;
        }
    return false;
}

void probe_answer(struct probe *p, const char *id, const void *answer)
{
    size_t k = 0;

    while (k + 1 < PROBE_MAX_ANSWERS && p->answers[k].id &&
           strcmp(p->answers[k].id, id) != 0)
        k++;
    p->answers[k].id = arena_strdup(p->arena, id);
    p->answers[k].answer = answer;
}

/* ---- open, close, the frame ---- */

int probe_open(struct probe *p, struct arena *a, const struct component *type, void *self,
               const struct probe_options *o, struct diag *d)
{
    *p = (struct probe){ .arena = a, .diag = d, .seed = o->seed };
    p->listener = (struct listener){ hear_report, p };
    p->services = (struct services){
        .pool = o->pool,
        .seed = &p->seed,
        .rows = &probe_rows,
        .extension = give_extension,
        .arg = p,
    };
    p->self_before = arena_alloc(a, type->desc->self_size + 1);
    int rc = instance_open(a, type, self, o->name ? o->name : type->name,
                           (struct at){ 0 }, &p->services, &p->inst, d);
    p->inst.listener = &p->listener;
    p->inst.ctx.flags = NNP_TRAIN;
    p->inst.ctx.lr = p->inst.ctx.value = p->inst.ctx.factor = 1;
    return rc;
}

static void drop_blocks(struct probe *p, enum probe_set set)
{
    for (uint32_t k = 0; k < p->n_blocks[set]; k++) {
        free(p->blocks[set][k].base);
        free(p->blocks[set][k].copy);
    }
    p->n_blocks[set] = 0;
}

void probe_close(struct probe *p)
{
    instance_close(&p->inst);
    for (int s = 0; s < PROBE_SETS; s++)
        drop_blocks(p, (enum probe_set)s);
}

static nnp_tensor describe(uint32_t dtype, uint32_t ndim, const int64_t *from,
                           int64_t *to)
{
    memcpy(to, from, ndim * sizeof *to);
    return (nnp_tensor){ .device = 1,
                         .ndim = (int32_t)ndim,
                         .code = (uint8_t)dtype,
                         .bits = (uint8_t)(dtype >> 8),
                         .lanes = 1,
                         .shape = to };
}

int probe_in(struct probe *p, uint32_t dtype, uint32_t ndim, const int64_t *shape)
{
    if (p->n_in == PROBE_MAX_IN || ndim > DECL_MAX_DIMS)
        return -1;
    p->given[p->n_in] = describe(dtype, ndim, shape, p->shapes[p->n_in]);
    return (int)p->n_in++;
}

int probe_weight(struct probe *p, uint32_t ndim, const int64_t *shape)
{
    uint32_t n = p->n_weight;

    if (n == PROBE_MAX_IN || ndim > DECL_MAX_DIMS)
        return -1;
    p->given_weight[n] = describe(NNP_F32, ndim, shape, p->shapes[PROBE_MAX_IN + n]);
    return (int)p->n_weight++;
}

void probe_out(struct probe *p, uint32_t ndim, const int64_t *shape)
{
    p->given_out = describe(NNP_F32, ndim, shape, p->shapes[2 * PROBE_MAX_IN]);
    p->has_out = true;
}

void probe_reshape(struct probe *p, uint32_t input, uint32_t ndim, const int64_t *shape)
{
    p->given[input] = describe(nnp_type(&p->given[input]), ndim, shape, p->shapes[input]);
    p->ready = false;
}

nnp_tensor *probe_tensors(struct probe *p, enum probe_set set, uint32_t *n)
{
    struct instance  *i = &p->inst;
    nnp_tensor *const all[PROBE_SETS] = { i->in,    i->din,    i->out,
                                          i->dout,  i->weight, i->dweight,
                                          i->state, i->saved,  i->scratch };
    const uint32_t    count[PROBE_SETS] = {
           i->ctx.n_in,    i->ctx.n_in,     i->ctx.n_out,
           i->ctx.n_out,   i->ctx.n_weight, i->ctx.n_weight,
           i->ctx.n_state, i->ctx.n_saved,  i->ctx.n_scratch,
    };

    *n = count[set];
    return all[set];
}

const char *probe_name(struct probe *p, enum probe_set set, uint32_t k)
{
    const struct decl *d = instance_decl(&p->inst, set_role[set], k);

    if (d)
        return arena_printf(p->arena, "%s `%s`", set_words[set], d->name);
    return arena_printf(p->arena, "%s[%u]", set_words[set], (unsigned)k);
}

/* ---- memory ---- */

static int make_block(struct probe *p, struct probe_block *b, nnp_tensor *t)
{
    b->size = tensor_bytes(t);
    size_t room = (b->size + 2 * GUARD + ALIGN - 1) / ALIGN * ALIGN;
    b->base = aligned_alloc(ALIGN, room);
    b->copy = malloc(b->size + 1);
    if (!b->base || !b->copy)
        return diag_memory(p->diag, "no memory for a tensor of %zu bytes", b->size);
    memset(b->base, PROBE_GUARD_BYTE, room);
    b->data = b->base + GUARD;
    memset(b->data, 0, b->size);
    t->data = b->data;
    return 0;
}

static int make_set(struct probe *p, enum probe_set set)
{
    uint32_t    n;
    nnp_tensor *t = probe_tensors(p, set, &n);

    drop_blocks(p, set);
    p->blocks[set] = arena_array(p->arena, n + !n, sizeof *p->blocks[set]);
    p->n_blocks[set] = n;
    for (uint32_t k = 0; k < n; k++)
        if (make_block(p, &p->blocks[set][k], &t[k]))
            return -1;
        else if (set == PROBE_STATE && instance_grows(&p->inst, k))
            t[k].data = NULL; /* no rows, and memory of its own once it has some */
    return 0;
}

/* What init would do, near enough for a test: zeros, ones and "constant: 1" are exact,
 * any other initializer is a spread around zero. */
static void initial_values(struct probe *p, enum probe_set set)
{
    uint32_t    n;
    nnp_tensor *t = probe_tensors(p, set, &n);

    for (uint32_t k = 0; k < n; k++) {
        const struct decl *d = instance_decl(&p->inst, set_role[set], k);
        if (!d || !d->init || strcmp(d->init, "zeros") == 0)
            continue;
        double value = 1;
        if (strcmp(d->init, "ones") == 0 || sscanf(d->init, "constant: %lf", &value) == 1)
            probe_fill(&t[k], value);
        else
            probe_random(&t[k], -0.5, 0.5, 1000 + k);
    }
}

/* Gradients of integers do not exist; of a loss only the prediction has one, and only its
 * first output is summed. */
static void withhold(struct probe *p)
{
    struct instance *i = &p->inst;
    bool             loss = strcmp(i->type->kind, "loss") == 0;

    for (uint32_t k = 0; k < i->ctx.n_in; k++) {
        if (!probe_is_float(&i->in[k]) || (loss && k > 0))
            i->din[k].data = NULL;
        if (p->absent[k])
            i->in[k].data = i->din[k].data = NULL;
    }
    for (uint32_t k = 0; k < i->ctx.n_out; k++)
        if (!probe_is_float(&i->out[k]) || (loss && k > 0))
            i->dout[k].data = NULL;
}

static int make_memory(struct probe *p, bool first)
{
    static const enum probe_set shaped[] = { PROBE_IN,   PROBE_DIN,   PROBE_OUT,
                                             PROBE_DOUT, PROBE_SAVED, PROBE_SCRATCH };
    static const enum probe_set lasting[] = { PROBE_WEIGHT, PROBE_DWEIGHT, PROBE_STATE };
    uint32_t                    n;

    for (size_t k = 0; k < sizeof shaped / sizeof *shaped; k++)
        if (make_set(p, shaped[k]))
            return -1;
    for (size_t k = 0; first && k < sizeof lasting / sizeof *lasting; k++)
        if (make_set(p, lasting[k]))
            return -1;
    nnp_tensor *dout = probe_tensors(p, PROBE_DOUT, &n);
    for (uint32_t k = 0; k < n; k++)
        probe_fill(&dout[k], 1);
    if (first && !p->n_weight)
        initial_values(p, PROBE_WEIGHT);
    if (first)
        initial_values(p, PROBE_STATE);
    return 0;
}

/* The output that the host gives (initializers) takes the place of declared ones. */
static void give_out(struct probe *p)
{
    nnp_tensor *t = arena_array(p->arena, 2, sizeof *t);

    t[0] = t[1] = p->given_out;
    p->inst.out = t;
    p->inst.dout = t + 1;
    p->inst.ctx.out = p->inst.out;
    p->inst.ctx.dout = p->inst.dout;
    p->inst.ctx.n_out = 1;
}

int probe_setup(struct probe *p)
{
    bool first = !p->inst.settled;

    if (instance_setup(&p->inst, p->given, p->n_in, p->given_weight, p->n_weight,
                       p->inst.ctx.flags, p->diag))
        return -1;
    if (p->has_out)
        give_out(p);
    if (make_memory(p, first))
        return -1;
    withhold(p);
    p->ready = true;
    return 0;
}
