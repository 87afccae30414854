/* SPDX-License-Identifier: MIT */
/*
 * conv: a kernel slides over images; y at a spot is the sum of weight times pixel over
 * the k x k pixels of all channels that it covers, plus a bias. x is (rows, channels,
 * height, width), the weight [out, channels / groups, k, k]. With pad: same the sizes are
 * divided by the stride, rounded up; an odd pixel of padding goes to the right and below.
 *
 * Each image is laid out flat with zeros around it, in planes of `stride` floats a line.
 * What a tap of the kernel sees at all spots is then the plane from another float on, and
 * the host's "nnp.taps/1" multiplies with such rows as they are:
 *
 *      . 0 0 0 0    zeros on the right of a line are those on the left of the next;
 *      0 a b c 0    a tap one line up and one pixel left begins at `.`, the middle
 *      0 d e f 0    one at a; sums at the zeros are made, too, and left out when y
 *      0 0 0 0 0    is written
 *
 * With stride s a channel has s x s planes, every s-th pixel each, and a tap begins in
 * the plane it falls into. Gradients of pixels are such a product over the planes of dy,
 * one for every phase of a pixel; weight gradients take images stacked in tall planes, in
 * at most PARTS parts, which depend on the number of rows alone and are added in their
 * order. Kernels of 3 x 3 with stride 1 between WIDE channels or more take tiles of 2 x 2
 * spots instead, the host's "nnp.tiles/1", which needs less than half the products.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <nnpipe/math.h>
#include <nnpipe/plugin.h>

struct conv {
    int64_t     out, k, stride, dilation, groups;
    int32_t     pad, bias;
    nnp_list    padding;
    const char *activation;
};

enum { SAME, VALID };
enum { PARTS = 8, TALL = 1024 }; /* TALL: floats of a plane that make a sum worth while */
enum { WIDE = 64, PLACES = 16 }; /* of nnp.tiles/1: channels, parts of its weights */
enum { FEW = 4, CUT = 2, NARROW = 8 }; /* fewer images than FEW: channels are cut, too */

static const nnp_param params[] = {
    { "out", NNP_INT | NNP_MAIN, offsetof(struct conv, out), NULL, "[1,inf)",
      "output channels", NULL },
    { "k", NNP_INT, offsetof(struct conv, k), "3", "[1,1024]",
      "height and width of the kernel", "pixels" },
    { "stride", NNP_INT, offsetof(struct conv, stride), "1", "[1,1024]",
      "from one place of the kernel to the next", "pixels" },
    { "pad", NNP_ENUM, offsetof(struct conv, pad), "same", "same|valid",
      "zeros around the image so that only the stride changes its size, or none", NULL },
    { "padding", NNP_INTS, offsetof(struct conv, padding), "", "[0,1024]",
      "zeros on every side instead: one number, or [height, width]", "pixels" },
    { "dilation", NNP_INT, offsetof(struct conv, dilation), "1", "[1,1024]",
      "from one pixel under the kernel to the next", "pixels" },
    { "groups", NNP_INT, offsetof(struct conv, groups), "1", "[1,inf)",
      "parts of the channels that do not see each other", NULL },
    { "bias", NNP_BOOL, offsetof(struct conv, bias), "true", NULL,
      "add a learned offset to each channel", NULL },
    { "activation", NNP_STR | NNP_THEN, offsetof(struct conv, activation), "", NULL,
      "layer to put behind this one, `relu`", NULL },
};

/* ---- sizes ---- */

static int64_t reach(const struct conv *s)
{
    return (s->k - 1) * s->dilation + 1;
}

/* Zeros on each side along an axis if the file says so, else -1. */
static int64_t explicit_padding(const struct conv *s, int axis)
{
    const int64_t *v = s->padding.v;

    return s->padding.n ? v[s->padding.n > 1 ? axis : 0] : s->pad == VALID ? 0 : -1;
}

/* Spots along an axis of `size` pixels; below 1: the kernel does not fit. */
static int64_t spots_along(const struct conv *s, int axis, int64_t size)
{
    int64_t p = explicit_padding(s, axis);

    if (p < 0)
        return (size + s->stride - 1) / s->stride;
    return size + 2 * p < reach(s) ? 0 : (size + 2 * p - reach(s)) / s->stride + 1;
}

static int64_t zeros_before(const struct conv *s, int axis, int64_t size, int64_t n)
{
    int64_t p = explicit_padding(s, axis), all = (n - 1) * s->stride + reach(s) - size;

    return p >= 0 ? p : all > 0 ? all / 2 : 0;
}

