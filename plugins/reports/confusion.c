/* SPDX-License-Identifier: MIT */
/*
 * confusion: which class was taken for which, as a picture. A row for each class of the
 * target, a column for each of the prediction; the fuller a cell, the larger its share of
 * the row. Cells hold counts, and shares where there is room; of many classes only the
 * colours are left. What was confused most often is also said in words.
 */
#include <nnpipe/report.h>
#include <nnpipe/svg.h>

enum { MOST = 1000, AT_ONCE = 512, PLANE = 520, TOLD = 5, LETTERS = 24, TITLE = 64 };

struct confusion {
    int32_t     split;
    const char *file;
};

static const char *const splits[] = { "", "train", "val", "test" };

static const nnp_param params[] = {
    { "split", NNP_ENUM | NNP_MAIN, offsetof(struct confusion, split), "last",
      "last|train|val|test", "rows to look at; last: of test, else of val, else of train",
      NULL },
    { "file", NNP_STR, offsetof(struct confusion, file), "confusion.svg", NULL,
      "name of the picture in the run's report folder", NULL },
};

struct matrix {
    nnp_ctx       *c;
    const nnp_run *run;
    const char    *split;
    size_t         k;     /* classes */
    double        *count; /* k x k: target, then prediction */
    /* the picture */
    nnp_svg svg;
    int     cell, left, top;
};

static double at(const struct matrix *m, size_t target, size_t prediction)
{
    return m->count[target * m->k + prediction];
}

static double of_class(const struct matrix *m, size_t target)
{
    double sum = 0;

    for (size_t i = 0; i < m->k; i++)
        sum += at(m, target, i);
    return sum;
}

/* ---- counting ---------------------------------------------------------------------- */

static size_t largest(const nnp_tensor *t, size_t row, size_t n)
{
    size_t best = 0;

    for (size_t i = 1; i < n; i++)
        if (nnp_number(t, row * n + i) > nnp_number(t, row * n + best))
            best = i;
    return best;
}

/* The class of a row: of scores the largest, of a single score whether it is one half or
 * more, of a class number that. */
static size_t class_of(const nnp_tensor *t, size_t row, int numbers)
{
    size_t n = nnp_row(t);
    double v = nnp_number(t, row * n);

    if (n > 1)
        return largest(t, row, n);
    return numbers ? (size_t)v : v >= 0.5;
}

/* Of a batch; the first one says how many classes there are. */
static int check(struct matrix *m, const nnp_tensor *p, const nnp_tensor *t)
{
    size_t k = nnp_row(p) > 1 ? nnp_row(p) : 2, n = (size_t)t->shape[0];

    if (nnp_row(t) != 1 && nnp_row(t) != nnp_row(p))
        return nnp_fail(m->c, NNP_EINVAL,
                        "the target is neither a class nor a number for "
                        "each class");
    if (k > MOST)
        return nnp_fail(m->c, NNP_EINVAL, "%zu classes; a picture holds %d", k, MOST);
    for (size_t i = 0; nnp_row(t) == 1 && i < n; i++) {
        double v = nnp_number(t, i);

        if (!(v >= 0 && v < (double)k && v == floor(v)))
            return nnp_fail(m->c, NNP_EINVAL,
                            "the target of a row is %g, no class from 0 "
                            "to %zu",
                            v, k - 1);
    }
    m->k = k;
    if (!m->count)
        m->count = calloc(k * k, sizeof *m->count);
    return m->count ? NNP_OK : nnp_fail(m->c, NNP_ENOMEM, "no memory for the counts");
}

static int count(struct matrix *m, int64_t rows)
{
    int rc = NNP_OK;

    for (int64_t first = 0; !rc && first < rows; first += AT_ONCE) {
        int64_t n = rows - first < AT_ONCE ? rows - first : AT_ONCE;

        rc = m->run->eval(m->c, m->split, first, n, NULL, NULL);
        if (rc)
            break;
        const nnp_tensor *p = m->run->stream(m->c, "prediction");
        const nnp_tensor *t = m->run->stream(m->c, "target");
        if (!p || !t)
            return nnp_fail(m->c, NNP_EINVAL, "the model has no prediction or no target");
        rc = check(m, p, t);
        for (size_t i = 0; !rc && i < (size_t)n; i++)
            m->count[class_of(t, i, 1) * m->k + class_of(p, i, 0)]++;
    }
    return rc;
}

/* ---- words ------------------------------------------------------------------------- */

static const char *name_of(const struct matrix *m, size_t k, char text[TITLE])
{
    const char *name = NNP_OFFERS(m->run, nnp_run, class_name)
                           ? m->run->class_name(m->c, "target", (int64_t)k)
                           : NULL;

    if (name)
        snprintf(text, TITLE, "%.*s", TITLE - 1, name);
    else
        snprintf(text, TITLE, "%zu", k);
    return text;
}

/* The largest count beside the diagonal that is smaller than `below`, or stands behind
 * place `from` and is as large. */
static size_t next_worst(const struct matrix *m, double below, size_t from)
{
    size_t best = SIZE_MAX;

    for (size_t i = 0; i < m->k * m->k; i++) {
        double v = m->count[i];

        if (i / m->k == i % m->k || v == 0 || v > below || (v == below && i <= from))
            continue;
        if (best == SIZE_MAX || v > m->count[best])
            best = i;
    }
    return best;
}

