/* SPDX-License-Identifier: MIT */
/*
 * The product of one tile, for one instruction set. Each matmul_ISA.c defines the names
 * in capitals (VEC, WIDTH, MADD, SMADD, MR, PREFIX) and includes this once.
 *
 * A strip of at most MR rows of A is packed so that the kernel finds one column after the
 * other; B is packed in strips of 2 * WIDTH columns, four at a time, or read in place
 * when few rows use it:
 *
 *        B   p: | w0 w1 |          acc[i][v] += a[p][i] * b[p][v], p going up: one sum
 *     A         |       |          per element in the order of k, whatever the tile. The
 *     i: ....p  |  acc  |          sums of DEPTH steps are then added to C.
 *
 * One row of C is read along B as it lies (row_sums).
 *
 * Multiply-add is spelt out (MADD, SMADD): were fusing left to the compiler, two paths
 * could round differently.
 */
#ifndef NNP_KERNELS_MATMUL_KERNEL_H
#define NNP_KERNELS_MATMUL_KERNEL_H
#include <stddef.h>
#include <stdint.h>

enum {
    MATMUL_DEPTH = 288,   /* steps of k, at most, summed before they are added to C */
    MATMUL_ROWS = 96,     /* rows of A that are packed at once; a multiple of every MR */
    MATMUL_COLUMNS = 256, /* of a tile at most */
    MATMUL_MADDS = 12,    /* sums that do not wait for each other hide their latency */
    MATMUL_LITTLE = 4096, /* floats of packed A and of packed B that a small frame has */
    MATMUL_TINY = 128     /* multiplications that take less time than packing for them */
};

struct matmul_end;
struct matmul_job {
    int          ta, tb;
    int64_t      m, n, k;
    float        alpha, beta;
    const float *a, *b;
    float       *c;
    int64_t      lda, ldb, ldc;
    int64_t      rows, columns; /* of a tile */
    const float *bias;          /* added to each row of C when beta is 0, or NULL */
    int64_t      bias_step; /* 1; 0: the same for all columns (of a C that has one row) */
    const struct matmul_end *end; /* or NULL */
};

/* Rows i0..i1-1 and columns j0..j1-1 of C, at most MATMUL_COLUMNS of them. */
typedef void matmul_tile(const struct matmul_job *job, int64_t i0, int64_t i1, int64_t j0,
                         int64_t j1);
/* Elements j0..j1-1 of the one row of C, B being transposed (m 1, tb 1). */
typedef void matmul_row(const struct matmul_job *job, int64_t j0, int64_t j1);

/* MATMUL_MADDS multiply-adds a round, of numbers in registers: what this set of
 * instructions does at most. The result is there only to be used. */
typedef float matmul_madds(int64_t rounds, float x);

/* The bits of the largest of n floats without its sign; one that is not finite is larger
 * than all that are. */
typedef uint32_t matmul_largest(const float *v, size_t n);

struct matmul_isa {
    matmul_tile    *tile;
    matmul_row     *row;
    matmul_madds   *madds;
    matmul_largest *largest;
    int             width; /* floats of a vector */
};

extern const struct matmul_isa matmul_base;
#if defined __x86_64__ && defined __GNUC__
extern const struct matmul_isa    matmul_avx2, matmul_avx512;
#endif
#endif

#ifdef MATMUL_ISA
#include <stddef.h>
#include <string.h>

enum {
    NR = 2 * WIDTH,
    LINE = 16, /* floats of a cache line */
    AHEAD = 64,
    SLACK = WIDTH,
    PANEL = 4 * NR /* columns of B that are packed at once: a row of them is read along */
};

#define INLINE static inline __attribute__((always_inline))

typedef VEC loose __attribute__((aligned(4), may_alias));

/* out[p * width + r] = src[p * ld + r] for r < rows, 0 for the rest of the width. */
static void pack_rows(float *out, const float *src, int64_t ld, int64_t depth,
                      int64_t rows, int64_t width)
{
    for (int64_t p = 0; p < depth; p++, src += ld, out += width) {
        memcpy(out, src, (size_t)rows * sizeof *out);
        for (int64_t r = rows; r < width; r++)
            out[r] = 0.0f;
    }
}

