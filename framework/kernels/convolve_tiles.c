/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "kernels/convolve_tiles.h"

#include "kernels/tiles.h"

enum { WIDE = 64 }; /* channels: with fewer, transforms cost what the products save */

/* Tiles are made for 3 x 3 taps one pixel apart. Images of fewer than four pixels would
 * be mostly padding. With a pad of more than two, that of the way back would be negative.
 */
int convolve_tiles_pay(const nnp_convolution *v)
{
    return v->k == 3 && v->stride == 1 && v->dilation == 1 && v->in / v->groups >= WIDE &&
           v->out / v->groups >= WIDE && v->y_size[0] >= 4 && v->y_size[1] >= 4 &&
           v->before[0] <= 2 && v->before[1] <= 2;
}

/* Sizes of y = conv(x), or of dx from dy. Backward is the same product with the taps
 * turned round, and so its pad is 2 - before. */
static struct tiles_job sizes(const struct convolve_job *j, int back)
{
    const nnp_convolution *v = &j->v;
    struct tiles_job       t = { .images = 1, .u_step = j->in * j->out };

    t.from = back ? j->out : j->in;
    t.to = back ? j->in : j->out;
    for (int a = 0; a < 2; a++) {
        t.x_size[a] = back ? v->y_size[a] : v->x_size[a];
        t.y_size[a] = back ? v->x_size[a] : v->y_size[a];
        t.pad[a] = back ? 2 - v->before[a] : v->before[a];
    }
    t.x_step = v->groups * t.from * t.x_size[0] * t.x_size[1];
    t.y_step = v->groups * t.to * t.y_size[0] * t.y_size[1];
    return t;
}

static int64_t room(const struct convolve_job *j, int back, int correlate)
{
    struct tiles_job t = sizes(j, back);

    t.images = tiles_images(&t, correlate);
    return tiles_room(&t);
}

/* A worker does all three products in one piece of memory, one after another. */
int64_t convolve_tiles_work(const struct convolve_job *j)
{
    return convolve_job_most(room(j, 0, 1),
                             convolve_job_most(room(j, 0, 0), room(j, 1, 0)));
}

int64_t convolve_tiles_sums(const struct convolve_job *j)
{
    return j->v.groups * TILES_PLACES * j->in * j->out;
}

/* ---- values, and the gradient of pixels, which is the product with turned weights ----
 */

struct tiled {
    const struct convolve_job *j;
    struct tiles_job           sizes; /* of all its parts */
    const float               *from, *bias;
    float                     *to;
    int                        back;
};

/* Output channels begin..end of all groups, as tiles want their weights. That is done
 * once a call and not once a part, because every image is multiplied with the same ones.
 */
static void turn_channels(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct tiled        *p = arg;
    const struct convolve_job *j = p->j;

    (void)worker;
    for (int64_t ch = (int64_t)begin; ch < (int64_t)end; ch++) {
        int64_t g = ch / j->out, nth = ch % j->out;

        tiles_weights(j->v.w + g * j->out * j->in * 9, j->out, j->in, nth, nth + 1,
                      p->back, j->turned + g * TILES_PLACES * p->sizes.u_step);
    }
}

/* Parts begin..end. Some images go together, so that their tiles fill a product; in a
 * batch of few rows each pack is cut into j->cut ranges of output channels as well, or
 * most of the workers would stand idle. No range shares a number with another: the cut
 * changes no bit. */
