/* SPDX-License-Identifier: MIT */
#include <config.h>
#include <nnpipe/data.h>
#include <nnpipe/raster.h>
#include "support/nnt.h"
#include "conformance/probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Six pixels (10, 20, 30), (40, 50, 60) ... (160, 170, 180) in two lines. */
static const unsigned char rgb[] = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49,
    0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x02, 0x08, 0x02,
    0x00, 0x00, 0x00, 0x12, 0x16, 0xf1, 0x4d, 0x00, 0x00, 0x00, 0x13, 0x49, 0x44,
    0x41, 0x54, 0x78, 0x9c, 0x63, 0xe4, 0x12, 0x91, 0x83, 0x00, 0x96, 0xa8, 0xa8,
    0x28, 0x08, 0x0b, 0x00, 0x18, 0xd8, 0x02, 0xb8, 0x39, 0xd0, 0xd4, 0xa0, 0x00,
    0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82
};
/* (200, 100, 0) solid and unseen. */
static const unsigned char alpha[] = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49,
    0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06,
    0x00, 0x00, 0x00, 0xf4, 0x22, 0x7f, 0x8a, 0x00, 0x00, 0x00, 0x11, 0x49, 0x44,
    0x41, 0x54, 0x78, 0x9c, 0x63, 0x3c, 0x91, 0xc2, 0xf0, 0x9f, 0x81, 0x81, 0x81,
    0x11, 0x00, 0x0e, 0x0a, 0x02, 0x2e, 0xfb, 0x73, 0x31, 0xc8, 0x00, 0x00, 0x00,
    0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82
};
/* As rgb, with a palette. */
static const unsigned char palette[] = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49,
    0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x02, 0x08, 0x03,
    0x00, 0x00, 0x00, 0xaa, 0xaa, 0x96, 0x28, 0x00, 0x00, 0x00, 0x12, 0x50, 0x4c,
    0x54, 0x45, 0x0a, 0x14, 0x1e, 0x28, 0x32, 0x3c, 0x46, 0x50, 0x5a, 0x64, 0x6e,
    0x78, 0x82, 0x8c, 0x96, 0xa0, 0xaa, 0xb4, 0x2c, 0x03, 0x81, 0x08, 0x00, 0x00,
    0x00, 0x10, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0x60, 0x60, 0x64, 0x62,
    0x60, 0x66, 0x61, 0x05, 0x00, 0x00, 0x2e, 0x00, 0x10, 0xfa, 0xd8, 0xc7, 0x0c,
    0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82
};
/* 16 x 8 pixels of grey, the left half black, the right half white. */
static const unsigned char jpeg[] = {
    0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, 0x4a, 0x46, 0x49, 0x46, 0x00, 0x01, 0x01, 0x00,
    0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0xff, 0xdb, 0x00, 0x43, 0x00, 0x03, 0x02, 0x02,
    0x03, 0x02, 0x02, 0x03, 0x03, 0x03, 0x03, 0x04, 0x03, 0x03, 0x04, 0x05, 0x08, 0x05,
    0x05, 0x04, 0x04, 0x05, 0x0a, 0x07, 0x07, 0x06, 0x08, 0x0c, 0x0a, 0x0c, 0x0c, 0x0b,
    0x0a, 0x0b, 0x0b, 0x0d, 0x0e, 0x12, 0x10, 0x0d, 0x0e, 0x11, 0x0e, 0x0b, 0x0b, 0x10,
    0x16, 0x10, 0x11, 0x13, 0x14, 0x15, 0x15, 0x15, 0x0c, 0x0f, 0x17, 0x18, 0x16, 0x14,
    0x18, 0x12, 0x14, 0x15, 0x14, 0xff, 0xc0, 0x00, 0x0b, 0x08, 0x00, 0x08, 0x00, 0x10,
    0x01, 0x01, 0x11, 0x00, 0xff, 0xc4, 0x00, 0x1f, 0x00, 0x00, 0x01, 0x05, 0x01, 0x01,
    0x01, 0x01, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x02,
    0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0xff, 0xc4, 0x00, 0xb5, 0x10,
    0x00, 0x02, 0x01, 0x03, 0x03, 0x02, 0x04, 0x03, 0x05, 0x05, 0x04, 0x04, 0x00, 0x00,
    0x01, 0x7d, 0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06,
    0x13, 0x51, 0x61, 0x07, 0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42,
    0xb1, 0xc1, 0x15, 0x52, 0xd1, 0xf0, 0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0a, 0x16,
    0x17, 0x18, 0x19, 0x1a, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x34, 0x35, 0x36, 0x37,
    0x38, 0x39, 0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x53, 0x54, 0x55,
    0x56, 0x57, 0x58, 0x59, 0x5a, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x73,
    0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89,
    0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0xa2, 0xa3, 0xa4, 0xa5,
    0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba,
    0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6,
    0xd7, 0xd8, 0xd9, 0xda, 0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea,
    0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xff, 0xda, 0x00, 0x08,
    0x01, 0x01, 0x00, 0x00, 0x3f, 0x00, 0xfc, 0xaa, 0xaf, 0xea, 0xa2, 0xbf, 0xff, 0xd9
};
/* Says that it has 40000 x 40000 pixels. */
static const unsigned char huge[] = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48,
    0x44, 0x52, 0x00, 0x00, 0x9c, 0x40, 0x00, 0x00, 0x9c, 0x40, 0x08, 0x02, 0x00, 0x00,
    0x00, 0xde, 0x6e, 0x99, 0x52, 0x00, 0x00, 0x00, 0x0c, 0x49, 0x44, 0x41, 0x54, 0x78,
    0x9c, 0x63, 0x60, 0xa0, 0x3d, 0x00, 0x00, 0x00, 0x64, 0x00, 0x01, 0x86, 0x64, 0x3c,
    0x35, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82
};

