/* SPDX-License-Identifier: MIT */
#include <config.h>
#include <nnpipe/data.h>
#include "support/nnt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Three images of 2 x 2 and their labels; two images to test with. */
static const unsigned char images[] = { 0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2,  0,  0,
                                        0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255 };
static const unsigned char labels[] = { 0, 0, 8, 1, 0, 0, 0, 3, 2, 0, 1 };
static const unsigned char more_images[] = { 0, 0, 8, 3, 0, 0, 0,  1,  0,  0,
                                             0, 2, 0, 0, 0, 2, 20, 21, 22, 23 };
static const unsigned char more_labels[] = { 0, 0, 8, 1, 0, 0, 0, 1, 4 };

/* gzip -n9 of `labels`. */
static const unsigned char labels_gz[] = { 0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00,
                                           0x02, 0x03, 0x63, 0x60, 0xe0, 0x60, 0x64, 0x60,
                                           0x60, 0x60, 0x66, 0x62, 0x60, 0x04, 0x00, 0x7c,
                                           0x58, 0xc3, 0x7a, 0x0b, 0x00, 0x00, 0x00 };

static struct nnt *open_files(const char *x, const char *y, const char *more)
{
    char yaml[16384];

    snprintf(yaml, sizeof yaml, "{images: '%s', labels: '%s'%s}", x, y, more);
    return nnt_open("loader", "idx", yaml);
}

static struct nnt *open_bytes(const unsigned char *x, size_t n_x, const unsigned char *y,
                              size_t n_y)
{
    return open_files(nnt_file("x.idx", x, n_x), nnt_file("y.idx", y, n_y), "");
}

START_TEST(gathers_images_and_labels)
{
    struct nnt *t = open_bytes(images, sizeof images, labels, sizeof labels);

    nnt_in(t, NNP_I64, S(2), V(2, 0));
    nnt_forward(t);
    nnt_expect_shape(nnt_tensor(t, NNP_OUT, "x"), NNP_U8, S(2, 1, 2, 2));
    nnt_expect_shape(nnt_tensor(t, NNP_OUT, "y"), NNP_I64, S(2));
    nnt_expect(&t->out[0], V(9, 10, 11, 255, 1, 2, 3, 4));
    nnt_expect(&t->out[1], V(1, 2));
    nnt_expect_number((double)nnt_rows(t)->count, 3, 0);
    nnt_expect_number((double)nnt_rows(t)->classes, 3, 0);
    ck_assert(nnt_rows(t)->test == 0);
    nnt_close(t);
}
END_TEST

START_TEST(appends_the_test_part)
{
    char        more[4096];
    struct nnt *t;

    snprintf(more, sizeof more, ", test_images: '%s', test_labels: '%s', classes: 10",
             nnt_file("tx", more_images, sizeof more_images),
             nnt_file("ty", more_labels, sizeof more_labels));
    t = open_files(nnt_file("x", images, sizeof images),
                   nnt_file("y.gz", labels_gz, sizeof labels_gz), more);
    nnt_in(t, NNP_I64, S(2), V(3, 2));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(20, 21, 22, 23, 9, 10, 11, 255));
    nnt_expect(&t->out[1], V(4, 1));
    nnt_expect_number((double)nnt_rows(t)->count, 4, 0);
    nnt_expect_number((double)nnt_rows(t)->test, 1, 0);
    nnt_expect_number((double)nnt_rows(t)->classes, 10, 0);
    nnt_close(t);
}
END_TEST

START_TEST(peeking_needs_no_pixels)
{
    struct nnt *t = open_bytes(images, 16, labels, sizeof labels); /* the header alone */

    nnt_in(t, NNP_I64, S(5), V0);
    t->ctx->flags = NNP_PEEK;
    nnt_setup(t);
    nnt_expect_shape(&t->out[0], NNP_U8, S(5, 1, 2, 2));
    nnt_expect_number((double)nnt_rows(t)->count, 3, 0);
    nnt_close(t);
}
END_TEST

