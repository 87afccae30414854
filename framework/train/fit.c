/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "train/fit.h"

#include <inttypes.h>
#include <string.h>

#include <nnpipe/data.h>
#include "base/clock.h"
#include "base/rng.h"
#include "base/strbuf.h"
#include "run/all_rows.h"
#include "run/feed.h"
#include "run/loss_weights.h"
#include "run/step.h"

struct fitting { /* one item at work */
    struct session          *session;
    const struct graph_node *node;
    struct instance         *inst; /* of the node */
    volatile int            *interrupted;
    const struct sample     *sample; /* for sample_batch */
    struct all_rows *whole; /* all rows, for items that want them at once, or NULL */
};

/* Their input must be what it will be later. They fit before the epochs, so what they
 * learn from a layer that still trains would be about weights that are gone afterwards. A
 * file without a loss trains nothing. */
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

/* States that a pass adds up in begin at zero; others hold what the passes before have
 * learned, such as the centres of k-means. */
static void clear_sums(const struct fitting *f)
{
    const struct instance *inst = f->inst;

    for (uint32_t k = 0; k < inst->ctx.n_state; k++)
        if (graph_gathers(f->node, k) && inst->state[k].data)
            memset(inst->state[k].data, 0, tensor_bytes(&inst->state[k]));
}

/* ---- states that begin as rows ---- */

struct sample { /* state `to` takes as many training rows of in[0] as it has rows; where
                 * there are fewer, they come again in the same order */
    nnp_tensor    *to;
    struct rng_key key;
    int64_t        n, total; /* of the state, of the training rows */
};

static bool is_sample(const struct graph_node *n, uint32_t k)
{
    const char *init = decl_find(&n->decls, NNP_STATE, k)->init;

    return init && strcmp(init, "sample") == 0;
}

static int check_sample(const struct fitting *f, const struct sample *m, struct diag *d)
{
    const struct graph_node *n = f->node;
    const nnp_tensor        *x = &f->inst->in[0];

    if (nnp_type(m->to) != nnp_type(x) || nnp_row(m->to) != nnp_row(x))
        return diag_error(
            d, &n->item->at,
            "%s: a state that begins as a sample of rows does not look like "
            "the rows",
            n->item->name);
    return 0;
}

/* Those of the rows first..first + n that the sample drew. */
static void take_rows(const struct sample *m, const nnp_tensor *x, int64_t first)
{
    size_t row = nnp_row(x) * dtype_size(nnp_type(x));

    for (int64_t j = 0; j < m->n; j++) {
        uint64_t of = (uint64_t)(j % m->total);
        int64_t  at = (int64_t)rng_permute(m->key, of, (uint64_t)m->total) - first;
        if (at >= 0 && at < x->shape[0])
            memcpy((char *)m->to->data + (size_t)j * row,
                   (const char *)x->data + (size_t)at * row, row);
    }
}

/* ---- passes ---- */

/* What is done with a batch whose rows begin at `first`: they are at the node's inputs.
 */
typedef int use_fn(struct fitting *f, int64_t first, struct diag *d);

/* One look at all training rows. 1: interrupted. */
static int over_rows(struct fitting *f, use_fn *use, struct diag *d)
{
    struct session *s = f->session;
    int64_t         rows, done = 0;

    feed_start(s, SPLIT_TRAIN, false, 0, s->spec->train.batch, 0);
    for (;; done += rows) {
        if (f->interrupted && *f->interrupted)
            return 1;
        if (feed_next(s, &rows, d))
            return -1;
        if (!rows)
            return 0;
        if (frames_rows(s->frames, rows, d) || step_before(s, PLAN_FIT, f->node, d) ||
            use(f, done, d))
            return -1;
    }
}

static int sample_batch(struct fitting *f, int64_t first, struct diag *d)
{
    (void)d;
    take_rows(f->sample, &f->inst->in[0], first);
    return 0;
}

static int take_samples(struct fitting *f, struct diag *d)
{
    const struct instance *inst = f->inst;
    uint64_t               seed = f->session->pace.seed;
    int                    rc = 0;

    for (uint32_t k = 0; !rc && k < inst->ctx.n_state; k++) {
        nnp_tensor   *t = &inst->state[k];
        struct sample m = {
            .to = t,
            .key = rng_key(seed ^ inst->stream, "sample", k),
            .n = t->ndim ? t->shape[0] : 1,
            .total = feed_rows(f->session, SPLIT_TRAIN),
        };
        f->sample = &m;
        if (is_sample(f->node, k))
            rc = check_sample(f, &m, d) ? -1 : over_rows(f, sample_batch, d);
    }
    return rc;
}

static int keep_batch(struct fitting *f, int64_t first, struct diag *d)
{
    (void)d;
    all_rows_take(f->whole, first);
    return 0;
}

static int fit_batch(struct fitting *f, int64_t first, struct diag *d)
{
    (void)first;
    return instance_call(f->inst, f->inst->type->desc->fit, "fit", d) < 0 ? -1 : 0;
}

enum { INTERRUPTED = 2 }; /* beside NNP_OK and NNP_AGAIN */

