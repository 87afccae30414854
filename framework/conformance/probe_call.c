/* SPDX-License-Identifier: MIT */
/* One call of a slot, and what it must have left alone. */
#include <config.h>
#include "conformance/probe.h"

#include <fenv.h>
#include <math.h>
#include <string.h>

#include "plugin/surroundings.h"

enum { GUARD = PROBE_GUARD, GUARD_BYTE = PROBE_GUARD_BYTE };

/* NaNs that no computation makes: what still holds one was not written, or was added to.
 */
static const uint32_t marker32 = 0x7fe1b7b7u;
static const uint64_t marker64 = 0x7ffc36b7b7b7b7b7u;

static const char *const slot_names[] = { "forward", "backward", "fit", "finish" };

const char *probe_slot_name(enum probe_slot slot)
{
    return slot_names[slot];
}

nnp_fn *probe_slot_of(const struct probe *p, enum probe_slot slot)
{
    const nnp_component *c = p->inst.type->desc;
    nnp_fn *const        all[] = { c->forward, c->backward, c->fit, c->finish };

    return all[slot];
}

/* ---- elements ---- */

bool probe_is_float(const nnp_tensor *t)
{
    uint32_t type = nnp_type(t);

    return type == NNP_F32 || type == NNP_F64;
}

void probe_store(const nnp_tensor *t, size_t i, double v)
{
    dtype_put(nnp_type(t), t->data, (int64_t)i, &v, 1);
}

void probe_fill(const nnp_tensor *t, double v)
{
    for (size_t i = 0, n = t->data ? nnp_count(t) : 0; i < n; i++)
        probe_store(t, i, v);
}

void probe_random(const nnp_tensor *t, double low, double high, uint64_t seed)
{
    struct rng_key key = rng_key(seed, "probe values", 0);
    size_t         n = t->data ? nnp_count(t) : 0;
    bool           whole = !probe_is_float(t);
    float          u[256];
    double         v[256];

    for (size_t at = 0, take; at < n; at += take) {
        take = n - at < 256 ? n - at : 256;
        rng_uniform(key, at, u, take);
        for (size_t i = 0; i < take; i++) {
            v[i] = low + (high - low) * (double)u[i];
            v[i] = whole ? floor(v[i]) : v[i];
        }
        dtype_put(nnp_type(t), t->data, (int64_t)at, v, (int64_t)take);
    }
}

static void mark(const nnp_tensor *t)
{
    for (size_t i = 0, n = nnp_count(t); i < n; i++)
        switch (nnp_type(t)) {
        case NNP_F32: memcpy((char *)t->data + 4 * i, &marker32, 4); break;
        case NNP_F64: memcpy((char *)t->data + 8 * i, &marker64, 8); break;
        }
}

/* Arithmetic keeps the payload of a NaN, at least its upper part. */
static bool marked(const nnp_tensor *t, size_t i)
{
    uint32_t a;
    uint64_t b;

    switch (nnp_type(t)) {
    case NNP_F32: return memcpy(&a, (char *)t->data + 4 * i, 4), a << 1 == marker32 << 1;
    case NNP_F64: return memcpy(&b, (char *)t->data + 8 * i, 8), b << 1 == marker64 << 1;
    default: return false;
    }
}

/* ---- before ---- */

/* Whoever aliases a tensor on purpose gives it the address of another one. */
static bool own_memory(const struct probe *p, enum probe_set set, uint32_t k,
                       const nnp_tensor *t)
{
    return t->data && t->data == p->blocks[set][k].data;
}

/* The first `most` of a set. */
static void mark_some(struct probe *p, enum probe_set set, uint32_t most)
{
    uint32_t    n;
    nnp_tensor *t = probe_tensors(p, set, &n);

    for (uint32_t k = 0; k < n && k < most; k++)
        if (own_memory(p, set, k, &t[k]))
            mark(&t[k]);
}