START_TEST(rows_of_two_axes_stay_flat)
{
    static const unsigned char flat[] = { 0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 3, 7, 8, 9 };
    struct nnt *t = open_bytes(flat, sizeof flat, more_labels, sizeof more_labels);

    nnt_in(t, NNP_I64, S(1), V(0));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_U8, S(1, 3));
    nnt_expect(&t->out[0], V(7, 8, 9));
    nnt_close(t);
}
END_TEST

/* The images with byte `at` set to `value`, cut or filled up to n bytes. */
static const struct {
    size_t        at;
    unsigned char value;
    size_t        n;
    const char   *message;
} damaged[] = {
    { 0, 0, 0, "x.idx: ends at byte 0 inside its header" },
    { 0, 0, 3, "x.idx: ends at byte 3 inside its header" },
    { 0, 0, 15, "x.idx: ends at byte 15 inside its header" },
    { 0, 0, 27, "x.idx: ends at byte 27: the header says 3 rows of 4 bytes" },
    { 0, 0, 29, "x.idx: does not end at byte 28: the header says 3 rows of 4 bytes" },
    { 0, 1, 28, "x.idx: byte 0: 0x01 0x00, an IDX file starts with 0 0" },
    { 2, 13, 28, "x.idx: byte 2: elements of type 0x0d, 0x08 (u8) is needed" },
    { 3, 1, 28, "x.idx: byte 3: 1 axes, images have 2 to 4" },
    { 3, 5, 28, "x.idx: byte 3: 5 axes, images have 2 to 4" },
    { 7, 0, 28, "x.idx: byte 4: an axis of length 0" },
    { 4, 255, 28, "x.idx: ends at byte 28: the header says 4278190083 rows of 4 bytes" },
    { 8, 255, 28, "x.idx: byte 8: an axis of length 4278190082" },
    { 12, 63, 28, "x.idx: byte 12: an axis of length 1056964610" },
};

START_TEST(refuses_damaged_images_with_the_offset)
{
    unsigned char bytes[32] = { 0 };
    struct nnt   *t;
    const char   *said;

    memcpy(bytes, images, sizeof images);
    bytes[damaged[_i].at] = damaged[_i].value;
    t = open_bytes(bytes, damaged[_i].n, labels, sizeof labels);
    nnt_in(t, NNP_I64, S(1), V(0));
    said = nnt_setup_refusal(t);
    ck_assert_ptr_nonnull(strstr(said, "x.idx"));
    ck_assert_str_eq(strstr(said, "x.idx"), damaged[_i].message);
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EIO);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_a_label_out_of_range)
{
    struct nnt *t = open_files(nnt_file("x.idx", images, sizeof images),
                               nnt_file("y.idx", labels, sizeof labels), ", classes: 2");

    nnt_in(t, NNP_I64, S(1), V(0));
    ck_assert_ptr_nonnull(
        strstr(nnt_setup_refusal(t), "y.idx: byte 8 (row 0): label 2 is outside 0..1"));
    nnt_close(t);
}
END_TEST

START_TEST(refuses_parts_that_do_not_fit)
{
    struct nnt *t = open_bytes(images, sizeof images, more_labels, sizeof more_labels);

    nnt_in(t, NNP_I64, S(1), V(0));
    ck_assert_ptr_nonnull(strstr(nnt_setup_refusal(t), "x.idx: 3 images, but "));
    nnt_close(t);
}
END_TEST

START_TEST(refuses_a_damaged_gzip_file)
{
    unsigned char bytes[sizeof labels_gz];
    struct nnt   *t;

    memcpy(bytes, labels_gz, sizeof bytes);
    t = open_files(nnt_file("x", images, sizeof images),
                   nnt_file("y.gz", bytes, sizeof bytes - 9), "");
    nnt_in(t, NNP_I64, S(1), V(0));
    ck_assert_ptr_nonnull(strstr(nnt_setup_refusal(t), "y.gz"));
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EIO);
    nnt_close(t);
}
END_TEST

/* ---- mnist ----------------------------------------------------------------------- */

