/* SPDX-License-Identifier: MIT */
/* Check 13 of a layer: what it says is ready is so, once; what it sweeps in pieces is
 * what its forward and backward give. */
#include <config.h>
#include "conformance/check_kind.h"

#include <string.h>

#include <nnpipe/fast.h>

/* ---- READY ---- */

/* Stands in for the layer behind: notes what each number was when it was said to be
 * ready. */
struct notes {
    const float *of;
    size_t       n;
    int         *times;
    float       *then;
};

static void note(const void *self, const float *x, float *y, size_t n)
{
    const struct notes *s = self;

    (void)y;
    for (size_t i = 0; i < n; i++) {
        size_t at = (size_t)(x - s->of) + i;
        __atomic_add_fetch(&s->times[at], 1, __ATOMIC_RELAXED);
        s->then[at] = x[i];
    }
}

static void note_back(const void *self, const float *x, const float *y, const float *dy,
                      float *dx, size_t n)
{
    (void)x;
    (void)y;
    note(self, dy, dx, n);
}

static void compare_notes(struct check *k, struct trial *t, enum probe_set set,
                          const struct notes *s)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->times[i] != 1) {
            check_fail(k, "promises READY, but says so of %s, element %zu, %d times",
                       probe_name(&t->probe, set, 0), i, s->times[i]);
            return;
        } else if (memcmp(&s->then[i], &s->of[i], sizeof *s->then) != 0) {
            check_fail(k,
                       "promises READY, but %s, element %zu, was said to be ready at %g "
                       "and became %g",
                       probe_name(&t->probe, set, 0), i, (double)s->then[i],
                       (double)s->of[i]);
            return;
        }
}

static void listen(struct check *k, struct trial *t, enum probe_slot slot,
                   enum probe_set set)
{
    static const nnp_sweep sweep = { sizeof sweep, 0, note, note_back };
    uint32_t               n;
    const nnp_tensor      *of = probe_tensors(&t->probe, set, &n);

    if (!n || !of->data || nnp_type(of) != NNP_F32)
        return;
    struct notes s = { of->data, nnp_count(of), NULL, NULL };
    s.times = arena_array(&k->arena, s.n + 1, sizeof *s.times);
    s.then = arena_array(&k->arena, s.n + 1, sizeof *s.then);
    struct instance behind = { .self = &s };
    float           nothing[1];
    struct tail     tail = { .instance = &behind,
                             .sweep = &sweep,
                             .back = slot == PROBE_BACKWARD,
                             .of = s.of,
                             .n = s.n,
                             .x = nothing,
                             .y = nothing,
                             .to = nothing };
    check_at(k, "%s with a layer behind it", probe_slot_name(slot));
    t->probe.inst.tail = &tail;
    int rc = probe_call(&t->probe, slot);
    t->probe.inst.tail = NULL;
    if (rc >= 0)
        compare_notes(k, t, set, &s);
}

static void check_ready(struct check *k, unsigned threads)
{
    struct trial         t;
    struct trial_options o = { .threads = threads };

    if (trial_open(k, &t, &o) == 0) {
        listen(k, &t, PROBE_FORWARD, PROBE_OUT);
        if (trial_has(&t, PROBE_BACKWARD) && !k->findings)
            listen(k, &t, PROBE_BACKWARD, PROBE_DIN);
    }
    trial_close(&t);
}

/* ---- sweep ---- */

static void compare_sweep(struct check *k, struct trial *t, enum probe_set set,
                          const float *got)
{
    uint32_t          n;
    const nnp_tensor *want = probe_tensors(&t->probe, set, &n);

    for (size_t i = 0; i < nnp_count(want); i++)
        if (memcmp(&got[i], nnp_f32(want) + i, sizeof *got) != 0) {
            check_fail(k, "sweep makes %.9g of %s, element %zu, not %.9g", (double)got[i],
                       probe_name(&t->probe, set, 0), i, (double)nnp_f32(want)[i]);
            return;
        }
}

/* In pieces of 1, 2, 3 ... numbers, in place. */
static void sweep_pieces(struct check *k, const struct trial *t, const nnp_sweep *s)
{
    const struct instance *inst = &t->probe.inst;
    size_t                 n = nnp_count(&inst->out[0]);
    float                 *v = arena_array(&k->arena, n + 1, sizeof *v);
    struct trial          *whole = (struct trial *)(uintptr_t)t;

    check_at(k, "sweep, forward in pieces");
    memcpy(v, inst->in[0].data, n * sizeof *v);
    for (size_t at = 0, m = 1; at < n; at += m++)
        s->forward(t->self, v + at, v + at, n - at < m ? n - at : m);
    compare_sweep(k, whole, PROBE_OUT, v);
    if (k->findings || !trial_has(t, PROBE_BACKWARD) ||
        probe_call(&whole->probe, PROBE_BACKWARD) < 0)
        return;
    check_at(k, "sweep, backward in pieces");
    const uint32_t flags = inst->type->desc->flags;
    const float   *x = nnp_f32(&inst->in[0]), *y = nnp_f32(&inst->out[0]);
    memcpy(v, inst->dout[0].data, n * sizeof *v);
    for (size_t at = 0, m = 1; at < n; at += m++)
        s->backward(t->self, flags & NNP_FREE_IN ? NULL : x + at,
                    flags & NNP_FREE_OUT ? NULL : y + at, v + at, v + at,
                    n - at < m ? n - at : m);
    compare_sweep(k, whole, PROBE_DIN, v);
}

static void check_sweep(struct check *k, const nnp_sweep *s)
{
    struct trial         t;
    struct trial_options o = { 0 };

    if (!s->forward || !s->backward) {
        check_fail(k, "sweep lacks a function");
        return;
    }
    if (trial_open(k, &t, &o) == 0 && probe_call(&t.probe, PROBE_FORWARD) >= 0)
        sweep_pieces(k, &t, s);
    trial_close(&t);
}

void check_sweeps(struct check *k)
{
    const nnp_sweep *s = k->c->type->desc->sweep;

    for (unsigned threads = 1; check_promises(k, NNP_READY) && threads <= 2; threads++)
        if (!k->findings)
            check_ready(k, threads);
    if (s && !k->findings)
        check_sweep(k, s);
}