/* out[p * width + r] = src[r * ld + p] for p in first..depth, a cache line of src at a
 * time. */
static void pack_turned_rest(float *out, const float *src, int64_t ld, int64_t depth,
                             int64_t rows, int64_t width, int64_t first)
{
    for (; first < depth; first += LINE) {
        int64_t n = depth - first < LINE ? depth - first : LINE;

        for (int64_t r = 0; r < width; r++) {
            float *to = out + first * width + r;
            if (r < rows)
                for (int64_t p = 0; p < n; p++)
                    to[p * width] = src[r * ld + first + p];
            else
                for (int64_t p = 0; p < n; p++)
                    to[p * width] = 0.0f;
        }
    }
}

#ifdef TURN
/* WIDTH rows at p..p+WIDTH, turned: v[i] is column p + i. Rows from `rows` on are zeros.
 */
INLINE void load_turned(VEC v[WIDTH], const float *src, int64_t ld, int64_t rows)
{
#pragma GCC unroll 16
    for (int64_t r = 0; r < WIDTH; r++)
        if (r < rows)
            v[r] = *(const loose *)(src + r * ld);
        else
            v[r] = (VEC){ 0 };
    TURN(v);
}
#endif

/* The same for all of depth, cache line by cache line: where rows lie 4096 bytes apart,
 * the lines of more than eight of them push each other out. Whole vectors are stored:
 * what the last one of a column writes beyond the width is overwritten by the columns
 * that follow, or lies in the SLACK floats behind out. */
static void pack_turned(float *out, const float *src, int64_t ld, int64_t depth,
                        int64_t rows, int64_t width)
{
    int64_t first = 0;

#ifdef TURN
    enum { STEP = WIDTH > LINE ? WIDTH : LINE };

    for (; first + STEP <= depth; first += STEP) {
        for (int64_t r = 0; r < rows; r++)
            __builtin_prefetch(src + r * ld + first + AHEAD, 0, 2);
        for (int64_t r = (width - 1) / WIDTH * WIDTH; r >= 0; r -= WIDTH)
            for (int64_t at = first; at < first + STEP; at += WIDTH) {
                VEC v[WIDTH];

                load_turned(v, src + r * ld + at, ld, rows - r);
#pragma GCC unroll 16
                for (int p = 0; p < WIDTH; p++)
                    *(loose *)(out + (at + p) * width + r) = v[p];
            }
    }
#endif
    pack_turned_rest(out, src, ld, depth, rows, width, first);
}

/* acc[mr][nv vectors] = sum over p of a[i * down + p * along] b[p][..]; mr and nv are
 * constants at each use, so that the loops unroll and acc lives in registers. */
INLINE void kernel(int mr, int nv, int64_t depth, const float *a, int64_t down,
                   int64_t along, const float *b, int64_t ldb, float *out)
{
    VEC acc[MR][2];

#pragma GCC unroll 16
    for (int i = 0; i < mr; i++)
#pragma GCC unroll 2
        for (int v = 0; v < nv; v++)
            acc[i][v] = (VEC){ 0 };
    for (int64_t p = 0; p < depth; p++, a += along, b += ldb) {
        VEC row[2];
#pragma GCC unroll 2
        for (int v = 0; v < nv; v++)
            row[v] = *(const loose *)(b + v * WIDTH);
#pragma GCC unroll 16
        for (int i = 0; i < mr; i++) {
            VEC one = a[i * down] - (VEC){ 0 }; /* in every lane; x - 0 is x, even -0 */
#pragma GCC unroll 2
            for (int v = 0; v < nv; v++)
                acc[i][v] = MADD(one, row[v], acc[i][v]);
        }
    }
#pragma GCC unroll 16
    for (int i = 0; i < mr; i++)
#pragma GCC unroll 2
        for (int v = 0; v < nv; v++)
            *(loose *)(out + i * NR + v * WIDTH) = acc[i][v];
}

/* How many rows the kernel for `rows` rows computes. */
INLINE int strip_height(int64_t rows)
{
    int h = rows > 6 ? MR : rows > 4 ? 6 : rows > 2 ? 4 : (int)rows;

    return MR > 8 && rows > 6 && rows <= 8 ? 8 : h;
}