static void mark_set(struct probe *p, enum probe_set set)
{
    mark_some(p, set, UINT32_MAX);
}

static bool is_kind(const struct probe *p, const char *kind)
{
    return strcmp(p->inst.type->kind, kind) == 0;
}

/* Does backward write out[0]? */
static bool both(const struct probe *p)
{
    return p->inst.type->desc->flags & NNP_LOSS_IN_BACKWARD;
}

/* May the slot change this set? */
static bool may_write(const struct probe *p, enum probe_slot slot, enum probe_set set)
{
    bool gradient = p->inst.type->desc->flags & NNP_PREPARES;

    switch (set) {
    case PROBE_IN: return false;
    case PROBE_DIN: return slot == PROBE_BACKWARD;
    case PROBE_OUT: return slot == PROBE_FORWARD || (slot == PROBE_BACKWARD && both(p));
    case PROBE_DOUT: return false;
    case PROBE_WEIGHT:
        return (slot == PROBE_FORWARD && is_kind(p, "optimizer") && !gradient) ||
               (slot == PROBE_FINISH && is_kind(p, "regularizer"));
    case PROBE_DWEIGHT: return slot == PROBE_BACKWARD || gradient;
    default: return true;
    }
}

static bool given_away(struct probe *p, enum probe_slot slot, const unsigned char *data)
{
    for (int s = 0; s < PROBE_SETS; s++) {
        uint32_t    n;
        nnp_tensor *t = probe_tensors(p, (enum probe_set)s, &n);
        for (uint32_t k = 0; k < n && may_write(p, slot, (enum probe_set)s); k++)
            if (t[k].data == data)
                return true;
    }
    return false;
}

static void copy_all(struct probe *p)
{
    for (int s = 0; s < PROBE_SETS; s++)
        for (uint32_t k = 0; k < p->n_blocks[s]; k++)
            memcpy(p->blocks[s][k].copy, p->blocks[s][k].data, p->blocks[s][k].size);
}

static void prepare(struct probe *p, enum probe_slot slot)
{
    if (slot == PROBE_FORWARD) {
        mark_set(p, PROBE_OUT);
        mark_set(p, PROBE_SAVED);
    }
    if (slot == PROBE_BACKWARD)
        mark_set(p, PROBE_DIN);
    if (slot == PROBE_BACKWARD && both(p))
        mark_some(p, PROBE_OUT, 1);
    mark_set(p, PROBE_SCRATCH);
    copy_all(p);
    instance_key(&p->inst, "probe", p->inst.ctx.step);
}

/* ---- after ---- */

static int broken(struct probe *p, enum probe_slot slot, const char *text)
{
    enum diag_class usual = p->diag->class;

    p->diag->class = DIAG_PLUGIN;
    diag_code(p->diag, NULL, "contract", "%s %s", slot_names[slot], text);
    p->diag->class = usual;
    return PROBE_BROKEN;
}

/* Each byte of a guard is as the one before it: one comparison of the guard with itself.
 */
static bool untouched(const unsigned char *guard)
{
    return guard[0] == GUARD_BYTE && memcmp(guard, guard + 1, GUARD - 1) == 0;
}

static int check_guards(struct probe *p, enum probe_slot slot, enum probe_set set,
                        uint32_t k)
{
    const struct probe_block *b = &p->blocks[set][k];

    if (!untouched(b->data + b->size))
        return broken(
            p, slot,
            arena_printf(p->arena, "writes past the end of %s", probe_name(p, set, k)));
    if (!untouched(b->base))
        return broken(p, slot,
                      arena_printf(p->arena, "writes before the start of %s",
                                   probe_name(p, set, k)));
    return 0;
}

static int check_same(struct probe *p, enum probe_slot slot, enum probe_set set,
                      uint32_t k)
{
    const struct probe_block *b = &p->blocks[set][k];

    if (memcmp(b->copy, b->data, b->size) == 0 || given_away(p, slot, b->data))
        return 0;
    return broken(p, slot,
                  arena_printf(p->arena, "changes %s, which it may only read",
                               probe_name(p, set, k)));
}

