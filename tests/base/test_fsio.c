/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include "base/fsio.h"

static char         folder[64];
static struct arena a;
static struct diag  d;

static void open_all(void)
{
    snprintf(folder, sizeof folder, "/tmp/nnpipe-fsio-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    diag_init(&d, &a);
}

static void remove_tree(const char *path)
{
    DIR *dir = opendir(path);

    for (struct dirent *e; dir && (e = readdir(dir));) {
        char *name = arena_printf(&a, "%s/%s", path, e->d_name);
        if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..") && unlink(name))
            remove_tree(name);
    }
    if (dir)
        closedir(dir);
    rmdir(path);
}

static void close_all(void)
{
    remove_tree(folder);
    arena_close(&a);
}

static const char *in(const char *name)
{
    return arena_printf(&a, "%s/%s", folder, name);
}

static int entries(void)
{
    DIR *dir = opendir(folder);
    int  n = -2; /* . and .. */

    while (readdir(dir))
        n++;
    closedir(dir);
    return n;
}

static void expect_content(const char *path, const char *want)
{
    char  *bytes;
    size_t n;

    ck_assert_int_eq(fsio_read(path, 1000, &bytes, &n, &d), 0);
    ck_assert_uint_eq(n, strlen(want));
    ck_assert_str_eq(bytes, want);
    free(bytes);
}

static void expect_message(const char *path, const char *rest)
{
    ck_assert_uint_eq(d.n, 1);
    ck_assert_str_eq(d.entries[0].text, arena_printf(&a, "%s: %s", path, rest));
}

START_TEST(a_file_is_replaced_whole_and_leaves_nothing_beside)
{
    const char *path = in("w.bin");

    ck_assert_int_eq(fsio_replace(path, "first", 5, &d), 0);
    expect_content(path, "first");
    struct fsio_part parts[] = { { "sec", 3 }, { NULL, 0 }, { "ond", 3 } };
    ck_assert_int_eq(fsio_replace_parts(path, parts, 3, &d), 0);
    expect_content(path, "second");
    ck_assert_int_eq(entries(), 1);
}
END_TEST

START_TEST(pieces_are_there_once_the_last_is_or_not_at_all)
{
    const char      *path = in("w.bin");
    struct fsio_file f;

    ck_assert_int_eq(fsio_replace(path, "old", 3, &d), 0);
    ck_assert_int_eq(fsio_begin(&f, path, &d), 0);
    ck_assert_int_eq(fsio_put(&f, "ne", 2), 0);
    expect_content(path, "old");
    fsio_abandon(&f);
    ck_assert_int_eq(entries(), 1);
    ck_assert_int_eq(fsio_begin(&f, path, &d), 0);
    ck_assert_int_eq(entries(), 2);
    fsio_forsake(); /* as whoever ends the process does */
    ck_assert_int_eq(entries(), 1);
    fsio_abandon(&f);
    ck_assert_int_eq(fsio_begin(&f, path, &d), 0);
    fsio_put(&f, "ne", 2);
    fsio_put(&f, "w", 1);
    ck_assert_int_eq(fsio_end(&f, &d), 0);
    expect_content(path, "new");
    ck_assert_int_eq(entries(), 1);
}
END_TEST

START_TEST(the_leftover_of_a_dead_process_is_no_hindrance)
{
    const char *path = in("w.bin"), *beside = in("w.bin.tmp-");
    FILE       *f = fopen(arena_printf(&a, "%s%ld", beside, (long)getpid()), "w");

    fclose(f);
    ck_assert_int_eq(fsio_replace(path, "x", 1, &d), 0);
    ck_assert_int_eq(entries(), 1);
}
END_TEST

START_TEST(a_full_disk_leaves_the_old_file)
{
    const char   *path = in("w.bin");
    struct rlimit limit = { 1000, 1000 };
    static char   big[5000];

    ck_assert_int_eq(fsio_replace(path, "old", 3, &d), 0);
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert_int_eq(fsio_replace(path, big, sizeof big, &d), -1);
    expect_message(path, "cannot be written: File too large");
    expect_content(path, "old");
    ck_assert_int_eq(entries(), 1);
}
END_TEST

START_TEST(a_device_is_written_to_not_replaced)
{
    struct stat st;

    ck_assert_int_eq(fsio_replace("/dev/null", "x", 1, &d), 0);
    ck_assert_int_eq(stat("/dev/null", &st), 0);
    ck_assert(S_ISCHR(st.st_mode));
    ck_assert_int_eq(fsio_replace("/dev/full", "x", 1, &d), -1);
    expect_message("/dev/full", "cannot be written: No space left on device");
}
END_TEST

START_TEST(a_missing_folder_is_named)
{
    const char *path = in("no/such/file");

    ck_assert_int_eq(fsio_replace(path, "x", 1, &d), -1);
    expect_message(path, "cannot be written: No such file or directory");
    ck_assert_int_eq(entries(), 0);
}
END_TEST

START_TEST(what_cannot_be_read_is_said)
{
    char  *bytes = NULL;
    size_t n;

    ck_assert_int_eq(fsio_read(in("none"), 10, &bytes, &n, &d), -1);
    expect_message(in("none"), "cannot be opened: No such file or directory");
    diag_init(&d, &a);
    ck_assert_int_eq(fsio_read(folder, 10, &bytes, &n, &d), -1);
    expect_message(folder, "cannot be read: Is a directory");
    ck_assert_ptr_null(bytes);
}
END_TEST

START_TEST(a_file_over_the_limit_is_refused)
{
    const char *path = in("big");
    char       *bytes = NULL;
    size_t      n;

    ck_assert_int_eq(fsio_replace(path, "12345", 5, &d), 0);
    ck_assert_int_eq(fsio_read(path, 5, &bytes, &n, &d), 0);
    ck_assert_uint_eq(n, 5);
    free(bytes);
    ck_assert_int_eq(fsio_read(path, 4, &bytes, &n, &d), -1);
    expect_message(path, "is larger than the 4 bytes allowed");
}
END_TEST

/* Of whole pages and one byte more: the 0 stands on a page of its own, or on the last. */
START_TEST(a_large_file_is_pages_with_a_0_behind)
{
    size_t n = ((size_t)1 << 24) + 4096 + (size_t)_i, got = 0;
    char  *text = malloc(n), *bytes = NULL, hex[65], want[65];

    for (size_t i = 0; i < n; i++)
        text[i] = (char)('a' + i % 23);
    ck_assert_int_eq(fsio_replace(in("large"), text, n, &d), 0);
    ck_assert(fsio_map(in("large"), n, &bytes, &got));
    ck_assert_uint_eq(got, n);
    ck_assert_int_eq(bytes[n], 0);
    fsio_map_sha256(bytes, n, hex);
    fsio_sha256(text, n, want);
    ck_assert_str_eq(hex, want);
    ck_assert_int_eq(memcmp(bytes, text, n), 0); /* though they were passed */
    fsio_unmap(bytes, n);
    ck_assert(!fsio_map(in("large"), n - 1, &bytes, &got));
    text[0] = 0x1f;
    text[1] = (char)0x8b;
    ck_assert_int_eq(fsio_replace(in("large"), text, n, &d), 0);
    ck_assert(!fsio_map(in("large"), n, &bytes, &got));
    ck_assert(!fsio_map(folder, n, &bytes, &got));
    ck_assert(!fsio_map(in("none"), n, &bytes, &got));
    free(text);
}
END_TEST

START_TEST(standard_input_is_read_to_its_end)
{
    int    ends[2];
    char  *bytes, block[70000];
    size_t n;

    ck_assert_int_eq(pipe(ends), 0);
    if (!fork()) {
        memset(block, 'q', sizeof block);
        for (int i = 0; i < 3; i++)
            if (write(ends[1], block, sizeof block) < 0)
                _exit(1);
        _exit(0);
    }
    close(ends[1]);
    dup2(ends[0], 0);
    ck_assert_int_eq(fsio_read("-", 1 << 20, &bytes, &n, &d), 0);
    ck_assert_uint_eq(n, 210000);
    ck_assert_int_eq(bytes[209999], 'q');
    ck_assert_int_eq(bytes[210000], 0);
    free(bytes);
}
END_TEST

/* The same text `times`, each a member, the way `cat a.gz b.gz` makes it. */
static size_t gzip(int times, char *out, size_t room, const char *text, size_t n)
{
    z_stream z = { .next_out = (Bytef *)out, .avail_out = (uInt)room };

    ck_assert_int_eq(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    for (int i = 0; i < times; i++) {
        z.next_in = (Bytef *)text;
        z.avail_in = (uInt)n;
        ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
        ck_assert_int_eq(deflateReset(&z), Z_OK);
    }
    size_t size = (size_t)((char *)z.next_out - out);
    deflateEnd(&z);
    return size;
}

enum { TEXT = 200000 };

static char *long_text(void)
{
    char *text = arena_alloc(&a, TEXT);

    for (size_t i = 0; i < TEXT; i++)
        text[i] = (char)('a' + i * i % 23);
    return text;
}

/* One member may go by a faster way, so each of these is tried with one (_i) and with
 * two. */
START_TEST(gzip_members_are_joined_and_zeros_behind_them_ignored)
{
    const char *path = in("t.gz");
    char       *text = long_text(), *packed = arena_alloc(&a, TEXT), *bytes;
    size_t      n, size = gzip(_i, packed, TEXT - 512, text, TEXT);

    ck_assert_int_eq(fsio_replace(path, packed, size + (_i == 2 ? 512 : 0), &d), 0);
    ck_assert_int_eq(fsio_read_gz(path, 2 * TEXT, &bytes, &n, &d), 0);
    ck_assert_uint_eq(n, (size_t)_i * TEXT);
    for (int i = 0; i < _i; i++)
        ck_assert_mem_eq(bytes + i * TEXT, text, TEXT);
    ck_assert_int_eq(bytes[n], 0);
    free(bytes);
    ck_assert_int_eq(fsio_read_gz(path, (size_t)_i * TEXT - 1, &bytes, &n, &d), -1);
    expect_message(path,
                   arena_printf(&a, "is larger than the %d bytes allowed when unpacked",
                                _i * TEXT - 1));
}
END_TEST

START_TEST(a_truncated_gzip_file_names_the_offset)
{
    const char *path = in("t.gz");
    char       *packed = arena_alloc(&a, TEXT), *bytes;
    size_t      n, size = gzip(_i, packed, TEXT, long_text(), TEXT);

    ck_assert_int_eq(fsio_replace(path, packed, size - 9, &d), 0);
    ck_assert_int_eq(fsio_read_gz(path, 1 << 20, &bytes, &n, &d), -1);
    expect_message(
        path, arena_printf(&a, "the gzip data ends too early, at byte %zu", size - 9));
}
END_TEST

START_TEST(a_damaged_gzip_file_names_the_offset)
{
    const char *path = in("t.gz");
    char       *packed = arena_alloc(&a, TEXT), *bytes;
    size_t      n, size = gzip(_i, packed, TEXT, long_text(), TEXT);

    packed[size / (size_t)_i - 8] ^= 0x55; /* the checksum of the first member */
    ck_assert_int_eq(fsio_replace(path, packed, size, &d), 0);
    ck_assert_int_eq(fsio_read_gz(path, 1 << 20, &bytes, &n, &d), -1);
    ck_assert_ptr_nonnull(strstr(d.entries[0].text, "the gzip data is damaged at byte"));
    ck_assert_ptr_nonnull(strstr(d.entries[0].text, "incorrect data check"));
}
END_TEST

/* The size at the end says 4 GiB, or one byte less than there is. */
START_TEST(a_size_that_lies_is_found_out)
{
    const char *path = in("t.gz");
    char       *packed = arena_alloc(&a, TEXT), *bytes;
    size_t      n, size = gzip(1, packed, TEXT, long_text(), TEXT);

    memset(packed + size - 4, _i ? 0xff : 0, 4);
    if (!_i) {
        uint32_t less = TEXT - 1;
        for (int k = 0; k < 4; k++)
            packed[size - 4 + (size_t)k] = (char)(less >> 8 * k);
    }
    ck_assert_int_eq(fsio_replace(path, packed, size, &d), 0);
    ck_assert_int_eq(fsio_read_gz(path, SIZE_MAX, &bytes, &n, &d), -1);
    ck_assert_ptr_nonnull(strstr(d.entries[0].text, "incorrect length check"));
}
END_TEST

START_TEST(a_plain_file_passes_the_gzip_reader)
{
    const char *path = in("plain");
    char       *bytes;
    size_t      n;

    ck_assert_int_eq(fsio_replace(path, "\x1f", 1, &d), 0);
    ck_assert_int_eq(fsio_read_gz(path, 10, &bytes, &n, &d), 0);
    ck_assert_uint_eq(n, 1);
    free(bytes);
}
END_TEST

START_TEST(folders_are_made_with_all_their_parents)
{
    ck_assert_int_eq(fsio_folder(in("a/b//c"), &d), 0);
    ck_assert_int_eq(fsio_folder(in("a/b/c/"), &d), 0);
    ck_assert(fsio_exists(in("a/b/c")));
    ck_assert_int_eq(fsio_replace(in("file"), "", 0, &d), 0);
    ck_assert_int_eq(fsio_folder(in("file/x"), &d), -1);
    expect_message(in("file/x"), "cannot be made a folder: File exists");
}
END_TEST

START_TEST(numbers_go_on_behind_the_highest)
{
    const char *runs = in("runs/xor");

    ck_assert_str_eq(fsio_numbered(&a, runs, &d), in("runs/xor/001"));
    ck_assert_str_eq(fsio_numbered(&a, runs, &d), in("runs/xor/002"));
    ck_assert_int_eq(rmdir(in("runs/xor/001")), 0);
    ck_assert_int_eq(fsio_folder(in("runs/xor/0120"), &d), 0);
    ck_assert_int_eq(fsio_folder(in("runs/xor/999x"), &d), 0);
    ck_assert_str_eq(fsio_numbered(&a, runs, &d), in("runs/xor/121"));
}
END_TEST

START_TEST(paths_lie_beside_the_file_that_names_them)
{
    ck_assert_str_eq(fsio_beside(&a, "pipelines/xor.yaml", "data.csv"),
                     "pipelines/data.csv");
    ck_assert_str_eq(fsio_beside(&a, "xor.yaml", "data.csv"), "data.csv");
    ck_assert_str_eq(fsio_beside(&a, "/xor.yaml", "data.csv"), "/data.csv");
    ck_assert_str_eq(fsio_beside(&a, "pipelines/xor.yaml", "/data.csv"), "/data.csv");
}
END_TEST

START_TEST(sha256_of_a_file_is_that_of_its_bytes)
{
    char  memory[65], file[65];
    char *text = long_text();

    for (size_t n = 0; n < TEXT; n += 7919) {
        fsio_sha256(text, n, memory);
        ck_assert_int_eq(fsio_replace(in("f"), text, n, &d), 0);
        ck_assert_int_eq(fsio_sha256_file(in("f"), file, &d), 0);
        ck_assert_str_eq(memory, file);
    }
    ck_assert_int_eq(fsio_sha256_file(in("none"), file, &d), -1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("fsio");
    TCase *t = tcase_create("fsio");

    tcase_add_checked_fixture(t, open_all, close_all);
    tcase_add_test(t, a_file_is_replaced_whole_and_leaves_nothing_beside);
    tcase_add_test(t, pieces_are_there_once_the_last_is_or_not_at_all);
    tcase_add_test(t, the_leftover_of_a_dead_process_is_no_hindrance);
    tcase_add_test(t, a_full_disk_leaves_the_old_file);
    tcase_add_test(t, a_device_is_written_to_not_replaced);
    tcase_add_test(t, a_missing_folder_is_named);
    tcase_add_test(t, what_cannot_be_read_is_said);
    tcase_add_test(t, a_file_over_the_limit_is_refused);
    tcase_add_loop_test(t, a_large_file_is_pages_with_a_0_behind, 0, 2);
    tcase_add_test(t, standard_input_is_read_to_its_end);
    tcase_add_loop_test(t, gzip_members_are_joined_and_zeros_behind_them_ignored, 1, 3);
    tcase_add_loop_test(t, a_truncated_gzip_file_names_the_offset, 1, 3);
    tcase_add_loop_test(t, a_damaged_gzip_file_names_the_offset, 1, 3);
    tcase_add_loop_test(t, a_size_that_lies_is_found_out, 0, 2);
    tcase_add_test(t, a_plain_file_passes_the_gzip_reader);
    tcase_add_test(t, folders_are_made_with_all_their_parents);
    tcase_add_test(t, numbers_go_on_behind_the_highest);
    tcase_add_test(t, paths_lie_beside_the_file_that_names_them);
    tcase_add_test(t, sha256_of_a_file_is_that_of_its_bytes);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
