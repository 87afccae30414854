/* SPDX-License-Identifier: MIT */
/* <nnpipe/math.h> against double precision, at floats of every size. */
#include <config.h>
#include <math.h>
#include <string.h>
#include <nnpipe/math.h>
#include "support/nnt.h"

enum { BLOCK = 1024 };

#define OVER_BLOCK(name)                                                                 \
    NNP_HOT static void name##_block(const float *x, float *y)                           \
    {                                                                                    \
        NNP_LANES                                                                        \
        for (int i = 0; i < BLOCK; i++)                                                  \
            y[i] = nnp_##name(x[i]);                                                     \
    }
OVER_BLOCK(expf)
OVER_BLOCK(expm1f)
OVER_BLOCK(tanhf)
OVER_BLOCK(sigmoidf)
OVER_BLOCK(softplusf)
OVER_BLOCK(erff)

static double sigmoid(double x)
{
    return x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x));
}

static double softplus(double x)
{
    return (x > 0 ? x : 0) + log1p(exp(-fabs(x)));
}

static const struct {
    const char *name;
    void (*block)(const float *, float *);
    double (*exact)(double);
    double ulp; /* as the header says */
} functions[] = {
    { "expf", expf_block, exp, 1.1 },
    { "expm1f", expm1f_block, expm1, 1.6 },
    { "tanhf", tanhf_block, tanh, 2.6 },
    { "sigmoidf", sigmoidf_block, sigmoid, 2.4 },
    { "softplusf", softplusf_block, softplus, 2.7 },
    { "erff", erff_block, erf, 1.5 },
};

/* The distance of two neighbouring floats at x. */
static double spacing(double x)
{
    int exponent;

    frexp(x, &exponent);
    return ldexp(1, exponent - 24 < -149 ? -149 : exponent - 24);
}

static void compare(int f, float x, float y)
{
    double want = functions[f].exact((double)x);

    if (isnan(want)) {
        ck_assert_msg(isnan(y), "%s(nan) is %g", functions[f].name, (double)y);
        return;
    }
    if (fabs(want) > 0x1.ffffffp127) { /* rounds to infinity */
        ck_assert_msg((double)y == copysign((double)INFINITY, want), "%s(%a) is %a",
                      functions[f].name, (double)x, (double)y);
        return;
    }
    double off = fabs((double)y - want) / (want == 0 ? 0x1p-149 : spacing(want));
    ck_assert_msg(off <= functions[f].ulp, "%s(%a) is %a, not %a: %.2f ulp off",
                  functions[f].name, (double)x, (double)y, want, off);
}

/* Every 9973rd float: all exponents, both signs, NaN and denormals too. */
START_TEST(is_as_near_as_it_says)
{
    uint64_t bits = 0;
    float    x[BLOCK], y[BLOCK];

    while (bits < (uint64_t)1 << 32) {
        for (int i = 0; i < BLOCK; i++, bits += 9973)
            x[i] = nnp_from_bits((uint32_t)bits);
        functions[_i].block(x, y);
        for (int i = 0; i < BLOCK; i++)
            compare(_i, x[i], y[i]);
    }
}
END_TEST

/* Where reductions and ranges change. */
START_TEST(holds_at_its_seams)
{
    static const float at[] = {
        0,        -0.0f,     1,    4,      10,    88.72283f, 88.73f,   89,  104,
        87.3366f, 103.9721f, 1e4f, 1e-45f, 1e30f, 0.3466f,   INFINITY, NAN, 0.69314718f
    };
    float x[BLOCK] = { 0 }, y[BLOCK];

    for (size_t i = 0; i < COUNT(at); i++) {
        x[6 * i] = at[i];
        x[6 * i + 1] = -at[i];
        x[6 * i + 2] = nextafterf(at[i], INFINITY);
        x[6 * i + 3] = nextafterf(at[i], -INFINITY);
        x[6 * i + 4] = -nextafterf(at[i], INFINITY);
        x[6 * i + 5] = -nextafterf(at[i], -INFINITY);
    }
    functions[_i].block(x, y);
    for (int i = 0; i < BLOCK; i++)
        compare(_i, x[i], y[i]);
}
END_TEST

START_TEST(odd_functions_are_odd_to_the_bit)
{
    for (float x = 0x1p-140f; x < 20; x *= 1.01f) {
        ck_assert(nnp_tanhf(-x) == -nnp_tanhf(x));
        ck_assert(nnp_erff(-x) == -nnp_erff(x));
    }
    ck_assert(signbit(nnp_tanhf(-0.0f)) && signbit(nnp_erff(-0.0f)));
}
END_TEST

START_TEST(pick_takes_bits_as_they_are)
{
    ck_assert(nnp_pickf(1, 2, NAN) == 2);
    ck_assert(nnp_pickf(0, INFINITY, 3) == 3);
    ck_assert(isnan(nnp_pickf(1, NAN, 3)));
    ck_assert(signbit(nnp_pickf(0, 0, -0.0f)));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("math");
    TCase *t = tcase_create("functions");

    tcase_add_loop_test(t, is_as_near_as_it_says, 0, COUNT(functions));
    tcase_add_loop_test(t, holds_at_its_seams, 0, COUNT(functions));
    tcase_add_test(t, odd_functions_are_odd_to_the_bit);
    tcase_add_test(t, pick_takes_bits_as_they_are);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
