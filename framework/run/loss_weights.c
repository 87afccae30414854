/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "run/loss_weights.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "call/loader.h"
#include "run/feed.h"
#include "run/row_class.h"

/* ---- at hand ---- */

/* A stream of the data, with the batch that lies there. */
static nnp_tensor data_of(const struct session *s, int stream)
{
    nnp_tensor t = *frames_tensor(s->frames, stream);

    t.data = s->memory.stream[stream];
    return t;
}

static size_t values(const struct session *s, const struct loss_weights *w)
{
    return nnp_count(&frames_of(s->frames, w->node)->out[0]);
}

/* A target without a class makes NaN, and loss_weights_sum refuses that: it goes over the
 * batch before anybody uses a weight of it. A weight of the rows counts for all values of
 * the row, unless there is one for each value. */
double loss_weights_at(const struct session *s, const struct loss_weights *w, size_t i)
{
    size_t n = values(s, w);
    double weight = 1;

    if (w->rows >= 0) {
        nnp_tensor t = data_of(s, w->rows);
        weight = nnp_number(&t, nnp_count(&t) == n ? i : i / (n / (size_t)t.shape[0]));
    }
    if (w->class) {
        nnp_tensor t = data_of(s, w->node->in[1]);
        int64_t    k = row_class(&t, i, n, w->n_classes);
        weight *= k < 0 ? (double)NAN : w->class[k];
    }
    return weight;
}

/* What it is about value i that has no weight. */
static int refuse_value(const struct session *s, const struct loss_weights *w, size_t i,
                        struct diag *d)
{
    const struct item *item = w->node->item;
    size_t             n = values(s, w), row = i / (n / (size_t)s->frames->rows);

    if (w->class) {
        nnp_tensor t = data_of(s, w->node->in[1]);
        if (row_class(&t, i, n, w->n_classes) < 0)
            return diag_error(
                d, &item->at,
                "%s: class_weight: row %zu of the batch has no class of 0..%zu",
                item->name, row, w->n_classes - 1);
    }
    return diag_error(
        d, &item->at,
        "%s: row %zu of the batch has weight %g; a number from 0 on is needed",
        item->name, row, loss_weights_at(s, w, i));
}

/* The sum is at the same time the test of every weight: the loss divides by it, so it is
 * asked for once in every batch anyway. */
int loss_weights_sum(const struct session *s, const struct loss_weights *w, double *sum,
                     struct diag *d)
{
    *sum = 0;
    for (size_t i = 0; i < values(s, w); i++) {
        double v = loss_weights_at(s, w, i);
        if (!(v >= 0) || isinf(v))
            return refuse_value(s, w, i, d);
        *sum += v;
    }
    return 0;
}

const struct loss_weights *loss_weights_of(const struct session    *s,
                                           const struct graph_node *loss)
{
    for (size_t i = 0; i < s->n_loss_weights; i++)
        if (s->loss_weights[i].node == loss)
            return &s->loss_weights[i];
    return NULL;
}

/* ---- from what is written ---- */

static const char *target_of(const struct session *s, const struct loss_weights *w)
{
    return s->graph->streams[w->node->in[1]].name;
}

/* The text itself and not its value is compared: a class of a table may be called "01".
 */
static bool is_number(const char *text, size_t k)
{
    char number[24];

    snprintf(number, sizeof number, "%zu", k);
    return strcmp(text, number) == 0;
}

/* A loader that has read headers alone may not know its classes yet. */
static bool knows_names(const struct session *s, const struct loss_weights *w)
{
    return loader_class(s->frames->node[0], target_of(s, w), 0) != NULL;
}

/* By name, as the loader calls the classes of the target, or by number. */
static int place_of(const struct session *s, const struct loss_weights *w,
                    const char *text, struct diag *d)
{
    const char **names = arena_array(s->arena, w->n_classes + 1, sizeof *names);
    size_t       n = 0;

    for (size_t k = 0; k < w->n_classes; k++) {
        const char *name = loader_class(s->frames->node[0], target_of(s, w), (int64_t)k);
        if (is_number(text, k) || (name && strcmp(name, text) == 0))
            return (int)k;
        if (name)
            names[n++] = name;
    }
    const char *near = diag_nearest(text, names);
    return near ? diag_error(d, &w->node->item->class_weight->at,
                             "class_weight: no class is called '%s'; '%s' is", text, near)
                : diag_error(d, &w->node->item->class_weight->at,
                             "class_weight: there is no class '%s' among 0..%zu", text,
                             w->n_classes - 1);
}

/* early: before the data are read. Then a name is passed by if the loader cannot say its
 * names yet; loss_weights_fit comes back to it. So `check` finds what can be found
 * without the data, and the run the rest. */
static int take_written(const struct session *s, struct loss_weights *w, bool early,
                        struct diag *d)
{
    const struct class_weight *from = w->node->item->class_weight;

    if (!from->class && from->n != w->n_classes)
        return diag_error(d, &from->at, "class_weight: %zu numbers for %zu classes",
                          from->n, w->n_classes);
    for (size_t i = 0; i < from->n; i++) {
        char *end;
        bool  number = from->class && (number_read(from->class[i], &end), !*end);
        if (early && from->class && !number && !knows_names(s, w))
            continue;
        int k = from->class ? place_of(s, w, from->class[i], d) : (int)i;
        if (k < 0)
            return -1;
        w->class[k] = from->value[i];
    }
    return 0;
}

