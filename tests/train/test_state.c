/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/net.h"
#include "support/nnt.h"

#include <string.h>

#include "run/update.h"

#define NET(units, optimizer, train)                                                     \
    "data:\n  source: {toy: {kind: circle, n: 64, noise: 0}}\nmodel:\n  - dense: " units \
    "\n  - batchnorm\n  - relu\n  - dense: 1\nloss: bce\noptim: " optimizer              \
    "\ntrain: " train "\n"
#define PLAIN NET("4", "{adam: {lr: 0.05}}", "{epochs: 5, batch: 16, seed: 3}")

static void update(struct net *n, int times)
{
    for (int i = 0; i < times; i++) {
        net_step(n);
        ck_assert_int_eq(update_run(n->session, &n->diag), 0);
    }
}

static struct state open_state(struct net *n)
{
    struct state s;

    ck_assert_int_eq(state_open(&s, n->session, &n->diag), 0);
    return s;
}

static bool same(const struct net *a, const struct net *b)
{
    const struct session *s = a->session, *t = b->session;

    return memcmp(s->memory.weights.w, t->memory.weights.w,
                  s->memory.weights.n * sizeof(float)) == 0 &&
           memcmp(s->memory.states, t->memory.states, s->memory.states_bytes) == 0;
}

/* ---- the lists are all that there is ---- */

static bool begins(const char *name, const char *with)
{
    return with && strncmp(name, with, strlen(with)) == 0;
}

/* What is in the lists of one goes into the other, but for what begins with `without`. */
static void hand_over(struct net *from, struct net *to, const char *without)
{
    struct state         a = open_state(from), b = open_state(to);
    struct state_tensors x = { 0 }, y = { 0 };
    size_t               n, m;

    state_tensors(&from->arena, &a, &x);
    state_tensors(&to->arena, &b, &y);
    ck_assert_uint_eq(x.n, y.n);
    for (size_t i = 0; i < x.n; i++) {
        ck_assert_str_eq(x.v[i].name, y.v[i].name);
        if (!begins(x.v[i].name, without))
            memcpy(y.v[i].t.data, x.v[i].t.data, tensor_bytes(&x.v[i].t));
    }
    struct state_number *v = state_numbers(&from->arena, &a, &n);
    struct state_number *w = state_numbers(&to->arena, &b, &m);
    ck_assert_uint_eq(n, m);
    for (size_t i = 0; i < n; i++)
        if (begins(v[i].name, without))
            continue;
        else if (v[i].u)
            *w[i].u = *v[i].u;
        else if (v[i].i)
            *w[i].i = *v[i].i;
        else
            *w[i].r = *v[i].r;
    state_close(&a);
    state_close(&b);
}

static const char *const left_out[] = { NULL,         "weights.", "states.",
                                        "optimizer.", "update",   "rate" };

START_TEST(with_all_of_the_lists_and_only_then_another_run_goes_on_alike)
{
    struct net *one = net_open(PLAIN, 1), *other = net_open(PLAIN, 1);

    one->session->pace.rate = 0.5;
    update(one, 5);
    hand_over(one, other, left_out[_i]);
    update(one, 3);
    update(other, 3);
    ck_assert_int_eq(same(one, other), left_out[_i] == NULL);
    net_close(one);
    net_close(other);
}
END_TEST

/* The parameter is that of a plugin: the list has the value, update_resume sets it. */
START_TEST(what_a_schedule_has_set_is_set_again)
{
    static const char *const yaml =
        "data:\n  source: {random: {shape: [3], classes: 2, n: 8}}\nmodel:\n"
        "  - dropout: 0.5\n    as: drop\n  - dense: 2\nloss: xent\n"
        "optim:\n  sgd: {lr: 0.1}\n  schedule:\n    - exponential: {gamma: 0.5}\n"
        "      of: model.drop.p\ntrain: {epochs: 4, batch: 8}\n";
    struct net *one = net_open(yaml, 1), *other = net_open(yaml, 1);
    double     *p = one->session->frames->node[1]->self;
    double     *q = other->session->frames->node[1]->self;

    one->session->pace.epoch = 2;
    update(one, 1);
    ck_assert_double_lt(*p, 0.4);
    ck_assert_double_eq(*q, 0.5);
    hand_over(one, other, NULL);
    ck_assert_int_eq(update_resume(other->session), 0);
    ck_assert_double_eq(*q, *p);
    ck_assert_int_eq(session_reset(other->session, 1, &other->diag), 0);
    ck_assert_double_eq(*q, 0.5);
    net_close(one);
    net_close(other);
}
END_TEST