/* Greys of 16 bits, 0 64 128 255 in their high bytes. */
static const unsigned char deep[] = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49,
    0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x01, 0x10, 0x00,
    0x00, 0x00, 0x00, 0x8c, 0xc7, 0x8c, 0x52, 0x00, 0x00, 0x00, 0x11, 0x49, 0x44,
    0x41, 0x54, 0x78, 0xda, 0x63, 0x60, 0xf0, 0x75, 0xf0, 0x6d, 0xf0, 0xfd, 0xef,
    0x0b, 0x00, 0x0a, 0x57, 0x02, 0xf4, 0xa4, 0x2b, 0x4f, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82
};
/* Greys of 8 bits that say to be linear light. */
static const unsigned char gamma_1[] = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49,
    0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00,
    0x00, 0x00, 0x00, 0xdc, 0x57, 0x50, 0x11, 0x00, 0x00, 0x00, 0x04, 0x67, 0x41,
    0x4d, 0x41, 0x00, 0x01, 0x86, 0xa0, 0x31, 0xe8, 0x96, 0x5f, 0x00, 0x00, 0x00,
    0x0d, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0x60, 0x70, 0x68, 0xf8, 0x0f,
    0x00, 0x02, 0xc4, 0x01, 0xc0, 0xe7, 0xe0, 0x73, 0x81, 0x00, 0x00, 0x00, 0x00,
    0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82
};
/* Red, green, blue, and black that is half seen. */
static const unsigned char colours[] = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49,
    0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06,
    0x00, 0x00, 0x00, 0xf9, 0x3c, 0x0f, 0xcd, 0x00, 0x00, 0x00, 0x14, 0x49, 0x44,
    0x41, 0x54, 0x78, 0xda, 0x63, 0xf8, 0xcf, 0xc0, 0xf0, 0x1f, 0x0c, 0x19, 0xfe,
    0x03, 0x31, 0x43, 0x03, 0x00, 0x3c, 0x55, 0x06, 0x7b, 0xe3, 0xdb, 0x0e, 0xf6,
    0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82
};
/* 8 x 8 pixels of 255, 128, 0 and 204 of the inks, as Adobe writes them: what is missing.
 */
