/* SPDX-License-Identifier: MIT */
/*
 * The one way into a plugin. Every call of a slot goes through instance_call, which notes
 * who is running (for the message of a crash, and for the limit on the time of a call),
 * holds the C locale and flushes denormals, and turns a negative result into a message
 * with the item's place.
 *
 * setup is called for the first time, then again whenever the number of rows changes. The
 * first call makes the list of what was declared (decls); each later one walks that list
 * with a cursor: the same tensors must be declared in the same order, only sizes of OUT,
 * SAVED and SCRATCH may differ. So a resize allocates nothing, and a plugin whose setup
 * depends on more than its inputs is found out.
 */
#include <config.h>
#include "call/instance.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/denormal.h"
#include "base/number.h"
#include "call/guard.h"
#include "call/seat.h"
#include "call/services.h"

/* Random numbers of an item hang on its name and not on its place: an item that is put in
 * above it does not change them. */
static uint64_t hash_text(const char *s)
{
    uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */

    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * 0x100000001b3u;
    return h;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* A loader that cannot read is about the data, a setup about the file, the rest (a report
 * that cannot write) about the run. */
static enum diag_class class_of(int code, const struct instance *i, enum diag_class usual)
{
    if (code == NNP_EBUG)
        return DIAG_PLUGIN;
    if (code == NNP_EIO && strcmp(i->type->kind, "loader") == 0)
        return DIAG_DATA;
    return i->setting_up ? DIAG_FILE : usual;
}

/* left: the errno that the slot left, 0 before it: where a call of the C library in it
 * had no memory, that is behind whatever it gives for a reason. */
static int complain(struct instance *i, int code, const char *slot, int left,
                    struct diag *d)
{
    const struct component *t = i->type;
    enum diag_class         usual = d->class;
    const char             *why = i->reason[0] ? i->reason : "failed and gave no reason";

    d->class = class_of(code, i, usual);
    diag_code(d, i->at.source ? &i->at : NULL, "plugin", "%s %s (%s %s, %s): %s: %s",
              t->kind, i->name, t->name, t->version, base_name(t->file), slot, why);
    if (code == NNP_ENOMEM || (code != NNP_EBUG && diag_machine_text(why)))
        diag_blame_machine(d);
    else if (left == ENOMEM) {
        diag_blame_machine(d);
        diag_note(d, "memory ran out meanwhile");
    }
    d->class = usual;
    return -1;
}

/* Calls nest: a report has the model run from within its own slot. So who ran before is
 * put back afterwards, and a crash is blamed on the right one. The guard is for an
 * instance that has its tensors, and not for one that runs beside others: the bytes
 * behind its tensors may be in use by another thread. */
int instance_call(struct instance *i, nnp_fn *slot, const char *slot_name, struct diag *d)
{
    const char            *outer_slot;
    const struct instance *outer = seat_running(&outer_slot);

    i->reason[0] = 0;
    if (slot == i->type->desc->forward)
        i->ctx.result = NAN; /* a slot that forgets it is found out */
    seat_enter(i, slot_name);
    uint64_t mode;
    locale_t before = number_enter();
    bool     flushes = denormal_enter(&mode);
    bool     guarded = i->services->guard && !i->alone && i->settled && !i->setting_up;
    errno = 0;
    int rc = guarded ? guard_call(i, slot) : slot(&i->ctx, i->self);
    int left = errno;
    denormal_leave(flushes, mode);
    number_leave(before);
    seat_enter(outer, outer_slot);
    i->code = rc;
    if (rc < 0)
        complain(i, rc, slot_name, left, d);
    return rc;
}

const char *instance_learned(struct instance *i, struct arena *a)
{
    enum { ROOM = 512 };
    const void *(*offers)(const char *id) = i->type->desc->extension;
    nnp_learned_fn *say = offers ? (nnp_learned_fn *)offers("nnp.learned/1") : NULL;
    char           *text = arena_alloc(a, ROOM);
    const char     *outer_slot;
    const struct instance *outer = seat_running(&outer_slot);

    if (!say || !i->settled)
        return "";
    seat_enter(i, "learned");
    locale_t before = number_enter();
    int      n = say(&i->ctx, i->self, text, ROOM);
    number_leave(before);
    seat_enter(outer, outer_slot);
    text[ROOM - 1] = 0;
    return n < 0 ? "" : text;
}

int instance_open(struct arena *a, const struct component *type, void *self,
                  const char *name, struct at at, struct services *s, struct instance *i,
                  struct diag *d)
{
    *i = (struct instance){ .type = type,
                            .self = self,
                            .name = name,
                            .at = at,
                            .services = s,
                            .arena = a,
                            .rows = { .size = sizeof i->rows },
                            .stream = hash_text(name) };
    i->ctx = (nnp_ctx){ .size = sizeof i->ctx,
                        .host = &services_host,
                        .workers = pool_width(s->pool),
                        .result = NAN,
                        .beta = 1 };
    instance_key(i, "", 0);
    /* Before the slot: a plugin whose open failed half-way is closed as well. */
    i->open = true;
    if (!type->desc->open)
        return 0;
    return instance_call(i, type->desc->open, "open", d) < 0 ? -1 : 0;
}

void instance_alone(struct instance *i)
{
    i->alone = true;
    i->ctx.workers = 1;
}

/* What a close complains of is not said: there is nothing that anybody could do about it.
 * The files are released after it, because the plugin may look at them until then. */
void instance_close(struct instance *i)
{
    struct arena scrap = { 0 };
    struct diag  d;

    if (i->open && i->type->desc->close) {
        diag_init(&d, &scrap);
        instance_call(i, i->type->desc->close, "close", &d);
        arena_close(&scrap);
    }
    i->open = false;
    services_file_release_all(i);
    instance_grow_close(i);
}

/* ---- setup ---- */

static nnp_tensor *tensors_of(struct instance *i, uint32_t role, uint32_t *count)
{
    size_t      n = instance_count(i, role);
    nnp_tensor *t = arena_array(i->arena, n + !n, sizeof *t);

    *count = (uint32_t)n;
    for (size_t k = 0, m = 0; k < i->declared.n; k++)
        if (i->declared.v[k].role == role)
            t[m++] = decl_tensor(&i->declared.v[k]);
    return t;
}

/* The shapes are shared and not copied: when a setup with other rows changes the shape of
 * an output, that of its gradient has changed too. */
static nnp_tensor *copy_tensors(struct arena *a, const nnp_tensor *from, size_t n)
{
    nnp_tensor *t = arena_array(a, n + !n, sizeof *t);

    for (size_t k = 0; k < n; k++) {
        t[k] = from[k];
        t[k].data = NULL;
    }
    return t;
}

static void make_frame(struct instance *i, const nnp_tensor *weight, uint32_t n_weight)
{
    nnp_ctx *c = &i->ctx;

    i->out = tensors_of(i, NNP_OUT, &c->n_out);
    i->dout = copy_tensors(i->arena, i->out, c->n_out);
    i->state = tensors_of(i, NNP_STATE, &c->n_state);
    i->saved = tensors_of(i, NNP_SAVED, &c->n_saved);
    i->scratch = tensors_of(i, NNP_SCRATCH, &c->n_scratch);
    if (n_weight) {
        c->n_weight = n_weight;
        i->weight = copy_tensors(i->arena, weight, n_weight);
    } else {
        i->weight = tensors_of(i, NNP_WEIGHT, &c->n_weight);
    }
    i->dweight = copy_tensors(i->arena, i->weight, c->n_weight);
}

static void use_frame(struct instance *i)
{
    nnp_ctx *c = &i->ctx;

    c->in = i->in;
    c->din = i->din;
    c->out = i->out;
    c->dout = i->dout;
    c->weight = i->weight;
    c->dweight = i->dweight;
    c->state = i->state;
    c->saved = i->saved;
    c->scratch = i->scratch;
}

/* While planning a plugin sees the shapes of its inputs, and weights that it is given,
 * and nothing else. */
static void plan_frame(struct instance *i, const nnp_tensor *in, const nnp_tensor *weight,
                       uint32_t n_weight)
{
    nnp_ctx *c = &i->ctx;

    c->in = in;
    c->din = c->out = c->dout = c->dweight = c->state = c->saved = c->scratch = NULL;
    c->n_out = c->n_state = c->n_saved = c->n_scratch = 0;
    c->weight = weight;
    c->n_weight = n_weight;
}

/* The shapes of the inputs belong to who makes them; the frame points there. */
static void follow_inputs(struct instance *i, const nnp_tensor *in)
{
    for (uint32_t k = 0; k < i->ctx.n_in; k++) {
        i->in[k].ndim = i->din[k].ndim = in[k].ndim;
        i->in[k].shape = i->din[k].shape = in[k].shape;
    }
}

/* plan_frame took the counts away, so that a plugin cannot look at tensors in setup. */
static void restore_counts(struct instance *i, uint32_t n_weight)
{
    nnp_ctx *c = &i->ctx;

    c->n_out = (uint32_t)instance_count(i, NNP_OUT);
    c->n_state = (uint32_t)instance_count(i, NNP_STATE);
    c->n_saved = (uint32_t)instance_count(i, NNP_SAVED);
    c->n_scratch = (uint32_t)instance_count(i, NNP_SCRATCH);
    c->n_weight = n_weight ? n_weight : (uint32_t)instance_count(i, NNP_WEIGHT);
}

/* What the component says that it takes, before setup sees anything else. */
static int check_types(struct instance *i, const nnp_tensor *t, uint32_t n,
                       struct diag *d)
{
    uint32_t takes = i->type->desc->takes;

    for (uint32_t k = 0; takes && k < n; k++) {
        uint32_t type = nnp_type(&t[k]);
        char     which[24] = "the input";

        if (type == takes)
            continue;
        if (n > 1)
            snprintf(which, sizeof which, "input %u", (unsigned)k + 1);
        snprintf(i->reason, sizeof i->reason, "%s is %s, %s takes %s%s", which,
                 dtype_name(type), i->type->name, dtype_name(takes),
                 type == NNP_U8 && takes == NNP_F32 ? ": put `scale` before it" : "");
        i->code = NNP_ENOTSUP;
        return complain(i, i->code, "setup", 0, d);
    }
    return 0;
}

static int check_rows(struct instance *i, struct diag *d)
{
    const nnp_rows *r = &i->rows;

    if (r->count >= 0 && r->test >= 0 && r->val >= 0 && r->classes >= 0 &&
        r->bytes >= 0 && r->test <= r->count && r->val <= r->count - r->test)
        return 0;
    snprintf(i->reason, sizeof i->reason,
             "says of itself that it has %" PRId64 " rows, %" PRId64
             " of them a test part, %" PRId64 " one for validation, %" PRId64
             " classes and %" PRId64 " bytes",
             r->count, r->test, r->val, r->classes, r->bytes);
    i->code = NNP_EBUG;
    return complain(i, i->code, "setup", 0, d);
}

static int call_setup(struct instance *i, struct diag *d)
{
    nnp_fn *setup = i->type->desc->setup;

    i->setting_up = true;
    i->ctx.rows = strcmp(i->type->kind, "loader") == 0 ? &i->rows : NULL;
    i->cursor = 0;
    int rc = check_types(i, i->ctx.in, i->ctx.n_in, d);
    if (rc >= 0)
        rc = check_types(i, i->ctx.weight, i->ctx.n_weight, d);
    if (rc >= 0 && setup)
        rc = instance_call(i, setup, "setup", d);
    if (rc >= 0)
        rc = check_rows(i, d);
    if (rc >= 0 && i->settled && i->cursor != i->declared.n) {
        snprintf(i->reason, sizeof i->reason,
                 "setup was repeated and `%s` is not declared any more",
                 i->declared.v[i->cursor].name);
        rc = complain(i, NNP_EBUG, "setup", 0, d);
    }
    i->setting_up = false;
    return rc < 0 ? -1 : 0;
}

/* There is room for all that may be declared from the start, because the tensors point at
 * shapes in that list, which may not move. After a failure the frame is put back as well:
 * the planned one points at the caller's `in`, which is often gone when the caller
 * returns. */
int instance_setup(struct instance *i, const nnp_tensor *in, uint32_t n_in,
                   const nnp_tensor *weight, uint32_t n_weight, uint32_t flags,
                   struct diag *d)
{
    bool first = !i->settled;

    if (first) {
        i->declared.v = arena_array(i->arena, DECL_MAX, sizeof *i->declared.v);
        i->declared.n = 0;
        i->in = copy_tensors(i->arena, in, n_in);
        i->din = copy_tensors(i->arena, in, n_in);
    }
    i->ctx.n_in = n_in;
    i->ctx.flags = flags;
    plan_frame(i, in, weight, n_weight);
    if (call_setup(i, d)) {
        use_frame(i);
        return -1;
    }
    if (first)
        make_frame(i, weight, n_weight);
    restore_counts(i, n_weight);
    follow_inputs(i, in);
    i->settled = true;
    use_frame(i);
    return 0;
}
