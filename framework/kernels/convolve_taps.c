/* SPDX-License-Identifier: MIT */
/*
 * Each image is laid out flat with zeros around it, in planes of `stride` floats a line.
 * What a tap of the kernel sees at all spots is then the plane from another float on, and
 * kernels/taps_kernel.h multiplies with such rows as they are:
 *
 *      . 0 0 0 0    zeros on the right of a line are those on the left of the next;
 *      0 a b c 0    a tap one line up and one pixel left begins at `.`, the middle
 *      0 d e f 0    one at a; sums at the zeros are made, too, and left out when y
 *      0 0 0 0 0    is written
 *
 * With stride s a channel has s x s planes, every s-th pixel each, and a tap begins in
 * the plane it falls into. Gradients of pixels are such a product over the planes of dy,
 * one for every phase of a pixel; weight gradients take images stacked in tall planes.
 */
#include <config.h>
#include "kernels/convolve_taps.h"

#include "kernels/cpu.h"
#include "kernels/taps_kernel.h"

enum { TALL = 1024 }; /* floats of a plane that make a sum worth while */

/* Planes of one kind of picture: pixel (y, x) lies at left + (top + y) * line + x. */
struct planes {
    int64_t channels, phases; /* of a channel: stride of the pixels kept together */
    int64_t top, left, line, lines, pitch, images;
};

/* ---- sizes ---- */

/* pixel of x = stride * spot + tap * dilation - before; by phase of the pixel (forward)
 * the tap sees pixel spot + shift of its phase, by phase of the pixel (backward) spot +
 * shift. */
static int64_t tap_at(const nnp_convolution *v, int axis, int64_t tap)
{
    int64_t whole = (v->before[axis] + v->stride - 1) / v->stride * v->stride;

    return tap * v->dilation + whole -
           v->before[axis]; /* phase and line from the pad on */
}

static int64_t pad_lines(const nnp_convolution *v, int axis)
{
    return (v->before[axis] + v->stride - 1) / v->stride;
}

/* Pixels of one phase, at most. */
static int64_t phase_size(const nnp_convolution *v, int axis)
{
    return (v->x_size[axis] + v->stride - 1) / v->stride;
}

/* Lines of zeros so that a picture of `data` can be seen from `low` to out + high. */
static struct planes planes_of(const int64_t *data, const int64_t *out,
                               const int64_t *low, const int64_t *high, int64_t images)
{
    struct planes p = { .top = low[0], .left = low[1], .images = images };

    p.line =
        convolve_job_most(data[1] + low[1], convolve_job_most(out[1] + high[1], out[1]));
    p.lines = convolve_job_most(data[0] + low[0],
                                convolve_job_most(out[0] + high[0] + low[0], out[0]));
    p.pitch = images * p.lines * p.line + p.left;
    p.pitch = (p.pitch + TAPS_STEP - 1) / TAPS_STEP * TAPS_STEP;
    return p;
}

static struct planes x_planes(const struct convolve_job *j, int64_t images)
{
    const nnp_convolution *v = &j->v;
    int64_t                low[2], high[2], size[2];

    for (int a = 0; a < 2; a++) {
        low[a] = pad_lines(v, a);
        high[a] = tap_at(v, a, v->k - 1) / v->stride - low[a];
        size[a] = phase_size(v, a);
    }
    struct planes p = planes_of(size, v->y_size, low, high, images);
    p.channels = j->in;
    p.phases = v->stride;
    return p;
}

/* dy as the gradient of phase r sees it: shifts of (r + before - tap * dilation) /
 * stride. */
static struct planes dy_planes(const struct convolve_job *j)
{
    const nnp_convolution *v = &j->v;
    int64_t                low[2], high[2], size[2];

    for (int a = 0; a < 2; a++) {
        int64_t back = (v->k - 1) * v->dilation - v->before[a];

        low[a] = convolve_job_most(0, (back + v->stride - 1) / v->stride);
        high[a] = (v->stride - 1 + v->before[a]) / v->stride;
        size[a] = phase_size(v, a);
    }
    struct planes p = planes_of(v->y_size, size, low, high, 1);
    p.channels = j->out;
    p.phases = 1;
    return p;
}

/* Floats that are read behind the last plane. */
static int64_t behind(const struct planes *p)
{
    return p->lines * p->line + 2 * TAPS_BEHIND;
}

/* Floats of all planes. */
static int64_t room(const struct planes *p)
{
    return p->channels * p->phases * p->phases * p->pitch + behind(p);
}

/* Floats from the first spot to behind the last one, in lines of p. */
static int64_t span(const struct planes *p, const int64_t *out)
{
    return (out[0] - 1) * p->line + out[1];
}