static const unsigned char inks[] = {
    0xff, 0xd8, 0xff, 0xee, 0x00, 0x0e, 0x41, 0x64, 0x6f, 0x62, 0x65, 0x00, 0x64, 0x00,
    0x00, 0x00, 0x00, 0x00, 0xff, 0xdb, 0x00, 0x43, 0x00, 0x01, 0x01, 0x01, 0x01, 0x01,
    0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
    0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
    0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
    0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
    0x01, 0x01, 0x01, 0xff, 0xc0, 0x00, 0x14, 0x08, 0x00, 0x08, 0x00, 0x08, 0x04, 0x43,
    0x11, 0x00, 0x4d, 0x11, 0x00, 0x59, 0x11, 0x00, 0x4b, 0x11, 0x00, 0xff, 0xc4, 0x00,
    0x16, 0x00, 0x01, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x0a, 0x00, 0x0b, 0xff, 0xc4, 0x00, 0x14, 0x10, 0x01, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0xff, 0xda, 0x00, 0x0e, 0x04, 0x43, 0x00, 0x4d, 0x00, 0x59, 0x00, 0x4b, 0x00,
    0x00, 0x3f, 0x00, 0x7f, 0x09, 0x9f, 0xf9, 0x30, 0x3f, 0xff, 0xd9
};

static void folder(const char *name)
{
    char path[4096];

    snprintf(path, sizeof path, "%s/%s", nnt_folder(), name);
    ck_assert_int_eq(mkdir(path, 0755), 0);
}

static struct nnt *open_folder(const char *more)
{
    char yaml[4096];

    snprintf(yaml, sizeof yaml, "{dir: '%s'%s}", nnt_folder(), more);
    return nnt_open("loader", "images", yaml);
}

START_TEST(reads_the_pixels)
{
    const unsigned char *bytes = _i ? palette : rgb;
    struct nnt          *t;

    nnt_file("a.PNG", bytes, _i ? sizeof palette : sizeof rgb);
    nnt_text_file("notes.txt", "not an image");
    t = open_folder(", size: [2, 3]");
    nnt_in(t, NNP_I64, S(1), V(0));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_U8, S(1, 3, 2, 3));
    nnt_expect(&t->out[0], V(10, 40, 70, 100, 130, 160, 20, 50, 80, 110, 140, 170, 30, 60,
                             90, 120, 150, 180));
    nnt_expect(&t->out[1], V(0));
    nnt_expect_number((double)nnt_rows(t)->count, 1, 0);
    nnt_expect_number((double)nnt_rows(t)->classes, 1, 0);
    ck_assert(nnt_rows(t)->test == 0);
    nnt_close(t);
}
END_TEST

START_TEST(classes_are_folders_in_their_order)
{
    struct nnt *t;

    folder("zebra");
    folder("ant");
    folder("empty");
    nnt_file("zebra/1.png", rgb, sizeof rgb);
    nnt_file("ant/2.png", rgb, sizeof rgb);
    nnt_file("ant/1.jpeg", jpeg, sizeof jpeg);
    t = open_folder(", size: 1, channels: grey");
    nnt_in(t, NNP_I64, S(3), V(0, 1, 2));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_U8, S(3, 1, 1, 1));
    nnt_expect(&t->out[1], V(0, 0, 1));
    nnt_expect_number((double)nnt_rows(t)->classes, 2, 0);
    nnt_expect_number((double)nnt_rows(t)->bytes, 3, 0);
    nnt_close(t);
}
END_TEST

