/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>

#include "call/dtype.h"

static const struct {
    uint32_t    dtype;
    const char *name, *npy;
    size_t      size;
    double      fits, not ;
    const char *refusal;
} types[] = {
    { NNP_F32, "f32", "<f4", 4, 0.5, 1e39, "not a finite number" },
    { NNP_F64, "f64", "<f8", 8, 1e39, INFINITY, "not a finite number" },
    { NNP_I64, "i64", "<i8", 8, -9007199254740992, 1e16,
      "not a whole number up to 2^53" },
    { NNP_I32, "i32", "<i4", 4, -2147483648, 2147483648,
      "not a whole number of -2147483648..2147483647" },
    { NNP_U8, "u8", "|u1", 1, 255, -1, "not a whole number of 0..255" },
    { NNP_I8, "i8", "|i1", 1, -128, 127.5, "not a whole number of -128..127" },
};

START_TEST(one_table_says_all_of_a_type)
{
    ck_assert_str_eq(dtype_name(types[_i].dtype), types[_i].name);
    ck_assert_uint_eq(dtype_named(types[_i].name), types[_i].dtype);
    ck_assert_str_eq(dtype_npy(types[_i].dtype), types[_i].npy);
    ck_assert_uint_eq(dtype_size(types[_i].dtype), types[_i].size);
    ck_assert_ptr_null(dtype_refuses(types[_i].dtype, types[_i].fits));
    ck_assert_str_eq(dtype_refuses(types[_i].dtype, types[_i].not ), types[_i].refusal);
    ck_assert_str_eq(dtype_refuses(types[_i].dtype, NAN), types[_i].refusal);
}
END_TEST

/* What is put is what is there, and the elements beside it stay. */
START_TEST(puts_numbers_of_any_type)
{
    int64_t    room[4] = { 0 }, zeros[4] = { 0 };
    int64_t    shape[1] = { 4 };
    uint32_t   dtype = types[_i].dtype;
    nnp_tensor t = { .data = room, .device = 1, .ndim = 1, .shape = shape, .lanes = 1 };

    t.code = (uint8_t)dtype;
    t.bits = (uint8_t)(dtype >> 8);
    dtype_put(dtype, room, 1, &types[_i].fits, 1);
    ck_assert_double_eq(nnp_number(&t, 0), 0);
    ck_assert_double_eq(nnp_number(&t, 1), types[_i].fits);
    ck_assert_double_eq(nnp_number(&t, 2), 0);
    dtype_put(dtype, room, 1, &(double){ 0 }, 1);
    ck_assert_mem_eq(room, zeros, sizeof room);
}
END_TEST

START_TEST(what_is_out_of_range_becomes_the_nearest)
{
    uint8_t u[2];
    int8_t  i[2];

    dtype_put(NNP_U8, u, 0, (double[]){ -3, 1000 }, 2);
    dtype_put(NNP_I8, i, 0, (double[]){ -1000, 1000 }, 2);
    ck_assert_uint_eq(u[0], 0);
    ck_assert_uint_eq(u[1], 255);
    ck_assert_int_eq(i[0], -128);
    ck_assert_int_eq(i[1], 127);
    ck_assert_str_eq(dtype_name(77), "unknown");
    ck_assert_uint_eq(dtype_size(77), 0);
    ck_assert_uint_eq(dtype_named("f16"), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("dtype");
    TCase *t = tcase_create("call");

    tcase_add_loop_test(t, one_table_says_all_of_a_type, 0, COUNT(types));
    tcase_add_loop_test(t, puts_numbers_of_any_type, 0, COUNT(types));
    tcase_add_test(t, what_is_out_of_range_becomes_the_nearest);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
