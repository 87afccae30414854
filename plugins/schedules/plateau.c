/* SPDX-License-Identifier: MIT */
/*
 * plateau: the value times `factor` whenever the watched metric has not got better for
 * more than `patience` epochs, but never below `min`. Better means by more than the part
 * `threshold` of the best so far.
 *
 * It is asked once an epoch, so its warm-up counts epochs: epoch e of `warmup` has
 * (e + 1) / (warmup + 1) of the value. An epoch without a figure, or with NaN, counts as
 * one that is not better, except before the first figure.
 */
#include <math.h>

#include <nnpipe/plugin.h>

struct plateau {
    const char *watch;
    double      factor, min, threshold;
    int64_t     patience, warmup;
    int32_t     mode;
};

static const nnp_param params[] = {
    { "watch", NNP_STR | NNP_MAIN, offsetof(struct plateau, watch), "val.loss", NULL,
      "metric that should get better", NULL },
    { "mode", NNP_ENUM, offsetof(struct plateau, mode), "min", "min|max",
      "whether a small or a large figure is good", NULL },
    { "factor", NNP_REAL, offsetof(struct plateau, factor), "0.1", "(0,1)",
      "on the value, after too long a wait", NULL },
    { "patience", NNP_INT, offsetof(struct plateau, patience), "10", "[0,inf)",
      "wait for a better figure", "epochs" },
    { "min", NNP_REAL, offsetof(struct plateau, min), "0", "[0,inf)", "lowest value",
      NULL },
    { "threshold", NNP_REAL, offsetof(struct plateau, threshold), "1e-4", "[0,1)",
      "part of the best figure by which a better one must differ", NULL },
    { "warmup", NNP_INT, offsetof(struct plateau, warmup), "0", "[0,inf)",
      "first epochs, over which the value rises", "epochs" },
};

enum {
    SEEN,
    BEST,
    BAD,
    CUTS,
    STATES
}; /* BAD: epochs since the best; CUTS: made so far */

static int setup(nnp_ctx *c, void *self)
{
    int64_t n = STATES;
    int     rc = c->host->declare(c, NNP_STATE, "plateau", NNP_F64, 1, &n, NULL);

    (void)self;
    return rc < 0 ? rc : NNP_OK;
}

static int is_better(const struct plateau *s, const double *st, double figure)
{
    double margin = s->threshold * fabs(st[BEST]);

    if (!st[SEEN])
        return !isnan(figure);
    return s->mode ? figure > st[BEST] + margin : figure < st[BEST] - margin;
}

static void watch(const struct plateau *s, double *st, double figure)
{
    if (is_better(s, st, figure)) {
        st[SEEN] = 1;
        st[BEST] = figure;
        st[BAD] = 0;
    } else if (st[SEEN] && ++st[BAD] > (double)s->patience) {
        st[CUTS]++;
        st[BAD] = 0;
    }
}

static int forward(nnp_ctx *c, void *self)
{
    const struct plateau *s = self;
    double               *st = c->state[0].data, value, low;

    if (c->n_in && c->in[0].data)
        watch(s, st, nnp_number(&c->in[0], 0));
    value = c->value * pow(s->factor, st[CUTS]);
    low = s->min < c->value ? s->min : c->value;
    value = value < low ? low : value;
    if (c->epoch < (double)s->warmup)
        value *= (floor(c->epoch) + 1) / ((double)s->warmup + 1);
    c->result = value;
    return NNP_OK;
}

/* clang-format off */
static const nnp_component plateau = {
    NNP_COMPONENT("schedule", "plateau"), .doc = "smaller when a metric stops getting better",
    .self_size = sizeof(struct plateau), NNP_PARAMS(params),
    .setup = setup, .forward = forward,
};
/* clang-format on */
NNP_PLUGIN(plateau, NNP_OURS, &plateau)
