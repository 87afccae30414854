/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/net.h"
#include "support/nnt.h"

#include <string.h>

#define NET                                                                              \
    "data:\n  source: {random: {shape: [3], n: 20}}\nmodel:\n  - dense: 7\n    as: a\n"  \
    "  - dense: 1\n    lr: 0.5\nloss: mse\ntrain: {epochs: 1, batch: 8}\n"

/* Two rates times (decays, does not): four groups. clip wants all weights, adam goes
 * number by number. */
START_TEST(an_optimizer_has_a_call_for_what_it_can_take_at_once)
{
    struct net                *n = net_plan(NET "optim: {clip: 1, adam: {lr: 0.1}}\n");
    const struct update_chain *c = &n->session->frames->chain;

    ck_assert_uint_eq(c->n_updaters, 1 + 4);
    ck_assert_str_eq(c->updaters[0].item->type->name, "clip");
    ck_assert_uint_eq(c->updaters[0].inst.ctx.n_weight, 4);
    ck_assert_int_eq(c->updaters[0].group, -1);
    ck_assert_ptr_null(c->updaters[0].lr);
    for (int k = 0; k < 4; k++) {
        const struct updater *u = &c->updaters[1 + k];
        ck_assert_int_eq(u->group, k);
        ck_assert_uint_eq(u->inst.ctx.n_weight, 1);
        ck_assert_double_eq(*u->lr, 0.1);
        ck_assert_double_eq(u->factor, n->session->memory.weights.groups[k].lr);
    }
    net_close(n);
}
END_TEST

/* The spec stays as it was read. */
START_TEST(each_instance_has_parameters_of_its_own)
{
    struct net                *n = net_plan(NET "optim: {adam: {lr: 0.1}}\n");
    const struct update_chain *c = &n->session->frames->chain;
    const struct item         *adam = c->updaters[0].item;

    ck_assert_int_eq(frames_set(n->session->frames, adam, "lr", 0.3), 0);
    for (size_t k = 0; k < c->n_updaters; k++) {
        ck_assert_double_eq(*c->updaters[k].lr, 0.3);
        ck_assert_ptr_ne(c->updaters[k].inst.self, adam->self);
    }
    ck_assert_int_ne(frames_set(n->session->frames, adam, "lr", -1), 0);
    net_close(n);
}
END_TEST

START_TEST(a_schedule_that_remembers_is_asked_after_epochs)
{
    struct net *n =
        net_plan(NET "optim:\n  adam: {lr: 0.1}\n  schedule:\n    - cosine\n"
                     "    - plateau: {watch: loss}\n      of: optim.adam.beta1\n");
    const struct update_chain *c = &n->session->frames->chain;

    ck_assert_uint_eq(c->n_drivers, 2);
    ck_assert(!c->drivers[0].each_epoch);
    ck_assert_double_eq(c->drivers[0].base, 0.1);
    ck_assert(c->drivers[1].each_epoch);
    ck_assert_double_eq(c->drivers[1].base, 0.9);
    net_close(n);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("chain");
    TCase *t = tcase_create("frames");

    tcase_add_test(t, an_optimizer_has_a_call_for_what_it_can_take_at_once);
    tcase_add_test(t, each_instance_has_parameters_of_its_own);
    tcase_add_test(t, a_schedule_that_remembers_is_asked_after_epochs);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
