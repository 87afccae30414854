/* SPDX-License-Identifier: MIT */
/* nnp.results/1: what a report sees of the other trainings of its file. */
#include <config.h>
#include "view/offer.h"

#include <math.h>
#include <string.h>

#include "view/view.h"

static const struct results *results_of(nnp_ctx *c)
{
    return view_of(c)->results;
}

static const char *stage_name(nnp_ctx *c, uint32_t i)
{
    const struct results *r = results_of(c);

    for (uint32_t k = 0; r->stages[k]; k++)
        if (k == i)
            return r->stages[k];
    return NULL;
}

static const struct result *nth(const struct results *r, const char *stage, uint32_t n)
{
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(r->v[i].stage, stage) == 0 && n-- == 0)
            return &r->v[i];
    return NULL;
}

static uint32_t runs_of(nnp_ctx *c, const char *stage)
{
    uint32_t n = 0;

    while (nth(results_of(c), stage, n))
        n++;
    return n;
}

static double figure_of(nnp_ctx *c, const char *stage, uint32_t run, const char *metric,
                        int last)
{
    const struct result *r = nth(results_of(c), stage, run);

    return r ? figures_value(last ? &r->last : &r->kept, metric) : (double)NAN;
}

static int curve_of(nnp_ctx *c, const char *stage, uint32_t run, const char *metric,
                    const double **epoch, const double **value)
{
    const struct result *r = nth(results_of(c), stage, run);
    const struct curve  *k = r ? results_curve(r, metric) : NULL;

    if (!k)
        return 0;
    *epoch = k->epoch;
    *value = k->value;
    return (int)k->n;
}

const nnp_results offer_results = {
    .size = sizeof offer_results,
    .stage = stage_name,
    .runs = runs_of,
    .figure = figure_of,
    .curve = curve_of,
};
