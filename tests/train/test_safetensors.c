/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "train/safetensors.h"
#include "support/nnt.h"

#include <stdlib.h>
#include <string.h>
#include "base/fsio.h"

static int parse(const char *header, size_t data, struct arena *a,
                 struct safetensors *out, struct diag *d)
{
    size_t n = strlen(header), total = 8 + n + data;
    char  *bytes = arena_alloc(a, total + 1);

    bytes[0] = (char)(n & 255);
    bytes[1] = (char)(n >> 8);
    memcpy(bytes + 8, header, n);
    return safetensors_parse(a, "t", bytes, total, out, d);
}

START_TEST(what_is_written_is_read_back)
{
    struct arena        a = { 0 };
    struct diag         d;
    struct safetensors  f;
    float               w[6] = { 1, -2, 3.5f, 0, 1e-30f, 7 };
    int64_t             k[1] = { -5 }, s2[2] = { 2, 3 }, s1[1] = { 1 };
    struct named_tensor v[2] = {
        { "dense1.weight",
          { .data = w, .ndim = 2, .shape = s2, .code = 2, .bits = 32, .lanes = 1 } },
        { "a \"name\"",
          { .data = k, .ndim = 1, .shape = s1, .code = 0, .bits = 64, .lanes = 1 } },
    };
    const char *meta[] = { "epoch", "3", NULL };
    const char *path = nnt_file("w.nnw", "", 0);

    diag_init(&d, &a);
    ck_assert_int_eq(safetensors_write(path, v, 2, meta, &d), 0);
    ck_assert_int_eq(safetensors_read(&a, path, &f, &d), 0);
    ck_assert_uint_eq(f.n, 2);
    const struct named_tensor *t = safetensors_find(&f, "dense1.weight");
    ck_assert_int_eq(t->t.ndim, 2);
    ck_assert_int_eq(t->t.shape[1], 3);
    ck_assert_int_eq(memcmp(t->t.data, w, sizeof w), 0);
    ck_assert_ptr_nonnull(safetensors_find(&f, "a \"name\""));
    ck_assert_str_eq(safetensors_meta(&f, "epoch"), "3");
    ck_assert_ptr_null(safetensors_meta(&f, "seed"));
    ck_assert(f.sealed);
    ck_assert_ptr_null(safetensors_find(&f, "other"));
    safetensors_close(&f);
    arena_close(&a);
}
END_TEST

/* Alone, each of them: an error of the disk, of a copy, or somebody's editor. */
START_TEST(no_byte_of_a_file_can_be_another)
{
    struct arena        a = { 0 };
    struct diag         d;
    struct safetensors  f;
    float               w[2] = { 1, -2 };
    int64_t             shape[1] = { 2 };
    struct named_tensor v[1] = {
        { "w",
          { .data = w, .ndim = 1, .shape = shape, .code = 2, .bits = 32, .lanes = 1 } },
    };
    const char *meta[] = { "format", "nnpipe 2", NULL };
    const char *path = nnt_file("w.nnw", "", 0);
    char       *bytes;
    size_t      n;

    diag_init(&d, &a);
    ck_assert_int_eq(safetensors_write(path, v, 1, meta, &d), 0);
    ck_assert_int_eq(fsio_read(path, 1 << 20, &bytes, &n, &d), 0);
    for (size_t i = 0; i < n; i++)
        for (int bit = 0; bit < 8; bit++) {
            bytes[i] ^= (char)(1 << bit);
            int rc = safetensors_parse(&a, "w.nnw", bytes, n, &f, &d);
            ck_assert_msg(rc || !f.sealed, "byte %zu, bit %d", i, bit);
            bytes[i] ^= (char)(1 << bit);
        }
    for (size_t i = 0; i < n; i++)
        ck_assert(safetensors_parse(&a, "w.nnw", bytes, i, &f, &d) || !f.sealed);
    ck_assert_int_eq(safetensors_parse(&a, "w.nnw", bytes, n, &f, &d), 0);
    ck_assert(f.sealed);
    free(bytes);
    arena_close(&a);
}
END_TEST

