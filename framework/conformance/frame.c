/* SPDX-License-Identifier: MIT */
/* Which inputs to try on a component that says nothing about what it takes. Likely ones
 * come first; the first that setup and a run accept is the one. */
#include <config.h>
#include "conformance/frame.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "plugin/kinds.h"

struct style {
    uint32_t    dtype;
    enum values values;
};

struct shape {
    uint32_t ndim;
    int64_t  axis[4];
};

/* Even sizes, so that pooling and strides fit; 3 is also what a required number is given.
 */
static const struct shape layer_shapes[] = {
    { 2, { 6, 4 } }, { 4, { 6, 4, 8, 8 } }, { 3, { 6, 4, 8 } },
    { 2, { 6, 3 } }, { 1, { 6 } },          { 2, { 6, 1 } },
};
static const struct style layer_styles[] = {
    { NNP_F32, VALUES_SPREAD }, { NNP_F32, VALUES_PART },  { NNP_I64, VALUES_CLASS },
    { NNP_U8, VALUES_CLASS },   { NNP_I32, VALUES_CLASS }, { NNP_F32, VALUES_CLASS },
    { NNP_F64, VALUES_SPREAD },
};

/* Predictions and targets. */
static const struct {
    struct shape shape;
    enum values  values;
    struct shape to_shape;
    struct style to;
} pairs[] = {
    { { 2, { 6, 3 } }, VALUES_SPREAD, { 2, { 6, 3 } }, { NNP_F32, VALUES_PART } },
    { { 2, { 6, 3 } }, VALUES_PART, { 2, { 6, 3 } }, { NNP_F32, VALUES_PART } },
    { { 2, { 6, 3 } }, VALUES_SPREAD, { 1, { 6 } }, { NNP_I64, VALUES_CLASS } },
    { { 2, { 6, 3 } }, VALUES_PART, { 1, { 6 } }, { NNP_I64, VALUES_CLASS } },
    { { 2, { 6, 3 } }, VALUES_SPREAD, { 2, { 6, 3 } }, { NNP_F32, VALUES_ONE_HOT } },
    { { 2, { 6, 3 } }, VALUES_PART, { 2, { 6, 3 } }, { NNP_F32, VALUES_ONE_HOT } },
    { { 2, { 6, 3 } }, VALUES_SPREAD, { 2, { 6, 3 } }, { NNP_F32, VALUES_SIGN } },
    { { 2, { 6, 1 } }, VALUES_SPREAD, { 2, { 6, 1 } }, { NNP_F32, VALUES_BIT } },
    { { 2, { 6, 1 } }, VALUES_PART, { 2, { 6, 1 } }, { NNP_F32, VALUES_BIT } },
    { { 2, { 6, 1 } }, VALUES_SPREAD, { 2, { 6, 1 } }, { NNP_F32, VALUES_SIGN } },
    { { 2, { 6, 3 } }, VALUES_SPREAD, { 1, { 6 } }, { NNP_U8, VALUES_CLASS } },
    { { 2, { 6, 3 } }, VALUES_SPREAD, { 1, { 6 } }, { NNP_I32, VALUES_CLASS } },
    { { 2, { 6, 3 } }, VALUES_SPREAD, { 1, { 6 } }, { NNP_F32, VALUES_CLASS } },
    { { 1, { 6 } }, VALUES_SPREAD, { 1, { 6 } }, { NNP_F32, VALUES_PART } },
    { { 3, { 6, 4, 3 } }, VALUES_SPREAD, { 2, { 6, 4 } }, { NNP_I64, VALUES_CLASS } },
};

static struct frame_in make_in(struct shape s, struct style how)
{
    struct frame_in in = { .dtype = how.dtype, .ndim = s.ndim, .values = how.values };

    memcpy(in.shape, s.axis, s.ndim * sizeof *in.shape);
    return in;
}

static uint32_t inputs_wanted(const nnp_component *c)
{
    if (c->max_in > 2 && c->min_in < 2)
        return 2; /* any number: two show more than one */
    return c->min_in ? c->min_in < PROBE_MAX_IN ? c->min_in : PROBE_MAX_IN : 1;
}

static bool try_layer(const nnp_component *c, unsigned i, struct frame *f)
{
    enum { SHAPES = sizeof layer_shapes / sizeof *layer_shapes };
    enum { STYLES = sizeof layer_styles / sizeof *layer_styles };

    if (i >= SHAPES * STYLES)
        return false;
    f->n_in = inputs_wanted(c);
    for (uint32_t k = 0; k < f->n_in; k++)
        f->in[k] = make_in(layer_shapes[i % SHAPES], layer_styles[i / SHAPES]);
    return true;
}

