/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/png.h"

static struct arena arena;
static struct diag  diag;

static void setup(void)
{
    diag_init(&diag, &arena);
}

static uint32_t number(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* The pixels of a file as the standard reads them, filters none, sub and up. */
static void decode(const unsigned char *file, size_t n, uint8_t *rgba, size_t row,
                   size_t rows)
{
    const unsigned char *data = file + 8 + 25;
    unsigned char        raw[4096];
    uLongf               size = sizeof raw;

    ck_assert_mem_eq(data + 4, "IDAT", 4);
    ck_assert_uint_eq(8 + 25 + 12 + number(data) + 12, n);
    ck_assert_int_eq(uncompress(raw, &size, data + 8, number(data)), Z_OK);
    ck_assert_uint_eq(size, rows * (row + 1));
    for (size_t y = 0; y < rows; y++)
        for (size_t i = 0; i < row; i++) {
            int filter = raw[y * (row + 1)];

            ck_assert_int_le(filter, 2);
            rgba[y * row + i] =
                (uint8_t)(raw[y * (row + 1) + 1 + i] +
                          (filter == 1 && i >= 4  ? rgba[y * row + i - 4]
                           : filter == 2 && y > 0 ? rgba[(y - 1) * row + i]
                                                  : 0));
        }
}

START_TEST(pixels_come_back)
{
    enum { W = 7, H = 5 };
    uint8_t        rgba[W * H * 4], back[sizeof rgba];
    unsigned char *file;
    size_t         n;

    for (size_t i = 0; i < sizeof rgba; i++)
        rgba[i] = (uint8_t)(i * i * 37 + i / 28 * 11);
    memcpy(rgba + 56, rgba + 28, 28); /* a row as the one above: `up` packs it best */
    ck_assert_int_eq(png_encode(rgba, W, H, &file, &n, &diag), 0);
    ck_assert_mem_eq(
        file, "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x07\0\0\0\x05\x08\x06\0\0", 28);
    decode(file, n, back, W * 4, H);
    ck_assert_mem_eq(back, rgba, sizeof rgba);
    free(file);
}
END_TEST

START_TEST(check_sums_are_those_of_the_standard)
{
    uint8_t        pixel[4] = { 1, 2, 3, 4 };
    unsigned char *file;
    size_t         n;

    ck_assert_int_eq(png_encode(pixel, 1, 1, &file, &n, &diag), 0);
    /* The empty chunk at the end is the same in every file. */
    ck_assert_mem_eq(file + n - 12, "\0\0\0\0IEND\xae\x42\x60\x82", 12);
    ck_assert_uint_eq(number(file + 29),
                      0x1f15c489); /* header of every 1 x 1 RGBA file */
    free(file);
}
END_TEST

START_TEST(flat_pictures_are_small)
{
    uint8_t       *rgba = calloc(800 * 600, 4);
    unsigned char *file;
    size_t         n;

    ck_assert_int_eq(png_encode(rgba, 800, 600, &file, &n, &diag), 0);
    ck_assert_uint_lt(n, 3000);
    free(file);
    free(rgba);
}
END_TEST

START_TEST(no_pixels_are_no_picture)
{
    uint8_t        pixel[4] = { 0 };
    unsigned char *file;
    size_t         n;

    ck_assert_int_eq(png_encode(pixel, 0, 1, &file, &n, &diag), -1);
    ck_assert_str_eq(diag.entries[0].text, "a picture of 0 x 1 pixels cannot be written");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("png");
    TCase *t = tcase_create("png");

    tcase_add_checked_fixture(t, setup, NULL);
    tcase_add_test(t, pixels_come_back);
    tcase_add_test(t, check_sums_are_those_of_the_standard);
    tcase_add_test(t, flat_pictures_are_small);
    tcase_add_test(t, no_pixels_are_no_picture);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