/* What finish says, NNP_AGAIN or NNP_OK; INTERRUPTED: interrupted. */
/* Each pass has random numbers of its own, keyed by its number. */
static int one_pass(struct fitting *f, uint64_t pass, struct diag *d)
{
    nnp_fn *finish = f->inst->type->desc->finish;

    clear_sums(f);
    f->inst->ctx.step = pass;
    instance_key(f->inst, "fit", pass);
    if (f->interrupted && *f->interrupted)
        return INTERRUPTED;
    int rc = f->whole ? fit_batch(f, 0, d) : over_rows(f, fit_batch, d);
    if (rc)
        return rc < 0 ? -1 : INTERRUPTED;
    return finish ? instance_call(f->inst, finish, "finish", d) : NNP_OK;
}

/* The rows are looked at once, whatever the number of passes. */
static int gather(struct fitting *f, struct all_rows *all, struct diag *d)
{
    f->whole = all;
    int rc =
        all_rows_open(all, f->session, f->node, feed_rows(f->session, SPLIT_TRAIN), d);
    rc = rc ? rc : over_rows(f, keep_batch, d);
    return rc ? rc : all_rows_begin(all, d);
}

static void say_fitted(struct instance *inst, uint64_t passes, double seconds,
                       struct report *say)
{
    struct strbuf s = { 0 };
    struct arena  scrap = { 0 };
    const char   *learned = instance_learned(inst, &scrap);
    const char   *between = *learned ? ";" : ":";

    strbuf_printf(&s, "%s%s", *learned ? ": " : "", learned);
    for (size_t i = 0; i < inst->n_facts; i++) {
        strbuf_puts(&s, i ? "," : between);
        strbuf_printf(&s, " %s %.6g", inst->facts[i].key, inst->facts[i].value);
    }
    report_say(say, "%s fitted in %" PRIu64 " pass%s (%.3f s)%s", inst->name, passes,
               passes == 1 ? "" : "es", seconds, strbuf_text(&s));
    strbuf_close(&s);
    arena_close(&scrap);
}

/* An item of all rows gathers them once and fits to the same memory in every pass; any
 * other has the model run anew before it, batch by batch. Who is interrupted says
 * nothing, since nothing is fitted. */
static int fit_node(struct fitting *f, struct report *say, struct diag *d)
{
    bool            whole = f->node->item->type->desc->flags & NNP_ALL_ROWS;
    double          begun = clock_seconds();
    struct all_rows all;
    uint64_t        passes = 0;
    int             again = NNP_AGAIN;

    int rc = check_settled(f->session, f->node, d) ? -1 : take_samples(f, d);
    if (rc)
        return rc;
    rc = whole ? gather(f, &all, d) : 0;
    for (; !rc && again == NNP_AGAIN; passes++)
        again = one_pass(f, passes, d);
    rc = rc ? rc : again < 0 ? -1 : again != NNP_OK;
    if (whole && all_rows_close(&all, rc < 0, d))
        return -1;
    if (!rc)
        say_fitted(f->inst, passes, clock_seconds() - begun, say);
    return rc;
}

int fit_model(struct session *s, volatile int *interrupted, struct report *say,
              struct diag *d)
{
    int rc = 0;

    for (size_t i = s->graph->first_layer; !rc && i < s->graph->n_nodes; i++) {
        struct fitting f = { .session = s,
                             .node = &s->graph->nodes[i],
                             .inst = s->frames->node[i],
                             .interrupted = interrupted };
        if (graph_fits(f.node))
            rc = fit_node(&f, say, d);
    }
    return rc;
}

/* ---- the data's part ---- */

/* What finish says, NNP_AGAIN or NNP_OK; the thread that runs ahead is at rest. */
static int data_pass(struct session *s, size_t node, uint64_t pass, struct diag *d)
{
    struct instance     *inst = s->frames->node[node];
    const nnp_component *desc = inst->type->desc;
    int64_t              total = feed_rows(s, SPLIT_TRAIN), batch = s->spec->train.batch;

    for (int64_t at = 0; at < total; at += batch) {
        if (feed_before(s, node, at, total - at < batch ? total - at : batch, d))
            return -1;
        inst->ctx.step = pass;
        if (instance_call(inst, desc->fit, "fit", d) < 0)
            return -1;
    }
    return desc->finish ? instance_call(inst, desc->finish, "finish", d) : NNP_OK;
}

/* In the order of the file: a transform fits to rows as those before it, already fitted,
 * make them. The weights of classes come last, because `balanced` counts targets as the
 * transforms leave them. */
int fit_data(struct session *s, struct diag *d)
{
    for (size_t i = 1; !s->spec->data.given && i < s->graph->first_layer; i++) {
        int rc = NNP_AGAIN;
        if (!s->graph->nodes[i].item->type->desc->fit)
            continue;
        for (uint64_t pass = 0; rc == NNP_AGAIN; pass++)
            rc = data_pass(s, i, pass, d);
        if (rc < 0)
            return -1;
    }
    return loss_weights_fit(s, d);
}

void fit_facts(const struct session *s, struct figures *to)
{
    for (size_t i = s->graph->first_layer; i < s->graph->n_nodes; i++) {
        const struct instance *inst = s->frames->node[i];
        for (size_t k = 0; graph_fits(&s->graph->nodes[i]) && k < inst->n_facts; k++)
            figures_add(
                to, arena_printf(s->arena, "train.%s.%s", inst->name, inst->facts[k].key),
                inst->facts[k].value);
    }
}
