/* SPDX-License-Identifier: MIT */
/* Check 9: what lasts from one call to the next is a tensor. Slots leave self alone, and
 * an instance that takes over weights and states goes on as the first one would have:
 * that is what resuming a run rests on. */
#include <config.h>
#include "conformance/remains.h"

#include <string.h>

static void check_bytes(struct check *k, const struct trial *t)
{
    for (int s = 0; s < PROBE_SLOTS; s++)
        if (t->probe.self_at[s])
            check_fail(k,
                       "%s changes self (byte %zu); what changes belongs into a tensor",
                       probe_slot_name((enum probe_slot)s), t->probe.self_at[s] - 1);
}

/* What a checkpoint would bring: false where sizes are learned, and there is no telling.
 */
static bool take_over(struct trial *to, struct trial *from)
{
    static const enum probe_set sets[] = { PROBE_WEIGHT, PROBE_STATE };

    for (size_t s = 0; s < sizeof sets / sizeof *sets; s++) {
        uint32_t    n, m;
        nnp_tensor *a = probe_tensors(&from->probe, sets[s], &n),
                   *b = probe_tensors(&to->probe, sets[s], &m);

        for (uint32_t i = 0; i < n; i++) {
            if (sets[s] == PROBE_STATE && n == m && instance_grows(&to->probe.inst, i) &&
                instance_grow(&to->probe.inst, i, a[i].shape[0]))
                return false;
            if (n != m || tensor_bytes(&a[i]) != tensor_bytes(&b[i]))
                return false;
            if (a[i].data)
                memcpy(b[i].data, a[i].data, tensor_bytes(&a[i]));
        }
    }
    return true;
}

/* The second part alone: gradients of weights begin at zero, nothing was reported yet. */
static bool second_part(struct trial *t)
{
    uint32_t    n;
    nnp_tensor *dw = probe_tensors(&t->probe, PROBE_DWEIGHT, &n);

    for (uint32_t i = 0; i < n; i++)
        probe_fill(&dw[i], 0);
    probe_clear(&t->probe);
    return trial_part(t, 1) >= 0;
}

static void compare_resumed(struct check *k, struct trial *whole, struct trial *resumed)
{
    if (trial_part(whole, 0) < 0 || !take_over(resumed, whole) || !second_part(whole) ||
        !second_part(resumed))
        return;
    struct remains a = remains_take(k, whole), b = remains_take(k, resumed);
    const char    *text = remains_differ(k, &a, &b, NULL);
    if (text)
        check_fail(
            k,
            "an instance that takes over weights and states, as a resumed run does, "
            "goes on differently: %s; what is learnt belongs into one of them",
            text);
}

void check_lasting(struct check *k)
{
    struct trial         whole, resumed;
    struct trial_options o = { 0 };

    if (!k->c->type->desc->forward && !k->c->type->desc->fit) {
        check_skip(k, "has no forward");
        return;
    }
    check_at(k, "a run");
    int ready = trial_open(k, &whole, &o);
    if (ready < 0)
        check_fail(k, "%s", trial_reason(&whole));
    else
        trial_run_quiet(&whole);
    check_bytes(k, &whole);
    trial_close(&whole);
    if (k->findings)
        return;
    check_at(k, "a run that is resumed");
    ready = trial_open(k, &whole, &o) == 0;
    ready &= trial_open(k, &resumed, &o) == 0;
    if (ready)
        compare_resumed(k, &whole, &resumed);
    trial_close(&resumed);
    trial_close(&whole);
}
