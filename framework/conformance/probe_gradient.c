/* SPDX-License-Identifier: MIT */
/*
 * backward against central differences of L = sum dout * out, in double, at f32 inputs.
 *
 * Each element is moved by h to both sides. The difference must meet the analytic value
 * for one of three widths h: a wide one drowns rounding, a narrow one curvature. At a
 * kink (relu near 0) the two one-sided slopes enclose the right value; on a smooth
 * function they are too close together to excuse a wrong one.
 */
#include <config.h>
#include "conformance/probe.h"

#include <math.h>
#include <string.h>

enum { MOST_ELEMENTS = 48 };

struct kept { /* values of a set, in the arena */
    void **bytes;
};

struct comparison {
    struct probe          *p;
    struct probe_gradient *g;
    struct kept            state;
    double                 out_noise; /* rounding that one evaluation may hold */
};

static struct kept keep(struct probe *p, enum probe_set set)
{
    uint32_t    n;
    nnp_tensor *t = probe_tensors(p, set, &n);
    struct kept k = { arena_array(p->arena, n + !n, sizeof *k.bytes) };

    for (uint32_t i = 0; i < n; i++) {
        k.bytes[i] = arena_alloc(p->arena, tensor_bytes(&t[i]) + 1);
        if (t[i].data)
            memcpy(k.bytes[i], t[i].data, tensor_bytes(&t[i]));
    }
    return k;
}

static void put_back(struct probe *p, enum probe_set set, struct kept k)
{
    uint32_t    n;
    nnp_tensor *t = probe_tensors(p, set, &n);

    for (uint32_t i = 0; i < n; i++)
        if (t[i].data)
            memcpy(t[i].data, k.bytes[i], tensor_bytes(&t[i]));
}

/* ---- the objective ---- */

static int sum_outputs(struct comparison *c, double *value)
{
    struct probe     *p = c->p;
    uint32_t          n;
    const nnp_tensor *out = probe_tensors(p, PROBE_OUT, &n);

    *value = c->out_noise = 0;
    for (uint32_t k = 0; k < n; k++) {
        const nnp_tensor *dout = &p->inst.dout[k];
        for (size_t i = 0, m = dout->data ? nnp_count(&out[k]) : 0; i < m; i++) {
            double term = nnp_number(dout, i) * nnp_number(&out[k], i);
            *value += term;
            c->out_noise += fabs(term);
        }
    }
    c->out_noise *= 1.2e-7;
    return 0;
}

/* L at the present values; -1000 or another negative number: the call failed. */
static int evaluate(struct comparison *c, double *value)
{
    struct probe *p = c->p;
    bool          penalty = strcmp(p->inst.type->kind, "regularizer") == 0;

    put_back(p, PROBE_STATE, c->state);
    int rc = probe_call(p, PROBE_FORWARD);
    if (rc < 0)
        return rc;
    if (!penalty)
        return sum_outputs(c, value);
    *value = p->inst.ctx.result * p->inst.ctx.factor;
    c->out_noise = 1e-12 + 1.2e-7 * fabs(*value);
    return 0;
}

/* ---- moving ---- */

struct move { /* one element, or a whole tensor along signs */
    const nnp_tensor *t;
    const double     *at; /* its values */
    const double     *signs;
    size_t            element;
};

static void shift(const struct move *m, double h)
{
    if (!m->signs) {
        probe_store(m->t, m->element, m->at[m->element] + h);
        return;
    }
    for (size_t i = 0, n = nnp_count(m->t); i < n; i++)
        probe_store(m->t, i, m->at[i] + h * m->signs[i]);
}

/* How far the element really moved: f32 cannot hold every sum. */
static double moved(const struct move *m, double h)
{
    return m->signs ? h : nnp_number(m->t, m->element) - m->at[m->element];
}

struct slopes {
    double both, left, right, noise;
};

static int difference(struct comparison *c, const struct move *m, double h, double middle,
                      struct slopes *s)
{
    double up, down, noise;

    shift(m, h);
    double above = moved(m, h);
    int    rc = evaluate(c, &up);
    noise = c->out_noise;
    shift(m, -h);
    double below = -moved(m, -h);
    if (rc >= 0)
        rc = evaluate(c, &down);
    shift(m, 0);
    if (rc < 0)
        return rc;
    *s = (struct slopes){ .both = (up - down) / (above + below),
                          .left = (middle - down) / below,
                          .right = (up - middle) / above,
                          .noise = (noise + c->out_noise) / (above + below) };
    return 0;
}

/* ---- comparing ---- */

