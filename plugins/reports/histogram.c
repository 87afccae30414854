/* SPDX-License-Identifier: MIT */
/*
 * histogram: how often the elements of streams take which value, as an SVG picture, one
 * panel a stream: whether units are used, saturated, dead or sparse.
 *
 *   histogram: {of: [h1, code]}
 */
#include <nnpipe/report.h>
#include <nnpipe/svg.h>

struct histogram {
    int64_t     bins, rows;
    int32_t     split;
    const char *file;
};

enum {
    MAX = 16,
    CHUNK = 250,
    WIDTH = 480,
    LEFT = 14,
    RIGHT = 14,
    HIGH = 120,
    PANEL = 190
};

/* By the number in `split`; auto is the first that the data have. */
static const char *const splits[] = { "test", "val", "train" };

static const nnp_param params[] = {
    { "bins", NNP_INT, offsetof(struct histogram, bins), "50", "[2,1000]",
      "bars, over the range from the least to the largest value", NULL },
    { "rows", NNP_INT, offsetof(struct histogram, rows), "1000", "[1,1000000]",
      "at most so many rows", NULL },
    { "split", NNP_ENUM, offsetof(struct histogram, split), "auto", "test|val|train|auto",
      "which part of the data; auto: the first of them that there is", NULL },
    { "file", NNP_STR | NNP_MAIN, offsetof(struct histogram, file), "histogram.svg", NULL,
      "name of the picture in the run's report folder", NULL },
};

struct panel {
    const char *of;
    double      low, high, sum;
    size_t      n, zeros;
    size_t     *bin;
};

struct bars {
    nnp_ctx                *c;
    const struct histogram *self;
    const nnp_run          *run;
    struct panel            panel[MAX];
    size_t                  n;
};

static void widen(struct panel *p, const nnp_tensor *t)
{
    for (size_t i = 0, n = nnp_count(t); i < n; i++) {
        double v = nnp_number(t, i);

        if (!isfinite(v))
            continue;
        p->low = fmin(p->low, v);
        p->high = fmax(p->high, v);
        p->sum += v;
        p->zeros += v == 0;
        p->n++;
    }
}

static void fill(const struct bars *b, struct panel *p, const nnp_tensor *t)
{
    double range = p->high > p->low ? p->high - p->low : 1;

    for (size_t i = 0, n = nnp_count(t); i < n; i++) {
        double v = nnp_number(t, i), at = (v - p->low) / range * (double)b->self->bins;

        if (isfinite(v))
            p->bin[at < (double)b->self->bins ? (size_t)at : (size_t)b->self->bins - 1]++;
    }
}

/* Two passes: the ranges, then the bars. */
static int pass(struct bars *b, const char *split, int64_t rows, int second)
{
    int rc = NNP_OK;

    for (int64_t at = 0; !rc && at < rows; at += CHUNK) {
        rc = b->run->eval(b->c, split, at, rows - at < CHUNK ? rows - at : CHUNK, NULL,
                          NULL);
        for (size_t k = 0; !rc && k < b->n; k++) {
            const nnp_tensor *t = b->run->stream(b->c, b->panel[k].of);

            if (!t)
                return nnp_fail(b->c, NNP_EINVAL, "of: there is no such stream");
            if (second)
                fill(b, &b->panel[k], t);
            else
                widen(&b->panel[k], t);
        }
    }
    return rc;
}

static int gather(struct bars *b)
{
    const char *split = NULL;
    int64_t     rows = -1;
    int         rc;

    for (int i = 0; i < 3 && rows < 1; i++)
        if (b->self->split > 2 || b->self->split == i) {
            split = splits[i];
            rows = b->run->rows(b->c, split);
        }
    if (rows < 1)
        return nnp_fail(b->c, NNP_EINVAL, "split: the data have no such part");
    rows = rows < b->self->rows ? rows : b->self->rows;
    rc = pass(b, split, rows, 0);
    for (size_t k = 0; !rc && k < b->n; k++) {
        b->panel[k].bin = calloc((size_t)b->self->bins, sizeof *b->panel[k].bin);
        if (!b->panel[k].bin)
            return nnp_fail(b->c, NNP_ENOMEM, "no memory for the bars");
        if (!b->panel[k].n)
            return nnp_fail(b->c, NNP_EINVAL, "of: a stream without a finite number");
    }
    return rc ? rc : pass(b, split, rows, 1);
}