START_TEST(the_test_folder_is_the_official_test_part)
{
    struct nnt *t;

    folder("train");
    folder("train/a");
    folder("train/b");
    folder("test");
    folder("test/b");
    nnt_file("train/a/1.png", rgb, sizeof rgb);
    nnt_file("train/b/1.png", rgb, sizeof rgb);
    nnt_file("test/b/1.png", rgb, sizeof rgb);
    t = open_folder("");
    nnt_in(t, NNP_I64, S(3), V(2, 1, 0));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_U8, S(3, 3, 64, 64));
    nnt_expect(&t->out[1], V(1, 1, 0));
    nnt_expect_number((double)nnt_rows(t)->test, 1, 0);
    nnt_close(t);
}
END_TEST

static const struct {
    const char *more;
    double      y[4];
} sizes[] = {
    { ", size: [1, 2], channels: grey, fit: stretch", { 0, 255 } },
    { ", size: [1, 1], channels: grey, fit: stretch", { 128 } },
    { ", size: 1, channels: grey", { 128 } },                 /* 8 x 8 of the centre */
    { ", size: [1, 4], channels: grey", { 0, 0, 255, 255 } }, /* 4 x 16 of it */
};

START_TEST(brings_images_to_one_size)
{
    struct nnt *t;

    nnt_file("a.jpg", jpeg, sizeof jpeg);
    t = open_folder(sizes[_i].more);
    nnt_in(t, NNP_I64, S(1), V(0));
    nnt_forward(t);
    for (size_t i = 0; i < nnp_count(&t->out[0]); i++)
        nnt_expect_number(nnt_get(&t->out[0], i), sizes[_i].y[i], 0.02);
    nnt_close(t);
}
END_TEST

START_TEST(what_is_unseen_is_white)
{
    struct nnt *t;

    nnt_file("a.png", alpha, sizeof alpha);
    t = open_folder(", size: [1, 2]");
    nnt_in(t, NNP_I64, S(1), V(0));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(200, 255, 100, 255, 0, 255));
    nnt_close(t);
}
END_TEST

static void expect_pixels(const char *more, struct nnt_values want)
{
    struct nnt *t = open_folder(more);

    nnt_in(t, NNP_I64, S(1), V(0));
    nnt_forward(t);
    nnt_expect(&t->out[0], want);
    nnt_close(t);
}

/* No gamma is applied, whatever the file says of it. */
START_TEST(numbers_stay_as_the_file_has_them)
{
    nnt_file("a.png", deep, sizeof deep);
    expect_pixels(", size: [1, 4], channels: grey", V(0, 64, 128, 255));
    expect_pixels(", size: [1, 4]", V(0, 64, 128, 255, 0, 64, 128, 255, 0, 64, 128, 255));
    nnt_file("a.png", gamma_1, sizeof gamma_1);
    expect_pixels(", size: [1, 4], channels: grey", V(0, 64, 128, 255));
}
END_TEST

START_TEST(grey_is_the_luma_and_what_is_half_seen_is_half_white)
{
    nnt_file("a.png", colours, sizeof colours);
    expect_pixels(", size: [1, 4], channels: grey", V(76, 150, 29, 127));
    expect_pixels(", size: [1, 4]", V(255, 0, 0, 127, 0, 255, 0, 127, 0, 0, 255, 127));
}
END_TEST

START_TEST(inks_become_colours)
{
    unsigned char plain[sizeof inks];

    nnt_file("a.jpg", inks, sizeof inks);
    expect_pixels(", size: 1", V(204, 102, 0));
    expect_pixels(", size: 1, channels: grey", V(121)); /* .299 204 + .587 102 */
    memcpy(plain, inks, 2);
    memcpy(plain + 2, inks + 18, sizeof inks - 18); /* without Adobe's marker */
    nnt_file("a.jpg", plain, sizeof inks - 16);
    expect_pixels(", size: 1", V(0, 25, 51));
}
END_TEST

/* 1 2 3    What is stored of the picture on the left, or what it has to become, by the
 * 4 5 6    words of the EXIF standard for where the stored first row and column are. */