/* Planes of one kind of picture: pixel (y, x) lies at left + (top + y) * line + x. */
struct planes {
    int64_t channels, phases; /* of a channel: stride of the pixels kept together */
    int64_t top, left, line, lines, pitch, images;
};

/* How the kernel lies on the images of one group, [0] height, [1] width. */
struct lie {
    int64_t big_channels, small_channels, groups, k, stride, dilation;
    int64_t big[2], small[2], before[2], phase[2]; /* phase: pixels of one, at most */
};

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* big pixel = stride * spot + tap * dilation - before; by phase of the pixel (forward)
 * the tap sees pixel spot + shift of its phase, by phase of the pixel (backward) spot +
 * shift. */
static int64_t tap_at(const struct lie *v, int axis, int64_t tap)
{
    int64_t whole = (v->before[axis] + v->stride - 1) / v->stride * v->stride;

    return tap * v->dilation + whole -
           v->before[axis]; /* phase and line from the pad on */
}

static int64_t pad_lines(const struct lie *v, int axis)
{
    return (v->before[axis] + v->stride - 1) / v->stride;
}

/* Lines of zeros so that a picture of `data` can be seen from `low` to out + high. */
static struct planes planes_of(const int64_t *data, const int64_t *out,
                               const int64_t *low, const int64_t *high, int64_t images)
{
    struct planes p = { .top = low[0], .left = low[1], .images = images };

    p.line = most(data[1] + low[1], most(out[1] + high[1], out[1]));
    p.lines = most(data[0] + low[0], most(out[0] + high[0] + low[0], out[0]));
    p.pitch = images * p.lines * p.line + p.left;
    p.pitch = (p.pitch + NNP_TAPS_STEP - 1) / NNP_TAPS_STEP * NNP_TAPS_STEP;
    return p;
}

static struct planes big_planes(const struct lie *v, int64_t images)
{
    int64_t low[2], high[2];

    for (int a = 0; a < 2; a++) {
        low[a] = pad_lines(v, a);
        high[a] = tap_at(v, a, v->k - 1) / v->stride - low[a];
    }
    struct planes p = planes_of(v->phase, v->small, low, high, images);
    p.channels = v->big_channels;
    p.phases = v->stride;
    return p;
}

/* dy as the gradient of phase r sees it: shifts of (r + before - tap * dilation) /
 * stride. */
static struct planes small_planes(const struct lie *v)
{
    int64_t low[2], high[2];

    for (int a = 0; a < 2; a++) {
        int64_t back = (v->k - 1) * v->dilation - v->before[a];
        low[a] = most(0, (back + v->stride - 1) / v->stride);
        high[a] = (v->stride - 1 + v->before[a]) / v->stride;
    }
    struct planes p = planes_of(v->small, v->phase, low, high, 1);
    p.channels = v->small_channels;
    p.phases = 1;
    return p;
}

/* Floats of all planes, with what is read behind the last one. */
static int64_t room(const struct planes *p)
{
    return p->channels * p->phases * p->phases * p->pitch + p->lines * p->line +
           2 * NNP_TAPS_BEHIND;
}

/* Floats from the first spot to behind the last one, in lines of p. */
static int64_t span(const struct planes *p, const int64_t *out)
{
    return (out[0] - 1) * p->line + out[1];
}

static int64_t tall(const struct lie *v)
{
    struct planes p = big_planes(v, 1);
    int64_t       n = TALL / (p.lines * p.line + 1);

    return n < 1 ? 1 : n > 16 ? 16 : n;
}

static struct lie lie_of(const struct conv *s, const nnp_tensor *x, const int64_t *out)
{
    struct lie v = { x->shape[1] / s->groups,
                     s->out / s->groups,
                     s->groups,
                     s->k,
                     s->stride,
                     s->dilation,
                     { x->shape[2], x->shape[3] },
                     { out[2], out[3] },
                     { 0, 0 },
                     { 0, 0 } };

    for (int a = 0; a < 2; a++) {
        v.before[a] = zeros_before(s, a, v.big[a], v.small[a]);
        v.phase[a] = (v.big[a] + s->stride - 1) / s->stride;
    }
    return v;
}

static int64_t taps(const struct lie *v, int64_t channels)
{
    return channels * v->k * v->k;
}