static void draw_axis(const struct panel *p, nnp_svg *s, int bottom)
{
    double        range = p->high > p->low ? p->high - p->low : 1, v;
    nnp_svg_ticks t = nnp_svg_ticks_of(p->low, p->low + range, 8);

    nnp_svg_add(s, "<path d=\"M%d %dH%d\" stroke=\"#767e87\"/>\n", LEFT, bottom,
                WIDTH - RIGHT);
    while (nnp_svg_tick(&t, &v)) {
        double x = LEFT + (WIDTH - LEFT - RIGHT) * (v - p->low) / range;

        nnp_svg_add(s, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%g</text>\n",
                    fmin(fmax(x, LEFT + 6), WIDTH - RIGHT - 8), bottom + 18, v);
    }
}

static void draw_panel(const struct bars *b, const struct panel *p, nnp_svg *s, int top)
{
    size_t most = 1;
    int    bottom = top + 28 + HIGH;
    double wide = (double)(WIDTH - LEFT - RIGHT) / (double)b->self->bins;

    for (int64_t i = 0; i < b->self->bins; i++)
        most = p->bin[i] > most ? p->bin[i] : most;
    nnp_svg_add(s, "<text x=\"%d\" y=\"%d\" font-weight=\"600\">", LEFT, top + 18);
    nnp_svg_text(s, p->of);
    nnp_svg_add(
        s,
        "</text><text x=\"%d\" y=\"%d\" text-anchor=\"end\">mean %.3g, zero %.3g %%"
        "</text>\n<path fill=\"#%06x\" d=\"",
        WIDTH - RIGHT, top + 18, p->sum / (double)p->n,
        100 * (double)p->zeros / (double)p->n, nnp_svg_colour(0));
    for (int64_t i = 0; i < b->self->bins; i++)
        if (p->bin[i])
            nnp_svg_add(s, "M%.1f %dv-%.1fh%.1fV%dz", LEFT + wide * (double)i, bottom,
                        fmax(HIGH * (double)p->bin[i] / (double)most, 0.5), wide * 0.9,
                        bottom);
    nnp_svg_add(s, "\"/>\n");
    draw_axis(p, s, bottom);
}

static int draw(struct bars *b)
{
    nnp_svg s = { 0 };

    nnp_svg_open(&s, WIDTH, (int)b->n * PANEL, "how often streams take which value");
    for (size_t k = 0; k < b->n; k++)
        draw_panel(b, &b->panel[k], &s, (int)k * PANEL);
    return nnp_svg_close(&s, b->c, b->run, b->self->file);
}

static int forward(nnp_ctx *c, void *self)
{
    struct bars b = { .c = c, .self = self };
    const char *of;
    int         rc;

    b.run = c->host->extension(c, "nnp.run/1");
    if (!NNP_OFFERS(b.run, nnp_run, of))
        return nnp_fail(c, NNP_ENOTSUP, "there is no run to make a picture of");
    while (b.n < MAX && (of = b.run->of(c, "of", (uint32_t)b.n)))
        b.panel[b.n++] = (struct panel){ .of = of, .low = INFINITY, .high = -INFINITY };
    rc = b.n ? gather(&b) : nnp_fail(c, NNP_EINVAL, "of: the streams are missing");
    if (!rc)
        rc = draw(&b);
    for (size_t k = 0; k < b.n; k++)
        free(b.panel[k].bin);
    return rc;
}

static const nnp_component histogram = {
    NNP_COMPONENT("report", "histogram"),
    .doc = "how often streams take which value",
    .self_size = sizeof(struct histogram),
    NNP_PARAMS(params),
    .forward = forward,
};

NNP_PLUGIN(histogram, NNP_OURS, &histogram)