static int check_written(struct probe *p, enum probe_slot slot, enum probe_set set)
{
    uint32_t    n;
    nnp_tensor *t = probe_tensors(p, set, &n);

    for (uint32_t k = 0; k < n; k++)
        for (size_t i = 0, m = t[k].data ? nnp_count(&t[k]) : 0; i < m; i++)
            if (marked(&t[k], i))
                return broken(p, slot,
                              arena_printf(p->arena,
                                           "leaves element %zu of %s unwritten (or adds "
                                           "to what was there)",
                                           i, probe_name(p, set, k)));
    return 0;
}

static int check_after(struct probe *p, enum probe_slot slot)
{
    for (int s = 0; s < PROBE_SETS; s++)
        for (uint32_t k = 0; k < p->n_blocks[s]; k++) {
            if (check_guards(p, slot, (enum probe_set)s, k))
                return PROBE_BROKEN;
            if (!may_write(p, slot, (enum probe_set)s) &&
                check_same(p, slot, (enum probe_set)s, k))
                return PROBE_BROKEN;
        }
    if (slot == PROBE_FORWARD)
        return check_written(p, slot, PROBE_OUT);
    if (slot == PROBE_BACKWARD && both(p) && check_written(p, slot, PROBE_OUT))
        return PROBE_BROKEN;
    return slot == PROBE_BACKWARD ? check_written(p, slot, PROBE_DIN) : 0;
}

/* ---- the call ---- */

static void show_saved(struct probe *p, bool there)
{
    uint32_t    n;
    nnp_tensor *t = probe_tensors(p, PROBE_SAVED, &n);

    for (uint32_t k = 0; k < n; k++)
        t[k].data = there ? p->blocks[PROBE_SAVED][k].data : NULL;
}

static void note_self(struct probe *p, enum probe_slot slot)
{
    const char *before = p->self_before, *after = p->inst.self;

    for (size_t i = 0; i < p->inst.type->desc->self_size && !p->self_at[slot]; i++)
        p->self_at[slot] = before[i] != after[i] ? i + 1 : 0;
}

/* The mode is put back, so that only what is about it tells of it. */
static int call_in_mode(struct probe *p, nnp_fn *fn, enum probe_slot slot)
{
    unsigned mode = surroundings_float_mode();
    fenv_t   before;

    fegetenv(&before);
    int rc = instance_call(&p->inst, fn, slot_names[slot], p->diag);
    if (surroundings_float_mode() != mode) {
        p->mode_changed = true;
        fesetenv(&before);
    }
    return rc;
}

/* The target of an estimator is there for fit alone. */
static void show_target(struct probe *p, bool there)
{
    if (component_has_target(p->inst.type) && p->inst.ctx.n_in > 1)
        p->inst.in[1].data = there ? p->blocks[PROBE_IN][1].data : NULL;
}

int probe_call(struct probe *p, enum probe_slot slot)
{
    nnp_fn *fn = probe_slot_of(p, slot);
    bool    training = p->inst.ctx.flags & NNP_TRAIN;

    if (!p->ready && probe_setup(p))
        return -1;
    if (!fn)
        return diag_error(p->diag, NULL, "%s %s has no %s", p->inst.type->kind,
                          p->inst.type->name, slot_names[slot]);
    prepare(p, slot);
    memcpy(p->self_before, p->inst.self, p->inst.type->desc->self_size);
    show_saved(p, training);
    show_target(p, slot != PROBE_FORWARD);
    int rc = call_in_mode(p, fn, slot);
    show_saved(p, true);
    show_target(p, true);
    note_self(p, slot);
    return rc < 0 || check_after(p, slot) == 0 ? rc : PROBE_BROKEN;
}