/* Scratch of a worker: the pictures' planes, then the sums or the planes of dy. */
static int64_t work_room(const struct lie *v)
{
    struct planes one = big_planes(v, 1), many = big_planes(v, tall(v)),
                  dy = small_planes(v);
    int64_t forward = room(&one) + v->small_channels * one.pitch;
    int64_t weights = room(&many) + v->small_channels * many.pitch;
    int64_t pixels = room(&dy) + v->big_channels * dy.pitch;

    return (most(forward, most(weights, pixels)) + 15) / 16 * 16;
}

/* ---- tiles ---- */

static int by_tiles(const struct lie *v)
{
    return v->k == 3 && v->stride == 1 && v->dilation == 1 && v->big_channels >= WIDE &&
           v->small_channels >= WIDE && v->small[0] >= 4 && v->small[1] >= 4 &&
           v->before[0] <= 2 && v->before[1] <= 2;
}

/* Sizes of y = conv(x), or of dx from dy. */
static nnp_tiles_job tiles_of(const struct lie *v, int back)
{
    nnp_tiles_job t = { .images = 1, .u_step = v->big_channels * v->small_channels };

    t.from = back ? v->small_channels : v->big_channels;
    t.to = back ? v->big_channels : v->small_channels;
    for (int a = 0; a < 2; a++) {
        t.x_size[a] = back ? v->small[a] : v->big[a];
        t.y_size[a] = back ? v->big[a] : v->small[a];
        t.pad[a] = back ? 2 - v->before[a] : v->before[a];
    }
    return t;
}

static int64_t tiles_room(const nnp_tiles *host, const struct lie *v, int back,
                          int correlate)
{
    nnp_tiles_job t = tiles_of(v, back);

    t.images = host->images(&t, correlate);
    return host->room(&t);
}

static int64_t all_room(const nnp_tiles *host, const struct lie *v)
{
    return most(tiles_room(host, v, 0, 1),
                most(tiles_room(host, v, 0, 0), tiles_room(host, v, 1, 0)));
}

static int check(nnp_ctx *c, const struct conv *s)
{
    const nnp_tensor *x = &c->in[0];
    char              text[192] = "";

    if (nnp_type(x) != NNP_F32)
        snprintf(text, sizeof text, "conv takes f32; put `scale` before it");
    else if (x->ndim != 4)
        snprintf(text, sizeof text,
                 "conv takes images: rows of 3 axes (channels, height, width), not %d",
                 (int)x->ndim - 1);
    else if (s->padding.n > 2)
        snprintf(text, sizeof text,
                 "padding is one number or [height, width], not %" PRIu32 " numbers",
                 s->padding.n);
    else if (x->shape[1] % s->groups)
        snprintf(text, sizeof text,
                 "%" PRId64 " channels do not fall into %" PRId64 " equal groups",
                 x->shape[1], s->groups);
    else if (s->out % s->groups)
        snprintf(text, sizeof text,
                 "out: %" PRId64 " does not fall into %" PRId64 " equal groups", s->out,
                 s->groups);
    return *text ? c->host->fail(c, NNP_EINVAL, text) : NNP_OK;
}

static int declare(nnp_ctx *c, const struct conv *s, const int64_t *out)
{
    struct lie       v = lie_of(s, &c->in[0], out);
    int64_t          rows = c->in[0].shape[0];
    int64_t          weight[4] = { s->out, v.big_channels, s->k, s->k };
    const nnp_tiles *host = by_tiles(&v) ? c->host->extension(c, "nnp.tiles/1") : NULL;
    int64_t          n = s->out * v.big_channels * (host ? PLACES : v.k * v.k);
    int64_t          at = taps(&v, most(v.big_channels, v.small_channels));
    int64_t          floats = host ? all_room(host, &v) : work_room(&v);
    int64_t          work[2] = { c->workers, floats };
    int64_t          sums[2] = { rows < PARTS ? rows : PARTS, n };
    int              rc = c->host->declare(c, NNP_OUT, "y", NNP_F32, 4, out, NULL);

    if (rc >= 0)
        rc = c->host->declare(c, NNP_WEIGHT, "weight", NNP_F32, 4, weight,
                              "glorot_uniform");
    if (rc >= 0 && s->bias)
        rc = c->host->declare(c, NNP_WEIGHT | NNP_NODECAY, "bias", NNP_F32, 1, &s->out,
                              "zeros");
    if (rc >= 0)
        rc = c->host->declare(c, NNP_SCRATCH, "work", NNP_F32, 2, work, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_SCRATCH, "sums", NNP_F32, 2, sums, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_SCRATCH, "turned", NNP_F32, 1, &n, NULL);
    if (rc >= 0)
        rc = c->host->declare(c, NNP_SCRATCH, "at", NNP_I64, 1, &at, NULL);
    return rc < 0 ? rc : NNP_OK;
}

