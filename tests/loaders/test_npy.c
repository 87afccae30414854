/* SPDX-License-Identifier: MIT */
#include <config.h>
#include <nnpipe/data.h>
#include "support/nnt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/fsio.h"

struct bytes {
    unsigned char b[1024];
    size_t        n;
};

/* A file of version `version` with this dict and these elements. */
static struct bytes npy(int version, const char *dict, const void *elements, size_t n)
{
    struct bytes f = { { 0x93, 'N', 'U', 'M', 'P', 'Y', (unsigned char)version }, 8 };
    size_t       length = strlen(dict) + 1;

    f.b[f.n++] = (unsigned char)length;
    f.b[f.n++] = (unsigned char)(length >> 8);
    f.n += version > 1 ? 2 : 0;
    memcpy(f.b + f.n, dict, length - 1);
    f.n += length;
    f.b[f.n - 1] = '\n';
    memcpy(f.b + f.n, elements, n);
    f.n += n;
    return f;
}

static struct nnt *open_x(struct bytes f)
{
    char yaml[4096];

    snprintf(yaml, sizeof yaml, "'%s'", nnt_file("x.npy", f.b, f.n));
    return nnt_open("loader", "npy", yaml);
}

static const float four[] = { 1, 2, 3.5f, -4 };

#define DICT(descr, shape)                                                               \
    "{'descr': '" descr "', 'fortran_order': False, 'shape': " shape ", }"

START_TEST(gathers_rows_of_every_version)
{
    struct nnt *t = open_x(npy(_i, DICT("<f4", "(2, 2)"), four, sizeof four));

    nnt_in(t, NNP_I64, S(3), V(1, 0, 1));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(3, 2));
    nnt_expect(nnt_tensor(t, NNP_OUT, "x"), V(3.5, -4, 1, 2, 3.5, -4));
    nnt_expect_number((double)nnt_rows(t)->count, 2, 0);
    nnt_close(t);
}
END_TEST

/* The same two bytes or more as every type; axis 0 has length 1. */
static const struct {
    const char   *descr;
    uint32_t      type;
    unsigned char bytes[8];
    size_t        n;
    double        value;
} types[] = {
    { "<f4", NNP_F32, { 0, 0, 0x20, 0x40 }, 4, 2.5 },
    { "<f8", NNP_F64, { 0, 0, 0, 0, 0, 0, 0x04, 0x40 }, 8, 2.5 },
    { "<i4", NNP_I32, { 0xfe, 0xff, 0xff, 0xff }, 4, -2 },
    { "<i8", NNP_I64, { 0x01, 0x01, 0, 0, 0, 0, 0, 0 }, 8, 257 },
    { "|i1", NNP_I8, { 0xff }, 1, -1 },
    { "|u1", NNP_U8, { 0xff }, 1, 255 },
    { "|b1", NNP_U8, { 1 }, 1, 1 },
    { "<f2", NNP_F32, { 0x00, 0xc1 }, 2, -2.5 },
    { "<f2", NNP_F32, { 0x01, 0x00 }, 2, 0x1p-24 },
    { ">f2", NNP_F32, { 0x7b, 0xff }, 2, 65504 },
    { ">f4", NNP_F32, { 0x40, 0x20, 0, 0 }, 4, 2.5 },
    { ">f8", NNP_F64, { 0x40, 0x04, 0, 0, 0, 0, 0, 0 }, 8, 2.5 },
    { "<i2", NNP_I32, { 0xfe, 0xff }, 2, -2 },
    { ">i4", NNP_I32, { 0xff, 0xff, 0xff, 0xfe }, 4, -2 },
    { ">i8", NNP_I64, { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe }, 8, -2 },
    { "<u2", NNP_I32, { 0xfe, 0xff }, 2, 65534 },
    { "<u4", NNP_I64, { 0xfe, 0xff, 0xff, 0xff }, 4, 4294967294 },
    { "<u8", NNP_I64, { 1, 0, 0, 0, 1, 0, 0, 0 }, 8, 4294967297 },
};

START_TEST(keeps_the_type)
{
    char        dict[128];
    struct nnt *t;

    snprintf(dict, sizeof dict, "{'shape': (1,), 'fortran_order': False, 'descr': '%s'}",
             types[_i].descr);
    t = open_x(npy(1, dict, types[_i].bytes, types[_i].n));
    nnt_in(t, NNP_I64, S(1), V(0));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], types[_i].type, S(1));
    nnt_expect(&t->out[0], V(types[_i].value));
    nnt_close(t);
}
END_TEST