static int say(const struct matrix *m)
{
    double right = 0, all = 0, below = HUGE_VAL;
    char   line[3 * TITLE + 64], name[2][TITLE];
    size_t from = 0;

    for (size_t i = 0; i < m->k; i++) {
        right += at(m, i, i);
        all += of_class(m, i);
    }
    snprintf(line, sizeof line, "%s: %.0f of %.0f right, %.4g %%\n", m->split, right, all,
             100 * right / all);
    int rc = m->run->print(m->c, line);
    for (int i = 0; !rc && i < TOLD; i++) {
        from = next_worst(m, below, from);
        if (from == SIZE_MAX)
            break;
        below = m->count[from];
        snprintf(line, sizeof line, "  %s taken for %s: %.0f of %.0f\n",
                 name_of(m, from / m->k, name[0]), name_of(m, from % m->k, name[1]),
                 below, of_class(m, from / m->k));
        rc = m->run->print(m->c, line);
    }
    return rc;
}

/* ---- the picture ------------------------------------------------------------------- */

static void draw_cell(struct matrix *m, size_t t, size_t p)
{
    double all = of_class(m, t), n = at(m, t, p), share = all > 0 ? n / all : 0;
    int    x = m->left + m->cell * (int)p, y = m->top + m->cell * (int)t;
    int    middle = y + m->cell / 2 + (m->cell >= 44 ? -1 : 5);

    if (n == 0)
        return;
    nnp_svg_add(&m->svg,
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\" "
                "fill-opacity=\"%.2f\"/>\n",
                x, y, m->cell, m->cell, t == p ? "#0072b2" : "#d55e00",
                0.08 + 0.85 * share);
    if (m->cell < 9 + 7 * (int)(1 + log10(n)))
        return;
    nnp_svg_add(&m->svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\"%s>%.0f</text>\n",
                x + m->cell / 2, middle, share > 0.5 ? " fill=\"#fff\"" : "", n);
    if (m->cell >= 44)
        nnp_svg_add(&m->svg,
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" font-size=\"11\"%s>"
                    "%.3g %%</text>\n",
                    x + m->cell / 2, middle + 15, share > 0.5 ? " fill=\"#fff\"" : "",
                    100 * share);
}

/* One class, left of its row and above its column. */
static void draw_name(struct matrix *m, size_t k)
{
    char name[TITLE];
    int  middle = m->cell * (int)k + m->cell / 2;

    name_of(m, k, name);
    nnp_svg_add(&m->svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">", m->left - 6,
                m->top + middle + 4);
    nnp_svg_text(&m->svg, name);
    nnp_svg_add(&m->svg, "</text>\n<text transform=\"translate(%d %d) rotate(-45)\">",
                m->left + middle + 2, m->top - 7);
    nnp_svg_text(&m->svg, name);
    nnp_svg_add(&m->svg, "</text>\n");
}

/* Names take room on the left, and slanted above. */
static int longest_name(const struct matrix *m)
{
    char name[TITLE];
    int  most = 1;

    for (size_t i = 0; i < m->k; i++) {
        int n = (int)strlen(name_of(m, i, name));

        most = n > most ? n : most;
    }
    return 8 * (most < LETTERS ? most : LETTERS);
}

static void draw_frame(struct matrix *m)
{
    int wide = m->cell * (int)m->k;

    nnp_svg_add(&m->svg,
                "<path fill=\"none\" stroke=\"#767e87\" d=\"M%d %dh%dv%dh-%dz\"/>\n",
                m->left, m->top, wide, wide, wide);
    nnp_svg_add(&m->svg,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">prediction, %s</text>\n",
                m->left + wide / 2, m->top + wide + 24, m->split);
    nnp_svg_add(&m->svg,
                "<text transform=\"translate(14 %d) rotate(-90)\" text-anchor=\"middle\">"
                "target</text>\n",
                m->top + wide / 2);
    for (size_t i = 0; m->cell < 14 && i < m->k; i += (size_t)(60 / m->cell + 1))
        draw_name(m, i); /* some of them */
    for (size_t i = 0; m->cell >= 14 && i < m->k; i++)
        draw_name(m, i);
}

static int draw(struct matrix *m, const char *file)
{
    int room = longest_name(m), cell = PLANE / (int)m->k;

    m->cell = cell < 2 ? 2 : cell > 72 ? 72 : cell;
    m->left = 30 + room;
    m->top = 20 + room * 3 / 4;
    nnp_svg_open(&m->svg, m->left + m->cell * (int)m->k + 20 + room * 3 / 4,
                 m->top + m->cell * (int)m->k + 36, "which class was taken for which");
    for (size_t t = 0; t < m->k; t++)
        for (size_t p = 0; p < m->k; p++)
            draw_cell(m, t, p);
    draw_frame(m);
    return nnp_svg_close(&m->svg, m->c, m->run, file);
}

static int forward(nnp_ctx *c, void *self)
{
    const struct confusion *s = self;
    struct matrix           m = { .c = c, .split = splits[s->split] };

    m.run = c->host->extension(c, "nnp.run/1");
    if (!m.run)
        return nnp_fail(c, NNP_ENOTSUP, "there is no run to report on");
    for (int k = 3; !s->split && k > 0 && !*m.split; k--)
        m.split = m.run->rows(c, splits[k]) > 0 ? splits[k] : "";
    int64_t rows = m.run->rows(c, m.split);
    if (rows < 1)
        return nnp_fail(c, NNP_EINVAL, "split: the data have no such part");
    int rc = count(&m, rows);
    if (!rc)
        rc = say(&m);
    if (!rc)
        rc = draw(&m, s->file);
    free(m.count);
    return rc;
}

static const nnp_component confusion = {
    NNP_COMPONENT("report", "confusion"),
    .doc = "SVG picture of which class was taken for which",
    .self_size = sizeof(struct confusion),
    NNP_PARAMS(params),
    .forward = forward,
};

NNP_PLUGIN(confusion_report, NNP_OURS, &confusion)