static int setup(nnp_ctx *c, void *self)
{
    const struct conv *s = self;
    const int64_t     *x = c->in[0].shape;
    char               text[160];
    int                rc = check(c, s);

    if (rc)
        return rc;
    int64_t out[4] = { x[0], s->out, spots_along(s, 0, x[2]), spots_along(s, 1, x[3]) };
    if (out[2] > 0 && out[3] > 0)
        return declare(c, s, out);
    snprintf(text, sizeof text,
             "a kernel over %" PRId64 " x %" PRId64 " pixels does not fit into %" PRId64
             " x %" PRId64 "; `pad: same` makes room",
             reach(s), reach(s), x[2], x[3]);
    return c->host->fail(c, NNP_EINVAL, text);
}

/* ---- planes ---- */

struct job {
    nnp_ctx          *c;
    const nnp_taps   *host;
    nnp_ready_fn     *ready;
    const nnp_tiles  *tiles; /* NULL: by taps */
    nnp_tiles_job     t;     /* sizes of all jobs */
    struct lie        v;
    struct planes     p;
    float            *turned;
    int64_t          *at;
    size_t            rows, parts, cut; /* cut: parts of an image, forward */
    size_t            work;             /* floats of a worker's scratch */
    const nnp_tensor *from, *to;        /* of the product by tiles */
    int               bias, back;
};

/* Every `phases`-th pixel of an image into its planes, as the i-th of those stacked. */
static void fill(const struct planes *p, const float *x, const int64_t *size, int64_t i,
                 float *to)
{
    int64_t s = p->phases;

    to += p->left + (i * p->lines + p->top) * p->line;
    for (int64_t plane = 0; plane < p->channels * s * s; plane++, to += p->pitch) {
        const float *from = x + plane / (s * s) * size[0] * size[1];
        int64_t      first = plane % s;
        for (int64_t y = plane / s % s, k = 0; y < size[0]; y += s, k++) {
            float *line = to + k * p->line;
            if (s == 1)
                memcpy(line, from + y * size[1], (size_t)size[1] * sizeof *line);
            else
                for (int64_t q = first; q < size[1]; q += s)
                    line[q / s] = from[y * size[1] + q];
        }
    }
}

static void clear(float *x, int64_t n)
{
    memset(x, 0, (size_t)n * sizeof *x);
}

static float *work_of(const struct job *j, uint32_t worker)
{
    return nnp_f32(&j->c->scratch[0]) + worker * j->work;
}

/* Image `row`, group g, of a tensor with `channels` channels a group. */
static float *image(const nnp_tensor *t, const struct job *j, size_t row, int64_t g,
                    int64_t channels)
{
    int64_t at = ((int64_t)row * j->v.groups + g) * channels;

    return nnp_f32(t) + at * t->shape[2] * t->shape[3];
}

/* Where each tap of the weights begins in the planes of x. */
static void find_taps(struct job *j)
{
    const struct lie *v = &j->v;
    int64_t           s = v->stride, n = 0;

    for (int64_t ch = 0; ch < v->big_channels; ch++)
        for (int64_t ky = 0; ky < v->k; ky++)
            for (int64_t kx = 0; kx < v->k; kx++) {
                int64_t y = tap_at(v, 0, ky), x = tap_at(v, 1, kx);
                int64_t plane = (ch * s + y % s) * s + x % s;
                j->at[n++] = plane * j->p.pitch + y / s * j->p.line + x / s;
            }
}

/* Channels of an image of y, or of dx, have their values. */
static void say(const struct job *j, const float *first, int64_t channels,
                const int64_t *size)
{
    size_t n = (size_t)(channels * size[0] * size[1]);

    j->ready(j->c, first, n, n, 1);
}

static int run(struct job *j, size_t n, size_t grain, nnp_body *body)
{
    return j->c->host->parallel(j->c, n, grain, body, j);
}

/* ---- the three products by taps ---- */