static bool agrees(double analytic, const struct slopes *s, double tol)
{
    double slack = tol + fmin(s->noise, 20 * tol);
    double low = fmin(s->left, s->right), high = fmax(s->left, s->right);

    return fabs(analytic - s->both) <= slack ||
           (analytic >= low - slack && analytic <= high + slack);
}

/* 0: agrees, 1: differs (best is the nearest difference), negative: failed. */
static int compare(struct comparison *c, const struct move *m, double analytic,
                   double middle, double tol, double *best)
{
    static const double widths[] = { 1.0 / 128, 1.0 / 1024, 1.0 / 32, 1.0 / 8192 };
    size_t              n =
        c->g->ends ? 4 : 3; /* equal values leave little variance: it bends sharply */
    double size = m->signs ? 1 : fmax(1, fabs(m->at[m->element]));
    bool   ok = false;

    *best = NAN;
    for (size_t k = 0; k < n && !ok; k++) {
        struct slopes s;
        int           rc = difference(c, m, widths[k] * size, middle, &s);
        if (rc < 0)
            return rc;
        ok = agrees(analytic, &s, tol);
        if (!(fabs(*best - analytic) <= fabs(s.both - analytic)))
            *best = s.both;
    }
    c->g->compared++;
    return !ok;
}

static int complain(struct comparison *c, enum probe_set set, uint32_t k,
                    const char *where, double analytic, double difference)
{
    struct probe   *p = c->p;
    enum diag_class usual = p->diag->class;

    /* Straight through a step, or turned round: that is meant now and then. */
    bool meant = difference == 0 || fabs(analytic + difference) < 1e-3 * fabs(difference);

    p->diag->class = DIAG_PLUGIN;
    diag_code(p->diag, NULL, "contract",
              "%s of the gradient of %s: backward says %.6g, differences say %.6g%s",
              where, probe_name(p, set, k), analytic, difference,
              meant ? "; NNP_SURROGATE promises that this is meant" : "");
    p->diag->class = usual;
    return -1;
}

static const double *values_of(struct probe *p, const nnp_tensor *t)
{
    size_t  n = nnp_count(t);
    double *v = arena_array(p->arena, n + !n, sizeof *v);

    for (size_t i = 0; i < n; i++)
        v[i] = nnp_number(t, i);
    return v;
}

static double largest(const double *v, size_t n, bool ends)
{
    double most = 0;

    for (size_t i = 0; i < n; i++)
        if (!(fabs(v[i]) <= most) && (!ends || isfinite(v[i]))) /* NaN wins */
            most = fabs(v[i]);
    return most;
}

/* The scale of a tensor: its largest gradient by either account, so that a backward that
 * writes zeros is measured against what it should have written. */
static int scale_of(struct comparison *c, const struct move *m, const double *grad,
                    double middle, double *scale)
{
    size_t n = nnp_count(m->t), step = n > MOST_ELEMENTS ? n / MOST_ELEMENTS : 1;

    *scale = largest(grad, n, c->g->ends);
    for (size_t i = 0; i < n && *scale == 0; i += step) {
        struct move   one = { m->t, m->at, NULL, i };
        struct slopes s;
        int           rc = difference(c, &one, 1.0 / 128, middle, &s);
        if (rc < 0)
            return rc;
        *scale = fabs(s.both) > 2 * s.noise ? fabs(s.both) : 0;
    }
    return 0;
}

static int check_elements(struct comparison *c, struct move m, const double *grad,
                          double middle, double scale, enum probe_set set, uint32_t k)
{
    size_t         n = nnp_count(m.t);
    size_t         tries = n < MOST_ELEMENTS ? n : MOST_ELEMENTS;
    struct rng_key key = rng_key(c->g->seed, "elements", k + 100 * (uint64_t)set);

    for (size_t i = 0; i < tries; i++) {
        double best;
        m.element = n <= MOST_ELEMENTS ? i : rng_u32(key, i) % n;
        if (c->g->ends && !isfinite(grad[m.element]))
            continue;
        int rc = compare(c, &m, grad[m.element], middle, c->g->tol * scale, &best);
        if (rc < 0)
            return rc;
        if (c->g->ends && !isfinite(best))
            continue;
        double off = fabs(best - grad[m.element]) / scale;
        c->g->worst = rc == 0 && off > c->g->worst ? off : c->g->worst;
        if (rc)
            return complain(c, set, k,
                            arena_printf(c->p->arena, "element %zu", m.element),
                            grad[m.element], best);
    }
    return 0;
}