START_TEST(mnist_is_known_before_it_is_read)
{
    struct nnt *t = nnt_open("loader", "mnist", "{dir: /nowhere/mnist}");

    nnt_in(t, NNP_I64, S(2), V0);
    t->ctx->flags = NNP_PEEK;
    nnt_setup(t);
    nnt_expect_shape(&t->out[0], NNP_U8, S(2, 1, 28, 28));
    nnt_expect_shape(&t->out[1], NNP_I64, S(2));
    nnt_expect_number((double)nnt_rows(t)->count, 70000, 0);
    nnt_expect_number((double)nnt_rows(t)->test, 10000, 0);
    nnt_expect_number((double)nnt_rows(t)->classes, 10, 0);
    nnt_close(t);
}
END_TEST

START_TEST(mnist_says_how_to_get_it)
{
    struct nnt *t = nnt_open("loader", "mnist", "{dir: /nowhere/mnist}");

    nnt_in(t, NNP_I64, S(1), V(0));
    ck_assert_str_eq(
        nnt_setup_refusal(t),
        "/nowhere/mnist/train-images-idx3-ubyte is missing: run "
        "datasets/mnist/fetch.sh, or set NNPIPE_DATA to the folder that holds "
        "mnist/");
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EIO);
    nnt_close(t);
}
END_TEST

START_TEST(mnist_refuses_another_number_of_images)
{
    char        yaml[4096];
    struct nnt *t;

    nnt_file("train-images-idx3-ubyte", images, sizeof images);
    nnt_file("train-labels-idx1-ubyte", labels, sizeof labels);
    nnt_file("t10k-images-idx3-ubyte", more_images, sizeof more_images);
    nnt_file("t10k-labels-idx1-ubyte", more_labels, sizeof more_labels);
    snprintf(yaml, sizeof yaml, "'%s'", nnt_folder());
    t = nnt_open("loader", "mnist", yaml);
    nnt_in(t, NNP_I64, S(1), V(0));
    ck_assert_ptr_nonnull(
        strstr(nnt_setup_refusal(t), "not the number or size of images that MNIST has"));
    nnt_close(t);
}
END_TEST

/* The first labels of both parts are well known. */
START_TEST(mnist_is_the_real_one)
{
    char        yaml[4096];
    const char *data = getenv("NNPIPE_DATA");
    double      sum = 0;
    FILE       *there;

    snprintf(yaml, sizeof yaml, "%s/mnist/train-images-idx3-ubyte.gz", data ? data : "");
    there = data ? fopen(yaml, "rb") : NULL;
    if (!there)
        return; /* no MNIST on this machine */
    fclose(there);
    snprintf(yaml, sizeof yaml, "'%s/mnist'", data);
    struct nnt *t = nnt_open("loader", "mnist", yaml);
    nnt_in(t, NNP_I64, S(8), V(0, 1, 2, 3, 4, 60000, 60001, 69999));
    nnt_forward(t);
    nnt_expect(&t->out[1], V(5, 0, 4, 1, 9, 7, 2, 6));
    for (size_t i = 0; i < 784; i++)
        sum += nnt_get(&t->out[0], i);
    nnt_expect_number(sum, 27525, 0); /* of the first image, a 5 */
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("idx");
    TCase *t = tcase_create("loader");

    tcase_add_test(t, gathers_images_and_labels);
    tcase_add_test(t, appends_the_test_part);
    tcase_add_test(t, peeking_needs_no_pixels);
    tcase_add_test(t, rows_of_two_axes_stay_flat);
    tcase_add_loop_test(t, refuses_damaged_images_with_the_offset, 0, COUNT(damaged));
    tcase_add_test(t, refuses_a_label_out_of_range);
    tcase_add_test(t, refuses_parts_that_do_not_fit);
    tcase_add_test(t, refuses_a_damaged_gzip_file);
    tcase_add_test(t, mnist_is_known_before_it_is_read);
    tcase_add_test(t, mnist_says_how_to_get_it);
    tcase_add_test(t, mnist_refuses_another_number_of_images);
    tcase_add_test(t, mnist_is_the_real_one);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