static const struct {
    int     height, width;
    uint8_t byte[6];
} upright[] = {
    { 2, 3, { 1, 2, 3, 4, 5, 6 } }, { 2, 3, { 3, 2, 1, 6, 5, 4 } },
    { 2, 3, { 6, 5, 4, 3, 2, 1 } }, { 2, 3, { 4, 5, 6, 1, 2, 3 } },
    { 3, 2, { 1, 4, 2, 5, 3, 6 } }, { 3, 2, { 4, 1, 5, 2, 6, 3 } },
    { 3, 2, { 6, 3, 5, 2, 4, 1 } }, { 3, 2, { 3, 6, 2, 5, 1, 4 } },
};

START_TEST(all_eight_orientations_are_put_upright)
{
    nnp_raster i = { malloc(6), 2, 3, 1 };

    memcpy(i.byte, "\1\2\3\4\5\6", 6);
    ck_assert_int_eq(nnp_raster_turn(&i, _i + 1), 0);
    ck_assert_int_eq(i.height, upright[_i].height);
    ck_assert_int_eq(i.width, upright[_i].width);
    ck_assert_mem_eq(i.byte, upright[_i].byte, 6);
    free(i.byte);
}
END_TEST

/* The marker of an orientation behind the first two bytes of a JPEG. */
static size_t with_exif(const void *marker, size_t n, unsigned char *to)
{
    memcpy(to, jpeg, 2);
    memcpy(to + 2, marker, n);
    memcpy(to + 2 + n, jpeg + 2, sizeof jpeg - 2);
    return sizeof jpeg + n;
}

START_TEST(the_orientation_of_a_file_is_obeyed)
{
    static const char little[] = "\xff\xe1\0\x22"
                                 "Exif\0\0"
                                 "II*\0\x08\0\0\0"
                                 "\1\0\x12\1\3\0\1\0\0\0\3\0\0\0\0\0\0\0";
    static const char big[] = "\xff\xe1\0\x22"
                              "Exif\0\0"
                              "MM\0*\0\0\0\x08"
                              "\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0";
    unsigned char     bytes[sizeof jpeg + sizeof big];

    nnt_file("a.jpg", bytes, with_exif(little, sizeof little - 1, bytes));
    expect_pixels(", size: [1, 2], channels: grey, fit: stretch", V(255, 0));
    nnt_file("a.jpg", bytes, with_exif(big, sizeof big - 1, bytes));
    expect_pixels(", size: [2, 1], channels: grey, fit: stretch", V(0, 255));
    for (size_t cut = 4; cut < sizeof big - 10; cut++) { /* read, never beyond its end */
        int v = nnp_raster_exif((const uint8_t *)big + 10, cut);

        ck_assert_int_eq(v, cut < 22 ? 1 : 6);
    }
}
END_TEST

static void expect_refusal(const void *bytes, size_t n, const char *why)
{
    char        want[4096];
    struct nnt *t;

    snprintf(want, sizeof want, "%s/a.png: %s", nnt_folder(), why);
    nnt_file("a.png", bytes, n);
    t = open_folder("");
    nnt_in(t, NNP_I64, S(1), V(0));
    ck_assert_str_eq(nnt_setup_refusal(t), want);
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EIO);
    nnt_close(t);
}

START_TEST(refuses_what_is_damaged)
{
    unsigned char bytes[sizeof rgb];

    expect_refusal("GIF89a whatever", 15, "neither a PNG nor a JPEG file");
    expect_refusal("", 0, "neither a PNG nor a JPEG file");
    expect_refusal(huge, sizeof huge,
                   "larger than 32768 pixels a side or 67108864 in all");
    expect_refusal(rgb, 60, "damaged PNG");
    expect_refusal(jpeg, sizeof jpeg - 9, "damaged JPEG");
    memcpy(bytes, rgb, sizeof rgb);
    bytes[20] ^= 0x40; /* the width, so that the check sum of the header is wrong */
    expect_refusal(bytes, sizeof bytes, "damaged PNG");
}
END_TEST