/* ---- balanced ---- */

/* Training rows alone: what is learned from the data must not have seen the others. The
 * target is read as the transforms leave it, for that is what the loss sees. */
static int count_classes(struct session *s, struct loss_weights *w, struct diag *d)
{
    int64_t total = feed_rows(s, SPLIT_TRAIN), batch = s->spec->train.batch, n;

    for (int64_t at = 0; at < total; at += batch) {
        n = total - at < batch ? total - at : batch;
        if (feed_fetch(s, SPLIT_TRAIN, at, n, d) || frames_rows(s->frames, n, d))
            return -1;
        nnp_tensor t = data_of(s, w->node->in[1]);
        for (size_t i = 0; i < values(s, w); i++) {
            int64_t k = row_class(&t, i, values(s, w), w->n_classes);
            if (k < 0)
                return refuse_value(s, w, i, d);
            w->class[k]++;
        }
    }
    return 0;
}

/* scikit-learn's compute_class_weight("balanced"): rows / (classes * rows of the class),
 * over the classes that there are; 1 for one that is not. */
static int balance(struct session *s, struct loss_weights *w, struct diag *d)
{
    double       all = 0, classes = 0;
    struct node *to = w->node->item->class_weight->resolved;

    memset(w->class, 0, w->n_classes * sizeof *w->class);
    if (count_classes(s, w, d))
        return -1;
    for (size_t k = 0; k < w->n_classes; k++) {
        all += w->class[k];
        classes += w->class[k] > 0;
    }
    for (size_t k = 0; k < w->n_classes; k++)
        w->class[k] = w->class[k] > 0 ? all / (classes * w->class[k]) : 1;
    /* In place, since the file with everything filled in points at this node: predict,
     * where there may be no training data, reads the numbers and counts nothing. */
    if (to) {
        *to = *tree_new(s->arena, NODE_SEQ, to->at);
        for (size_t k = 0; k < w->n_classes; k++)
            tree_add(s->arena, to, tree_number(s->arena, w->class[k], to -> at));
    }
    return 0;
}

/* ---- open ---- */

/* Weights come with the rows, so what a layer makes is refused: its gradient would have
 * to go through the weight too. */
static int check_rows(const struct session *s, const struct loss_weights *w,
                      struct diag *d)
{
    const struct item *item = w->node->item;
    const nnp_tensor  *t;

    if (!item->sample_weight)
        return 0;
    if (w->rows < 0 || !s->graph->streams[w->rows].data)
        return diag_error(d, &item->at, "%s: sample_weight: %s is no stream of the data",
                          item->name, item->sample_weight);
    t = frames_tensor(s->frames, w->rows);
    if (nnp_row(t) == 1 || nnp_count(t) == values(s, w))
        return 0;
    return diag_error(d, &item->at,
                      "%s: sample_weight: %s has %zu numbers a row, one is needed",
                      item->name, item->sample_weight, nnp_row(t));
}

/* As many classes as the loss reads numbers for one value of its own, as xent does of a
 * row of logits; one number is a probability, of two classes. All count 1 until the file
 * or the data say otherwise. */
static int plan_classes(struct session *s, struct loss_weights *w, struct diag *d)
{
    const struct class_weight *from = w->node->item->class_weight;
    size_t k = nnp_count(&frames_of(s->frames, w->node)->in[0]) / values(s, w);

    if (!from)
        return 0;
    if (!s->graph->streams[w->node->in[1]].data)
        return diag_error(d, &from->at,
                          "class_weight: the target, %s, is no stream of the "
                          "data: it has no classes",
                          target_of(s, w));
    w->n_classes = k > 1 ? k : 2;
    w->class = arena_array(s->arena, w->n_classes, sizeof *w->class);
    for (size_t i = 0; i < w->n_classes; i++)
        w->class[i] = 1;
    return from->balanced ? 0 : take_written(s, w, true, d);
}

/* Sessions that never read data come here too, so what is wrong in the file itself is
 * said by `check` already. */
int loss_weights_plan(struct session *s, struct diag *d)
{
    const struct graph *g = s->graph;

    s->loss_weights = arena_array(s->arena, g->n_nodes, sizeof *s->loss_weights);
    s->n_loss_weights = 0;
    for (size_t i = g->first_layer; i < g->n_nodes; i++) {
        const struct item *item = g->nodes[i].item;
        if (g->nodes[i].role != ROLE_LOSS ||
            (!item->sample_weight && !item->class_weight))
            continue;
        struct loss_weights *w = &s->loss_weights[s->n_loss_weights++];
        *w = (struct loss_weights){ .node = &g->nodes[i], .rows = -1 };
        if (item->sample_weight)
            w->rows = graph_find(g, item->sample_weight);
        if (check_rows(s, w, d) || plan_classes(s, w, d))
            return -1;
    }
    return 0;
}

int loss_weights_fit(struct session *s, struct diag *d)
{
    for (size_t i = 0; i < s->n_loss_weights; i++) {
        struct loss_weights *w = &s->loss_weights[i];
        if (!w->class)
            continue;
        if (w->node->item->class_weight->balanced ? balance(s, w, d)
                                                  : take_written(s, w, false, d))
            return -1;
    }
    return 0;
}
