/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <stdlib.h>
#include <string.h>
#include "base/sha256.h"

/* The examples of FIPS 180-4, and the empty text; repeated so often. */
static const struct {
    const char *text;
    size_t      times;
    const char *hex;
} sums[] = {
    { "", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { "abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
    { "a", 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0" },
};

enum { SUMS = sizeof sums / sizeof *sums };

/* Through this way, in pieces of `piece` bytes. */
static void sum(sha256_blocks *way, const char *bytes, size_t n, size_t piece,
                char hex[65])
{
    struct sha256 s;

    sha256_init(&s);
    s.blocks = way;
    for (size_t at = 0; at < n; at += piece)
        sha256_add(&s, bytes + at, n - at < piece ? n - at : piece);
    sha256_hex(&s, hex);
}

static void expect(sha256_blocks *way, int k)
{
    static const size_t pieces[] = { 1u << 20, 64, 65, 1000, 7 };
    size_t              one = strlen(sums[k].text), n = one * sums[k].times;
    char               *bytes = malloc(n + 1), hex[65];

    ck_assert_ptr_nonnull(bytes);
    for (size_t at = 0; at < n; at += one)
        memcpy(bytes + at, sums[k].text, one);
    for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
        sum(way, bytes, n, pieces[p], hex);
        ck_assert_str_eq(hex, sums[k].hex);
    }
    free(bytes);
}

START_TEST(the_plain_way_gives_the_published_sums)
{
    expect(sha256_plain, _i);
}
END_TEST

START_TEST(the_way_by_instructions_gives_them_where_there_are_some)
{
    if (sha256_quick())
        expect(sha256_quick(), _i);
}
END_TEST

START_TEST(both_ways_agree_on_every_length)
{
    char bytes[300], plain[65], quick[65];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 37);
    for (size_t n = 0; n <= sizeof bytes && sha256_quick(); n++) {
        sum(sha256_plain, bytes, n, sizeof bytes, plain);
        sum(sha256_quick(), bytes, n, sizeof bytes, quick);
        ck_assert_str_eq(quick, plain);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sha256");
    TCase *t = tcase_create("base");

    tcase_add_loop_test(t, the_plain_way_gives_the_published_sums, 0, SUMS);
    tcase_add_loop_test(t, the_way_by_instructions_gives_them_where_there_are_some, 0,
                        SUMS);
    tcase_add_test(t, both_ways_agree_on_every_length);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