#define CASE(height)                                                                     \
    case height:                                                                         \
        if (narrow)                                                                      \
            kernel(height, 1, depth, a, 1, height, b, ldb, out);                         \
        else                                                                             \
            kernel(height, 2, depth, a, 1, height, b, ldb, out);                         \
        break

static void multiply(int height, int narrow, int64_t depth, const float *a,
                     const float *b, int64_t ldb, float *out)
{
    switch (height) {
        CASE(1);
        CASE(2);
        CASE(4);
        CASE(6);
#if MR > 6
        CASE(8);
        CASE(12);
#endif
    }
}

/* The same for a whole strip of A as it lies. */
static void multiply_rows(int narrow, int64_t depth, const float *a, int64_t lda,
                          const float *b, int64_t ldb, float *out)
{
    if (narrow)
        kernel(MR, 1, depth, a, lda, 1, b, ldb, out);
    else
        kernel(MR, 2, depth, a, lda, 1, b, ldb, out);
}

/* C = alpha out + from, whose rows are `step` apart: C itself, the bias, or NULL. */
static void store(const struct matmul_job *job, const float *out, int64_t rows,
                  int64_t columns, const float *from, int64_t step, float *c)
{
    float alpha = job->alpha;

    for (int64_t i = 0; i < rows; i++, c += job->ldc, out += NR) {
        int64_t j = 0;
        if (!from) {
            for (; j + WIDTH <= columns; j += WIDTH)
                *(loose *)(c + j) = alpha * *(const loose *)(out + j);
            for (; j < columns; j++)
                c[j] = alpha * out[j];
        } else {
            VEC          all = alpha - (VEC){ 0 };
            const float *row = from + i * step;
            for (; j + WIDTH <= columns; j += WIDTH)
                *(loose *)(c + j) =
                    MADD(all, *(const loose *)(out + j), *(const loose *)(row + j));
            for (; j < columns; j++)
                c[j] = SMADD(alpha, out[j], row[j]);
        }
    }
}

static void scale(float beta, float *c, int64_t ldc, int64_t rows, int64_t columns)
{
    for (int64_t i = 0; i < rows; i++, c += ldc)
        for (int64_t j = 0; j < columns; j++)
            c[j] = beta == 0.0f ? 0.0f : beta * c[j];
}

struct block { /* MATMUL_ROWS of a tile's rows, its columns and a stretch of k */
    int64_t i0, i1, j0, j1, p0, depth;
    int     a_in_place; /* whole strips of A are read where they lie */
    int     b_in_place; /* so are those of B */
    int     again;      /* B was packed for the rows before */
};

/* The width of a strip with so many columns. */
INLINE int64_t strip_width(int64_t columns)
{
    return columns <= WIDTH ? WIDTH : NR;
}

/* n rows of A or columns of B, one strip of `wide` behind the other, of `rest` the last
 * if it is not full. They lie along src if turned, else across: then src is read along
 * all strips. */
INLINE void pack(float *out, const float *src, int64_t ld, int turned, int64_t depth,
                 int64_t n, int64_t wide, int64_t rest)
{
    int64_t full = n / wide * wide;

    for (int64_t i = 0; turned && i < full; i += wide)
        pack_turned(out + i * depth, src + i * ld, ld, depth, wide, wide);
    for (int64_t p = 0; !turned && p < depth && full; p++)
        for (int64_t i = 0; i < full; i += wide) {
            __builtin_prefetch(src + (p + 8) * ld + i);
            memcpy(out + i * depth + p * wide, src + p * ld + i,
                   (size_t)wide * sizeof *out);
        }
    if (n == full)
        return;
    if (turned)
        pack_turned(out + full * depth, src + full * ld, ld, depth, n - full, rest);
    else
        pack_rows(out + full * depth, src + full, ld, depth, n - full, rest);
}