START_TEST(wide_types_come_first_and_every_tensor_is_aligned)
{
    struct arena        a = { 0 };
    struct diag         d;
    struct safetensors  f;
    float               w[3] = { 1, 2, 3 };
    double              x[2] = { 4, 5 };
    unsigned char       u[5] = { 6, 7, 8, 9, 10 };
    int64_t             n3[1] = { 3 }, n2[1] = { 2 }, n5[1] = { 5 };
    struct named_tensor v[3] = {
        { "u", { .data = u, .ndim = 1, .shape = n5, .code = 1, .bits = 8, .lanes = 1 } },
        { "w", { .data = w, .ndim = 1, .shape = n3, .code = 2, .bits = 32, .lanes = 1 } },
        { "x", { .data = x, .ndim = 1, .shape = n2, .code = 2, .bits = 64, .lanes = 1 } },
    };
    const char *path = nnt_file("w.nnw", "", 0), *order[] = { "x", "w", "u" };

    diag_init(&d, &a);
    ck_assert_int_eq(safetensors_write(path, v, 3, NULL, &d), 0);
    ck_assert_int_eq(safetensors_read(&a, path, &f, &d), 0);
    for (size_t i = 0; i < 3; i++) {
        size_t at = (size_t)((char *)f.v[i].t.data - f.bytes);
        ck_assert_str_eq(f.v[i].name, order[i]);
        ck_assert_uint_eq(at % (f.v[i].t.bits / 8), 0);
    }
    ck_assert_int_eq(memcmp(f.v[0].t.data, x, sizeof x), 0);
    ck_assert_int_eq(memcmp(f.v[1].t.data, w, sizeof w), 0);
    ck_assert_int_eq(memcmp(f.v[2].t.data, u, sizeof u), 0);
    safetensors_close(&f);
    arena_close(&a);
}
END_TEST

START_TEST(types_that_only_others_write_are_read_by_name)
{
    static const struct {
        const char *type;
        size_t      bytes;
    } others[] = { { "BF16", 2 }, { "F16", 2 }, { "U64", 8 }, { "BOOL", 1 } };
    char               header[200];
    struct arena       a = { 0 };
    struct diag        d;
    struct safetensors f;

    diag_init(&d, &a);
    for (size_t i = 0; i < 4; i++) {
        snprintf(header, sizeof header,
                 "{\"w\":{\"dtype\":\"%s\",\"shape\":[3],\"data_offsets\":[0,%zu]}}",
                 others[i].type, 3 * others[i].bytes);
        ck_assert_int_eq(parse(header, 3 * others[i].bytes, &a, &f, &d), 0);
        ck_assert_str_eq(safetensors_type(nnp_type(&f.v[0].t)), others[i].type);
    }
    arena_close(&a);
}
END_TEST

static const struct {
    const char *header, *complaint;
    size_t      data;
} damaged[] = {
    { "{", "a name in quotes is needed here", 0 },
    { "[]", "'{' is missing", 0 },
    { "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}",
      "',' or '}' is missing", 8 },
    { "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
      "beyond the end", 7 },
    { "{\"w\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}",
      "not that of its shape", 8 },
    { "{\"w\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}", "incomplete", 8 },
    { "{\"w\":{\"dtype\":\"C64\",\"shape\":[1],\"data_offsets\":[0,8]}}", "does not have",
      8 },
    { "{\"w\":{\"dtype\":\"F32\",\"shape\":[99999999999,99999999999],\"data_offsets\":[0,"
      "8]}}",
      "too large", 8 },
    { "{\"w\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,4]}}",
      "too many", 4 },
    { "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}",
      "beyond the end", 8 },
    { "{\"w\\u00zz\":1}", "four digits", 0 },
};

START_TEST(refuses_what_is_damaged)
{
    struct arena       a = { 0 };
    struct diag        d;
    struct safetensors f;

    diag_init(&d, &a);
    ck_assert_int_eq(parse(damaged[_i].header, damaged[_i].data, &a, &f, &d), -1);
    ck_assert_msg(strstr(d.entries[0].text, damaged[_i].complaint), "%s",
                  d.entries[0].text);
    arena_close(&a);
}
END_TEST

START_TEST(refuses_a_header_longer_than_the_file)
{
    struct arena       a = { 0 };
    struct diag        d;
    struct safetensors f;
    char               bytes[] = { 100, 0, 0, 0, 0, 0, 0, 0, '{', '}' };

    diag_init(&d, &a);
    ck_assert_int_eq(safetensors_parse(&a, "t", bytes, sizeof bytes, &f, &d), -1);
    ck_assert_int_eq(safetensors_parse(&a, "t", bytes, 3, &f, &d), -1);
    arena_close(&a);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("safetensors");
    TCase *t = tcase_create("run");

    tcase_add_test(t, what_is_written_is_read_back);
    tcase_add_test(t, no_byte_of_a_file_can_be_another);
    tcase_add_test(t, wide_types_come_first_and_every_tensor_is_aligned);
    tcase_add_test(t, types_that_only_others_write_are_read_by_name);
    tcase_add_loop_test(t, refuses_what_is_damaged, 0, COUNT(damaged));
    tcase_add_test(t, refuses_a_header_longer_than_the_file);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