/* All elements at once, for tensors too big to go through. */
static int check_direction(struct comparison *c, struct move m, const double *grad,
                           double middle, double scale, enum probe_set set, uint32_t k)
{
    size_t         n = nnp_count(m.t);
    double        *signs = arena_array(c->p->arena, n, sizeof *signs), along = 0, best;
    struct rng_key key = rng_key(c->g->seed, "direction", k + 100 * (uint64_t)set);

    for (size_t i = 0; i < n; i++) {
        signs[i] = rng_u32(key, i) & 1 ? 1 : -1;
        along += signs[i] * grad[i];
    }
    m.signs = signs;
    /* Curvature and kinks of n elements add up like a random walk. */
    double tol = 10 * c->g->tol * scale * sqrt((double)n);
    int    rc = compare(c, &m, along, middle, tol, &best);
    return rc <= 0 ? rc : complain(c, set, k, "a random direction", along, best);
}

static int check_tensor(struct comparison *c, enum probe_set set, uint32_t k,
                        const nnp_tensor *value, const double *grad, double middle)
{
    struct move m = { value, values_of(c->p, value), NULL, 0 };
    double      scale;

    if (nnp_count(value) == 0)
        return 0;
    int rc = scale_of(c, &m, grad, middle, &scale);
    if (rc < 0)
        return rc;
    /* Where the outputs hardly change, their rounding is all that differences show. */
    if (scale == 0 || scale / 128 < 2 * c->out_noise) {
        if (!c->g->flat)
            c->g->flat = probe_name(c->p, set, k);
        return 0;
    }
    if (!isfinite(scale))
        return diag_code(c->p->diag, NULL, "contract",
                         "the gradient of %s holds NaN or infinity",
                         probe_name(c->p, set, k));
    c->g->tensors++;
    rc = check_elements(c, m, grad, middle, scale, set, k);
    if (rc == 0 && nnp_count(value) > MOST_ELEMENTS)
        rc = check_direction(c, m, grad, middle, scale, set, k);
    return rc;
}

/* ---- the whole ---- */

static void random_dout(struct probe *p, uint64_t seed)
{
    for (uint32_t k = 0; k < p->inst.ctx.n_out; k++)
        probe_random(&p->inst.dout[k], -1, 1, seed + k);
}

static const double **gradients(struct probe *p, enum probe_set set)
{
    uint32_t       n;
    nnp_tensor    *t = probe_tensors(p, set, &n);
    const double **v = arena_array(p->arena, n + !n, sizeof *v);

    for (uint32_t k = 0; k < n; k++)
        v[k] = t[k].data ? values_of(p, &t[k]) : NULL;
    return v;
}

static int check_set(struct comparison *c, enum probe_set set, const double **grad,
                     double middle)
{
    uint32_t    n;
    nnp_tensor *t = probe_tensors(c->p, set, &n);
    int         rc = 0;

    for (uint32_t k = 0; k < n && rc >= 0; k++)
        if (grad[k] && t[k].data && probe_is_float(&t[k]) &&
            !(set == PROBE_IN && c->g->skip >> k & 1))
            rc = check_tensor(c, set, k, &t[k], grad[k], middle);
    return rc;
}

static int check_all(struct comparison *c)
{
    struct probe *p = c->p;
    double        middle;
    uint32_t      n;
    nnp_tensor   *dweight = probe_tensors(p, PROBE_DWEIGHT, &n);

    for (uint32_t k = 0; k < n; k++)
        probe_fill(&dweight[k], 0);
    int rc = evaluate(c, &middle);
    if (rc >= 0)
        rc = probe_call(p, PROBE_BACKWARD);
    if (rc < 0)
        return rc;
    c->g->infinite = !isfinite(middle);
    if (c->g->infinite)
        return 0;
    const double **din = gradients(p, PROBE_DIN), **dw = gradients(p, PROBE_DWEIGHT);
    rc = check_set(c, PROBE_IN, din, middle);
    return rc < 0 ? rc : check_set(c, PROBE_WEIGHT, dw, middle);
}

int probe_gradient(struct probe *p, struct probe_gradient *g)
{
    if (!p->ready && probe_setup(p))
        return -1;
    struct kept       dout = keep(p, PROBE_DOUT), dweight = keep(p, PROBE_DWEIGHT);
    struct comparison c = { .p = p, .g = g, .state = keep(p, PROBE_STATE) };

    g->tol = g->tol > 0 ? g->tol : 1e-3;
    g->compared = g->tensors = 0;
    g->flat = NULL;
    g->infinite = false;
    g->worst = 0;
    random_dout(p, g->seed);
    int rc = check_all(&c);
    put_back(p, PROBE_STATE, c.state);
    put_back(p, PROBE_DOUT, dout);
    put_back(p, PROBE_DWEIGHT, dweight);
    return rc < 0 ? -1 : 0;
}