static void pack_a(const struct matmul_job *job, const struct block *t, float *pa)
{
    int64_t from = t->a_in_place ? t->i0 + (t->i1 - t->i0) / MR * MR : t->i0;
    int64_t rows = t->i1 - from;
    int64_t at = job->ta ? t->p0 * job->lda + from : from * job->lda + t->p0;

    pack(pa, job->a + at, job->lda, !job->ta, t->depth, rows, MR,
         strip_height(rows % MR));
}

/* Whether the cache holds a strip of rows so far apart: it keeps lines whose addresses
 * differ by a multiple of 4096 bytes in the same eight places. */
INLINE int apart(int64_t lda)
{
    int64_t d = lda * 4 % 4096;
    return d >= 512 && d <= 4096 - 512;
}

/* Columns j to end. */
static void pack_b(const struct matmul_job *job, const struct block *t, int64_t j,
                   int64_t end, float *pb)
{
    int64_t at = job->tb ? j * job->ldb + t->p0 : t->p0 * job->ldb + j;

    pack(pb, job->b + at, job->ldb, job->tb, t->depth, end - j, NR,
         strip_width((end - j) % NR));
}

/* One strip of columns from j on (the first block of a product with beta 0 does not read
 * C) against all strips of A. */
static void strip(const struct matmul_job *job, const struct block *t, int64_t j,
                  const float *pa, const float *b, int64_t ldb)
{
    float   out[MR * NR];
    int64_t columns = t->j1 - j < NR ? t->j1 - j : NR;
    int     narrow = columns <= WIDTH;
    int     first = t->p0 == 0 && job->beta == 0.0f;

    for (int64_t i = t->i0; i < t->i1; i += MR) {
        int64_t rows = t->i1 - i < MR ? t->i1 - i : MR;
        float  *c = job->c + i * job->ldc + j;

        for (int64_t r = 0; r < rows; r++) {
            __builtin_prefetch(c + r * job->ldc, 1);
            __builtin_prefetch(c + r * job->ldc + columns - 1, 1);
        }
        if (t->a_in_place && rows == MR)
            multiply_rows(narrow, t->depth, job->a + i * job->lda + t->p0, job->lda, b,
                          ldb, out);
        else {
            multiply(strip_height(rows), narrow, t->depth, pa, b, ldb, out);
            pa += t->depth * MR;
        }
        if (first)
            store(job, out, rows, columns, job->bias ? job->bias + j : NULL, 0, c);
        else
            store(job, out, rows, columns, c, job->ldc, c);
    }
}

/* Columns j to end against the rows of A. */
static void strips(const struct matmul_job *job, const struct block *t, int64_t j,
                   int64_t end, const float *pa, float *pb)
{
    if (!t->b_in_place && !t->again)
        pack_b(job, t, j, end, pb);
    for (int64_t k = j; k < end; k += NR)
        if (t->b_in_place)
            strip(job, t, k, pa, job->b + t->p0 * job->ldb + k, job->ldb);
        else
            strip(job, t, k, pa, pb + (k - j) * t->depth, strip_width(end - k));
}

/* Equal stretches of k, so that none is so short that loading and storing C would show.
 */
INLINE int64_t even_depth(int64_t k)
{
    int64_t n = (k + MATMUL_DEPTH - 1) / MATMUL_DEPTH;

    return n ? ((k + n - 1) / n + 7) / 8 * 8 : 8;
}

/* Where few rows use B, packing it would not pay; where only the rows of one block do,
 * each panel takes the place of the one before, in the nearest cache. */
INLINE void tile_with(const struct matmul_job *job, struct block *t, float *pa, float *pb)
{
    int64_t first = t->i0, last = t->i1, step = job->tb ? NR : PANEL;
    int64_t deepest = even_depth(job->k), keep = last - first > MATMUL_ROWS;

    t->a_in_place = !job->ta && apart(job->lda);
    t->b_in_place = !job->tb && last - first <= 4 * MR && (t->j1 - t->j0) % WIDTH == 0;
    if (job->beta != 1.0f && (job->beta != 0.0f || job->k == 0))
        scale(job->beta, job->c + first * job->ldc + t->j0, job->ldc, last - first,
              t->j1 - t->j0);
    for (t->p0 = 0; t->p0 < job->k; t->p0 += deepest) {
        t->depth = job->k - t->p0 < deepest ? job->k - t->p0 : deepest;
        for (t->i0 = first; t->i0 < last; t->i0 = t->i1) {
            t->i1 = last - t->i0 < MATMUL_ROWS ? last : t->i0 + MATMUL_ROWS;
            t->again = t->i0 > first;
            pack_a(job, t, pa);
            for (int64_t j = t->j0; j < t->j1; j += step)
                strips(job, t, j, t->j1 - j < step ? t->j1 : j + step, pa,
                       pb + (keep ? (j - t->j0) * t->depth : 0));
        }
    }
}

