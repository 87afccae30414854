/* SPDX-License-Identifier: MIT */
/* Random nets: what a plan lays on top of each other, adds up behind a node, or joins in
 * one step must not change a bit. Each net is trained twice, as planned and with a place
 * of its own for every tensor. Nets made by hand show what their author thought of. */
#include <config.h>
#include "support/net.h"
#include "support/nnt.h"

#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"

enum { NETS = 200, IN_A_TEST = 20, STREAMS = 60, WIDTH = 6 };

struct random {
    uint64_t state;
};

static unsigned draw(struct random *r, unsigned n)
{
    r->state = r->state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(r->state >> 33) % n;
}

struct writer { /* of a net, item by item */
    struct random r;
    struct strbuf text;
    unsigned size[STREAMS];  /* of s0, s1, ...; s0 is what the first item makes of x */
    bool     dense[STREAMS]; /* made by a dense layer of its own, from s[from] */
    unsigned from[STREAMS];
    unsigned n;
};

/* A stream of the same size as s, perhaps s itself. */
static unsigned twin_of(struct writer *w, unsigned s)
{
    unsigned k = draw(&w->r, w->n);

    for (unsigned i = 0; i < w->n; i++, k = (k + 1) % w->n)
        if (w->size[k] == w->size[s])
            return k;
    return s;
}

static void made(struct writer *w, unsigned size)
{
    strbuf_printf(&w->text, "    as: s%u\n", w->n);
    w->size[w->n++] = size;
}

static void add_dense(struct writer *w, unsigned from, unsigned size)
{
    strbuf_printf(&w->text, "  - dense: %u\n    from: s%u\n", size, from);
    w->dense[w->n] = true;
    w->from[w->n] = from;
    made(w, size);
}

static void add_unary(struct writer *w, unsigned from)
{
    static const char *const items[] = { "tanh",      "relu",      "sigmoid",
                                         "silu",      "softplus",  "leaky_relu",
                                         "elu",       "gelu",      "dropout: 0.3",
                                         "batchnorm", "layernorm", "prelu" };
    const char              *item = items[draw(&w->r, sizeof items / sizeof *items)];

    strbuf_printf(&w->text, "  - %s%s\n    from: s%u\n", item,
                  strchr(item, ':') ? "" : ":", from);
    made(w, w->size[from]);
}

static void add_binary(struct writer *w, unsigned from)
{
    static const char *const items[] = { "add", "multiply", "concat" };
    unsigned                 k = draw(&w->r, 3);
    unsigned                 other = k == 2 ? draw(&w->r, w->n) : twin_of(w, from);

    strbuf_printf(&w->text, "  - %s:\n    from: [s%u, s%u]\n", items[k], from, other);
    made(w, k == 2 ? w->size[from] + w->size[other] : w->size[from]);
    if (k == 1) { /* products of products of products leave the range of floats */
        strbuf_printf(&w->text, "  - tanh:\n    from: s%u\n", w->n - 1);
        made(w, w->size[w->n - 1]);
    }
}

/* A dense layer again, on another stream of the size that it reads. */
static void add_again(struct writer *w)
{
    unsigned k = draw(&w->r, w->n);

    for (unsigned i = 0; i < w->n; i++, k = (k + 1) % w->n)
        if (w->dense[k]) {
            unsigned from = twin_of(w, w->from[k]);
            strbuf_printf(&w->text, "  - use: s%u\n    from: s%u\n", k, from);
            made(w, w->size[k]);
            return;
        }
}

static void add_item(struct writer *w)
{
    unsigned from = draw(&w->r, 3) ? w->n - 1 : draw(&w->r, w->n); /* mostly the last */

    switch (draw(&w->r, 8)) {
    case 0:
    case 1:
    case 2: add_unary(w, from); break;
    case 3:
    case 4: add_binary(w, from); break;
    case 5: add_again(w); break;
    default: add_dense(w, from, 1 + draw(&w->r, 9));
    }
    if (w->size[w->n - 1] > 60)
        add_dense(w, w->n - 1, 4);
}

