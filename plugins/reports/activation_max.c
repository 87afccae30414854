/* SPDX-License-Identifier: MIT */
/*
 * activation_max: what each unit of a stream would like to see most: the input of bounded
 * norm that makes it largest, as images, one tile a unit.
 *
 *   activation_max: {of: h1, norm: 1}
 *
 * Conditional gradient ascent (Frank and Wolfe 1956): x moves from where it is towards
 * the point of the ball that the gradient g points at, norm g / |g|, by 2 / (t + 2) of
 * the way in step t = 0, 1, 2 ... Step 0 goes all the way. For a unit that is a rising
 * function of a linear one, that is the closed form norm w / |w| (Ng 2011, "Sparse
 * autoencoder"), and no later step leaves it; deeper units are climbed to. Each unit
 * starts from `starts` random points, because a rectifier may be dead at one of them; the
 * best end is drawn.
 */
#include <stdio.h>

#include <nnpipe/image.h>
#include <nnpipe/report.h>

struct activation_max {
    double      norm;
    int64_t     steps, starts, n, first;
    nnp_list    shape;
    const char *file;
};

static const nnp_param params[] = {
    { "norm", NNP_REAL, offsetof(struct activation_max, norm), "1", "(0,inf)",
      "length that the input may have", NULL },
    { "steps", NNP_INT, offsetof(struct activation_max, steps), "100", "[1,100000]",
      "steps of the ascent", NULL },
    { "starts", NNP_INT, offsetof(struct activation_max, starts), "4", "[1,100]",
      "random points that each unit starts from", NULL },
    { "n", NNP_INT, offsetof(struct activation_max, n), "64", "[1,4096]",
      "at most so many units", NULL },
    { "first", NNP_INT, offsetof(struct activation_max, first), "0", "[0,inf)",
      "unit to begin with", NULL },
    { "shape", NNP_INTS, offsetof(struct activation_max, shape), "", "[1,4096]",
      "height and width, or channels, height, width; none: as the input has it, or "
      "square",
      NULL },
    { "file", NNP_STR | NNP_MAIN, offsetof(struct activation_max, file),
      "activation_max.png", NULL, "name of the picture in the run's report folder",
      NULL },
};

struct ascent {
    nnp_ctx                     *c;
    const struct activation_max *self;
    const nnp_run               *run;
    const char                  *of;
    nnp_image                    shape;
    size_t                       units, n, size; /* of the stream; drawn; of the input */
    size_t  channels, places;                    /* of a unit: a channel's middle place */
    float  *x, *dx, *factors, *y, *best;         /* by start */
    double *value;                               /* by unit: of best */
};

/* A unit of an image is a channel; its middle place stands for it. */
static size_t place_of(const struct ascent *a, size_t unit)
{
    return (unit + (size_t)a->self->first) * a->places + a->places / 2;
}

static double length(const float *v, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (double)v[i] * (double)v[i];
    return sqrt(sum);
}

static int begin(struct ascent *a, uint64_t start)
{
    int rc =
        a->c->host->rand(a->c, NNP_NORMAL, start * a->n * a->size, a->x, a->n * a->size);

    for (size_t u = 0; !rc && u < a->n; u++) {
        float *x = a->x + u * a->size;
        double part = a->self->norm / fmax(length(x, a->size), 1e-12);

        for (size_t i = 0; i < a->size; i++)
            x[i] = (float)((double)x[i] * part);
    }
    return rc;
}

/* A gradient of zeros, or none, leaves x where it is. */
static void step(const struct ascent *a, size_t unit, int64_t t)
{
    float       *x = a->x + unit * a->size;
    const float *g = a->dx + unit * a->size;
    double       far = length(g, a->size), way = 2 / ((double)t + 2);

    if (!(far > 0) || !isfinite(far))
        return;
    for (size_t i = 0; i < a->size; i++)
        x[i] =
            (float)((1 - way) * (double)x[i] + way * a->self->norm * (double)g[i] / far);
}

static void keep_best(struct ascent *a)
{
    for (size_t u = 0; u < a->n; u++) {
        double v = (double)a->y[u * a->units + place_of(a, u)];

        if (v > a->value[u]) {
            a->value[u] = v;
            memcpy(a->best + u * a->size, a->x + u * a->size, a->size * sizeof *a->x);
        }
    }
}

