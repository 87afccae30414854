/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "plugin/scan.h"

static struct arena arena;
static char         path[] = "scan_XXXXXX";
static int          fd;

static void open_all(void)
{
    snprintf(path, sizeof path, "scan_XXXXXX");
    fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
}

static void close_all(void)
{
    close(fd);
    unlink(path);
    arena_close(&arena);
}

static struct scan scan(void)
{
    struct scan s;
    struct stat st;

    scan_file(&arena, path, &s, &st);
    return s;
}

/* A shared object for this machine as far as its header goes. */
static Elf64_Ehdr own_header(void)
{
    Elf64_Ehdr own = { .e_type = ET_NONE };
    FILE      *f = fopen("/proc/self/exe", "rb");

    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fread(&own, sizeof own, 1, f), 1);
    fclose(f);
    return (Elf64_Ehdr){ .e_ident = { 0x7f, 'E', 'L', 'F', own.e_ident[EI_CLASS],
                                      own.e_ident[EI_DATA], EV_CURRENT },
                         .e_type = ET_DYN,
                         .e_machine = own.e_machine,
                         .e_phentsize = sizeof(Elf64_Phdr) };
}

static void put(const void *bytes, size_t n, off_t at)
{
    ck_assert_int_eq(pwrite(fd, bytes, n, at), (ssize_t)n);
}

static void put_header(void)
{
    Elf64_Ehdr h = own_header();

    put(&h, sizeof h, 0);
}

static void put_text(const char *text, off_t at)
{
    put(text, strlen(text) + 1, at);
}

/* ---- tags ---- */

START_TEST(tags_are_found_each_once)
{
    put_header();
    put_text("@(#)nnp1:layer:swish", 100);
    put_text("@(#)nnp1:loss:acme.my_loss2", 200);
    put_text("@(#)nnp1:layer:swish", 300);
    struct scan s = scan();
    ck_assert_ptr_null(s.skipped);
    ck_assert_uint_eq(s.n_tags, 2);
    ck_assert_str_eq(s.tags[0].kind, "layer");
    ck_assert_str_eq(s.tags[0].name, "swish");
    ck_assert_str_eq(s.tags[1].kind, "loss");
    ck_assert_str_eq(s.tags[1].name, "acme.my_loss2");
}
END_TEST

/* Places around the end of the first window that the scan reads. */
START_TEST(a_tag_may_lie_anywhere)
{
    put_header();
    put_text("@(#)nnp1:layer:far", 65536 - 24 + _i);
    put_text("end", 200000);
    struct scan s = scan();
    ck_assert_ptr_null(s.skipped);
    ck_assert_uint_eq(s.n_tags, 1);
    ck_assert_str_eq(s.tags[0].name, "far");
}
END_TEST

START_TEST(what_the_loader_would_not_map_is_not_read)
{
    Elf64_Ehdr h = own_header();
    Elf64_Phdr segment = { .p_type = PT_LOAD, .p_filesz = 512 };

    h.e_phoff = sizeof h;
    h.e_phnum = 1;
    put(&h, sizeof h, 0);
    put(&segment, sizeof segment, sizeof h);
    put_text("@(#)nnp1:layer:mapped", 400);
    put_text("@(#)nnp1:layer:debug", 600);
    struct scan s = scan();
    ck_assert_uint_eq(s.n_tags, 1);
    ck_assert_str_eq(s.tags[0].name, "mapped");
}
END_TEST

START_TEST(a_file_cut_off_before_its_segments_end_is_refused)
{
    Elf64_Ehdr h = own_header();
    Elf64_Phdr segment = { .p_type = PT_LOAD, .p_filesz = 5000 };

    h.e_phoff = sizeof h;
    h.e_phnum = 1;
    put(&h, sizeof h, 0);
    put(&segment, sizeof segment, sizeof h);
    put_text("@(#)nnp1:layer:x", 980);
    ck_assert_str_eq(scan().skipped, "cut off: 997 of at least 5000 bytes are there");
}
END_TEST

static const uint64_t enormous[][2] = { { UINT64_MAX - 16, 512 },
                                        { 0, UINT64_MAX },
                                        { 1, INT64_MAX },
                                        { INT64_MAX, INT64_MAX } };

START_TEST(a_segment_larger_than_any_file_is_cut_off)
{
    Elf64_Ehdr h = own_header();
    Elf64_Phdr segment = { .p_type = PT_LOAD,
                           .p_offset = enormous[_i][0],
                           .p_filesz = enormous[_i][1] };

    h.e_phoff = sizeof h;
    h.e_phnum = 1;
    put(&h, sizeof h, 0);
    put(&segment, sizeof segment, sizeof h);
    ck_assert_str_eq(scan().skipped,
                     "cut off: 120 of at least 9223372036854775807 bytes are there");
}
END_TEST

START_TEST(nonsense_in_the_program_headers_does_no_harm)
{
    Elf64_Ehdr h = own_header();

    h.e_phoff = UINT64_MAX - 8;
    h.e_phnum = UINT16_MAX;
    put(&h, sizeof h, 0);
    put_text("@(#)nnp1:layer:x", 200);
    ck_assert_uint_eq(scan().n_tags, 1);
}
END_TEST