static int64_t tall(const struct convolve_job *j)
{
    struct planes p = x_planes(j, 1);
    int64_t       n = TALL / (p.lines * p.line + 1);

    return n < 1 ? 1 : n > 16 ? 16 : n;
}

static int64_t taps(const struct convolve_job *j, int64_t channels)
{
    return channels * j->v.k * j->v.k;
}

/* The pictures' planes, then the sums or the planes of dy. */
int64_t convolve_taps_work(const struct convolve_job *j)
{
    struct planes one = x_planes(j, 1), many = x_planes(j, tall(j)), dy = dy_planes(j);
    int64_t       forward = room(&one) + j->out * one.pitch;
    int64_t       weights = room(&many) + j->out * many.pitch;
    int64_t       pixels = room(&dy) + j->in * dy.pitch;
    int64_t       n = convolve_job_most(forward, convolve_job_most(weights, pixels));

    return (n + 15) / 16 * 16;
}

int64_t convolve_taps_sums(const struct convolve_job *j)
{
    return j->v.out * taps(j, j->in);
}

int64_t convolve_taps_at(const struct convolve_job *j)
{
    return taps(j, convolve_job_most(j->in, j->out));
}

/* ---- planes ---- */

struct over { /* the planes that a product goes over */
    const struct convolve_job *j;
    struct planes              p;
};

/* Every s-th pixel of a line of n from the first on; returns how many those are. */
static int64_t take_line(const float *from, int64_t first, int64_t s, int64_t n,
                         float *to)
{
    int64_t many = 0;

    if (s == 1) {
        memcpy(to, from, (size_t)n * sizeof *to);
        return n;
    }
    for (int64_t q = first; q < n; q += s)
        to[many++] = from[q];
    return many;
}

/* The zeros behind a line are one float more often than not. */
static void zeros(float *x, int64_t n)
{
    if (n == 1)
        *x = 0;
    else
        convolve_job_clear(x, n);
}

/* Every `phases`-th pixel of an image into its planes, and zeros around them. */
static void lay_out(const struct planes *p, const float *x, const int64_t *size,
                    float *to)
{
    int64_t s = p->phases;

    for (int64_t plane = 0; plane < p->channels * s * s; plane++, to += p->pitch) {
        const float *from = x + plane / (s * s) * size[0] * size[1];
        float       *line = to + p->left + p->top * p->line;

        convolve_job_clear(to, line - to);
        for (int64_t y = plane / s % s; y < size[0]; y += s, line += p->line) {
            int64_t n = take_line(from + y * size[1], plane % s, s, size[1], line);
            zeros(line + n, p->line - n);
        }
        convolve_job_clear(line, to + p->pitch - line);
    }
    convolve_job_clear(to, behind(p));
}

/* The same without the zeros, which are there, as the i-th of the images stacked. */
static void fill(const struct planes *p, const float *x, const int64_t *size, int64_t i,
                 float *to)
{
    int64_t s = p->phases;

    to += p->left + (i * p->lines + p->top) * p->line;
    for (int64_t plane = 0; plane < p->channels * s * s; plane++, to += p->pitch) {
        const float *from = x + plane / (s * s) * size[0] * size[1];
        float       *line = to;

        for (int64_t y = plane / s % s; y < size[0]; y += s, line += p->line)
            take_line(from + y * size[1], plane % s, s, size[1], line);
    }
}

/* The pixels of m planes of y, size[0] lines of size[1], one after the other. */
static void gather(const struct planes *p, const float *y, int64_t m, const int64_t *size,
                   float *to)
{
    for (int64_t ch = 0; ch < m; ch++)
        for (int64_t line = 0; line < size[0]; line++, to += size[1])
            memcpy(to, y + ch * p->pitch + line * p->line, (size_t)size[1] * sizeof *to);
}

/* Where a tap begins in the planes of a channel of x. */
static int64_t tap_in(const struct over *o, int64_t y, int64_t x)
{
    int64_t s = o->j->v.stride;

    y = tap_at(&o->j->v, 0, y);
    x = tap_at(&o->j->v, 1, x);
    return (y % s * s + x % s) * o->p.pitch + y / s * o->p.line + x / s;
}

/* The same for the weights of all channels. Divisions are made for one channel alone: of
 * a small image, predicted by itself, they would take longer than the product. */
static void find_taps(const struct over *o)
{
    const struct convolve_job *j = o->j;
    int64_t                    k = j->v.k, one = k * k;
    int64_t                    step = j->v.stride * j->v.stride * o->p.pitch;

    for (int64_t n = 0, y = 0; y < k; y++)
        for (int64_t x = 0; x < k; x++)
            j->at[n++] = tap_in(o, y, x);
    for (int64_t n = one; n < taps(j, j->in); n++)
        j->at[n] = j->at[n - one] + step;
}