static bool try_pair(unsigned i, struct frame *f)
{
    if (i >= sizeof pairs / sizeof *pairs)
        return false;
    f->n_in = 2;
    f->in[0] = make_in(pairs[i].shape, (struct style){ NNP_F32, pairs[i].values });
    f->in[1] = make_in(pairs[i].to_shape, pairs[i].to);
    return true;
}

/* What an estimator learns from, and the target that it learns to tell. */
static const struct {
    struct style x;
    struct shape to_shape;
    uint32_t     to;
} lessons[] = {
    { { NNP_F32, VALUES_SPREAD }, { 1, { 6 } }, NNP_I64 },
    { { NNP_F32, VALUES_PART }, { 1, { 6 } }, NNP_I64 },
    { { NNP_F32, VALUES_SPREAD }, { 2, { 6, 1 } }, NNP_F32 },
    { { NNP_F32, VALUES_PART }, { 2, { 6, 1 } }, NNP_F32 },
    { { NNP_F32, VALUES_SPREAD }, { 2, { 6, 3 } }, NNP_F32 },
    { { NNP_F32, VALUES_PART }, { 2, { 6, 3 } }, NNP_F32 },
};

static bool try_lesson(unsigned i, struct frame *f)
{
    static const struct shape rows = { 2, { 6, 4 } };

    if (i >= sizeof lessons / sizeof *lessons)
        return false;
    f->n_in = 2;
    f->in[0] = make_in(rows, lessons[i].x);
    f->in[1] = make_in(lessons[i].to_shape, (struct style){ lessons[i].to, VALUES_EACH });
    return true;
}

static bool try_weight(const nnp_component *c, unsigned i, bool streams, struct frame *f)
{
    static const struct shape shapes[] = { { 2, { 6, 3 } }, { 4, { 6, 2, 3, 3 } } };
    bool                      stream = i >= 2;

    if (i >= (streams ? 4u : 2u))
        return false;
    f->n_weight = c->flags & NNP_ALL_WEIGHTS ? 2 : 1;
    f->weight = make_in(shapes[i % 2],
                        (struct style){ NNP_F32, stream ? VALUES_PART : VALUES_SPREAD });
    f->flags |= stream ? (uint32_t)NNP_ON_STREAM : (uint32_t)NNP_DECAY;
    return true;
}

static bool try_out(unsigned i, struct frame *f)
{
    static const struct shape shapes[] = { { 2, { 6, 3 } }, { 4, { 6, 2, 3, 3 } } };

    if (i >= 2)
        return false;
    f->out = true;
    f->weight = make_in(shapes[i], (struct style){ NNP_F32, VALUES_SPREAD });
    return true;
}

static bool try_rows(unsigned i, struct frame *f)
{
    f->n_in = 1;
    f->in[0] =
        make_in((struct shape){ 1, { 6 } }, (struct style){ NNP_I64, VALUES_ROWS });
    return i == 0;
}

static bool try_schedule(unsigned i, struct frame *f)
{
    f->n_in = i;
    f->in[0] =
        make_in((struct shape){ 0, { 0 } }, (struct style){ NNP_F64, VALUES_ABSENT });
    return i < 2;
}

/* ---- inputs that the user gave ---- */

static const char *const value_words[] = { "spread",  "part", "class",  "sign", "bit",
                                           "one_hot", "rows", "absent", "each", NULL };

/* False: something else than numbers with an x between them. */
static bool read_shape(const char *text, struct frame_in *in)
{
    while (in->ndim < DECL_MAX_DIMS) {
        long long v;
        int       used = 0;
        if (sscanf(text, "%lld%n", &v, &used) != 1 || v < 1 || v > INT32_MAX)
            return false;
        in->shape[in->ndim++] = v;
        text += used;
        if (!*text)
            return true;
        if (*text++ != 'x')
            return false;
    }
    return false;
}

static int refuse(const char *text, const char *word, const char *what, struct diag *d)
{
    return diag_error(d, NULL, "--in '%s': '%s' is no %s", text, word, what);
}

static bool read_type(const char *word, struct frame_in *in)
{
    uint32_t dtype = dtype_named(word);

    in->dtype = dtype ? dtype : in->dtype;
    return dtype != 0;
}

