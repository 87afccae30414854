/* SPDX-License-Identifier: MIT */
#include <config.h>
#include <nnpipe/data.h>
#include "support/nnt.h"

#include <stdio.h>
#include <string.h>

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
    { DICT(">f4", "(2, 2)"), 16,
      "header: elements of type '>f4', "
      "<f4 <f8 <i4 <i8 |i1 |u1 or |b1 is needed" },
    { "{'fortran_order': False, 'shape': (2, 2)}", 16,
      "header: elements of type unknown, <f4 <f8 <i4 <i8 |i1 |u1 or |b1 is needed" },
    { "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2)}", 16,
      "header: columns first (fortran_order), rows first are needed" },
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
    tcase_add_test(t, labels_come_from_a_second_file);
    tcase_add_test(t, peeking_reads_the_header);
    tcase_add_loop_test(t, refuses_damage, 0, COUNT(damaged));
    tcase_add_loop_test(t, refuses_every_shorter_file, 0, 86);
    tcase_add_test(t, refuses_what_is_not_finite);
    tcase_add_loop_test(t, refuses_another_magic_number_and_version, 0, 2);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
