/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "explain/slopes.h"

#include <float.h>
#include <math.h>

/* The loss a step ahead and back on the way. */
static int sides(struct capture *c, const float *way, double step, double v[2],
                 struct diag *d)
{
    size_t n = c->session->memory.weights.n;
    float *w = c->moved;

    for (int k = 0; k < 2; k++) {
        for (size_t i = 0; i < n; i++)
            w[i] = c->w[i] + (float)(k ? -step : step) * way[i];
        if (capture_loss(c, w, &v[k], d))
            return -1;
    }
    return 0;
}

static double widest(const double v[3])
{
    return fmax(fmax(v[0], v[1]), v[2]) - fmin(fmin(v[0], v[1]), v[2]);
}

/* At two distances, whose errors of second order cancel, and at a third one, which only
 * tells how sure that is. At a bend of the loss, as of a rectifier, the two sides have
 * two slopes, and none of them is that between two points around it. Half of the distance
 * halves the difference of the sides where the loss is smooth, and not where it is bent.
 */
int slopes_find(struct capture *c, const float *way, double most, struct slope_found *out,
                struct diag *d)
{
    static const double step[3] = { 0.02, 0.01, 0.005 };
    double              slope[3], off[3], v[2];

    for (int k = 0; k < 3; k++) {
        if (sides(c, way, step[k], v, d))
            return -1;
        slope[k] = (v[0] - v[1]) / (2 * step[k]);
        off[k] = fabs(v[0] + v[1] - 2 * c->loss) / step[k];
    }
    out->slope = (4 * slope[1] - slope[0]) / 3;
    out->noise = 4 * (double)FLT_EPSILON * fabs(c->loss) / step[1];
    out->unsure = 6 * widest(slope) + fabs(2 * off[1] - off[0]);
    out->bent = (off[1] > 0.6 * off[0] && off[1] > 0.005 * most) ||
                fabs(slope[0] - slope[1]) > 0.005 * most;
    return 0;
}
