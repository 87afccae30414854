/* SPDX-License-Identifier: MIT */
/*
 * Convolutions with 3 x 3 kernels by tiles of 2 x 2 outputs: 16 multiplications do the
 * work of 36. Winograd (1980), "Arithmetic complexity of computations"; Lavin, Gray
 * (2016), "Fast algorithms for convolutional neural networks", whose letters these are;
 * in one dimension
 *
 *     V = B' d B   of the 4 x 4 pixels d of a tile:  d0-d2, d1+d2, d2-d1, d1-d3
 *     U = G g G'   of a kernel g:  g0, (g0+g1+g2) / 2, (g0-g1+g2) / 2, g2
 *     Y = A' M A   of M = U V, summed over channels:  m0+m1+m2, m1-m2-m3
 *
 * Each of the 16 places of a tile is one product of matrices, [to, from] by [from,
 * tiles]. Pictures are split into four planes by the parity of line and column, with
 * zeros around them. Then neighbours of one place lie side by side, and transforms run
 * along tiles:
 *
 *     a b a b     a: plane 0, b: plane 1
 *     c d c d     c: plane 2, d: plane 3
 *     a b a b     pixel (2 ty + i, 2 tx + j) of tile t = ty * line + tx is
 *     c d c d     plane (i % 2, j % 2) at t + i / 2 * line + j / 2
 *
 * The last tile of a line is one too many: its right half is the next line's left.
 */
#include <config.h>
#include "kernels/tiles.h"

#include <string.h>

#include <nnpipe/math.h>
#include <nnpipe/plugin.h>
#include "kernels/cpu.h"
#include "kernels/taps_kernel.h"

/* Tiles that pay for what a product, and one that sums over them, do at their ends. */
enum { PLACES = TILES_PLACES, TOGETHER = 120, SUMMED = 640 };

struct cut {                           /* how pictures lie in the work */
    int64_t  down, line, tiles, plane; /* lines of tiles, tiles of a line, of an image */
    int64_t  all;                      /* tiles of all images, a multiple of the step */
    int64_t *at;
    float   *planes, *m, *v;
};

static int64_t rounded(int64_t n)
{
    return (n + TAPS_STEP - 1) / TAPS_STEP * TAPS_STEP;
}

static struct cut cut(const struct tiles_job *j)
{
    struct cut c = { .down = (j->y_size[0] + 1) / 2, .line = (j->y_size[1] + 1) / 2 + 1 };

    c.tiles = c.down * c.line;
    c.plane = (c.down + 1) * c.line + 1;
    c.all = rounded(j->images * c.tiles);
    c.at = (int64_t *)(void *)j->work;
    c.planes = j->work + rounded(2 * j->from);
    c.m = c.planes + rounded(4 * c.plane);
    c.v = c.m + PLACES * j->to * c.all;
    return c;
}

int64_t tiles_images(const struct tiles_job *j, int correlate)
{
    int64_t n = (correlate ? SUMMED : TOGETHER) / cut(j).tiles;

    return n < 1 ? 1 : n;
}

int64_t tiles_room(const struct tiles_job *j)
{
    struct tiles_job at_null = *j;

    at_null.work = NULL;
    struct cut c = cut(&at_null);
    return rounded(2 * j->from) + rounded(4 * c.plane) +
           PLACES * (j->to + j->from) * c.all + TAPS_BEHIND;
}

/* ---- kernels ---- */

/* One dimension of G, three numbers to four. */
static inline void kernel_side(const float g[3], float u[4])
{
    u[0] = g[0];
    u[1] = 0.5f * (g[0] + g[1] + g[2]);
    u[2] = 0.5f * (g[0] - g[1] + g[2]);
    u[3] = g[2];
}

void tiles_weights(const float *w, int64_t out, int64_t in, int64_t first, int64_t end,
                   int turned, float *u)
{
    for (int64_t o = first; o < end; o++)
        for (int64_t i = 0; i < in; i++) {
            const float *g = w + (o * in + i) * 9;
            float        lines[3][4], column[3], both[4];
            float       *to = turned ? u + i * out + o : u + o * in + i;

            for (int y = 0; y < 3; y++) {
                const float *from = g + 3 * (turned ? 2 - y : y);
                float line[3] = { from[turned ? 2 : 0], from[1], from[turned ? 0 : 2] };
                kernel_side(line, lines[y]);
            }
            for (int x = 0; x < 4; x++) {
                for (int y = 0; y < 3; y++)
                    column[y] = lines[y][x];
                kernel_side(column, both);
                for (int y = 0; y < 4; y++)
                    to[(4 * y + x) * out * in] = both[y];
            }
        }
}

