/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>
#include <string.h>

#include "conformance/probe.h"

/* A layer in the test itself: y = x^2, with faults that a test turns on. */
static enum fault {
    NONE,
    WRITES_IN,
    LEAVES_LAST,
    WRITES_BEFORE,
    HALF_GRADIENT,
    FLAT
} fault;

static int setup(nnp_ctx *c, void *self)
{
    (void)self;
    int rc = nnp_like(c, NNP_OUT, "y", &c->in[0]);
    return rc < 0 ? rc : NNP_OK;
}

static int forward(nnp_ctx *c, void *self)
{
    float *x = nnp_f32(&c->in[0]), *y = nnp_f32(&c->out[0]);
    size_t n = nnp_count(&c->in[0]);

    (void)self;
    for (size_t i = 0; i < n - (fault == LEAVES_LAST); i++)
        y[i] = fault == FLAT ? 1 : x[i] * x[i];
    if (fault == WRITES_IN)
        x[1] = 7;
    if (fault == WRITES_BEFORE)
        y[-1] = 7;
    return NNP_OK;
}

static int backward(nnp_ctx *c, void *self)
{
    const float *x = nnp_f32(&c->in[0]), *dy = nnp_f32(&c->dout[0]);
    float       *dx = nnp_f32(&c->din[0]), factor = fault == HALF_GRADIENT ? 1 : 2;

    (void)self;
    for (size_t i = 0; dx && i < nnp_count(&c->in[0]); i++)
        dx[i] = fault == FLAT ? 0 : factor * x[i] * dy[i];
    return NNP_OK;
}

static const nnp_component    square = { .size = sizeof square,
                                         .doc = "square",
                                         .setup = setup,
                                         .forward = forward,
                                         .backward = backward };
static const struct component type = { .kind = "layer",
                                       .name = "square",
                                       .desc = &square,
                                       .file = "square.so",
                                       .version = "1.0" };

static struct arena arena;
static struct diag  diag;
static struct probe probe;

static void open_square(void)
{
    struct probe_options o = { .seed = 1 };
    int64_t              shape[] = { 2, 3 };

    fault = NONE;
    diag_init(&diag, &arena);
    ck_assert_int_eq(probe_open(&probe, &arena, &type, NULL, &o, &diag), 0);
    ck_assert_int_eq(probe_in(&probe, NNP_F32, 2, shape), 0);
    ck_assert_int_eq(probe_setup(&probe), 0);
    probe_random(&probe.inst.in[0], 0.5, 1.5, 3);
}

static void close_square(void)
{
    probe_close(&probe);
    arena_close(&arena);
}

START_TEST(calls_a_slot)
{
    probe_fill(&probe.inst.in[0], 3);
    ck_assert_int_eq(probe_call(&probe, PROBE_FORWARD), 0);
    nnt_expect(&probe.inst.out[0], V(9, 9, 9, 9, 9, 9));
}
END_TEST

static const struct {
    enum fault  fault;
    const char *says;
} broken[] = {
    { WRITES_IN, "forward changes in[0], which it may only read" },
    { LEAVES_LAST,
      "forward leaves element 5 of out `y` unwritten (or adds to what was there)" },
    { WRITES_BEFORE, "forward writes before the start of out `y`" },
};

START_TEST(names_a_broken_contract)
{
    fault = broken[_i].fault;
    ck_assert_int_eq(probe_call(&probe, PROBE_FORWARD), PROBE_BROKEN);
    ck_assert_uint_eq(diag.n, 1);
    ck_assert_str_eq(diag.entries[0].text, broken[_i].says);
    ck_assert_str_eq(diag.entries[0].code, "contract");
}
END_TEST

START_TEST(agrees_with_a_right_gradient)
{
    struct probe_gradient g = { .seed = (uint64_t)_i };

    ck_assert_int_eq(probe_gradient(&probe, &g), 0);
    ck_assert_uint_eq(g.compared, 6);
    ck_assert_uint_eq(g.tensors, 1);
    ck_assert_ptr_null(g.flat);
    ck_assert(g.worst < 1e-4);
}
END_TEST