START_TEST(every_name_is_there_once)
{
    struct net          *n = net_open(PLAIN, 1);
    struct state         s = open_state(n);
    struct state_tensors l = { 0 };
    size_t               count;

    state_tensors(&n->arena, &s, &l);
    history_add(&s.history, "val.loss", 1, 0.5);
    state_curves(&n->arena, &s, &l);
    struct state_number *v = state_numbers(&n->arena, &s, &count);
    for (size_t i = 0; i < l.n; i++)
        for (size_t k = 0; k < i; k++)
            ck_assert_str_ne(l.v[i].name, l.v[k].name);
    for (size_t i = 0; i < count; i++) {
        ck_assert_int_eq(!!v[i].i + !!v[i].r + !!v[i].u, 1);
        for (size_t k = 0; k < i; k++)
            ck_assert_str_ne(v[i].name, v[k].name);
    }
    ck_assert_str_eq(l.v[0].name, "weights.dense1.weight");
    ck_assert_str_eq(l.v[l.n - 2].name, "epochs.val.loss");
    ck_assert_str_eq(l.v[l.n - 1].name, "values.val.loss");
    state_close(&s);
    net_close(n);
}
END_TEST

/* ---- the best, and another attempt ---- */

START_TEST(the_best_weights_come_back_with_what_was_learned_by_then)
{
    struct net  *n = net_open(PLAIN, 1), *kept = net_open(PLAIN, 1);
    struct state s = open_state(n);

    update(n, 3);
    update(kept, 3);
    state_keep_best(&s);
    update(n, 3);
    ck_assert(!same(n, kept));
    state_restore_best(&s);
    ck_assert(same(n, kept));
    state_close(&s);
    net_close(n);
    net_close(kept);
}
END_TEST

START_TEST(another_attempt_remembers_nothing_but_the_time)
{
    struct net  *n = net_open(PLAIN, 1);
    struct state s = open_state(n);

    ck_assert_int_eq(s.at.attempt, 1);
    s.at = (struct position){ .epoch = 7, .done = 6, .halvings = 2, .seconds = 1.5 };
    s.standing = (struct standing){ .best_epoch = 4, .best_value = 0.5, .holds_for = 2 };
    history_add(&s.history, "val.loss", 1, 0.5);
    figures_add(&s.figures, "val.loss", 0.5);
    state_forget(&s, 2);
    ck_assert_int_eq(s.at.attempt, 2);
    ck_assert_double_eq(s.at.seconds, 1.5);
    ck_assert_int_eq(s.at.epoch + s.at.done + s.at.halvings, 0);
    ck_assert_int_eq(s.standing.best_epoch + s.standing.holds_for, 0);
    ck_assert_uint_eq(s.history.n + s.figures.n, 0);
    state_close(&s);
    net_close(n);
}
END_TEST

#define RETRIED                                                                          \
    NET("4", "{adam: {lr: 0.05}}",                                                       \
        "{epochs: 5, batch: 16, seed: 3, retry: {times: 2, unless: loss < 0}}")