/* One dimension of G', four numbers to three. */
static inline void gradient_side(const float u[4], float g[3])
{
    g[0] = u[0] + 0.5f * (u[1] + u[2]);
    g[1] = 0.5f * (u[1] - u[2]);
    g[2] = 0.5f * (u[1] + u[2]) + u[3];
}

void tiles_gradient(const float *du, int64_t step, int64_t n, float *dw)
{
    for (int64_t i = 0; i < n; i++, dw += 9) {
        float lines[4][3], column[4], three[3];

        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++)
                column[x] = du[(4 * y + x) * step + i];
            gradient_side(column, lines[y]);
        }
        for (int x = 0; x < 3; x++) {
            for (int y = 0; y < 4; y++)
                column[y] = lines[y][x];
            gradient_side(column, three);
            for (int y = 0; y < 3; y++)
                dw[3 * y + x] += three[y];
        }
    }
}

/* ---- pictures ---- */

/* A picture's pixels from line and column `pad` on; what lies around stays as it is. */
NNP_HOT static void split(const float *x, const int64_t *size, const int64_t *pad,
                          int64_t line, int64_t plane, float *planes)
{
    for (int64_t y = 0; y < size[0]; y++, x += size[1]) {
        int64_t at = y + pad[0];
        float  *to = planes + at % 2 * 2 * plane + at / 2 * line;

        for (int64_t side = 0; side < 2; side++) {
            int64_t first = (side + pad[1]) % 2, n = (size[1] - first + 1) / 2;
            float  *even = to + side * plane + (first + pad[1]) / 2;
            NNP_LANES
            for (int64_t i = 0; i < n; i++)
                even[i] = x[first + 2 * i];
        }
    }
}

NNP_HOT static void join(const float *planes, int64_t line, int64_t plane,
                         const int64_t *size, float *y)
{
    for (int64_t row = 0; row < size[0]; row++, y += size[1]) {
        const float *a = planes + row % 2 * 2 * plane + row / 2 * line, *b = a + plane;
        int64_t      n = size[1] / 2;

        NNP_LANES
        for (int64_t i = 0; i < n; i++) {
            y[2 * i] = a[i];
            y[2 * i + 1] = b[i];
        }
        if (size[1] % 2)
            y[2 * n] = a[n];
    }
}

/* V of n tiles; place e of them at v + e * step. */
NNP_HOT static void pixels(const float *planes, int64_t line, int64_t plane, int64_t n,
                           float *v, int64_t step)
{
    const float *p[2][2] = { { planes, planes + plane },
                             { planes + 2 * plane, planes + 3 * plane } };

    NNP_LANES
    for (int64_t t = 0; t < n; t++) {
        float d[4][4], b[4][4];
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++)
#pragma GCC unroll 4
            for (int k = 0; k < 4; k++)
                d[i][k] = p[i % 2][k % 2][t + i / 2 * line + k / 2];
#pragma GCC unroll 4
        for (int k = 0; k < 4; k++) {
            b[0][k] = d[0][k] - d[2][k];
            b[1][k] = d[1][k] + d[2][k];
            b[2][k] = d[2][k] - d[1][k];
            b[3][k] = d[1][k] - d[3][k];
        }
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) {
            v[(4 * i + 0) * step + t] = b[i][0] - b[i][2];
            v[(4 * i + 1) * step + t] = b[i][1] + b[i][2];
            v[(4 * i + 2) * step + t] = b[i][2] - b[i][1];
            v[(4 * i + 3) * step + t] = b[i][1] - b[i][3];
        }
    }
}

