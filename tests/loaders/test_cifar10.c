/* SPDX-License-Identifier: MIT */
#include <config.h>
#include <nnpipe/data.h>
#include "support/nnt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECORD = 3073, BYTES = 4 * RECORD };

/* Record i: label 2 i, its pixels 10 i, 10 i + 1, ... modulo 256. */
static void write_file(const char *name, int first, int n)
{
    unsigned char bytes[BYTES];

    for (int i = 0; i < n; i++)
        for (int k = 0; k < RECORD; k++)
            bytes[i * RECORD + k] =
                (unsigned char)(k ? 10 * (first + i) + k - 1 : 2 * (first + i));
    nnt_file(name, bytes, (size_t)(n * RECORD));
}

static struct nnt *open_folder(void)
{
    char yaml[4096];

    snprintf(yaml, sizeof yaml, "'%s'", nnt_folder());
    return nnt_open("loader", "cifar10", yaml);
}

START_TEST(gathers_records_over_all_files)
{
    struct nnt *t;

    write_file("data_batch_1.bin", 0, 2);
    write_file("data_batch_3.bin", 2, 1);
    write_file("test_batch.bin", 3, 1);
    t = open_folder();
    nnt_in(t, NNP_I64, S(4), V(3, 0, 2, 1));
    nnt_forward(t);
    nnt_expect_shape(nnt_tensor(t, NNP_OUT, "x"), NNP_U8, S(4, 3, 32, 32));
    nnt_expect(nnt_tensor(t, NNP_OUT, "y"), V(6, 0, 4, 2));
    for (size_t r = 0; r < 4; r++)
        for (size_t i = 0; i < 3072; i++)
            ck_assert_double_eq(nnt_get(&t->out[0], r * 3072 + i),
                                (double)((5 * (size_t)nnt_get(&t->out[1], r) + i) % 256));
    nnt_expect_number((double)nnt_rows(t)->count, 4, 0);
    nnt_expect_number((double)nnt_rows(t)->test, 1, 0);
    nnt_expect_number((double)nnt_rows(t)->classes, 10, 0);
    nnt_close(t);
}
END_TEST

START_TEST(is_known_before_it_is_read)
{
    struct nnt *t = nnt_open("loader", "cifar10", "{dir: /nowhere/cifar10}");

    nnt_in(t, NNP_I64, S(2), V0);
    t->ctx->flags = NNP_PEEK;
    nnt_setup(t);
    nnt_expect_shape(&t->out[0], NNP_U8, S(2, 3, 32, 32));
    nnt_expect_shape(&t->out[1], NNP_I64, S(2));
    nnt_expect_number((double)nnt_rows(t)->count, 60000, 0);
    nnt_expect_number((double)nnt_rows(t)->test, 10000, 0);
    nnt_close(t);
}
END_TEST

START_TEST(says_how_to_get_it)
{
    struct nnt *t = nnt_open("loader", "cifar10", "{dir: /nowhere/cifar10}");

    nnt_in(t, NNP_I64, S(1), V(0));
    ck_assert_str_eq(nnt_setup_refusal(t),
                     "/nowhere/cifar10/data_batch_1.bin is missing: run "
                     "datasets/cifar10/fetch.sh, or set NNPIPE_DATA to the folder that "
                     "holds cifar10/");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EIO);
    nnt_close(t);
}
END_TEST

static const struct {
    size_t      n; /* bytes of the first batch */
    int         label;
    const char *message;
} damaged[] = {
    { RECORD + 7, 0, "3080 bytes are not a whole number of records of 3073 bytes" },
    { 0, 0, "0 bytes are not a whole number of records of 3073 bytes" },
    { 2 * RECORD, 10, "byte 3073 (row 1): label 10 is outside 0..9" },
};

START_TEST(refuses_damaged_files)
{
    static unsigned char bytes[2 * RECORD];
    char                 want[4096];
    struct nnt          *t;

    bytes[RECORD] = (unsigned char)damaged[_i].label;
    snprintf(want, sizeof want, "%s: %s",
             nnt_file("data_batch_1.bin", bytes, damaged[_i].n), damaged[_i].message);
    write_file("test_batch.bin", 0, 1);
    t = open_folder();
    nnt_in(t, NNP_I64, S(1), V(0));
    ck_assert_str_eq(nnt_setup_refusal(t), want);
    nnt_close(t);
}
END_TEST

START_TEST(needs_the_test_part_and_rows_that_are_there)
{
    struct nnt *t;

    write_file("data_batch_1.bin", 0, 2);
    t = open_folder();
    nnt_in(t, NNP_I64, S(1), V(0));
    ck_assert_ptr_nonnull(strstr(nnt_setup_refusal(t), "test_batch.bin is missing"));
    nnt_close(t);
    write_file("test_batch.bin", 2, 1);
    t = open_folder();
    nnt_in(t, NNP_I64, S(1), V(3));
    ck_assert_str_eq(nnt_forward_refusal(t), "there is no such row");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("cifar10");
    TCase *t = tcase_create("loader");

    tcase_add_test(t, gathers_records_over_all_files);
    tcase_add_test(t, is_known_before_it_is_read);
    tcase_add_test(t, says_how_to_get_it);
    tcase_add_loop_test(t, refuses_damaged_files, 0, COUNT(damaged));
    tcase_add_test(t, needs_the_test_part_and_rows_that_are_there);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
