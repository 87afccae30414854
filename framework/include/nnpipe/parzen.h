/* SPDX-License-Identifier: MIT */
/*
 * A density over the points of a search, made of kernels around points that were tried and
 * one broad kernel, the prior, over all: Bergstra et al. (2011), "Algorithms for
 * hyper-parameter optimization"; all dimensions together as in Falkner et al. (2018),
 * "BOHB".
 *
 * p(x) = sum over kernels i of w_i * product over dimensions j of k_ij(x_j)
 *
 * REAL: normal around the point, cut to the range. INT and what has a step: the mass of a
 * whole step. CHOICE: the point's own has 1 more than the others. A coordinate that a point
 * lacks (NaN) has the prior's kernel; one that x lacks counts 1. Header only, C99 and C++.
 */
#ifndef NNPIPE_PARZEN_H
#define NNPIPE_PARZEN_H
#include <stdlib.h>
#include <nnpipe/search.h>

typedef struct nnp_parzen {
    uint32_t              dims;
    const nnp_dim *const *dim;
    uint32_t              m;     /* points, oldest first; kernel m is the prior */
    const double *const  *point;
    double               *w;     /* m + 1 weights, their sum is 1 */
    double               *mass;  /* (m + 1) * dims: log of what a cut leaves of a kernel */
    double               *sigma; /* by dimension; prior: the width of the range */
} nnp_parzen;

static inline double nnp_normal_cdf(double x)
{
    return 0.5 * erfc(-x * 0.70710678118654752440);
}

static inline double nnp_polynomial(const double *c, int n, double x)
{
    double y = c[n - 1];

    while (n-- > 1)
        y = y * x + c[n - 1];
    return y;
}

/* Wichura (1988), algorithm AS 241, PPND16; 0 < p < 1. */
static inline double nnp_normal_quantile(double p)
{
    static const double a[] = { 3.3871328727963666080e0, 1.3314166789178437745e+2,
                                1.9715909503065514427e+3, 1.3731693765509461125e+4,
                                4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                3.3430575583588128105e+4, 2.5090809287301226727e+3 };
    static const double b[] = { 1.0, 4.2313330701600911252e+1, 6.8718700749205790830e+2,
                                5.3941960214247511077e+3, 2.1213794301586595867e+4,
                                3.9307895800092710610e+4, 2.8729085735721942674e+4,
                                5.2264952788528545610e+3 };
    static const double c[] = { 1.42343711074968357734e0, 4.63033784615654529590e0,
                                5.76949722146069140550e0, 3.64784832476320460504e0,
                                1.27045825245236838258e0, 2.41780725177450611770e-1,
                                2.27238449892691845833e-2, 7.74545014278341407640e-4 };
    static const double d[] = { 1.0, 2.05319162663775882187e0, 1.67638483018380384940e0,
                                6.89767334985100004550e-1, 1.48103976427480074590e-1,
                                1.51986665636164571966e-2, 5.47593808499534494600e-4,
                                1.05075007164441684324e-9 };
    static const double e[] = { 6.65790464350110377720e0, 5.46378491116411436990e0,
                                1.78482653991729133580e0, 2.96560571828504891230e-1,
                                2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                2.71155556874348757815e-5, 2.01033439929228813265e-7 };
    static const double f[] = { 1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1,
                                1.48753612908506148525e-2, 7.86869131145613259100e-4,
                                1.84631831751005468180e-5, 1.42151175831644588870e-7,
                                2.04426310338993978564e-15 };
    double q = p - 0.5, r = 0.180625 - q * q, x;

    if (fabs(q) <= 0.425)
        return q * nnp_polynomial(a, 8, r) / nnp_polynomial(b, 8, r);
    r = sqrt(-log(q < 0 ? p : 1 - p));
    if (r <= 5)
        x = nnp_polynomial(c, 8, r - 1.6) / nnp_polynomial(d, 8, r - 1.6);
    else
        x = nnp_polynomial(e, 8, r - 5) / nnp_polynomial(f, 8, r - 5);
    return q < 0 ? -x : x;
}

/* Mean and width of a kernel; a missing coordinate has the prior's. */
static inline void nnp_parzen_kernel(const nnp_parzen *p, uint32_t i, uint32_t j,
                                     double *mu, double *sigma)
{
    double a, b, x = i < p->m ? p->point[i][j] : (double)NAN;

    nnp_dim_ends(p->dim[j], &a, &b);
    *mu = isnan(x) ? 0.5 * (a + b) : nnp_dim_inner(p->dim[j], x);
    *sigma = isnan(x) ? b - a : p->sigma[j];
}

