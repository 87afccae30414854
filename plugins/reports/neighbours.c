/* SPDX-License-Identifier: MIT */
/*
 * neighbours: whether rows whose codes lie close together are of the same class.
 *
 *   neighbours: {of: code, to: y}
 *
 * Every row of the split asks for its nearest others, itself left out. Precision at m is
 * the part of the m nearest that is of its own class, averaged over the rows (as
 * Salakhutdinov and Hinton 2009 measure retrieval, at 1, 3, 7, 15, 31, 63). Accuracy is
 * that of the vote of the k nearest, a tie decided by the nearest of the tied. Both are
 * figures of the run: ITEM.accuracy, ITEM.precision_1, ITEM.precision_3 ...
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nnpipe/plugin.h>
#include <nnpipe/report.h>

struct neighbours {
    int64_t k, rows;
    int32_t split, distance;
};

enum { CHUNK = 500, BLOCK = 64, MOST = 63, COUNTS = 6, COSINE = 1 };

static const int counts[COUNTS] = { 1, 3, 7, 15, 31, 63 };
/* By the number in `split`; auto is the first that the data have. */
static const char *const splits[] = { "test", "val", "train" };

static const nnp_param params[] = {
    { "k", NNP_INT | NNP_MAIN, offsetof(struct neighbours, k), "5", "[1,63]",
      "neighbours that vote", NULL },
    { "distance", NNP_ENUM, offsetof(struct neighbours, distance), "euclidean",
      "euclidean|cosine", "what near means", NULL },
    { "rows", NNP_INT, offsetof(struct neighbours, rows), "10000", "[2,1000000]",
      "at most so many rows; the work grows with their square", NULL },
    { "split", NNP_ENUM, offsetof(struct neighbours, split), "auto",
      "test|val|train|auto",
      "which part of the data; auto: the first of them that there is", NULL },
};

struct search {
    nnp_ctx                 *c;
    const struct neighbours *self;
    const nnp_run           *run;
    const char              *of, *to, *part;
    size_t                   n, size;
    float                   *code, *square; /* (n, size); by row: |code|^2 */
    double *class;
    int *same;  /* by row and count: of the m nearest, how many are its */
    int *right; /* by row: the vote is */
    int  failed;
};

static double class_of(const nnp_tensor *t, size_t row)
{
    size_t n = nnp_row(t), best = 0;

    for (size_t i = 1; i < n; i++)
        if (nnp_number(t, row * n + i) > nnp_number(t, row * n + best))
            best = i;
    return n > 1 ? (double)best : nnp_number(t, row);
}

/* Distances are differences of squares, so that the codes are measured from their mean.
 */
static void centre(struct search *s)
{
    for (size_t k = 0; k < s->size && s->self->distance != COSINE; k++) {
        double sum = 0;

        for (size_t i = 0; i < s->n; i++)
            sum += (double)s->code[i * s->size + k];
        for (size_t i = 0; i < s->n; i++)
            s->code[i * s->size + k] -= (float)(sum / (double)s->n);
    }
    for (size_t i = 0; i < s->n; i++) {
        float *v = s->code + i * s->size;
        double sum = 0;

        for (size_t k = 0; k < s->size; k++)
            sum += (double)v[k] * (double)v[k];
        for (size_t k = 0; k < s->size && s->self->distance == COSINE && sum > 0; k++)
            v[k] = (float)((double)v[k] / sqrt(sum));
        s->square[i] = s->self->distance == COSINE ? 1 : (float)sum;
    }
}

static int keep_rows(struct search *s, size_t at, size_t rows)
{
    const nnp_tensor *x = s->run->stream(s->c, s->of), *y = s->run->stream(s->c, s->to);

    if (!x || !y)
        return nnp_fail(s->c, NNP_EINVAL, "of, to: there is no such stream");
    if (!s->code) {
        s->size = nnp_row(x);
        s->code = calloc(s->n * s->size + 1, sizeof *s->code);
        if (!s->code)
            return nnp_fail(s->c, NNP_ENOMEM, "no memory for the codes");
    }
    for (size_t i = 0; i < rows * s->size; i++)
        s->code[at * s->size + i] = (float)nnp_number(x, i);
    for (size_t i = 0; i < rows; i++)
        s->class[at + i] = class_of(y, i);
    return NNP_OK;
}

static int gather(struct search *s)
{
    int64_t rows = -1;
    int     rc = NNP_OK;

    for (int i = 0; i < 3 && rows < 1; i++)
        if (s->self->split > 2 || s->self->split == i) {
            s->part = splits[i];
            rows = s->run->rows(s->c, s->part);
        }
    if (rows < 2)
        return nnp_fail(s->c, NNP_EINVAL, "split: two rows at least are needed");
    s->n = (size_t)(rows < s->self->rows ? rows : s->self->rows);
    s->square = calloc(s->n, sizeof *s->square);
    s->class = calloc(s->n, sizeof *s->class);
    s->same = calloc(s->n * COUNTS, sizeof *s->same);
    s->right = calloc(s->n, sizeof *s->right);
    if (!s->square || !s->class || !s->same || !s->right)
        return nnp_fail(s->c, NNP_ENOMEM, "no memory for the codes");
    for (size_t at = 0; !rc && at < s->n; at += CHUNK) {
        size_t part = s->n - at < CHUNK ? s->n - at : CHUNK;

        rc = s->run->eval(s->c, s->part, (int64_t)at, (int64_t)part, NULL, NULL);
        if (!rc)
            rc = keep_rows(s, at, part);
    }
    return rc;
}

/* ---- the nearest ------------------------------------------------------------------- */

struct nearest {
    size_t row[MOST];
    float  far[MOST];
    int    n;
};