static int climb(struct ascent *a)
{
    int rc = NNP_OK;

    for (size_t u = 0; u < a->n; u++) {
        a->factors[u * a->units + place_of(a, u)] = 1;
        a->value[u] = -INFINITY;
    }
    for (int64_t k = 0; !rc && k < a->self->starts; k++) {
        rc = begin(a, (uint64_t)k);
        for (int64_t t = 0; !rc && t <= a->self->steps; t++) {
            rc = a->run->gradient(a->c, a->of, (int64_t)a->n, a->x, a->factors, a->dx,
                                  a->y);
            for (size_t u = 0; !rc && u < a->n && t < a->self->steps; u++)
                step(a, u, t);
        }
        if (!rc)
            keep_best(a);
    }
    return rc;
}

static int draw(struct ascent *a)
{
    char       caption[160];
    nnp_pixels p;
    int        rc;

    snprintf(caption, sizeof caption, "%.80s: what %zu of %zu units like to see", a->of,
             a->n, a->channels);
    if (nnp_image_mosaic(&p, &a->shape, a->best, a->n, caption))
        return nnp_fail(a->c, NNP_ENOMEM, "no memory for the picture");
    rc = a->run->image(a->c, a->self->file, p.width, p.height, p.rgba);
    nnp_pixels_close(&p);
    return rc;
}

static int allocate(struct ascent *a)
{
    a->x = calloc(a->n * a->size + 1, sizeof *a->x);
    a->dx = calloc(a->n * a->size + 1, sizeof *a->dx);
    a->best = calloc(a->n * a->size + 1, sizeof *a->best);
    a->factors = calloc(a->n * a->units + 1, sizeof *a->factors);
    a->y = calloc(a->n * a->units + 1, sizeof *a->y);
    a->value = calloc(a->n + 1, sizeof *a->value);
    return a->x && a->dx && a->best && a->factors && a->y && a->value
               ? NNP_OK
               : nnp_fail(a->c, NNP_ENOMEM, "no memory for the ascent");
}

/* One row shows the shapes. */
static int look(struct ascent *a)
{
    const nnp_tensor *x, *t;
    const char       *input = a->run->about(a->c, "input");
    int               rc = a->run->eval(a->c, "train", 0, 1, NULL, NULL);

    if (rc)
        return rc;
    x = input ? a->run->stream(a->c, input) : NULL;
    t = a->run->stream(a->c, a->of);
    if (!x || !t)
        return nnp_fail(a->c, NNP_EINVAL, "of: the model makes no such stream");
    a->size = nnp_row(x);
    a->units = nnp_row(t);
    a->channels = t->ndim > 1 ? (size_t)t->shape[1] : a->units;
    a->places = a->channels ? a->units / a->channels : 1;
    if ((size_t)a->self->first >= a->channels)
        return nnp_fail(a->c, NNP_EINVAL, "first: the stream has fewer units");
    a->n = a->channels - (size_t)a->self->first;
    a->n = a->n < (size_t)a->self->n ? a->n : (size_t)a->self->n;
    return nnp_image_shape(x, &a->self->shape, &a->shape)
               ? nnp_fail(a->c, NNP_EINVAL, "shape: the model's input has another size")
               : NNP_OK;
}

static int forward(nnp_ctx *c, void *self)
{
    struct ascent a = { .c = c, .self = self };
    int           rc;

    a.run = c->host->extension(c, "nnp.run/1");
    if (!NNP_OFFERS(a.run, nnp_run, gradient))
        return nnp_fail(c, NNP_ENOTSUP, "there is no run to make a picture of");
    a.of = a.run->of(c, "of", 0);
    if (!a.of)
        return nnp_fail(c, NNP_EINVAL, "of: the stream whose units are asked is missing");
    rc = look(&a);
    if (!rc)
        rc = allocate(&a);
    if (!rc)
        rc = climb(&a);
    if (!rc)
        rc = draw(&a);
    free(a.x);
    free(a.dx);
    free(a.best);
    free(a.factors);
    free(a.y);
    free(a.value);
    return rc;
}

static const nnp_component activation_max = {
    NNP_COMPONENT("report", "activation_max"),
    .doc = "the input of bounded norm that each unit likes most, as images",
    .self_size = sizeof(struct activation_max),
    NNP_PARAMS(params),
    .forward = forward,
};

NNP_PLUGIN(activation_max, NNP_OURS, &activation_max)
