/* SPDX-License-Identifier: MIT */
/* Items of the model that learn by themselves: passes over the training rows until their
 * finish asks for no more. */
#include <config.h>
#include "train/trainer.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/rng.h"
#include "run/all_rows.h"

bool session_fits(const struct session *s)
{
    for (size_t i = s->graph->first_layer; i < s->graph->n_nodes; i++)
        if (graph_fits(&s->graph->nodes[i]))
            return true;
    return false;
}

/* Their input must be what it will be later. */
static int check_settled(const struct session *s, const struct graph_node *n,
                         struct diag *d)
{
    const struct graph *g = s->graph;

    for (uint32_t k = 0; k < n->n_in && s->spec->loss.n; k++)
        if (g->streams[n->in[k]].wants_grad) {
            diag_error(d, &n->item->at,
                       "%s fits itself to '%s', which is still in training",
                       n->item->name, g->streams[n->in[k]].name);
            diag_note(d, "try   `freeze: true` on what makes it");
            return -1;
        }
    return 0;
}

static void clear_sums(struct graph_node *n)
{
    for (uint32_t k = 0; k < n->inst.ctx.n_state; k++)
        if (graph_gathers(n, k))
            memset(n->inst.state[k].data, 0, tensor_bytes(&n->inst.state[k]));
}

/* ---- states that begin as rows ---- */

struct sample { /* state `to` takes as many training rows of in[0] as it has rows */
    nnp_tensor    *to;
    struct rng_key key;
    int64_t        n, total; /* of the state, of the training rows */
};

static bool is_sample(const struct graph_node *n, uint32_t k)
{
    const char *init = instance_decl(&n->inst, NNP_STATE, k)->init;

    return init && strcmp(init, "sample") == 0;
}

static int check_sample(const struct graph_node *n, const struct sample *m,
                        struct diag *d)
{
    const nnp_tensor *x = &n->inst.in[0];

    if (nnp_type(m->to) != nnp_type(x) || nnp_row(m->to) != nnp_row(x))
        return diag_error(
            d, &n->item->at,
            "%s: a state that begins as a sample of rows does not look like "
            "the rows",
            n->item->name);
    if (m->n > m->total)
        return diag_error(d, &n->item->at,
                          "%s needs %" PRId64 " training rows to start from, there are "
                          "%" PRId64,
                          n->item->name, m->n, m->total);
    return 0;
}

/* Those of the rows first..first + n that the sample drew. */
static void take_rows(const struct sample *m, const nnp_tensor *x, int64_t first)
{
    size_t row = nnp_row(x) * dtype_size(nnp_type(x));

    for (int64_t j = 0; j < m->n; j++) {
        int64_t at =
            (int64_t)rng_permute(m->key, (uint64_t)j, (uint64_t)m->total) - first;
        if (at >= 0 && at < x->shape[0])
            memcpy((char *)m->to->data + (size_t)j * row,
                   (const char *)x->data + (size_t)at * row, row);
    }
}

/* ---- passes ---- */

struct work { /* one look at all training rows */
    struct graph_node   *node;
    const struct sample *sample; /* to be taken from them, or NULL */
    struct whole        *whole;  /* to be filled with them, or NULL */
    volatile int        *interrupted;
};

static int use_batch(const struct work *w, int64_t first, struct diag *d)
{
    struct graph_node *n = w->node;

    if (w->sample)
        take_rows(w->sample, &n->inst.in[0], first);
    else if (w->whole)
        whole_take(w->whole, first);
    else if (instance_call(&n->inst, n->item->type->desc->fit, "fit", d) < 0)
        return -1;
    return 0;
}

static int look(struct session *s, const struct work *w, struct diag *d)
{
    struct graph_node *n = w->node;
    int64_t            rows, done = 0;

    feed_start(s, SPLIT_TRAIN, false, 0, s->spec->train.batch, 0);
    for (;; done += rows) {
        if (w->interrupted && *w->interrupted)
            return 1;
        if (feed_next(s, &rows, d))
            return -1;
        if (!rows)
            return 0;
        if (step_rows(s, rows, d) || step_before(s, PLAN_FIT, n, d) ||
            use_batch(w, done, d))
            return -1;
    }
}