static __attribute__((noinline)) void little_tile(const struct matmul_job *job,
                                                  struct block            *t)
{
    _Alignas(64) float pa[MATMUL_LITTLE + SLACK], pb[MATMUL_LITTLE + SLACK];

    tile_with(job, t, pa, pb);
}

static __attribute__((noinline)) void big_tile(const struct matmul_job *job,
                                               struct block            *t)
{
    _Alignas(64) float pa[MATMUL_ROWS * MATMUL_DEPTH + SLACK],
        pb[MATMUL_COLUMNS * MATMUL_DEPTH + SLACK];

    tile_with(job, t, pa, pb);
}

/* Element after element, from where A and B lie, rounded as a strip rounds them. */
static void tiny_tile(const struct matmul_job *job, const struct block *t)
{
    int64_t along_a = job->ta ? job->lda : 1, down_a = job->ta ? 1 : job->lda;
    int64_t along_b = job->tb ? 1 : job->ldb, right_b = job->tb ? job->ldb : 1;

    if (job->beta != 1.0f && job->beta != 0.0f)
        scale(job->beta, job->c + t->i0 * job->ldc + t->j0, job->ldc, t->i1 - t->i0,
              t->j1 - t->j0);
    for (int64_t i = t->i0; i < t->i1; i++)
        for (int64_t j = t->j0; j < t->j1; j++) {
            const float *a = job->a + i * down_a, *b = job->b + j * right_b;
            float       *c = job->c + i * job->ldc + j, sum = 0;
            const float *from = job->beta != 0.0f ? c : job->bias ? job->bias + j : NULL;

            for (int64_t p = 0; p < job->k; p++)
                sum = SMADD(a[p * along_a], b[p * along_b], sum);
            *c = from ? SMADD(job->alpha, sum, *from) : job->alpha * sum;
        }
}

/* The little and the big one differ in their stack frame only: a small product should not
 * walk through pages. */
static void tile(const struct matmul_job *job, int64_t i0, int64_t i1, int64_t j0,
                 int64_t j1)
{
    struct block t = { .i0 = i0, .i1 = i1, .j0 = j0, .j1 = j1 };

    if (job->k && (i1 - i0) * (j1 - j0) * job->k <= MATMUL_TINY) {
        tiny_tile(job, &t);
        return;
    }
    int64_t      depth = even_depth(job->k), height = (i1 - i0 + MR - 1) / MR * MR;
    int64_t      width = (j1 - j0 + NR - 1) / NR * NR;

    if (height <= MATMUL_ROWS && height * depth <= MATMUL_LITTLE &&
        width * depth <= MATMUL_LITTLE)
        little_tile(job, &t);
    else
        big_tile(job, &t);
}

/* The lanes of a vector, halves first: every set of kernels adds them in this order. */
INLINE float lanes_sum(VEC v)
{
#ifdef LANES
    return LANES(v);
#else
    float lane[WIDTH];

    *(loose *)lane = v;
#pragma GCC unroll 4
    for (int half = WIDTH / 2; half > 0; half /= 2)
#pragma GCC unroll 8
        for (int i = 0; i < half; i++)
            lane[i] += lane[i + half];
    return lane[0];
#endif
}

enum { TOGETHER = 8 }; /* rows of B at once: independent sums hide the latency of one */

/* sum[r] = x b[r]: every lane sums each WIDTH-th product, the lanes are added up, then
 * the rest in order. Turning B to keep the order of k would take twice as long. */