/* Y of n tiles, into planes. */
NNP_HOT static void outputs(const float *m, int64_t step, int64_t n, float bias,
                            float *planes, int64_t plane)
{
    NNP_LANES
    for (int64_t t = 0; t < n; t++) {
        float a[2][4];
#pragma GCC unroll 4
        for (int k = 0; k < 4; k++) {
            float m0 = m[k * step + t], m1 = m[(4 + k) * step + t];
            float m2 = m[(8 + k) * step + t], m3 = m[(12 + k) * step + t];
            a[0][k] = m0 + m1 + m2;
            a[1][k] = m1 - m2 - m3;
        }
#pragma GCC unroll 2
        for (int i = 0; i < 2; i++) {
            planes[2 * i * plane + t] = a[i][0] + a[i][1] + a[i][2] + bias;
            planes[(2 * i + 1) * plane + t] = a[i][1] - a[i][2] - a[i][3] + bias;
        }
    }
}

/* A dy A' of n tiles. */
NNP_HOT static void outputs_gradient(const float *planes, int64_t plane, int64_t n,
                                     float *m, int64_t step)
{
    NNP_LANES
    for (int64_t t = 0; t < n; t++) {
        float a[4][2];
#pragma GCC unroll 2
        for (int k = 0; k < 2; k++) {
            float y0 = planes[k * plane + t], y1 = planes[(2 + k) * plane + t];
            a[0][k] = y0;
            a[1][k] = y0 + y1;
            a[2][k] = y0 - y1;
            a[3][k] = -y1;
        }
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) {
            m[4 * i * step + t] = a[i][0];
            m[(4 * i + 1) * step + t] = a[i][0] + a[i][1];
            m[(4 * i + 2) * step + t] = a[i][0] - a[i][1];
            m[(4 * i + 3) * step + t] = -a[i][1];
        }
    }
}

/* ---- products ---- */

static void clear(float *x, int64_t n)
{
    memset(x, 0, (size_t)n * sizeof *x);
}

/* V of all channels of all images, and where each channel begins. */
static void transform_x(const struct tiles_job *j, const struct cut *c)
{
    clear(c->planes, 4 * c->plane);
    for (int64_t ch = 0; ch < j->from; ch++) {
        c->at[ch] = ch * c->all;
        for (int64_t i = 0; i < j->images; i++) {
            split(j->x + i * j->x_step + ch * j->x_size[0] * j->x_size[1], j->x_size,
                  j->pad, c->line, c->plane, c->planes);
            pixels(c->planes, c->line, c->plane, c->tiles,
                   c->v + ch * c->all + i * c->tiles, j->from * c->all);
        }
    }
}

void tiles_product(const struct tiles_job *j)
{
    struct cut c = cut(j);
    int64_t    n = j->images * c.tiles, step = j->to * c.all;

    transform_x(j, &c);
    for (int64_t e = 0; e < PLACES; e++) {
        struct taps_job t = { j->to,          n,
                              j->from,        j->u + e * j->u_step,
                              j->from,        c.v + e * j->from * c.all,
                              c.at,           NULL,
                              c.m + e * step, c.all };
        cpu_kernels()->taps->product(&t);
    }
    for (int64_t ch = 0; ch < j->to; ch++)
        for (int64_t i = 0; i < j->images; i++) {
            outputs(c.m + ch * c.all + i * c.tiles, step, c.tiles,
                    j->bias ? j->bias[ch] : 0, c.planes, c.plane);
            join(c.planes, c.line, c.plane, j->y_size,
                 j->y + i * j->y_step + ch * j->y_size[0] * j->y_size[1]);
        }
}

void tiles_correlate(const struct tiles_job *j, float *du)
{
    static const int64_t nowhere[2];
    struct cut           c = cut(j);
    int64_t              n = j->images * c.tiles, step = j->to * c.all;

    transform_x(j, &c);
    clear(c.planes, 4 * c.plane);
    for (int64_t ch = 0; ch < j->to; ch++)
        for (int64_t i = 0; i < j->images; i++) {
            split(j->y + i * j->y_step + ch * j->y_size[0] * j->y_size[1], j->y_size,
                  nowhere, c.line, c.plane, c.planes);
            outputs_gradient(c.planes, c.plane, c.tiles, c.m + ch * c.all + i * c.tiles,
                             step);
        }
    for (int64_t row = 0; row < PLACES * (j->to + j->from); row++)
        clear(c.m + row * c.all + n, c.all - n);
    for (int64_t e = 0; e < PLACES; e++) {
        struct taps_job t = { j->to,          c.all, j->from,
                              c.m + e * step, c.all, c.v + e * j->from * c.all,
                              c.at,           NULL,  du + e * j->u_step,
                              j->from };
        cpu_kernels()->taps->correlate(&t);
    }
}