/* By then the next attempt has trained other weights, from another seed. */
START_TEST(the_champion_comes_back_with_all_that_was_known_of_it)
{
    struct net  *n = net_open(RETRIED, 1), *kept = net_open(PLAIN, 1);
    struct state s = open_state(n);

    update(n, 3);
    update(kept, 3);
    state_keep_best(&s);
    s.at.done = 6;
    s.standing = (struct standing){ .best_epoch = 4, .best_value = 0.5 };
    history_add(&s.history, "val.loss", 1, 0.5);
    state_crown(&s, ENDED_PATIENCE);
    state_forget(&s, 2);
    ck_assert_int_eq(session_reset(n->session, 4, &n->diag), 0);
    update(n, 1);
    ck_assert_int_eq(state_take_champion(&s), ENDED_PATIENCE);
    state_restore_best(&s);
    ck_assert(same(n, kept));
    ck_assert_uint_eq(n->session->pace.seed, 3);
    ck_assert_uint_eq(n->session->pace.update, 3);
    ck_assert_int_eq(s.at.done, 6);
    ck_assert_int_eq(s.standing.best_epoch, 4);
    ck_assert_uint_eq(history_find(&s.history, "val.loss")->n, 1);
    state_close(&s);
    net_close(n);
    net_close(kept);
}
END_TEST

START_TEST(a_champion_is_in_the_lists_once_there_is_one)
{
    struct net          *n = net_open(RETRIED, 1);
    struct state         s = open_state(n);
    struct state_tensors before = { 0 }, after = { 0 };
    size_t               was, is;

    state_tensors(&n->arena, &s, &before);
    (void)state_numbers(&n->arena, &s, &was);
    state_crown(&s, ENDED_DONE);
    state_tensors(&n->arena, &s, &after);
    struct state_number *v = state_numbers(&n->arena, &s, &is);
    ck_assert_uint_gt(after.n, before.n);
    ck_assert_str_eq(after.v[before.n].name, "champion.weights.dense1.weight");
    ck_assert_str_eq(v[was].name, "champion.attempt");
    ck_assert_str_eq(v[is - 1].name, "champion.seed");
    state_close(&s);
    net_close(n);
}
END_TEST

/* ---- whose it is ---- */

static const struct {
    const char *yaml;
    bool        same;
} others[] = {
    { PLAIN, true },
    { NET("4", "{adam: {lr: 0.9}}", "{epochs: 9, batch: 16, seed: 4}"), true },
    { NET("5", "{adam: {lr: 0.05}}", "{epochs: 5, batch: 16, seed: 3}"), false },
    { NET("4", "{sgd: {lr: 0.05}}", "{epochs: 5, batch: 16, seed: 3}"), false },
    { NET("4", "{adam: {lr: 0.05}}", "{epochs: 5, batch: 32, seed: 3}"), false },
};

START_TEST(it_belongs_to_a_model_an_optimizer_and_a_batch_size)
{
    struct net *n = net_open(PLAIN, 1), *other = net_open(others[_i].yaml, 1);
    const char *a = state_owner(&n->arena, n->session);
    const char *b = state_owner(&other->arena, other->session);

    ck_assert_uint_eq(strlen(a), 64);
    ck_assert_int_eq(strcmp(a, b) == 0, others[_i].same);
    net_close(n);
    net_close(other);
}
END_TEST

START_TEST(each_plugin_that_computes_is_named_once)
{
    struct net *n = net_open(PLAIN, 1);

    ck_assert_str_eq(state_plugins(&n->arena, n->session),
                     "loader toy 1.0, layer dense 1.0, layer batchnorm 1.0, "
                     "layer relu 1.0, loss bce 1.0, optimizer adam 1.0");
    net_close(n);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("state");
    TCase *t = tcase_create("lists");

    tcase_add_loop_test(t, with_all_of_the_lists_and_only_then_another_run_goes_on_alike,
                        0, COUNT(left_out));
    tcase_add_test(t, what_a_schedule_has_set_is_set_again);
    tcase_add_test(t, every_name_is_there_once);
    tcase_add_test(t, the_best_weights_come_back_with_what_was_learned_by_then);
    tcase_add_test(t, another_attempt_remembers_nothing_but_the_time);
    tcase_add_test(t, the_champion_comes_back_with_all_that_was_known_of_it);
    tcase_add_test(t, a_champion_is_in_the_lists_once_there_is_one);
    tcase_add_loop_test(t, it_belongs_to_a_model_an_optimizer_and_a_batch_size, 0,
                        COUNT(others));
    tcase_add_test(t, each_plugin_that_computes_is_named_once);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