INLINE void row_sums(int rows, const float *x, const float *b, int64_t ldb, int64_t depth,
                     float *sum)
{
    VEC     acc[TOGETHER];
    int64_t p = 0;

#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
        acc[r] = (VEC){ 0 };
    for (; p + WIDTH <= depth; p += WIDTH)
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++)
            acc[r] =
                MADD(*(const loose *)(x + p), *(const loose *)(b + r * ldb + p), acc[r]);
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
        sum[r] = lanes_sum(acc[r]);
    for (; p < depth; p++)
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++)
            sum[r] = SMADD(x[p], b[r * ldb + p], sum[r]);
}

static void row_block(const struct matmul_job *job, const float *x, int64_t p0,
                      int64_t depth, int64_t j, int64_t n)
{
    float        sum[TOGETHER];
    int          first = p0 == 0 && job->beta == 0.0f;
    const float *b = job->b + j * job->ldb + p0;

    if (n == TOGETHER)
        row_sums(TOGETHER, x, b, job->ldb, depth, sum);
    else
        for (int64_t r = 0; r < n; r++)
            row_sums(1, x, b + r * job->ldb, job->ldb, depth, sum + r);
    for (int64_t r = 0; r < n; r++) {
        const float *from = first ? job->bias : job->c;
        int64_t      step = first ? job->bias_step : 1;
        job->c[j + r] =
            from ? SMADD(job->alpha, sum[r], from[(j + r) * step]) : job->alpha * sum[r];
    }
}

static void row(const struct matmul_job *job, int64_t j0, int64_t j1)
{
    float x[MATMUL_DEPTH];

    if (job->beta != 1.0f && (job->beta != 0.0f || job->k == 0))
        scale(job->beta, job->c + j0, 0, 1, j1 - j0);
    for (int64_t p0 = 0; p0 < job->k; p0 += MATMUL_DEPTH) {
        int64_t depth = job->k - p0 < MATMUL_DEPTH ? job->k - p0 : MATMUL_DEPTH;

        for (int64_t p = 0; p < depth; p++)
            x[p] = job->a[job->ta ? (p0 + p) * job->lda : p0 + p];
        for (int64_t j = j0; j < j1; j += TOGETHER)
            row_block(job, x, p0, depth, j, j1 - j < TOGETHER ? j1 - j : TOGETHER);
    }
}

static float madds(int64_t rounds, float x)
{
    VEC sum[MATMUL_MADDS], y = x - (VEC){ 0 };

#pragma GCC unroll 16
    for (int i = 0; i < MATMUL_MADDS; i++)
        sum[i] = (float)i - (VEC){ 0 };
    for (int64_t r = 0; r < rounds; r++)
#pragma GCC unroll 16
        for (int i = 0; i < MATMUL_MADDS; i++)
            sum[i] = MADD(sum[i], y, y);
    for (int i = 1; i < MATMUL_MADDS; i++)
        sum[0] = MADD(sum[i], y, sum[0]);
    return lanes_sum(sum[0]);
}

/* Without the sign, floats are in the order of their bits, and what is not finite comes
 * last: a maximum of whole numbers. Four of them side by side keep memory busy. */
static uint32_t largest(const float *v, size_t n)
{
    typedef int32_t whole __attribute__((vector_size(4 * WIDTH)));
    enum { SIDE = 4 };
    whole    most[SIDE] = { 0 };
    uint32_t last = 0;
    size_t   i = 0;

    for (; i + SIDE * WIDTH <= n; i += SIDE * WIDTH)
#pragma GCC unroll 4
        for (int k = 0; k < SIDE; k++) {
            whole x = (whole)(VEC)*(const loose *)(v + i + k * WIDTH) & 0x7fffffff;
            whole more = x > most[k];
            most[k] = (x & more) | (most[k] & ~more);
        }
    for (int k = 0; k < SIDE; k++)
        for (int l = 0; l < WIDTH; l++)
            last = (uint32_t)most[k][l] > last ? (uint32_t)most[k][l] : last;
    for (; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &v[i], sizeof bits);
        bits &= 0x7fffffff;
        last = bits > last ? bits : last;
    }
    return last;
}

const struct matmul_isa MATMUL_ISA = { tile, row, madds, largest, WIDTH };
#endif