/* ---- values ---- */

/* Parts begin..end, of which an image has j->cut: each some of every group's channels. */
static void forward_parts(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct over         *o = arg;
    const struct convolve_job *j = o->j;
    const int64_t             *size = j->v.y_size;
    int64_t                    k = taps(j, j->in), cut = (int64_t)j->cut;
    float                     *x = convolve_job_work(j, worker), *y = x + room(&o->p);

    for (size_t part = begin; part < end; part++)
        for (int64_t g = 0; g < j->v.groups; g++) {
            size_t  row = part / j->cut;
            int64_t nth = (int64_t)(part % j->cut);
            int64_t first = nth * j->out / cut, m = (nth + 1) * j->out / cut - first;
            int64_t ch = g * j->out + first;
            struct taps_job t = { m,     span(&o->p, size), k, j->v.w + ch * k, k, x,
                                  j->at, j->v.bias,         y, o->p.pitch };
            float *to = j->v.y + convolve_job_y(j, row, g) + first * size[0] * size[1];

            if (t.bias)
                t.bias += ch;
            lay_out(&o->p, j->v.x + convolve_job_x(j, row, g), j->v.x_size, x);
            cpu_kernels()->taps->product(&t);
            gather(&o->p, y, m, size, to);
            convolve_job_ready(j, to, m, size);
        }
}

void convolve_taps_forward(struct convolve_job *j)
{
    struct over o = { j, x_planes(j, 1) };

    find_taps(&o);
    j->cut = convolve_job_cut(j, j->out);
    pool_run(j->by->pool, j->rows * j->cut, 1, forward_parts, &o);
}

/* ---- the gradient of weights ---- */

/* Images row..row + many of group g, stacked in the planes of x and of dy. */
static void stack(const struct over *o, const struct planes *dy, size_t row, size_t many,
                  int64_t g, float *x, float *y)
{
    const struct convolve_job *j = o->j;
    int64_t                    used = (int64_t)many * dy->lines * dy->line;

    for (size_t i = 0; i < many; i++) {
        fill(&o->p, j->v.x + convolve_job_x(j, row + i, g), j->v.x_size, (int64_t)i, x);
        fill(dy, j->v.dy + convolve_job_y(j, row + i, g), j->v.y_size, (int64_t)i, y);
    }
    for (int64_t ch = 0; ch < j->out; ch++) /* what an image before left */
        convolve_job_clear(y + ch * dy->pitch + used, dy->pitch - used);
}

/* Parts begin..end of the sum over rows. */
static void weigh(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct over         *o = arg;
    const struct convolve_job *j = o->j;
    int64_t                    m = j->out, k = taps(j, j->in), n = convolve_taps_sums(j);
    struct planes dy = { m, 1, 0, 0, o->p.line, o->p.lines, o->p.pitch, o->p.images };
    float        *x = convolve_job_work(j, worker), *y = x + room(&o->p);

    convolve_job_clear(x, room(&o->p) + m * dy.pitch);
    for (size_t part = begin; part < end; part++) {
        float *sums = j->sums + (int64_t)part * n;
        size_t row = part * j->rows / j->parts, last = (part + 1) * j->rows / j->parts;

        convolve_job_clear(sums, n);
        for (size_t many; row < last; row += many) {
            many = convolve_job_least(last - row, (size_t)o->p.images);
            for (int64_t g = 0; g < j->v.groups; g++) {
                int64_t used = (int64_t)many * dy.lines * dy.line;
                int64_t whole = (used + TAPS_STEP - 1) / TAPS_STEP * TAPS_STEP;

                stack(o, &dy, row, many, g, x, y);
                cpu_kernels()->taps->correlate(&(struct taps_job){
                    m, whole, k, y, dy.pitch, x, j->at, NULL, sums + g * m * k, k });
            }
        }
    }
}

void convolve_taps_weights(struct convolve_job *j)
{
    struct over o = { j, x_planes(j, tall(j)) };

    find_taps(&o);
    pool_run(j->by->pool, j->parts, 1, weigh, &o);
}

/* ---- the gradient of pixels ---- */

/* The pixels y * stride + r of an image: which taps wrote to them, and from where. */
struct phase {
    int64_t r[2], size[2];
    int64_t n, first; /* taps of all channels of dy, in at and turned */
};

/* Shift along an axis from a pixel of phase r to the spot where `tap` saw it, in planes
 * with `pad` zeros before; -1: it never does. */
static int64_t seen_at(const nnp_convolution *v, int axis, int64_t r, int64_t tap,
                       int64_t pad)
{
    int64_t from = r + v->before[axis] - tap * v->dilation + pad * v->stride;

    return from % v->stride ? -1 : from / v->stride;
}