/* Parts begin..end, of which an image has j->cut: each some of every group's channels. */
static void forward_parts(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    const struct lie *v = &j->v;
    const float      *w = nnp_f32(&j->c->weight[0]);
    int64_t           all = v->small_channels, k = taps(v, v->big_channels);
    float            *x = work_of(j, worker), *y = x + room(&j->p);

    clear(x, room(&j->p));
    for (size_t part = begin; part < end; part++)
        for (int64_t g = 0; g < v->groups; g++) {
            size_t       row = part / j->cut, nth = part % j->cut;
            int64_t      from = (int64_t)nth * all / (int64_t)j->cut;
            int64_t      m = (int64_t)(nth + 1) * all / (int64_t)j->cut - from;
            int64_t      ch = g * all + from;
            const float *bias = j->bias ? nnp_f32(&j->c->weight[1]) + ch : NULL;
            nnp_taps_job t = {
                m, span(&j->p, v->small), k, w + ch * k, k, x, j->at, bias, y, j->p.pitch
            };
            float *to =
                image(&j->c->out[0], j, row, g, all) + from * v->small[0] * v->small[1];
            fill(&j->p, image(&j->c->in[0], j, row, g, v->big_channels), v->big, 0, x);
            j->host->product(&t);
            for (int64_t i = 0; i < m * v->small[0]; i++)
                memcpy(to + i * v->small[1],
                       y + i / v->small[0] * j->p.pitch + i % v->small[0] * j->p.line,
                       (size_t)v->small[1] * sizeof *to);
            say(j, to, m, v->small);
        }
}

/* Parts begin..end of the sum over rows. */
static void weigh(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    const struct lie *v = &j->v;
    int64_t           m = v->small_channels, k = taps(v, v->big_channels);
    int64_t           n = m * k * v->groups;
    struct planes     dy = { m, 1, 0, 0, j->p.line, j->p.lines, j->p.pitch, j->p.images };
    float            *x = work_of(j, worker), *y = x + room(&j->p);

    clear(x, room(&j->p) + m * dy.pitch);
    for (size_t part = begin; part < end; part++) {
        float *sums = nnp_f32(&j->c->scratch[1]) + (int64_t)part * n;
        size_t row = part * j->rows / j->parts, last = (part + 1) * j->rows / j->parts;
        clear(sums, n);
        for (size_t many; row < last; row += many) {
            many = last - row < (size_t)j->p.images ? last - row : (size_t)j->p.images;
            for (int64_t g = 0; g < v->groups; g++) {
                nnp_taps_job t = { m, 0, k, y, dy.pitch, x, j->at, NULL, sums + g * m * k,
                                   k };
                t.n = ((int64_t)many * dy.lines * dy.line + NNP_TAPS_STEP - 1) /
                      NNP_TAPS_STEP * NNP_TAPS_STEP;
                for (size_t i = 0; i < many; i++) {
                    fill(&j->p, image(&j->c->in[0], j, row + i, g, v->big_channels),
                         v->big, (int64_t)i, x);
                    fill(&dy, image(&j->c->dout[0], j, row + i, g, m), v->small,
                         (int64_t)i, y);
                }
                for (int64_t ch = 0; ch < m; ch++) /* what an image before left */
                    clear(y + ch * dy.pitch + (int64_t)many * dy.lines * dy.line,
                          dy.pitch - (int64_t)many * dy.lines * dy.line);
                j->host->correlate(&t);
            }
        }
    }
}

/* ---- the three products by tiles ---- */