/* Cut at every length, and with every byte changed: read or refused, never worse. */
START_TEST(survives_files_that_were_cut_or_changed)
{
    const unsigned char *whole = _i ? jpeg : rgb;
    size_t               n = _i ? sizeof jpeg : sizeof rgb;
    unsigned char        bytes[sizeof jpeg + sizeof rgb];

    for (size_t k = 0; k < n; k += _i ? 7 : 1)
        for (int change = 0; change < 2; change++) {
            struct nnt *t;

            memcpy(bytes, whole, n);
            bytes[k] ^= change ? 0xff : 0;
            nnt_file("a.png", bytes, change ? n : k);
            t = open_folder(", size: 2");
            nnt_in(t, NNP_I64, S(1), V(0));
            t->ctx->flags = NNP_PEEK;
            nnt_setup(t); /* nothing is decoded yet */
            nnt_close(t);
            t = open_folder(", size: 2");
            nnt_in(t, NNP_I64, S(1), V(0));
            int rc = probe_setup(t->probe);
            ck_assert(rc ? nnt_refusal_code(t) == NNP_EIO : change || k > n - 13);
            nnt_close(t);
        }
}
END_TEST

/* What the loader wants its user to know; NULL: nothing. */
static const char *note_of(struct nnt *t)
{
    const void *f = t->probe->inst.type->desc->extension("nnp.notes/1");

    return ((nnp_note_fn *)(uintptr_t)f)(t->self, 0);
}

static void expect_folder(size_t rows, double val, double test, struct nnt_values labels,
                          const char *note)
{
    struct nnt *t = open_folder(", size: 1");
    double      row[8] = { 0, 1, 2, 3, 4, 5, 6, 7 };

    nnt_in(t, NNP_I64, S((int64_t)rows), (struct nnt_values){ rows, row });
    nnt_forward(t);
    ck_assert_int_eq(nnt_rows(t)->count, (int64_t)rows);
    nnt_expect(&t->out[1], labels);
    int64_t front =
        test > 0 ? (int64_t)test : (int64_t)rows; /* rows before the test part */
    ck_assert_int_eq(nnt_rows(t)->test, (int64_t)rows - front);
    ck_assert_int_eq(nnt_rows(t)->val, val > 0 ? front - (int64_t)val : 0);
    if (note)
        ck_assert_str_eq(note_of(t), note);
    else
        ck_assert_ptr_null(note_of(t));
    nnt_close(t);
}

static void picture(const char *name)
{
    nnt_file(name, rgb, sizeof rgb);
}

START_TEST(what_is_passed_over_is_counted)
{
    folder("cat");
    folder("cat/deep");
    folder("dog");
    folder("emu");
    picture("cat/1.png");
    picture("emu/1.png");
    picture("cat/deep/2.png");
    picture("loose.png");
    nnt_text_file("dog/1.webp", "");
    nnt_text_file("dog/2.bmp", "");
    nnt_text_file("dog/.hidden", "");
    expect_folder(2, 0, 0, V(0, 1),
                  "passed over: 2 files not named .png, .jpg or .jpeg (dog/1.webp); "
                  "1 folder without a PNG or JPEG file (dog); 1 folder inside a class "
                  "(cat/deep); 1 file beside the classes (loose.png)");
}
END_TEST

START_TEST(a_folder_for_validation_is_its_official_part)
{
    folder("Train");
    folder("Train/a");
    folder("Train/b");
    folder("valid");
    folder("valid/b");
    picture("Train/a/1.png");
    picture("Train/b/1.png");
    picture("valid/b/1.png");
    expect_folder(3, 2, 0, V(0, 1, 1), NULL);
    folder("test");
    folder("test/a");
    picture("test/a/1.png");
    folder("other");
    expect_folder(4, 2, 3, V(0, 1, 1, 0),
                  "passed over: 1 folder beside train, val and test (other)");
}
END_TEST