static inline int nnp_parzen_open(nnp_parzen *p, const nnp_dim *const *dim, uint32_t dims,
                                  const double *const *point, uint32_t m)
{
    double sum = 0, a, b, mu, sigma;

    p->dims = dims;
    p->dim = dim;
    p->m = m;
    p->point = point;
    p->w = (double *)calloc((size_t)m + 1, sizeof *p->w);
    p->mass = (double *)calloc(((size_t)m + 1) * dims + 1, sizeof *p->mass);
    p->sigma = (double *)calloc((size_t)dims + 1, sizeof *p->sigma);
    if (!p->w || !p->mass || !p->sigma)
        return -1;
    /* Old points fade: from 1/m to 1, the latest 25 count whole; the prior does as well. */
    for (uint32_t i = 0; i <= m; i++) {
        double old = m > 25 ? m - 25 : 0;

        p->w[i] = 1;
        if (i < old)
            p->w[i] = old > 1 ? 1.0 / m + (1 - 1.0 / m) * i / (old - 1) : 1.0 / m;
        sum += p->w[i];
    }
    for (uint32_t i = 0; i <= m; i++)
        p->w[i] /= sum;
    for (uint32_t j = 0; j < dims; j++) {
        if (dim[j]->kind == NNP_DIM_CHOICE)
            continue;
        nnp_dim_ends(dim[j], &a, &b);
        p->sigma[j] = fmax(0.2 * pow(m ? m : 1, -1.0 / (dims + 4)) * (b - a),
                           (b - a) / fmin(100, (double)m + 2));
        for (uint32_t i = 0; i <= m; i++) {
            nnp_parzen_kernel(p, i, j, &mu, &sigma);
            p->mass[(size_t)i * dims + j] = log(nnp_normal_cdf((b - mu) / sigma) -
                                                nnp_normal_cdf((a - mu) / sigma));
        }
    }
    return 0;
}

static inline void nnp_parzen_close(nnp_parzen *p)
{
    free(p->w);
    free(p->mass);
    free(p->sigma);
    p->w = p->mass = p->sigma = NULL;
}

/* The probability of choice k in kernel i. */
static inline double nnp_parzen_choice(const nnp_parzen *p, uint32_t i, uint32_t j,
                                       double k)
{
    double c = p->dim[j]->n, m = p->m, x = i < p->m ? p->point[i][j] : (double)NAN;

    if (isnan(x))
        return 1 / c;
    return (1 / (m + 1) + (fabs(x - k) < 0.5 ? 1 : 0)) / (c / (m + 1) + 1);
}

/* log k_ij(x) of a number. */
static inline double nnp_parzen_number(const nnp_parzen *p, uint32_t i, uint32_t j,
                                       double x)
{
    const nnp_dim *d = p->dim[j];
    double         mu, sigma, a, b, low, high, mass = p->mass[(size_t)i * p->dims + j];

    nnp_parzen_kernel(p, i, j, &mu, &sigma);
    if (!(d->step > 0)) {
        x = (nnp_dim_inner(d, x) - mu) / sigma;
        return -0.5 * x * x - log(sigma) - 0.91893853320467274178 - mass;
    }
    nnp_dim_ends(d, &a, &b);
    low = (fmax(nnp_dim_inner(d, x - d->step / 2), a) - mu) / sigma;
    high = (fmin(nnp_dim_inner(d, x + d->step / 2), b) - mu) / sigma;
    if (low > 0) /* in the lower tail differences keep their digits */
        return log(nnp_normal_cdf(-low) - nnp_normal_cdf(-high)) - mass;
    return log(nnp_normal_cdf(high) - nnp_normal_cdf(low)) - mass;
}

static inline double nnp_parzen_log(const nnp_parzen *p, const double *x)
{
    double most = -HUGE_VAL, sum = 0;

    for (uint32_t i = 0; i <= p->m; i++) {
        double t = log(p->w[i]);

        for (uint32_t j = 0; j < p->dims; j++)
            if (!isnan(x[j]))
                t += p->dim[j]->kind == NNP_DIM_CHOICE
                         ? log(nnp_parzen_choice(p, i, j, x[j]))
                         : nnp_parzen_number(p, i, j, x[j]);
        if (t > most) {
            sum = sum * exp(most - t) + 1;
            most = t;
        } else if (t > -HUGE_VAL) {
            sum += exp(t - most);
        }
    }
    return most + log(sum);
}

/* Coordinate j at u in [0, 1) of kernel i, by its inverse distribution. */
static inline double nnp_parzen_draw(const nnp_parzen *p, uint32_t i, uint32_t j, double u)
{
    const nnp_dim *d = p->dim[j];
    double         mu, sigma, a, b, low, x, sum = 0;

    if (d->kind == NNP_DIM_CHOICE) {
        for (uint32_t k = 0; k + 1 < d->n; k++)
            if (u < (sum += nnp_parzen_choice(p, i, j, k)))
                return k;
        return d->n - 1.0;
    }
    nnp_parzen_kernel(p, i, j, &mu, &sigma);
    nnp_dim_ends(d, &a, &b);
    low = nnp_normal_cdf((a - mu) / sigma);
    u = low + u * (nnp_normal_cdf((b - mu) / sigma) - low);
    x = u > 0 && u < 1 ? mu + sigma * nnp_normal_quantile(u) : u > 0 ? b : a;
    return fmin(fmax(x, a), b);
}

/* Whose turn it is at u: weights added up. */
static inline uint32_t nnp_parzen_pick(const nnp_parzen *p, double u)
{
    double sum = 0;

    for (uint32_t i = 0; i < p->m; i++)
        if (u < (sum += p->w[i]))
            return i;
    return p->m;
}
#endif