/* Where tap i of the k x k saw the pixels of a phase, or -1. */
static int64_t spot_of(const struct over *o, const int64_t *r, int64_t i)
{
    const nnp_convolution *v = &o->j->v;
    int64_t                y = seen_at(v, 0, r[0], i / v->k, o->p.top);
    int64_t                x = seen_at(v, 1, r[1], i % v->k, o->p.left);

    return y < 0 || x < 0 ? -1 : y * o->p.line + x;
}

static struct phase phase_of(const struct over *o, int64_t number, int64_t first)
{
    const nnp_convolution *v = &o->j->v;
    struct phase p = { { number / v->stride, number % v->stride }, { 0, 0 }, 0, first };

    for (int a = 0; a < 2; a++)
        p.size[a] = (v->x_size[a] - p.r[a] + v->stride - 1) / v->stride;
    for (int64_t i = 0; i < v->k * v->k; i++)
        p.n += spot_of(o, p.r, i) >= 0 ? o->j->out : 0;
    return p;
}

/* Where the taps of a phase begin in the planes of dy. */
static void find_phase(const struct over *o, const struct phase *p)
{
    const struct convolve_job *j = o->j;
    int64_t                    kk = j->v.k * j->v.k, n = p->first, spot;

    for (int64_t i = 0; i < j->out * kk; i++)
        if ((spot = spot_of(o, p->r, i % kk)) >= 0)
            j->at[n++] = i / kk * o->p.pitch + spot;
}

/* The weights of a phase: of group g, [channel of x][tap]. */
static void turn_phase(const struct over *o, const struct phase *p, int64_t g)
{
    const struct convolve_job *j = o->j;
    int64_t                    kk = j->v.k * j->v.k, group = g * j->in * j->out * kk;
    float                     *to = j->turned + group + j->in * p->first;

    for (int64_t ch = 0; ch < j->in; ch++)
        for (int64_t out = 0; out < j->out; out++)
            for (int64_t i = 0; i < kk; i++)
                if (spot_of(o, p->r, i) >= 0)
                    *to++ = j->v.w[group + (out * j->in + ch) * kk + i];
}

static void turn_phases(const struct over *o)
{
    const nnp_convolution *v = &o->j->v;

    for (int64_t i = 0, first = 0; i < v->stride * v->stride; i++) {
        struct phase p = phase_of(o, i, first);

        find_phase(o, &p);
        for (int64_t g = 0; g < v->groups; g++)
            turn_phase(o, &p, g);
        first += p.n;
    }
}

/* Sums in lines of the planes to every stride-th pixel of dx. */
static void spread(const struct over *o, const struct phase *p, const float *sums,
                   float *dx)
{
    const nnp_convolution *v = &o->j->v;
    int64_t                s = v->stride;

    for (int64_t i = 0; i < o->j->in * p->size[0]; i++) {
        int64_t      ch = i / p->size[0], y = i % p->size[0];
        const float *from = sums + ch * o->p.pitch + y * o->p.line;
        float *to = dx + (ch * v->x_size[0] + y * s + p->r[0]) * v->x_size[1] + p->r[1];

        for (int64_t x = 0; x < p->size[1]; x++)
            to[x * s] = from[x];
    }
}

static void pixels_of(const struct over *o, int64_t g, const float *y, float *sums,
                      float *dx)
{
    const struct convolve_job *j = o->j;
    const float               *turned = j->turned + g * j->in * j->out * j->v.k * j->v.k;

    for (int64_t i = 0, first = 0; i < j->v.stride * j->v.stride; i++) {
        struct phase p = phase_of(o, i, first);

        if (p.size[0] > 0 && p.size[1] > 0) {
            cpu_kernels()->taps->product(&(struct taps_job){
                j->in, span(&o->p, p.size), p.n, turned + j->in * first, p.n, y,
                j->at + first, NULL, sums, o->p.pitch });
            spread(o, &p, sums, dx);
        }
        first += p.n;
    }
}

static void backward_rows(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct over         *o = arg;
    const struct convolve_job *j = o->j;
    float                     *y = convolve_job_work(j, worker), *sums = y + room(&o->p);

    for (size_t row = begin; row < end; row++)
        for (int64_t g = 0; g < j->v.groups; g++) {
            float *dx = j->v.dx + convolve_job_x(j, row, g);

            lay_out(&o->p, j->v.dy + convolve_job_y(j, row, g), j->v.y_size, y);
            pixels_of(o, g, y, sums, dx);
            convolve_job_ready(j, dx, j->in, j->v.x_size);
        }
}

void convolve_taps_pixels(struct convolve_job *j)
{
    struct over o = { j, dy_planes(j) };

    turn_phases(&o);
    pool_run(j->by->pool, j->rows, 1, backward_rows, &o);
}