static int start(struct session *s, const struct work *fit, struct diag *d)
{
    struct graph_node *n = fit->node;

    for (uint32_t k = 0; k < n->inst.ctx.n_state; k++) {
        struct sample m = { .to = &n->inst.state[k],
                            .key = rng_key(s->seed ^ n->inst.stream, "sample", k),
                            .n = n->inst.state[k].ndim ? n->inst.state[k].shape[0] : 1,
                            .total = feed_rows(s, SPLIT_TRAIN) };
        struct work   w = { .node = n, .sample = &m, .interrupted = fit->interrupted };
        if (!is_sample(n, k))
            continue;
        int rc = check_sample(n, &m, d) ? -1 : look(s, &w, d);
        if (rc)
            return rc;
    }
    return 0;
}

static int fit_whole(const struct work *w, struct diag *d)
{
    if (w->interrupted && *w->interrupted)
        return 1;
    return instance_call(&w->node->inst, w->node->item->type->desc->fit, "fit", d) < 0
               ? -1
               : 0;
}

static int one_pass(struct session *s, const struct work *w, uint64_t pass,
                    struct diag *d)
{
    struct graph_node *n = w->node;
    nnp_fn            *finish = n->item->type->desc->finish;

    clear_sums(n);
    n->inst.ctx.step = pass;
    instance_key(&n->inst, "fit", pass);
    int rc = w->whole ? fit_whole(w, d) : look(s, w, d);
    if (rc)
        return rc < 0 ? -1 : NNP_EOF;
    return finish ? instance_call(&n->inst, finish, "finish", d) : NNP_OK;
}

/* All of them; 1: interrupted. */
static int passes(struct session *s, const struct work *w, uint64_t *n, struct diag *d)
{
    int rc = NNP_AGAIN;

    for (*n = 0; rc == NNP_AGAIN; ++*n)
        rc = one_pass(s, w, *n, d);
    return rc < 0 ? -1 : rc != NNP_OK;
}

/* The rows are looked at once, whatever the number of passes. */
static int passes_over_whole(struct session *s, struct work *w, uint64_t *n,
                             struct diag *d)
{
    struct whole all;
    int          rc = whole_open(&all, s, w->node, d);

    w->whole = &all;
    rc = rc ? rc : look(s, w, d);
    rc = rc ? rc : whole_begin(&all, d);
    rc = rc ? rc : passes(s, w, n, d);
    return whole_close(&all, rc < 0, d) ? -1 : rc;
}

static int fit_node(struct session *s, struct graph_node *n, const struct fit_watch *w,
                    struct diag *d)
{
    struct work work = { .node = n, .interrupted = w->interrupted };
    bool        whole = n->item->type->desc->flags & NNP_WHOLE;
    double      begun = clock_seconds();
    uint64_t    pass;

    if (check_settled(s, n, d))
        return -1;
    int rc = start(s, &work, d);
    rc = rc      ? rc
         : whole ? passes_over_whole(s, &work, &pass, d)
                 : passes(s, &work, &pass, d);
    if (!rc && w->done)
        w->done(w->arg, n, pass, clock_seconds() - begun);
    return rc;
}

int session_fit(struct session *s, const struct fit_watch *w, struct diag *d)
{
    int rc = 0;

    for (size_t i = s->graph->first_layer; !rc && i < s->graph->n_nodes; i++)
        if (graph_fits(&s->graph->nodes[i]))
            rc = fit_node(s, &s->graph->nodes[i], w, d);
    return rc;
}

/* ---- what a trainer has of it ---- */

static void say_fitted(void *arg, const struct graph_node *n, uint64_t passes,
                       double seconds)
{
    struct trainer *t = arg;
    struct strbuf   s = { 0 };

    for (size_t i = 0; i < n->inst.n_facts; i++)
        strbuf_printf(&s, "%s %s %.6g", i ? "," : ":", n->inst.facts[i].key,
                      n->inst.facts[i].value);
    report_say(t->report, "%s fitted in %" PRIu64 " pass%s (%.2f s)%s", n->item->name,
               passes, passes == 1 ? "" : "es", seconds, strbuf_text(&s));
    strbuf_close(&s);
}

int trainer_fit(struct trainer *t, struct diag *d)
{
    struct fit_watch w = { .interrupted = t->interrupted, .done = say_fitted, .arg = t };

    return session_fit(t->session, &w, d);
}

void trainer_facts(struct trainer *t)
{
    struct session *s = t->session;

    for (size_t i = s->graph->first_layer; i < s->graph->n_nodes; i++) {
        const struct instance *inst = &s->graph->nodes[i].inst;
        for (size_t k = 0; graph_fits(&s->graph->nodes[i]) && k < inst->n_facts; k++)
            figures_add(
                &t->finals,
                arena_printf(s->arena, "train.%s.%s", inst->name, inst->facts[k].key),
                inst->facts[k].value);
    }
}