/* In order of distance, of equals the earlier row first. */
static void offer(struct nearest *near, size_t row, float far)
{
    int at = near->n;

    if (near->n == MOST && !(far < near->far[MOST - 1]))
        return;
    at = near->n < MOST ? near->n++ : MOST - 1;
    for (; at > 0 && far < near->far[at - 1]; at--) {
        near->far[at] = near->far[at - 1];
        near->row[at] = near->row[at - 1];
    }
    near->far[at] = far;
    near->row[at] = row;
}

static void count_same(struct search *s, size_t row, const struct nearest *near)
{
    for (int i = 0, m = 0, same = 0; i < COUNTS; i++) {
        for (; m < counts[i] && m < near->n; m++)
            same += s->class[near->row[m]] == s->class[row];
        s->same[row * COUNTS + (size_t)i] = same;
    }
}

static double vote(const struct search *s, const struct nearest *near)
{
    int k = near->n < (int)s->self->k ? near->n : (int)s->self->k, most = 0, best = 0;

    for (int i = 0; i < k; i++) {
        int votes = 0;

        for (int j = 0; j < k; j++)
            votes += s->class[near->row[j]] == s->class[near->row[i]];
        best = votes > most ? i : best;
        most = votes > most ? votes : most;
    }
    return s->class[near->row[best]];
}

/* Distances of a block of rows to all, less the row's own square. */
static int ask_block(struct search *s, size_t first, size_t rows, float *product)
{
    int64_t n = (int64_t)s->n, size = (int64_t)s->size;
    int     rc =
        s->c->host->gemm(s->c, 0, 1, (int64_t)rows, n, size, 1, s->code + first * s->size,
                         size, s->code, size, 0, product, n);

    for (size_t i = 0; !rc && i < rows; i++) {
        struct nearest near = { .n = 0 };

        for (size_t j = 0; j < s->n; j++)
            if (j != first + i)
                offer(&near, j, s->square[j] - 2 * product[i * s->n + j]);
        count_same(s, first + i, &near);
        s->right[first + i] = vote(s, &near) == s->class[first + i];
    }
    return rc;
}

static void ask_blocks(void *arg, size_t begin, size_t end, uint32_t worker)
{
    struct search *s = arg;
    float         *product = malloc(BLOCK * s->n * sizeof *product);

    (void)worker;
    for (size_t b = begin; b < end; b++) {
        size_t first = b * BLOCK, rows = s->n - first < BLOCK ? s->n - first : BLOCK;

        if (!product || ask_block(s, first, rows, product))
            s->failed = 1;
    }
    free(product);
}

static int find(struct search *s)
{
    int rc = s->c->host->parallel(s->c, (s->n + BLOCK - 1) / BLOCK, 1, ask_blocks, s);

    if (!rc && s->failed)
        rc = nnp_fail(s->c, NNP_ENOMEM, "no memory for the distances");
    return rc;
}

/* ---- what came out ----------------------------------------------------------------- */

static int tell_precision(struct search *s)
{
    char line[256] = "precision at", values[256] = "            ", key[32];
    int  rc = NNP_OK;

    for (int i = 0; !rc && i < COUNTS && (size_t)counts[i] < s->n; i++) {
        double sum = 0;

        for (size_t row = 0; row < s->n; row++)
            sum += s->same[row * COUNTS + (size_t)i];
        sum /= (double)counts[i] * (double)s->n;
        snprintf(line + strlen(line), sizeof line - strlen(line), "%8d", counts[i]);
        snprintf(values + strlen(values), sizeof values - strlen(values), "%8.4f", sum);
        snprintf(key, sizeof key, "precision_%d", counts[i]);
        rc = s->c->host->report(s->c, key, sum);
    }
    if (!rc)
        rc = s->run->print(s->c, line);
    if (!rc)
        rc = s->run->print(s->c, "\n");
    if (!rc)
        rc = s->run->print(s->c, values);
    return rc ? rc : s->run->print(s->c, "\n");
}

static int tell(struct search *s)
{
    double right = 0;
    char   line[256];
    int    rc;

    for (size_t row = 0; row < s->n; row++)
        right += s->right[row];
    right /= (double)s->n;
    snprintf(line, sizeof line,
             "%.80s: vote of the %lld nearest among %zu rows of %s right: %.4f\n", s->of,
             (long long)s->self->k, s->n, s->part, right);
    rc = s->c->host->report(s->c, "accuracy", right);
    if (!rc)
        rc = s->run->print(s->c, line);
    return rc ? rc : tell_precision(s);
}

static int forward(nnp_ctx *c, void *self)
{
    struct search s = { .c = c, .self = self };
    int           rc;

    s.run = c->host->extension(c, "nnp.run/1");
    if (!NNP_OFFERS(s.run, nnp_run, of))
        return nnp_fail(c, NNP_ENOTSUP, "there is no run to report on");
    s.of = s.run->of(c, "of", 0);
    s.to = s.run->of(c, "to", 0);
    s.to = s.to ? s.to : "y";
    rc =
        s.of ? gather(&s) : nnp_fail(c, NNP_EINVAL, "of: the stream of codes is missing");
    if (!rc) {
        centre(&s);
        rc = find(&s);
    }
    if (!rc)
        rc = tell(&s);
    free(s.code);
    free(s.square);
    free(s.class);
    free(s.same);
    free(s.right);
    return rc;
}

static const nnp_component neighbours = {
    NNP_COMPONENT("report", "neighbours"),
    .doc = "how often the nearest codes are of the same class",
    .flags = NNP_HIGHER,
    .self_size = sizeof(struct neighbours),
    NNP_PARAMS(params),
    .forward = forward,
};

NNP_PLUGIN(neighbours, NNP_OURS, &neighbours)