/* The whole file. Two losses and a penalty look at different streams. */
static void write_net(struct writer *w, uint64_t seed)
{
    unsigned items = 0;

    *w = (struct writer){ .r = { seed * 2654435761u + 1 } };
    for (int k = 0; k < 5; k++)
        draw(&w->r, 2);
    items = 3 + draw(&w->r, 14);
    strbuf_printf(&w->text,
                  "data:\n  source: {random: {shape: [%d], classes: 3, n: 20}}\nmodel:\n"
                  "  - dense: %u\n    from: x\n",
                  WIDTH, 2 + draw(&w->r, 6));
    made(w, 0);
    w->size[0] =
        (unsigned)strtoul(strstr(strbuf_text(&w->text), "dense: ") + 7, NULL, 10);
    for (unsigned i = 0; i < items; i++)
        add_item(w);
    add_dense(w, w->n - 1, WIDTH);
    unsigned out = w->n - 1;
    add_dense(w, draw(&w->r, w->n), 3);
    strbuf_printf(
        &w->text,
        "loss:\n  - xent: {of: s%u, to: y}\n  - mse: {of: s%u, to: x}\n    weight: 0.5\n"
        "  - l2: {of: s%u}\n    weight: 1e-2\n  - l1: {of: s0}\n    weight: 1e-3\n",
        w->n - 1, out, draw(&w->r, w->n));
    strbuf_printf(&w->text,
                  "optim: {%s: {lr: 0.01}}\n"
                  "train: {epochs: 2, batch: 8, seed: %llu, accumulate: %u}\n",
                  draw(&w->r, 2) ? "sgd" : "adam", (unsigned long long)seed,
                  1 + draw(&w->r, 2));
}

/* Each tensor of the plan gets memory that no other has. */
static void spread(struct net *n, enum plan_for what)
{
    struct plan *p = plan_open(&n->arena, n->session->graph, what);
    size_t       at = 0;

    for (size_t b = 0; b < p->n_buffers; b++) {
        p->buffers[b].same_as = -1;
        p->buffers[b].offset = at;
        at += plan_round(p->buffers[b].bytes);
    }
    p->scratch_at = at;
    p->bytes = at + p->scratch;
    n->session->plans[what] = p;
    ck_assert_int_eq(
        bind_grow(&n->session->memory, n->session->frames, p->bytes, &n->diag), 0);
}

static size_t shared(const struct plan *p)
{
    size_t bytes = 0;

    for (size_t b = 0; b < p->n_buffers; b++)
        bytes += plan_round(p->buffers[b].bytes);
    return bytes + p->scratch > p->bytes;
}

START_TEST(sharing_memory_changes_no_bit)
{
    size_t nets_that_share = 0;

    for (uint64_t seed = (uint64_t)_i * IN_A_TEST; seed < (uint64_t)(_i + 1) * IN_A_TEST;
         seed++) {
        struct writer w;
        write_net(&w, seed);
        struct net *a = net_open(strbuf_text(&w.text), 2);
        struct net *b = net_open(strbuf_text(&w.text), 1);
        nets_that_share += shared(a->session->plans[PLAN_TRAIN]);
        for (int k = 0; k < N_PLANS; k++)
            if (b->session->plans[k])
                spread(b, (enum plan_for)k);
        net_train(a);
        net_train(b);
        ck_assert_uint_eq(a->session->memory.weights.n, b->session->memory.weights.n);
        ck_assert_msg(memcmp(a->session->memory.weights.w, b->session->memory.weights.w,
                             a->session->memory.weights.n * sizeof(float)) == 0,
                      "net %llu:\n%s", (unsigned long long)seed, strbuf_text(&w.text));
        net_close(a);
        net_close(b);
        strbuf_close(&w.text);
    }
    ck_assert_uint_ge(nets_that_share, IN_A_TEST - 2); /* else the test shows nothing */
}
END_TEST

int main(void)
{
    Suite *s = suite_create("random nets");
    TCase *t = tcase_create("bits");

    tcase_add_loop_test(t, sharing_memory_changes_no_bit, 0, NETS / IN_A_TEST);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