/* Some images' job, their channels from..from + m of y. */
static nnp_tiles_job some(const struct job *j, const nnp_tensor *x, const nnp_tensor *y,
                          size_t row, size_t end, int64_t g, uint32_t worker)
{
    nnp_tiles_job t = j->t;

    t.images = (int64_t)(end - row);
    t.x = image(x, j, row, g, t.from);
    t.y = image(y, j, row, g, t.to);
    t.x_step = (int64_t)nnp_row(x);
    t.y_step = (int64_t)nnp_row(y);
    t.work = work_of(j, worker);
    return t;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Parts begin..end, of which the images that go together have j->cut. */
static void tile_parts(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    size_t            images = (size_t)j->t.images;

    for (size_t part = begin; part < end; part++)
        for (int64_t g = 0; g < j->v.groups; g++) {
            size_t        row = part / j->cut * images, nth = part % j->cut;
            nnp_tiles_job t =
                some(j, j->from, j->to, row, least(row + images, j->rows), g, worker);
            int64_t first = (int64_t)nth * t.to / (int64_t)j->cut;
            int64_t last = (int64_t)(nth + 1) * t.to / (int64_t)j->cut;
            t.u = j->turned + g * PLACES * t.u_step + first * t.from;
            t.bias = j->bias ? nnp_f32(&j->c->weight[1]) + g * t.to + first : NULL;
            t.y += first * t.y_size[0] * t.y_size[1];
            t.to = last - first;
            j->tiles->product(&t);
            for (int64_t i = 0; i < t.images; i++)
                say(j, t.y + i * t.y_step, t.to, t.y_size);
        }
}

/* Output channels begin..end of all groups, as tiles want their weights. */
static void tile_channels(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    int64_t           out = j->v.small_channels, in = j->v.big_channels;

    (void)worker;
    for (int64_t ch = (int64_t)begin; ch < (int64_t)end; ch++)
        j->tiles->weights(nnp_f32(&j->c->weight[0]) + ch / out * out * in * 9, out, in,
                          ch % out, ch % out + 1, j->back,
                          j->turned + ch / out * PLACES * j->t.u_step);
}

/* y = conv(x), or dx of dy with the weights turned. */
static int tile_product(struct job *j, const nnp_tensor *x, const nnp_tensor *y, int back)
{
    size_t channels = (size_t)(j->v.groups * j->v.small_channels);

    j->from = x;
    j->to = y;
    j->t = tiles_of(&j->v, back);
    j->t.images = j->tiles->images(&j->t, 0);
    j->bias = j->bias && !back;
    j->back = back;
    int rc = run(j, channels, 16, tile_channels);
    if (j->rows < FEW && j->t.to >= 2 * NARROW)
        j->cut = CUT;
    size_t packs = (j->rows + (size_t)j->t.images - 1) / (size_t)j->t.images;
    return rc ? rc : run(j, packs * j->cut, 1, tile_parts);
}

/* Parts begin..end of the sum over rows. */
static void tile_weigh(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    int64_t           n = PLACES * j->t.u_step;

    for (size_t part = begin; part < end; part++) {
        float *sums = nnp_f32(&j->c->scratch[1]) + (int64_t)part * n * j->v.groups;
        size_t row = part * j->rows / j->parts, last = (part + 1) * j->rows / j->parts;
        clear(sums, n * j->v.groups);
        for (size_t end_row; row < last; row = end_row) {
            end_row = least(row + (size_t)j->t.images, last);
            for (int64_t g = 0; g < j->v.groups; g++) {
                nnp_tiles_job t =
                    some(j, &j->c->in[0], &j->c->dout[0], row, end_row, g, worker);
                j->tiles->correlate(&t, sums + g * n);
            }
        }
    }
}

/* Output channels begin..end of the weights' gradient. */
static void tile_gradients(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    int64_t           in = j->v.big_channels, n = PLACES * j->t.u_step;

    (void)worker;
    if (j->c->flags & NNP_EMPTY)
        clear(nnp_f32(&j->c->dweight[0]) + (int64_t)begin * in * 9,
              (int64_t)(end - begin) * in * 9);
    for (size_t part = 0; part < j->parts; part++)
        for (int64_t ch = (int64_t)begin; ch < (int64_t)end; ch++) {
            int64_t g = ch / j->v.small_channels, k = ch % j->v.small_channels;
            j->tiles->gradient(nnp_f32(&j->c->scratch[1]) +
                                   ((int64_t)part * j->v.groups + g) * n + k * in,
                               j->t.u_step, in, nnp_f32(&j->c->dweight[0]) + ch * in * 9);
        }
}

static int tile_weights(struct job *j)
{
    j->t = tiles_of(&j->v, 0);
    j->t.images = j->tiles->images(&j->t, 1);
    int rc = run(j, j->parts, 1, tile_weigh);
    return rc ? rc : run(j, (size_t)j->c->dout[0].shape[1], 4, tile_gradients);
}

/* ---- the gradient of pixels by taps ---- */

/* The pixels y * stride + r of an image: which taps wrote to them, and from where. */
struct phase {
    int64_t r[2], size[2];
    int64_t n, first; /* taps of all channels of dy, in at and turned */
};

/* Shift along an axis from a pixel of phase r to the spot where `tap` saw it, in planes
 * with `pad` zeros before; -1: it never does. */
static int64_t seen_at(const struct lie *v, int axis, int64_t r, int64_t tap, int64_t pad)
{
    int64_t from = r + v->before[axis] - tap * v->dilation + pad * v->stride;

    return from % v->stride ? -1 : from / v->stride;
}

/* The taps of a phase; `turn`: and their weights, [big channel][tap] in every group. */
static struct phase find_phase(struct job *j, int64_t number, int64_t first, int turn)
{
    const struct lie *v = &j->v;
    struct phase p = { { number / v->stride, number % v->stride }, { 0, 0 }, 0, first };
    int64_t      kk = v->k * v->k, y, x;

    for (int a = 0; a < 2; a++)
        p.size[a] = (v->big[a] - p.r[a] + v->stride - 1) / v->stride;
    for (int64_t ch = 0; turn && ch < v->small_channels; ch++)
        for (int64_t i = 0; i < kk; i++)
            if ((y = seen_at(v, 0, p.r[0], i / v->k, j->p.top)) >= 0 &&
                (x = seen_at(v, 1, p.r[1], i % v->k, j->p.left)) >= 0)
                j->at[first + p.n++] = ch * j->p.pitch + y * j->p.line + x;
    for (int64_t i = 0; !turn && i < kk; i++)
        p.n += seen_at(v, 0, p.r[0], i / v->k, j->p.top) >= 0 &&
                       seen_at(v, 1, p.r[1], i % v->k, j->p.left) >= 0
                   ? v->small_channels
                   : 0;
    return p;
}

static void turn_weights(const struct job *j, const struct phase *p, int64_t g)
{
    const struct lie *v = &j->v;
    int64_t kk = v->k * v->k, group = g * taps(v, v->big_channels) * v->small_channels;
    const float *w = nnp_f32(&j->c->weight[0]) + group;
    float       *to = j->turned + group + v->big_channels * p->first;

    for (int64_t ch = 0; ch < v->big_channels; ch++)
        for (int64_t out = 0; out < v->small_channels; out++)
            for (int64_t i = 0; i < kk; i++)
                if (seen_at(v, 0, p->r[0], i / v->k, j->p.top) >= 0 &&
                    seen_at(v, 1, p->r[1], i % v->k, j->p.left) >= 0)
                    *to++ = w[(out * v->big_channels + ch) * kk + i];
}

static void find_phases(struct job *j)
{
    int64_t first = 0;

    for (int64_t i = 0; i < j->v.stride * j->v.stride; i++) {
        struct phase p = find_phase(j, i, first, 1);
        for (int64_t g = 0; g < j->v.groups; g++)
            turn_weights(j, &p, g);
        first += p.n;
    }
}

/* Sums in lines of p to every stride-th pixel of dx. */
static void spread(const struct job *j, const struct phase *p, const float *sums,
                   float *dx)
{
    const struct lie *v = &j->v;
    int64_t           s = v->stride;

    for (int64_t i = 0; i < v->big_channels * p->size[0]; i++) {
        int64_t      ch = i / p->size[0], y = i % p->size[0];
        const float *from = sums + ch * j->p.pitch + y * j->p.line;
        float       *to = dx + (ch * v->big[0] + y * s + p->r[0]) * v->big[1] + p->r[1];
        for (int64_t x = 0; x < p->size[1]; x++)
            to[x * s] = from[x];
    }
}

static void backward_rows(void *arg, size_t begin, size_t end, uint32_t worker)
{
    struct job       *j = arg;
    const struct lie *v = &j->v;
    int64_t           m = v->big_channels, all = taps(v, m) * v->small_channels;
    float            *y = work_of(j, worker), *sums = y + room(&j->p);

    clear(y, room(&j->p));
    for (size_t row = begin; row < end; row++)
        for (int64_t g = 0; g < v->groups; g++) {
            float *dx = image(&j->c->din[0], j, row, g, m);
            fill(&j->p, image(&j->c->dout[0], j, row, g, v->small_channels), v->small, 0,
                 y);
            for (int64_t i = 0, first = 0; i < v->stride * v->stride; i++) {
                struct phase p = find_phase(j, i, first, 0);
                nnp_taps_job t = {
                    m,    0,         p.n,           j->turned + g * all + m * first,
                    p.n,  y,         j->at + first, NULL,
                    sums, j->p.pitch
                };
                first += p.n;
                if (p.size[0] <= 0 || p.size[1] <= 0)
                    continue;
                t.n = span(&j->p, p.size);
                j->host->product(&t);
                spread(j, &p, sums, dx);
            }
            say(j, dx, m, v->big);
        }
}

/* ---- the rest ---- */

NNP_HOT static void give(const float *from, float *x, int64_t n)
{
    NNP_LANES
    for (int64_t i = 0; i < n; i++)
        x[i] += from[i];
}

static void add_parts(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job *j = arg;
    size_t            n = nnp_count(&j->c->weight[0]);

    (void)worker;
    if (j->c->flags & NNP_EMPTY)
        clear(nnp_f32(&j->c->dweight[0]) + begin, (int64_t)(end - begin));
    for (size_t part = 0; part < j->parts; part++)
        give(nnp_f32(&j->c->scratch[1]) + part * n + begin,
             nnp_f32(&j->c->dweight[0]) + begin, (int64_t)(end - begin));
}

/* The numbers of a channel of an image in eight sums, then one. */
NNP_HOT static double sum_of(const float *x, size_t n)
{
    float  part[8] = { 0 };
    double all = 0;
    size_t i = 0;

    for (; i + 8 <= n; i += 8)
        for (size_t k = 0; k < 8; k++)
            part[k] += x[i + k];
    for (; i < n; i++)
        all += (double)x[i];
    for (size_t k = 0; k < 8; k++)
        all += (double)part[k];
    return all;
}

/* Channels begin..end of the bias gradient. */
static void sum_channels(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const nnp_ctx    *c = ((struct job *)arg)->c;
    const nnp_tensor *dy = &c->dout[0];
    size_t            n = (size_t)(dy->shape[2] * dy->shape[3]);
    size_t            rows = (size_t)dy->shape[0], channels = (size_t)dy->shape[1];

    (void)worker;
    for (size_t ch = begin; ch < end; ch++) {
        double all = 0;

        for (size_t row = 0; row < rows; row++)
            all += sum_of(nnp_f32(dy) + (row * channels + ch) * n, n);
        if (c->flags & NNP_EMPTY)
            nnp_f32(&c->dweight[1])[ch] = 0;
        nnp_f32(&c->dweight[1])[ch] += (float)all;
    }
}

static int open(struct job *j, nnp_ctx *c, const struct conv *s)
{
    size_t rows = (size_t)c->in[0].shape[0];

    *j = (struct job){ .c = c,
                       .host = c->host->extension(c, "nnp.taps/1"),
                       .ready = (nnp_ready_fn *)c->host->extension(c, "nnp.ready/1"),
                       .v = lie_of(s, &c->in[0], c->out[0].shape),
                       .turned = nnp_f32(&c->scratch[2]),
                       .at = c->scratch[3].data,
                       .rows = rows,
                       .parts = rows < PARTS ? rows : PARTS,
                       .cut = 1,
                       .work = (size_t)c->scratch[0].shape[1],
                       .bias = s->bias };
    if (by_tiles(&j->v))
        j->tiles = c->host->extension(c, "nnp.tiles/1");
    if (!j->host || !j->ready)
        return c->host->fail(c, NNP_ENOTSUP,
                             "conv needs a host with nnp.taps/1 and nnp.ready/1");
    return NNP_OK;
}

static int weight_gradients(struct job *j)
{
    nnp_ctx *c = j->c;
    int      rc = NNP_OK;

    if (c->dweight[0].data && j->tiles)
        rc = tile_weights(j);
    else if (c->dweight[0].data) {
        j->p = big_planes(&j->v, tall(&j->v));
        find_taps(j);
        rc = run(j, j->parts, 1, weigh);
        if (!rc)
            rc = run(j, nnp_count(&c->weight[0]), NNP_GRAIN, add_parts);
    }
    if (!rc && j->bias && c->dweight[1].data)
        rc = run(j, (size_t)c->dout[0].shape[1], 1, sum_channels);
    return rc;
}

static int forward(nnp_ctx *c, void *self)
{
    struct job j;
    int        rc = open(&j, c, self);

    if (rc)
        return rc;
    if (j.tiles)
        return tile_product(&j, &c->in[0], &c->out[0], 0);
    j.p = big_planes(&j.v, 1);
    find_taps(&j);
    if (j.rows < FEW && j.v.small_channels >= 2 * NARROW)
        j.cut = CUT;
    return run(&j, j.rows * j.cut, 1, forward_parts);
}

static int backward(nnp_ctx *c, void *self)
{
    struct job j;
    int        rc = open(&j, c, self);

    if (!rc)
        rc = weight_gradients(&j);
    if (rc || !c->din[0].data)
        return rc;
    if (j.tiles)
        return tile_product(&j, &c->dout[0], &c->din[0], 1);
    j.p = small_planes(&j.v);
    find_phases(&j);
    return run(&j, j.rows, 1, backward_rows);
}

/* clang-format off */
static const nnp_component conv = {
    NNP_COMPONENT("layer", "conv"), .doc = "a kernel that slides over images",
    .flags = NNP_FREE_OUT | NNP_READY | NNP_WRITES,
    .self_size = sizeof(struct conv), NNP_PARAMS(params),
    .setup = setup, .forward = forward, .backward = backward,
};
/* clang-format on */
NNP_PLUGIN(conv, "1.0", "MIT", "https://example.org/nnpipe", &conv)