static bool read_values(const char *word, struct frame_in *in)
{
    for (int i = 0; value_words[i]; i++)
        if (strcmp(word, value_words[i]) == 0) {
            in->values = (enum values)i;
            return true;
        }
    return false;
}

int frame_read(const char *text, struct frame_in *in, struct diag *d)
{
    char dtype[16] = "f32", shape[64] = "6", values[16] = "", more[16] = "";

    if (sscanf(text, "%15s %63s %15s %15s", dtype, shape, values, more) > 3)
        return refuse(text, more, "part of an input: TYPE SHAPE VALUES", d);
    *in = (struct frame_in){ .dtype = NNP_F32 };
    if (!read_type(dtype, in))
        return refuse(text, dtype, "type; f32, f64, i64, i32, u8 and i8 are", d);
    if (!read_shape(shape, in))
        return refuse(text, shape, "shape; 6x4 is one", d);
    bool whole = in->dtype != NNP_F32 && in->dtype != NNP_F64;
    in->values = whole ? VALUES_CLASS : VALUES_SPREAD;
    if (*values && !read_values(values, in))
        return refuse(text, values,
                      "kind of values; spread, part, class, sign, bit, one_hot, rows, "
                      "absent and each are",
                      d);
    return 0;
}

/* Optimizers, regularizers and initializers are given a weight, the others streams. */
static bool wants_weight(const char *kind)
{
    switch (kinds_find(kind)->frame) {
    case KIND_WEIGHT:
    case KIND_PENALTY:
    case KIND_OUTPUT: return true;
    default: return false;
    }
}

/* As the user gave them, which conformance_inputs has looked at. */
static bool try_given(const struct conformance *c, unsigned i, struct frame *f)
{
    struct arena    scrap = { 0 };
    struct diag     quiet;
    struct frame_in in[PROBE_MAX_IN];
    uint32_t        n = 0;

    diag_init(&quiet, &scrap);
    while (n < PROBE_MAX_IN && c->inputs[n] && !frame_read(c->inputs[n], &in[n], &quiet))
        n++;
    arena_close(&scrap);
    f->rows = in[0].shape[0];
    if (!wants_weight(c->type->kind)) {
        f->n_in = n;
        memcpy(f->in, in, n * sizeof *in);
        return i == 0;
    }
    f->weight = in[0];
    f->out = kinds_find(c->type->kind)->frame == KIND_OUTPUT;
    f->n_weight = f->out ? 0 : c->type->desc->flags & NNP_ALL_WEIGHTS ? 2 : 1;
    f->flags |= NNP_DECAY;
    return i == 0;
}

bool frame_try(const struct conformance *c, unsigned i, struct frame *f)
{
    const nnp_component *d = c->type->desc;

    *f = (struct frame){ .flags = NNP_TRAIN, .rows = 6 };
    if (c->inputs && c->inputs[0])
        return try_given(c, i, f);
    switch (kinds_find(c->type->kind)->frame) {
    case KIND_INPUTS:
        return component_has_target(c->type) ? try_lesson(i, f) : try_layer(d, i, f);
    case KIND_PAIR: return try_pair(i, f);
    case KIND_WEIGHT: return try_weight(d, i, false, f);
    case KIND_PENALTY: return try_weight(d, i, true, f);
    case KIND_OUTPUT: return try_out(i, f);
    case KIND_ROWS: return try_rows(i, f);
    case KIND_WATCHED: return try_schedule(i, f);
    case KIND_NOTHING: break;
    }
    return i == 0;
}

static void add_shape(struct strbuf *s, const struct frame_in *in)
{
    strbuf_puts(s, dtype_name(in->dtype));
    for (uint32_t i = 0; i < in->ndim; i++)
        strbuf_printf(s, "%s%" PRId64, i ? "x" : " ", in->shape[i]);
}

const char *frame_text(struct arena *a, const struct frame *f)
{
    struct strbuf s = { 0 };

    for (uint32_t k = 0; k < f->n_in; k++) {
        strbuf_puts(&s, k ? ", " : "");
        add_shape(&s, &f->in[k]);
    }
    if (f->n_weight || f->out) {
        const char *what = f->flags & NNP_ON_STREAM ? "stream " : "weight ";

        strbuf_puts(&s, f->out ? "out " : what);
        add_shape(&s, &f->weight);
    }
    if (!f->n_in && !f->n_weight && !f->out)
        strbuf_puts(&s, "no inputs");
    const char *text = arena_strdup(a, strbuf_text(&s));
    strbuf_close(&s);
    return text;
}