/* What setup says behind the name of the file. */
static const char *refusal(struct nnt *t)
{
    const char *said, *at;

    nnt_in(t, NNP_I64, S(1), V(0));
    said = nnt_setup_refusal(t);
    at = strstr(said, "x.npy: ");
    ck_assert_msg(at != NULL, "no file is named in: %s", said);
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EIO);
    return at + 7;
}

/* Rows of 2 x 3 whose elements count up, columns first: NumPy's
 * asfortranarray(arange(12).reshape(2, 2, 3)). */
START_TEST(columns_may_come_first)
{
    static const unsigned char b[] = { 0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 11 };
    struct nnt                *t = open_x(npy(
                       1, "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2, 3)}", b, sizeof b));

    nnt_in(t, NNP_I64, S(2), V(1, 0));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_U8, S(2, 2, 3));
    nnt_expect(&t->out[0], V(6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5));
    nnt_close(t);
}
END_TEST

/* Numbers that a float, or an i64, cannot be. */
static const struct {
    const char   *descr;
    unsigned char bytes[8];
    const char   *message;
} too_large[] = {
    { "<f8",
      { 0x9c, 0x75, 0, 0x88, 0x3c, 0xe4, 0x37, 0x7e },
      "row 0, element 0: larger than a float" },
    { "<f8", { 0, 0, 0, 0, 0, 0, 0xf0, 0x7f }, "row 0, element 0: not a finite number" },
    { "<u8", { 0, 0, 0, 0, 0, 0, 0, 0x80 }, "row 0, element 0: too large for i64" },
};

START_TEST(refuses_what_its_type_cannot_hold)
{
    char        dict[128];
    struct nnt *t;

    snprintf(dict, sizeof dict, "{'shape': (1,), 'fortran_order': False, 'descr': '%s'}",
             too_large[_i].descr);
    t = open_x(npy(1, dict, too_large[_i].bytes, 8));
    ck_assert_str_eq(refusal(t), too_large[_i].message);
    nnt_close(t);
}
END_TEST

/* A number of so many bytes, the lowest first. */
static void put(struct bytes *z, uint64_t v, int bytes)
{
    for (; bytes--; v >>= 8)
        z->b[z->n++] = (unsigned char)v;
}

/* What stands before a file and in the directory: version, flags, method, time, date,
 * CRC, the two sizes, lengths of the name and of what is behind it. */
static void put_file(struct bytes *z, const char *name, const struct bytes *f, int method,
                     size_t packed)
{
    put(z, 20, 2), put(z, 0, 2), put(z, (uint64_t)method, 2), put(z, 0, 4);
    put(z, fsio_crc32(0, f->b, f->n), 4), put(z, packed, 4), put(z, f->n, 4);
    put(z, strlen(name), 2), put(z, 0, 2);
}

static void put_text(struct bytes *z, const void *text, size_t n)
{
    memcpy(z->b + z->n, text, n);
    z->n += n;
}

/* An archive as savez (method 0) or savez_compressed (8) write it. */
static struct bytes npz(int method, const char *const *names, const struct bytes *files,
                        size_t n)
{
    static struct bytes z, directory;
    struct arena        scrap = { 0 };
    struct diag         d;
    size_t              entries = 0;

    diag_init(&d, &scrap);
    z.n = directory.n = 0;
    for (; entries < n; entries++) {
        unsigned char *deflated;
        size_t         size, at = z.n;
        ck_assert_int_eq(
            fsio_deflate(files[entries].b, files[entries].n, &deflated, &size, &d), 0);
        size_t packed = method ? size - 6 : files[entries].n; /* without zlib's ends */
        put_text(&z, "PK\3\4", 4);
        put_file(&z, names[entries], &files[entries], method, packed);
        put_text(&z, names[entries], strlen(names[entries]));
        put_text(&z, method ? deflated + 2 : files[entries].b, packed);
        put_text(&directory, "PK\1\2\24", 6);
        put_file(&directory, names[entries], &files[entries], method, packed);
        put(&directory, 0, 10), put(&directory, at, 4);
        put_text(&directory, names[entries], strlen(names[entries]));
        free(deflated);
    }
    size_t at = z.n;
    put_text(&z, directory.b, directory.n);
    put_text(&z, "PK\5\6\0\0\0\0", 8);
    put(&z, n, 2), put(&z, n, 2), put(&z, directory.n, 4), put(&z, at, 4), put(&z, 0, 2);
    arena_close(&scrap);
    return z;
}