static void product_parts(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct tiled        *p = arg;
    const struct convolve_job *j = p->j;
    size_t                     images = (size_t)p->sizes.images;

    for (size_t part = begin; part < end; part++)
        for (int64_t g = 0; g < j->v.groups; g++) {
            size_t           row = part / j->cut * images, nth = part % j->cut;
            struct tiles_job t = p->sizes;
            int64_t          first = (int64_t)nth * t.to / (int64_t)j->cut;
            int64_t          last = (int64_t)(nth + 1) * t.to / (int64_t)j->cut;

            t.images = (int64_t)(convolve_job_least(row + images, j->rows) - row);
            t.x = p->from +
                  (p->back ? convolve_job_y(j, row, g) : convolve_job_x(j, row, g));
            t.y = p->to +
                  (p->back ? convolve_job_x(j, row, g) : convolve_job_y(j, row, g)) +
                  first * t.y_size[0] * t.y_size[1];
            t.u = j->turned + g * TILES_PLACES * t.u_step + first * t.from;
            t.bias = p->bias ? p->bias + g * t.to + first : NULL;
            t.to = last - first;
            t.work = convolve_job_work(j, worker);
            tiles_product(&t);
            for (int64_t i = 0; i < t.images; i++)
                convolve_job_ready(j, t.y + i * t.y_step, t.to, t.y_size);
        }
}

static void product(struct convolve_job *j, const float *from, const float *bias,
                    float *to, int back)
{
    struct tiled p = { j, sizes(j, back), from, bias, to, back };

    p.sizes.images = tiles_images(&p.sizes, 0);
    j->cut = convolve_job_cut(j, p.sizes.to);
    size_t images = (size_t)p.sizes.images, packs = (j->rows + images - 1) / images;
    pool_run(j->by->pool, (size_t)j->v.out, 16, turn_channels, &p);
    pool_run(j->by->pool, packs * j->cut, 1, product_parts, &p);
}

void convolve_tiles_forward(struct convolve_job *j)
{
    product(j, j->v.x, j->v.bias, j->v.y, 0);
}

void convolve_tiles_pixels(struct convolve_job *j)
{
    product(j, j->v.dy, NULL, j->v.dx, 1);
}

/* ---- the gradient of weights ---- */

/* Parts begin..end of the sum over rows. The sums stay in the tiles' own basis until all
 * rows are in: turning them back is linear, so once is enough. */
static void weigh(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct convolve_job *j = arg;
    struct tiles_job           t = sizes(j, 0);
    size_t                     images = (size_t)tiles_images(&t, 1);
    int64_t                    n = TILES_PLACES * t.u_step;

    t.work = convolve_job_work(j, worker);
    for (size_t part = begin; part < end; part++) {
        float *sums = j->sums + (int64_t)part * n * j->v.groups;
        size_t row = part * j->rows / j->parts, last = (part + 1) * j->rows / j->parts;

        convolve_job_clear(sums, n * j->v.groups);
        for (size_t many; row < last; row += many) {
            many = convolve_job_least(images, last - row);
            t.images = (int64_t)many;
            for (int64_t g = 0; g < j->v.groups; g++) {
                t.x = j->v.x + convolve_job_x(j, row, g);
                t.y = (float *)j->v.dy + convolve_job_y(j, row, g);
                tiles_correlate(&t, sums + g * n);
            }
        }
    }
}

/* Output channels begin..end of dw: here the parts meet, in their order, whoever made
 * them. */
static void gradients(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct convolve_job *j = arg;
    int64_t                    in = j->in, step = in * j->out, n = TILES_PLACES * step;

    (void)worker;
    if (j->v.beta == 0)
        convolve_job_clear(j->v.dw + (int64_t)begin * in * 9,
                           (int64_t)(end - begin) * in * 9);
    for (size_t part = 0; part < j->parts; part++)
        for (int64_t ch = (int64_t)begin; ch < (int64_t)end; ch++) {
            int64_t g = ch / j->out, k = ch % j->out;

            tiles_gradient(j->sums + ((int64_t)part * j->v.groups + g) * n + k * in, step,
                           in, j->v.dw + ch * in * 9);
        }
}

void convolve_tiles_weights(struct convolve_job *j)
{
    convolve_job_run(j, j->parts, 1, weigh);
    convolve_job_run(j, (size_t)j->v.out, 4, gradients);
}