START_TEST(names_a_wrong_gradient)
{
    struct probe_gradient g = { .seed = 1 };

    fault = HALF_GRADIENT;
    ck_assert_int_eq(probe_gradient(&probe, &g), -1);
    ck_assert_ptr_nonnull(strstr(diag.entries[0].text,
                                 "element 0 of the gradient of in[0]: backward says"));
}
END_TEST

START_TEST(does_not_take_zero_on_both_sides_for_agreement)
{
    struct probe_gradient g = { .seed = 1 };

    fault = FLAT;
    ck_assert_int_eq(probe_gradient(&probe, &g), 0);
    ck_assert_uint_eq(g.tensors, 0);
    ck_assert_str_eq(g.flat, "in[0]");
}
END_TEST

START_TEST(compares_nothing_that_is_not_finite)
{
    struct probe_gradient g = { .seed = 1 };

    probe_fill(&probe.inst.in[0], (double)INFINITY);
    ck_assert_int_eq(probe_gradient(&probe, &g), 0);
    ck_assert(g.infinite);
    ck_assert_uint_eq(g.compared, 0);
}
END_TEST

START_TEST(puts_everything_back_after_a_gradient)
{
    struct probe_gradient g = { .seed = 1 };
    float                 before[6];

    memcpy(before, probe.inst.in[0].data, sizeof before);
    probe_gradient(&probe, &g);
    ck_assert_mem_eq(before, probe.inst.in[0].data, sizeof before);
    nnt_expect(&probe.inst.dout[0], V(1, 1, 1, 1, 1, 1));
}
END_TEST

START_TEST(follows_another_shape)
{
    int64_t shape[] = { 5, 2 };

    probe_reshape(&probe, 0, 2, shape);
    ck_assert(!probe.ready);
    ck_assert_int_eq(probe_setup(&probe), 0);
    nnt_expect_shape(&probe.inst.out[0], NNP_F32, S(5, 2));
    probe_fill(&probe.inst.in[0], 2);
    ck_assert_int_eq(probe_call(&probe, PROBE_FORWARD), 0);
    nnt_expect(&probe.inst.out[0], V(4, 4, 4, 4, 4, 4, 4, 4, 4, 4));
}
END_TEST

static const uint32_t types[] = { NNP_F32, NNP_F64, NNP_U8, NNP_I8, NNP_I32, NNP_I64 };

START_TEST(stores_what_a_type_can_hold)
{
    uint64_t   room[2] = { 0 };
    int64_t    shape[] = { 2 };
    nnp_tensor t = { .data = room,
                     .ndim = 1,
                     .shape = shape,
                     .code = (uint8_t)types[_i],
                     .bits = (uint8_t)(types[_i] >> 8),
                     .lanes = 1 };

    probe_store(&t, 1, 96);
    nnt_expect(&t, V(0, 96));
    probe_random(&t, 3, 4, 1);
    ck_assert(nnp_number(&t, 0) >= 3 && nnp_number(&t, 0) < 4.001);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("probe");
    TCase *t = tcase_create("square");

    tcase_add_checked_fixture(t, open_square, close_square);
    tcase_add_test(t, calls_a_slot);
    tcase_add_loop_test(t, names_a_broken_contract, 0, COUNT(broken));
    tcase_add_loop_test(t, agrees_with_a_right_gradient, 1, 5);
    tcase_add_test(t, names_a_wrong_gradient);
    tcase_add_test(t, does_not_take_zero_on_both_sides_for_agreement);
    tcase_add_test(t, compares_nothing_that_is_not_finite);
    tcase_add_test(t, puts_everything_back_after_a_gradient);
    tcase_add_test(t, follows_another_shape);
    tcase_add_loop_test(t, stores_what_a_type_can_hold, 0, sizeof types / sizeof *types);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