static const struct {
    const char *text, *message;
} refused[] = {
    { "nothing", "not a plugin (it has no tag \"@(#)nnp1:KIND:NAME\")" },
    { "@(#)nnp", "not a plugin (it has no tag \"@(#)nnp1:KIND:NAME\")" },
    { "@(#)nnpx:layer:a", "not a plugin (it has no tag \"@(#)nnp1:KIND:NAME\")" },
    { "@(#)nnp2:layer:a", "made for plugin ABI 2, this nnpipe speaks 1; rebuild it with "
                          "this nnpipe's nnpipe/plugin.h" },
    { "@(#)nnp1:layer:Swish", "its tag 'layer:Swish' is not KIND:NAME, with a-z in the "
                              "kind and a-z, 0-9, _ and . "
                              "in the name" },
    { "@(#)nnp1:layer", "its tag 'layer' is not KIND:NAME, with a-z in the kind and a-z, "
                        "0-9, _ and . in the name" },
    { "@(#)nnp1::a",
      "its tag ':a' is not KIND:NAME, with a-z in the kind and a-z, 0-9, _ "
      "and . in the name" },
    { "@(#)nnp1:layer:",
      "its tag 'layer:' is not KIND:NAME, with a-z in the kind and a-z, "
      "0-9, _ and . in the name" },
};

START_TEST(a_file_without_a_right_tag_is_skipped)
{
    put_header();
    put_text(refused[_i].text, 100);
    ck_assert_str_eq(scan().skipped, refused[_i].message);
}
END_TEST

START_TEST(a_tag_without_an_end_is_none)
{
    char many[300];

    memset(many, 'a', sizeof many);
    put_header();
    put("@(#)nnp1:layer:", 15, 100);
    put(many, sizeof many, 115);
    ck_assert_str_eq(scan().skipped,
                     "not a plugin (it has no tag \"@(#)nnp1:KIND:NAME\")");
}
END_TEST

START_TEST(of_two_majors_ours_counts)
{
    put_header();
    put_text("@(#)nnp2:layer:newer", 100);
    put_text("@(#)nnp1:layer:ours", 200);
    struct scan s = scan();
    ck_assert_ptr_null(s.skipped);
    ck_assert_uint_eq(s.n_tags, 1);
    ck_assert_str_eq(s.tags[0].name, "ours");
}
END_TEST

/* ---- headers ---- */

START_TEST(what_is_no_shared_object_is_skipped)
{
    Elf64_Ehdr h = own_header();

    ck_assert_str_eq(scan().skipped, "empty");
    put_text("#!/bin/sh\necho @(#)nnp1:layer:a\n", 0);
    ck_assert_str_eq(scan().skipped, "not a shared object (it has no ELF header)");
    put(&h, 20, 0);
    ck_assert_int_eq(ftruncate(fd, 20), 0);
    ck_assert_str_eq(scan().skipped, "cut off within its ELF header");
    h.e_type = ET_REL;
    put(&h, sizeof h, 0);
    ck_assert_str_eq(scan().skipped,
                     "an object file, not a shared object (link it with -shared)");
    h.e_type = ET_EXEC;
    put(&h, sizeof h, 0);
    ck_assert_str_eq(scan().skipped, "not a shared object");
}
END_TEST

START_TEST(another_machine_is_named)
{
    Elf64_Ehdr  h = own_header();
    const char *name = h.e_machine == EM_AARCH64 ? "x86-64" : "aarch64";
    char        want[128];

    h.e_machine = h.e_machine == EM_AARCH64 ? EM_X86_64 : EM_AARCH64;
    put(&h, sizeof h, 0);
    snprintf(want, sizeof want, "built for 64-bit %s, this nnpipe is 64-bit ", name);
    const char *got = scan().skipped;
    ck_assert_msg(strncmp(got, want, strlen(want)) == 0, "%s", got);
    h = own_header();
    h.e_ident[EI_DATA] = h.e_ident[EI_DATA] == ELFDATA2LSB ? ELFDATA2MSB : ELFDATA2LSB;
    put(&h, sizeof h, 0);
    ck_assert_str_eq(scan().skipped, "built for a machine with the other byte order");
}
END_TEST

START_TEST(a_folder_and_a_missing_file_are_no_plugins)
{
    struct scan s;
    struct stat st;

    scan_file(&arena, ".", &s, &st);
    ck_assert_str_eq(s.skipped, "not a regular file");
    scan_file(&arena, "not/there.so", &s, &st);
    ck_assert_str_eq(s.skipped, "cannot be opened: No such file or directory");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("scan");
    TCase *t = tcase_create("files");

    tcase_add_checked_fixture(t, open_all, close_all);
    tcase_add_test(t, tags_are_found_each_once);
    tcase_add_loop_test(t, a_tag_may_lie_anywhere, 0, 32);
    tcase_add_test(t, what_the_loader_would_not_map_is_not_read);
    tcase_add_test(t, a_file_cut_off_before_its_segments_end_is_refused);
    tcase_add_loop_test(t, a_segment_larger_than_any_file_is_cut_off, 0, COUNT(enormous));
    tcase_add_test(t, nonsense_in_the_program_headers_does_no_harm);
    tcase_add_loop_test(t, a_file_without_a_right_tag_is_skipped, 0, COUNT(refused));
    tcase_add_test(t, a_tag_without_an_end_is_none);
    tcase_add_test(t, of_two_majors_ours_counts);
    tcase_add_test(t, what_is_no_shared_object_is_skipped);
    tcase_add_test(t, another_machine_is_named);
    tcase_add_test(t, a_folder_and_a_missing_file_are_no_plugins);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
