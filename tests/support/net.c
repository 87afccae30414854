/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/net.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "text/source.h"
#include "train/fit.h"

static const char *message(struct net *n)
{
    const struct diag_entry *e = &n->diag.entries[0];

    if (!n->diag.n)
        return "no message";
    return e->at.source ? arena_printf(&n->arena, "%s:%u:%u: %s", e->at.source->name,
                                       e->at.line, e->at.column, e->text)
                        : e->text;
}

static int read_spec(struct net *n, const char *yaml, bool peek)
{
    struct registry_options ro = { .path = getenv("NNPIPE_PLUGIN_PATH") };
    struct spec_options     so = { .seed = -1,
                                   .data = getenv("NNPIPE_DATA"),
                                   .peek = peek ? PEEK_ALWAYS : PEEK_NEVER };
    char                   *text = arena_printf(&n->arena, "nnpipe: 1\n%s", yaml);

    n->registry = registry_open(&n->arena, &ro, &n->diag);
    n->session = session_new(&n->arena, 1);
    const struct source *s =
        source_text(&n->arena, "net.yaml", text, strlen(text), &n->diag);
    n->spec = s ? spec_open_source(&n->arena, s, n->registry, &n->session->services, &so,
                                   &n->diag)
                : NULL;
    if (n->spec)
        n->session->pace.seed = n->spec->train.seed;
    return n->spec ? 0 : -1;
}

static struct net *blank(void)
{
    struct net *n = calloc(1, sizeof *n);

    ck_assert_ptr_nonnull(n);
    diag_init(&n->diag, &n->arena);
    return n;
}

struct net *net_open(const char *yaml, int threads)
{
    struct net            *n = blank();
    struct session_options o = { .threads = threads, .train = true, .keep = true };

    if (read_spec(n, yaml, false) || session_open(n->session, n->spec, &o, &n->diag) ||
        fit_data(n->session, &n->diag))
        ck_abort_msg("%s", message(n));
    return n;
}

struct net *net_plan(const char *yaml)
{
    struct net            *n = blank();
    struct session_options o = { .threads = 1, .train = true, .keep = true };

    if (read_spec(n, yaml, true) || session_plan(n->session, n->spec, &o, &n->diag))
        ck_abort_msg("%s", message(n));
    return n;
}

const char *net_refusal(const char *yaml)
{
    static char            kept[1024]; /* the net is closed before the test looks */
    struct net            *n = blank();
    struct session_options o = { .threads = 1, .train = true };

    if (read_spec(n, yaml, true) == 0 &&
        session_plan(n->session, n->spec, &o, &n->diag) == 0)
        ck_abort_msg("it was accepted");
    strncpy(kept, message(n), sizeof kept - 1);
    net_close(n);
    return kept;
}

int net_try_train(struct net *n)
{
    n->trainer = (struct trainer){ .session = n->session, .report = &n->report };
    n->diag.class = DIAG_RUN;
    return trainer_run(&n->trainer, &n->diag) || trainer_finish(&n->trainer, &n->diag)
               ? -1
               : 0;
}

void net_train(struct net *n)
{
    if (net_try_train(n))
        ck_abort_msg("%s", message(n));
}

double net_final(const struct net *n, const char *figure)
{
    const struct figure *f = figures_find(&n->trainer.finals, figure);

    if (!f)
        ck_abort_msg("there is no figure %s", figure);
    return f->value;
}

double net_step(struct net *n)
{
    memset(n->session->memory.weights.g, 0,
           n->session->memory.weights.n_gradient * sizeof(float));
    return net_add(n);
}

double net_add(struct net *n)
{
    struct walk w = { .what = PLAN_TRAIN };

    return net_walk(n, &w);
}

double net_walk(struct net *n, struct walk *w)
{
    struct session *s = n->session;
    int64_t         rows;

    feed_start(s, SPLIT_TRAIN, false, 0, s->spec->train.batch, 0);
    if (feed_next(s, &rows, &n->diag) || frames_rows(s->frames, rows, &n->diag) ||
        step_run(s, w, &n->diag))
        ck_abort_msg("%s", message(n));
    weights_collect(&s->memory.weights, s->graph);
    return w->loss / w->count + w->penalty;
}

void net_close(struct net *n)
{
    trainer_close(&n->trainer);
    session_close(n->session);
    if (n->spec)
        spec_close(n->spec);
    registry_close(n->registry);
    arena_close(&n->arena);
    free(n);
}
