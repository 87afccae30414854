/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "view/spread.h"

#include <math.h>

void spread_add(struct spread *s, double v)
{
    double away = v - s->mean;

    if (isnan(v)) {
        s->missing++;
        return;
    }
    s->least = s->n > 0 ? fmin(s->least, v) : v;
    s->most = s->n > 0 ? fmax(s->most, v) : v;
    s->zeros += v == 0;
    s->n++;
    s->mean += away / s->n;
    s->squares += away * (v - s->mean);
}

static const char *const names[] = { "least", "most", "mean", "deviation" };

/* Nothing has no figures: NaN, which JSON calls null. */
static void figures(const struct spread *s, double v[4])
{
    double deviation = s->n > 0 ? sqrt(s->squares / s->n) : (double)NAN;

    v[0] = s->n > 0 ? s->least : (double)NAN;
    v[1] = s->n > 0 ? s->most : (double)NAN;
    v[2] = s->n > 0 ? s->mean : (double)NAN;
    v[3] = deviation;
}

void spread_print(const struct spread *s, struct strbuf *out)
{
    double v[4];

    figures(s, v);
    for (int i = 0; i < 4; i++)
        strbuf_printf(out, " %11.6g", v[i]);
}

void spread_json(const struct spread *s, struct json *j)
{
    double v[4];

    figures(s, v);
    for (int i = 0; i < 4; i++)
        json_key(j, names[i]), json_number(j, v[i]);
}