static struct nnt *open_archive(struct bytes z)
{
    char yaml[4096];

    snprintf(yaml, sizeof yaml, "'%s'", nnt_file("x.npz", z.b, z.n));
    return nnt_open("loader", "npy", yaml);
}

START_TEST(arrays_come_out_of_an_archive)
{
    static const char *const   names[] = { "y.npy", "x.npy" };
    static const unsigned char k[] = { 3, 0 };
    struct bytes               f[] = { npy(1, DICT("|u1", "(2,)"), k, sizeof k),
                                       npy(1, DICT("<f4", "(2, 2)"), four, sizeof four) };
    struct nnt                *t = open_archive(npz(_i ? 8 : 0, names, f, 2));

    nnt_in(t, NNP_I64, S(2), V(1, 0));
    nnt_forward(t);
    nnt_expect(nnt_tensor(t, NNP_OUT, "x"), V(3.5, -4, 1, 2));
    nnt_expect(nnt_tensor(t, NNP_OUT, "y"), V(0, 3));
    nnt_expect_number((double)nnt_rows(t)->classes, 4, 0);
    nnt_close(t);
}
END_TEST

START_TEST(the_only_array_of_an_archive_is_x)
{
    static const char *const names[] = { "arr_0.npy" };
    struct bytes             f = npy(1, DICT("<f4", "(2, 2)"), four, sizeof four);
    struct nnt              *t = open_archive(npz(0, names, &f, 1));

    nnt_in(t, NNP_I64, S(1), V(1));
    nnt_forward(t);
    ck_assert_uint_eq(t->ctx->n_out, 1);
    nnt_expect(&t->out[0], V(3.5, -4));
    nnt_close(t);
}
END_TEST

/* Whatever byte is another one: the same array, or a refusal, never another array. */
START_TEST(refuses_a_damaged_archive)
{
    static const char *const names[] = { "x.npy" };
    struct bytes             f = npy(1, DICT("<f4", "(2, 2)"), four, sizeof four);
    struct bytes             z = npz(8, names, &f, 1);
    struct nnt              *t;
    const char              *said;

    z.b[z.n / 2] ^= 0x10;
    z.n -= _i ? 1 : 0;
    t = open_archive(z);
    nnt_in(t, NNP_I64, S(1), V(0));
    said = nnt_setup_refusal(t);
    ck_assert_msg(strstr(said, "x.npz: the zip archive is damaged at byte ") != NULL,
                  "%s", said);
    nnt_close(t);
}
END_TEST

START_TEST(labels_come_from_a_second_file)
{
    static const unsigned char k[] = { 3, 0 };
    struct bytes               x = npy(1, DICT("<f4", "(2, 2)"), four, sizeof four);
    struct bytes               y = npy(1, DICT("|u1", "(2,)"), k, sizeof k);
    char                       yaml[4096];
    struct nnt                *t;

    snprintf(yaml, sizeof yaml, "{x: '%s', y: '%s'}", nnt_file("x.npy", x.b, x.n),
             nnt_file("y.npy", y.b, y.n));
    t = nnt_open("loader", "npy", yaml);
    nnt_in(t, NNP_I64, S(2), V(1, 0));
    nnt_forward(t);
    nnt_expect(nnt_tensor(t, NNP_OUT, "y"), V(0, 3));
    nnt_expect_number((double)nnt_rows(t)->classes, 4, 0);
    nnt_close(t);
}
END_TEST

START_TEST(peeking_reads_the_header)
{
    struct nnt *t = open_x(npy(1, DICT("<f4", "(1000, 3, 2)"), four, 0));

    nnt_in(t, NNP_I64, S(7), V0);
    t->ctx->flags = NNP_PEEK;
    nnt_setup(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(7, 3, 2));
    nnt_expect_number((double)nnt_rows(t)->count, 1000, 0);
    nnt_close(t);
}
END_TEST