START_TEST(a_class_may_be_called_test)
{
    folder("best");
    folder("rest");
    folder("test");
    picture("best/1.png");
    picture("rest/1.png");
    picture("test/1.png");
    expect_folder(3, 0, 0, V(0, 1, 2), NULL);
}
END_TEST

START_TEST(parts_without_classes_are_one_class)
{
    folder("train");
    folder("test");
    picture("train/1.png");
    picture("train/2.png");
    picture("test/1.png");
    expect_folder(3, 0, 2, V(0, 0, 0), NULL);
}
END_TEST

static struct nnt *open_path(const char *name)
{
    char yaml[4096];

    snprintf(yaml, sizeof yaml, "{dir: '%s/%s', size: 1}", nnt_folder(), name);
    return nnt_open("loader", "images", yaml);
}

START_TEST(a_single_image_is_one_row)
{
    struct nnt *t;

    picture("photo.png");
    t = open_path("photo.png");
    nnt_in(t, NNP_I64, S(1), V(0));
    nnt_forward(t);
    nnt_expect(&t->out[1], V(0));
    ck_assert_int_eq(nnt_rows(t)->count, 1);
    nnt_close(t);
}
END_TEST

static void expect_no_rows(const char *name, const char *why)
{
    char        want[4096];
    struct nnt *t = open_path(name);

    snprintf(want, sizeof want, "%s/%s: %s", nnt_folder(), name, why);
    nnt_in(t, NNP_I64, S(1), V(0));
    ck_assert_str_eq(nnt_setup_refusal(t), want);
    nnt_close(t);
}

START_TEST(says_why_there_is_nothing)
{
    struct nnt *t;

    expect_no_rows("gone", "there is no such folder");
    nnt_text_file("notes.txt", "");
    expect_no_rows("notes.txt",
                   "this is a file, not a folder, and not named .png, .jpg or "
                   ".jpeg");
    folder("empty");
    expect_no_rows("empty", "there is no PNG or JPEG file in this folder or those right "
                            "below it");
    nnt_text_file("empty/a.gif", "");
    expect_no_rows("empty", "there is no PNG or JPEG file in this folder or those right "
                            "below it; passed over: 1 file not named .png, .jpg or .jpeg "
                            "(a.gif)");
    picture("a.png");
    t = open_folder(", size: 2");
    nnt_in(t, NNP_I64, S(1), V(1));
    ck_assert_str_eq(nnt_forward_refusal(t), "there is no such row");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("images");
    TCase *t = tcase_create("loader");

    tcase_add_loop_test(t, reads_the_pixels, 0, 2);
    tcase_add_test(t, classes_are_folders_in_their_order);
    tcase_add_test(t, the_test_folder_is_the_official_test_part);
    tcase_add_loop_test(t, brings_images_to_one_size, 0, COUNT(sizes));
    tcase_add_test(t, what_is_unseen_is_white);
    tcase_add_test(t, refuses_what_is_damaged);
    tcase_add_loop_test(t, survives_files_that_were_cut_or_changed, 0, 2);
    tcase_add_test(t, says_why_there_is_nothing);
    tcase_add_test(t, numbers_stay_as_the_file_has_them);
    tcase_add_test(t, grey_is_the_luma_and_what_is_half_seen_is_half_white);
    tcase_add_test(t, inks_become_colours);
    tcase_add_loop_test(t, all_eight_orientations_are_put_upright, 0, COUNT(upright));
    tcase_add_test(t, the_orientation_of_a_file_is_obeyed);
    tcase_add_test(t, what_is_passed_over_is_counted);
    tcase_add_test(t, a_folder_for_validation_is_its_official_part);
    tcase_add_test(t, a_class_may_be_called_test);
    tcase_add_test(t, parts_without_classes_are_one_class);
    tcase_add_test(t, a_single_image_is_one_row);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
