/* SPDX-License-Identifier: MIT */
/* A whole pipeline from text, for tests of graph, plan and run. Whatever goes wrong fails
 * the test with the rendered message. */
#ifndef NNT_NET_H
#define NNT_NET_H
#include "base/arena.h"
#include "base/diag.h"
#include "run/feed.h"
#include "run/step.h"
#include "train/trainer.h"

struct net {
    struct arena     arena;
    struct diag      diag;
    struct registry *registry;
    struct session  *session;
    struct spec     *spec;
    struct report    report;
    struct trainer   trainer;
};

/* yaml without the line `nnpipe: 1`. threads as --threads. */
struct net *net_open(const char *yaml, int threads);
/* As far as the graph and the plans; no data are read. */
struct net *net_plan(const char *yaml);
/* The first message of a file that must be refused, "net.yaml:3:5: TEXT". */
const char *net_refusal(const char *yaml);
void        net_train(struct net *n);
/* -1 and the message in n->diag if it fails. */
int    net_try_train(struct net *n);
double net_final(const struct net *n, const char *figure);
/* The next batch of the training order, forward and backward with zeroed gradients: the
 * loss. */
double net_step(struct net *n);
double net_add(struct net *n); /* the same without zeroing them */
/* The same by a walk of a plan that goes back. */
double net_walk(struct net *n, struct walk *w);
void   net_close(struct net *n);
#endif