static const struct {
    const char *dict;
    size_t      n; /* bytes of elements */
    const char *message;
} damaged[] = {
    { DICT("<f4", "(2, 2)"), 15,
      "15 bytes of elements behind byte 70, the header says 2 rows of 8" },
    { DICT("<f4", "(3, 2)"), 16,
      "16 bytes of elements behind byte 70, the header says 3 rows of 8" },
    { DICT("<f4", "(1, 2)"), 16,
      "16 bytes of elements behind byte 70, the header says 1 rows of 8" },
    { DICT("<U4", "(2, 2)"), 16,
      "header: elements of type '<U4', numbers are needed: f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 "
      "u8 b1" },
    { "{'fortran_order': False, 'shape': (2, 2)}", 16,
      "header: elements of type unknown, numbers are needed: f2 f4 f8 i1 i2 i4 i8 u1 u2 "
      "u4 u8 b1" },
    { "{'descr': '<f4', 'shape': (2, 2)}", 16, "header: no fortran_order" },
    { "{'descr': '<f4', 'fortran_order': False}", 16, "header: no shape" },
    { DICT("<f4", "()"), 4, "header: the shape is not that of rows" },
    { DICT("<f4", "(2, 2"), 16, "header: the shape is not that of rows" },
    { DICT("<f4", "(2, -2)"), 16, "header: the shape is not that of rows" },
    { DICT("<f4", "(0, 2)"), 0, "header: an axis of length 0, one too long or too many" },
    { DICT("<f4", "(2000000000, 2000000000, 2000000000)"), 16,
      "header: an axis of length 0, one too long or too many" },
    { DICT("<f4", "(99999999999999999999, 2)"), 16,
      "header: an axis of length 0, one too long or too many" },
    { DICT("<f4", "(1, 1, 1, 1, 1, 1, 1, 1, 4)"), 16,
      "header: an axis of length 0, one too long or too many" },
};

START_TEST(refuses_damage)
{
    struct nnt *t = open_x(npy(1, damaged[_i].dict, four, damaged[_i].n));

    ck_assert_str_eq(refusal(t), damaged[_i].message);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_every_shorter_file)
{
    struct bytes f = npy(1, DICT("<f4", "(2, 2)"), four, sizeof four);
    struct nnt  *t;

    f.n = (size_t)_i;
    t = open_x(f);
    refusal(t);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_what_is_not_finite)
{
    float        bad[] = { 1, 2, 3, 4 };
    struct nnt  *t;
    const char  *said;
    unsigned int nan = 0x7fc00000;

    memcpy(&bad[2], &nan, sizeof nan);
    t = open_x(npy(1, DICT("<f4", "(2, 2)"), bad, sizeof bad));
    said = refusal(t);
    ck_assert_str_eq(said, "row 1, element 0: not a finite number");
    nnt_close(t);
}
END_TEST

START_TEST(refuses_another_magic_number_and_version)
{
    struct bytes f = npy(1, DICT("<f4", "(2, 2)"), four, sizeof four);
    struct nnt  *t;

    f.b[_i ? 6 : 0] = 9;
    t = open_x(f);
    ck_assert_str_eq(refusal(t), _i ? "byte 6: a version other than 1, 2 and 3"
                                    : "byte 0: not a .npy file");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("npy");
    TCase *t = tcase_create("loader");

    tcase_add_loop_test(t, gathers_rows_of_every_version, 1, 4);
    tcase_add_loop_test(t, keeps_the_type, 0, COUNT(types));
    tcase_add_test(t, columns_may_come_first);
    tcase_add_loop_test(t, refuses_what_its_type_cannot_hold, 0, COUNT(too_large));
    tcase_add_loop_test(t, arrays_come_out_of_an_archive, 0, 2);
    tcase_add_test(t, the_only_array_of_an_archive_is_x);
    tcase_add_loop_test(t, refuses_a_damaged_archive, 0, 2);
    tcase_add_test(t, labels_come_from_a_second_file);
    tcase_add_test(t, peeking_reads_the_header);
    tcase_add_loop_test(t, refuses_damage, 0, COUNT(damaged));
    tcase_add_loop_test(t, refuses_every_shorter_file, 0, 86);
    tcase_add_test(t, refuses_what_is_not_finite);
    tcase_add_loop_test(t, refuses_another_magic_number_and_version, 0, 2);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
